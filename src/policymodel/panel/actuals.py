"""What happened in each row of the panel: a measure, income received, events, time in the post."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from policymodel.errors import suggest
from policymodel.history.measures import Measure, Status, to_flow
from policymodel.panel.layout import Layout, Rows
from policymodel.scheme.terms import income_line


@dataclass(frozen=True)
class Actuals:
    """Figures as they happened."""

    layout: Layout

    def actual(self, name: str) -> Rows:
        """A measure of the activity table, or the income received of a line."""
        measures, lines = self.layout.history.measures, self.layout.lines
        if name in measures:
            return self._measure(measures[name])
        if name in lines:
            return self._income(name)
        known = [*measures, *lines]
        if income_line(name) != name:
            what = f"client_income has no accrued income of the line '{income_line(name)}'"
            self.layout.gap(
                "client_income", what, "write basis: accrued on its rows, or count what was received"
            )
        self.layout.gap("activity", f"there is no measure or income line '{name}'", suggest(name, known))

    def _measure(self, measure: Measure) -> Rows:
        layout, spells = self.layout, self.layout.spells
        place, value = layout.activity(measure.name)
        if measure.type == "cumulative_within":
            frame = layout.history.tables["activity"]
            value = to_flow(frame[frame["measure"] == measure.name], measure)["actual"].to_numpy(
                dtype=np.float64
            )
        without = measure.without_row(spells.months)[spells.month]
        status = np.where(spells.last, without, np.uint8(Status.NOT_APPLICABLE))
        rows = Rows(np.zeros(status.size), status)
        inside = place >= 0
        if not inside.all():
            value, place = value[inside], place[inside]
        blank = np.isnan(value)
        told = np.where(value == 0, np.uint8(Status.TRUE_ZERO), np.uint8(Status.MEASURED))
        if blank.any():
            value = np.where(blank, 0.0, value)
            told[blank] = Status.ABSENT
        rows.number[place] = value
        rows.status[place] = told
        self._mark_aside(rows, "activity", measure.name)
        return rows

    def _income(self, line: str) -> Rows:
        place, amount = self.layout.received(line)
        rows = self.layout.empty(Status.TRUE_ZERO)
        inside = place >= 0
        np.add.at(rows.number, place[inside], np.nan_to_num(amount[inside]))
        rows.status[place[inside]] = Status.MEASURED
        # One amount without a rate leaves the whole month without a figure.
        rows.status[place[inside & np.isnan(amount)]] = Status.ABSENT
        self._mark_aside(rows, "client_income", income_line(line))
        return rows

    def _mark_aside(self, rows: Rows, table: str, name: str) -> None:
        aside = self.layout.aside(table)
        if len(aside):
            self.layout.mark_aside(rows, aside[aside["measure"] == name])

    def events(self, what: str, which: str) -> Rows:
        """Verified events of a kind: their count or the points they bring, by month."""
        event, _, channels = which.partition("@")
        frame = self.layout.history.tables["events"]
        frame = frame[(frame["event"] == event) & (frame["verified"] == True)]  # noqa: E712
        if channels:
            frame = frame[frame["channel"].isin(channels.split("+"))]
        if self.layout.as_of is not None:
            frame = frame[frame["date"] <= pd.Timestamp(self.layout.as_of)]
        date = frame["date"].to_numpy(dtype="datetime64[M]").astype(int) + 1970 * 12
        place = self.layout.place(frame, pd.Series(date))
        value = np.ones(len(frame)) if what == "count" else frame["points"].to_numpy(dtype=np.float64)
        rows = self.layout.empty(Status.TRUE_ZERO)
        inside = place >= 0
        np.add.at(rows.number, place[inside], np.nan_to_num(value[inside]))
        rows.status[place[inside]] = Status.MEASURED
        # One event whose points are not known leaves the whole month without a figure.
        rows.status[place[inside & np.isnan(value)]] = Status.ABSENT
        self._mark_aside(rows, "events", event)
        return rows

    def months_in_grade(self, grade: str) -> Rows:
        """Full-time months employed in a grade: FTE x employed days ÷ days of the month."""
        spells = self.layout.spells
        share = spells.fte * spells.days / spells.month_days
        here = spells.grade == grade
        return Rows(np.where(here, share, 0.0), np.full(share.size, Status.MEASURED, dtype=np.uint8))

    def person(self, what: str) -> Rows:
        """About the person: employed days, those days in full-time posts, or the month of service (the first is 1)."""
        spells = self.layout.spells
        known = np.full(spells.manager.size, Status.MEASURED, dtype=np.uint8)
        if what == "employed_days":
            return Rows(spells.days.astype(np.float64), known)
        if what == "full_time_days":
            return Rows(spells.fte * spells.days, known)
        if what == "months_of_service":
            at_month_end = self.layout.empty(Status.MEASURED)
            return Rows(
                np.where(spells.last, spells.months_of_service, 0).astype(np.float64), at_month_end.status
            )
        names = ("employed_days", "months_of_service", "fte")
        right = suggest(what, names) or f"there is {', '.join(names)}"
        self.layout.gap("managers", f"nothing called '{what}' is known about a person", right)
