"""Tables of a futures run with a known truth: normal totals with planted means, spreads, correlations and factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Planted:
    """One region under one design: mean and standard deviation in minor units, the part of it that is common."""

    mean: float
    spread: float
    common: float = 0.8
    replay: int = 0
    people: int = 40


def tables(
    truth: Mapping[tuple[str, str], Planted],
    draws: int,
    seed: int = 0,
    budget: Mapping[str, int] | None = None,
    factors: Sequence[tuple[str, float]] = (("income", 0.9), ("deposits", 0.3)),
) -> dict[str, pd.DataFrame]:
    """`futures_totals`, `futures_replay` and `futures_common`.

    The common factor is the weighted sum of the `factors`, of variance one; the rest is a region's own luck, the same
    under every design, so that designs of equal spread differ by a constant.
    """
    rng = np.random.default_rng(seed)
    names, weights = zip(*factors, strict=True)
    values = rng.normal(size=(draws, len(names)))
    common = values @ np.array(weights) / np.linalg.norm(weights)
    regions = list(dict.fromkeys(region for region, _ in truth))
    own = {region: rng.normal(size=draws) for region in regions}
    totals, replay = [], []
    for (region, design), its in truth.items():
        luck = its.common * common + np.sqrt(1 - its.common**2) * own[region]
        amount = np.rint(its.mean + its.spread * luck).astype(np.int64)
        frame = pd.DataFrame(
            {"region": region, "design": design, "draw": range(draws), "amount_minor": amount}
        )
        frame["score_sum"] = np.rint(its.people * (7000 + 500 * luck)).astype(np.int64)
        totals.append(
            frame.assign(
                person_periods=its.people,
                not_computed=0,
                budget_minor=pd.array([None if budget is None else budget[region]] * draws, dtype="Int64"),
            )
        )
        last = its.replay or int(its.mean)
        replay.append({"region": region, "design": design, "amount_minor": last, "people": its.people})
    lowest = common <= np.sort(common)[max(0, draws // 10 - 1)]
    long = [
        pd.DataFrame({"draw": range(draws), "factor": name, "value": values[:, at], "bad_year": lowest})
        for at, name in enumerate(names)
    ]
    return {
        "futures_totals": pd.concat(totals, ignore_index=True),
        "futures_replay": pd.DataFrame(replay),
        "futures_common": pd.concat(long, ignore_index=True),
    }


def people(*rows: tuple[object, ...], draws: int = 100, bad: int = 10) -> pd.DataFrame:
    """`futures_people` from (region, design, manager, mean pay, loses, gains, mean change, that of bad years)."""
    names = ["region", "design", "manager_id", "mean", "loses", "gains", "change", "bad_change"]
    frame = pd.DataFrame(rows, columns=names)
    return pd.DataFrame(
        {
            **{name: frame[name] for name in names[:3]},
            "draws": draws,
            "sum_minor": (frame["mean"] * draws).astype("int64"),
            "sum_of_squares": frame["mean"].astype(float) ** 2 * draws,
            "loses": frame["loses"].astype("int64"),
            "gains": frame["gains"].astype("int64"),
            "sum_change_minor": (frame["change"] * draws).astype("int64"),
            "bad_draws": bad,
            "bad_sum_change_minor": (frame["bad_change"] * bad).astype("int64"),
        }
    )


def everybody(
    truth: Mapping[tuple[str, str], Planted], draws: int, baseline: str, seed: int = 0
) -> pd.DataFrame:
    """`futures_people` of as many people as `truth` plants: shares of losing and winning all over the range."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for (region, design), its in truth.items():
        mean = its.mean / its.people
        for at in range(its.people):
            if design == baseline:
                rows.append((region, design, f"{region}{at}", mean, 0, 0, 0, 0))
                continue
            loses = int(rng.integers(0, draws + 1))
            gains = int(rng.integers(0, draws - loses + 1))
            change = mean * 0.1 * (gains - loses) / draws
            rows.append(
                (region, design, f"{region}{at}", mean + change, loses, gains, change, change - mean / 50)
            )
    return people(*rows, draws=draws, bad=max(1, draws // 10))


def write(tables: Mapping[str, pd.DataFrame], folder: Path) -> Path:
    """Each table as a Parquet file of its name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    return folder
