"""Means, median, quantiles and spread: published figures, SciPy, Python's own, and fractions."""

from __future__ import annotations

import math
import statistics as plain
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from policymodel.statistics import (
    Undefined,
    geometric_mean,
    harmonic_mean,
    median,
    power_mean,
    quantile,
    standard_deviation,
    weighted_mean,
)

WEIGHTED = st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 9)), min_size=1, max_size=20)
AMOUNTS = st.lists(st.integers(-1000, 1000), min_size=1, max_size=40)


def test_published_weighted_means():
    """COINr, https://github.com/bluefoxr/COINr, tests/testthat/test-aggregate.R: 6^(1/3), 18^(1/4), …"""
    scores = [1, 2, 3]

    assert geometric_mean(scores) == pytest.approx(1.8171205928, abs=1e-9)
    assert geometric_mean(scores, [1, 1, 2]) == pytest.approx(2.0597671439, abs=1e-9)
    assert harmonic_mean(scores, [2, 1, 1]) == pytest.approx(1.4117647059, abs=1e-9)
    assert power_mean(scores, 1) == pytest.approx(2, abs=1e-9)


@given(WEIGHTED, st.floats(-8, 8))
def test_means_agree_with_scipy(pairs, order):
    values, weights = np.array(pairs, dtype=float).T

    assert weighted_mean(values, weights) == pytest.approx(np.average(values, weights=weights), rel=1e-12)
    assert geometric_mean(values, weights) == pytest.approx(stats.gmean(values, weights=weights), rel=1e-12)
    assert harmonic_mean(values, weights) == pytest.approx(stats.hmean(values, weights=weights), rel=1e-12)
    if abs(order) > 0.01:
        expected = stats.pmean(values, order, weights=weights)
        assert power_mean(values, order, weights) == pytest.approx(expected, rel=1e-10)


@given(WEIGHTED)
def test_means_stand_in_their_order(pairs):
    """Smallest, harmonic, geometric, arithmetic, quadratic, largest; a mean of equals is their value."""
    values, weights = zip(*pairs, strict=True)
    found = [
        min(values),
        harmonic_mean(values, weights),
        geometric_mean(values, weights),
        weighted_mean(values, weights),
        power_mean(values, 2, weights),
        max(values),
    ]

    assert all(low <= high * (1 + 1e-12) for low, high in pairwise(found))


def test_zeros_negatives_and_weights_of_zero():
    """A zero is all that counts in a product; a negative balances in a sum; weight zero is not there."""
    assert geometric_mean([0, 50]) == 0
    assert power_mean([0, 8], 3) == pytest.approx(4 ** (1 / 3) * 4)
    assert weighted_mean([-10, 30], [3, 1]) == 0
    assert geometric_mean([-7, 50], [0, 1]) == pytest.approx(50)


@given(AMOUNTS)
def test_median_and_spread_agree_with_plain_python(values):
    assert median(values) == plain.median(values)
    assert standard_deviation(values, ddof=0) == pytest.approx(plain.pstdev(values), abs=1e-9)
    if len(values) > 1:
        assert standard_deviation(values, ddof=1) == pytest.approx(plain.stdev(values), abs=1e-9)


SHIFTS = {
    "type_1": lambda p: Fraction(0),
    "type_2": lambda p: Fraction(0),
    "type_3": lambda p: Fraction(-1, 2),
    "type_4": lambda p: Fraction(0),
    "type_5": lambda p: Fraction(1, 2),
    "type_6": lambda p: p,
    "type_7": lambda p: 1 - p,
    "type_8": lambda p: (p + 1) / 3,
    "type_9": lambda p: p / 4 + Fraction(3, 8),
}
"""m in Hyndman and Fan (1996), "Sample quantiles in statistical packages": the place is n p + m."""


def hyndman_fan(ordered: list[int], p: Fraction, method: str) -> Fraction:
    """Q(p) = (1 - gamma) X(j) + gamma X(j + 1), as the paper defines it, in fractions."""
    place = len(ordered) * p + SHIFTS[method](p)
    j = math.floor(place)
    g = place - j
    gamma = {
        "type_1": Fraction(g > 0),
        "type_2": Fraction(1) if g > 0 else Fraction(1, 2),
        "type_3": Fraction(not (g == 0 and j % 2 == 0)),
    }.get(method, g)
    low, high = (ordered[min(max(k, 1), len(ordered)) - 1] for k in (j, j + 1))
    return (1 - gamma) * low + gamma * high


@pytest.mark.parametrize("method", SHIFTS)
@given(values=AMOUNTS, thousandths=st.integers(0, 1000))
def test_quantiles_are_those_of_the_paper(method, values, thousandths):
    expected = float(hyndman_fan(sorted(values), Fraction(thousandths, 1000), method))

    assert quantile(values, thousandths / 1000, method) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("method", ["type_1", "type_2", "type_3"])
def test_a_written_share_of_people_is_whole_where_it_should_be(method):
    """0.28 of 25 people is the seventh, though the float is a hair more: every hundredth, 1 to 100 people."""
    wrong = [
        (people, percent)
        for people in range(1, 101)
        for percent in range(101)
        if quantile(range(1, people + 1), percent / 100, method)
        != hyndman_fan(list(range(1, people + 1)), Fraction(percent, 100), method)
    ]

    assert wrong == []


def test_quantile_is_the_spreadsheets():
    """Type 7 of Hyndman and Fan: the 90th percentile of 1..5 is 4.6."""
    assert quantile([1, 2, 3, 4, 5], 0.9) == pytest.approx(4.6)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: median([]), "median: there are no values"),
        (lambda: quantile([], 0.5), "quantile: there are no values"),
        (lambda: geometric_mean([-1, 2]), "geometric_mean: -1 is negative"),
        (lambda: harmonic_mean([0, 2]), "harmonic_mean: 0 is not positive"),
        (lambda: power_mean([-1, 2], 2), "power_mean: -1 is negative"),
        (lambda: standard_deviation([4], ddof=1), "standard_deviation: there is one person"),
        (lambda: weighted_mean([4], [0]), "weighted_mean: all weights are 0"),
    ],
)
def test_no_figure_is_invented(ask, says):
    with pytest.raises(Undefined, match=says):
        ask()


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: quantile([1, 2], 90), "quantile: 90 is not a share; write one from 0 to 1, such as 0.9"),
        (lambda: quantile([1, 2], 0.9, "type_10"), "quantile: 'type_10' is no type; it is one of type_1,"),
        (lambda: median([1, math.inf]), "median: value 2 is inf"),
        (lambda: standard_deviation([1, 2], ddof=2), "standard_deviation: ddof is 2; it is 0"),
        (lambda: power_mean([1, 2], math.inf), "power_mean: order inf is not finite"),
        (lambda: weighted_mean([1, 2], [1, math.nan]), "weighted_mean: weight 2 is nan"),
    ],
)
def test_mistakes_are_told_from_figures_without_a_value(ask, says):
    with pytest.raises(ValueError, match=says) as refused:
        ask()

    assert not isinstance(refused.value, Undefined)
