"""Rank correlation and concordance: published figures, SciPy, pairs counted one by one."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from policymodel.statistics import Undefined, kendall_tau_b, kendall_w, spearman_rho

PAIRS = st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=2, max_size=30).filter(
    lambda pairs: all(len(set(each)) > 1 for each in zip(*pairs, strict=True))
)
MARKS = st.integers(2, 6).flatmap(
    lambda people: st.lists(
        st.lists(st.integers(0, 4), min_size=people, max_size=people), min_size=2, max_size=6
    )
)


def test_published_kendall_and_spearman():
    """Docstrings of scipy.stats.kendalltau and spearmanr, https://github.com/scipy/scipy."""
    tau = kendall_tau_b([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])

    assert tau == pytest.approx(-0.47140452079103173, abs=1e-12)
    assert spearman_rho([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]) == pytest.approx(0.8207826816681233, abs=1e-12)


def test_published_concordance_with_ties():
    """http://wskqs.com/shisange/html/16708398671485.htm, three judges with equal ranks, prints 0.85."""
    judges = [[1, 4, 2.5, 5, 6, 2.5], [2, 3, 1, 5, 6, 4], [1.5, 3, 1.5, 4, 5.5, 5.5]]

    assert np.sum(judges, axis=0).tolist() == [4.5, 10, 5, 14, 17.5, 12]
    assert kendall_w(judges) == pytest.approx(0.85, abs=0.005)


@given(PAIRS)
def test_correlations_agree_with_scipy(pairs):
    x, y = zip(*pairs, strict=True)

    assert spearman_rho(x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)
    assert kendall_tau_b(x, y) == pytest.approx(stats.kendalltau(x, y).statistic, abs=1e-12)


@given(PAIRS)
def test_tau_counts_pairs(pairs):
    """Every pair of people looked at once, in whole numbers."""

    def order(one: int, other: int) -> int:
        return (one > other) - (one < other)

    signs = [(order(a[0], b[0]), order(a[1], b[1])) for a, b in combinations(pairs, 2)]
    agree = sum(one * other for one, other in signs)
    apart = [sum(map(abs, each)) for each in zip(*signs, strict=True)]

    assert kendall_tau_b(*zip(*pairs, strict=True)) == pytest.approx(agree / math.sqrt(math.prod(apart)))


def test_many_people():
    """Five thousand with ties in both, where no table of all pairs would do."""
    chance = np.random.default_rng(7)
    x = chance.normal(size=5000).round(2)
    y = (x + chance.normal(size=5000)).round(2)

    assert kendall_tau_b(x, y) == pytest.approx(stats.kendalltau(x, y).statistic, abs=1e-12)


@given(PAIRS)
def test_only_the_order_counts(pairs):
    """A rising curve changes nothing, a turned order turns the sign, both sides are alike; never beyond 1."""
    x, y = (np.array(each, dtype=float) for each in zip(*pairs, strict=True))
    for figure in (spearman_rho, kendall_tau_b):
        found = figure(x, y)

        assert figure(np.exp(x), y**3) == found
        assert figure(-x, y) == pytest.approx(-found, abs=1e-15)
        assert figure(y, x) == found
        assert figure(x, x) == 1
        assert figure(x, -x) == -1


def test_sums_of_decimals_that_are_equal_on_paper_are_ties():
    x, y = [0.1 + 0.2, 0.3, 1.0], [1, 2, 3]

    assert kendall_tau_b(x, y) == pytest.approx(2 / math.sqrt(6))
    assert spearman_rho(x, y) == pytest.approx(stats.spearmanr([0.3, 0.3, 1.0], y).statistic)


@given(MARKS)
def test_concordance_is_friedman_over_its_most(marks):
    """W = chi-squared / (m (n - 1)), SciPy's tie-corrected Friedman statistic, for three people or more."""
    judges, people = len(marks), len(marks[0])
    if all(len(set(row)) == 1 for row in marks):
        with pytest.raises(Undefined, match="kendall_w: every judge holds all equal"):
            kendall_w(marks)
        return
    if people < 3:
        return
    friedman = stats.friedmanchisquare(*np.array(marks).T).statistic

    assert kendall_w(marks) == pytest.approx(friedman / (judges * (people - 1)), abs=1e-12)


@given(st.lists(st.permutations(range(5)), min_size=2, max_size=6))
def test_concordance_is_the_mean_of_all_correlations(marks):
    """Without ties the mean Spearman of two judges is (m W - 1) / (m - 1)."""
    judges = len(marks)
    mean = np.mean([stats.spearmanr(one, other).statistic for one, other in combinations(marks, 2)])

    assert (judges * kendall_w(marks) - 1) / (judges - 1) == pytest.approx(mean, abs=1e-12)


def test_marks_or_their_ranks_and_either_direction():
    marks = np.array([[80, 95, 70, 70], [3.1, 4.0, 1.2, 2.2], [1, 9, 2, 2]])
    ranked = np.array([stats.rankdata(row) for row in marks])

    assert kendall_w(marks) == kendall_w(ranked) == pytest.approx(kendall_w(-marks))


def test_judges_who_agree_and_judges_who_cancel_out():
    assert kendall_w([[1, 2, 3]] * 4) == 1
    assert kendall_w([[1, 2, 3], [3, 2, 1]]) == 0


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: spearman_rho([1, 1], [1, 2]), "spearman_rho: all values of a figure are equal"),
        (lambda: kendall_tau_b([1, 2], [4, 4]), "kendall_tau_b: all values of a figure are equal"),
        (lambda: kendall_tau_b([1], [4]), "kendall_tau_b: there is one person; an order needs two"),
        (lambda: spearman_rho([], []), "spearman_rho: there are no values"),
        (lambda: kendall_w([[1], [2]]), "kendall_w: the number of people is 1; an order needs two or more"),
    ],
)
def test_no_figure_is_invented(ask, says):
    with pytest.raises(Undefined, match=says):
        ask()


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: spearman_rho([1, 2], [1, 2, 3]), "spearman_rho: 2 and 3 values; two for each person"),
        (lambda: kendall_tau_b([1, math.nan], [1, 2]), "kendall_tau_b: value 2 is nan"),
        (lambda: kendall_w([1, 2, 3]), "kendall_w: the values have 1 dimensions; a row for each judge"),
        (lambda: kendall_w([[1, 2, 3]]), "kendall_w: the number of judges is 1; agreement needs two"),
    ],
)
def test_mistakes_are_told_from_figures_without_a_value(ask, says):
    with pytest.raises(ValueError, match=says) as refused:
        ask()

    assert not isinstance(refused.value, Undefined)
