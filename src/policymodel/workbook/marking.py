"""A copy of a workbook with every wrong cell in red and its sentence as a comment."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from policymodel.workbook.filled import MOST_ROWS, Filled
from policymodel.workbook.layout import COVER, COVER_VALUES, LETTERS, NUMBERS
from policymodel.workbook.opening import open_workbook
from policymodel.workbook.template import OPEN, save

WRONG = PatternFill("solid", fgColor="FF9999")
AUTHOR = "policymodel"


def marked_copy(path: Path) -> Path:
    """Where the marked copy of a workbook stands; a marked copy that was put right is marked again.

    >>> str(marked_copy(Path("parameters.xlsx"))), str(marked_copy(Path("parameters.checked.xlsx")))
    ('parameters.checked.xlsx', 'parameters.checked.xlsx')
    """
    return path.with_name(f"{path.stem.removesuffix('.checked')}.checked.xlsx")


def mark(path: Path, filled: Filled) -> Path:
    """Write the copy, whole or not at all; marks of an earlier check are taken away first."""
    book = open_workbook(path)
    _unmark(book)
    sentences: dict[tuple[str, str], list[str]] = {}
    for finding in filled.findings:
        sentence = f"{finding.what}; {finding.right}" if finding.right else finding.what
        sentences.setdefault((finding.sheet, finding.cell), []).append(sentence)
    for (sheet, coordinate), told in sentences.items():
        cell = book[sheet][coordinate]
        if not isinstance(cell, MergedCell):
            cell.fill = WRONG
            cell.comment = Comment("\n".join(told), AUTHOR, height=120, width=360)
    out = marked_copy(path)
    save(book, out)
    return out


def _unmark(book: Workbook) -> None:
    for name, letters in ((NUMBERS, tuple(LETTERS.values())), (COVER, (COVER_VALUES,))):
        sheet = book[name]
        for row in range(1, min(sheet.max_row, MOST_ROWS) + 1):
            for letter in letters:
                cell = sheet[f"{letter}{row}"]
                if (
                    not isinstance(cell, MergedCell)
                    and cell.comment is not None
                    and cell.comment.author == AUTHOR
                ):
                    cell.comment = None
                    cell.fill = PatternFill() if cell.protection.locked else OPEN
