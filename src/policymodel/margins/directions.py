"""One more unit of a measure: in which month it falls, and which columns read it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policymodel.margins.arithmetic import divide
from policymodel.margins.germs import PLAIN, Germ, level
from policymodel.margins.scenes import Scenes
from policymodel.panel import Ground
from policymodel.scheme.algebra import Column
from policymodel.scheme.evaluation.values import Numbers, Values

STILL = ("target", "increment", "base", "person", "calendar", "fx", "months_in_grade")
"""What a person does not move by working more: promises, last year, the calendar."""
COUNTED = ("share", "count")


def measures_of(column: Column, ground: Ground) -> tuple[str, ...]:
    """The measures of which a column reads units: its own, or the two counts of a ratio."""
    kind, _, figure = column.name.partition(":")
    if figure and kind in STILL:
        return ()
    if kind in ("transaction", "transactions"):
        figure = figure.partition("@")[0]
        return () if figure in COUNTED else (f"transaction:{'amount' if figure == 'credited' else figure}",)
    return ground.panel.facts.layout.ratio(column.name) or (column.name,)


@dataclass(frozen=True)
class OneMore:
    """One more unit of a measure in some scenes.

    It is done in the period's last month in which the person is employed; a transaction's figure (`transaction:amount`
    …) is that of the person's last transaction in the period. Targets, bases and other people's figures stand still.
    """

    ground: Ground
    measure: str
    scenes: Scenes
    _read: dict[tuple[Column, Column], tuple[Values, Numbers]] = field(default_factory=dict, repr=False)

    def moves(self, column: Column) -> bool:
        """Whether the column reads the measure in any of the scenes."""
        if self.measure not in measures_of(column, self.ground):
            return False
        ratio = self.ground.panel.facts.layout.ratio(column.name)
        return ratio is not None or bool(self._reading(column, column)[1].any())

    def germ(self, column: Column, at: Numbers, side: int) -> Germ:
        """A column after so many units [scene, manager]; a ratio of counts from the two."""
        return self._germ(column, column, at, side)

    def _germ(self, column: Column, whole: Column, at: Numbers, side: int) -> Germ:
        """The same, where the column is a count of a `whole`, over whose windows it is read."""
        ratio = self.ground.panel.facts.layout.ratio(column.name)
        if ratio is not None:
            top, bottom = (self._germ(replace(column, name=each), column, at, side) for each in ratio)
            return divide(top, bottom, "not_applicable")
        values, effect = self._reading(column, whole)
        if column.name.startswith("transaction:") and self.scenes.mover is None:
            at = at[:, self.ground.places()[1]]
        number = values.number[None] + effect * at[:, None, :]
        status = values.status[None]
        return replace(level(Values(number, status), PLAIN), slope=effect * side)

    def together(self) -> OneMore:
        """The same unit in the same periods, for everybody at once."""
        return OneMore(self.ground, self.measure, Scenes(np.unique(self.scenes.period)))

    def copied(self, count: int) -> OneMore:
        """The same unit in the same scenes, each so many times, so that many places are seen in one pass."""
        return OneMore(self.ground, self.measure, self.scenes.copied(count))

    def figures(self) -> Numbers:
        """The measure's own figure of each scene, [scene, manager]; NaN where there is none."""
        if not self._of_transactions:
            values = self.ground.column(Column(self.measure))
            own = np.where(values.ok, values.number, np.nan)
            return self.scenes.own(np.broadcast_to(own, (self.scenes.period.size, *own.shape)))
        values = self.ground.column(Column(self.measure))
        number = np.where(values.ok, values.number, np.nan)[0]
        return np.where(self._last >= 0, np.append(number, np.nan)[self._last], np.nan)

    @property
    def _of_transactions(self) -> bool:
        return self.measure.startswith("transaction:")

    @cached_property
    def _movers(self) -> NDArray[np.int64]:
        """Who moves, [scene, manager]."""
        if self.scenes.mover is not None:
            return self.scenes.mover[:, None]
        people = np.arange(self.ground.panel.managers.size)
        return np.broadcast_to(people, (self.scenes.period.size, people.size))

    @cached_property
    def _last(self) -> NDArray[np.int64]:
        """The last credit of each scene's period and mover, -1 where there is none."""
        last = np.full((len(self.ground.periods), self.ground.panel.managers.size), -1, dtype=np.int64)
        period, manager = self.ground.places()
        # Credits are in order of date, so the last one written is the latest.
        last[period, manager] = np.arange(period.size)
        return last[self.scenes.period[:, None], self._movers]

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        """The panel row in which the unit falls, [scene, manager]; -1 where it falls nowhere."""
        spells = self.ground.panel.spells
        if self._of_transactions:
            days = self.ground.dates().astype("datetime64[M]").astype(np.int64) + 1970 * 12
            rows = self.ground.panel.facts.layout.rows_of(self.ground.places()[1], days)
            return np.where(self._last >= 0, np.append(rows, -1)[self._last], -1)
        rows = np.array([spells.row_in(period) for period in self.ground.periods])
        return rows[self.scenes.period[:, None], self._movers]

    def _reading(self, column: Column, whole: Column) -> tuple[Values, Numbers]:
        """A column as it stands, and how much it changes for each unit; a count over the windows of its ratio."""
        if (column, whole) not in self._read:
            mine = self.measure in measures_of(column, self.ground)
            effect = self._effect(column, whole) if mine else np.zeros((1, 1, 1))
            values = self.ground.column(column) if column == whole else self.ground.part(column, whole)
            self._read[column, whole] = (values, effect)
        return self._read[column, whole]

    def _effect(self, column: Column, whole: Column) -> Numbers:
        """How much a column changes for each unit, [scene, period, manager] or [scene, 1, credit]."""
        kind, _, figure = column.name.partition(":")
        if kind == "transaction":
            return self._of_credits(figure)
        spells, panel = self.ground.panel.spells, self.ground.panel
        there = self._rows >= 0
        month, unit = spells.month[self._rows], spells.at(column.level)[self._rows]
        weight = np.ones(there.shape)
        if kind == "transactions":
            weight = self._weight(figure)
        stock = panel.facts.layout.is_stock(column.name)
        averaged = stock and column.read == "mean_of_months"
        last_known = self._last_known(column.level) if stock and not averaged else None
        effects = []
        for period in self.ground.periods:
            window = panel.window(whole, period)
            if window is None:
                effects.append(np.zeros(np.broadcast_shapes(there.shape, (1, panel.managers.size))))
                continue
            people = np.arange(panel.managers.size)
            here = people if column.level == "manager" else spells.code_in(column.level, period)
            read = there & (month >= window[0]) & (month <= window[1])
            if last_known is not None:
                read = read & (last_known[window[1]][unit] == month)
            if averaged:
                weight = 1 / self._months_known(column.level, *window)[unit]
            effects.append(weight * (read & (here == unit)))
        return np.stack(effects, axis=1)

    def _last_known(self, level: str) -> NDArray[np.int64]:
        """The latest month with anybody there, up to each month, [month, unit]: where a stock is read."""
        spells = self.ground.panel.spells
        known = np.full((len(spells.months), spells.size(level)), -1, dtype=np.int64)
        known[spells.month, spells.at(level)] = spells.month
        return np.maximum.accumulate(known, axis=0)

    def _months_known(self, level: str, first: int, last: int) -> Numbers:
        """In how many months of a window anybody's figures are counted in each unit; 1 where in none."""
        spells = self.ground.panel.spells
        known = np.zeros((len(spells.months), spells.size(level)), dtype=bool)
        known[spells.month[spells.last], spells.at(level)[spells.last]] = True
        months: Numbers = known[first : last + 1].sum(axis=0, dtype=np.float64)
        return np.maximum(months, 1)

    def _of_credits(self, figure: str) -> Numbers:
        credit = np.arange(self.ground.places()[0].size)
        share = self._share if figure == "credited" else np.ones(credit.size)
        last = self._last if self.scenes.mover is not None else self._last[:, self.ground.places()[1]]
        effect: Numbers = np.where(last == credit, share, 0.0)[:, None, :]
        return effect

    @cached_property
    def _share(self) -> Numbers:
        share: Numbers = self.ground.column(Column("transaction:share")).number[0]
        return share

    def _weight(self, which: str) -> Numbers:
        """What a unit of the transaction counts for in a sum over the period: its share, 0 for other products."""
        figure, _, products = which.partition("@")
        weight = self._share if figure == "credited" else np.ones(self._share.size)
        if products:
            product = self.ground.category("product", "transaction")[0]
            weight = weight * np.isin(product.astype(str), products.split("+"))
        return np.where(self._last >= 0, np.append(weight, 0.0)[self._last], 0.0)
