"""What a number of draws says of what may happen: bands, the error of their ends, chances with an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, ndtri, stdtrit

from policymodel.statistics.samples import Undefined, check_share, read_sample

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Bounds:
    """A figure made of draws and how far more draws might move it; a side that the draws cannot tell is NaN."""

    value: float
    low: float
    high: float


def mean_of_draws(values: ArrayLike, confidence: float = CONFIDENCE) -> Bounds:
    """The mean with its interval from Student's distribution, as if draws were independent.

    Draws whose common factors are points of a scrambled net lie more evenly, so the interval is usually too wide.

    >>> found = mean_of_draws([1.0, 2.0, 3.0])
    >>> round(found.value, 3), round(found.high - found.value, 3)
    (2.0, 2.484)
    """
    sample = read_sample(values, "mean of draws")
    mean = float(sample.mean())
    if sample.size < 2:
        return Bounds(mean, math.nan, math.nan)
    half = error_of_mean(sample) * float(stdtrit(sample.size - 1, (1 + confidence) / 2))
    return Bounds(mean, mean - half, mean + half)


def error_of_mean(values: ArrayLike) -> float:
    """The standard error of the mean: standard deviation (n - 1) over the root of n; NaN of a single draw.

    >>> error_of_mean([1.0, 2.0, 3.0]) == 1 / 3**0.5
    True
    """
    sample = read_sample(values, "error of the mean")
    return float(sample.std(ddof=1) / math.sqrt(sample.size)) if sample.size > 1 else math.nan


def end_of_band(values: ArrayLike, share: float, confidence: float = CONFIDENCE) -> Bounds:
    """The value that one more draw would lie below with this chance, and between which draws the true one lies.

    With n draws in order it stands at place (n + 1) x share: the chance that one more draw lies below the k-th of n
    is k / (n + 1), whatever the distribution. Fewer draws than it takes for such a place to be there have none (NaN).
    Its interval is that of order statistics (David and Nagaraja, Order Statistics, 2003, section 7.1): from the l-th
    to the u-th draw, where a binomial count of n with chance `share` is below l, or at u or above, in at most half of
    what the confidence leaves. A side for which there are too few draws is NaN.

    >>> end_of_band(range(1, 100), 0.1)
    Bounds(value=10.0, low=4.0, high=17.0)
    >>> end_of_band([5.0, 6.0], 0.1)
    Bounds(value=nan, low=nan, high=nan)
    """
    check_share(share, "end of a band")
    sample = np.sort(read_sample(values, "end of a band"))
    count = sample.size
    place = (count + 1) * share
    if not 1 - 1e-9 <= place <= count + 1e-9:
        return Bounds(math.nan, math.nan, math.nan)
    value = float(np.quantile(sample, share, method="weibull"))
    left = (1 - confidence) / 2
    below = bdtr(np.arange(count + 1), count, share)
    lower = int(np.searchsorted(below, left, side="right"))
    upper = int(np.searchsorted(below, 1 - left, side="left")) + 1
    return Bounds(
        value,
        float(sample[lower - 1]) if lower >= 1 else math.nan,
        float(sample[upper - 1]) if upper <= count else math.nan,
    )


def draws_for(share: float, confidence: float = CONFIDENCE) -> int:
    """From how many draws on both sides of the interval of a band's end can be told.

    >>> draws_for(0.025), draws_for(0.1)
    (146, 36)
    """
    tail = min(share, 1 - share)
    return math.ceil(math.log((1 - confidence) / 2) / math.log1p(-tail))


def chance(times: int, count: int, confidence: float = CONFIDENCE) -> Bounds:
    """A share of draws as a chance, with the interval of Wilson (JASA 22, 1927, 209-212).

    Never below 0 or above 1, and wide where it never or always happened: 0 of 16 draws is a chance of up to 19 %.

    >>> found = chance(0, 16)
    >>> found.value, found.low, round(found.high, 3)
    (0.0, 0.0, 0.194)
    """
    if count < 1 or not 0 <= times <= count:
        raise Undefined(f"chance: {times} of {count} draws is no share")
    share, z = times / count, float(ndtri((1 + confidence) / 2))
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Bounds(share, 0.0 if times == 0 else low, 1.0 if times == count else high)


def shares_of_spread(factors: NDArray[np.float64], values: ArrayLike) -> tuple[NDArray[np.float64], float]:
    """How much of the variance of `values` [draw] goes with each of the `factors` [draw, factor], and with all.

    Least squares on all factors at once. A factor's share is its coefficient times its covariance with the values,
    over their variance (Pratt, 1987): the shares add up to R². From each is taken what pure chance would give it,
    (1 - R²) / (n - k - 1), so that they add up to the adjusted R² and a factor without any influence has a share of
    zero on average, which may come out a little below. k counts the factors that are not made of the others; what
    factors that move together do together is divided among them.

    >>> x = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]] * 25)
    >>> shares, whole = shares_of_spread(x, 2 * x[:, 0] + x[:, 1])
    >>> shares.round(6).tolist(), round(whole, 6)
    ([0.8, 0.2], 1.0)
    """
    sample = read_sample(values, "shares of the spread")
    count, several = factors.shape
    y, x = sample - sample.mean(), factors - factors.mean(axis=0)
    whole = float(y @ y)
    if whole == 0:
        raise Undefined("shares of the spread: all values are equal")
    if several >= count - 1:
        raise Undefined(f"shares of the spread: {count} draws are too few for {several} factors")
    slope, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    left = count - int(rank) - 1
    shares = slope * (x.T @ y) / whole
    by_chance = max(0.0, 1 - float(shares.sum())) / left
    adjusted = np.where(np.ptp(factors, axis=0) > 0, shares - by_chance, 0.0)
    return adjusted, float(adjusted.sum())
