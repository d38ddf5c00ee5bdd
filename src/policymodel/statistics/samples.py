"""Samples as a statistic may take them, and the sentences about those it may not."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


class Undefined(ValueError):
    """The figure has no value for these numbers: nobody, all zero, all equal, a negative where none may be.

    A caller may answer it with "not applicable"; any other ValueError is a mistake of the caller.
    """


def read_sample(values: ArrayLike, place: str) -> Numbers:
    """One number for each person, all of them finite; what is missing is left out or filled in before.

    >>> read_sample([1, 2], "gini")
    array([1., 2.])
    >>> read_sample([1, float("nan")], "gini")
    Traceback (most recent call last):
    ...
    ValueError: gini: value 2 is nan; leave out or fill in what is missing first
    """
    number = np.asarray(values, dtype=np.float64)
    if number.ndim != 1:
        raise ValueError(f"{place}: the values have {number.ndim} dimensions; one row of numbers is needed")
    if number.size == 0:
        raise Undefined(f"{place}: there are no values; at least one is needed")
    _check_finite(number, place, "value")
    return number


def read_weighted(values: ArrayLike, weights: ArrayLike | None, place: str) -> tuple[Numbers, Numbers]:
    """The values and how much each counts: 1 where no weights are given; weight 0 leaves a value out.

    >>> read_weighted([5, 6, 7], [1, 0, 2], "gini")
    (array([5., 7.]), array([1., 2.]))
    """
    number = read_sample(values, place)
    if weights is None:
        return number, np.ones_like(number)
    weight = np.asarray(weights, dtype=np.float64)
    if weight.shape != number.shape:
        raise ValueError(f"{place}: {weight.size} weights for {number.size} values; one for each is needed")
    _check_finite(weight, place, "weight")
    if weight.min() < 0:
        raise ValueError(f"{place}: the weight {weight.min():g} is negative; weights are 0 or more")
    counts = weight > 0
    if not counts.any():
        raise Undefined(f"{place}: all weights are 0; at least one must be positive")
    return number[counts], weight[counts]


def read_pair(x: ArrayLike, y: ArrayLike, place: str) -> tuple[Numbers, Numbers]:
    """Two numbers for each of the same people, two people or more."""
    first, second = read_sample(x, place), read_sample(y, place)
    if first.size != second.size:
        raise ValueError(f"{place}: {first.size} and {second.size} values; two for each person are needed")
    if first.size < 2:
        raise Undefined(f"{place}: there is one person; an order needs two or more")
    return first, second


def check_not_negative(sample: Numbers, place: str) -> None:
    """Refuse a negative value, which shares of a total and their curves do not allow for."""
    if sample.min() < 0:
        raise Undefined(
            f"{place}: {sample.min():g} is negative; no value may be, so bring it to 0 first and say how often"
        )


def check_positive_total(sample: Numbers, place: str) -> None:
    """Refuse negative values, and those that are all zero: there is nothing to share."""
    check_not_negative(sample, place)
    if sample.max() == 0:
        raise Undefined(f"{place}: all values are 0; at least one must be positive")


def check_positive(sample: Numbers, place: str) -> None:
    """Refuse a value of zero or less, where the figure would be infinite or without meaning."""
    if sample.min() <= 0:
        raise Undefined(f"{place}: {sample.min():g} is not positive; every value must be")


def check_share(share: float, place: str) -> None:
    """Refuse what is not a share of the whole: 0.9, not 90."""
    if not 0 <= share <= 1:
        raise ValueError(f"{place}: {share:g} is not a share; write one from 0 to 1, such as 0.9")


def _check_finite(number: Numbers, place: str, what: str) -> None:
    wrong = np.flatnonzero(~np.isfinite(number))
    if wrong.size:
        first = wrong[0]
        raise ValueError(
            f"{place}: {what} {first + 1} is {number[first]}; leave out or fill in what is missing first"
        )
