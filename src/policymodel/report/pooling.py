"""The group: what the regions wrote, added up; no other source, and the same rules of what may be shown."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from policymodel.disclosure import SMALLEST_CELL, Counts, pooled, shown_groups
from policymodel.errors import HistoryError, Problem
from policymodel.exposure import Readers
from policymodel.report.adding_up import check_group
from policymodel.report.indicators import divide
from policymodel.report.moves import CELL, GROUP, SIDES, left_out, with_mean
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
    # Ranks and fifths are of a region's own people, so the regions' groups stand beside each other.
    group |= {
        name: _stacked(inside, name)
        for name in ("contribution", "alignment", "spread", "consequences", "lint")
    }
    group |= _moves(inside, baseline, smallest_cell)
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
    """Counts of the group's rows that would reveal what a region's page withholds.

    People are withheld where a region withholds them: what that hides is how few are without a figure, of which the
    count itself says nothing. Of a part that is the part, or all the others.
    """
    counts = [each for each in ("people", *PARTS) if each in rows]
    away = pd.DataFrame(False, index=group.index, columns=counts)
    for count in counts if "withheld" in rows else ():
        shown = np.array([count not in each.split() for each in rows["withheld"]], dtype=np.bool_)
        secret = np.minimum(rows[count], rows["people"] - rows[count]) if count in PARTS else ~shown
        away[count] = ~_pooled(group, rows.assign(people=secret, shown=shown), keys, threshold)
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
    away = rows["withheld"].str.split().map({"previous_actual"}.issubset)
    some = away.groupby([rows[key] for key in keys], sort=False).any().to_numpy(dtype=bool)
    withheld = np.where(some, "previous_actual", "")
    return group.assign(attainment=attainment, shown=shown, withheld=withheld)


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


def _moves(inside: Sequence[Results], baseline: str, threshold: int) -> dict[str, pd.DataFrame]:
    """Bands, change and directions over all regions and by grade, safe beside the regions' pages; and the regions' own.

    Figures are let in one by one, the largest first, as long as nothing that a region or the group withholds is
    given away to anybody: first people by grade, as they are the same under every design, then each design's bands,
    then its changes in money.
    """
    tables = {name: _stacked(inside, name) for name in ("bands", "change", "directions")}
    if tables["bands"].empty:
        return tables
    designs = list(dict.fromkeys(tables["bands"]["design"]))
    moves = [_Moves(inside, design, baseline, threshold) for design in designs]
    for place in moves[0].order("people"):
        if all(each.people.admits(each.parts("people", place)) for each in moves):
            for each in moves:
                each.show("people", place, each.people)
    for each in moves:
        for name in ("bands", "change", "directions"):
            for place in each.order(name):
                if all(reader.admits(each.parts(name, place)) for reader in each.readers(name)):
                    each.show(name, place, *each.readers(name))
    found = {
        name: pd.concat([each.group[name].assign(design=each.design) for each in moves], ignore_index=True)
        for name in tables
    }
    found["change"] = with_mean(found["change"])
    for name in ("bands", "change"):
        own = tables[name][tables[name]["by"] == "all"]
        own = own.assign(by="region", group=own["region"], region=ALL)
        found[name] = pd.concat([found[name], own], ignore_index=True)
    return found


class _Moves:
    """One design's moves: the group's tables with nothing shown yet, and the readers from whom something is kept.

    The finest cells are region x grade x band; a region without grades is one grade of its own. A region's last cell
    is the people whom it pays and does not compare: the difference in cost is the change of all its cells, so that
    `money` knows of them what `people` does not.
    """

    def __init__(self, inside: Sequence[Results], design: str, baseline: str, threshold: int) -> None:
        self.design, self.threshold = design, threshold
        tables = {name: _stacked(inside, name) for name in ("bands", "change", "directions")}
        tables = {name: each[each["design"] == design] for name, each in tables.items()}
        for name in ("bands", "change"):
            tables[name] = tables[name][tables[name]["by"].isin(GROUPINGS)]
        bands = tables["bands"]
        graded = set(bands.loc[bands["by"] == "grade", "region"])
        fine = bands[(bands["by"] == "grade") | ~bands["region"].isin(graded)]
        costs = _stacked(inside, "cost")
        compared = fine.groupby("region", sort=False)["people"].sum()
        rest = [
            {
                "region": region,
                "people": left_out(costs[costs["region"] == region], (design, baseline), people),
            }
            for region, people in compared.items()
        ]
        self.fine = pd.concat([fine, pd.DataFrame(rest)], ignore_index=True)
        self.people, self.money = (
            Readers(self.fine["people"], self.fine["region"].tolist(), threshold) for _ in range(2)
        )
        groups = tables["change"].drop(columns="shown")
        parts = [shown_groups(each, threshold) for _, each in groups.groupby("region", sort=False)]
        tables["people"] = groups.assign(shown=pd.concat(parts))
        self.group = {
            "people": self._added(tables["people"], GROUP, ["people"]),
            "bands": self._added(bands, CELL, ["people"]),
            "change": self._added(tables["change"], [*GROUP, "unit"], ["people", "total_change"]),
            "directions": self._added(tables["directions"], ["side"], ["people", "total_change"]),
        }
        for name in self.group:
            for row in [*tables[name].to_dict("records"), *self.group[name].to_dict("records")]:
                cells = self._cells(row)
                for reader in (self.people, self.money):
                    reader.keep(cells)
                for reader in self.readers(name) if row["shown"] else ():
                    reader.publish(cells)
                if row["shown"] and not row["people"]:
                    self.money.publish(cells)  # nobody has no pay
        for region in compared.index:
            mine = (self.fine["region"] == region).to_numpy()
            self.money.publish(np.flatnonzero(mine))
            self.money.keep(np.flatnonzero(mine & self.fine["band"].isna().to_numpy()))
        self.money.keep(np.flatnonzero(self.fine["band"].isna()))

    def readers(self, name: str) -> tuple[Readers, ...]:
        """From whose view a table's figures are decided: counts of people, or amounts that come with a count."""
        if name in ("people", "bands"):
            return (self.people,)
        return (self.money,) if name == "change" else (self.people, self.money)

    def order(self, name: str) -> list[int]:
        """Places of the figures that may be let in: everybody's first, then the largest.

        A change stands beside the people whose it is, so these must be shown.
        """
        table = self.group[name]
        allowed = table[table["safe"] & ~table["people"].between(1, self.threshold - 1)]
        if name == "change":
            allowed = allowed[self.group["people"].loc[allowed.index, "shown"]]
        keys = ["by", "people"] if "by" in table else ["people"]
        order: list[int] = allowed.sort_values(
            keys, ascending=[*(True for _ in keys[1:]), False]
        ).index.tolist()
        return order

    def parts(self, name: str, place: int) -> Counts:
        """The cells of which one of the group's figures is made."""
        return self._cells(self.group[name].loc[place].to_dict())

    def show(self, name: str, place: int, *readers: Readers) -> None:
        """Let a figure in."""
        self.group[name].loc[place, "shown"] = True
        for reader in readers:
            reader.publish(self.parts(name, place))

    def _added(self, table: pd.DataFrame, keys: list[str], values: list[str]) -> pd.DataFrame:
        """The sums over regions; `safe` where none or several of them withhold their own."""
        group = table.groupby(keys, sort=False, as_index=False)[values].sum()
        return group.assign(shown=False, safe=_pooled(group, table, keys, self.threshold))

    def _cells(self, row: Mapping[Hashable, object]) -> Counts:
        inside = self.fine["band"].notna().to_numpy(copy=True)
        if "region" in row:
            inside &= (self.fine["region"] == row["region"]).to_numpy()
        if row.get("by", "all") != "all":
            inside &= (self.fine["group"] == row["group"]).to_numpy()
        if "side" in row:
            inside &= self.fine["band"].isin(SIDES[str(row["side"])]).to_numpy()
        if "band" in row:
            inside &= (self.fine["band"] == row["band"]).to_numpy()
        return np.flatnonzero(inside)
