"""Designs that cannot be bettered: none costs less, lets fewer lose and spreads less at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from policymodel.calibration.envelopes import Units
from policymodel.calibration.levers import Lever, changed, shown
from policymodel.calibration.pricing import Costs, Priced, costs, lowered
from policymodel.comparison import BANDS, compare
from policymodel.errors import ChangeError, SchemeError
from policymodel.panel import Panel
from policymodel.payroll import pay
from policymodel.scheme.scheme import Scheme
from policymodel.statistics.inequality import gini
from policymodel.statistics.location import quantile

Flags = NDArray[np.bool_]
Spread = Literal["gini", "p90_p10"]
AIMS = ("cost_minor", "lose_share", "spread")
"""What is wanted small."""
TOGETHER = 50
"""Designs that are priced as one plan."""
BASELINE, DESIGN = "baseline", "design"


@dataclass(frozen=True)
class Limits:
    """What a design may not exceed: cost (minor units), the share of people who lose, spread; None where all may be.

    With `envelope` no outlet's pay may be more than the scheme's share of its income.
    """

    budget: int | None = None
    losers: float | None = None
    spread: float | None = None
    envelope: bool = False


@dataclass(frozen=True)
class Frontier:
    """Every design tried, with what it is and why it is not on the frontier.

    `table` has one row a design: design, a column for each number (as written), cost_minor, people, lose, lose_share,
    gain, spread, breaches (outlets over their envelope), state (frontier, dominated, dropped, refused), why (of a
    dominated one the design that is at least as good in everything; of a dropped one the limits that it breaks; of a
    refused one the sentence of the scheme).

    `binding` says for each limit how many of the dropped would be on the frontier if it alone were lifted: 0 where
    lifting it would change nothing. `baseline` is what that costs (minor units) and its spread.
    """

    levers: tuple[Lever, ...]
    limits: Limits
    table: pd.DataFrame
    binding: Mapping[str, int]
    baseline: tuple[int, float]

    def chosen(self) -> dict[str, str]:
        """A few designs of the frontier by what they are best at, `balanced` the one nearest to best at all.

        Nearest is where the largest distance to the best is smallest, each aim measured by its range on the frontier.
        """
        best = self.table[self.table["state"] == "frontier"]
        if best.empty:
            return {}
        aims = best[list(AIMS)].to_numpy(dtype=np.float64)
        away = aims - aims.min(axis=0)
        width = np.where(away.max(axis=0) > 0, away.max(axis=0), 1.0)
        ids = best["design"].tolist()
        found = {
            "cheapest": ids[int(np.lexsort(aims.T[::-1])[0])],
            "fewest_losers": ids[int(np.lexsort((aims[:, 2], aims[:, 0], aims[:, 1]))[0])],
            "least_spread": ids[int(np.lexsort((aims[:, 1], aims[:, 0], aims[:, 2]))[0])],
            "balanced": ids[int((away / width).max(axis=1).argmin())],
        }
        return found

    def values_of(self, design: str) -> list[Decimal]:
        """The value of each lever in a design."""
        row = self.table.set_index("design").loc[design]
        return [Decimal(row[each.name]) for each in self.levers]


def frontier(
    panel: Panel,
    levers: Sequence[Lever],
    designs: Sequence[Sequence[Decimal]],
    *,
    baseline: Scheme | None = None,
    limits: Limits | None = None,
    spread: Spread = "gini",
    price: Costs | None = None,
) -> Frontier:
    """The designs of a set that stay inside the limits and that no other one of them betters.

    `designs` are values of the levers, which all move numbers of one scheme (`points`). Losing is paid more than 1 %
    less over the year than under the baseline, of everybody who is paid under both; spread is that of the year's pay,
    the Gini coefficient or the ratio of the 90th to the 10th percentile. Candidates are priced together
    (`pricing.lowered`).
    """
    scheme, limits = levers[0].scheme, limits or Limits()
    before = costs([baseline or scheme], panel)
    units = Units.of(pay(panel, scheme)) if limits.envelope else None
    together = price or (lambda schemes: lowered(schemes, panel))
    rows: list[dict[str, object]] = []
    waiting: list[tuple[dict[str, object], Scheme]] = []
    for place, values in enumerate(designs):
        row: dict[str, object] = {"design": f"d{place:03d}"}
        row |= {lever.name: shown(value) for lever, value in zip(levers, values, strict=True)}
        rows.append(row)
        changes = [
            change
            for lever, value in zip(levers, values, strict=True)
            for change in lever.changes_at(value, "tried", "tried")
        ]
        try:
            waiting.append((row, changed(scheme, changes, levers[0].region)))
        except (ChangeError, SchemeError) as error:
            row |= {"state": "refused", "why": str(error.problems[0])}
    for first in range(0, len(waiting), TOGETHER):
        block = waiting[first : first + TOGETHER]
        found = together([each for _, each in block])
        for place, (row, tried) in enumerate(block):
            row |= _figures(before, found.only(place), spread)
            row["breaches"] = units.breaches(tried, found.only(place)) if units is not None else 0
    names = ["design", *(each.name for each in levers)]
    figures = ["cost_minor", "people", "lose", "lose_share", "gain", "spread", "breaches"]
    table = pd.DataFrame(rows, columns=[*names, *figures, "state", "why"])
    return _judged(tuple(levers), limits, table, (before.totals[0], _spread(before, spread)))


def _figures(before: Priced, priced: Priced, spread: Spread) -> dict[str, object]:
    frames = [before.frame(0, BASELINE), priced.frame(0, DESIGN)]
    changes = compare(pd.concat(frames, ignore_index=True), BASELINE)
    counts = changes["band"].value_counts()
    lose, gain = (sum(int(counts.get(band, 0)) for band in bands) for bands in (BANDS[:2], BANDS[3:]))
    return {
        "cost_minor": priced.totals[0],
        "people": len(changes),
        "lose": lose,
        "lose_share": lose / len(changes) if len(changes) else np.nan,
        "gain": gain,
        "spread": _spread(priced, spread),
    }


def _spread(priced: Priced, spread: Spread) -> float:
    return spread_of(priced.amounts[0][priced.known[0]], spread)


def spread_of(paid: ArrayLike, spread: Spread) -> float:
    """How far pay is apart; amounts below zero count as nothing. NaN where that says nothing.

    >>> spread_of([100, 100, 100], "gini"), spread_of([50, 100, 150], "p90_p10") > 2
    (0.0, True)
    """
    amounts = np.maximum(np.asarray(paid, dtype=np.float64), 0.0)
    if amounts.size == 0 or amounts.sum() <= 0:
        return float("nan")
    if spread == "gini":
        return gini(amounts)
    low, high = (float(quantile(amounts, at)) for at in (0.1, 0.9))
    return high / low if low > 0 else float("nan")


def _judged(
    levers: tuple[Lever, ...], limits: Limits, table: pd.DataFrame, baseline: tuple[int, float]
) -> Frontier:
    tried = table["state"].isna().to_numpy()
    aims = table[list(AIMS)].to_numpy(dtype=np.float64)
    broken = {
        name: each & tried
        for name, each in _broken(limits, aims, table["breaches"].to_numpy(dtype=np.float64)).items()
    }
    inside = tried & ~np.any([np.zeros(len(table), dtype=bool), *broken.values()], axis=0)
    best = non_dominated(aims, inside)
    state = table["state"].to_numpy(dtype=object).copy()
    why = table["why"].to_numpy(dtype=object).copy()
    ids = table["design"].tolist()
    for place in np.flatnonzero(tried):
        if best[place]:
            state[place], why[place] = "frontier", ""
        elif inside[place]:
            better = best & (aims <= aims[place]).all(axis=1)
            state[place], why[place] = "dominated", ids[int(better.argmax())]
        else:
            state[place] = "dropped"
            why[place] = ", ".join(name for name, each in broken.items() if each[place])
    binding = {}
    for name in broken:
        others = [
            np.zeros(len(table), dtype=bool),
            *(each for other, each in broken.items() if other != name),
        ]
        lifted = non_dominated(aims, tried & ~np.any(others, axis=0))
        binding[name] = int((lifted & broken[name]).sum())
    return Frontier(levers, limits, table.assign(state=state, why=why), binding, baseline)


def _broken(limits: Limits, aims: NDArray[np.float64], breaches: NDArray[np.float64]) -> dict[str, Flags]:
    """Which designs break each limit that there is; a figure that is not known keeps no limit."""
    most = dict(zip(("budget", "losers", "spread"), aims.T, strict=True))
    found: dict[str, Flags] = {}
    for each in fields(limits):
        limit = getattr(limits, each.name)
        if each.name == "envelope":
            found |= {"envelope": breaches > 0} if limit else {}
        elif limit is not None:
            found[each.name] = ~(most[each.name] <= limit)
    return found


def non_dominated(aims: ArrayLike, among: ArrayLike | None = None) -> Flags:
    """Which rows no other row betters: is nowhere larger and somewhere smaller. Rows that are equal stay together.

    A row with a figure that is not known is on no frontier. Exact: sorted by the first aim, a row can be bettered only
    by rows before it, and only by those that nothing bettered.

    >>> non_dominated([[1, 5], [2, 4], [2, 5], [1, 5]]).tolist()
    [True, True, False, True]
    """
    numbers = np.asarray(aims, dtype=np.float64)
    here = np.ones(len(numbers), dtype=bool) if among is None else np.asarray(among, dtype=bool).copy()
    here &= ~np.isnan(numbers).any(axis=1)
    best = np.zeros(len(numbers), dtype=bool)
    kept = np.zeros((0, numbers.shape[1]))
    for place in np.lexsort(numbers.T[::-1]):
        if not here[place]:
            continue
        mine = numbers[place]
        if not ((kept <= mine).all(axis=1) & (kept < mine).any(axis=1)).any():
            best[place] = True
            kept = np.vstack([kept, mine])
    return best
