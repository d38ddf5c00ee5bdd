"""Who works where and when: spells, the days of a month, the outlet and the leader at a period's end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, cached_property

from policymodel.errors import DataGap, Problem
from policymodel.periods import Period
from policymodel.reference.numbers import NOTHING, months_between
from policymodel.reference.rows import Rows, Spell

CATEGORIES = ("grade", "region", "outlet")


@dataclass(frozen=True, eq=False)
class Stint:
    """The days of one spell inside one month; `closes` says that it is the person's last in that month.

    What somebody did in a month is counted where the month closes.
    """

    spell: Spell
    month: int
    days: int
    closes: bool

    @property
    def who(self) -> str:
        """The person."""
        return self.spell.who

    @property
    def first(self) -> date:
        """Its first day."""
        return max(self.spell.first, Period(self.month, self.month).start)

    @property
    def last(self) -> date:
        """Its last day, which is worked."""
        end = Period(self.month, self.month).end
        return min(self.spell.last or end, end)

    @property
    def part(self) -> Fraction:
        """The employed part of the month."""
        return Fraction(self.days, Period(self.month, self.month).days)

    def unit(self, level: str) -> str:
        """The person, outlet or region it belongs to; one word for the whole group."""
        if level == "group":
            return "group"
        return {"manager": self.spell.who, "outlet": self.spell.outlet, "region": self.spell.region}[level]


@dataclass(frozen=True, eq=False)
class People:
    """Everybody's spells over a run of months; or those of the people under one plan (S6.8), period by period.

    Under which plan somebody stands in a period the last employed day in it says, or the last one by a day.
    """

    rows: Rows
    months: Period
    plan: str | None = None
    periods: tuple[Period, ...] = ()
    as_of: date | None = None

    @cached_property
    def spells(self) -> dict[str, list[Spell]]:
        """Each person's spells in order of time, people in order of their ids."""
        found: dict[str, list[Spell]] = {}
        for spell in sorted(self.rows.spells, key=lambda each: (each.who, each.first)):
            found.setdefault(spell.who, []).append(spell)
        return found

    @cached_property
    def everybody(self) -> dict[str, list[Stint]]:
        """Each person's stints in order of time, whatever the plan."""
        return {who: list(self._stints(spells)) for who, spells in self.spells.items()}

    @cached_property
    def stints(self) -> dict[str, list[Stint]]:
        """Each person's stints under the plan."""
        if self.plan is None:
            return self.everybody
        return {who: list(self._under_plan(stints)) for who, stints in self.everybody.items()}

    def _under_plan(self, stints: list[Stint]) -> Iterator[Stint]:
        """The stints of periods under the plan; earlier ones go along, and of who is gone those under it then."""
        plans: dict[Period, str] = {}
        for period in self.periods:
            inside = [each for each in stints if each.month in period.months]
            begun = [each for each in inside if self.as_of is None or each.first <= self.as_of]
            if inside:
                plans[period] = (begun or inside)[-1].spell.plan
        for each in stints:
            now = next((period for period in self.periods if each.month in period.months), None)
            if now is not None:
                counts = plans[now] == self.plan
            elif plans:
                counts = self.plan in plans.values()
            else:
                counts = each.spell.plan == self.plan
            if counts:
                yield each

    def _stints(self, spells: list[Spell]) -> Iterator[Stint]:
        for month in self.months.months:
            here = [(spell, days) for spell in spells if (days := days_inside(spell, Period(month, month)))]
            for at, (spell, days) in enumerate(here, start=1):
                yield Stint(spell, month, days, closes=at == len(here))

    @cache  # noqa: B019
    def within(self, level: str, unit: str, period: Period) -> list[Stint]:
        """The stints of a person, an outlet, a region or the whole group inside a period."""
        people = [unit] if level == "manager" else list(self.spells)
        return [each for who in people for each in self.of(who, period) if each.unit(level) == unit]

    @cache  # noqa: B019
    def around(self, level: str, unit: str, period: Period) -> list[Stint]:
        """The same, but of an outlet, a region or the group those of everybody, whatever the plan."""
        if level == "manager":
            return self.within(level, unit, period)
        stints = (each for own in self.everybody.values() for each in own)
        return [each for each in stints if each.month in period.months and each.unit(level) == unit]

    @cache  # noqa: B019
    def of(self, who: str, period: Period) -> list[Stint]:
        """A person's stints inside a period."""
        return [each for each in self.stints.get(who, []) if each.month in period.months]

    def employed(self, who: str, period: Period) -> bool:
        """At least a day in the period."""
        return bool(self.of(who, period))

    @cache  # noqa: B019
    def here(self, period: Period) -> list[str]:
        """Everybody employed in the period, in order of their ids."""
        return [who for who in self.spells if self.employed(who, period)]

    def days(self, who: str, period: Period) -> int:
        """Employed calendar days."""
        return sum(each.days for each in self.of(who, period))

    def at_end(self, who: str, period: Period) -> Spell | None:
        """The spell at the end of a period, or of the person's time in it."""
        stints = self.of(who, period)
        return stints[-1].spell if stints else None

    @cache  # noqa: B019
    def unit(self, who: str, level: str, period: Period) -> str | None:
        """The outlet, region or group somebody belongs to at the period's end."""
        stints = self.of(who, period)
        return stints[-1].unit(level) if stints else None

    @cache  # noqa: B019
    def peers(self, who: str, scope: str, period: Period) -> list[str]:
        """Everybody employed in the period who belongs to the same outlet, region or group at its end."""
        unit = self.unit(who, scope, period)
        return [each for each in self.here(period) if self.unit(each, scope, period) == unit]

    def full_time_share(self, who: str, period: Period) -> Fraction:
        """The mean share of a full-time post over the employed days."""
        stints = self.of(who, period)
        days = sum(each.days for each in stints)
        return sum((each.spell.fte * each.days for each in stints), NOTHING) / days

    def months_of_service(self, who: str, period: Period) -> int:
        """Completed months from hire to the last employed day of the period, the first counted as 1."""
        spell = self.of(who, period)[-1].spell
        last = min(period.end, spell.last or period.end)
        known = [each.hired for each in self.spells[who] if each.hired is not None]
        hired = known[-1] if known else self.spells[who][0].first
        return months_between((hired.year, hired.month, hired.day), (last.year, last.month, last.day)) + 1

    @cache  # noqa: B019
    def leader(self, who: str, period: Period) -> str:
        """To whom somebody reports at the period's end; "" for nobody."""
        spell = self.at_end(who, period)
        return spell.leader if spell is not None else ""

    def team(self, leader: str, depth: str, period: Period) -> list[str]:
        """The people who report to somebody, directly or at any depth."""
        team = [who for who in self.here(period) if self.leader(who, period) == leader]
        if depth == "direct":
            return team
        for above in team:
            self._refuse_circle(above, period)
        return [each for above in team for each in (above, *self.team(above, depth, period))]

    def _refuse_circle(self, who: str, period: Period) -> None:
        above = [who]
        while leader := self.leader(above[-1], period):
            if leader in above:
                circle = " → ".join([*above[above.index(leader) :], leader])
                what = f"in {period.label} people report to one another in a circle: {circle}"
                raise DataGap("managers", [Problem("reports_to", what, "let one of them report to nobody")])
            above.append(leader)


def days_inside(spell: Spell, period: Period) -> int:
    """Days of a spell inside a period; the last day is worked."""
    first = max(spell.first, period.start)
    last = min(spell.last or period.end, period.end)
    return max((last - first).days + 1, 0)
