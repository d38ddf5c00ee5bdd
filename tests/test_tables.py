"""Tables of a page: typed rows, figures from the results, words where a figure is withheld."""

from __future__ import annotations

from policymodel import tables
from report.invented import HOSTILE, region_page


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
