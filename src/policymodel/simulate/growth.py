"""How each measure may grow next year: a predictive distribution estimated from history, leaning on declared priors.

Growth is on the log scale and the same for a measure that cannot be negative and for one that can (net deposits):

    g = log(1 + (this year's total - last year's total) / last year's gross figure),    gross = sum of |monthly figures|
    figure next year = figure + (exp(g) - 1) |figure|

For a measure that is never negative this is plain growth of the total. Where some months are negative, growth makes
good months better and bad months less bad, and never divides by a total close to zero.

A yearly growth of region r is taken as  mean + group_t + region_rt + noise_rt: a shock common to all, one of the
region, and what the chance of its own people alone brings, which the futures draw anew for each person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

Floats = NDArray[np.float64]

FURTHEST = 3.5
"""Standard normals beyond are held here (one draw in two thousand): the mean of exp(Student t) is infinite."""
LEAST = 0.02
"""A year's figure of a post or region counts as no less than this part of the gross one before, so its log exists."""
TENTHS = 2.5631031310892007
"""Standard deviations between the lowest and the highest tenth of a normal distribution."""


@dataclass(frozen=True)
class GrowthPrior:
    """What is declared about growth before history is looked at; each counts as so many years of it.

    `mean` (log, a year) weighs `mean_years`; `group_sd`, the yearly shock common to all regions, and `region_sd`, that
    of one region, weigh `sd_years` each (degrees of freedom). `person_sd` is how far a person's year differs from the
    year before beyond the region's growth: used only where history has no two years to compare. `together` is how
    much of the shocks of one family of measures is common to them (0 to 1), and weighs `together_years`.
    """

    mean: float
    mean_years: float
    group_sd: float
    region_sd: float
    sd_years: float
    person_sd: float
    together: float
    together_years: float

    def __post_init__(self) -> None:
        for name in ("mean_years", "group_sd", "region_sd", "sd_years", "person_sd", "together_years"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} of a growth prior is {getattr(self, name)}; it must be more than 0")
        if not 0 <= self.together <= 1:
            raise ValueError(f"together of a growth prior is {self.together}; it lies from 0 to 1")


@dataclass(frozen=True)
class Growth:
    """Next year's growth of one measure, income line or event, on the log scale.

    Growth of region g in a draw = mean + group_sd t(z_group) + region_sd t(z_region), with Student quantiles of
    `degrees` and `region_degrees`; of a person in it, besides, person_sd z - person_sd^2 / 2, so that what happens to
    single people adds nothing to the total. `years` is how many yearly growths were seen, `source` says what they and
    the priors gave. `along` names the measure whose growth is added (the bottom of a ratio, for its top).
    """

    mean: float
    group_sd: float
    region_sd: float
    person_sd: float
    degrees: float
    region_degrees: float
    years: int
    source: str
    family: str = ""
    along: str | None = None

    def of_region(self, z_group: Floats, z_region: Floats) -> Floats:
        """Log growth from standard normals; the two broadcast against each other.

        >>> growth = Growth(0.05, 0.04, 0.03, 0.1, 4.0, 12.0, 2, "example")
        >>> growth.of_region(np.zeros(1), np.zeros(1)).tolist()
        [0.05]
        """
        group = self.group_sd * student(z_group, self.degrees)
        return np.asarray(self.mean + group + self.region_sd * student(z_region, self.region_degrees))

    @property
    def factor(self) -> float:
        """The mean of exp(growth) of a region: what its figures are expected to become a multiple of.

        >>> nearly_normal = Growth(0.05, 0.04, 0.03, 0.1, 1e9, 1e9, 0, "example")
        >>> round(nearly_normal.factor / float(np.exp(0.05 + 0.04**2 / 2 + 0.03**2 / 2)), 5)
        1.0
        """
        shocks = (self.group_sd, self.degrees), (self.region_sd, self.region_degrees)
        return float(np.exp(self.mean) * np.prod([_mean_factor(*each) for each in shocks]))

    def of_person(self, z: Floats) -> Floats:
        """What is a person's own beside the region's log growth, from standard normals."""
        return np.asarray(self.person_sd * z - self.person_sd**2 / 2)


def student(z: Floats, degrees: float) -> Floats:
    """The Student quantile at the probability of a standard normal, held beyond `FURTHEST`.

    >>> bool(abs(student(np.array([1.959964]), 3.0)[0] - 3.182446) < 1e-4)
    True
    """
    return np.asarray(stdtrit(degrees, ndtr(np.clip(z, -FURTHEST, FURTHEST))))


@cache
def _mean_factor(sd: float, degrees: float) -> float:
    """The mean of exp(sd t), t as by `student`, by Gauss-Legendre quadrature over the standard normal."""
    places, weights = np.polynomial.legendre.leggauss(100)
    z = FURTHEST * np.array([-1.0, *places, 1.0])
    density = FURTHEST * weights * np.exp(-((FURTHEST * places) ** 2) / 2) / np.sqrt(2 * np.pi)
    weight = np.array([ndtr(-FURTHEST), *density, ndtr(-FURTHEST)])
    return float((weight * np.exp(sd * student(z, degrees))).sum())


def grown(figure: Floats, growth: Floats) -> Floats:
    """Figures of months after a log growth, by the rule of this module; shapes broadcast.

    >>> grown(np.array([100.0, -100.0]), np.array([np.log(1.1)])).round(6).tolist()
    [110.0, -90.0]
    """
    return np.asarray(figure + np.expm1(growth) * np.abs(figure))


@dataclass(frozen=True)
class Seen:
    """Yearly growths of one measure that history holds, [year, region], of posts that are there in both years.

    `noise` is the variance that the chance of single people gives each of them, `weight` the region's part of the
    gross figure; NaN where a region has no growth in a year. `spread` is the log variance of single people's growth
    about their region's, by the years between (1, 2 …): from the outer tenths, people weighed by gross figures.
    `missed` is the log variance by which the mean of some own years missed people's next one, and `drawn` that of years
    put together of quarters of these: both NaN where history is too short to see it.
    """

    growth: Floats
    noise: Floats
    weight: Floats
    spread: Floats
    pairs: NDArray[np.int64]  # how many people stand behind each of `spread`
    missed: float = float("nan")
    drawn: float = float("nan")


def predict(seen: Seen, prior: GrowthPrior, drawn_years: int, family: str = "") -> Growth:
    """The predictive distribution of next year's growth.

    Group: the yearly growths are normal with unknown mean and variance under the conjugate prior, so the next one is
    Student (Gelman et al., Bayesian Data Analysis, 3rd ed., section 3.3): with n years, k = mean_years + n and
    v = sd_years + n degrees of freedom, scale^2 = s^2 (1 + 1/k). What regions and people bring by chance to a group's
    growth is taken off s^2. Region: the mean square of regions about the group's growth less the mean noise (method
    of moments of random effects: Hedges 1983), with the prior weighing `sd_years`.

    `drawn_years` is from how many years the futures draw a person's months: what those months do not show of how
    people change is `person_sd` (see `beyond_blocks`).
    """
    here = np.isfinite(seen.growth)
    years = np.flatnonzero(here.any(axis=1))
    growth, noise, weight = (each[years] for each in (seen.growth, seen.noise, seen.weight))
    here = here[years]
    weight = np.where(here, weight, 0.0)
    weight = weight / np.where(weight.sum(axis=1, keepdims=True) > 0, weight.sum(axis=1, keepdims=True), 1.0)
    growth, noise = np.where(here, growth, 0.0), np.where(here, noise, 0.0)

    # Regions about their plain mean of the year.
    many = here.sum(axis=1)
    plain = growth.sum(axis=1) / np.maximum(many, 1)
    squares = float((np.where(here, growth - plain[:, None], 0.0) ** 2).sum())
    freedom = float(np.maximum(many - 1, 0).sum())
    chance = float(noise.sum() / max(many.sum(), 1))
    whole = (prior.sd_years * (prior.region_sd**2 + chance) + squares) / (prior.sd_years + freedom)
    region_variance = max(whole - chance, 0.0)

    count = len(years)
    together = (weight * growth).sum(axis=1)
    by_chance = float((weight**2 * (region_variance + noise)).sum(axis=1).mean()) if count else 0.0
    k, v = prior.mean_years + count, prior.sd_years + count
    mean = (prior.mean_years * prior.mean + together.sum()) / k
    about = float(((together - together.mean()) ** 2).sum()) if count else 0.0
    apart = prior.mean_years * count / k * (float(together.mean()) - prior.mean) ** 2 if count else 0.0
    scale = (prior.sd_years * (prior.group_sd**2 + by_chance) + about + apart) / v
    group_variance = max(scale - by_chance, 0.0) + scale / k

    person, how = beyond_blocks(seen, prior, drawn_years)
    said = f"{count} yearly growths" if count != 1 else "1 yearly growth"
    leaning = prior.sd_years / v
    source = f"{said}; the declared prior weighs {leaning:.0%} of the group's spread; people: {how}"
    if not count:
        source = f"no two years to compare: declared priors alone; people: {how}"
    return Growth(
        mean=float(mean),
        group_sd=float(np.sqrt(group_variance)),
        region_sd=float(np.sqrt(region_variance)),
        person_sd=person,
        degrees=v,
        region_degrees=prior.sd_years + freedom,
        years=count,
        source=source,
        family=family,
    )


def beyond_blocks(seen: Seen, prior: GrowthPrior, drawn_years: int) -> tuple[float, str]:
    """How far a person's next year lies off what months drawn from K own years show of it; and whence that is known.

    A person's log figure is a level that drifts (variance D a year) and a year's chance (variance W). Then growth
    over l years varies by 2 W + l D, which the spreads of history give. The mean of K years misses the next one by
    W (1 + 1/K) + D sum (j/K)^2, j = 1..K. Quarters drawn from those years already vary by W (K-1)/K + D (K^2-1)/(24 K)
    about that mean: the rest is missing. With one spread alone chance and drift are taken to bring half of it each.
    Where history has three years or more it says itself by how much such a mean missed the year after it.
    """
    if np.isfinite(seen.missed):
        return float(
            np.sqrt(max(seen.missed - seen.drawn, 0.0))
        ), "by how much their years before missed a year"
    k = max(drawn_years, 1)
    known = np.flatnonzero(np.isfinite(seen.spread) & (seen.pairs > 1))
    if not known.size:
        chance = prior.person_sd**2 / 4
        drift, how = prior.person_sd**2 / 2, "declared prior"
    elif known.size == 1:
        one = float(seen.spread[known[0]]) / (known[0] + 1)
        chance, drift, how = one / 4, one / 2, "their growth over one span of years"
    else:
        lag, spread, many = known + 1.0, seen.spread[known], seen.pairs[known].astype(np.float64)
        centre = np.average(lag, weights=many)
        slope = float((many * (lag - centre) * spread).sum() / (many * (lag - centre) ** 2).sum())
        drift = float(np.clip(slope, 0.0, spread[0] / lag[0]))
        chance = max(float(np.average(spread - lag * drift, weights=many)) / 2, 0.0)
        how = f"their growth over {known.size} spans of years"
    steps = np.arange(1, k + 1) / k
    missing = chance * 2 / k + drift * (float((steps**2).sum()) - (k**2 - 1) / (24 * k))
    return float(np.sqrt(max(missing, 0.0))), how


@dataclass(frozen=True)
class Growths(Mapping[str, Growth]):
    """Next year's growth of several measures, whose shocks go together within a family.

    `past` holds, for each measure, the log growth from each year of history to the last one, [year, region]: it moves
    a month drawn from an earlier year to the level of the last. `together` is the common part of a family's shocks of
    groups and regions, `persons_together` that of people.
    """

    of: Mapping[str, Growth]
    regions: tuple[str, ...]
    past: Mapping[str, Floats]
    together: Mapping[str, float]
    persons_together: Mapping[str, float]

    def __getitem__(self, name: str) -> Growth:
        return self.of[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.of)

    def __len__(self) -> int:
        return len(self.of)

    @cached_property
    def axes(self) -> tuple[str, ...]:
        """What each column of the standard normals is: of each family of several measures, then of each measure."""
        members = Counter(growth.family for growth in self.of.values())
        return (*(f"family:{family}" for family in sorted(members) if members[family] > 1), *self.of)

    def only(self, names: Iterable[str]) -> Growths:
        """The growth of some measures, and of those along which they grow: the others take no axis."""
        kept = {each for name in names for each in (name, self.of[name].along)}
        return replace(self, of={name: growth for name, growth in self.of.items() if name in kept})

    def mixed(self, z: Floats, name: str, together: Mapping[str, float]) -> Floats:
        """One standard normal of a measure from those of `axes` (the last axis of `z`)."""
        axes = self.axes
        own, family = z[..., axes.index(name)], f"family:{self.of[name].family}"
        if family not in axes:
            return own
        share = together[self.of[name].family]
        return np.asarray(np.sqrt(share) * z[..., axes.index(family)] + np.sqrt(1 - share) * own)

    def of_regions(
        self, common: Floats, regional: Floats, then: Callable[[Growth, Floats], Floats] | None = None
    ) -> dict[str, Floats]:
        """Log growth of each measure, [draw, region], from standard normals [draw, axis] and [draw, region, axis].

        `then` is done to what is a measure's own, before the growth along which it goes is added.
        """
        told: dict[str, Floats] = {}
        for name, growth in self.of.items():
            group = self.mixed(common, name, self.together)[:, None]
            told[name] = growth.of_region(group, self.mixed(regional, name, self.together))
            if then is not None:
                told[name] = then(growth, told[name])
        return self._along(told)

    def of_people(self, own: Floats) -> dict[str, Floats]:
        """What is people's own beside it, [draw, person], from standard normals [draw, person, axis]."""
        return self._along(
            {
                name: growth.of_person(self.mixed(own, name, self.persons_together))
                for name, growth in self.of.items()
            }
        )

    def _along(self, told: dict[str, Floats]) -> dict[str, Floats]:
        for name, growth in self.of.items():
            if growth.along is not None:
                told[name] = told[name] + told[growth.along]
        return told
