"""Settings: levels, thresholds and acceptances do what they say; a file that cannot be read is told whole."""

from __future__ import annotations

import pytest

from lint import planted
from policymodel.errors import InputError
from policymodel.lint import RULES, lint, read_settings
from policymodel.scheme.scheme import Scheme


@pytest.fixture(scope="module")
def small() -> Scheme:
    """A scheme with one fault that the file alone shows."""
    bank = planted.bank(1, people=8)
    fault = planted.FAULTS["a line of little weight"]
    sound = next(each for each in (planted.sound(seed, bank) for seed in range(9)) if "figures" not in each)
    return planted.read(planted.planted(fault, sound, bank, 1))


def settings(tmp_path, text: str):
    file = tmp_path / "lint.yaml"
    file.write_text(
        f"governance: {{approved: x, paid_after_review: x, appeal: x, clawback: x, records_years: 7}}\n{text}"
    )
    return read_settings(file, RULES)


def test_a_level_may_be_another_or_off(small, tmp_path):
    assert [each.level for each in lint(small, settings(tmp_path, ""))] == ["warning"]
    assert [each.level for each in lint(small, settings(tmp_path, "levels: {small_weight: error}"))] == [
        "error"
    ]
    assert lint(small, settings(tmp_path, 'levels: {small_weight: "off"}')) == ()


def test_a_threshold_may_be_another(small, tmp_path):
    assert lint(small, settings(tmp_path, "thresholds: {small_weight: 0.01}")) == ()


def test_an_accepted_finding_stays_listed(small, tmp_path):
    told = "accepted: [{rule: small_weight, at: small.points, because: {en: it is new}, by: HR}]"
    (found,) = lint(small, settings(tmp_path, told))

    assert not found.open
    assert found.accepted is not None
    assert found.accepted.because.render("en") == "it is new"


def test_an_acceptance_of_another_place_accepts_nothing(small, tmp_path):
    told = "accepted: [{rule: small_weight, at: loans.points, because: no}]"

    assert [each.open for each in lint(small, settings(tmp_path, told))] == [True]


def test_an_acceptance_that_fits_nothing_is_told(small, tmp_path):
    """Only where there is a history: without one many rules are silent."""
    told = settings(tmp_path, f"accepted: [{{rule: cliff, scheme: {small.id}, because: no}}]")
    panel = planted.bank(1, people=8).panel

    assert "stale_acceptance" in {each.rule for each in lint(small, told, panel)}
    assert "stale_acceptance" not in {each.rule for each in lint(small, told)}


def test_all_that_is_wrong_with_a_file_is_told(tmp_path):
    file = tmp_path / "lint.yaml"
    file.write_text(
        "levels: {smal_weight: note, cliff: heavy}\nthresholds: {flatt: 1, small_weight: '0.1'}\n"
        "measures: {balances: net_deposits}\naccepted: [{rule: cliff}]\n"
    )

    with pytest.raises(InputError) as refused:
        read_settings(file, RULES)

    assert [str(each) for each in refused.value.problems] == [
        "thresholds.flatt (line 2): there is no such setting; did you mean 'flat'?",
        "levels.smal_weight (line 1): there is no rule 'smal_weight'; did you mean 'small_weight'?",
        "levels.cliff (line 1): 'heavy' is not one of off, note, warning or error",
        "thresholds.small_weight (line 2): this is no number; write it plain, such as 0.1",
        "measures.balances (line 3): this is no list; write it in brackets, such as [net_deposits]",
        "accepted[0].because (line 4): this setting is needed",
    ]
