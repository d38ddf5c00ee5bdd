"""Posts that fall vacant: who holds each post in each month of a draw, and how much of a full month a successor does.

A month's work, target and days are asked of, and paid to, whoever holds the post; in vacant months of nobody. A
successor takes over the post's targets and bases, and begins with nothing carried. A post falls vacant once a year
at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policymodel.simulate.assumptions import Leavers

SLOTS = 2
"""Cells of a post: today's person, then a successor."""


@dataclass(frozen=True)
class Holders:
    """Each post month by month: [month, draw, slot, post]."""

    there: NDArray[np.bool_]
    """Whether today's person, or a successor, holds the post."""
    share: NDArray[np.float64]
    """What part of the post's month the holder does."""

    @property
    def whole(self) -> NDArray[np.float64]:
        """What part of each post's month is done at all, [month, draw, post]."""
        return np.asarray((self.share * self.there).sum(axis=2))

    def apart(self, values: NDArray[Any]) -> NDArray[Any]:
        """[month, draw, post] written out for both slots, [month, place, post]; a place is a draw and a slot."""
        both = np.repeat(values[:, :, None], SLOTS, axis=2)
        return both.reshape(values.shape[0], -1, values.shape[2])

    def flat(self, values: NDArray[Any]) -> NDArray[Any]:
        """[month, draw, slot, post] to [month, place, post]."""
        return values.reshape(values.shape[0], -1, values.shape[3])


def holders_of(chance: NDArray[np.float64], leavers: Leavers) -> Holders:
    """Who holds the posts, from uniform numbers [month, draw, post]: a post falls vacant at the end of a month.

    >>> from policymodel.simulate.assumptions import read_assumptions
    >>> leavers = read_assumptions("params/assumptions/next_year.yaml").leavers
    >>> held = holders_of(np.array([0.9, 0.001] + [0.5] * 4)[:, None, None], leavers)
    >>> held.there[:, 0, :, 0].astype(int).T.tolist(), held.share[:, 0, 1, 0].round(3).tolist()[4:]
    ([[1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1]], [0.5, 0.583])
    """
    months = np.arange(chance.shape[0])[:, None, None]
    leaves = chance < leavers.hazard.value
    # The first month at whose end somebody leaves; beyond the year where nobody does.
    last = np.where(leaves.any(axis=0), leaves.argmax(axis=0), chance.shape[0])
    joins = last + 1 + int(leavers.vacant_months.value)
    there = np.stack([months <= last, months >= joins], axis=2)
    first, ramp = leavers.first_share.value, leavers.ramp_months.value
    served = np.clip(months - joins, 0, None)
    risen = np.minimum(served / ramp, 1.0) if ramp else np.ones(served.shape)
    share = np.stack([np.ones(served.shape), first + (1 - first) * risen], axis=2)
    return Holders(there, share)
