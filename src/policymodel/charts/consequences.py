"""The picture of rewards and penalties: how many people each rule touches, beside what luck alone would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from policymodel.charts.drawing import AnyChart, Drawing, design_colour, draw
from policymodel.charts.readout import Readout
from policymodel.charts.rows import Rows, counts_axis, unique
from policymodel.style import INK
from policymodel.words.claims.consequences import Titles, by_luck, unshown
from policymodel.words.numbers import number
from policymodel.words.page import Page
from policymodel.words.sentences import Value, render, say


def consequences(page: Page, rules: Titles, title: Value) -> Drawing:
    """People touched by each rule under each design; on the group's page a row for each region.

    Rules of which no design tells the number of people stand in the table alone. What luck alone would do is a line
    over the bar from its lower end to its upper, with a point at what it would do on average.
    """
    found = list(_told(page, rules))

    def chart(language: str) -> AnyChart:
        frame = pd.DataFrame(
            {
                "row": [render(words, language) for words, _ in found],
                "design": [render(page.designs[str(each["design"])], language) for _, each in found],
                "people": [int(each["people"]) if each["shown"] else 0 for _, each in found],
                "label": [_label(each, language) for _, each in found],
                **{name: [_end(each, name) for _, each in found] for name in ("low", "expected", "high")},
            }
        )
        designs = unique(frame["design"])
        frame["end"] = frame[["people", "high"]].max(axis=1)
        if len(designs) > 1:
            named = zip(frame["design"], frame["label"], strict=True)
            frame["label"] = [
                render(say("{design}: {what}", design=one, what=two), language) for one, two in named
            ]
        lines = [say("people touched")]
        if frame["expected"].notna().any():
            lines += [say("line: luck alone, 95 of 100 years"), say("point: luck alone, on average")]
        room = 1.15 if len(designs) == 1 else 1.5
        axis = counts_axis(frame["end"].max(), [render(each, language) for each in lines], room)
        rows = Rows(unique(frame["row"]), designs)
        bars = rows.chart(frame)
        luck = bars.transform_filter("isValid(datum.expected)").encode(color=alt.value(INK))
        return alt.layer(
            rows.names(),
            bars.mark_bar(cornerRadiusEnd=2).encode(x=axis, color=design_colour(page, language)),
            luck.mark_rule(strokeWidth=1.5).encode(x="low:Q", x2="high:Q"),
            luck.mark_point(size=26, filled=True, opacity=1).encode(x="expected:Q"),
            bars.mark_text(align="left", dx=6).encode(x="end:Q", text="label:N"),
        ).properties(height=rows.height)

    def figures(language: str) -> Readout:
        rows = unique([render(words, language) for words, _ in found])
        cells = {(render(words, language), str(each["design"])): each for words, each in found}
        designs = unique([str(each["design"]) for _, each in found])
        heads = [
            render(say("{design}: {what}", design=page.designs[design], what=what), language)
            for design in designs
            for what in (say("people"), say("by luck alone"))
        ]
        return Readout(
            (render(say("Rule"), language), *heads),
            tuple(
                (row, *(cell for design in designs for cell in _cells(cells.get((row, design)), language)))
                for row in rows
            ),
        )

    description = say(
        "Bars: how many people each rule would touch; over them a line for what luck alone would do, where that can be "
        "said."
    )
    return draw(page, title, description, chart, anything=bool(found), figures=figures)


def _told(page: Page, rules: Titles) -> Iterator[tuple[Value, Mapping[Any, Any]]]:
    """The rows of which some design tells the number of people: what each is called, and its figures."""
    table = page.table("consequences")
    if table.empty:
        return
    table = table[table["step"] == 0]
    several = page.subject == "group"
    for rule in dict.fromkeys(rule for design in page.designs for rule in rules.get(design, ())):
        for region, own in table[table["rule"] == rule].groupby("region", sort=False):
            if not own["shown"].any():
                continue
            for design in page.designs:
                for each in own[own["design"] == design].to_dict("records"):
                    name = rules[design][rule]
                    place = say("{rule}, {region}", rule=name, region=page.name("region", region))
                    yield (place if several else name), each


def _end(row: Mapping[Any, Any], name: str) -> float | None:
    """One end of what luck would do, or its mean; None where the row tells nothing of it."""
    if not row["shown"] or not row["null"]:
        return None
    value = float(row[name])
    return round(float(np.ceil(value)) if name == "high" else value, 1)


def _label(row: Mapping[Any, Any], language: str) -> str:
    return number(row["people"], language) if row["shown"] else render(unshown(str(row["hidden"])), language)


def _cells(row: Mapping[Any, Any] | None, language: str) -> tuple[str, str]:
    if row is None:
        return "–", "–"
    return _label(row, language), render(by_luck(row), language) if row["shown"] else ""
