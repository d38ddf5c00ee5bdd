"""Credits of transactions: who is credited with what, on which day, in order of time; and their sums by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.errors import suggest
from policymodel.history.credits import credited
from policymodel.history.measures import Status
from policymodel.history.tables import AMOUNTS_OF_A_TRANSACTION
from policymodel.panel.layout import Layout, Rows

Figures = tuple[NDArray[np.float64], NDArray[np.uint8]]
"""A number and a status for each credit."""


@dataclass(frozen=True)
class Credits:
    """One row for each transaction and person credited with it, in order of date, transaction and person.

    People and months that the panel does not know are left out. What was put aside is here too, on the first day
    of its month and without a number, so that no sum and no running total passes over it in silence.
    """

    layout: Layout
    _known: dict[str, Figures] = field(default_factory=dict, repr=False)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Columns: transaction and credit (positions in their tables; -1 where put aside or nobody is named),
        transaction_id, manager (code), date, month, product, amount, share, row (of the panel)."""
        rows = pd.concat([self._accepted(), self._aside()], ignore_index=True)
        if self.layout.as_of is not None:
            rows = rows[rows["date"] <= pd.Timestamp(self.layout.as_of)].reset_index(drop=True)
        rows["month"] = rows["date"].to_numpy(dtype="datetime64[M]").astype(np.int64) + 1970 * 12
        rows["row"] = self.layout.rows_of(rows["manager"].to_numpy(), rows["month"].to_numpy())
        rows = rows[rows["row"] >= 0]
        return rows.sort_values(["date", "transaction_id", "manager"], kind="stable", ignore_index=True)

    def _accepted(self) -> pd.DataFrame:
        tables = self.layout.history.tables
        shares = credited(tables["transactions"], tables["credits"])
        of = tables["transactions"].iloc[shares["transaction"].to_numpy()].reset_index(drop=True)
        return pd.DataFrame(
            {
                "transaction": shares["transaction"].to_numpy(dtype=np.int64),
                "credit": shares["credit"].to_numpy(dtype=np.int64),
                "transaction_id": of["transaction_id"].to_numpy(dtype=object),
                "manager": self.layout.codes_of(shares["manager_id"]),
                "date": of["date"].to_numpy(dtype="datetime64[D]"),
                "product": of["product"].to_numpy(dtype=object),
                "amount": of["amount"].to_numpy(dtype=np.float64),
                "share": shares["share"].to_numpy(dtype=np.float64),
            }
        )

    def _aside(self) -> pd.DataFrame:
        """What was put aside and is somebody's; a transaction is its maker's only where nobody else is named."""
        aside = self.layout.aside("transactions", "credits")
        aside = aside[aside["month"] >= 0]
        named = aside.loc[aside["table"] == "credits", "transaction_id"]
        aside = aside[(aside["table"] == "credits") | ~aside["transaction_id"].isin(named)]
        month = aside["month"].to_numpy(dtype=np.int64) - 1970 * 12
        return pd.DataFrame(
            {
                "transaction": np.full(len(aside), -1),
                "credit": np.full(len(aside), -1),
                "transaction_id": aside["transaction_id"].to_numpy(dtype=object),
                "manager": self.layout.codes_of(aside["manager_id"]),
                "date": month.astype("datetime64[M]").astype("datetime64[D]"),
                "product": aside["measure"].to_numpy(dtype=object),
                "amount": np.zeros(len(aside)),
                "share": np.zeros(len(aside)),
            }
        )

    def figures(self, name: str) -> Figures:
        """A figure of each credit's transaction: `amount`, `share`, `credited`, or one of `transaction_figures`."""
        if name not in self._known:
            amount, share = (self.rows[column].to_numpy() for column in ("amount", "share"))
            own = {"amount": amount, "share": share, "credited": amount * share}
            number, status = self._plain(own[name]) if name in own else self._brought(name)
            aside = self.rows["transaction"].to_numpy() < 0
            self._known[name] = (number, np.where(aside, Status.QUARANTINED, status).astype(np.uint8))
        return self._known[name]

    def _plain(self, number: NDArray[np.float64]) -> Figures:
        status = np.select(
            [np.isnan(number), number == 0], [Status.ABSENT, Status.TRUE_ZERO], Status.MEASURED
        )
        return np.nan_to_num(number), status.astype(np.uint8)

    def _brought(self, name: str) -> Figures:
        """A figure that transactions bring along; absent for one that does not."""
        table = self.layout.history.tables["transaction_figures"]
        aside = self.layout.aside("transaction_figures")
        names = {
            *table["figure"].unique(),
            *aside["measure"].unique(),
            *self.layout.history.transaction_rules,
        }
        if name not in names:
            known = sorted([*AMOUNTS_OF_A_TRANSACTION[:-1], *names])
            right = suggest(name, known) or f"there is {', '.join(known)}"
            if name in ("clients", "customers"):
                right = "distinct clients are not counted from transactions; let a measure hold how many there are"
            self.layout.gap("transaction_figures", f"no transaction has a figure '{name}'", right)
        mine = table[table["figure"] == name].set_index("transaction_id")["value"]
        ids = self.rows["transaction_id"]
        number, status = self._plain(ids.map(mine).to_numpy(dtype=np.float64))
        lost = ids.isin(aside.loc[aside["measure"] == name, "transaction_id"]).to_numpy()
        return number, np.where(lost, Status.QUARANTINED, status).astype(np.uint8)

    def added_up(self, which: str) -> Rows:
        """A figure, or the `count` of credits, added up by person and month; of some products after an `@`."""
        name, _, products = which.partition("@")
        number, status = self.figures("share" if name == "count" else name)
        if name == "count":
            number = np.ones(number.size)
            status = np.where(status == Status.QUARANTINED, status, Status.MEASURED).astype(np.uint8)
        row = self.rows["row"].to_numpy()
        if products:
            here = self.rows["product"].isin(products.split("+")).to_numpy()
            number, status, row = number[here], status[here], row[here]
        rows = self.layout.empty(Status.TRUE_ZERO)
        np.add.at(rows.number, row, number)
        for each in (Status.MEASURED, Status.ABSENT, Status.QUARANTINED):
            rows.status[row[status == each]] = each
        return rows
