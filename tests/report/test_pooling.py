"""The group: exactly the sum of its regions, and no figure in it that takes a region's page apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from policymodel.comparison import BANDS
from policymodel.disclosure import merged_bins, shown_groups, suppress, suppression
from policymodel.errors import HistoryError, PolicymodelError
from policymodel.exposure import NOBODY, Readers
from policymodel.report.adding_up import check_group
from policymodel.report.moves import SIDES, shown_change, shown_directions, with_mean
from policymodel.report.pooling import group_results, regions_left_out
from policymodel.report.result_tables import (
    SCHEMAS,
    mark_counts,
    published,
    read_results,
    typed,
    write_results,
)
from report.audit import Bank, leaks

pytestmark = pytest.mark.thorough


def region(
    name: str, counts: np.ndarray, scores: list[float] | None = None, others: int = 0
) -> dict[str, pd.DataFrame]:
    """The tables of an invented region: people by grade and band, a cost of 100.00 for each of them and the others."""
    people, enough = int(counts.sum()), counts.sum() >= 10
    rows = [
        ("grade", f"G{g}", band, counts[g, b]) for g in range(len(counts)) for b, band in enumerate(BANDS)
    ]
    rows += [("all", "all", band, counts[:, b].sum()) for b, band in enumerate(BANDS)]
    cells = pd.DataFrame(rows, columns=["by", "group", "band", "people"])
    sums = cells.groupby(["by", "group"], as_index=False)["people"].sum()
    change = with_mean(sums.assign(total_change=sums["people"] * 7.0, unit="minor"))
    designs = pd.DataFrame({"design": ["now", "next"], "people": people + others})
    by_band = cells[cells["by"] == "all"].set_index("band")["people"]
    sides = pd.DataFrame(
        {"side": list(SIDES), "people": [by_band[list(each)].sum() for each in SIDES.values()]}
    )
    sides = sides.assign(total_change=sides["people"] * 7.0, design="next")
    bands = suppress(cells)
    tables = {name: typed(name, pd.DataFrame()) for name in SCHEMAS}
    tables |= {
        "cost": designs.assign(
            item="wage", amount_minor=(people + others) * 10_000 + len(name), shown=enough, withheld=""
        ),
        "bands": bands.assign(design="next"),
        "change": change.assign(design="next", shown=shown_change(change, others, 10)),
        "directions": sides.assign(shown=shown_directions(sides, bands, others, 10)),
        "people": designs.assign(
            not_computed=0, base_nonpositive=0, clipped_score=0, carried_negative=0, envelope_breaches=1
        ).assign(compared=people, shown=enough, withheld=""),
        "scores": merged_bins(scores or []).assign(design="now", shown=True),
    }
    return mark_counts({key: typed(key, frame.assign(region=name)) for key, frame in tables.items()}, 10)


def written(
    folder: Path, regions: dict[str, np.ndarray], others: dict[str, int] | None = None, **scores: list[float]
) -> list[Path]:
    for name, counts in regions.items():
        write_results(region(name, counts, scores.get(name), (others or {}).get(name, 0)), folder / name)
    return [folder / name for name in regions]


def random_regions(seed: int) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(seed)
    sizes = chance.choice([1, 3, 8, 20], 4)
    return {f"r{n}": chance.poisson(size * chance.gamma(1.0, 1.0, (3, 5))) for n, size in enumerate(sizes)}


def pages_of(folders: list[Path]) -> dict[str, dict[str, pd.DataFrame]]:
    """Every page of a run that somebody may hold: those of regions large enough for one, and the group's."""
    regions = {each.name: read_results(each) for each in folders}
    inside = {name: each for name, each in regions.items() if each["people"]["compared"].max() >= 10}
    pages = {name: published(each) for name, each in inside.items()}
    return pages | {"all": published(group_results(folders, "now"))}


def found_out(folder: Path, seed: int) -> list[str]:
    """What the audit finds in a random bank of a few regions, some with a few people who are not compared."""
    regions = random_regions(seed)
    others = dict(
        zip(
            regions, np.random.default_rng(seed + 1000).choice([0, 0, 0, 2, 6, 25], len(regions)), strict=True
        )
    )
    folders = written(folder, regions, others=others)
    large = [name for name, each in regions.items() if each.sum() >= 10]
    if not large:
        return []
    bank = Bank({each: regions[each] for each in large}, {each: int(others[each]) for each in large})
    return list(leaks(bank, pages_of(folders)))


@pytest.mark.parametrize(
    "seed", [1, 10, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(11, 25))]
)
def test_nobody_with_all_pages_finds_out_about_fewer_than_ten(tmp_path, seed):
    """Neither whoever holds every page, nor HR of one region, who knows all of it besides."""
    assert found_out(tmp_path, seed) == []


@pytest.mark.slow
def test_the_audit_finds_what_the_rule_of_old_gave_away(tmp_path, monkeypatch):
    """Two regions that withhold were enough while nobody was thought to know one of them."""
    monkeypatch.setattr(
        suppression,
        "_hide_each_other",
        lambda parts, least: not parts.sum() or suppression._hides(parts, least),
    )
    is_open = Readers._is_open
    monkeypatch.setattr(Readers, "_is_open", lambda self, *each: each[1] != NOBODY or is_open(self, *each))
    found = [each for seed in range(1, 5) for each in found_out(tmp_path / str(seed), seed)]

    assert any(each.startswith("r") for each in found)
    assert not any(each.startswith("nobody") for each in found)


def test_group_is_the_sum_of_all_regions_to_the_cent(tmp_path):
    """A region of five people is on no page of the group, and its cost is in the group's total all the same."""
    regions = {"big": np.full((3, 5), 12), "small": np.array([[5, 0, 0, 0, 0]])}
    folders = written(tmp_path, regions)
    group = group_results(folders, "now")
    page = published(group)

    assert group["cost"].groupby("design")["amount_minor"].sum().to_dict() == {
        "now": 185 * 10_000 + 8,
        "next": 185 * 10_000 + 8,
    }
    assert page["cost"]["amount_minor"].tolist() == [180 * 10_000 + 3] * 2
    assert page["people"]["people"].tolist() == [180, 180]
    assert "small" not in set(page["bands"]["group"]) | set(page["change"]["group"])
    assert regions_left_out(folders) == 1


def test_large_regions_are_added_up_in_full(tmp_path):
    """Where no region withholds anything, neither does the group, and every figure is the plain sum."""
    folders = written(tmp_path, {"a": np.full((3, 5), 12), "b": np.full((3, 5), 20)})
    page = published(group_results(folders, "now"))
    by_grade = page["bands"].query("by == 'grade'")
    change = page["change"].query("by == 'all'").iloc[0]

    assert by_grade["people"].tolist() == [32] * 15
    assert (change["people"], change["mean_change"], change["total_change"]) == (480, 7.0, 3360.0)
    assert page["people"]["envelope_breaches"].tolist() == [2, 2]


def test_one_region_that_withholds_keeps_the_band_from_the_group(tmp_path):
    """One region hides 4 and 20 people in two bands; the group shows neither sum, but the other bands."""
    odd = np.array([[4, 20, 30, 30, 30]] * 1)
    folders = written(tmp_path, {"odd": odd, "even": np.full((1, 5), 40)})
    everybody = published(group_results(folders, "now"))["bands"].query("by == 'all'")

    assert everybody["people"].tolist() == [pd.NA, pd.NA, 70, 70, 70]


@pytest.mark.parametrize(("twos", "told"), [(1, False), (2, True)])
def test_regions_that_hide_one_person_each_are_not_told_by_their_sum(tmp_path, twos, told):
    """To whoever knows the one with two people, the other eleven people are one in each of eleven regions."""
    ones = {f"r{n}": np.array([[2 if n < twos else 1, 20, 30, 0, 0]]) for n in range(12)}
    bands = published(group_results(written(tmp_path, ones), "now"))["bands"].query("by == 'all'")

    assert bool(bands["shown"].iloc[0]) is told


def test_bins_of_the_group_are_those_all_regions_share(tmp_path):
    """Cuts at 60 and 80 in one region, 80 and 90 in the other: the group has one cut, at 80."""
    one = [55.0] * 10 + [70.0] * 10 + [85.0] * 10
    two = [75.0] * 12 + [85.0] * 12 + [95.0] * 12
    folders = written(tmp_path, {"a": np.full((3, 5), 12), "b": np.full((3, 5), 12)}, a=one, b=two)
    own = [set(read_results(each)["scores"]["lower"].iloc[1:]) for each in folders]
    bins = group_results(folders, "now")["scores"]

    common = sorted(own[0] & own[1])
    assert bins["lower"].tolist()[1:] == common
    assert bins["people"].tolist() == [
        sum(sum(low <= each < high for each in scores) for scores in (one, two))
        for low, high in zip([-np.inf, *common], [*common, np.inf], strict=True)
    ]


def test_a_group_that_is_not_the_sum_stops(tmp_path):
    """One minor unit off is an error that names the design."""
    folders = written(tmp_path, {"a": np.full((3, 5), 12)})
    group = group_results(folders, "now")
    group["cost"].loc[0, "amount_minor"] += 1

    with pytest.raises(PolicymodelError, match="now: 1800002 is not 1800001"):
        check_group(group, [read_results(each) for each in folders])


def test_no_results_at_all_is_said():
    """A group of no regions is refused in a sentence."""
    with pytest.raises(HistoryError, match="no region has written any results"):
        group_results([], "now")


def test_regions_alone_are_safe_to_start_from():
    """What the test's own regions show of their grades is what the package's rule shows."""
    table = region("r", np.array([[4, 0, 2, 0, 1], [9, 9, 9, 9, 9], [20, 20, 20, 20, 20]]))["change"]

    assert table["shown"].tolist() == shown_groups(table).tolist() == [True, False, False, True]
