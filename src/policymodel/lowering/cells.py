"""What a step gives: numbers of every variant, period and cell, and a status only where something is unsure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.scheme.evaluation.values import MISSING, RANK, Numbers, Statuses, Values, worst

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Cells:
    """Numbers [variant, period, cell], an axis being 1 where nothing differs along it.

    A status of None says that all are measured; otherwise it broadcasts against the numbers, and a number counts only
    where its status is ok.
    """

    number: Numbers
    status: Statuses | None

    @cached_property
    def sure(self) -> bool:
        """True where every number counts."""
        return self.status is None or int(self.status.max(initial=0)) <= Status.TRUE_ZERO

    @property
    def shape(self) -> Shape:
        """The shape of numbers and statuses together."""
        if self.status is None:
            first, second, third = self.number.shape
        else:
            first, second, third = np.broadcast_shapes(self.number.shape, self.status.shape)
        return first, second, third

    @property
    def gone(self) -> NDArray[np.bool_] | None:
        """Where it does not apply; None where it applies everywhere."""
        if self.sure or self.status is None:
            return None
        out: NDArray[np.bool_] = self.status == Status.NOT_APPLICABLE
        return out if out.any() else None

    @property
    def missing(self) -> NDArray[np.bool_] | None:
        """Where a number should be and is not; None where none is missing."""
        if self.sure or self.status is None:
            return None
        out: NDArray[np.bool_] = RANK[self.status] >= MISSING
        return out if out.any() else None

    def at(self, cells: slice | NDArray[np.int64]) -> Cells:
        """Some cells."""
        number = self.number if self.number.shape[2] == 1 else self.number[:, :, cells]
        if self.status is None:
            return Cells(number, None)
        status = self.status if self.status.shape[2] == 1 else self.status[:, :, cells]
        return Cells(number, status)

    def values(self) -> Values:
        """Numbers and statuses as the interpreter has them, the numbers written out as far as statuses differ."""
        if self.status is None:
            return Values(self.number, np.zeros((1, 1, 1), dtype=np.uint8))
        return Values(np.broadcast_to(self.number, self.shape), self.status)

    def folded(self, shape: Shape) -> Values:
        """[period, variant x cell]: one wide table for what walks the periods."""
        variants, periods, cells = shape
        values = self.values()
        number = np.broadcast_to(values.number, shape).transpose(1, 0, 2).reshape(periods, variants * cells)
        status = np.broadcast_to(values.status, shape).transpose(1, 0, 2).reshape(periods, variants * cells)
        return Values(number, status)

    def stacked(self, shape: Shape) -> Values:
        """[variant x period, cell]: one long table for what compares cells of a period.

        Where all are measured there is one status.
        """
        variants, periods, cells = shape
        number = self.number if self.number.shape == shape else np.broadcast_to(self.number, shape)
        number = number.reshape(variants * periods, cells)
        if self.status is None:
            return Values(number, np.zeros((1, 1), dtype=np.uint8))
        status = np.broadcast_to(self.status, shape).reshape(variants * periods, cells)
        return Values(number, status)


def unfolded(values: Values, variants: int) -> Cells:
    """Back from [period, variant x cell]."""
    periods, wide = values.number.shape
    number = values.number.reshape(periods, variants, wide // variants).transpose(1, 0, 2)
    status = values.status.reshape(periods, variants, wide // variants).transpose(1, 0, 2)
    return tidy(np.ascontiguousarray(number), status)


def unstacked(values: Values, variants: int) -> Cells:
    """Back from [variant x period, cell]."""
    rows, cells = values.number.shape
    shape = (variants, rows // variants, cells)
    return tidy(values.number.reshape(shape), values.status.reshape(shape))


def of_values(values: Values) -> Cells:
    """What the interpreter gave for the first variant or, in three axes, for all of them."""
    number, status = values.number, values.status
    if number.ndim == 2:
        number, status = number[None], status[None]
    return tidy(number, status)


def tidy(number: Numbers, status: Statuses | None) -> Cells:
    """Without statuses where all are measured, and one for all variants where theirs are the same."""
    if status is None or not status.any():
        return Cells(number, None)
    return Cells(number, alike(status))


def alike(status: Statuses) -> Statuses:
    """One status for all variants, where theirs are the same."""
    if status.shape[0] > 1 and (status[1:] == status[:1]).all():
        return status[:1]
    return status


def worst_of(parts: Iterable[Cells]) -> Statuses | None:
    """The status of what is made of several; None where all have numbers."""
    unsure = [part.status for part in parts if not part.sure and part.status is not None]
    return worst(unsure) if unsure else None


def common(parts: Iterable[Cells]) -> Shape:
    """The shape of several together."""
    shapes = {part.shape for part in parts}
    first, second, third = shapes.pop() if len(shapes) == 1 else np.broadcast_shapes(*shapes)
    return first, second, third
