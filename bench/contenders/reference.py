"""What is right: exact rationals on some rows, plain float64 written apart from every engine on all of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from contenders.workload import (
    BASES,
    BONUS_CAP,
    GROUP,
    INDICATORS,
    LINES,
    PLACES,
    SCALE,
    Design,
    Facts,
    Floats,
)

SCORE_WITHIN = 1e-9
PAY_WITHIN = 1e-7
BLOCK = 50_000


@dataclass(frozen=True)
class Outcome:
    """What an engine says of one design."""

    score: Floats
    pay: Floats
    winners: NDArray[np.bool_]


@dataclass(frozen=True)
class Agreement:
    """How far an outcome is from the reference: the largest differences, and rows won by another."""

    score: float
    pay: float
    winners: int
    wrong_cents: float
    """The share of rows whose pay, rounded half up, is another."""


def exact(facts: Facts, design: Design, row: int) -> tuple[Fraction, Fraction]:
    """Score and pay of one row in rationals: no rounding anywhere."""
    score = min(Fraction(float(facts.bonus[row])), Fraction(BONUS_CAP)) - Fraction(
        float(facts.deductions[row])
    )
    for each in range(INDICATORS):
        ratio = Fraction(float(facts.actual[each, row])) / Fraction(float(facts.target[each, row]))
        knots = [Fraction(at) for at in design.knots[each]]
        heights = [Fraction(at) for at in design.heights[each]]
        score += Fraction(design.weights[each]) * _along(ratio, knots, heights)
    tiers = Fraction(0)
    for each in range(LINES):
        earned = Fraction(float(facts.income[each, row]))
        base = Fraction(float(facts.base_income[each, row]))
        target = Fraction(float(facts.target_income[each, row]))
        stock, asked = min(earned, base), min(earned, target)
        for rate, amount in zip(design.rates[each], (stock, asked - stock, earned - asked), strict=True):
            tiers += Fraction(rate) * amount
    wage = Fraction(float(facts.base_wage[row]))
    pay = (wage + min(tiers * score * Fraction(SCALE), BASES * wage)) * Fraction(float(facts.part[row]))
    return score, pay


def _along(ratio: Fraction, knots: list[Fraction], heights: list[Fraction]) -> Fraction:
    if ratio <= knots[0]:
        return heights[0]
    for left, right, low, high in zip(knots, knots[1:], heights, heights[1:], strict=False):
        if ratio <= right:
            return low + (high - low) * (ratio - left) / (right - left)
    return heights[-1]


def reference(facts: Facts, design: Design) -> Outcome:
    """Every row in float64, in a fixed order of summing, each curve as the piece that a ratio lies in."""
    parts = [_block(facts.between(begin, begin + BLOCK), design) for begin in range(0, facts.rows, BLOCK)]
    score = np.concatenate([each[0] for each in parts])
    return Outcome(score, np.concatenate([each[1] for each in parts]), winners(score))


def _block(facts: Facts, design: Design) -> tuple[Floats, Floats]:
    score = np.minimum(facts.bonus, float(BONUS_CAP)) - facts.deductions
    for each in range(INDICATORS):
        ratio = facts.actual[each] / facts.target[each]
        knots = np.array(design.knots[each], dtype=np.float64)
        heights = np.array(design.heights[each], dtype=np.float64)
        piece = np.clip(np.searchsorted(knots, ratio, side="right") - 1, 0, len(knots) - 2)
        rise = (heights[piece + 1] - heights[piece]) / (knots[piece + 1] - knots[piece])
        inside = heights[piece] + rise * (ratio - knots[piece])
        points = np.where(ratio < knots[0], heights[0], np.where(ratio > knots[-1], heights[-1], inside))
        score = score + float(design.weights[each]) * points
    tiers = np.zeros(facts.rows)
    for each in range(LINES):
        earned, base, target = facts.income[each], facts.base_income[each], facts.target_income[each]
        slices = (
            np.where(earned < base, earned, base),
            np.where(earned < base, 0.0, np.where(earned < target, earned - base, target - base)),
            np.where(earned > target, earned - target, 0.0),
        )
        for rate, amount in zip(design.rates[each], slices, strict=True):
            tiers = tiers + float(rate) * amount
    wage = np.minimum(tiers * score * float(SCALE), BASES * facts.base_wage)
    return score, (facts.base_wage + wage) * facts.part


def winners(score: Floats) -> NDArray[np.bool_]:
    """The ten highest of each group; of equal ones whoever stands first."""
    table = score.reshape(-1, GROUP)
    order = np.argsort(-table, axis=1, kind="stable")[:, :PLACES]
    won = np.zeros(table.shape, dtype=bool)
    np.put_along_axis(won, order, True, axis=1)
    return won.reshape(-1)


def ties(score: Floats) -> int:
    """Groups whose tenth and eleventh scores are within what engines may differ by."""
    table = np.sort(score.reshape(-1, GROUP), axis=1)
    return int((table[:, -PLACES] - table[:, -PLACES - 1] <= 2 * SCORE_WITHIN).sum())


def agreement(found: Outcome, right: Outcome) -> Agreement:
    """How far an outcome is from what is right."""
    return Agreement(
        float(np.abs(found.score - right.score).max()),
        float(np.abs(found.pay - right.pay).max()),
        int((found.winners != right.winners).sum()),
        float((cents(found.pay) != cents(right.pay)).mean()),
    )


def cents(pay: Floats) -> NDArray[np.int64]:
    """Whole cents, half up, a billionth of a cent below a half counting as one."""
    return np.floor(np.asarray(pay, dtype=np.float64) * 100 + 0.5 + 1e-7).astype(np.int64)
