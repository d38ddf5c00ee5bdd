"""Answers from draws against what was planted: means, bands, chances, regret and differences in closed form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from policymodel.errors import HistoryError
from policymodel.simulate.answers import (
    ENOUGH,
    against,
    costs,
    drivers,
    over_budget,
    regrets,
    scores,
    worst_regions,
)
from policymodel.simulate.outcomes import ALL, outcomes_of
from simulate.planted import Planted, tables

NORTH, SOUTH = Planted(1_000_000, 50_000), Planted(2_000_000, 120_000, people=60)
TRUTH = {
    ("north", "old"): NORTH,
    ("north", "new"): replace(NORTH, mean=1_030_000),
    ("south", "old"): SOUTH,
    ("south", "new"): replace(SOUTH, spread=60_000),
}
BUDGET = {"north": 1_050_000, "south": 2_100_000}


def outcomes(truth=None, draws=4000, **more):
    made = tables(TRUTH if truth is None else truth, draws, **more)
    return outcomes_of(*(made[f"futures_{name}"] for name in ("totals", "replay", "common")))


@pytest.fixture(scope="module")
def many():
    return outcomes(budget=BUDGET)


def row(frame: pd.DataFrame, region: str, design: str) -> pd.Series:
    [found] = frame[(frame["region"] == region) & (frame["design"] == design)].to_dict("records")
    return pd.Series(found)


def group_spread(one: Planted, two: Planted) -> float:
    """Var(a + b) with the covariance that the common part plants."""
    both = one.common * two.common * one.spread * two.spread
    return float(np.sqrt(one.spread**2 + two.spread**2 + 2 * both))


def test_the_group_is_the_sum_of_its_regions_draw_by_draw(many):
    """Means add up and spreads do not: what is common makes the group's larger than independent luck would."""
    found = row(costs(many), ALL, "old")

    width = (found["high_80_minor"] - found["low_80_minor"]) / (2 * stats.norm.ppf(0.9))
    assert found["mean_minor"] == pytest.approx(3_000_000, abs=4 * found["error_minor"])
    assert width == pytest.approx(group_spread(NORTH, SOUTH), rel=0.04)
    assert np.array_equal(many.amount[0], many.amount[1:].sum(axis=0))
    assert (found["replay_minor"], found["people"]) == (3_000_000, 100)


@pytest.mark.parametrize("share", [80, 95])
def test_bands_are_the_quantiles_that_were_planted(many, share):
    """The true end lies between the draws that are told in each of eight ends (its interval is of 95 %: seed fixed)."""
    found = row(costs(many), "south", "old")
    for name, at in (("low", 0.5 - share / 200), ("high", 0.5 + share / 200)):
        true = stats.norm.ppf(at, 2_000_000, 120_000)

        assert found[f"{name}_{share}_from"] <= true <= found[f"{name}_{share}_to"]
        assert found[f"{name}_{share}_minor"] == pytest.approx(true, abs=12_000)


def test_the_error_of_the_mean_is_its_spread_over_the_root_of_draws(many):
    assert row(costs(many), "north", "old")["error_minor"] == pytest.approx(50_000 / 4000**0.5, rel=0.05)


def test_chance_over_budget_is_that_of_the_normal_curve(many):
    """North: one spread below its budget under `old`, 0.4 under `new`."""
    chances = over_budget(many)
    for design, away in (("old", 1.0), ("new", 0.4)):
        found = row(chances, "north", design)

        assert found["chance_low"] <= stats.norm.sf(away) <= found["chance_high"]
    assert row(chances, "north", "old")["overrun"] == pytest.approx(1_000_000 / 1_050_000 - 1, abs=0.003)
    top = 2_000_000 + 120_000 * stats.norm.ppf(0.95)
    assert row(chances, "south", "old")["overrun_95"] == pytest.approx(top / 2_100_000 - 1, abs=0.005)


def test_the_worst_region_is_the_one_most_often_over_its_budget(many):
    """Old: north is 1 spread below its budget and south 0.83; new: 0.4 and 1.67."""
    worst = worst_regions(over_budget(many)).set_index("design")["region"]

    assert worst.to_dict() == {"old": "south", "new": "north"}


def test_without_a_budget_nothing_is_said_of_one():
    assert over_budget(outcomes(draws=20)).empty


def test_regret_is_what_was_planted(many):
    """North: `new` costs 30,000 more in every draw. South: the two differ by 60,000 z, so each regrets 60,000 E[z+]."""
    found = regrets(many)
    north, south = row(found, "north", "new"), row(found, "south", "old")

    assert (north["regret"], north["best"]) == (pytest.approx(30_000, abs=1), 0)
    assert row(found, "north", "old")["regret"] == 0
    assert south["regret"] == pytest.approx(60_000 / np.sqrt(2 * np.pi), rel=0.06)
    assert south["regret_95"] == pytest.approx(60_000 * stats.norm.ppf(0.95), rel=0.06)
    assert south["best_share"] == pytest.approx(0.5, abs=0.03)


def test_where_a_score_is_the_aim_the_best_design_has_the_highest():
    """Scores of the two designs in the north: 70 and 71 points in every draw."""
    made = tables(TRUTH, 50)
    totals = made["futures_totals"]
    better = totals["design"] == "new"
    totals["score_sum"] = totals["person_periods"] * np.where(better, 7100, 7000)
    found = regrets(outcomes_of(totals, made["futures_replay"], made["futures_common"]), "score")

    assert row(found, "north", "old")["regret"] == pytest.approx(1.0)
    assert row(found, "north", "new")["best"] == 50


def test_a_difference_on_the_same_draws_loses_the_common_luck(many):
    """North: a constant 30,000, so no error at all; draws of their own would leave sqrt(2) x 50,000 / sqrt(4000)."""
    found = row(against(many, "old"), "north", "new")

    assert found["mean_minor"] == pytest.approx(30_000, abs=1)
    assert found["error_minor"] < 0.01
    assert found["apart_error_minor"] == pytest.approx(2**0.5 * 50_000 / 4000**0.5, rel=0.05)
    assert found["dearer"] == 4000


def test_trust_says_what_a_difference_is_and_what_it_rests_on():
    few = {key: replace(each, people=12) for key, each in TRUTH.items()}
    found = against(outcomes(few, draws=60), "old").set_index("region")["trust"]

    assert found["north"] == "always_dearer few_draws few_people"
    assert found["south"] == "inside_noise few_draws few_people"
    assert found[ALL] == "dearer_on_average few_draws few_people"


def test_trust_of_equal_and_of_cheaper_designs():
    truth = {
        ("north", "old"): NORTH,
        ("north", "same"): NORTH,
        ("north", "less"): replace(NORTH, mean=900_000),
    }
    found = against(outcomes(truth, draws=ENOUGH), "old").set_index(["region", "design"])["trust"]

    assert found["north", "same"] == "same"
    assert found["north", "less"] == "always_cheaper"


def test_noise_is_called_noise_as_often_as_it_should_be():
    """Two designs without a true difference: in about 95 of 100 runs the difference is inside the noise."""
    truth = {("north", "old"): NORTH, ("north", "new"): replace(NORTH, spread=100_000)}
    said = [against(outcomes(truth, draws=160, seed=seed), "old")["trust"].iloc[1] for seed in range(200)]

    assert 0.90 <= np.mean([each == "inside_noise" for each in said]) <= 0.99


def test_what_drives_the_spread_is_found(many):
    """Common is 0.8² of the variance; of it income has 0.81 / 0.90 and deposits the rest."""
    found = drivers(many)
    north = found[(found["region"] == "north") & (found["design"] == "old")].set_index("factor")

    assert north["share"].to_dict() == pytest.approx({"income": 0.64 * 0.9, "deposits": 0.64 * 0.1}, abs=0.03)
    assert north["explained"].iloc[0] == pytest.approx(0.64, abs=0.03)


def test_few_draws_do_not_tell_what_drives_the_spread():
    """Two factors need twelve draws."""
    assert drivers(outcomes(draws=11)).empty
    assert not drivers(outcomes(draws=12)).empty


def test_scores_are_a_mean_of_persons_and_periods(many):
    found = row(scores(many), "north", "old")

    assert found["mean"] == pytest.approx(70, abs=4 * found["error"])
    assert found["high_80"] - found["low_80"] == pytest.approx(10 * stats.norm.ppf(0.9), rel=0.05)


def test_bad_years_are_those_that_were_marked(many):
    """The mean over the tenth of draws with the lowest common factor: 0.8 x 50,000 x E[z | z < q10] below the mean."""
    below = 0.8 * 50_000 * stats.norm.pdf(stats.norm.ppf(0.1)) / 0.1
    found = row(costs(many), "north", "old")

    assert found["bad_minor"] == pytest.approx(1_000_000 - below, abs=6_000)


def test_a_region_that_is_left_out_is_not_in_the_group(many):
    only = many.keep(["south"])

    assert row(costs(only), ALL, "old")["mean_minor"] == row(costs(many), "south", "old")["mean_minor"]


def test_the_order_of_rows_makes_no_difference(many):
    made = tables(TRUTH, 200, budget=BUDGET)
    shuffled = made["futures_totals"].sample(frac=1, random_state=1)
    first = made["futures_totals"].iloc[[0]]
    ordered = pd.concat([first, shuffled.drop(index=0)])
    one, two = (
        against(outcomes_of(each, made["futures_replay"], made["futures_common"]), "old")
        for each in (made["futures_totals"], ordered)
    )

    keys = ["region", "design"]
    pd.testing.assert_frame_equal(
        one.sort_values(keys, ignore_index=True), two.sort_values(keys, ignore_index=True)
    )


@pytest.mark.parametrize("wrong", ["missing", "twice"])
def test_tables_that_lack_a_draw_of_a_region_are_refused(wrong):
    made = tables(TRUTH, 20)
    totals = made["futures_totals"]
    totals = (
        totals.drop(index=3) if wrong == "missing" else pd.concat([totals.drop(index=3), totals.iloc[[4]]])
    )

    with pytest.raises(HistoryError, match="a region, design or draw is missing, or there twice"):
        outcomes_of(totals, made["futures_replay"], made["futures_common"])
