"""The tables of a futures run as arrays: what each region, and the group, pays under each design in each draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.errors import HistoryError, Problem

ALL = "all"
"""The group in place of a region: its regions added up draw by draw."""

Amounts = NDArray[np.float64]


@dataclass(frozen=True)
class Outcomes:
    """Amounts in minor units by region (the group first), design and draw; every design saw the same draws.

    `amount`, `score` (points), `person_periods`, `not_computed` and `budget` (NaN where there is none) are [region,
    design, draw]; `replay` and `people` [region, design], of last year as it was; `bad` [draw] marks the tenth of draws
    whose common growth is lowest; `factors` [draw, factor] are the values of the common factors, called `names`.
    """

    regions: tuple[str, ...]
    designs: tuple[str, ...]
    amount: Amounts
    score: Amounts
    person_periods: Amounts
    not_computed: Amounts
    budget: Amounts
    replay: Amounts
    people: NDArray[np.int64]
    bad: NDArray[np.bool_]
    names: tuple[str, ...]
    factors: Amounts

    @property
    def draws(self) -> int:
        """How many futures were drawn."""
        return int(self.amount.shape[2])

    def keep(self, regions: Sequence[str]) -> Outcomes:
        """The same of some regions alone, in their own order: the group is the sum of these and of no others."""
        rows = [self.regions.index(each) for each in regions]

        def kept(values: NDArray[np.generic]) -> NDArray[np.generic]:
            own = values[rows]
            return np.concatenate([own.sum(axis=0, keepdims=True), own])

        parts = ("amount", "score", "person_periods", "not_computed", "budget", "replay", "people")
        arrays = {name: kept(getattr(self, name)) for name in parts}
        return Outcomes(
            (ALL, *regions),
            self.designs,
            **arrays,  # type: ignore[arg-type]
            bad=self.bad,
            names=self.names,
            factors=self.factors,
        )


def outcomes_of(totals: pd.DataFrame, replay: pd.DataFrame, common: pd.DataFrame) -> Outcomes:
    """The arrays of `futures_totals`, `futures_replay` and `futures_common`; refused where a cell is missing.

    A region that lacks a draw of another would make the group a sum over different regions in different draws.
    """
    regions, designs = (tuple(dict.fromkeys(totals[each])) for each in ("region", "design"))
    draws = np.unique(totals["draw"])
    shape = (len(regions), len(designs), len(draws))
    place = [
        pd.Categorical(totals["region"], regions).codes.astype(np.int64),
        pd.Categorical(totals["design"], designs).codes.astype(np.int64),
        np.searchsorted(draws, totals["draw"]),
    ]
    whole = np.prod(shape) == len(totals) == len(set(np.ravel_multi_index(place, shape)))
    told = replay.set_index(["region", "design"]).reindex(pd.MultiIndex.from_product([regions, designs]))
    values = common.pivot(index="draw", columns="factor", values="value").reindex(draws)
    if not whole or told["people"].isna().any() or values.isna().any().any():
        what = "a region, design or draw is missing, or there twice"
        raise HistoryError("futures", [Problem("futures_totals", what, "make the futures again")])

    def filled(name: str) -> Amounts:
        cells = np.full(shape, np.nan)
        cells[tuple(place)] = pd.to_numeric(totals[name]).astype("float64").to_numpy(na_value=np.nan)
        return cells

    bad = common.groupby("draw")["bad_year"].first().reindex(draws)
    own = Outcomes(
        regions,
        designs,
        amount=filled("amount_minor"),
        score=filled("score_sum") / 100,
        person_periods=filled("person_periods"),
        not_computed=filled("not_computed"),
        budget=filled("budget_minor"),
        replay=told["amount_minor"].to_numpy(dtype=np.float64).reshape(shape[:2]),
        people=told["people"].to_numpy(dtype=np.int64).reshape(shape[:2]),
        bad=bad.to_numpy(dtype=np.bool_),
        names=tuple(map(str, values.columns)),
        factors=values.to_numpy(dtype=np.float64),
    )
    return own.keep(regions)
