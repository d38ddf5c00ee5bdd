"""The picture of rewards and penalties: people beside luck, and no number that the table withholds (S6.10, S6.11)."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pandas as pd
import pytest

from policymodel import charts
from policymodel.words import claims
from policymodel.words.sentences import Text, render
from report.invented import group_page, region_page

RULES = {
    "poor": Text({"en": "Poor results", "zh-Hant": "業績欠佳", "zh-Hans": "业绩欠佳"}),
    "complaint": Text({"en": "Complaint", "zh-Hant": "投訴", "zh-Hans": "投诉"}),
    "top": Text({"en": "Top hundred", "zh-Hant": "百佳", "zh-Hans": "百佳"}),
}
TITLES: Mapping = {"published": RULES, "proposal": RULES}
ROWS = [
    # region, design, rule, kind, people, null, expected, low, high, hidden
    ("north", "published", "poor", "penalty", 24, "scores", 15.44, 11.0, 20.4, ""),
    ("north", "proposal", "poor", "penalty", 7, "scores", 14.0, 10.0, 19.0, "few"),
    ("north", "published", "complaint", "penalty", 6, "events", 5.0, 2.0, 9.0, "few"),
    ("north", "proposal", "complaint", "penalty", 6, "events", 5.0, 2.0, 9.0, "few"),
    ("north", "published", "top", "reward", 31, "", float("nan"), float("nan"), float("nan"), ""),
    ("south", "published", "poor", "penalty", 12, "scores", 13.0, 10.0, 17.0, ""),
]
COLUMNS = ["region", "design", "rule", "kind", "people", "null", "expected", "low", "high", "hidden"]


def page(group: bool = False):
    table = pd.DataFrame(ROWS, columns=COLUMNS).assign(step=0)
    table["shown"] = table["hidden"] == ""
    if not group:
        table = table[table["region"] == "north"]
    made = group_page() if group else region_page()
    results = dict(made.results) | {"consequences": table}
    return group_page(results=results) if group else region_page(results=results)


def drawn(group: bool = False, language: str = "en"):
    told = page(group)
    drawing = charts.consequences(told, TITLES, claims.consequences(told, TITLES))
    bars = [
        row
        for rows in drawing.spec(language)["datasets"].values()
        for row in rows
        if "people" in row and "label" in row
    ]
    return drawing, {(row["row"], row["design"]): row for row in bars}


def test_a_bar_has_its_number_and_what_luck_would_do():
    """An upper end of 20.4 people is 21; a rule of which luck cannot be told has a bar alone."""
    _, bars = drawn()
    poor, top = bars["Poor results", "As published"], bars["Top hundred", "As published"]

    assert (poor["people"], poor["low"], poor["expected"], poor["high"]) == (24, 11.0, 15.4, 21.0)
    assert poor["label"] == "As published: 24"
    assert (top["people"], top["low"], top["expected"], top["high"]) == (31, None, None, None)


def test_a_withheld_number_is_words_and_has_neither_bar_nor_line():
    """Nor does luck tell it; a rule withheld under every design is in the table alone."""
    drawing, bars = drawn()
    few = bars["Poor results", "Proposal"]

    assert (few["people"], few["low"], few["expected"], few["high"]) == (0, None, None, None)
    assert few["label"] == "Proposal: fewer than ten"
    assert {row for row, _ in bars} == {"Poor results", "Top hundred"}
    assert not {7, 6, 14.0} & {value for row in bars.values() for value in row.values()}
    assert "Complaint" not in json.dumps(drawing.spec("en"))


def test_the_title_is_the_claim_of_each_design():
    drawing, _ = drawn()

    assert render(drawing.title, "en") == (
        "Under “As published” the penalty “Poor results” would touch most: 24 people, where luck alone would "
        "touch 11 to 21. Under “Proposal” every penalty would touch fewer than ten people."
    )


def test_the_group_has_a_row_for_each_region_and_says_in_how_many_it_is_more_than_luck():
    """24 in the north are more than 21, 12 in the south not more than 17: one of two."""
    drawing, bars = drawn(group=True)

    assert bars["Poor results, south", "As published"]["people"] == 12
    assert ("Poor results, south", "Proposal") not in bars
    assert render(drawing.title, "en") == (
        "Under “As published” the rule “Poor results” would touch more people than luck alone in 1 of 2 regions that "
        "tell their number. Under “Proposal” every rule would touch fewer than ten people of each region."
    )


@pytest.mark.parametrize(
    ("hidden", "said"),
    [
        ("few", "every penalty would touch fewer than ten people."),
        ("nearly_all", "how many people each rule would touch is withheld."),
    ],
)
def test_where_no_penalty_is_told_the_reward_is_and_nobody_calls_nearly_all_few(hidden, said):
    told = page()
    table = told.table("consequences")
    penalties = table["kind"] == "penalty"
    told.results["consequences"] = table.assign(
        hidden=table["hidden"].mask(penalties, hidden), shown=table["shown"] & ~penalties
    )

    assert render(claims.consequences(told, TITLES), "en").startswith(
        f"Under “As published” {said} Under “As published” the reward “Top hundred” would touch most: 31 people."
    )


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_the_figures_can_be_read_out_without_the_picture(language):
    drawing, _ = drawn(language=language)
    assert drawing.figures is not None
    told = drawing.figures(language)

    assert told.rows[0][1] == "24"
    assert "15.4" in told.rows[0][2]
    assert len(told.heads) == len(told.rows[0]) == 5
