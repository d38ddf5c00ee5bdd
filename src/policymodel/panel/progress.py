"""Time as a rule for targets counts it: calendar days, months, working days, or a seasonal profile (S4.0)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import COMPUTED
from policymodel.panel.actuals import Actuals
from policymodel.panel.layout import Layout
from policymodel.periods import Period, days_in_month, month_label
from policymodel.scheme.terms import TargetRule

Numbers = NDArray[np.float64]
CALENDAR_DAYS = TargetRule(set_by="table", progress="calendar_days", source="")
"""How time passes where a scheme has no rule for targets."""


@dataclass(frozen=True)
class Progress:
    """How much time the months, and the rows of the panel, stand for; a DataGap where that is not known.

    `name` is everywhere the measure whose target or base accrues, for its season may be measured.
    """

    layout: Layout
    actuals: Actuals
    _seasons: dict[str, Numbers] = field(default_factory=dict, repr=False)

    def of_months(
        self, name: str, rule: TargetRule | None, period: Period, until: date | None = None
    ) -> Numbers:
        """[region, month of the panel]: the time of each month of a period, up to a day; 0 outside it."""
        whole = self._of_whole_months(name, rule, period)
        if until is None:
            return whole
        days = np.array([Period(month, month).days_until(until) for month in self.layout.spells.months])
        if rule is not None and rule.progress == "working_days":
            first = np.append(0, np.cumsum(self._month_days))[:-1]
            here = whole > 0
            return np.where(here, self._worked[first + days] - self._worked[first], 0.0)
        return np.asarray(whole * days / self._month_days, dtype=np.float64)

    def _of_whole_months(self, name: str, rule: TargetRule | None, period: Period) -> Numbers:
        rule = rule or CALENDAR_DAYS
        regions, months = self.layout.spells.regions.size, np.array(self.layout.spells.months)
        here = (months >= period.first) & (months <= period.last)
        match rule.progress:
            case "calendar_days":
                length = self._month_days.astype(np.float64)
            case "months":
                length = np.ones(months.size)
            case "working_days":
                self._refuse_unknown_days(months[here])
                length = np.diff(self._worked[np.append(0, np.cumsum(self._month_days))])
            case "profile" if rule.profile == "base_year":
                return np.where(here, self._season(name, period)[:, months % 12], 0.0)
            case "profile":
                assert isinstance(rule.profile, tuple), "a profile is measured or written"
                length = np.array([float(each.value) for each in rule.profile])[months % 12]
        return np.tile(np.where(here, length, 0.0), (regions, 1))

    def of_rows(
        self, name: str, rule: TargetRule | None, period: Period, until: date | None = None
    ) -> Numbers:
        """The time that each row stands for: that of its employed days, up to a day; 0 outside the period."""
        spells = self.layout.spells
        days = spells.days_until(until)
        months = self.of_months(name, rule, period)[spells.region, spells.month]
        if rule is None or rule.progress == "calendar_days":
            return np.where(self.layout.inside(period), days.astype(np.float64), 0.0)
        if rule.progress != "working_days":
            return months * days / spells.month_days
        before = (spells.until.astype("datetime64[D]") - self._first_day).astype(np.int64) + 1 - spells.days
        worked = self._worked[before + days] - self._worked[before]
        return np.where(self.layout.inside(period), worked, 0.0)

    def share_of(
        self, name: str, rule: TargetRule | None, period: Period, until: date | None = None
    ) -> Numbers:
        """Each row's part, up to a day, of a period's whole time; 0 outside it."""
        whole = self.of_months(name, rule, period).sum(axis=1)
        if (whole == 0).any():
            what = f"no time of '{name}' passes in {period.label}: it has no working day, or no season"
            self.layout.gap("targets", what, "correct the calendar or the profile")
        return np.asarray(self.of_rows(name, rule, period, until) / whole[self.layout.spells.region])

    # Working days

    @property
    def _first_day(self) -> np.datetime64:
        return np.datetime64(Period(self.layout.spells.months[0], self.layout.spells.months[0]).start, "D")

    @cached_property
    def _month_days(self) -> NDArray[np.int64]:
        return np.array([days_in_month(month) for month in self.layout.spells.months], dtype=np.int64)

    @cached_property
    def _calendar(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """For each day that the panel reaches: whether the calendar has it, and whether it is worked on."""
        table = self.layout.history.tables["calendar"]
        known, working = np.zeros((2, int(self._month_days.sum())), dtype=np.bool_)
        day = (table["date"].to_numpy(dtype="datetime64[D]") - self._first_day).astype(np.int64)
        inside = (day >= 0) & (day < known.size)
        known[day[inside]] = True
        working[day[inside]] = table["working"].to_numpy(dtype=bool)[inside]
        return known, working

    @cached_property
    def _worked(self) -> Numbers:
        """How many days were worked on before each day, and in all."""
        return np.append(0.0, np.cumsum(self._calendar[1]))

    def _refuse_unknown_days(self, months: NDArray[np.int64]) -> None:
        """No weekday is guessed: every day of a target's time must be in the calendar."""
        if self.layout.history.tables["calendar"].empty:
            what = "time passes by working days, and the history has no calendar"
            self.layout.gap("calendar", what, "bring a table `calendar` with date and working (yes or no)")
        ends = np.append(0, np.cumsum(self._month_days))
        known = self._calendar[0]
        for at in months - self.layout.spells.months[0]:
            lost = np.flatnonzero(~known[ends[at] : ends[at + 1]])
            if lost.size:
                day = self._first_day + ends[at] + lost[0]
                right = "write for every day of the year whether it is worked on"
                self.layout.gap(
                    "calendar", f"the calendar does not say whether {day} is a working day", right
                )

    # Seasons

    def _season(self, name: str, period: Period) -> Numbers:
        """[region, month of the year]: the mean figure of the base year, of those whose figure is known."""
        layout, spells = self.layout, self.layout.spells
        if name not in self._seasons:
            rows = self.actuals.actual(name)
            here = layout.inside(layout.base_year) & np.isin(rows.status, COMPUTED)
            at = spells.region[here] * 12 + (spells.month[here] + spells.months[0]) % 12
            size = spells.regions.size * 12
            total, count = np.bincount(at, rows.number[here], size), np.bincount(at, minlength=size)
            mean = np.divide(total, count, out=np.full(size, np.nan), where=count > 0)
            self._seasons[name] = mean.reshape(-1, 12)
        season = self._seasons[name]
        for region in np.unique(spells.region[layout.inside(period)]):
            for month in sorted({each % 12 for each in period.months}):
                if not season[region, month] >= 0:
                    self._no_season(name, str(spells.regions[region]), month, float(season[region, month]))
        return np.nan_to_num(season)

    def _no_season(self, name: str, region: str, month: int, mean: float) -> None:
        base = self.layout.base_year
        label = next((month_label(each) for each in base.months if each % 12 == month), f"month {month + 1}")
        what = (
            f"no figure of '{name}' is known for {label} in '{region}'"
            if np.isnan(mean)
            else f"'{name}' comes to {mean:.2f} a person in {label} in '{region}', which is no part of a year"
        )
        self.layout.gap(
            "activity", f"the season cannot be measured: {what}", "write the 12 shares of `profile`"
        )
