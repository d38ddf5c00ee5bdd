"""A workbook that was filled in: the proposal it makes, and every cell that is wrong, with its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from policymodel.errors import ChangeError, InputError, Problem, SchemeError, suggest
from policymodel.scheme.addresses import AddressFault, address_of, locate
from policymodel.scheme.changes import apply_changes
from policymodel.scheme.dated import in_force
from policymodel.scheme.reading import read_scheme, scheme_of
from policymodel.workbook.layout import (
    ASKED,
    COVER,
    COVER_VALUES,
    FIRST_ROW,
    LETTERS,
    NEEDED,
    NUMBERS,
    RECORDED,
    Row,
    recorded,
    rows_of,
)
from policymodel.workbook.opening import CellFault, day_in, number_in, open_workbook, text_in

MOST_ROWS = 20_000
KEYS = {"at": "address", "from": "today", "to": "new", "effective": "effective", "because": "why"}
"""In which column each part of a change stands."""


@dataclass(frozen=True)
class Finding:
    """What is wrong with one cell."""

    sheet: str
    cell: str
    what: str
    right: str = ""

    def __str__(self) -> str:
        return str(Problem(f"{self.sheet}, {self.cell}", self.what, self.right))


@dataclass(frozen=True)
class Filled:
    """What a workbook says: the scheme it belongs to, the change file it makes, what is wrong with it."""

    base: Path
    about: Mapping[str, Any]
    findings: tuple[Finding, ...]

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The changes, in the order of the rows."""
        changes: list[dict[str, Any]] = self.about["changes"]
        return changes


def read_filled(path: Path, base: Path | None = None) -> Filled:
    """Read a workbook against its scheme: the one given, or the one that its cover names.

    An InputError where the file is no parameter workbook or the scheme cannot be read; all else is a finding.
    """
    book = open_workbook(path)
    for name in (COVER, NUMBERS):
        if name not in book.sheetnames:
            right = "make one with policymodel template SCHEME --out parameters.xlsx"
            raise InputError(str(path), [Problem("", f"it has no sheet '{name}'", right)])
    scheme = base if base is not None else _base(path, book)
    document = dict(read_scheme(scheme).document)
    reading = _Reading(book, document)
    return Filled(scheme, reading.about(), tuple(reading.findings))


def _base(path: Path, book: Workbook) -> Path:
    """The scheme that the cover names, seen from the workbook."""
    row, _ = RECORDED["base"]
    cell = book[COVER][f"{COVER_VALUES}{row}"]
    name = str(cell.value or "") if cell.data_type == "s" else ""
    if not name or Path(name).is_absolute() or Path(name).suffix.lower() not in (".yaml", ".yml"):
        raise InputError(
            str(path),
            [Problem(f"{COVER}, {cell.coordinate}", "it names no scheme", "say which with --base SCHEME")],
        )
    scheme = path.parent / name
    if not scheme.is_file():
        what = f"its scheme {name} is not where it was, seen from the workbook"
        raise InputError(str(path), [Problem("", what, "say where it is with --base SCHEME")])
    return scheme


class _Reading:
    """Reads one workbook and gathers what is wrong with it."""

    def __init__(self, book: Workbook, document: dict[str, Any]) -> None:
        self.cover: Worksheet = book[COVER]
        self.sheet: Worksheet = book[NUMBERS]
        self.document = document
        self.rows = rows_of(document)
        self.places: dict[str, int] = {}
        self.findings: list[Finding] = []
        self.stale = False

    def about(self) -> dict[str, Any]:
        """The change file, and all findings on the way."""
        self._recorded()
        changes = list(self._changes())
        asked = self._asked(bool(changes))
        title = {"en": asked["title_en"], "zh-Hant": asked["title_zh"]}
        about: dict[str, Any] = {
            "id": asked["id"],
            "title": {language: text for language, text in title.items() if text},
            "author": asked["author"],
            "region": asked["region"],
            "because": asked["because"],
        }
        about = {key: value for key, value in about.items() if value} | {"changes": changes}
        if changes:
            self._judge(changes, asked["region"])
        return about

    def _find(self, column: str, row: int, what: str, right: str = "") -> None:
        self.findings.append(Finding(NUMBERS, f"{LETTERS[column]}{row}", what, right))

    def _find_on_cover(self, row: int, what: str, right: str = "") -> None:
        self.findings.append(Finding(COVER, f"{COVER_VALUES}{row}", what, right))

    def _recorded(self) -> None:
        """What the cover says of the scheme must still be so."""
        known = recorded(self.document, "")
        for name in ("scheme", "digest"):
            row, _ = RECORDED[name]
            said = self.cover[f"{COVER_VALUES}{row}"].value
            if said != known[name]:
                self.stale = True
                what = {
                    "scheme": f"the workbook was made for '{said}', and the scheme is '{known[name]}'",
                    "digest": "the scheme has changed since the workbook was made, or this cell has",
                }[name]
                self._find_on_cover(row, what, "make a new workbook with policymodel template")

    def _asked(self, needed: bool) -> dict[str, str]:
        """What a person filled in on the cover."""
        found: dict[str, str] = {}
        for name, (row, _) in ASKED.items():
            try:
                found[name] = text_in(self.cover[f"{COVER_VALUES}{row}"]) or ""
            except CellFault as fault:
                found[name] = ""
                self._find_on_cover(row, fault.what, fault.right)
                continue
            if needed and name in NEEDED and not found[name]:
                self._find_on_cover(row, "it is empty", "a proposal needs it")
        row, _ = ASKED["id"]
        if found["id"] and not re.fullmatch(r"[^\W\d][\w-]*", found["id"]):
            right = "write a word of letters, digits, _ or -"
            self._find_on_cover(row, f"'{found['id']}' is no id", right)
        if found["id"] == self.document["id"]:
            self._find_on_cover(
                row, f"'{found['id']}' is the id of the scheme itself", "give the proposal its own"
            )
        return found

    def _changes(self) -> Iterator[dict[str, Any]]:
        """One change for each row with a new value; every cell is looked at, whatever is wrong with the others."""
        last = min(self.sheet.max_row, MOST_ROWS)
        for row in range(FIRST_ROW, last + 1):
            address = self.sheet[f"{LETTERS['address']}{row}"].value
            if all(self.sheet[f"{letter}{row}"].value is None for letter in LETTERS.values()):
                continue
            if address not in self.rows:
                right = suggest(str(address), self.rows) or "make a new workbook with policymodel template"
                self._find("address", row, f"the scheme has no number '{address}'", right)
            elif address in self.places:
                self._find(
                    "address", row, f"'{address}' stands in row {self.places[address]} already", "remove one"
                )
            else:
                self.places[address] = row
                self._unaltered(self.rows[address], row)
                yield from self._change(self.rows[address], row)
        if self.sheet.max_row > MOST_ROWS:
            self._find("address", MOST_ROWS, f"there are more than {MOST_ROWS} rows", "remove what is below")
        for address in self.rows:
            if address not in self.places:
                right = "make a new workbook with policymodel template"
                self._find("address", 1, f"the row of '{address}' is gone", right)

    def _unaltered(self, known: Row, row: int) -> None:
        for name, value in known.cells.items():
            cell = self.sheet[f"{LETTERS[name]}{row}"]
            same = cell.value == value
            if isinstance(value, Decimal):
                same = cell.data_type == "n" and cell.value is not None and float(value) == cell.value
            if not same:
                shown = "empty" if value is None else f"'{value}'"
                right = (
                    "make a new workbook"
                    if self.stale
                    else f"this cell is locked: it was {shown}, put it back"
                )
                self._find(name, row, f"it says '{cell.value}', and the scheme {shown}", right)

    def _change(self, known: Row, row: int) -> Iterator[dict[str, Any]]:
        read = {"new": number_in, "effective": day_in, "why": text_in}
        found: dict[str, Any] = {}
        for name, reader in read.items():
            try:
                found[name] = reader(self.sheet[f"{LETTERS[name]}{row}"])
            except CellFault as fault:
                self._find(name, row, fault.what, fault.right)
        new, day, why = (found.get(name) for name in read)
        if "new" in found and new is None:
            for name in ("effective", "why"):
                if found.get(name) is not None:
                    self._find("new", row, "there is no new value", "type one, or clear the rest of the row")
                    break
        if new is None:
            return
        if "why" in found and why is None:
            self._find("why", row, "there is no reason for the new value", "say why")
        if len(found) < len(read) or why is None or not self._fits(known, row, new, day):
            return
        number = known.parameter.number
        change = {"at": known.parameter.address, "from": in_force(number, day), "to": _plain(new)}
        yield change | ({} if day is None else {"effective": str(day)}) | {"because": why}

    def _fits(self, known: Row, row: int, new: Decimal, day: date | None) -> bool:
        """Whether a new value can follow today's on that day."""
        number = known.parameter.number
        if day is None and len(number.segments) > 1:
            self._find("effective", row, "the number has a value for each run of days", "say from which day")
        elif new == in_force(number, day):
            self._find("new", row, f"{new:f} is what holds already", "clear the row where nothing changes")
        elif day is not None and day.day != 1 and number.inside_period is None:
            right = "begin on the first of a month, or let the scheme say inside_period for this number"
            self._find(
                "effective", row, f"{day} lies inside a month, and nothing says how it then counts", right
            )
        else:
            return True
        return False

    def _judge(self, changes: list[dict[str, Any]], region: str) -> None:
        """Make the changes and read the whole scheme, so that what the workbook gives can be used."""
        about: dict[str, Any] = dict.fromkeys(("id", "title", "author", "base", "because"), "proposal")
        about |= {"changes": changes} | ({"region": region} if region else {})
        document = self.document
        try:
            document, _ = apply_changes(self.document, about, "")
            scheme_of(document)
        except ChangeError as fault:
            for problem in fault.problems:
                self._of_change(problem, changes)
        except SchemeError as fault:
            for problem in fault.problems:
                self._of_scheme(problem, document)

    def _of_change(self, problem: Problem, changes: list[dict[str, Any]]) -> None:
        match = re.fullmatch(r"changes\[(\d+)\](?:\.(\w+))?", problem.place)
        if match is None:
            self._of_scheme(problem, self.document)
            return
        row = self.places[changes[int(match[1])]["at"]]
        self._find(KEYS.get(match[2] or "to", "new"), row, problem.what, problem.right)

    def _of_scheme(self, problem: Problem, document: Mapping[str, Any]) -> None:
        """What the scheme as a whole says, at the number it says it of, else on the cover."""
        try:
            address = address_of(document, locate(document, problem.place))
        except AddressFault:
            address = problem.place
        if address in self.places:
            self._find("new", self.places[address], problem.what, problem.right)
        else:
            self._find_on_cover(ASKED["id"][0], str(problem))


def _plain(number: Decimal) -> int | Decimal:
    return int(number) if number == number.to_integral_value() else number
