"""Files as text: CSV, Parquet and Excel become columns of text with the number of each row.

Everything is text first, so that a staff number keeps its zeros and a bad figure can be shown as it was
written. Blank space around a value is not part of it. A row's number is the one a spreadsheet shows: the
headers stand in row 1, a blank line counts, a line break inside quotes does not.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray
from python_calamine import CalamineError

from policymodel.history.coding import only_signs
from policymodel.history.packed import (
    COLUMNS_OF_A_SHEET,
    UNPACKABLE,
    Swollen,
    check_parquet,
    check_workbook,
    unpack,
)

ENCODINGS = {"utf-8": "utf-8", "big5": "cp950", "gb18030": "gb18030", "utf-16": "utf-16"}
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
SUFFIXES = (".csv", ".csv.gz", ".parquet", ".xlsx")

BLOCK = 1 << 20
"""Bytes of a CSV file that are split at once."""
LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
UNREADABLE = "\ufffd"
MOST_UNREADABLE = 0.05
BLANK_AROUND = " \t\r\n\u00a0\u3000"
BLANKS = [each.encode("utf-8") for each in BLANK_AROUND]


class FileFault(Exception):
    """A file cannot be read at all: what is wrong, and what would be right."""

    def __init__(self, what: str, right: str = "") -> None:
        super().__init__(what, right)
        self.what = what
        self.right = right


@dataclass(frozen=True)
class BrokenRow:
    """A line that is no row: it has too few or too many fields."""

    row: int
    fields: int
    text: str


@dataclass(frozen=True)
class TextFile:
    """A file's rows as text: `cells` has one column per header, `rows` the number of each row."""

    name: str
    cells: pd.DataFrame
    rows: NDArray[np.int64]
    broken: tuple[BrokenRow, ...] = ()


@dataclass(frozen=True)
class Writing:
    """How a file is written: its encoding, the sign between fields, the sheet, the decimal sign."""

    encoding: str = "utf-8"
    separator: str = "comma"
    sheet: str | None = None
    decimal: str = "point"


def read_text(path: Path, name: str, writing: Writing) -> TextFile:
    """The rows of one file as text; FileFault where there is no making sense of it."""
    lower = path.name.lower()
    try:
        if lower.endswith((".csv", ".csv.gz")):
            return _read_csv(_bytes_of(path), name, writing)
        if lower.endswith(".parquet"):
            return _read_parquet(path, name, writing)
        if lower.endswith(".xlsx"):
            return _read_excel(path, name, writing)
    except OSError as fault:
        raise FileFault(f"it cannot be opened: {fault.strerror or fault}") from None
    except Swollen as fault:
        raise FileFault(f"it holds far more than its size says: {fault}", "write the table again") from None
    except MemoryError:
        raise FileFault(
            "it does not fit into the memory there is", "split it, for example by years"
        ) from None
    raise FileFault("its kind is not known", f"use one of {', '.join(SUFFIXES)}")


def _bytes_of(path: Path) -> bytes:
    raw = path.read_bytes()
    if not path.name.lower().endswith(".gz"):
        return raw
    try:
        return unpack(raw)
    except UNPACKABLE:
        raise FileFault("it is no whole gzip file", "copy it again, or write it without .gz") from None


def _decoded(raw: bytes, encoding: str) -> str:
    codec = "utf-8-sig" if encoding == "utf-8" else ENCODINGS[encoding]
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as fault:
        text = raw.decode(codec, errors="replace")
        line = raw.count(b"\n", 0, fault.start) + 1
    # A byte gone wrong costs its row; a file in another encoding is no reading matter at all.
    lines = text.splitlines()
    unreadable = sum(UNREADABLE in each for each in lines)
    if UNREADABLE in lines[0] or unreadable > max(1, MOST_UNREADABLE * len(lines)):
        others = " or ".join(each for each in ("utf-8", "big5", "gb18030") if each != encoding)
        others = "utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else others
        raise FileFault(f"line {line} is not {encoding} text", f"write `encoding: {others}` in the mapping")
    return text


def _read_csv(raw: bytes, name: str, writing: Writing) -> TextFile:
    text = _decoded(raw, writing.encoding)
    separator = SEPARATORS[writing.separator]
    try:
        headers = next(csv.reader((line[0] for line in LINES.finditer(text)), delimiter=separator), [])
    except csv.Error as fault:
        raise FileFault(f"its first line is no row of headers: {fault}") from None
    if not any(header.strip(BLANK_AROUND) for header in headers):
        raise FileFault("its first line is blank", "the headers stand in the first line")
    if len(headers) > COLUMNS_OF_A_SHEET:
        raise FileFault(f"its first line has {len(headers):,} headers", f"{COLUMNS_OF_A_SHEET:,} at most")
    whole = writing.encoding == "utf-8" and UNREADABLE not in text
    data = raw.removeprefix(codecs.BOM_UTF8) if whole else text.encode("utf-8", errors="replace")
    try:
        table, broken = _split(data, len(headers), separator, BLOCK)
    except pa.ArrowInvalid:
        # A field may be of any length, even longer than a block.
        try:
            table, broken = _split(data, len(headers), separator, min(len(data) + 1, 2**31 - 1))
        except pa.ArrowInvalid as fault:
            raise FileFault(f"it is no table of text: {fault}") from None
    numbers = np.arange(1, table.num_rows + len(broken) + 1)
    numbers = np.delete(numbers, [each.row - 1 for each in broken])
    return _text_file(name, headers, table.columns, numbers, 1, broken)


def _split(data: bytes, columns: int, separator: str, block: int) -> tuple[pa.Table, list[BrokenRow]]:
    """Lines as columns of text, and those that are no rows; blocks that stay in the cache take half the time."""
    broken: list[BrokenRow] = []

    def keep(row: Any) -> str:
        broken.append(BrokenRow(row.number, row.actual_columns, row.text))
        return "skip"

    positions = [str(index) for index in range(columns)]
    table = pyarrow.csv.read_csv(
        pa.BufferReader(data),
        # One thread alone can number the rows.
        read_options=pyarrow.csv.ReadOptions(use_threads=False, column_names=positions, block_size=block),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=separator,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=keep,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(positions, pa.large_string()), strings_can_be_null=False
        ),
    )
    return table, broken


def _read_parquet(path: Path, name: str, writing: Writing) -> TextFile:
    try:
        check_parquet(path)
        table = pyarrow.parquet.read_table(path)
        columns = [_as_text(column, writing.decimal) for column in table.columns]
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as fault:
        raise FileFault(f"it is no table of plain columns: {fault}") from None
    return _text_file(name, table.column_names, columns, np.arange(2, table.num_rows + 2), 0, [])


def _as_text(column: pa.ChunkedArray, decimal: str) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type) and column.equals(pc.floor_temporal(column, unit="day")):
        column = column.cast(pa.date32(), safe=False)
    text = column.cast(pa.string())
    if decimal == "comma" and (pa.types.is_floating(column.type) or pa.types.is_decimal(column.type)):
        text = pc.replace_substring(text, ".", ",")
    return pc.fill_null(text, "")


def _read_excel(path: Path, name: str, writing: Writing) -> TextFile:
    try:
        check_workbook(path)
        with pd.ExcelFile(path, engine="calamine") as book:
            sheet = book.sheet_names[0] if writing.sheet is None else writing.sheet
            if sheet not in book.sheet_names:
                names = ", ".join(f"'{each}'" for each in book.sheet_names)
                raise FileFault(f"it has no sheet '{sheet}'", f"its sheets are {names}")
            frame = pd.read_excel(book, sheet_name=sheet, header=None, dtype=object, na_filter=False)
    except (zipfile.BadZipFile, zlib.error, CalamineError, ValueError) as fault:
        raise FileFault(f"it is no Excel workbook: {fault}", "save it as .xlsx") from None
    if frame.empty:
        raise FileFault("its first line is blank", "the headers stand in the first line")
    columns = [pa.array(_cells(frame[column], writing.decimal), pa.string()) for column in frame.columns]
    headers = [column[0].as_py() for column in columns]
    return _text_file(name, headers, columns, np.arange(1, len(frame) + 1), 1, [])


def _cells(values: Iterable[Any], decimal: str) -> list[str]:
    """What a person sees in the cell, but dates in ISO form and numbers in full.

    >>> _cells([7.0, 0.5, True, datetime.datetime(2024, 7, 1), "007"], "point")
    ['7', '0.5', 'yes', '2024-07-01', '007']
    """
    words = []
    for value in values:
        if isinstance(value, bool):
            words.append("yes" if value else "no")
        elif isinstance(value, float):
            word = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
            words.append(word.replace(".", ",") if decimal == "comma" else word)
        elif isinstance(value, datetime.datetime):
            midnight = value.time() == datetime.time()
            words.append(value.date().isoformat() if midnight else value.isoformat(" "))
        else:
            words.append(str(value))
    return words


def _text_file(
    name: str,
    headers: Iterable[str],
    columns: Iterable[Any],
    numbers: NDArray[np.int64],
    header_rows: int,
    broken: Iterable[BrokenRow],
) -> TextFile:
    """Trimmed columns without the header row and without blank lines, which are no rows."""
    trimmed = [_trimmed(column) for column in columns]
    table = pa.table(trimmed, names=[str(index) for index in range(len(trimmed))])
    table = table.slice(header_rows)
    filled = np.zeros(table.num_rows, dtype=bool)
    for column in table.columns:
        filled |= pc.not_equal(column, "").to_numpy()
        if filled.all():
            break
    numbers = numbers[header_rows:]
    if not filled.all():
        table, numbers = table.filter(filled), numbers[filled]
    cells = table.to_pandas()
    cells.columns = pd.Index([re.sub(r"\s+", " ", header).strip(BLANK_AROUND) for header in headers])
    kept = tuple(each for each in broken if each.text.strip(BLANK_AROUND))
    return TextFile(name, cells, numbers.astype(np.int64), kept)


def _trimmed(column: Any) -> Any:
    """A column without blanks around its texts; where there is no blank anywhere, as it is."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    if any(_has_blanks(data) for each in chunks if (data := each.buffers()[2]) is not None):
        return pc.utf8_trim(column, characters=BLANK_AROUND)
    return column


def _has_blanks(data: pa.Buffer) -> bool:
    if only_signs(np.frombuffer(data, dtype=np.uint8), "!", "~"):
        return False
    text = data.to_pybytes()
    return any(blank in text for blank in BLANKS)
