"""A page taken apart: each text with the place it stands in, each table, each script of data."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

BLOCKS = re.compile(
    r"address|article|aside|blockquote|br|caption|d[dlt]|desc|details|div|fieldset|fig(?:caption|ure)|footer|form|h[1-6r]|"
    r"header|label|legend|li|main|nav|noscript|ol|option|p|pre|section|summary|table|tbody|td|text|tfoot|th|thead|title|"
    r"tr|ul"
)
"""Elements that end a line: what stands in others runs on."""

SCRIPT = re.compile(r"<script([^>]*)>(.*?)</script\s*>", re.I | re.S)
MOVED = re.compile(r"translate\(\s*(-?\d+(?:\.\d+)?)[\s,]+(-?\d+(?:\.\d+)?)\s*\)")
DATA_URL = re.compile(r"""data:([\w./+-]*)((?:;[\w=.-]+)*),([^"'\s)<>]*)""", re.I)


class Part(NamedTuple):
    """One text of a page and where it stands, in words for a person."""

    place: str
    text: str


class Attribute(NamedTuple):
    """An attribute of an element and where it stands."""

    place: str
    name: str
    value: str


class Cell(NamedTuple):
    """A cell of a table: what it says and its class."""

    text: str
    kind: str


@dataclass
class Grid:
    """A table of a page: its place, the heads of its columns, the rows of its body."""

    place: str
    heads: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)


@dataclass
class Picture:
    """A drawing of a page: its place, and where its points stand in it."""

    place: str
    points: list[tuple[float, float]] = field(default_factory=list)


class Anatomy(HTMLParser):
    """Reads a page: `parts` are its texts, `scripts` what programs read, `grids` its tables, `pictures` its drawings.

    >>> page = Anatomy("<h2>One</h2><p title='said'>10<b>20</b></p><!-- aside -->")
    >>> [part.text for part in page.parts]
    ['said', ' aside ', 'One', '1020']
    """

    def __init__(self, text: str, known: Collection[str] = (), where: str = "") -> None:
        super().__init__(convert_charrefs=True)
        self.where, self.known = where, known
        self.parts: list[Part] = []
        self.shown: list[Part] = []
        self.scripts: list[Part] = []
        self.grids: list[Grid] = []
        self.attributes: list[Attribute] = []
        self.pictures: list[Picture] = []
        self.sections = self.charts = 0
        self._words: list[str] = []
        self._cell: list[str] | None = None
        self._kind = ""
        self._open: list[str] = []
        self.feed(SCRIPT.sub(self._without_known, text))
        self.close()
        self._flush()
        self.parts += self.shown

    def _without_known(self, script: re.Match[str]) -> str:
        """A script that is the same on every page of every bank is not searched."""
        digest = hashlib.sha256(script[2].encode("utf-8", "surrogatepass")).hexdigest()
        return f"<script{script[1]}></script>" if digest in self.known else script[0]

    @property
    def place(self) -> str:
        """Where the reader is, by number: a heading might itself be what must not be told."""
        place = f"section {self.sections}" if self.sections else "the first screen"
        return f"{self.where}, {place}" if self.where else place

    def _flush(self) -> None:
        text = "".join(self._words)
        if text.strip():
            self.shown.append(Part(f"{self.place}, text", text))
        self._words = []

    def updatepos(self, i: int, j: int) -> int:
        """Nobody asks in which line of the file a tag stands; counting lines takes a tenth of the time."""
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if _ends_a_line(tag):
            self._flush()
        if tag == "h2":
            self.sections += 1
        where = self.place if attrs else ""
        for name, value in attrs:
            place = f"{where}, the attribute {name[:20]} of {tag[:20]}"
            self.parts.append(Part(place, value or ""))
            self.attributes.append(Attribute(place, name, value or ""))
            if "-" in name:
                self.parts.append(Part(f"{where}, the name of an attribute of {tag[:20]}", name))
        known = dict(attrs)
        if tag in ("script", "style"):
            self._open.append("data" if "json" in (known.get("type") or "") else tag)
        elif tag == "svg":
            self.pictures.append(Picture(f"{self.place}, picture {len(self.pictures) + 1}"))
        elif tag in ("circle", "path", "use") and self.pictures and (at := _point(tag, known)):
            self.pictures[-1].points.append(at)
        elif tag == "table":
            self.grids.append(Grid(f"{self.place}, table {len(self.grids) + 1}"))
        elif tag == "tr" and self.grids:
            self.grids[-1].rows.append([])
        elif tag in ("td", "th"):
            self._cell, self._kind = [], f"{tag} {known.get('class') or ''}"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None and self.grids:
            grid = self.grids[-1]
            grid.rows = grid.rows or [[]]
            grid.rows[-1].append(Cell("".join(self._cell).strip(), self._kind))
            self._cell = None
        if tag == "table" and self.grids:
            _head_and_body(self.grids[-1])
        if tag in ("script", "style") and self._open:
            self._open.pop()
        if _ends_a_line(tag):
            self._flush()

    def handle_data(self, data: str) -> None:
        if not self._open:
            self._words.append(data)
            if self._cell is not None:
                self._cell.append(data)
        elif self._open[-1] == "data":
            self.charts += 1
            self.scripts.append(Part(f"{self.place}, the data of chart {self.charts}", data))
        else:
            self.parts.append(Part(f"{self.place}, a {self._open[-1]}", data))

    def handle_comment(self, data: str) -> None:
        self.parts.append(Part(f"{self.place}, a comment", data))

    def handle_decl(self, decl: str) -> None:
        self.parts.append(Part(f"{self.place}, a declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.parts.append(Part(f"{self.place}, an instruction", data))

    def unknown_decl(self, data: str) -> None:
        self.parts.append(Part(f"{self.place}, a declaration", data))


@lru_cache(maxsize=1_000)
def _ends_a_line(tag: str) -> bool:
    return BLOCKS.fullmatch(tag) is not None


def _point(tag: str, known: Mapping[str, str | None]) -> tuple[float, float] | None:
    """Where a point of a drawing stands: a circle, or a symbol that is moved to its place."""
    try:
        if tag == "circle":
            return float(known["cx"] or ""), float(known["cy"] or "")
        if tag == "use":
            return float(known["x"] or ""), float(known["y"] or "")
    except (KeyError, ValueError):
        pass
    moved = MOVED.search(known.get("transform") or "")
    return (float(moved[1]), float(moved[2])) if moved is not None else None


def _head_and_body(grid: Grid) -> None:
    """The first row is the heads where all of its cells are heads, or where no other is."""
    rows = [row for row in grid.rows if row]
    if rows and all(cell.kind.startswith("th") for cell in rows[0]):
        grid.heads, rows = [cell.text for cell in rows[0]], rows[1:]
    grid.rows = rows


def embedded(text: str) -> list[tuple[str, bytes]]:
    """The files that stand in a text as `data:` addresses: kind and content.

    >>> embedded("url(data:text/plain;base64,aGVsbG8=)")
    [('text/plain', b'hello')]
    """
    found = []
    for each in DATA_URL.finditer(text):
        content = unquote_to_bytes(each[3])
        if "base64" in each[2].lower():
            try:
                content = b64decode(content + b"=" * (-len(content) % 4))
            except ValueError:
                continue
        found.append((each[1].lower(), content))
    return found
