"""How a value begins on one side: limit + slope x h + bend x h² for small h > 0, and how far that holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policymodel.scheme.evaluation.values import Numbers, Statuses, Values, settle

Flags = NDArray[np.bool_]
Codes = NDArray[np.uint64]

_MIX, _TURN = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


@dataclass(frozen=True)
class Path:
    """Which pieces of the formulas are in use and how far.

    `reach` is the distance to the next change of piece: inf where there is none, NaN where a curve meets a threshold
    and the distance has no closed form. `branch` is a fingerprint of all choices made below: the same branch is the
    same formula. `capped` is true where a cap keeps a movement from showing.
    """

    reach: Numbers
    branch: Codes
    capped: Flags

    def turn(self, choice: NDArray[Any], reach: Numbers) -> Path:
        """The same path with one more choice of a piece, which holds so far."""
        chosen = choice.astype(np.int64).astype(np.uint64)
        return Path(np.minimum(self.reach, reach), self.branch * _MIX + chosen * _TURN, self.capped)

    def under_a_cap(self, here: Flags) -> Path:
        """The same path, where a cap holds it in some places."""
        return Path(self.reach, self.branch, self.capped | here)


PLAIN = Path(
    np.full((1, 1, 1), np.inf), np.zeros((1, 1, 1), dtype=np.uint64), np.zeros((1, 1, 1), dtype=bool)
)
"""Nothing chosen, for ever."""


def join(paths: Sequence[Path]) -> Path:
    """The path of what is made of several: as far as the shortest, branched as all of them."""
    return Path(
        reduce(np.minimum, (each.reach for each in paths)),
        reduce(lambda a, b: a * _MIX + b, (each.branch for each in paths)),
        reduce(np.logical_or, (each.capped for each in paths)),
    )


@dataclass(frozen=True)
class Germ:
    """Values just beside a place, [scene, period, manager] or [scene, 1, credit].

    `number` is the limit on this side. Where it is `straight`, the value is number + slope x h exactly as far as the
    path reaches; elsewhere it bends, to second order by bend x h².
    """

    number: Numbers
    slope: Numbers
    bend: Numbers
    status: Statuses
    straight: Flags
    path: Path

    @property
    def values(self) -> Values:
        """The limits with their statuses."""
        return Values(self.number, self.status)

    @property
    def still(self) -> Flags:
        """True where nothing moves."""
        still: Flags = (self.slope == 0) & self.straight
        return still

    @property
    def motion(self) -> Numbers:
        """1 where the value rises, -1 where it falls, 0 where it stands."""
        return np.where(self.slope != 0, np.sign(self.slope), np.sign(self.bend))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of all parts together."""
        parts = (self.number, self.slope, self.status, self.straight, self.path.reach, self.path.branch)
        return np.broadcast_shapes(*(each.shape for each in parts))

    def over(self, shape: tuple[int, ...]) -> Germ:
        """The same germ written out for a whole array."""
        return part_by_part(lambda part: np.broadcast_to(part, shape), self)

    def at(self, key: Any) -> Germ:
        """A part of a germ that is written out."""
        return part_by_part(lambda part: part[key], self)

    def on(self, path: Path) -> Germ:
        """The same values on another path."""
        return replace(self, path=path)


def level(values: Values, path: Path) -> Germ:
    """Values that stand as far as a path reaches: places, look-ups, answers to a comparison."""
    number, status = np.broadcast_arrays(values.number, values.status)
    nowhere = np.zeros(number.shape)
    return Germ(number, nowhere, nowhere, status, np.ones(number.shape, dtype=bool), path)


def standing(values: Values) -> Germ:
    """Values [period, manager] that do not move."""
    return level(Values(values.number[None], values.status[None]), PLAIN)


def constant(number: float) -> Germ:
    """A number that does not move."""
    return standing(Values(np.full((1, 1), number), np.zeros((1, 1), dtype=np.uint8)))


def nothing(status: int) -> Germ:
    """No number, for this reason."""
    return standing(Values(np.zeros((1, 1)), np.full((1, 1), status, dtype=np.uint8)))


def part_by_part(rule: Callable[..., Any], *germs: Germ) -> Germ:
    """A germ each of whose arrays is made from the same arrays of others, all in one way."""
    paths = [each.path for each in germs]
    path = Path(
        rule(*(each.reach for each in paths)),
        rule(*(each.branch for each in paths)),
        rule(*(each.capped for each in paths)),
    )
    return Germ(
        rule(*(each.number for each in germs)),
        rule(*(each.slope for each in germs)),
        rule(*(each.bend for each in germs)),
        rule(*(each.status for each in germs)),
        rule(*(each.straight for each in germs)),
        path,
    )


def select(choices: Sequence[Flags], germs: Sequence[Germ], otherwise: Germ) -> Germ:
    """The germ of the first choice that holds, else another; with the path of the one taken."""

    def pick(last: NDArray[Any], *parts: NDArray[Any]) -> NDArray[Any]:
        for chosen, part in zip(reversed(choices), reversed(parts), strict=True):
            last = np.where(chosen, part, last)
        return last

    return part_by_part(pick, otherwise, *germs)


def on_or_off(number: Numbers, threshold: Numbers) -> Numbers:
    """The number, put on a threshold that it nearly stands on; beside a pole nothing does."""
    return np.where(np.isfinite(number), settle(number, threshold), number)


def side_of(one: Germ, other: Germ) -> tuple[NDArray[np.int8], Numbers]:
    """-1, 0 or 1: where one stands to the other just beside the place; and how far that holds.

    Those that meet within what floats lose are told apart by where they go. The distance is NaN where a curve is
    compared, because it may meet anything.
    """
    speed = one.slope - other.slope
    settled = on_or_off(one.number, other.number)
    gap = np.where(settled == other.number, 0.0, settled - other.number)
    parting = np.where(speed != 0, np.sign(speed), np.sign(one.bend - other.bend))
    side = np.where(gap != 0, np.sign(gap), parting).astype(np.int8)
    nowhere = np.full(np.broadcast_shapes(gap.shape, speed.shape), np.inf)
    distance = np.divide(-gap, speed, out=nowhere, where=gap * speed < 0)
    return side, np.where(one.straight & other.straight, distance, np.nan)
