"""People in the order of what they begin with and where they go: places, and statistics of ordered values."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policymodel.margins.germs import Flags, Germ, Path
from policymodel.scheme.evaluation.values import NEAR, Numbers


def across(path: Path) -> Path:
    """One path for all people of a scene."""
    odd = 2 * np.arange(path.branch.shape[-1], dtype=np.uint64) + np.uint64(1)
    return Path(
        path.reach.min(axis=-1, keepdims=True, initial=np.inf),
        (path.branch * odd).sum(axis=-1, keepdims=True, dtype=np.uint64),
        np.asarray(path.capped.any(axis=-1, keepdims=True)),
    )


class Order:
    """Values [scene, 1, person] from the smallest to the largest just beside the place.

    Values that meet are told apart by their slopes; those that move together stay equal.
    """

    def __init__(self, of: Germ) -> None:
        self.of = of
        rough = np.argsort(of.number, axis=-1, kind="stable")
        number = np.take_along_axis(of.number, rough, axis=-1)
        size = np.maximum(np.abs(number[..., 1:]), np.abs(number[..., :-1]))
        apart = np.diff(number, axis=-1) > NEAR * size
        run = np.zeros(of.number.shape, dtype=np.int64)
        np.put_along_axis(run, rough, _counted(apart), axis=-1)
        self.order = np.lexsort((of.bend, of.slope, run), axis=-1)
        self.number: Numbers = np.take_along_axis(of.number, self.order, axis=-1)
        self.slope: Numbers = np.take_along_axis(of.slope, self.order, axis=-1)
        self.bend: Numbers = np.take_along_axis(of.bend, self.order, axis=-1)
        sorted_run = np.take_along_axis(run, self.order, axis=-1)
        self._apart = np.diff(sorted_run, axis=-1) != 0
        parted = (np.diff(self.slope, axis=-1) != 0) | (np.diff(self.bend, axis=-1) != 0)
        self.group = _counted(self._apart | parted)

    @cached_property
    def path(self) -> Path:
        """How far the order holds, and which one it is."""
        closing = -np.diff(self.slope, axis=-1)
        gap = np.diff(self.number, axis=-1)
        meets = self._apart & (closing > 0)
        reach = np.divide(gap, closing, out=np.full(gap.shape, np.inf), where=meets)
        reach = reach.min(axis=-1, keepdims=True, initial=np.inf)
        if self.group.shape[-1] > 1:
            reach = np.where(self.of.straight.all(axis=-1, keepdims=True), reach, np.nan)
        group = np.empty_like(self.group)
        np.put_along_axis(group, self.order, self.group, axis=-1)
        whole = across(self.of.path)
        odd = 2 * np.arange(group.shape[-1], dtype=np.uint64) + np.uint64(1)
        code = (group.astype(np.uint64) * odd).sum(axis=-1, keepdims=True, dtype=np.uint64)
        return whole.turn(code, reach)

    def places(self, best: str) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The best and the worst place each person shares, and the place where equals fill one together; from 1."""
        people = self.group.shape[-1]
        index = np.broadcast_to(np.arange(people), self.group.shape)
        begins = (
            np.concatenate([np.ones_like(self.group[..., :1]), np.diff(self.group, axis=-1)], axis=-1) != 0
        )
        ends = np.concatenate([begins[..., 1:], np.ones_like(begins[..., :1])], axis=-1)
        first = np.maximum.accumulate(np.where(begins, index, 0), axis=-1)
        last = np.minimum.accumulate(np.where(ends, index, people)[..., ::-1], axis=-1)[..., ::-1]
        dense = self.group + 1
        if best == "highest":
            first, last, dense = people - 1 - last, people - 1 - first, self.group[..., -1:] - self.group + 1
        found = []
        for each in (first + 1, last + 1, dense):
            back = np.empty_like(each)
            np.put_along_axis(back, self.order, each, axis=-1)
            found.append(back)
        return found[0], found[1], found[2]

    def weighed(self, weights: Numbers) -> Germ:
        """The sum of weight x value, the first weight for the smallest value; one number a scene."""
        parts = (self.number * weights, self.slope * weights, self.bend * weights)
        return total(Germ(*parts, self.of.status, self.of.straight, self.of.path), self.path)


def total(of: Germ, path: Path) -> Germ:
    """The sum over the people of each scene; everybody's number is known."""
    number, slope, bend = (each.sum(axis=-1, keepdims=True) for each in (of.number, of.slope, of.bend))
    straight: Flags = np.asarray(of.straight.all(axis=-1, keepdims=True))
    return Germ(number, slope, bend, np.zeros(number.shape, dtype=np.uint8), straight, path)


def _counted(apart: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The number of steps before each person."""
    start = np.zeros((*apart.shape[:-1], 1), dtype=np.int64)
    return np.concatenate([start, np.cumsum(apart, axis=-1)], axis=-1)
