"""Workbooks that come back from people: opened only if they are what they seem, each cell read for what it is."""

from __future__ import annotations

import math
import warnings
import zipfile
import zlib
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils.exceptions import InvalidFileException

from policymodel.documents import LARGEST_BYTES, parse_yaml
from policymodel.errors import InputError, Problem
from policymodel.scheme.written import read_day
from policymodel.workbook.changefile import quoted
from policymodel.workbook.layout import EARLIEST_YEAR

LARGEST_UNPACKED = 10_000_000
MOST_PARTS = 200
DIGITS = 15
"""How many digits a spreadsheet keeps and shows of a number."""

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ParseError,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a file that is no whole workbook makes its reader raise; nothing of ours runs in between."""


def open_workbook(path: Path) -> Workbook:
    """The workbook of a file; an InputError where it is none, is too large, or holds macros."""
    right = "save it as .xlsx, without a password"
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise _refused(path, f"it has {size} bytes", f"{LARGEST_BYTES} at most")
        with zipfile.ZipFile(path) as parts:
            known = parts.infolist()
        unpacked = sum(each.file_size for each in known)
        if unpacked > LARGEST_UNPACKED or len(known) > MOST_PARTS:
            what = f"unpacked it would have {unpacked} bytes in {len(known)} parts"
            raise _refused(path, what, f"{LARGEST_UNPACKED} bytes in {MOST_PARTS} parts at most")
        if any("vbaproject" in each.filename.lower() for each in known):
            raise _refused(path, "it holds macros", "save it as .xlsx, which has none")
        with warnings.catch_warnings():
            # What openpyxl does not keep of a workbook (pictures, extensions) is nothing of ours.
            warnings.simplefilter("ignore")
            return load_workbook(path, keep_links=False)
    except FileNotFoundError:
        raise _refused(path, "it cannot be opened: there is no such file") from None
    except OSError as fault:
        raise _refused(path, f"it cannot be opened: {fault.strerror or fault}") from None
    except UNREADABLE:
        raise _refused(path, "it is no Excel workbook", right) from None


def _refused(path: Path, what: str, right: str = "") -> InputError:
    return InputError(str(path), [Problem("", what, right)])


class CellFault(Exception):
    """A cell does not hold what it should: what is wrong, what would be right."""

    def __init__(self, what: str, right: str) -> None:
        super().__init__(what, right)
        self.what = what
        self.right = right


def content(cell: Cell) -> Any:
    """What a cell holds, None where it is blank; a CellFault for formulas and errors."""
    value = cell.value
    if cell.data_type == "f":
        raise CellFault("it holds a formula", "type what it gives")
    if cell.data_type == "e":
        raise CellFault(f"it holds the error {value}", "type the value")
    if isinstance(value, str) and not value.strip():
        return None
    return value


def number_in(cell: Cell) -> Decimal | None:
    """The number that was typed, digit for digit; 4% typed as a percentage is 0.04."""
    value = content(cell)
    if value is None:
        return None
    if isinstance(value, bool):
        raise CellFault(f"{str(value).upper()} is no number", "type digits")
    if isinstance(value, date | datetime | time):
        what = f"Excel took it for the time {value}"
        raise CellFault(what, "set the cell's format to General and type the number with a decimal point")
    if isinstance(value, int | float):
        return typed(value)
    text = str(value).strip()
    if text.endswith(("%", "％")):
        right = "set the cell's format to percent and type it again, or type 0.04 for 4%"
        raise CellFault(f"'{text[:60]}' is text", right)
    right = "set the cell's format to General and type digits alone, without units, spaces or separators"
    raise CellFault(f"'{text[:60]}' is text", right)


def typed(value: float) -> Decimal:
    """The decimal that a person typed where a spreadsheet keeps the nearest binary number.

    >>> str(typed(0.28499999999999998)), str(typed(5000.0)), str(typed(1.1 / 100))
    ('0.285', '5000', '0.011')
    """
    if not math.isfinite(value):
        raise CellFault(f"{value} is no finite number", "type digits")
    number = Decimal(f"{value:.{DIGITS}g}")
    # Within two of its last binary places it is what the sheet shows; further off, something was computed.
    if abs(float(number) - value) > 2 * math.ulp(value) or abs(value) >= 10**DIGITS:
        raise CellFault(f"{value!r} has more than {DIGITS} digits", "round it, and type what is meant")
    whole = number.to_integral_value()
    number = whole if number == whole else number.normalize()
    if len(f"{number:f}".partition(".")[2]) > 2 * DIGITS:
        raise CellFault(f"{value!r} is smaller than a file can say", "type 0, or a larger number")
    return number + 0


def day_in(cell: Cell) -> date | None:
    """The day that was typed, as a date or as YYYY-MM-DD."""
    value = content(cell)
    if value is None:
        return None
    try:
        day = _day(value)
    except ValueError:
        raise CellFault(f"'{str(value)[:60]}' is no day", "type a day such as 2025-07-01") from None
    if day.year < EARLIEST_YEAR:
        # A year typed alone is taken for so many days since 1900.
        raise CellFault(f"Excel took it for {day}", "type the whole day, such as 2025-07-01")
    return day


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        if value.time() != time():
            raise ValueError("an hour is no day")
        return value.date()
    day = value if isinstance(value, date) else read_day(str(value).strip())
    assert day is not None
    return day


def text_in(cell: Cell) -> str | None:
    """The words that were typed."""
    value = content(cell)
    if value is None:
        return None
    if not isinstance(value, str):
        raise CellFault(f"'{value}' says nothing", "write it in words")
    try:
        parse_yaml(quoted(value.strip()), "")
    except InputError as fault:
        raise CellFault(fault.problems[0].what, fault.problems[0].right) from None
    return value.strip()
