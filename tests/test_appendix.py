"""The appendix lists every number of the designs side by side; its tables are no replay."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from policymodel import appendix
from report.invented import region_page

COLUMNS = ["part", "at", "title", "kind", "setting", "value", "source"]
TITLE = {"en": "Cards", "zh-Hant": "卡片"}


def test_numbers_stand_side_by_side_with_their_source():
    """The proposal caps what the baseline does not; nobody printed that number."""
    page = region_page(
        parameters={
            "published": pd.DataFrame(
                [("card", "cards.points", TITLE, "attainment", "points", 15, "S4.1.6")], columns=COLUMNS
            ),
            "proposal": pd.DataFrame(
                [
                    ("card", "cards.points", TITLE, "attainment", "points", 20, "S4.1.6"),
                    ("card", "cards.cap", TITLE, "attainment", "cap", Decimal("1.5"), "illustrative"),
                ],
                columns=COLUMNS,
            ),
        }
    )
    written = appendix.parameters(page).written("en")

    assert [[row["head"], *(cell["text"] for cell in row["cells"])] for row in written["rows"]] == [
        ["Cards: points", "15", "20", "S4.1.6"],
        ["Cards: cap", "–", "150%", "illustrative"],
    ]
    assert written["basis"] == appendix.findings(region_page()).written("en")["basis"] == ""


def test_a_card_and_the_card_of_a_pay_scheme_stand_apart():
    """Both may hold a line of one id: each number stays with its own, below a heading."""
    rows = [
        ("card", "bonus.cap", TITLE, "group", "cap", 10, "S4.2"),
        ("pay", "bonus.cap", TITLE, "group", "cap", 8, "S6.6"),
    ]
    page = region_page(parameters={"published": pd.DataFrame(rows, columns=COLUMNS)})
    written = appendix.parameters(page).written("en")

    assert [
        (row["role"], row["head"], *(cell["text"] for cell in row["cells"][:1])) for row in written["rows"]
    ] == [
        ("heading", "Scorecard"),
        ("plain", "Cards: cap", "10"),
        ("heading", "Pay scheme"),
        ("plain", "Cards: cap", "8"),
    ]
