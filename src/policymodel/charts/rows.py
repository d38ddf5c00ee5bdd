"""Charts of rows: each row's name above its bars, each bar's figure at its end; legible on a telephone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from policymodel.style import INK

NAME, BAR = 30, 17
"""Pixels for the name above a row, and for one bar."""


@dataclass(frozen=True)
class Rows:
    """One band a label, in the order given, with room for so many bars each.

    Names stand above the bands, so they need no width of their own and are never cut.
    """

    labels: Sequence[str]
    bars: Sequence[str] = ("",)
    thick: int = BAR

    @property
    def height(self) -> int:
        """Pixels for all rows."""
        return len(self.labels) * (NAME + self.thick * len(self.bars)) + NAME

    def y(self, **place: Any) -> alt.Y:
        """The vertical place of a row."""
        gap = NAME / (NAME + self.thick * len(self.bars))
        return alt.Y(
            "row:N",
            sort=list(self.labels),
            axis=None,
            scale=alt.Scale(paddingInner=gap, paddingOuter=gap),
            **place,
        )

    def chart(self, frame: pd.DataFrame) -> alt.Chart:
        """A chart of the frame's rows; several bars in a row are told apart by the column `design`."""
        base = alt.Chart(frame).encode(y=self.y())
        if len(self.bars) == 1:
            return base
        return base.encode(yOffset=alt.YOffset("design:N", sort=list(self.bars)))

    def names(self) -> alt.Chart:
        """The names of the rows, each at the left above its band."""
        named: alt.Chart = (
            alt.Chart(pd.DataFrame({"row": list(self.labels)}))
            .mark_text(align="left", baseline="bottom", dy=-4, fontWeight=600)
            .encode(y=self.y(bandPosition=0), x=alt.value(0), text="row:N")
        )
        return named

    def lines(self) -> alt.Chart:
        """A faint line above each row's name, where its mark may stand far from it."""
        ruled: alt.Chart = (
            alt.Chart(pd.DataFrame({"row": list(self.labels)}))
            .mark_rule(yOffset=4 - NAME, stroke=INK, strokeOpacity=0.14)
            .encode(y=self.y(bandPosition=0))
        )
        return ruled


def counts_axis(largest: float, title: str | list[str], room: float = 1.15) -> alt.X:
    """The axis of a count of people, with room for the figures at the ends of the bars."""
    return alt.X(
        "people:Q",
        title=title,
        scale=alt.Scale(domain=[0, max(1.0, largest * room)]),
        axis=alt.Axis(tickMinStep=1, tickCount=5),
    )


def unique(labels: Iterable[str]) -> list[str]:
    """The labels once each, in order."""
    return list(dict.fromkeys(labels))
