"""A claim says what the table says, less where the table says less, and the same in both languages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from policymodel.words import claims, trust
from policymodel.words.cover import cover
from policymodel.words.flags import flags
from policymodel.words.page import Page
from policymodel.words.sentences import Text
from report.invented import bands, cost, group_page, region_page, results
from words.untied import untied

ROOT = Path(__file__).resolve().parents[2]


def with_table(name: str, frame: pd.DataFrame, **settings: object) -> Page:
    return region_page(results=results() | {name: frame}, **settings)


def test_cost_is_the_sum_of_its_parts():
    """6,000,000 + 416,000 + 349,000 + 225,000 = 6,990,000; 190,000 more; 190 ÷ 6,800 = 2.8 %."""
    page = region_page()

    assert claims.total_cost(page, "proposal") == 699_000_000
    assert untied(claims.cost(page), "en") == (
        "“Proposal” costs CNY 190 thousand (2.8%) more than “As published”. "
        "The budget of CNY 7.2 million covers every design."
    )
    assert untied(claims.cost(page), "zh-Hant") == (
        "「修訂方案」的成本比「原辦法」多 19 萬元（2.8%）。720 萬元的預算足以支付每個方案。"
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (0, "“Proposal” costs the same as “As published”."),
        (6_800_000, "“Proposal” costs about the same as “As published”: CNY 68 thousand more (1.0%)."),
        (-6_900_000, "“Proposal” costs CNY 69 thousand (1.0%) less than “As published”."),
    ],
)
def test_a_difference_within_no_change_is_about_the_same(more, expected):
    """The edge belongs to no change: exactly 1 % of 6,800,000 is 68,000."""
    table = cost()
    base = table.loc[table["design"] == "published", "amount_minor"].to_numpy().copy()
    base[0] += more
    table.loc[table["design"] == "proposal", "amount_minor"] = base

    assert untied(claims.cost(with_table("cost", table)), "en").startswith(expected)


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        (690_000_000, "does not cover “Proposal”, by up to CNY 90 thousand."),
        (
            600_000_000,
            "No design fits the budget of CNY 6 million; the dearest exceeds it by CNY 990 thousand.",
        ),
    ],
)
def test_who_exceeds_the_budget(allowed, expected):
    page = with_table("budget", pd.DataFrame({"amount_minor": [allowed]}))

    assert untied(claims.cost(page), "en").endswith(expected)


def test_gains_and_losses_are_counted():
    """12 + 12 gain, 10 + 17 lose, 11 stay."""
    expected = "Of 62 people, 24 gain and 27 lose under “Proposal”; 11 stay about the same."

    assert untied(claims.bands(region_page()), "en") == expected


def withhold(*names: str) -> Page:
    table = bands()
    hidden = (table["by"] == "all") & table["band"].isin(names)
    table.loc[hidden, "shown"] = False
    table.loc[hidden, "people"] = pd.NA
    return with_table("bands", table)


def test_bands_withheld_on_one_side_are_known_together():
    """Everybody is 62; 10 + 17 lose and 11 stay, so 24 gain, whichever way."""
    page = withhold("gains_1_to_5", "gains_over_5")

    assert untied(claims.bands(page), "en") == untied(claims.bands(region_page()), "en")


def test_bands_withheld_on_both_sides_make_a_weaker_claim():
    """12 of the gainers and 17 of the losers are known; the headline says nothing."""
    page = withhold("gains_over_5", "loses_over_5")

    assert untied(claims.bands(page), "en") == (
        "Under “Proposal” at least 12 people gain and at least 17 lose."
    )
    assert cover(page).tiles[1].number.render("en") == "withheld"


def test_one_side_may_be_known_when_the_other_is_not():
    """Of the losers 17 are known and nobody can tell the rest from those who stay; 24 gain."""
    page = withhold("loses_over_5", "same")

    assert untied(claims.bands(page), "en") == "Under “Proposal” 24 people gain and at least 17 lose."


def test_a_side_that_is_withheld_altogether_is_said_to_be():
    """24 gain; neither band of the losers is known, nor who stays, which would tell them."""
    page = withhold("loses_over_5", "loses_1_to_5", "same")

    assert untied(claims.bands(page), "zh-Hant") == "在「修訂方案」下，24 人得益；受損人數不予公布。"


def test_where_nothing_is_known_of_gains_and_losses_the_mean_is():
    """306,452 cents a person on average."""
    page = withhold("loses_over_5", "loses_1_to_5", "gains_1_to_5", "gains_over_5")

    assert untied(claims.bands(page), "en").startswith(
        "Under “Proposal” the mean change is +CNY 3,065 a person;"
    )


def test_scores_are_split_where_they_part_people_most_evenly():
    """As published 32 of 62 reach 90 points (2 + 10 + 20); under the proposal 33 (0 + 21 + 12)."""
    expected = "Of 62 people, 32 under “As published” and 33 under “Proposal” score 90 points or more."

    assert untied(claims.scores(region_page()), "en") == expected


def test_designs_are_compared_only_at_edges_they_share():
    """Without the edge at 90 under the proposal, people are split at 100: 30 as published, 33 under it."""
    table = results()["scores"]
    own = table["design"] == "proposal"
    table.loc[own & (table["lower"] == 80), ["upper", "people"]] = [100.0, 9]
    page = with_table("scores", table[~(own & (table["lower"] == 90))])

    assert "30 under “As published” and 33 under “Proposal” score 100 points or more" in untied(
        claims.scores(page), "en"
    )


def test_the_weakest_indicator_is_named():
    """Of four with a target, two reached it; net deposits stood at 71 %."""
    expected = (
        "By the end of Q4 2025, 2 of 4 indicators with a target reached it; "
        "furthest behind is Net new deposits at 71%."
    )

    assert untied(claims.indicators(region_page()), "en") == expected


def test_a_run_without_pay_says_so():
    page = region_page(without=("cost", "budget", "contribution", "alignment"))

    assert claims.cost(page) is claims.contribution(page)
    assert "no pay scheme" in untied(claims.cost(page), "en")
    assert trust.in_cost(page) is None
    assert page.in_points


def test_a_run_without_a_card_says_so():
    page = region_page(without=("scores", "indicators"))

    assert "no scorecard" in untied(claims.scores(page), "en")
    assert (
        untied(claims.indicators(page), "zh-Hant") == "本次只比較薪酬方案，沒有計分卡，因此沒有得分與指標。"
    )
    assert trust.in_scores(page) is None


def test_names_from_the_data_are_no_templates():
    """A design called {0.__class__} stays that text."""
    hostile = Text({"en": "{0.__class__}{amount}"})
    page = region_page(designs={"published": hostile, "proposal": hostile})

    assert "“{0.__class__}{amount}” costs CNY 190 thousand" in untied(claims.cost(page), "en")


def test_the_cover_says_the_same_as_the_sections():
    page = region_page()
    tiles = {tile.label.render("en"): tile.number.render("en") for tile in cover(page).tiles}

    assert tiles == {
        "Cost of “Proposal” against the budget": "97.1%",
        "Lose more than 5% under “Proposal”": "10",
        "Pay follows contribution under “Proposal”": "0.84",
        "Open flags": "3",
    }
    assert [each.text for each in cover(page).answers] == [
        claims.cost(page),
        claims.bands(page),
        claims.contribution(page),
    ]


def test_each_headline_says_how_it_is_made_and_where_more_stands():
    """Formula, who counts and an invented example in every language; its section is one of the notebook's."""
    notebook = (ROOT / "notebooks" / "region_report.ipynb").read_text(encoding="utf-8")

    for tile in cover(region_page()).tiles:
        for language in region_page().languages:
            assert all(
                each.render(language) for each in (tile.basis.formula, tile.basis.counted, tile.basis.example)
            )
        assert f"## {tile.section}" in notebook


def test_what_is_open_names_what_somebody_has_to_decide():
    """People without a figure, twelve rows put aside, three illustrative numbers; and a smaller budget."""
    page = region_page()
    said = [each.render("en") for each in flags(page)]
    poorer = with_table("budget", page.table("budget").assign(amount_minor=690_000_000))

    assert [each.split(" ", 1)[0] for each in said] == ["For", "12", "3"]
    assert untied(flags(poorer)[0], "en").startswith("“Proposal” exceeds its budget by CNY 90")


def test_limits_name_every_gap_and_every_assumption():
    text = "\n".join(each.render("en") for each in trust.limits(region_page()))

    assert "Of 18,240 rows of history 18,228 were accepted (99.9%)." in text
    assert "Activity: 12 rows put aside (the manager is not in the managers table)." in text
    assert "fewer than 10 people" in text
    assert "seed 2026" in text


def test_a_few_people_without_a_figure_are_not_counted_out():
    """Counts of 1 to 9 reach the page blank, and the sentence must not turn them into none."""
    people = results()["people"].astype({"not_computed": "Int64"})
    people["not_computed"] = pd.NA

    assert "For a few people no figure could be computed" in trust.in_cost(
        with_table("people", people)
    ).render("en")


def test_a_group_without_all_its_regions_says_so_first():
    """Two regions were not run: the cover's name, its scope and a sentence say it in both languages."""
    limits = replace(group_page().limits, missing=("south", "west"))
    page = group_page(limits=limits)

    assert cover(page).place.render("en") == "Not all regions"
    assert cover(page).scope.render("zh-Hant") == "全行的一部分 · 供管理階層"
    assert "2 regions are missing from every figure here: south and west." in cover(page).notes[0].render(
        "en"
    )
