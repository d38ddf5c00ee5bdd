"""Theil, Atkinson and Herfindahl: published figures, closed forms, SciPy, and what must add up."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from policymodel.statistics import (
    Undefined,
    atkinson,
    equally_distributed_equivalent,
    herfindahl,
    theil_l,
    theil_t,
)

PAID = st.lists(st.integers(1, 1000), min_size=1, max_size=30)
SHARES = (np.arange(20_000) + 0.5) / 20_000


@pytest.mark.parametrize(
    ("epsilon", "index", "equivalent"),
    [(0.5, 0.06315, 28.105398233), (1, 0.1316096, 26.0517108), (0, 0, 30)],
)
def test_published_atkinson(epsilon, index, equivalent):
    """PySAL inequality, https://github.com/pysal/inequality, inequality/tests/test_atkinson.py."""
    incomes = [10, 20, 30, 40, 50]

    assert atkinson(incomes, epsilon) == pytest.approx(index, abs=5e-6)
    assert equally_distributed_equivalent(incomes, epsilon) == pytest.approx(equivalent, abs=1e-7)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30).filter(any))
def test_theil_t_is_what_entropy_lacks(values):
    """log n less the entropy of the shares, which SciPy works out; zeros included."""
    assert theil_t(values) == pytest.approx(math.log(len(values)) - stats.entropy(values), abs=1e-12)


@given(PAID)
def test_theil_l_is_the_gap_between_two_means(values):
    """The log of the arithmetic mean over the geometric."""
    assert theil_l(values) == pytest.approx(math.log(np.mean(values) / stats.gmean(values)), abs=1e-12)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30).filter(any), st.sampled_from([0.2, 0.5, 0.9]))
def test_atkinson_is_one_less_the_power_mean_over_the_mean(values, epsilon):
    expected = 1 - stats.pmean(values, 1 - epsilon) / np.mean(values)

    assert atkinson(values, epsilon) == pytest.approx(expected, abs=1e-11)


def test_lognormal():
    """With sigma both Theils are sigma^2 / 2 and Atkinson is 1 - exp(-epsilon sigma^2 / 2)."""
    values = np.exp(stats.norm.ppf(SHARES) / 2)

    assert theil_t(values) == pytest.approx(0.125, abs=1e-3)
    assert theil_l(values) == pytest.approx(0.125, abs=1e-3)
    for epsilon in (0.5, 1.0, 2.0):
        assert atkinson(values, epsilon) == pytest.approx(1 - math.exp(-epsilon / 8), abs=1e-3)


@given(st.lists(PAID, min_size=1, max_size=5))
def test_both_theils_add_up_over_groups(groups):
    """Between the groups' means, and inside each: weighted with what it holds (T) or how many it has (L)."""
    people = [value for group in groups for value in group]
    means, counts = [np.mean(group) for group in groups], [len(group) for group in groups]
    held = [sum(group) / sum(people) for group in groups]
    many = [count / len(people) for count in counts]

    for theil, part in ((theil_t, held), (theil_l, many)):
        inside = sum(share * theil(group) for share, group in zip(part, groups, strict=True))
        assert theil(people) == pytest.approx(theil(means, counts) + inside, abs=1e-12)


@given(PAID, st.integers(1, 50))
def test_order_unit_and_doubling_make_no_difference(values, unit):
    for figure in (theil_t, theil_l, lambda paid: atkinson(paid, 0.5), lambda paid: atkinson(paid, 3)):
        plain = figure(values)

        assert figure(values[::-1]) == pytest.approx(plain, abs=1e-11)
        assert figure(np.array(values) * unit / 10_000) == pytest.approx(plain, abs=1e-11)
        assert figure(values * 2) == pytest.approx(plain, abs=1e-11)


@given(PAID)
def test_more_aversion_never_finds_less_inequality(values):
    """From 0 at no aversion towards 1 less the smallest over the mean."""
    found = [atkinson(values, epsilon) for epsilon in (0, 0.3, 1, 1.7, 5, 400)]

    assert found[0] == pytest.approx(0, abs=1e-12)
    assert all(later >= earlier - 1e-12 for earlier, later in pairwise(found))
    assert found[-1] <= 1 - min(values) / np.mean(values) + 1e-12


def test_aversion_close_to_one_is_close_to_the_geometric_mean():
    """The root of order 1e-12 keeps its digits."""
    incomes = [10, 20, 30, 40, 50]

    for epsilon in (1 - 1e-12, 1 + 1e-12, 1 + 1e-7):
        assert atkinson(incomes, epsilon) == pytest.approx(1 - stats.gmean(incomes) / 30, abs=1e-7)


def test_extreme_aversion_looks_at_the_least_paid():
    """Order -999 neither overflows nor underflows: (1/2) ^ (-1/999) above the smaller of two."""
    assert equally_distributed_equivalent([1e-3, 1e6], 1000) == pytest.approx(1e-3 * 2 ** (1 / 999))


def test_somebody_with_nothing():
    """Nothing adds nothing to T; from aversion 1 on it is all that counts."""
    assert theil_t([0, 5]) == pytest.approx(math.log(2))
    assert atkinson([0, 5], 0.5) == pytest.approx(0.5)
    assert [atkinson([0, 5], 1), atkinson([0, 5], 2)] == [1, 1]


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(0, 4)), min_size=1, max_size=15))
def test_weights_are_people_who_count_several_times(pairs):
    repeated = [value for value, times in pairs for _ in range(times)]
    if not repeated:
        return
    values, weights = zip(*pairs, strict=True)

    assert theil_t(values, weights) == pytest.approx(theil_t(repeated), abs=1e-12)
    assert theil_l(values, weights) == pytest.approx(theil_l(repeated), abs=1e-12)
    assert atkinson(values, 0.5, weights) == pytest.approx(atkinson(repeated, 0.5), abs=1e-12)


@given(PAID)
def test_herfindahl_counts_heads_and_their_spread(values):
    """(1 + coefficient of variation ^ 2) / n."""
    assert herfindahl(values) == pytest.approx((1 + stats.variation(values) ** 2) / len(values), abs=1e-12)


def test_herfindahl_by_hand():
    """Four equal clients are a quarter; shares of 50, 30 and 20 are 0.38; one client is 1."""
    assert herfindahl([7, 7, 7, 7]) == pytest.approx(0.25)
    assert herfindahl([50, 30, 20]) == pytest.approx(0.38)
    assert herfindahl([0, 3]) == 1


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: theil_t([]), "theil_t: there are no values"),
        (lambda: theil_t([-1, 4]), "theil_t: -1 is negative"),
        (lambda: theil_l([0, 4]), "theil_l: 0 is not positive; every value must be"),
        (lambda: atkinson([0, 0], 0.5), "atkinson: all values are 0"),
        (lambda: herfindahl([-1, 4]), "herfindahl: -1 is negative"),
        (lambda: theil_t([1, 2], [0, 0]), "theil_t: all weights are 0"),
    ],
)
def test_no_figure_is_invented(ask, says):
    with pytest.raises(Undefined, match=says):
        ask()


@pytest.mark.parametrize("epsilon", [-0.1, math.nan, math.inf])
def test_aversion_is_not_negative(epsilon):
    with pytest.raises(ValueError, match="it must be 0 or more, such as"):
        atkinson([1, 2], epsilon)
