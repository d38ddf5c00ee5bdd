"""Scenes: in which period one more unit falls and for whom; and what it moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from policymodel.margins.germs import Germ
from policymodel.scheme.algebra import Column
from policymodel.scheme.evaluation import Ground
from policymodel.scheme.evaluation.values import Numbers


@dataclass(frozen=True)
class Scenes:
    """In which period one more unit falls, and for whom: one person (`mover`), or everybody each for themselves."""

    period: NDArray[np.int64]
    mover: NDArray[np.int64] | None = None

    def copied(self, count: int) -> Scenes:
        """The same scenes so many times over, one copy after the other."""
        mover = None if self.mover is None else np.tile(self.mover, count)
        return Scenes(np.tile(self.period, count), mover)

    def at_once(self, at: Numbers, people: int) -> Numbers:
        """How many units each person does in each of the periods, [period, manager]; 0 where nobody is looked at."""
        assert self.mover is not None
        periods, row = np.unique(self.period, return_inverse=True)
        units = np.zeros((periods.size, people))
        units[row, self.mover] = at[:, 0]
        return units

    def own(self, whole: NDArray[Any]) -> NDArray[Any]:
        """Of [scene, period, manager]: in each scene its period's figures of those who move, [scene, manager]."""
        scene = np.arange(self.period.size)
        if self.mover is None:
            return whole[scene, self.period]
        return whole[scene, self.period, self.mover][:, None]

    def onward(self, whole: NDArray[Any]) -> NDArray[Any]:
        """The same from each scene's period on: later periods kept, earlier ones zero, [scene, period, manager]."""
        mine = whole if self.mover is None else whole[np.arange(self.period.size), :, self.mover][..., None]
        later = np.arange(whole.shape[1])[None, :, None] >= self.period[:, None, None]
        return np.where(later, mine, np.zeros((), dtype=whole.dtype))


class Direction(Protocol):
    """What one more unit moves among the facts."""

    @property
    def scenes(self) -> Scenes:
        """In which periods, for whom."""

    @property
    def ground(self) -> Ground:
        """The facts as they are."""

    def moves(self, column: Column) -> bool:
        """Whether the unit is read by a column."""

    def germ(self, column: Column, at: Numbers, side: int) -> Germ:
        """A column where so many units more are done, seen upward (1), downward (-1) or as it stands (0)."""

    def together(self) -> Direction:
        """The same unit in the same periods, for everybody at once."""

    def copied(self, count: int) -> Direction:
        """The same unit in the same scenes, each so many times."""
