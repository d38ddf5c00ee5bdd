"""The group: exactly the sum of its regions, and no figure in it that takes a region's page apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from policymodel.comparison import BANDS
from policymodel.disclosure import merged_bins, shown_groups, suppress
from policymodel.errors import HistoryError, PolicymodelError
from policymodel.report.adding_up import check_group
from policymodel.report.moves import shown_change, with_mean
from policymodel.report.pooling import group_results, regions_left_out
from policymodel.report.result_tables import (
    SCHEMAS,
    mark_counts,
    published,
    read_results,
    typed,
    write_results,
)

pytestmark = pytest.mark.thorough


def region(name: str, counts: np.ndarray, scores: list[float] | None = None) -> dict[str, pd.DataFrame]:
    """The tables of an invented region: people by grade and band, a cost of 100.00 for each of them."""
    people, enough = int(counts.sum()), counts.sum() >= 10
    rows = [
        ("grade", f"G{g}", band, counts[g, b]) for g in range(len(counts)) for b, band in enumerate(BANDS)
    ]
    rows += [("all", "all", band, counts[:, b].sum()) for b, band in enumerate(BANDS)]
    cells = pd.DataFrame(rows, columns=["by", "group", "band", "people"])
    sums = cells.groupby(["by", "group"], as_index=False)["people"].sum()
    change = with_mean(sums.assign(total_change=sums["people"] * 7.0, unit="minor"))
    designs = pd.DataFrame({"design": ["now", "next"], "people": people})
    tables = {name: typed(name, pd.DataFrame()) for name in SCHEMAS}
    tables |= {
        "cost": designs.assign(
            item="wage", amount_minor=people * 10_000 + len(name), shown=enough, withheld=""
        ),
        "bands": suppress(cells).assign(design="next"),
        "change": change.assign(design="next", shown=shown_change(change, 0, 10)),
        "people": designs.assign(
            not_computed=0, base_nonpositive=0, clipped_score=0, carried_negative=0, envelope_breaches=1
        ).assign(compared=people, shown=enough, withheld=""),
        "scores": merged_bins(scores or []).assign(design="now", shown=True),
    }
    return mark_counts({key: typed(key, frame.assign(region=name)) for key, frame in tables.items()}, 10)


def written(folder: Path, regions: dict[str, np.ndarray], **scores: list[float]) -> list[Path]:
    for name, counts in regions.items():
        write_results(region(name, counts, scores.get(name)), folder / name)
    return [folder / name for name in regions]


def random_regions(seed: int) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(seed)
    sizes = chance.choice([1, 3, 8, 20], 4)
    return {f"r{n}": chance.poisson(size * chance.gamma(1.0, 1.0, (3, 5))) for n, size in enumerate(sizes)}


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))])
def test_no_withheld_count_can_be_told_from_all_pages_together(tmp_path, seed):
    """With the group's and every region's page in hand, each withheld count under ten might be ten or more."""
    regions = random_regions(seed)
    folders = written(tmp_path, regions)
    inside = {name: each for name, each in regions.items() if each.sum() >= 10}
    if not inside:
        return
    cube = np.array(list(inside.values()))
    place = np.arange(cube.size).reshape(cube.shape)
    pages = [(number, published(read_results(tmp_path / name))) for number, name in enumerate(inside)]
    pages.append((slice(None), published(group_results(folders, "now"))))
    known = [place[number].ravel() for number, _ in pages]
    secrets = []
    for number, page in pages:
        tables = [page["bands"], page["change"]]
        for row in pd.concat(tables).query("by in ['all', 'grade']").to_dict("records"):
            grade = slice(None) if row["by"] == "all" else int(row["group"][1:])
            band = BANDS.index(row["band"]) if isinstance(row["band"], str) else slice(None)
            behind = place[number][..., grade, band].ravel()
            if row["shown"]:
                assert row["people"] == cube.ravel()[behind].sum()
                known.append(behind)
        here = place[number]
        secrets += [
            here[..., g, b].ravel() for g in (*range(3), slice(None)) for b in (*range(5), slice(None))
        ]
    equations = np.array([np.isin(np.arange(cube.size), each) for each in known], dtype=float)
    totals = [cube.ravel()[each].sum() for each in known]

    for secret in secrets:
        if 0 < cube.ravel()[secret].sum() < 10:
            goal = -np.isin(np.arange(cube.size), secret).astype(float)
            assert -linprog(goal, A_eq=equations, b_eq=totals).fun >= 10 - 1e-6


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


@pytest.mark.parametrize(("first", "told"), [(1, False), (2, True)])
def test_ten_regions_that_hide_one_person_each_are_not_told_by_their_sum(tmp_path, first, told):
    """Ten people over ten regions known to hide somebody are one in each; eleven could be anywhere."""
    ones = {f"r{n}": np.array([[first if n == 0 else 1, 20, 30, 0, 0]]) for n in range(10)}
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
