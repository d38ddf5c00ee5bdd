"""What no allocation of a large part can cost less than: balance priced instead of asked for (Lagrange).

The deviations of span and of potential are taken out of the programme at prices, one for each manager, and what is left
falls apart into single items and chains, each settled by itself: an item goes where it is cheapest; a chain into one
hand, into the best two, or into three hands or more, which cannot be cheaper than two hands' price and every item at
its cheapest; a manager's span is one of the two whole numbers around an even share. For any prices the sum is a
bound. Limits of span are left out, which can only make the bound lower.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from policymodel.allocation.parts import Codes, Flags, Numbers, Part

STEPS = 300
PATIENCE = 12
FIRST_STEP, LAST_STEP = 1.0, 0.01
NEVER = 1e9


@dataclass(frozen=True)
class Priced:
    """A part at prices [span of each manager, then potential of each manager]."""

    part: Part
    prices: Numbers

    @classmethod
    def at(cls, part: Part, prices: Numbers) -> Priced:
        """At prices cut off where a higher one could not make the bound higher."""
        many = len(part.managers)
        most = np.repeat([part.weights.span / many, part.weights.potential / many], many)
        return cls(part, np.clip(prices, -most, most))

    @cached_property
    def cost(self) -> Numbers:
        """What each item costs at each manager."""
        part, many = self.part, len(self.part.managers)
        cost = np.where(part.may, part.stays, NEVER)
        cost = cost + np.outer(part.size / part.span_of_post, self.prices[:many])
        return np.asarray(cost + np.outer(part.worth / part.potential_of_post, self.prices[many:]))

    @cached_property
    def settled(self) -> tuple[float, Codes]:
        """The least that all items cost, and where they go for it."""
        at = self.cost.argmin(axis=1)
        alone = np.flatnonzero(self.part.alone)
        total = float(self.cost[alone, at[alone]].sum())
        for items in self.part.chains:
            least, at[items] = _of_chain(self.cost[items], self.part.price_of_hand)
            total += least
        return total, at

    @cached_property
    def spans(self) -> tuple[float, Numbers]:
        """The least that whole spans cost, and what they are, in mean posts."""
        part, prices = self.part, self.prices[: len(self.part.managers)]
        either = np.stack([part.whole_below, part.whole_below + 1]) / part.span_of_post
        cost = part.weights.span / len(prices) * np.abs(either - part.posts) - prices * either
        return float(cost.min(axis=0).sum()), np.where(cost[0] <= cost[1], either[0], either[1])

    @property
    def bound(self) -> float:
        """What no allocation costs less than."""
        worth = self.prices[len(self.part.managers) :]
        return self.part.weights.moves + self.settled[0] + self.spans[0] - float(worth @ self.part.posts)

    @property
    def slope(self) -> Numbers:
        """Along which the bound rises: what each manager has beyond what prices ask for."""
        part, at, many = self.part, self.settled[1], len(self.part.managers)
        span = np.bincount(at, part.size / part.span_of_post, minlength=many) - self.spans[1]
        worth = np.bincount(at, part.worth / part.potential_of_post, minlength=many) - part.posts
        return np.concatenate([span, worth])

    def near(self, more: float) -> Flags:
        """The pairs [item, manager] of allocations that cost at most so much more for any one item or chain."""
        near = self.cost <= self.cost.min(axis=1)[:, None] + more
        for items in self.part.chains:
            cost, at = self.cost[items], self.settled[1][items]
            least, _ = _of_chain(cost, self.part.price_of_hand)
            hands = (
                np.minimum(cost.sum(axis=0), self.part.price_of_hand + _pairs(cost).min(axis=0))
                <= least + more
            )
            hands[at] = True
            near[items] = hands
        return np.asarray(near)


def priced(part: Part, found: float, seconds: float) -> Priced:
    """Good prices for a part of which an allocation is known that costs `found`: Polyak's steps along the slope."""
    ends = time.monotonic() + seconds
    best = here = Priced.at(part, np.zeros(2 * len(part.managers)))
    step, since = FIRST_STEP, 0
    for _ in range(STEPS):
        slope = here.slope
        length = float(slope @ slope)
        if step < LAST_STEP or length < 1e-15 or time.monotonic() > ends or found - best.bound < 1e-4 * found:
            break
        here = Priced.at(part, here.prices + step * max(found - here.bound, 1e-9) / length * slope)
        since += 1
        if here.bound > best.bound + 1e-7:
            best, since = here, 0
        if since >= PATIENCE:
            step, since = step / 2, 0
    return best


def _pairs(cost: Numbers) -> Numbers:
    """What the items of a chain cost in each two hands; a hand with itself is no pair."""
    pairs = np.minimum(cost[:, :, None], cost[:, None, :]).sum(axis=0)
    np.fill_diagonal(pairs, np.inf)
    return np.asarray(pairs)


def _of_chain(cost: Numbers, hand: float) -> tuple[float, Codes]:
    """The least that a chain can cost, and where its items go for it."""
    one = cost.sum(axis=0)
    at_one = int(one.argmin())
    cheapest = float(cost.min(axis=1).sum())
    if one[at_one] <= hand + cheapest or cost.shape[1] == 1:
        return float(one[at_one]), np.full(len(cost), at_one)
    pairs = _pairs(cost)
    first, second = divmod(int(pairs.argmin()), cost.shape[1])
    two, more = hand + float(pairs[first, second]), 2 * hand + cheapest
    least = min(float(one[at_one]), two, more)
    if least == float(one[at_one]):
        return least, np.full(len(cost), at_one)
    if least == two:
        return least, np.where(cost[:, first] <= cost[:, second], first, second)
    return least, cost.argmin(axis=1)
