"""The steps of a plan as one run of array operations on fixed places, for tiles in which everything has a number.

What a tile needs beyond its arithmetic is then a loop over a list. Statuses are not looked at. A cell of which it turns
out on the way that something has no number is noted, and worked out step by step instead (`program`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from policymodel.lowering.cells import Cells
from policymodel.lowering.steps import Tile
from policymodel.lowering.windows import Positions
from policymodel.scheme.evaluation.values import Numbers

Rule = Callable[..., Any]
Entry = tuple[Rule, int, int, int]
"""A rule, and the places of what it takes, twice, and of what it writes."""


@dataclass(frozen=True)
class View:
    """A place that is part of another: rows, flat or not."""

    of: int
    rows: slice
    flat: bool


@dataclass
class Tape:
    """Entries in order, and what stands at each place: a fixed array, the rows of a buffer, a view, or a fact."""

    entries: list[Entry] = field(default_factory=list)
    fixed: dict[int, Any] = field(default_factory=dict)
    buffers: dict[int, int] = field(default_factory=dict)
    views: dict[int, View] = field(default_factory=dict)
    ones: list[int] = field(default_factory=list)
    """Views that are one throughout, of rows that nothing else is written to."""
    columns: dict[int, int] = field(default_factory=dict)
    results: dict[str, int] = field(default_factory=dict)
    count: int = 0
    strict: bool = False
    """Whether a true zero must be told from a measured number: then only what is measured everywhere will do."""
    _room: dict[int, Numbers] = field(default_factory=dict)
    _shape: tuple[int, int] = (0, 0)
    at: list[Any] = field(default_factory=list)
    """What stands at each place now."""

    def place(self) -> int:
        """A new place."""
        self.count += 1
        return self.count - 1

    def takes(self, cells: Cells) -> bool:
        """Whether every number of a fact counts, as the tape supposes."""
        return cells.status is None or (cells.sure and not self.strict)

    def run(self, tile: Tile, facts: Mapping[int, Cells], cells: Positions) -> dict[str, Cells]:
        """What is asked of some cells, by its name, from the facts of everybody.

        What it says of cells that are then in the tile's doubt is nothing.
        """
        if tile.shape != self._shape:
            self._shape, self.at = tile.shape, self._laid(tile.shape)
        at = self.at
        for place, step in self.columns.items():
            number = facts[step].number
            at[place] = number if number.shape[2] == 1 else number[:, :, cells]
        at[0] = tile
        with np.errstate(all="ignore"):
            for rule, first, second, out in self.entries:
                rule(at[first], at[second], out=at[out])
        found = {name: Cells(at[place], None) for name, place in self.results.items()}
        # The ground and its facts are not kept for the next one.
        for place in (0, *self.columns):
            at[place] = None
        return found

    def _laid(self, shape: tuple[int, int]) -> list[Any]:
        """Room for a tile of a shape, in that of the tiles before it where it is large enough."""
        at: list[Any] = [None] * self.count
        for place, array in self.fixed.items():
            at[place] = array
        for place, rows in self.buffers.items():
            size = rows * shape[0] * shape[1]
            if place not in self._room or self._room[place].size < size:
                self._room[place] = np.empty(size)
            at[place] = self._room[place][:size].reshape(rows, *shape)
        for place, view in self.views.items():
            part = at[view.of][view.rows]
            at[place] = part.reshape(part.shape[0], -1) if view.flat else part
        for place in self.ones:
            at[place].fill(1.0)
        return at
