"""What a notebook's cell shows: one bundle that carries every language of the page.

The exporter reads our own media type; a person at work in JupyterLab sees HTML with pictures instead, made only
then. Nothing here draws or computes.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any, TypeAlias

from policymodel.charts import Drawing
from policymodel.tables import Table
from policymodel.words.cover import Cover
from policymodel.words.sentences import Passage, Value, Words, render

MIME = "application/vnd.policymodel+json"
Showable: TypeAlias = Drawing | Table | Cover | Sequence[Value] | Value | None


@dataclass(frozen=True)
class Trust:
    """How far to trust what stands above."""

    text: Passage | None


@dataclass(frozen=True)
class Fold:
    """What a reader may open: a title and the things under it."""

    title: Value
    things: tuple[Showable | Trust, ...]


@dataclass(frozen=True)
class Shown:
    """The media bundle of one cell."""

    data: dict[str, Any]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return self.data


def show(languages: Sequence[str], *things: Showable | Trust | Fold, live: bool = False) -> Shown:
    """What is handed over, in every language; with `live`, also as HTML for the person at the notebook.

    >>> show(["en"], "12 people").data["text/plain"]
    '12 people'
    """
    content = {
        language: [item for each in things for item in _items(each, language)] for language in languages
    }
    first = languages[0]
    data: dict[str, Any] = {MIME: content, "text/plain": "\n\n".join(map(_plain, content[first]))}
    if live:
        pictures = [each for each in things if isinstance(each, Drawing) and each.charts]
        data["text/html"] = _live(content[first], [each.png(first) for each in pictures])
    return Shown(data)


def contents(things: Sequence[Showable | Trust | Fold], language: str) -> list[dict[str, Any]]:
    """What is handed over, in one language, as a page takes it; a text that begins with ## is a heading."""
    return [
        {"kind": "markdown", "text": item["text"], "source": item["text"]}
        if item["kind"] == "text" and item["text"].startswith("## ")
        else item
        for each in things
        for item in _items(each, language)
    ]


def _items(thing: Showable | Trust | Fold, language: str) -> Iterator[dict[str, Any]]:
    if isinstance(thing, Trust):
        if thing.text is not None:
            yield {"kind": "trust", "text": render(thing.text, language)}
    elif isinstance(thing, Fold):
        items = [item for each in thing.things for item in _items(each, language)]
        if items:
            yield {"kind": "fold", "title": render(thing.title, language), "items": items}
    elif isinstance(thing, Drawing):
        title = render(thing.title, language)
        if thing.charts:
            yield {
                "kind": "chart",
                "title": title,
                "basis": render(thing.basis, language),
                "description": render(thing.description, language),
                "spec": thing.spec(language),
                **({"figures": asdict(thing.figures(language))} if thing.figures else {}),
            }
        else:
            yield {"kind": "text", "text": title}
    elif isinstance(thing, Table):
        if thing.rows:
            yield {"kind": "table", **thing.written(language)}
    elif isinstance(thing, Cover):
        yield _cover(thing, language)
    elif isinstance(thing, str | Words):
        yield {"kind": "text", "text": render(thing, language)}
    elif thing:
        yield {"kind": "list", "entries": [render(each, language) for each in thing]}


def _cover(cover: Cover, language: str) -> dict[str, Any]:
    names = ("scope", "place", "title", "question", "period", "replay", "illustrative")
    return {
        "kind": "cover",
        **{name: render(getattr(cover, name), language) for name in names},
        "languages": list(cover.languages),
        "answers": [
            {"about": render(each.about, language), "text": render(each.text, language)}
            for each in cover.answers
        ],
        "notes": [render(each, language) for each in cover.notes],
        "tiles": [
            {
                "label": render(each.label, language),
                "number": render(each.number, language),
                "unit": render(each.unit, language),
                "beside": [render(value, language) for value in each.beside],
                "basis": {
                    name: render(getattr(each.basis, name), language)
                    for name in ("formula", "counted", "example")
                }
                if each.basis
                else None,
                "section": each.section,
            }
            for each in cover.tiles
        ],
    }


def _plain(item: dict[str, Any]) -> str:
    if item["kind"] == "list":
        return "\n".join(f"- {each}" for each in item["entries"])
    if item["kind"] == "table":
        rows = [
            item["heads"],
            *([row["head"], *(cell["text"] for cell in row["cells"])] for row in item["rows"]),
        ]
        return "\n".join([item["caption"], *("\t".join(row) for row in rows)])
    if item["kind"] == "cover":
        return "\n".join([item["place"], item["question"], *(each["text"] for each in item["answers"])])
    if item["kind"] == "fold":
        return "\n".join([item["title"], *map(_plain, item["items"])])
    return str(item.get("text") or item["title"])


def _live(items: Sequence[dict[str, Any]], pictures: Sequence[bytes]) -> str:
    """Plain HTML of the same content; names from the data are escaped."""
    images = iter(pictures)
    return "\n".join(_live_item(item, images) for item in items)


def _live_item(item: dict[str, Any], images: Iterator[bytes]) -> str:
    if item["kind"] == "chart":
        picture = base64.b64encode(next(images)).decode("ascii")
        return (
            f"<figure><figcaption><strong>{escape(item['title'])}</strong></figcaption>"
            f'<img width="640" alt="{escape(item["description"])}" src="data:image/png;base64,{picture}"></figure>'
        )
    if item["kind"] == "table":
        heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in item["heads"])
        rows = "".join(
            f'<tr><th scope="row">{escape(row["head"])}</th>'
            + "".join(f"<td>{escape(cell['text'])}</td>" for cell in row["cells"])
            + "</tr>"
            for row in item["rows"]
        )
        return f"<table><caption>{escape(item['caption'])}</caption><tr>{heads}</tr>{rows}</table>"
    if item["kind"] == "fold":
        inside = "".join(_live_item(each, images) for each in item["items"])
        return f"<details><summary>{escape(item['title'])}</summary>{inside}</details>"
    if item["kind"] == "list":
        return "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in item["entries"]) + "</ul>"
    return "".join(f"<p>{escape(line)}</p>" for line in _plain(item).split("\n"))
