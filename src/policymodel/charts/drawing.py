"""What a picture is here: a claim for its title, and one drawing for each language of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from textwrap import wrap
from typing import Any, TypeAlias

import altair as alt
import vl_convert

from policymodel.charts.readout import Readout
from policymodel.style import BASELINE, FONTS, INK, OTHERS, SIZES
from policymodel.words.numbers import Scale
from policymodel.words.page import REPLAY, Page
from policymodel.words.sentences import Value, render, say

AnyChart: TypeAlias = alt.Chart | alt.LayerChart | alt.FacetChart

SHAPES = ("circle", "diamond", "square", "triangle-up")
MAX_ROWS = 400
SMALL = SIZES["label"] - 1


@dataclass(frozen=True)
class Drawing:
    """A claim, what the picture shows for those who cannot see it, and a chart for each language.

    Where there is nothing to draw, the charts are empty and the claim is a sentence that says so. `figures` are those
    of a chart that does not write them beside its marks; of the others they are read out.
    """

    title: Value
    description: Value
    charts: Mapping[str, AnyChart]
    basis: Value = REPLAY
    figures: Callable[[str], Readout] | None = None

    def spec(self, language: str) -> dict[str, Any]:
        """The Vega-Lite specification in this language, responsive to the width it is given."""
        spec: dict[str, Any] = self.charts[language].to_dict(validate=False)
        spec["description"] = render(self.description, language)
        rows = sum(len(values) for values in spec.get("datasets", {}).values())
        if rows > MAX_ROWS:
            raise ValueError(
                f"a picture takes finished aggregates, {MAX_ROWS} rows at most; this one has {rows}"
            )
        return spec

    def png(self, language: str, width: int = 640) -> bytes:
        """The picture as pixels, its title in it: a file to hand on."""
        # A line of the title holds about one letter for each eight pixels; a Chinese one is twice as wide.
        words = render(self.title, language)
        room = width // (15 if language.startswith("zh") else 8)
        title = {"text": wrap(words, room), "anchor": "start", "frame": "group", "color": INK, "fontSize": 14}
        alone = {"width": width, "title": title, "background": "white", "padding": 12}
        return bytes(vl_convert.vegalite_to_png(self.spec(language) | alone, scale=2))


def draw(
    page: Page,
    title: Value,
    description: Value,
    chart: Callable[[str], AnyChart],
    *,
    anything: bool,
    figures: Callable[[str], Readout] | None = None,
) -> Drawing:
    """The chart in each language of the page, or none where there is not anything to draw."""
    if not anything:
        return Drawing(title, description, {})
    charts = {each: finished(chart(each), each) for each in page.languages}
    return Drawing(title, description, charts, figures=figures)


def finished(chart: AnyChart, language: str) -> AnyChart:
    """The chart in the house's look, as wide as its place."""
    # in one call: each one copies every layer several times
    styled: AnyChart = chart.properties(
        width="container",
        background="transparent",
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        config=look(language),
    )
    return styled


@cache
def look(language: str) -> alt.Config:
    """The house's look: quiet axes, type that has Chinese characters."""
    styled: alt.Config = (
        alt.Chart()
        .configure(font=FONTS[language], padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=INK,
            titleOpacity=0.8,
            labelFontSize=SMALL,
            titleFontSize=SMALL,
            titleFontWeight="normal",
            domain=False,
            ticks=False,
            gridColor=INK,
            gridOpacity=0.14,
            labelPadding=8,
            titlePadding=10,
        )
        .configure_axisX(labelOverlap="greedy", labelSeparation=10)
        .configure_legend(
            orient="top",
            title=None,
            labelFontSize=SIZES["label"],
            labelColor=INK,
            symbolSize=140,
            offset=12,
            direction="horizontal",
            labelLimit=260,
            columns=2,
        )
        .configure_text(fontSize=SMALL, color=INK)
        .config
    )
    return styled


def design_names(page: Page, language: str) -> list[str]:
    """The designs as a legend lists them: the baseline, then the others in the run's order."""
    return [render(page.designs[design], language) for design in (page.baseline, *page.others)]


def design_colour(page: Page, language: str, baseline: str = BASELINE) -> alt.Color:
    """A colour for each design: the baseline pale, the others dark."""
    names = design_names(page, language)
    colours = [baseline, *(OTHERS * len(names))[: len(names) - 1]]
    return alt.Color("design:N", sort=names, scale=alt.Scale(domain=names, range=colours))


def design_shape(page: Page, language: str) -> alt.Shape:
    """A shape for each design, so that points are told apart without colour."""
    names = design_names(page, language)
    return alt.Shape(
        "design:N",
        sort=names,
        scale=alt.Scale(domain=names, range=list((SHAPES * len(names))[: len(names)])),
    )


def money_axis(page: Page, scale: Scale, language: str, what: Value | None = None) -> str:
    """The title of an axis of money: what it is, and in which unit."""
    unit = scale.unit(page.currency, language)
    return unit if what is None else render(say("{what} ({unit})", what=what, unit=unit), language)
