"""The ground an expression stands on: the facts of a panel for some periods, by period or by credit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.errors import suggest
from policymodel.panel.panel import Panel
from policymodel.periods import MONTHS_OF, Period
from policymodel.scheme.algebra import Axis, Column, Scope, Within
from policymodel.scheme.evaluation import Values

CATEGORIES = ("grade", "region", "outlet")


@dataclass(frozen=True)
class Ground:
    """A panel and the periods it is evaluated over.

    Arrays are [period, manager], or [1, credit] for what belongs to transactions: one credit for each transaction and
    person credited with it, in order of date, transaction and person.
    """

    panel: Panel
    periods: tuple[Period, ...]

    def column(self, column: Column) -> Values:
        """A fact over its window, or one of each transaction credited."""
        kind, _, figure = column.name.partition(":")
        if kind != "transaction":
            return self.panel.column(column, self.periods)
        number, status = self.panel.facts.credits.figures(figure)
        here = self._credits.index.to_numpy()
        return Values(number[here][None], status[here][None])

    def part(self, column: Column, whole: Column) -> Values:
        """One of the two counts of a ratio, over the windows of the ratio."""
        return self.panel.part(column, whole, self.periods)

    @cached_property
    def _credits(self) -> pd.DataFrame:
        """The credits that fall into the periods, with the position of each one's period."""
        rows = self.panel.facts.credits.rows
        period_of = {month: index for index, period in enumerate(self.periods) for month in period.months}
        period = rows["month"].map(period_of).fillna(-1).astype("int64")
        return rows.assign(period=period)[period >= 0]

    def places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of each credit: the index of its period and of its manager."""
        return self._credits["period"].to_numpy(), self._credits["manager"].to_numpy()

    def dates(self) -> NDArray[np.datetime64]:
        """The day of each credit."""
        return np.asarray(self._credits["date"], dtype="datetime64[D]")

    @property
    def transactions(self) -> pd.DataFrame:
        """One row for each credit, in order. Columns: transaction_id, manager_id, period (its label), date."""
        period, manager = self.places()
        labels = np.array([each.label for each in self.periods], dtype=object)
        return pd.DataFrame(
            {
                "transaction_id": self._credits["transaction_id"].to_numpy(),
                "manager_id": self.panel.managers[manager].astype(object),
                "period": labels[period],
                "date": self._credits["date"].to_numpy(),
            }
        )

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        """The panel row at each period's end, [period, manager]; -1 for who is not employed in the period."""
        return np.array([self.panel.spells.row_in(period) for period in self.periods])

    def category(self, name: str, axis: Axis) -> NDArray[np.object_]:
        """Grade, region or outlet at the period's end, or a transaction's product; "" where there is none."""
        if axis == "transaction" and name == "product":
            return np.asarray(self._credits["product"], dtype=object)[None]
        spells = self.panel.spells
        if name == "grade":
            words = np.array([each if isinstance(each, str) else "" for each in spells.grade], dtype=object)
        elif name == "region":
            words = spells.regions.astype(object)[spells.region]
        elif name == "outlet":
            words = spells.outlets.astype(object)[spells.outlet]
        else:
            known = (*CATEGORIES, "product") if axis == "transaction" else CATEGORIES
            right = suggest(name, known) or f"write {', '.join(known[:-1])} or {known[-1]}"
            what = (
                f"there is no category '{name}' of a {'transaction' if axis == 'transaction' else 'person'}"
            )
            self.panel.facts.layout.gap("managers", what, right)
        of_person = np.where(self._rows >= 0, words[self._rows], "")
        return of_person if axis == "period" else of_person[self.places()][None]

    def peers(self, scope: Scope) -> NDArray[np.int64]:
        """The code of each person's outlet, region or group; -1 for who is not employed in the period."""
        return np.where(self._rows >= 0, self.panel.spells.at(scope)[self._rows], -1)

    def leaders(self) -> NDArray[np.int64]:
        """Whom each person reports to at the period's end; -1 for nobody, or for somebody the panel does not know."""
        leaders = np.where(self._rows >= 0, self.panel.spells.leader[self._rows], -1)
        for period, leader in zip(self.periods, leaders, strict=True):
            if circle := _circle(leader):
                names = " → ".join(self.panel.managers[[*circle, circle[0]]])
                what = f"these lead one another in {period.label}: {names}"
                self.panel.facts.layout.gap("managers.reports_to", what, "let one of them report to nobody")
        return leaders

    def opens(self, within: Within | None) -> NDArray[np.bool_]:
        """Which periods begin a quarter, half-year or year of the plan year; the first always does."""
        opens = np.zeros(len(self.periods), dtype=bool)
        opens[:1] = True
        if within is not None:
            starts = np.array([period.first for period in self.periods], dtype=np.int64)
            opens[1:] = np.diff((starts - self.panel.plan_year.first) // MONTHS_OF[within]) != 0
        return opens

    def days(self, first: date | None, last: date | None) -> NDArray[np.float64]:
        """The share of each period's calendar days (of those that have passed) between two dates, both included."""
        shares = []
        for period in self.periods:
            begin = max(period.start, first) if first is not None else period.start
            close = min(period.end, self.panel.as_of or period.end)
            close = close if close >= period.start else period.end
            end = min(close, last) if last is not None else close
            shares.append(max((end - begin).days + 1, 0) / ((close - period.start).days + 1))
        return np.array(shares)


def _circle(leader: NDArray[np.int64]) -> list[int]:
    """Some people who lead one another in a circle, or nobody.

    >>> _circle(np.array([1, 2, -1])), _circle(np.array([-1, 2, 1]))
    ([], [1, 2])
    """
    above = leader.copy()
    for _ in range(int(leader.size).bit_length()):
        # Each step doubles how far up it looks; who still has somebody above then stands in a circle or below one.
        above = np.where(above >= 0, above[above], -1)
    if not (above >= 0).any():
        return []
    start = int(above[above >= 0][0])
    circle = [start]
    while (following := int(leader[circle[-1]])) != start:
        circle.append(following)
    return circle
