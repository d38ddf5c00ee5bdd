"""How two makings of one page differ: table by table and row by row, line by line of the page."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd

from policymodel.errors import HistoryError
from policymodel.report.result_tables import KEYS, SCHEMAS, read_results
from policymodel.runner.record import read_record
from policymodel.runner.seal import without_record

MOST = 10
"""Rows of a table, or lines of a page, that are told one by one; the rest are counted."""
WIDEST = 160
FIGURES = {
    "people": ("the people of {design}", "are", "were"),
    "not_computed": ("the people of {design} without a figure", "are", "were"),
    "base_nonpositive": ("the people of {design} with a base of zero or less", "are", "were"),
    "cost_minor": ("the cost of {design}, in minor units,", "is", "was"),
    "change": ("the change of everybody under {design}", "is", "was"),
}
"""How the key figures of a record are called, and what they are and were."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was: where, and what."""

    place: str
    what: str


def between_folders(was: Path, now: Path, pages: list[str]) -> Iterator[Difference]:
    """How a page's folder differs from the same folder made again: figures, result tables where it has any, pages."""
    yield from between_figures(read_record(was).figures, read_record(now).figures)
    if (now / "results").is_dir():
        try:
            yield from between_tables(read_results(was / "results"), read_results(now / "results"))
        except HistoryError as error:
            yield from (Difference(f"results/{each.place}", each.what) for each in error.problems)
    for name in pages:
        if not (now / name).is_file():
            yield Difference(name, "is made no more")
            continue
        before, after = ((folder / name).read_bytes() for folder in (was, now))
        yield from (Difference(name, what) for what in between_pages(before, after))


def between_figures(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    """Key figures of the record that come out otherwise, in words; one that is not there is withheld.

    >>> [each.what for each in between_figures({"people": {"old": 7}}, {"people": {"old": 8}})]
    ['the people of old are 8, and were 7']
    >>> [each.what for each in between_figures({"cost_minor": {"new": 123456}}, {})]
    ['the cost of new, in minor units, is withheld, and was 123,456']
    """
    for name in dict.fromkeys((*was, *now)):
        before, after = was.get(name, {}), now.get(name, {})
        for design in dict.fromkeys((*before, *after)):
            if before.get(design) != after.get(design):
                words, now_is, was_so = FIGURES.get(name, (f"{name} of {{design}}", "is", "was"))
                one, two = told(after.get(design)), told(before.get(design))
                what = f"{words.format(design=design)} {now_is} {one}, and {was_so} {two}"
                yield Difference("record.json, figures", what)


def told(figure: Any) -> str:
    """A key figure for people."""
    return "withheld" if figure is None else f"{figure:,}" if isinstance(figure, int | float) else str(figure)


def between_tables(was: Mapping[str, pd.DataFrame], now: Mapping[str, pd.DataFrame]) -> Iterator[Difference]:
    """Each figure of a result table that comes out otherwise, with the row it stands in."""
    for name in SCHEMAS:
        found = [Difference(f"results/{name}.parquet", what) for what in between_rows(was[name], now[name])]
        yield from found[:MOST]
        if len(found) > MOST:
            yield Difference(f"results/{name}.parquet", f"and {len(found) - MOST} more")


def between_rows(was: pd.DataFrame, now: pd.DataFrame) -> Iterator[str]:
    """Figures that differ, for people.

    >>> one = pd.DataFrame({"design": ["old", "new"], "amount_minor": [100, 120]})
    >>> list(between_rows(one, one.assign(amount_minor=[100, 121])))
    ['amount_minor of new is 121, and was 120']
    """
    if len(was) != len(now):
        yield f"it has {len(now)} rows, and had {len(was)}"
        return
    keys = [column for column in KEYS if column in was and column != "shown"]
    for column in was:
        before, after = was[column], now[column]
        other = ~((before == after) | (before.isna() & after.isna()))
        for row in other[other].index:
            whose = ", ".join(str(was[key][row]) for key in keys)
            yield f"{column} of {whose} is {after[row]}, and was {before[row]}"


def between_pages(was: bytes, now: bytes) -> list[str]:
    """Lines that differ, their tags left out; what differs in no line that people see is said to do so.

    >>> between_pages(b"<p>cost 12</p>", b"<p>cost 13</p>")
    ["line 1 is 'cost 13', and was 'cost 12'"]
    """
    before, after = (
        without_record(page).decode("utf-8", errors="replace").split("\n") for page in (was, now)
    )
    found = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, to, until in matcher.get_opcodes():
        if kind != "equal":
            one, two = seen(before[start:end], after[to:until])
            found.append(f"line {start + 1} is {two!r}, and was {one!r}")
    rest = [f"and {len(found) - MOST} more"] if len(found) > MOST else []
    return found[:MOST] + rest


def seen(was: list[str], now: list[str]) -> tuple[str, str]:
    """What people see of two runs of lines; the lines themselves, from where they part, where that is the same."""
    one, two = (plain(" ".join(lines)) for lines in (was, now))
    if one == two:
        one, two = "\n".join(was), "\n".join(now)
    pairs = enumerate(zip(one, two, strict=False))
    part = next((at for at, (a, b) in pairs if a != b), min(len(one), len(two)))
    start = max(0, part - WIDEST // 4)
    return one[start : start + WIDEST], two[start : start + WIDEST]


def plain(text: str) -> str:
    """A line of HTML as people see it."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", text))).strip()
