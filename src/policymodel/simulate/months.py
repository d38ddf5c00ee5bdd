"""What each person did in each month of history, of every fact that happens, and how it may be repeated.

A fact *happens* if it is not asked for, counted from posts or a matter of the calendar: measures, income lines, events,
transactions added up. A ratio happens through its two counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Measure, Status
from policymodel.panel import Panel
from policymodel.periods import Period
from policymodel.scheme.algebra import Column
from policymodel.simulate.assumptions import Assumptions

GIVEN = ("target", "increment", "base", "person", "months_in_grade", "calendar", "fx", "transaction")
"""Kinds of facts that do not happen: next year's panel has them."""

STEADY = ("points", "share", "days", "hours", "s")
"""Units of what has a bound of its own: a mark of 9 out of 10 does not become 9.9 because business grows."""

Numbers = NDArray[np.float64]
Statuses = NDArray[np.uint8]


def happens(name: str) -> bool:
    """Whether a fact is drawn.

    >>> [happens(each) for each in ("cards", "events:count:complaint", "target:cards", "person:fte")]
    [True, True, False, False]
    """
    return name.partition(":")[0] not in GIVEN


@dataclass(frozen=True)
class Happened:
    """The monthly figures of history, [month of the past panel, manager], as they were repeated in a future.

    `year` is the last one of history; `facts` are the names that are drawn, counts in place of their ratios.
    """

    past: Panel
    year: Period
    facts: tuple[str, ...]
    _known: dict[str, tuple[Numbers, Statuses]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, past: Panel, year: Period, columns: Iterable[Column]) -> Happened:
        """The facts behind some columns, in order of their names."""
        names: set[str] = set()
        for column in columns:
            if happens(column.name):
                names.update(past.facts.layout.ratio(column.name) or (column.name,))
        return cls(past, year, tuple(sorted(names)))

    def figures(self, name: str) -> tuple[Numbers, Statuses]:
        """Number and status of each month of each manager; 0 where there is no number."""
        if name not in self._known:
            values = self.past.monthly(Column(name)).by_month()
            self._known[name] = values.number, values.status
        return self._known[name]

    @cached_property
    def whole(self) -> NDArray[np.bool_]:
        """Who was employed on every day of a month, [month, manager]."""
        spells = self.past.spells
        days = np.zeros((len(spells.months), spells.managers.size), dtype=np.int64)
        np.add.at(days, (spells.month, spells.manager), spells.days)
        length = np.array([Period(each, each).days for each in spells.months])
        return np.asarray(days == length[:, None])

    @cached_property
    def unknown(self) -> NDArray[np.int64]:
        """How many of the facts are missing or were put aside in a month, [month, manager]."""
        count = np.zeros(self.whole.shape, dtype=np.int64)
        for name in self.facts:
            count += np.isin(self.figures(name)[1], (Status.ABSENT, Status.QUARANTINED))
        return count

    def moves(self, name: str) -> bool:
        """Whether a stock goes on from its last level; a mark or a share is given anew each time."""
        measure = self.past.history.measures.get(name)
        return measure is not None and measure.type == "stock" and self.grows(name)

    def grows(self, name: str) -> bool:
        """Whether a fact has a level that may grow: counts and amounts; not marks, shares, days and events."""
        return _has_level(name, self.past.history.measures)

    @cached_property
    def region(self) -> NDArray[np.int64]:
        """The region in which each manager was last, as a code of the past panel."""
        spells = self.past.spells
        region = np.zeros(spells.managers.size, dtype=np.int64)
        region[spells.manager] = spells.region
        return region


def growing_of(names: Iterable[str], measures: Mapping[str, Measure], assumptions: Assumptions) -> list[str]:
    """What grows of what has a growth: not marks, shares, days and events, nor what is fixed, unless it is declared."""
    named, fixed = assumptions.growth.measures, assumptions.growth.fixed
    return [each for each in names if each in named or (each not in fixed and _has_level(each, measures))]


def _has_level(name: str, measures: Mapping[str, Measure]) -> bool:
    measure = measures.get(name)
    if measure is not None:
        return measure.unit not in STEADY
    return not name.startswith("events:")
