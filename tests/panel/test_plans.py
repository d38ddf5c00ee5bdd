"""S6.8: who stands under which plan, and what changes for whom; each case by hand."""

import pytest

from policymodel import reference
from policymodel.cli.facts import own_plan
from policymodel.errors import DataGap, InputError
from policymodel.panel import build_panel, plans_here, plans_of, under_plans
from policymodel.periods import Period
from policymodel.populations import payments_of, population, scores_of
from policymodel.scheme.algebra import Column
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.terms import TargetRule
from small_bank import activity, bank, managers, targets

YEAR, BASE = Period.parse("2025"), Period.parse("2024")
QUARTERS = YEAR.split(3)
RULE = TargetRule(set_by="table", break_down="by_head_count", progress="calendar_days", source="S4.0")
TARGET = Column("target:debit_cards", rule=RULE, window="target_to_date")
SOLD = [(who, f"2025-{month:02d}", "debit_cards", 1) for who in "ABC" for month in range(1, 13)]


def people(*rows, **plans):
    """(manager, from, to or None) at one outlet; `plans` by manager and number of the spell: A=..., B2=..."""
    frame = managers(*((who, "O1", first, last) for who, first, last in rows))
    place = frame.groupby("manager_id").cumcount() + 1
    names = [who if at == 1 else f"{who}{at}" for who, at in zip(frame["manager_id"], place, strict=True)]
    return frame.assign(plan=[plans.get(each, "") for each in names])


def panel(frame, *rows, figures=SOLD):
    return build_panel(bank(managers=frame, activity=activity(*figures), targets=targets(*rows)), YEAR, BASE)


def numbers(values):
    """[period, manager] as numbers; None where there is none."""
    return [
        [round(float(number), 6) if ok else None for number, ok in zip(*each, strict=True)]
        for each in zip(values.number, values.ok, strict=True)
    ]


THREE = people(("A", "2023-01-01", None), ("B", "2023-01-01", None), ("C", "2023-01-01", None), C="books")
CHANGES = people(
    *(("A", "2023-01-01", None), ("B", "2023-01-01", "2025-08-14"), ("B", "2025-08-15", None)), B2="books"
)


def test_a_period_is_under_the_plan_of_its_last_employed_day():
    """B changes on 15 August: the third quarter is already under the new plan, the second still under the old."""
    whole = panel(CHANGES)

    assert plans_of(whole, QUARTERS)[:, 1].tolist() == ["", "", "books", "books"]
    assert plans_here(whole, QUARTERS) == {"": 2, "books": 1}


def test_a_persons_own_plan_is_known_or_asked_for():
    """B's is the old one in the first half and the new one in the second; of the whole year it must be named."""
    whole = panel(CHANGES)

    assert [own_plan(whole, "B", [each], QUARTERS) for each in QUARTERS[1:3]] == ["ordinary", "books"]
    with pytest.raises(InputError, match="'B' stands under ordinary and books in 2025-Q1 to 2025-Q4"):
        own_plan(whole, "B", [*QUARTERS], QUARTERS)
    assert own_plan(panel(THREE.assign(plan="")), "C", [*QUARTERS], QUARTERS) == ""


def test_the_regions_target_is_shared_among_the_ordinary_plans_people():
    """365 of the year over two of three people by head-count: 182.5 is no card, so 183 and 182; C is asked for none."""
    whole = panel(THREE, ("region", "R", "debit_cards", "2025", 365))
    ordinary = under_plans(whole, [""], QUARTERS)

    assert numbers(ordinary.column(TARGET, (YEAR,))) == [[183, 182, None]]


def test_another_plan_has_only_targets_set_for_its_managers():
    """What the table sets for a region is the ordinary plan's; 73 for C alone are C's."""
    rows = [("region", "R", "debit_cards", "2025", 365)]
    with pytest.raises(DataGap, match="sets 'debit_cards' for no manager under another plan"):
        under_plans(panel(THREE, *rows), ["books"], QUARTERS).column(TARGET, (YEAR,))
    books = under_plans(panel(THREE, *rows, ("manager", "C", "debit_cards", "2025", 73)), ["books"], QUARTERS)

    assert numbers(books.column(TARGET, (YEAR,))) == [[None, None, 73]]


def test_a_change_of_plan_is_leaving_one_and_joining_the_other():
    """B has 181 days (to 30 June) of the ordinary plan and 184 of the other; figures to date begin again with it."""
    whole = panel(CHANGES, ("manager", "B", "debit_cards", "2025", 365))
    to_date = Column("debit_cards", window="year_to_date")
    ordinary, books = (under_plans(whole, [plan], QUARTERS) for plan in ("", "books"))

    assert ordinary.spells.employed_days(YEAR).tolist() == [365, 181]
    assert books.spells.employed_days(YEAR).tolist() == [0, 184]
    # Six months of one card, then three and six of the other plan's; the target of 365 is cut to the own days.
    assert numbers(ordinary.column(to_date, QUARTERS))[1] == [6, 6]
    assert [each[1] for each in numbers(books.column(to_date, QUARTERS))] == [None, None, 3, 6]
    assert [each[1] for each in numbers(books.column(TARGET, QUARTERS))] == [None, None, 92, 184]


def test_what_an_outlet_reached_is_everybodys():
    """Three people of one card a month: nine a quarter, whoever asks; the other plan's own are three."""
    books = under_plans(panel(THREE), ["books"], QUARTERS)

    assert numbers(books.column(Column("debit_cards", level="outlet"), QUARTERS[:1])) == [[None, None, 9]]
    assert numbers(books.column(Column("debit_cards"), QUARTERS[:1])) == [[None, None, 3]]


SCHEME = """
id: ranked
title: Ranked
source: S6.8
every: quarter
card:
  round: {digits: 2, mode: half_up}
  rescale: 1
  floor: null
  cap: null
  lines:
    - {kind: counted, id: cards, title: Cards, measure: debit_cards, points_each: 1, missing: refuse, source: S6.8}
pay:
  currency: CNY
  round: {digits: 2, mode: half_up}
  items:
    - kind: pool
      id: pooled
      title: Pool
      fund: FUND
      allocation: in_proportion
      weight: {measure: debit_cards}
      among: region
      missing: leave_out
      source: S6.8
    - {kind: commission, id: EXTRA, title: Each, of: {measure: debit_cards}, rate: 10, source: S6.8}
"""


@pytest.fixture
def schemes(tmp_path):
    """Two schemes: a pool of 900 or 300 among the people of the region, and 10 for each card under another name."""
    found = []
    for name, fund, extra in (("own", "900", "each_card"), ("theirs", "300", "for_books")):
        path = tmp_path / f"{name}.yaml"
        path.write_text(SCHEME.replace("FUND", fund).replace("EXTRA", extra), encoding="utf-8")
        found.append(read_scheme(path))
    return found


def test_each_plan_has_its_own_pool_and_everybody_is_in_the_frames(schemes):
    """A, B share 900 and C has 300 alone; on top 10 for each of three cards. One pool of all would be 300 each."""
    own, theirs = schemes
    whole = panel(THREE)
    populations = (
        population("", under_plans(whole, [""], QUARTERS), {"new": (own, own)}),
        population("books", under_plans(whole, ["books"], QUARTERS), {"new": (theirs, theirs)}),
    )
    paid, scored = payments_of(populations)["new"], scores_of(populations)["new"]
    first = paid.totals().query("period == '2025-Q1'").set_index("manager_id")["amount_minor"]
    lines = paid.lines().groupby("item")["manager_id"].unique().map(list)

    assert first.to_dict() == {"A": 480_00, "B": 480_00, "C": 330_00}
    assert list(paid.parts) == ["pooled", "each_card", "for_books"]
    assert lines.to_dict() == {"pooled": ["A", "B", "C"], "each_card": ["A", "B"], "for_books": ["C"]}
    assert scored.totals().groupby("manager_id")["score"].sum().to_dict() == {"A": 12, "B": 12, "C": 12}


def test_who_changes_is_paid_each_period_by_one_plan(schemes):
    """B's first half: half of 900 and 30; the second half: 300 alone and 30. A has the 900 alone from July on."""
    own, theirs = schemes
    whole = panel(CHANGES)
    paid = payments_of(
        (
            population("", under_plans(whole, [""], QUARTERS), {"new": (None, own)}),
            population("books", under_plans(whole, ["books"], QUARTERS), {"new": (None, theirs)}),
        )
    )["new"].totals()
    amounts = paid.sort_values("period").groupby("manager_id")["amount_minor"].apply(list)

    assert amounts["A"] == [480_00, 480_00, 930_00, 930_00]
    assert amounts["B"] == [480_00, 480_00, 330_00, 330_00]


def test_the_reference_calculator_says_the_same(schemes):
    """The pool of the changed quarter, reckoned from rows."""
    rows = reference.rows_of(panel(CHANGES).history)
    ordinary, books = (
        reference.reckon(scheme, rows, YEAR, BASE, plan=plan)
        for scheme, plan in zip(schemes, ("", "books"), strict=True)
    )

    assert [ordinary.paid("pooled", "A", label) for label in ("2025-Q2", "2025-Q3")] == [450, 900]
    assert books.paid("pooled", "B", "2025-Q3") == 300
    assert books.here("2025-Q2") == []


def test_a_plan_of_everybody_changes_nothing():
    """Where all stand under one plan the panel of its people has every row of the whole one."""
    whole = panel(people(("A", "2023-01-01", None), ("B", "2023-01-01", "2025-05-05")))
    same = under_plans(whole, [""], QUARTERS)

    assert same.spells.days.tolist() == whole.spells.days.tolist()
