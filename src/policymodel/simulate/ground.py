"""The ground of next year: what a scheme stands on in a block of draws, and one draw of it written out as history.

A cell is a person in a draw: cell = draw x people + person. What is asked for, bases, posts and calendars are the same
in every draw; what happens is drawn. Peers of different draws are different peers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import NoReturn

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
    _units: dict[tuple[str, str], DrawnMonths] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, panel: Panel, drawn: Drawn) -> FuturePanel:
        """The panel of everybody, or of those under some plans, as it is in some draws."""
        return cls(**{each.name: getattr(panel, each.name) for each in fields(panel)}, drawn=drawn)

    @property
    def draws(self) -> int:
        """How many draws there are."""
        assert self.drawn is not None
        return self.drawn.count

    @property
    def cells(self) -> int:
        """One for each person in each draw."""
        return self.draws * int(self.managers.size)

    def _over(self, column: Column, window: tuple[int, int], period: Period) -> Values:
        begins = self.plan_year.first - self.months[0]
        if not happens(column.name) or window[1] < begins:
            values = super()._over(column, window, period)
            return Values(np.tile(values.number, self.draws), np.tile(values.status, self.draws))
        months = self._drawn_months(column)
        read = months.over
        if self.facts.layout.is_stock(column.name):
            read = months.mean if column.read == "mean_of_months" else months.at_end
        values = read(*window)
        if column.level == "manager":
            return Values(values.number.reshape(-1), values.status.reshape(-1))
        here = self.spells.code_in(column.level, period)
        status = np.where(here < 0, Status.NOT_APPLICABLE, values.status[:, here]).astype(np.uint8)
        return Values(values.number[:, here].reshape(-1), status.reshape(-1))

    def _drawn_months(self, column: Column) -> DrawnMonths:
        key = (column.name, column.level)
        if key not in self._units:
            assert self.drawn is not None
            everybody = self.everybody if self.everybody is not None and column.level != "manager" else self
            number, status = self.drawn.figures(column.name)
            self._units[key] = DrawnMonths.of(
                self.monthly(column), number, status, everybody, column.level, self.plan_year
            )
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
            total += self.past.total[past].sum(axis=0)
            present |= self.past.present[past].sum(axis=0) > 0
            absent |= self.past.absent[past].sum(axis=0) > 0
            quarantined |= self.past.quarantined[past].sum(axis=0) > 0
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
            months += (
                self.past.present[month] > 0 if month < self.begins else self.present[month - self.begins]
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
        return np.tile(self._people.category(name, axis), (1, self.panel.draws))

    def _apart(self, codes: NDArray[np.int64], size: int) -> NDArray[np.int64]:
        """Codes of people or groups, other ones in each draw; -1 stays nobody."""
        offset = np.repeat(np.arange(self.panel.draws) * size, self.panel.managers.size)
        spread = np.tile(codes, (1, self.panel.draws))
        return np.where(spread < 0, -1, spread + offset)

    def peers(self, scope: Scope) -> NDArray[np.int64]:
        """The code of each person's outlet, region or group in their draw; -1 for who is not employed."""
        return self._apart(self._people.peers(scope), self.panel.spells.size(scope))

    def leaders(self) -> NDArray[np.int64]:
        """The cell of whom each person reports to; -1 for nobody."""
        return self._apart(self._people.leaders(), int(self.panel.managers.size))

    def opens(self, within: Within | None) -> NDArray[np.bool_]:
        """Which periods begin a quarter, half-year or year of the plan year."""
        return self._people.opens(within)

    def days(self, first: date | None, last: date | None) -> NDArray[np.float64]:
        """The share of each period's calendar days between two dates."""
        return self._people.days(first, last)
