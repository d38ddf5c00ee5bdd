"""Rows on a terminal, in columns that stand below each other."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

GAP = "  "


def width(text: str) -> int:
    """How many places of a terminal a text takes: a Chinese character two, an accent that joins a letter none.

    >>> width("Chan"), width("陳大文"), width("e\\u0301")
    (4, 6, 1)
    """
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )


def in_columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Each row as a line, every column as wide as its widest cell.

    >>> for line in in_columns([["陳", "1"], ["Wong", "2"]]): print(line)
    陳    1
    Wong  2
    """
    table = [list(row) for row in rows]
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    return [
        GAP.join(cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
