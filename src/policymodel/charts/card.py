"""The picture of a card: what each indicator reached."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import altair as alt
import pandas as pd

from policymodel.charts.drawing import AnyChart, Drawing, draw
from policymodel.charts.rows import Rows, unique
from policymodel.style import ON_FILL, REACHED
from policymodel.words.numbers import number, percent
from policymodel.words.page import ACTUAL, Page
from policymodel.words.sentences import Value, render, say

CELL = 26
PERIODS = 4


def indicators(page: Page, title: Value) -> Drawing:
    """Attainment of each indicator in the last periods, with an arrow for the change on the previous period (S4.0)."""
    own = page.own("indicators")

    def chart(language: str) -> AnyChart:
        judged = own[own["line"].isin(own.loc[own["attainment"].notna(), "line"])]
        table = judged if len(judged) else own
        periods = unique(table["period"])[-PERIODS:]
        # the claim says the year
        spans = {each: page.when(each, in_year=len({one[:4] for one in periods}) == 1) for each in periods}
        table = table[table["period"].isin(periods)]
        frame = pd.DataFrame(
            {
                "row": [render(page.name("line", each), language) for each in table["line"]],
                "period": [render(spans[each], language) for each in table["period"]],
                "reached": [_class(row) for row in table.to_dict("records")],
                "label": [_cell(row, language) for row in table.to_dict("records")],
            }
        )
        rows = Rows(unique(frame["row"]), thick=CELL)
        x = alt.X(
            "period:N",
            sort=[render(each, language) for each in spans.values()],
            title=None,
            axis=alt.Axis(orient="top", labelAngle=0, grid=False, labelOverlap=False),
            scale=alt.Scale(paddingInner=0.06),
        )
        fill = alt.Color(
            "reached:N", legend=None, scale=alt.Scale(domain=list(REACHED), range=list(REACHED.values()))
        )
        cells = rows.chart(frame).encode(x=x)
        return alt.layer(
            rows.names(),
            cells.mark_rect(cornerRadius=3).encode(color=fill),
            cells.mark_text(color=ON_FILL).encode(text="label:N"),
        ).properties(height=rows.height)

    description = say(
        "A grid: the share of its target each indicator reached by the end of each period, orange where it is below, "
        "blue where it is reached; the arrow is the change on the previous period."
    )
    drawing = draw(page, title, description, chart, anything=bool(len(own) and own["shown"].any()))
    return replace(drawing, basis=ACTUAL)


def _class(row: dict[str, Any]) -> str:
    share = row["attainment"]
    if not row["shown"] or pd.isna(share):
        return "no_target"
    return (
        "under_80" if share < 0.8 else "under_100" if share < 1 else "reached" if share < 1.2 else "over_120"
    )


def _cell(row: dict[str, Any], language: str) -> str:
    """Attainment and the way the figure went; without a target, the relative change, or else the figure."""
    if not row["shown"]:
        return render(say("withheld"), language)
    actual, previous, share = row["actual"], row["previous_actual"], row["attainment"]
    compared = pd.notna(previous) and pd.notna(actual)
    if pd.notna(share):
        arrow = "" if not compared or actual == previous else " ▲" if actual > previous else " ▼"
        almost = 0.995 <= share < 1  # would read as reached
        return percent(share, language, int(almost)) + arrow
    if compared and previous > 0:
        return percent(actual / previous - 1, language, 0, signed=True)
    return number(actual, language)
