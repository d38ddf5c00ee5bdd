"""The picture of a payout curve: straight from corner to corner, and open where a jump is not paid."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from policymodel.charts.drawing import AnyChart, Drawing, finished
from policymodel.style import INK, MUTED
from policymodel.words.numbers import number
from policymodel.words.sentences import Value, render

BLANK = "white"
LABELS = 12
"""More corners than this are told apart by their place, not by figures beside them."""


def payout(
    curve: pd.DataFrame,
    title: Value,
    description: Value,
    axes: tuple[Value, Value],
    languages: Sequence[str],
    stands: tuple[float, float] | None = None,
) -> Drawing:
    """A payout curve (`margins.payout_curve`): what a line gives as a measure runs from low to high.

    `axes` say what runs across and what is given, with their units. Where the line jumps, the end that is paid is a
    filled dot and the other one open. `stands` is where the person is: the measure and the value there.
    """
    known = curve.dropna(subset=["value"])
    charts = {} if known.empty else {each: _chart(known, axes, each, stands) for each in languages}
    return Drawing(title, description, {each: finished(chart, each) for each, chart in charts.items()})


def _chart(
    curve: pd.DataFrame, axes: tuple[Value, Value], language: str, stands: tuple[float, float] | None
) -> AnyChart:
    scale, axis = alt.Scale(zero=False), alt.Axis(grid=True, tickCount=6, format=",.3~f")
    x = alt.X("at:Q", title=render(axes[0], language), scale=scale, axis=axis)
    y = alt.Y("value:Q", title=render(axes[1], language), scale=scale, axis=axis)
    columns = curve[["at", "value", "piece", "corner", "reached"]]
    corners = columns[columns["corner"].isin(["bend", "jump"]) | ~columns["reached"]]
    corners = corners.assign(label=[number(each, language, _digits(each)) for each in corners["value"]])
    base = alt.Chart(columns).encode(x=x, y=y)
    dots = alt.Chart(corners).encode(x=x, y=y, tooltip=["at:Q", "value:Q"])
    layers = [
        base.mark_line(interpolate="linear", strokeWidth=2, color=INK).encode(detail="piece:N", order="at:Q"),
        dots.mark_point(size=60, stroke=INK, strokeWidth=2, opacity=1, filled=True).encode(
            fill=alt.condition("datum.reached", alt.value(INK), alt.value(BLANK))
        ),
    ]
    if 0 < len(corners) <= LABELS:
        layers.append(dots.mark_text(align="right", baseline="bottom", dx=-6, dy=-4).encode(text="label:N"))
    if stands is not None:
        place = pd.DataFrame({"at": [stands[0]], "value": [stands[1]]})
        here = alt.Chart(place).encode(x=x)
        layers.append(here.mark_rule(strokeDash=[4, 3], color=MUTED))
        layers.append(here.mark_point(shape="cross", size=140, stroke=INK, fill=INK).encode(y=y))
    return alt.layer(*layers).properties(height=300)


def _digits(value: float) -> int:
    return 0 if float(value).is_integer() else 2
