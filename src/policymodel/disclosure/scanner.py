"""Whether a page keeps what it promises about persons: read as a reader, a program and a spy would read it.

A finding says what kind of thing stands where, and never repeats it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from json import JSONDecodeError
from typing import Any

from policymodel.disclosure.anatomy import Anatomy, Cell, Part, embedded
from policymodel.disclosure.disguises import of_bytes, readings
from policymodel.disclosure.rows import (
    faults_of_numbers,
    faults_of_rows,
    faults_of_table,
    faults_of_text,
    is_count,
    number_in,
    too_small,
)
from policymodel.disclosure.secrets import Secrets, plain
from policymodel.documents import parse_json
from policymodel.errors import Problem

NESTED = 4
"""How deep files in files are opened."""

DEEPEST = 100
"""Levels of lists and tables that data may have; what a page writes itself has a fifth of them."""
UNREADABLE = "holds data that cannot be read: nested too deeply, or a number of thousands of digits"

SHORT = 300
"""Characters of a text that is remembered with what it holds."""

IN_THE_OPEN, DISGUISED = "holds {what}", "holds {what} in another form (escaped, encoded or in pieces)"


@dataclass(frozen=True)
class Promise:
    """What a page promises: whom it does not name, and about how few people it does not speak.

    `people` are the sizes of the groups the page is about. `allowed` words may stand although they are secrets
    elsewhere. With `persons` rows of single persons may stand (they are what the page is for). `public` is what any
    page says; `scripts` are the hashes of scripts that are the same everywhere.
    """

    secrets: Secrets
    smallest: int = 10
    people: frozenset[int] = frozenset()
    allowed: frozenset[str] = frozenset()
    persons: bool = False
    public: str = ""
    scripts: frozenset[str] = field(default=frozenset(), repr=False)


def scan_html(text: str, promise: Promise, where: str = "", depth: int = NESTED) -> list[Problem]:
    """What a page holds against its promise, each kind and place once.

    >>> promise = Promise(Secrets({"the id of a manager": ["0010001"]}))
    >>> for problem in scan_html("<p>Fine.</p><p title='&#x30;010001'></p>", promise): print(problem)
    the first screen, the attribute title of p: holds the id of a manager
    """
    return _once(_in_html(text, promise, where, depth))


def scan_json(text: str, promise: Promise, where: str = "", depth: int = NESTED) -> list[Problem]:
    """The same for a document of JSON: a record, a chart, a notebook."""
    return _once(_in_json(Part(where or "the document", text), promise, depth))


def scan_text(text: str, promise: Promise, where: str = "") -> list[Problem]:
    """The same for a text without any form."""
    return _once(_in_text(Part(where or "the text", text), promise))


def _once(problems: Iterator[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


def _in_html(text: str, promise: Promise, where: str, depth: int) -> Iterator[Problem]:
    page = Anatomy(text, promise.scripts, where)
    for part in page.parts:
        yield from _in_text(part, promise)
        yield from _in_files(part, promise, depth)
    for part in page.parts:
        if not part.place.endswith((", a script", ", a style")):
            yield from _counted(part, promise)
    if not promise.persons:
        for place, name, value in page.attributes:
            count = number_in(value) if is_count(name.removeprefix("data-")) else None
            if count is not None and too_small(count, promise.smallest):
                yield Problem(place, f"shows a count of fewer than {promise.smallest} people")
        for picture in page.pictures:
            across, down = ([point[axis] for point in picture.points] for axis in (0, 1))
            if all([*faults_of_numbers(each, promise.people)] for each in (across, down)):
                yield Problem(picture.place, "shows as many points as there are people")
    for script in page.scripts:
        yield from _in_json(script, promise, depth)
    for grid in page.grids:
        yield from _in_grid(grid.place, grid.heads, grid.rows, promise)


def _in_text(part: Part, promise: Promise) -> Iterator[Problem]:
    read = _read_once if len(part.text) <= SHORT else _read
    for words, found in read(part.text, promise.secrets):
        told = [what for word, what in found if word not in promise.allowed]
        if told:
            yield Problem(part.place, words.format(what=told[0]))


def _read(text: str, secrets: Secrets) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The secret words that a text holds and what each is, for every reading that holds any."""
    read = []
    for place, reading in enumerate(readings(text)):
        said = plain(reading)
        found = [(said[start:end], what) for start, end, what in secrets.found_in(said, plainly=True)]
        if found:
            read.append((DISGUISED if place else IN_THE_OPEN, tuple(found)))
    return tuple(read)


_read_once = lru_cache(maxsize=20_000)(_read)
"""Pages of a run say the same short texts thousands of times: heads, units, classes of elements."""


def _counted(part: Part, promise: Promise) -> Iterator[Problem]:
    if not promise.persons:
        for fault in faults_of_text(part.text, promise.smallest, promise.public):
            yield Problem(part.place, f"shows {fault}")


def _in_files(part: Part, promise: Promise, depth: int) -> Iterator[Problem]:
    """Files inside a text, as `data:` addresses."""
    if depth == 0 or "data:" not in part.text.lower():
        return
    for kind, content in embedded(part.text):
        place = f"{part.place}, a file inside it"
        for text in of_bytes(content):
            if "json" in kind:
                yield from _in_json(Part(place, text), promise, depth - 1)
            elif "svg" in kind or "html" in kind or "xml" in kind:
                yield from _in_html(text, promise, place, depth - 1)
            else:
                yield from _in_text(Part(place, text), promise)


def _in_grid(place: str, heads: list[str], rows: list[list[Cell]], promise: Promise) -> Iterator[Problem]:
    if not promise.persons:
        for fault in faults_of_table(heads, rows, promise.smallest, promise.people, promise.public):
            yield Problem(place, f"shows {fault}")


def _in_json(part: Part, promise: Promise, depth: int) -> Iterator[Problem]:
    try:
        document = parse_json(part.text)
    except JSONDecodeError:
        yield from _in_text(part, promise)
    except ValueError:
        yield Problem(part.place, UNREADABLE)
    else:
        yield from _in_value(document, part.place, promise, depth)


def _in_value(value: Any, place: str, promise: Promise, depth: int) -> Iterator[Problem]:
    """A value of JSON: its words as one text, its rows and tables by their form, its texts that are pages."""
    words: list[str] = []
    pages: list[str] = []
    rows: list[list[dict[str, Any]]] = []
    grids: list[dict[str, Any]] = []
    counts: list[Any] = []
    columns: list[list[Any]] = []

    left: list[tuple[Any, int]] = [(value, 0)]
    while left:
        each, level = left.pop()
        if level > DEEPEST:
            yield Problem(place, UNREADABLE)
            return
        if isinstance(each, str):
            words.append(each)
            if "<" in each and ">" in each and depth:
                pages.append(each)
        elif isinstance(each, dict):
            if {"heads", "rows"} <= each.keys():
                grids.append(each)
            for key, inner in each.items():
                if is_count(key):
                    counts.extend(inner.values() if isinstance(inner, dict) else [inner])
            # a key is read as a word before its value
            left.extend((one, level + 1) for item in reversed(each.items()) for one in reversed(item))
        elif isinstance(each, list):
            if each and all(isinstance(inner, dict) for inner in each):
                rows.append(each)
            columns.append(each)
            left.extend((inner, level + 1) for inner in reversed(each))
    yield from _in_text(Part(place, "\n".join(words)), promise)
    yield from chain.from_iterable(_in_files(Part(place, each), promise, depth) for each in words)
    yield from _counted(Part(place, "\n".join(words)), promise)
    if not promise.persons:
        for numbers in columns:
            for fault in faults_of_numbers(numbers, promise.people):
                yield Problem(place, f"shows {fault}")
        if any(too_small(each, promise.smallest) for each in counts):
            yield Problem(place, f"shows a count of fewer than {promise.smallest} people")
        for each in rows:
            for fault in faults_of_rows(each, promise.smallest, promise.people, promise.public):
                yield Problem(place, f"shows {fault}")
    for grid in grids:
        yield from _in_grid(place, *_written(grid), promise)
    for page in pages:
        yield from _in_html(page, promise, place, depth - 1)


def _written(grid: dict[str, Any]) -> tuple[list[str], list[list[Cell]]]:
    """A table as `Table.written` gives it, as heads and cells."""
    rows = [
        [
            Cell(str(row.get("head", "")), "th"),
            *(Cell(str(cell.get("text", "")), str(cell.get("kind", ""))) for cell in row.get("cells", [])),
        ]
        for row in grid["rows"]
        if isinstance(row, dict)
    ]
    return [str(each) for each in grid["heads"]], rows
