"""Where a cost passes a budget: by one division, along its slopes, or between two places on both sides."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from scipy.optimize import toms748

from policymodel.calibration.course import Point
from policymodel.calibration.questions import Crossing, Question, Seen

HALF = 0.5
"""Half a minor unit: nearer than this a cost is the budget."""
MOST = 65
"""Whole numbers of which all are looked at."""
ROUNDS = 40


def divided(question: Question, seen: Seen) -> Iterator[Crossing]:
    """The crossing of a straight line."""
    start = seen.at(question.begin)
    if start.right == 0:
        return
    value = start.value - (start.cost - question.budget) / start.right
    low, high = float(question.low), float(question.high)
    if low <= value <= high:
        cost = float(question.budget)
        yield Crossing(value, value, (cost, cost), start.right, start.right > 0)


def one_way(question: Question, seen: Seen, direction: int) -> Iterator[Crossing]:
    """The crossing of a cost that goes one way: by its slopes, or between the two ends."""
    low, high = float(question.low), float(question.high)
    if not seen.slopes:
        if (seen.over(low) <= 0) != (seen.over(high) <= 0):
            yield between(question, seen, low, high)
        return
    found = _newton(question, seen, low, high, question.begin, direction)
    if found is not None:
        yield found


def counted(question: Question, seen: Seen) -> Iterator[Crossing]:
    """The crossings of whole numbers: of few all are looked at, of many a grid whose passages are halved."""
    low, high = math.ceil(question.low), math.floor(question.high)
    stride = max(1, (high - low) // (MOST - 1))
    places = sorted({*range(low, high + 1, stride), high})
    for place in places:
        seen.at(place)
    for one, other in pairwise(places):
        rises = seen.over(one) <= 0
        if rises == (seen.over(other) <= 0):
            continue
        while other - one > 1:
            middle = (one + other) // 2
            one, other = (middle, other) if (seen.over(middle) <= 0) == rises else (one, middle)
        inside, outside = (one, other) if rises else (other, one)
        costs = seen.at(inside).cost, seen.at(outside).cost
        yield Crossing(inside, outside, costs, costs[1] - costs[0] if rises else costs[0] - costs[1], rises)


def between(question: Question, seen: Seen, low: float, high: float) -> Crossing:
    """The crossing between two places of which one is inside the budget."""
    direction = 1 if seen.over(low) <= 0 else -1
    if seen.slopes:
        found = _newton(
            question, seen, low, high, low if abs(seen.over(low)) < abs(seen.over(high)) else high, direction
        )
        if found is not None:
            return found
    near = max(HALF, question.within) if question.decimals is None else HALF
    step = 10.0 ** -(question.finest if question.decimals is None else question.decimals)

    def gap(value: float) -> float:
        over = seen.over(float(value))
        return 0.0 if -near <= over <= HALF else over

    if gap(low) != 0 and gap(high) != 0:
        toms748(gap, low, high, xtol=step / 4, rtol=8.9e-16, maxiter=ROUNDS + 60)
    inner = sorted(each for each in seen.points if low <= each <= high)
    sides = [each for each in inner if seen.over(each) <= 0], [each for each in inner if seen.over(each) > 0]
    inside, outside = (
        max(each) if (direction > 0) == (side == 0) else min(each) for side, each in enumerate(sides)
    )
    behind = [each for each in sides[0] if each != inside]
    slope = math.nan
    if behind:
        other = max(behind) if direction > 0 else min(behind)
        slope = (seen.at(inside).cost - seen.at(other).cost) / (inside - other)
    costs = seen.at(inside).cost, seen.at(outside).cost
    return Crossing(inside, outside, costs, slope, direction > 0)


def _newton(
    question: Question, seen: Seen, low: float, high: float, start: float, direction: int
) -> Crossing | None:
    """Along the slope from wherever the cost is known, inside what is known to lie on both sides.

    Through a curve that bends one way only (a cap: concave) it passes the crossing once at most, and then comes nearer
    from one side; elsewhere the bracket is halved where the slope leads out of it.
    """
    ends, known = (low, high), (low in seen.points, high in seen.points)
    value, before = start, list[Point]()
    for _ in range(ROUNDS):
        here = seen.at(value)
        over = here.cost - question.budget
        if abs(over) <= HALF:
            slope = here.right if here.right * direction > 0 else here.left
            return Crossing(value, value, (here.cost, here.cost), slope, direction > 0)
        upward = over * direction < 0
        if value == ends[upward]:
            return None
        low, high = (value, high) if upward else (low, value)
        known = (True, known[1]) if upward else (known[0], True)
        following = _along(here, before, question.budget, direction, seen.dense)
        before.append(here)
        if not low < following < high:
            following = (low + high) / 2 if known[upward] else (low, high)[upward]
            if following in (low, high) and known[upward]:
                return None
        value = following
    return None


def _along(here: Point, before: Sequence[Point], budget: int, direction: int, dense: bool) -> float:
    """Where the cost passes the budget along the slope here; of many people along a curve through all places so far.

    Many people meet their caps one by one, so that the cost is nearly a smooth curve. It is followed by the polynomial
    in the cost that has the values, and their slopes, of every place (inverse Hermite interpolation).
    """
    if here.right * direction <= 0:
        return math.nan
    straight = here.value - (here.cost - budget) / here.right
    known = {each.cost: each for each in (*before, here) if each.right * direction > 0}
    if not dense or len(known) < 2 or not _nearly_between(list(known), budget):
        return straight
    return _inverse(list(known.values()), budget)


def _nearly_between(costs: Sequence[float], budget: int) -> bool:
    """Whether the budget lies between known costs, or not far outside: further off a polynomial says nothing."""
    span = max(costs) - min(costs)
    return min(costs) - span <= budget <= max(costs) + span


def _inverse(points: Sequence[Point], budget: int) -> float:
    """The value at which the cost is the budget, by divided differences over costs that each count twice."""
    costs = [each.cost for each in points for _ in range(2)]
    column = [each.value for each in points for _ in range(2)]
    terms = [column[0]]
    for order in range(1, len(costs)):
        column = [
            1 / points[place // 2].right
            if costs[place + order] == costs[place]
            else (column[place + 1] - column[place]) / (costs[place + order] - costs[place])
            for place in range(len(costs) - order)
        ]
        terms.append(column[0])
    value = 0.0
    for term, cost in zip(reversed(terms), reversed(costs), strict=True):
        value = value * (budget - cost) + term
    return value
