"""Packed files that hold far more than their size says, found out before they are unpacked into memory."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import IO

import pyarrow.parquet

FREE = 64_000_000
"""Bytes that a file may always unpack to."""

RATIO = 60
"""How many times its size a larger file may unpack to; tables of a bank come to a third of that."""

CELLS_FREE, CELLS_FOR_A_BYTE = 5_000_000, 50
SPREAD = 50
"""How many places a sheet may span for each cell that is filled, beyond those that are free."""

CELL = re.compile(rb'<c\b(?:[^>]*?\br="([A-Z]+)([0-9]+)")?|<row\b[^>]*?\br="([0-9]+)"')
CHUNK = 1 << 20
COLUMNS_OF_A_SHEET = 16_384
"""As many as a spreadsheet has; no table of another kind may have more."""

UNPACKABLE = (OSError, EOFError, zlib.error)
"""What a gzip file that is not whole makes its reader raise."""


class Swollen(Exception):
    """A file would unpack to more than anybody means; the sentence says to what."""


def unpack(raw: bytes) -> bytes:
    """The content of a gzip file; EOFError, OSError or zlib.error where it is none."""
    most = max(FREE, RATIO * len(raw))
    with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise Swollen(f"its {len(raw):,} bytes unpack to more than {most:,}")
    return content


def check_workbook(path: Path) -> None:
    """Read through the parts of a workbook as they are packed; BadZipFile or zlib.error where they are not whole."""
    size = path.stat().st_size
    with zipfile.ZipFile(path) as parts:
        unpacked = sum(each.file_size for each in parts.infolist())
        if unpacked > max(FREE, RATIO * size):
            raise Swollen(f"its {size:,} bytes unpack to {unpacked:,}")
        if (broken := parts.testzip()) is not None:
            raise zipfile.BadZipFile(f"its part {broken} is damaged")
        for name in parts.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                rows, columns, filled = extent(parts.open(name))
                if rows * columns > CELLS_FREE + SPREAD * filled:
                    raise Swollen(f"its {filled:,} cells span {rows:,} rows and {columns:,} columns")


def extent(sheet: IO[bytes]) -> tuple[int, int, int]:
    """The last row and column of a sheet, and how many cells are filled.

    >>> extent(io.BytesIO(b'<row r="1"><c r="A1"/></row><row r="9"><c r="C9"/></row>'))
    (9, 3, 2)
    """
    last, widest, filled, bare, rest = 0, 0, 0, 0, b""
    while chunk := sheet.read(CHUNK):
        text = rest + chunk
        end = text.rfind(b">") + 1
        for letters, row, of_row in CELL.findall(text[:end]):
            last = max(last, int(row or of_row or 0))
            widest = max(widest, column_number(letters))
            filled += not of_row
            bare += not (of_row or letters)
        rest = text[end:][-CHUNK:]
    return last, max(widest, min(bare, COLUMNS_OF_A_SHEET)), filled


def column_number(letters: bytes) -> int:
    """The number of a column by its letters.

    >>> column_number(b"A"), column_number(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def check_parquet(path: Path) -> None:
    """Compare the cells that a Parquet file says it has with its size; ArrowInvalid where it is none."""
    told = pyarrow.parquet.read_metadata(path)
    cells, size = told.num_rows * told.num_columns, path.stat().st_size
    if cells > CELLS_FREE + CELLS_FOR_A_BYTE * size:
        raise Swollen(f"its {size:,} bytes unpack to {told.num_rows:,} rows")
