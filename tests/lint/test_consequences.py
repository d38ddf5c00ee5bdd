"""Rewards and penalties under the linter (S6.10, S6.11)."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lint import planted
from policymodel.documents import read_yaml
from policymodel.lint import Settings, lint
from policymodel.lint.settings import Governance
from policymodel.scheme.reading import resolved, scheme_of

PARAMS = Path(__file__).resolve().parents[2] / "params"
CODES = ("rule_never_holds", "punished_twice", "penalty_without_appeal")

DOCUMENT: dict[str, Any] = {
    "id": "c",
    "title": "C",
    "source": "S6",
    "every": "quarter",
    "card": {
        "lines": [
            {"kind": "assumed", "id": "start", "title": "Start", "source": "S4", "points": 100},
            {
                "kind": "deduction",
                "id": "hotline",
                "title": "Hotline",
                "source": "S4.3",
                "event": "complaint",
                "channels": None,
                "points_each": 5,
            },
        ],
        "round": {"digits": 2, "mode": "half_up"},
        "rescale": 1,
        "floor": 0,
        "cap": 100,
    },
    "consequences": {
        "rules": [
            {
                "kind": "penalty",
                "id": "poor",
                "title": "Poor",
                "source": "S6.11",
                "when": {"score": "below", "limit": 60, "periods": 2},
                "ladder": [{"then": [{"action": "warning"}]}],
                "appeal": "to HR",
            },
            {
                "kind": "reward",
                "id": "good",
                "title": "Good",
                "source": "S6.10",
                "when": {"score": "at_least", "limit": 90, "periods": 4},
                "then": [{"action": "commendation", "name": "Good"}],
            },
        ]
    },
}


def found(document: dict[str, Any], settings: Settings | None = None) -> set[tuple[str, str]]:
    said = lint(scheme_of(document), settings)
    return {(each.rule, each.place.address) for each in said if each.rule in CODES}


def changed(rule: int, **settings: Any) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    document["consequences"]["rules"][rule] |= settings
    return document


def test_sound_rules_have_no_finding():
    assert found(DOCUMENT) == set()


@pytest.mark.parametrize(
    ("rule", "settings", "at"),
    [
        (0, {"when": {"score": "below", "limit": 0, "periods": 1}}, ("rule_never_holds", "poor.when.limit")),
        (
            0,
            {"when": {"score": "below", "limit": 50, "periods": 5}},
            ("rule_never_holds", "poor.when.periods"),
        ),
        (
            1,
            {"when": {"score": "at_least", "limit": 101, "periods": 1}},
            ("rule_never_holds", "good.when.limit"),
        ),
        (0, {"appeal": None}, ("penalty_without_appeal", "poor")),
        (
            0,
            {"when": {"events": ["breach", "complaint"], "at_least": 1, "months": 12}},
            ("punished_twice", "poor.when.events[1]"),
        ),
    ],
)
def test_a_fault_is_found_at_its_place(rule, settings, at):
    assert found(changed(rule, **settings)) == {at}


def test_an_appeal_for_everything_is_enough():
    settings = replace(Settings(), governance=Governance(appeal="§ 12"))

    assert found(changed(0, appeal=None), settings) == set()


def test_an_event_that_two_rules_punish_is_found_at_the_second():
    when = {"events": ["breach"], "at_least": 1, "months": 12}
    document = changed(0, when=when)
    document["consequences"]["rules"].append(document["consequences"]["rules"][0] | {"id": "again"})

    assert found(document) == {("punished_twice", "again.when.events[0]")}


def test_an_event_that_no_history_has_is_told():
    bank = planted.bank(1)
    document = changed(0, when={"events": ["complaimt"], "at_least": 1, "months": 12})
    said = lint(scheme_of(document), planted.SETTINGS, bank.panel)

    assert ("rule_never_holds", "poor.when.events[0]") in {(each.rule, each.place.address) for each in said}


def test_the_published_rules_punish_a_complaint_twice_as_the_source_does():
    path = PARAMS / "schemes" / "s6_profit_centre.yaml"
    document, _ = resolved(path)

    assert read_yaml(path)["consequences"] == document["consequences"]
    assert found(document) == {("punished_twice", "repeated_complaints.when.events[0]")}
