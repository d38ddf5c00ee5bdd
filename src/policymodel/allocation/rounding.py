"""A large part, nearly solved: shares first, as the programme relaxed has them, then whole chains, then whole items.

At good prices few pairs of an item and a manager are worth a thought. The relaxed programme is solved over those
(its prices show which others were), which shares out only about as many items as there are managers. Two programmes
make those whole: chains, each in one hand, while single items may still be shared; then the items.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from policymodel.allocation.bound import Priced, priced
from policymodel.allocation.parts import Codes, Flags, Numbers, Part
from policymodel.allocation.programme import Programme

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
    begun = time.monotonic()
    ends = begun + seconds
    here = best = priced(part, found, seconds / 8)
    shares = None
    for _ in range(ROUNDS):
        among = here.near(found / len(part.size)) | (False if shares is None else shares > TINY)
        relaxed = Programme.of(part, among).relaxed((ends - time.monotonic()) / 2)
        if relaxed is None:
            break
        shares, prices, cost = relaxed
        here = Priced.at(part, prices)
        best = max(best, here, key=lambda each: each.bound)
        if cost - best.bound < CLOSE * cost or time.monotonic() - begun > seconds / 3:
            break
    if shares is None:
        return Rounded(best.settled[1], best.bound, True)
    among = here.near(found / len(part.size) / FEWER)
    shares, cut = _chains_whole(part, shares, among | (shares > TINY), (ends - time.monotonic()) * 0.8)
    shares, cut_too = _items_whole(part, shares, among, (ends - time.monotonic()) / 2)
    return Rounded(shares.argmax(axis=1), best.bound, cut or cut_too)


def _chains_whole(part: Part, shares: Numbers, among: Flags, seconds: float) -> tuple[Numbers, bool]:
    """Each chain that is shared into one of the hands that share it, while items that are alone may be shared."""
    held = shares > TINY
    shared = held.sum(axis=1) > 1
    among, apart = among.copy(), []
    for items in part.chains:
        among[items] = held[items]
        if shared[items].any():
            among[items] = held[items].any(axis=0)
            apart.append(part.chain[items[0]])
    if not apart:
        return shares, False
    nobody = np.zeros(len(part.size), dtype=bool)
    made = Programme.of(part, among, np.array(apart)).solved(seconds, NEARLY, nobody)
    return (shares if made.shares is None else made.shares), made.cut_short


def _items_whole(part: Part, shares: Numbers, among: Flags, seconds: float) -> tuple[Numbers, bool]:
    """Each item that is shared into one hand near the best, all others where they are."""
    held = shares > TINY
    shared = held.sum(axis=1) > 1
    made = Programme.of(part, held | (among & shared[:, None])).solved(seconds, NEARLY)
    return (shares if made.shares is None else made.shares), made.cut_short
