"""The answers about next year as a page may show them: regions with too few people left out, few people withheld."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from policymodel.disclosure import withheld_parts
from policymodel.simulate.answers import against, costs, drivers, over_budget, regrets, scores, worst_regions
from policymodel.simulate.moved import SIDES, moved
from policymodel.simulate.outcomes import ALL, Outcomes, outcomes_of
from policymodel.simulate.tables import read_futures

BESIDE = ("futures_growth", "futures_notes", "backtest")
"""Tables that a run may have beside those of `simulate.tables`."""

Tables = Mapping[str, pd.DataFrame]


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of a futures run, and those that stand beside them."""
    beside = {name: folder / f"{name}.parquet" for name in BESIDE}
    return {
        **read_futures(folder),
        **{name: pd.read_parquet(file) for name, file in beside.items() if file.is_file()},
    }


def futures_figures(
    tables: Tables, baseline: str, no_change: float, smallest_cell: int
) -> tuple[dict[str, pd.DataFrame], int]:
    """The tables of the page, and how many regions are in none of them because they have too few people.

    The group is the sum of the regions that stay, as on the group's page of a run, so that nothing about the others
    can be found by subtraction. Of people only counts over the whole group are kept, with what of them is `shown`.
    """
    whole = outcomes_of(tables["futures_totals"], tables["futures_replay"], _growing(tables))
    people = whole.people.min(axis=1)
    inside = [
        region
        for region, count in zip(whole.regions, people, strict=True)
        if region != ALL and count >= smallest_cell
    ]
    left_out = len(whole.regions) - 1 - len(inside)
    if not inside:
        return {}, left_out
    found = whole.keep(inside)
    chances = over_budget(found)
    figures = {
        "futures_cost": costs(found),
        "futures_score": scores(found),
        "futures_chance": chances,
        "futures_worst": worst_regions(chances) if len(chances) and len(inside) > 1 else pd.DataFrame(),
        "futures_regret": regrets(found),
        "futures_score_regret": regrets(found, "score") if len(scores(found)) else pd.DataFrame(),
        "futures_against": against(found, baseline),
        "futures_drivers": drivers(found),
        "futures_moved": _moved(tables["futures_people"], inside, baseline, no_change, smallest_cell),
        "people": _without_figure(found, smallest_cell),
        **{name: tables[name] for name in BESIDE if name in tables},
    }
    return figures, left_out


def _growing(tables: Tables) -> pd.DataFrame:
    """The common factors, without those of marks, shares and days, which are drawn along and move nothing."""
    common, growth = tables["futures_common"], tables.get("futures_growth", pd.DataFrame())
    known = common["factor"].isin(growth["factor"]) if len(growth) else pd.Series(False, index=common.index)
    return common[known] if known.any() else common


def _moved(
    people: pd.DataFrame, inside: list[str], baseline: str, no_change: float, smallest_cell: int
) -> pd.DataFrame:
    """People by side over the whole group; a side of too few is withheld, and with it what would reveal it."""
    sides = moved(people[people["region"].isin(inside)], baseline, no_change)
    keys = ["design", "view", "side"]
    group = sides.groupby(keys, sort=False, as_index=False)["people"].sum()
    order = {side: at for names in SIDES.values() for at, side in enumerate(names)}
    group = group.sort_values("side", key=lambda side: side.map(order), kind="stable")
    frames = []
    for _, rows in group.groupby(["design", "view"], sort=False):
        hidden = withheld_parts(rows["people"], smallest_cell, ordered=True)
        frames.append(rows.assign(shown=~hidden))
    table = pd.concat(frames, ignore_index=True) if frames else group.assign(shown=False)
    return table.assign(people=table["people"].astype("Int64").mask(~table["shown"]))


def _without_figure(found: Outcomes, smallest_cell: int) -> pd.DataFrame:
    """In how many people no figure could be computed in the draw with most of them; blank where they are few."""
    most = found.not_computed[0].max(axis=1).astype(int)
    table = pd.DataFrame({"region": ALL, "design": found.designs, "not_computed": most})
    few = table["not_computed"].between(1, smallest_cell - 1)
    zero = dict.fromkeys(("base_nonpositive", "clipped_score", "carried_negative", "envelope_breaches"), 0)
    return table.assign(not_computed=table["not_computed"].astype("Int64").mask(few), **zero)
