"""Whom rewards and penalties touch, as a region's result table has it (S6.10, S6.11): few are never counted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

import small_bank
from chance.agreement import written
from policymodel.consequences import LastPlace, consequences, last_places
from policymodel.consequences.standing import Standing
from policymodel.draws import Draws
from policymodel.panel import ORDINARY, build_panel, under_plans
from policymodel.payroll import Payments, pay
from policymodel.periods import Period
from policymodel.populations import payments_of, population
from policymodel.report.runfile import read_run_file
from policymodel.report.session import Session
from policymodel.report.touched import by_person, by_region, own, section, touched_table, unjudged
from policymodel.scheme.reading import read_scheme
from policymodel.words.sentences import render
from report.invented import group_page, region_page

RUN = Path(__file__).resolve().parents[2] / "params" / "runs" / "demo.yaml"
PLAN, BASE = Period.parse("2025"), Period.parse("2024")
PEOPLE = [f"m{number:02d}" for number in range(40)]


@dataclass
class Made:
    """What the table is made from."""

    payments: dict[str, Payments]
    scores: dict[str, Any] = field(default_factory=dict)
    draws: Draws = field(default_factory=lambda: Draws(1))
    last_places: dict[str, Any] = field(default_factory=dict)


def scheme_of(folder, limit: int, top: int = 3):
    rules = [
        {
            "kind": "penalty",
            "id": "poor",
            "title": "Poor",
            "source": "S6.11",
            "when": {"score": "below", "limit": limit, "periods": 1},
            "within_months": 12,
            "ladder": [
                {"then": [{"action": "warning"}]},
                {"then": [{"action": "reduce_performance_wage", "share": 0.5, "periods": 1}]},
            ],
        },
        {
            "kind": "reward",
            "id": "top",
            "title": "Top",
            "source": "S6.10",
            "when": {"rank": "score", "over": "year", "top": top, "among": "group", "ties": "all_get_it"},
            "then": [{"action": "commendation", "name": "Top"}],
        },
    ]
    document = {
        "id": f"limit_{limit}",
        "title": "T",
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
            "items": [{"kind": "figure", "id": "wage", "title": "Wage", "of": 1000}],
        },
        "consequences": {"several_cuts": "add_up", "rules": rules},
    }
    return read_scheme(written(document, folder, f"limit_{limit}"))


@pytest.fixture(scope="module")
def panel():
    """Forty people: m00 has the mark 0 throughout, m01 1 and so on; the first twelve rise to 99 in Q3."""
    figures = [
        (who, f"2025-{month:02d}", "duty_mark", 99.0 if place < 12 and month > 6 else float(place))
        for place, who in enumerate(PEOPLE)
        for month in range(1, 13)
    ]
    history = small_bank.bank(
        managers=small_bank.managers(*((who, "o1", "2020-01-01", None) for who in PEOPLE)),
        activity=small_bank.activity(*figures),
    )
    return build_panel(replace(history), PLAN, BASE)


def table(panel, folder, *limits: int, smallest: int = 10):
    made = Made({f"d{limit}": pay(panel, scheme_of(folder, limit)) for limit in limits})
    found = touched_table(made, smallest, True)
    return {(each["design"], each["rule"], each["step"]): each for each in found.to_dict("records")}


def test_people_and_money_are_counted_by_rule_and_step(panel, tmp_path):
    """Below 12 are twelve people, in Q1 (step 1) and in Q2 (step 2); half of the 1,000 of Q3 is not paid."""
    found = table(panel, tmp_path, 12)

    assert [found["d12", "poor", step]["people"] for step in (0, 1, 2)] == [12, 12, 12]
    assert found["d12", "poor", 0]["times"] == 24
    assert found["d12", "poor", 0]["taken_minor"] == -12 * 50000
    assert all(found["d12", "poor", step]["shown"] for step in (0, 1, 2))
    # In each of two quarters 12 of 40 are below: by luck 40 x (1 - 0.7^2) = 20.4 would be touched.
    assert found["d12", "poor", 0]["expected"] == pytest.approx(20.4, abs=0.5)
    assert found["d12", "poor", 0]["people"] < found["d12", "poor", 0]["low"]


@pytest.mark.parametrize(("limit", "why"), [(9, "few"), (12, ""), (0, "few")])
def test_fewer_than_ten_are_not_shown(panel, tmp_path, limit, why):
    row = table(panel, tmp_path, limit)[f"d{limit}", "poor", 0]

    assert row["people"] == min(limit, 12)
    assert (row["hidden"], bool(row["shown"])) == (why, not why)


def test_all_but_a_few_are_not_shown_either(panel, tmp_path):
    row = table(panel, tmp_path, 38)["d38", "poor", 0]

    assert (row["people"], row["hidden"], bool(row["shown"])) == (38, "nearly_all", False)


def test_two_designs_that_differ_by_a_few_people_are_not_both_shown(panel, tmp_path):
    """Below 12 twelve, below 20 twenty: eight more would be told apart; the larger stands."""
    found = table(panel, tmp_path, 12, 20)

    assert not found["d12", "poor", 0]["shown"]
    assert found["d20", "poor", 0]["shown"]


def test_a_place_in_the_group_is_not_known_in_a_region(panel, tmp_path):
    row = table(panel, tmp_path, 12)["d12", "top", 0]

    assert (row["people"], row["hidden"], bool(row["shown"]), row["null"]) == (0, "group", False, "")


def test_a_region_that_is_told_the_last_place_counts_its_own(panel, tmp_path):
    """Told that a mean of 28 takes the last place: m28 to m39 are twelve.

    m00 to m11 have (p + p + 99 + 99) / 4, which is at least 49.5: they are in too, so 24 take a place.
    """
    payments = pay(panel, scheme_of(tmp_path, 12, top=100))
    told = {"d": {("top", "2025-Q4"): LastPlace(28.0)}}
    made = Made({"d": payments}, last_places=told)
    rows = touched_table(made, 10, True).set_index(["rule", "step"])

    assert rows.loc[("top", 0), "people"] == 24
    assert rows.loc[("top", 0), "hidden"] == ""
    assert rows.loc[("top", 0), "shown"]


@pytest.fixture(scope="module")
def in_two_regions():
    """Twenty people in each of two regions, with marks from 0 to 39: those of R are even, those of S odd."""
    figures = [
        (who, f"2025-{month:02d}", "duty_mark", float((place * 7) % 40))
        for place, who in enumerate(PEOPLE)
        for month in range(1, 13)
    ]
    return small_bank.bank(
        managers=small_bank.managers(
            *((who, f"o{place % 2}", "2020-01-01", None) for place, who in enumerate(PEOPLE)),
            regions={"o1": "S"},
        ),
        activity=small_bank.activity(*figures),
    )


def of_region(history, region: str):
    """The panel of a region's own rows."""
    managers, activity = history.tables["managers"], history.tables["activity"]
    own = managers[managers["region"] == region]
    part = activity[activity["manager_id"].isin(own["manager_id"])]
    return build_panel(
        replace(history, tables=history.tables | {"managers": own, "activity": part}), PLAN, BASE
    )


def test_last_places_over_all_regions_decide_as_the_whole_history_does(in_two_regions, tmp_path):
    """With the figures found over both regions, each counts those whom the whole history names."""
    scheme = scheme_of(tmp_path, 12, top=7)
    whole = pay(build_panel(in_two_regions, PLAN, BASE), scheme)
    named = set(consequences(whole).held().query("rule == 'top'")["manager_id"])
    told = last_places(Standing(whole))
    found: set[str] = set()
    for region in ("R", "S"):
        paid = pay(of_region(in_two_regions, region), scheme)
        found |= set(consequences(paid, told).held().query("rule == 'top'")["manager_id"])
        assert consequences(paid, {}).held().query("rule == 'top'").empty

    assert len(named) == 7
    assert found == named


@pytest.mark.parametrize(("told", "cells"), [(True, ["10", "10"]), (False, ["needs the whole group"] * 2)])
def test_the_group_has_the_numbers_that_the_regions_found_with_the_last_places(
    in_two_regions, tmp_path, told, cells
):
    """Of the marks 20 to 39 ten are even and ten odd; a region that was told no last place counts nobody."""
    scheme = scheme_of(tmp_path, 12, top=20)
    places = last_places(Standing(pay(build_panel(in_two_regions, PLAN, BASE), scheme)))
    tables = [
        touched_table(
            Made(
                {"d": pay(of_region(in_two_regions, region), scheme)},
                last_places={"d": places} if told else {},
            ),
            10,
            True,
        ).assign(region=region)
        for region in ("R", "S")
    ]
    page = group_page(
        designs={"d": "Published"},
        baseline="d",
        results={"consequences": pd.concat(tables, ignore_index=True)},
    )

    *_, table = by_region(page, {"d": (None, scheme)}, ["R", "S"])

    (row,) = (row for row in table.rows if render(row.head, "en") == "Top")
    assert [render(cell, "en") for cell in row.cells] == cells


def test_own_sentences_and_those_of_everybody(panel, tmp_path):
    """A sheet tells a person's own; HR's table has a row for everybody touched, by what they are called."""
    replayed = {"d12": consequences(pay(panel, scheme_of(tmp_path, 12)), {})}
    page: Any = SimpleNamespace(names={}, designs={"d12": "As published"})

    (second,) = own(replayed, page, "m03", ["2025-Q1"])
    assert (
        render(second, "en") == "Q1 2025, Poor, step 1: score 3.00 in Q1 2025. What follows: formal warning."
    )
    told = [render(each, "en") for each in own(replayed, page, "m03", ["2025-Q3"])]
    assert told == ["Q3 2025, performance wage: 500.00 CNY less by “Poor”."]
    assert own(replayed, page, "m30", ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]) == []

    names = {each: f"person {99 - place}" for place, each in enumerate(PEOPLE)}
    table, alone = by_person({"": replayed}, page, names)
    assert [row.head for row in table.rows][:3] == ["As published", "person 88", "person 89"]
    assert len(table.rows) == 13
    assert render(alone, "en") == (
        "Not judged here, because it ranks the whole group and this was made from one region alone: Top."
    )


def test_a_sheet_says_so_of_the_period_alone_in_which_places_are_given(panel, tmp_path):
    """The best of the year are found at its end."""
    replayed = {"d12": consequences(pay(panel, scheme_of(tmp_path, 12)), {})}

    assert [len(list(unjudged(replayed, f"2025-Q{quarter}"))) for quarter in (1, 2, 3, 4)] == [0, 0, 0, 1]


def test_where_the_last_places_are_told_nothing_is_left_unjudged(panel, tmp_path):
    payments = pay(panel, scheme_of(tmp_path, 12))

    assert [each.id for each in consequences(payments, {}).unjudged] == ["top"]
    assert consequences(payments).unjudged == ()
    assert consequences(payments, {("top", "2025-Q4"): LastPlace(28.0)}).unjudged == ()


def test_everybody_is_judged_by_the_rules_of_the_plan_they_stand_under(tmp_path):
    """S6.8: below 3 are m00 to m02, below 39 of the two under another plan m38; no last place is told of that plan."""
    figures = [
        (who, f"2025-{month:02d}", "duty_mark", float(place))
        for place, who in enumerate(PEOPLE)
        for month in range(1, 13)
    ]
    people = small_bank.managers(*((who, "o1", "2020-01-01", None) for who in PEOPLE))
    history = small_bank.bank(
        managers=people.assign(plan=[""] * 38 + ["books"] * 2), activity=small_bank.activity(*figures)
    )
    whole, periods = build_panel(history, PLAN, BASE), PLAN.split(3)
    inside = tuple(
        population(plan, under_plans(whole, [plan], periods), {"d": (None, scheme_of(tmp_path, limit))})
        for plan, limit in ((ORDINARY, 3), ("books", 39))
    )
    session = Session(
        **{"run": read_run_file(RUN), "region": "R", "history": history, "panel": whole, "periods": periods},
        **{"schemes": inside[0].schemes, "scores": {}, "payments": payments_of(inside), "draws": Draws(1)},
        populations=inside,
        last_places={"d": {("top", "2025-Q4"): LastPlace(100.0)}},
    )
    page: Any = SimpleNamespace(names={}, designs={"d": "As published"}, plans={"books": "Separate books"})

    table, alone = by_person(session.replays_of_plans, page, {each: each for each in PEOPLE})

    heads = [render(row.head, "en") for row in table.rows]
    assert heads == ["As published", "m00", "m01", "m02", "As published: Separate books", "m38"]
    assert "Top" in render(alone, "en")
    (said,) = section(region_page(plans={"books": "Separate books"}), {}, {"books": inside[1].schemes})
    assert "“Separate books” have rewards and penalties of their own" in render(said, "en")
