"""A workbook to fill in: one row for each number of a scheme, and only the new values open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from policymodel.scheme.addresses import address_of, locate
from policymodel.scheme.biography import Number, Range
from policymodel.scheme.reading import read_scheme
from policymodel.whole import whole
from policymodel.workbook.changefile import relative
from policymodel.workbook.layout import (
    ASKED,
    COLUMNS,
    COVER,
    COVER_VALUES,
    EARLIEST_YEAR,
    FIRST_ROW,
    GUIDE,
    LETTERS,
    NUMBERS,
    RECORDED,
    Row,
    interval,
    recorded,
    rows_of,
)

OPEN = PatternFill("solid", fgColor="FFF6CC")
HEAD = PatternFill("solid", fgColor="1F3864")
LINE = Border(*(Side(style="thin", color="BFBFBF") for _ in range(4)))
TALL = 34
"""The height of a row with two lines of text, in points; not every program measures text by itself."""
WIDTHS = {column.name: column.width for column in COLUMNS}
LARGEST = "9.99E+307"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_template(scheme: Path, out: Path) -> int:
    """Write the workbook of a scheme or change file, whole or not at all; gives how many numbers it has."""
    document = read_scheme(scheme).document
    rows = rows_of(document)
    book = Workbook()
    cover = book.active
    cover.title = COVER
    _write_cover(cover, recorded(document, relative(scheme, out.parent)))
    _write_numbers(book.create_sheet(NUMBERS), document, rows)
    save(book, out)
    return len(rows)


def save(book: Workbook, out: Path) -> None:
    """Save a workbook under its name only once it is whole."""
    with whole(out) as part:
        book.save(part)


def put(cell: Cell, value: str | Decimal | None) -> None:
    """Write a value; text stays text, even where it begins as a formula does."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA_SIGNS)


def _wide(text: str) -> int:
    """How many letters wide a text is; a Chinese one is as wide as two."""
    return len(text) + sum(ord(each) > 0x2E80 for each in text)


def _open(cell: Cell) -> None:
    cell.fill = OPEN
    cell.border = LINE
    cell.protection = Protection(locked=False)
    cell.alignment = Alignment(vertical="top", wrap_text=True)


def _write_cover(sheet: Worksheet, known: Mapping[str, str]) -> None:
    sheet.column_dimensions["A"].width = 58
    sheet.column_dimensions[COVER_VALUES].width = 72
    put(sheet["A1"], "Parameters of a scheme: what should change, from when, and why")
    put(sheet["A2"], "方案參數：改什麼、何時起、為什麼")
    for cell in (sheet["A1"], sheet["A2"]):
        cell.font = Font(bold=True, size=14)
        sheet.row_dimensions[cell.row].height = 20
    for index, (english, chinese) in enumerate(GUIDE):
        put(sheet.cell(4 + index, 1), english)
        put(sheet.cell(4 + index, 2), chinese)
        sheet.row_dimensions[4 + index].height = TALL
        for column in (1, 2):
            sheet.cell(4 + index, column).alignment = Alignment(vertical="top", wrap_text=True)
    for name, (row, label) in RECORDED.items():
        put(sheet.cell(row, 1), label)
        put(sheet[f"{COVER_VALUES}{row}"], known[name])
    for row, label in ASKED.values():
        put(sheet.cell(row, 1), label)
        _open(sheet[f"{COVER_VALUES}{row}"])
        sheet[f"{COVER_VALUES}{row}"].number_format = "@"
    sheet.protection.sheet = True
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _write_numbers(sheet: Worksheet, document: Mapping[str, Any], rows: Mapping[str, Row]) -> None:
    for index, column in enumerate(COLUMNS, start=1):
        head = sheet.cell(1, index)
        put(head, column.heading)
        head.font = Font(bold=True, color="FFFFFF")
        head.fill = HEAD
        head.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[LETTERS[column.name]].width = column.width
    elsewhere = _elsewhere(document, rows)
    for place, known in enumerate(rows.values(), start=FIRST_ROW):
        for name, letter in LETTERS.items():
            cell = sheet[f"{letter}{place}"]
            if name in known.cells:
                put(cell, known.cells[name])
                cell.border = LINE
                cell.alignment = Alignment(vertical="top", wrap_text=True)
                if isinstance(cell.value, str) and _wide(cell.value) > WIDTHS[name]:
                    sheet.row_dimensions[place].height = TALL
            else:
                _open(cell)
        sheet[f"{LETTERS['effective']}{place}"].number_format = "yyyy-mm-dd"
        sheet.add_data_validation(_allowed(known.parameter.number, place, elsewhere))
    if rows:
        sheet.add_data_validation(_days(len(rows)))
    sheet.freeze_panes = f"{LETTERS['line']}{FIRST_ROW}"
    sheet.row_dimensions[1].height = 1.5 * TALL
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    sheet.protection.formatCells = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _allowed(number: Number, row: int, elsewhere: Callable[[str], str | None]) -> DataValidation:
    """What Excel lets one type as the new value."""
    cell = f"{LETTERS['new']}{row}"
    allowed = number.range or Range()
    ends = [
        (bound, at)
        for bound in (allowed.low, allowed.high)
        if bound is not None and (at := _end(bound.at, elsewhere)) is not None
    ]
    rule: dict[str, Any] = {"type": "decimal", "operator": "between"}
    if all(bound.included and isinstance(bound.at, Decimal) for bound, _ in ends):
        rule |= {"formula1": f"-{LARGEST}", "formula2": LARGEST}
        rule |= {"formula1" if bound is allowed.low else "formula2": at for bound, at in ends}
    else:
        signs = {True: (">", ">="), False: ("<", "<=")}
        tests = [f"{cell}{signs[bound is allowed.low][bound.included]}{at}" for bound, at in ends]
        rule = {"type": "custom", "formula1": f"AND(ISNUMBER({cell}),{','.join(tests)})"}
    asked = f": {interval(number.range)}" if number.range is not None else ""
    validation = DataValidation(**rule, allow_blank=True, showErrorMessage=True, showInputMessage=True)
    validation.errorTitle, validation.error = (
        "New value 新值",
        f"Type a number{asked} 請輸入數字{asked}"[:255],
    )
    validation.promptTitle, validation.prompt = "New value 新值", f"A number{asked} 數字{asked}"[:255]
    validation.add(cell)
    return validation


def _end(at: Decimal | str, elsewhere: Callable[[str], str | None]) -> str | None:
    return f"{at:f}" if isinstance(at, Decimal) else elsewhere(at)


def _elsewhere(document: Mapping[str, Any], rows: Mapping[str, Row]) -> Callable[[str], str | None]:
    """Where a number stands that a range names: its new value or else today's; dated ones Excel cannot judge."""
    places = {address: row for row, address in enumerate(rows, start=FIRST_ROW)}

    def cells(name: str) -> str | None:
        address = address_of(document, locate(document, name))
        if rows[address].parameter.number.segments:
            return None
        new, today = (f"{LETTERS[column]}{places[address]}" for column in ("new", "today"))
        return f"IF(ISNUMBER({new}),{new},{today})"

    return cells


def _days(count: int) -> DataValidation:
    days = DataValidation(
        type="date",
        operator="between",
        formula1=f"DATE({EARLIEST_YEAR},1,1)",
        formula2="DATE(2199,12,31)",
        allow_blank=True,
    )
    days.showErrorMessage = True
    days.errorTitle, days.error = "Effective from 生效日", "Type a day such as 2025-07-01 請輸入日期"
    letter = LETTERS["effective"]
    days.add(f"{letter}{FIRST_ROW}:{letter}{FIRST_ROW + count - 1}")
    return days
