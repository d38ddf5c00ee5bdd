"""What each row of the panel holds under a name: a measure, an income line, events, wages, bases, targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.errors import DataGap, Problem, suggest
from policymodel.history.facts import History
from policymodel.history.measures import Measure, Status, to_flow
from policymodel.panel.spells import Spells
from policymodel.periods import Period
from policymodel.scheme.terms import TargetRule
from policymodel.targets import Cells, Given, break_down, grown, weights_by_base

_NO_ROWS = Status.NOT_APPLICABLE

Placed = tuple[NDArray[np.int64], NDArray[np.float64], dict[Any, NDArray[np.int64]]]
"""Panel rows, figures, and the positions of each name, of one table."""


@dataclass(frozen=True)
class Rows:
    """One number and one status for every row of the panel."""

    number: NDArray[np.float64]
    status: NDArray[np.uint8]


@dataclass(frozen=True)
class Facts:
    """History laid on the rows of the panel, for one plan year and its base year."""

    history: History
    spells: Spells
    plan_year: Period
    base_year: Period
    _placed: dict[str, Placed] = field(default_factory=dict, repr=False)
    _held: dict[str, NDArray[np.float64]] = field(default_factory=dict, repr=False)
    _targets: dict[str, tuple[pd.DataFrame, tuple[Period, ...]]] = field(default_factory=dict, repr=False)

    def rows(self, name: str, rule: TargetRule | None) -> Rows:
        """The rows of a column by its name; a DataGap names what history lacks."""
        kind, _, rest = name.partition(":")
        if kind == "target":
            return self.target(rest, rule, increment=False)
        if kind == "increment":
            return self.target(rest, rule, increment=True)
        if kind == "base":
            return self.base(rest, rule)
        if kind == "events":
            return self.events(*rest.split(":", 1))
        if kind == "months_in_grade":
            return self.months_in_grade(rest)
        return self.actual(name)

    def _gap(self, place: str, what: str, right: str) -> NoReturn:
        raise DataGap(self.history.title.get("en", "history"), [Problem(place, what, right)])

    def is_stock(self, name: str) -> bool:
        """True for a measure that is read at a point in time."""
        measure = self.history.measures.get(name)
        return measure is not None and measure.type == "stock"

    def ratio(self, name: str) -> Measure | None:
        """The measure, if it is a ratio of two counts."""
        measure = self.history.measures.get(name)
        return measure if measure is not None and measure.type == "ratio" else None

    def digits(self, name: str) -> int:
        """Digits in which targets of a measure are set: whole things for counts, minor units for amounts."""
        measure = self.history.measures.get(name)
        return 0 if measure is not None and measure.unit == "count" else 2

    @cached_property
    def _code(self) -> dict[str, int]:
        return {each: code for code, each in enumerate(self.spells.managers)}

    @cached_property
    def _row_at(self) -> NDArray[np.int64]:
        return self.spells.row_at()

    @cached_property
    def lines(self) -> frozenset[str]:
        """The income lines of the client_income table."""
        return frozenset(self.history.tables["client_income"]["line"].unique())

    def _place(self, frame: pd.DataFrame, month: pd.Series) -> NDArray[np.int64]:
        """The panel row of each row of a table, by manager and month; -1 where there is none."""
        manager = frame["manager_id"].map(self._code).fillna(-1).to_numpy(dtype=np.int64)
        at = month.to_numpy(dtype=np.int64) - self.spells.months[0]
        inside = (manager >= 0) & (at >= 0) & (at < len(self.spells.months))
        return np.where(inside, self._row_at[manager, np.where(inside, at, 0)], -1)

    def _named(
        self, table: str, column: str, figure: str, name: str
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Panel row and figure of each row of a table that has a name in a column; the table is placed once."""
        if table not in self._placed:
            frame = self.history.tables[table]
            self._placed[table] = (
                self._place(frame, frame["month"]),
                np.asarray(frame[figure], dtype=np.float64),
                {each: np.asarray(at) for each, at in frame.groupby(column, sort=False).indices.items()},
            )
        place, figures, by_name = self._placed[table]
        which = by_name.get(name, np.zeros(0, dtype=np.int64))
        return place[which], figures[which]

    def _empty(self, status: Status) -> Rows:
        """Nothing yet: the status on the rows that carry a month's figures, not applicable on the others."""
        return Rows(
            np.zeros(self.spells.manager.size),
            np.where(self.spells.last, status, _NO_ROWS).astype(np.uint8),
        )

    def actual(self, name: str) -> Rows:
        """A measure of the activity table, or the income received of a line."""
        if name in self.history.measures:
            return self._measure(self.history.measures[name])
        if name in self.lines:
            return self._income(name)
        known = [*self.history.measures, *self.lines]
        self._gap("activity", f"there is no measure or income line '{name}'", suggest(name, known))

    def _measure(self, measure: Measure) -> Rows:
        place, value = self._named("activity", "measure", "actual", measure.name)
        if measure.type == "cumulative_within":
            frame = self.history.tables["activity"]
            value = to_flow(frame[frame["measure"] == measure.name], measure)["actual"].to_numpy(
                dtype=np.float64
            )
        rows = self._empty(Status.ABSENT)
        without = measure.without_row(self.spells.months)[self.spells.month]
        rows.status[self.spells.last] = without[self.spells.last]
        value = value[place >= 0]
        place = place[place >= 0]
        rows.number[place] = np.nan_to_num(value)
        rows.status[place] = np.select(
            [np.isnan(value), value == 0], [Status.ABSENT, Status.TRUE_ZERO], Status.MEASURED
        )
        self._mark_quarantined(rows, "activity", measure.name)
        return rows

    def _income(self, line: str) -> Rows:
        place, amount = self._named("client_income", "line", "amount", line)
        rows = self._empty(Status.TRUE_ZERO)
        inside = place >= 0
        np.add.at(rows.number, place[inside], amount[inside])
        rows.status[place[inside]] = Status.MEASURED
        self._mark_quarantined(rows, "client_income", line)
        return rows

    def _mark_quarantined(self, rows: Rows, table: str, name: str) -> None:
        """A figure that was put aside is not a zero: its row says so. A row that merely stood twice is no loss."""
        aside = self.history.quarantine
        aside = aside[
            (aside["table"] == table) & (aside["measure"] == name) & (aside["rules"] != "duplicate_row")
        ]
        place = self._place(aside, aside["month"])
        rows.status[place[place >= 0]] = Status.QUARANTINED

    def events(self, what: str, which: str) -> Rows:
        """Verified events of a kind: their count or the points they bring, by month."""
        event, _, channels = which.partition("@")
        frame = self.history.tables["events"]
        frame = frame[(frame["event"] == event) & (frame["verified"] == True)]  # noqa: E712
        if channels:
            frame = frame[frame["channel"].isin(channels.split("+"))]
        date = frame["date"].to_numpy(dtype="datetime64[M]").astype(int) + 1970 * 12
        place = self._place(frame, pd.Series(date))
        value = np.ones(len(frame)) if what == "count" else frame["points"].to_numpy(dtype=np.float64)
        rows = self._empty(Status.TRUE_ZERO)
        inside = place >= 0
        np.add.at(rows.number, place[inside], np.nan_to_num(value[inside]))
        rows.status[place[inside]] = np.where(np.isnan(value[inside]), Status.ABSENT, Status.MEASURED)
        self._mark_quarantined(rows, "events", event)
        return rows

    def months_in_grade(self, grade: str) -> Rows:
        """Full-time months employed in a grade: FTE x employed days ÷ days of the month."""
        share = self.spells.fte * self.spells.days / self.spells.month_days
        here = self.spells.grade == grade
        return Rows(np.where(here, share, 0.0), np.full(share.size, Status.MEASURED, dtype=np.uint8))

    def time(self, progress: str) -> NDArray[np.float64]:
        """The time that each row stands for: employed days, or the employed part of a month."""
        if progress == "months":
            return self.spells.days / self.spells.month_days
        return self.spells.days.astype(np.float64)

    def _inside(self, period: Period) -> NDArray[np.bool_]:
        month = self.spells.month + self.spells.months[0]
        return (month >= period.first) & (month <= period.last)

    def annual_base(self, name: str) -> NDArray[np.float64]:
        """Each manager's base of a measure or line: last year's actual; NaN for who has none, or none known (S6.3).

        For an income line the base is that of the clients: it stays with whoever is credited with them in the plan
        year, weighed by the time they are.
        """
        total, status = self._base_of_manager(name)
        return np.where(status == Status.MEASURED, total, np.nan)

    def _base_of_manager(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
        """Each manager's base over a whole year, and whether all of it is known.

        A figure of the base year that is absent or was put aside leaves the base unknown, because a part of it
        would pass for a small base. Who was not there in the base year has none: not applicable.
        """
        rows = self.actual(name)
        size = self.spells.managers.size
        inside = self._inside(self.base_year) & (rows.status != _NO_ROWS)
        who = self.spells.manager[inside]
        here = rows.status[inside]
        status = np.full(size, Status.NOT_APPLICABLE, dtype=np.uint8)
        status[who] = Status.MEASURED
        # A stock is the year's last figure, so only that one must be known.
        decides = np.ones(who.size, dtype=bool)
        if self.is_stock(name):
            decides = np.append(who[1:] != who[:-1], True)[: who.size]
        for worse in (Status.ABSENT, Status.QUARANTINED):
            status[who[decides & (here == worse)]] = worse
        if name in self.lines and name not in self.history.measures:
            accrued = np.bincount(
                self.spells.manager, self._client_base(name, "calendar_days"), minlength=size
            )
            days = self.spells.employed_days(self.plan_year)
            total = np.zeros(size)
            np.divide(accrued * self.plan_year.days, days, out=total, where=days > 0)
            # Clients bring their base along, whether or not their manager was there a year ago.
            status[(status == Status.NOT_APPLICABLE) & (days > 0)] = Status.MEASURED
            return total, status
        return np.bincount(who[decides], rows.number[inside][decides], minlength=size).astype(
            np.float64
        ), status

    def base(self, name: str, rule: TargetRule | None) -> Rows:
        """The base as it accrues with time over the plan year; zero for who was not there in the base year."""
        progress = rule.progress if rule is not None else "calendar_days"
        total, known = self._base_of_manager(name)
        status = np.where(known == Status.NOT_APPLICABLE, Status.MEASURED, known)[self.spells.manager]
        if name in self.lines and name not in self.history.measures:
            return Rows(self._client_base(name, progress), status.astype(np.uint8))
        amount = np.where(known == Status.MEASURED, total, 0.0)
        return Rows(
            amount[self.spells.manager] * self._share_of(self.plan_year, progress), status.astype(np.uint8)
        )

    def _share_of(self, period: Period, progress: str) -> NDArray[np.float64]:
        """Each row's part of a period's whole time; 0 outside it."""
        whole = len(period.months) if progress == "months" else period.days
        return np.where(self._inside(period), self.time(progress) / whole, 0.0)

    def _client_base(self, line: str, progress: str) -> NDArray[np.float64]:
        """Last year's income of the clients each manager holds, as it accrues with time over the plan year."""
        if line not in self._held:
            self._held[line] = self._held_base(line)
        return self._held[line] * self._share_of(self.plan_year, progress)

    def _held_base(self, line: str) -> NDArray[np.float64]:
        """For each row of the plan year, last year's income of the clients whom the manager holds then."""
        holder, clients = self.holders
        frame = self.history.tables["client_income"]
        month = frame["month"]
        frame = frame[
            (frame["line"] == line) & (month >= self.base_year.first) & (month <= self.base_year.last)
        ]
        client = frame["client_id"].map(clients).to_numpy(dtype=np.int64)
        base = np.bincount(client, frame["amount"].to_numpy(dtype=np.float64), minlength=len(clients))
        held = np.zeros((self.spells.managers.size, len(self.spells.months)))
        for month_at in (number - self.spells.months[0] for number in self.plan_year.months):
            who = holder[:, month_at]
            held[:, month_at] = np.bincount(
                who[who >= 0], base[who >= 0], minlength=self.spells.managers.size
            )
        return held[self.spells.manager, self.spells.month]

    @cached_property
    def holders(self) -> tuple[NDArray[np.int64], dict[str, int]]:
        """Who holds each client in each month: whoever was last credited with income; and the clients' codes.

        Where several are credited in one month it is the one with the largest amount, then the first by id. A
        client without a row in a month stays with the last holder.
        """
        frame = self.history.tables["client_income"]
        credited = (
            frame["amount"].abs().groupby([frame["client_id"], frame["month"], frame["manager_id"]]).sum()
        )
        credited = credited.reset_index().sort_values(
            ["amount", "manager_id"], ascending=[True, False], kind="stable"
        )
        clients = {each: code for code, each in enumerate(sorted(frame["client_id"].unique()))}
        months = self.spells.months
        holder = np.full((len(clients), len(months)), -2, dtype=np.int64)
        at = credited["month"].to_numpy(dtype=np.int64) - months[0]
        inside = (at >= 0) & (at < len(months))
        manager = credited["manager_id"].map(self._code).fillna(-1).to_numpy(dtype=np.int64)
        client = credited["client_id"].map(clients).to_numpy(dtype=np.int64)
        # Of several writes to one place the last stands: the largest amount.
        holder[client[inside], at[inside]] = manager[inside]
        for month in range(1, len(months)):
            quiet = holder[:, month] == -2
            holder[quiet, month] = holder[quiet, month - 1]
        return holder, clients

    def cells(self, period: Period) -> tuple[Cells, NDArray[np.int64]]:
        """Who can carry a target of a period, and the cell of each row (-1 outside it)."""
        inside = self._inside(period)
        key = self.spells.manager * self.spells.outlets.size + self.spells.outlet
        cell_keys, cell = np.unique(key[inside], return_inverse=True)
        row_cell = np.full(key.size, -1, dtype=np.int64)
        row_cell[inside] = cell
        region = np.zeros(cell_keys.size, dtype=np.int64)
        region[cell] = self.spells.region[inside]
        days = np.bincount(cell, self.spells.days[inside], minlength=cell_keys.size)
        manager, outlet = np.divmod(cell_keys, self.spells.outlets.size)
        return Cells(manager, outlet, region, (days / period.days).astype(np.float64)), row_cell

    def target_periods(self, name: str, rule: TargetRule | None) -> tuple[Period, ...]:
        """The periods for which targets of a measure are set, in order; the plan year where they follow from growth."""
        if rule is None or rule.set_by == "growth":
            return (self.plan_year,)
        return self._given(name)[1]

    def _given(self, name: str) -> tuple[pd.DataFrame, tuple[Period, ...]]:
        """The rows of the targets table for a measure that touch the plan year, and the periods they are for."""
        if name not in self._targets:
            table = self.history.tables["targets"]
            rows = table[table["measure"] == name]
            period_of = {label: Period.parse(label) for label in rows["period"].unique()}
            here = {
                label: period
                for label, period in period_of.items()
                if period.first <= self.plan_year.last and period.last >= self.plan_year.first
            }
            if not here:
                what = f"the targets table has no row for '{name}' in {self.plan_year.label}"
                self._gap("targets", what, "add its targets, or let the scheme set them by growth")
            periods = tuple(sorted(set(here.values())))
            for one, other in pairwise(periods):
                if other.first <= one.last:
                    what = f"'{name}' has targets for {one.label} and for {other.label}, which overlap"
                    self._gap("targets", what, "keep one kind of period for a measure")
            rows = rows[rows["period"].isin(list(here))]
            self._targets[name] = (rows.assign(period=rows["period"].map(here)), periods)
        return self._targets[name]

    def target(self, name: str, rule: TargetRule | None, *, increment: bool) -> Rows:
        """A target, or an increment target, as it accrues with employed time; absent for who has none."""
        if rule is None:
            self._gap("targets", f"'{name}' needs a target and the scheme has no rule for targets", "")
        rows = Rows(
            np.zeros(self.spells.manager.size), np.full(self.spells.manager.size, _NO_ROWS, dtype=np.uint8)
        )
        base = self.annual_base(name) if rule.growth is not None or rule.break_down else np.zeros(0)
        for period in self.target_periods(name, rule):
            cells, row_cell = self.cells(period)
            amount = self._amounts(name, rule, period, cells, base, increment)
            inside = row_cell >= 0
            mine = amount[row_cell[inside]]
            time = self.time(rule.progress)[inside]
            whole = np.bincount(row_cell[inside], time, minlength=amount.size)
            rows.number[inside] = np.nan_to_num(mine) * time / whole[row_cell[inside]]
            rows.status[inside] = np.where(np.isnan(mine), Status.ABSENT, Status.MEASURED)
        return rows

    def _amounts(
        self,
        name: str,
        rule: TargetRule,
        period: Period,
        cells: Cells,
        base: NDArray[np.float64],
        increment: bool,
    ) -> NDArray[np.float64]:
        if rule.set_by == "table":
            rows = self._given(name)[0]
            rows = rows[rows["period"] == period]
            codes: Mapping[str, dict[str, int]] = {
                "manager": self._code,
                "outlet": {each: code for code, each in enumerate(self.spells.outlets)},
                "region": {each: code for code, each in enumerate(self.spells.regions)},
            }
            weights = weights_by_base(base, cells, rule) if rule.break_down else cells.share
            amount = break_down(Given.of(rows, dict(codes)), weights, cells, self.digits(name))
            if (amount < 0).any() and (rows["target"] >= 0).all():
                what = f"the targets of '{name}' set below a region or an outlet add up to more than its own"
                self._gap("targets", f"{what} in {period.label}", "correct the larger or the smaller ones")
            return amount
        assert rule.growth is not None
        rate = float(rule.growth.value) + (0.0 if increment else 1.0)
        own = grown(base, cells, rate)
        unknown = np.isin(self._base_of_manager(name)[1], (Status.ABSENT, Status.QUARANTINED))
        if rule.break_down is None:
            return np.where(unknown[cells.manager], np.nan, own)
        whole = {int(region): float(own[cells.region == region].sum()) for region in np.unique(cells.region)}
        return break_down(Given(whole, {}, {}), weights_by_base(base, cells, rule), cells, self.digits(name))
