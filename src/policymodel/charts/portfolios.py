"""Pictures of portfolios: how far they are apart today and in the proposal, and what is in one hand."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from policymodel.charts.drawing import AnyChart, Drawing, design_colour, design_names, draw
from policymodel.charts.rows import Rows, unique
from policymodel.style import MUTED
from policymodel.words.claims.portfolios import nearest, units
from policymodel.words.numbers import percent
from policymodel.words.page import Page
from policymodel.words.portfolios import MEASURE_WORDS
from policymodel.words.sentences import Value, render, say

WHEN = ("today", "proposed")
THICK = 26
"""Pixels for one strip."""


def strips(page: Page, title: Value) -> Drawing:
    """All portfolios against the mean of their kind: a dot for each equal part, today above the proposal."""
    table = page.table("spread")

    def chart(language: str) -> AnyChart:
        frame = pd.DataFrame(
            {
                "row": [render(MEASURE_WORDS[each], language) for each in table["measure"]],
                "design": [render(page.designs[each], language) for each in table["when"]],
                "value": table["value"].to_numpy(),
            }
        )
        whole = frame.groupby(["row", "design"], sort=False)["value"].agg(["min", "max"]).reset_index()
        low, high = ([percent(each, language, 0) for each in whole[name]] for name in ("min", "max"))
        whole["label"] = [one if one == two else f"{one} – {two}" for one, two in zip(low, high, strict=True)]
        rows = Rows(unique(frame["row"]), design_names(page, language), thick=THICK)
        x: dict[str, Any] = {
            "title": render(say("a portfolio, the mean of its kind = 100%"), language),
            "scale": alt.Scale(domain=[0, max(frame["value"].max() * 1.3, 1.3)], nice=False),
            "axis": alt.Axis(tickCount=5, format="%"),
        }
        colour = design_colour(page, language, baseline=MUTED)
        ends = rows.chart(whole)
        mean = alt.Chart(pd.DataFrame({"mean": [1.0]})).mark_rule(strokeDash=[4, 3], color=MUTED)
        return alt.layer(
            rows.lines(),
            rows.names(),
            mean.encode(x=alt.X("mean:Q", **x)),
            ends.mark_rule(strokeWidth=THICK - 14, opacity=0.35, strokeCap="round").encode(
                x=alt.X("min:Q", **x), x2="max:Q", color=colour
            ),
            rows.chart(frame).mark_circle(size=110, opacity=1).encode(x=alt.X("value:Q", **x), color=colour),
            ends.mark_text(align="left", dx=14).encode(x=alt.X("max:Q", **x), text="label:N"),
        ).properties(height=rows.height)

    description = say(
        "Strips: all portfolios in equal parts of at least {count} people, a dot at the mean of each part, today above "
        "the proposal.",
        count=str(page.limits.smallest_cell),
    )
    return draw(page, title, description, chart, anything=not table.empty)


def in_one_hand(page: Page, title: Value) -> Drawing:
    """Premium clients with designated managers, groups and chains in one portfolio: shares, today and proposed."""
    found: list[tuple[Value, str, float]] = []
    premium = page.table("premium")
    if premium["shown"].all() and premium["clients"].min() > 0:
        found += [
            (say("Premium clients with a designated manager"), str(row.when), row.designated / row.clients)
            for row in premium.itertuples()
        ]
    for when in WHEN:
        count, whole = units(page, "group", when)
        if count:
            found.append((say("Groups of clients in one portfolio"), when, whole / count))
    for when in WHEN:
        if units(page, "chain", when)[0]:
            words = say("Clients of a chain with the manager who holds most of it")
            found.append((words, when, nearest(page, "chain", when)))

    def chart(language: str) -> AnyChart:
        frame = pd.DataFrame(
            {
                "row": [render(words, language) for words, _, _ in found],
                "design": [render(page.designs[when], language) for _, when, _ in found],
                "share": [value for *_, value in found],
                "label": [percent(value, language, 0) for *_, value in found],
            }
        )
        rows = Rows(unique(frame["row"]), design_names(page, language))
        x = alt.X(
            "share:Q",
            title=render(say("share in one hand"), language),
            scale=alt.Scale(domain=[0, 1.15], nice=False),
            axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]),
        )
        bars = rows.chart(frame).encode(x=x)
        return alt.layer(
            rows.names(),
            bars.mark_bar(cornerRadiusEnd=2).encode(color=design_colour(page, language)),
            bars.mark_text(align="left", dx=6).encode(text="label:N"),
        ).properties(height=rows.height)

    description = say("Bars: what is with the manager it belongs to, today and in the proposal.")
    return draw(page, title, description, chart, anything=bool(found))
