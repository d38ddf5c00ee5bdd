"""Room for the numbers of a tile, given back when no step needs them any more and used again."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from policymodel.scheme.evaluation.values import Numbers

SHAPES = 100
"""So many shapes are kept: tiles of ever other sizes do not pile up."""


class Room:
    """Arrays by shape. What is asked for is not cleared: whoever asks writes every number."""

    def __init__(self) -> None:
        self._free: defaultdict[tuple[int, ...], list[Numbers]] = defaultdict(list)
        self._lent: dict[int, Numbers] = {}

    def ask(self, shape: tuple[int, ...]) -> Numbers:
        """An array of a shape."""
        if shape not in self._free and len(self._free) >= SHAPES:
            self._free.clear()
        free = self._free[shape]
        array = free.pop() if free else np.empty(shape)
        self._lent[id(array)] = array
        return array

    def lent(self, array: Numbers) -> bool:
        """Whether an array came from here and is still out."""
        return id(array) in self._lent

    def back(self, array: Numbers) -> None:
        """An array given back, if it came from here."""
        if self._lent.pop(id(array), None) is not None:
            self._free[array.shape].append(array)

    def forget(self, array: Numbers) -> None:
        """An array on which two results stand: it is left to whoever holds it."""
        self._lent.pop(id(array), None)
