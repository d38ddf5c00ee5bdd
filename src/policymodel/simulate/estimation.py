"""How measures grew from year to year, of people who can be compared: what `growth` predicts from."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from policymodel.simulate.assumptions import Assumptions, Growing, MeasureGrowth
from policymodel.simulate.growth import (
    LEAST,
    TENTHS,
    Floats,
    Growth,
    GrowthPrior,
    Growths,
    Seen,
    grown,
    predict,
)
from policymodel.simulate.yearly import Monthly, Years

FEWEST_MONTHS = 9
"""Of a year, known in both of two years: with fewer a post's figures are not compared."""
INCOME = "income"
"""The family of the income lines."""
FEWEST_PEOPLE = 2
"""In a region, with figures in both years: with fewer its growth says more of one person than of the region."""


@dataclass(frozen=True)
class Pair:
    """Two years of one measure, of people who are there in both: their regions and figures of the same months."""

    person: NDArray[np.intp]
    region: NDArray[np.int64]
    before: Floats
    gross: Floats
    after: Floats


def prior_of(growing: Growing) -> GrowthPrior:
    """What the assumptions declare about growth, as numbers."""
    leaning = growing.leaning
    return GrowthPrior(
        mean=growing.prior.mean.value,
        mean_years=leaning.mean_years.value,
        group_sd=growing.prior.group_sd.value,
        region_sd=growing.prior.region_sd.value,
        sd_years=leaning.sd_years.value,
        person_sd=leaning.person_sd.value,
        together=leaning.together.value,
        together_years=leaning.together_years.value,
    )


def estimate_growth(
    years: Years, assumptions: Assumptions, families: Mapping[str, str] | None = None
) -> Growths:
    """How each measure, income line or event may grow in the year after the last one.

    Growth is that of people who are employed on every day of both years in one region, over the months of the year
    known in both: so neither hires nor leavers are growth. Of a stock it is the growth of its monthly changes. The top
    of a ratio grows with its bottom, and by the growth of the ratio.

    `families`: which measures have shocks in common; unless said income lines, measures, events. What
    `assumptions.growth.measures` declares goes before history, and with `from: declared` the prior goes before it too;
    how far people stray is taken from history wherever it shows it.
    """
    growing, prior = assumptions.growth, prior_of(assumptions.growth)
    kept, place = years.of, _Places(years.home, len(years.regions))
    seen: dict[str, Seen] = {}
    shown: dict[str, _Deviations] = {}
    growths: dict[str, Growth] = {}
    tops = {each.top: each.bottom for each in years.measures.values() if each.type == "ratio"}
    for name, monthly in kept.items():
        along = tops.get(name) if tops.get(name) in kept else None
        known = monthly.known.reshape(len(years.home), -1).any(axis=1)
        drawn = min(int(known.sum()), assumptions.blocks.years)
        seen[name], shown[name] = place.seen(monthly, None if along is None else kept[along], drawn)
        family = (families or {}).get(name) or _family(years.measures, name, along)
        found = predict(seen[name], prior, drawn, family)
        declared = growing.measures.get(name)
        if declared is not None or growing.taken_from == "declared":
            found = _declared(found, declared or growing.prior, growing.degrees.value)
        growths[name] = replace(found, along=along)
    own = {name: each.growth for name, each in seen.items()}
    for name, growth in growths.items():
        if growth.along is not None:
            own[name] = own[name] + own[growth.along]
    together, persons = _together(growths, shown, prior)
    past = {name: _to_last(own[name], each.weight) for name, each in seen.items()}
    return Growths(growths, years.regions, past, together, persons)


def _declared(found: Growth, said: MeasureGrowth, degrees: float) -> Growth:
    """A growth as declared; of what history says only how far people stray is left."""
    return replace(
        found,
        mean=said.mean.value,
        group_sd=said.group_sd.value,
        region_sd=said.region_sd.value,
        degrees=degrees,
        region_degrees=degrees,
        years=0,
        source=f"declared; people: {found.source.rpartition('people: ')[2]}",
    )


def _family(measures: Container[str], name: str, along: str | None) -> str:
    if along is not None:
        return f"share:{name}"
    if name.startswith("events:"):
        return "events"
    return "measures" if name in measures else INCOME


@dataclass(frozen=True)
class _Deviations:
    """What of a measure's growth is a region's, [year, region], and people's own, by (year, person)."""

    region: Floats
    people: Floats  # [year, person], NaN where not known
    residual: Floats  # [year, person]: each one's part in the region's chance
    size: float  # of the measure's gross figures


@dataclass(frozen=True)
class _Places:
    """Where people are in each year: their region where they are there on every day of it, -1 else."""

    region: NDArray[np.int64]  # [year, person]
    regions: int

    def pair(self, measure: Monthly, before: int, after: int) -> Pair:
        """The people of two years, and their figures over the months that are known in both."""
        a, b = (slice(12 * at, 12 * at + 12) for at in (before, after))
        both = measure.known[a] & measure.known[b]
        stays = (self.region[before] >= 0) & (self.region[before] == self.region[after])
        there = np.flatnonzero(stays & (both.sum(axis=0) >= FEWEST_MONTHS))
        both = both[:, there]
        old, new = measure.figure[a][:, there] * both, measure.figure[b][:, there] * both
        gross = np.abs(old).sum(axis=0)
        return Pair(there, self.region[after, there], old.sum(axis=0), gross, new.sum(axis=0))

    def seen(self, measure: Monthly, along: Monthly | None, drawn_years: int) -> tuple[Seen, _Deviations]:
        """The growths from each year to the next, and how people's differ from their region's."""
        years, people = self.region.shape
        shape = (max(years - 1, 0), self.regions)
        growth, noise, weight = (np.full(shape, np.nan) for _ in range(3))
        own, residual = (np.full((shape[0], people), np.nan) for _ in range(2))
        for at in range(shape[0]):
            growth[at], weight[at], rest, own[at], _ = self._between(measure, at, at + 1)
            if along is not None:
                below, _, rest_below, _, _ = self._between(along, at, at + 1)
                growth[at], rest = growth[at] - below, rest - rest_below
            residual[at] = rest
            noise[at] = self._variance(rest, at)
        spread, pairs = np.full(shape[0], np.nan), np.zeros(shape[0], dtype=np.int64)
        for lag in range(1, years):
            apart = [self._between(measure, at, at + lag)[3:] for at in range(years - lag)]
            found, gross = (np.concatenate([each[part] for each in apart]) for part in (0, 1))
            pairs[lag - 1] = np.isfinite(found).sum()
            spread[lag - 1] = _variance_of(found, gross)
        size = float(np.nansum(weight))
        before = min(drawn_years, years - 1)
        missed, drawn = float("nan"), float("nan")
        if (before > 1 or before == drawn_years) and along is None:
            held = [self._missed(measure, growth, at, before) for at in range(before, years)]
            own = np.full((shape[0], people), np.nan)
            own[before - 1 :] = [miss for miss, _, _ in held]
            gross = np.concatenate([each for _, _, each in held])
            patterns = np.concatenate([each for _, each, _ in held], axis=1)
            missed = _variance_of(own[before - 1 :].ravel(), gross)
            drawn = _variance_of(patterns.ravel(), np.tile(gross, before))
        told = Seen(growth, noise, weight, spread, pairs, missed, drawn)
        return told, _Deviations(_about(growth), own, residual, size)

    def _missed(
        self, measure: Monthly, growth: Floats, at: int, before: int
    ) -> tuple[Floats, Floats, Floats]:
        """By how much the mean of the years before a year, at its level, missed each person's figure in it.

        Also by how much years put together of quarters of these years lie off that mean, [pattern, person]: quarter s
        of pattern d is from year s + d. Both as parts of the gross figure, which comes third; NaN who was not there.
        """
        years = range(at - before, at + 1)
        parts = [slice(12 * year, 12 * year + 12) for year in years]
        known = np.logical_and.reduce([measure.known[part] for part in parts])
        home = self.region[at - before : at + 1]
        there = (home[-1] >= 0) & (home == home[-1]).all(axis=0) & (known.sum(axis=0) >= FEWEST_MONTHS)
        region = np.maximum(home[-1], 0)
        steps = np.where(np.isfinite(growth[at - before : at]), growth[at - before : at], 0.0)
        to_here = steps[::-1].cumsum(axis=0)[::-1]
        figures = [measure.figure[part] * known for part in parts]
        levelled = np.stack(
            [grown(each, level[region]) for each, level in zip(figures, to_here, strict=False)]
        )
        quarters = levelled.reshape(before, 4, 3, -1).sum(axis=2)
        gross = np.abs(levelled).sum(axis=(0, 1)) / before
        there &= gross > 0
        gross = np.where(there, gross, np.nan)
        mean = quarters.sum(axis=(0, 1)) / before
        season = np.arange(4)
        drawn = np.stack([quarters[(season + each) % before, season].sum(axis=0) for each in range(before)])
        return (figures[-1].sum(axis=0) - mean) / gross, (drawn - mean) / gross, gross

    def _between(self, measure: Monthly, before: int, after: int) -> tuple[Floats, ...]:
        """Growth and gross figure of each region; each person's part in chance, own growth beside it, gross figure."""
        pair, people = self.pair(measure, before, after), self.region.shape[1]
        change = _sum(pair.region, pair.after - pair.before, self.regions)
        gross = _sum(pair.region, pair.gross, self.regions)
        many = np.bincount(pair.region[pair.gross > 0], minlength=self.regions)
        enough = (gross > 0) & (many >= FEWEST_PEOPLE)
        share = np.divide(change, gross, out=np.zeros_like(change), where=gross > 0)
        enough &= share > LEAST - 1
        growth = np.where(enough, np.log1p(np.maximum(share, LEAST - 1)), np.nan)
        rest, own, own_gross = (np.full(people, np.nan) for _ in range(3))
        # Ratio estimator: each one's change less the region's share of the own gross figure (Cochran 1977, ch. 6).
        left = pair.after - pair.before - share[pair.region] * pair.gross
        scale = np.where(enough, gross * (1 + share), np.nan)[pair.region]
        rest[pair.person] = left / scale
        moved = pair.gross > 0
        ratio = np.divide(pair.after - pair.before, pair.gross, out=np.zeros_like(left), where=moved)
        # Beside the region's: what came for what was to come. Not its log, which has no end where a scarce count is 0.
        own[pair.person] = np.where(moved, (ratio - share[pair.region]) / np.exp(growth[pair.region]), np.nan)
        own_gross[pair.person] = pair.gross
        return growth, np.where(enough, gross, np.nan), rest, own, own_gross

    def _variance(self, rest: Floats, before: int) -> Floats:
        """The variance that people bring to each region's growth."""
        known = np.isfinite(rest)
        region = self.region[before][known]
        many = np.bincount(region, minlength=self.regions)
        squares = _sum(region, rest[known] ** 2, self.regions)
        return np.asarray(np.where(many > 1, squares * many / np.maximum(many - 1, 1), np.nan))


def _sum(region: NDArray[np.int64], value: Floats, regions: int) -> Floats:
    return np.bincount(region, value, minlength=regions).astype(np.float64)


def _variance_of(value: Floats, weight: Floats) -> float:
    """The log variance of a normal with the same outer tenths; NaN of fewer than two values."""
    here = np.isfinite(value)
    if here.sum() < 2:
        return float("nan")
    low, high = _quantiles(value[here], weight[here], (0.1, 0.9))
    return float(np.log1p(((high - low) / TENTHS) ** 2))


def _quantiles(value: Floats, weight: Floats, at: tuple[float, ...]) -> Floats:
    """Quantiles of weighted values: between the middles of their weights."""
    order = np.argsort(value, kind="stable")
    middle = weight[order].cumsum() - weight[order] / 2
    return np.asarray(np.interp(np.asarray(at) * weight.sum(), middle, value[order]))


def _about(growth: Floats) -> Floats:
    """Regions about their plain mean of each year."""
    here = np.isfinite(growth)
    many = np.maximum(here.sum(axis=1, keepdims=True), 1)
    return np.asarray(growth - np.where(here, growth, 0.0).sum(axis=1, keepdims=True) / many)


def _to_last(growth: Floats, weight: Floats) -> Floats:
    """The log growth from each year to the last, [year, region]; a region without one has the group's, or none."""
    here = np.isfinite(growth)
    heavy = np.where(here, np.nan_to_num(weight), 0.0)
    whole = heavy.sum(axis=1, keepdims=True)
    group = (heavy * np.where(here, growth, 0.0)).sum(axis=1, keepdims=True) / np.where(whole > 0, whole, 1.0)
    steps = np.where(here, growth, group)
    back = np.vstack([steps, np.zeros((1, growth.shape[1]))])
    return np.asarray(back[::-1].cumsum(axis=0)[::-1])


def _together(
    growths: Mapping[str, Growth], shown: Mapping[str, _Deviations], prior: GrowthPrior
) -> tuple[dict[str, float], dict[str, float]]:
    """How much of a family's shocks is common to its measures: of regions and groups, and of people.

    Of regions: the mean covariance of two measures' deviations, less that of people's chance, over the mean product of
    their standard deviations; the prior weighs `together_years` degrees of freedom. Of people: their mean correlation,
    of income lines by their amounts, as these add up.
    """
    regions: dict[str, float] = {}
    people: dict[str, float] = {}
    for family in {each.family for each in growths.values()}:
        names = [name for name, each in growths.items() if each.family == family]
        shared = scale = freedom = 0.0
        correlation: list[float] = []
        weights: list[float] = []
        for at, one in enumerate(names):
            for other in names[at + 1 :]:
                a, b = shown[one], shown[other]
                both = np.isfinite(a.region) & np.isfinite(b.region)
                free = float(np.maximum(both.sum(axis=1) - 1, 0).sum())
                if free:
                    chance = float(np.nansum(a.residual * b.residual)) / max(both.sum(), 1)
                    shared += float((a.region * b.region)[both].sum()) - free * chance
                    scale += free * growths[one].region_sd * growths[other].region_sd
                    freedom = max(freedom, free)
                pair = np.isfinite(a.people) & np.isfinite(b.people)
                if pair.sum() > 2:
                    correlation.append(_correlation(a.people[pair], b.people[pair]))
                    weights.append(a.size * b.size if family == INCOME else 1.0)
        found = shared / scale if scale > 0 else 0.0
        freedom = freedom if scale > 0 else 0.0
        mixed = (prior.together_years * prior.together + freedom * found) / (prior.together_years + freedom)
        regions[family] = float(np.clip(mixed, 0.0, 1.0))
        mean = float(np.average(correlation, weights=weights)) if sum(weights) > 0 else prior.together
        people[family] = float(np.clip(mean, 0.0, 1.0))
    return regions, people


def _correlation(one: Floats, other: Floats) -> float:
    """Of two series after each is held within three of its robust standard deviations."""
    held = []
    for series in (one, other):
        low, high = np.quantile(series, [0.1, 0.9])
        centre, sd = np.median(series), (high - low) / TENTHS
        held.append(np.clip(series - centre, -3 * sd, 3 * sd))
    scale = float(np.sqrt((held[0] ** 2).sum() * (held[1] ** 2).sum()))
    return float((held[0] * held[1]).sum()) / scale if scale > 0 else 0.0
