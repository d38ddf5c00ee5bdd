"""Targets broken down to outlets and then to managers, adding up exactly at each step (S4.0, S6.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.scheme.terms import TargetRule, Way
from policymodel.units import Rounding, largest_remainder


@dataclass(frozen=True)
class Cells:
    """Who can carry a target: one cell for each manager and outlet inside the target's period.

    `share` is the employed part of the period, 1 for somebody who is there throughout; `full_time` is the same in
    full-time posts. `region` and `outlet` and `manager` are codes into the panel's lists.
    """

    manager: NDArray[np.int64]
    outlet: NDArray[np.int64]
    region: NDArray[np.int64]
    share: NDArray[np.float64]
    full_time: NDArray[np.float64]


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


@dataclass(frozen=True)
class Weights:
    """In what proportion outlets, and inside them people, share a target.

    `of` is what each cell weighs by each way, [way, cell], and `mix` how much each way counts. `outlet_cap` is the
    most that an outlet weighs by a way: 1 where all outlets get the same. Where nobody weighs anything by a way, the
    time employed decides.
    """

    mix: NDArray[np.float64]
    of: NDArray[np.float64]
    outlet_cap: NDArray[np.float64]
    time: NDArray[np.float64]

    def over_people(self, cells: NDArray[np.int64]) -> NDArray[np.float64]:
        """What each of some cells of one outlet weighs among them."""
        return self._mixed(self.of[:, cells], self.time[cells])

    def over_outlets(self, outlets: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
        """What each outlet, given as its cells, weighs among them."""
        together = np.stack([self.of[:, cells].sum(axis=1) for cells in outlets], axis=1)
        time = np.array([self.time[cells].sum() for cells in outlets])
        return self._mixed(np.minimum(together, self.outlet_cap[:, None]), time)

    def _mixed(self, weight: NDArray[np.float64], time: NDArray[np.float64]) -> NDArray[np.float64]:
        """[way, unit] to one weight for each unit; each way's parts add up to 1 before they are mixed."""
        whole = weight.sum(axis=1, keepdims=True)
        parts = np.where(whole > 0, weight / np.where(whole > 0, whole, 1.0), time / time.sum())
        return np.asarray(self.mix @ parts, dtype=np.float64)


def weights_of(
    rule: TargetRule, cells: Cells, base: NDArray[np.float64], potential: NDArray[np.float64]
) -> Weights:
    """What each cell weighs by each way of the rule: by the time employed alone where it has no break-down.

    `base` and `potential` are those of each manager, NaN where not known; only what the rule asks for is read.
    """
    if not rule.ways:
        return Weights(np.ones(1), cells.share[None], np.full(1, np.inf), cells.share)
    of = [_weight(way, rule, cells, base, potential) for way in rule.ways]
    mix = np.array([float(weight) for weight in rule.ways.values()])
    # An outlet counts the same as any other for the part of the period in which it has people.
    cap = np.array([1.0 if way == "equal" else np.inf for way in rule.ways])
    return Weights(mix, np.stack(of), cap, cells.share)


def _weight(
    way: Way, rule: TargetRule, cells: Cells, base: NDArray[np.float64], potential: NDArray[np.float64]
) -> NDArray[np.float64]:
    match way:
        case "equal":
            return cells.share
        case "by_head_count":
            return cells.full_time
        case "by_base":
            return _by_own(base, cells, rule)
        case "by_potential":
            return _by_own(potential, cells, rule)


def _by_own(own: NDArray[np.float64], cells: Cells, rule: TargetRule) -> NDArray[np.float64]:
    """Each manager's base (or potential) x employed share; who has no positive one counts as the rule says.

    With `without_base: mean` such a person weighs as much as the mean positive base of the same region.
    """
    mine = own[cells.manager]
    positive = np.isfinite(mine) & (mine > 0)
    weight = np.where(positive, mine, 0.0)
    if rule.without_base == "mean":
        for region in np.unique(cells.region):
            here = cells.region == region
            # Each person once, however many outlets they worked in.
            people = np.unique(cells.manager[here & positive])
            if people.size:
                weight[here & ~positive] = own[people].mean()
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
    given: Given, weights: Weights, cells: Cells, digits: int, level: bool = False
) -> NDArray[np.float64]:
    """Each cell's own target for its employed share, NaN where nobody set one.

    A manager's own row holds for a whole period and counts for the employed share, or whole where it asks for a
    `level` (of a stock). A region's target, less what is set by hand below it, is shared over its outlets and an
    outlet's over its managers by the weights, each time in whole units of the last digit (largest remainder), so
    that the parts add up to the whole exactly.
    """
    return joined(given, weights, cells, digits, None, level)[0]


def joined(
    given: Given,
    weights: Weights,
    cells: Cells,
    digits: int,
    forecast: NDArray[np.float64] | None,
    level: bool = False,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """As `break_down`, where each cell's own `forecast` goes first and what it does not cover is shared (S6.4).

    Also how much of each forecast counts: all of it; less where forecasts are together more than a target that is not
    below zero; nothing where a target is set by hand.
    """
    unit = 10.0**digits
    to_units = Rounding(digits, "half_up")
    own = np.full(cells.manager.size, np.nan)
    for manager, target in given.manager.items():
        mine = cells.manager == manager
        own[mine] = target * (1.0 if level else cells.share[mine])
    by_hand = np.isfinite(own)
    counts = np.zeros(cells.manager.size)
    outlet_target = dict(given.outlet)
    for region, target in given.region.items():
        here = cells.region == region
        open_outlets = [o for o in np.unique(cells.outlet[here & ~by_hand]) if o not in given.outlet]
        if not open_outlets:
            continue
        fixed = sum(given.outlet.get(o, 0.0) for o in np.unique(cells.outlet[here]))
        loose = here & by_hand & ~np.isin(cells.outlet, list(given.outlet))
        left = int(to_units.to_minor(target - fixed - own[loose].sum()))
        people = [np.flatnonzero(here & ~by_hand & (cells.outlet == o)) for o in open_outlets]
        parts, _ = _shared(left, weights.over_outlets(people), people, forecast, digits)
        for outlet, units in zip(open_outlets, parts, strict=True):
            mine = here & by_hand & (cells.outlet == outlet)
            outlet_target[outlet] = units / unit + own[mine].sum()
    for outlet, target in outlet_target.items():
        here = cells.outlet == outlet
        open_cells = np.flatnonzero(here & ~by_hand)
        if open_cells.size:
            left = int(to_units.to_minor(target - own[here & by_hand].sum()))
            alone = [np.array([cell]) for cell in open_cells]
            parts, counts[open_cells] = _shared(
                left, weights.over_people(open_cells), alone, forecast, digits
            )
            own[open_cells] = parts / unit
    return own, counts


def _shared(
    units: int,
    shares: NDArray[np.float64],
    groups: Sequence[NDArray[np.int64]],
    forecast: NDArray[np.float64] | None,
    digits: int,
) -> tuple[NDArray[np.int64], float]:
    """Whole units for groups of cells that add up to a number of them; and how much of a forecast counts."""
    if forecast is None:
        return largest_remainder(units, shares), 0.0
    expected = np.array([forecast[cells].sum() for cells in groups])
    whole, target = float(expected.sum()), units / 10.0**digits
    counts = target / whole if whole > target >= 0 else 1.0
    own = Rounding(digits, "half_up").to_minor(expected * counts)
    return own + largest_remainder(units - int(own.sum()), shares), counts


def grown(base: NDArray[np.float64], cells: Cells, rate: float, level: bool = False) -> NDArray[np.float64]:
    """Each cell's own growth: base x rate x employed share (of a level all of it).

    Nothing grows from a base that is not positive.
    """
    own = np.where(np.isfinite(base[cells.manager]) & (base[cells.manager] > 0), base[cells.manager], 0.0)
    return own * rate * (1.0 if level else cells.share)
