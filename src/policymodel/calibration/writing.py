"""Written values: of those that meet a budget the one with the fewest digits, and what stands beyond it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from policymodel.calibration.crossings import HALF, between
from policymodel.calibration.levers import exact
from policymodel.calibration.questions import FINEST, Crossing, Prices, Question, Seen, Solution

WALK = 24
"""Written values that are tried one after the other."""


def proved(question: Question, prices: Prices, crossing: Crossing, again: bool) -> Iterator[Solution]:
    """The written value of a crossing; where rounding on the way moved the crossing, it is looked for in prices."""
    found = _written(question, prices, crossing)
    meets = found is not None and (found.jump is not None or question.budget - found.cost <= question.within)
    if again and not meets and question.decimals is None and not question.whole:
        seen = Seen(prices.follow, question.budget)
        low, high = float(question.low), float(question.high)
        if (seen.over(low) <= 0) != (seen.over(high) <= 0):
            found = _written(question, prices, between(question, seen, low, high)) or found
    if found is not None:
        yield found


def _written(question: Question, prices: Prices, crossing: Crossing) -> Solution | None:
    """The written value next to a crossing with the fewest digits that meets the budget, and the one beyond it."""
    first = question.finest - FINEST - 1
    asked = 0 if question.whole else question.decimals
    fineness = range(first, question.finest + 1) if asked is None else [asked]
    best: Solution | None = None
    meets = crossing.costs[0] if _jumps(question, crossing) else float(question.budget)
    for digits in fineness:
        step = Decimal(1).scaleb(-digits)
        value = _rounded_inside(crossing, step)
        if not question.low <= value <= question.high:
            continue
        if asked is None and digits < question.finest and _falls_short(question, crossing, value, step):
            continue
        found = _walked(question, prices, crossing, value, step)
        if found is not None and (best is None or found.cost > best.cost):
            best = found
        if best is not None and meets - best.cost <= question.within:
            break
    return best


def _falls_short(question: Question, crossing: Crossing, value: Decimal, step: Decimal) -> bool:
    """Whether a written value is, by the slope, too far below the budget, and the next is not known to be outside."""
    following = float(value + step if crossing.rises else value - step)
    ends = sorted((crossing.inside, crossing.outside))
    lacking = abs(crossing.slope * (crossing.inside - float(value)))
    return lacking > 1.05 * question.within and not ends[0] <= following < ends[1]


def _jumps(question: Question, crossing: Crossing) -> bool:
    """Whether the cost goes over the budget in one jump that no finer value divides."""
    close = abs(crossing.outside - crossing.inside) <= 10.0 ** -(question.finest - 1)
    inside, outside = crossing.costs
    return close and question.budget - inside > question.within and outside - question.budget > HALF


def _rounded_inside(crossing: Crossing, step: Decimal) -> Decimal:
    """The nearest written value on the side of the budget; one that the crossing itself nearly is, stays."""
    at = Decimal(repr(crossing.inside)) / step
    nearest = at.to_integral_value(ROUND_HALF_EVEN)
    if abs(nearest - at) > Decimal("1e-9"):
        nearest = at.to_integral_value(ROUND_FLOOR if crossing.rises else ROUND_CEILING)
    return exact(nearest * step)


def _walked(
    question: Question, prices: Prices, crossing: Crossing, value: Decimal, step: Decimal
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


def _slope(prices: Prices, crossing: Crossing, value: Decimal, beyond: Decimal | None) -> float:
    """The slope that is known there, else that to the next written value."""
    if not math.isnan(crossing.slope):
        return crossing.slope
    if beyond is None:
        return math.nan
    return (prices.at(beyond) - prices.at(value)) / float(beyond - value)


def at_an_end(question: Question, prices: Prices, seen: Seen) -> Iterator[Solution]:
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
