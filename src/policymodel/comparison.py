"""Designs lined up: what each person would have under one design beside what they would have under another.

Only people with a figure in both designs are compared; the others are counted apart (`not_compared`) and
never taken as zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.history.measures import COMPUTED

BANDS = ("loses_over_5", "loses_1_to_5", "same", "gains_1_to_5", "gains_over_5")
COLUMNS = ("design", "manager_id", "amount", "baseline_amount", "change", "relative_change", "band")
POINTS_DIGITS = 6

Unit = Literal["minor", "points"]


def compare(
    totals: pd.DataFrame, baseline: str, edges: Sequence[float] = (0.01, 0.05), unit: Unit = "minor"
) -> pd.DataFrame:
    """Each person's change against the baseline design, and the band it falls in.

    Bands, in this order: loses_over_5, loses_1_to_5, same, gains_1_to_5, gains_over_5. An edge belongs to the
    smaller change: exactly 1 % is `same`, exactly 5 % is in 1 to 5. Money is compared in whole minor units
    against the edge as it is written, so nothing depends on how a share is stored.

    A share of nothing is nothing: for a baseline of zero or less the relative change is not a number and any
    change at all is over the large edge, up or down. Points are compared as points of 100: an edge of 0.01 is
    one point, whatever the baseline's score.

    Parameters
    ----------
    totals: design, manager_id, amount (minor units as whole numbers, or points) and, where some figures were
        not computed, status; one row for each person and design.

    Returns
    -------
    One row for each person who has both figures: design, manager_id, amount, baseline_amount, change,
    relative_change (a share; blank for points too), band. The baseline itself has no rows.

    >>> frame = pd.DataFrame({"design": ["now", "next"], "manager_id": "M1", "amount": [10_000, 10_100]})
    >>> compare(frame, "now")[["change", "relative_change", "band"]].values.tolist()
    [[100, 0.01, 'same']]
    """
    computed = _computed(totals)
    before = computed.loc[computed["design"] == baseline, ["manager_id", "amount"]]
    both = computed[computed["design"] != baseline].merge(
        before.rename(columns={"amount": "baseline_amount"}), on="manager_id", validate="many_to_one"
    )
    if unit == "minor":
        both = both.astype({"amount": "int64", "baseline_amount": "int64"})
    change = both["amount"] - both["baseline_amount"]
    base = both["baseline_amount"].to_numpy(dtype=np.float64)
    relative = np.full(len(both), np.nan)
    if unit == "minor":
        relative = np.divide(change.to_numpy(dtype=np.float64), base, out=relative, where=base > 0)
    else:
        change = change.round(POINTS_DIGITS)
    both = both.assign(
        change=change,
        relative_change=relative,
        band=_band(change.to_numpy(), both["baseline_amount"].to_numpy(), edges, unit),
    )
    return both[list(COLUMNS)].reset_index(drop=True)


def not_compared(totals: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """People who cannot be compared, counted by reason; they are in none of the bands.

    Columns: design, not_computed (a figure of theirs was not computed in one of the two designs), only_here
    and only_in_baseline (they have no row at all in the other).
    """
    missing = _missing(totals)
    everybody = {design: set(rows["manager_id"]) for design, rows in totals.groupby("design", sort=False)}
    before = everybody.get(baseline, set())
    counts = []
    for design, here in everybody.items():
        if design == baseline:
            continue
        shared = here & before
        counts.append(
            {
                "design": design,
                "not_computed": sum(
                    (design, person) in missing or (baseline, person) in missing for person in shared
                ),
                "only_here": len(here - before),
                "only_in_baseline": len(before - here),
            }
        )
    return pd.DataFrame(counts, columns=["design", "not_computed", "only_here", "only_in_baseline"])


def comparable(totals: pd.DataFrame) -> NDArray[np.object_]:
    """The people who have a computed figure in every design, in order of their id.

    >>> frame = pd.DataFrame({"design": ["a", "b", "b"], "manager_id": ["M1", "M1", "M2"], "amount": 1})
    >>> comparable(frame).tolist()
    ['M1']
    """
    computed = _computed(totals)
    designs = computed.groupby("manager_id", sort=True)["design"].nunique()
    return np.asarray(designs.index[designs == totals["design"].nunique()], dtype=object)


def _computed(totals: pd.DataFrame) -> pd.DataFrame:
    return totals[totals["status"].isin(COMPUTED)] if "status" in totals else totals


def _missing(totals: pd.DataFrame) -> set[tuple[str, str]]:
    rows = totals[~totals["status"].isin(COMPUTED)] if "status" in totals else totals.iloc[:0]
    return set(zip(rows["design"], rows["manager_id"], strict=True))


def _band(
    change: NDArray[np.int64] | NDArray[np.float64],
    base: NDArray[np.int64] | NDArray[np.float64],
    edges: Sequence[float],
    unit: Unit,
) -> NDArray[np.object_]:
    """How many edges a change has passed, down or up, as the name of a band."""
    size = np.abs(change)
    passed = np.zeros(len(size), dtype=np.int64)
    for edge in edges:
        if unit == "points":
            passed += size > round(edge * 100, POINTS_DIGITS)
        else:
            # Python's whole numbers neither round nor overflow.
            part, whole = Decimal(str(edge)).as_integer_ratio()
            passed += (size.astype(object) * whole > np.maximum(base, 0).astype(object) * part).astype(bool)
    band: NDArray[np.object_] = np.array(BANDS, dtype=object)[2 + np.sign(change).astype(np.int64) * passed]
    return band
