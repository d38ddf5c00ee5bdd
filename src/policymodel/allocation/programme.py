"""A part as a mixed-integer programme for HiGHS: solved as it is where it is small, else relaxed for a bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, vstack

from policymodel.allocation.parts import Codes, Numbers, Part

IMPOSSIBLE = 2
"""What HiGHS says of a programme that nothing fulfils."""


@dataclass(frozen=True)
class Programme:
    """min c x, A x <= b, E x = 1. Columns: x[item, manager], deviation of span, of potential, y[chain, manager].

    `constant` is what the cost has beside: every client moved, from which those who stay are taken off.
    """

    part: Part
    cost: Numbers
    constant: float
    above: csr_array
    limit: Numbers
    once: csr_array
    free: Numbers  # upper bounds of the columns
    whole: Numbers  # 1: a column that is whole, 0: any number

    @classmethod
    def of(cls, part: Part) -> Programme:
        """The programme of a part."""
        items, many = part.home.shape
        weights, posts = part.weights, part.posts
        chains = np.unique(part.chain[part.chain >= 0])
        at_chain = np.searchsorted(chains, part.chain)
        at_chain[part.chain < 0] = -1
        x = np.arange(items * many).reshape(items, many)
        span, worth = items * many + np.arange(many), items * many + many + np.arange(many)
        y = items * many + 2 * many + np.arange(len(chains) * many).reshape(len(chains), many)
        columns = items * many + 2 * many + len(chains) * many
        clients = float(part.size.sum())
        cost = np.zeros(columns)
        cost[x] = -weights.moves * part.home / clients
        cost[span] = weights.span / many
        cost[worth] = weights.potential / many
        hands = weights.chains / part.most_hands if part.most_hands else 0.0
        cost[y] = hands
        constant = weights.moves - hands * len(chains)

        def loads(size: Numbers, mean: float, slack: Codes) -> tuple[csr_array, Numbers]:
            """Load over mean, less the deviation, is at most the post; and the other way round."""
            rows = np.tile(np.arange(many), items)
            load = coo_array((np.repeat(size / mean, many), (rows, x.ravel())), shape=(many, columns)).tocsr()
            off = coo_array((np.ones(many), (np.arange(many), slack)), shape=(many, columns)).tocsr()
            return vstack([load - off, -load - off]), np.concatenate([posts, -posts])

        blocks = [loads(part.size.astype(np.float64), part.span_of_post, span)]
        blocks.append(loads(part.worth, part.potential_of_post, worth))
        in_chain = np.flatnonzero(at_chain >= 0)
        if hands and len(in_chain):
            count = len(in_chain) * many
            rows = np.arange(count)
            link = coo_array((np.ones(count), (rows, x[in_chain].ravel())), shape=(count, columns)).tocsr()
            hand = coo_array((np.ones(count), (rows, y[at_chain[in_chain]].ravel())), shape=(count, columns))
            blocks.append((link - hand.tocsr(), np.zeros(count)))
        load = coo_array(
            (np.repeat(part.size.astype(np.float64), many), (np.tile(np.arange(many), items), x.ravel())),
            shape=(many, columns),
        ).tocsr()
        limited = np.isfinite(part.most)
        if limited.any():
            blocks.append((load[np.flatnonzero(limited)], part.most[limited]))
        if (part.least > 0).any():
            blocks.append((-load, -part.least))
        once = coo_array(
            (np.ones(items * many), (np.repeat(np.arange(items), many), x.ravel())), shape=(items, columns)
        ).tocsr()
        free = np.full(columns, np.inf)
        free[x] = 1.0
        free[y] = 1.0
        for item in np.flatnonzero(part.pinned >= 0).tolist():
            free[x[item]] = 0.0
            free[x[item, part.pinned[item]]] = 1.0
        whole = np.zeros(columns)
        whole[x] = 1.0
        above = vstack([block for block, _ in blocks]).tocsr()
        return cls(
            part, cost, constant, above, np.concatenate([each for _, each in blocks]), once, free, whole
        )

    def solved(self, seconds: float, gap: float = 1e-4) -> tuple[Codes | None, float]:
        """The best allocation found and a bound; None where time ran out, or (bound inf) where there is none."""
        rows = vstack([self.above, self.once])
        low = np.concatenate([np.full(len(self.limit), -np.inf), np.ones(self.once.shape[0])])
        high = np.concatenate([self.limit, np.ones(self.once.shape[0])])
        result = milp(
            self.cost,
            integrality=self.whole,
            bounds=Bounds(0, self.free),
            constraints=LinearConstraint(rows, low, high),
            options={"time_limit": seconds, "mip_rel_gap": gap},
        )
        bound = result.mip_dual_bound
        lower = -np.inf if bound is None or not np.isfinite(bound) else float(bound) + self.constant
        if result.status == IMPOSSIBLE:
            lower = np.inf
        if result.x is None:
            return None, lower
        items, many = self.part.home.shape
        return np.asarray(result.x[: items * many].reshape(items, many).argmax(axis=1)), lower
