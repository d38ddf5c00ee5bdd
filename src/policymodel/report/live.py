"""What a person at work in JupyterLab sees below a cell: HTML that stays whole in a notebook nobody trusts.

An untrusted notebook is shown without scripts, style sheets and ids. What is left is enough: elements, a few styles
of their own, and pictures that stand in the text itself. Names from the data are escaped.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, TypeAlias

from policymodel.charts.picture import alone, picture

Item: TypeAlias = Mapping[str, Any]

LEFT, RIGHT = "text-align: left", "text-align: right"
QUIET = "font-size: 90%; opacity: 0.75"


def live_html(items: Sequence[Item], language: str) -> str:
    """What a cell shows in one language, as `display` writes it for a page.

    >>> live_html([{"kind": "text", "text": "2 < 3"}], "en")
    '<p>2 &lt; 3</p>'
    """
    return "\n".join(WRITERS[item["kind"]](item, language) for item in items)


def _chart(item: Item, language: str) -> str:
    drawn = alone(picture(item["spec"], language, "chart"))
    source = base64.b64encode(drawn.encode("utf-8")).decode("ascii")
    return (
        f'<figure style="margin: 0 0 1em 0"><figcaption><strong>{escape(item["title"])}</strong></figcaption>'
        f'<img style="max-width: 100%" alt="{escape(item["description"])}"'
        f' src="data:image/svg+xml;base64,{source}"></figure>'
    )


def _table(item: Item, language: str) -> str:
    corner, *heads = item["heads"]
    head = f'<th scope="col" style="{LEFT}">{escape(corner)}</th>'
    head += "".join(f'<th scope="col" style="{RIGHT}">{escape(each)}</th>' for each in heads)
    rows = "".join(_row(row, len(heads)) for row in item["rows"])
    caption = f'<caption style="{LEFT}"><strong>{escape(item["caption"])}</strong></caption>'
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(row: Item, width: int) -> str:
    """A row; without cells it is a heading over the rows below."""
    head = escape(row["head"])
    if not row["cells"]:
        return f'<tr><th scope="rowgroup" colspan="{width + 1}" style="{LEFT}">{head}</th></tr>'
    strong = row["role"] == "total"
    cells = [
        f'<td style="{LEFT if cell["kind"] == "text" else RIGHT}">{_strong(escape(cell["text"]), strong)}</td>'
        for cell in row["cells"]
    ]
    weight = "bold" if strong else "normal"
    deep = f"; padding-left: {row['depth'] + 0.5:g}em" if row["depth"] else ""
    return f'<tr><th scope="row" style="{LEFT}; font-weight: {weight}{deep}">{head}</th>{"".join(cells)}</tr>'


def _strong(text: str, strong: bool) -> str:
    return f"<strong>{text}</strong>" if strong else text


def _cover(item: Item, language: str) -> str:
    """The first screen: whose page, the question, its headline numbers, the answer."""
    tiles = "".join(
        f'<tr><th scope="row" style="{LEFT}; font-weight: normal">{escape(tile["label"])}</th>'
        f'<td style="{RIGHT}"><strong>{escape(tile["number"])}</strong></td>'
        f'<td style="{LEFT}">{escape(tile["unit"])}</td>'
        f'<td style="{LEFT}">{"<br>".join(map(escape, tile["beside"]))}</td></tr>'
        for tile in item["tiles"]
    )
    answers = "".join(
        f"<li>{_about(answer['about'])}{escape(answer['text'])}</li>" for answer in item["answers"]
    )
    small = [
        item["standing"],
        item["period"],
        item["approval"],
        item["replay"],
        item["illustrative"],
        *item["notes"],
    ]
    return "\n".join(
        [
            f'<p style="{QUIET}">{escape(item["scope"])} · {escape(item["title"])}</p>',
            f"<h2>{escape(item['place'])}</h2>",
            f"<p>{escape(item['question'])}</p>",
            f"<table>{tiles}</table>" if tiles else "",
            f"<ul>{answers}</ul>" if answers else "",
            *(f'<p style="{QUIET}">{escape(each)}</p>' for each in small if each),
        ]
    )


def _about(about: str) -> str:
    return f"<strong>{escape(about)}</strong> · " if about else ""


def _fold(item: Item, language: str) -> str:
    inside = live_html(item["items"], language)
    return f"<details><summary>{escape(item['title'])}</summary>{inside}</details>"


def _tree(item: Item, language: str) -> str:
    return (
        f"<p><strong>{escape(item['title'])}</strong></p><ul>{''.join(map(_branch, item['branches']))}</ul>"
    )


def _branch(branch: Item) -> str:
    words = f"{escape(branch['words'])} = {escape(branch['value'])}"
    inside = "".join(map(_branch, branch["below"]))
    inside += "".join(
        f'<li style="{QUIET}">{escape(row["words"])} = {escape(row["value"])}</li>' for row in branch["rows"]
    )
    if not inside:
        return f"<li>{words}</li>"
    return f"<li><details><summary>{words}</summary><ul>{inside}</ul></details></li>"


def _list(item: Item, language: str) -> str:
    return "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in item["entries"]) + "</ul>"


def _trust(item: Item, language: str) -> str:
    return f'<p style="{QUIET}">{escape(item["text"])}</p>'


def _text(item: Item, language: str) -> str:
    return f"<p>{escape(item['text'])}</p>"


WRITERS: Mapping[str, Callable[[Item, str], str]] = {
    "chart": _chart,
    "table": _table,
    "cover": _cover,
    "fold": _fold,
    "list": _list,
    "tree": _tree,
    "trust": _trust,
    "text": _text,
}
"""How each kind of thing that a page takes is written here."""
