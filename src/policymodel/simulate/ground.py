"""The ground of next year: what a scheme stands on in a block of draws, and one draw of it written out as history.

A cell is a person in a draw: cell = draw x people + person. What is asked for, bases, posts and calendars are the same
in every draw; what happens is drawn. Peers of different draws are different peers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from policymodel.errors import DataGap, Problem
from policymodel.history.measures import Status
from policymodel.panel import Ground, Panel
from policymodel.panel.months import Months
from policymodel.periods import Period
from policymodel.scheme.algebra import Axis, Column, Scope, Within
from policymodel.scheme.evaluation import Values
from policymodel.simulate.drawing import Drawn
from policymodel.simulate.months import happens

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class FuturePanel(Panel):
    """Next year's panel of some people, in some draws: columns are [period, cell]."""

    drawn: Drawn | None = None
    _units: dict[tuple[object, ...], DrawnMonths] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, panel: Panel, drawn: Drawn) -> FuturePanel:
        """The panel of everybody, or of those under some plans, as it is in some draws."""
        return cls(**{each.name: getattr(panel, each.name) for each in fields(panel)}, drawn=drawn)

    @property
    def chance(self) -> Drawn:
        """The draws."""
        assert self.drawn is not None
        return self.drawn

    @property
    def cells(self) -> int:
        """One for each person in each draw; where people leave one more for their successor."""
        return self.chance.places * int(self.managers.size)

    @cached_property
    def there(self) -> NDArray[np.bool_] | None:
        """Who holds their post in each month of next year, [month, place, person]; None where nobody leaves."""
        holders = self.chance.holders
        return None if holders is None else np.asarray(holders.flat(holders.there), dtype=np.bool_)

    def employed_in(self, period: Period) -> NDArray[np.bool_]:
        """Who is there in some month of a period of next year, [place, person]."""
        posts = np.broadcast_to(self.spells.row_in(period) >= 0, (self.chance.places, self.managers.size))
        if self.there is None:
            return posts
        months = slice(period.first - self.plan_year.first, period.last - self.plan_year.first + 1)
        return np.asarray(posts & self.there[months].any(axis=0))

    def _over(self, column: Column, window: tuple[int, int], period: Period) -> Values:
        begins = self.plan_year.first - self.months[0]
        given = not happens(column.name)
        own = column.level == "manager"
        if (given or window[1] < begins) and not (own and self.there is not None):
            values = super()._over(column, window, period)
            places = (self.chance.places, 1)
            return self._of_present(np.tile(values.number, places), np.tile(values.status, places), period)
        months = self._drawn_months(column)
        read = months.over
        if self.facts.layout.is_stock(column.name):
            read = months.mean if column.read == "mean_of_months" else months.at_end
        values = read(*window)
        if own:
            return Values(values.number.reshape(-1), values.status.reshape(-1))
        here = self.spells.code_in(column.level, period)
        status = np.where(here < 0, Status.NOT_APPLICABLE, values.status[:, here]).astype(np.uint8)
        slots = self.chance.places // self.chance.count
        number = np.repeat(values.number[:, here], slots, axis=0)
        return self._of_present(number, np.repeat(status, slots, axis=0), period)

    def _of_present(self, number: Numbers, status: NDArray[np.uint8], period: Period) -> Values:
        """What is the same for all of a unit is nothing for who is not in it."""
        if self.there is not None:
            status = np.where(self.employed_in(period), status, Status.NOT_APPLICABLE).astype(np.uint8)
        return Values(number.reshape(-1), status.reshape(-1))

    def _drawn_months(self, column: Column) -> DrawnMonths:
        asked = not happens(column.name)
        key = (column.name, column.level, column.rule if asked else None, asked and "whole" in column.window)
        if key not in self._units:
            own, months = column.level == "manager", self.monthly(column)
            year = slice(self.plan_year.first - self.months[0], None)
            if asked:
                # Of what is given to a post its holder has the months in which they hold it.
                by_month = months.by_month()
                shape = (len(self.plan_year.months), self.chance.count, self.managers.size)
                status = self.chance.held(np.broadcast_to(by_month.status[year][:, None], shape))
                number = np.broadcast_to(by_month.number[year][:, None], shape)
                number = np.repeat(number, self.chance.places // self.chance.count, axis=1)
                number = np.where(status == Status.NOT_APPLICABLE, 0.0, number)
            else:
                number, status = (self.chance.figures if own else self.chance.of_units)(column.name)
            everybody = self if own or self.everybody is None else self.everybody
            made = DrawnMonths.of(months, number, status, everybody, column.level, self.plan_year)
            slots = self.chance.places // self.chance.count
            self._units[key] = made if not own or slots == 1 else made.without_past(slots)
        return self._units[key]


@dataclass(frozen=True)
class DrawnMonths:
    """Figures by month: those of history the same in all draws, next year's [month, draw, group], missing ones counted.

    As `panel.months.Months`, which holds history; `begins` is the first month that is drawn.
    """

    past: Months
    begins: int
    total: Numbers
    present: NDArray[np.bool_]
    absent: NDArray[np.bool_]
    quarantined: NDArray[np.bool_]
    remembers: NDArray[np.bool_] = field(default_factory=lambda: np.ones((1, 1), dtype=bool))
    """Whose history it is, [draw, group]: a successor has none."""

    def without_past(self, slots: int) -> DrawnMonths:
        """The same, where of so many who follow one another only the first was there before."""
        first = np.arange(self.total.shape[1])[:, None] % slots == 0
        return replace(self, remembers=first)

    @classmethod
    def of(
        cls, past: Months, number: Numbers, status: NDArray[np.uint8], panel: Panel, level: str, year: Period
    ) -> DrawnMonths:
        """Added up over the people of each group of a level, as they stand in each month."""
        begins = year.first - panel.months[0]
        spells, months = panel.spells, len(year.months)
        inside = spells.last & (spells.month >= begins) & (spells.month < begins + months)
        month, who = spells.month[inside] - begins, spells.manager[inside]
        groups = spells.at(level)[inside]
        size = spells.size(level)
        if level == "manager":
            here = np.zeros((months, 1, size), dtype=bool)
            here[month, 0, who] = True
            there = here & (status != Status.NOT_APPLICABLE)
            lost = [there & (status == each) for each in (Status.ABSENT, Status.QUARANTINED)]
            return cls(past, begins, np.where(here, number, 0.0), there, *lost)
        draws = number.shape[1]
        key = ((month * draws)[:, None] + np.arange(draws)) * size + groups[:, None]
        own, seen = number[month, :, who], status[month, :, who]
        shape = (months, draws, size)

        def added(weights: NDArray[np.generic]) -> Numbers:
            flat = np.bincount(
                key.ravel(), weights.ravel().astype(np.float64), minlength=months * draws * size
            )
            return flat.astype(np.float64).reshape(shape)

        return cls(
            past,
            begins,
            added(own),
            added(seen != Status.NOT_APPLICABLE) > 0,
            added(seen == Status.ABSENT) > 0,
            added(seen == Status.QUARANTINED) > 0,
        )

    def over(self, first: int, last: int) -> Values:
        """The sum from one month to another, both included, [draw, group]."""
        total = np.zeros(self.total.shape[1:])
        present, absent, quarantined = (np.zeros(total.shape, dtype=bool) for _ in range(3))
        if first < self.begins:
            past = slice(first, min(self.begins, last + 1))
            total += self.past.total[past].sum(axis=0) * self.remembers
            present |= (self.past.present[past].sum(axis=0) > 0) & self.remembers
            absent |= (self.past.absent[past].sum(axis=0) > 0) & self.remembers
            quarantined |= (self.past.quarantined[past].sum(axis=0) > 0) & self.remembers
        for month in range(max(first, self.begins) - self.begins, last - self.begins + 1):
            total += self.total[month]
            present |= self.present[month]
            absent |= self.absent[month]
            quarantined |= self.quarantined[month]
        return self._values(total, present, absent, quarantined)

    def at_end(self, first: int, last: int) -> Values:
        """The value of the last month with a row inside the window, [draw, group]."""
        found = None
        for month in range(last, first - 1, -1):
            values = self.over(month, month)
            if found is None:
                found = values
                open_ = values.gone
            else:
                found = Values(
                    np.where(open_, values.number, found.number), np.where(open_, values.status, found.status)
                )
                open_ = open_ & values.gone
            if not open_.any():
                break
        assert found is not None
        return found

    def mean(self, first: int, last: int) -> Values:
        """The mean of the months with a row inside the window, [draw, group]."""
        months = np.zeros(self.total.shape[1:])
        for month in range(first, last + 1):
            past = month < self.begins
            months += (
                (self.past.present[month] > 0) & self.remembers if past else self.present[month - self.begins]
            )
        whole = self.over(first, last)
        return Values(whole.number / np.maximum(months, 1), whole.status)

    @staticmethod
    def _values(
        total: Numbers,
        present: NDArray[np.bool_],
        absent: NDArray[np.bool_],
        quarantined: NDArray[np.bool_],
    ) -> Values:
        status = (total == 0).astype(np.uint8)
        for lost, word in (
            (absent, Status.ABSENT),
            (quarantined, Status.QUARANTINED),
            (~present, Status.NOT_APPLICABLE),
        ):
            if lost.any():
                status[lost] = word
        return Values(total, status)


@dataclass(frozen=True)
class FutureGround:
    """Next year's facts for some periods in some draws, as `scheme.evaluation.Ground`; arrays are [period, cell]."""

    panel: FuturePanel
    periods: tuple[Period, ...]

    @classmethod
    def of(cls, panel: Panel, drawn: Drawn, periods: tuple[Period, ...]) -> FutureGround:
        """The ground of everybody, or of those under some plans."""
        return cls(FuturePanel.of(panel, drawn), periods)

    @cached_property
    def _people(self) -> Ground:
        """The ground of posts, of which every draw has the same."""
        panel = self.panel
        own = Panel(**{each.name: getattr(panel, each.name) for each in fields(Panel)})
        return Ground(own, self.periods)

    def column(self, column: Column) -> Values:
        """A fact over its window."""
        if column.name.startswith("transaction:"):
            self._refuse(column.name)
        return self.panel.column(column, self.periods)

    def part(self, column: Column, whole: Column) -> Values:
        """One of the two counts of a ratio, over the windows of the ratio."""
        return self.panel.part(column, whole, self.periods)

    def _refuse(self, what: str) -> NoReturn:
        problem = Problem(
            what,
            "it looks at single transactions, which are not drawn for next year",
            "leave this design out",
        )
        raise DataGap("futures", [problem])

    def places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Single transactions are not drawn."""
        self._refuse("transactions")

    def dates(self) -> NDArray[np.datetime64]:
        """Single transactions are not drawn."""
        self._refuse("transactions")

    def category(self, name: str, axis: Axis) -> NDArray[np.object_]:
        """Grade, region or outlet at the period's end."""
        if axis == "transaction":
            self._refuse("transactions")
        words = self._tiled(self._people.category(name, axis))
        return np.where(self.employed.reshape(words.shape), words, "")

    @cached_property
    def employed(self) -> NDArray[np.bool_]:
        """Who is there in each period, [period, place, person]."""
        return np.stack([self.panel.employed_in(period) for period in self.periods])

    def _tiled(self, codes: NDArray[Any]) -> NDArray[Any]:
        return np.tile(codes, (1, self.panel.chance.places))

    def peers(self, scope: Scope) -> NDArray[np.int64]:
        """The code of each person's outlet, region or group in their draw; -1 for who is not employed."""
        chance, size = self.panel.chance, self.panel.spells.size(scope)
        cells = self.panel.cells // chance.count
        codes = self._tiled(self._people.peers(scope)) + np.repeat(np.arange(chance.count) * size, cells)
        return np.where(self.employed.reshape(codes.shape), codes, -1)

    def leaders(self) -> NDArray[np.int64]:
        """The cell of whom each person reports to; -1 for nobody, or for a post that is vacant at the period's end."""
        leaders, people = self._people.leaders(), int(self.panel.managers.size)
        chance = self.panel.chance
        slots = chance.places // chance.count
        found = np.full((len(self.periods), chance.places, people), -1, dtype=np.int64)
        place = np.arange(chance.places)
        for at, period in enumerate(self.periods):
            for slot in range(slots):
                there = self._at_end(period)[place // slots * slots + slot][:, np.maximum(leaders[at], 0)]
                cell = (place // slots * slots + slot)[:, None] * people + leaders[at]
                found[at] = np.where(there & (leaders[at] >= 0), cell, found[at])
        return np.where(self.employed, found, -1).reshape(len(self.periods), -1)

    def _at_end(self, period: Period) -> NDArray[np.bool_]:
        """Who is there in the last month of a period, [place, person]."""
        return self.panel.employed_in(Period(period.last, period.last))

    def opens(self, within: Within | None) -> NDArray[np.bool_]:
        """Which periods begin a quarter, half-year or year of the plan year."""
        return self._people.opens(within)

    def days(self, first: date | None, last: date | None) -> NDArray[np.float64]:
        """The share of each period's calendar days between two dates."""
        return self._people.days(first, last)
