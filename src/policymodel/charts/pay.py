"""Pictures of pay: what designs cost, and whether pay follows what people bring in."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import pandas as pd

from policymodel.charts.drawing import (
    AnyChart,
    Drawing,
    design_colour,
    design_names,
    design_shape,
    draw,
    money_axis,
)
from policymodel.charts.readout import Readout
from policymodel.charts.rows import BAR, Rows, unique
from policymodel.style import INK, MUTED
from policymodel.words import claims
from policymodel.words.numbers import MINOR_UNITS, Scale, digits_for, number
from policymodel.words.page import NO_NAME, Page
from policymodel.words.sentences import Value, render, say

SKEWED = 8
APART = 9
"""Pixels between the marks of two designs at the same place."""
PAID = ["mean_pay_minor", "low", "high"]


def cost(page: Page, title: Value) -> Drawing:
    """What each design costs, part by part, beside the budget."""

    def chart(language: str) -> AnyChart:
        table = page.table("cost")
        total, plan, allowed = say("Total"), say("Budget"), claims.budget(page)
        amounts = [
            (page.name("item", row.item), str(row.design), int(row.amount_minor))
            for row in table.itertuples()
        ]
        amounts += [(total, design, claims.total_cost(page, design)) for design in page.designs]
        scale = Scale.of(max(each[2] for each in amounts) / MINOR_UNITS, language)
        unit = MINOR_UNITS * scale.divisor
        digits = digits_for(max(each[2] for each in amounts) / unit)
        frame = pd.DataFrame(
            {
                "row": [render(name, language) for name, _, _ in amounts],
                "design": [render(page.designs[design], language) for _, design, _ in amounts],
                "amount": [minor / unit for *_, minor in amounts],
                "label": [number(minor / unit, language, digits) for *_, minor in amounts],
            }
        )
        limit = (allowed or 0) / unit
        budget_row = [render(plan, language)] if allowed is not None else []
        rows = Rows([*unique(frame["row"]), *budget_row], design_names(page, language))
        x = alt.X(
            "amount:Q",
            title=money_axis(page, scale, language),
            scale=alt.Scale(domain=[0, max(frame["amount"].max(), limit) * 1.18]),
            axis=alt.Axis(tickCount=5),
        )
        bars = rows.chart(frame).encode(x=x)
        layers = [
            rows.names(),
            bars.mark_bar(cornerRadiusEnd=2).encode(color=design_colour(page, language)),
            bars.mark_text(align="left", dx=6).encode(text="label:N"),
        ]
        if allowed is not None:
            budget = pd.DataFrame(
                {"row": budget_row, "amount": [limit], "label": [number(limit, language, digits)]}
            )
            line = alt.Chart(budget).encode(y=rows.y(), x=x)
            layers += [
                line.mark_bar(height=BAR, fill="transparent", stroke=INK, strokeDash=[4, 3], strokeWidth=1.3),
                line.mark_text(align="left", dx=6).encode(text="label:N"),
            ]
        return alt.layer(*layers).properties(height=rows.height)

    description = say("Bars: the amount of each part of pay and the total, one bar a design, and the budget.")
    return draw(page, title, description, chart, anything=page.has("cost"))


def contribution(page: Page, title: Value) -> Drawing:
    """What groups of people bring in, and what they are paid."""

    def chart(language: str) -> AnyChart:
        table = page.table("contribution")
        table = table[table["shown"]]
        across, up = _scales(table, language)
        frame = table[["mean_contribution", *PAID]].astype(float) / MINOR_UNITS
        frame[PAID] = frame[PAID] / up.divisor
        frame["mean_contribution"] = frame["mean_contribution"] / across.divisor
        frame = frame.round(6).assign(
            design=[render(page.designs[each], language) for each in table["design"]]
        )
        brought_in, pays = frame["mean_contribution"], frame[PAID].stack()
        x = _axis_of(
            brought_in, money_axis(page, across, language, say("income brought in, a person")), language
        )
        y = _axis_of(pays, money_axis(page, up, language, say("pay, a person")), language)
        mean = alt.Y("mean_pay_minor:Q", **y)
        layers = []
        # designs stand a little apart, so that equal pay does not hide one of them
        for place, name in enumerate(names := design_names(page, language)):
            aside = APART * (place - (len(names) - 1) / 2)
            base = alt.Chart(frame[frame["design"] == name]).encode(
                x=alt.X("mean_contribution:Q", **x), color=design_colour(page, language, baseline=MUTED)
            )
            layers += [
                base.mark_rule(strokeWidth=2, xOffset=aside).encode(y=alt.Y("low:Q", **y), y2="high:Q"),
                base.mark_point(filled=True, opacity=1, size=80, xOffset=aside).encode(
                    y=mean, shape=design_shape(page, language)
                ),
            ]
        return alt.layer(*layers).properties(height=320)

    def figures(language: str) -> Readout:
        table = page.table("contribution")
        table = table[table["shown"]]
        across, up = _scales(table, language)
        money = MINOR_UNITS * up.divisor
        digits = digits_for(table["high"].max() / money)

        def group(row: Any) -> tuple[str, ...]:
            brought = row.mean_contribution / MINOR_UNITS / across.divisor
            counts = (number(each, language) for each in (row.rank_group, row.people))
            return (*counts, number(brought, language, digits_for(brought)))

        def pay(row: Any) -> tuple[str, ...]:
            mean, low, high = (
                number(each / money, language, digits) for each in (row.mean_pay_minor, row.low, row.high)
            )
            return mean, _interval(low, high, language)

        heads = (
            say("Group, by what it brings in"),
            say("People"),
            money_axis(page, across, language, say("income brought in, a person")),
        )
        paid = money_axis(page, up, language, say("pay, a person"))
        return _side_by_side(page, table, "rank_group", language, heads, group, paid, pay)

    description = say(
        "Points: groups of people by the income they bring in, and their mean pay with its interval."
    )
    known = page.has("contribution") and bool(page.table("contribution")["shown"].any())
    return draw(page, title, description, chart, anything=known, figures=figures)


def alignment(page: Page, title: Value) -> Drawing:
    """How closely pay follows contribution in each region, with its interval."""

    def chart(language: str) -> AnyChart:
        table = page.table("alignment").dropna(subset=["spearman"])
        frame = table[["spearman", "low", "high"]].astype(float).round(4)
        frame = frame.assign(
            row=[render(page.name("region", each), language) for each in table["region"]],
            design=[render(page.designs[each], language) for each in table["design"]],
            label=[number(each, language, 2) for each in table["spearman"]],
        )
        rows = Rows(unique(frame["row"]), design_names(page, language))
        x = alt.X(
            "spearman:Q",
            title=render(say("rank correlation of pay and contribution"), language),
            scale=alt.Scale(domain=[min(0.0, frame["low"].min()), 1.15]),
            axis=alt.Axis(values=[-1, -0.5, 0, 0.5, 1], format="~g"),
        )
        base = rows.chart(frame).encode(color=design_colour(page, language, baseline=MUTED))
        return alt.layer(
            rows.lines(),
            rows.names(),
            base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q"), x2="high:Q"),
            base.mark_point(size=60, filled=True, opacity=1).encode(x=x, shape=design_shape(page, language)),
            base.mark_text(align="left", dx=6).encode(
                x=alt.X("high:Q"), text="label:N", color=alt.value(INK)
            ),
        ).properties(height=rows.height)

    description = say(
        "Points: the rank correlation of pay and contribution in each region, with its interval."
    )

    def figures(language: str) -> Readout:
        def region(row: Any) -> tuple[str, ...]:
            return (render(page.name("region", row.region), language),)

        def link(row: Any) -> tuple[str, ...]:
            value, low, high = (number(each, language, 2) for each in (row.spearman, row.low, row.high))
            return value, _interval(low, high, language)

        table = page.table("alignment").dropna(subset=["spearman"])
        what = say("rank correlation")
        return _side_by_side(page, table, "region", language, (say("Region"),), region, what, link)

    known = page.has("alignment") and bool(page.table("alignment")["spearman"].notna().any())
    return draw(page, title, description, chart, anything=known, figures=figures)


def _scales(table: pd.DataFrame, language: str) -> tuple[Scale, Scale]:
    """The units of what groups bring in and of what they are paid."""
    brought, paid = table["mean_contribution"].abs().max(), table[PAID].abs().max().max()
    return Scale.of(brought / MINOR_UNITS, language), Scale.of(paid / MINOR_UNITS, language)


def _interval(low: str, high: str, language: str) -> str:
    return render(say("{low} to {high}", low=low, high=high), language)


def _side_by_side(
    page: Page,
    table: pd.DataFrame,
    key: str,
    language: str,
    heads: Sequence[Value],
    first: Callable[[Any], tuple[str, ...]],
    what: Value,
    cells: Callable[[Any], tuple[str, ...]],
) -> Readout:
    """A row for each value of `key`: what is the same for all designs, then a figure and its interval for each."""
    rows = {(getattr(row, key), row.design): row for row in table.itertuples()}
    designs = [design for design in page.designs if design in set(table["design"])]
    written = [
        say("{design}: {what}", design=page.designs[design], what=each)
        for design in designs
        for each in (what, say("95% interval"))
    ]
    return Readout(
        tuple(render(each, language) for each in (*heads, *written)),
        tuple(
            (
                *first(next(rows[each, design] for design in designs if (each, design) in rows)),
                *(
                    cell
                    for design in designs
                    for cell in (cells(rows[each, design]) if (each, design) in rows else (NO_NAME, NO_NAME))
                ),
            )
            for each in dict.fromkeys(table[key])
        ),
    )


def _axis_of(values: pd.Series, title: str, language: str) -> dict[str, Any]:
    """Linear; or logarithmic beyond a tenth of the median, where a few large values would press all others flat.

    Values may be zero or below, which a plain logarithm has no place for.
    """
    low, middle, high = float(values.min()), abs(float(values.median())), float(values.max())
    if not high > SKEWED * middle > 0:
        return {
            "title": title,
            "scale": alt.Scale(zero=False, padding=18),
            "axis": alt.Axis(grid=True, tickCount=5),
        }
    powers = range(math.floor(math.log10(middle)) - 1, math.ceil(math.log10(high)) + 1)
    steps = [0.0, *(step * 10.0**power for power in powers for step in (1, 3))]
    bottom, top = low - 0.3 * abs(low), high * 1.3
    return {
        "title": render(say("{axis}, logarithmic", axis=title), language),
        "scale": alt.Scale(type="symlog", constant=middle / 10, domain=[bottom, top], nice=False),
        "axis": alt.Axis(grid=True, values=[each for each in steps if bottom <= each <= top], format=",.2~r"),
    }
