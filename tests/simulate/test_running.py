"""A futures run: the same tables whatever the chunks, workers and other regions; sums that can be checked by hand."""

from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import future_bank
from policymodel.draws import Draws
from policymodel.errors import DataGap
from policymodel.runner.workers import executor
from policymodel.simulate.region import Pricings, Region
from policymodel.simulate.running import Budget, Inputs, simulate
from policymodel.simulate.shocks import Common
from policymodel.simulate.tables import Futures, read_futures, write_futures

DRAWS = 4


@cache
def inputs() -> Inputs:
    return Inputs.of(
        future_bank.bank(),
        future_bank.YEARS,
        future_bank.designs(),
        future_bank.assumed(),
        future_bank.facts(),
        seed=2026,
        budget=Budget(share_of_income=0.06),
    )


@cache
def run() -> Futures:
    return simulate(inputs(), future_bank.assumed(), DRAWS)


def written(found: Futures, folder: Path) -> dict[str, bytes]:
    write_futures(found.tables, folder)
    return {each.name: each.read_bytes() for each in sorted(folder.iterdir())}


def test_chunks_change_no_byte(tmp_path: Path):
    expected = written(run(), tmp_path / "one")

    other = simulate(inputs(), future_bank.assumed(), DRAWS, cells=90)

    assert written(other, tmp_path / "two") == expected
    assert len(expected) == 4
    with ThreadPoolExecutor(1) as pool:
        others = simulate(inputs(), future_bank.assumed(), DRAWS, pool=pool)
    assert written(others, tmp_path / "pool") == expected


@pytest.mark.thorough
def test_workers_change_no_byte(tmp_path: Path):
    """Two processes, of which each prices some draws of each region."""
    expected = written(run(), tmp_path / "one")

    with executor(None, 2) as pool:
        other = simulate(inputs(), future_bank.assumed(), DRAWS, pool=pool, jobs=2)

    assert written(other, tmp_path / "two") == expected


def test_the_lowered_plan_pays_what_each_design_pays_by_itself(tmp_path: Path):
    expected = written(run(), tmp_path / "one")

    other = simulate(inputs(), future_bank.assumed(), DRAWS, direct=True)

    assert written(other, tmp_path / "two") == expected


def test_a_region_alone_and_more_draws_leave_its_draws_as_they_were():
    alone = replace(inputs(), regions=("north",))

    more = simulate(alone, future_bank.assumed(), DRAWS + 1)["futures_totals"]

    both = run()["futures_totals"]
    expected = both[both["region"] == "north"].reset_index(drop=True)
    pd.testing.assert_frame_equal(more[more["draw"] < DRAWS].reset_index(drop=True), expected)


def test_a_region_that_is_done_is_let_go_at_once():
    """One is in memory at a time; what refers to itself, or is kept by a plan, would stay for many regions."""
    given = inputs()
    pricings = Pricings(given.designs)
    common, years = Common(given.growths, Draws(1), 2), (given.plan_year, given.base_year)
    history = future_bank.region_of_bank("north")
    assumed, nowhere = future_bank.assumed(), np.zeros(2, dtype=bool)
    region = Region.of("north", history, years, given.designs, assumed, common, Draws(1), pricings)
    region.priced(0, 2, nowhere)
    aged = weakref.ref(region.aged)

    gc.disable()
    try:
        del region
        assert aged() is None
    finally:
        gc.enable()


def test_another_seed_gives_other_draws():
    other = simulate(replace(inputs(), seed=7, regions=("north",)), future_bank.assumed(), 1)[
        "futures_totals"
    ]

    mine = run()["futures_totals"].query("region == 'north' and draw == 0")
    assert (other["amount_minor"].to_numpy() != mine["amount_minor"].to_numpy()).all()


def test_the_people_add_up_to_the_totals():
    people, totals = run()["futures_people"], run()["futures_totals"]

    keys = ["region", "design"]
    assert (totals["not_computed"] == 0).all()
    assert (
        people.groupby(keys)["sum_minor"].sum().to_dict()
        == totals.groupby(keys)["amount_minor"].sum().to_dict()
    )


def test_change_against_the_baseline_is_the_difference_of_the_sums():
    people = run()["futures_people"].set_index(["design", "manager_id"])

    base, other = people.loc["published"], people.loc["proposal"]
    assert (other["sum_change_minor"] == other["sum_minor"] - base["sum_minor"]).all()
    assert (base[["loses", "gains", "sum_change_minor"]] == 0).all(axis=None)
    assert (other["bad_draws"] == 1).all()  # the lowest tenth of four draws
    assert (other["loses"] + other["gains"] <= other["draws"]).all()
    assert other["loses"].sum() + other["gains"].sum() > 0


def test_replay_is_last_year_as_it_was():
    shown = run()["futures_replay"].set_index(["region", "design"])["amount_minor"]

    for region in ("north", "east"):
        # everybody: those of the separate book are 1 in each region and are paid by its own scheme
        assert 0 < shown[region, "published"] < shown[region, "proposal"] * 2


def test_a_bad_year_is_known_before_anything_is_priced():
    common = run()["futures_common"]
    lines = common[common["factor"].isin(["fee", "deposit", "interest"])]

    mean = np.log(lines.pivot(index="draw", columns="factor", values="value")).mean(axis=1)
    bad = common.groupby("draw")["bad_year"].first()
    assert bad.sum() == 1
    assert bad.idxmax() == mean.idxmin()


def test_resampled_people_are_another_question_with_the_same_mean_scale():
    resampled = future_bank.assumed().model_copy(update={"people": "resampled"})

    found = simulate(replace(inputs(), regions=("north",)), resampled, DRAWS)["futures_totals"]

    held = run()["futures_totals"].query("region == 'north'")
    assert (found["person_periods"].to_numpy() == held["person_periods"].to_numpy()).all()
    assert (found["amount_minor"].to_numpy() != held["amount_minor"].to_numpy()).any()
    ratio = found["amount_minor"].mean() / held["amount_minor"].mean()
    assert 0.8 < ratio < 1.25


def test_single_transactions_are_refused_in_one_sentence():
    card = future_bank.scheme("schemes/s3_product_mix")
    designs = replace(
        future_bank.designs(), own={"mix": (card, None)}, plans={"separate_book": None}, baseline="mix"
    )

    with pytest.raises(DataGap, match="single transactions, which are not drawn"):
        simulate(replace(inputs(), designs=designs, growths=future_bank.NOBODY), future_bank.assumed(), 2)


def test_no_draws_are_refused():
    with pytest.raises(DataGap, match="0 draws are none"):
        simulate(inputs(), future_bank.assumed(), 0)


def test_tables_come_back_as_they_were(tmp_path: Path):
    write_futures(run().tables, tmp_path)

    back = read_futures(tmp_path)

    for name, frame in run().tables.items():
        pd.testing.assert_frame_equal(back[name], frame)
