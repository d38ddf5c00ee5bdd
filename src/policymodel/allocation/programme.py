"""A part as a mixed-integer programme for HiGHS: whole, in part, or relaxed; with all its pairs or only with some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, vstack

from policymodel.allocation.parts import Codes, Flags, Numbers, Part

LIMIT = 1
"""What HiGHS says of a programme that time ended."""


@dataclass(frozen=True)
class Solution:
    """The share of each item that each manager has [item, manager], None where none was found; a bound on its cost."""

    shares: Numbers | None
    bound: float
    cut_short: bool


@dataclass(frozen=True)
class Programme:
    """min c x, A x <= b, E x = 1. Columns: x of each pair, deviation of span, of potential, y of each chain and hand.

    A pair is an item and a manager who may have it (`item`, `manager`). `constant` is what the cost has beside: every
    client moved, from which those who stay are taken off.
    """

    part: Part
    item: Codes  # of each pair
    manager: Codes
    cost: Numbers
    constant: float
    above: csr_array
    limit: Numbers
    once: csr_array
    most: Numbers  # upper bounds of the columns
    either: Flags  # columns y of chains that may be in one hand only

    @classmethod
    def of(cls, part: Part, among: Flags | None = None, one_hand: Codes | None = None) -> Programme:
        """The programme of a part; `among` [item, manager]: the only pairs there are, at least one for an item.

        `one_hand`: chains that have to be in one.
        """
        many, weights, posts = len(part.managers), part.weights, part.posts
        may = part.may if among is None else np.where(part.pinned[:, None] >= 0, part.may, among)
        item, manager = np.nonzero(may)
        pairs, hand = len(item), part.price_of_hand
        linked = np.flatnonzero(part.chain[item] >= 0) if hand else np.zeros(0, dtype=np.int64)
        hands, at_hand = np.unique(part.chain[item[linked]] * many + manager[linked], return_inverse=True)
        span, worth, y = pairs, pairs + many, pairs + 2 * many
        columns = y + len(hands)
        cost = np.full(columns, hand)
        cost[:pairs] = part.stays[item, manager]
        cost[span:worth], cost[worth:y] = weights.span / many, weights.potential / many

        def rows(values: Numbers, of: Codes, at: Codes | NDArray[np.int64], count: int) -> csr_array:
            return coo_array((values, (of, at)), shape=(count, columns)).tocsr()

        def load(value: Numbers) -> csr_array:
            return rows(value[item], manager, np.arange(pairs), many)

        def off(first: int) -> csr_array:
            return rows(np.ones(many), np.arange(many), first + np.arange(many), many)

        size = part.size / part.span_of_post
        floor, slopes = part.chord
        count = load(part.size.astype(np.float64))
        blocks = [(load(size) * slopes[:, None] - off(span), -floor)]
        for value, first in ((size, span), (part.worth / part.potential_of_post, worth)):
            blocks += [(load(value) - off(first), posts), (-load(value) - off(first), -posts)]
        each = np.arange(len(linked))
        one = np.ones(len(linked))
        blocks.append((rows(one, each, linked, len(each)) - rows(one, each, y + at_hand, len(each)), 0 * one))
        either = np.flatnonzero(np.isin(hands // many, [] if one_hand is None else one_hand))
        _, of_chain = np.unique(hands[either] // many, return_inverse=True)
        chosen = rows(np.ones(len(either)), of_chain, y + either, of_chain.max(initial=-1) + 1)
        blocks.append((chosen, np.ones(chosen.shape[0])))
        limited = np.flatnonzero(np.isfinite(part.most))
        blocks.append((count[limited], part.most[limited]))
        blocks.append((-count[np.flatnonzero(part.least > 0)], -part.least[part.least > 0]))
        blocks = [(block, limit) for block, limit in blocks if block.shape[0]]
        most = np.ones(columns)
        most[span:y] = np.inf
        return cls(
            part=part,
            item=item,
            manager=manager,
            cost=cost,
            constant=weights.moves - hand * len(part.chains),
            above=vstack([block for block, _ in blocks]).tocsr(),
            limit=np.concatenate([limit for _, limit in blocks]),
            once=rows(np.ones(pairs), item, np.arange(pairs), len(part.size)),
            most=most,
            either=np.isin(np.arange(columns), y + either),
        )

    def solved(self, seconds: float, gap: float = 1e-4, whole: Flags | None = None) -> Solution:
        """The best found, in which no item is shared; `whole` [item]: only those may not be, and chains in one hand."""
        pairs = np.arange(len(self.cost)) < len(self.item)
        result = milp(
            self.cost,
            integrality=self.either
            | (pairs if whole is None else np.append(whole[self.item], pairs[~pairs])),
            bounds=Bounds(0, self.most),
            constraints=[
                LinearConstraint(self.above, -np.inf, self.limit),
                LinearConstraint(self.once, 1, 1),
            ],
            options={"time_limit": max(seconds, 0.0), "mip_rel_gap": gap},
        )
        bound = result.mip_dual_bound
        lower = -np.inf if bound is None or not np.isfinite(bound) else float(bound) + self.constant
        shares = None if result.x is None else self._shares(result.x)
        return Solution(shares, lower, result.status == LIMIT)

    def relaxed(self, seconds: float) -> tuple[Numbers, Numbers, float] | None:
        """Shares at the optimum where every item may be shared, the prices of span and of potential, and its cost.

        None where time ran out, or where there is none.
        """
        result: Any = linprog(
            self.cost,
            A_ub=self.above,
            b_ub=self.limit,
            A_eq=self.once,
            b_eq=np.ones(self.once.shape[0]),
            bounds=np.column_stack([np.zeros(len(self.most)), self.most]),
            method="highs-ipm",
            options={"time_limit": max(seconds, 0.0)},
        )
        if result.status != 0:
            return None
        many = len(self.part.managers)
        chord, over, under, more, less = -result.ineqlin.marginals[: 5 * many].reshape(5, many)
        prices = np.concatenate([chord * self.part.chord[1] + over - under, more - less])
        return self._shares(result.x), prices, float(result.fun) + self.constant

    def _shares(self, columns: Numbers) -> Numbers:
        shares = np.zeros(self.part.home.shape)
        shares[self.item, self.manager] = columns[: len(self.item)]
        return shares
