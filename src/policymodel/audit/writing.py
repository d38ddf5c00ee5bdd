"""The workbook on disk: every column written out, a cover, the list of differences, the numbers of the scheme."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from policymodel.audit.book import CODES, COLUMNS, HEADS, ROWS, Cell, Column, Sheet
from policymodel.audit.interpreter import Book
from policymodel.audit.numbers import Entry, Numbers, with_names
from policymodel.audit.tables import Formula
from policymodel.computation import compute
from policymodel.errors import InputError, Problem
from policymodel.panel import Panel
from policymodel.periods import Period
from policymodel.scheme.scheme import Scheme
from policymodel.whole import whole
from policymodel.words.audit import (
    ROLES,
    SHEETS,
    Facts,
    by_hand,
    cover,
    differences_heads,
    numbers_heads,
    verdict_words,
)
from policymodel.words.scheme import setting_words
from policymodel.words.sentences import Text, Value, render, say

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet might take for a formula when somebody edits it."""
ORDER = ("figures", "card", "pay", "periods", "facts", "transactions", "peers", "teams", "tables", "numbers")
COVER = 70
"""Letters in a line of the cover: a printed sheet has room for them in any font, and a single column is never split."""
COLOURS = {
    "key": "#F2F2F2",
    "fact": "#FFF6CC",
    "line": "#DDEBF7",
    "step": "#FFFFFF",
    "help": "#FFFFFF",
    "engine": "#EDEDED",
    "difference": "#E2F0D9",
    "taken": "#FCE4D6",
}


@dataclass(frozen=True)
class Written:
    """What a workbook holds: people, periods, cells with a formula, and what has none."""

    people: int
    periods: int
    lines: int
    formulas: int
    compared: int
    facts: int
    taken_over: int
    numbers: int
    loose_numbers: int

    def counts(self) -> dict[str, int]:
        """The same for a program to read."""
        return asdict(self)


def write_audit(
    panel: Panel, scheme: Scheme, periods: tuple[Period, ...], out: Path, language: str
) -> tuple[Book, Written]:
    """Write a scheme over a panel as a workbook with live formulas, whole or not at all.

    An InputError says what a sheet cannot hold. The engine's values stand beside the lines; no formula carries a
    stored result, so that the program that opens the file works all of them out.
    """
    numbers = with_names(scheme)
    _check_rows(panel, periods)
    computed = compute(panel, numbers.scheme, periods)
    book = Book(computed, language)
    _check_size(book)
    with whole(out) as part, _opened(part) as file:
        written = _Writer(file, book, numbers, language).write()
    return book, written


def _opened(path: Path) -> xlsxwriter.Workbook:
    options = {
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": False,
    }
    file = xlsxwriter.Workbook(str(path), options)
    file.worksheet_class = _Plain
    return file


class _Plain(Worksheet):  # type: ignore[misc]
    """A sheet whose formulas know no function younger than Excel 2007, so that none is sought in every formula."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("{").removeprefix("=").removesuffix("}")


def _check_rows(panel: Panel, periods: tuple[Period, ...]) -> None:
    people = int(panel.employed(periods).any(axis=0).sum())
    if people * len(periods) + HEADS > ROWS:
        what = f"{people} people in {len(periods)} periods are more rows than a sheet has ({ROWS:,})"
        raise InputError("--history", [Problem("", what, "audit one region, or part of the people")])


def _check_size(book: Book) -> None:
    for sheet in book.sheets.values():
        if sheet.rows + HEADS > ROWS:
            what = f"{sheet.rows:,} rows of '{sheet.name}' are more than a sheet has ({ROWS:,})"
            raise InputError("--history", [Problem("", what, "audit one region, or part of the people")])
        if len(sheet.columns) > COLUMNS:
            what = f"{len(sheet.columns):,} columns of '{sheet.name}' are more than a sheet has ({COLUMNS:,})"
            raise InputError("SCHEME", [Problem("", what, "audit the card and the pay apart")])


class _Writer:
    """Writes one book."""

    def __init__(self, file: xlsxwriter.Workbook, book: Book, numbers: Numbers, language: str) -> None:
        self.file, self.book, self.language = file, book, language
        self.scheme = numbers.scheme
        self.entries = [each for each in numbers.entries if each.name in book.used]
        self.formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.sheets = {
            name: book.sheets[name] for name in ORDER if name in book.sheets and _is_used(book.sheets[name])
        }
        self.written = self._count()

    def write(self) -> Written:
        """All sheets in the order they are read in."""
        self.file.set_calc_mode("auto")
        names = {name: self._say(words) for name, words in SHEETS.items()}
        cover_sheet = self.file.add_worksheet(names["cover"])
        differences = self.file.add_worksheet(names["differences"])
        for name in ORDER:
            if name in self.sheets:
                self._sheet(self.file.add_worksheet(names[name]), self.sheets[name])
            elif name == "tables" and self.book.tables.cells:
                self._tables(self.file.add_worksheet(names[name]))
            elif name == "numbers":
                self._numbers(self.file.add_worksheet(names[name]), names[name])
        self._differences(differences)
        self._cover(cover_sheet)
        return self.written

    def _count(self) -> Written:
        columns = [column for sheet in self.sheets.values() for column in sheet.columns]
        formulas = sum(
            len([cell for cell in column.cells if cell != ""]) for column in columns if column.is_formula
        )
        tables = sum(isinstance(cell, Formula) for cell in self.book.tables.cells.values())
        return Written(
            people=int(self.book.people.size),
            periods=len(self.book.periods),
            lines=sum(column.role in ("line", "taken") and bool(column.code) for column in columns),
            formulas=formulas + tables,
            compared=sum(len(column.cells) for column in columns if column.role == "difference"),
            facts=sum(len(column.cells) for column in columns if column.role == "fact"),
            taken_over=sum(len(column.cells) for column in columns if column.role == "taken"),
            numbers=len(self.entries),
            loose_numbers=self.book.tables.loose,
        )

    # How a cell is written

    def _say(self, words: Value) -> str:
        return render(words, self.language)

    def _format(self, **settings: Any) -> Format:
        key = tuple(sorted(settings.items()))
        if key not in self.formats:
            self.formats[key] = self.file.add_format(
                {"valign": "top", "font_name": "Arial", "font_size": 10} | settings
            )
        return self.formats[key]

    def _text(self, sheet: Worksheet, row: int, column: int, text: str, **settings: Any) -> None:
        """Text stays text, also when somebody edits it later."""
        if text.startswith(FORMULA_SIGNS):
            settings["quote_prefix"] = True
        sheet.write_string(row, column, text, self._format(**settings))

    def _cell(self, sheet: Worksheet, row: int, place: int, cell: Cell | Decimal, **settings: Any) -> None:
        if isinstance(cell, str):
            if cell:
                self._text(sheet, row, place, cell, **settings)
        elif isinstance(cell, date):
            sheet.write_datetime(row, place, cell, self._format(num_format="yyyy-mm-dd", **settings))
        else:
            sheet.write_number(row, place, float(cell), self._format(**settings))

    @staticmethod
    def _formula(
        sheet: Worksheet, row: int, place: int, formula: str, style: Format, array: bool = False
    ) -> None:
        """A formula without a stored result: whoever opens the file works it out."""
        if array:
            sheet.write_array_formula(row, place, row, place, f"{{={formula}}}", style, "")
        else:
            sheet.write_formula(row, place, f"={formula}", style, "")

    # Sheets

    def _sheet(self, sheet: Worksheet, plan: Sheet) -> None:
        for column in plan.columns:
            self._heads(sheet, column)
            settings: dict[str, Any] = {"bg_color": COLOURS[column.role]} if column.role != "step" else {}
            if column.role not in ("key",):
                settings |= {"num_format": _number_format(column), "align": "right"}
            style = self._format(**settings)
            for row, cell in enumerate(column.cells, start=HEADS):
                if column.is_formula:
                    if cell != "":
                        self._formula(sheet, row, column.place, str(cell), style, column.array)
                else:
                    plain = {
                        key: value
                        for key, value in settings.items()
                        if key != "num_format" or not isinstance(cell, str | date)
                    }
                    self._cell(sheet, row, column.place, cell, **plain)
        keys = sum(column.role == "key" for column in plan.columns[:3])
        sheet.freeze_panes(HEADS, keys)
        sheet.autofilter(HEADS - 1, 0, HEADS + plan.rows - 1, len(plan.columns) - 1)
        _for_print(sheet, fit=False)
        sheet.repeat_rows(0, HEADS - 1)
        sheet.repeat_columns(0, keys - 1)

    def _heads(self, sheet: Worksheet, column: Column) -> None:
        """What the column is, its place in the scheme, its clause and its role."""
        colour = COLOURS[column.role]
        bold = column.role in ("line", "taken")
        heading = self._say(column.heading)
        self._text(sheet, 0, column.place, heading, bold=bold, text_wrap=True, bg_color=colour, border=1)
        code = " ".join(part for part in (column.code, f"[{column.source}]" if column.source else "") if part)
        self._text(sheet, 1, column.place, code, italic=True, text_wrap=True, bg_color=colour, border=1)
        role = self._say(ROLES[column.role])
        self._text(
            sheet, 2, column.place, role, font_color="#595959", text_wrap=True, bg_color=colour, border=1
        )
        width = 22 if column.role in ("line", "fact", "step", "taken") else 15
        options: dict[str, Any] = {"level": 1} if column.role in ("step", "help") else {}
        sheet.set_column(column.place, column.place, width, None, options)
        if column.place == 0:
            sheet.set_row(0, 60)
            sheet.set_row(1, 30)
            sheet.set_row(2, 30)

    def _tables(self, sheet: Worksheet) -> None:
        tables = self.book.tables
        self._text(sheet, 0, 0, self._say(SHEETS["tables"]), bold=True, font_size=14)
        for (row, column), entry in tables.cells.items():
            if isinstance(entry, Formula):
                self._formula(sheet, row, column, entry.text, self._format(num_format="General"))
            elif isinstance(entry, Decimal):
                self._cell(sheet, row, column, entry)
            else:
                self._text(sheet, row, column, self._say(entry), bold=row in tables.titles)
        sheet.set_column(0, 6, 22)
        _for_print(sheet)

    def _numbers(self, sheet: Worksheet, name: str) -> None:
        heads = [self._say(each) for each in numbers_heads()]
        for column, head in enumerate(heads):
            self._text(sheet, 0, column, head, bold=True, bg_color=COLOURS["line"], border=1, text_wrap=True)
        for row, entry in enumerate(self.entries, start=1):
            for column, cell in enumerate(self._number_row(entry)):
                if cell is not None:
                    yellow = {"bg_color": COLOURS["fact"]} if column == 3 else {}
                    self._cell(sheet, row, column, cell, **yellow)
            self.file.define_name(entry.name, f"='{name}'!$D${row + 1}")
        for column, width in enumerate((38, 30, 24, 16, 12, 14, 14, 24)):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        _for_print(sheet)

    def _number_row(self, entry: Entry) -> list[Cell | Decimal | None]:
        title = self._say(Text(dict(entry.title.languages))) if entry.title is not None else entry.line
        setting = self._say(setting_words(entry.setting))
        return [entry.name, title, setting, entry.value, entry.unit, entry.first, entry.last, entry.source]

    def _differences(self, sheet: Worksheet) -> None:
        """For each line how many values were compared, how far they lie apart at most, and how often."""
        self._text(sheet, 0, 0, self._say(SHEETS["differences"]), bold=True, font_size=14)
        sheet.set_row(0, 22)
        for row, sentence in enumerate(by_hand(), start=1):
            sheet.merge_range(row, 0, row, 7, "", self._format(text_wrap=True))
            self._text(sheet, row, 0, self._say(sentence), text_wrap=True)
            sheet.set_row(row, 30)
        top = len(by_hand()) + 2
        for column, head in enumerate(differences_heads()):
            self._text(
                sheet,
                top,
                column,
                self._say(head),
                bold=True,
                bg_color=COLOURS["line"],
                border=1,
                text_wrap=True,
            )
        sheet.set_row(top, 45)
        row = top
        for plan in self.sheets.values():
            for compared in plan.columns:
                if compared.role == "difference":
                    row += 1
                    self._difference(sheet, row, plan, compared)
        total = self._format(bold=True, top=1, num_format="General")
        self._text(sheet, row + 1, 0, self._say(say("All lines")), bold=True, top=1)
        for place in range(1, 8):
            letter = "ABCDEFGH"[place]
            if place < 4:
                self._text(sheet, row + 1, place, "", top=1)
            run = f"{letter}{top + 2}:{letter}{row + 1}"
            if place >= 4 and row > top:
                joined = f"MAX({run})" if place == 5 else f"SUM({run})"
                style = self._format(bold=True, top=1, num_format="0.0E+00") if place == 5 else total
                self._formula(sheet, row + 1, place, joined, style)
        self.total_row = row + 1
        for column, width in enumerate((40, 28, 16, 14, 12, 18, 18, 14)):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(top + 1, 0)
        _for_print(sheet)

    def _difference(self, sheet: Worksheet, row: int, plan: Sheet, column: Column) -> None:
        line = plan.columns[column.place - 2]
        self._text(sheet, row, 0, self._say(line.heading))
        self._text(sheet, row, 1, line.code)
        link = f"internal:'{plan.name}'!{line.letters}{HEADS + 1}"
        sheet.write_url(row, 2, link, self._format(font_color="#0563C1", underline=1), plan.name)
        self._text(sheet, row, 3, line.source)
        run = f"'{plan.name}'!{column.letters}{HEADS + 1}:{column.letters}{HEADS + plan.rows}"
        style = self._format(num_format="General")
        self._formula(sheet, row, 4, f"ROWS({run})", style)
        self._formula(sheet, row, 5, f"MAX(MAX({run}),-MIN({run}),0)", self._format(num_format="0.0E+00"))
        apart = f'COUNTIF({run},">0.005")+COUNTIF({run},"<-0.005")+COUNTIF({run},"differs")'
        self._formula(sheet, row, 6, apart, style)
        self._formula(sheet, row, 7, f"SUMPRODUCT(ISERROR({run})*1)", style)

    def _cover(self, sheet: Worksheet) -> None:
        title = self._say(Text(dict(self.scheme.title.languages)))
        self._text(sheet, 0, 0, title, bold=True, font_size=16)
        sheet.set_row(0, 24)
        taken = tuple(dict.fromkeys(self._say(column.heading) for column in self.book.taken))
        facts = Facts(
            source=self.scheme.source,
            file=Path(self.scheme.file).name,
            digest=self.scheme.digest,
            plan_year=self.book.computed.panel.plan_year.label,
            base_year=self.book.computed.panel.base_year.label,
            written=self.written.counts(),
            taken=taken,
            sheets=tuple(SHEETS[name] for name in ORDER if self._is_there(name)),
            codes=CODES,
            has_rules=self.scheme.consequences is not None,
        )
        row = 2
        for heading, sentences in cover(facts):
            self._text(sheet, row, 0, self._say(heading), bold=True, font_size=12, font_color="#1F3864")
            row += 1
            for sentence in sentences:
                text = self._say(sentence)
                self._text(sheet, row, 0, text, text_wrap=True)
                sheet.set_row(row, 15 * _lines(text))
                row += 1
            row += 1
        self._verdict(sheet, row)
        sheet.set_column(0, 0, COVER)
        sheet.hide_gridlines(2)
        _for_print(sheet, landscape=False)

    def _is_there(self, name: str) -> bool:
        return name in self.sheets or name == "numbers" or (name == "tables" and bool(self.book.tables.cells))

    def _verdict(self, sheet: Worksheet, row: int) -> None:
        """The sums of the list of differences, worked out where the file is opened."""
        name = self._say(SHEETS["differences"])
        apart, errors = (f"'{name}'!{letter}{self.total_row + 1}" for letter in "GH")
        heading, good, bad = (self._say(each) for each in verdict_words())
        self._text(sheet, row, 0, heading, bold=True, font_size=12, font_color="#1F3864")
        good, bad = (each.replace('"', '""') for each in (good, bad))
        style = self._format(bold=True, text_wrap=True)
        self._formula(sheet, row + 1, 0, f'IF({apart}+{errors}=0,"{good}","{bad}")', style)


def _is_used(sheet: Sheet) -> bool:
    """Whether a sheet says more than whose its rows are; that of the periods gives their days."""
    return sheet.rows > 0 and (sheet.axis == "calendar" or any(each.role != "key" for each in sheet.columns))


def _number_format(column: Column) -> str:
    """Two to six decimals, which stand under one another."""
    return "#,##0.00????" if column.role in ("line", "step", "engine", "taken") else "General"


def _lines(text: str) -> int:
    """How many lines a sentence takes on the cover; a Chinese letter is as wide as two."""
    return 1 + sum(2 if ord(each) > 0x2E80 else 1 for each in text) // (COVER + 10)


def _for_print(sheet: Worksheet, landscape: bool = True, fit: bool = True) -> None:
    """On A4; what is too wide for one page goes on the next, with its rows' names."""
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(9)
    if fit:
        sheet.fit_to_pages(1, 0)
    else:
        sheet.set_print_scale(60)
