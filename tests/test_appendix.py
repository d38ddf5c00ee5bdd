"""The appendix lists every number of the designs side by side; its tables are no replay."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from policymodel import appendix
from report.invented import region_page

COLUMNS = ["at", "title", "setting", "value", "source"]
TITLE = {"en": "Cards", "zh-Hant": "卡片"}


def test_numbers_stand_side_by_side_with_their_source():
    """The proposal caps what the baseline does not; nobody printed that number."""
    page = region_page(
        parameters={
            "published": pd.DataFrame([("cards.points", TITLE, "points", 15, "S4.1.6")], columns=COLUMNS),
            "proposal": pd.DataFrame(
                [
                    ("cards.points", TITLE, "points", 20, "S4.1.6"),
                    ("cards.cap", TITLE, "cap", Decimal("1.5"), "illustrative"),
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
