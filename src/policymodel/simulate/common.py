"""What is common to many people in a draw: how each measure grows, in the group and in each region.

The factors of a draw are one point of a scrambled Sobol sequence: 256 of them tell the mean cost as well as many
thousands of independent draws, because most of what makes a year dear or cheap is common.

The dimensions, in a fixed order: the group's factor of each measure, then the factors of each region in turn. Income
lines come first, then measures, each by name: what comes first is spread most evenly. Beyond `MOST` dimensions
factors are plain normals, keyed by their name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats.qmc import Sobol

from policymodel.draws import Draws

Numbers = NDArray[np.float64]
MOST = 512
STREAM = "common factors"
BAD = 10
"""One draw in so many is a bad year."""


class Grows(Protocol):
    """How one measure may grow: `simulate.growth.Growth`."""

    def of_region(self, z_group: Numbers, z_region: Numbers) -> Numbers:
        """Log growth from standard normals."""


@dataclass(frozen=True)
class Common:
    """The common factors of every draw of a run, on the log scale.

    `growth` is by measure, income line or event; `regions` are all regions of the bank, whichever are priced.
    """

    growth: Mapping[str, Grows]
    first: tuple[str, ...]
    regions: tuple[str, ...]
    draws: Draws
    count: int
    plain: bool = False
    """Independent normals in place of Sobol points, to measure what these bring."""

    @property
    def names(self) -> tuple[str, ...]:
        """What grows, in the order of the dimensions."""
        leading = [each for each in sorted(self.growth) if each in self.first]
        return (*leading, *(each for each in sorted(self.growth) if each not in self.first))

    @cached_property
    def normals(self) -> Numbers:
        """Standard normals, [draw, dimension]."""
        dimensions = len(self.names) * (1 + len(self.regions))
        if self.plain:
            return self.draws.generator("plain " + STREAM).standard_normal((self.count, dimensions))
        even = min(dimensions, MOST)
        found = np.zeros((self.count, dimensions))
        if even:
            sequence = Sobol(even, scramble=True, rng=self.draws.generator(STREAM))
            points = sequence.random_base2(max(self.count - 1, 0).bit_length())[: self.count]
            # A point may stand on the edge, of which there is no quantile.
            found[:, :even] = ndtri(np.clip(points, 2.0**-32, 1 - 2.0**-32))
        for at in range(even, dimensions):
            found[:, at] = self.draws.generator(STREAM, block=at).standard_normal(self.count)
        return found

    def of_region(self, name: str, region: str, some: slice = slice(None)) -> Numbers:
        """Log growth of a measure in a region, [draw]."""
        count, at = len(self.names), self.names.index(name)
        own = count * (1 + self.regions.index(region)) + at
        return self.growth[name].of_region(self.normals[some, at], self.normals[some, own])

    def of_group(self, name: str) -> Numbers:
        """Log growth of a measure where no region differs from the others, [draw]."""
        z = self.normals[:, self.names.index(name)]
        return self.growth[name].of_region(z, np.zeros(z.size))

    def bad_years(self, better: Sequence[str]) -> NDArray[np.bool_]:
        """The tenth of the draws with the lowest common growth, of the income lines or else of all that is better up.

        It is the mean of the measures' group factors; known before anything is priced.
        """
        led = [each for each in self.names if each in self.first] or [
            each for each in self.names if each in better
        ]
        bad = np.zeros(self.count, dtype=bool)
        if led:
            mean = np.mean([self.of_group(each) for each in led], axis=0)
            bad[np.argsort(mean, kind="stable")[: -(-self.count // BAD)]] = True
        return bad

    def table(self, better: Sequence[str]) -> pd.DataFrame:
        """One row for each draw and group factor: draw, factor, value (a multiple), bad_year."""
        bad, rows = self.bad_years(better), []
        for name in self.names:
            value = np.exp(self.of_group(name))
            rows.append(pd.DataFrame({"draw": np.arange(self.count), "factor": name, "value": value}))
        columns = pd.DataFrame({"draw": np.arange(self.count), "factor": "none", "value": 1.0})
        table = pd.concat(rows or [columns], ignore_index=True)
        return table.assign(bad_year=bad[table["draw"].to_numpy()])
