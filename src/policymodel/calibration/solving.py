"""The value at which a cost meets a budget: one division, Newton's rule, a bracket, or a grid of brackets.

Nothing here knows what is paid: `follow` gives a cost at any value, `price` the cost of written values, whichever they
come from: last year's pay, or a cost that futures keep with some chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from itertools import pairwise

import numpy as np
from scipy.optimize import toms748

from policymodel.calibration.course import Point
from policymodel.calibration.levers import exact
from policymodel.calibration.shapes import UNKNOWN, Shape

HALF = 0.5
"""Half a minor unit: nearer than this a cost is the budget."""
PLACES = 17
"""Places of the grid on which a cost of unproved shape is looked at."""
MOST = 65
"""Whole numbers of which all are looked at."""
ROUNDS = 40
FINEST = 9
"""Digits behind the first one of the range that an answer has at most."""
WALK = 24

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

    `flat` says that the cost is the same everywhere, `passes` that it passes the budget where no written value is. `searched` counts costs worked out to find them, `checked` those of the grid, `proved` written values that were
    priced at last.
    """

    question: Question
    solutions: tuple[Solution, ...]
    nearest: tuple[Decimal, int]
    method: str
    searched: int
    checked: int
    proved: int
    flat: bool = False
    passes: bool = False


@dataclass(frozen=True)
class _Crossing:
    """Where the cost passes the budget: the last place known inside, the first known outside."""

    inside: float
    outside: float
    costs: tuple[float, float]
    slope: float
    rises: bool


@dataclass
class _Seen:
    """Costs worked out so far."""

    follow: Follow
    budget: int
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


def solve(question: Question, price: Price, follow: Follow | None = None, shape: Shape = UNKNOWN) -> Found:
    """Every written value at which the cost meets the budget.

    `follow` gives the cost at any value, with its slope where it is known; without it values are priced. What `shape`
    proves saves evaluations: on a line one cost and one division; one way only, Newton's rule or a bracket. Else the
    cost is looked at on a grid, and every two places between which it passes the budget are a bracket; two passages
    between neighbours of the grid stay unseen.
    """
    prices = _Prices(price)
    seen = _Seen(follow or prices.follow, question.budget)
    checked = 0
    if question.whole:
        method, crossings = "grid", list(_counted(question, seen))
        checked = len(seen.points)
    elif shape.proof == "linear":
        method, crossings = "one_division", list(_divided(question, seen))
    elif shape.proof == "one_way":
        slopes = shape.smooth and follow is not None
        method = "newton" if slopes else "bracket"
        crossings = list(_one_way(question, seen, shape.direction, slopes))
    else:
        method, crossings = "grid", []
        grid = np.linspace(float(question.low), float(question.high), PLACES).tolist()
        places = sorted({*grid, _start(question)})
        for place in places:
            seen.at(place)
        checked = len(seen.points)
        for one, other in pairwise(places):
            if (seen.over(one) <= 0) != (seen.over(other) <= 0):
                crossings.append(_between(question, seen, one, other, shape.smooth and follow is not None))
    searched = len(seen.points) - checked
    prices.count = 0
    found = [each for one in crossings for each in _proved(question, prices, one, follow is not None)]
    if not found:
        found = list(_at_an_end(question, prices, seen))
    found.sort(key=lambda each: abs(each.value - question.start))
    unique = [each for place, each in enumerate(found) if each.value not in {one.value for one in found[:place]}]
    flat = len({round(each.cost, 3) for each in seen.points.values()}) == 1 and len(seen.points) > 1
    flat = flat or (shape.proof == "linear" and seen.at(_start(question)).right == 0)
    nearest = prices.nearest(question.budget)
    return Found(question, tuple(unique), nearest, method, searched, checked, prices.count, flat, bool(crossings))


class _Prices:
    """Written values with their costs, each worked out once."""

    def __init__(self, price: Price) -> None:
        self._price, self.known, self.count = price, dict[Decimal, int](), 0

    def at(self, value: Decimal) -> int:
        """The cost of a written value."""
        if value not in self.known:
            self.known[value] = int(self._price([value])[0])
            self.count += 1
        return self.known[value]

    def follow(self, value: float) -> Point:
        """The cost of any value, without a slope."""
        return Point(value, float(self.at(exact(Decimal(repr(float(value)))))), math.nan, math.nan)

    def nearest(self, budget: int) -> tuple[Decimal, int]:
        """The value known whose cost is nearest to the budget."""
        value = min(self.known, key=lambda each: abs(self.known[each] - budget))
        return value, self.known[value]


def _start(question: Question) -> float:
    return float(min(max(question.start, question.low), question.high))


def _divided(question: Question, seen: _Seen) -> Iterator[_Crossing]:
    """The crossing of a straight line."""
    start = seen.at(_start(question))
    if start.right == 0:
        return
    value = start.value - (start.cost - question.budget) / start.right
    low, high = float(question.low), float(question.high)
    if low <= value <= high:
        cost = float(question.budget)
        yield _Crossing(value, value, (cost, cost), start.right, start.right > 0)


def _one_way(question: Question, seen: _Seen, direction: int, slopes: bool) -> Iterator[_Crossing]:
    """The crossing of a cost that goes one way: by its slopes, or between the two ends."""
    low, high = float(question.low), float(question.high)
    if not slopes:
        if (seen.over(low) <= 0) != (seen.over(high) <= 0):
            yield _between(question, seen, low, high, False)
        return
    found = _newton(question, seen, low, high, _start(question), direction)
    if found is not None:
        yield found


def _counted(question: Question, seen: _Seen) -> Iterator[_Crossing]:
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
        yield _Crossing(inside, outside, costs, costs[1] - costs[0] if rises else costs[0] - costs[1], rises)


def _between(question: Question, seen: _Seen, low: float, high: float, slopes: bool) -> _Crossing:
    """The crossing between two places of which one is inside the budget."""
    direction = 1 if seen.over(low) <= 0 else -1
    if slopes:
        found = _newton(question, seen, low, high, low if abs(seen.over(low)) < abs(seen.over(high)) else high, direction)
        if found is not None:
            return found
    near = max(HALF, question.within / 50) if question.decimals is None else HALF
    step = 10.0 ** -(_finest(question) if question.decimals is None else question.decimals)

    def gap(value: float) -> float:
        over = seen.over(float(value))
        return 0.0 if abs(over) <= near else over

    if gap(low) != 0 and gap(high) != 0:
        toms748(gap, low, high, xtol=step / 4, rtol=8.9e-16, maxiter=ROUNDS + 60)
    inner = sorted(each for each in seen.points if low <= each <= high)
    sides = [each for each in inner if seen.over(each) <= 0], [each for each in inner if seen.over(each) > 0]
    inside, outside = (max(each) if (direction > 0) == (side == 0) else min(each) for side, each in enumerate(sides))
    behind = [each for each in sides[0] if each != inside]
    slope = math.nan
    if behind:
        other = max(behind) if direction > 0 else min(behind)
        slope = (seen.at(inside).cost - seen.at(other).cost) / (inside - other)
    costs = seen.at(inside).cost, seen.at(outside).cost
    return _Crossing(inside, outside, costs, slope, direction > 0)


def _newton(
    question: Question, seen: _Seen, low: float, high: float, start: float, direction: int
) -> _Crossing | None:
    """Along the slope from wherever the cost is known, inside what is known to lie on both sides.

    Through a curve that bends one way only (a cap: concave) it passes the crossing once at most, and then comes nearer
    from one side; elsewhere the bracket is halved where the slope leads out of it.
    """
    ends, known = (low, high), (low in seen.points, high in seen.points)
    value = start
    for _ in range(ROUNDS):
        here = seen.at(value)
        over = here.cost - question.budget
        if abs(over) <= HALF:
            slope = here.right if here.right * direction > 0 else here.left
            return _Crossing(value, value, (here.cost, here.cost), slope, direction > 0)
        upward = over * direction < 0
        if value == ends[upward]:
            return None
        low, high = (value, high) if upward else (low, value)
        known = (True, known[1]) if upward else (known[0], True)
        following = value - over / here.right if here.right * direction > 0 else math.nan
        if not low < following < high:
            following = (low + high) / 2 if known[upward] else (low, high)[upward]
            if following in (low, high) and known[upward]:
                return None
        value = following
    return None


def _finest(question: Question) -> int:
    """The most digits behind the point that an answer has."""
    return FINEST - math.floor(math.log10(float(question.high - question.low)))


def _proved(question: Question, prices: _Prices, crossing: _Crossing, again: bool) -> Iterator[Solution]:
    """The written value of a crossing; where rounding on the way moved the crossing, it is looked for in prices."""
    found = _written(question, prices, crossing)
    meets = found is not None and (found.jump is not None or question.budget - found.cost <= question.within)
    if again and not meets and question.decimals is None and not question.whole:
        seen = _Seen(prices.follow, question.budget)
        low, high = float(question.low), float(question.high)
        if (seen.over(low) <= 0) != (seen.over(high) <= 0):
            found = _written(question, prices, _between(question, seen, low, high, False)) or found
    if found is not None:
        yield found


def _written(question: Question, prices: _Prices, crossing: _Crossing) -> Solution | None:
    """The written value next to a crossing with the fewest digits that meets the budget, and the one beyond it."""
    first = _finest(question) - FINEST - 1
    asked = 0 if question.whole else question.decimals
    fineness = range(first, _finest(question) + 1) if asked is None else [asked]
    best: Solution | None = None
    meets = crossing.costs[0] if _jumps(question, crossing) else float(question.budget)
    for digits in fineness:
        step = Decimal(1).scaleb(-digits)
        value = _rounded_inside(crossing, step)
        if not question.low <= value <= question.high:
            continue
        lacking = abs(crossing.slope * (crossing.inside - float(value)))
        if asked is None and lacking > 1.05 * question.within and digits < _finest(question):
            continue
        found = _walked(question, prices, crossing, value, step)
        if found is not None and (best is None or found.cost > best.cost):
            best = found
        if best is not None and meets - best.cost <= question.within:
            break
    return best


def _jumps(question: Question, crossing: _Crossing) -> bool:
    """Whether the cost goes over the budget in one jump that no finer value divides."""
    close = abs(crossing.outside - crossing.inside) <= 10.0 ** -(_finest(question) - 1)
    inside, outside = crossing.costs
    return close and question.budget - inside > question.within and outside - question.budget > HALF


def _rounded_inside(crossing: _Crossing, step: Decimal) -> Decimal:
    """The nearest written value on the side of the budget; one that the crossing itself nearly is, stays."""
    at = Decimal(repr(crossing.inside)) / step
    nearest = at.to_integral_value(ROUND_HALF_EVEN)
    if abs(nearest - at) > Decimal("1e-9"):
        nearest = at.to_integral_value(ROUND_FLOOR if crossing.rises else ROUND_CEILING)
    return exact(nearest * step)


def _walked(
    question: Question, prices: _Prices, crossing: _Crossing, value: Decimal, step: Decimal
) -> Solution | None:
    """From a written value to the last that meets the budget: what is beyond it costs more."""
    outward = step if crossing.rises else -step
    for _ in range(WALK):
        if prices.at(value) <= question.budget:
            break
        value = exact(value - outward)
        if not question.low <= value <= question.high:
            return None
    else:
        return None
    for _ in range(WALK):
        following = exact(value + outward)
        if not question.low <= following <= question.high:
            return Solution(value, prices.at(value), _slope(prices, crossing, value, None))
        if prices.at(following) > question.budget:
            break
        value = following
    beyond = exact(value + outward)
    jump = crossing.costs if _jumps(question, crossing) else None
    slope = _slope(prices, crossing, value, beyond)
    return Solution(value, prices.at(value), slope, (beyond, prices.at(beyond)), jump)


def _slope(prices: _Prices, crossing: _Crossing, value: Decimal, beyond: Decimal | None) -> float:
    """The slope that is known there, else that to the next written value."""
    if not math.isnan(crossing.slope):
        return crossing.slope
    if beyond is None:
        return math.nan
    return (prices.at(beyond) - prices.at(value)) / float(beyond - value)


def _at_an_end(question: Question, prices: _Prices, seen: _Seen) -> Iterator[Solution]:
    """An end of the range, where that meets the budget by itself; the other places are priced to tell the nearest."""
    places = [question.low, question.high]
    if seen.points:
        near = min(seen.points, key=lambda each: abs(seen.points[each].cost - question.budget))
        if float(question.low) < near < float(question.high):
            places.append(exact(Decimal(f"{near:.12g}")))
    for place in places:
        cost = prices.at(place)
        if place in (question.low, question.high) and 0 <= question.budget - cost <= question.within:
            yield Solution(place, cost, math.nan)
