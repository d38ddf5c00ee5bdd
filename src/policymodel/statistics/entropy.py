"""Inequality and concentration as distance from equal shares: Theil, Atkinson, Herfindahl."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from policymodel.statistics.location import power_mean
from policymodel.statistics.samples import (
    check_positive,
    check_positive_total,
    read_sample,
    read_weighted,
)


def theil_t(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Theil's T (1967): the mean of share x log of share, share being value over mean; 0 to log n, no unit.

    Natural logarithm; a value of 0 adds nothing. It moves most with those who have much. Over groups it adds
    up: T between the groups' means, and T inside each weighted with what the group holds.

    >>> round(theil_t([1, 2, 3, 4, 5]), 6)
    0.119688
    """
    number, weight = read_weighted(values, weights, "theil_t")
    check_positive_total(number, "theil_t")
    part = weight / weight.sum()
    share = number / (part * number).sum()
    logs = np.log(share, out=np.zeros_like(share), where=share > 0)
    return max(0.0, float((part * share * logs).sum()))


def theil_l(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Theil's L, the mean log deviation: the mean of the log of mean over value; 0 and up, no unit.

    Natural logarithm; every value must be positive, since one of 0 would make it infinite. It moves most
    with those who have little. Over groups it adds up: L between the groups' means, and L inside each
    weighted with how many they are.

    >>> round(theil_l([1, 2, 3, 4, 5]), 6)
    0.141114
    """
    number, weight = read_weighted(values, weights, "theil_l")
    check_positive(number, "theil_l")
    part = weight / weight.sum()
    return max(0.0, float(-(part * np.log(number / (part * number).sum())).sum()))


def equally_distributed_equivalent(
    values: ArrayLike, epsilon: float, weights: ArrayLike | None = None
) -> float:
    """What each would have to get, if all got the same, to be as good as this (Atkinson 1970); in their unit.

    The power mean of order 1 - epsilon. `epsilon` is the aversion to inequality: 0 gives the mean, 1 the
    geometric mean, and the larger it is the closer it comes to the smallest value. From 1 on a single value
    of 0 makes it 0, which is the limit.

    >>> round(equally_distributed_equivalent([10, 20, 30, 40, 50], 0.5), 6)
    28.105398
    """
    number, weight = read_weighted(values, weights, "equally_distributed_equivalent")
    check_positive_total(number, "equally_distributed_equivalent")
    if not (math.isfinite(epsilon) and epsilon >= 0):
        raise ValueError(
            f"equally_distributed_equivalent: epsilon is {epsilon}; it must be 0 or more, such as 0.5"
        )
    return power_mean(number, 1.0 - epsilon, weight)


def atkinson(values: ArrayLike, epsilon: float, weights: ArrayLike | None = None) -> float:
    """Atkinson's index (1970): the share of the total that equal shares could do without; 0 to 1, no unit.

    1 - equally distributed equivalent / mean. The values must not be negative and not all zero; with
    epsilon of 1 or more a single value of 0 makes it 1.

    >>> round(atkinson([10, 20, 30, 40, 50], 0.5), 6)
    0.063153
    """
    number, weight = read_weighted(values, weights, "atkinson")
    check_positive_total(number, "atkinson")
    mean = float((weight * number).sum() / weight.sum())
    return max(0.0, 1.0 - equally_distributed_equivalent(number, epsilon, weight) / mean)


def herfindahl(values: ArrayLike) -> float:
    """The Herfindahl-Hirschman index: the sum of squared shares of the total; 1 / n to 1, no unit.

    Values are amounts or shares in any unit, not negative and not all zero; competition offices count in
    per cent and print 10 000 times this. One over it is how many equal ones would be as concentrated.

    >>> herfindahl([50, 25, 25])
    0.375
    """
    number = read_sample(values, "herfindahl")
    check_positive_total(number, "herfindahl")
    share = number / number.sum()
    return float((share * share).sum())
