"""The picture of reviewers: how much higher or lower each marks than those who marked the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import altair as alt
import pandas as pd

from policymodel.charts.drawing import AnyChart, Drawing, draw
from policymodel.charts.readout import Readout
from policymodel.charts.rows import Rows
from policymodel.diagnostics.markers import Marking
from policymodel.style import GAIN, INK, LOSS, MUTED
from policymodel.words.numbers import Count, number
from policymodel.words.page import ACTUAL, Page
from policymodel.words.sentences import Value, render, say

WAYS = {-1: LOSS, 0: MUTED, 1: GAIN}


def markers(page: Page, marking: Marking, names: Mapping[str, str], title: Value) -> Drawing:
    """Each reviewer's difference to the others with its interval, from the kindest to the severest."""
    compared = sorted(
        ((each, each.severity) for each in marking.markers if each.severity is not None),
        key=lambda pair: (-pair[1].value, names[pair[0].reviewer_id]),
    )

    def chart(language: str) -> AnyChart:
        frame = pd.DataFrame(
            {
                "row": [names[each.reviewer_id] for each, _ in compared],
                "value": [round(one.value, 4) for _, one in compared],
                "low": [round(one.low, 4) for _, one in compared],
                "high": [round(one.high, 4) for _, one in compared],
                "way": [each.off for each, _ in compared],
                "label": [number(one.value, language, 2, signed=True) for _, one in compared],
            }
        )
        # without an interval the line has no length
        frame[["low", "high"]] = frame[["low", "high"]].apply(lambda end: end.fillna(frame["value"]))
        reach = 1.25 * float(frame[["low", "high"]].abs().to_numpy().max())
        rows = Rows(list(frame["row"]))
        x = alt.X(
            "value:Q",
            title=render(say("difference to the other reviewers of the same duties, in marks"), language),
            scale=alt.Scale(domain=[-max(reach, 0.5), max(reach, 0.5)], nice=False),
            axis=alt.Axis(tickCount=5),
        )
        way = alt.Color("way:N", legend=None, scale=alt.Scale(domain=list(WAYS), range=list(WAYS.values())))
        base = rows.chart(frame).encode(color=way)
        zero = alt.Chart(pd.DataFrame({"value": [0]})).mark_rule(color=MUTED).encode(x="value:Q")
        return alt.layer(
            rows.lines(),
            rows.names(),
            zero,
            base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q"), x2="high:Q"),
            base.mark_point(size=60, filled=True, opacity=1).encode(x=x),
            base.mark_text(align="left", dx=6).encode(x="high:Q", text="label:N", color=alt.value(INK)),
        ).properties(height=rows.height)

    def figures(language: str) -> Readout:
        heads = (say("Reviewer"), say("Difference, in marks"), say("95% interval"), say("People"))
        rows = tuple(
            (
                names[each.reviewer_id],
                number(one.value, language, 2, signed=True),
                interval(one.low, one.high, language),
                render(Count(one.people), language),
            )
            for each, one in compared
        )
        return Readout(tuple(render(each, language) for each in heads), rows)

    description = say(
        "Points: how much higher or lower each reviewer marks than those who marked the same duty of the same person, "
        "with its interval; blue is higher and orange lower by more than chance explains."
    )
    drawing = draw(page, title, description, chart, anything=bool(compared), figures=figures)
    return replace(drawing, basis=ACTUAL)


def interval(low: float, high: float, language: str) -> str:
    """From the lower to the upper end, signed; a dash where there is none."""
    if low != low or high != high:
        return "–"
    ends = (number(each, language, 2, signed=True) for each in (low, high))
    return render(say("{low} to {high}", **dict(zip(("low", "high"), ends, strict=True))), language)
