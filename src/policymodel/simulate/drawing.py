"""Which months of history each person repeats in each draw, and the figures that this gives.

A year is cut into blocks of a few months. For each block a person repeats a block of the same season: of their own, or
of a peer where they have none that they worked through. All facts of a person are drawn together.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from policymodel.draws import Draws
from policymodel.history.measures import Status
from policymodel.scheme.terms import income_line
from policymodel.simulate.ageing import Aged
from policymodel.simulate.assumptions import Assumptions
from policymodel.simulate.growth import grown
from policymodel.simulate.leaving import SLOTS, Holders, holders_of
from policymodel.simulate.luck import Luck
from policymodel.simulate.months import Happened, growing_of
from policymodel.simulate.shocks import Common

Numbers = NDArray[np.float64]
Statuses = NDArray[np.uint8]


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
    source, when = (np.concatenate(each) for each in zip(*found, strict=True))
    return Choices(begin, size, source, when, lent)


def _peers(aged: Aged) -> list[NDArray[np.int64]]:
    """Who is like whom, from the narrowest group to the widest, [person]; -1 for who is gone."""
    spells = aged.panel.spells
    row = spells.row_in(aged.next_year)
    here = row >= 0
    words = [
        [str(each) for each in what[row]]
        for what in (spells.regions[spells.region], spells.plan, spells.grade)
    ]
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
    _carried: dict[str, Numbers] = field(default_factory=dict, repr=False)

    @cached_property
    def choices(self) -> Choices:
        """What each person may repeat."""
        return choices_of(self.happened, self.aged, self.assumptions)

    @property
    def _blocks(self) -> int:
        return len(self.aged.next_year.months) // self.assumptions.blocks.months

    @cached_property
    def luck(self) -> Luck:
        """What is a person's own: blocks of months, then axes of growth, then months of leaving."""
        dimensions = self._blocks + len(self.common.growths.axes)
        if self.assumptions.leavers.on:
            dimensions += len(self.aged.next_year.months)
        # Not a method of its own: what refers to itself is let go late, and a region is large.
        chance = partial(_chance, self.draws, self.name)
        return Luck(chance, self.common, self.aged.past.managers.size, dimensions)

    def own(self, first: int, count: int) -> Numbers:
        """Standard normals behind what is people's own growth, [draw, person, axis]."""
        some = slice(self._blocks, self._blocks + len(self.common.growths.axes))
        return np.moveaxis(self.luck.normals(first, count, some), 0, -1)

    def leaving(self, first: int, count: int) -> Numbers:
        """Uniform numbers that say who leaves at the end of each month, [month, draw, person]."""
        months = len(self.aged.next_year.months)
        return self.luck.uniforms(first, count, slice(self.luck.dimensions - months, None))

    def repeated(self, first: int, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Whose block of how many years ago is repeated, [draw, block, person]; -1 where there is none."""
        chosen = self.choices
        numbers = self.luck.uniforms(first, count, slice(self._blocks)).transpose(1, 0, 2)
        at = chosen.begin + np.minimum(
            (numbers * chosen.size).astype(np.int64), np.maximum(chosen.size - 1, 0)
        )
        none = np.broadcast_to(chosen.size == 0, at.shape)
        at = np.where(none, 0, at)
        return np.where(none, -1, chosen.source[at]), np.where(none, 0, chosen.year[at])

    def draw(self, first: int, count: int) -> Drawn:
        """The draws from one number on."""
        source, year = self.repeated(first, count)
        return Drawn(self, first, count, source, year)

    @cached_property
    def growing(self) -> frozenset[str]:
        """What grows: counts and amounts that are not fixed, and whatever the assumptions name."""
        return frozenset(growing_of(self.common.growths, self.aged.past.history.measures, self.assumptions))

    @cached_property
    def in_growths(self) -> NDArray[np.int64]:
        """The region of each manager as a place in the regions of the growths."""
        places = {each: at for at, each in enumerate(self.common.growths.regions)}
        codes = [places[str(each)] for each in self.aged.past.spells.regions]
        return np.array(codes, dtype=np.int64)[self.happened.region]

    def carried(self, name: str) -> Numbers:
        """The last known level of a stock up to each month, [month, manager]; NaN before the first."""
        if name not in self._carried:
            number, status = self.happened.figures(name)
            known = status <= Status.TRUE_ZERO
            last = np.maximum.accumulate(np.where(known, np.arange(known.shape[0])[:, None], -1), axis=0)
            level = np.take_along_axis(number, np.maximum(last, 0), axis=0)
            self._carried[name] = np.where(last >= 0, level, np.nan)
        return self._carried[name]

    def generator(self, stream: str, draw: int) -> np.random.Generator:
        """The chance of one draw in this region."""
        return _chance(self.draws, self.name, stream, draw)


def _chance(draws: Draws, region: str, stream: str, number: int) -> np.random.Generator:
    return draws.generator(stream, number, zlib.crc32(region.encode("utf-8")))


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
    def _nobody(self) -> NDArray[np.bool_]:
        """Where nobody's month is repeated."""
        return self.people < 0

    @cached_property
    def _at(self) -> NDArray[np.int64]:
        """Where each month of each person is found among all months of all people."""
        return self.months * self.future.aged.past.managers.size + np.maximum(self.people, 0)

    @cached_property
    def holders(self) -> Holders | None:
        """Who holds each post; None where nobody leaves."""
        leavers = self.future.assumptions.leavers
        if not leavers.on:
            return None
        return holders_of(self.future.leaving(self.first, self.count), leavers)

    @property
    def places(self) -> int:
        """How often everybody stands in an array: once a draw, where people leave once more for successors."""
        return self.count * (1 if self.holders is None else SLOTS)

    def figures(self, name: str) -> tuple[Numbers, Statuses]:
        """Number and status of a fact for whoever holds the post, [month, place, person]; not applicable for others."""
        number, status = self.of_posts(name)
        if self.holders is None:
            return number, status
        number = np.where(self.holders.flat(self.holders.there), self.holders.apart(number), 0.0)
        if self._ramped(name):
            number = number * self.holders.flat(self.holders.share)
        return number, self.held(status)

    def held(self, status: Statuses) -> Statuses:
        """Statuses of posts [month, draw, person] as those of their holders [month, place, person]."""
        if self.holders is None:
            return status
        there = self.holders.flat(self.holders.there)
        return np.where(there, self.holders.apart(status), Status.NOT_APPLICABLE).astype(np.uint8)

    def of_units(self, name: str) -> tuple[Numbers, Statuses]:
        """Number and status of a fact as it counts for outlets and regions, [month, draw, person]."""
        number, status = self.of_posts(name)
        if self.holders is None:
            return number, status
        there = self.holders.there.any(axis=2)
        number = number * (self.holders.whole if self._ramped(name) else there)
        return number, np.where(there, status, Status.NOT_APPLICABLE).astype(np.uint8)

    def _ramped(self, name: str) -> bool:
        """Whether a successor does less of it at first: not of what is held (clients), given (marks) or befalls."""
        happened = self.future.happened
        return happened.grows(name) and not happened.past.facts.layout.is_stock(name)

    def of_posts(self, name: str) -> tuple[Numbers, Statuses]:
        """Number and status of a fact of each post, [month, draw, person], whoever holds it."""
        if name not in self._known:
            number, status = self.future.happened.figures(name)
            drawn, seen = number.ravel()[self._at], status.ravel()[self._at]
            if self._nobody.any():
                seen = np.where(self._nobody, np.uint8(Status.ABSENT), seen)
            moves = self.future.happened.moves(name)
            drawn = self._moved(name, drawn, seen) if moves else self._grown(name, drawn)
            self._known[name] = np.where(seen <= Status.TRUE_ZERO, drawn, 0.0), seen
        return self._known[name]

    @cached_property
    def _growth(self) -> dict[str, Numbers]:
        """Log growth of each measure, [draw, person]: that of their region, and what is their own."""
        future = self.future
        if not future.common.growths:
            return {}
        spells, region = future.aged.panel.spells, np.maximum(future.aged.region, 0)
        some = slice(self.first, self.first + self.count)
        regional = [future.common.of_region(str(each), some) for each in spells.regions]
        growths = future.common.growths
        own = growths.of_people(future.own(self.first, self.count))
        return {
            name: np.stack([each[name] for each in regional], axis=1)[:, region] + own[name]
            for name in growths
        }

    def _grown(self, name: str, number: Numbers) -> Numbers:
        """What earlier years did, at the level of the last one, and then as it grows."""
        future = self.future
        key = income_line(name)
        if key not in future.growing:
            return number
        past = future.common.growths.past.get(key)
        if past is not None and future.assumptions.blocks.level == "last_year" and self.year.any():
            years, source = (each.transpose(1, 0, 2) for each in (self.year, self.source))
            # Rows are years up to the last one; before the first that is known no more is known than of it.
            level = past[np.maximum(past.shape[0] - 1 - years, 0), future.in_growths[source]]
            blocks = number.reshape(len(level), -1, *number.shape[1:])
            number = grown(blocks, level[:, None]).reshape(number.shape)
        return grown(number, self._growth[key][None])

    def _moved(self, name: str, drawn: Numbers, seen: Statuses) -> Numbers:
        """A stock that goes on from its last level by what it changed in the drawn months."""
        carried = self.future.carried(name)
        before = carried.ravel()[np.maximum(self._at - carried.shape[1], 0)]
        known = seen <= Status.TRUE_ZERO
        usable = known & np.isfinite(before) & (self.months > 0)
        change = self._grown(name, np.where(usable, drawn - np.nan_to_num(before), 0.0))
        at = self.future.aged.last_year.last - self.future.aged.past.months[0]
        level = np.broadcast_to(carried[at], drawn.shape[1:])
        path = np.zeros(drawn.shape)
        for month in range(drawn.shape[0]):
            # Who has no level yet begins with what was drawn.
            begun = np.where(known[month], drawn[month], np.nan)
            level = np.where(np.isnan(level), begun, level + change[month])
            path[month] = np.nan_to_num(level)
        return path
