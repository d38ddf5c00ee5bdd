"""Places: each rule for ties by hand and by SciPy, and what counts as equal."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from policymodel.statistics import average_ranks, ranks

RULES = {"best_place": "min", "mean_place": "average", "worst_place": "max", "next_place": "dense"}
"""Our rule for ties, and SciPy's word for it."""


@pytest.mark.parametrize(
    ("ties", "places"),
    [
        ("best_place", [1, 1, 3]),
        ("mean_place", [1.5, 1.5, 3]),
        ("worst_place", [2, 2, 3]),
        ("next_place", [1, 1, 2]),
    ],
)
def test_two_share_the_lead(ties, places):
    assert ranks([90, 90, 80], best="highest", ties=ties).tolist() == places
    assert ranks([1, 1, 7], best="lowest", ties=ties).tolist() == places


@pytest.mark.parametrize("ties", RULES)
@given(values=st.lists(st.integers(-6, 6), max_size=30))
def test_places_agree_with_scipy(ties, values):
    number = np.array(values, dtype=float)

    assert ranks(number, best="lowest", ties=ties).tolist() == stats.rankdata(number, RULES[ties]).tolist()
    assert ranks(number, best="highest", ties=ties).tolist() == stats.rankdata(-number, RULES[ties]).tolist()


@given(st.lists(st.integers(-6, 6), min_size=1, max_size=30))
def test_mean_places_add_up(values):
    """1 + … + n are handed out, whoever is equal."""
    n = len(values)

    assert average_ranks(values).sum() == n * (n + 1) / 2


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_best_highest_is_best_lowest_turned_round(values):
    """Also for values that differ by next to nothing."""
    worst_first = ranks(values, best="lowest", ties="worst_place")

    assert (
        ranks(values, best="highest", ties="best_place").tolist() == (len(values) + 1 - worst_first).tolist()
    )


def test_sums_of_decimals_that_are_equal_on_paper_are_equal():
    """0.1 + 0.2 is 0.3; at a hundred million too; and 1e-10 of the value is a difference."""
    assert ranks([0.1 + 0.2, 0.3], best="highest", ties="best_place").tolist() == [1, 1]
    assert ranks([1e8, 1e8 + 1e-4], best="lowest", ties="best_place").tolist() == [1, 1]
    assert ranks([-1e8, -1e8 + 1e-2], best="lowest", ties="best_place").tolist() == [1, 2]
    assert ranks([1e-13, 0], best="lowest", ties="best_place").tolist() == [2, 1]


def test_neighbours_link_all_between_them():
    """Three in a row, each within the width of the next, are one group from either side."""
    row = [1.0, 1 + 0.9e-11, 1 + 1.8e-11, 1 + 9e-11]

    assert ranks(row, best="lowest", ties="next_place").tolist() == [1, 1, 1, 2]
    assert ranks(row, best="highest", ties="next_place").tolist() == [2, 2, 2, 1]


def test_nobody_has_no_places():
    assert ranks([], best="highest", ties="best_place").tolist() == []


@pytest.mark.parametrize(
    ("values", "rules", "says"),
    [
        ([1], {"best": "high", "ties": "best_place"}, "ranks: best is 'high'; it is one of highest, lowest"),
        (
            [1],
            {"best": "highest", "ties": "min"},
            "ranks: ties is 'min'; it is one of best_place, mean_place",
        ),
        ([1, math.nan], {"best": "highest", "ties": "best_place"}, "ranks: value 2 is nan; leave out"),
    ],
)
def test_refusals_say_what_would_be_right(values, rules, says):
    with pytest.raises(ValueError, match=says):
        ranks(values, **rules)
