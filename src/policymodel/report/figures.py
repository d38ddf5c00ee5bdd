"""Each person's year: what they were paid or scored in all, and the groups they belong to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from policymodel.history.measures import COMPUTED, Status
from policymodel.panel import Panel
from policymodel.payroll import Payments
from policymodel.scoring import Scores

NO_NAME = "–"


def year_of_pay(payments: Mapping[str, Payments]) -> pd.DataFrame:
    """What each person was paid over the year: design, manager_id, amount (minor units), status.

    One period that could not be computed leaves the year not computed; it is never a period without pay.
    """
    return _of_designs(
        {design: _year(each.totals(), "amount_minor", "sum") for design, each in payments.items()}
    )


def year_of_scores(scores: Mapping[str, Scores]) -> pd.DataFrame:
    """Each person's mean score over the periods of the year: design, manager_id, amount (points), status.

    Periods to which nothing of the card applied are left out; one whose score is missing leaves the year missing.
    """
    return _of_designs(
        {design: _year(_applicable(each.totals()), "score", "mean") for design, each in scores.items()}
    )


def _applicable(totals: pd.DataFrame) -> pd.DataFrame:
    applies = totals["status"] != Status.NOT_APPLICABLE
    nowhere = ~applies.groupby(totals["manager_id"]).transform("any")
    return totals[applies | nowhere]


def _year(totals: pd.DataFrame, value: str, how: str) -> pd.DataFrame:
    missing = totals["status"].where(~totals["status"].isin(COMPUTED), Status.MEASURED)
    grouped = totals.assign(missing=missing).groupby("manager_id", as_index=False)
    return grouped.agg(amount=(value, how), status=("missing", "max"))


def _of_designs(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame(columns=["design", "manager_id", "amount", "status"])
    return pd.concat([frame.assign(design=design) for design, frame in frames.items()], ignore_index=True)


def groups_of(panel: Panel) -> pd.DataFrame:
    """Each person's groups at the end of the plan year, or of their time in it: manager_id, all, grade, outlet.

    A grouping with a single group says nothing and is left out; who has no grade is in a group of their own.
    """
    spells = panel.spells
    month = spells.month + panel.months[0]
    inside = np.flatnonzero((month >= panel.plan_year.first) & (month <= panel.plan_year.last))
    last = pd.Series(inside).groupby(spells.manager[inside]).max()
    row = last.to_numpy()
    grade = pd.Series(spells.grade[row], dtype=object)
    groups = pd.DataFrame(
        {
            "manager_id": spells.managers[last.index.to_numpy()],
            "all": "all",
            "grade": grade.where(grade.notna() & (grade != ""), NO_NAME).to_numpy(),
            "outlet": spells.outlets[spells.outlet[row]],
        }
    ).astype(object)
    return groups.drop(columns=[each for each in ("grade", "outlet") if groups[each].nunique() < 2])
