"""Facts as arrays: every column of an expression over its window, one number for each period and manager."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.errors import DataGap, Problem
from policymodel.history.counting import Fate, fates
from policymodel.history.facts import History
from policymodel.history.measures import Status
from policymodel.panel.facts import Facts
from policymodel.panel.months import Months
from policymodel.panel.spells import Spells, make_spells
from policymodel.periods import MONTHS_OF, Period, month_label
from policymodel.scheme.algebra import Column
from policymodel.scheme.evaluation import Values, divide
from policymodel.scheme.terms import TargetRule


@dataclass(frozen=True)
class Counted:
    """The records counted under the rule of a measure (S1, ours), one element each; a state, one a month."""

    measure: str
    manager: NDArray[np.object_]
    month: NDArray[np.int64]
    value: NDArray[np.float64]
    file: NDArray[np.object_]
    row: NDArray[np.int64]
    number: NDArray[np.object_]  # "" where such records have none
    places: Mapping[str, NDArray[np.intp]]  # of each manager's records

    @cached_property
    def shown(self) -> pd.DataFrame:
        """A row for each as a person finds it: file, row, month, name, value, about, record."""
        columns = {
            "file": self.file,
            "row": self.row,
            "month": np.array([month_label(each) for each in self.month.tolist()], dtype=object),
            "name": self.number,
            "value": self.value,
            "about": np.full(self.month.size, self.measure, dtype=object),
            "record": self.number,
        }
        return pd.DataFrame(columns)

    @classmethod
    def of(cls, history: History, measure: str, months: range) -> Counted:
        """The records that make a measure; those of a span that begins before the months are among them."""
        rule, tables = history.records[measure], history.tables
        seen = range(months.start - months.start % MONTHS_OF["year"], months.stop)
        told = fates(rule, tables, history.quarantine.iloc[:0], seen)
        told = told[told["fate"] == Fate.COUNTED]
        rows = tables[rule.of].iloc[told["position"]]
        numbers = rows[rule.table.key[0]] if rule.table.may_lack_number else pd.Series("", index=rows.index)
        return cls(
            measure=measure,
            manager=told["manager_id"].to_numpy(dtype=object),
            month=told["month"].to_numpy(),
            value=told["value"].to_numpy(dtype=np.float64),
            file=rows["source_file"].to_numpy(dtype=object),
            row=rows["source_row"].to_numpy(),
            number=numbers.to_numpy(dtype=object),
            places=told.groupby("manager_id", sort=False).indices,
        )


@dataclass(frozen=True)
class Panel:
    """History of one or more regions, ready to be scored for a plan year."""

    history: History
    spells: Spells
    facts: Facts
    plan_year: Period
    base_year: Period
    as_of: date | None = None
    """The day on which things stand, inside a period that is not over; None where periods are final."""
    everybody: Panel | None = None
    """The panel of all people where this one is of those under one plan (S6.8): what units reached is everybody's."""
    _monthly: dict[tuple[str, str, TargetRule | None, bool], Months] = field(default_factory=dict, repr=False)
    _counted: dict[str, Counted] = field(default_factory=dict, repr=False)

    @property
    def managers(self) -> NDArray[np.str_]:
        """Ids of the managers, in the order of every array's last axis."""
        return self.spells.managers

    @property
    def cells(self) -> int:
        """How long the last axis of a column is: one cell for each manager, in a future for each draw of each."""
        return int(self.managers.size)

    @property
    def months(self) -> range:
        """The months the panel knows."""
        return self.spells.months

    @cached_property
    def places(self) -> Mapping[str, Mapping[str, NDArray[np.intp]]]:
        """Where each manager's rows stand in the long tables, and each client's in `client_income`; found once."""
        tables = self.history.tables
        keys = {"activity": "manager_id", "client_income": "manager_id", "clients": "client_id"}
        keys |= {rule.of: "manager_id" for rule in self.history.records.values()}
        return {
            name: tables["client_income" if name == "clients" else name].groupby(key, sort=False).indices
            for name, key in keys.items()
        }

    def counted(self, measure: str) -> Counted:
        """The records that make a measure, of every manager; found once."""
        if measure not in self._counted:
            self._counted[measure] = Counted.of(self.history, measure, self.months)
        return self._counted[measure]

    def employed(self, periods: tuple[Period, ...]) -> NDArray[np.bool_]:
        """Who is employed at least a day in each period, [period, manager]."""
        return np.array([self.spells.employed_days(period) > 0 for period in periods])

    def column(self, column: Column, periods: tuple[Period, ...]) -> Values:
        """A fact over its window for each period: a flow's sum, a stock's last or mean, a ratio from its counts."""
        kind, _, name = column.name.partition(":")
        if kind == "target" and column.level != "manager" and self.facts.layout.ratio(name) is not None:
            what = f"the target of '{name}', a ratio, does not add up over people"
            self.facts.layout.gap("targets", what, "write `level: manager`, or leave it out")
        if column.read == "mean_of_months" and self.facts.layout.adds_up(column.name):
            what = f"'{column.name}' adds up over months, so it is not read as their mean"
            self.facts.layout.gap("activity", what, "leave `read` out, or divide by {calendar: months}")
        ratio = self.facts.layout.ratio(column.name)
        if ratio is not None:
            top, bottom = (self.part(replace(column, name=each), column, periods) for each in ratio)
            return divide(top, bottom, at_zero="not_applicable")
        return self.part(column, column, periods)

    def part(self, column: Column, whole: Column, periods: tuple[Period, ...]) -> Values:
        """A fact over the windows of another one: each of the two counts of a ratio over those of the ratio."""
        return self._in(column, periods, [self.window(whole, period) for period in periods])

    def _in(
        self, column: Column, periods: tuple[Period, ...], windows: list[tuple[int, int] | None]
    ) -> Values:
        number = np.zeros((len(periods), self.cells))
        status = np.full(number.shape, Status.NOT_APPLICABLE, dtype=np.uint8)
        for index, (period, window) in enumerate(zip(periods, windows, strict=True)):
            if window is None:
                continue
            if column.name.startswith(("calendar:", "fx:")):
                number[index], status[index] = self.facts.rates.over(
                    column.name, self._period(*window), whole=column.window.startswith("whole_")
                )
                continue
            self.facts.layout.refuse_joined(column.name, *(each + self.months[0] for each in window))
            values = self._over(column, window, period)
            number[index] = values.number
            status[index] = values.status
        return Values(number, status)

    def window(self, column: Column, period: Period) -> tuple[int, int] | None:
        """First and last month index of a column's window; None where it has no month that history reaches."""
        shifted = period.before(column.lag).year_before(column.lag_years)
        first, last = shifted.first, shifted.last
        if column.months_over:
            # Like is held against like: what of a month is reported so far is no month.
            last = first + period.months_over(self.as_of) - 1
        match column.window:
            case "quarter_to_date" | "half_year_to_date" | "year_to_date":
                first = self._begins(column.window.removesuffix("_to_date"), last)
            case "whole_quarter" | "whole_half_year" | "whole_year":
                run = column.window.removeprefix("whole_")
                first = self._begins(run, last)
                last = min(first + MONTHS_OF[run] - 1, self.plan_year.last)
            case "rolling":
                first = shifted.last - column.months + 1
            case "target_to_date":
                name = column.name.removeprefix("target:")
                for target in self.facts.targets.periods(name, column.rule):
                    if target.first <= shifted.last <= target.last:
                        first = min(first, target.first)
        if first < self.months[0] or last < first:
            return None
        return first - self.months[0], last - self.months[0]

    def reaches(self, column: Column, period: Period) -> bool:
        """Whether anybody is there in a column's window: false before the history begins."""
        window = self.window(column, period)
        if window is None:
            return False
        return bool(((self.spells.month >= window[0]) & (self.spells.month <= window[1])).any())

    def begun(self, periods: tuple[Period, ...]) -> tuple[Period, ...]:
        """The periods that have begun by the day on which things stand; all of them where there is none."""
        return tuple(each for each in periods if self.as_of is None or each.start <= self.as_of)

    def running(self, period: Period) -> bool:
        """Whether a period is not over on the day on which things stand, so that none of its figures is final."""
        return self.as_of is not None and period.start <= self.as_of < period.end

    def _begins(self, run: str, month: int) -> int:
        """The first month of the quarter, half-year or year; counted from the plan year's start, also before it."""
        return month - (month - self.plan_year.first) % MONTHS_OF[run]

    def _period(self, first: int, last: int) -> Period:
        return Period(first + self.months[0], last + self.months[0])

    def _over(self, column: Column, window: tuple[int, int], period: Period) -> Values:
        """A window's value for each manager: their own, or that of where they end the period."""
        months = self.monthly(column)
        read = months.over
        if self.facts.layout.is_stock(column.name):
            read = months.mean if column.read == "mean_of_months" else months.at_end
        values = read(*window)
        if column.level == "manager":
            return values
        here = self.spells.code_in(column.level, period)
        return Values(values.number[here], np.where(here < 0, Status.NOT_APPLICABLE, values.status[here]))

    def monthly(self, column: Column) -> Months:
        """The figures of a column by month, of each manager or of each unit of its level."""
        asked = column.name.partition(":")[0] in ("target", "increment", "base")
        if self.everybody is not None and column.level != "manager" and not asked:
            return self.everybody.monthly(column)
        whole = asked and column.window.startswith("whole_")
        key = (column.name, column.level, column.rule if ":" in column.name else None, whole)
        if key not in self._monthly:
            rows = self.facts.rows(column.name, column.rule, column.level, whole=whole)
            spells = self.facts.whole if whole else self.spells
            self._monthly[key] = Months(rows, spells, column.level)
        return self._monthly[key]


def build_panel(history: History, plan_year: Period, base_year: Period, as_of: date | None = None) -> Panel:
    """Lay history on rows for scoring a plan year against its base year.

    The panel reaches back to the start of the base year, and at least a year before the plan year. With `as_of`, a
    day of the plan year, it holds things as they stand on that day (S4.0): what has happened up to it, and of each
    target the part that is due by then; a month's activity counts as far as it was reported. On the last day of a
    period its figures are those of the whole period.
    """
    if as_of is not None and not plan_year.start <= as_of <= plan_year.end:
        problem = Problem("as_of", f"{as_of} does not lie in the plan year {plan_year.label}")
        raise DataGap(history.title.get("en", "history"), [problem])
    first = min(base_year.first, plan_year.first - 12)
    spells = make_spells(history.tables["managers"], range(first, plan_year.last + 1))
    if not spells.employed_days(plan_year).any():
        problem = Problem("managers", f"nobody is employed in the plan year {plan_year.label}")
        raise DataGap(history.title.get("en", "history"), [problem])
    facts = Facts.of(history, spells, plan_year, base_year, as_of)
    return Panel(history, facts.layout.spells, facts, plan_year, base_year, as_of)
