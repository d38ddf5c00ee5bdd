"""How far two orders of the same people, or those of several judges, agree."""

from __future__ import annotations

import math
from bisect import bisect_right, insort

import numpy as np
from numpy.typing import ArrayLike

from policymodel.statistics.ranking import average_ranks
from policymodel.statistics.samples import Numbers, Undefined, read_pair


def spearman_rho(x: ArrayLike, y: ArrayLike) -> float:
    """Spearman's rank correlation (1904), from -1 (opposite) to 1 (the same order); no unit.

    Pearson's correlation of the ranks, equal values on the mean of their ranks. Where all values of one
    figure are equal there is no order to compare.

    >>> round(spearman_rho([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]), 6)
    0.820783
    """
    first, second = read_pair(x, y, "spearman_rho")
    centre = (first.size + 1) / 2
    a, b = average_ranks(first) - centre, average_ranks(second) - centre
    return _ratio((a * b).sum(), (a * a).sum(), (b * b).sum(), "spearman_rho")


def kendall_tau_b(x: ArrayLike, y: ArrayLike) -> float:
    """Kendall's tau-b (1945), from -1 (opposite) to 1 (the same order); no unit.

    Pairs of people in the same order less pairs in the opposite one, over the geometric mean of the pairs
    that differ in x and of those that differ in y. Where all values of one figure are equal there is no
    order to compare.

    >>> round(kendall_tau_b([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]), 6)
    -0.471405
    """
    first, second = (average_ranks(each) for each in read_pair(x, y, "kendall_tau_b"))
    order = np.lexsort((second, first))
    pairs = math.comb(first.size, 2)
    same_x, same_y = _tied_pairs(first), _tied_pairs(second)
    # Ranks are halves, so a pair of them fits into one whole number that is equal where both are.
    same_both = _tied_pairs(2 * first * (2 * first.size + 1) + 2 * second)
    in_order = pairs - same_x - same_y + same_both - 2 * _opposite_pairs(second[order])
    return _ratio(in_order, pairs - same_x, pairs - same_y, "kendall_tau_b")


def kendall_w(values: ArrayLike) -> float:
    """Kendall's coefficient of concordance (Kendall and Babington Smith 1939), from 0 to 1 (one order).

    One row for each judge (or year, or figure) and one column for each person judged; marks or ranks, since
    only their order in a row counts. With m judges, n people, S the sum of squared distances of the people's
    rank sums from their mean, and T the sum of t^3 - t over groups of t equal marks of a judge,
    W = 12 S / (m^2 (n^3 - n) - m T). Where every judge holds all equal there is no order.

    >>> kendall_w([[1, 2, 3], [10, 20, 30]])
    1.0
    """
    marks = np.asarray(values, dtype=np.float64)
    if marks.ndim != 2:
        raise ValueError(
            f"kendall_w: the values have {marks.ndim} dimensions; a row for each judge is needed"
        )
    judges, people = marks.shape
    if judges < 2:
        raise ValueError(f"kendall_w: the number of judges is {judges}; agreement needs two or more")
    if people < 2:
        raise Undefined(f"kendall_w: the number of people is {people}; an order needs two or more")
    rank = np.stack([average_ranks(row) for row in marks])
    distance = rank.sum(axis=0) - judges * (people + 1) / 2
    possible = judges**2 * (people**3 - people) - judges * sum(_tie_correction(row) for row in rank)
    if possible == 0:
        raise Undefined("kendall_w: every judge holds all equal; one at least must tell people apart")
    return float(min(1.0, 12 * (distance * distance).sum() / possible))


def _times(rank: Numbers) -> list[int]:
    return [int(each) for each in np.unique(rank, return_counts=True)[1]]


def _tied_pairs(rank: Numbers) -> int:
    return sum(math.comb(each, 2) for each in _times(rank))


def _tie_correction(rank: Numbers) -> int:
    return sum(each**3 - each for each in _times(rank))


def _opposite_pairs(rank: Numbers) -> int:
    """How many pairs stand the wrong way round, counted while sorting (Knight 1966)."""
    before: list[float] = []
    found = 0
    for each in rank.tolist():
        found += len(before) - bisect_right(before, each)
        insort(before, each)
    return found


def _ratio(top: float, first: float, second: float, place: str) -> float:
    if first == 0 or second == 0:
        raise Undefined(f"{place}: all values of a figure are equal; two at least must differ")
    return float(max(-1.0, min(1.0, top / math.sqrt(first * second))))
