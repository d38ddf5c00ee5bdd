"""Some cells of a ground as a ground of their own, and how a ground is cut into tiles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from policymodel.lowering.cells import Cells, of_values
from policymodel.periods import Period
from policymodel.scheme.algebra import Axis, Column, Scope
from policymodel.scheme.evaluation import Ground, Values
from policymodel.scheme.evaluation.contest import of_equal_size

Positions = slice | NDArray[np.int64]


@dataclass
class Whole:
    """A ground whose facts are asked for once, whatever number of tiles it is cut into."""

    ground: Ground
    _columns: dict[Column, Cells] = field(default_factory=dict)
    _peers: dict[Scope, NDArray[np.int64]] = field(default_factory=dict)
    _categories: dict[tuple[str, Axis], NDArray[np.object_]] = field(default_factory=dict)
    _widths: dict[Scope, int] = field(default_factory=dict)

    def cells(self, column: Column) -> Cells:
        """A fact of everybody."""
        if column not in self._columns:
            self._columns[column] = of_values(self.ground.column(column))
        return self._columns[column]

    def peers(self, scope: Scope) -> NDArray[np.int64]:
        """The codes of everybody."""
        if scope not in self._peers:
            self._peers[scope] = self.ground.peers(scope)
        return self._peers[scope]

    def width(self, scope: Scope) -> int:
        """How many each group has, where all have as many in every period and stand beside each other; else 0."""
        if scope not in self._widths:
            found = {of_equal_size(codes) for codes in self.peers(scope)}
            self._widths[scope] = found.pop() if len(found) == 1 else 0
        return self._widths[scope]

    def category(self, name: str, axis: Axis) -> NDArray[np.object_]:
        """The words of everybody."""
        if (name, axis) not in self._categories:
            self._categories[name, axis] = self.ground.category(name, axis)
        return self._categories[name, axis]


@dataclass(frozen=True)
class Window:
    """Some cells of a ground on which nobody is led by another and no transaction is credited."""

    whole: Whole
    cells: Positions

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods of the whole."""
        return self.whole.ground.periods

    def column(self, column: Column) -> Values:
        """A fact of these cells."""
        found = self.whole.cells(column).at(self.cells).values()
        return Values(found.number[0], found.status[0])

    def _here(self, array: NDArray) -> NDArray:  # type: ignore[type-arg]
        return array if array.shape[-1] == 1 else array[:, self.cells]

    def places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """No credits: a ground with credits is not cut."""
        raise AssertionError("a ground with credits is not cut")

    def dates(self) -> NDArray[np.datetime64]:
        """No credits: a ground with credits is not cut."""
        raise AssertionError("a ground with credits is not cut")

    def category(self, name: str, axis: Axis) -> NDArray[np.object_]:
        """The words of these cells."""
        found: NDArray[np.object_] = self._here(self.whole.category(name, axis))
        return found

    def peers(self, scope: Scope) -> NDArray[np.int64]:
        """The codes of these cells."""
        found: NDArray[np.int64] = self._here(self.whole.peers(scope))
        return found

    def leaders(self) -> NDArray[np.int64]:
        """Nobody: a ground on which people are led is not cut."""
        raise AssertionError("a ground with teams is not cut")

    def opens(self, within: Literal["quarter", "half_year", "year"] | None) -> NDArray[np.bool_]:
        """Which periods begin a run."""
        return self.whole.ground.opens(within)

    def days(self, first: date | None, last: date | None) -> NDArray[np.float64]:
        """The share of each period's days between two dates."""
        return self.whole.ground.days(first, last)


def evenly(chosen: NDArray[np.bool_], size: int) -> Iterator[Positions]:
    """The cells that are chosen, so many at a time; the last may be fewer. Slices where all are chosen.

    >>> list(evenly(np.ones(5, dtype=bool), 2))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    >>> [each.tolist() for each in evenly(np.array([True, False, True]), 2)]
    [[0, 2]]
    """
    cells = None if chosen.all() else np.flatnonzero(chosen)
    count = chosen.size if cells is None else cells.size
    for first in range(0, count, size):
        here = slice(first, min(first + size, count))
        yield here if cells is None else cells[here]


def peers_together(codes: NDArray[np.int64], size: int) -> Iterator[Positions]:
    """Positions of cells such that those who are ever peers stand together, and about so many in a tile.

    Slices where they stand beside each other already.

    >>> [each.tolist() for each in peers_together(np.array([[0, 1, 0, 2], [0, 1, 0, 2]]), 2)]
    [[0, 2], [1, 3]]
    >>> list(peers_together(np.array([[0, 1, 1, 2], [0, 0, 1, 2]]), 2))
    [slice(0, 3, None), slice(3, 4, None)]
    """
    cells = codes.shape[1]
    same = codes.shape[0] == 1 or bool((codes == codes[0]).all())
    group = codes[0] if same and codes.min(initial=0) >= 0 else _ever_together(codes)
    steps = np.diff(group)
    order = None
    if steps.min(initial=0) < 0:
        _, first, group = np.unique(group, return_index=True, return_inverse=True)
        order = np.lexsort((np.arange(cells), first[group]))
        steps = np.diff(group[order])
    ends = np.append(np.flatnonzero(steps) + 1, cells)
    start = 0
    for end in ends.tolist():
        if end - start >= size or end == cells > start:
            yield slice(start, end) if order is None else _beside(np.sort(order[start:end]))
            start = end


def _beside(cells: NDArray[np.int64]) -> Positions:
    """A slice where cells in order stand beside each other."""
    beside = cells[-1] - cells[0] == cells.size - 1
    return slice(int(cells[0]), int(cells[-1]) + 1) if beside else cells


def _ever_together(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """A group for each cell: those who are peers in any period, and the peers of these, have the same one."""
    cells = codes.shape[1]
    _, cell = np.nonzero(codes >= 0)
    _, unit = np.unique(codes[codes >= 0], return_inverse=True)
    count = cells + int(unit.max(initial=-1)) + 1
    links = coo_array((np.ones(cell.size), (cell, cells + unit)), shape=(count, count))
    found: NDArray[np.int64] = connected_components(links, directed=False)[1][:cells].astype(np.int64)
    return found
