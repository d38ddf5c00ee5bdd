"""The canonical tables of history: their columns, types and keys, declared once.

A frame's real type is its declared columns. Every accepted row also keeps `source_file` and `source_row`
(1 is the first line of the file, as a person sees it in a spreadsheet), so any figure walks home.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
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


@dataclass(frozen=True)
class Table:
    """One table: its columns in order, what makes a row unique, and whether history needs it."""

    name: str
    meaning: str
    columns: tuple[TableColumn, ...]
    key: tuple[str, ...]
    required: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order.

        >>> TABLES["outlets"].names
        ('outlet_id', 'name', 'region')
        """
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> TableColumn:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    def empty(self) -> pd.DataFrame:
        """A frame with every column, its type, and no row."""
        types = {column.name: DTYPES[column.kind] for column in self.columns} | SOURCE
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in types.items()})


def _id(name: str, meaning: str, required: bool = True) -> TableColumn:
    return TableColumn(name, Kind.TEXT, meaning, required=required, identifier=True)


MANAGERS = Table(
    "managers",
    "Dated spells: where an account manager worked, in which grade, from when to when.",
    (
        _id("manager_id", "the account manager"),
        TableColumn("name", Kind.TEXT, "for people to read"),
        _id("region", "the region of the spell"),
        _id("outlet_id", "the outlet of the spell"),
        TableColumn("grade", Kind.TEXT, "the grade the base wage follows (S6.6)"),
        TableColumn("fte", Kind.NUMBER, "share of a full-time post, above 0 and at most 1", default="1"),
        TableColumn("valid_from", Kind.DATE, "first day of the spell", required=True, month_means="first"),
        TableColumn("valid_to", Kind.DATE, "last day of the spell; blank: it goes on", month_means="last"),
    ),
    key=("manager_id", "valid_from"),
    required=True,
)
OUTLETS = Table(
    "outlets",
    "The outlets (網點) and the region each belongs to.",
    (
        _id("outlet_id", "the outlet"),
        TableColumn("name", Kind.TEXT, "for people to read"),
        _id("region", "its region"),
    ),
    key=("outlet_id",),
)
ACTIVITY = Table(
    "activity",
    "What was achieved: one figure for a manager, a month and a measure.",
    (
        _id("manager_id", "who achieved it"),
        TableColumn("month", Kind.MONTH, "in which month", required=True),
        _id("measure", "which declared measure"),
        TableColumn(
            "actual", Kind.NUMBER, "the figure; blank: not known, which is not zero", compulsory=True
        ),
    ),
    key=("manager_id", "month", "measure"),
    required=True,
)
TARGETS = Table(
    "targets",
    "Targets as set, at the level they were set (S4.0).",
    (
        TableColumn(
            "level", Kind.TEXT, "whose target", required=True, closed=("region", "outlet", "manager")
        ),
        _id("unit_id", "the region, outlet or manager"),
        _id("measure", "which declared measure"),
        TableColumn("period", Kind.PERIOD, "a year, quarter, month or run of months", required=True),
        TableColumn("target", Kind.NUMBER, "the figure to reach", required=True),
    ),
    key=("level", "unit_id", "measure", "period"),
)
EVENTS = Table(
    "events",
    "Dated events that earn or cost points (S4.2, S4.3).",
    (
        _id("event_id", "the event; blank where the source has no number", required=False),
        _id("manager_id", "whom it concerns"),
        TableColumn("date", Kind.DATE, "when it happened", required=True),
        _id("event", "what happened"),
        TableColumn("channel", Kind.TEXT, "how it was reported, for example hotline"),
        TableColumn("verified", Kind.YES_NO, "an unverified event does not count", default="yes"),
        TableColumn("points", Kind.NUMBER, "points set by the finding itself"),
    ),
    key=("event_id",),
)
CLIENT_INCOME = Table(
    "client_income",
    "Income of a client in a month, by line and currency (S6.2), with the manager credited for it.",
    (
        _id("client_id", "the client"),
        _id("manager_id", "who is credited"),
        TableColumn("month", Kind.MONTH, "in which month", required=True),
        _id("line", "interest, deposit, fee …"),
        TableColumn("currency", Kind.TEXT, "of the amount", required=True),
        TableColumn("amount", Kind.NUMBER, "income received", required=True),
    ),
    key=("client_id", "manager_id", "month", "line", "currency"),
)

TABLES: dict[str, Table] = {
    table.name: table for table in (MANAGERS, OUTLETS, ACTIVITY, TARGETS, EVENTS, CLIENT_INCOME)
}

FINDING_COLUMNS: dict[str, str] = {
    "severity": "str",
    "table": "str",
    "file": "str",
    "row": "int64",
    "column": "str",
    "value": "str",
    "rule": "str",
    "what_to_do": "str",
    "region": "str",
}
COUNT_COLUMNS: dict[str, str] = {
    "table": "str",
    "file": "str",
    "region": "str",
    "rows_in": "int64",
    "accepted": "int64",
    "quarantined": "int64",
    "excluded": "int64",
}
QUARANTINE_COLUMNS: dict[str, str] = {
    "table": "str",
    "file": "str",
    "row": "int64",
    "region": "str",
    "manager_id": "str",
    "month": "int64",
    "measure": "str",
    "rules": "str",
    "content": "str",
}


def empty_frame(columns: dict[str, str]) -> pd.DataFrame:
    """A frame of those columns and types with no row.

    >>> list(empty_frame(COUNT_COLUMNS))
    ['table', 'file', 'region', 'rows_in', 'accepted', 'quarantined', 'excluded']
    """
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
