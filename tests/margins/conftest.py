"""What the tests of margins share: one scheme, read once, and one panel."""

import pytest

from margins.mixed import BASE, MIXED, TABLES, YEAR
from policymodel.panel import build_panel
from policymodel.scheme.reading import read_scheme
from small_bank import bank


@pytest.fixture(scope="session")
def scheme():
    return read_scheme(MIXED)


@pytest.fixture(scope="session")
def unrounded(tmp_path_factory):
    """The same scheme with a score that keeps nine digits; pay is paid in cents."""
    text = MIXED.read_text(encoding="utf-8").replace("digits: 1", "digits: 9")
    file = tmp_path_factory.mktemp("unrounded") / "mixed.yaml"
    file.write_text(text, encoding="utf-8")
    return read_scheme(file)


@pytest.fixture(scope="session")
def panel():
    return build_panel(bank(**TABLES), YEAR, BASE)
