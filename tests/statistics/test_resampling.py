"""Intervals by drawing people again: checked against SciPy, closed forms and hand counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from policymodel.draws import Draws
from policymodel.statistics import equal_groups, kendall, mean, spearman, spearman_change

WHOLE = st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=3, max_size=30)


@settings(max_examples=60, deadline=None)
@given(WHOLE)
def test_rank_correlations_agree_with_scipy(pairs):
    """Ties included, both are those of scipy.stats; without any order they are not numbers."""
    x, y = np.array(pairs, dtype=float).T
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert np.isnan(spearman(x, y, Draws(0), "t", 10).value)
        return

    for ours, theirs in ((spearman, stats.spearmanr), (kendall, stats.kendalltau)):
        assert ours(x, y, Draws(0), "t", 10).value == pytest.approx(theirs(x, y).statistic, abs=1e-12)


@pytest.mark.parametrize(("ours", "theirs"), [(spearman, stats.spearmanr), (kendall, stats.kendalltau)])
def test_interval_is_that_of_people_drawn_again(ours, theirs):
    """The interval is close to one made by drawing people with replacement and asking SciPy each time."""
    chance = np.random.default_rng(5)
    x = chance.normal(size=40).round(1)
    y = (x + chance.normal(size=40)).round(1)
    drawn = chance.integers(0, 40, (1500, 40))
    low, high = np.quantile([theirs(x[i], y[i]).statistic for i in drawn], [0.025, 0.975])

    interval = ours(x, y, Draws(1), "t", 1500)

    assert interval.people == 40
    assert [interval.low, interval.high] == pytest.approx([low, high], abs=0.04)


def test_interval_depends_on_the_seed_and_the_stream_only():
    """The same seed gives the same interval; zero is a seed; another stream gives another interval."""
    x, y = np.arange(20.0), np.arange(20.0) % 7

    def low(seed: int, stream: str) -> float:
        return spearman(x, y, Draws(seed), stream).low

    assert low(0, "a") == low(0, "a")
    assert len({low(0, "a"), low(1, "a"), low(0, "b")}) == 3


def test_mean_interval_covers_about_as_often_as_it_says():
    """Of 120 samples of 30 normal people the 95 % interval misses the true mean in roughly one of twenty."""
    chance = np.random.default_rng(3)
    samples = chance.normal(100.0, 15.0, (120, 30))
    found = [mean(sample, Draws(4), "t", block, 300) for block, sample in enumerate(samples)]

    assert 0.88 <= np.mean([each.low <= 100.0 <= each.high for each in found]) <= 0.99


def test_one_or_two_people_have_no_interval():
    """Two people have a mean and no interval; nobody has neither."""
    two, nobody = mean([1.0, 3.0], Draws(0), "t"), mean([], Draws(0), "t")

    assert (two.value, np.isnan(two.low)) == (2.0, True)
    assert np.isnan(nobody.value)


@given(st.lists(st.integers(0, 12), max_size=80), st.integers(1, 12))
def test_groups_are_large_enough_ordered_and_keep_ties_together(values, at_least):
    """No group is too small, a lower group has lower values only, and equal values share a group."""
    group = equal_groups(values, at_least)
    number = np.array(values, dtype=float)
    if number.size < at_least:
        assert (group == -1).all()
        return

    assert np.bincount(group).min() >= at_least
    for lower in range(group.max()):
        assert number[group == lower].max() < number[group == lower + 1].min()


def test_distinct_people_are_cut_evenly():
    """Sixty different people in groups of at least ten are six groups of ten; 65 are six of ten or eleven."""
    assert np.bincount(equal_groups(np.arange(60), 10)).tolist() == [10] * 6
    assert sorted(np.bincount(equal_groups(np.arange(65), 10)).tolist()) == [10, 11, 11, 11, 11, 11]


def test_a_small_change_of_two_designs_on_the_same_people_is_seen():
    """Two nearly equal pays: each interval covers the other's value, the paired difference excludes nought."""
    draws = np.random.default_rng(4)
    brought_in = draws.normal(size=300)
    before = brought_in + 0.30 * draws.normal(size=300)
    after = before + 0.06 * draws.normal(size=300)
    alone = [spearman(brought_in, pay, Draws(1), "s") for pay in (before, after)]
    paired = spearman_change(brought_in, before, after, Draws(1), "s")

    assert alone[1].high > alone[0].value
    assert paired.value == pytest.approx(alone[1].value - alone[0].value)
    assert paired.high - paired.low < (alone[0].high - alone[0].low) / 2


def test_no_change_of_pay_changes_nothing():
    """The same pay twice: a difference of nought, and no doubt about it."""
    x, pay = np.arange(20.0), np.arange(20.0) ** 2
    found = spearman_change(x, pay, pay, Draws(1), "s")

    assert (found.value, found.low, found.high) == (0, 0, 0)
