"""How well bands held what happened: coverage with an interval by cluster, interval score, CRPS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from policymodel.draws import Draws

Floats = NDArray[np.float64]
RESAMPLES = 2000


@dataclass(frozen=True)
class Coverage:
    """How many of so many were inside their band, and the 95 % interval of that share.

    `low` and `high` are from whole clusters drawn again; `low_t` and `high_t` from the spread of the clusters by the
    formula of a ratio with Student's t. Not numbers with fewer than two clusters. With few clusters both are rough.
    """

    covered: int
    of: int
    share: float
    low: float
    high: float
    low_t: float
    high_t: float
    clusters: int


def coverage(inside: NDArray[np.bool_], cluster: NDArray[np.int64], draws: Draws, stream: str) -> Coverage:
    """The share of units inside their bands; units of one cluster (a region) share its shocks, so clusters count.

    Bootstrap: clusters with replacement, share of their units (Cameron, Gelbach, Miller 2008: rough below some 30
    clusters). Formula: variance of a ratio of cluster totals (Cochran 1977, ch. 6), Student's t with clusters - 1.

    >>> found = coverage(np.array([True, True, False, True]), np.array([0, 0, 1, 2]), Draws(1), "example")
    >>> found.covered, found.of, found.share
    (3, 4, 0.75)
    """
    _, code = np.unique(cluster, return_inverse=True)
    count = int(code.max(initial=-1)) + 1
    hit = np.bincount(code, inside, minlength=count).astype(np.float64)
    size = np.bincount(code, minlength=count).astype(np.float64)
    of = int(size.sum())
    share = float(hit.sum() / of) if of else float("nan")
    if count < 2:
        gap = float("nan")
        return Coverage(int(hit.sum()), of, share, gap, gap, gap, gap, count)
    pick = draws.generator(stream).integers(0, count, (RESAMPLES, count))
    low, high = np.quantile(hit[pick].sum(axis=1) / size[pick].sum(axis=1), [0.025, 0.975])
    variance = count / (count - 1) * float(((hit - share * size) ** 2).sum()) / of**2
    reach = float(stdtrit(count - 1, 0.975)) * float(np.sqrt(variance))
    low_t, high_t = max(share - reach, 0.0), min(share + reach, 1.0)
    return Coverage(int(hit.sum()), of, share, float(low), float(high), low_t, high_t, count)


def interval_score(low: Floats, high: Floats, happened: Floats, band: float) -> Floats:
    """Width of a band, and 2 / (1 - band) times how far what happened lies outside (Gneiting and Raftery 2007).

    >>> interval_score(np.array([1.0]), np.array([3.0]), np.array([4.0]), 0.8).round(9).tolist()
    [12.0]
    """
    outside = np.maximum(low - happened, 0.0) + np.maximum(happened - high, 0.0)
    return np.asarray(high - low + 2.0 / (1.0 - band) * outside)


def crps(drawn: Floats, happened: Floats) -> Floats:
    """Continuous ranked probability score of draws [draw, unit]: mean |X - y| - mean |X - X'| / 2, in y's unit.

    >>> crps(np.array([[0.0], [2.0]]), np.array([1.0])).tolist()
    [0.5]
    """
    count = len(drawn)
    order = np.sort(drawn, axis=0)
    weight = 2.0 * np.arange(1, count + 1) - count - 1
    spread = (weight[:, None] * order).sum(axis=0) / count**2
    return np.asarray(np.abs(drawn - happened).mean(axis=0) - spread)
