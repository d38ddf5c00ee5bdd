"""What the draws say of designs: cost with bands, chance over budget, regret, differences, what drives the spread.

Pure functions of `Outcomes`; each returns a tidy frame with `region, design` first, the group as region `all`. Money
is in minor units. Every figure of draws comes with how far more draws might move it (`statistics.bands`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from policymodel.simulate.outcomes import Amounts, Outcomes
from policymodel.statistics import Undefined
from policymodel.statistics.bands import (
    chance,
    draws_for,
    end_of_band,
    error_of_mean,
    mean_of_draws,
    shares_of_spread,
)

BANDS = (80, 95)
"""Per cent of draws between the two ends of a band."""
ENOUGH = draws_for(0.025)
"""From so many draws on the ends of the wider band can be told with their error."""
FEW_PEOPLE = 30
"""Under so many people a region's difference is more about single persons than about the design."""
PER_FACTOR = 4
"""Draws that a common factor must have for its share of the spread to be told."""

Aim = Literal["cost", "score"]
Rows = Iterator[tuple[str, str, tuple[int, int]]]


def costs(found: Outcomes) -> pd.DataFrame:
    """What each design costs: last year replayed first, then next year with its bands.

    Returns
    -------
    region, design, people, replay_minor, draws, mean_minor, error_minor (standard error of the mean); of the band of 80
    and of 95 per cent low_80_minor, low_80_from, low_80_to (between which draws the true end lies), the same of high;
    bad_minor (mean over bad years), not_computed (people without a figure, in the draw with most). NaN: too few draws.
    """

    def row(at: tuple[int, int]) -> dict[str, Any]:
        values = found.amount[at]
        return {
            "people": found.people[at],
            "replay_minor": found.replay[at],
            "draws": found.draws,
            "mean_minor": values.mean(),
            "error_minor": error_of_mean(values),
            **_bands(values, "_minor"),
            "bad_minor": values[found.bad].mean() if found.bad.any() else np.nan,
            "not_computed": int(found.not_computed[at].max()),
        }

    return _frame(found, row)


def scores(found: Outcomes) -> pd.DataFrame:
    """The mean score of a person and period under each design: mean over draws, its error, bands; in points."""
    with np.errstate(invalid="ignore", divide="ignore"):
        points = found.score / found.person_periods

    def row(at: tuple[int, int]) -> dict[str, Any]:
        values = points[at]
        known = {"draws": found.draws, "mean": values.mean(), "error": error_of_mean(values)}
        return {**known, **_bands(values, "")}

    return _frame(found, row) if np.isfinite(points).all() else pd.DataFrame()


def _bands(values: Amounts, unit: str) -> dict[str, float]:
    ends: dict[str, float] = {}
    for each in BANDS:
        for name, share in (("low", 0.5 - each / 200), ("high", 0.5 + each / 200)):
            end = end_of_band(values, share)
            ends[f"{name}_{each}{unit}"] = end.value
            ends |= {f"{name}_{each}_from": end.low, f"{name}_{each}_to": end.high}
    return ends


def over_budget(found: Outcomes) -> pd.DataFrame:
    """The chance that a design costs more than its budget, with Wilson's interval; no rows without a budget.

    Returns
    -------
    region, design, budget_minor, draws, over (draws over budget), chance, chance_low, chance_high; overrun: by how much
    of the budget the mean is over it (below zero: under it); overrun_95: the same of the draw that 95 of 100 lie under.
    """
    if np.isnan(found.budget).any():
        return pd.DataFrame()

    def row(at: tuple[int, int]) -> dict[str, Any]:
        amount, budget = found.amount[at], found.budget[at]
        over = int((amount > budget).sum())
        often = chance(over, found.draws)
        with np.errstate(invalid="ignore", divide="ignore"):
            relative = np.where(budget > 0, amount / budget - 1, np.nan)
        return {
            "budget_minor": budget.mean(),
            "draws": found.draws,
            "over": over,
            "chance": often.value,
            "chance_low": often.low,
            "chance_high": often.high,
            "overrun": amount.mean() / budget.mean() - 1 if budget.mean() > 0 else np.nan,
            "overrun_95": end_of_band(relative, 0.95).value if np.isfinite(relative).all() else np.nan,
        }

    return _frame(found, row)


def worst_regions(chances: pd.DataFrame) -> pd.DataFrame:
    """Of each design the region with the largest chance over budget; of equal ones that with the largest overrun.

    >>> regions = pd.DataFrame({"region": ["all", "a", "b"], "design": "x", "chance": [0.4, 0.5, 0.5],
    ...                         "overrun": [0.0, 0.01, 0.03]})
    >>> worst_regions(regions)["region"].tolist()
    ['b']
    """
    own = chances[chances["region"] != "all"]
    order = own.sort_values(["chance", "overrun"], ascending=False, kind="stable")
    first = order.drop_duplicates("design").index
    return own.loc[own.index.isin(first)].reset_index(drop=True)


def regrets(found: Outcomes, aim: Aim = "cost") -> pd.DataFrame:
    """By how much each design is worse than the best one of the same draw.

    The best is the cheapest, or, where a score is the aim, the one with the highest mean score.

    Returns
    -------
    region, design, draws, regret (mean over draws; minor units, or points), error (of that mean), regret_95 (95 of 100
    draws are below), best (draws in which no design is better), best_share.
    """
    values = found.amount if aim == "cost" else -found.score / found.person_periods
    worse = values - values.min(axis=1, keepdims=True)

    def row(at: tuple[int, int]) -> dict[str, Any]:
        best = int((worse[at] == 0).sum())
        return {
            "draws": found.draws,
            "regret": worse[at].mean(),
            "error": error_of_mean(worse[at]),
            "regret_95": end_of_band(worse[at], 0.95).value,
            "best": best,
            "best_share": best / found.draws,
        }

    return _frame(found, row)


def against(found: Outcomes, baseline: str) -> pd.DataFrame:
    """Each other design less the baseline, draw by draw on the same draws: their common luck cancels.

    Returns
    -------
    region, design, people, draws, replay_minor (the difference of last year), mean_minor, error_minor (of the mean of
    differences), low_minor and high_minor (95 % interval of the mean), low_95_minor and high_95_minor (95 of 100 draws
    lie between), bad_minor (mean over bad years), dearer (draws in which it costs more), apart_error_minor (the error
    if each design had seen draws of its own) and trust: codes, most important first, of `TRUST`.
    """
    base = found.designs.index(baseline)
    difference = found.amount - found.amount[:, [base]]
    rows = []
    for region, design, at in _cells(found):
        if design == baseline:
            continue
        values = difference[at]
        mean = mean_of_draws(values)
        own = [error_of_mean(found.amount[each]) for each in (at, (at[0], base))]
        row = {
            "region": region,
            "design": design,
            "people": int(found.people[[at[0]] * 2, [at[1], base]].min()),
            "draws": found.draws,
            "replay_minor": found.replay[at] - found.replay[at[0], base],
            "mean_minor": mean.value,
            "error_minor": error_of_mean(values),
            "low_minor": mean.low,
            "high_minor": mean.high,
            "low_95_minor": end_of_band(values, 0.025).value,
            "high_95_minor": end_of_band(values, 0.975).value,
            "bad_minor": values[found.bad].mean() if found.bad.any() else np.nan,
            "dearer": int((values > 0).sum()),
            "apart_error_minor": math.hypot(*own),
        }
        rows.append({**row, "trust": " ".join(trust(row, values))})
    return pd.DataFrame(rows)


TRUST = (
    *("always_dearer", "always_cheaper", "same", "inside_noise", "dearer_on_average", "cheaper_on_average"),
    *("few_draws", "few_people"),
)


def trust(row: Mapping[str, Any], values: Amounts) -> Iterator[str]:
    """How far a difference can be trusted: what it is, then what it rests on."""
    if (values == 0).all():
        yield "same"
    elif (values > 0).all():
        yield "always_dearer"
    elif (values < 0).all():
        yield "always_cheaper"
    elif not (row["low_minor"] > 0 or row["high_minor"] < 0):
        yield "inside_noise"
    else:
        yield "dearer_on_average" if row["mean_minor"] > 0 else "cheaper_on_average"
    if row["draws"] < ENOUGH:
        yield "few_draws"
    if row["people"] < FEW_PEOPLE:
        yield "few_people"


def drivers(found: Outcomes) -> pd.DataFrame:
    """How much of the spread of cost goes with each common factor; see `statistics.bands.shares_of_spread`.

    Returns
    -------
    region, design, factor, share of the variance of cost over draws, explained (by all factors together). What is left
    is regions' and people's own luck, and what is not in proportion to a factor. No rows where draws are fewer than
    four for each factor, or where cost does not vary. Factors that move together share what they do together.
    """
    rows = []
    moves = np.ptp(found.factors, axis=0) > 0
    names = [name for name, each in zip(found.names, moves, strict=True) if each]
    if not names or found.draws < PER_FACTOR * (len(names) + 1):
        return pd.DataFrame()
    for region, design, at in _cells(found):
        try:
            shares, explained = shares_of_spread(found.factors[:, moves], found.amount[at])
        except Undefined:
            continue
        rows += [
            {"region": region, "design": design, "factor": name, "share": share, "explained": explained}
            for name, share in zip(names, shares, strict=True)
        ]
    return pd.DataFrame(rows)


def _cells(found: Outcomes) -> Rows:
    for one, region in enumerate(found.regions):
        for two, design in enumerate(found.designs):
            yield region, design, (one, two)


def _frame(found: Outcomes, row: Callable[[tuple[int, int]], Mapping[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"region": region, "design": design, **row(at)} for region, design, at in _cells(found)]
    )
