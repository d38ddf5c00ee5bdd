"""What the tests of lowering share: a small invented bank, read once."""

import pytest

from policymodel.draws import Draws
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.synthetic import write_bank
from policymodel.panel import build_panel
from policymodel.periods import Period


@pytest.fixture(scope="session")
def bank(tmp_path_factory):
    """The panel of two dozen people in two regions."""
    folder = tmp_path_factory.mktemp("bank")
    write_bank(folder, Draws(0), managers=24, regions=2)
    history = read_history(folder, read_mapping("params/mappings/bank.yaml"))
    return build_panel(history, Period.parse("2025"), Period.parse("2024"))
