"""Whether a rule touches more people than luck alone: closed forms, and planted truths (S6.10, S6.11)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, poisson

from policymodel.diagnostics.luck import luck_of_events, luck_of_scores, touched
from policymodel.draws import Draws

YEAR = np.full(200, 365)


@pytest.mark.parametrize(("events", "least"), [(60, 1), (60, 2), (300, 3)])
def test_with_equal_exposure_it_is_a_binomial(events, least):
    """Each of 200 people has the same chance, that of a Poisson variable to reach it: a binomial of SciPy."""
    counts = np.zeros(200, dtype=np.int64)
    counts[: events % 200] = 1
    counts[0] += events - counts.sum()
    luck = luck_of_events(counts, YEAR, least)
    oracle = binom(200, poisson.sf(least - 1, events / 200))

    assert luck.expected == pytest.approx(oracle.mean(), rel=1e-12)
    assert (luck.low, luck.high) == (oracle.ppf(0.025), oracle.ppf(0.975))
    assert luck.chance == pytest.approx(oracle.sf(luck.people - 1), abs=1e-12)


def test_who_is_there_for_half_the_year_counts_half():
    """One event among 365 + 182.5 days of two people: 1 - exp(-2/3) and 1 - exp(-1/3)."""
    luck = luck_of_events(np.array([1, 0, 0]), np.array([730, 365, 0]), 1)

    assert luck.expected == pytest.approx(2 - np.exp(-2 / 3) - np.exp(-1 / 3))


def test_luck_is_told_as_luck_and_a_planted_difference_as_more():
    """Where all have one rate the interval holds as often as it says; where a few cause most, it does not."""
    inside = 0
    for bank in range(200):
        rng = np.random.default_rng(bank)
        luck = luck_of_events(rng.poisson(0.2, 200), YEAR, 1)
        inside += not luck.more and not luck.fewer
    rng = np.random.default_rng(7)
    uneven = rng.poisson(np.where(np.arange(200) < 10, 4.0, 0.02))

    assert inside >= 188
    assert luck_of_events(uneven, YEAR, 1).fewer
    assert luck_of_events(uneven, YEAR, 2).more


def scores(differ: float, seed: int) -> np.ndarray:
    """Scores of 200 people in four periods of which a part is the person's own; a quarter lies below."""
    rng = np.random.default_rng(seed)
    score = differ * rng.standard_normal(200) + np.sqrt(1 - differ**2) * rng.standard_normal((4, 200))
    return score < np.quantile(score, 0.25, axis=1)[:, None]


def test_people_who_do_not_differ_are_touched_by_luck():
    """Exactly 50 of 200 lie below in each period. With four periods that know nothing of one another two in a row have
    1 - P(no two in a row): of the 16 patterns with p = 1/4 the eight without, 0.75^4 + 4 x 0.75^3/4 + 3 x 0.75^2/16."""
    known = np.ones((4, 200), dtype=bool)
    luck = luck_of_scores(scores(0.0, 3), known, 2, 2, Draws(5), "poor")
    expected = 200 * (1 - (0.75**4 + 4 * 0.75**3 * 0.25 + 3 * 0.75**2 * 0.25**2))

    assert luck.expected == pytest.approx(expected, abs=1.0)
    assert luck.low < expected < luck.high
    assert not luck.more
    assert not luck.fewer


def test_people_who_differ_are_touched_more_often():
    known = np.ones((4, 200), dtype=bool)
    luck = luck_of_scores(scores(0.9, 3), known, 2, 2, Draws(5), "poor")

    assert luck.more
    assert luck.chance < 0.01


def test_the_same_seed_gives_the_same_and_absent_scores_stay_absent():
    held, known = scores(0.5, 1), np.ones((4, 200), dtype=bool)
    known[2, :150] = False
    held &= known
    first, again = (luck_of_scores(held, known, 2, 3, Draws(5), "poor") for _ in range(2))

    assert first == again
    assert first != luck_of_scores(held, known, 2, 3, Draws(6), "poor")
    assert first.people == touched(held, 2, 3).sum()
