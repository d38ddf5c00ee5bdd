"""The rules of transactions, of who is credited with them and of their figures; and of exchange rates.

A transaction counts with whoever is credited with it. Where somebody is named and nobody named is left, nobody
knows whose it is, so it is put aside instead of falling to the manager who made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.history.credits import positions_of, with_transaction
from policymodel.history.drafts import ACCEPTED, EXCLUDED, QUARANTINED, Draft
from policymodel.history.parsing import Mask
from policymodel.history.rules import check_duplicates, check_people, suggestions
from policymodel.history.tables import AMOUNTS_OF_A_TRANSACTION
from policymodel.history.whereabouts import Spells, days_of

NEARLY = 1e-9


@dataclass(frozen=True)
class _Drafts:
    """The four tables that are held against one another."""

    managers: Draft
    transactions: Draft
    credits: Draft
    figures: Draft


def check_transactions(drafts: Mapping[str, Draft], spells: Spells) -> None:
    """Hold transactions, credits and figures against their rules and against one another."""
    these = _Drafts(
        *(drafts[name] for name in ("managers", "transactions", "credits", "transaction_figures"))
    )
    # A row left out by the mapping names nobody; one of a manager who is left out does.
    named = these.credits.state != EXCLUDED
    _check_makers(these, named, spells)
    _check_hanging(these.credits, these.transactions)
    _check_shares(these, spells)
    _check_somebody_is_left(these, named)
    _check_hanging(these.figures, these.transactions)
    taken = these.figures.frame["figure"].isin(AMOUNTS_OF_A_TRANSACTION).to_numpy()
    these.figures.flag(these.figures.good & taken, "taken_name", "figure", "call the figure by another name")
    check_duplicates(these.figures)
    _note_unknown_reversals(these.transactions)
    _note_double_credit(these)


def _check_makers(these: _Drafts, named: Mask, spells: Spells) -> None:
    """The managers who made them; one who is left out does not take along what others are credited with."""
    draft = these.transactions
    left_out = these.managers.frame.loc[these.managers.state == EXCLUDED, "manager_id"]
    for_others = draft.frame["transaction_id"].isin(these.credits.frame.loc[named, "transaction_id"])
    people = draft.good & ~(for_others & draft.frame["manager_id"].isin(left_out)).to_numpy()
    days = days_of("transactions", draft.frame)
    check_people(draft, people, "manager_id", days, spells, these.managers)
    check_duplicates(draft)


def _check_hanging(draft: Draft, transactions: Draft) -> None:
    """Rows of a transaction that is not there, was put aside or left out."""
    named = draft.frame["transaction_id"]
    at = positions_of(named, transactions.frame)
    unknown = draft.good & (at < 0)
    if unknown.any():
        advice = "add the transaction to the transactions table"
        right = suggestions(named, transactions.frame["transaction_id"].unique(), unknown, advice)
        draft.flag(unknown, "unknown_transaction", "transaction_id", right)
    fate = _fates(transactions)[at]
    draft.state[draft.good & (fate == EXCLUDED)] = EXCLUDED
    advice = "put the transaction's own row right; then this one counts again"
    draft.flag(draft.good & (fate == QUARANTINED), "transaction_quarantined", "transaction_id", advice)


def _fates(transactions: Draft) -> NDArray[np.int8]:
    """What became of each transaction, at the first row that names it: accepted if one row of its id was."""
    id_of = transactions.frame["transaction_id"]
    state = pd.Series(transactions.state, index=id_of.index)
    good = id_of.isin(id_of[state == ACCEPTED])
    aside = id_of.isin(id_of[state == QUARANTINED])
    fate = np.select([good, aside], [ACCEPTED, QUARANTINED], EXCLUDED)
    return np.append(fate, ACCEPTED).astype(np.int8)


def _check_shares(these: _Drafts, spells: Spells) -> None:
    draft = these.credits
    share = draft.frame["share"].to_numpy()
    advice = "write the part credited, for example 0.5"
    draft.flag(draft.good & ~((share > 0) & (share <= 1)), "share_range", "share", advice)
    days = days_of("credits", with_transaction(draft.frame, these.transactions.frame))
    check_people(draft, draft.good, "manager_id", days, spells, these.managers)
    check_duplicates(draft)


def _check_somebody_is_left(these: _Drafts, named: Mask) -> None:
    """Transactions of which nobody named is left: put aside, or left out with their people."""
    draft, shares = these.transactions, these.credits
    id_of, whose = draft.frame["transaction_id"], shares.frame["transaction_id"]
    gone = draft.good & id_of.isin(whose[named]).to_numpy() & ~id_of.isin(whose[shares.good]).to_numpy()
    aside = gone & id_of.isin(whose[shares.state == QUARANTINED]).to_numpy()
    draft.state[gone & ~aside] = EXCLUDED
    advice = "put the row in `credits` right; then this one counts again"
    draft.flag(aside, "credit_quarantined", "transaction_id", advice)


def _note_unknown_reversals(draft: Draft) -> None:
    """Odd, but what is reversed may be older than the table."""
    reversed_ = draft.frame["refers_to"]
    known = draft.frame["transaction_id"]
    unknown = draft.good & (reversed_ != "").to_numpy() & ~reversed_.isin(known).to_numpy()
    if unknown.any():
        advice = "the transaction it reverses is not in the table; is it an older one?"
        right = suggestions(reversed_, known.unique(), unknown, advice)
        draft.flag(unknown, "unknown_transaction", "refers_to", right, noted=True)


def _note_double_credit(these: _Drafts) -> None:
    """Several may be credited with all of a transaction; it is said at the first of them."""
    draft = these.credits
    good = draft.frame[draft.good]
    total = good.groupby("transaction_id")["share"].sum()
    double = total[total > 1 + NEARLY]
    first = good[good["transaction_id"].isin(double.index)].drop_duplicates("transaction_id")
    rows = np.zeros(len(draft.frame), dtype=bool)
    rows[first.index] = True
    advice = np.full(len(draft.frame), "", dtype=object)
    advice[first.index] = [
        f"the shares add up to {double[each]:.10g}; they are used as they stand"
        for each in first["transaction_id"]
    ]
    draft.flag(rows, "shares_above_one", "share", advice, noted=True)


def check_rates(draft: Draft) -> None:
    """Exchange rates: above zero, one for a currency and a month."""
    advice = "write how many units of the bank's currency one foreign unit costs"
    for column in ("average", "period_end"):
        rate = draft.frame[column].to_numpy()
        draft.flag(draft.good & (rate <= 0), "rate_range", column, advice)
    check_duplicates(draft)
