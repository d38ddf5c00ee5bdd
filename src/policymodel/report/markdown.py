"""The content of a page as Markdown, for a wiki, a mail or a repository: the same words, no layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SPECIAL = re.compile(r"([\\`*_\[\]<>|])")


def markdown(content: list[dict[str, Any]], language: str) -> str:
    """The content as one text; what somebody wrote into a file is never taken for Markdown.

    >>> print(markdown([{"kind": "list", "entries": ["5* points", "a_b"]}], "en"), end="")
    - 5\\* points
    - a\\_b
    """
    pen = _CHINESE if language.startswith("zh") else _LATIN
    return "\n\n".join(block for item in content for block in _blocks(item, pen)) + "\n"


@dataclass(frozen=True)
class _Pen:
    """The signs of a language."""

    colon: str
    opens: str
    closes: str


_LATIN, _CHINESE = _Pen(": ", " (", ")"), _Pen("：", "（", "）")


def _blocks(item: dict[str, Any], pen: _Pen) -> Iterator[str]:
    kind = item["kind"]
    if kind == "cover":
        yield f"# {_plain(item['place'])}"
        yield f"{_plain(item['scope'])} · {_plain(item['period'])}"
        yield _plain(item["question"])
        yield "\n".join(
            f"- **{_plain(each['about'])}**{pen.colon}{_plain(each['text'])}" for each in item["answers"]
        )
        yield from (
            _plain(item[name]) for name in ("standing", "approval", "replay", "illustrative") if item[name]
        )
    elif kind == "markdown":
        yield f"## {_plain(item['text'].removeprefix('## '))}"
    elif kind == "article":
        yield from _article(item, pen)
    elif kind == "table":
        yield from _table(item)
    elif kind == "chart":
        yield f"**{_plain(item['title'])}**"
        yield _plain(item["description"])
    elif kind == "list":
        yield "\n".join(f"- {_plain(each)}" for each in item["entries"])
    else:
        yield _plain(item["text"])


def _article(item: dict[str, Any], pen: _Pen) -> Iterator[str]:
    if item["title"]:
        source = f"{pen.opens}{_plain(item['source'])}{pen.closes}" if item["source"] else ""
        number = f"{item['number']} " if item["number"] else ""
        yield f"### {number}{_plain(item['title'])}{source}"
    yield from (_paragraph(each, pen) for each in item["paragraphs"])
    for table in item["tables"]:
        yield from _table(table)
    yield from (_paragraph(each, pen) for each in item["after"])


def _paragraph(paragraph: dict[str, str], pen: _Pen) -> str:
    text, label = _plain(paragraph["text"]), paragraph["label"]
    if label:
        return f"**{_plain(label)}**{pen.colon}{text}"
    return f"> {text}" if paragraph["mark"] == "common" else text


def _table(table: dict[str, Any]) -> Iterator[str]:
    yield _plain(table["caption"])
    marks = ["---", *("---" if each == "words" else "---:" for each in table["columns"])]
    rows = [
        table["heads"],
        *([row["head"], *(cell["text"] for cell in row["cells"])] for row in table["rows"]),
    ]
    lines = [_row(map(_plain, row)) for row in rows]
    yield "\n".join([lines[0], _row(marks), *lines[1:]])


def _row(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is; in the beginning of a line a sign for a list or a heading is text too."""
    escaped = SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return re.sub(r"^(#+|[-+]|\d+[.)])(?=\s|$)", r"\\\1", escaped)
