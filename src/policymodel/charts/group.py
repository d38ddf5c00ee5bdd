"""Pictures of the group's page that set its regions side by side."""

from __future__ import annotations

import altair as alt
import pandas as pd

from policymodel.charts.drawing import BAR, MUTED, OTHERS, SHAPES, AnyChart, Drawing, Rows, design_order, draw, unique
from policymodel.words.numbers import number
from policymodel.words.page import Page
from policymodel.words.sentences import Value, render, say


def alignment(page: Page, title: Value) -> Drawing:
    """How closely pay follows contribution in each region, with its interval."""

    def chart(language: str) -> AnyChart:
        table = page.table("alignment").dropna(subset=["spearman"])
        order = [render(page.designs[each], language) for each in design_order(page)]
        frame = pd.DataFrame({
            "row": [render(page.name("region", each), language) for each in table["region"]],
            "design": [render(page.designs[each], language) for each in table["design"]],
            "value": table["spearman"].round(4), "low": table["low"].round(4), "high": table["high"].round(4),
            "label": [number(each, language, 2) for each in table["spearman"]],
        })
        rows = Rows(unique(frame["row"]), BAR * len(order))
        colour = alt.Color("design:N", scale=alt.Scale(domain=order, range=[MUTED, *(OTHERS * 4)[: len(order) - 1]]))
        shape = alt.Shape("design:N", scale=alt.Scale(domain=order, range=list((SHAPES * 2)[: len(order)])))
        x = alt.X("value:Q", title=render(say("rank correlation of pay and contribution"), language),
                  scale=alt.Scale(domain=[min(0.0, frame["low"].min()), 1.15]),
                  axis=alt.Axis(values=[-1, -0.5, 0, 0.5, 1]))
        base = alt.Chart(frame).encode(y=rows.y(), yOffset=alt.YOffset("design:N", sort=order), color=colour)
        return alt.layer(
            rows.names(),
            base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q"), x2="high:Q"),
            base.mark_point(size=60, filled=True, opacity=1).encode(x=x, shape=shape),
            base.mark_text(align="left", dx=6).encode(x=alt.X("high:Q"), text="label:N", color=alt.value(MUTED)),
        ).properties(height=rows.height)

    description = say("Points: the rank correlation of pay and contribution in each region, with its interval.")
    known = page.has("alignment") and page.table("alignment")["spearman"].notna().any()
    return draw(page, title, description, chart, anything=bool(known))
