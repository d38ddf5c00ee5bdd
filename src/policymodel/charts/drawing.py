"""What a picture is here: a claim for its title, and one drawing for each language of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import altair as alt
import pandas as pd
import vl_convert

from policymodel.words.page import Page
from policymodel.words.sentences import Value, render

AnyChart: TypeAlias = alt.Chart | alt.LayerChart

INK, MUTED, RULE, PAPER = "#1b2430", "#5d6875", "#d9dee5", "#ffffff"
# Blue against orange survives every common colour-blindness, and the baseline is told apart by lightness alone.
BASELINE, OTHERS = "#b4bec9", ("#1d5b99", "#b65a1a", "#3f7f6b")
LOSS, SMALL_LOSS, SAME, SMALL_GAIN, GAIN = "#b65a1a", "#e3ab7d", "#c9d0d8", "#8fb6db", "#1d5b99"
SHAPES = ("circle", "diamond", "square", "triangle-up")
FONTS = {
    "en": "'Segoe UI', 'Helvetica Neue', Arial, 'Noto Sans', 'Noto Sans CJK TC', sans-serif",
    "zh-Hant": "'PingFang TC', 'Microsoft JhengHei', 'Noto Sans TC', 'Noto Sans CJK TC', sans-serif",
}
MAX_ROWS = 400


@dataclass(frozen=True)
class Drawing:
    """A claim, what the picture shows for those who cannot see it, and a chart for each language.

    Where there is nothing to draw, the charts are empty and the claim is a sentence that says so.
    """

    title: Value
    description: Value
    charts: Mapping[str, AnyChart]

    def spec(self, language: str) -> dict[str, Any]:
        """The Vega-Lite specification in this language, responsive to the width it is given."""
        chart = self.charts[language].properties(description=render(self.description, language))
        spec: dict[str, Any] = chart.to_dict(validate=False)
        rows = sum(len(values) for values in spec.get("datasets", {}).values())
        if rows > MAX_ROWS:
            raise ValueError(f"a picture takes finished aggregates, {MAX_ROWS} rows at most; this one has {rows}")
        return spec

    def png(self, language: str, width: int = 640) -> bytes:
        """The picture as pixels, for a person at work in JupyterLab."""
        spec = self.spec(language) | {"width": width}
        return bytes(vl_convert.vegalite_to_png(spec, scale=2))


def draw(
    page: Page, title: Value, description: Value, chart: Callable[[str], AnyChart], *, anything: bool
) -> Drawing:
    """The chart in each language of the page, or none where there is not anything to draw."""
    if not anything:
        return Drawing(title, description, {})
    return Drawing(title, description, {each: finished(chart(each), each) for each in page.languages})


def finished(chart: AnyChart, language: str) -> AnyChart:
    """The house's look: as wide as its place, quiet axes, type that has Chinese characters."""
    font = FONTS[language]
    axis = {
        "labelColor": INK, "titleColor": MUTED, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
        "domain": False, "ticks": False, "gridColor": RULE, "labelPadding": 8, "titlePadding": 10,
    }
    return (
        chart.properties(width="container", background="transparent", autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
        .configure(font=font, padding=4)
        .configure_view(stroke=None)
        .configure_axis(**axis)
        .configure_axisX(grid=True, labelOverlap="greedy", labelSeparation=10)
        .configure_axisY(grid=True)
        .configure_legend(orient="top", title=None, labelFontSize=13, labelColor=INK, symbolSize=140, offset=12,
                          direction="horizontal", labelLimit=260, columns=2)
        .configure_text(fontSize=12, color=INK)
    )


def colours(page: Page, language: str) -> alt.Scale:
    """A colour for each design: the baseline pale, the others dark."""
    names = [render(page.designs[page.baseline], language)]
    names += [render(page.designs[design], language) for design in page.others]
    return alt.Scale(domain=names, range=[BASELINE, *(OTHERS * 4)[: len(names) - 1]])


def design_order(page: Page) -> list[str]:
    """The baseline first, then the others as the run lists them."""
    return [page.baseline, *page.others]


NAME, BAR = 30, 17
"""Pixels for the name above a row, and for one bar."""


@dataclass(frozen=True)
class Rows:
    """One band a label, in the order given; names stand above the bands, so they need no width of their own."""

    labels: Sequence[str]
    thick: int

    @property
    def height(self) -> int:
        """Pixels for all rows."""
        return len(self.labels) * (NAME + self.thick) + NAME

    def y(self, **place: Any) -> alt.Y:
        """The vertical place of a row."""
        gap = NAME / (NAME + self.thick)
        return alt.Y("row:N", sort=list(self.labels), axis=None,
                     scale=alt.Scale(paddingInner=gap, paddingOuter=gap), **place)

    def names(self) -> alt.Chart:
        """The names of the rows, each at the left above its band."""
        return (
            alt.Chart(pd.DataFrame({"row": list(self.labels)}))
            .mark_text(align="left", baseline="bottom", dy=-4, fontWeight=600)
            .encode(y=self.y(bandPosition=0), x=alt.value(0), text="row:N")
        )


def unique(labels: Iterable[str]) -> list[str]:
    """The labels once each, in order."""
    return list(dict.fromkeys(labels))
