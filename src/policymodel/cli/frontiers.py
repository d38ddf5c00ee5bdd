"""What policymodel solve --frontier tells, draws and writes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from policymodel.calibration.frontier import Frontier
from policymodel.calibration.levers import Because, Lever
from policymodel.charts.frontier import drawable
from policymodel.charts.frontier import frontier as drawn
from policymodel.cli.frames import hand_over
from policymodel.errors import InputError, Problem
from policymodel.scheme.scheme import Scheme
from policymodel.whole import whole
from policymodel.words.catalogues import LANGUAGES
from policymodel.words.frontier import STATES, FrontierWords, frontier_words, tried_reason, tried_title
from policymodel.words.numbers import MINOR_UNITS, Scale
from policymodel.words.sentences import render
from policymodel.workbook.changefile import write_change_file


def tell(found: Frontier, currency: str, lang: str, out: Path | None, json: bool) -> FrontierWords:
    """The claim and the designs that are best at something on the screen; the whole table in a file, or as JSON."""
    names = [each.name for each in found.levers]
    words = frontier_words(found.table, found.chosen(), found.binding, names, currency)
    if json:
        hand_over(found.table, None, True)
    else:
        told = [render(each, lang) for each in (words.title, *words.lines)]
        sys.stdout.write("\n".join(told) + "\n")
    if out is not None:
        hand_over(found.table, out)
    return words


def draw(found: Frontier, words: FrontierWords, picture: Path, lang: str) -> None:
    """The picture of it."""
    table = found.table[found.table["state"] != "refused"]
    largest = float(table["cost_minor"].max()) / MINOR_UNITS
    divisor = MINOR_UNITS * Scale.of(largest, lang).divisor
    chosen = set(found.chosen().values())
    rows = table[["design", "lose_share", "spread", "state"]].assign(
        cost=table["cost_minor"].astype(float) / divisor,
        label=[each if each in chosen else "" for each in table["design"]],
    )
    cost, spread = found.baseline
    base = {"design": "", "lose_share": 0.0, "spread": spread, "state": "baseline", "cost": cost / divisor}
    rows = pd.concat([rows, pd.DataFrame([base | {"label": ""}])], ignore_index=True)
    limits = found.limits
    ends = None if limits.budget is None else limits.budget / divisor, limits.losers
    drawing = drawn(drawable(rows), words.title, words.description, words.axes, STATES, ends, [lang])
    with whole(picture) as part:
        part.write_bytes(drawing.png(lang))


def write_designs(found: Frontier, scheme: Path, rules: Scheme, folder: Path, currency: str) -> None:
    """A change file for each design that is best at something, named by what it is best at."""
    for name, design in found.chosen().items():
        values = found.values_of(design)
        if all(each.value == value for each, value in zip(found.levers, values, strict=True)):
            # The scheme as it stands needs no change.
            continue
        row = found.table.set_index("design").loc[design]
        reason = tried_reason(name, int(row["cost_minor"]), int(row["lose"]), int(row["people"]), currency)
        because: Because = {each: render(reason, each) for each in LANGUAGES}
        title = tried_title(dict(rules.title.languages), name)
        head: dict[str, Any] = {
            "id": f"{rules.id}_{name}",
            "title": {each: render(title, each) for each in LANGUAGES},
            "author": "policymodel solve",
            "because": because,
        }
        if found.levers[0].region:
            head["region"] = found.levers[0].region
        changes = [
            change
            for lever, value in zip(found.levers, values, strict=True)
            if lever.value != value
            for change in lever.changes_at(value, because, f"frontier: {name}")
        ]
        write_change_file(head | {"changes": changes}, scheme, folder / f"{name}.yaml")


def check_levers(levers: Sequence[Lever]) -> None:
    """Refuse more numbers than a frontier is tried over."""
    if not 1 <= len(levers) <= 3:
        what = f"{len(levers)} numbers are too many for a frontier"
        raise InputError("--number", [Problem("", what, "name one to three")])
    names = [each.name for each in levers]
    if len(set(names)) < len(names):
        raise InputError("--number", [Problem("", "a number is named twice", "name it once")])
