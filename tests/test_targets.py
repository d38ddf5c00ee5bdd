"""Break-down by base with exact adding-up, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policymodel.scheme.terms import TargetRule
from policymodel.targets import Cells, Given, break_down, weights_by_base

RULE = TargetRule(
    set_by="table", break_down="by_base", without_base="mean", progress="calendar_days", source="S4.0"
)


def cells(outlets, share=None):
    """One cell a manager, all in region 0."""
    size = len(outlets)
    return Cells(np.arange(size), np.array(outlets), np.zeros(size, int), np.array(share or [1.0] * size))


def test_a_region_s_target_goes_to_outlets_and_then_to_managers():
    """100 over bases 30, 30 | 40 is 30, 30 | 40."""
    who = cells([0, 0, 1])
    weights = weights_by_base(np.array([30.0, 30.0, 40.0]), who, RULE)

    assert break_down(Given({0: 100.0}, {}, {}), weights, who, 0).tolist() == [30, 30, 40]


def test_a_hundred_over_three_equals_adds_up_to_the_cent():
    """33.34, 33.33, 33.33."""
    who = cells([0, 0, 0])

    assert break_down(Given({0: 100.0}, {}, {}), np.ones(3), who, 2).tolist() == [33.34, 33.33, 33.33]


def test_a_joiner_without_base_weighs_the_mean_for_the_days_employed():
    """Bases 60 and 20, a joiner for half the year: mean 40 x 0.5 = 20, so 60 : 20 : 20."""
    who = cells([0, 0, 0], [1.0, 1.0, 0.5])

    assert weights_by_base(np.array([60.0, 20.0, np.nan]), who, RULE).tolist() == [60, 20, 20]


def test_what_is_set_by_hand_stands_and_the_rest_goes_to_the_others():
    """Of 100 one has 10 by hand: 90 is left for two equal bases."""
    who = cells([0, 0, 0])

    assert break_down(Given({0: 100.0}, {}, {0: 10.0}), np.ones(3), who, 0).tolist() == [10, 45, 45]


def test_a_target_by_hand_counts_for_the_employed_share():
    """A yearly 120 for somebody employed a quarter of the year is 30."""
    who = cells([0], [0.25])

    assert break_down(Given({}, {}, {0: 120.0}), np.ones(1), who, 0).tolist() == [30]


def test_an_outlet_s_own_target_comes_before_the_region_s():
    """Region 100, outlet 0 has 70: outlet 1 gets 30."""
    who = cells([0, 0, 1])

    assert break_down(Given({0: 100.0}, {0: 70.0}, {}), np.ones(3), who, 0).tolist() == [35, 35, 30]


def test_nobody_set_a_target_so_there_is_none():
    """Absent, not zero."""
    assert np.isnan(break_down(Given({}, {}, {}), np.ones(2), cells([0, 1]), 0)).all()


@given(
    st.integers(-(10**6), 10**6),
    st.lists(st.tuples(st.integers(0, 4), st.floats(-1e5, 1e5), st.floats(0.01, 1)), min_size=1, max_size=30),
)
def test_the_parts_always_add_up(total, people):
    """Whatever the bases, joiners and outlets, the parts sum to the region's target."""
    outlets, bases, shares = map(list, zip(*people, strict=True))
    who = cells(outlets, shares)
    parts = break_down(Given({0: total / 100}, {}, {}), weights_by_base(np.array(bases), who, RULE), who, 2)

    assert round(parts.sum() * 100) == total


@pytest.mark.parametrize("without_base", ["mean", "none"])
def test_a_base_of_zero_or_less_follows_the_rule(without_base):
    """Bases 50 and -10: the second weighs the mean of the others, 50, or nothing."""
    rule = TargetRule(
        set_by="table", break_down="by_base", without_base=without_base, progress="months", source="S4.0"
    )
    expected = {"mean": [50, 50], "none": [50, 0]}[without_base]

    assert weights_by_base(np.array([50.0, -10.0]), cells([0, 0]), rule).tolist() == expected
