"""Targets: broken down step by step, adding up exactly, and reached by the time that has passed (S4.0, S6.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import pairwise

from policymodel.errors import DataGap, Problem
from policymodel.periods import Period
from policymodel.reference.clients import Clients
from policymodel.reference.facts import Cells, Facts
from policymodel.reference.numbers import (
    ABSENT,
    NOT_APPLICABLE,
    NOTHING,
    ONE,
    QUARANTINED,
    Missing,
    Value,
    added,
    divided,
    times,
    unknown,
)
from policymodel.reference.people import Stint
from policymodel.reference.progress import Progress
from policymodel.reference.sharing import Post, Sharing, positive
from policymodel.scheme.terms import TargetRule, income_line


@dataclass(frozen=True, eq=False)
class Targets:
    """Targets and bases of a plan year under one rule."""

    facts: Facts
    clients: Clients
    plan_year: Period
    base_year: Period
    rule: TargetRule | None
    seen: Facts
    """What has happened by the day on which things stand: targets are set for the whole, and due for that part."""
    as_of: date | None = None

    @property
    def _sharing(self) -> Sharing:
        assert self.rule is not None
        return Sharing(self.facts, self.rule, self.annual_base)

    # Bases

    @cache  # noqa: B019
    def annual_base(self, who: str, name: str) -> Value:
        """Last year's figure; of an income line that of the clients, as if they were held for the whole year.

        A figure of the base year that is not known leaves the base unknown. Who was not there has none.
        """
        cells = self.facts.actual(name)
        known = [cells[each] for each in self._stints(who, self.base_year) if each in cells]
        if self.facts.is_stock(name):
            known = known[-1:]
        if not self._is_line(name):
            return added(known) if known else NOT_APPLICABLE
        if QUARANTINED in known:
            return QUARANTINED
        days = self.facts.people.days(who, self.plan_year)
        if not known and not days:
            return NOT_APPLICABLE
        held = added(
            times(self.clients.held(who, name, stint.month), Fraction(stint.days))
            for stint in self._stints(who, self.plan_year)
        )
        return divided(held, Fraction(days)) if days else NOTHING

    @cache  # noqa: B019
    def base(self, name: str) -> Cells:
        """The base as it accrues with time over the plan year; nothing for who was not there in the base year.

        The base of a stock is a level: all of it stands in every month.
        """
        cells: Cells = {}
        for who, stints in self.seen.people.stints.items():
            base = self.annual_base(who, name)
            for stint in stints:
                inside = stint.month in self.plan_year.months
                if self.facts.is_level(name):
                    if inside and stint.closes:
                        cells[stint] = NOTHING if base == NOT_APPLICABLE else base
                    continue
                held = self.clients.held(who, name, stint.month) if self._is_line(name) else base
                if unknown(base):
                    cells[stint] = base
                elif isinstance(held, Missing) or not inside:
                    cells[stint] = NOTHING
                else:
                    cells[stint] = held * self._share_of(name, stint, self.plan_year)
        return cells

    def _is_line(self, name: str) -> bool:
        return name in self.facts.lines and name not in self.facts.rows.measures

    def _stints(self, who: str, period: Period) -> list[Stint]:
        return self.facts.people.of(who, period)

    # Time

    @property
    def _progress(self) -> Progress:
        return Progress(self.facts, self.rule, self.base_year)

    def _share_of(self, name: str, stint: Stint, period: Period) -> Fraction:
        """A stint's part of the time of a period."""
        whole = self._progress.whole(name, stint.spell.region, period)
        if not whole:
            what = f"no time of '{name}' passes in {period.label}"
            raise DataGap("targets", [Problem(name, what, "correct the calendar or the profile")])
        return self._progress.of_stint(name, stint) / whole

    def _own_time(self, name: str, stint: Stint, own: list[Stint]) -> Fraction:
        """A stint's part of one's own time in an outlet; by calendar days for who is there on no working day."""
        time = self._progress.of_stint
        whole = sum((time(name, each) for each in own), NOTHING)
        return time(name, stint) / whole if whole else Fraction(stint.days, sum(each.days for each in own))

    # Targets

    @cache  # noqa: B019
    def periods(self, name: str) -> tuple[Period, ...]:
        """The periods that targets of a measure are set for; the plan year where they follow from growth."""
        if self.rule is None or self.rule.set_by == "growth":
            return (self.plan_year,)
        found = {row.period for row in self.facts.rows.targets if row.measure == income_line(name)}
        here = [
            each
            for each in sorted(found)
            if each.first <= self.plan_year.last and each.last >= self.plan_year.first
        ]
        for one, other in pairwise(here):
            if other.first <= one.last:
                what = f"'{name}' has targets for {one.label} and for {other.label}, which overlap"
                raise DataGap("targets", [Problem(name, what, "keep one kind of period for a measure")])
        if not here:
            what = f"the targets table has no row for '{name}' in {self.plan_year.label}"
            raise DataGap("targets", [Problem(name, what, "add its targets")])
        return tuple(here)

    @cache  # noqa: B019
    def target(self, name: str, *, increment: bool = False) -> Cells:
        """A target, or an increment target, as it accrues with employed time; absent for who has none."""
        assert self.rule is not None, f"'{name}' needs a target and the scheme has no rule for targets"
        cells: Cells = {}
        for period in self.periods(name):
            own, counts = self._own(name, period, increment)
            for who, stints in self.seen.people.stints.items():
                whole = self._stints(who, period)
                for stint in [each for each in stints if each.month in period.months]:
                    amount = own.get((who, stint.spell.outlet), ABSENT)
                    if self.facts.is_level(name):
                        # Asked for whole in every month, of whoever is there when the month closes.
                        if stint.closes:
                            cells[stint] = amount
                        continue
                    mine = [each for each in whole if each.spell.outlet == stint.spell.outlet]
                    cells[stint] = amount
                    if not isinstance(amount, Missing):
                        time = self._own_time(name, stint, mine)
                        much = counts.get((who, stint.spell.outlet), NOTHING)
                        cells[stint] = amount * time
                        if much:
                            # A client's growth is due while the client is held, and only the rest in one's own time.
                            forecast = sum((self._grows_by(name, each, period) for each in mine), NOTHING)
                            due = self._grows_by(name, stint, period)
                            cells[stint] = amount * time + much * (due - forecast * time)
        return cells

    @property
    def _joins(self) -> bool:
        return self.rule is not None and self.rule.set_by == "forecast_and_task"

    def _grows_by(self, name: str, stint: Stint, period: Period) -> Fraction:
        """What of the forecasts of the clients held counts in a stint."""
        assert self.rule is not None
        assert self.rule.weight_of_forecast is not None
        found = self.clients.forecasts(income_line(name), period)
        growth = sum(
            (
                amount * self._share_of(name, stint, each)
                for each, amount in found.get((stint.who, stint.month), [])
            ),
            NOTHING,
        )
        return Fraction(self.rule.weight_of_forecast.value) * growth

    # Targets of outlets, regions and the group

    def of_unit(self, name: str, level: str, unit: str, window: Period) -> Value:
        """What is asked of an outlet, a region or the group in a window: its own target, else those below it.

        That of a level is what stands in the last month in which somebody is there.
        """
        months = [self._in_month(name, level, unit, month) for month in window.months]
        asked = [each for each in months if each != NOT_APPLICABLE]
        if not asked:
            return NOT_APPLICABLE
        return asked[-1] if self.facts.is_level(name) else added(asked)

    @cache  # noqa: B019
    def _in_month(self, name: str, level: str, unit: str, month: int) -> Value:
        here = self._there(self.seen, name, level, unit, month)
        period = next((each for each in self.periods(name) if month in each.months), None)
        if not here or period is None:
            return NOT_APPLICABLE
        own = self._given(name, period).get((level, unit)) if self._from_table else None
        if own is not None:
            return own if self.facts.is_level(name) else own * self._part(name, level, unit, month, period)
        if level == "outlet":
            return added(self.target(name)[each] for each in here)
        below = "outlet" if level == "region" else "region"
        units = sorted({each.unit(below) for each in here})
        return added(self._in_month(name, below, each, month) for each in units)

    @property
    def _from_table(self) -> bool:
        """Targets are set in the table, and do not grow from bases."""
        return self.rule is not None and self.rule.set_by != "growth"

    def _there(self, facts: Facts, name: str, level: str, unit: str, month: int) -> list[Stint]:
        """Whose targets belong to a month of a unit."""
        stints = facts.people.within(level, unit, Period(month, month))
        return [each for each in stints if each.closes or not self.facts.is_level(name)]

    def _part(self, name: str, level: str, unit: str, month: int, period: Period) -> Fraction:
        """A month's part of the months of a period in which somebody is there."""
        there = {each: self._there(self.facts, name, level, unit, each) for each in period.months}
        lengths = {
            each: self._progress.of_month(name, stints[0].spell.region, each)
            for each, stints in there.items()
            if stints
        }
        passed = self._progress.of_month(name, there[month][0].spell.region, month, self.as_of)
        if not any(lengths.values()):
            lengths = {each: Fraction(Period(each, each).days) for each in lengths}
            passed = Fraction(Period(month, month).days_until(self.as_of))
        return passed / sum(lengths.values())

    def _own(
        self, name: str, period: Period, increment: bool
    ) -> tuple[dict[Post, Value], dict[Post, Fraction]]:
        """Each post's own target for its employed share of the period, and how much of its forecast counts in it."""
        assert self.rule is not None
        share = self._sharing.posts(period)
        if self._from_table and self.facts.ratio(name) is not None:
            return self._same_for_all(name, share, period), {}
        if self._from_table:
            forecast = None
            if self._joins and self._is_line(name):
                forecast = dict.fromkeys(share, NOTHING)
                for who in self.facts.people.spells:
                    for stint in self._stints(who, period):
                        forecast[who, stint.spell.outlet] += self._grows_by(name, stint, period)
            own, counts = self._sharing.broken_down(name, period, self._given(name, period), share, forecast)
            return dict(own), counts
        assert self.rule.growth is not None
        rate = Fraction(self.rule.growth.value) + (NOTHING if increment else ONE)
        bases = {who: self.annual_base(who, name) for who, _ in share}
        grown = {
            post: positive(bases[post[0]]) * rate * (ONE if self.facts.is_level(name) else part)
            for post, part in share.items()
        }
        if self.rule.break_down is None:
            return {post: base if unknown(base := bases[post[0]]) else grown[post] for post in share}, {}
        regions = {post: self._sharing.region(post, period) for post in share}
        whole = {}
        for region in set(regions.values()):
            here = [post for post in share if regions[post] == region]
            if any(unknown(bases[who]) for who, _ in here) and all(
                isinstance(bases[who], Missing) for who, _ in here
            ):
                # Not one base is known, and nothing grows from that.
                continue
            whole["region", region] = sum((grown[post] for post in here), NOTHING)
        told, _ = self._sharing.broken_down(name, period, whole, share)
        return {post: told.get(post, bases[post[0]]) for post in share}, {}

    def _same_for_all(self, name: str, share: dict[Post, Fraction], period: Period) -> dict[Post, Value]:
        """The target of a ratio: one's own, else the outlet's, else the region's."""
        given = self._given(name, period)
        own: dict[Post, Value] = {}
        for who, outlet in share:
            units = [
                ("manager", who),
                ("outlet", outlet),
                ("region", self._sharing.region((who, outlet), period)),
            ]
            own[who, outlet] = next((given[each] for each in units if each in given), ABSENT)
        return own

    def _given(self, name: str, period: Period) -> dict[Post, Fraction]:
        """What the table sets, by level and unit."""
        return {
            (row.level, row.unit): row.amount
            for row in self.facts.rows.targets
            if row.measure == income_line(name) and row.period == period
        }
