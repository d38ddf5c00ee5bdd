"""What is known of the invented clients: for their classes (S6.7), and groups and chains for portfolios (S6.8)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from policymodel.draws import Draws
from policymodel.history.synthetic.people import SEPARATE_BOOK, People
from policymodel.history.synthetic.portfolios import Clients
from policymodel.history.synthetic.territory import Codes, Numbers

INDUSTRIES = np.array(["manufacturing", "trade", "construction", "services", "farming", "transport"], object)
CONDITIONS = np.array(["good", "stable", "weak"], object)
RATINGS = np.array(["AAA", "AA", "A", "BBB", "BB", "B"], object)
SIZES = np.array(["large", "medium", "small"], object)
RECORDS = np.array(["clean", "late", "overdue"], object)
DEALINGS = np.array(["main bank", "regular", "seldom"], object)
IN_GROUP, IN_CHAIN = 0.20, 0.30  # shares of clients
GROUP_SIZE, CHAIN_SIZE = 3, 8  # means
AT_HOME = 0.75  # of the members of a group or a chain, with the manager who has the first of them
NOISE = 0.6


def client_rows(draws: Draws, people: People, clients: Clients) -> pd.DataFrame:
    """The `clients` table of a region: larger clients are rated better; members of a group share most of a manager.

    Clients of separate-book managers are separate-book clients and no others; they are in no group and no chain.
    """
    rng = draws.generator("what is known of clients", block=people.region.number)
    size = len(clients.owner)
    income = clients.yearly.sum(axis=1)
    rank = np.argsort(np.argsort(np.log(income) + NOISE * rng.standard_normal(size))) / size
    apart = people.plan[clients.owner] == SEPARATE_BOOK
    quality = np.clip(1 - rank + 0.15 * rng.standard_normal((4, size)), 0, 0.999)
    region = people.region.number + 1
    group = _linked(rng, clients.owner, ~apart, IN_GROUP, GROUP_SIZE)
    chain = _linked(rng, clients.owner, ~apart, IN_CHAIN, CHAIN_SIZE)
    weak = np.where(apart, 0.999, quality)
    return pd.DataFrame(
        {
            "client_id": pd.Series(clients.client_id, dtype="str"),
            "industry": INDUSTRIES[rng.integers(0, len(INDUSTRIES), size)],
            "chain": [f"{region:02d}C{each:04d}" if each >= 0 else None for each in chain.tolist()],
            "client_group": [f"{region:02d}G{each:04d}" if each >= 0 else None for each in group.tolist()],
            "condition": _cut(CONDITIONS, weak[0], (0.45, 0.85)),
            "rating": _cut(RATINGS, weak[1], (0.12, 0.30, 0.55, 0.75, 0.90)),
            "size": _cut(SIZES, quality[2], (0.20, 0.60)),
            "credit_record": _cut(RECORDS, weak[3], (0.75, 0.95)),
            "dealings": DEALINGS[rng.choice(3, size, p=[0.4, 0.4, 0.2])],
            "separate_book": np.where(apart, "yes", "no"),
        }
    )


def _linked(rng: np.random.Generator, owner: Codes, free: Codes, share: float, mean: int) -> Codes:
    """The group or chain of each client, -1: none; most members are with one manager, the others anywhere."""
    size = len(owner)
    found = np.full(size, -1, dtype=np.int64)
    number = max(round(size * share / mean), 1)
    for link in range(number):
        left = np.flatnonzero((found < 0) & free)
        if len(left) < 2:
            break
        first = int(rng.choice(left))
        wanted = 2 + int(rng.poisson(mean - 2)) - 1
        near = left[(owner[left] == owner[first]) & (left != first)]
        here = min(int(rng.binomial(wanted, AT_HOME)), len(near))
        far = left[(owner[left] != owner[first])]
        there = min(wanted - here, len(far))
        found[first] = link
        found[rng.choice(near, here, replace=False)] = link
        found[rng.choice(far, there, replace=False)] = link
    return found


def _cut(words: np.ndarray, quality: Numbers, cuts: tuple[float, ...]) -> np.ndarray:
    return np.asarray(words[np.searchsorted(np.array(cuts), quality, side="right")])
