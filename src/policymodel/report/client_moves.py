"""Which clients change hands, and why: one row a client, for HR alone (S6.8)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from policymodel.allocation import Book
from policymodel.allocation.rules import PREMIUM, SEPARATE

REASONS = ("no_holder", "separate_book", "premium", "group", "chain", "balance")
"""Why a client moves: the first reason that applies."""


def moved_clients(book: Book, assigned: pd.Series) -> pd.DataFrame:
    """Clients whose manager changes: client_id, from, to, why.

    `no_holder`: nobody holds the client today. `separate_book`: a separate-book client leaves a manager without
    separate books, or the other way round. `premium`: a premium client comes to a designated manager, or an ordinary
    one leaves one who holds premium clients. `group`: today the client's group is in several hands. `chain`: the new
    manager holds more of the client's chain than the old one would. All other moves are for `balance`.
    """
    clients = book.clients.reset_index(drop=True)
    clients = clients.assign(to=clients["client_id"].map(assigned))
    old, new = clients["manager_id"], clients["to"]
    separate, premium = (clients["portfolio"] == each for each in (SEPARATE, PREMIUM))
    apart = set(new[separate])
    designated = set(book.managers.loc[book.managers["designated"].astype(bool), "manager_id"])
    holds_premium = set(new[premium])
    whys = [
        old == "",
        np.where(separate, ~old.isin(apart), old.isin(apart)),
        np.where(premium, ~old.isin(designated) & new.isin(designated), old.isin(holds_premium)),
        _in_several_hands(clients),
        _more_of_chain(clients),
    ]
    why = np.select([np.asarray(each, dtype=bool) for each in whys], REASONS[:-1], REASONS[-1])
    found = pd.DataFrame({"client_id": clients["client_id"], "from": old, "to": new, "why": why})
    return found[(old != new).to_numpy()].reset_index(drop=True)


def _in_several_hands(clients: pd.DataFrame) -> pd.Series:
    named = clients["client_group"].fillna("").astype(str)
    held = clients["manager_id"].where(clients["manager_id"] != "")
    hands = held.groupby(named).transform("nunique")
    return (named != "") & (hands > 1)


def _more_of_chain(clients: pd.DataFrame) -> pd.Series:
    """Whether the new manager will hold more of the client's chain than the old one keeps, the client left out."""
    chain = clients["chain"].fillna("").astype(str)
    held = clients.groupby([chain, clients["to"]]).size()
    with_new = pd.Series([held.get((c, m), 0) - 1 for c, m in zip(chain, clients["to"], strict=True)])
    with_old = pd.Series([held.get((c, m), 0) for c, m in zip(chain, clients["manager_id"], strict=True)])
    return (chain != "") & (with_new > with_old)
