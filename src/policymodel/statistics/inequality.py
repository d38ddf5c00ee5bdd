"""Who has how much of the whole: the Lorenz curve, and the figures read from it."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from policymodel.statistics.location import QuantileType, median, quantile
from policymodel.statistics.samples import (
    Numbers,
    Undefined,
    check_positive_total,
    check_share,
    read_sample,
    read_weighted,
)

GiniForm = Literal["population", "sample"]


def lorenz(values: ArrayLike) -> Numbers:
    """The share of the total that the poorest 0, 1, … n people hold (Lorenz 1905): n + 1 points, 0 to 1.

    Negative values and a total of zero have no curve from 0 to 1.

    >>> lorenz([3, 1, 1])
    array([0. , 0.2, 0.4, 1. ])
    """
    number = read_sample(values, "lorenz")
    check_positive_total(number, "lorenz")
    held = np.cumsum(np.sort(number))
    return np.concatenate([[0.0], held / held[-1]])


def lorenz_at(values: ArrayLike, share: float) -> float:
    """The share of the total that the poorest share of people hold; a straight line between two people.

    >>> lorenz_at([4, 2, 2], 0.5)
    0.375
    """
    check_share(share, "lorenz_at")
    curve = lorenz(values)
    return float(np.interp(share * (curve.size - 1), np.arange(curve.size), curve))


def gini(values: ArrayLike, *, form: GiniForm = "population", weights: ArrayLike | None = None) -> float:
    """The Gini coefficient (1912): 0 where all have the same, close to 1 where one has everything; no unit.

    Half the mean difference between two people over the mean; computed as twice the covariance of value
    and place over the mean (Lerman and Yitzhaki 1989). `population` counts each person against everybody
    including themselves, so it is at most (n - 1) / n. `sample` is n / (n - 1) times that (Deltas 2003), at
    most 1, for a few people drawn from many; it needs two people, and no weights, which say how much
    somebody counts and not how many were asked.

    The values must not be negative and not all zero. A debt or a deduction below zero would take the figure
    above 1: bring it to 0 first and say how often that was done.

    >>> round(gini([1, 2, 3, 4, 5], form="population"), 6)
    0.266667
    >>> round(gini([1, 2, 3, 4, 5], form="sample"), 6)
    0.333333
    """
    number, weight = read_weighted(values, weights, "gini")
    check_positive_total(number, "gini")
    if form not in ("population", "sample"):
        raise ValueError(f"gini: form is {form!r}; it is one of population, sample")
    found = _gini(number, weight)
    if form == "population":
        return found
    if weights is not None:
        raise ValueError("gini: the sample form counts people; with weights the form is population")
    if number.size < 2:
        raise Undefined("gini: there is one person; the sample form needs two or more")
    return min(1.0, found * number.size / (number.size - 1))


def gini_of_groups(shares: ArrayLike, populations: ArrayLike) -> float:
    """The Gini coefficient between groups (quintiles, grades, regions) that are equal inside; no unit.

    `shares` are what each group holds and `populations` how many it has, both in any unit: 37.6 of 100, or
    an amount. Groups need no order. It is the population form, and the least it can be for people whose
    inequality inside the groups is not known.

    >>> round(gini_of_groups([8.1, 11.5, 20.0, 22.8, 37.6], [1, 1, 1, 1, 1]), 4)
    0.2812
    """
    held, people = read_sample(shares, "gini_of_groups"), read_sample(populations, "gini_of_groups")
    if held.size != people.size:
        raise ValueError(
            f"gini_of_groups: {held.size} shares and {people.size} populations; one each is needed"
        )
    if people.min() <= 0:
        raise ValueError(f"gini_of_groups: a population is {people.min():g}; leave out groups without people")
    check_positive_total(held, "gini_of_groups")
    return _gini(held / people, people)


def wolfson(values: ArrayLike) -> float:
    """Wolfson's index of polarisation: 0 where all have the same, 1/2 for two equal camps, one with nothing.

    W = (2 x (1/2 - L) - G) x mean / median, L being what the poorer half holds (`lorenz_at`) and G the
    population Gini. Wolfson (1994) prints twice this figure, so that it ends at 1. A shrinking middle
    raises it even where the Gini falls. The median must be positive.

    >>> round(wolfson([6, 6, 8, 8, 10, 10, 12, 12]), 6)
    0.083333
    """
    number = read_sample(values, "wolfson")
    check_positive_total(number, "wolfson")
    middle = median(number)
    if middle == 0:
        raise Undefined("wolfson: the median is 0; half of the people at least must have something")
    gap = 1.0 - 2.0 * lorenz_at(number, 0.5) - _gini(number, np.ones_like(number))
    return max(0.0, gap * float(number.mean()) / middle)


def palma_ratio(values: ArrayLike) -> float:
    """What the best paid tenth holds over what the lowest paid four tenths hold (Palma 2011); no unit.

    Both are read from the Lorenz curve, so a tenth of 25 people is two and a half of them.

    >>> palma_ratio([1] * 9 + [6])
    1.5
    """
    low = lorenz_at(values, 0.4)
    if low == 0:
        raise Undefined("palma_ratio: the lower four tenths hold nothing; they must hold something")
    return (1.0 - lorenz_at(values, 0.9)) / low


def quantile_ratio(values: ArrayLike, upper: float, lower: float, method: QuantileType = "type_7") -> float:
    """One quantile over another, as 0.9 over 0.1 for P90/P10; no unit. The lower one must be positive.

    In small groups the type of quantile moves it more than the people do: say which (see `quantile`).

    >>> quantile_ratio([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 0.9, 0.1)
    5.0
    """
    bottom = quantile(values, lower, method)
    if bottom <= 0:
        raise Undefined(f"quantile_ratio: the lower quantile is {bottom:g}; it must be positive")
    return quantile(values, upper, method) / bottom


def _gini(number: Numbers, weight: Numbers) -> float:
    order = np.argsort(number, kind="stable")
    held, weight = (number * weight)[order], weight[order]
    reached = np.cumsum(weight)
    place = (2 * reached - weight) / reached[-1] - 1
    return float(min(1.0, max(0.0, (held * place).sum() / held.sum())))
