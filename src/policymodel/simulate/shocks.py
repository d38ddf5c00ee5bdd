"""What is common to many people in a draw: how each measure grows, in the group and in each region.

The normals behind the factors of a draw are one point of a scrambled Sobol sequence: 256 of them tell the mean cost as
well as many thousands of independent draws, because most of what makes a year dear or cheap is common.

The dimensions, in a fixed order: the axes of the group (`Growths.axes`: families, then measures), then those of each
region in turn; what comes first is spread most evenly. Beyond `MOST` dimensions they are plain normals, each keyed by
its place.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats.qmc import Sobol

from policymodel.draws import Draws
from policymodel.simulate.growth import Growths

Numbers = NDArray[np.float64]
MOST = 512
STREAM = "common factors"
BAD = 10
"""One draw in so many is a bad year."""


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
    """Independent normals in place of Sobol points, to measure what these bring."""

    @cached_property
    def normals(self) -> Numbers:
        """Standard normals, [draw, group or region, axis]."""
        shape = (1 + len(self.growths.regions), len(self.growths.axes))
        dimensions = shape[0] * shape[1]
        if self.plain:
            every = self.draws.generator("plain " + STREAM).standard_normal((self.count, dimensions))
            return every.reshape(self.count, *shape)
        even = min(dimensions, MOST)
        found = np.zeros((self.count, dimensions))
        if even:
            sequence = Sobol(even, scramble=True, rng=self.draws.generator(STREAM))
            points = sequence.random_base2(max(self.count - 1, 0).bit_length())[: self.count]
            # A point may stand on the edge, of which there is no quantile.
            found[:, :even] = ndtri(np.clip(points, 2.0**-32, 1 - 2.0**-32))
        for at in range(even, dimensions):
            found[:, at] = self.draws.generator(STREAM, block=at).standard_normal(self.count)
        return found.reshape(self.count, *shape)

    def of_region(self, region: str, some: slice = slice(None)) -> dict[str, Numbers]:
        """Log growth of each measure in a region, [draw]."""
        if not self.growths:
            return {}
        normals = self.normals[some]
        at = 1 + self.growths.regions.index(region)
        told = self.growths.of_regions(normals[:, 0], normals[:, [at]])
        return {name: growth[:, 0] for name, growth in told.items()}

    @cached_property
    def of_group(self) -> dict[str, Numbers]:
        """Log growth of each measure in a region that is like all others, [draw]."""
        if not self.growths:
            return {}
        normals = self.normals
        told = self.growths.of_regions(normals[:, 0], np.zeros_like(normals[:, :1]))
        return {name: growth[:, 0] for name, growth in told.items()}

    def bad_years(self, led: Collection[str]) -> NDArray[np.bool_]:
        """The tenth of the draws with the lowest mean log growth of some measures: known before anything is priced."""
        mine = [self.of_group[each] for each in self.growths if each in led]
        bad = np.zeros(self.count, dtype=bool)
        if mine:
            bad[np.argsort(np.mean(mine, axis=0), kind="stable")[: -(-self.count // BAD)]] = True
        return bad

    def table(self, led: Collection[str]) -> pd.DataFrame:
        """One row for each draw and measure: draw, factor, value (a multiple of last year's), bad_year."""
        factors = {name: np.exp(each) for name, each in self.of_group.items()} or {
            "none": np.ones(self.count)
        }
        rows = [
            pd.DataFrame({"draw": np.arange(self.count), "factor": name, "value": value})
            for name, value in factors.items()
        ]
        table = pd.concat(rows, ignore_index=True)
        return table.assign(bad_year=self.bad_years(led)[table["draw"].to_numpy()])
