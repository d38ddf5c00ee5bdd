"""Whether a sale rests on an assessment of what the client needs (S3.2), judged by a rule of the mapping.

S3 (ours): every transaction has one verdict under a rule, and one that takes another back has the verdict of what it
takes back. The figures of the rule are made of the verdicts and of nothing else; whoever asks which assessment stands
behind a sale asks the same function again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.history.credits import positions_of
from policymodel.history.parsing import Mask
from policymodel.history.transaction_rules import TransactionRule
from policymodel.history.whereabouts import months_of

Tables = Mapping[str, pd.DataFrame]


class Verdict(IntEnum):
    """What is found of a sale; of several assessments the one that comes nearest is told."""

    ASSESSED = 0
    NOT_ASKED = 1
    OTHER_PRODUCT = 2
    EXPIRED = 3
    AFTERWARDS = 4
    BY_OTHERS = 5
    NEVER = 6
    NO_CLIENT = 7
    UNKNOWN_SALE = 8
    PUT_ASIDE = 9


MEANINGS: dict[Verdict, str] = {
    Verdict.ASSESSED: "assessed",
    Verdict.NOT_ASKED: "of products for which nothing is asked",
    Verdict.OTHER_PRODUCT: "assessed for another product",
    Verdict.EXPIRED: "assessed too long before",
    Verdict.AFTERWARDS: "assessed too late",
    Verdict.BY_OTHERS: "assessed by somebody else",
    Verdict.NEVER: "not assessed",
    Verdict.NO_CLIENT: "without a client",
    Verdict.UNKNOWN_SALE: "taking back a sale that is not here",
    Verdict.PUT_ASIDE: "with an assessment that was put aside",
}
PASSED = (Verdict.ASSESSED, Verdict.NOT_ASKED)
UNCLEAR = (Verdict.NO_CLIENT, Verdict.UNKNOWN_SALE, Verdict.PUT_ASIDE)
"""It cannot be told; what then counts the rule says."""

STAGES = (Verdict.BY_OTHERS, Verdict.AFTERWARDS, Verdict.EXPIRED, Verdict.OTHER_PRODUCT, Verdict.ASSESSED)
"""What becomes of an assessment that is held against a sale: the further on, the nearer it comes."""


def judged(
    rule: TransactionRule, tables: Tables, quarantine: pd.DataFrame, only: NDArray[Any] | None = None
) -> pd.DataFrame:
    """The verdict on each transaction.

    Parameters
    ----------
    rule : TransactionRule
        What is asked.
    tables : Mapping[str, DataFrame]
        Transactions and needs.
    quarantine : DataFrame
        Rows that were put aside.
    only : array of int, optional
        Positions of the transactions that are asked about; all where it is left out.

    Returns
    -------
    DataFrame
        One row a transaction. transaction and need (positions in their tables; need: the assessment behind it or the
        one that comes nearest, -1 for none), verdict, value (1, 0, or NaN: not known).
    """
    sales, needs = tables["transactions"].reset_index(drop=True), tables[rule.of].reset_index(drop=True)
    asked = np.arange(len(sales)) if only is None else np.asarray(only, dtype=np.intp)
    first = _taken_back(sales, asked)
    found = np.unique(first[first >= 0])
    verdict, need = _verdicts(rule, sales.iloc[found], needs, quarantine)
    at = np.searchsorted(found, first).clip(max=max(len(found) - 1, 0))
    known = first >= 0
    verdicts = np.full(len(asked), Verdict.UNKNOWN_SALE, dtype=np.int8)
    behind = np.full(len(asked), -1, dtype=np.int64)
    verdicts[known], behind[known] = verdict[at[known]], need[at[known]]
    value = np.isin(verdicts, PASSED).astype(np.float64)
    if rule.unclear == "not_known":
        value[np.isin(verdicts, UNCLEAR)] = np.nan
    return pd.DataFrame({"transaction": asked, "need": behind, "verdict": verdicts, "value": value})


def account_of(rule: TransactionRule, tables: Tables, quarantine: pd.DataFrame) -> dict[Verdict, int]:
    """How many transactions have each verdict; they add up to those that were accepted."""
    counted = judged(rule, tables, quarantine)["verdict"].value_counts().sort_index()
    return {Verdict(verdict): int(size) for verdict, size in counted.items()}


def _taken_back(sales: pd.DataFrame, asked: NDArray[np.intp]) -> NDArray[np.intp]:
    """For each transaction the sale that it takes back in the end, itself where it takes back none; -1: not here."""
    refers = (sales["refers_to"] != "").to_numpy(dtype=bool)
    following = np.append(np.arange(len(sales)), -1)
    following[:-1][refers] = positions_of(sales["refers_to"][refers], sales)
    # each turn doubles the steps that are taken along a chain of reversals of reversals
    for _ in range(len(sales).bit_length()):
        following = following[following]
    first = following[asked]
    # what still takes something back runs in a circle
    return np.where((first >= 0) & np.append(refers, False)[first], -1, first)


def _verdicts(
    rule: TransactionRule, sales: pd.DataFrame, needs: pd.DataFrame, quarantine: pd.DataFrame
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """The verdict on each sale that takes nothing back, and the position of the assessment that comes nearest."""
    verdict = np.full(len(sales), Verdict.NEVER, dtype=np.int8)
    behind = np.full(len(sales), -1, dtype=np.int64)
    seen = sales[["client_id", "manager_id", "date", "product"]].assign(sale=np.arange(len(sales)))
    seen = seen[(seen["client_id"] != "").to_numpy()]
    told = needs[["client_id", "manager_id", "date", "product", "valid_until"]]
    both = seen.merge(told.assign(need=np.arange(len(needs))), on="client_id", suffixes=("", "_needed"))
    both = both.assign(stage=_stage(rule, both))
    nearest = both.sort_values(["sale", "stage", "date_needed", "need"], kind="stable")
    nearest = nearest.drop_duplicates("sale", keep="last")
    at = nearest["sale"].to_numpy(dtype=np.intp)
    verdict[at] = np.array(STAGES, dtype=np.int8)[nearest["stage"].to_numpy(dtype=np.intp)]
    behind[at] = nearest["need"]
    maybe = (verdict != Verdict.ASSESSED) & _maybe(rule, sales, quarantine)
    verdict[maybe], behind[maybe] = Verdict.PUT_ASIDE, -1
    verdict[(sales["client_id"] == "").to_numpy()] = Verdict.NO_CLIENT
    if rule.products is not None:
        free = ~sales["product"].isin(list(rule.products)).to_numpy()
        verdict[free], behind[free] = Verdict.NOT_ASKED, -1
    return verdict, behind


def _stage(rule: TransactionRule, both: pd.DataFrame) -> NDArray[np.int64]:
    """How far each assessment comes when it is held against a sale, as a place in `STAGES`."""
    own = (both["manager_id"] == both["manager_id_needed"]).to_numpy() | (rule.made_by == "anyone")
    before = both["date_needed"] < both["date"]
    if rule.same_day == "yes":
        before |= both["date_needed"] == both["date"]
    until = both["valid_until"]
    if rule.valid_days is not None:
        until = until.fillna(both["date_needed"] + pd.Timedelta(days=rule.valid_days))
    valid = until.isna() | (until >= both["date"])
    fits = both["product_needed"] == both["product"]
    if rule.fits == "same_or_blank":
        fits |= both["product_needed"] == ""
    fits |= rule.fits == "any_product"
    passed = [np.asarray(each, dtype=bool) for each in (own, before, valid, fits)]
    return np.asarray(np.logical_and.accumulate(passed).sum(axis=0), dtype=np.int64)


def _maybe(rule: TransactionRule, sales: pd.DataFrame, quarantine: pd.DataFrame) -> Mask:
    """The sales to whose clients an assessment speaks that was put aside and may be of that day or before.

    A row that was put aside names a client where one of its cells, as it was written, is that client's id.
    """
    aside = quarantine[(quarantine["table"] == rule.of) & (quarantine["rules"] != "duplicate_row")]
    named = [
        {"client_id": cell, "month": month, "who": who}
        for month, who, content in zip(aside["month"], aside["manager_id"], aside["content"], strict=True)
        for cell in {str(each).strip() for each in json.loads(content).values()} - {""}
    ]
    maybe = np.zeros(len(sales), dtype=bool)
    if not named:
        return maybe
    seen = sales[["client_id", "manager_id"]].assign(
        sale=np.arange(len(sales)), when=months_of(sales["date"])
    )
    both = seen.merge(pd.DataFrame(named), on="client_id")
    there = both["month"] <= both["when"]
    if rule.made_by == "seller":
        there &= (both["who"] == "") | (both["who"] == both["manager_id"])
    maybe[both.loc[there, "sale"]] = True
    return maybe
