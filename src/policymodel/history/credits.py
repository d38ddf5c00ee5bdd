"""Who is credited with which transaction, and the transaction that a row of another table hangs on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

HANGING = ("credits", "transaction_figures")
"""Tables whose rows say something about a transaction and have no day of their own."""


def positions_of(ids: pd.Series, transactions: pd.DataFrame) -> NDArray[np.intp]:
    """The position of each named transaction in the transactions table, -1 where it is not there."""
    if ids.empty:
        return np.zeros(0, dtype=np.intp)
    codes, names = pd.factorize(transactions["transaction_id"])
    # Codes are given in order of appearance, so a code above all before it is the first of its id.
    first = np.flatnonzero(codes > np.maximum.accumulate(np.append(-1, codes))[:-1])
    found = pd.Index(names).get_indexer(pd.Index(ids))
    return np.asarray(np.append(first, -1)[found], dtype=np.intp)


def with_transaction(frame: pd.DataFrame, transactions: pd.DataFrame) -> pd.DataFrame:
    """Rows with the date and product of their transaction and its maker, the manager who made it; blank without one."""
    at = positions_of(frame["transaction_id"], transactions)
    known = transactions.take(at.clip(0)) if len(transactions) else transactions.reindex(range(len(at)))
    lost = at < 0
    return frame.assign(
        date=known["date"].mask(lost).to_numpy(),
        product=known["product"].mask(lost, "").to_numpy(dtype=object),
        maker=known["manager_id"].mask(lost, "").to_numpy(dtype=object),
    )


def credited(transactions: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Who is credited with what share: as `credits` says, else the transaction's manager with all of it.

    Returns
    -------
    One row per transaction and person. Columns: transaction and credit (positions in the two tables; credit is -1
    where nobody is named), manager_id, share.
    """
    at = positions_of(shares["transaction_id"], transactions)
    named = np.flatnonzero(at >= 0)
    whole = np.setdiff1d(np.arange(len(transactions)), at)
    return pd.DataFrame(
        {
            "transaction": np.concatenate([at[named], whole]),
            "credit": np.concatenate([named, np.full(whole.size, -1)]),
            "manager_id": np.concatenate(
                [
                    shares["manager_id"].to_numpy(dtype=object)[named],
                    transactions["manager_id"].to_numpy(dtype=object)[whole],
                ]
            ),
            "share": np.concatenate([shares["share"].to_numpy(dtype=np.float64)[named], np.ones(whole.size)]),
        }
    )
