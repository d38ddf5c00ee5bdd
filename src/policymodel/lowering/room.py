"""Room for the numbers of a tile, given back when no step needs them any more and used again."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from policymodel.lowering.cells import Cells
from policymodel.scheme.evaluation.values import Numbers


class Room:
    """Arrays by shape. What is asked for is not cleared: whoever asks writes every number."""

    def __init__(self) -> None:
        self._free: defaultdict[tuple[int, ...], list[Numbers]] = defaultdict(list)
        self._held: dict[int, Numbers] = {}
        self._uses: Counter[int] = Counter()

    def ask(self, *shape: int) -> Numbers:
        """An array of a shape."""
        free = self._free[shape]
        array = free.pop() if free else np.empty(shape)
        self._held[id(array)] = array
        return array

    def hold(self, cells: Cells) -> None:
        """One more step's result stands on an array."""
        self._uses[id(cells.number)] += 1

    def release(self, cells: Cells) -> None:
        """A step's result is not needed any more."""
        key = id(cells.number)
        self._uses[key] -= 1
        if self._uses[key] <= 0:
            del self._uses[key]
            self.back(cells.number)

    def back(self, array: Numbers) -> None:
        """An array given back, if it came from here."""
        if self._held.pop(id(array), None) is not None:
            self._free[array.shape].append(array)
