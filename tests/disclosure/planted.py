"""Leaks put into a page or a notebook, each in a way of its own; and what of a bank's rows must not be on it."""

from __future__ import annotations

import base64
import gzip
import json
import struct
import zlib
from collections.abc import Callable
from urllib.parse import quote

ID, NAME, CLIENT = "0010001", "王小明", "KD-2024-77"
LATIN = "Grace O'Hara"
WORDS = {
    "the id of a manager": [ID, "0010002", "4711"],
    "the name of a manager": [NAME, LATIN, "José Núñez"],
    "the id of a client": [CLIENT, "01000001"],
}
PEOPLE = 60
Plant = Callable[[str], str]


def _body(piece: str) -> Plant:
    """Something more before the page's main part ends."""
    return lambda page: page.replace("</main>", piece + "</main>", 1)


def _head(piece: str) -> Plant:
    return lambda page: page.replace("</head>", piece + "</head>", 1)


def _data(content: object) -> Plant:
    written = json.dumps(content, ensure_ascii=False).replace("<", "\\u003c")
    return _body(f'<script type="application/json" id="chart-99">{written}</script>')


def _b64(text: str | bytes, coding: str = "utf-8") -> str:
    return base64.b64encode(text if isinstance(text, bytes) else text.encode(coding)).decode("ascii")


def _png(word: str) -> bytes:
    """A picture of one point whose packed comment says something."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"zTXt", b"Comment\0\0" + zlib.compress(word.encode())),
        (b"IDAT", zlib.compress(b"\0\0")),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def _table(heads: list[str], rows: list[list[str]]) -> str:
    head = "".join(f"<th>{each}</th>" for each in heads)
    body = "".join("<tr>" + "".join(f"<td>{each}</td>" for each in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _scatter() -> list[dict[str, float]]:
    return [{"x": 1000.5 + 7 * each, "y": 50 + each * 0.37} for each in range(PEOPLE)]


SVG = f'<svg xmlns="http://www.w3.org/2000/svg"><title>{NAME}</title><path d="M0 0"/></svg>'

IN_PAGES: dict[str, Plant] = {
    "visible text": _body(f"<p>The best was {ID}.</p>"),
    "a Chinese name inside a sentence": _body(f"<p>其中{NAME}得分最高</p>"),
    "a name in capitals": _body(f"<p>{LATIN.upper()}</p>"),
    "a name with the family name first": _body("<p>O'Hara, Grace</p>"),
    "a name without its accents": _body("<p>Jose Nunez</p>"),
    "full-width figures": _body(f"<p>{ID.translate({ord(str(n)): 0xFF10 + n for n in range(10)})}</p>"),
    "zero-width signs between letters": _body(f"<p>{'&#8203;'.join(ID)}</p>"),
    "an id in pieces of markup": _body(f"<p><b>{ID[:3]}</b><i>{ID[3:]}</i></p>"),
    "an id letter by letter": _body(f"<p>{' '.join(ID)}</p>"),
    "HTML entities": _body("<p>" + "".join(f"&#x{ord(each):x};" for each in NAME) + "</p>"),
    "entities of entities": _body("<p>" + "".join(f"&amp;#{ord(each)};" for each in ID) + "</p>"),
    "an attribute for screen readers": _body(f'<div role="img" aria-label="Pay of {ID}"></div>'),
    "a data attribute": _body(f'<div data-who="{CLIENT.lower()}"></div>'),
    "the target of a link": _body(f'<a href="sheets/{quote(NAME)}.html">open</a>'),
    "a comment": _body(f"<!-- made for {ID} -->"),
    "the title of the page": lambda page: page.replace("<title>", f"<title>{NAME} ", 1),
    "metadata": _head(f'<meta name="author" content="{LATIN}">'),
    "a style": _head(f'<style>.x::after {{ content: "{ID}" }}</style>'),
    "escapes in a style": _head(
        "<style>.x::after { content: '" + "".join(f"\\{ord(each):x} " for each in NAME) + "' }</style>"
    ),
    "a script": _body(f'<script>const best = "{ID}";</script>'),
    "escapes in a script": _body(
        "<script>const best = '" + "".join(f"\\u{ord(each):04x}" for each in NAME) + "';</script>"
    ),
    "pieces added up in a script": _body(f'<script>const best = "{ID[:4]}" + "{ID[4:]}";</script>'),
    "character codes in a script": _body(
        f"<script>String.fromCharCode({', '.join(str(ord(each)) for each in ID)})</script>"
    ),
    "the data of a chart": _data({"datasets": {"d": [{"row": "best", "label": CLIENT}]}}),
    "escapes in the data of a chart": _body(
        f'<script type="application/json">{json.dumps({"title": NAME})}</script>'
    ),
    "a key of JSON": _data({"datasets": {ID: []}}),
    "base64": _body(f"<p>{_b64(f'id={ID};')}</p>"),
    "base64 of UTF-16": _body(f"<p>{_b64(NAME, 'utf-16-le')}</p>"),
    "hexadecimal": _body(f"<p>{NAME.encode().hex()}</p>"),
    "packed in a data URL": _body(
        f'<a href="data:application/gzip;base64,{_b64(gzip.compress(f"id {ID}".encode()))}">file</a>'
    ),
    "the title of an SVG": _body(SVG),
    "the title of an SVG in a data URL": _body(f'<img src="data:image/svg+xml,{quote(SVG)}" alt="">'),
    "an SVG of base64 in a style": _head(
        f"<style>.x {{ background: url(data:image/svg+xml;base64,{_b64(SVG)}) }}</style>"
    ),
    "the comment of a picture": _body(f'<img src="data:image/png;base64,{_b64(_png(f"id {ID}"))}" alt="">'),
    "words of a chart's picture, in pieces": _body(
        f'<div class="chart"><svg><text><tspan>{ID[:4]}</tspan><tspan>{ID[4:]}</tspan></text></svg></div>'
    ),
    "the description of a chart's picture": _body(f"<svg><desc>pay of {NAME}</desc></svg>"),
    "an attribute of a chart's picture": _body(f'<svg><path aria-label="{CLIENT}" d="M0 0"/></svg>'),
    "the table behind a chart": _body(
        f"<details><summary>Figures</summary>{_table(['Row', 'Pay'], [[ID, '1,200']])}</details>"
    ),
    "the sealed record": _body(
        f'<script type="application/json" id="run-record">{{"figures":{{"cost_minor":{{"{ID}":1}}}}}}</script>'
    ),
    "a count of three in the sealed record": _body(
        '<script type="application/json" id="run-record">{"figures":{"people":{"old":3}}}</script>'
    ),
    "a table of persons": _body(_table(["Manager ID", "Pay"], [["P-1", "100"], ["P-2", "200"]])),
    "a table with as many rows as people": _body(
        _table(["Row", "Pay"], [[str(each), f"{1000 + 7 * each:,}"] for each in range(PEOPLE)])
    ),
    "a count of three in a table": _body(_table(["Grade", "People"], [["A", "57"], ["B", "3"]])),
    "a count of three in a chart": _data({"datasets": {"d": [{"row": "A", "people": 3}]}}),
    "a count of three in a sentence": _body("<p>3 people lose.</p>"),
    "a count of three in a sentence of a Chinese page": _body("<p>其中三人受損。</p>"),
    "a count of three in figures inside a Chinese sentence": _body("<p>其中3人受損。</p>"),
    "a count of three in words": _body("<p>Three managers lose.</p>"),
    "a count of three in a description for screen readers": _body(
        '<svg role="img" aria-label="Loses: 3 people"></svg>'
    ),
    "a count of three in the description of a mark": _body(
        '<path aria-label="Band: loses; People: 3" d=""/>'
    ),
    "a count of three in a tooltip": _body('<span title="3 人受損">-</span>'),
    "a count of three in an attribute": _body('<td data-people="3">-</td>'),
    "a count of three in metadata": _head('<meta name="description" content="3 people lose">'),
    "a count of three in the description of a chart": _data({"description": "3 people lose", "datasets": {}}),
    "a count of three under a head in simplified characters": _body(
        _table(["职级", "人数"], [["A", "57"], ["B", "3"]])
    ),
    "a table of persons with a head in simplified characters": _body(
        _table(["工号", "薪酬"], [["x", "1"], ["y", "2"]])
    ),
    "the pseudonym of a person": _body("<p>P-KATVDDN52B</p>"),
    "a list with as many numbers as people": _data({"values": [each["x"] for each in _scatter()]}),
    "a picture with as many points as people": _body(
        "<svg>" + "".join(f'<circle cx="{p["x"]}" cy="{p["y"]}" r="2"/>' for p in _scatter()) + "</svg>"
    ),
    "a picture with as many symbols as people": _body(
        "<svg>"
        + "".join(f'<path transform="translate({p["x"]},{p["y"]})" d="M0"/>' for p in _scatter())
        + "</svg>"
    ),
    "a chart of persons": _data({"datasets": {"d": [{"manager_id": "a", "pay": 1}]}}),
    "a chart with as many points as people": _data({"data": {"values": _scatter()}}),
}
"""A leak by the way it is hidden: given a page, the page with the leak."""


def _output(data: dict[str, object]) -> Plant:
    """One more output in the last cell of a notebook."""

    def plant(text: str) -> str:
        notebook = json.loads(text)
        output = {"output_type": "display_data", "metadata": {}, "data": data}
        notebook["cells"][-1]["outputs"].append(output)
        return json.dumps(notebook)

    return plant


def _metadata(text: str) -> str:
    notebook = json.loads(text)
    notebook["metadata"]["best"] = NAME
    return json.dumps(notebook)


def _source(text: str) -> str:
    notebook = json.loads(text)
    notebook["cells"][-1]["source"] = f"best = '{ID}'"
    return json.dumps(notebook)


def _stream(text: str) -> str:
    notebook = json.loads(text)
    output = {"output_type": "stream", "name": "stdout", "text": [f"0   {ID}   1234.5\n"]}
    notebook["cells"][-1]["outputs"].append(output)
    return json.dumps(notebook)


IN_NOTEBOOKS: dict[str, Plant] = {
    "something printed in a cell": _stream,
    "a frame in a cell": _output({"text/html": _table(["", "x"], [["0", f"<b>{ID[:2]}</b>{ID[2:]}"]])}),
    "a picture in a cell": _output({"image/svg+xml": SVG}),
    "the metadata of a notebook": _metadata,
    "a count of three printed in a cell": _output({"text/plain": ["loses: 3 people"]}),
    "a chart in a cell": _output(
        {"application/vnd.policymodel+json": {"en": [{"kind": "chart", "spec": {"title": f"Pay of {NAME}"}}]}}
    ),
    "a table in a cell": _output(
        {
            "application/vnd.policymodel+json": {
                "en": [{"kind": "table", "heads": ["Staff no"], "rows": [{"head": "x"}]}]
            }
        }
    ),
    "the source of a cell": _source,
}
"""The same for an executed notebook."""
