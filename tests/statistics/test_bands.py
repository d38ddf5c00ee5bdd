"""Bands, chances and shares of a spread from draws: closed forms, published figures, SciPy, counted coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from policymodel.statistics import Undefined
from policymodel.statistics.bands import (
    chance,
    draws_for,
    end_of_band,
    error_of_mean,
    mean_of_draws,
    shares_of_spread,
)


def test_published_wilson_intervals():
    """Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3: 81/263, 15/148, 0/20, 1/29."""
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }

    for (times, count), (low, high) in published.items():
        found = chance(times, count)
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_a_chance_needs_draws():
    with pytest.raises(Undefined, match="0 of 0 draws"):
        chance(0, 0)


def test_the_mean_has_students_interval():
    values = np.random.default_rng(1).normal(5, 2, 40)
    expected = stats.t.interval(0.95, 39, values.mean(), stats.sem(values))

    found = mean_of_draws(values)

    assert (found.low, found.high) == pytest.approx(expected, rel=1e-12)
    assert error_of_mean(values) == pytest.approx(stats.sem(values), rel=1e-12)


def test_a_single_draw_has_no_error():
    assert math.isnan(error_of_mean([3.0]))
    assert math.isnan(mean_of_draws([3.0]).low)


@pytest.mark.parametrize("share", [0.025, 0.1, 0.9, 0.975])
def test_the_interval_of_an_end_is_that_of_order_statistics(share):
    """SciPy's own interval of a quantile (QuantileTestResult.confidence_interval), which is built the same way."""
    values = np.random.default_rng(2).normal(size=300)
    expected = stats.quantile_test(values, q=np.quantile(values, share), p=share).confidence_interval(0.95)

    found = end_of_band(values, share)

    assert (found.low, found.high) == (expected.low, expected.high)


def test_one_more_draw_lies_in_a_band_as_often_as_it_says():
    """200 draws and one more, 4,000 times, skewed: 80 in 100 lie between the ends, within what chance allows."""
    draws = np.random.default_rng(3).lognormal(size=(4000, 60))
    inside = sum(
        end_of_band(row[:-1], 0.1).value <= row[-1] <= end_of_band(row[:-1], 0.9).value for row in draws
    )

    assert 0.78 <= inside / 4000 <= 0.82


def test_too_few_draws_have_no_end():
    """The 16th part is the least that 15 draws can tell; of 16 draws an end at 10 % has no lower side."""
    assert math.isnan(end_of_band(range(15), 0.05).value)
    assert end_of_band(range(16), 0.1).value == pytest.approx(0.7)
    assert math.isnan(end_of_band(range(16), 0.1).low)


@pytest.mark.parametrize("share", [0.025, 0.1])
def test_from_so_many_draws_on_an_end_has_both_sides(share):
    count = draws_for(share)

    assert not math.isnan(end_of_band(range(count), share).low)
    assert math.isnan(end_of_band(range(count - 1), share).low)
    assert not math.isnan(end_of_band(range(count), 1 - share).high)


def test_shares_of_a_spread_are_those_that_were_planted():
    """y = 3a + 2b + e with unit variances: 9/14, 4/14, none of c, the rest is e."""
    rng = np.random.default_rng(4)
    factors = rng.normal(size=(4000, 3))
    values = 3 * factors[:, 0] + 2 * factors[:, 1] + rng.normal(size=4000)

    shares, whole = shares_of_spread(factors, values)

    assert shares == pytest.approx([9 / 14, 4 / 14, 0], abs=0.03)
    assert whole == pytest.approx(13 / 14, abs=0.01)


def test_what_chance_would_give_is_taken_off():
    """Twelve factors without any influence in 40 draws: R² is 12/39 on average, and none of it is theirs."""
    rng = np.random.default_rng(5)
    wholes = [shares_of_spread(rng.normal(size=(40, 12)), rng.normal(size=40))[1] for _ in range(300)]

    assert abs(np.mean(wholes)) < 0.03


def test_shares_add_up_to_the_adjusted_part_explained():
    rng = np.random.default_rng(6)
    factors, values = rng.normal(size=(50, 4)), rng.normal(size=50)
    design = np.column_stack([np.ones(50), factors])
    left = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    plain = 1 - left @ left / ((values - values.mean()) @ (values - values.mean()))

    shares, whole = shares_of_spread(factors, values)

    assert whole == pytest.approx(1 - (1 - plain) * 49 / 45, abs=1e-12)
    assert shares.sum() == pytest.approx(whole, abs=1e-12)


def test_a_factor_that_never_moves_has_no_share():
    rng = np.random.default_rng(7)
    factors = np.column_stack([rng.normal(size=30), np.full(30, 0.3)])

    assert shares_of_spread(factors, factors[:, 0])[0][1] == 0.0


@pytest.mark.parametrize("values", [[1.0, 1, 1, 1], [1.0, 2, 3]])
def test_what_has_no_spread_or_too_few_draws_is_undefined(values):
    factors = np.arange(len(values) * 2.0).reshape(len(values), 2)

    with pytest.raises(Undefined):
        shares_of_spread(factors, values)
