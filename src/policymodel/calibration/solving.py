"""The value at which a cost meets a budget: one division, Newton's rule, a bracket, or a grid of brackets.

Nothing here knows what is paid: `follow` gives a cost at any value, `price` the cost of written values, whichever they
come from: last year's pay, or a cost that futures keep with some chance.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from policymodel.calibration.crossings import between, counted, divided, one_way
from policymodel.calibration.questions import Follow, Found, Price, Prices, Question, Seen
from policymodel.calibration.shapes import UNKNOWN, Shape
from policymodel.calibration.writing import at_an_end, proved

PLACES = 17
"""Places of the grid on which a cost of unproved shape is looked at."""


def solve(question: Question, price: Price, follow: Follow | None = None, shape: Shape = UNKNOWN) -> Found:
    """Every written value at which the cost meets the budget.

    `follow` gives the cost at any value, with its slope where it is known; without it values are priced. What `shape`
    proves saves evaluations: on a line one cost and one division; one way only, Newton's rule or a bracket. Else the
    cost is looked at on a grid, and every two places between which it passes the budget are a bracket; two passages
    between neighbours of the grid stay unseen.
    """
    prices = Prices(price)
    slopes = shape.smooth and follow is not None
    seen = Seen(follow or prices.follow, question.budget, slopes, shape.dense)
    checked = 0
    if question.whole:
        method, crossings = "grid", list(counted(question, seen))
        checked = len(seen.points)
    elif shape.proof == "linear":
        method, crossings = "one_division", list(divided(question, seen))
    elif shape.proof == "one_way":
        method = "newton" if slopes else "bracket"
        crossings = list(one_way(question, seen, shape.direction))
    else:
        method, crossings = "grid", []
        grid = np.linspace(float(question.low), float(question.high), PLACES).tolist()
        places = sorted({*grid, question.begin})
        if follow is None:
            prices.at_once(places)
        for place in places:
            seen.at(place)
        checked = len(seen.points)
        for one, other in pairwise(places):
            if (seen.over(one) <= 0) != (seen.over(other) <= 0):
                crossings.append(between(question, seen, one, other))
    searched = len(seen.points) - checked
    prices.count = 0
    found = [each for one in crossings for each in proved(question, prices, one, follow is not None)]
    if not found:
        found = list(at_an_end(question, prices, seen))
    found.sort(key=lambda each: abs(each.value - question.start))
    unique = [
        each for place, each in enumerate(found) if each.value not in {one.value for one in found[:place]}
    ]
    flat = len({round(each.cost, 3) for each in seen.points.values()}) == 1 and len(seen.points) > 1
    flat = flat or (shape.proof == "linear" and seen.at(question.begin).right == 0)
    nearest = prices.nearest(question.budget)
    passes = tuple(each.inside for each in crossings)
    return Found(question, tuple(unique), nearest, method, searched, checked, prices.count, flat, passes)
