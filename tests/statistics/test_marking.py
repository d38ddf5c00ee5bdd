"""Who marks high or low, and how far markers agree: published tables, the paired t test, closed forms, dummies."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from policymodel.statistics import Undefined, agreement, severities, weighted_kappa

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
)
"""Table 2 of Shrout and Fleiss (1979), Psychological Bulletin 86, 420-428: six targets by four judges."""
PAIRS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=20)


def laid_out(table):
    """Markers, subjects and marks of a table of subjects by markers; NaN was not marked."""
    subject, marker = np.nonzero(~np.isnan(table.astype(float)))
    return marker.tolist(), subject.tolist(), table[subject, marker].astype(float)


def test_published_correlations_of_six_targets_and_four_judges():
    """Table 4 of Shrout and Fleiss (1979): ICC(2,1) = .29 and ICC(3,1) = .71 (S2)."""
    found = agreement(*laid_out(SHROUT_FLEISS))

    assert found.absolute == pytest.approx(0.29, abs=0.005)
    assert found.consistent == pytest.approx(0.71, abs=0.005)
    # their analysis of variance: BMS 11.24, JMS 32.49, EMS 1.02
    assert found.rest == pytest.approx(1.02, abs=0.005)
    assert found.subjects == pytest.approx((11.24 - 1.02) / 4, abs=0.005)
    assert found.markers == pytest.approx((32.49 - 1.02) / 6, abs=0.005)


def test_of_two_markers_it_is_the_paired_t_test():
    """Everybody marked once by both (S2)."""
    one, other = [4, 5, 3, 2, 5, 4, 3], [3, 3, 3, 2, 4, 2, 3]
    marks = np.array([one, other]).T
    found = severities(
        [0, 1] * 7, np.repeat(range(7), 2).tolist(), np.repeat(range(7), 2).tolist(), marks.ravel()
    )
    test = stats.ttest_rel(one, other).confidence_interval(0.95)

    assert found[0].value == pytest.approx(np.mean(one) - np.mean(other))
    assert (found[0].low, found[0].high) == pytest.approx((test.low, test.high))
    assert (found[1].low, found[1].high) == pytest.approx((-test.high, -test.low))


def test_where_everybody_marks_everything_it_is_the_difference_of_means():
    found = severities(*laid_out(SHROUT_FLEISS)[:2], laid_out(SHROUT_FLEISS)[1], laid_out(SHROUT_FLEISS)[2])
    means = SHROUT_FLEISS.mean(axis=0)

    assert [each.value for each in found] == pytest.approx([4 / 3 * (each - means.mean()) for each in means])
    assert {(each.marks, each.people, each.others) for each in found} == {(6, 6, 3)}


def test_gaps_are_adjusted_for():
    """A kind marker who only met the weak is still the kind one: 1 higher than b, who is 1 higher than c."""
    #       a   b   c
    table = np.array([[3, 2, np.nan], [2, 1, np.nan], [np.nan, 5, 4], [np.nan, 4, 3]])
    found = severities(*laid_out(table)[:2], laid_out(table)[1], laid_out(table)[2])

    # effects 1, 0, -1: a against the mean of b and c, and so on
    assert [each.value for each in found] == pytest.approx([1.5, 0, -1.5])
    assert [math.isnan(each.low) for each in found] == [True, False, True]


@given(st.integers(0, 10_000))
def test_gaps_agree_with_dummies_solved_plainly(seed):
    """The same effects, and the same sandwich, from one large system with a column for each subject and marker."""
    chance = np.random.default_rng(seed)
    table = chance.integers(0, 6, (8, 3)).astype(float)
    table[chance.random(table.shape) < 0.2] = np.nan
    table[:2] = [[1, 2, 3], [4, 4, 2]]
    marker, subject, mark = laid_out(table)
    found = severities(marker, subject, subject, mark)
    several = {each for each in subject if subject.count(each) > 1}
    kept = [at for at, each in enumerate(subject) if each in several]
    marker, subject, mark = (
        np.array(marker)[kept],
        np.unique(np.array(subject)[kept], return_inverse=True)[1],
        mark[kept],
    )
    design = np.hstack([np.eye(subject.max() + 1)[subject], np.eye(3)[marker][:, 1:]])
    effect = np.linalg.lstsq(design, mark, rcond=None)[0]
    left = mark - design @ effect
    inverse = np.linalg.inv(design.T @ design)
    count = subject.max() + 1
    scores = np.stack([design[subject == each].T @ left[subject == each] for each in range(count)])
    spread = inverse @ scores.T @ scores @ inverse * count / (count - 1)
    contrast = np.zeros(design.shape[1])
    contrast[-2:] = -0.5
    width = stats.t.ppf(0.975, count - 1) * math.sqrt(max(contrast @ spread @ contrast, 0))

    assert found[0].value == pytest.approx(contrast @ effect)
    assert found[0].high - found[0].value == pytest.approx(width, abs=1e-7)


def test_markers_whom_nothing_joins_are_not_compared():
    assert severities([1, 2], ["x", "y"], ["x", "y"], [1, 5]) == []
    found = severities([1, 2, 3, 4], ["x", "x", "y", "y"], ["x", "x", "y", "y"], [1, 2, 5, 3])

    assert [(each.marker, round(each.value, 9), each.others) for each in found] == [
        (1, -1, 1),
        (2, 1, 1),
        (3, 2, 1),
        (4, -2, 1),
    ]


def test_agreement_with_gaps_is_found_again():
    """Planted variances 1, 0.25 and 0.16 over many subjects, each marked by two of twelve markers."""
    chance = np.random.default_rng(1)
    people, severity = chance.normal(0, 1, 4000), chance.normal(0, 0.5, 12)
    severity *= 0.5 / severity.std(ddof=1)
    who = np.array([chance.choice(12, 2, replace=False) for _ in people])
    marks = people[:, None] + severity[who] + chance.normal(0, 0.4, who.shape)
    found = agreement(who.ravel().tolist(), np.repeat(range(4000), 2).tolist(), marks.ravel())

    assert (found.subjects, found.rest) == pytest.approx((1, 0.16), rel=0.06)
    assert found.markers == pytest.approx(0.25, rel=0.06)


def test_cohens_kappa_where_there_are_two_marks():
    """With two marks every weight is the same: 20, 5, 10 and 15 cases make (0.7 - 0.5) ÷ (1 - 0.5), Cohen (1960)."""
    first = [1] * 25 + [0] * 25
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15

    assert weighted_kappa(first, second) == pytest.approx(0.4)


@given(PAIRS)
def test_quadratic_weights_over_the_table(pairs):
    """Cohen (1968): 1 - sum of w x observed ÷ sum of w x expected, from a table of 6 by 6 marks."""
    first, second = np.array(pairs).T
    observed = np.zeros((6, 6))
    np.add.at(observed, (first, second), 1 / len(pairs))
    weight = (np.arange(6)[:, None] - np.arange(6)) ** 2
    expected = (weight * np.outer(observed.sum(1), observed.sum(0))).sum()
    if expected == 0:
        with pytest.raises(Undefined):
            weighted_kappa(first, second)
    else:
        assert weighted_kappa(first, second) == pytest.approx(1 - (weight * observed).sum() / expected)


@pytest.mark.parametrize(
    ("markers", "subjects", "marks"),
    [([1, 2], [1, 2], [3, 4]), ([1, 2], [1, 1], [3, 4]), ([1, 2] * 3, [1, 1, 2, 2, 3, 3], [2] * 6)],
)
def test_what_says_nothing_is_undefined(markers, subjects, marks):
    """Nobody marked by two, one person only, all marks alike."""
    with pytest.raises(Undefined):
        agreement(markers, subjects, marks)
