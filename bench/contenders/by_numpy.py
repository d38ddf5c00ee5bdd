"""NumPy by hand: the floor, a careful loop in closed form, np.interp, and the hinge basis for this one workload."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from contenders.reference import Outcome, winners
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
    Numbers,
    numbers_of,
)

CHUNK = 256 * 1024 // 8
"""Values of a column that the floor reads at a time: 256 KiB."""
TILE = 8_000
SMALL = 1_000
"""Rows of a tile for many designs."""


def floor(facts: Facts, design: Design) -> Callable[[], Outcome]:
    """No engine: one pass that reads every input once and writes as many numbers as an outcome has."""
    columns = facts.inputs
    score, pay = np.zeros(facts.rows), np.zeros(facts.rows)
    nobody = np.zeros(facts.rows, dtype=bool)

    def run() -> Outcome:
        for begin in range(0, facts.rows, CHUNK):
            here = slice(begin, begin + CHUNK)
            largest = max(np.maximum.reduce(column[here]) for column in columns)
            score[here] = largest
            pay[here] = largest
        return Outcome(score, pay, nobody)

    return run


def _paid(facts: Facts, rates: Floats, score: Floats) -> Floats:
    tiers = np.zeros(facts.rows)
    for each in range(LINES):
        earned = facts.income[each]
        stock = np.minimum(earned, facts.base_income[each])
        asked = np.minimum(earned, facts.target_income[each])
        tiers += rates[each, 0] * stock + rates[each, 1] * (asked - stock) + rates[each, 2] * (earned - asked)
    wage = np.minimum(tiers * score * float(SCALE), BASES * facts.base_wage)
    return np.asarray((facts.base_wage + wage) * facts.part)


def awarded(score: Floats) -> NDArray[np.bool_]:
    """Who is above the eleventh of each group; a group in which more are, because of ties, is put in order."""
    table = score.reshape(-1, GROUP)
    tenth = np.partition(table, GROUP - PLACES, axis=1)[:, GROUP - PLACES, None]
    won = table >= tenth
    tied = np.count_nonzero(won, axis=1) > PLACES
    if tied.any():
        won[tied] = winners(table[tied]).reshape(-1, GROUP)
    return won.reshape(-1)


def closed_form(facts: Facts, design: Design) -> Callable[[], Outcome]:
    """The whole table at once: each curve as a sum of hinges, one array operation after another."""
    numbers = numbers_of(design)

    def run() -> Outcome:
        score = np.minimum(facts.bonus, float(BONUS_CAP)) - facts.deductions
        for each in range(INDICATORS):
            climb(score, facts.actual[each] / facts.target[each], numbers.knots[each], numbers.slopes[each])
        return Outcome(score, _paid(facts, numbers.rates, score), awarded(score))

    return run


def climb(score: Floats, ratio: Floats, knots: Floats, slopes: Floats) -> None:
    """Add the points of one indicator: at each knot begins a line that turns by the change of slope."""
    turns = np.diff(slopes, prepend=0.0)
    held = np.minimum(ratio, knots[-1])
    hinge = np.empty_like(held)
    for knot, turn in zip(knots, turns, strict=False):
        np.maximum(held, knot, out=hinge)
        hinge *= turn
        score += hinge
    score -= float(turns @ knots[:-1])


def interp(facts: Facts, design: Design) -> Callable[[], Outcome]:
    """The whole table at once: each curve by np.interp."""
    numbers = numbers_of(design)

    def run() -> Outcome:
        score = np.minimum(facts.bonus, float(BONUS_CAP)) - facts.deductions
        for each in range(INDICATORS):
            ratio = facts.actual[each] / facts.target[each]
            score += numbers.weights[each] * np.interp(ratio, numbers.knots[each], numbers.heights[each])
        return Outcome(score, _paid(facts, numbers.rates, score), awarded(score))

    return run


def _totals(
    facts: Facts, designs: Sequence[Design], points: Callable[[Floats, Floats, Numbers], None]
) -> Callable[[], Floats]:
    """A loop over designs, tile by tile; ratios are worked out once for all of them."""
    numbers = [numbers_of(design) for design in designs]
    tiles = [facts.between(at, at + TILE) for at in range(0, facts.rows, TILE)]

    def run() -> Floats:
        totals = np.zeros((len(designs), 2))
        for tile in tiles:
            ratio = tile.actual / tile.target
            rest = np.minimum(tile.bonus, float(BONUS_CAP)) - tile.deductions
            stock = np.minimum(tile.income, tile.base_income)
            asked = np.minimum(tile.income, tile.target_income)
            slices = np.stack([stock, asked - stock, tile.income - asked], axis=1)
            most = BASES * tile.base_wage
            for at, design in enumerate(numbers):
                score = rest.copy()
                points(score, ratio, design)
                wage = design.rates[0, 0] * slices[0, 0]
                for line in range(LINES):
                    for part in range(3):
                        if line or part:
                            wage += design.rates[line, part] * slices[line, part]
                wage *= score
                wage *= float(SCALE)
                np.minimum(wage, most, out=wage)
                wage += tile.base_wage
                totals[at] += score.sum(), wage @ tile.part
        return totals

    return run


def closed_form_many(facts: Facts, designs: Sequence[Design]) -> Callable[[], Floats]:
    """Design by design in closed form."""

    def points(score: Floats, ratio: Floats, design: Numbers) -> None:
        for each in range(INDICATORS):
            climb(score, ratio[each], design.knots[each], design.slopes[each])

    return _totals(facts, designs, points)


def interp_many(facts: Facts, designs: Sequence[Design]) -> Callable[[], Floats]:
    """Design by design with np.interp."""

    def points(score: Floats, ratio: Floats, design: Numbers) -> None:
        for each in range(INDICATORS):
            score += design.weights[each] * np.interp(ratio[each], design.knots[each], design.heights[each])

    return _totals(facts, designs, points)


class Basis:
    """What no design touches: clipped ratios, hinges at the inner knots, slices of income."""

    def __init__(self, knots: Floats, rows: int) -> None:
        self.knots = knots
        self.hinges = np.empty((4 * INDICATORS + 2, rows))
        self.slices = np.empty((3 * LINES, rows))

    def fill(self, facts: Facts) -> tuple[Floats, Floats]:
        """The two blocks for some rows."""
        hinges, slices = self.hinges[:, : facts.rows], self.slices[:, : facts.rows]
        ratio = hinges[:INDICATORS]
        np.divide(facts.actual, facts.target, out=ratio)
        np.clip(ratio, self.knots[:, :1], self.knots[:, -1:], out=ratio)
        for at in range(1, 4):
            np.maximum(ratio, self.knots[:, at : at + 1], out=hinges[at * INDICATORS : (at + 1) * INDICATORS])
        np.minimum(facts.bonus, float(BONUS_CAP), out=hinges[-2])
        hinges[-1] = facts.deductions
        np.minimum(facts.income, facts.base_income, out=slices[:LINES])
        np.minimum(facts.income, facts.target_income, out=slices[LINES : 2 * LINES])
        slices[2 * LINES :] = facts.income
        return hinges, slices


def _weighed(designs: Sequence[Design]) -> tuple[Floats, Floats, Floats]:
    """Of each design: what each hinge and each slice counts, and the constant of the score."""
    points, paid, constant = [], [], []
    for numbers in map(numbers_of, designs):
        turns = np.diff(numbers.slopes, axis=1, prepend=0.0)
        points.append(np.concatenate([turns.T.ravel(), [1.0, -1.0]]))
        constant.append(-float((turns * numbers.knots[:, :-1]).sum()))
        low, middle, high = numbers.rates.T * float(SCALE)
        paid.append(np.concatenate([low - middle, middle - high, high]))
    return np.array(points), np.array(paid), np.array(constant)


def hinges(facts: Facts, design: Design) -> Callable[[], Outcome]:
    """The hinge basis by hand for this one workload, tile by tile: what a plan could reach."""
    numbers = numbers_of(design)
    (points,), (paid,), (constant,) = _weighed([design])
    basis = Basis(numbers.knots, TILE)
    room = np.empty(TILE)
    score, pay = np.empty(facts.rows), np.empty(facts.rows)
    won = np.empty(facts.rows, dtype=bool)
    tiles = [(slice(at, at + TILE), facts.between(at, at + TILE)) for at in range(0, facts.rows, TILE)]

    def run() -> Outcome:
        for here, tile in tiles:
            rows, slices = basis.fill(tile)
            mine, wage = score[here], room[: tile.rows]
            np.dot(points, rows, out=mine)
            mine += constant
            np.dot(paid, slices, out=wage)
            wage *= mine
            np.minimum(wage, BASES * tile.base_wage, out=wage)
            wage += tile.base_wage
            np.multiply(wage, tile.part, out=pay[here])
            won[here] = awarded(mine)
        return Outcome(score, pay, won)

    return run


def hinges_many(facts: Facts, designs: Sequence[Design]) -> Callable[[], Floats]:
    """The hinge basis by hand: one matrix product for all designs, which must share their knots."""
    knots = numbers_of(designs[0]).knots
    if any(not np.array_equal(numbers_of(each).knots, knots) for each in designs):
        raise ValueError("written by hand for shared knots")
    points, paid, constant = _weighed(designs)
    basis = Basis(knots, SMALL)
    tiles = [facts.between(at, at + SMALL) for at in range(0, facts.rows, SMALL)]
    room = np.empty((2, len(designs), SMALL))

    def run() -> Floats:
        totals = np.zeros((len(designs), 2))
        for tile in tiles:
            rows, slices = basis.fill(tile)
            score, wage = np.dot(points, rows, out=room[0]), np.dot(paid, slices, out=room[1])
            score += constant[:, None]
            wage *= score
            np.minimum(wage, BASES * tile.base_wage, out=wage)
            wage += tile.base_wage
            totals[:, 0] += score.sum(axis=1)
            totals[:, 1] += wage @ tile.part
        return totals

    return run
