"""Numbers and their statuses: which status wins, and how parts are combined."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status

# Which status wins when operands differ: what was not measured outranks what does not apply.
_SEVERITY = {
    Status.MEASURED: 0,
    Status.TRUE_ZERO: 0,
    Status.NOT_APPLICABLE: 1,
    Status.ABSENT: 2,
    Status.QUARANTINED: 3,
}
RANK = np.array([_SEVERITY[status] for status in sorted(Status)], dtype=np.uint8)
_CODES = np.arange(len(RANK), dtype=np.uint8)
WORSE = np.where(RANK[:, None] >= RANK, _CODES[:, None], _CODES)
"""Of two statuses the one that wins, by both of them."""
PLAIN = np.where(RANK == 0, np.uint8(Status.MEASURED), _CODES)
"""The status of what is made of one with a status: a true zero is measured."""
MISSING = _SEVERITY[Status.ABSENT]
NEAR = 1e-11
DUST = 1e-13

Numbers = NDArray[np.float64]
Statuses = NDArray[np.uint8]


@dataclass(frozen=True)
class Values:
    """Numbers and their statuses: [period, manager], or [1, credit]; a number counts only where its status is ok."""

    number: Numbers
    status: Statuses

    @property
    def ok(self) -> NDArray[np.bool_]:
        """True where there is a number: measured, or truly zero."""
        usable: NDArray[np.bool_] = RANK[self.status] == 0
        return usable

    @property
    def missing(self) -> NDArray[np.bool_]:
        """True where a number should be and is not: absent, or put aside."""
        gone: NDArray[np.bool_] = RANK[self.status] >= MISSING
        return gone

    @property
    def gone(self) -> NDArray[np.bool_]:
        """True where it does not apply."""
        out: NDArray[np.bool_] = self.status == Status.NOT_APPLICABLE
        return out

    def over(self, shape: tuple[int, ...]) -> Values:
        """The same values written out for a whole array."""
        if self.number.shape == shape == self.status.shape:
            return self
        return Values(np.broadcast_to(self.number, shape), np.broadcast_to(self.status, shape))


def measured(number: Numbers) -> Values:
    """Numbers that are all known."""
    return Values(number, np.full(number.shape, Status.MEASURED, dtype=np.uint8))


def worst(statuses: Iterable[Statuses]) -> Statuses:
    """The status of what is made of several: the one that weighs most; measured where all have numbers."""
    worse: Statuses = PLAIN[reduce(_worse, statuses)]
    return worse


def _worse(first: Statuses, second: Statuses) -> Statuses:
    worse: Statuses = WORSE[first, second]
    return worse


def combine(parts: list[Values], rule: Callable[..., Numbers]) -> Values:
    """Numbers put together by a rule of two."""
    number = reduce(rule, (part.number for part in parts))
    return Values(number, worst(part.status for part in parts))


def what_applies(parts: list[Values]) -> list[Values]:
    """The parts, with a zero where one does not apply."""
    return [
        Values(
            np.where(part.gone, 0.0, part.number),
            np.where(part.gone, Status.MEASURED, part.status).astype(np.uint8),
        )
        for part in parts
    ]


def settle(number: Numbers, threshold: Numbers) -> Numbers:
    """The number, put exactly on a threshold that it misses only by what floats lose."""
    width = NEAR * np.maximum(np.maximum(np.abs(number), np.abs(threshold)), 1.0)
    return np.where(np.abs(number - threshold) <= width, threshold, number)


def added(first: Numbers, second: Numbers) -> Numbers:
    """The sum; exactly zero where two numbers cancel and leave only what floats lose."""
    total = first + second
    dust = np.abs(total) <= DUST * np.maximum(np.abs(first), np.abs(second))
    return np.where(dust, 0.0, total)
