"""Places: who comes first, and what becomes of those who are equal."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from policymodel.statistics.samples import Numbers, read_sample

Best = Literal["highest", "lowest"]
Ties = Literal["best_place", "mean_place", "worst_place", "next_place"]
BEST = ("highest", "lowest")
TIES = ("best_place", "mean_place", "worst_place", "next_place")

EQUAL_WITHIN = 1e-11
"""Of the larger of two neighbours: sums of written decimals miss by less, unequal ones differ by more."""


def ranks(values: ArrayLike, *, best: Best, ties: Ties) -> Numbers:
    """The place of each person, 1 for the best, in the order the values are given in.

    Two who are equal get the better of the places they fill (`best_place`: 1, 1, 3), its mean
    (`mean_place`: 1.5, 1.5, 3), the worse one (`worst_place`: 2, 2, 3), or fill one place together
    (`next_place`: 1, 1, 2). Neighbours within 1e-11 of the larger one are equal, and so are all that
    such neighbours link. Nobody has no places: an empty array.

    >>> sales = [300, 200, 300, 100]
    >>> ranks(sales, best="highest", ties="best_place")
    array([1., 3., 1., 4.])
    >>> ranks(sales, best="lowest", ties="mean_place")
    array([3.5, 2. , 3.5, 1. ])
    """
    if best not in BEST:
        raise ValueError(f"ranks: best is {best!r}; it is one of {', '.join(BEST)}")
    if ties not in TIES:
        raise ValueError(f"ranks: ties is {ties!r}; it is one of {', '.join(TIES)}")
    if np.size(values) == 0:
        return np.zeros(0)
    number = read_sample(values, "ranks")
    order = np.argsort(-number if best == "highest" else number, kind="stable")
    ordered = number[order]
    size = np.abs(ordered)
    apart = np.abs(np.diff(ordered)) > EQUAL_WITHIN * np.maximum(size[1:], size[:-1])
    begins = np.flatnonzero(np.concatenate([[True], apart]))
    people = np.diff(begins, append=number.size)
    first, last = begins + 1.0, (begins + people) * 1.0
    place = {
        "best_place": first,
        "mean_place": (first + last) / 2,
        "worst_place": last,
        "next_place": np.arange(1.0, begins.size + 1),
    }[ties]
    found = np.empty_like(number)
    found[order] = np.repeat(place, people)
    return found


def average_ranks(values: ArrayLike) -> Numbers:
    """Ranks as rank correlation takes them: 1 for the lowest, equal values on the mean of their places.

    >>> average_ranks([10, 30, 30, 20])
    array([1. , 3.5, 3.5, 2. ])
    """
    return ranks(values, best="lowest", ties="mean_place")
