"""S4.0 (ours): time by working days and by seasons, by hand; what is not known is refused and never guessed."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from policymodel.errors import DataGap
from policymodel.history.measures import Status
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.scheme.algebra import Column
from policymodel.scheme.biography import Number
from policymodel.scheme.terms import TargetRule
from small_bank import activity, bank, calendar, income, managers, targets

YEAR, BASE = Period.parse("2025"), Period.parse("2024")
QUARTERS = YEAR.split(3)
WORKING = TargetRule(set_by="table", progress="working_days", source="S4.0")
MEASURED = TargetRule(set_by="table", progress="profile", profile="base_year", source="S4.0")
PEOPLE = managers(("M1", "O1", "2023-01-01", None))
CARDS = ("manager", "M1", "debit_cards", "2025", 120)
DAYS = [str(day.date()) for day in pd.date_range("2025-01-01", "2025-12-31")]


def written(*parts):
    return TargetRule(
        set_by="table",
        progress="profile",
        source="S4.0",
        profile=tuple(Number(Decimal(str(part))) for part in parts),
    )


def due(
    rule,
    *rows,
    name="target:debit_cards",
    people=PEOPLE,
    window="target_to_date",
    level="manager",
    months=(),
    **tables,
):
    """[quarter, or one of some months][manager]: what is due; None where nothing is."""
    panel = build_panel(bank(managers=people, targets=targets(*rows), **tables), YEAR, BASE)
    periods = [Period.parse(f"2025-{month:02d}") for month in months] or QUARTERS
    values = panel.column(Column(name, rule=rule, window=window, level=level), tuple(periods))
    return [
        [float(number) if ok else None for number, ok in zip(*quarter, strict=True)]
        for quarter in zip(values.number, values.ok, strict=True)
    ]


def test_without_a_calendar_no_weekday_is_guessed():
    with pytest.raises(DataGap, match="the history has no calendar; bring a table `calendar`"):
        due(WORKING, CARDS)


def test_a_day_the_calendar_does_not_know_is_named():
    """The year lacks 1 May; a target of the first quarter does not need it."""
    days = calendar(*((day, True) for day in DAYS if day != "2025-05-01"))

    with pytest.raises(DataGap, match="does not say whether 2025-05-01 is a working day"):
        due(WORKING, CARDS, calendar=days)
    assert due(WORKING, ("manager", "M1", "debit_cards", "2025-Q1", 90), calendar=days)[0] == [90]


def test_a_target_is_due_by_the_working_days_that_have_passed():
    """10 days in January, 20 in May, 30 in November: 20, 60, 60 and 120 of 120; the outlet's own alike."""
    days = calendar(
        *(
            (day, day[5:7] in ("01", "05", "11") and int(day[8:]) <= {"01": 10, "05": 20, "11": 30}[day[5:7]])
            for day in DAYS
        )
    )

    assert [quarter[0] for quarter in due(WORKING, CARDS, calendar=days)] == pytest.approx([20, 60, 60, 120])
    rows = (CARDS, ("outlet", "O1", "debit_cards", "2025", 240))
    of_outlet = due(WORKING, *rows, level="outlet", calendar=days)
    assert [quarter[0] for quarter in of_outlet] == pytest.approx([40, 120, 120, 240])


def test_a_joiner_is_cut_by_calendar_days_and_spread_over_the_own_working_days():
    """From 2 July 183 of 365 days; the bank works on 1 June and 1 October, so nothing is due before."""
    people = managers(("M1", "O1", "2025-07-02", None))
    days = calendar(*((day, day in ("2025-06-01", "2025-10-01")) for day in DAYS))

    found = due(WORKING, CARDS, people=people, calendar=days)
    assert [quarter[0] for quarter in found] == [None, None, 0, pytest.approx(120 * 183 / 365)]


def test_who_is_there_on_no_working_day_owes_by_calendar_days():
    """From 1 November, and the last working day was in June: 30 of 61 days by the end of November."""
    people = managers(("M1", "O1", "2025-11-01", None))
    days = calendar(*((day, day == "2025-06-02") for day in DAYS))

    assert due(WORKING, CARDS, people=people, calendar=days)[3] == [pytest.approx(120 * 61 / 365)]


def test_a_profile_says_what_part_of_the_year_a_month_is():
    """A fifth of the year in the first quarter, nothing in the second; a target of that quarter goes by days."""
    profile = written(0.1, 0, 0.1, 0, 0, 0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.3)

    assert [quarter[0] for quarter in due(profile, CARDS)] == pytest.approx([24, 24, 60, 120])
    second = ("manager", "M1", "debit_cards", "2025-Q2", 91)
    assert due(profile, second)[1] == [91]
    assert due(profile, second, window="period", months=(4,))[0] == [pytest.approx(30)]


def test_a_season_is_the_mean_of_those_whose_figure_is_known():
    """Last January 10 and 30, then M1 alone 10 a month: 20 of 130 in January, 40 of 130 in the quarter."""
    rows = [("M1", f"2024-{month:02d}", "net_deposits", 10) for month in range(1, 13)]
    rows.append(("M2", "2024-01", "net_deposits", 30))
    people = managers(("M1", "O1", "2023-01-01", None), ("M2", "O1", "2023-01-01", None))
    target = ("manager", "M1", "net_deposits", "2025", 130)

    found = due(MEASURED, target, name="target:net_deposits", people=people, activity=activity(*rows))
    assert [quarter[0] for quarter in found] == pytest.approx([40, 70, 100, 130])


@pytest.mark.parametrize(
    ("figure", "what"),
    [(-5, "comes to -5.00 a person in 2024-03"), (None, "no figure of 'net_deposits' is known for 2024-03")],
)
def test_a_month_that_is_no_part_of_a_year_is_refused(figure, what):
    """Net deposits may be negative: a season cannot."""
    rows = [
        ("M1", f"2024-{month:02d}", "net_deposits", figure if month == 3 else 10) for month in range(1, 13)
    ]
    target = ("manager", "M1", "net_deposits", "2025", 130)

    with pytest.raises(DataGap, match=what):
        due(MEASURED, target, name="target:net_deposits", activity=activity(*rows))


def test_each_region_has_its_own_season():
    """In R all of last year's cards were in January, in S half of them in January and half in July."""
    people = managers(
        ("M1", "O1", "2023-01-01", None), ("M2", "O2", "2023-01-01", None), regions={"O1": "R", "O2": "S"}
    )
    rows = [
        (
            who,
            f"2024-{month:02d}",
            "debit_cards",
            {("M1", 1): 8, ("M2", 1): 3, ("M2", 7): 3}.get((who, month), 0),
        )
        for who in ("M1", "M2")
        for month in range(1, 13)
    ]
    found = due(
        MEASURED,
        CARDS,
        ("manager", "M2", "debit_cards", "2025", 120),
        people=people,
        activity=activity(*rows),
    )

    assert found[0] == pytest.approx([120, 60])
    assert found[2] == pytest.approx([120, 120])


def test_a_base_accrues_by_the_same_time():
    """S6.3: 120 of interest last year; by a profile a tenth is the base of January to March."""
    people = managers(("M1", "O1", "2023-01-01", None))
    rows = [("C1", "M1", f"2024-{month:02d}", "interest", 10) for month in range(1, 13)]
    found = due(
        written(0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.9),
        CARDS,
        name="base:interest",
        people=people,
        window="year_to_date",
        client_income=income(*rows),
    )
    assert [quarter[0] for quarter in found] == pytest.approx([12, 12, 12, 120])


def test_a_level_stands_whole_whatever_the_time():
    """1,000 clients at the end of the year are 1,000 in March too, and need no calendar."""
    row = ("manager", "M1", "wealth_clients", "2025", 1000)
    panel = build_panel(bank(managers=PEOPLE, targets=targets(row)), YEAR, BASE)
    values = panel.column(Column("target:wealth_clients", rule=WORKING, window="target_to_date"), QUARTERS)

    assert values.number[:, 0].tolist() == [1000] * 4
    assert np.all(values.status == Status.MEASURED)


def test_a_season_is_refused_too_for_a_month_in_which_nobody_works():
    """M1 comes in July; that nobody's January of last year is known leaves the year's time unknown, and no zero."""
    people = managers(("M1", "O1", "2024-02-01", "2024-12-31"), ("M1", "O1", "2025-07-01", None))
    rows = [("M1", f"2024-{month:02d}", "net_deposits", 10) for month in range(2, 13)]
    target = ("manager", "M1", "net_deposits", "2025", 130)

    with pytest.raises(DataGap, match="known for 2024-01"):
        due(MEASURED, target, name="target:net_deposits", people=people, activity=activity(*rows))
