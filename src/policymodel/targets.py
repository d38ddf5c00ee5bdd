"""Targets: broken down by base with exact adding-up, judged by the time that has passed (S4.0, S6.4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.scheme.terms import TargetRule
from policymodel.units import Rounding, largest_remainder


@dataclass(frozen=True)
class Cells:
    """Who can carry a target: one cell for each manager and outlet inside the target's period.

    `share` is the employed part of the period, 1 for somebody who is there throughout. `region` and `outlet` and
    `manager` are codes into the panel's lists.
    """

    manager: NDArray[np.int64]
    outlet: NDArray[np.int64]
    region: NDArray[np.int64]
    share: NDArray[np.float64]


@dataclass(frozen=True)
class Given:
    """What the targets table sets for one measure and period, by code; a level may be empty."""

    region: dict[int, float]
    outlet: dict[int, float]
    manager: dict[int, float]

    @property
    def least(self) -> float:
        """The smallest target that is set; 0 where none is."""
        return min([*self.region.values(), *self.outlet.values(), *self.manager.values()], default=0.0)

    @classmethod
    def of(cls, rows: pd.DataFrame, codes: dict[str, dict[str, int]]) -> Given:
        """From rows of the targets table; units the panel does not have are somebody else's."""
        levels: dict[str, dict[int, float]] = {"region": {}, "outlet": {}, "manager": {}}
        for level, unit, target in zip(rows["level"], rows["unit_id"], rows["target"], strict=True):
            if unit in codes[level]:
                levels[level][codes[level][unit]] = float(target)
        return cls(**levels)


def weights_by_base(base: NDArray[np.float64], cells: Cells, rule: TargetRule) -> NDArray[np.float64]:
    """Base x employed share of each cell; who has no positive base counts as the rule says.

    With `without_base: mean` such a person weighs as much as the mean positive base of the same region.
    """
    own = base[cells.manager]
    positive = np.isfinite(own) & (own > 0)
    weight = np.where(positive, own, 0.0)
    if rule.without_base == "mean":
        for region in np.unique(cells.region):
            here = cells.region == region
            # Each person once, however many outlets they worked in.
            people = np.unique(cells.manager[here & positive])
            if people.size:
                weight[here & ~positive] = base[people].mean()
    return weight * cells.share


def same_for_all(given: Given, cells: Cells) -> NDArray[np.float64]:
    """The target of a ratio: the person's own, else the outlet's, else the region's; NaN where nobody set one."""
    own = np.full(cells.manager.size, np.nan)
    for targets, units in (
        (given.region, cells.region),
        (given.outlet, cells.outlet),
        (given.manager, cells.manager),
    ):
        for unit, target in targets.items():
            own[units == unit] = target
    return own


def break_down(
    given: Given, weights: NDArray[np.float64], cells: Cells, digits: int, level: bool = False
) -> NDArray[np.float64]:
    """Each cell's own target for its employed share, NaN where nobody set one.

    A manager's own row holds for a whole period and counts for the employed share, or whole where it asks for a
    `level` (of a stock). A region's target, less what is set by hand below it, is shared over its outlets and an
    outlet's over its managers in proportion to the weights, in whole units of the last digit (largest remainder), so
    that the parts add up to the whole exactly.
    """
    unit = 10.0**digits
    to_units = Rounding(digits, "half_up")
    own = np.full(cells.manager.size, np.nan)
    for manager, target in given.manager.items():
        mine = cells.manager == manager
        own[mine] = target * (1.0 if level else cells.share[mine])
    by_hand = np.isfinite(own)
    outlet_target = dict(given.outlet)
    for region, target in given.region.items():
        here = cells.region == region
        open_outlets = [o for o in np.unique(cells.outlet[here & ~by_hand]) if o not in given.outlet]
        if not open_outlets:
            continue
        fixed = sum(given.outlet.get(o, 0.0) for o in np.unique(cells.outlet[here]))
        loose = here & by_hand & ~np.isin(cells.outlet, list(given.outlet))
        left = int(to_units.to_minor(target - fixed - own[loose].sum()))
        shares = [weights[here & ~by_hand & (cells.outlet == o)].sum() for o in open_outlets]
        for outlet, units in zip(open_outlets, largest_remainder(left, shares), strict=True):
            mine = here & by_hand & (cells.outlet == outlet)
            outlet_target[outlet] = units / unit + own[mine].sum()
    for outlet, target in outlet_target.items():
        here = cells.outlet == outlet
        open_cells = np.flatnonzero(here & ~by_hand)
        if open_cells.size:
            left = int(to_units.to_minor(target - own[here & by_hand].sum()))
            own[open_cells] = largest_remainder(left, weights[open_cells]) / unit
    return own


def grown(base: NDArray[np.float64], cells: Cells, rate: float, level: bool = False) -> NDArray[np.float64]:
    """Each cell's own growth: base x rate x employed share (of a level all of it).

    Nothing grows from a base that is not positive.
    """
    own = np.where(np.isfinite(base[cells.manager]) & (base[cells.manager] > 0), base[cells.manager], 0.0)
    return own * rate * (1.0 if level else cells.share)
