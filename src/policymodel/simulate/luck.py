"""What is a person's own in each draw: which months are repeated, who leaves, how far they stray from their region.

Each person has a sequence of 256 points of their own (one set), which fill the space of everything that is theirs
evenly: block by block of months, month by month of leaving, axis by axis of growth. So the mean of a person's figures
over the draws of a set has almost no error, where 256 independent numbers leave a sixteenth of their spread.

In draw r the point of person p in dimension d is

    Sobol[d, order_p[r % 256]]  XOR  shift[p, d]

a Sobol sequence, each point of it anywhere in its 256th part, shifted bit by bit by a random number for each person and
dimension, and run through in an order that is drawn for each person. Shifts leave every number evenly distributed,
whatever the sequence. The orders make persons independent of each other within a draw, and over the draws of a set no
more alike than chance has it: with one order for everybody, the chance of two people would go together in all draws of
a set, or against each other, and the spread of a sum over people would be told by one or two numbers instead of 256.

An order is not any permutation: the draws of a set stand in a row by what is common (`Common.ranks`), and which half of
their sequence a person has in which half of the row is drawn, then which quarter in which quarter, and so on. So draws
that are alike in what is common have points of a person that lie apart, and what a person and a year do together is
spread evenly as well.

This is Latin supercube sampling (Owen, "Latin supercube sampling for very high-dimensional simulations", ACM
Transactions on Modeling and Computer Simulation 8(1), 1998): groups of dimensions, here persons, each with points of
low discrepancy, in random orders. The orders are nested scramblings (Owen, "Scrambled net variance for integrals of
smooth functions", Annals of Statistics 25(4), 1997) of one more dimension, that of what is common. What is not made
even is what several persons do together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from policymodel.simulate.shocks import BITS, SET, Common, corners

Numbers = NDArray[np.float64]
Points = NDArray[np.uint32]
STREAM = "own"
_FINE = 16
_NORMALS = ndtri((np.arange(2**_FINE) + 0.5) / 2**_FINE)
"""Quantiles of the standard normal at so many equally likely places; their variance is 0.99998."""


@dataclass(frozen=True)
class Luck:
    """The chance of the people of one region, of so many dimensions; `generator` is that of a stream and a number.

    What is drawn for a draw depends on the generators and its number alone, whatever else is asked for.

    >>> from policymodel.draws import Draws
    >>> from policymodel.simulate.growth import Growths
    >>> nothing_common = Common(Growths({}, (), {}, {}, {}), Draws(1), 256)
    >>> luck = Luck(Draws(1).generator, nothing_common, people=3, dimensions=2)
    >>> numbers = luck.uniforms(0, 256, slice(2))
    >>> numbers.shape, bool((np.sort((numbers * 256).astype(int), axis=1)[0] == np.arange(256)[:, None]).all())
    ((2, 256, 3), True)
    """

    generator: Callable[[str, int], np.random.Generator]
    common: Common
    people: int
    dimensions: int
    _sets: dict[int, _Set] = field(default_factory=dict, repr=False)

    def uniforms(self, first: int, count: int, some: slice) -> Numbers:
        """Numbers from 0 to 1, neither of them included, of some dimensions: [dimension, draw, person]."""
        return np.asarray((self._points(first, count, some) + 0.5) * 2.0**-BITS)

    def normals(self, first: int, count: int, some: slice) -> Numbers:
        """Standard normals of some dimensions, [dimension, draw, person]."""
        return np.asarray(_NORMALS[self._points(first, count, some) >> np.uint32(BITS - _FINE)])

    def _points(self, first: int, count: int, some: slice) -> Points:
        """Whole numbers below 2^BITS, [dimension, draw, person]."""
        last = first + count
        if self.common.plain:
            shape = (self.dimensions, self.people)
            each = [
                self.generator(f"plain {STREAM}", draw).integers(0, 2**BITS, shape, np.uint32)[some]
                for draw in range(first, last)
            ]
            return np.stack(each, axis=1)
        ends = [first, *range((first // SET + 1) * SET, last, SET), last]
        parts = [
            self._set(start // SET).points(slice(start % SET, start % SET + end - start), some)
            for start, end in pairwise(ends)
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def _set(self, number: int) -> _Set:
        """The points and orders of a set; only the last one asked for is kept."""
        found = self._sets.get(number)
        if found is None:
            found = _Set.of(
                self.generator(STREAM, number), self.common.ranks(number), self.people, self.dimensions
            )
            self._sets.clear()
            self._sets[number] = found
        return found


@dataclass(frozen=True)
class _Set:
    """What one set of draws is made from."""

    sequence: Points  # [dimension, place in it]
    shift: Points  # [dimension, person]
    order: NDArray[np.uint8]  # [draw, person]

    @classmethod
    def of(cls, chance: np.random.Generator, ranks: NDArray[np.intp], people: int, dimensions: int) -> _Set:
        orders = np.zeros((people, 1), dtype=np.uint8)
        while orders.shape[1] < SET:
            # Each half goes to one half of the sequence, and so do the halves of the halves.
            which = chance.integers(0, 2, orders.shape, np.uint8)
            orders = (2 * orders[..., None] + np.stack([which, 1 - which], axis=-1)).reshape(people, -1)
        orders = orders[:, ranks]
        sequence = corners(dimensions).T.copy()
        shift = np.empty((dimensions, people), dtype=np.uint32)
        # One dimension after another, so that none depends on how many follow.
        for corner, by in zip(sequence, shift, strict=True):
            corner += chance.integers(0, 2**BITS // SET, SET, np.uint32)
            by[:] = chance.integers(0, 2**BITS, people, np.uint32)
        return cls(sequence, shift, orders.T.copy())

    def points(self, draws: slice, some: slice) -> Points:
        """Those of some draws of the set, [dimension, draw, person]."""
        found = np.take(self.sequence[some], self.order[draws], axis=1)
        found ^= self.shift[some, None]
        return found
