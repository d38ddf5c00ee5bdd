"""Figures with the interval they would lie in had other people been drawn; chance is passed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from policymodel.draws import Draws
from policymodel.statistics.location import quantile
from policymodel.statistics.samples import Numbers

Statistic = Callable[[Numbers], Numbers]
RESAMPLES = 1000
BLOCK = 100


@dataclass(frozen=True)
class Interval:
    """A figure, where it would lie in so many of 100 resamples of the same people, and how many they are.

    `low` and `high` are not numbers where fewer than three people, or all of them equal, say nothing.
    """

    value: float
    low: float
    high: float
    people: int


def spearman(x: ArrayLike, y: ArrayLike, draws: Draws, stream: str, resamples: int = RESAMPLES) -> Interval:
    """Rank correlation with equal values on their mean rank, and its 95 % bootstrap interval by person.

    >>> spearman([1, 2, 3, 4], [10, 20, 30, 40], Draws(1), "example").value
    1.0
    """
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    return _bootstrapped(_spearman(first, second), first.size, draws, stream, resamples)


def spearman_change(
    x: ArrayLike, before: ArrayLike, after: ArrayLike, draws: Draws, stream: str, resamples: int = RESAMPLES
) -> Interval:
    """How much closer one figure follows x than another does, for the same people, and its 95 % interval.

    Both correlations are taken in the same resamples: what two designs have in common falls out of the
    difference, which the two intervals side by side could not show.

    >>> spearman_change([1, 2, 3, 4], [4, 3, 2, 1], [1, 2, 3, 4], Draws(1), "example").value
    2.0
    """
    first, old, new = (np.asarray(each, dtype=np.float64) for each in (x, before, after))
    then, now = _spearman(first, old), _spearman(first, new)

    def statistic(times: Numbers) -> Numbers:
        return now(times) - then(times)

    return _bootstrapped(statistic, first.size, draws, stream, resamples)


def kendall(x: ArrayLike, y: ArrayLike, draws: Draws, stream: str, resamples: int = RESAMPLES) -> Interval:
    """Kendall's tau-b, which allows for ties, and its 95 % bootstrap interval by person.

    Pairs of people in the same order less pairs in the opposite one; a table of all pairs is held in memory.

    >>> round(kendall([12, 2, 1, 12, 2], [1, 4, 7, 1, 0], Draws(1), "example").value, 6)
    -0.471405
    """
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    return _bootstrapped(_kendall(first, second), first.size, draws, stream, resamples)


def mean(
    values: ArrayLike, draws: Draws, stream: str, block: int = 0, resamples: int = RESAMPLES
) -> Interval:
    """The mean and its 95 % bootstrap interval by person; `block` tells apart groups of one stream.

    >>> mean([1, 2, 6], Draws(1), "example").value
    3.0
    """
    number = np.asarray(values, dtype=np.float64)

    def weighted(times: Numbers) -> Numbers:
        return times @ number / number.size

    return _bootstrapped(weighted, number.size, draws, stream, resamples, block)


def equal_groups(values: ArrayLike, at_least: int, at_most: int = 10) -> NDArray[np.int64]:
    """People in order of a value, cut into groups of about equal size: the group of each, 0 the lowest.

    No group has fewer than `at_least` people and equal values stay together, so there may be fewer groups
    than `at_most`; where there are too few people for one group everybody gets -1.

    >>> equal_groups([5, 1, 1, 9, 8, 1], at_least=2)
    array([1, 0, 0, 1, 1, 0])
    """
    number = np.asarray(values, dtype=np.float64)
    if number.size < at_least:
        return np.full(number.size, -1, dtype=np.int64)
    _, code, count = np.unique(number, return_inverse=True, return_counts=True)
    wished = max(1, min(at_most, number.size // at_least))
    middle = np.cumsum(count) - (count + 1) / 2
    group_of_value = _joined(np.floor((middle + 0.5) * wished / number.size), count, at_least)
    return group_of_value[code]


def _joined(wish: Numbers, count: NDArray[np.int64], at_least: int) -> NDArray[np.int64]:
    """Groups of neighbouring values, none too small: one that is waits for the next, the last joins back."""
    group = np.zeros(wish.size, dtype=np.int64)
    current, people = 0, 0
    for value in range(wish.size):
        if value and wish[value] != wish[value - 1] and people >= at_least:
            current, people = current + 1, 0
        group[value] = current
        people += int(count[value])
    if people < at_least and current:
        group[group == current] = current - 1
    return group


def _bootstrapped(
    statistic: Statistic, people: int, draws: Draws, stream: str, resamples: int, block: int = 0
) -> Interval:
    """A statistic of how often each person counts: once for the value, as drawn for the interval."""
    value = float(statistic(np.ones((1, people)))[0]) if people else float("nan")
    if people < 3 or not np.isfinite(value):
        return Interval(value, float("nan"), float("nan"), people)
    chance = draws.generator(stream, block=block)
    fair = np.full(people, 1.0 / people)
    sizes = [min(BLOCK, resamples - start) for start in range(0, resamples, BLOCK)]
    times = (chance.multinomial(people, fair, size=size).astype(np.float64) for size in sizes)
    found = np.concatenate([statistic(each) for each in times])
    # A resample in which everybody is the same has no order to correlate.
    known = found[np.isfinite(found)]
    if known.size == 0:
        return Interval(value, float("nan"), float("nan"), people)
    return Interval(value, quantile(known, 0.025), quantile(known, 0.975), people)


def _spearman(x: Numbers, y: Numbers) -> Statistic:
    ranks_x, ranks_y = _weighted_ranks(x), _weighted_ranks(y)

    def statistic(times: Numbers) -> Numbers:
        centre = (times.sum(axis=1, keepdims=True) + 1) / 2
        a, b = ranks_x(times) - centre, ranks_y(times) - centre
        return _ratio((times * a * b).sum(axis=1), (times * a * a).sum(axis=1), (times * b * b).sum(axis=1))

    return statistic


def _weighted_ranks(values: Numbers) -> Statistic:
    """The mean rank of each person when every person counts so many times."""
    order = np.argsort(values, kind="stable")
    _, first, code = np.unique(values[order], return_index=True, return_inverse=True)
    back = np.empty_like(order)
    back[order] = code

    def ranks(times: Numbers) -> Numbers:
        equal = np.add.reduceat(times[:, order], first, axis=1)
        return (np.cumsum(equal, axis=1) - (equal - 1) / 2)[:, back]

    return ranks


def _kendall(x: Numbers, y: Numbers) -> Statistic:
    sign_x, sign_y = np.sign(x[:, None] - x), np.sign(y[:, None] - y)
    same, any_x, any_y = sign_x * sign_y, np.abs(sign_x), np.abs(sign_y)

    def statistic(times: Numbers) -> Numbers:
        pairs = [((times @ matrix) * times).sum(axis=1) for matrix in (same, any_x, any_y)]
        return _ratio(*pairs)

    return statistic


def _ratio(top: Numbers, first: Numbers, second: Numbers) -> Numbers:
    """top ÷ the geometric mean of two; not a number where one of them is zero."""
    bottom = np.sqrt(first * second)
    found: Numbers = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
    return found
