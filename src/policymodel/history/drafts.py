"""A table while it is checked: what has become of each row so far, and the rules a row can break."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.history.coding import Coded
from policymodel.history.columns import Table
from policymodel.history.parsing import Mask

RULES: dict[str, str] = {
    "fields": "a row has as many fields as the file has headers",
    "blank": "a required value is there",
    "bad_number": "a figure is a plain finite number",
    "bad_date": "a date is a day of the calendar, written as declared",
    "bad_month": "a month is written as declared",
    "bad_period": "a period is a year, quarter, month or run of months",
    "bad_word": "a column with a closed list of words holds one of them",
    "hidden_sign": "a text holds no control characters and nothing unreadable",
    "unsafe_name": "a name is no way through folders",
    "fte_range": "a share of a post is above 0 and at most 1",
    "ends_before_start": "a spell does not end before it begins",
    "hired_late": "nobody has a spell before the day of joining",
    "overlapping_spells": "a manager is in one place at a time",
    "duplicate_row": "a row stands once",
    "duplicate_key": "two rows do not say different things about the same",
    "unknown_manager": "a manager has a spell in the managers table",
    "manager_quarantined": "the manager's own row was not put aside",
    "no_spell": "the manager was employed at that time",
    "unknown_transaction": "a transaction that a row names is in the transactions table",
    "transaction_quarantined": "the transaction's own row was not put aside",
    "credit_quarantined": "of those credited with a transaction one at least was not put aside",
    "share_range": "a credited share is above 0 and at most 1",
    "shares_above_one": "the shares of a transaction rarely add up to more than 1",
    "taken_name": "a figure is not called by a word for what every transaction has",
    "rate_range": "an exchange rate is above 0",
    "missing_rate": "income in a foreign currency has the average rate of its month (S6.2)",
    "unclear_assessment": "of a sale it can be told whether it rests on an assessment of the client's need",
    "unknown_measure": "a measure is declared in the mapping",
    "ratio_row": "a ratio is made from its two counts, not read",
    "unknown_outlet": "an outlet is in the outlets table or in a spell",
    "unknown_region": "a region is one that a manager or an outlet has",
    "outlet_elsewhere": "the outlet of a spell belongs to the region of the spell",
    "negative_count": "a count is rarely negative",
    "target_sum": "a target is the sum of the targets below it (S4.0, S6.4)",
    "unread_column": "a column that looks like a declared one is read",
    "unknown_item": "a mark is of an item of the rubric (S2)",
    "unknown_mark": "a mark is one of those that the rubric has words for (S2)",
    "recorded_early": "a record is rarely written down before the day it happened",
    "back_dated": "a record is written down soon after the day it happened, as a rule of the mapping says",
    "excluded": "rows left out by a rule that the mapping declares",
}
ACCEPTED, QUARANTINED, EXCLUDED = 0, 1, 2


@dataclass
class Draft:
    """A table while it is checked: typed rows, their texts as written, and what has become of each row.

    `months_only`: the source writes months where the table has days, so a day is only known to be one of its month.
    """

    table: Table
    frame: pd.DataFrame
    texts: pd.DataFrame
    state: NDArray[np.int8]
    _coded: dict[str, Coded] = field(default_factory=dict, repr=False)
    findings: list[pd.DataFrame] = field(default_factory=list)
    months_only: bool = False
    spell_at: NDArray[np.intp] | None = None
    """Where each row's manager was, once that is known: the position among the accepted spells, -1 for a stranger."""

    def coded(self, column: str) -> Coded:
        """A column of the typed rows as codes; many rules ask for them, and they are made once."""
        if column not in self._coded:
            self._coded[column] = Coded.of(self.frame[column])
        return self._coded[column]

    def among(self, column: str, words: Iterable[str]) -> Mask:
        """The rows that hold one of some words.

        >>> frame = pd.DataFrame({"a": ["x", "y", "x"]})
        >>> draft = Draft(Table("t", "", (), ()), frame, frame, np.zeros(3, np.int8))
        >>> draft.among("a", ["x"]).tolist()
        [True, False, True]
        """
        return self.coded(column).among(words)

    @property
    def good(self) -> Mask:
        """Rows against which nothing has been said yet."""
        good: Mask = self.state == ACCEPTED
        return good

    def accepted(self) -> pd.DataFrame:
        """The rows that go into history."""
        good = self.good
        return (self.frame if good.all() else self.frame[good]).reset_index(drop=True)

    def flag(
        self, rows: Any, rule: str, column: str, what_to_do: str | NDArray[Any], noted: bool = False
    ) -> None:
        """Say of rows that they break a rule; they are put aside unless it is only to be noted."""
        at = np.flatnonzero(np.asarray(rows, dtype=bool) & (self.state != EXCLUDED))
        if not len(at):
            return
        written = self.texts[column].to_numpy(dtype=object)[at] if column in self.texts else ""
        self.findings.append(
            pd.DataFrame(
                {
                    "at": at,
                    "severity": "noted" if noted else "quarantined",
                    "column": column,
                    "value": written,
                    "rule": rule,
                    "what_to_do": what_to_do if isinstance(what_to_do, str) else what_to_do[at],
                }
            )
        )
        if not noted:
            self.state[at] = QUARANTINED
