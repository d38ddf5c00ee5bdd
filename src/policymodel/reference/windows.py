"""Windows of time: from which month to which a fact is looked at."""

from __future__ import annotations

from policymodel.periods import Period

LENGTHS = {"quarter": 3, "half_year": 6, "year": 12}
"""Months of each run of time, counted from the start of the plan year."""


def run_of(month: int, within: str, plan_year: Period) -> int:
    """The number of the quarter, half-year or year a month lies in, counted from the plan year's start.

    >>> run_of(Period.parse("2024-07").first, "quarter", Period.parse("2024"))
    2
    """
    return (month - plan_year.first) // LENGTHS[within]


def window_of(
    window: str,
    period: Period,
    plan_year: Period,
    *,
    months: int | None = None,
    earlier: int = 0,
    years_earlier: int = 0,
    target_periods: tuple[Period, ...] = (),
) -> Period:
    """The months a fact is looked at over, at the end of a period or of an earlier one.

    >>> quarter = Period.parse("2024-Q2")
    >>> window_of("year_to_date", quarter, Period.parse("2024")).label
    '2024-01..2024-06'
    >>> window_of("rolling", quarter, Period.parse("2024"), months=2, years_earlier=1).label
    '2023-05..2023-06'
    >>> window_of("whole_half_year", quarter, Period.parse("2024")).label
    '2024-01..2024-06'
    """
    shifted = period.before(earlier).year_before(years_earlier)
    last = shifted.last
    if window == "rolling":
        assert months is not None, "a rolling window has months"
        return Period(last - months + 1, last)
    if window == "target_to_date":
        begins = [each.first for each in target_periods if last in each.months]
        return Period(min([shifted.first, *begins]), last)
    if window == "period":
        return shifted
    within = window.removesuffix("_to_date").removeprefix("whole_")
    first = plan_year.first + run_of(last, within, plan_year) * LENGTHS[within]
    if window.startswith("whole_"):
        last = min(first + LENGTHS[within] - 1, plan_year.last)
    return Period(first, last)
