"""History: the accepted tables, what they measure, and what was found in the files they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from policymodel.history.coding import Coded
from policymodel.history.measures import Measure
from policymodel.history.record_rules import RecordRule
from policymodel.history.rubric import Rubric
from policymodel.history.transaction_rules import TransactionRule
from policymodel.history.whereabouts import homes

Codes = Mapping[str, Mapping[str, Mapping[str, str]]]
"""What codes are called: by what they are codes of (event, channel, product, figure), by the code, by language."""
NO_CODES: Codes = MappingProxyType({})


@dataclass(frozen=True)
class History:
    """Facts about what happened.

    `tables` holds a frame for each canonical table (empty where the bank has none). `findings` lists every
    row that was put aside or noted and why, `quarantine` the rows put aside as they were written, `counts` the
    rows of each file: rows_in = accepted + quarantined + excluded. All three carry the region, "" where it is
    not known. `notes` are the assumptions declared with the data, to be printed. `records` are the
    rules by which measures were counted from records; their figures stand in `activity` like all others.
    `transaction_rules` are those by which transactions were judged, whose figures stand in `transaction_figures`.
    `codes` are the titles of events, channels, products and figures of transactions, where the mapping has them.
    `rubric` says what the marks of reviewers mean.
    """

    tables: Mapping[str, pd.DataFrame]
    measures: Mapping[str, Measure]
    currency: str
    findings: pd.DataFrame
    counts: pd.DataFrame
    quarantine: pd.DataFrame
    title: Mapping[str, str]
    notes: tuple[Mapping[str, str], ...] = ()
    records: Mapping[str, RecordRule] = field(default_factory=dict)
    transaction_rules: Mapping[str, TransactionRule] = field(default_factory=dict)
    codes: Codes = field(default_factory=dict)
    rubric: Rubric | None = None
    _coded: dict[tuple[str, str], tuple[pd.DataFrame, Coded]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )

    def coded(self, table: str, column: str) -> Coded:
        """A column of words as codes, made once."""
        frame, known = self._coded.get((table, column), (None, None))
        if known is None or frame is not self.tables[table]:
            known = Coded.of(self.tables[table][column])
            self.remember(table, column, known)
        return known

    def remember(self, table: str, column: str, coded: Coded) -> None:
        """A column's codes that were made already when the table was read."""
        self._coded[table, column] = self.tables[table], coded

    def with_tables(self, tables: Mapping[str, pd.DataFrame], **others: Any) -> History:
        """The same with other tables, and whatever else differs; codes of the tables that stay are kept."""
        found = replace(self, tables=tables, **others)
        for (name, column), (frame, known) in self._coded.items():
            if tables[name] is frame:
                found.remember(name, column, known)
        return found

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions in which a manager has a spell, in order of their names."""
        return tuple(sorted(self.tables["managers"]["region"].unique()))

    @property
    def titles(self) -> dict[str, Mapping[str, str]]:
        """What measures are called, and codes that have a title; a measure goes before a code of the same name."""
        coded = {code: title for of in self.codes.values() for code, title in of.items()}
        return {**coded, **{name: measure.title for name, measure in self.measures.items()}}

    def region(self, region: str) -> History:
        """What belongs to one region: its spells and outlets, and the rows of its spells.

        A month in which a manager moves belongs to the region of the month's last employed day. Income of a
        client is where the manager credited with it was: a base year earned elsewhere stays there. A transaction
        is with everybody credited with it, so it may be in several regions (and is counted where its manager was).
        """
        return replace(
            self,
            tables={
                name: frame.iloc[homes(name, self.tables).of(region)].reset_index(drop=True)
                for name, frame in self.tables.items()
            },
            findings=_only(self.findings, self.findings["region"] == region),
            counts=_only(self.counts, self.counts["region"] == region),
            quarantine=_only(self.quarantine, self.quarantine["region"] == region),
        )


def _only(frame: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    return frame[rows].reset_index(drop=True)
