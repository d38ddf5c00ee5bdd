"""Files of assumptions: what is shipped, and everything that is wrong with another at once."""

from __future__ import annotations

from pathlib import Path

import pytest

import future_bank
from policymodel.errors import InputError
from policymodel.simulate.assumptions import read_assumptions

SHIPPED = future_bank.ROOT / "params/assumptions/next_year.yaml"


def test_every_shipped_number_says_on_what_it_rests():
    numbers = dict(future_bank.assumed().numbers())

    assert {"growth.prior.mean", "leavers.hazard", "targets.ratchet"} <= numbers.keys()
    assert all(each.low <= each.value <= each.high and each.source for each in numbers.values())
    assert {each.status for each in numbers.values()} == {"prior"}


def test_everything_wrong_is_said_at_once(tmp_path: Path):
    text = SHIPPED.read_text(encoding="utf-8")
    for old, new in (
        ("ratchet: {value: 1.0", "ratchet: {value: 1.5"),
        ("  months: 3\n", "  months: 5\n"),
        ("hazard: {value: 0.01, low: 0.005, high: 0.02", "hazard: {value: 0.01, low: 0.005, high: 1.2"),
        ("ramp_months: {value: 6,", "ramp_months: {value: 6.5,"),
    ):
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "other.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(InputError) as refused:
        read_assumptions(file)

    said = str(refused.value)
    assert "4 problems" in said
    assert "targets.ratchet: 1.5 does not lie between its low 0.3 and its high 1" in said
    assert "blocks.months: 5 months do not fill a year without a rest; write 1, 2, 3, 4, 6 or 12" in said
    assert "leavers.hazard: its range is not a part of 1" in said
    assert "leavers.ramp_months: 6.5 is no number of months" in said


def test_a_misspelt_setting_is_named(tmp_path: Path):
    file = tmp_path / "other.yaml"
    text = SHIPPED.read_text(encoding="utf-8").replace("\n  years: ", "\n  yaers: ")
    file.write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match="did you mean 'years'"):
        read_assumptions(file)
