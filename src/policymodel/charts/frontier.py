"""The picture of a frontier: what designs cost across, how many lose upward, and which cannot be bettered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from policymodel.charts.drawing import MAX_ROWS, AnyChart, Drawing, finished
from policymodel.style import BASELINE, INK, MUTED, OTHERS
from policymodel.words.numbers import percent
from policymodel.words.sentences import Value, render

STATES = {
    "frontier": ("circle", OTHERS[0], 90, True),
    "dominated": ("circle", BASELINE, 30, False),
    "dropped": ("cross", MUTED, 30, True),
    "baseline": ("diamond", OTHERS[1], 150, True),
}
"""Shape, colour, size and whether it is filled: each state is told apart without colour."""
DRAWN = ("dropped", "dominated", "frontier", "baseline")


def frontier(
    table: pd.DataFrame,
    title: Value,
    description: Value,
    axes: tuple[Value, Value],
    names: Mapping[str, Value],
    limits: tuple[float | None, float | None],
    languages: Sequence[str],
) -> Drawing:
    """Designs by cost and share of losers.

    `table` has a row a design: cost (in the unit of the axis), lose_share, spread, state (frontier, dominated, dropped,
    baseline), label ("" where none is written). `names` say what each state is called and `limits` are the largest cost
    and share allowed, drawn as dashed lines. A line joins the frontier only where cost and losers alone make it one.
    """
    charts = {each: _chart(table, axes, names, limits, each) for each in languages}
    return Drawing(title, description, {each: finished(chart, each) for each, chart in charts.items()})


def drawable(table: pd.DataFrame) -> pd.DataFrame:
    """As many rows as a picture holds: all that are on the frontier or named, and every so many of the others."""
    kept = table["state"].isin(["frontier", "baseline"])
    room = max(MAX_ROWS - 40 - int(kept.sum()), 1)
    rest = table[~kept]
    stride = -(-len(rest) // room) if len(rest) else 1
    return pd.concat([rest.iloc[::stride], table[kept]], ignore_index=True).tail(MAX_ROWS - 40)


def _chart(
    table: pd.DataFrame,
    axes: tuple[Value, Value],
    names: Mapping[str, Value],
    limits: tuple[float | None, float | None],
    language: str,
) -> AnyChart:
    words = {state: render(names[state], language) for state in STATES if (table["state"] == state).any()}
    frame = table.assign(
        what=table["state"].map(words), losers=[percent(each, language) for each in table["lose_share"]]
    )[["cost", "lose_share", "spread", "what", "label", "losers", "state"]]
    x = alt.X(
        "cost:Q",
        title=render(axes[0], language),
        scale=alt.Scale(zero=False),
        axis=alt.Axis(grid=True, tickCount=6, format=",.4~f"),
    )
    y = alt.Y(
        "lose_share:Q", title=render(axes[1], language), axis=alt.Axis(grid=True, tickCount=6, format="%")
    )
    layers: list[AnyChart] = []
    shapes, colours = ([STATES[each][place] for each in words] for place in (0, 1))
    scale = alt.Scale(domain=list(words.values()), range=shapes)
    paint = alt.Scale(domain=list(words.values()), range=colours)
    legend = alt.Legend(labelLimit=0, columns=2)
    # What matters most is drawn last, and on top.
    for state in sorted(words, key=DRAWN.index):
        size, filled = STATES[state][2:]
        points = alt.Chart(frame[frame["state"] == state].drop(columns="state"))
        layers.append(
            points.mark_point(size=size, filled=filled, strokeWidth=1.5, opacity=1).encode(
                x=x,
                y=y,
                shape=alt.Shape("what:N", scale=scale, title=None, legend=legend),
                color=alt.Color("what:N", scale=paint, title=None, legend=legend),
                tooltip=["label:N", "cost:Q", "losers:N", "spread:Q"],
            )
        )
    named = alt.Chart(frame[frame["label"] != ""][["cost", "lose_share", "label"]]).encode(
        x=x, y=y, text="label:N"
    )
    for halo in ({"stroke": "white", "strokeWidth": 4}, {"color": INK}):
        layers.append(named.mark_text(align="left", dx=5, dy=-11, **halo))
    for name, limit in zip(("cost", "lose_share"), limits, strict=True):
        if limit is not None:
            rule = alt.Chart(pd.DataFrame({name: [limit]})).mark_rule(strokeDash=[4, 3], color=MUTED)
            layers.append(rule.encode(x=x) if name == "cost" else rule.encode(y=y))
    return alt.layer(*layers).properties(height=320)
