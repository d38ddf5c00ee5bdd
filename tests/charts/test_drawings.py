"""A picture shows the finished table: its figures, its units, in every language, and nothing of anybody."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest

from policymodel import charts
from policymodel.charts.drawing import MAX_ROWS, Drawing, finished
from policymodel.style import FONTS
from policymodel.words import claims
from policymodel.words.page import Page
from report.invented import region_page, results

pytestmark = pytest.mark.thorough

PICTURES = ["cost", "bands", "groups", "scores", "contribution", "indicators"]


def picture(name: str, page: Page) -> Drawing:
    return getattr(charts, name)(page, getattr(claims, name)(page))


def rows(drawing: Drawing, language: str = "en") -> list[dict]:
    return [row for rows in drawing.spec(language)["datasets"].values() for row in rows]


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_every_picture_is_drawn_in_every_language(name, language):
    drawing = picture(name, region_page())
    spec = drawing.spec(language)

    assert spec["width"] == "container"
    assert spec["description"] == drawing.description.render(language)
    assert FONTS[language] == spec["config"]["font"]
    assert drawing.png(language).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_the_same_twice(name):
    assert picture(name, region_page()).spec("en") == picture(name, region_page()).spec("en")


def test_cost_is_drawn_in_millions_with_the_budget():
    """6,800,000 and 6,990,000 against 7,200,000."""
    labels = {
        (row["row"], row.get("design")): row.get("label") for row in rows(picture("cost", region_page()))
    }

    assert labels["Total", "As published"] == "6.80"
    assert labels["Total", "Proposal"] == "6.99"
    assert labels["Budget", None] in ("7.20", None)
    assert "7.20" in [row.get("label") for row in rows(picture("cost", region_page()))]


def test_cost_is_drawn_in_ten_thousands_in_chinese():
    labels = [row.get("label") for row in rows(picture("cost", region_page()), "zh-Hant")]

    assert {"680", "699", "720"} <= set(labels)


def test_withheld_people_are_words_and_no_bar():
    bars = [
        row for row in rows(picture("groups", region_page())) if row.get("row") == "N03" and "change" in row
    ]

    assert [(bar["change"], bar["label"]) for bar in bars] == [(0.0, "withheld")]


def test_a_merged_bin_is_drawn_by_its_density():
    """20 people between 110 and 160 are 4 people for each 10 points."""
    bins = [row for row in rows(picture("scores", region_page())) if row.get("lower") == 110.0]

    assert [row["height"] for row in bins if row["design"] == "As published"] == [4.0]


def test_bins_that_are_not_shown_are_not_drawn():
    table = results()["scores"]
    table.loc[table["lower"] == 110.0, "shown"] = False
    page = region_page(results=results() | {"scores": table})

    assert not [row for row in rows(picture("scores", page)) if row.get("upper") == 160.0]


def test_indicators_show_attainment_and_the_way_they_went():
    """In the second quarter every figure fell by the invented rule: now ÷ 1.1 of the quarter before."""
    cells = {
        (row["row"], row["period"]): row["label"]
        for row in rows(picture("indicators", region_page()))
        if "period" in row
    }

    assert cells["Net new deposits", "Q1"] == "71% ▲"
    assert cells["Net new deposits", "Q2"] == "71% ▼"


def test_a_few_large_values_do_not_hide_the_others():
    """One group brings in a hundred times what the others do: the axis turns logarithmic and says so."""
    table = results()["contribution"]
    table.loc[table["rank_group"] == 5, "mean_contribution"] *= 100
    page = region_page(results=results() | {"contribution": table})
    axes = [layer["encoding"]["x"] for layer in picture("contribution", page).spec("en")["layer"]]

    assert {axis["scale"]["type"] for axis in axes} == {"symlog"}
    assert axes[0]["title"] == "income brought in, a person (CNY million), logarithmic"


@pytest.mark.parametrize(
    ("without", "empty"),
    [
        (("cost", "budget", "contribution", "alignment"), {"cost", "contribution"}),
        (("scores", "indicators"), {"scores", "indicators"}),
    ],
)
def test_what_a_run_does_not_have_is_not_drawn(without, empty):
    page = region_page(without=without)

    assert {name for name in PICTURES if not picture(name, page).charts} == empty


def test_several_proposals_are_told_apart():
    """With a third design every band has a bar for each proposal, and its name beside the figure."""
    tables = results()
    for name in ("cost", "bands", "change"):
        more = tables[name][tables[name]["design"] == "proposal"].assign(design="third")
        tables[name] = pd.concat([tables[name], more], ignore_index=True)
    designs = dict(region_page().designs) | {"third": "Third way"}
    page = region_page(results=tables, designs=designs)

    assert "12  Third way" in [row.get("label") for row in rows(picture("bands", page))]
    assert {row.get("design") for row in rows(picture("cost", page))} >= {
        "As published",
        "Proposal",
        "Third way",
    }


def test_a_picture_refuses_a_table_of_people():
    frame = pd.DataFrame({"x": range(MAX_ROWS + 1)})
    chart = finished(alt.Chart(frame).mark_point().encode(x="x:Q"), "en")

    with pytest.raises(ValueError, match="finished aggregates, 400 rows at most; this one has 401"):
        Drawing("", "", {"en": chart}).spec("en")


def test_the_figures_behind_a_chart_are_those_that_it_draws():
    """A group that is withheld is in neither; bins and their people, groups with their pay and its interval."""
    table = results()["contribution"]
    table.loc[table["rank_group"] == 2, "shown"] = False
    page = region_page(results=results() | {"contribution": table})
    pay = picture("contribution", page).figures("en")
    spread = picture("scores", page).figures("zh-Hans")
    first = table.iloc[0]

    assert [row[0] for row in pay.rows] == ["1", "3", "4", "5"]
    assert pay.heads[3:5] == ("As published: pay, a person (CNY thousand)", "As published: 95% interval")
    assert pay.rows[0][3] == f"{first['mean_pay_minor'] / 100_000:.0f}"
    assert spread.heads == ("全年得分", "原办法（人数）", "修订方案（人数）")
    assert sum(int(row[1]) for row in spread.rows) == 62
