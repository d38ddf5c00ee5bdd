"""Packed files that hold far more than their size says are refused with a sentence, and ordinary ones are read."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from policymodel.history import files
from policymodel.history.files import FileFault, Writing, read_text
from policymodel.history.packed import COLUMNS_OF_A_SHEET, FREE, extent

ROWS = "manager_id,region\nm1,north\n"
SHEET = "xl/worksheets/sheet1.xml"


def refused(path: Path) -> str:
    with pytest.raises(FileFault) as caught:
        read_text(path, path.name, Writing())
    return f"{caught.value.what}; {caught.value.right}"


def workbook(path: Path, change=lambda sheet: sheet) -> Path:
    """Two cells in a sheet, which is then changed inside its zip file."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["manager_id", "m1"])
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts[SHEET] = change(parts[SHEET])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, raw in parts.items():
            packed.writestr(name, raw)
    return path


def test_a_gzip_bomb_is_refused(tmp_path):
    """Zeros pack to a thousandth."""
    path = tmp_path / "managers.csv.gz"
    path.write_bytes(gzip.compress(ROWS.encode() + bytes(FREE + 1)))

    assert "it holds far more than its size says: its " in refused(path)


def test_a_table_that_repeats_itself_is_no_bomb(tmp_path):
    """Fifty thousand equal rows pack well and are rows all the same."""
    path = tmp_path / "managers.csv.gz"
    path.write_bytes(gzip.compress((ROWS + "m1,north\n" * 50_000).encode()))

    assert len(read_text(path, path.name, Writing()).cells) == 50_001


def test_a_workbook_that_unpacks_to_blanks_is_refused(tmp_path):
    path = workbook(tmp_path / "x.xlsx", lambda sheet: sheet + b" " * (FREE + 1))

    assert "unpack to" in refused(path)


@pytest.mark.parametrize("place", ["XFD1048576", "ZZZZ99999999"])
def test_a_cell_at_the_far_end_of_a_sheet_is_refused(tmp_path, place):
    """Its reader would make room for all cells between."""
    cell = f'<row><c r="{place}" t="str"><v>x</v></c></row></sheetData>'.encode()
    path = workbook(tmp_path / "x.xlsx", lambda sheet: sheet.replace(b"</sheetData>", cell))

    assert "its 3 cells span " in refused(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: sheet[: len(sheet) // 2],
        lambda sheet: b"",
        lambda sheet: sheet.replace(b"<v>1</v>", b"<v>99</v>"),
    ],
)
def test_a_damaged_sheet_is_a_sentence(tmp_path, change):
    """Whatever its reader calls it."""
    assert "it is no Excel workbook" in refused(workbook(tmp_path / "x.xlsx", change))


def test_an_ordinary_workbook_is_read(tmp_path):
    assert list(read_text(workbook(tmp_path / "x.xlsx"), "x.xlsx", Writing()).cells["manager_id"]) == ["m1"]


def test_a_parquet_bomb_is_refused(tmp_path):
    """Twenty million times the same word in a few thousand bytes."""
    path = tmp_path / "x.parquet"
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), pa.array(["x"]))
    part = pa.table({"manager_id": column})
    with pq.ParquetWriter(path, part.schema, compression="zstd") as writer:
        for _ in range(20):
            writer.write_table(part)

    assert "unpack to 20,000,000 rows" in refused(path)


def test_a_file_marked_as_utf_16_is_told_to_be(tmp_path):
    """Excel's "Unicode text"; no other encoding begins so."""
    path = tmp_path / "x.csv"
    path.write_text(ROWS, encoding="utf-16")

    assert refused(path) == "line 1 is not utf-8 text; write `encoding: utf-16` in the mapping"


def test_more_headers_than_a_spreadsheet_has_are_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a," * COLUMNS_OF_A_SHEET + "a\n1\n", encoding="utf-8")

    assert (
        refused(path)
        == f"its first line has {COLUMNS_OF_A_SHEET + 1:,} headers; {COLUMNS_OF_A_SHEET:,} at most"
    )


def test_what_does_not_fit_into_memory_is_a_sentence(tmp_path, monkeypatch):
    """And no traceback of whatever ran out first."""
    path = tmp_path / "x.csv"
    path.write_text(ROWS, encoding="utf-8")

    def runs_out(*anything: object) -> None:
        raise MemoryError

    monkeypatch.setattr(files, "_decoded", runs_out)

    assert refused(path).startswith("it does not fit into the memory there is")


def test_cells_without_an_address_are_counted():
    """A sheet may leave addresses out; then a row is as wide as it has cells."""
    assert extent(io.BytesIO(b'<row r="7"><c><v>1</v></c><c><v>2</v></c></row>')) == (7, 2, 2)
