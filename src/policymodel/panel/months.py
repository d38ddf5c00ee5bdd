"""Rows of the panel added up by month, and the value of a window of months."""

from __future__ import annotations

from functools import cached_property
from typing import Any

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
        key, alone = spells.cells(level)
        number = rows.number * HAS_NUMBER[rows.status]
        if alone:
            self.total = np.zeros(self.shape)
            # No sum is a negative zero.
            self.total.reshape(-1)[key] = number + 0.0
            status = np.full(self.shape, Status.NOT_APPLICABLE, dtype=np.uint8)
            status.reshape(-1)[key] = rows.status
        else:
            self.total, status = self._sum(key, number), rows.status
        present, absent, quarantined = (
            status != Status.NOT_APPLICABLE,
            status == Status.ABSENT,
            status == Status.QUARANTINED,
        )
        self.present, self.absent, self.quarantined = (
            each if alone else self._sum(key, each) for each in (present, absent, quarantined)
        )

    def _sum(self, key: NDArray[np.int64], weights: NDArray[Any]) -> NDArray[np.float64]:
        size = self.shape[0] * self.shape[1]
        if not weights.any():
            return np.zeros(self.shape)
        added = np.bincount(key, weights.astype(np.float64), minlength=size)
        return added.astype(np.float64).reshape(self.shape)

    @cached_property
    def last_present(self) -> NDArray[np.int64]:
        """The latest month with a row, up to each month; -1 where there is none yet."""
        month = np.arange(self.shape[0])[:, None]
        return np.maximum.accumulate(np.where(self.present > 0, month, -1), axis=0)

    def over(self, first: int, last: int) -> Values:
        """The sum from one month to another, both included."""
        if first == last:
            return self._values(*(each[first] for each in self._all))
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
    def _all(self) -> tuple[NDArray[Any], ...]:
        return self.total, self.present, self.absent, self.quarantined

    def _values(
        self,
        total: NDArray[np.float64],
        present: NDArray[Any],
        absent: NDArray[Any],
        quarantined: NDArray[Any],
    ) -> Values:
        status = np.where(total == 0, np.uint8(Status.TRUE_ZERO), np.uint8(Status.MEASURED))
        status[absent > 0] = Status.ABSENT
        status[quarantined > 0] = Status.QUARANTINED
        status[present == 0] = Status.NOT_APPLICABLE
        return Values(total, status)
