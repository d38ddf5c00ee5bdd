"""Numbers of a scheme that change: which are in force on a day, and for which share of a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache

from policymodel.errors import Problem, SchemeError
from policymodel.periods import Period
from policymodel.scheme.biography import Number

InForce = Mapping[Number, Fraction]


def in_force(number: Number, day: date) -> Fraction | None:
    """The value of a number on a day; None before its first and after its last.

    >>> from decimal import Decimal
    >>> in_force(Number(Decimal("0.02")), date(2024, 7, 1))
    Fraction(1, 50)
    """
    if not number.segments:
        return Fraction(number.value)
    for each in number.segments:
        if (each.first is None or each.first <= day) and (each.last is None or day <= each.last):
            return Fraction(each.value)
    return None


@lru_cache(maxsize=50_000)
def runs_of(
    numbers: tuple[Number, ...], period: Period, day: date | None, file: str, until: date | None = None
) -> list[tuple[InForce | None, Fraction]]:
    """The numbers as they are in force, each run of days with its share of the period; None where one is not there.

    A day given decides alone. Of a period that runs on, only the days `until` one of them count. Else the numbers say
    whether the first day decides, the last, or every day counts.
    """
    if not any(each.segments for each in numbers):
        return [({number: Fraction(number.value) for number in numbers}, Fraction(1))]
    rules = {each.inside_period for each in numbers if each.segments} - {None}
    every_day = range(period.start.toordinal(), period.end.toordinal() + 1)
    passed = every_day[: period.days_until(until)] or every_day
    days = {"at_start": every_day[:1], "at_end": every_day[-1:]}.get(str(next(iter(rules), "")), passed)
    counted = [day] if day is not None else [date.fromordinal(each) for each in days]
    runs = Counter(tuple(in_force(each, each_day) for each in numbers) for each_day in counted)
    if len(runs) > 1 and not rules:
        what = f"a number changes inside {period.label}"
        raise SchemeError(file, [Problem("", what, "write `inside_period: by_days`, `at_start` or `at_end`")])
    return [
        (
            None
            if None in values
            else {number: value for number, value in zip(numbers, values, strict=True) if value is not None},
            Fraction(count, len(counted)),
        )
        for values, count in runs.items()
    ]
