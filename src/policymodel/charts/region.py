"""The six pictures of a page."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from policymodel.charts.drawing import (
    BAR, GAIN, INK, LOSS, MUTED, OTHERS, SAME, SHAPES, SMALL_GAIN, SMALL_LOSS,
    AnyChart, Drawing, colours, design_order, Rows, draw, unique,
)
from policymodel.words import claims
from policymodel.words.numbers import MINOR_UNITS, Figure, Scale, Span, number, percent
from policymodel.words.page import BANDS, Page, band_rows, group_words, in_order, joined_bins
from policymodel.words.sentences import Value, render, say

WITHHELD = say("withheld")
FEW_BINS = 3
SKEWED = 8


def cost(page: Page, title: Value) -> Drawing:
    """What each design costs, part by part, beside the budget."""

    def chart(language: str) -> AnyChart:
        table = page.table("cost")
        items = unique(table["item"])
        names = {item: render(page.name("item", item), language) for item in items}
        total, allowed = render(say("Total"), language), claims.budget(page)
        bars = [(names[row.item], row.design, row.amount_minor) for row in table.itertuples()]
        bars += [(total, design, claims.total_cost(page, design)) for design in design_order(page)]
        order = [*names.values(), total]
        if allowed is not None:
            order.append(render(say("Budget"), language))
        scale = Scale.of(max(amount for *_, amount in bars) / MINOR_UNITS, language)
        frame = pd.DataFrame(
            [(row, render(page.designs[design], language), amount / MINOR_UNITS / scale.divisor,
              number(amount / MINOR_UNITS / scale.divisor, language, 2)) for row, design, amount in bars],
            columns=["row", "design", "amount", "label"])
        designs = [render(page.designs[design], language) for design in design_order(page)]
        limit = (allowed or 0) / MINOR_UNITS / scale.divisor
        largest = max(frame["amount"].max(), limit) * 1.18
        rows = Rows(order, BAR * len(designs))
        x = alt.X("amount:Q", title=_money_axis(page, scale, language), scale=alt.Scale(domain=[0, largest]),
                  axis=alt.Axis(tickCount=5))
        base = alt.Chart(frame).encode(y=rows.y(), x=x, yOffset=alt.YOffset("design:N", sort=designs))
        layers = [
            rows.names(),
            base.mark_bar(cornerRadiusEnd=2).encode(
                color=alt.Color("design:N", scale=colours(page, language), sort=designs),
                tooltip=[alt.Tooltip("design:N", title=" "), alt.Tooltip("label:N", title="  ")]),
            base.mark_text(align="left", dx=6).encode(text="label:N"),
        ]
        if allowed is not None:
            line = pd.DataFrame({"row": [render(say("Budget"), language)], "amount": [limit],
                                 "label": [number(limit, language, 2)]})
            plan = alt.Chart(line).encode(y=rows.y(), x=x)
            layers += [plan.mark_bar(height=BAR, fill="transparent", stroke=INK, strokeDash=[4, 3], strokeWidth=1.3),
                       plan.mark_text(align="left", dx=6).encode(text="label:N")]
        return alt.layer(*layers).properties(height=rows.height)

    description = say("Bars: the amount of each part of pay and the total, one bar a design, and the budget.")
    return draw(page, title, description, chart, anything=page.has("cost"))


def bands(page: Page, title: Value) -> Drawing:
    """How many people gain or lose how much, with a band for no change."""

    def chart(language: str) -> AnyChart:
        several = len(page.others) > 1
        bars = []
        for design in page.others:
            for words, people, band in band_rows(page, design):
                text = render(WITHHELD, language) if people is None else number(people, language)
                name = render(page.designs[design], language)
                bars.append((render(words, language), name, people or 0, f"{text}  {name}" if several else text, band))
        frame = pd.DataFrame(bars, columns=["row", "design", "people", "label", "band"])
        rows = Rows(unique(frame["row"]), BAR * len(page.others))
        offset = {"yOffset": alt.YOffset("design:N")} if several else {}
        base = alt.Chart(frame).encode(
            y=rows.y(), **offset,
            x=alt.X("people:Q", title=render(say("people"), language), axis=alt.Axis(tickMinStep=1, tickCount=5),
                    scale=alt.Scale(domain=[0, max(1.0, frame["people"].max() * (1.5 if several else 1.15))])))
        colour = alt.Color("band:N", legend=None, scale=alt.Scale(
            domain=list(BANDS), range=[LOSS, SMALL_LOSS, SAME, SMALL_GAIN, GAIN]))
        return alt.layer(rows.names(), base.mark_bar(cornerRadiusEnd=2).encode(color=colour),
                         base.mark_text(align="left", dx=6).encode(text="label:N"),
                         ).properties(height=rows.height)

    description = say("Bars: how many people fall into each band of gain or loss against the baseline.")
    known = page.has("bands") and any(people for each in page.others for _, people, _ in band_rows(page, each))
    return draw(page, title, description, chart, anything=known)


def groups(page: Page, title: Value) -> Drawing:
    """The mean change of each grade and each outlet."""

    def chart(language: str) -> AnyChart:
        table = page.table("change")
        table = in_order(table[table["by"].ne("all") & table["design"].isin(page.others)])
        in_money = table["unit"].eq("minor").all()
        values = table["mean_change"].where(table["shown"]).abs() / (MINOR_UNITS if in_money else 1)
        scale = Scale.of(values.max() if values.notna().any() else 0, language) if in_money else Scale(1, "")
        divisor = scale.divisor * (MINOR_UNITS if in_money else 1)
        bars = []
        for row in table.itertuples():
            change = row.mean_change / divisor if row.shown else 0.0
            text = number(change, language, 1 if scale.divisor > 1 or not in_money else 0, signed=True)
            bars.append((render(group_words(page, row.by, row.group), language),
                         render(page.designs[row.design], language), change,
                         text if row.shown else render(WITHHELD, language), bool(change >= 0)))
        frame = pd.DataFrame(bars, columns=["row", "design", "change", "label", "gains"])
        rows = Rows(unique(frame["row"]), BAR * max(1, len(page.others)))
        several = len(page.others) > 1
        reach = max(frame["change"].abs().max(), 1e-9)
        low = min(frame["change"].min() - 0.4 * reach, -0.02 * reach) if (frame["change"] < 0).any() else 0.0
        high = max(frame["change"].max(), 0.0) + 0.4 * reach
        unit = (_money_axis(page, scale, language, say("change a person"))
                if in_money else render(say("change of the score, points"), language))
        offset = {"yOffset": alt.YOffset("design:N")} if several else {}
        base = alt.Chart(frame).encode(
            y=rows.y(), **offset,
            x=alt.X("change:Q", title=unit, scale=alt.Scale(domain=[low, high]), axis=alt.Axis(tickCount=5)))
        colour = (alt.Color("design:N", scale=colours(page, language)) if several else
                  alt.Color("gains:N", legend=None, scale=alt.Scale(domain=[False, True], range=[LOSS, GAIN])))
        zero = alt.Chart(pd.DataFrame({"change": [0]})).mark_rule(color=MUTED).encode(x="change:Q")
        return alt.layer(
            rows.names(), base.mark_bar(cornerRadiusEnd=2).encode(color=colour), zero,
            base.transform_filter("datum.gains").mark_text(align="left", dx=6).encode(text="label:N"),
            base.transform_filter("!datum.gains").mark_text(align="right", dx=-6).encode(text="label:N"),
        ).properties(height=rows.height)

    description = say("Bars: the mean change of each group against the baseline.")
    table = page.table("change")
    known = page.has("change") and bool((table["by"].ne("all") & table["shown"]).any())
    return draw(page, title, description, chart, anything=known)


def scores(page: Page, title: Value) -> Drawing:
    """How the scores are spread: by density, because bins are merged where few score; as bars where few bins are left."""
    table = joined_bins(page)

    def histogram(language: str) -> AnyChart:
        width = (table["upper"] - table["lower"]).min()
        frame = table.assign(height=table["people"] / (table["upper"] - table["lower"]) * width,
                             design=[render(page.designs[each], language) for each in table["design"]])
        baseline = render(page.designs[page.baseline], language)
        x = alt.X("lower:Q", title=render(say("score of the year, points"), language),
                  scale=alt.Scale(domain=[table["lower"].min(), table["upper"].max()], nice=False),
                  axis=alt.Axis(grid=False, labelFlush=False, tickCount=8))
        y = alt.Y("height:Q", title=render(say("people per {width} points", width=number(width, language)), language),
                  axis=alt.Axis(grid=True, tickCount=4))
        colour = alt.Color("design:N", scale=colours(page, language))
        bars = alt.Chart(frame[frame["design"] == baseline]).mark_rect(stroke="white", strokeWidth=1).encode(
            x=x, x2="upper:Q", y=y, y2=alt.datum(0), color=colour)
        lines = alt.Chart(_outline(frame[frame["design"] != baseline])).mark_line(
            interpolate="step-after", strokeWidth=2.5).encode(x=x, y=y, color=colour, order="step:Q", strokeDash=(
                alt.StrokeDash("design:N", legend=None)))
        return alt.layer(bars, lines).properties(height=280)

    def few_bars(language: str) -> AnyChart:
        order = [render(page.designs[design], language) for design in design_order(page)]
        frame = pd.DataFrame({
            "row": [render(_from_to(each.lower, each.upper, table["upper"].max()), language) for each in table.itertuples()],
            "design": [render(page.designs[each], language) for each in table["design"]],
            "people": table["people"].astype(int), "label": [number(each, language) for each in table["people"]],
        })
        rows = Rows(unique(frame["row"]), BAR * len(order))
        base = alt.Chart(frame).encode(
            y=rows.y(), yOffset=alt.YOffset("design:N", sort=order),
            x=alt.X("people:Q", title=render(say("people"), language), axis=alt.Axis(tickMinStep=1, tickCount=5),
                    scale=alt.Scale(domain=[0, max(1.0, frame["people"].max() * 1.15)])))
        return alt.layer(
            rows.names(),
            base.mark_bar(cornerRadiusEnd=2).encode(color=alt.Color("design:N", scale=colours(page, language), sort=order)),
            base.mark_text(align="left", dx=6).encode(text="label:N"),
        ).properties(height=rows.height)

    chart = histogram if table["lower"].nunique() >= FEW_BINS else few_bars
    description = say("A histogram: how many people have which score, one outline a design.")
    return draw(page, title, description, chart, anything=table["lower"].nunique() > 1)


def _from_to(lower: float, upper: float, last: float) -> Value:
    if upper == last:
        return say("{lower} points or more", lower=Figure(lower, 0))
    return say("{lower} to under {upper} points", lower=Figure(lower, 0), upper=Figure(upper, 0))


def _outline(frame: pd.DataFrame) -> pd.DataFrame:
    """The corners of a step line over the bins of each design, from the floor and back to it."""
    pieces = []
    for _, bins in frame.groupby("design", sort=False):
        bins = bins.sort_values("lower")
        first, last = bins.iloc[[0]].assign(height=0.0), bins.iloc[[-1]]
        last = last.assign(lower=last["upper"], height=0.0)
        pieces.append(pd.concat([first, bins, last]).assign(step=range(len(bins) + 2)))
    return pd.concat(pieces) if pieces else frame.assign(step=0)


def contribution(page: Page, title: Value) -> Drawing:
    """What groups of people bring in, and what they are paid."""

    def chart(language: str) -> AnyChart:
        table = page.table("contribution")
        table = table[table["shown"]]
        across = Scale.of(table["mean_contribution"].abs().max() / MINOR_UNITS, language)
        up = Scale.of(table[["mean_pay_minor", "high"]].abs().max().max() / MINOR_UNITS, language)
        frame = pd.DataFrame({
            "design": [render(page.designs[each], language) for each in table["design"]],
            "contribution": table["mean_contribution"] / MINOR_UNITS / across.divisor,
            **{to: table[column] / MINOR_UNITS / up.divisor
               for to, column in {"pay": "mean_pay_minor", "low": "low", "high": "high"}.items()},
        }).round(6)
        order = [render(page.designs[each], language) for each in design_order(page)]
        shape = alt.Shape("design:N", scale=alt.Scale(domain=order, range=list((SHAPES * 2)[: len(order)])))
        colour = alt.Color("design:N", scale=alt.Scale(domain=order, range=[MUTED, *(OTHERS * 4)[: len(order) - 1]]))
        base = alt.Chart(frame).encode(
            x=alt.X("contribution:Q", title=_money_axis(page, across, language, say("income brought in, a person")),
                    scale=_scale_for(frame["contribution"]), axis=_axis_for(frame["contribution"], grid=False)),
            color=colour)
        y = alt.Y("pay:Q", title=_money_axis(page, up, language, say("pay, a person")),
                  scale=_scale_for(frame[["pay", "low", "high"]].stack()),
                  axis=_axis_for(frame[["pay", "low", "high"]].stack(), grid=True))
        return alt.layer(
            base.mark_rule(strokeWidth=1.5).encode(y=alt.Y("low:Q"), y2="high:Q"),
            base.mark_line(strokeWidth=1.5, opacity=0.6).encode(y=y),
            base.mark_point(size=70, filled=True, opacity=1).encode(y=y, shape=shape),
        ).properties(height=320)

    description = say("Points: groups of people by the income they bring in, and their mean pay with its interval.")
    known = page.has("contribution") and bool(page.table("contribution")["shown"].any())
    return draw(page, title, description, chart, anything=known)


def _skewed(values: pd.Series) -> bool:
    """Whether a few large values would press all others against the axis."""
    return bool(values.max() > SKEWED * abs(values.median()) > 0)


def _scale_for(values: pd.Series) -> alt.Scale:
    """Linear, or logarithmic beyond a tenth of the median where values are skewed (they may be zero or below)."""
    if _skewed(values):
        return alt.Scale(type="symlog", constant=float(abs(values.median()) / 10), padding=18)
    return alt.Scale(zero=False, padding=18)


def _axis_for(values: pd.Series, grid: bool) -> alt.Axis:
    if not _skewed(values):
        return alt.Axis(grid=grid, tickCount=5)
    powers = range(math.floor(math.log10(abs(values.median()))) - 1, math.ceil(math.log10(values.max())) + 1)
    return alt.Axis(grid=grid, values=[0, *(step * 10.0**power for power in powers for step in (1, 3))], format="~g")


def indicators(page: Page, title: Value) -> Drawing:
    """Attainment of each indicator in each period, with an arrow for the change on the previous period."""

    def chart(language: str) -> AnyChart:
        table = page.own("indicators")
        with_target = table.loc[table["attainment"].notna(), "line"]
        lines = unique(with_target if len(with_target) else table["line"])
        table = table[table["line"].isin(lines)]
        periods = unique(table["period"])[-4:]
        table = table[table["period"].isin(periods)]
        names = {line: render(page.name("line", line), language) for line in lines}
        order = list(names.values())
        rows = Rows(order, 26)
        frame = pd.DataFrame({
            "row": [names[each] for each in table["line"]],
            "period": [render(Span(each), language) for each in table["period"]],
            "reached": [_reached(row) for row in table.itertuples()],
            "label": [_cell(row, language) for row in table.itertuples()],
        })
        classes = ["under_80", "under_100", "reached", "over_120", "no_target"]
        fill = alt.Color("reached:N", legend=None, scale=alt.Scale(
            domain=classes, range=["#f0c19c", "#f8e3d2", "#d5e4f3", "#a5c7e6", "#eef1f4"]))
        base = alt.Chart(frame).encode(
            y=rows.y(),
            x=alt.X("period:N", sort=[render(Span(each), language) for each in periods], title=None,
                    axis=alt.Axis(orient="top", labelAngle=0, grid=False), scale=alt.Scale(paddingInner=0.06)))
        return alt.layer(rows.names(), base.mark_rect(cornerRadius=3).encode(color=fill),
                         base.mark_text().encode(text="label:N")).properties(height=rows.height)

    description = say("A grid: the share of its target each indicator reached in each period, with an arrow for the "
                      "change on the previous period.")
    own = page.own("indicators")
    return draw(page, title, description, chart, anything=bool(len(own) and own["shown"].any()))


def _reached(row: object) -> str:
    share = getattr(row, "attainment")
    if not getattr(row, "shown") or pd.isna(share):
        return "no_target"
    return "under_80" if share < 0.8 else "under_100" if share < 1 else "reached" if share < 1.2 else "over_120"


def _cell(row: object, language: str) -> str:
    actual, previous, share = (getattr(row, each) for each in ("actual", "previous_actual", "attainment"))
    if not getattr(row, "shown"):
        return render(WITHHELD, language)
    if pd.isna(share):
        return percent(actual / previous - 1, language, 0, signed=True) if previous > 0 else "–"
    arrow = "" if pd.isna(previous) or pd.isna(actual) else " ▲" if actual > previous else " ▼" if actual < previous else " ＝"
    return percent(share, language, 0) + arrow


def _money_axis(page: Page, scale: Scale, language: str, what: Value | None = None) -> str:
    """The title of an axis of money: what it is, and in which unit."""
    unit = scale.unit(page.currency, language)
    return unit if what is None else render(say("{what} ({unit})", what=what, unit=unit), language)
