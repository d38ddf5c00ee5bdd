"""What a chart shows, read out of its specification as rows of words and figures.

Nothing is computed again: a label that the chart writes is the cell, so what is withheld there is withheld here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policymodel.words.sentences import Value, render, say

KEYS: Mapping[str, Value] = {"row": say("Item"), "design": say("Design"), "period": say("Period")}
"""Columns of a chart's rows that say whose figure it is."""


@dataclass(frozen=True)
class Readout:
    """Heads and rows; the first cell of a row is its name."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def readout(spec: Mapping[str, Any], language: str) -> Readout:
    """The rows of every mark that has a label; nothing for a chart without labels.

    >>> label = {"text": {"field": "label", "type": "nominal"}}
    >>> people = {"x": {"field": "people", "title": "people"}}
    >>> layer = {"mark": "text", "data": {"name": "d"}, "encoding": label | people}
    >>> data = {"d": [{"row": "North", "people": 1200, "label": "1,200"}]}
    >>> readout({"datasets": data, "layer": [layer]}, "en")
    Readout(heads=('Item', 'people'), rows=(('North', '1,200'),))
    """
    found = [
        (data, encoding)
        for data, encoding in _marks(spec, {}, "")
        if encoding.get("text", {}).get("field") == "label"
    ]
    names = dict.fromkeys(data for data, _ in found)
    rows = [row for name in names for row in spec.get("datasets", {}).get(name, []) if "row" in row]
    keys = [key for key in KEYS if any(key in row for row in rows)]
    title = next((str(each["x"]["title"]) for _, each in found if each.get("x", {}).get("title")), "")
    heads = [render(KEYS[key], language) for key in keys] + [title or render(say("Figure"), language)]
    written = dict.fromkeys(tuple([str(row.get(name) or "") for name in (*keys, "label")]) for row in rows)
    return _crossed(Readout(tuple(heads), tuple(written)), len(keys), title)


def _marks(
    part: Mapping[str, Any], above: Mapping[str, Any], data: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each mark with its data and all that applies to it, what stands above it too."""
    encoding = {**above, **part.get("encoding", {})}
    data = part.get("data", {}).get("name", data)
    for layer in part.get("layer", []):
        yield from _marks(layer, encoding, data)
    if "mark" in part:
        yield data, encoding


def _crossed(table: Readout, keys: int, title: str) -> Readout:
    """With two names and one figure a row, the second name goes across: a column for each design or period.

    >>> _crossed(Readout(("Item", "Design", "people"), (("Loses", "New", "3"),)), 2, "people")
    Readout(heads=('Item', 'New (people)'), rows=(('Loses', '3'),))
    """
    across = list(dict.fromkeys(row[1] for row in table.rows)) if keys == 2 else []
    named = {row[:2]: row[-1] for row in table.rows}
    if len(table.heads) != 3 or len(named) != len(table.rows) or not any(across):
        return table
    names = [each for each in across if each]
    rows = []
    for name in dict.fromkeys(row[0] for row in table.rows):
        alone = named.get((name, ""), "")
        rows.append((name, *(named.get((name, each), alone) for each in names)))
    return Readout((table.heads[0], *(f"{each} ({title})" if title else each for each in names)), tuple(rows))
