"""Who moves between designs, by band and on average, and what of it may be shown: one rule for region and group."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from policymodel.comparison import BANDS, Unit
from policymodel.disclosure import shown_groups, withheld_parts

CELL = ["by", "group", "band"]
GROUP = ["by", "group"]
SIDES = {"loses": BANDS[:2], "same": BANDS[2:3], "gains": BANDS[3:]}
"""Which way somebody moves, and in which bands."""


def count_moves(moves: pd.DataFrame, groups: pd.DataFrame, unit: Unit) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Bands and change of one design, for everybody and by each grouping, without `shown`.

    `moves` has manager_id, band and change; `groups` has manager_id and a column for each grouping. Every
    group has a row for every band, also where it counts nobody.
    """
    names = [each for each in groups if each != "manager_id"]
    long = moves.merge(groups, on="manager_id").melt(["band", "change"], names, "by", "group")
    counts = long.groupby(GROUP, sort=True)["band"].value_counts().unstack(fill_value=0)
    cells = counts.reindex(columns=pd.Index(BANDS, name="band"), fill_value=0).stack()
    sums = long.groupby(GROUP, sort=True)["change"].agg(["size", "sum"]).reset_index()
    change = sums.rename(columns={"size": "people", "sum": "total_change"})
    return cells.to_frame("people").reset_index(), with_mean(change.assign(unit=unit))


def count_directions(moves: pd.DataFrame) -> pd.DataFrame:
    """How many lose, stay and gain under one design, and what they lose and gain in all, without `shown`."""
    side = moves["band"].map({band: side for side, bands in SIDES.items() for band in bands})
    sums = moves["change"].groupby(side).agg(["size", "sum"]).reindex(list(SIDES), fill_value=0)
    return sums.rename(columns={"size": "people", "sum": "total_change"}).reset_index(names="side")


def shown_directions(
    directions: pd.DataFrame, bands: pd.DataFrame, others: int, threshold: int
) -> list[bool]:
    """Which directions may be shown beside the bands (with `shown`) and what the designs cost.

    A side is known where its bands are shown, or where they are all that is withheld. None is where few people are in
    the cost and not compared: what everybody gains and loses would tell what they do.

    >>> bands = pd.DataFrame({"by": "all", "band": BANDS, "shown": [True, False, False, True, True]})
    >>> directions = pd.DataFrame({"side": list(SIDES), "people": [20, 12, 30]})
    >>> shown_directions(directions, bands, 0, 10), shown_directions(directions, bands, 3, 10)
    ([False, False, True], [False, False, False])
    """
    away = set(bands.loc[(bands["by"] == "all") & ~bands["shown"], "band"])
    unknown = [bool(away & set(SIDES[side])) and not away <= set(SIDES[side]) for side in directions["side"]]
    few = 0 < others < threshold
    hidden = withheld_parts(directions["people"], threshold, [few or each for each in unknown])
    return [not each for each in hidden.tolist()]


def with_mean(change: pd.DataFrame) -> pd.DataFrame:
    """Change with the mean change a person."""
    return change.assign(mean_change=change["total_change"] / change["people"])


def left_out(cost: pd.DataFrame, designs: Iterable[str], compared: int) -> int:
    """How many people are paid under one of the designs and not among the compared; the fewest, if any are.

    >>> left_out(pd.DataFrame({"design": ["now", "next"], "people": [60, 57]}), ("now", "next"), 57)
    3
    """
    beyond = cost.loc[cost["design"].isin(list(designs)), "people"] - compared
    return int(beyond[beyond > 0].min()) if (beyond > 0).any() else 0


def shown_change(change: pd.DataFrame, others: int, threshold: int) -> pd.Series:
    """Which groups' change may be shown beside what the designs cost.

    The difference in cost is the change of everybody compared and of the `others`, who are not: they count as one
    more group of every grouping, so that where they are few another group's change hides theirs. They hide no other
    group's people, who must be hidden without them.

    >>> change = pd.DataFrame({"by": ["all", "grade", "grade"], "people": [60, 25, 35]})
    >>> shown_change(change, 0, 10).tolist(), shown_change(change, 3, 10).tolist()
    ([True, True, True], [False, False, True])
    >>> shown_change(pd.DataFrame({"by": "grade", "people": [6, 10, 18]}), 6, 10).tolist()
    [False, False, True]
    """
    rest = pd.DataFrame({"by": change["by"].unique(), "people": others, "also": False})
    mine = change[["by", "people"]].assign(also=~shown_groups(change, threshold))
    groups = pd.concat([mine, rest], ignore_index=True)
    shown = shown_groups(groups, threshold, groups["also"])
    return pd.Series(shown.to_numpy()[: len(change)], index=change.index)
