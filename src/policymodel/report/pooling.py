"""The group: what the regions wrote, added up; no other source, and the same rules of what may be shown."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from policymodel.disclosure import SMALLEST_CELL, Counts, pooled, shown_groups
from policymodel.errors import HistoryError, Problem
from policymodel.exposure import given_away
from policymodel.report.adding_up import check_group
from policymodel.report.indicators import divide
from policymodel.report.moves import CELL, GROUP, left_out, shown_change, with_mean
from policymodel.report.result_tables import PARTS, Results, mark_counts, read_results, typed

# What stands in `region` in the group's own tables.
ALL, LEFT_OUT = "all", "left_out"
SUMMED = ["amount_minor", "people", *PARTS, "envelope_breaches", "compared"]
SUMS_OF_INDICATORS = ["actual_to_date", "target", "people"]
# Outlets are a region's own; in the group their place is taken by the regions.
GROUPINGS = ("all", "grade")


def group_results(
    folders: Iterable[Path | str], baseline: str, smallest_cell: int = SMALLEST_CELL
) -> dict[str, pd.DataFrame]:
    """The group's result tables, from nothing but the tables of the regions.

    A region with fewer people than the smallest cell is in none of the group's figures: its cost, its budget and
    its people stand in rows of their own (region `left_out`, not shown), so that the group is the sum of all its
    regions to the cent. A figure over regions is shown only where it tells nothing about those whose pages withhold it.
    Raises PolicymodelError where anything does not add up.
    """
    everything = [read_results(folder) for folder in folders]
    if not everything:
        raise HistoryError(
            "group", [Problem("", "no region has written any results", "run the regions first")]
        )
    inside = [each for each in everything if each["people"]["compared"].max() >= smallest_cell]
    outside = [each for each in everything if each["people"]["compared"].max() < smallest_cell]
    group: dict[str, pd.DataFrame] = {}
    hidden: dict[str, pd.DataFrame] = {}
    for name, keys in {"cost": ["design", "item"], "people": ["design"], "budget": ["rule"]}.items():
        rows = [
            _added(_stacked(each, name), keys).assign(region=region, shown=region == ALL)
            for region, each in ((ALL, inside), (LEFT_OUT, outside))
        ]
        group[name] = pd.concat(rows, ignore_index=True).assign(withheld="")
        hidden[name] = _hidden(group[name], _stacked(inside, name), keys, smallest_cell)
    group["indicators"] = _indicators(_stacked(inside, "indicators"), smallest_cell)
    keys = ["design", "line", "period"]
    hidden["indicators"] = _hidden(group["indicators"], _stacked(inside, "indicators"), keys, smallest_cell)
    group["scores"] = _scores(_stacked(inside, "scores"))
    # Ranks are of a region's own people, so the regions' groups stand beside each other.
    group |= {name: _stacked(inside, name) for name in ("contribution", "alignment")}
    group["bands"], group["change"] = _moves(inside, group["cost"], baseline, smallest_cell)
    results = {
        name: typed(name, frame.assign(region=frame.get("region", ALL))) for name, frame in group.items()
    }
    check_group(results, everything)
    return mark_counts(results, smallest_cell, hidden)


def regions_left_out(folders: Iterable[Path | str], smallest_cell: int = SMALLEST_CELL) -> int:
    """How many regions have too few people to be in any figure of the group's page."""
    return sum(read_results(each)["people"]["compared"].max() < smallest_cell for each in folders)


def _stacked(regions: Sequence[Results], name: str) -> pd.DataFrame:
    frames = [each[name] for each in regions]
    return pd.concat(frames, ignore_index=True) if frames else typed(name, pd.DataFrame())


def _added(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    sums = [each for each in SUMMED if each in rows]
    return rows.groupby(keys, sort=False, as_index=False)[sums].sum()


def _hidden(group: pd.DataFrame, rows: pd.DataFrame, keys: list[str], threshold: int) -> pd.DataFrame:
    """Counts of the group's rows that would reveal what a region's page withholds."""
    counts = [each for each in ("people", *PARTS) if each in rows]
    away = pd.DataFrame(False, index=group.index, columns=counts)
    for count in counts if "withheld" in rows else ():
        shown = [count not in each.split() for each in rows["withheld"]]
        away[count] = ~_pooled(group, rows.assign(people=rows[count], shown=shown), keys, threshold)
    return away


def _pooled(group: pd.DataFrame, rows: pd.DataFrame, keys: list[str], threshold: int) -> pd.Series:
    """For each of the group's rows whether the sum hides every region that withholds its own."""
    safe = pooled(rows, keys, threshold).rename("safe").rename_axis(keys).reset_index()
    found = group[keys].merge(safe, on=keys, how="left")["safe"]
    return pd.Series(found.fillna(True).to_numpy(dtype=bool), index=group.index)


def _indicators(rows: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Sums over regions; a ratio or a mean is made again from its sums."""
    keys = ["design", "line", "period", "measure"]
    for value, by in (("actual", "divisor"), ("previous_actual", "previous_divisor")):
        rows = rows.assign(**{value: rows[value] * rows[by].fillna(1.0)})
    columns = ["actual", "previous_actual", "divisor", "previous_divisor", *SUMS_OF_INDICATORS]
    group = rows.groupby(keys, sort=False)[columns].sum(min_count=1).reset_index()
    for value, by in (("actual", "divisor"), ("previous_actual", "previous_divisor")):
        ratio = divide(group[value].to_numpy(), group[by].to_numpy())
        group[value] = group[value].where(group[by].isna(), ratio)
    attainment = divide(group["actual_to_date"].to_numpy(), group["target"].to_numpy())
    shown = (group["people"] >= threshold) & _pooled(group, rows, keys, threshold)
    return group.assign(attainment=attainment, shown=shown, withheld="")


def _scores(rows: pd.DataFrame) -> pd.DataFrame:
    """The regions' bins joined at the edges they have in common; regions with a single bin are not counted.

    Any finer bin would take one region's bins apart with the help of the others'.
    """
    frames = []
    for design, bins in rows.groupby("design", sort=False):
        cuts = {region: set(each["lower"].sort_values().iloc[1:]) for region, each in bins.groupby("region")}
        several = [each for each in cuts.values() if each]
        common = sorted(set.intersection(*several)) if several else []
        counted = bins[bins["region"].map(lambda region, cuts=cuts: bool(cuts[region]))] if common else bins
        place = np.searchsorted(common, counted["lower"], side="right")
        people = counted.groupby(place)["people"].sum()
        lower, upper = [counted["lower"].min(), *common], [*common, counted["upper"].max()]
        frames.append(
            pd.DataFrame({"design": design, "lower": lower, "upper": upper, "people": people, "shown": True})
        )
    return pd.concat(frames, ignore_index=True) if frames else rows


def _moves(
    inside: Sequence[Results], cost: pd.DataFrame, baseline: str, threshold: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Bands and change over all regions and by grade, safe beside the regions' pages; and the regions' own.

    Figures are let in one by one, the largest first, as long as no withheld count of a region or of the group is
    given away: first people by grade, as they are the same under every design, then each design's bands.
    """
    bands, change = _stacked(inside, "bands"), _stacked(inside, "change")
    if bands.empty:
        return bands, change
    own = [
        table[table["by"] == "all"].assign(by="region", group=table["region"]) for table in (bands, change)
    ]
    designs = list(dict.fromkeys(bands["design"]))
    readers = [
        _Reader(bands[bands["design"] == design], change[change["design"] == design], threshold)
        for design in designs
    ]
    for place in readers[0].order(readers[0].sums):
        if all(each.admits(each.sums, place) for each in readers):
            for each in readers:
                each.publish(each.sums, place)
    pages: tuple[list[pd.DataFrame], list[pd.DataFrame]] = ([own[0]], [own[1]])
    for design, reader in zip(designs, readers, strict=True):
        for place in reader.order(reader.cells):
            if reader.admits(reader.cells, place):
                reader.publish(reader.cells, place)
        paid = left_out(cost[cost["region"] == ALL], (design, baseline), reader.everybody)
        pages[0].append(reader.cells.assign(design=design))
        pages[1].append(_shown_change(reader, paid, threshold).assign(design=design))
    group, by_region = (
        pd.concat([*frames[1:], frames[0]]).drop(columns=["region", "parts", "safe"]) for frames in pages
    )
    return group, by_region


def _shown_change(reader: _Reader, others: int, threshold: int) -> pd.DataFrame:
    """Mean and total change where the people may be shown, and neither a region nor the cost gives others away."""
    sums = reader.sums
    hidden = ~sums["shown"] | ~_pooled(sums, reader.change, GROUP, threshold)
    return with_mean(sums.assign(shown=shown_change(sums, others, threshold, hidden)))


class _Reader:
    """What somebody with every region's page knows of one design, and the group's figures not yet let in.

    The finest cells are region x grade x band; a region without grades is one grade of its own. `parts` says of
    which of them each of the group's figures is made.
    """

    def __init__(self, bands: pd.DataFrame, change: pd.DataFrame, threshold: int):
        bands, self.change = (each[each["by"].isin(GROUPINGS)] for each in (bands, change))
        graded = set(bands.loc[bands["by"] == "grade", "region"])
        self.fine = bands[(bands["by"] == "grade") | ~bands["region"].isin(graded)].reset_index(drop=True)
        self.threshold = threshold
        self.everybody = int(self.fine["people"].sum())
        groups = pd.concat(
            [
                each.assign(shown=shown_groups(each, threshold))
                for _, each in self.change.groupby("region", sort=False)
            ]
        )
        self.cells = self._of_group(bands, CELL, ["people"])
        self.sums = self._of_group(groups, [*GROUP, "unit"], ["people", "total_change"])
        self.known: list[Counts] = []
        self.secrets: list[Counts] = []
        for table in (bands, groups, self.cells, self.sums):
            for row in table.to_dict("records"):
                if row["shown"]:
                    self.known.append(self._parts(row))
                elif 0 < row["people"] < threshold:
                    self.secrets.append(self._parts(row))

    def _of_group(self, table: pd.DataFrame, keys: list[str], values: list[str]) -> pd.DataFrame:
        """The sums over regions; `safe` where none or several of them withhold their own."""
        group = table.groupby(keys, sort=False, as_index=False)[values].sum()
        parts = [self._parts(row) for row in group.to_dict("records")]
        return group.assign(shown=False, safe=_pooled(group, table, keys, self.threshold), parts=parts)

    def _parts(self, row: Mapping[Hashable, object]) -> Counts:
        about = [
            each
            for each in ("region", "group", "band")
            if each in row and not (each == "group" and row["by"] == "all")
        ]
        inside = np.ones(len(self.fine), dtype=np.bool_)
        for each in about:
            inside &= (self.fine[each] == row[each]).to_numpy()
        return np.flatnonzero(inside)

    def order(self, table: pd.DataFrame) -> list[int]:
        """Places of the figures that may be let in: everybody's first, then the largest."""
        allowed = table[table["safe"] & ~table["people"].between(1, self.threshold - 1)]
        order: list[int] = allowed.sort_values(["by", "people"], ascending=[True, False]).index.tolist()
        return order

    def admits(self, table: pd.DataFrame, place: int) -> bool:
        """Whether every withheld count stays open once this figure is known too."""
        known = [*self.known, table.at[place, "parts"]]
        return given_away(self.fine["people"], known, self.secrets, self.threshold) is None

    def publish(self, table: pd.DataFrame, place: int) -> None:
        """Let a figure in."""
        table.loc[place, "shown"] = True
        self.known.append(table.at[place, "parts"])
