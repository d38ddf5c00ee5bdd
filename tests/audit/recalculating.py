"""Audit workbooks worked out by LibreOffice, and every cell held against the engine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from policymodel.audit.book import HEADS, Column, Sheet
from policymodel.audit.interpreter import Book

Table = list[list[Any]]
NEAR = 1e-7
"""A cell has fifteen digits; a ten-millionth is far from half a cent."""


def office() -> str:
    """LibreOffice, or the test is skipped where it need not be there."""
    found = shutil.which("soffice")
    if found is None:
        assert os.environ.get("POLICYMODEL_OFFICE") != "require", "LibreOffice is required and not there"
        pytest.skip("LibreOffice is not installed")
    return found


def recalculated(paths: list[Path], folder: Path, program: str) -> dict[Path, dict[str, Table]]:
    """The sheets of some workbooks after LibreOffice opened them, worked them out and saved them; one start for all."""
    saved = folder / "saved"
    saved.mkdir()
    profile = f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}"
    subprocess.run(
        [program, "--headless", profile, "--convert-to", "xlsx", "--outdir", str(saved), *map(str, paths)],
        check=True,
        capture_output=True,
        timeout=900,
    )
    found = {}
    for path in paths:
        book = CalamineWorkbook.from_path(str(saved / path.name))
        found[path] = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
    return found


@dataclass
class Held:
    """How many formula cells were held against the engine, and those that differ or are errors."""

    cells: int = 0
    compared: int = 0
    largest: float = 0.0
    errors: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def hold(book: Book, sheets: Mapping[str, Table], held: Held) -> None:
    """Every cell of every column with formulas: none an error, those of nodes equal to the engine's values."""
    for sheet, column in _columns(book, sheets):
        expected = book.engine(column.node, sheet) if column.node is not None else [None] * sheet.rows
        for row, formula in enumerate(column.cells):
            if formula == "":
                continue
            held.cells += 1
            found = sheets[sheet.name][row + HEADS][column.place]
            where = f"{sheet.name}!{column.letters}{row + HEADS + 1} ={formula}"
            if found == "" or (isinstance(found, str) and found.startswith("#")):
                held.errors.append(f"{where}: {found!r}")
            if expected[row] is not None:
                held.compared += 1
                _compare(found, expected[row], where, held)


def _columns(book: Book, sheets: Mapping[str, Table]) -> Iterator[tuple[Sheet, Column]]:
    for sheet in book.sheets.values():
        if sheet.name in sheets:
            yield from ((sheet, column) for column in sheet.columns if column.is_formula)


def _compare(found: Any, expected: Any, where: str, held: Held) -> None:
    if isinstance(expected, str) or isinstance(found, str | bool):
        if found != expected:
            held.differences.append(f"{where}: {found!r} against {expected!r}")
        return
    apart = abs(found - expected)
    held.largest = max(held.largest, apart / max(1.0, abs(expected)))
    if apart > NEAR * max(1.0, abs(expected)):
        held.differences.append(f"{where}: {found!r} against {expected!r}")
