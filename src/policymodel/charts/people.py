"""Pictures of people: who gains and who loses, and how the scores are spread."""

from __future__ import annotations

import altair as alt
import pandas as pd

from policymodel.charts.drawing import (
    AnyChart,
    Drawing,
    design_colour,
    design_names,
    draw,
    money_axis,
)
from policymodel.charts.readout import Readout
from policymodel.charts.rows import Rows, counts_axis, unique
from policymodel.style import BANDS as BAND_COLOURS
from policymodel.style import GAIN, INK, LOSS, MUTED
from policymodel.words.numbers import MINOR_UNITS, Figure, Scale, number
from policymodel.words.page import BANDS, Page, band_rows, group_words, in_order, joined_bins
from policymodel.words.sentences import Value, render, say

FEW_BINS = 3


def bands(page: Page, title: Value) -> Drawing:
    """How many people gain or lose how much, with a band for no change."""

    def chart(language: str) -> AnyChart:
        designs = [render(page.designs[each], language) for each in page.others]
        found = [
            (render(words, language), render(page.designs[design], language), people, band)
            for design in page.others
            for words, people, band in band_rows(page, design)
        ]
        frame = pd.DataFrame(
            {
                "row": [row for row, *_ in found],
                "design": [design for _, design, _, _ in found],
                "people": [people or 0 for _, _, people, _ in found],
                "band": [band for *_, band in found],
                "label": [
                    _label(people, language) + (f"  {design}" if len(designs) > 1 else "")
                    for _, design, people, _ in found
                ],
            }
        )
        rows = Rows(unique(frame["row"]), designs)
        room = 1.15 if len(designs) == 1 else 1.5
        bars = rows.chart(frame).encode(
            x=counts_axis(frame["people"].max(), render(say("people"), language), room)
        )
        colour = alt.Color(
            "band:N", legend=None, scale=alt.Scale(domain=list(BANDS), range=list(BAND_COLOURS))
        )
        return alt.layer(
            rows.names(),
            bars.mark_bar(cornerRadiusEnd=2).encode(color=colour),
            bars.mark_text(align="left", dx=6).encode(text="label:N"),
        ).properties(height=rows.height)

    description = say("Bars: how many people fall into each band of gain or loss against the baseline.")
    known = page.has("bands") and any(
        people for each in page.others for _, people, _ in band_rows(page, each)
    )
    return draw(page, title, description, chart, anything=known)


def groups(page: Page, title: Value) -> Drawing:
    """The mean change of each group: grades and outlets of a region, regions and grades of the group."""

    def chart(language: str) -> AnyChart:
        table = page.table("change")
        table = in_order(table[table["by"].ne("all") & table["design"].isin(page.others)])
        in_money = not page.in_points
        unit = MINOR_UNITS if in_money else 1
        values = table["mean_change"].astype(float).where(table["shown"]) / unit
        scale = Scale.of(values.abs().max(), language) if in_money else Scale(1, "")
        values = values / scale.divisor
        digits = 1 if scale.divisor > 1 or not in_money else 0
        frame = pd.DataFrame(
            {
                "row": [
                    render(group_words(page, str(row.by), str(row.group)), language)
                    for row in table.itertuples()
                ],
                "design": [render(page.designs[each], language) for each in table["design"]],
                "change": values.fillna(0.0).to_numpy(),
                "gains": (values.fillna(0.0) >= 0).to_numpy(),
                "label": [
                    number(value, language, digits, signed=True)
                    if shown
                    else render(say("withheld"), language)
                    for value, shown in zip(values, table["shown"], strict=True)
                ],
            }
        )
        several = len(page.others) > 1
        rows = Rows(unique(frame["row"]), [render(page.designs[each], language) for each in page.others])
        bars = rows.chart(frame).encode(x=_change_axis(page, frame["change"], scale, language))
        sign = alt.Color("gains:N", legend=None, scale=alt.Scale(domain=[False, True], range=[LOSS, GAIN]))
        zero = alt.Chart(pd.DataFrame({"change": [0]})).mark_rule(color=MUTED).encode(x="change:Q")
        return alt.layer(
            rows.lines(),
            rows.names(),
            bars.mark_bar(cornerRadiusEnd=2).encode(color=design_colour(page, language) if several else sign),
            zero,
            bars.transform_filter("datum.gains").mark_text(align="left", dx=6).encode(text="label:N"),
            bars.transform_filter("!datum.gains").mark_text(align="right", dx=-6).encode(text="label:N"),
        ).properties(height=rows.height)

    description = say("Bars: the mean change of each group against the baseline.")
    table = page.table("change")
    known = page.has("change") and bool((table["by"].ne("all") & table["shown"]).any())
    return draw(page, title, description, chart, anything=known)


def scores(page: Page, title: Value) -> Drawing:
    """How the scores are spread: by density, as bins are merged where few score; as bars where few bins are left."""
    table = joined_bins(page)

    def histogram(language: str) -> AnyChart:
        size = table["upper"] - table["lower"]
        width = number(size.min(), language)
        frame = table.assign(
            height=table["people"] / size * size.min(),
            design=[render(page.designs[each], language) for each in table["design"]],
        )
        baseline = frame["design"] == design_names(page, language)[0]
        x = alt.X(
            "lower:Q",
            title=render(say("score of the year, points"), language),
            scale=alt.Scale(domain=[table["lower"].min(), table["upper"].max()], nice=False),
            axis=alt.Axis(grid=False, labelFlush=False, tickCount=8),
        )
        y = alt.Y(
            "height:Q",
            title=render(say("people per {width} points", width=width), language),
            axis=alt.Axis(grid=True, tickCount=4),
        )
        colour = design_colour(page, language)
        bars = alt.Chart(frame[baseline]).mark_rect(stroke=INK, strokeOpacity=0.3, strokeWidth=1)
        lines = alt.Chart(_outline(frame[~baseline])).mark_line(interpolate="step-after", strokeWidth=2.5)
        return alt.layer(
            bars.encode(x=x, x2="upper:Q", y=y, y2=alt.datum(0), color=colour),
            lines.encode(
                x=x, y=y, color=colour, order="step:Q", strokeDash=alt.StrokeDash("design:N", legend=None)
            ),
        ).properties(height=280)

    def few_bars(language: str) -> AnyChart:
        last = table["upper"].max()
        frame = pd.DataFrame(
            {
                "row": [
                    render(_from_to(each.lower, each.upper, last), language) for each in table.itertuples()
                ],
                "design": [render(page.designs[each], language) for each in table["design"]],
                "people": table["people"].astype(int),
                "label": [number(each, language) for each in table["people"]],
            }
        )
        rows = Rows(unique(frame["row"]), design_names(page, language))
        bars = rows.chart(frame).encode(x=counts_axis(frame["people"].max(), render(say("people"), language)))
        return alt.layer(
            rows.names(),
            bars.mark_bar(cornerRadiusEnd=2).encode(color=design_colour(page, language)),
            bars.mark_text(align="left", dx=6).encode(text="label:N"),
        ).properties(height=rows.height)

    def figures(language: str) -> Readout:
        designs = [each for each in page.designs if each in set(table["design"])]
        people = table.set_index(["lower", "design"])["people"].astype(int)
        last = table["upper"].max()
        heads = [
            render(say("{design} ({unit})", design=page.designs[each], unit=say("people")), language)
            for each in designs
        ]
        rows = [
            (
                render(_from_to(lower, upper, last), language),
                *(number(people[lower, each], language) for each in designs),
            )
            for lower, upper in table[["lower", "upper"]].drop_duplicates().itertuples(index=False)
        ]
        return Readout((render(say("Score of the year"), language), *heads), tuple(rows))

    bins = table["lower"].nunique()
    description = say("A histogram: how many people have which score, one outline a design.")
    return draw(
        page,
        title,
        description,
        histogram if bins >= FEW_BINS else few_bars,
        anything=bins > 1,
        figures=figures,
    )


def _label(people: int | None, language: str) -> str:
    return render(say("withheld"), language) if people is None else number(people, language)


def _change_axis(page: Page, change: pd.Series, scale: Scale, language: str) -> alt.X:
    """An axis around zero with room for the figures at the ends of the bars."""
    reach = max(change.abs().max(), 1e-9)
    low = change.min() - 0.4 * reach if (change < 0).any() else 0.0
    title = (
        render(say("change of the score, points"), language)
        if page.in_points
        else money_axis(page, scale, language, say("change a person"))
    )
    return alt.X(
        "change:Q",
        title=title,
        scale=alt.Scale(domain=[low, max(change.max(), 0.0) + 0.4 * reach], nice=False),
        axis=alt.Axis(tickCount=5),
    )


def _outline(frame: pd.DataFrame) -> pd.DataFrame:
    """The corners of a step line over the bins of each design, from the floor and back to it."""
    pieces = []
    for _, bins in frame.groupby("design", sort=False):
        bins = bins.sort_values("lower")
        first, last = bins.iloc[[0]].assign(height=0.0), bins.iloc[[-1]]
        last = last.assign(lower=last["upper"], height=0.0)
        pieces.append(pd.concat([first, bins, last]).assign(step=range(len(bins) + 2)))
    return pd.concat(pieces) if pieces else frame.assign(step=0)


def _from_to(lower: float, upper: float, last: float) -> Value:
    if upper == last:
        return say("{lower} points or more", lower=Figure(lower, 0))
    return say("{lower} to under {upper} points", lower=Figure(lower, 0), upper=Figure(upper, 0))
