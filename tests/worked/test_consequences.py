"""Rewards and penalties worked by hand (S6.10, S6.11): the replay and the diaries both give what the paper says.

Each file of `s6/consequences/` has its people (spells `[from, to, grade]`, scores and performance wages by quarter, `-`
for what is not known, `.` for nobody there), events `[who, day, kind, verified]`, the section `consequences:`, and what
is expected: `held` as `who quarter rule step` (0: a reward that was barred), `taken` and `given` by `who quarter rule
wage` with the working, and `grade` as somebody is paid. Whatever else a replay says is wrong.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import small_bank
from chance.agreement import written
from policymodel import reference
from policymodel.consequences import consequences
from policymodel.documents import read_yaml
from policymodel.history.facts import History
from policymodel.panel import build_panel
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.reference.consequences import diaries
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme
from worked.paper import check_chain

HOME = Path(__file__).parent / "s6" / "consequences"
FILES = sorted(HOME.glob("*.yaml"))
PLAN, BASE = Period.parse("2025"), Period.parse("2024")
QUARTERS = [each.label for each in PLAN.split(3)]
MONTHLY = {"A": 12000, "B": 9000, "C": 7000}


@dataclass(frozen=True)
class Case:
    """One example as it is written."""

    written: dict[str, Any]

    def document(self) -> dict[str, Any]:
        """The scheme: a mark as score, the base wage, a performance wage that is a fact."""
        return {
            "id": "by_hand",
            "title": "By hand",
            "source": "S6",
            "every": "quarter",
            "card": {
                "round": {"digits": 2, "mode": "half_up"},
                "rescale": 1,
                "floor": None,
                "cap": None,
                "lines": [{"kind": "figure", "id": "mark", "title": "Mark", "of": {"measure": "duty_mark"}}],
            },
            "pay": {
                "currency": "CNY",
                "round": {"digits": 2, "mode": "half_up"},
                "items": [
                    {
                        "kind": "grade_wage",
                        "id": "base",
                        "title": "Base",
                        "source": "S6.6",
                        "monthly": MONTHLY,
                    },
                    {"kind": "figure", "id": "wage", "title": "Wage", "of": {"measure": "net_deposits"}},
                ],
            },
            "consequences": self.written["consequences"],
        }

    def history(self) -> History:
        """The people's figures, the mark in each month and the wage in the first of a quarter."""
        spells, figures = [], []
        for who, about in self.written["people"].items():
            for first, last, grade in about["spells"]:
                spells.append(
                    (who, about.get("outlet", "o1"), first, None if last == "on" else last, grade, 1.0)
                )
            for measure, key in (("duty_mark", "scores"), ("net_deposits", "wages")):
                for quarter, figure in zip(PLAN.split(3), str(about[key]).split(), strict=True):
                    if figure not in ("-", "."):
                        for month in quarter.months:
                            part = figure if measure == "duty_mark" or month == quarter.first else 0
                            label = f"2025-{month % 12 + 1:02d}"
                            figures.append((who, label, measure, float(part)))
        events = [
            (who, day, kind, "", verified == "verified", None)
            for who, day, kind, verified in self.written.get("events", [])
        ]
        return small_bank.bank(
            managers=small_bank.managers(*spells, regions={"o2": "S"}),
            activity=small_bank.activity(*figures),
            events=small_bank.events(*events),
        )

    def expected(self) -> Counter[tuple[Any, ...]]:
        """What the paper says, as countable lines; each amount is the end of its working."""
        expect = self.written["expect"]
        told: Counter[tuple[Any, ...]] = Counter()
        for line in expect.get("held", []):
            who, quarter, rule, step = line.split()
            told["held", who, f"2025-{quarter}", rule, int(step)] += 1
        for sign, key in ((-1, "taken"), (1, "given")):
            for line, working in expect.get(key, {}).items():
                who, quarter, rule, wage = line.split()
                told["money", who, f"2025-{quarter}", rule, wage, sign * check_chain(str(working))] += 1
        for line in expect.get("unknown", []):
            who, quarter, rule, wage = line.split()
            told["money", who, f"2025-{quarter}", rule, wage, "unknown"] += 1
        for line, grade in expect.get("grade", {}).items():
            who, quarter = line.split()
            told["grade", who, f"2025-{quarter}", grade] += 1
        return told


@cache
def case_of(file: Path) -> Case:
    return Case(read_yaml(file))


@pytest.fixture(scope="module", params=FILES, ids=lambda file: file.stem)
def case(request: pytest.FixtureRequest) -> Case:
    return case_of(request.param)


@pytest.fixture(scope="module")
def scheme(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Scheme:
    folder = tmp_path_factory.mktemp("rules")
    return read_scheme(written(_plain(case.document()), folder))


def _plain(raw: Any) -> Any:
    """Numbers as YAML writes them."""
    if isinstance(raw, dict):
        return {key: _plain(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_plain(each) for each in raw]
    return raw if isinstance(raw, str | int | bool) or raw is None else float(raw)


def test_the_replay_agrees(case: Case, scheme: Scheme) -> None:
    panel = build_panel(case.history(), PLAN, BASE)
    replay = consequences(pay(panel, scheme))
    told: Counter[tuple[Any, ...]] = Counter()
    for each in replay.held().itertuples():
        told["held", each.manager_id, each.period, each.rule, each.step] += 1
    grouped = replay.effects().groupby(["manager_id", "period", "rule", "wage"])
    for key, rows in grouped:
        amount = Fraction(int(rows["amount_minor"].sum()), 100) if rows["known"].all() else "unknown"
        told["money", *key, amount] += 1
    totals = replay.totals()
    for each in totals.itertuples():
        if each.grade != each.grade_after and not each.dismissed:
            told["grade", each.manager_id, each.period, each.grade_after] += 1
    for each in replay.next_year().itertuples():
        told["grade", each.manager_id, "2025-next", each.grade_after] += 1

    assert told == case.expected(), case.written["because"]
    assert (totals["after_minor"] == totals["paid_minor"] + totals["taken_minor"]).all()
    assert (totals["after_minor"] >= 0).all()
    _agree_with_totals(case, totals)


def _agree_with_totals(case: Case, totals: Any) -> None:
    """What is paid in the end, where the paper works it out."""
    indexed = totals.set_index(["manager_id", "period"])["after_minor"]
    for line, working in case.written["expect"].get("paid", {}).items():
        who, quarter = line.split()
        assert Fraction(int(indexed[who, f"2025-{quarter}"]), 100) == check_chain(str(working)), line


def test_the_diaries_agree(case: Case, scheme: Scheme) -> None:
    rows = reference.rows_of(case.history())
    told: Counter[tuple[Any, ...]] = Counter()
    for who, diary in diaries(reference.reckon(scheme, rows, PLAN, BASE)).items():
        for entry in diary.entries:
            told["held", who, QUARTERS[entry.period], entry.rule, entry.step] += 1
        sums: dict[tuple[int, str, str], Fraction | None] = {}
        for (period, rule, wage, _), amount in diary.taken.items():
            before = sums.get((period, rule, wage), Fraction(0))
            sums[period, rule, wage] = None if amount is None or before is None else before + amount
        for (period, rule, wage), amount in sums.items():
            told["money", who, QUARTERS[period], rule, wage, "unknown" if amount is None else amount] += 1
    said = Counter({key: count for key, count in case.expected().items() if key[0] != "grade"})

    assert told == said, case.written["because"]


def test_there_are_enough_examples() -> None:
    assert len(FILES) >= 14


def test_the_page_of_the_scheme_reference_says_what_comes_out(tmp_path) -> None:
    """Chan of `docs/scheme_reference/consequences.md`, row by row."""
    page = (Path(__file__).parents[2] / "docs" / "scheme_reference" / "consequences.md").read_text(
        encoding="utf-8"
    )
    (tmp_path / "scheme.yaml").write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    marks = dict(zip(PLAN.split(3), (55, 58, 50, 52), strict=True))
    figures = [
        ("chan", f"2025-{month % 12 + 1:02d}", "mark", float(mark))
        for quarter, mark in marks.items()
        for month in quarter.months
    ]
    history = small_bank.bank(
        managers=small_bank.managers(("chan", "o1", "2020-01-01", None, "A", 1.0)),
        activity=small_bank.activity(*figures),
        events=small_bank.events(("chan", "2025-05-20", "serious_breach", "", True, None)),
    )
    history = replace(
        history, measures=history.measures | {"mark": replace(history.measures["duty_mark"], name="mark")}
    )
    replay = consequences(pay(build_panel(history, PLAN, BASE), read_scheme(tmp_path / "scheme.yaml")))
    rows = [line for line in page.splitlines() if line.startswith("| 2025-Q")]
    held = replay.held().groupby("period")["rule"].agg(tuple)
    left = replay.totals().set_index("period")["after_minor"]

    assert held.to_dict() == {"2025-Q2": ("poor_results", "breach"), "2025-Q4": ("poor_results",)}
    assert list(replay.held()["step"]) == [1, 1, 2]
    assert list(replay.effects()["amount_minor"]) == [-300000, -700000]
    for row in rows:
        _, quarter, *_, base, performance, _ = (cell.strip() for cell in row.split("|"))
        amounts = [part.replace(",", "") for part in (base, performance.rpartition("=")[2])]
        assert left[quarter] == 100 * sum(int(each) for each in amounts), row
    assert list(replay.next_year()["grade_after"]) == ["B"]
