"""The finest rows: manager x assignment spell x month, with the days employed."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.history.whereabouts import hired_days
from policymodel.periods import Period, days_in_month


@dataclass(frozen=True)
class Spells:
    """Rows sorted by manager and time; codes point into the lists of ids.

    `days` are employed calendar days in the month and `until` is the last of them; `last` marks the row in force on
    the manager's last employed day of the month: what a manager did in a month is counted there. `plan` is the plan
    of the row, "" for the ordinary one (S6.8). `leader` is the
    manager whom the row's reports to, -1 for nobody here; `hired` the day of joining.
    """

    managers: NDArray[np.str_]
    outlets: NDArray[np.str_]
    regions: NDArray[np.str_]
    months: range
    manager: NDArray[np.int64]
    outlet: NDArray[np.int64]
    region: NDArray[np.int64]
    month: NDArray[np.int64]
    days: NDArray[np.int64]
    until: NDArray[np.datetime64]
    grade: NDArray[np.object_]
    fte: NDArray[np.float64]
    plan: NDArray[np.object_]
    leader: NDArray[np.int64]
    hired: NDArray[np.datetime64]
    last: NDArray[np.bool_]

    @property
    def month_days(self) -> NDArray[np.int64]:
        """Calendar days of each row's month."""
        return np.array([days_in_month(month) for month in self.months], dtype=np.int64)[self.month]

    def row_at(self) -> NDArray[np.int64]:
        """The row in force at the month's end, [manager, month]; -1 where nobody is employed."""
        table = np.full((self.managers.size, len(self.months)), -1, dtype=np.int64)
        table[self.manager[self.last], self.month[self.last]] = np.flatnonzero(self.last)
        return table

    @property
    def months_of_service(self) -> NDArray[np.int64]:
        """The month of service of each row on its last day: completed months since joining, and one.

        A month is completed on the day of joining in the next one, or on that month's last day where it has no such
        day: from 31 January on 28 February.
        """
        joined, until = (each.astype("datetime64[M]") for each in (self.hired, self.until))
        day_of_joining, day = (
            (each - each.astype("datetime64[M]")).astype(int) for each in (self.hired, self.until)
        )
        month_ends = self.until.astype("datetime64[D]") + 1 == (until + 1).astype("datetime64[D]")
        short = (day < day_of_joining) & ~month_ends
        return np.asarray((until - joined).astype(np.int64) - short + 1, dtype=np.int64)

    def row_in(self, period: Period) -> NDArray[np.int64]:
        """Each manager's row at the end of a period, or of their time in it; -1 for who is not there."""
        first, last = (month - self.months[0] for month in (period.first, period.last))
        inside = np.flatnonzero((self.month >= first) & (self.month <= last))
        row = np.full(self.managers.size, -1, dtype=np.int64)
        # Rows are in order of time, so the last one written is the latest.
        row[self.manager[inside]] = inside
        return row

    def begun(self, day: date | None) -> NDArray[np.bool_]:
        """The rows that have begun by a day."""
        if day is None:
            return np.ones(self.manager.size, dtype=bool)
        return np.asarray(self.until - (self.days - 1) <= np.datetime64(day, "D"))

    def days_until(self, day: date | None) -> NDArray[np.int64]:
        """The employed days of each row up to a day; 0 where it begins later."""
        if day is None:
            return self.days
        over = (self.until - np.datetime64(day, "D")).astype("timedelta64[D]").astype(np.int64)
        return np.clip(self.days - np.maximum(over, 0), 0, None)

    def seen_on(self, day: date) -> Spells:
        """The same rows as a day sees them: of its month the row then in force is the last."""
        begun = self.begun(day)
        later = np.append(
            (self.manager[1:] == self.manager[:-1]) & (self.month[1:] == self.month[:-1]) & begun[1:], False
        )
        return replace(self, last=np.where(begun, ~later[: begun.size], self.last))

    def until_day(self, day: date) -> Spells:
        """Only what has begun by a day, and only up to it; the lists of ids stay as they are."""
        seen, kept = self.seen_on(day), self.begun(day)
        days = self.days_until(day)
        rows = seen.rows_where(kept)
        until = np.minimum(self.until, np.datetime64(day, "D"))
        return replace(rows, days=days[kept], until=until[kept])

    def rows_where(self, kept: NDArray[np.bool_]) -> Spells:
        """Some of the rows; the lists of ids stay as they are, and so do places in arrays of managers."""
        ids = ("managers", "outlets", "regions", "months")
        rows = {each.name: getattr(self, each.name)[kept] for each in fields(self) if each.name not in ids}
        return replace(self, **rows)

    def at(self, level: str) -> NDArray[np.int64]:
        """The code of each row's manager, outlet, region or group."""
        if level == "group":
            return np.zeros(self.manager.size, dtype=np.int64)
        return {"manager": self.manager, "outlet": self.outlet, "region": self.region}[level]

    def size(self, level: str) -> int:
        """How many managers, outlets, regions or groups there are."""
        if level == "group":
            return 1
        return {"manager": self.managers, "outlet": self.outlets, "region": self.regions}[level].size

    def cells(self, level: str) -> tuple[NDArray[np.int64], bool]:
        """Each row's place in an array of [month, group], and whether no two rows share one; found once."""
        if level not in self._cells:
            groups = self.size(level)
            key = self.month * groups + self.at(level)
            alone = np.bincount(key, minlength=1).max(initial=0) <= 1
            self._cells[level] = key, bool(alone)
        return self._cells[level]

    @cached_property
    def _cells(self) -> dict[str, tuple[NDArray[np.int64], bool]]:
        return {}

    def outlet_in(self, period: Period) -> NDArray[np.int64]:
        """Each manager's outlet at the end of a period, or of their time in it; -1 for who is not there."""
        return self.code_in("outlet", period)

    def code_in(self, level: str, period: Period) -> NDArray[np.int64]:
        """Each manager's outlet, region or group at the end of a period; -1 for who is not there."""
        row = self.row_in(period)
        return np.where(row >= 0, self.at(level)[row], -1)

    def employed_days(self, period: Period) -> NDArray[np.int64]:
        """Each manager's employed calendar days inside a period."""
        first, last = (month - self.months[0] for month in (period.first, period.last))
        inside = (self.month >= first) & (self.month <= last)
        days = np.bincount(self.manager[inside], self.days[inside], minlength=self.managers.size)
        return days.astype(np.int64)


def make_spells(managers: pd.DataFrame, months: range) -> Spells:
    """One row for each month that a dated spell of the `managers` table touches."""
    first = Period(months[0], months[-1])
    begins = managers["valid_from"].to_numpy(dtype="datetime64[D]")
    ends = managers["valid_to"].to_numpy(dtype="datetime64[D]")
    ends = np.where(np.isnat(ends), np.datetime64(first.end), ends)
    month_of = [
        np.clip(each.astype("datetime64[M]").astype(int) + 1970 * 12, first.first - 1, first.last + 1)
        for each in (begins, ends)
    ]
    count = np.maximum(np.minimum(month_of[1], first.last) - np.maximum(month_of[0], first.first) + 1, 0)
    spell = np.repeat(np.arange(len(managers)), count)
    offset = np.arange(spell.size) - np.repeat(np.cumsum(count) - count, count)
    month = np.maximum(month_of[0], first.first)[spell] + offset
    month_start = (month - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
    month_end = (month - 1970 * 12 + 1).astype("datetime64[M]").astype("datetime64[D]") - np.timedelta64(
        1, "D"
    )
    until = np.minimum(ends[spell], month_end)
    days = (until - np.maximum(begins[spell], month_start)).astype(int) + 1

    ids, manager = np.unique(managers["manager_id"].to_numpy(dtype=str), return_inverse=True)
    outlets, outlet = np.unique(managers["outlet_id"].to_numpy(dtype=str), return_inverse=True)
    regions, region = np.unique(managers["region"].to_numpy(dtype=str), return_inverse=True)
    order = np.lexsort((begins[spell], month, manager[spell]))
    order = order[days[order] > 0]
    row = spell[order]
    same_next = (manager[row][:-1] == manager[row][1:]) & (month[order][:-1] == month[order][1:])
    grade = managers["grade"].to_numpy(dtype=object) if "grade" in managers else np.full(len(managers), None)
    fte = managers["fte"].to_numpy(dtype=float) if "fte" in managers else np.ones(len(managers))
    plan = np.full(len(managers), "", dtype=object)
    if "plan" in managers:
        plan = managers["plan"].where(managers["plan"].notna(), "").to_numpy(dtype=object)
    code = {each: index for index, each in enumerate(ids)}
    leader = (
        managers["reports_to"].map(code).fillna(-1).to_numpy(dtype=np.int64)
        if "reports_to" in managers
        else np.full(len(managers), -1)
    )
    return Spells(
        ids,
        outlets,
        regions,
        months,
        manager[row],
        outlet[row],
        region[row],
        month[order] - first.first,
        days[order],
        until[order],
        grade[row],
        fte[row],
        plan[row],
        leader[row],
        hired_days(managers).to_numpy(dtype="datetime64[D]")[row],
        np.append(~same_next, True)[: row.size],
    )
