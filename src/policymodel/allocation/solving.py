"""A proposed allocation: each part solved, or searched and bounded; its cost, and how far from the best it may be."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from policymodel.allocation.book import Book
from policymodel.allocation.bound import priced_bound
from policymodel.allocation.parts import Codes, Part, Terms, parts_of
from policymodel.allocation.programme import Programme
from policymodel.allocation.rules import Rules
from policymodel.allocation.search import first, searched
from policymodel.draws import Draws

NOTHING = 1e-12
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
    settings: Mapping[str, float] = field(default_factory=dict)


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
    pairs = sum(part.home.size for part in parts)
    solved = []
    for number, part in enumerate(parts):
        share = seconds * part.home.size / pairs
        at, one = _solve(part, draws.generator("allocation", block=number), max(share, 1.0))
        assigned[part.client] = part.managers[at[part.item]]
        solved.append(one)
    clients = sum(each.clients for each in solved) or 1
    found = sum(each.found * each.clients for each in solved) / clients
    bound = sum(each.bound * each.clients for each in solved) / clients
    gap = (found - bound) / found if found > 0 else 0.0
    series = pd.Series(assigned, index=book.clients["client_id"].to_numpy(dtype=object))
    return Allocation(book, series, found, bound, gap, time.monotonic() - begun, tuple(solved))


def _solve(part: Part, rng: np.random.Generator, seconds: float) -> tuple[Codes, Solved]:
    at, cut = searched(part, first(part), rng, seconds / 4)
    found, bound, exact = _cost(part, at), 0.0, False
    if len(part.managers) == 1 or found <= NOTHING:
        bound, exact = found, True
    elif part.home.size <= SMALL:
        best, bound = Programme.of(part).solved(seconds / 2)
        if best is not None and _cost(part, best) <= found:
            at, found = best, _cost(part, best)
        exact = bound >= found * (1 - 2e-4)
    else:
        bound, start = priced_bound(part, found, seconds / 4)
        other, cut_too = searched(part, start, rng, seconds / 2)
        if _cost(part, other) < found:
            at, found, cut = other, _cost(part, other), cut_too
    bound = min(max(bound, 0.0), found)
    return at, Solved(
        part.kind,
        part.place,
        int(part.size.sum()),
        len(part.managers),
        found,
        bound,
        part.terms(at),
        exact,
        cut,
    )


def _cost(part: Part, at: Codes) -> float:
    return part.terms(at).weighed(part.weights) if part.keeps_limits(at) else float("inf")
