"""What a notebook's cell shows: one bundle that carries every language of the page.

The exporter reads our own media type; a person at work in JupyterLab sees HTML with pictures instead (`live`), made
only then. Nothing here draws or computes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from policymodel.account import Account
from policymodel.charts import Drawing
from policymodel.report.live import live_html
from policymodel.tables import Table
from policymodel.words.cover import Cover
from policymodel.words.explanation import Branch, Names, outline, rows_on_page
from policymodel.words.sentences import Passage, Sentence, Value, Words, render, say

MIME = "application/vnd.policymodel+json"
READER = "POLICYMODEL_LANGUAGE"
"""The environment variable with the language of the person at the notebook; no page made by a run depends on it."""
Mark: TypeAlias = Literal["", "common", "was", "now", "because"]
MARKS: Mapping[Mark, Sentence] = {
    "was": say("Current"),
    "now": say("New"),
    "because": say("Reason"),
}
"""What stands before a paragraph of a clause that differs."""
Showable: TypeAlias = Drawing | Table | Cover | Account | Sequence[Value] | Value | None
OPEN = ("pay", "part")
"""Branches of a tree that stand open; what a leaf is made from is opened by whoever asks."""


@dataclass(frozen=True)
class Trust:
    """How far to trust what stands above."""

    text: Passage | None


@dataclass(frozen=True)
class Fold:
    """What a reader may open: a title and the things under it."""

    title: Value
    things: tuple[Showable | Trust | Fold, ...]


@dataclass(frozen=True)
class Article:
    """A numbered clause of a rule book: its title, the clause of its source, paragraphs, tables, paragraphs `after`."""

    number: str
    title: Value
    source: str
    paragraphs: tuple[tuple[Mark, Value], ...]
    tables: tuple[Table, ...] = ()
    after: tuple[tuple[Mark, Value], ...] = ()

    @property
    def depth(self) -> int:
        """In how many clauses it stands."""
        return max(0, self.number.count(".") - 1)


@dataclass(frozen=True)
class Shown:
    """The media bundle of one cell."""

    data: dict[str, Any]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return self.data


def show(languages: Sequence[str], *things: Showable | Trust | Fold, live: bool = False) -> Shown:
    """What is handed over, in every language; with `live`, also as HTML in that of the person at the notebook.

    >>> show(["en"], "12 people").data["text/plain"]
    '12 people'
    """
    content = {
        language: [item for each in things for item in _items(each, language)] for language in languages
    }
    first = languages[0]
    data: dict[str, Any] = {MIME: content, "text/plain": "\n\n".join(map(_plain, content[first]))}
    if live:
        reader = os.environ.get(READER, "")
        own = reader if reader in content else first
        data["text/html"] = live_html(content[own], own)
    return Shown(data)


def contents(things: Sequence[Showable | Trust | Fold | Article], language: str) -> list[dict[str, Any]]:
    """What is handed over, in one language, as a page takes it; a text that begins with ## is a heading."""
    return [
        {"kind": "markdown", "text": item["text"], "source": item["text"]}
        if item["kind"] == "text" and item["text"].startswith("## ")
        else item
        for each in things
        for item in _items(each, language)
    ]


def _items(thing: Showable | Trust | Fold | Article, language: str) -> Iterator[dict[str, Any]]:
    if isinstance(thing, Article):
        yield _article(thing, language)
        return
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
    elif isinstance(thing, Account):
        whole = outline(thing, language)
        names = thing.names
        yield {
            "kind": "tree",
            "title": whole.words,
            "branches": [_branch(each, names, language) for each in whole.below],
        }
    elif isinstance(thing, str | Words):
        yield {"kind": "text", "text": render(thing, language)}
    elif thing:
        yield {"kind": "list", "entries": [render(each, language) for each in thing]}


def _article(article: Article, language: str) -> dict[str, Any]:
    def written(paragraphs: tuple[tuple[Mark, Value], ...]) -> list[dict[str, str]]:
        return [
            {"mark": mark, "label": render(MARKS.get(mark, ""), language), "text": render(words, language)}
            for mark, words in paragraphs
        ]

    return {
        "kind": "article",
        "number": article.number,
        "title": render(article.title, language),
        "source": article.source,
        "depth": article.depth,
        "paragraphs": written(article.paragraphs),
        "tables": [table.written(language) for table in article.tables if table.rows],
        "after": written(article.after),
    }


def _branch(branch: Branch, names: Names, language: str) -> dict[str, Any]:
    """A branch of a tree; the rows under it by file and number, without whose they are."""
    rows = [] if branch.rows is None else list(rows_on_page(branch.rows, names, language))
    return {
        "kind": branch.kind,
        "open": branch.kind in OPEN,
        "words": branch.words,
        "value": branch.value,
        "source": branch.source,
        "note": branch.note,
        "below": [_branch(each, names, language) for each in branch.below],
        "rows": [{"words": each.words, "value": each.value} for each in rows],
    }


def _cover(cover: Cover, language: str) -> dict[str, Any]:
    names = (
        "scope",
        "place",
        "title",
        "question",
        "period",
        "standing",
        "replay",
        "illustrative",
        "approval",
    )
    return {
        "kind": "cover",
        **{name: render(getattr(cover, name), language) for name in names},
        "provisional": cover.provisional,
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
        head = [item["place"], *([item["standing"]] if item["standing"] else []), item["question"]]
        return "\n".join([*head, *(each["text"] for each in item["answers"])])
    if item["kind"] == "fold":
        return "\n".join([item["title"], *map(_plain, item["items"])])
    return str(item.get("text") or item["title"])
