"""Rows of the panel added up by month, and the value of a window of months."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import COMPUTED, Status
from policymodel.panel.layout import Rows
from policymodel.panel.spells import Spells
from policymodel.scheme.evaluation import Values

HAS_NUMBER = np.array([status in COMPUTED for status in Status])


class Months:
    """Rows added up to [month, group], with what is missing counted beside."""

    def __init__(self, rows: Rows, spells: Spells, level: str):
        groups = spells.size(level)
        self.shape = (len(spells.months), groups)
        self._key, self._alone = spells.cells(level)
        self.total = self._sum(rows.number * HAS_NUMBER[rows.status])
        self.present = self._sum(rows.status != Status.NOT_APPLICABLE)
        self.absent = self._sum(rows.status == Status.ABSENT)
        self.quarantined = self._sum(rows.status == Status.QUARANTINED)

    def _sum(self, weights: NDArray[np.generic]) -> NDArray[np.float64]:
        if not weights.any():
            return np.zeros(self.shape)
        size = self.shape[0] * self.shape[1]
        if self._alone:
            alone = np.zeros(size)
            # No sum is a negative zero.
            alone[self._key] = weights.astype(np.float64) + 0.0
            return alone.reshape(self.shape)
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

    def mean(self, first: int, last: int) -> Values:
        """The mean of the months with a row inside the window."""
        months = np.count_nonzero(self.present[first : last + 1], axis=0)
        whole = self.over(first, last)
        return Values(whole.number / np.maximum(months, 1), whole.status)

    def by_month(self) -> Values:
        """The value of each month by itself, [month, group]."""
        return self._values(*self._all)

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
        status = np.where(total == 0, np.uint8(Status.TRUE_ZERO), np.uint8(Status.MEASURED))
        status[absent > 0] = Status.ABSENT
        status[quarantined > 0] = Status.QUARANTINED
        status[present == 0] = Status.NOT_APPLICABLE
        return Values(total, status)
