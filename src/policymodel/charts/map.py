"""The picture of a strategy map: a lane for each perspective, a box for each objective, an arrow for each edge.

Boxes stand three to a row, so that they can be read on a telephone; an arrow that passes a row goes between its boxes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from textwrap import wrap

import altair as alt
import pandas as pd

from policymodel.charts.drawing import SMALL, AnyChart, Drawing, finished
from policymodel.charts.readout import Readout
from policymodel.scheme.scheme import Scheme
from policymodel.scheme.strategy import StrategyMap
from policymodel.style import INK
from policymodel.words.sentences import Text, Value, render, say

PER_ROW, INSET = 3, 0.015
NAMES, LINE, PADDING, GAP = 74, 15, 7, 46
"""Pixels: the column of names, a line of text, the space in a box, and the space between rows."""
HEAD, STUB, PORT = 5, 10, 0.05
NARROW, LETTERS = 520, {True: (24, 18, 12), False: (48, 40, 24)}
"""Below so many pixels labels are broken after fewer letters, the more boxes a row has; a Chinese letter is two."""
WIDEST = 0.25
"""Half the width of a box that has a row to itself, or shares it with one."""


@dataclass(frozen=True)
class Box:
    """An objective in its place: the row counted from above, its middle and its half width in parts of the whole."""

    name: str
    row: int
    middle: float
    half: float


@dataclass(frozen=True)
class Layout:
    """Where everything stands; across in parts of the whole width, down in pixels."""

    boxes: dict[str, Box]
    rows: int
    first: tuple[int, ...]
    """The first row of each lane."""
    edges: tuple[tuple[str, str], ...]
    tall: int
    """Pixels of a box."""

    @property
    def height(self) -> int:
        """Pixels in all."""
        return self.rows * (self.tall + GAP)

    def top(self, row: int) -> float:
        """The upper edge of a row's boxes."""
        return row * (self.tall + GAP) + GAP * 0.7

    def bottom(self, row: int) -> float:
        """Their lower edge."""
        return self.top(row) + self.tall

    @cached_property
    def ports(self) -> dict[tuple[int, bool], float]:
        """Where each edge leaves (True) and arrives: side by side at one side of a box, in the order of the others."""
        at_side: dict[tuple[str, bool], list[tuple[float, int, bool]]] = {}
        for place, pair in enumerate(self.edges):
            first, then = (self.boxes[each] for each in pair)
            above = then.row <= first.row
            at_side.setdefault((first.name, above), []).append((then.middle, place, True))
            # Along a row an arrow goes over the boxes and comes down.
            at_side.setdefault((then.name, then.row >= first.row), []).append((first.middle, place, False))
        return {
            (place, leaves): self.boxes[name].middle + (index - (len(there) - 1) / 2) * PORT
            for (name, _), there in at_side.items()
            for index, (_, place, leaves) in enumerate(sorted(there))
        }

    def path(self, place: int) -> Iterator[tuple[float, float]]:
        """The corners of an edge, from where it leaves to where it arrives."""
        first, then = (self.boxes[each] for each in self.edges[place])
        start, end = self.ports[place, True], self.ports[place, False]
        if first.row == then.row:
            over = self.top(first.row) - STUB - HEAD * (place % 3)
            yield from [(start, self.top(first.row)), (start, over), (end, over), (end, self.tip(place))]
            return
        up = then.row < first.row
        leaves, sign = (self.top(first.row), -1) if up else (self.bottom(first.row), 1)
        yield from [(start, leaves), (start, leaves + sign * STUB)]
        for row in range(first.row + sign, then.row, sign):
            gap = self._between(row, start + (end - start) * (row - first.row) / (then.row - first.row))
            edges = (self.bottom(row) + STUB, self.top(row) - STUB)
            yield from [(gap, each) for each in (edges if up else edges[::-1])]
        yield from [(end, self.tip(place) - sign * STUB), (end, self.tip(place))]

    def tip(self, place: int) -> float:
        """Where the head of an arrow stands: just outside the box."""
        first, then = (self.boxes[each] for each in self.edges[place])
        return self.bottom(then.row) + HEAD if then.row < first.row else self.top(then.row) - HEAD

    def down(self, place: int) -> bool:
        """Whether the arrow comes from above."""
        first, then = (self.boxes[each] for each in self.edges[place])
        return then.row >= first.row

    def _between(self, row: int, wanted: float) -> float:
        """The way between two boxes of a row, or beside them, that is nearest."""
        there = [each for each in self.boxes.values() if each.row == row]
        sides = {round(each.middle + side * (each.half + INSET), 9) for each in there for side in (-1, 1)}
        return min(sides or {wanted}, key=lambda each: abs(each - wanted))


def laid_out(drawn: StrategyMap, lanes: Sequence[Sequence[str]], lines: int) -> Layout:
    """Each lane's objectives three to a row, the highest lane on top; a box has room for so many lines of text."""
    boxes: dict[str, Box] = {}
    rows, first = 0, []
    for lane in lanes:
        first.append(rows)
        for start in range(0, max(len(lane), 1), PER_ROW):
            names = lane[start : start + PER_ROW]
            for index, name in enumerate(names):
                middle, half = (index + 0.5) / len(names), min(0.5 / len(names), WIDEST) - INSET
                boxes[name] = Box(name, rows, middle, half)
            rows += 1
    edges = tuple((each.from_, each.to) for each in drawn.edges)
    return Layout(boxes, rows, tuple(first), edges, lines * LINE + 2 * PADDING)


def strategy(scheme: Scheme, title: Value, description: Value, languages: Sequence[str]) -> Drawing:
    """The map of a scheme, or nothing where it has none; its arrows are read out as a table with their reasons."""
    if scheme.strategy is None:
        return Drawing(title, description, {})
    charts = {each: finished(_chart(scheme, scheme.strategy, each), each) for each in languages}
    return Drawing(title, description, charts, "", lambda language: _read_out(scheme, language))


def _called(scheme: Scheme, name: str, language: str) -> str:
    return render(Text(dict(scheme.lines[name].title.languages)), language)


def _read_out(scheme: Scheme, language: str) -> Readout:
    assert scheme.strategy is not None
    heads = (say("Objective"), say("brings about"), say("because"))
    rows = [
        (
            _called(scheme, each.from_, language),
            _called(scheme, each.to, language),
            render(Text(dict(each.because.languages)), language),
        )
        for each in scheme.strategy.edges
    ]
    return Readout(tuple(render(each, language) for each in heads), tuple(rows))


def broken(text: str, letters: int) -> list[str]:
    """A label in lines of so many letters; Chinese lines are made about equal.

    >>> broken("Raise agency income", 12), broken("提高代理業務收入", 12)
    (['Raise agency', 'income'], ['提高代理', '業務收入'])
    """
    if sum(ord(each) > 0x2E7F for each in text) <= len(text) / 2:
        return wrap(text, letters)
    lines = ceil(len(text) / (letters // 2))
    return wrap(text, ceil(len(text) / lines))


def _chart(scheme: Scheme, drawn: StrategyMap, language: str) -> AnyChart:
    lanes = drawn.lanes(scheme.lines)
    labels = {name: _called(scheme, name, language) for lane in lanes.values() for name in lane}
    beside = {name: min(len(lane), PER_ROW) - 1 for lane in lanes.values() for name in lane}
    wrapped = {
        narrow: {name: broken(label, letters[beside[name]]) for name, label in labels.items()}
        for narrow, letters in LETTERS.items()
    }
    lines = max((len(each) for labels in wrapped.values() for each in labels.values()), default=1)
    layout = laid_out(drawn, list(lanes.values()), lines)
    x = alt.Scale(domain=[0, 1], range=[NAMES, alt.ExprRef("width")], nice=False, zero=False)
    y = alt.Scale(domain=[0, layout.height], range=[0, layout.height], nice=False, zero=False)

    def across(name: str = "x") -> alt.X:
        return alt.X(f"{name}:Q", scale=x, axis=None)

    def down(name: str = "y") -> alt.Y:
        return alt.Y(f"{name}:Q", scale=y, axis=None)

    boxes = pd.DataFrame(
        [
            {
                "x": each.middle - each.half,
                "right": each.middle + each.half,
                "y": layout.top(each.row),
                "bottom": layout.bottom(each.row),
            }
            for each in layout.boxes.values()
        ]
    )
    ways = pd.DataFrame(
        [
            {"edge": place, "step": step, "x": at, "y": height}
            for place in range(len(layout.edges))
            for step, (at, height) in enumerate(layout.path(place))
        ]
    )
    heads = pd.DataFrame(
        [
            {"x": layout.ports[place, False], "y": layout.tip(place), "down": layout.down(place)}
            for place in range(len(layout.edges))
        ]
    )
    names = pd.DataFrame(
        [
            {
                "y": layout.top(row) + LINE * 0.5,
                "text": "\n".join(broken(_called(scheme, lane, language), 11)),
            }
            for lane, row in zip(lanes, layout.first, strict=True)
        ]
    )
    rules = pd.DataFrame({"y": [layout.top(row) - GAP * 0.62 for row in layout.first[1:]]})
    head = alt.Chart(heads).encode(x=across(), y=down())
    texts = []
    for narrow, written in wrapped.items():
        table = pd.DataFrame(
            [
                {
                    "x": layout.boxes[name].middle,
                    "y": layout.top(layout.boxes[name].row) + (layout.tall - LINE * (len(each) - 1)) / 2,
                    "text": "\n".join(each),
                }
                for name, each in written.items()
            ]
        )
        shown = alt.ExprRef(f"width < {NARROW} ? {int(narrow)} : {int(not narrow)}")
        texts.append(
            alt.Chart(table)
            .mark_text(lineBreak="\n", lineHeight=LINE, align="center", baseline="middle", opacity=shown)
            .encode(x=across(), y=down(), text="text:N")
        )
    return alt.layer(
        alt.Chart(rules).mark_rule(stroke=INK, strokeOpacity=0.2).encode(y=down()),
        alt.Chart(names)
        .mark_text(lineBreak="\n", lineHeight=LINE, align="left", baseline="middle", fontWeight=600)
        .encode(x=alt.value(0), y=down(), text="text:N"),
        alt.Chart(ways)
        .mark_line(interpolate="linear", stroke=INK, strokeWidth=1.3, strokeOpacity=0.7)
        .encode(x=across(), y=down(), detail="edge:N", order="step:Q"),
        *(
            head.transform_filter(f"datum.down == {str(below).lower()}").mark_point(
                shape=shape, size=SMALL * 5, filled=True, fill=INK, opacity=1
            )
            for below, shape in ((False, "triangle-up"), (True, "triangle-down"))
        ),
        alt.Chart(boxes)
        .mark_rect(fill=None, stroke=INK, strokeWidth=1.2, cornerRadius=4)
        .encode(x=across(), x2="right:Q", y=down(), y2="bottom:Q"),
        *texts,
    ).properties(height=layout.height)
