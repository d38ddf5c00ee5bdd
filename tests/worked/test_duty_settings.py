"""S2 (ours): every number and setting of the checklist changes a figure of an example worked by hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from policymodel.history import History
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from worked.found import agrees, computed
from worked.paper import Case, calculate, exact, read_case, write_scheme
from worked.test_duties import BASE, HERE, PARAMS, PLAN, history_of, literal

pytestmark = pytest.mark.thorough

PLAIN = "227 ÷ 3"
"""Marketing 22, maintenance 68 ÷ 3, development 16.8, lobby 14.2."""
# setting: what it was, what it becomes, and what the plain score moves by
NUMBERS = {
    # what each line is worth
    "coverage.points": ("10", "20", "+ 20 ÷ 3"),
    "conversion.points": ("7", "14", "+ 35 ÷ 6"),
    "products_a_client.points": ("4", "8", "+ 4"),
    "follow_up_plans.points": ("4", "8", "+ 2"),
    "product_matching.points": ("5", "10", "+ 3.5"),
    "files_complete.points": ("8", "16", "+ 16 ÷ 3"),
    "maintenance_plan.points": ("5", "10", "+ 4"),
    "appointments_done.points": ("6", "12", "+ 10 ÷ 3"),
    "prompt_notes.points": ("6", "12", "+ 10 ÷ 3"),
    "prompt_answers.points": ("6", "12", "+ 10 ÷ 3"),
    "retention.points": ("4", "8", "+ 10 ÷ 3"),
    "upgrades.points": ("12", "24", "+ 12"),
    "client_assessment.points": ("8", "16", "+ 4.8"),
    "lobby_presence.points": ("7", "14", "+ 7"),
    "lobby_patrol.points": ("4", "8", "+ 3.2"),
    "service_quality.points": ("4", "8", "+ 4"),
    # the share asked for
    "coverage.full_at": ("0.9", "1", "+ 10 × 0.6 − 20 ÷ 3"),
    "conversion.full_at": ("0.6", "1", "+ 7 × 0.5 − 35 ÷ 6"),
    "products_a_client.full_at": ("1.2", "2", "+ 4 × 1.5 ÷ 2 − 4"),
    "appointments_done.full_at": ("0.9", "1", "+ 6 × 0.5 − 10 ÷ 3"),
    "prompt_notes.full_at": ("0.9", "1", "+ 6 × 0.5 − 10 ÷ 3"),
    "prompt_answers.full_at": ("0.9", "1", "+ 6 × 0.5 − 10 ÷ 3"),
    "retention.full_at": ("0.8", "1", "+ 4 × 2 ÷ 3 − 10 ÷ 3"),
    "upgrades.full_at": ("0.1", "1", "+ 12 × 0.5 − 12"),
    "lobby_presence.full_at": ("0.3", "1", "+ 7 × 0.5 − 7"),
    # how much of it counts
    "coverage.cap": ("1", "0.4", "+ 10 × 0.4 − 20 ÷ 3"),
    "conversion.cap": ("1", "0.4", "+ 7 × 0.4 − 35 ÷ 6"),
    "products_a_client.cap": ("1", "1.5", "+ 4 × 1.25 − 4"),
    "follow_up_plans.cap": ("1", "0.4", "+ 4 × 0.4 − 2"),
    "files_complete.cap": ("1", "0.4", "+ 8 × 0.4 − 16 ÷ 3"),
    "appointments_done.cap": ("1", "0.4", "+ 6 × 0.4 − 10 ÷ 3"),
    "prompt_notes.cap": ("1", "0.4", "+ 6 × 0.4 − 10 ÷ 3"),
    "prompt_answers.cap": ("1", "0.4", "+ 6 × 0.4 − 10 ÷ 3"),
    "retention.cap": ("1", "0.4", "+ 4 × 0.4 − 10 ÷ 3"),
    "upgrades.cap": ("1", "2", "+ 12 × 2 − 12"),
    "lobby_presence.cap": ("1", "1.5", "+ 7 × 1.5 − 7"),
    # the highest mark
    "product_matching.out_of": ("5", "10", "− 1.75"),
    "maintenance_plan.out_of": ("5", "10", "− 2"),
    "client_assessment.out_of": ("5", "10", "− 2.4"),
    "lobby_patrol.out_of": ("5", "10", "− 1.6"),
    "service_quality.out_of": ("5", "10", "− 2"),
}
OTHERS: dict[str, tuple[str, str, str, dict[str, tuple[Any, Any]]]] = {
    # example, whose figure, which, what it is then; and the settings with what they were and become
    "marketing of half its points": (
        "02",
        "m1 2025-Q3 score",
        "(35 + 8 + 153 ÷ 11) × 100 ÷ (35 + 20 + 15)",
        {"marketing.least_applying": ("0.5", "0.51")},
    ),
    "maintenance of 20 of 35": (
        "02",
        "m1 2025-Q3 score",
        "(26 + 8 + 153 ÷ 11) × 100 ÷ (30 + 20 + 15)",
        {"client_maintenance.least_applying": ("0.35", "0.6")},
    ),
    "lobby of 11 of 15": (
        "02",
        "m1 2025-Q3 score",
        "(26 + 35 + 8) × 100 ÷ (30 + 35 + 20)",
        {"lobby.least_applying": ("0.5", "0.75")},
    ),
    "a part of which too few apply is not known": (
        "04",
        "m1 2025-Q3 score",
        "absent",
        {"client_maintenance.if_fewer": ("not_applicable", "not_known")},
    ),
    "development of 8 of 20": (
        "07",
        "m1 2025-Q3 development",
        "not applicable",
        {"development.least_applying": ("0.4", "0.41")},
    ),
    "duties of 85 of 100": ("03", "m1 2025-Q3 score", "absent", {"duties.least_applying": ("0.6", "0.9")}),
    "one line is scaled up": (
        "04",
        "m1 2025-Q3 score",
        "154 ÷ 9 + 8 × 35 ÷ 8 + 8 + 15",
        {
            "client_maintenance.least_applying": ("0.35", "null"),
            "client_maintenance.if_fewer": ("not_applicable", "null"),
        },
    ),
    "a duty that does not apply counts nothing": (
        "03",
        "m1 2025-Q3 score",
        "26 + 35 + 8",
        {"duties.least_applying": ("0.6", "null"), "duties.not_applicable": ("reweight", "zero")},
    ),
    "a mark not given leaves no score": (
        "02",
        "m1 2025-Q3 score",
        "absent",
        {"lobby_patrol.missing": ("rescale", "refuse")},
    ),
    "a mark not given counts nothing": (
        "02",
        "m1 2025-Q3 score",
        "26 + 35 + 8 + 7 + 0 + 3.2",
        {"lobby_patrol.missing": ("rescale", "zero")},
    ),
    "presence not known leaves no part": (
        "08",
        "m2 2025-Q2 lobby",
        "absent",
        {"lobby_presence.missing": ("rescale", "refuse")},
    ),
    "whole points": (
        "01",
        "m1 2025-Q3 score",
        "76 × 1",
        {"card.round": ({"digits": "2", "mode": "half_up"}, {"digits": "0", "mode": "half_up"})},
    ),
}


@cache
def example(number: str) -> Case:
    return read_case(next((HERE / "s2").glob(f"{number}_*.yaml")))


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, History]:
    """Each example's history, read once."""
    numbers = ["01", *dict.fromkeys(number for number, *_ in OTHERS.values())]
    return {each: history_of(example(each), tmp_path_factory.mktemp(f"example{each}")) for each in numbers}


def with_changes(number: str, changes: dict[str, tuple[Any, Any]]) -> Case:
    case = example(number)
    written = [{"at": at, "from": was, "to": becomes} for at, (was, becomes) in changes.items()]
    return Case(case.file, case.written | {"changes": written})


def found(case: Case, history: History, folder: Path, who: str, period: str, item: str) -> Any:
    panel = build_panel(history, PLAN, BASE)
    return computed(panel, read_scheme(write_scheme(case, folder)), (Period.parse(period),))[
        who, period, item
    ]


@pytest.mark.parametrize("setting", NUMBERS)
def test_a_number_of_ours_changes_the_score(
    setting: str, histories: dict[str, History], tmp_path: Path
) -> None:
    """S2 (ours): one number is changed, and the score is what the working by hand says, in both readings."""
    was, becomes, moved = NUMBERS[setting]
    case = with_changes("01", {setting: (was, becomes)})
    expected = round(float(calculate(f"{PLAIN} {moved}")) + 1e-9, 2)
    score = found(case, histories["01"], tmp_path, "m1", "2025-Q3", "score")

    assert abs(score - expected) < 1e-9
    assert abs(score - 75.67) > 0.005
    assert float(literal(case).score("m1", "2025-Q3")["score"]) == expected


@pytest.mark.parametrize("name", OTHERS)
def test_a_setting_of_ours_changes_a_figure(name: str, histories: dict[str, History], tmp_path: Path) -> None:
    """S2 (ours): how much must apply, what a missing mark means, what does not apply, rounding."""
    number, place, expected, changes = OTHERS[name]
    who, period, item = place.split()
    case = with_changes(number, changes)
    before = found(example(number), histories[number], tmp_path, who, period, item)
    after = found(case, histories[number], tmp_path, who, period, item)
    moved = exact(expected)
    if item == "score" and not isinstance(moved, str):
        moved = calculate(f"{round(float(moved) + 1e-9, 2)}")

    assert agrees(moved, after)
    assert before != after


def test_every_number_of_the_checklist_is_tried() -> None:
    """S2 (ours): whatever stands in the file as a number of ours is changed above."""
    raw = yaml.safe_load((PARAMS / "schemes" / "s2_duties.yaml").read_text(encoding="utf-8"))

    def numbers(line: dict[str, Any]) -> list[str]:
        own = [
            f"{line['id']}.{name}"
            for name, each in line.items()
            if isinstance(each, dict) and "value" in each
        ]
        return own + [name for each in line.get("lines", []) for name in numbers(each)]

    told = {at for *_, changes in OTHERS.values() for at in changes} | {*NUMBERS}
    assert [each for line in raw["card"]["lines"] for each in numbers(line) if each not in told] == []
