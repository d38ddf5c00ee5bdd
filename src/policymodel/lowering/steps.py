"""The steps of a plan: each works out one part of every design that has it, all variants of a shape at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from policymodel.lowering.cells import Cells
from policymodel.lowering.room import Room
from policymodel.scheme.algebra import Node, Scope
from policymodel.scheme.evaluation import Ground
from policymodel.scheme.evaluation.values import Numbers


@dataclass(frozen=True)
class Part:
    """What a step takes from an earlier one: of which step, and which of its variants for each of its own.

    `pick` is None where the variants are the same in the same order, or where the earlier step has a single one.
    """

    step: int
    pick: NDArray[np.int64] | None


@dataclass(frozen=True, eq=False)
class Step:
    """One operation for all its variants, which differ by their numbers alone.

    `sharp`: something below it asks whether it is exactly zero, so cancelling sums are exactly zero too.
    """

    variants: tuple[Node, ...]
    parts: tuple[Part, ...]
    sharp: bool = False

    @property
    def node(self) -> Node:
        """One of the variants: the kind of operation and its settings."""
        return self.variants[0]


@dataclass(frozen=True, eq=False)
class ByShape(Step):
    """An operation by value: arrays for what differs."""


@dataclass(frozen=True, eq=False)
class Mixed(Step):
    """Variants of several shapes put together; `places` says which of its variants each part gives."""

    places: tuple[NDArray[np.int64], ...] = ()


@dataclass
class Tile:
    """The cells that are worked out together: the ground they stand on and room for their numbers.

    `spare` are numbers that nothing needs any more when the present step is done: it may write over them. In `doubt`
    are cells that a tape found to have something without a number. `widths` says of a scope how many each group of
    peers has, where all have as many in every period and stand beside each other.
    """

    ground: Ground
    room: Room
    here: NDArray[np.int64]
    spare: tuple[Numbers, ...] = ()
    doubt: NDArray[np.bool_] | None = None
    widths: Mapping[Scope, int] = field(default_factory=dict)

    def doubts(self, cells: Any) -> None:
        """Some cells [cell], or all of them [1], have something that has no number."""
        before = np.zeros(self.here.shape[1], dtype=bool) if self.doubt is None else self.doubt
        self.doubt = before | cells

    @property
    def all_here(self) -> bool:
        """Whether everybody is employed in every period."""
        return bool((self.here >= 0).all())

    @property
    def shape(self) -> tuple[int, int]:
        """Periods and cells."""
        periods, cells = self.here.shape
        return periods, cells

    def writable(self, array: Numbers) -> bool:
        """Whether the present step may write over an array."""
        return any(each is array for each in self.spare) and self.room.lent(array)

    def onto(self, rule: np.ufunc, first: Numbers, second: Numbers, mine: bool) -> Numbers:
        """Two put together, written over the first where it is `mine`, or over what is spare."""
        shape = first.shape if first.shape == second.shape else np.broadcast(first, second).shape
        if mine and first.shape == shape:
            return cast(Numbers, rule(first, second, out=first))
        for each in (first, second):
            if each.shape == shape and self.writable(each):
                return cast(Numbers, rule(first, second, out=each))
        found = rule(first, second, out=self.room.ask(shape))
        if mine:
            self.room.back(first)
        return cast(Numbers, found)


def picked(cells: Cells, pick: NDArray[np.int64] | None) -> Cells:
    """The variants that are asked for, in that order."""
    if pick is None:
        return cells
    number = cells.number if cells.number.shape[0] == 1 else cells.number[pick]
    status = cells.status
    if status is not None and status.shape[0] > 1:
        status = status[pick]
    return Cells(number, status)


def mixed(step: Mixed, parts: Sequence[Cells]) -> Cells:
    """Each part's variants in their places."""
    periods, cells = np.broadcast_shapes(*(part.shape[1:] for part in parts))
    number: Numbers = np.empty((len(step.variants), periods, cells))
    for place, part in zip(step.places, parts, strict=True):
        number[place] = part.number
    if all(part.status is None for part in parts):
        return Cells(number, None)
    status = np.zeros(number.shape, dtype=np.uint8)
    for place, part in zip(step.places, parts, strict=True):
        if part.status is not None:
            status[place] = part.status
    return Cells(number, status)
