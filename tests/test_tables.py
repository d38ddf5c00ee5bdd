"""Tables of a page: typed rows, figures from the results, words where a figure is withheld."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from policymodel import tables
from policymodel.disclosure import suppress
from policymodel.report.moves import count_moves, shown_change
from policymodel.report.result_tables import published, typed
from policymodel.words.page import BANDS
from report.invented import HOSTILE, region_page, results


def written(table: tables.Table, language: str = "en") -> dict[str, list[str]]:
    return {row["head"]: [cell["text"] for cell in row["cells"]] for row in table.written(language)["rows"]}


def test_cost_adds_up_and_is_compared():
    """7,200,000 less 6,800,000 leaves 400,000, less 6,990,000 leaves 210,000."""
    rows = written(tables.cost(region_page()))

    assert rows["For the stock"] == ["520,000", "416,000", "−104,000"]
    assert rows["Total"] == ["6,800,000", "6,990,000", "+190,000"]
    assert rows["Left of the budget"] == ["+400,000", "+210,000", ""]


def test_the_unit_stands_in_the_caption():
    assert tables.cost(region_page()).written("en")["caption"].endswith("in whole CNY")
    assert "單位：元" in tables.cost(region_page()).written("zh-Hant")["caption"]


def test_groups_say_what_is_withheld():
    """Outlet N03 has 7 people: nothing about it is shown, not even that its bands are empty."""
    rows = written(tables.groups(region_page()))

    assert rows["Everybody"] == ["62", "10", "17", "11", "12", "12", "+3,065"]
    assert rows["Grade A"] == ["12", *["withheld"] * 5, "+8,123"]
    assert rows["N03"] == ["withheld"] * 7
    assert HOSTILE in rows
    assert "fewer than 10 people" in tables.groups(region_page()).written("en")["caption"]


def grades(people: dict[str, list[int]], mean: dict[str, float]) -> dict[str, pd.DataFrame]:
    """The tables of moves of one design, by grade, as a page may show them."""
    moves = pd.DataFrame(
        [
            (f"{grade}{band}{each}", grade, BANDS[band], mean[grade] * 100)
            for grade, row in people.items()
            for band, count in enumerate(row)
            for each in range(count)
        ],
        columns=["manager_id", "grade", "band", "change"],
    )
    groups = moves[["manager_id", "grade"]].assign(all="all")
    cells, change = count_moves(moves.drop(columns="grade"), groups, "minor")
    about = {"region": "north", "design": "proposal"}
    bands = typed("bands", suppress(cells).assign(**about))
    change = typed("change", change.assign(shown=shown_change(change, 0, 10), **about))
    return results() | published({"bands": bands, "change": change})


def test_groups_that_are_withheld_stand_in_one_row():
    """Six of A and eleven of D: 17 together, of whom 17 lose much; what B, C and everybody show leaves the same."""
    made = grades(
        {"A": [6, 0, 0, 0, 0], "B": [20, 0, 30, 0, 0], "C": [15, 0, 25, 0, 0], "D": [11, 0, 0, 0, 0]},
        {"A": -300.0, "B": 5.0, "C": 10.0, "D": -20.0},
    )
    table = tables.groups(region_page(results=made))
    rows = written(table)

    assert list(rows) == ["Everybody", "Grade B", "Grade C", "Grade A and Grade D together"]
    assert rows["Grade A and Grade D together"] == [
        "17",
        "17",
        "0",
        "0",
        "0",
        "0",
        f"−{(1800 + 220) / 17:.0f}",
    ]
    assert list(written(table, "zh-Hant"))[-1] == "A 級、D 級合計"


def test_many_groups_in_one_row_are_counted_and_not_named():
    small = {each: [5, 0, 0, 0, 0] for each in "DEFG"}
    made = grades({"B": [20, 0, 30, 0, 0], **small}, dict.fromkeys("BDEFG", 1.0))

    assert list(written(tables.groups(region_page(results=made))))[-1] == "The other 4 together"


ROW = st.sampled_from([2, 30]).flatmap(lambda most: st.lists(st.integers(0, most), min_size=5, max_size=5))


@given(st.lists(ROW, min_size=3, max_size=4))
@settings(max_examples=60, deadline=None)
def test_no_row_of_several_groups_is_about_too_few(counts):
    """Nor tells anything but the truth."""
    people = {"ABCDE"[at]: row for at, row in enumerate(counts) if sum(row)}
    if sum(map(sum, people.values())) < 10:
        return
    made = grades(people, {grade: 7.0 * at for at, grade in enumerate(people)})
    for name, cells in written(tables.groups(region_page(results=made))).items():
        named = [row for grade, row in people.items() if f"Grade {grade}" in name]
        truth = [sum(map(sum, named)), *map(sum, zip(*named, strict=True))]
        for cell, true in zip(cells, truth, strict=False) if "together" in name else ():
            assert cell == "withheld" or (int(cell) == true and not 0 < true < 10)


def test_indicators_compare_with_target_and_previous_period():
    """Net deposits of the fourth quarter: 2,840 of 4,000 is 71 %; nine tenths of it before, so +11 %."""
    rows = written(tables.indicators(region_page()))

    assert rows["Net new deposits (CNY)"] == ["2,840", "4,000", "71%", "2,840", "2,556", "+11%"]
    assert rows["Off-counter share, against the previous quarter (ratio)"] == [
        "–",
        "–",
        "–",
        "0.380",
        "0.342",
        "+11%",
    ]


def test_tables_stay_away_where_there_is_nothing():
    page = region_page(without=("cost", "budget", "scores", "indicators", "bands", "change"))

    assert [tables.cost(page).rows, tables.groups(page).rows, tables.indicators(page).rows] == [(), (), ()]


def test_a_share_is_a_percentage_and_changes_by_percentage_points():
    """From 34.2 % to 38 % are 3.8 points, which a reader of "+11 %" would take for 49 %."""
    page = region_page(shares=frozenset({"off_counter_share"}))

    rows = written(tables.indicators(page))

    assert rows["Off-counter share, against the previous quarter (ratio)"][3:] == [
        "38.0%",
        "34.2%",
        "+3.8 pp",
    ]
