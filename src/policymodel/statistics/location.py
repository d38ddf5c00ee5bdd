"""Where a sample lies: means, the median, quantiles; and how far it spreads around its mean."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from policymodel.statistics.samples import (
    Numbers,
    Undefined,
    check_not_negative,
    check_positive,
    check_share,
    read_sample,
    read_weighted,
)

QuantileType = Literal[
    "type_1", "type_2", "type_3", "type_4", "type_5", "type_6", "type_7", "type_8", "type_9"
]

Smooth = Literal[
    "interpolated_inverted_cdf", "hazen", "weibull", "linear", "median_unbiased", "normal_unbiased"
]

STEPPED = ("type_1", "type_2", "type_3")
"""The types that jump from one person to the next."""

SMOOTH: dict[str, Smooth] = {
    "type_4": "interpolated_inverted_cdf",
    "type_5": "hazen",
    "type_6": "weibull",
    "type_7": "linear",
    "type_8": "median_unbiased",
    "type_9": "normal_unbiased",
}
"""The types that go from one person to the next on a straight line, and NumPy's names for them."""

ON_A_PERSON = 1e-11
"""0.28 of 25 people is the seventh; in floats it is a hair more, and a type that jumps would take the next."""


def weighted_mean(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """The arithmetic mean, in the unit of the values: sum of weight x value / sum of weights.

    Without weights everybody counts the same. Negative values are allowed, negative weights are not.

    >>> weighted_mean([80, 100], [3, 1])
    85.0
    """
    number, weight = read_weighted(values, weights, "weighted_mean")
    return float((weight * number).sum() / weight.sum())


def geometric_mean(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """The mean of growth factors and of scores that must not make up for one another, in their unit.

    The product of value ^ weight, its root taken by the sum of weights. One value of 0 makes it 0; a
    negative value has no geometric mean.

    >>> round(geometric_mean([1, 2, 3], [1, 1, 2]), 10) == round(18 ** (1 / 4), 10)
    True
    """
    number, weight = read_weighted(values, weights, "geometric_mean")
    check_not_negative(number, "geometric_mean")
    return _power_mean(number, weight, 0.0)


def harmonic_mean(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """The mean of rates per unit of the same amount, in their unit: sum of weights / sum of weight / value.

    Every value must be positive: zero or less has no harmonic mean here, though the limit at zero is 0.

    >>> harmonic_mean([1, 3])
    1.5
    """
    number, weight = read_weighted(values, weights, "harmonic_mean")
    check_positive(number, "harmonic_mean")
    return float(weight.sum() / (weight / number).sum())


def power_mean(values: ArrayLike, order: float, weights: ArrayLike | None = None) -> float:
    """The mean of values ^ order, brought back to their unit by the root (Hardy, Littlewood and Pólya 1934).

    Order 1 is the arithmetic mean, 0 the geometric (the limit), -1 the harmonic, 2 the quadratic. The values
    must not be negative; a value of 0 makes every mean of order 0 or less 0, which is its limit.

    >>> round(power_mean([1, 7], 2), 9)
    5.0
    """
    number, weight = read_weighted(values, weights, "power_mean")
    check_not_negative(number, "power_mean")
    if not math.isfinite(order):
        raise ValueError(f"power_mean: order {order} is not finite; write a number such as 1, 0 or -1")
    return _power_mean(number, weight, order)


def median(values: ArrayLike) -> float:
    """The value in the middle; of an even number of people the mean of the two in the middle.

    >>> median([1, 2, 3, 10])
    2.5
    """
    return float(np.median(read_sample(values, "median")))


def quantile(values: ArrayLike, share: float, method: QuantileType = "type_7") -> float:
    """The value below which a share of the people lies, by one of the nine types of Hyndman and Fan (1996).

    With n people in order, `type_7` stands at place 1 + (n - 1) x share, on the straight line between two
    people: the convention of spreadsheets (PERCENTILE.INC) and of R's default. `type_6` stands at
    (n + 1) x share (PERCENTILE.EXC, but held at the ends), `type_5` at n x share + 1/2, `type_4` at
    n x share, `type_8` and `type_9` a third and a quarter of the way from 5 to 6. Three types name a
    person rather than a place between two: `type_1` the first with at least that share at or below,
    `type_2` the mean of two where the share falls between them, `type_3` the nearest, the even one of two.

    >>> quantile([1, 2, 3, 10], 0.5), quantile([1, 2, 3, 10], 0.5, "type_1")
    (2.5, 2.0)
    """
    number = read_sample(values, "quantile")
    check_share(share, "quantile")
    if method in SMOOTH:
        return float(np.quantile(number, share, method=SMOOTH[method]))
    if method not in STEPPED:
        raise ValueError(f"quantile: {method!r} is no type; it is one of {', '.join([*STEPPED, *SMOOTH])}")
    return _stepped_quantile(np.sort(number), share, method)


def standard_deviation(values: ArrayLike, *, ddof: int) -> float:
    """The root of the mean squared distance from the mean, in the unit of the values.

    `ddof` is taken from the number of people before dividing: 0 describes just these people (STDEV.P), 1
    estimates the spread of those they were drawn from (STDEV.S) and needs two people or more.

    >>> standard_deviation([2, 4, 4, 4, 5, 5, 7, 9], ddof=0)
    2.0
    """
    number = read_sample(values, "standard_deviation")
    if ddof not in (0, 1):
        raise ValueError(f"standard_deviation: ddof is {ddof}; it is 0 for these people or 1 for a sample")
    if number.size <= ddof:
        raise Undefined("standard_deviation: there is one person; a sample needs two or more")
    return float(np.std(number, ddof=ddof))


def _power_mean(number: Numbers, weight: Numbers, order: float) -> float:
    if number.max() == 0 or (order <= 0 and number.min() == 0):
        return 0.0
    # Seen from the value that dominates no power overflows, and an order close to zero loses no digits.
    base = number.max() if order > 0 else number.min()
    with np.errstate(divide="ignore"):
        logs = np.log(number / base)
    share = weight / weight.sum()
    if order == 0:
        return float(base * np.exp((share * logs).sum()))
    return float(base * np.exp(np.log1p((share * np.expm1(order * logs)).sum()) / order))


def _stepped_quantile(ordered: Numbers, share: float, method: str) -> float:
    place = share * ordered.size
    half = round(2 * place)
    if abs(2 * place - half) <= ON_A_PERSON * max(1, half):
        place = half / 2
    if method == "type_3":
        first = last = round(place)
    else:
        first = math.ceil(place)
        last = first + 1 if method == "type_2" and first == place else first
    low, high = (min(max(each, 1), ordered.size) - 1 for each in (first, last))
    return float((ordered[low] + ordered[high]) / 2)
