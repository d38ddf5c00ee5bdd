"""Break-down to outlets and people, by each way and mixed, with exact adding-up: S4.0 by hand."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policymodel.scheme.terms import Mix, Number, TargetRule
from policymodel.targets import Cells, Given, Weights, break_down, joined, weights_of

RULE = TargetRule(
    set_by="table", break_down="by_base", without_base="mean", progress="calendar_days", source="S4.0"
)


NOBODY = np.zeros(0)


def cells(outlets, share=None, full_time=None):
    """One cell a manager, all in region 0."""
    size = len(outlets)
    share = np.array(share or [1.0] * size)
    full_time = share if full_time is None else np.array(full_time)
    return Cells(np.arange(size), np.array(outlets), np.zeros(size, int), share, full_time)


def by(who, rule=RULE, base=NOBODY, potential=NOBODY):
    """What the cells weigh by a rule."""
    return weights_of(rule, who, np.array(base), np.array(potential))


def alike(who):
    """Everybody weighs the time employed."""
    return by(who, replace(RULE, break_down=None))


def shared(total, who, weights, digits=0):
    """A region's target in parts."""
    return break_down(Given({0: total}, {}, {}), weights, who, digits).tolist()


def test_a_region_s_target_goes_to_outlets_and_then_to_managers():
    """100 over bases 30, 30 | 40 is 30, 30 | 40."""
    who = cells([0, 0, 1])
    weights = by(who, base=[30.0, 30.0, 40.0])

    assert break_down(Given({0: 100.0}, {}, {}), weights, who, 0).tolist() == [30, 30, 40]


def test_a_hundred_over_three_equals_adds_up_to_the_cent():
    """33.34, 33.33, 33.33."""
    who = cells([0, 0, 0])

    assert break_down(Given({0: 100.0}, {}, {}), alike(who), who, 2).tolist() == [33.34, 33.33, 33.33]


def test_a_joiner_without_base_weighs_the_mean_for_the_days_employed():
    """Bases 60 and 20, a joiner for half the year: mean 40 x 0.5 = 20, so 60 : 20 : 20."""
    who = cells([0, 0, 0], [1.0, 1.0, 0.5])

    assert by(who, base=[60.0, 20.0, np.nan]).of[0].tolist() == [60, 20, 20]


def test_what_is_set_by_hand_stands_and_the_rest_goes_to_the_others():
    """Of 100 one has 10 by hand: 90 is left for two equal bases."""
    who = cells([0, 0, 0])

    assert break_down(Given({0: 100.0}, {}, {0: 10.0}), alike(who), who, 0).tolist() == [10, 45, 45]


def test_a_target_by_hand_counts_for_the_employed_share():
    """A yearly 120 for somebody employed a quarter of the year is 30."""
    who = cells([0], [0.25])

    assert break_down(Given({}, {}, {0: 120.0}), alike(who), who, 0).tolist() == [30]


def test_an_outlet_s_own_target_comes_before_the_region_s():
    """Region 100, outlet 0 has 70: outlet 1 gets 30."""
    who = cells([0, 0, 1])

    assert break_down(Given({0: 100.0}, {0: 70.0}, {}), alike(who), who, 0).tolist() == [35, 35, 30]


def test_nobody_set_a_target_so_there_is_none():
    """Absent, not zero."""
    who = cells([0, 1])

    assert np.isnan(break_down(Given({}, {}, {}), alike(who), who, 0)).all()


def weight(value):
    return Number(Decimal(value))


MIXED = replace(RULE, break_down="mixed", mix=Mix(by_base=weight("0.7"), equal=weight("0.3")))
WAYS = (
    RULE,
    replace(RULE, without_base="none"),
    replace(RULE, break_down="equal"),
    replace(RULE, break_down="by_head_count"),
    replace(RULE, break_down="by_potential", potential="clients"),
    replace(RULE, break_down=None),
    MIXED,
    replace(
        MIXED,
        potential="clients",
        mix=Mix(
            equal=weight("0.1"),
            by_base=weight("0.2"),
            by_head_count=weight("0.3"),
            by_potential=weight("0.4"),
        ),
    ),
)


@given(
    st.sampled_from(WAYS),
    st.integers(-(10**6), 10**6),
    st.lists(
        st.tuples(st.integers(0, 4), st.floats(-1e5, 1e5), st.floats(-1e5, 1e5), st.floats(0.01, 1)),
        min_size=1,
        max_size=30,
    ),
)
def test_the_parts_always_add_up(rule, total, people):
    """S4.0: whatever the way, bases, joiners and outlets, the parts sum to the region's target."""
    outlets, bases, potentials, shares = map(list, zip(*people, strict=True))
    who = cells(outlets, shares)
    parts = break_down(Given({0: total / 100}, {}, {}), by(who, rule, bases, potentials), who, 2)

    assert round(parts.sum() * 100) == total
    assert (np.sign(parts) * np.sign(total) >= 0).all()


@pytest.mark.parametrize("without_base", ["mean", "none"])
def test_a_base_of_zero_or_less_follows_the_rule(without_base):
    """Bases 50 and -10: the second weighs the mean of the others, 50, or nothing."""
    rule = replace(RULE, without_base=without_base)
    expected = {"mean": [50, 50], "none": [50, 0]}[without_base]

    assert by(cells([0, 0]), rule, [50.0, -10.0]).of[0].tolist() == expected


def test_equal_is_the_same_for_each_outlet_and_in_it_for_each_person():
    """S4.0: 90 over an outlet of three and one of one: 15, 15, 15 and 45, whatever anybody's base."""
    who = cells([0, 0, 0, 1])

    assert shared(90, who, by(who, replace(RULE, break_down="equal"), [9.0, 1.0, 1.0, 1.0])) == [
        15,
        15,
        15,
        45,
    ]


def test_an_outlet_with_people_for_half_the_period_counts_half_in_equal_parts():
    """S4.0 (ours): 90 over one who is there throughout and an outlet whose only person joins at half time: 60, 30."""
    who = cells([0, 1], [1.0, 0.5])

    assert shared(90, who, by(who, replace(RULE, break_down="equal"))) == [60, 30]


def test_by_head_count_a_half_post_counts_half():
    """S4.0: 50 over posts of 1, 0.5 and, in the second outlet, 1: 20, 10 and 20."""
    who = cells([0, 0, 1], [1.0, 1.0, 1.0], [1.0, 0.5, 1.0])

    assert shared(50, who, by(who, replace(RULE, break_down="by_head_count"))) == [20, 10, 20]


@pytest.mark.parametrize(("without_base", "expected"), [("mean", [40, 20, 30]), ("none", [60, 30, 0])])
def test_by_potential_who_has_none_counts_as_the_rule_says(without_base, expected):
    """S4.0: 90 over potentials of 100, 50 and one that is not known: the mean is 75, or it counts as nothing."""
    who = cells([0, 0, 1])
    rule = replace(RULE, break_down="by_potential", potential="clients", without_base=without_base)

    assert shared(90, who, by(who, rule, potential=[100.0, 50.0, np.nan])) == expected


def test_a_mix_adds_parts_of_one():
    """S4.0: bases 10 + 30 | 20, 0.7 by base and 0.3 equally: 37 and 23 of 60; inside the first 13 and 27 of 40.

    101 are 62.28 and 38.72, so 62 and 39; 62 are 20.15 and 41.85, so 20 and 42.
    """
    who = cells([0, 0, 1])
    weights = by(who, MIXED, [10.0, 30.0, 20.0])

    assert weights.over_outlets([np.array([0, 1]), np.array([2])]) == pytest.approx([37 / 60, 23 / 60])
    assert weights.over_people(np.array([0, 1])) == pytest.approx([13 / 40, 27 / 40])
    assert shared(101, who, weights) == [20, 42, 39]


def test_where_nobody_has_a_base_the_time_employed_decides():
    """S4.0 (ours): bases of zero and a joiner for half the period: 20 and 10 of 30, and not 15 and 15."""
    who = cells([0, 0], [1.0, 0.5])

    assert shared(30, who, by(who, base=[0.0, 0.0])) == [20, 10]


def test_the_time_decides_only_for_the_way_that_knows_nobody():
    """Bases of zero in outlets of three and of one: 0.7 by the time there, 3 : 1, and 0.3 equally."""
    weights: Weights = by(cells([0, 0, 0, 1]), MIXED, [0.0] * 4)

    parts = weights.over_outlets([np.array([0, 1, 2]), np.array([3])])
    assert parts == pytest.approx([0.7 * 3 / 4 + 0.3 / 2, 0.7 / 4 + 0.3 / 2])


def test_a_forecast_goes_first_and_the_rest_of_the_task_is_shared():
    """S6.4: of a task of 100, forecasts of 30.4 and 10.25 in cents first; 59.35 by bases of 1 : 1, 29.68 and 29.67."""
    who = cells([0, 0])

    own, counts = joined(Given({0: 100.0}, {}, {}), by(who, base=[5.0, 5.0]), who, 2, np.array([30.4, 10.25]))

    assert own.tolist() == [60.08, 39.92]
    assert counts.tolist() == [1.0, 1.0]


def test_forecasts_above_a_task_are_cut_to_it_and_by_hand_counts_without():
    """S6.4: 30 and 90 for a task of 40: 10 and 30. Who has 7 by hand keeps them, and has no say with a forecast."""
    who = cells([0, 0, 1])
    forecast = np.array([30.0, 90.0, 500.0])

    own, counts = joined(Given({0: 47.0}, {}, {2: 7.0}), by(who, base=[1.0, 1.0, 1.0]), who, 2, forecast)

    assert own.tolist() == [10.0, 30.0, 7.0]
    assert counts == pytest.approx([1 / 3, 1 / 3, 0.0])
