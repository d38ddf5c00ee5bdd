"""What is common to many people in a draw: how each measure grows, in the group and in each region.

The normals behind the factors of a draw are one point of a scrambled Sobol sequence: 256 of them tell the mean cost as
well as many thousands of independent draws, because most of what makes a year dear or cheap is common.

The dimensions, in a fixed order: the axes of the group (`Growths.axes`: families, then measures), then those of each
region in turn; what comes first is spread most evenly. Beyond `MOST` dimensions they are plain normals, each keyed by
its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats.qmc import Sobol

from policymodel.draws import Draws
from policymodel.simulate.growth import Growth, Growths

Numbers = NDArray[np.float64]
SET = 256
"""Draws that together are spread evenly; a run is evenest where the number of its draws is a multiple."""
MOST = 512
BITS = 30
"""Of each number of a Sobol sequence."""
STREAM = "common factors"
BAD = 10
"""One draw in so many is a bad year."""


@cache
def corners(dimensions: int) -> NDArray[np.uint32]:
    """The first points of the Sobol sequence, [point of a set, dimension], as whole numbers below 2^BITS.

    >>> np.sort(corners(3)[:4] >> (BITS - 2), axis=0).T.tolist()
    [[0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3]]
    """
    points = Sobol(dimensions, scramble=False, bits=BITS).random(SET)
    return np.asarray(points * 2.0**BITS).astype(np.uint32)


def levelled(growth: Numbers, expected: float) -> Numbers:
    """Log growth [draw, ...] in which the mean factor of each whole set of draws is the expected one.

    Factors above the median of their set are moved in proportion to how far they are above it: of even points all that
    is left to chance is how far off the furthest of them lie, and there heavy tails lie far (moment matching: Boyle,
    Broadie and Glasserman, "Monte Carlo methods for security pricing", J. Economic Dynamics and Control 21, 1997).

    >>> found = levelled(np.random.default_rng(0).normal(0.0, 0.1, 2 * SET), 1.01)
    >>> np.exp(found).reshape(2, SET).mean(axis=1).round(12).tolist()
    [1.01, 1.01]
    """
    factor = np.exp(growth).reshape(-1, SET, *growth.shape[1:])
    above = np.maximum(factor - np.median(factor, axis=1, keepdims=True), 0.0)
    mean = above.mean(axis=1, keepdims=True)
    missing = expected - factor.mean(axis=1, keepdims=True)
    stretch = np.divide(missing, mean, out=np.zeros_like(mean), where=mean > 1e-9)
    return np.asarray(np.log(factor + stretch * above).reshape(growth.shape))


@dataclass(frozen=True)
class Common:
    """The common factors of every draw of a run; the same for every region and design, whichever are priced.

    >>> from policymodel.simulate.growth import Growth
    >>> fee = Growth(0.02, 0.1, 0.05, 0.0, 30.0, 30.0, 0, "declared", family="income")
    >>> growths = Growths({"fee": fee}, ("north",), {}, {"income": 0.5}, {"income": 0.5})
    >>> found = Common(growths, Draws(1), 256).of_region("north")["fee"]
    >>> found.shape, abs(float(found.mean()) - 0.02) < 0.001
    ((256,), True)
    """

    growths: Growths
    draws: Draws
    count: int
    plain: bool = False
    """Independent numbers in place of even ones, here and for what is people's own, to measure what these bring."""
    led: frozenset[str] = frozenset()
    """The measures whose growth makes a year good or bad."""
    _of_region: dict[str, dict[str, Numbers]] = field(default_factory=dict, repr=False)

    @cached_property
    def normals(self) -> Numbers:
        """Standard normals of whole sets of draws, [draw, group or region, axis]."""
        count = -(-self.count // SET) * SET
        shape = (1 + len(self.growths.regions), len(self.growths.axes))
        dimensions = shape[0] * shape[1]
        if self.plain:
            every = self.draws.generator("plain " + STREAM).standard_normal((count, dimensions))
            return every.reshape(count, *shape)
        even = min(dimensions, MOST)
        found = np.zeros((count, dimensions))
        if even:
            sequence = Sobol(even, scramble=True, rng=self.draws.generator(STREAM))
            points = sequence.random_base2((count - 1).bit_length())[:count]
            # A point may stand on the edge, of which there is no quantile.
            found[:, :even] = ndtri(np.clip(points, 2.0**-32, 1 - 2.0**-32))
        for at in range(even, dimensions):
            found[:, at] = self.draws.generator(STREAM, block=at).standard_normal(count)
        return found.reshape(count, *shape)

    def of_region(self, region: str, some: slice = slice(None)) -> dict[str, Numbers]:
        """Log growth of each measure in a region, [draw]."""
        if not self.growths:
            return {}
        if region not in self._of_region:
            at = 1 + self.growths.regions.index(region)
            self._of_region[region] = self._told(self.normals[:, [at]], lambda growth: growth.factor)
        return {name: growth[: self.count][some] for name, growth in self._of_region[region].items()}

    @property
    def of_group(self) -> dict[str, Numbers]:
        """Log growth of each measure in a region that is like all others, [draw]."""
        return {name: growth[: self.count] for name, growth in self._of_group.items()}

    @cached_property
    def _of_group(self) -> dict[str, Numbers]:
        alike = np.zeros_like(self.normals[:, :1])
        return self._told(alike, lambda growth: replace(growth, region_sd=0.0).factor)

    def _told(self, regional: Numbers, expected: Callable[[Growth], float]) -> dict[str, Numbers]:
        def even(growth: Growth, told: Numbers) -> Numbers:
            return told if self.plain else levelled(told, expected(growth))

        told = self.growths.of_regions(self.normals[:, 0], regional, even)
        return {name: growth[:, 0] for name, growth in told.items()}

    def ranks(self, number: int) -> NDArray[np.intp]:
        """Which place each draw of a set has among them by the mean log growth of what leads, [draw of the set]."""
        some = slice(number * SET, (number + 1) * SET)
        led = [each[some] for name, each in self._of_group.items() if name in (self.led or self.growths)]
        if not led:
            return np.arange(SET)
        return np.argsort(np.argsort(np.mean(led, axis=0), kind="stable"), kind="stable")

    @cached_property
    def bad_years(self) -> NDArray[np.bool_]:
        """The tenth of the draws with the lowest mean log growth of what leads: known before anything is priced."""
        mine = [each for name, each in self.of_group.items() if name in self.led]
        bad = np.zeros(self.count, dtype=bool)
        if mine:
            bad[np.argsort(np.mean(mine, axis=0), kind="stable")[: -(-self.count // BAD)]] = True
        return bad

    def table(self) -> pd.DataFrame:
        """One row for each draw and measure: draw, factor, value (a multiple of last year's), bad_year."""
        factors = {name: np.exp(each) for name, each in self.of_group.items()} or {
            "none": np.ones(self.count)
        }
        rows = [
            pd.DataFrame({"draw": np.arange(self.count), "factor": name, "value": value})
            for name, value in factors.items()
        ]
        table = pd.concat(rows, ignore_index=True)
        return table.assign(bad_year=self.bad_years[table["draw"].to_numpy()])
