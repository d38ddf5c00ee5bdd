"""A large part, nearly solved: shares first, as the programme relaxed has them, then whole chains, then whole items.

At good prices few pairs of an item and a manager are worth a thought. The relaxed programme is solved over those
(its prices show which others were), which shares out only about as many items as there are managers; all others
stay where they are whole, and a programme of the few that are left makes those whole, chains first.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from policymodel.allocation.bound import Priced, priced
from policymodel.allocation.parts import Codes, Numbers, Part
from policymodel.allocation.programme import Flags, Programme

ROUNDS = 4
CLOSE = 5e-4
TINY = 1e-6
FEWER = 8
NEARLY = 2e-3
"""The gap at which a programme of a large part may end: the search after it finds what is left faster."""


@dataclass(frozen=True)
class Rounded:
    """Where each item goes, a bound on the cost of any allocation, and whether time ended it."""

    at: Codes
    bound: float
    cut_short: bool


def rounded(part: Part, found: float, seconds: float) -> Rounded:
    """An allocation with few items beside the best place, and loads that are nearly even.

    Parameters
    ----------
    found : what a known allocation costs.
    """
    ends = time.monotonic() + seconds
    here = best = priced(part, found, seconds / 8)
    shares, among = None, here.near(0.0)
    for _ in range(ROUNDS):
        among = here.near(found / len(part.size)) | (False if shares is None else shares > TINY)
        relaxed = Programme.of(part, among).relaxed((ends - time.monotonic()) / 2)
        if relaxed is None:
            break
        shares, prices, cost = relaxed
        here = Priced.at(part, prices)
        best = max(best, here, key=lambda each: each.bound)
        if cost - best.bound < CLOSE * cost:
            break
    if shares is None:
        return Rounded(best.settled[1], best.bound, True)
    chained = part.chain >= 0 if part.price_of_hand else np.zeros(len(part.size), dtype=bool)
    shares, cut = _whole(part, shares, among, chained, (ends - time.monotonic()) * 0.8)
    every = np.ones(len(part.size), dtype=bool)
    among = here.near(found / len(part.size) / FEWER) | (shares > TINY)
    shares, cut_too = _whole(part, shares, among, every, (ends - time.monotonic()) / 2)
    return Rounded(shares.argmax(axis=1), best.bound, cut or cut_too)


def _whole(part: Part, shares: Numbers, among: Flags, of: Flags, seconds: float) -> tuple[Numbers, bool]:
    """Shares in which some items are whole, and whether time ended it; chains that were whole stay where they are."""
    held = shares > TINY
    shared = held.sum(axis=1) > 1
    if not (shared & of).any():
        return shares, False
    among = np.where((shared | ~of)[:, None], among, held)
    for items in part.chains:
        among[items] = held[items].any(axis=0) if shared[items].any() else held[items]
    made = Programme.of(part, among).solved(seconds, NEARLY, of)
    return (shares if made.shares is None else made.shares), made.cut_short
