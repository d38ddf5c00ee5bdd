"""What a table of history is made of: columns, the kinds of values they hold, and the key of a row.

A frame's real type is its declared columns. Every accepted row also keeps `source_file` and `source_row`
(1 is the first line of the file, as a person sees it in a spreadsheet), so any figure walks home.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal

import pandas as pd


class Kind(StrEnum):
    """What a column holds, and so how its text is read."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MONTH = "month"
    PERIOD = "period"
    YES_NO = "yes/no"


DTYPES: dict[Kind, str] = {
    Kind.TEXT: "str",
    Kind.NUMBER: "float64",
    Kind.DATE: "datetime64[us]",
    Kind.MONTH: "int64",
    Kind.PERIOD: "str",
    Kind.YES_NO: "bool",
}
SOURCE = {"source_file": "str", "source_row": "int64"}


@dataclass(frozen=True)
class TableColumn:
    """One column: what it holds, whether a row may leave it blank, and what a missing column means.

    `closed` lists the only words allowed; `identifier` marks a name by which rows are found. Where a month
    may stand for a date, `month_means` its first or its last day. `compulsory`: the column must be there although
    a value may be blank. A column with a `default` may be left out,
    and then every row has it; a blank in a column that is there is nobody's default.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    default: str = ""
    closed: tuple[str, ...] = ()
    identifier: bool = False
    month_means: Literal["", "first", "last"] = ""
    compulsory: bool = False


def identifier(name: str, meaning: str, required: bool = True) -> TableColumn:
    """A column of names by which rows are found.

    >>> identifier("outlet_id", "the outlet").identifier
    True
    """
    return TableColumn(name, Kind.TEXT, meaning, required=required, identifier=True)


@dataclass(frozen=True)
class Table:
    """One table: its columns in order, what makes a row unique, and whether history needs it.

    The rows of an `everywhere` table belong to no region and go with each of them.
    """

    name: str
    meaning: str
    columns: tuple[TableColumn, ...]
    key: tuple[str, ...]
    required: bool = False
    everywhere: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order.

        >>> line = TableColumn("line", Kind.TEXT, "interest, deposit, fee …", required=True)
        >>> Table("lines", "Lines of income.", (line,), key=("line",)).names
        ('line',)
        """
        return tuple(column.name for column in self.columns)

    @property
    def may_lack_number(self) -> bool:
        """True where the key is a number that a row need not have; a row without one is then known as a whole."""
        return not any(self.column(name).required for name in self.key)

    def column(self, name: str) -> TableColumn:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    def empty(self) -> pd.DataFrame:
        """A frame with every column, its type, and no row."""
        return _empty(self).copy()


@cache
def _empty(table: Table) -> pd.DataFrame:
    types = {column.name: DTYPES[column.kind] for column in table.columns} | SOURCE
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in types.items()})
