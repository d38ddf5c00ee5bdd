"""Winners and losers over many futures: people by their chance, in expectation and in bad years; counts alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LIKELY = 0.8
"""In at least this share of draws, so that somebody counts as a likely loser or winner."""
BY_CHANCE = ("likely_loses", "undecided", "likely_same", "likely_gains")
BY_CHANGE = ("loses", "same", "gains")
SIDES: Mapping[str, tuple[str, ...]] = {"chance": BY_CHANCE, "expected": BY_CHANGE, "bad": BY_CHANGE}
"""The sides of each view, from losing to gaining: by chance, by the mean change of all draws, of the bad years."""


def moved(people: pd.DataFrame, baseline: str, no_change: float) -> pd.DataFrame:
    """How many people stand on which side of the baseline, from `futures_people`.

    By chance: in at least four of five draws the year's pay is more than `no_change` below (above) the baseline's, or
    neither; all others are undecided. By change: the mean change over all draws, or over the bad years, is more than
    `no_change` of the person's mean pay under the baseline. Somebody without pay under the baseline is moved by any
    change; without bad years the view `bad` has no rows.

    Returns
    -------
    region, design (not the baseline), view (chance, expected, bad), side, people; every side has a row, zeros too.
    """
    keys = ["region", "manager_id"]
    before = people[people["design"] == baseline].set_index(keys)
    level = (before["sum_minor"] / before["draws"]).rename("before")
    other = people[people["design"] != baseline].join(level, on=keys)
    frames = []
    for view, sides in SIDES.items():
        rows = other if view != "bad" else other[other["bad_draws"] > 0]
        if rows.empty:
            continue
        side = _by_chance(rows) if view == "chance" else _by_change(rows, view, no_change)
        counted = rows.groupby(
            ["region", "design", pd.Series(side, index=rows.index, name="side")], sort=False
        )
        every = pd.MultiIndex.from_product(
            [rows["region"].unique(), rows["design"].unique(), sides], names=["region", "design", "side"]
        )
        frames.append(
            counted.size().reindex(every, fill_value=0).rename("people").reset_index().assign(view=view)
        )
    columns = ["region", "design", "view", "side", "people"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def _by_chance(rows: pd.DataFrame) -> NDArray[np.str_]:
    draws = rows["draws"].to_numpy(dtype=np.float64)
    loses, gains = (rows[each].to_numpy(dtype=np.float64) for each in ("loses", "gains"))
    # of whole numbers, so that four of five is four of five
    likely = [part >= np.round(LIKELY * draws, 9) for part in (loses, gains, draws - loses - gains)]
    return np.select(likely, ["likely_loses", "likely_gains", "likely_same"], "undecided")


def _by_change(rows: pd.DataFrame, view: str, no_change: float) -> NDArray[np.str_]:
    total, draws = ("bad_sum_change_minor", "bad_draws") if view == "bad" else ("sum_change_minor", "draws")
    change = (rows[total] / rows[draws]).to_numpy(dtype=np.float64)
    edge = no_change * np.maximum(rows["before"].to_numpy(dtype=np.float64), 0.0)
    return np.select([change < -edge, change > edge], ["loses", "gains"], "same")
