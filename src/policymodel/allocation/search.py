"""A good allocation of a large part: from today's, by moving and exchanging items for as long as it gets better."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policymodel.allocation.parts import Codes, Numbers, Part

BETTER = 1e-12
ENOUGH = 1e-4
EXCHANGES = 10
PARTNERS = 4
BEYOND = 10.0
"""What a client beyond a limit costs, as a share of all clients: more than any aim can win back."""


@dataclass
class Standing:
    """Where every item is, and what every manager has."""

    part: Part
    at: Codes
    span: Numbers
    worth: Numbers
    hands: Codes  # [chain, manager]: items there

    @classmethod
    def of(cls, part: Part, at: Codes) -> Standing:
        many = len(part.managers)
        hands = np.zeros((part.chain.max(initial=-1) + 1, many), dtype=np.int64)
        linked = part.chain >= 0
        np.add.at(hands, (part.chain[linked], at[linked]), 1)
        return cls(
            part,
            at.copy(),
            np.bincount(at, part.size, minlength=many).astype(np.float64),
            np.bincount(at, part.worth, minlength=many).astype(np.float64),
            hands,
        )

    def load(self, span: Numbers, worth: Numbers, manager: Codes | slice | int) -> Numbers:
        """What the loads of some managers would cost."""
        part = self.part
        weights, many, posts = part.weights, len(part.managers), part.posts[manager]
        off = weights.span * np.abs(span / part.span_of_post - posts)
        off = off + weights.potential * np.abs(worth / part.potential_of_post - posts)
        beyond = np.maximum(span - part.most[manager], 0) + np.maximum(part.least[manager] - span, 0)
        return np.asarray(off / many + BEYOND * beyond / part.size.sum())

    def going(self, item: int) -> Numbers:
        """What it would cost more to have an item at each manager instead of where it is."""
        part, here = self.part, int(self.at[item])
        size, worth = part.size[item], part.worth[item]
        whole = slice(None)
        more = self.load(self.span + size, self.worth + worth, whole) - self.load(
            self.span, self.worth, whole
        )
        less = self.load(self.span[here] - size, self.worth[here] - worth, here) - self.load(
            self.span[here], self.worth[here], here
        )
        more = more + less + self._hands(part.chain[item], here, whole)
        more = more + self._moved(item, whole)
        more[here] = 0.0
        return np.asarray(more)

    def going_together(self, items: Codes, here: int) -> Numbers:
        """What it would cost more to have the items of one chain at each manager instead of all at one."""
        part = self.part
        size, worth, whole = part.size[items].sum(), part.worth[items].sum(), slice(None)
        more = self.load(self.span + size, self.worth + worth, whole) - self.load(
            self.span, self.worth, whole
        )
        less = self.load(self.span[here] - size, self.worth[here] - worth, here) - self.load(
            self.span[here], self.worth[here], here
        )
        moved = part.weights.moves * (part.home[items, here].sum() - part.home[items].sum(axis=0))
        more = more + less + moved / part.size.sum()
        if part.price_of_hand:
            joined = (self.hands[part.chain[items[0]]] > 0).astype(np.float64)
            more = more - part.price_of_hand * joined
        more[here] = 0.0
        return np.asarray(more)

    def exchanged(self, item: int, others: Codes, there: Codes | int) -> Numbers:
        """What it would cost more to exchange an item with each of some others, which other managers have."""
        part, here = self.part, int(self.at[item])
        size, worth = part.size[others] - part.size[item], part.worth[others] - part.worth[item]
        before = self.load(self.span[here], self.worth[here], here) + self.load(
            self.span[there], self.worth[there], there
        )
        after = self.load(self.span[here] + size, self.worth[here] + worth, here) + self.load(
            self.span[there] - size, self.worth[there] - worth, there
        )
        more = after - before + self._moved(item, there)
        more = (
            more + part.weights.moves * (part.home[others, there] - part.home[others, here]) / part.size.sum()
        )
        chain = part.chain[others]
        more = more + self._hands(part.chain[item], here, there)
        if part.price_of_hand:
            leaves = np.where(chain >= 0, self.hands[chain, there] == 1, False)
            comes = np.where(chain >= 0, self.hands[chain, here] == 0, False)
            more = more + part.price_of_hand * (comes.astype(np.float64) - leaves)
            # two items of one chain that change places leave its hands as they are: not worth telling apart
            more = np.where((chain >= 0) & (chain == part.chain[item]), np.inf, more)
        return np.asarray(np.where(part.pinned[others] >= 0, np.inf, more))

    def _moved(self, item: int, there: Codes | slice | int) -> Numbers:
        part = self.part
        kept = part.home[item, self.at[item]] - part.home[item, there]
        return np.asarray(part.weights.moves * kept / part.size.sum())

    def _hands(self, chain: int, here: int, there: Codes | slice | int) -> Numbers:
        part = self.part
        if chain < 0 or not part.price_of_hand:
            return np.asarray(0.0)
        change = (self.hands[chain, there] == 0).astype(np.float64) - float(self.hands[chain, here] == 1)
        return np.asarray(part.price_of_hand * change)

    def put(self, item: int, there: int) -> None:
        """Have an item elsewhere."""
        part, here = self.part, int(self.at[item])
        self.span[here] -= part.size[item]
        self.span[there] += part.size[item]
        self.worth[here] -= part.worth[item]
        self.worth[there] += part.worth[item]
        if part.chain[item] >= 0:
            self.hands[part.chain[item], here] -= 1
            self.hands[part.chain[item], there] += 1
        self.at[item] = there


def searched(part: Part, start: Codes, rng: np.random.Generator, seconds: float) -> tuple[Codes, bool]:
    """From a start an allocation that no move of an item or of a chain makes better, nor an exchange that was tried.

    The second says whether time ended it. Rounds end when one gains less than a ten-thousandth of the cost.
    """
    ends = time.monotonic() + seconds
    here = Standing.of(part, start)
    exchanges = 0
    while time.monotonic() < ends:
        gained = _even(here, ends) + _gather(here) + _move(here, rng, ends)
        cost = part.terms(here.at).weighed(part.weights)
        if gained <= ENOUGH * cost:
            if exchanges >= EXCHANGES:
                return here.at, False
            gained = _exchange(here, rng, ends)
            exchanges += 1
            if gained <= ENOUGH * cost:
                return here.at, False
    return here.at, True


def _even(here: Standing, ends: float) -> float:
    """Items that are alone and away from home even out loads for nothing: where each goes, or with which it changes."""
    part, gained = here.part, 0.0
    away = part.home[np.arange(len(here.at)), here.at] == 0
    loose = np.flatnonzero(away & part.alone & (part.pinned < 0))
    for item in loose.tolist():
        if time.monotonic() > ends:
            break
        back, others = int(here.at[item]), loose[here.at[loose] != here.at[item]]
        going = here.going(item)
        to = int(going.argmin())
        exchanged = here.exchanged(item, others, here.at[others]) if len(others) else np.zeros(1)
        best = int(exchanged.argmin())
        if min(going[to], exchanged[best]) >= -BETTER:
            continue
        if going[to] <= exchanged[best]:
            here.put(item, to)
        else:
            here.put(item, int(here.at[others[best]]))
            here.put(int(others[best]), back)
        gained -= float(min(going[to], exchanged[best]))
    return gained


def _move(here: Standing, rng: np.random.Generator, ends: float) -> float:
    """Each item goes where it costs least; what that gained."""
    gained = 0.0
    for item in _order(here.part, rng):
        if time.monotonic() > ends:
            break
        cost = here.going(item)
        to = int(cost.argmin())
        if cost[to] < -BETTER:
            here.put(item, to)
            gained -= float(cost[to])
    return gained


def _gather(here: Standing) -> float:
    """What a chain has in one hand goes to another hand as a whole, where that costs less; what that gained."""
    part, gained = here.part, 0.0
    for items in part.chains:
        if (part.pinned[items] >= 0).any():
            continue
        for hand in np.unique(here.at[items]).tolist():
            together = items[here.at[items] == hand]
            if not len(together):
                continue
            cost = here.going_together(together, hand)
            to = int(cost.argmin())
            if cost[to] < -BETTER:
                for item in together.tolist():
                    here.put(item, to)
                gained -= float(cost[to])
    return gained


def first(part: Part) -> Codes:
    """Items where most of their clients are today; others one after the other to whoever has least."""
    at = np.where(part.pinned >= 0, part.pinned, part.home.argmax(axis=1))
    homeless = (part.home.max(axis=1) == 0) & (part.pinned < 0)
    span = np.bincount(at[~homeless], part.size[~homeless], minlength=len(part.managers)).astype(np.float64)
    worth = np.bincount(at[~homeless], part.worth[~homeless], minlength=len(part.managers))
    for item in np.flatnonzero(homeless)[np.argsort(-part.worth[homeless], kind="stable")].tolist():
        laden = span / part.span_of_post + worth / part.potential_of_post
        at[item] = int((laden / part.posts).argmin())
        span[at[item]] += part.size[item]
        worth[at[item]] += part.worth[item]
    _join_chains(part, at)
    return np.asarray(at, dtype=np.int64)


def _join_chains(part: Part, at: Codes) -> None:
    """Each chain into the hand that has most of it, where that costs less than its hands."""
    for items in part.chains:
        hands = np.unique(at[items])
        there = part.home[items].sum(axis=0)
        to = int(hands[there[hands].argmax()])
        moved = part.home[items, at[items]].sum() - there[to]
        dear = part.weights.moves * moved / part.size.sum() >= part.price_of_hand * (len(hands) - 1)
        if not dear and not (part.pinned[items] >= 0).any():
            at[items] = to


def _order(part: Part, rng: np.random.Generator) -> list[int]:
    free: NDArray[np.int64] = np.flatnonzero(part.pinned < 0)
    return list(map(int, rng.permutation(free)))


def _exchange(here: Standing, rng: np.random.Generator, ends: float) -> float:
    """Each item is held against those of a few other managers; what exchanging them gained."""
    part, gained = here.part, 0.0
    many = len(part.managers)
    if many < 2:
        return gained
    for item in _order(part, rng):
        if time.monotonic() > ends:
            break
        for there in rng.permutation(many)[:PARTNERS].tolist():
            others = np.flatnonzero(here.at == there)
            if there == here.at[item] or not len(others):
                continue
            cost = here.exchanged(item, others, there)
            best = int(cost.argmin())
            if cost[best] < -BETTER:
                back = int(here.at[item])
                here.put(item, there)
                here.put(int(others[best]), back)
                gained -= float(cost[best])
    return gained
