"""Continuous functions of one number in straight pieces, which can be added, bounded and put into one another."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

NEGLIGIBLE = 1e-12
"""A jump that is smaller than this part of what it joins is none: it is what a division left."""


@dataclass(frozen=True)
class Bends:
    """Through (knots, values), straight between them, with a slope before the first and one after the last.

    There is always a knot, be it one at which nothing bends.

    >>> cap = line(2.0, 0.0).at_most(3.0)
    >>> cap.at(1.0), cap.at(5.0), cap.knots
    (2.0, 3.0, (1.5,))
    """

    knots: tuple[float, ...]
    values: tuple[float, ...]
    before: float
    after: float

    def at(self, x: float) -> float:
        """The value at a place."""
        if x <= self.knots[0]:
            return self.values[0] + self.before * (x - self.knots[0])
        if x >= self.knots[-1]:
            return self.values[-1] + self.after * (x - self.knots[-1])
        return float(np.interp(x, self.knots, self.values))

    @property
    def slopes(self) -> tuple[float, ...]:
        """Of every piece: one more than there are knots."""
        points = list(zip(self.knots, self.values, strict=True))
        inner = ((right - left) / (end - start) for (start, left), (end, right) in pairwise(points))
        return (self.before, *inner, self.after)

    def slope_at(self, x: float) -> float:
        """The slope of the piece in which a place lies."""
        return self.slopes[bisect(self.knots, x)]

    @property
    def straight(self) -> bool:
        """True where nothing bends."""
        return len(self.knots) == 1 and self.before == self.after

    def scaled(self, factor: float) -> Bends:
        """Times a number."""
        values = tuple(each * factor for each in self.values)
        return Bends(self.knots, values, self.before * factor, self.after * factor)

    def plus(self, other: Bends) -> Bends:
        """The sum."""
        if self.straight:
            self, other = other, self
        knots = self.knots if other.straight else tuple(sorted({*self.knots, *other.knots}))
        values = tuple(self.at(x) + other.at(x) for x in knots)
        return Bends(knots, values, self.before + other.before, self.after + other.after)

    def into(self, outer: Bends) -> Bends:
        """The outer function of this one."""
        found = set() if self.straight else {*self.knots}
        for level in outer.knots if not outer.straight else ():
            found.update(self._where(level))
        knots = tuple(sorted(found or self.knots))
        values = tuple(outer.at(self.at(x)) for x in knots)
        # Beyond the last place where it meets an outer knot it lies on one straight piece of the outer function.
        width = max(1.0, abs(knots[0]), abs(knots[-1]))
        before = outer.slope_at(self.at(knots[0] - width)) * self.before
        after = outer.slope_at(self.at(knots[-1] + width)) * self.after
        return Bends(knots, values, before, after)

    def _where(self, level: float) -> Iterable[float]:
        """Every place at which it passes a level."""
        if self.before and (self.values[0] - level) / self.before >= 0:
            yield self.knots[0] - (self.values[0] - level) / self.before
        if self.after and (level - self.values[-1]) / self.after > 0:
            yield self.knots[-1] + (level - self.values[-1]) / self.after
        points = zip(self.knots, self.values, strict=True)
        for (start, left), (end, right) in pairwise(points):
            if min(left, right) < level < max(left, right):
                yield start + (level - left) * (end - start) / (right - left)

    def at_most(self, cap: float) -> Bends:
        """The smaller of it and a number."""
        return self.into(Bends((cap,), (cap,), 1.0, 0.0))

    def at_least(self, floor: float) -> Bends:
        """The larger of it and a number."""
        return self.into(Bends((floor,), (floor,), 0.0, 1.0))


def line(slope: float, level: float) -> Bends:
    """A straight line that is `level` at zero."""
    return Bends((0.0,), (level,), slope, slope)


@dataclass(frozen=True)
class Jump:
    """How much a curve leaps where its argument reaches a place; on the place itself only with the edge `upper`."""

    place: float
    edge: str
    height: float


def pieces(
    starts: Sequence[float],
    levels: Sequence[float],
    slopes: Sequence[float],
    origins: Sequence[float],
    edge: str,
) -> tuple[Bends, tuple[Jump, ...]]:
    """A curve in pieces, of which the first has no start: its continuous part, and its jumps.

    >>> pieces([1.0], [0.0, 5.0], [0.0, 2.0], [0.0, 1.0], "upper")[1]
    (Jump(place=1.0, edge='upper', height=5.0),)
    """

    def at(index: int, x: float) -> float:
        return levels[index] + slopes[index] * (x - origins[index])

    if not starts:
        return line(slopes[0], at(0, 0.0)), ()
    values, jumps, leapt = [], [], 0.0
    for index, start in enumerate(starts, start=1):
        before, after = at(index - 1, start), at(index, start)
        if abs(after - before) > NEGLIGIBLE * max(abs(before), abs(after)):
            jumps.append(Jump(start, edge, after - before))
        values.append(before - leapt)
        leapt += jumps[-1].height if jumps and jumps[-1].place == start else 0.0
    return Bends(tuple(starts), tuple(values), slopes[0], slopes[-1]), tuple(jumps)
