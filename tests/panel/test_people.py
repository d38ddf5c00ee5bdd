"""About the person: employed days, full-time share, months of service, by hand and by another library."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from policymodel.history.measures import Status
from policymodel.panel import build_panel, rows_behind
from policymodel.panel.spells import make_spells
from policymodel.periods import Period, month_number
from policymodel.scheme.algebra import Column
from small_bank import bank, managers

YEAR, BASE = Period.parse("2025"), Period.parse("2024")


def value(people, name, period, manager=0, **settings):
    """Number and status of one person's period."""
    here = build_panel(bank(managers=people), YEAR, BASE)
    values = here.column(Column(name, **settings), (Period.parse(period),))
    return (pytest.approx(float(values.number[0, manager])), Status(values.status[0, manager]))


def test_employed_days():
    """Joined on 15 February: 14 days of February and 31 of March."""
    people = managers(("M1", "O1", "2025-02-15", None))

    assert value(people, "person:employed_days", "2025-Q1") == (45, Status.MEASURED)
    assert value(people, "person:employed_days", "2025-03", window="quarter_to_date")[0] == 45
    assert value(people, "person:employed_days", "2025-01")[1] == Status.NOT_APPLICABLE


def test_the_full_time_share_is_a_mean_over_employed_days():
    """Half a post in January's 31 days, a whole one in 59 days of February and March."""
    people = managers(("M1", "O1", "2024-01-01", "2025-01-31", "B", 0.5), ("M1", "O1", "2025-02-01", None))

    assert value(people, "person:fte", "2025-Q1") == ((0.5 * 31 + 59) / 90, Status.MEASURED)


@pytest.mark.parametrize(
    ("hired", "last", "period", "expected"),
    [
        ("2025-01-15", None, "2025-01", 1),
        ("2025-01-15", None, "2025-02", 2),
        ("2025-01-15", "2025-02-14", "2025-02", 1),
        ("2025-01-15", "2025-02-15", "2025-02", 2),
        ("2025-01-01", None, "2025-01", 1),
        ("2025-01-01", None, "2025-Q2", 6),
        ("2025-01-31", None, "2025-02", 2),
        ("2025-01-31", None, "2025-03", 3),
        ("2025-01-31", "2025-03-30", "2025-03", 2),
    ],
)
def test_the_first_month_of_service_is_one(hired, last, period, expected):
    """A month is complete on the day of joining in the next one, or on its last day where it has none such."""
    people = managers(("M1", "O1", hired, last), ("M2", "O1", "2024-01-01", None))

    assert value(people, "person:months_of_service", period) == (expected, Status.MEASURED)


def test_service_began_on_the_day_of_joining_and_goes_on_after_a_move():
    """Joined in October 2020, moved in January 2025: March is month 54."""
    moved = [("M1", "O1", "2024-05-01", "2025-01-09"), ("M1", "O2", "2025-01-10", None)]

    assert value(managers(*moved, hired={"M1": "2020-10-05"}), "person:months_of_service", "2025-03")[0] == 54
    assert value(managers(*moved), "person:months_of_service", "2025-Q1")[0] == 11


@given(st.dates(date(2020, 1, 1), date(2025, 6, 30)), st.integers(0, 1500))
def test_months_of_service_are_those_of_the_calendar(hired, days):
    """Completed months as dateutil counts them, and one."""
    last = hired + timedelta(days=days)
    spells = make_spells(
        managers(("M1", "O1", str(hired), str(last))),
        range(month_number("2020-01"), month_number("2030-12")),
    )
    difference = relativedelta(last, hired)

    assert spells.months_of_service[-1] == difference.years * 12 + difference.months + 1


def test_the_spells_behind_a_number_are_named():
    """Those up to the period's end, the first of which holds the day of joining."""
    people = managers(
        ("M1", "O1", "2024-05-01", "2025-01-09"),
        ("M1", "O2", "2025-01-10", "2025-06-30"),
        ("M1", "O1", "2025-07-01", None),
    )
    here = build_panel(bank(managers=people), YEAR, BASE)
    behind = rows_behind(here, Column("person:months_of_service"), "M1", Period.parse("2025-Q1"))

    assert behind.to_numpy().tolist() == [
        ["managers.csv", 2, "2024-05-01", "O1", 1.0, "O1"],
        ["managers.csv", 3, "2025-01-10", "O2", 1.0, "O2"],
    ]
