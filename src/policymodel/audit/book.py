"""The workbook before it is written: sheets, their columns, and where each node of a scheme stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from xlsxwriter.utility import xl_col_to_name

from policymodel.history.measures import Status
from policymodel.scheme.algebra import Node
from policymodel.scheme.evaluation import Values
from policymodel.words.sentences import Value

Axis = Literal["calendar", "person", "transaction", "unit", "team"]
"""What a row of a sheet is: a period, a person in a period, a credit, a unit of peers in a period, a report."""
Role = Literal["key", "fact", "line", "step", "help", "engine", "difference", "taken"]
Cell = str | float | date
"""A formula without its =, or a text; a number or a day."""

CODES = {Status.NOT_APPLICABLE: "n/a", Status.ABSENT: "unknown", Status.QUARANTINED: "withheld"}
"""What stands in place of a number. Of two the later in the alphabet weighs more, and any more than a number."""

HEADS = 3
"""Rows above the first of the data: the heading, what the column is, its clause."""
ROWS, COLUMNS = 1_048_576, 16_384
LETTERS, ARGUMENTS, LEVELS = 8_192, 255, 64
"""What a sheet and a formula hold at most."""


@dataclass(eq=False)
class Column:
    """One column of a sheet: what it is called, and a cell for each row of its axis."""

    sheet: Sheet
    place: int
    role: Role
    heading: Value
    code: str
    cells: Sequence[Cell]
    source: str = ""
    node: Node | None = None
    array: bool = False

    @property
    def is_formula(self) -> bool:
        """Whether its cells are formulas."""
        return self.role in ("line", "step", "help", "difference")

    @property
    def letters(self) -> str:
        """A, B … as formulas call the column."""
        return str(xl_col_to_name(self.place))

    def at(self, row: int, seen_from: Sheet) -> str:
        """A cell as a formula on a sheet calls it; rows are counted from 0."""
        return f"{seen_from.prefix(self.sheet)}{self.letters}{row + HEADS + 1}"

    def between(self, first: int, last: int, seen_from: Sheet) -> str:
        """A run of cells, fixed."""
        letters = self.letters
        ends = (f"${letters}${row + HEADS + 1}" for row in (first, last))
        return f"{seen_from.prefix(self.sheet)}{':'.join(ends)}"

    def whole(self, seen_from: Sheet) -> str:
        """All its cells."""
        return self.between(0, max(self.sheet.rows, 1) - 1, seen_from)


@dataclass(eq=False)
class Sheet:
    """One sheet: a row for each thing of its axis, columns from left to right."""

    name: str
    axis: Axis
    rows: int
    columns: list[Column] = field(default_factory=list)

    def prefix(self, other: Sheet) -> str:
        """What stands before the address of a cell of another sheet."""
        return "" if other is self else f"'{other.name}'!"

    def add(
        self,
        role: Role,
        heading: Value,
        code: str,
        cells: Sequence[Cell],
        *,
        source: str = "",
        node: Node | None = None,
        array: bool = False,
    ) -> Column:
        """One more column at the right."""
        column = Column(self, len(self.columns), role, heading, code, cells, source, node, array)
        self.columns.append(column)
        return column


def cells_of(values: Values, shape: tuple[int, ...], take: NDArray[np.int64] | slice) -> list[Cell]:
    """The numbers of an array as cells, a word where there is none; `take` picks the columns that have rows."""
    spread = values.over(shape)
    numbers, statuses = spread.number[:, take].ravel(), spread.status[:, take].ravel()
    return [
        CODES.get(Status(int(status)), float(number) + 0.0)
        for number, status in zip(numbers, statuses, strict=True)
    ]


# Formulas in words: what several parts give where one of them is missing.


class Sure(str):
    """An operand that is always a number: one that is written out, or the name of one."""

    __slots__ = ()


def worst(parts: Iterable[str]) -> str:
    """The word that weighs most among some cells, of which one holds a word."""
    cells = list(dict.fromkeys(parts))
    if len(cells) == 1:
        return cells[0]
    if len(cells) == 2:
        return f"IF({cells[0]}>{cells[1]},{cells[0]},{cells[1]})"
    withheld, unknown = (
        ",".join(f'{cell}="{CODES[status]}"' for cell in cells)
        for status in (Status.QUARANTINED, Status.ABSENT)
    )
    return f'IF(OR({withheld}),"withheld",IF(OR({unknown}),"unknown","n/a"))'


def where_known(parts: Iterable[str], formula: str) -> str:
    """A formula of some operands where all are numbers, else the word that weighs most."""
    cells = [cell for cell in dict.fromkeys(parts) if not isinstance(cell, Sure)]
    if not cells:
        return formula
    if len(cells) == 1:
        return f"IF(ISNUMBER({cells[0]}),{formula},{cells[0]})"
    return f"IF(COUNT({','.join(cells)})={len(cells)},{formula},{worst(cells)})"
