"""The sheet of tables: curves, tiers, matrices, awards, and the words that cases are chosen by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from xlsxwriter.utility import xl_rowcol_to_cell

from policymodel.audit.numbers import Named
from policymodel.scheme.algebra import Award, Matrix, Piece
from policymodel.words.sentences import Value, say

LOWEST = "-9.99E+307"
"""Where a piece begins that has no beginning: below every number."""


@dataclass(frozen=True)
class Formula:
    """A cell of the tables that is worked out."""

    text: str


Entry = str | Value | Decimal | Formula


@dataclass(frozen=True)
class Span:
    """A run or a block of cells of the tables, as formulas call it."""

    sheet: str
    row: int
    column: int
    rows: int
    columns: int = 1

    def __str__(self) -> str:
        first, last = self._address(0, 0), self._address(self.rows - 1, self.columns - 1)
        return f"'{self.sheet}'!{first}" + (f":{last}" if first != last else "")

    def cell(self, row: int, column: int = 0) -> str:
        """One of its cells."""
        return f"'{self.sheet}'!{self._address(row, column)}"

    def _address(self, row: int, column: int) -> str:
        return str(xl_rowcol_to_cell(self.row + row, self.column + column, row_abs=True, col_abs=True))


@dataclass
class Tables:
    """Blocks one below the other, each under the title of the line it belongs to.

    `operand` says how a number of the scheme is written in a formula; `loose` counts the numbers that stand here
    as they are because the scheme works them out: they do not follow a change of the numbers they come from.
    """

    sheet: str
    operand: Callable[[Decimal], str]
    cells: dict[tuple[int, int], Entry] = field(default_factory=dict)
    titles: set[int] = field(default_factory=set)
    next_row: int = 2
    loose: int = 0

    def pieces(self, title: Value, pieces: tuple[Piece, ...]) -> tuple[Span, Span, Span, Span]:
        """Start, level, slope and origin of each piece of a curve."""
        heads = (say("from"), say("value there"), say("more for each unit"), say("counted from"))
        top = self._begin(title, heads)
        spans = tuple(Span(self.sheet, top, column, len(pieces)) for column in range(4))
        for row, piece in enumerate(pieces):
            start = Formula(LOWEST) if piece.start is None or row == 0 else self._number(piece.start)
            level: Entry = self._number(piece.level)
            if row and _continues(pieces[row - 1], piece):
                before = [span.cell(row - 1) for span in spans]
                level = Formula(f"{before[1]}+{before[2]}*({spans[0].cell(row)}-{before[3]})")
            elif _is_worked_out(piece.level):
                self.loose += 1
            for column, entry in enumerate(
                (start, level, self._number(piece.slope), self._number(piece.origin))
            ):
                self.cells[top + row, column] = entry
            self.loose += _is_worked_out(piece.slope)
        self._end()
        return spans[0], spans[1], spans[2], spans[3]

    def matrix(self, title: Value, node: Matrix) -> tuple[Span, Span, Span]:
        """The starts of the rows, those of the columns, and the values between them."""
        top = self._begin(title, ())
        for column, start in enumerate(node.columns, start=1):
            self.cells[top, column] = self._number(start)
        for row, (start, values) in enumerate(zip(node.rows, node.values, strict=True), start=1):
            self.cells[top + row, 0] = self._number(start)
            for column, value in enumerate(values, start=1):
                self.cells[top + row, column] = self._number(value)
        self._end()
        return (
            Span(self.sheet, top + 1, 0, len(node.rows)),
            Span(self.sheet, top, 1, 1, len(node.columns)),
            Span(self.sheet, top + 1, 1, len(node.rows), len(node.columns)),
        )

    def awards(self, title: Value, awards: Iterable[Award]) -> list[tuple[Award, str, str, str]]:
        """Each award with the cells of its first place, its last and its amount."""
        given = sorted(awards, key=lambda each: each.from_the_end)
        top = self._begin(title, (say("first place"), say("last place"), say("award"), say("counted")))
        found = []
        for row, award in enumerate(given):
            self.cells[top + row, 0] = Decimal(award.first)
            self.cells[top + row, 1] = Decimal(award.last)
            self.cells[top + row, 2] = self._number(award.amount)
            self.cells[top + row, 3] = say("from the last") if award.from_the_end else say("from the first")
            cells = [Span(self.sheet, top + row, column, 1).cell(0) for column in range(3)]
            found.append((award, cells[0], cells[1], cells[2]))
        self._end()
        return found

    def words(self, title: Value, words: tuple[str, ...]) -> list[str]:
        """The cells of words that come from a file; a formula names the cell and never the word."""
        top = self._begin(title, ())
        for row, word in enumerate(words):
            self.cells[top + row, 0] = word
        self._end()
        return [Span(self.sheet, top, 0, len(words)).cell(row) for row in range(len(words))]

    def _begin(self, title: Value, heads: tuple[Value, ...]) -> int:
        self.cells[self.next_row, 0] = title
        self.titles.add(self.next_row)
        for column, head in enumerate(heads):
            self.cells[self.next_row + 1, column] = head
        return self.next_row + (2 if heads else 1)

    def _end(self) -> None:
        self.next_row = max(row for row, _ in self.cells) + 2

    def _number(self, number: Decimal) -> Entry:
        return Formula(self.operand(number)) if isinstance(number, Named) else number


def _continues(before: Piece, piece: Piece) -> bool:
    """Whether a piece begins where the one before it ends, which a formula can say."""
    return (
        not isinstance(piece.level, Named)
        and piece.start is not None
        and before.level + before.slope * (piece.start - before.origin) == piece.level
    )


def _is_worked_out(number: Decimal) -> bool:
    """A number that is neither written in the file nor one that stands in no file, 0 or 1."""
    return not isinstance(number, Named) and number not in (0, 1)
