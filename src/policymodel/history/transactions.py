"""The rules of transactions, of who is credited with them and of their figures; and of exchange rates.

A transaction counts with whoever is credited with it. Where somebody is named and nobody named is left, nobody
knows whose it is, so it is put aside instead of falling to the manager who made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
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
    """The tables that are held against one another.

    `own` is the first position of each transaction's id, `credited` the transaction of each credit, -1 for none.
    """

    managers: Draft
    transactions: Draft
    credits: Draft
    own: NDArray[np.intp]
    credited: NDArray[np.intp]

    def having(self, credits_: Mask) -> Mask:
        """The transactions that one at least of some credits names."""
        found = np.zeros(len(self.own), dtype=bool)
        found[self.credited[credits_ & (self.credited >= 0)]] = True
        return found[self.own]


def check_transactions(drafts: Mapping[str, Draft], spells: Spells) -> None:
    """Hold transactions, credits and figures against their rules and against one another."""
    draft, figures = drafts["transactions"], drafts["transaction_figures"]
    own, credited = (
        positions_of(each.frame["transaction_id"], draft.frame) for each in (draft, drafts["credits"])
    )
    these = _Drafts(drafts["managers"], draft, drafts["credits"], own, credited)
    # A row left out by the mapping names nobody; one of a manager who is left out does.
    named = these.credits.state != EXCLUDED
    _check_makers(these, named, spells)
    _check_hanging(these.credits, credited, these)
    _check_shares(these, spells)
    _check_somebody_is_left(these, named)
    _check_hanging(figures, positions_of(figures.frame["transaction_id"], draft.frame), these)
    taken = figures.frame["figure"].isin(AMOUNTS_OF_A_TRANSACTION).to_numpy()
    figures.flag(figures.good & taken, "taken_name", "figure", "call the figure by another name")
    check_duplicates(figures)
    _note_unknown_reversals(draft)
    _note_double_credit(these.credits)


def _check_makers(these: _Drafts, named: Mask, spells: Spells) -> None:
    """The managers who made them; one who is left out does not take along what others are credited with."""
    draft = these.transactions
    left_out = these.managers.frame.loc[these.managers.state == EXCLUDED, "manager_id"]
    people = draft.good
    if len(left_out):
        people &= ~(these.having(named) & draft.frame["manager_id"].isin(left_out).to_numpy())
    days = days_of("transactions", draft.frame)
    check_people(draft, people, "manager_id", days, spells, these.managers)
    check_duplicates(draft)


def _check_hanging(draft: Draft, at: NDArray[np.intp], these: _Drafts) -> None:
    """Rows of a transaction that is not there, was put aside or left out."""
    unknown = draft.good & (at < 0)
    if unknown.any():
        advice = "add the transaction to the transactions table"
        known = these.transactions.frame["transaction_id"].unique()
        right = suggestions(draft.frame["transaction_id"], known, unknown, advice)
        draft.flag(unknown, "unknown_transaction", "transaction_id", right)
    fate = _fates(these)[at]
    draft.state[draft.good & (fate == EXCLUDED)] = EXCLUDED
    advice = "put the transaction's own row right; then this one counts again"
    draft.flag(draft.good & (fate == QUARANTINED), "transaction_quarantined", "transaction_id", advice)


def _fates(these: _Drafts) -> NDArray[np.int8]:
    """What became of each transaction, at the first row that has its id: accepted if one row was; and one for none."""
    fate = np.full(len(these.own) + 1, EXCLUDED, dtype=np.int8)
    fate[-1] = ACCEPTED
    for state in (QUARANTINED, ACCEPTED):
        fate[these.own[these.transactions.state == state]] = state
    return fate


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
    gone = draft.good & these.having(named) & ~these.having(shares.good)
    aside = gone & these.having(shares.state == QUARANTINED)
    draft.state[gone & ~aside] = EXCLUDED
    advice = "put the row in `credits` right; then this one counts again"
    draft.flag(aside, "credit_quarantined", "transaction_id", advice)


def _note_unknown_reversals(draft: Draft) -> None:
    """Odd, but what is reversed may be older than the table."""
    reversed_ = draft.frame["refers_to"]
    unknown = draft.good & (reversed_ != "").to_numpy()
    unknown[unknown] = positions_of(reversed_[unknown], draft.frame) < 0
    if unknown.any():
        advice = "the transaction it reverses is not in the table; is it an older one?"
        right = suggestions(reversed_, draft.frame["transaction_id"].unique(), unknown, advice)
        draft.flag(unknown, "unknown_transaction", "refers_to", right, noted=True)


def _note_double_credit(draft: Draft) -> None:
    """Several may be credited with all of a transaction; it is said at the first of them."""
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
