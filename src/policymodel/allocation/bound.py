"""What no allocation of a large part can cost less than: balance priced instead of asked for (Lagrange).

The deviations of span and of potential are taken out of the programme at prices, one for each manager, and what is left
falls apart into single items and chains, each settled by itself: an item goes where it is cheapest; a chain into one
hand, into the best two, or into three hands or more, which cannot be cheaper than two hands' price and every item at
its cheapest. For any prices the sum is a bound; they are moved along the subgradient (Polyak's step) to a high one.
Limits of span are left out, which can only make the bound lower.
"""

from __future__ import annotations

import time

import numpy as np

from policymodel.allocation.parts import Codes, Numbers, Part

STEPS = 400
PATIENCE = 12
FIRST_STEP, LAST_STEP = 1.0, 0.01


def priced_bound(part: Part, found: float, seconds: float) -> tuple[float, Codes]:
    """A bound on the cost of any allocation of a part, of which one that costs `found` is known.

    With it comes where each item goes at the best prices: loads are not kept there, but chains are where they cost
    least when loads count, so it is a start for a search.
    """
    ends = time.monotonic() + seconds
    many = len(part.managers)
    weights, clients = part.weights, float(part.size.sum())
    size, worth = part.size / part.span_of_post, part.worth / part.potential_of_post
    kept = -weights.moves * part.home / clients
    for item in np.flatnonzero(part.pinned >= 0).tolist():
        elsewhere = np.arange(many) != part.pinned[item]
        kept[item, elsewhere] = 1e9
    hand = weights.chains / part.most_hands if part.most_hands else 0.0
    alone = np.flatnonzero(part.chain < 0) if hand else np.arange(len(size))
    linked = np.flatnonzero(part.chain >= 0) if hand else np.zeros(0, dtype=np.int64)
    linked = linked[np.argsort(part.chain[linked], kind="stable")]
    chains = np.split(linked, np.flatnonzero(np.diff(part.chain[linked])) + 1) if len(linked) else []
    highest = np.concatenate([np.full(many, weights.span / many), np.full(many, weights.potential / many)])
    prices, best, since, step = np.zeros(2 * many), -np.inf, 0, FIRST_STEP
    start = np.zeros(len(size), dtype=np.int64)
    for _ in range(STEPS):
        cost = kept + np.outer(size, prices[:many]) + np.outer(worth, prices[many:])
        total = weights.moves - float(prices[:many] @ part.posts + prices[many:] @ part.posts)
        at = cost.argmin(axis=1)
        total += float(cost[alone, at[alone]].sum())
        for chain in chains:
            least, where = _of_chain(cost[chain], hand)
            total += least
            at[chain] = where
        slope = np.concatenate(
            [
                np.bincount(at, size, minlength=many) - part.posts,
                np.bincount(at, worth, minlength=many) - part.posts,
            ]
        )
        since += 1
        if total > best + 1e-7:
            best, since, start = total, 0, at.copy()
        if since >= PATIENCE:
            step, since = step / 2, 0
        length = float(slope @ slope)
        if step < LAST_STEP or length < 1e-15 or time.monotonic() > ends or found - best < 1e-4 * found:
            break
        prices = np.clip(prices + step * max(found - total, 1e-9) / length * slope, -highest, highest)
    return best, start


def _of_chain(cost: Numbers, hand: float) -> tuple[float, Codes]:
    """The least that a chain can cost, and where its items go for it."""
    one = cost.sum(axis=0)
    at_one = int(one.argmin())
    cheapest = cost.min(axis=1)
    if one[at_one] <= hand + cheapest.sum():
        return float(one[at_one]), np.full(len(cost), at_one)
    pairs = np.minimum(cost[:, :, None], cost[:, None, :]).sum(axis=0)
    first, second = divmod(int(pairs.argmin()), cost.shape[1])
    two = hand + float(pairs[first, second])
    more = 2 * hand + float(cheapest.sum())
    least = min(float(one[at_one]), two, more)
    if least == float(one[at_one]):
        return least, np.full(len(cost), at_one)
    if least == two:
        return least, np.where(cost[:, first] <= cost[:, second], first, second)
    return least, cost.argmin(axis=1)
