"""An allocation falls into parts that share nothing: one kind of portfolio in one region or outlet.

What a part costs, each term a share without unit, s and P the clients and the potential of a manager, f the post
(mean 1), a bar the mean over managers:

    span       mean of |s - s̄ f| / s̄
    potential  mean of |P - P̄ f| / P̄
    chains     hands that the chains are in, beyond one each ÷ the most hands that they could be in, beyond one each
    moves      clients who change hands ÷ clients

The weights of the rules add them up; an allocation costs the mean of its parts, weighed by their clients.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.allocation.book import SEPARATE_PLAN, Book
from policymodel.allocation.rules import KINDS, ORDINARY, PREMIUM, Limits, Rules, Weights

Codes = NDArray[np.int64]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Terms:
    """What a part costs, term by term, without weights."""

    span: float
    potential: float
    chains: float
    moves: float

    def weighed(self, weights: Weights) -> float:
        """Their weighted sum."""
        return (
            weights.span * self.span
            + weights.potential * self.potential
            + weights.chains * self.chains
            + weights.moves * self.moves
        )


@dataclass(frozen=True)
class Part:
    """One kind of portfolio in one place. An item is a group, which is never split, or a client without one."""

    kind: str
    place: str
    managers: NDArray[np.object_]
    fte: Numbers
    limits: Limits
    weights: Weights
    item: Codes  # of each client of the part
    client: Codes  # its row in the book
    size: Codes  # clients of each item
    worth: Numbers  # potential of each item
    home: Codes  # [item, manager]: clients who are there today
    chain: Codes  # the chain most of an item belongs to; -1: none
    pinned: Codes  # the manager an item stays with; -1: free

    @cached_property
    def posts(self) -> Numbers:
        """Full-time posts, their mean 1."""
        return np.asarray(self.fte / self.fte.mean())

    @cached_property
    def most_hands(self) -> int:
        """The most hands that the chains could be in, beyond one each."""
        count = np.bincount(self.chain[self.chain >= 0])
        return int(np.maximum(np.minimum(count, len(self.managers)) - 1, 0).sum())

    @cached_property
    def price_of_hand(self) -> float:
        """What one hand more for a chain costs."""
        return self.weights.chains / self.most_hands if self.most_hands else 0.0

    @cached_property
    def chains(self) -> tuple[Codes, ...]:
        """The items of each chain; none where chains cost nothing."""
        linked = np.flatnonzero(self.chain >= 0) if self.price_of_hand else np.zeros(0, dtype=np.int64)
        linked = linked[np.argsort(self.chain[linked], kind="stable")]
        if not len(linked):
            return ()
        return tuple(np.split(linked, np.flatnonzero(np.diff(self.chain[linked])) + 1))

    @cached_property
    def alone(self) -> Flags:
        """The items that are in no chain; all where chains cost nothing."""
        return self.chain < 0 if self.price_of_hand else np.ones(len(self.chain), dtype=bool)

    @cached_property
    def may(self) -> Flags:
        """Where each item may be [item, manager]: a pinned one only where it is."""
        pinned = self.pinned[:, None]
        return np.asarray((pinned < 0) | (pinned == np.arange(len(self.managers))))

    @cached_property
    def stays(self) -> Numbers:
        """What each item at each manager costs in moves [item, manager], less what all clients moved would cost."""
        return np.asarray(-self.weights.moves * self.home / float(self.size.sum()))

    @cached_property
    def whole_below(self) -> Numbers:
        """The whole number of clients at or below each manager's even share."""
        return np.asarray(np.floor(self.span_of_post * self.posts + 1e-9))

    @cached_property
    def chord(self) -> tuple[Numbers, Numbers]:
        """Clients are whole: the line below which no deviation of span lies, for each manager.

        Of the two whole numbers of clients around a post's even share the deviations are joined by a line: with s
        clients a deviation is at least `floor` + `slope` * s / s̄, which two halves of a client do not reach.
        """
        below = self.whole_below
        low = np.abs(below / self.span_of_post - self.posts)
        high = np.abs((below + 1) / self.span_of_post - self.posts)
        slope = (high - low) * self.span_of_post
        return low - slope * below / self.span_of_post, slope

    @cached_property
    def span_of_post(self) -> float:
        """Clients of a mean post."""
        return float(self.size.sum() / len(self.managers))

    @cached_property
    def potential_of_post(self) -> float:
        """Potential of a mean post; 1 where there is none, so that nothing is divided by nothing."""
        return float(self.worth.sum() / len(self.managers)) or 1.0

    @cached_property
    def least(self) -> Numbers:
        """The fewest clients of each manager."""
        return np.asarray(self.limits.least * self.fte)

    @cached_property
    def most(self) -> Numbers:
        """The most clients of each manager."""
        return np.asarray((np.inf if self.limits.most is None else self.limits.most) * self.fte)

    def terms(self, at: Codes) -> Terms:
        """What an allocation of the items costs."""
        many = len(self.managers)
        span = np.bincount(at, self.size, minlength=many)
        worth = np.bincount(at, self.worth, minlength=many)
        kept = self.home[np.arange(len(at)), at].sum()
        hands = len({*zip(self.chain[self.chain >= 0].tolist(), at[self.chain >= 0].tolist(), strict=True)})
        spread = hands - len(np.unique(self.chain[self.chain >= 0]))
        return Terms(
            float(np.abs(span - self.span_of_post * self.posts).mean() / self.span_of_post),
            float(np.abs(worth - self.potential_of_post * self.posts).mean() / self.potential_of_post),
            spread / self.most_hands if self.most_hands else 0.0,
            float((self.size.sum() - kept) / self.size.sum()),
        )

    def keeps_limits(self, at: Codes) -> bool:
        """Whether nobody holds too few clients or too many."""
        span = np.bincount(at, self.size, minlength=len(self.managers))
        return bool((span >= self.least - 1e-9).all() and (span <= self.most + 1e-9).all())


def holders_of(kind: str, managers: pd.DataFrame) -> pd.Series:
    """Who may hold a kind of portfolio (S6.8): designated managers, those of the separate-book plan, the others."""
    apart = managers["plan"] == SEPARATE_PLAN
    if kind == PREMIUM:
        return managers["designated"] & ~apart
    return ~managers["designated"] & ~apart if kind == ORDINARY else apart


def parts_of(book: Book, rules: Rules) -> Iterator[Part]:
    """The parts of a book that have clients and somebody who may hold them."""
    column = "region" if rules.within == "region" else "outlet_id"
    for place, there in book.clients.groupby(column, sort=True):
        around = book.managers[book.managers[column] == place]
        for kind in KINDS:
            clients = there[there["portfolio"] == kind]
            managers = around[holders_of(kind, around)]
            if len(clients) and len(managers):
                yield _part(kind, str(place), clients, managers, rules)


def _part(kind: str, place: str, clients: pd.DataFrame, managers: pd.DataFrame, rules: Rules) -> Part:
    group = clients["client_group"].to_numpy(dtype=object)
    alone = np.array([f"\0{each}" for each in clients["client_id"]], dtype=object)
    item, names = pd.factorize(np.where(group == "", alone, group))
    ids = managers["manager_id"].to_numpy(dtype=object)
    held = pd.Index(ids).get_indexer(pd.Index(clients["manager_id"]))
    home = np.zeros((len(names), len(ids)), dtype=np.int64)
    np.add.at(home, (item[held >= 0], held[held >= 0]), 1)
    chain, _ = pd.factorize(clients["chain"].where(clients["chain"] != "").to_numpy(dtype=object))
    pins = pd.Index(ids).get_indexer(pd.Index([rules.pinned.get(each, "") for each in clients["client_id"]]))
    pinned = np.full(len(names), -1, dtype=np.int64)
    pinned[item[pins >= 0]] = pins[pins >= 0]
    return Part(
        kind=kind,
        place=place,
        managers=ids,
        fte=managers["fte"].to_numpy(dtype=np.float64),
        limits=rules.limits_of(kind),
        weights=rules.weights,
        item=np.asarray(item, dtype=np.int64),
        client=clients.index.to_numpy(dtype=np.int64),
        size=np.bincount(item, minlength=len(names)),
        worth=np.asarray(
            np.bincount(item, clients["potential"].to_numpy(dtype=np.float64), minlength=len(names)),
            dtype=np.float64,
        ),
        home=home,
        chain=_of_most(item, np.asarray(chain, dtype=np.int64), len(names)),
        pinned=pinned,
    )


def _of_most(item: Codes, chain: Codes, items: int) -> Codes:
    """The chain that most clients of an item belong to; of several the first."""
    found = np.full(items, -1, dtype=np.int64)
    known = chain >= 0
    if known.any():
        counted = pd.DataFrame({"item": item[known], "chain": chain[known]}).value_counts().reset_index()
        counted = counted.sort_values(
            ["item", "count", "chain"], ascending=[True, False, True], kind="stable"
        )
        first = counted.drop_duplicates("item")
        found[first["item"].to_numpy()] = first["chain"].to_numpy()
    return found
