"""How much time passes, as a rule for targets counts it: days, months, working days, seasons (S4.0)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from policymodel.errors import DataGap, Problem
from policymodel.periods import Period
from policymodel.reference.facts import Facts
from policymodel.reference.numbers import NOTHING, ONE, Missing
from policymodel.reference.people import Stint
from policymodel.scheme.terms import TargetRule


@dataclass(frozen=True, eq=False)
class Progress:
    """Time under one rule; calendar days where there is none.

    `name` is the measure whose target or base accrues: its season may be measured on the base year.
    """

    facts: Facts
    rule: TargetRule | None
    base_year: Period

    def of_month(self, name: str, region: str, month: int, until: date | None = None) -> Fraction:
        """The time of a month, or of its days up to one of them."""
        whole = Period(month, month)
        days = whole.days_until(until)
        match self._progress:
            case "months":
                return Fraction(days, whole.days)
            case "working_days":
                return self._worked(whole.start, whole.start + timedelta(days=days - 1), month)
            case "profile":
                return self._season(name, region, month) * days / whole.days
        return Fraction(days)

    def of_stint(self, name: str, stint: Stint) -> Fraction:
        """The time of a stint."""
        match self._progress:
            case "working_days":
                return self._worked(stint.first, stint.last, stint.month)
            case "months" | "profile":
                return self.of_month(name, stint.spell.region, stint.month) * stint.part
        return Fraction(stint.days)

    def whole(self, name: str, region: str, period: Period) -> Fraction:
        """The time of a period."""
        return sum((self.of_month(name, region, month) for month in period.months), NOTHING)

    @property
    def _progress(self) -> str:
        return "calendar_days" if self.rule is None else self.rule.progress

    def _worked(self, first: date, last: date, month: int) -> Fraction:
        """The working days from one day to another; every day of their month must be in the calendar."""
        calendar = self.facts.rows.calendar
        for day in _days(Period(month, month).start, Period(month, month).end):
            if day not in calendar:
                what = f"the calendar does not say whether {day} is a working day"
                raise DataGap("calendar", [Problem("calendar", what, "write every day of the year")])
        return Fraction(sum(calendar[day] for day in _days(first, last)))

    def _season(self, name: str, region: str, month: int) -> Fraction:
        """What part of a year a month is: as written, or the base year's mean figure of who has one."""
        assert self.rule is not None
        if isinstance(self.rule.profile, tuple):
            return Fraction(self.rule.profile[month % 12].value)
        known = [
            value
            for stint, value in self.facts.actual(name).items()
            if stint in self.facts.people.stints[stint.who]
            and stint.month in self.base_year.months
            and stint.month % 12 == month % 12
            and stint.spell.region == region
            and not isinstance(value, Missing)
        ]
        mean = sum(known, NOTHING) / len(known) if known else -ONE
        if mean < 0:
            what = f"the season of '{name}' cannot be measured in '{region}'"
            raise DataGap("activity", [Problem(name, what, "write the 12 shares")])
        return mean


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)
