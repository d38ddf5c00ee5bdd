"""What is asked and what is found; and costs worked out so far, each once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from policymodel.calibration.course import Point
from policymodel.calibration.levers import exact

FINEST = 9
"""Digits behind the first one of the range that an answer has at most."""

Follow = Callable[[float], Point]
Price = Callable[[Sequence[Decimal]], Sequence[int]]


@dataclass(frozen=True)
class Question:
    """What is asked: a value between two ends at which the cost is at most the budget, and not far below it.

    Money is in minor units. `within` is how far below the budget still meets it; `decimals` asks for an answer with so
    many digits behind the point, else it is written with as few as meet the budget. With `whole` only whole numbers are
    values at all.
    """

    low: Decimal
    high: Decimal
    start: Decimal
    budget: int
    within: int
    decimals: int | None = None
    whole: bool = False

    @property
    def begin(self) -> float:
        """The present value, or the end of the range that is nearest to it."""
        return float(min(max(self.start, self.low), self.high))

    @property
    def finest(self) -> int:
        """The most digits behind the point that an answer has."""
        return FINEST - math.floor(math.log10(float(self.high - self.low)))


@dataclass(frozen=True)
class Solution:
    """A written value that meets the budget: its cost, and the next written value, which costs more than the budget.

    `beyond` is missing where that lies outside the range. `slope` is what one unit more of the value adds to the cost
    (minor units). `jump` are the costs on both sides where the cost jumps over the budget.
    """

    value: Decimal
    cost: int
    slope: float
    beyond: tuple[Decimal, int] | None = None
    jump: tuple[float, float] | None = None


@dataclass(frozen=True)
class Found:
    """All solutions, the nearest to the present value first; without one the nearest cost and where it is.

    `flat` says that the cost is the same everywhere; `passes` are the places where the cost, before it is rounded,
    passes the budget, written or not. `searched` counts costs worked out to find them, `checked` those of the grid,
    `proved` written values that were priced at last.
    """

    question: Question
    solutions: tuple[Solution, ...]
    nearest: tuple[Decimal, int]
    method: str
    searched: int
    checked: int
    proved: int
    flat: bool = False
    passes: tuple[float, ...] = ()


@dataclass(frozen=True)
class Crossing:
    """Where the cost passes the budget: the last place known inside, the first known outside."""

    inside: float
    outside: float
    costs: tuple[float, float]
    slope: float
    rises: bool


@dataclass
class Seen:
    """Costs worked out so far; whether they come with slopes that can be followed, and are those of many people."""

    follow: Follow
    budget: int
    slopes: bool = False
    dense: bool = False
    points: dict[float, Point] = field(default_factory=dict)

    def at(self, value: float) -> Point:
        """The cost there."""
        value = float(value)
        if value not in self.points:
            self.points[value] = self.follow(value)
        return self.points[value]

    def over(self, value: float) -> float:
        """How far it is over the budget."""
        return self.at(value).cost - self.budget


class Prices:
    """Written values with their costs, each worked out once."""

    def __init__(self, price: Price) -> None:
        self._price, self.known, self.count = price, dict[Decimal, int](), 0

    def at(self, value: Decimal) -> int:
        """The cost of a written value."""
        if value not in self.known:
            self.known[value] = int(self._price([value])[0])
            self.count += 1
        return self.known[value]

    def at_once(self, values: Sequence[float]) -> None:
        """Price several values together, which may be quicker than one by one."""
        new = [each for each in dict.fromkeys(_decimal(value) for value in values) if each not in self.known]
        self.known |= dict(zip(new, map(int, self._price(new)), strict=True))
        self.count += len(new)

    def follow(self, value: float) -> Point:
        """The cost of any value, without a slope."""
        return Point(value, float(self.at(_decimal(value))), math.nan, math.nan)

    def nearest(self, budget: int) -> tuple[Decimal, int]:
        """The value known whose cost is nearest to the budget."""
        value = min(self.known, key=lambda each: abs(self.known[each] - budget))
        return value, self.known[value]


def _decimal(value: float) -> Decimal:
    return exact(Decimal(repr(float(value))))
