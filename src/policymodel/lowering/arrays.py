"""A ground made of plain arrays: facts by name, for whoever has numbers and no history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from policymodel.errors import DataGap, Problem
from policymodel.periods import MONTHS_OF, Period
from policymodel.scheme.algebra import Axis, Column, Scope
from policymodel.scheme.evaluation import Values
from policymodel.scheme.evaluation.values import Numbers, Statuses

MEASURED = np.zeros((1, 1), dtype=np.uint8)


@dataclass(frozen=True)
class Arrays:
    """Facts [period, cell], and statuses only of those that have any; transactions are none.

    - facts: by column, or by the column's name for every window of it.
    - statuses: likewise, of facts that are not all measured.
    - codes: those of outlets, regions or the group [period, cell]; all are in one where nothing is said.
    - categories: grade, region, outlet, as words.
    - leaders_of: the cell that each one reports to, -1 for nobody.

    >>> ground = Arrays((Period.parse("2024"),), {"sales": np.array([[7.0, 8.0]])})
    >>> ground.column(Column("sales", window="year_to_date")).number
    array([[7., 8.]])
    """

    periods: tuple[Period, ...]
    facts: Mapping[Column | str, Numbers]
    statuses: Mapping[Column | str, Statuses] = field(default_factory=dict)
    codes: Mapping[Scope, NDArray[np.int64]] = field(default_factory=dict)
    categories: Mapping[str, NDArray[np.object_]] = field(default_factory=dict)
    leaders_of: NDArray[np.int64] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Periods and cells."""
        periods, cells = np.broadcast_shapes(*(each.shape for each in self.facts.values()))
        return periods, cells

    def column(self, column: Column) -> Values:
        """A fact; DataGap where there is none of its name."""
        for key in (column, column.name):
            if key in self.facts:
                return Values(self.facts[key], self.statuses.get(key, MEASURED))
        raise DataGap("arrays", [Problem(column.name, "there is no such fact")])

    def places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """No credits."""
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)

    def dates(self) -> NDArray[np.datetime64]:
        """No credits."""
        return np.zeros(0, dtype="datetime64[D]")

    def category(self, name: str, axis: Axis) -> NDArray[np.object_]:
        """The words of a category; DataGap where there is none."""
        if name not in self.categories:
            raise DataGap("arrays", [Problem(name, "there is no such category")])
        return self.categories[name]

    def peers(self, scope: Scope) -> NDArray[np.int64]:
        """The codes given, or all in one."""
        return self.codes[scope] if scope in self.codes else np.zeros(self.shape, dtype=np.int64)

    def leaders(self) -> NDArray[np.int64]:
        """Whom each cell reports to; nobody where nothing is said."""
        return np.full(self.shape, -1, dtype=np.int64) if self.leaders_of is None else self.leaders_of

    def opens(self, within: Literal["quarter", "half_year", "year"] | None) -> NDArray[np.bool_]:
        """Which periods begin a run of the calendar; the first always does."""
        opens = np.zeros(len(self.periods), dtype=bool)
        opens[:1] = True
        if within is not None:
            starts = np.array([period.first for period in self.periods], dtype=np.int64)
            opens[1:] = np.diff((starts - self.periods[0].first) // MONTHS_OF[within]) != 0
        return opens

    def days(self, first: date | None, last: date | None) -> NDArray[np.float64]:
        """The share of each period's days between two dates, both included."""
        shares = []
        for period in self.periods:
            begin = max(period.start, first) if first is not None else period.start
            end = min(period.end, last) if last is not None else period.end
            shares.append(max((end - begin).days + 1, 0) / ((period.end - period.start).days + 1))
        return np.array(shares)
