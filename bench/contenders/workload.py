"""The work that every engine is given: facts of manager-periods and the numbers of a design, from a seed.

Ten indicators with actual and target, a payout curve of five knots on each ratio (threshold, kinks, accelerator, cap),
weights, bonus points up to 10, deductions without a floor:

    score = sum of weight x curve(actual / target) + min(bonus, 10) - deductions
    tiers = sum over three income lines of stock, increment and super-increment, each at its own rate
    pay   = (base wage + min(tiers x score x 10 / 1000, 2 x base wage)) x part of the period

and a flat award to the ten highest scores of each group of 500; ties by row order, of which none stands at a tenth
place in these facts (`reference.ties`), so that engines with other rules for ties answer the same question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policymodel.draws import Draws

Floats = NDArray[np.float64]

INDICATORS = 10
LINES = 3
SLICES = ("stock", "increment", "super_increment")
GROUP = 500
PLACES = 10
BONUS_CAP = 10
SCALE = Decimal("0.01")
"""10 / 1000, as the pay plan has it."""
BASES = 2
"""The performance wage is at most so many base wages."""
KNOTS = tuple(Decimal(each) for each in ("0.6", "0.8", "1", "1.2", "1.5"))


@dataclass(frozen=True)
class Facts:
    """What happened: one row a manager-period, float64, the rows of a group together. Amounts in yuan."""

    actual: Floats
    """[indicator, row]"""
    target: Floats
    bonus: Floats
    deductions: Floats
    base_wage: Floats
    part: Floats
    """Of the period: employed days / days."""
    income: Floats
    """[income line, row]"""
    base_income: Floats
    target_income: Floats

    @property
    def rows(self) -> int:
        """How many manager-periods."""
        return self.bonus.size

    @property
    def group(self) -> NDArray[np.int64]:
        """Which five hundred each row is compared with."""
        return np.arange(self.rows) // GROUP

    @property
    def inputs(self) -> list[Floats]:
        """All 33 columns."""
        several = (self.actual, self.target, self.income, self.base_income, self.target_income)
        one = (self.bonus, self.deductions, self.base_wage, self.part)
        return [*(row for each in several for row in each), *one]

    def first(self, rows: int) -> Facts:
        """The first so many rows."""
        return self.between(0, min(rows, self.rows))

    def between(self, begin: int, end: int) -> Facts:
        """Some rows, as views."""
        return Facts(*(getattr(self, name)[..., begin:end] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Design:
    """The numbers of one design, exactly as its scheme file has them."""

    name: str
    knots: tuple[tuple[Decimal, ...], ...]
    """Where the curve of each indicator bends, as shares of target."""
    heights: tuple[tuple[Decimal, ...], ...]
    """What it gives there, as shares of the weight; nothing at the first knot, and held after the last."""
    weights: tuple[Decimal, ...]
    rates: tuple[tuple[Decimal, ...], ...]
    """What a yuan of each slice earns, [income line][slice]."""


@dataclass(frozen=True)
class Numbers:
    """A design in floats."""

    knots: Floats
    heights: Floats
    weights: Floats
    rates: Floats

    @cached_property
    def slopes(self) -> Floats:
        """Points for each unit of ratio between the knots, [indicator, 4]."""
        return self.weights[:, None] * np.diff(self.heights, axis=1) / np.diff(self.knots, axis=1)


def numbers_of(design: Design) -> Numbers:
    """The nearest floats."""
    fields = (design.knots, design.heights, design.weights, design.rates)
    return Numbers(*(np.array(each, dtype=np.float64) for each in fields))


def facts_of(rows: int, seed: int) -> Facts:
    """Facts by chance; the same seed gives the same facts."""
    if rows % GROUP:
        raise ValueError(f"{rows} rows are no whole groups of {GROUP}")
    chance = Draws(seed).generator("bench facts")

    def spread(middle: float, width: float, shape: tuple[int, ...]) -> Floats:
        values = chance.standard_normal(shape)
        values *= width
        np.exp(values, out=values)
        values *= middle
        return values

    target = spread(1000.0, 0.5, (INDICATORS, rows))
    actual = spread(1.02, 0.3, (INDICATORS, rows))
    actual *= target
    base_income = spread(60_000.0, 0.4, (LINES, rows))
    target_income = spread(1.0, 0.05, (LINES, rows))
    np.maximum(target_income, 1.0, out=target_income)
    target_income += 0.02
    target_income *= base_income
    income = spread(1.05, 0.2, (LINES, rows))
    income *= base_income
    deductions = np.where(chance.random(rows) < 0.2, np.rint(chance.exponential(4.0, rows) * 2) / 2, 0.0)
    part = np.where(chance.random(rows) < 0.9, 1.0, chance.integers(10, 90, rows) / 90)
    base_wage = np.rint(chance.uniform(5_000, 12_000, rows) * 100) / 100
    bonus = chance.uniform(0, 14, rows)
    return Facts(actual, target, bonus, deductions, base_wage, part, income, base_income, target_income)


def designs_of(count: int, seed: int, moved: bool = False) -> list[Design]:
    """The first design is the present one; others differ in weights, heights and rates, and if `moved` in knots."""
    return [_design(index, seed, moved) for index in range(count)]


def _design(index: int, seed: int, moved: bool) -> Design:
    chance = Draws(seed).generator("bench designs", draw=index)

    def near(value: float, by: float, digits: int) -> Decimal:
        change = 1 + by * float(chance.uniform(-1, 1)) if index else 1.0
        return Decimal(str(round(value * change, digits)))

    heights, knots = [], []
    for _ in range(INDICATORS):
        rises = [near(each, 0.3, 3) for each in (0.6, 0.4, 0.3, 0.2)]
        heights.append((Decimal(0), *(sum(rises[: end + 1], Decimal(0)) for end in range(4))))
        knots.append(tuple(near(float(each), 0.04 if moved else 0.0, 3) for each in KNOTS))
    weights = tuple(near(each, 0.3, 2) for each in (15, 10, 10, 10, 5, 10, 10, 10, 10, 10))
    rates = tuple(tuple(near(each, 0.3, 4) for each in (0.02, 0.12, 0.2)) for _ in range(LINES))
    return Design(f"design_{index}", tuple(knots), tuple(heights), weights, rates)


def names(count: int) -> Sequence[str]:
    """Names of the indicators in tables and scheme files."""
    return [f"indicator_{index}" for index in range(count)]
