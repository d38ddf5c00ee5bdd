"""S4.0: at any date the target is the share of the period that has passed; each case by hand."""

from datetime import date
from types import SimpleNamespace

import pytest

from policymodel.errors import DataGap
from policymodel.panel import build_panel, rows_behind
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.scheme.algebra import Column
from policymodel.scheme.terms import TargetRule
from small_bank import activity, bank, events, managers, targets, transactions

YEAR, BASE = Period.parse("2025"), Period.parse("2024")
FIRST = Period.parse("2025-Q1")
DAYS = TargetRule(set_by="table", progress="calendar_days", source="S4.0")
DUE = Column("target:debit_cards", rule=DAYS, window="target_to_date")


def standing(day, column, people=(("M1", "O1", "2023-01-01", None),), **tables):
    """[manager]: a figure of the first quarter as it stands on a day; None where there is none."""
    panel = build_panel(bank(managers=managers(*people), **tables), YEAR, BASE, date.fromisoformat(day))
    values = panel.column(column, (FIRST,))
    return [float(number) if ok else None for number, ok in zip(values.number[0], values.ok[0], strict=True)]


@pytest.mark.parametrize(
    ("day", "due"), [("2025-01-01", 1), ("2025-01-31", 31), ("2025-02-14", 45), ("2025-03-31", 90)]
)
def test_what_is_due_is_the_share_that_has_passed(day, due):
    """365 of the year: one a day, whichever day of the quarter."""
    row = targets(("manager", "M1", "debit_cards", "2025", 365))

    assert standing(day, DUE, targets=row) == pytest.approx([due])


def test_the_total_does_not_shrink_with_the_day():
    """A quarter's 90 are 45 after 45 days, and of a leaver in March still the part until the last day."""
    people = (("M1", "O1", "2023-01-01", None), ("M2", "O1", "2023-01-01", "2025-03-01"))
    rows = targets(*(("manager", who, "debit_cards", "2025-Q1", 90) for who in ("M1", "M2")))

    assert standing("2025-02-14", DUE, people, targets=rows) == [45, 45]


def test_a_region_s_target_is_shared_over_who_comes_later_too():
    """90 of the quarter: M2, who comes on 15 February for 45 of 90 days, has 30; on 14 February M1 owes half of 60."""
    people = (("M1", "O1", "2023-01-01", None), ("M2", "O1", "2025-02-15", None))
    rows = targets(("region", "R", "debit_cards", "2025-Q1", 90))

    assert standing("2025-02-14", DUE, people, targets=rows) == [30, None]
    # A day later one of the own 45 days has passed: 30 x 1 / 45.
    assert standing("2025-02-15", DUE, people, targets=rows) == pytest.approx([60 * 46 / 90, 30 / 45])


def test_an_outlet_s_own_target_is_due_by_the_day_too():
    rows = targets(("outlet", "O1", "debit_cards", "2025", 730), ("manager", "M1", "debit_cards", "2025", 1))
    column = Column("target:debit_cards", rule=DAYS, window="target_to_date", level="outlet")

    assert standing("2025-02-14", column, targets=rows) == pytest.approx([90])


def test_the_target_of_the_whole_quarter_stays_whole():
    """What is asked in all is known from the first day on."""
    column = Column("target:debit_cards", rule=DAYS, window="whole_quarter")

    assert standing(
        "2025-02-14", column, targets=targets(("manager", "M1", "debit_cards", "2025-Q1", 90))
    ) == [90]


def test_months_to_come_are_not_missing():
    """Deposits of January and, as far as reported, of February; March lies outside and is not absent."""
    months = {"2025-01": 5, "2025-02": 7, "2025-03": 100}
    rows = activity(*(("M1", month, "net_deposits", amount) for month, amount in months.items()))

    assert standing("2025-02-14", Column("net_deposits"), activity=rows) == [12]
    assert standing("2025-01-10", Column("net_deposits"), activity=rows) == [5]


def test_events_and_transactions_count_up_to_the_day():
    """A complaint of 14 February counts that day and not the day before; so does a deal."""
    column = Column("events:count:complaint")
    rows = events(*(("M1", f"2025-02-{day}", "complaint", "hotline", True, None) for day in ("14", "15")))
    assert [standing(f"2025-02-{day}", column, events=rows) for day in ("13", "14", "15")] == [[0], [1], [2]]

    deals = transactions(("T1", "M1", "2025-02-14", "fund", 100), ("T2", "M1", "2025-02-15", "fund", 50))
    column = Column("transactions:amount")
    assert [standing(f"2025-02-{day}", column, transactions=deals) for day in ("13", "14", "15")] == [
        [0],
        [100],
        [150],
    ]


def test_the_rows_behind_a_standing_end_with_the_day():
    rows = events(*(("M1", f"2025-02-{day}", "complaint", "hotline", True, None) for day in ("14", "15")))
    history = bank(managers=managers(("M1", "O1", "2023-01-01", None)), events=rows)
    panel = build_panel(history, YEAR, BASE, date(2025, 2, 14))

    assert len(rows_behind(panel, Column("events:count:complaint"), "M1", FIRST)) == 1


def test_who_has_moved_later_still_belongs_to_the_old_outlet():
    """On 14 February M1 is in O1, where the month's cards count until the move on the 20th."""
    people = (
        ("M1", "O1", "2023-01-01", "2025-02-19"),
        ("M1", "O2", "2025-02-20", None),
        ("M2", "O1", "2023-01-01", None),
    )
    rows = activity(("M1", "2025-02", "debit_cards", 4), ("M2", "2025-02", "debit_cards", 1))
    column = Column("debit_cards", level="outlet")

    assert standing("2025-02-14", column, people, activity=rows) == [5, 5]
    assert standing("2025-02-20", column, people, activity=rows) == [4, 1]


def test_days_of_the_period_are_those_that_have_passed():
    assert standing("2025-02-14", Column("calendar:days")) == [45]
    assert standing("2025-02-14", Column("person:employed_days")) == [45]


def test_a_day_outside_the_plan_year_and_a_standing_to_be_paid_are_refused():
    history = bank(managers=managers(("M1", "O1", "2023-01-01", None)))

    with pytest.raises(DataGap, match="2026-01-01 does not lie in the plan year 2025"):
        build_panel(history, YEAR, BASE, date(2026, 1, 1))
    with pytest.raises(DataGap, match="is no result of a period and is not paid"):
        pay(build_panel(history, YEAR, BASE, date(2025, 2, 14)), SimpleNamespace(file="plan"))
