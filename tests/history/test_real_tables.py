"""The real tables beside the project are read whole; what is put aside is known and explained."""

from pathlib import Path

import pytest

from policymodel.history import read_history, read_mapping

MAPPINGS = Path(__file__).resolve().parents[2] / "params" / "mappings"

pytestmark = [pytest.mark.realdata, pytest.mark.thorough]


def test_estban(shared_data):
    """1,941 towns; the two head-office books of this bank and their 620 rows are left out, nothing is put aside."""
    history = read_history(shared_data / "estban", read_mapping(MAPPINGS / "estban.yaml"))

    counts = history.counts.groupby("table")[["rows_in", "accepted", "quarantined", "excluded"]].sum()
    assert counts.loc["managers"].tolist() == [1941, 1939, 0, 2]
    assert counts.loc["activity"].tolist() == [567492, 566872, 0, 620]
    assert len(history.regions) == 18
    assert set(history.findings["rule"]) == {"excluded"}


def test_berka(shared_data):
    """55 people in 5 regions; five rows of events stand twice in the source to the last column."""
    history = read_history(shared_data / "berka", read_mapping(MAPPINGS / "berka.yaml"))

    counts = history.counts.groupby("table")[["rows_in", "accepted", "quarantined", "excluded"]].sum()
    assert counts.loc["managers"].tolist() == [55, 55, 0, 0]
    assert counts.loc["events"].tolist() == [66, 61, 5, 0]
    assert counts.loc["activity"].tolist() == [13023 + 790, 13023 + 790, 0, 0]
    assert set(history.findings["rule"]) == {"duplicate_row"}
    assert len(history.regions) == 5
