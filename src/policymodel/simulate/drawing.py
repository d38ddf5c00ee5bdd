"""Which months of history each person repeats in each draw, and the figures that this gives.

A year is cut into blocks of a few months. For each block a person repeats a block of the same season: of their own, or
of a peer where they have none that they worked through. All facts of a person are drawn together.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policymodel.draws import Draws
from policymodel.history.measures import COMPUTED, Status
from policymodel.simulate.ageing import Aged
from policymodel.simulate.assumptions import Assumptions
from policymodel.simulate.common import Common
from policymodel.simulate.months import Happened

Numbers = NDArray[np.float64]
Statuses = NDArray[np.uint8]
STREAM = "blocks of months"


@dataclass(frozen=True)
class Choices:
    """The blocks that a person may repeat: for each block of next year and person a run of `source` and `year`.

    `begin` and `size` [block, person] say where the run stands; `source` is whose block, `year` how many years before
    the last one it is from. `lent` counts the persons and blocks for which somebody else's are taken.
    """

    begin: NDArray[np.int64]
    size: NDArray[np.int64]
    source: NDArray[np.int64]
    year: NDArray[np.int64]
    lent: int


def choices_of(happened: Happened, aged: Aged, assumptions: Assumptions) -> Choices:
    """What may be repeated: blocks worked through on every day, of those the ones in which least is unknown.

    Who has none borrows those of the same grade, plan and region; where there is nobody, of the same plan and region,
    of the region, of anybody.
    """
    months, length = assumptions.blocks.months, len(aged.last_year.months)
    last = aged.last_year.first - aged.past.months[0]
    years = min(assumptions.blocks.years, last // length + 1)
    people = aged.past.managers.size
    begin, size = (np.zeros((length // months, people), dtype=np.int64) for _ in range(2))
    found: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    groups, at, lent = _peers(aged), 0, 0
    for block in range(length // months):
        usable = np.zeros((years, people), dtype=bool)
        unknown = np.zeros((years, people), dtype=np.int64)
        for year in range(years):
            run = slice(last - year * length + block * months, last - year * length + (block + 1) * months)
            usable[year] = happened.whole[run].all(axis=0)
            unknown[year] = happened.unknown[run].sum(axis=0)
        least = np.where(usable, unknown, np.iinfo(np.int64).max).min(axis=0)
        usable &= unknown == least
        who, when = np.nonzero(usable.T)
        begin[block], size[block] = at + np.searchsorted(who, np.arange(people)), usable.sum(axis=0)
        found.append((who, when))
        at += who.size
        for person in np.flatnonzero((aged.region >= 0) & ~usable.any(axis=0)):
            lent += 1
            for group in groups:
                peers = np.flatnonzero((group == group[person]) & (group >= 0))
                mine = np.isin(who, peers)
                if mine.any():
                    begin[block, person], size[block, person] = at, mine.sum()
                    found.append((who[mine], when[mine]))
                    at += int(mine.sum())
                    break
    source, year = (np.concatenate(each) for each in zip(*found, strict=True))
    return Choices(begin, size, source, year, lent)


def _peers(aged: Aged) -> list[NDArray[np.int64]]:
    """Who is like whom, from the narrowest group to the widest, [person]; -1 for who is gone."""
    spells = aged.panel.spells
    row = spells.row_in(aged.next_year)
    here = row >= 0
    words = [[str(each) for each in what[row]] for what in (spells.regions[spells.region], spells.plan, spells.grade)]
    region, plan, grade = words
    narrow = [("\0".join(each)) for each in zip(region, plan, grade, strict=True)]
    middle = [("\0".join(each)) for each in zip(region, plan, strict=True)]
    codes = [np.unique(each, return_inverse=True)[1] for each in (narrow, middle, region, [""] * row.size)]
    return [np.where(here, each, -1).astype(np.int64) for each in codes]


@dataclass(frozen=True)
class Future:
    """Everything from which draws of one region are made; any draw by itself, whatever else is drawn."""

    aged: Aged
    happened: Happened
    assumptions: Assumptions
    common: Common
    draws: Draws
    name: str
    """Of the region: with the seed and the draw it is the key of what is a person's own."""

    @cached_property
    def choices(self) -> Choices:
        """What each person may repeat."""
        return choices_of(self.happened, self.aged, self.assumptions)

    def repeated(self, first: int, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Whose block of how many years ago is repeated, [draw, block, person]; -1 where there is none."""
        chosen = self.choices
        place = zlib.crc32(self.name.encode("utf-8"))
        numbers = np.stack(
            [self.draws.generator(STREAM, draw, place).random(chosen.size.shape) for draw in range(first, first + count)]
        )
        at = chosen.begin + np.minimum((numbers * chosen.size).astype(np.int64), np.maximum(chosen.size - 1, 0))
        none = np.broadcast_to(chosen.size == 0, at.shape)
        at = np.where(none, 0, at)
        return np.where(none, -1, chosen.source[at]), np.where(none, 0, chosen.year[at])

    def draw(self, first: int, count: int) -> Drawn:
        """The draws from one number on."""
        source, year = self.repeated(first, count)
        return Drawn(self, first, count, source, year)

    @cached_property
    def levels(self) -> dict[tuple[str, int], Numbers]:
        """What brings each fact of each earlier year to the level of the last one, by region."""
        if self.assumptions.blocks.level == "as_it_was":
            return {}
        years = range(1, int(self.choices.year.max(initial=0)) + 1)
        return {
            (name, year): self.happened.level(name, year)
            for name in self.happened.facts
            for year in years
            if not self.happened.moves(name)
        }


@dataclass(frozen=True)
class Drawn:
    """Some draws of a region's next year: the figure of every person in every month, made when asked for.

    Arrays are [month, draw, person]. `source` and `year` say whose block of which year each repeats.
    """

    future: Future
    first: int
    count: int
    source: NDArray[np.int64]
    year: NDArray[np.int64]
    _known: dict[str, tuple[Numbers, Statuses]] = field(default_factory=dict, repr=False)

    @cached_property
    def months(self) -> NDArray[np.int64]:
        """The month of the past panel that each month repeats, [month, draw, person]."""
        aged = self.future.aged
        length = self.future.assumptions.blocks.months
        months = np.arange(len(aged.next_year.months))
        last = aged.last_year.first - aged.past.months[0]
        back = self.year * len(aged.last_year.months)
        return np.asarray(last + months[:, None, None] - back.transpose(1, 0, 2)[months // length])

    @cached_property
    def people(self) -> NDArray[np.int64]:
        """Whose month is repeated, [month, draw, person]; -1 where nobody's is."""
        months = np.arange(len(self.future.aged.next_year.months))
        return self.source.transpose(1, 0, 2)[months // self.future.assumptions.blocks.months]

    @cached_property
    def _at(self) -> NDArray[np.int64]:
        """Where each month of each person is found among all months of all people."""
        return self.months * self.future.aged.past.managers.size + np.maximum(self.people, 0)

    def figures(self, name: str) -> tuple[Numbers, Statuses]:
        """Number and status of a fact."""
        if name not in self._known:
            number, status = self.future.happened.figures(name)
            drawn, seen = number.ravel()[self._at], status.ravel()[self._at]
            seen = np.where(self.people >= 0, seen, Status.ABSENT).astype(np.uint8)
            if self.future.happened.moves(name):
                drawn = self._moved(name, drawn, seen)
            else:
                drawn = self._grown(name, self._levelled(name, drawn))
            self._known[name] = np.where(np.isin(seen, COMPUTED), drawn, 0.0), seen
        return self._known[name]

    def _levelled(self, name: str, number: Numbers) -> Numbers:
        """What earlier years did, at the level of the last one."""
        levels = self.future.levels
        region = self.future.happened.region[self.people]
        years = self.year.transpose(1, 0, 2)[self._block]
        for year in range(1, int(self.year.max(initial=0)) + 1):
            if (name, year) in levels and (levels[name, year] != 1.0).any():
                number = np.where(years == year, number * levels[name, year][region], number)
        return number

    @property
    def _block(self) -> NDArray[np.int64]:
        return np.arange(len(self.future.aged.next_year.months)) // self.future.assumptions.blocks.months

    def _growth(self, name: str) -> Numbers | None:
        """Log growth of a fact, [draw, person]; None where nothing is said of it."""
        future, common = self.future, self.future.common
        key = future.happened.key(name)
        if key not in common.growth:
            return None
        regions = future.aged.panel.spells.regions
        some = slice(self.first, self.first + self.count)
        of_region = np.stack([common.of_region(key, str(each), some) for each in regions], axis=1)
        return of_region[:, np.maximum(future.aged.region, 0)]

    def _grown(self, name: str, number: Numbers) -> Numbers:
        growth = self._growth(name)
        # Growth makes good months better and bad ones less bad.
        return number if growth is None else number + np.expm1(growth)[None] * np.abs(number)

    def _moved(self, name: str, drawn: Numbers, seen: Statuses) -> Numbers:
        """A stock that goes on from its last level by what it changed in the drawn months."""
        number, status = self.future.happened.figures(name)
        known = np.isin(status, COMPUTED)
        last_known = np.maximum.accumulate(np.where(known, np.arange(known.shape[0])[:, None], -1), axis=0)
        carried = np.where(last_known >= 0, np.take_along_axis(number, np.maximum(last_known, 0), axis=0), np.nan)
        growth = self._growth(name)
        yearly = np.zeros(drawn.shape[1:]) if growth is None else growth
        drift = np.log(self.future.happened.drift(name))[self.future.happened.region[self.people]]
        at = self.future.aged.last_year.last - self.future.aged.past.months[0]
        level = np.broadcast_to(carried[at], drawn.shape[1:]).copy()
        path = np.zeros(drawn.shape)
        for month in range(drawn.shape[0]):
            source = self.months[month]
            before = np.where(source > 0, carried[np.maximum(source - 1, 0), self.people[month]], np.nan)
            here = np.isin(seen[month], COMPUTED)
            usable = here & np.isfinite(before)
            times = usable & (before > 0) & (level > 0)
            change = np.divide(drawn[month], before, out=np.ones(before.shape), where=times)
            per_month = 1.0 / drawn.shape[0]
            steady = np.exp((yearly - drift[month]) * per_month)
            moved = np.where(times, level * change * steady, level + np.where(usable, drawn[month] - before, 0.0))
            # Who has no level yet begins with what was drawn.
            level = np.where(np.isnan(level), np.where(here, drawn[month], np.nan), moved)
            path[month] = np.nan_to_num(level)
        return path
