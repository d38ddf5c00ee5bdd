"""Facts as arrays: every column of an expression over its window, one number for each period and manager."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policymodel.errors import DataGap, Problem
from policymodel.history.facts import History
from policymodel.history.measures import COMPUTED, Status
from policymodel.panel.facts import Facts, Rows
from policymodel.panel.spells import Spells, make_spells
from policymodel.periods import Period
from policymodel.scheme.algebra import Column, Ratio, Values, evaluate
from policymodel.scheme.terms import TargetRule


@dataclass(frozen=True)
class Panel:
    """History of one or more regions, ready to be scored for a plan year."""

    history: History
    spells: Spells
    facts: Facts
    plan_year: Period
    base_year: Period
    _monthly: dict[tuple[str, str, TargetRule | None], _Months] = field(default_factory=dict, repr=False)

    @property
    def managers(self) -> NDArray[np.str_]:
        """Ids of the managers, in the order of every array's last axis."""
        return self.spells.managers

    @property
    def months(self) -> range:
        """The months the panel knows."""
        return self.spells.months

    def employed(self, periods: tuple[Period, ...]) -> NDArray[np.bool_]:
        """Who is employed at least a day in each period, [period, manager]."""
        return np.array([self.spells.employed_days(period) > 0 for period in periods])

    def column(self, column: Column, periods: tuple[Period, ...]) -> Values:
        """A fact over its window for each period: a sum for a flow, the last for a stock, a ratio from its counts."""
        ratio = self.facts.ratio(column.name)
        if ratio is not None:
            assert ratio.top is not None
            assert ratio.bottom is not None
            parts = [
                Column(each, column.window, column.lag, column.lag_years, column.level, column.rule)
                for each in (ratio.top, ratio.bottom)
            ]
            return evaluate(Ratio(parts[0], parts[1]), lambda part: self.column(part, periods), {})
        months = self._months(column)
        number = np.zeros((len(periods), self.managers.size))
        status = np.full(number.shape, Status.NOT_APPLICABLE, dtype=np.uint8)
        stock = self.facts.is_stock(column.name)
        for index, period in enumerate(periods):
            window = self.window(column, period)
            if window is None:
                continue
            values = months.at_end(*window) if stock else months.over(*window)
            if column.level == "outlet":
                outlet = self.spells.outlet_in(period)
                values = Values(
                    values.number[outlet], np.where(outlet < 0, Status.NOT_APPLICABLE, values.status[outlet])
                )
            number[index] = values.number
            status[index] = values.status
        return Values(number, status)

    def window(self, column: Column, period: Period) -> tuple[int, int] | None:
        """First and last month index of a column's window; None where history does not reach that far back."""
        shifted = period.before(column.lag).year_before(column.lag_years)
        first = shifted.first
        if column.window == "year_to_date":
            first = self.plan_year.year_before(column.lag_years).first
        elif column.window == "target_to_date":
            name = column.name.removeprefix("target:")
            for target in self.facts.target_periods(name, column.rule):
                if target.first <= shifted.last <= target.last:
                    first = min(first, target.first)
        if first < self.months[0]:
            return None
        return first - self.months[0], shifted.last - self.months[0]

    def _months(self, column: Column) -> _Months:
        key = (column.name, column.level, column.rule if ":" in column.name else None)
        if key not in self._monthly:
            rows = self.facts.rows(column.name, column.rule)
            group, size = (
                (self.spells.outlet, self.spells.outlets.size)
                if column.level == "outlet"
                else (self.spells.manager, self.managers.size)
            )
            self._monthly[key] = _Months(rows, self.spells.month, group, len(self.months), size)
        return self._monthly[key]


class _Months:
    """Rows added up to [month, group], with what is missing counted beside."""

    def __init__(
        self, rows: Rows, month: NDArray[np.int64], group: NDArray[np.int64], months: int, groups: int
    ):
        self.shape = (months, groups)
        self._key = month * groups + group
        self.total = self._sum(rows.number * np.isin(rows.status, COMPUTED))
        self.present = self._sum(rows.status != Status.NOT_APPLICABLE)
        self.absent = self._sum(rows.status == Status.ABSENT)
        self.quarantined = self._sum(rows.status == Status.QUARANTINED)

    def _sum(self, weights: NDArray[np.generic]) -> NDArray[np.float64]:
        size = self.shape[0] * self.shape[1]
        added = np.bincount(self._key, weights.astype(np.float64), minlength=size)
        return added.astype(np.float64).reshape(self.shape)

    @cached_property
    def last_present(self) -> NDArray[np.int64]:
        """The latest month with a row, up to each month; -1 where there is none yet."""
        month = np.arange(self.shape[0])[:, None]
        return np.maximum.accumulate(np.where(self.present > 0, month, -1), axis=0)

    def over(self, first: int, last: int) -> Values:
        """The sum from one month to another, both included."""
        return self._values(*(each[first : last + 1].sum(axis=0) for each in self._all))

    def at_end(self, first: int, last: int) -> Values:
        """The value of the last month with a row inside the window."""
        at = self.last_present[last]
        group = np.arange(self.shape[1])
        inside = at >= first
        return self._values(*(np.where(inside, each[at, group], 0.0) for each in self._all))

    @property
    def _all(self) -> tuple[NDArray[np.float64], ...]:
        return self.total, self.present, self.absent, self.quarantined

    def _values(
        self,
        total: NDArray[np.float64],
        present: NDArray[np.float64],
        absent: NDArray[np.float64],
        quarantined: NDArray[np.float64],
    ) -> Values:
        status = np.select(
            [present == 0, quarantined > 0, absent > 0, total == 0],
            [Status.NOT_APPLICABLE, Status.QUARANTINED, Status.ABSENT, Status.TRUE_ZERO],
            Status.MEASURED,
        )
        return Values(total, status.astype(np.uint8))


def build_panel(history: History, plan_year: Period, base_year: Period) -> Panel:
    """Lay history on rows for scoring a plan year against its base year.

    The panel reaches back to the start of the base year, and at least a year before the plan year.
    """
    first = min(base_year.first, plan_year.first - 12)
    spells = make_spells(history.tables["managers"], range(first, plan_year.last + 1))
    if not spells.employed_days(plan_year).any():
        problem = Problem("managers", f"nobody is employed in the plan year {plan_year.label}")
        raise DataGap(history.title.get("en", "history"), [problem])
    return Panel(history, spells, Facts(history, spells, plan_year, base_year), plan_year, base_year)
