"""Places: a person in a period or at a transaction, and all that can be seen from there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Protocol

from policymodel.periods import Period
from policymodel.reference.facts import Cells, Facts, over
from policymodel.reference.numbers import NOT_APPLICABLE, NOTHING, ONE, Value, added, divided
from policymodel.reference.people import People
from policymodel.reference.rows import Credit
from policymodel.reference.targets import Targets
from policymodel.reference.windows import run_of, window_of


@dataclass(frozen=True)
class Place:
    """A person in a period (by its number), or one of the person's credits in it."""

    who: str
    when: int
    credit: Credit | None = None


class Look(Protocol):
    """Over which time and for whom a fact is looked at."""

    @property
    def window(self) -> str:
        """The period, or some time up to its end."""

    @property
    def months(self) -> int | None:
        """The length of a rolling window."""

    @property
    def level(self) -> str:
        """The manager, or everybody of the outlet, region or group."""

    @property
    def earlier(self) -> int:
        """So many periods earlier."""

    @property
    def years_earlier(self) -> int:
        """So many years earlier."""


@dataclass(frozen=True, eq=False)
class Places:
    """The periods of a scheme over a history."""

    facts: Facts
    targets: Targets
    plan_year: Period
    periods: tuple[Period, ...]
    whole: Targets
    """What is asked for over whole spells, whatever the day on which things stand."""
    as_of: date | None = None

    @property
    def people(self) -> People:
        """Who works where."""
        return self.facts.people

    def period(self, at: Place) -> Period:
        """The period of a place."""
        return self.periods[at.when]

    # What is known there

    def calendar(self, what: str, at: Place) -> Fraction:
        """The days or the months of the period; or 1 where no later month of the plan year lies in the same run."""
        period = self.period(at)
        if what == "days":
            return Fraction(period.days_until(self.as_of))
        if what == "months":
            return Fraction(len(period.months))
        last, within = period.last, what.removeprefix("last_of_")
        goes_on = last < self.plan_year.last and self._run(last, within) == self._run(last + 1, within)
        return NOTHING if goes_on else ONE

    def measure(
        self, name: str, at: Place, look: Look, read: str = "period_end", first: int | None = None
    ) -> Value:
        """A measure over a window, or over so many of its first months; a ratio is made again from its two counts."""
        if (counts := self.facts.ratio(name)) is not None:
            top, bottom = (self.measure(each, at, look, read, first) for each in counts)
            return divided(top, bottom)
        cells, window = self.facts.actual(name), self.window(at, look)
        if first is not None:
            window = Period(window.first, window.first + first - 1)
        if read == "mean_of_months" and self.facts.is_stock(name):
            return self.mean(cells, at, window, look.level)
        return self.over(cells, at, window, look.level, at_end=self.facts.is_stock(name))

    def mean(self, cells: Cells, at: Place, window: Period, level: str = "manager") -> Value:
        """The mean of the months of a window that hold anything, month by month."""
        if window.first < self.people.months.first:
            return NOT_APPLICABLE
        months = [self.over(cells, at, Period(month, month), level) for month in window.months]
        held = [each for each in months if each != NOT_APPLICABLE]
        return divided(added(held), Fraction(len(held))) if held else NOT_APPLICABLE

    def target(self, name: str, at: Place, look: Look) -> Value:
        """A target over a window: a person's, or that of the outlet, region or group around."""
        targets = self.whole if look.window.startswith("whole_") else self.targets
        window = self.window(at, look)
        unit = at.who if look.level == "manager" else self.unit(at, look.level)
        if unit is None or window.first < self.people.months.first:
            return NOT_APPLICABLE
        if look.level == "manager":
            stints = targets.seen.people.within("manager", unit, window)
            return over(targets.target(name), stints, at_end=self.facts.is_level(name))
        return targets.of_unit(name, look.level, unit, window)

    def base(self, name: str, at: Place, look: Look) -> Value:
        """A base over a window; that of a ratio is made again from its two counts'."""
        if (counts := self.facts.ratio(name)) is not None:
            top, bottom = (self.base(each, at, look) for each in counts)
            return divided(top, bottom)
        return self.fact(self.targets.base(name), at, look, at_end=self.facts.is_level(name))

    def fact(self, cells: Cells, at: Place, look: Look, *, at_end: bool = False) -> Value:
        """What months hold over a window, for the person or for everybody around."""
        return self.over(cells, at, self.window(at, look), look.level, at_end=at_end)

    def window(self, at: Place, look: Look) -> Period:
        """The months that are looked at."""
        return window_of(
            look.window,
            self.period(at),
            self.plan_year,
            months=look.months,
            earlier=look.earlier,
            years_earlier=look.years_earlier,
        )

    def over(
        self, cells: Cells, at: Place, window: Period, level: str = "manager", *, at_end: bool = False
    ) -> Value:
        """What the months of a window hold; a window that begins before the history does not apply."""
        unit = at.who if level == "manager" else self.people.unit(at.who, level, self.period(at))
        if unit is None or window.first < self.people.months.first:
            return NOT_APPLICABLE
        return over(cells, self.people.around(level, unit, window), at_end=at_end)

    def person(self, what: str, at: Place) -> Value:
        period = self.period(at)
        if not self.people.employed(at.who, period):
            return NOT_APPLICABLE
        match what:
            case "employed_days":
                return Fraction(self.people.days(at.who, period))
            case "months_of_service":
                return Fraction(self.people.months_of_service(at.who, period))
        return self.people.full_time_share(at.who, period)

    def category(self, name: str, at: Place) -> str | None:
        """The grade, region or outlet at the period's end, or the product of a transaction."""
        if name == "product":
            assert at.credit is not None, "only a transaction has a product"
            return at.credit.product
        spell = self.people.at_end(at.who, self.period(at))
        return None if spell is None else str(getattr(spell, name))

    # Who and what else is there

    def peers(self, at: Place, scope: str) -> list[Place]:
        """Everybody of the person's outlet, region or group in the period, in order of their ids."""
        return [Place(who, at.when) for who in self.people.peers(at.who, scope, self.period(at))]

    def unit(self, at: Place, level: str) -> str | None:
        """The outlet or region somebody belongs to at the period's end."""
        return self.people.unit(at.who, level, self.period(at))

    def team(self, at: Place, depth: str) -> list[Place]:
        """The people who report to somebody, directly or at any depth."""
        return [Place(who, at.when) for who in self.people.team(at.who, depth, self.period(at))]

    def credits(self, who: str, when: int) -> list[Place]:
        """A person's credits in a period in which they work, in order of day and id."""
        months = {each.month for each in self.people.of(who, self.periods[when])}
        return [Place(who, when, each) for each in self._credits.get(who, []) if each.month in months]

    @cached_property
    def _credits(self) -> dict[str, list[Credit]]:
        found: dict[str, list[Credit]] = {}
        for credit in self.facts.rows.credits:
            found.setdefault(credit.who, []).append(credit)
        return found

    def walk(self, at: Place, within: str | None) -> Iterator[Place]:
        """A person's periods (or credits) up to a place, since a run of time began: period, quarter … or ever."""
        for when in range(at.when + 1):
            if not self.people.employed(at.who, self.periods[when]):
                continue
            for each in [Place(at.who, when)] if at.credit is None else self.credits(at.who, when):
                if self._same_run(each, at, within):
                    yield each
                if each == at:
                    return

    def _same_run(self, one: Place, other: Place, within: str | None) -> bool:
        if within is None:
            return True
        if within == "period":
            return one.when == other.when
        months = [
            self.periods[each.when].first if each.credit is None else each.credit.month
            for each in (one, other)
        ]
        return self._run(months[0], within) == self._run(months[1], within)

    def _run(self, month: int, within: str) -> int:
        return run_of(month, within, self.plan_year)
