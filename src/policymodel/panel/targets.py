"""Targets of each row of the panel: as set or grown from bases, broken down, accruing with employed time (S4.0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.panel.bases import Bases
from policymodel.panel.forecasts import Forecasts
from policymodel.panel.layout import Layout, Rows
from policymodel.periods import Period
from policymodel.scheme.terms import TargetRule, income_line
from policymodel.targets import Cells, Given, Weights, break_down, grown, joined, same_for_all, weights_of


@dataclass(frozen=True)
class Targets:
    """What each manager is asked for in the plan year."""

    layout: Layout
    bases: Bases
    for_units: bool = True
    """Whether the targets that the table sets for outlets and regions are these people's (S6.8)."""
    _targets: dict[str, tuple[pd.DataFrame, tuple[Period, ...]]] = field(default_factory=dict, repr=False)

    def cells(self, period: Period) -> tuple[Cells, NDArray[np.int64]]:
        """Who can carry a target of a period, and the cell of each row (-1 outside it)."""
        inside = self.layout.inside(period)
        spells = self.layout.spells
        key = spells.manager * spells.outlets.size + spells.outlet
        cell_keys, cell = np.unique(key[inside], return_inverse=True)
        row_cell = np.full(key.size, -1, dtype=np.int64)
        row_cell[inside] = cell
        region = np.zeros(cell_keys.size, dtype=np.int64)
        region[cell] = spells.region[inside]
        manager, outlet = np.divmod(cell_keys, spells.outlets.size)
        share, full_time = (
            np.bincount(cell, days[inside], minlength=cell_keys.size) / period.days
            for days in (spells.days.astype(np.float64), spells.fte * spells.days)
        )
        return Cells(manager, outlet, region, share, full_time), row_cell

    def periods(self, name: str, rule: TargetRule | None) -> tuple[Period, ...]:
        """The periods for which targets of a measure are set, in order; the plan year where they follow from growth."""
        if rule is None or rule.set_by == "growth":
            return (self.layout.plan_year,)
        return self._given(name)[1]

    def _given(self, name: str) -> tuple[pd.DataFrame, tuple[Period, ...]]:
        """The rows of the targets table for a measure that touch the plan year, and the periods they are for."""
        name = income_line(name)
        if name not in self._targets:
            table = self.layout.history.tables["targets"]
            rows = table[table["measure"] == name]
            if not self.for_units:
                rows = rows[rows["level"] == "manager"]
            period_of = {label: Period.parse(label) for label in rows["period"].unique()}
            here = {
                label: period
                for label, period in period_of.items()
                if period.first <= self.layout.plan_year.last and period.last >= self.layout.plan_year.first
            }
            if not here and not self.for_units:
                what = f"the targets table sets '{name}' for no manager under another plan"
                right = (
                    "what it sets for a region is the ordinary plan's: set it for each manager, or by growth"
                )
                self.layout.gap("targets", what, right)
            if not here:
                what = f"the targets table has no row for '{name}' in {self.layout.plan_year.label}"
                self.layout.gap("targets", what, "add its targets, or let the scheme set them by growth")
            periods = tuple(sorted(set(here.values())))
            for one, other in pairwise(periods):
                if other.first <= one.last:
                    what = f"'{name}' has targets for {one.label} and for {other.label}, which overlap"
                    self.layout.gap("targets", what, "keep one kind of period for a measure")
            rows = rows[rows["period"].isin(list(here))]
            self._targets[name] = (rows.assign(period=rows["period"].map(here)), periods)
        return self._targets[name]

    def _set(self, name: str, period: Period) -> Given:
        """What the targets table sets for a measure in a period."""
        rows = self._given(name)[0]
        codes: Mapping[str, dict[str, int]] = {
            "manager": self.layout.code,
            "outlet": {each: code for code, each in enumerate(self.layout.spells.outlets)},
            "region": {each: code for code, each in enumerate(self.layout.spells.regions)},
        }
        return Given.of(rows[rows["period"] == period], dict(codes))

    def of_units(self, name: str, rule: TargetRule | None, level: str, until: date | None = None) -> Rows:
        """Targets that add up at a level to what the table sets there, else to those of whoever is below.

        A unit's own target accrues, up to a day, over the months of its period in which somebody is there. One row of
        each month carries it; the others carry nothing.
        """
        rows = self.target(name, rule, increment=False, until=until)
        if level == "manager" or rule is None or rule.set_by == "growth":
            return rows
        spells = self.layout.spells
        for period in self.periods(name, rule):
            given = self._set(name, period)
            inside = self.layout.inside(period) & (rows.status != Status.NOT_APPLICABLE)
            time = tuple(self._month_time(name, rule, period, day) for day in (None, until))
            for unit, amount in given.outlet.items():
                self._carry(rows, np.flatnonzero(inside & (spells.outlet == unit)), amount, name, time, until)
            # A region's own target goes before those of its outlets, so it is written last.
            for unit, amount in given.region.items() if level != "outlet" else ():
                self._carry(rows, np.flatnonzero(inside & (spells.region == unit)), amount, name, time, until)
        return rows

    def _month_time(
        self, name: str, rule: TargetRule, period: Period, until: date | None
    ) -> NDArray[np.float64]:
        """The time of each row's whole month in a period, up to a day."""
        spells = self.layout.spells
        if self.layout.is_level(name):
            return np.ones(spells.month.size)
        return self.bases.progress.of_months(name, rule, period, until)[spells.region, spells.month]

    def _calendar_days(self, until: date | None) -> tuple[NDArray[np.float64], ...]:
        whole = Period(self.layout.spells.months[0], self.layout.spells.months[-1])
        spells, of_months = self.layout.spells, self.bases.progress.of_months
        return tuple(of_months("", None, whole, day)[spells.region, spells.month] for day in (None, until))

    def _carry(
        self,
        rows: Rows,
        here: NDArray[np.int64],
        amount: float,
        name: str,
        time: tuple[NDArray[np.float64], ...],
        until: date | None,
    ) -> None:
        begun = self.layout.spells.begun(until)
        month = self.layout.spells.month
        whole, passed = time
        rows.number[here] = 0.0
        rows.status[here] = Status.MEASURED
        first, shown = (
            some[np.unique(month[some], return_index=True)[1]] for some in (here, here[begun[here]])
        )
        if not whole[first].any():
            whole, passed = self._calendar_days(until)
        rows.number[shown] = (
            amount if self.layout.is_level(name) else amount * passed[shown] / whole[first].sum()
        )

    def target(
        self, name: str, rule: TargetRule | None, *, increment: bool, until: date | None = None
    ) -> Rows:
        """A target, or an increment target, as it accrues with employed time up to a day; absent for who has none.

        The target of a stock or a ratio is a level and does not accrue.
        """
        level = self.layout.is_level(name)
        if rule is None:
            what = f"'{name}' needs a target and the scheme has no rule for targets"
            self.layout.gap("targets", what, "add `targets:` to the scheme")
        if self.layout.ratio(name) is not None and rule.set_by == "growth":
            what = f"'{name}' is a ratio, whose target cannot grow from a base"
            self.layout.gap("targets", what, "set it in the targets table")
        size = self.layout.spells.manager.size
        rows = Rows(np.zeros(size), np.full(size, Status.NOT_APPLICABLE, dtype=np.uint8))
        based = self.layout.ratio(name) is None and (rule.growth is not None or "by_base" in rule.ways)
        base = self.bases.annual(name) if based else np.zeros(0)
        reasons = self._reasons(name, rule)
        for period in self.periods(name, rule):
            cells, row_cell = self.cells(period)
            forecast = self._forecast(name, rule, period, cells, row_cell)
            amount, counts = self._amounts(name, rule, period, cells, base, reasons, increment, forecast)
            status = np.where(np.isnan(amount), reasons[cells.manager], Status.MEASURED)
            inside = row_cell >= 0
            if level:
                # A level is asked for whole in every month, of whoever is there when the month closes.
                inside &= self.layout.spells.last
                rows.number[inside] = np.nan_to_num(amount[row_cell[inside]])
                rows.status[inside] = status[row_cell[inside]]
                continue
            time = self._own_time(name, rule, period, row_cell, until)
            cell = row_cell[inside]
            rows.number[inside] = np.nan_to_num(amount[cell]) * time[inside]
            rows.status[inside] = status[cell]
            if forecast is not None:
                # A client's growth is due while the client is held, and only the rest in all of one's time.
                due = self._grows_by(name, rule, period, until)[inside]
                rows.number[inside] += counts[cell] * (due - forecast[cell] * time[inside])
        return rows

    def _grows_by(
        self, name: str, rule: TargetRule, period: Period, until: date | None = None
    ) -> NDArray[np.float64]:
        """What of the forecast of each row's clients counts, up to a day."""
        assert rule.weight_of_forecast is not None, "a forecast has its weight"
        grows_by = Forecasts(self.layout, self.bases).growth(name, rule, period, until)
        return float(rule.weight_of_forecast.value) * grows_by

    def _forecast(
        self, name: str, rule: TargetRule, period: Period, cells: Cells, row_cell: NDArray[np.int64]
    ) -> NDArray[np.float64] | None:
        """The same for each cell over the whole period; None where targets do not rest on forecasts."""
        if rule.set_by != "forecast_and_task" or not self.layout.is_income(name):
            return None
        inside = row_cell >= 0
        grows_by = self._grows_by(name, rule, period)
        return np.bincount(row_cell[inside], grows_by[inside], cells.manager.size).astype(np.float64)

    def _own_time(
        self,
        name: str,
        rule: TargetRule,
        period: Period,
        row_cell: NDArray[np.int64],
        until: date | None,
    ) -> NDArray[np.float64]:
        """Each row's part, up to a day, of the own time of its cell; by calendar days for who has no working day."""
        inside = row_cell >= 0
        cell = row_cell[inside]
        spells, of_rows = self.layout.spells, self.bases.progress.of_rows
        whole, passed = (of_rows(name, rule, period, day)[inside] for day in (None, until))
        idle = np.bincount(cell, whole)[cell] == 0
        whole = np.where(idle, spells.days[inside], whole)
        passed = np.where(idle, spells.days_until(until)[inside], passed)
        part = np.zeros(row_cell.size)
        part[inside] = passed / np.bincount(cell, whole)[cell]
        return part

    def _reasons(self, name: str, rule: TargetRule) -> NDArray[np.uint8]:
        """Why each manager who has no target has none: nobody set it, or the base it grows from is not known."""
        if rule.set_by == "growth":
            return self.bases.of_manager(name)[1]
        return np.full(self.layout.spells.managers.size, Status.ABSENT, dtype=np.uint8)

    def _amounts(
        self,
        name: str,
        rule: TargetRule,
        period: Period,
        cells: Cells,
        base: NDArray[np.float64],
        reasons: NDArray[np.uint8],
        increment: bool,
        forecast: NDArray[np.float64] | None,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Each cell's own target, and how much of its forecast counts in it."""
        nothing = np.zeros(cells.manager.size)
        if rule.set_by != "growth":
            given = self._set(name, period)
            if self.layout.ratio(name) is not None:
                return same_for_all(given, cells), nothing
            weights = self._weights(rule, cells, base)
            amount, counts = joined(
                given, weights, cells, self.layout.digits(name), forecast, self.layout.is_level(name)
            )
            if (amount < 0).any() and given.least >= 0 and (forecast is None or (forecast >= 0).all()):
                what = f"the targets of '{name}' set below a region or an outlet add up to more than its own"
                self.layout.gap(
                    "targets", f"{what} in {period.label}", "correct the larger or the smaller ones"
                )
            return amount, counts
        assert rule.growth is not None
        rate = float(rule.growth.value) + (0.0 if increment else 1.0)
        own = grown(base, cells, rate, self.layout.is_level(name))
        unknown = np.isin(reasons, (Status.ABSENT, Status.QUARANTINED))
        if rule.break_down is None:
            return np.where(unknown[cells.manager], np.nan, own), nothing
        known = np.isfinite(base[cells.manager])
        whole = {
            int(region): float(own[here].sum())
            for region in np.unique(cells.region)
            # Where nobody's base is known there is nothing to grow from: no target is no target of zero.
            if known[here := cells.region == region].any() or not unknown[cells.manager[here]].any()
        }
        weights = self._weights(rule, cells, base)
        return break_down(Given(whole, {}, {}), weights, cells, self.layout.digits(name)), nothing

    def _weights(self, rule: TargetRule, cells: Cells, base: NDArray[np.float64]) -> Weights:
        """In what proportion outlets and people share; the potential is what its measure was last year."""
        potential = np.zeros(0)
        if rule.potential is not None:
            if self.layout.ratio(rule.potential) is not None:
                what = f"the potential '{rule.potential}' is a ratio, which does not add up over people"
                self.layout.gap("activity", what, "take a stock, such as the clients or the market of each")
            potential = self.bases.annual(rule.potential)
        return weights_of(rule, cells, base, potential)
