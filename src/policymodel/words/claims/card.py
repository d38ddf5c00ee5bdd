"""Claims about a card: which indicators reached their targets."""

from __future__ import annotations

import pandas as pd

from policymodel.words.claims.silence import NO_CARD, WITHHELD
from policymodel.words.numbers import Count, Share, Span
from policymodel.words.page import Page
from policymodel.words.sentences import Value, say, say_many


def indicators(page: Page) -> Value:
    """How many indicators reached their target in the last period, and which is furthest behind."""
    if not page.scored:
        return NO_CARD
    if page.own("indicators").empty or not page.own("indicators")["shown"].any():
        return WITHHELD
    judged = with_target(page)
    if judged.empty:
        return say("No indicator of this card has a target; their change on the previous period is below.")
    weakest = judged.loc[judged["attainment"].idxmin()]
    period = str(weakest["period"])
    found: dict[str, Value] = {
        "reached": Count(int((judged["attainment"] >= 1).sum())),
        "number": Count(len(judged)),
        "weakest": page.name("line", weakest["line"]),
        "attainment": Share(float(weakest["attainment"]), 0),
    }
    if page.as_of is not None and page.running(period):
        return say_many(
            "On {day}, {reached} of {number} indicator with a target had reached what was due by then; "
            "furthest behind is {weakest} at {attainment}.",
            "On {day}, {reached} of {number} indicators with a target had reached what was due by then; "
            "furthest behind is {weakest} at {attainment}.",
            len(judged),
            day=page.as_of.isoformat(),
            **found,
        )
    return say_many(
        "By the end of {period}, {reached} of {number} indicator with a target reached it; "
        "furthest behind is {weakest} at {attainment}.",
        "By the end of {period}, {reached} of {number} indicators with a target reached it; "
        "furthest behind is {weakest} at {attainment}.",
        len(judged),
        period=Span(period),
        **found,
    )


def with_target(page: Page) -> pd.DataFrame:
    """The indicators of the last period that have a target and may be shown."""
    last = latest(page.own("indicators"))
    return last[last["shown"] & last["attainment"].notna()]


def latest(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last period in the table."""
    return table[table["period"] == table["period"].iloc[-1]]
