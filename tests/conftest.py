"""What all tests share: hypothesis's habits, the real tables where they are, a browser."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from browser import _chromium, _playwright, chromium, page, page_errors, printer, requests_made

__all__ = ["_chromium", "_playwright", "chromium", "page", "page_errors", "printer", "requests_made"]

ROOT = Path(__file__).resolve().parents[1]
THOROUGH = (
    *("audit", "cases", "chance", "margins", "properties", "statistics", "workbook"),
    *("history/test_checking.py", "history/test_reading.py"),
    *("history/test_store.py", "history/test_transactions.py"),
    *("lint/test_cases.py", "lint/test_ranges.py"),
    *("cli/test_commands.py", "cli/test_curve.py", "cli/test_remarks.py", "cli/test_template.py"),
    *("charts/test_payout.py", "panel/test_credits.py"),
    *("test_examples.py", "test_payroll.py", "test_sayings.py", "test_scheme_reference.py"),
    *("test_scoring.py", "test_tutorial.py"),
)
"""Folders and files that take longer than the fast half has time for; they run with everything else."""

settings.register_profile("everyday", deadline=None)
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("CI", "").lower() == "true" else "everyday")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real public tables beside the project; the test is skipped where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real tables in {folder.relative_to(ROOT.parent)} beside the project")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whole folders and files of longer tests."""
    for item in items:
        path = item.path.relative_to(ROOT / "tests").as_posix()
        if path in THOROUGH or path.partition("/")[0] in THOROUGH:
            item.add_marker(pytest.mark.thorough)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the search for circles of objects need not walk it again and again."""
    gc.freeze()
