"""Parts make the whole, to the cent: inside a region's tables, and from the regions to the group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from policymodel.errors import PolicymodelError

Results = Mapping[str, pd.DataFrame]


def check_region(results: Results, paid: Mapping[str, int]) -> None:
    """Items add up to what was paid; bands and groups to the people compared; changes to the change of all."""
    cost = results["cost"].groupby("design")["amount_minor"].sum().to_dict()
    _equal("cost", {design: int(cost.get(design, 0)) for design in paid}, dict(paid))
    for table, columns in (("bands", ["people"]), ("change", ["people", "total_change"])):
        sums = results[table].groupby(["design", "by"])[columns].sum()
        for column in columns:
            wide = sums[column].unstack("by")
            # A sum of scores is not exact in binary; amounts are whole and must agree exactly.
            for by in wide.columns:
                _equal(
                    f"{table}.{column} by {by}", wide[by].round(6).to_dict(), wide["all"].round(6).to_dict()
                )


def check_group(group: Results, regions: Iterable[Results]) -> None:
    """Every design's cost in the group is the sum over all the regions, those left out of its page included."""
    total: dict[str, int] = {}
    for results in regions:
        cost = results["cost"]
        for design, amount in zip(cost["design"], cost["amount_minor"], strict=True):
            total[design] = total.get(design, 0) + int(amount)
    mine = group["cost"].groupby("design")["amount_minor"].sum().to_dict()
    _equal("cost of the group", mine, total)


def _equal(what: str, parts: Mapping[Any, float], whole: Mapping[Any, float]) -> None:
    """Refuse to go on where a sum of parts is not the whole.

    >>> _equal("cost", {"now": 99}, {"now": 100})
    Traceback (most recent call last):
        ...
    policymodel.errors.PolicymodelError: cost does not add up: now: 99 is not 100
    """
    off = [
        f"{key}: {parts.get(key)} is not {amount}"
        for key, amount in whole.items()
        if parts.get(key) != amount
    ]
    off += [f"{key}: {parts[key]} is not there" for key in parts if key not in whole]
    if off:
        raise PolicymodelError(f"{what} does not add up: {'; '.join(off)}")
