"""A proposed allocation: each part solved, or searched and bounded; its cost, and how far from the best it may be."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from policymodel.allocation.book import Book
from policymodel.allocation.packing import packed
from policymodel.allocation.parts import Codes, Part, Terms, parts_of
from policymodel.allocation.programme import Programme
from policymodel.allocation.rounding import rounded
from policymodel.allocation.rules import Rules
from policymodel.allocation.search import first, searched
from policymodel.draws import Draws

NOTHING = 1e-12
EXACT = 2e-4
"""Within so much of its bound a part is solved."""
SMALL = 4_000
"""Up to so many pairs of an item and a manager a part is solved as it is."""


@dataclass(frozen=True)
class Solved:
    """One part: its cost today (NaN where a client is with nobody who may hold it) and as proposed, and the bound."""

    kind: str
    place: str
    clients: int
    managers: int
    found: float
    bound: float
    terms: Terms
    exact: bool
    cut_short: bool


@dataclass(frozen=True)
class Allocation:
    """Who is proposed to hold each client (`assigned`: client_id -> manager_id), and what is known of how good it is.

    `found` is the weighed cost, `bound` what no allocation can cost less than, `gap` = (found - bound) / found.
    """

    book: Book
    assigned: pd.Series
    found: float
    bound: float
    gap: float
    seconds: float
    parts: tuple[Solved, ...] = ()


def allocate(book: Book, rules: Rules, seed: int, seconds: float = 120.0) -> Allocation:
    """Propose an allocation that keeps every hard rule: see `clashes` first, which says whether there is one.

    Parameters
    ----------
    seed : whose order of trying; the same seed gives the same allocation, unless time cuts it short.
    seconds : for all parts together; a part that is cut short says so.
    """
    begun = time.monotonic()
    assigned = book.clients["manager_id"].to_numpy(dtype=object).copy()
    draws = Draws(seed)
    parts = list(parts_of(book, rules))
    effort = np.sqrt([part.home.size for part in parts])
    made: dict[int, Solved] = {}
    for number in np.argsort(
        effort, kind="stable"
    ).tolist():  # what small parts leave of their time goes to larger ones
        part, left = parts[number], seconds - (time.monotonic() - begun)
        share = left * effort[number] / sum(effort[other] for other in range(len(parts)) if other not in made)
        at, made[number] = _solve(part, draws.generator("allocation", block=number), max(share, 1.0))
        assigned[part.client] = part.managers[at[part.item]]
    solved = tuple(made[number] for number in range(len(parts)))
    clients = sum(each.clients for each in solved) or 1
    found = sum(each.found * each.clients for each in solved) / clients
    bound = sum(each.bound * each.clients for each in solved) / clients
    gap = (found - bound) / found if found > 0 else 0.0
    series = pd.Series(assigned, index=book.clients["client_id"].to_numpy(dtype=object))
    return Allocation(book, series, found, bound, gap, time.monotonic() - begun, solved)


def _solve(part: Part, rng: np.random.Generator, seconds: float) -> tuple[Codes, Solved]:
    ends = time.monotonic() + seconds
    at, cut = searched(part, first(part), rng, seconds / 8)
    if not part.keeps_limits(at) and (start := packed(part)) is not None:
        at, cut = searched(part, start, rng, seconds / 8)
    found, bound = _cost(part, at), 0.0
    if len(part.managers) == 1 or found <= NOTHING:
        bound = found
    else:
        small = part.home.size <= SMALL
        near = rounded(part, found, (ends - time.monotonic()) * (0.5 if small else 0.8))
        bound, cut = near.bound, near.cut_short
        at, found = _better(part, at, searched(part, near.at, rng, (ends - time.monotonic()) / 2)[0])
        if small and bound < found * (1 - EXACT):
            whole = Programme.of(part).solved(ends - time.monotonic())
            bound, cut = max(bound, whole.bound), whole.cut_short
            if whole.shares is not None:
                at, found = _better(part, at, whole.shares.argmax(axis=1))
    bound = min(max(bound, 0.0), found)
    return at, Solved(
        part.kind,
        part.place,
        int(part.size.sum()),
        len(part.managers),
        found,
        bound,
        part.terms(at),
        bound >= found * (1 - EXACT),
        cut,
    )


def _better(part: Part, one: Codes, other: Codes) -> tuple[Codes, float]:
    """The cheaper of two allocations, the first where they cost the same, and its cost."""
    best = min((one, other), key=lambda at: _cost(part, at))
    return best, _cost(part, best)


def _cost(part: Part, at: Codes) -> float:
    return part.terms(at).weighed(part.weights) if part.keeps_limits(at) else float("inf")
