"""What all tests share: hypothesis's habits, the real tables where they are, a browser."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from browser import _chromium, _playwright, chromium, page, page_errors, requests_made

__all__ = ["_chromium", "_playwright", "chromium", "page", "page_errors", "requests_made"]

ROOT = Path(__file__).resolve().parents[1]
THOROUGH = (
    *("cases", "chance", "margins", "properties", "statistics", "workbook"),
    *("test_scheme_reference.py", "test_tutorial.py"),
)
"""What takes longer than the fast half has time for; it runs with everything else."""

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
    """Mark whole folders of longer tests."""
    for item in items:
        if item.path.relative_to(ROOT / "tests").parts[0] in THOROUGH:
            item.add_marker(pytest.mark.thorough)
