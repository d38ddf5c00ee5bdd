"""Pictures of next year: what each design may cost beside last year and the budget, and what drives the spread."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import altair as alt
import pandas as pd

from policymodel.charts.drawing import AnyChart, Drawing, design_names, draw, money_axis
from policymodel.charts.readout import Readout
from policymodel.charts.rows import Rows
from policymodel.style import INK, OTHERS
from policymodel.words.claims.futures import ALL, SMALLEST
from policymodel.words.futures import FORECAST
from policymodel.words.numbers import MINOR_UNITS, Scale, digits_for, number, percent
from policymodel.words.page import NO_NAME, Page
from policymodel.words.sentences import Value, render, say

WIDE = 12
"""Pixels of the narrower band."""
THICK = 30
MARKS = ("replay_minor", "mean_minor", "low_80_minor", "high_80_minor", "low_95_minor", "high_95_minor")


def futures(page: Page, title: Value) -> Drawing:
    """An interval for each design: the mean, 80 and 95 of 100 futures, last year replayed, and the budget.

    Read without colour: the narrow band is thick, the wide one thin, the mean a point, the replay a hollow diamond, the
    budget a dashed line.
    """
    table = page.table("futures_cost")
    table = table[table["region"] == ALL] if len(table) else table
    chances = page.table("futures_chance")
    allowed = float(chances.loc[chances["region"] == ALL, "budget_minor"].iloc[0]) if len(chances) else None

    def chart(language: str) -> AnyChart:
        scale, unit, digits = _unit(table, allowed, language)
        frame = table[list(MARKS)].astype(float) / unit
        frame = frame.assign(
            row=[render(page.designs[each], language) for each in table["design"]],
            label=[number(each / unit, language, digits) for each in table["mean_minor"]],
        )
        frame["end"] = frame[list(MARKS)].max(axis=1)
        ends = [*frame[list(MARKS)].stack(), *([allowed / unit] if allowed is not None else [])]
        low, high = min(ends), max(ends)
        room = (high - low) or abs(high) or 1.0
        budget_row = [render(say("Budget"), language)] if allowed is not None else []
        rows = Rows([*design_names(page, language), *budget_row], thick=THICK)
        x: dict[str, Any] = {
            "title": money_axis(page, scale, language),
            "scale": alt.Scale(domain=[low - 0.06 * room, high + 0.26 * room], nice=False, zero=False),
            "axis": alt.Axis(tickCount=4),
        }
        base = rows.chart(frame)
        wide = base.transform_filter("isValid(datum.low_95_minor)")
        narrow = base.transform_filter("isValid(datum.low_80_minor)")
        colour = alt.value(OTHERS[0])
        layers: list[AnyChart] = [
            rows.lines(),
            rows.names(),
            wide.mark_rule(strokeWidth=2).encode(
                x=alt.X("low_95_minor:Q", **x), x2="high_95_minor:Q", color=colour
            ),
            narrow.mark_bar(height=WIDE, opacity=0.55).encode(
                x=alt.X("low_80_minor:Q", **x), x2="high_80_minor:Q", color=colour
            ),
            base.mark_point(filled=True, size=90, opacity=1, color=INK).encode(x=alt.X("mean_minor:Q", **x)),
            base.mark_point(
                shape="diamond", filled=False, size=150, strokeWidth=2, opacity=1, color=INK
            ).encode(x=alt.X("replay_minor:Q", **x)),
            base.mark_text(align="left", dx=12).encode(x=alt.X("end:Q", **x), text="label:N"),
        ]
        if allowed is not None:
            budget = pd.DataFrame(
                {
                    "row": budget_row,
                    "amount": [allowed / unit],
                    "label": [number(allowed / unit, language, digits)],
                }
            )
            line = alt.Chart(budget).encode(x=alt.X("amount:Q", **x))
            layers += [
                line.mark_rule(strokeDash=[5, 4], strokeWidth=1.4, color=INK),
                line.mark_text(align="left", dx=8).encode(y=rows.y(), text="label:N"),
            ]
        return alt.layer(*layers).properties(height=rows.height)

    def figures(language: str) -> Readout:
        scale, unit, digits = _unit(table, allowed, language)
        money = money_axis(page, scale, language)

        def cell(value: float) -> str:
            return number(value / unit, language, digits) if pd.notna(value) else NO_NAME

        heads = (
            say("Design"),
            say("Last year, replayed ({unit})", unit=money),
            say("Mean ({unit})", unit=money),
            say("80 of 100 futures"),
            say("95 of 100 futures"),
        )
        return Readout(
            tuple(render(each, language) for each in heads),
            tuple(
                (
                    render(page.designs[row["design"]], language),
                    cell(row["replay_minor"]),
                    cell(row["mean_minor"]),
                    *(
                        render(
                            say(
                                "{low} to {high}",
                                low=cell(row[f"low_{w}_minor"]),
                                high=cell(row[f"high_{w}_minor"]),
                            ),
                            language,
                        )
                        for w in (80, 95)
                    ),
                )
                for row in table.to_dict("records")
            ),
        )

    description = say(
        "Point: mean of the futures. Thick line: 80 of 100 futures; thin line: 95 of 100. Hollow diamond: last year "
        "as it was, replayed. Dashed line: the budget, where there is one."
    )
    drawn = draw(page, title, description, chart, anything=not table.empty, figures=figures)
    return replace(drawn, basis=FORECAST)


def _unit(table: pd.DataFrame, allowed: float | None, language: str) -> tuple[Scale, float, int]:
    """The scale of the axis, minor units in one of its steps, and decimals that tell the designs apart."""
    largest = max(table[list(MARKS)].max().max(), allowed or 0.0)
    scale = Scale.of(largest / MINOR_UNITS, language)
    unit = float(MINOR_UNITS * scale.divisor)
    return scale, unit, digits_for(largest / unit)


def drivers(page: Page, title: Value) -> Drawing:
    """The share of the spread of cost by common factor, and what no factor explains."""
    table = page.table("futures_drivers")
    design = page.others[0] if page.others else page.baseline
    table = table[(table["region"] == ALL) & (table["design"] == design)] if len(table) else table
    order = table.sort_values("share", ascending=False, kind="stable") if len(table) else table

    def chart(language: str) -> AnyChart:
        named = order[order["share"] >= SMALLEST]
        rest = {
            render(say("All other common factors"), language): float(
                order["share"].sum() - named["share"].sum()
            ),
            render(say("Luck of single people and regions"), language): 1 - float(order["explained"].iloc[0]),
        }
        names = [render(page.name("factor", each), language) for each in named["factor"]]
        frame = pd.DataFrame(
            {
                "row": [*names, *rest],
                "share": [max(0.0, each) for each in (*named["share"], *rest.values())],
            }
        )
        frame["label"] = [percent(each, language, 0) for each in frame["share"]]
        rows = Rows(frame["row"].tolist())
        x = alt.X(
            "share:Q",
            title=render(say("share of the variance of cost over the futures"), language),
            scale=alt.Scale(domain=[0, 1.15], nice=False),
            axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]),
        )
        bars = rows.chart(frame).encode(x=x)
        return alt.layer(
            rows.names(),
            bars.mark_bar(cornerRadiusEnd=2, color=OTHERS[0]),
            bars.mark_text(align="left", dx=6).encode(text="label:N"),
        ).properties(height=rows.height)

    description = say("Bars: how much of the spread of cost goes with each common factor.")
    return replace(draw(page, title, description, chart, anything=not table.empty), basis=FORECAST)
