"""Lorenz curve, Gini, Wolfson and ratios: published figures, closed forms, and sums in whole numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from policymodel.statistics import (
    Undefined,
    gini,
    gini_of_groups,
    lorenz,
    lorenz_at,
    palma_ratio,
    quantile_ratio,
    wolfson,
)

PEOPLE = st.lists(st.integers(0, 1000), min_size=1, max_size=30).filter(any)
SHARES = (np.arange(100_000) + 0.5) / 100_000
"""Shares of a large population, to draw the quantiles of a distribution at."""


def mean_difference(values: list[int]) -> Fraction:
    """Half the mean difference between two people over the mean, pair by pair."""
    pairs = sum(abs(one - other) for one in values for other in values)
    return Fraction(pairs, 2 * len(values) * sum(values))


def test_published_gini_of_quintiles():
    """https://wizedu.com/questions/80265/the-following-table-shows-income-distribution prints 0.2812."""
    assert gini_of_groups([8.1, 11.5, 20.0, 22.8, 37.6], [20] * 5) == pytest.approx(0.2812, abs=1e-9)


def test_published_lorenz_points():
    """PySAL inequality, https://github.com/pysal/inequality, inequality/tests/test_wolfson.py."""
    printed = [0, 0.06666667, 0.2, 0.4, 0.66666667, 1]

    assert lorenz([5, 3, 1, 2, 4]) == pytest.approx(printed, abs=1e-8)


@pytest.mark.parametrize(
    ("incomes", "printed", "digits"),
    [
        ([6, 6, 8, 8, 10, 10, 12, 12], 0.083333333, 9),
        ([2, 4, 6, 8, 10, 12, 14, 16], 0.152777778, 9),
        ([20000, 25000, 27000, 30000, 35000, 45000, 60000, 75000, 80000, 120000], 0.2013, 4),
    ],
)
def test_published_wolfson(incomes, printed, digits):
    """PySAL inequality, https://github.com/pysal/inequality, inequality/tests/test_wolfson.py."""
    assert round(wolfson(incomes), digits) == printed


@given(PEOPLE)
def test_gini_is_half_the_mean_difference(values):
    """Pair by pair in fractions; the sample form is n / (n - 1) times that."""
    expected = mean_difference(values)
    n = len(values)

    assert gini(values) == pytest.approx(float(expected), abs=1e-12)
    if n > 1:
        assert gini(values, form="sample") == pytest.approx(float(expected * n / (n - 1)), abs=1e-12)


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=30, unique=True))
def test_gini_is_twice_the_covariance_with_place(values):
    """2 cov(value, place / n) / mean (Lerman and Yitzhaki 1984), for people who all differ."""
    ordered = np.sort(np.array(values, dtype=float))
    place = np.arange(1, ordered.size + 1) / ordered.size
    twice = 2 * np.cov(ordered, place, ddof=0)[0, 1] / ordered.mean()

    assert gini(values) == pytest.approx(twice, abs=1e-12)


@given(PEOPLE)
def test_gini_is_the_area_between_diagonal_and_curve(values):
    curve = lorenz(values)

    assert gini(values) == pytest.approx(1 - 2 * np.trapezoid(curve, dx=1 / len(values)), abs=1e-12)


@pytest.mark.parametrize(
    ("quantiles", "exact"),
    [
        (-np.log1p(-SHARES), 1 / 2),
        (700 * SHARES, 1 / 3),
        ((1 - SHARES) ** (-1 / 3), 1 / 5),
        (np.full(7, 3.1), 0),
    ],
    ids=["exponential", "uniform from 0", "Pareto with exponent 3", "all equal"],
)
def test_gini_of_known_distributions(quantiles, exact):
    """Exponential 1/2, uniform from 0 1/3, Pareto 1 / (2 a - 1), equal shares 0."""
    assert gini(quantiles) == pytest.approx(exact, abs=2e-4)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.77])
def test_lorenz_curve_of_pareto(share):
    """With exponent a the poorest p hold 1 - (1 - p) ^ (1 - 1 / a)."""
    quantiles = (1 - SHARES) ** (-1 / 3)

    assert lorenz_at(quantiles, share) == pytest.approx(1 - (1 - share) ** (2 / 3), abs=2e-4)


@given(PEOPLE)
def test_lorenz_curve_hangs_below_the_diagonal(values):
    """From 0 to 1, ever steeper, never above equal shares, and in whole numbers the sums of the poorest."""
    curve = lorenz(values)
    total = sum(values)
    exact = [sum(sorted(values)[:n]) / total for n in range(len(values) + 1)]

    assert curve == pytest.approx(exact, abs=1e-12)
    assert (curve[0], curve[-1]) == (0, 1)
    assert np.all(np.diff(curve, 2) >= -1e-12)
    assert np.all(curve <= np.linspace(0, 1, curve.size) + 1e-12)


def test_lorenz_between_two_people_is_a_straight_line():
    """Of 1, 3, 6 the poorest third hold a tenth, two thirds hold four; half the people a quarter."""
    found = [lorenz_at([6, 1, 3], share) for share in (0, 1 / 3, 1 / 2, 2 / 3, 1)]

    assert found == pytest.approx([0, 0.1, 0.25, 0.4, 1])


@given(PEOPLE.filter(lambda values: sorted(values)[len(values) // 2 - 1] > 0), st.integers(1, 50))
def test_order_unit_and_doubling_make_no_difference(values, unit):
    """Rows in any order, yuan or ten thousand yuan, everybody counted twice: the same figures."""
    for figure in (gini, wolfson):
        plain = figure(values)

        assert figure(values[::-1]) == pytest.approx(plain, abs=1e-12)
        assert figure(np.array(values) * unit / 10_000) == pytest.approx(plain, abs=1e-12)
        assert figure(values * 2) == pytest.approx(plain, abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 4)), min_size=1, max_size=15))
def test_weights_are_people_who_count_several_times(pairs):
    repeated = [value for value, times in pairs for _ in range(times)]
    if not any(repeated):
        return
    values, weights = zip(*pairs, strict=True)

    assert gini(values, weights=weights) == pytest.approx(gini(repeated), abs=1e-12)


def test_taking_from_the_rich_for_the_poor_lowers_gini():
    assert gini([2, 2, 3, 4, 4]) < gini([1, 2, 3, 4, 5])


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 5)), min_size=1, max_size=8))
def test_groups_that_are_equal_inside_are_their_people(groups):
    """Shares of groups and how many they are: the Gini of the people, everybody with the group's mean."""
    shares, populations = zip(*groups, strict=True)
    if not any(shares):
        return
    people = [share / count for share, count in groups for _ in range(count)]

    assert gini_of_groups(shares, populations) == pytest.approx(gini(people), abs=1e-12)


@given(st.lists(st.lists(st.integers(1, 90), min_size=1, max_size=6), min_size=1, max_size=6))
def test_groups_hide_the_inequality_inside_them(groups):
    people = [value for group in groups for value in group]
    between = gini_of_groups([sum(group) for group in groups], [len(group) for group in groups])

    assert between <= gini(people) + 1e-12


def test_wolfson_of_two_camps():
    """Half of the people with nothing and half with the same: half the index as Wolfson normed it, to 1."""
    assert wolfson([0, 0, 4, 4]) == pytest.approx(0.5)
    assert wolfson([4, 4, 4, 4]) == 0


def test_palma_by_hand():
    """Of 1 … 10, in all 55, the best tenth holds 10 and the lowest four tenths 1 + 2 + 3 + 4."""
    assert palma_ratio(range(1, 11)) == pytest.approx(1.0)
    assert palma_ratio([*range(1, 10), 20]) == pytest.approx(2.0)
    assert palma_ratio([1, 2, 3, 4, 5]) == pytest.approx((5 / 2) / (1 + 2))


def test_quantile_ratio_of_the_lognormal():
    """P90 / P10 is exp(2 x 1.281552 sigma); with sigma 1/2 that is 3.602224."""
    values = np.exp(stats.norm.ppf(SHARES) / 2)

    assert quantile_ratio(values, 0.9, 0.1) == pytest.approx(3.602224, abs=1e-3)


def test_quantile_ratio_says_which_type():
    """P75 / P25 of 1 … 4: between two people 3.25 / 1.75, of a person at or below 3 / 1."""
    assert quantile_ratio([1, 2, 3, 4], 0.75, 0.25) == pytest.approx(3.25 / 1.75)
    assert quantile_ratio([1, 2, 3, 4], 0.75, 0.25, "type_1") == 3.0


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: gini([]), "gini: there are no values; at least one is needed"),
        (lambda: gini([3, -5]), "gini: -5 is negative; no value may be, so bring it to 0 first"),
        (lambda: gini([0, 0]), "gini: all values are 0; at least one must be positive"),
        (lambda: gini([7], form="sample"), "gini: there is one person; the sample form needs two"),
        (lambda: lorenz([-1, 2]), "lorenz: -1 is negative"),
        (lambda: wolfson([0, 0, 9]), "wolfson: the median is 0; half of the people"),
        (lambda: palma_ratio([0, 0, 9]), "palma_ratio: the lower four tenths hold nothing"),
        (
            lambda: quantile_ratio([0, 1], 0.9, 0),
            "quantile_ratio: the lower quantile is 0; it must be positive",
        ),
        (lambda: gini_of_groups([0, 0], [1, 1]), "gini_of_groups: all values are 0"),
    ],
)
def test_no_figure_is_invented(ask, says):
    with pytest.raises(Undefined, match=says):
        ask()


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: gini([1, math.nan]), "gini: value 2 is nan; leave out or fill in what is missing first"),
        (lambda: gini([[1, 2]]), "gini: the values have 2 dimensions"),
        (lambda: gini([1, 2], form="both"), "gini: form is 'both'; it is one of population, sample"),
        (lambda: gini([1, 2], weights=[1]), "gini: 1 weights for 2 values"),
        (lambda: gini([1, 2], weights=[1, -1]), "gini: the weight -1 is negative"),
        (lambda: gini([1, 2], form="sample", weights=[1, 1]), "gini: the sample form counts people"),
        (lambda: lorenz_at([1, 2], 50), "lorenz_at: 50 is not a share; write one from 0 to 1"),
        (lambda: gini_of_groups([1, 2], [1, 0]), "gini_of_groups: a population is 0; leave out groups"),
        (lambda: gini_of_groups([1, 2], [1]), "gini_of_groups: 2 shares and 1 populations"),
    ],
)
def test_mistakes_are_told_from_figures_without_a_value(ask, says):
    with pytest.raises(ValueError, match=says) as refused:
        ask()

    assert not isinstance(refused.value, Undefined)
