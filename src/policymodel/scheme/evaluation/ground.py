"""What an interpreter asks of the facts; `panel.ground` answers."""

from __future__ import annotations

from datetime import date
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from policymodel.periods import Period
from policymodel.scheme.algebra import Axis, Column, Scope
from policymodel.scheme.evaluation.values import Values


class Ground(Protocol):
    """Facts for some periods: arrays are [period, manager], or [1, credit] for transactions in order of time."""

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods, in order and without a gap where anything is carried."""

    def column(self, column: Column) -> Values:
        """A fact over its window."""

    def places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of each credit: the index of its period and of its manager."""

    def dates(self) -> NDArray[np.datetime64]:
        """The day of each credit."""

    def category(self, name: str, axis: Axis) -> NDArray[np.object_]:
        """Grade, region, outlet at the period's end, or a transaction's product; "" where there is none."""

    def peers(self, scope: Scope) -> NDArray[np.int64]:
        """The code of each person's outlet, region or group; -1 for who is not employed in the period."""

    def leaders(self) -> NDArray[np.int64]:
        """Whom each person reports to at the period's end; -1 for nobody."""

    def opens(self, within: Literal["quarter", "half_year", "year"] | None) -> NDArray[np.bool_]:
        """Which periods begin a quarter, half-year or year; the first always does."""

    def days(self, first: date | None, last: date | None) -> NDArray[np.float64]:
        """The share of each period's calendar days that lie between two dates."""
