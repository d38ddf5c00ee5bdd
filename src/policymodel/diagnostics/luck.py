"""How many people a reward or a penalty would touch if luck alone decided, with an interval, and how often as many.

For a rule about scores the null is that people do not differ: the known scores of each period are dealt anew among
those of the region who have one. For a rule about events it is that all have the same rate: the region's mean rate of
such events for a day employed, so that somebody's count is Poisson. Whatever lies above that is more than luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtrc

from policymodel.consequences import Replay
from policymodel.draws import Draws
from policymodel.scheme.consequences import EventsWhen, Rule, ScoreWhen

DRAWS = 400
LEVEL = 0.95
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Luck:
    """What luck alone would do: people expected, a 95 % interval, and how often luck gives `people` or more.

    `null` says which luck: `scores` dealt anew, or `events` at one rate.
    """

    null: Literal["scores", "events"]
    people: int
    expected: float
    low: float
    high: float
    chance: float

    @property
    def more(self) -> bool:
        """Whether more people are touched than luck gives once in forty times."""
        return self.people > self.high

    @property
    def fewer(self) -> bool:
        """Whether fewer are."""
        return self.people < self.low


def luck_of(replay: Replay, rule: Rule, draws: Draws, block: int = 0) -> Luck | None:
    """The luck of a rule over a replay; None where it cannot be said.

    It cannot where a place is given to so many whoever they are, and where events are looked back for less than the
    year and more than one is asked, since no closed form is known to us.
    """
    standing = replay.standing
    if isinstance(rule.when, ScoreWhen):
        limit = float(rule.when.limit.value)
        score = standing.score
        held = score < limit if rule.when.score == "below" else score >= limit
        periods = int(rule.when.periods.value)
        span = int(rule.when.of_last.value) if rule.when.of_last is not None else periods
        return luck_of_scores(held & ~np.isnan(score), ~np.isnan(score), periods, span, draws, rule.id, block)
    if isinstance(rule.when, EventsWhen):
        least, year = int(rule.when.at_least.value), len(standing.panel.plan_year.months)
        if int(rule.when.months.value) < year and least > 1:
            return None
        counts = np.zeros(standing.panel.managers.size, dtype=np.int64)
        for manager, events in standing.events.items():
            counts[manager] = sum(each.event in rule.when.events for each in events)
        days = standing.panel.spells.employed_days(standing.panel.plan_year)
        return luck_of_events(counts, days, least)
    return None


def luck_of_events(counts: NDArray[np.int64], exposure: NDArray[np.int64], least: int) -> Luck:
    """People with so many events or more, against everybody having the same rate: Poisson, and exact for their number.

    >>> luck = luck_of_events(np.array([0, 1, 0, 3]), np.array([365, 365, 365, 365]), 1)
    >>> luck.people, round(luck.expected, 3)
    (2, 2.528)
    """
    there = exposure > 0
    rate = counts[there].sum() / max(exposure[there].sum(), 1)
    chances = pdtrc(least - 1, rate * exposure[there])
    return _exact("events", int((counts[there] >= least).sum()), chances)


def _exact(null: Literal["events"], people: int, chances: Sequence[float] | NDArray[np.float64]) -> Luck:
    """The number of people where each has a chance of their own: the distribution, person by person."""
    spread = np.ones(1)
    for chance in chances:
        spread = np.append(spread * (1 - chance), 0.0) + np.append(0.0, spread * chance)
    below = np.cumsum(spread)
    tail = (1 - LEVEL) / 2
    low, high = (int(np.searchsorted(below, at - 1e-12)) for at in (tail, 1 - tail))
    at_least = float(spread[people:].sum()) if people < spread.size else 0.0
    return Luck(null, people, float(np.sum(chances)), low, high, min(at_least, 1.0))


def luck_of_scores(
    held: Flags, known: Flags, periods: int, span: int, draws: Draws, stream: str, block: int = 0
) -> Luck:
    """People with so many periods among so many in a row, against the scores of each period dealt anew.

    `held` says in which periods [period, person] a score is on the wrong (or right) side, `known` where there is one.
    """
    found = np.empty(DRAWS)
    for draw in range(DRAWS):
        rng = draws.generator(f"luck {stream}", draw=draw, block=block)
        dealt = np.zeros_like(held)
        for period in range(held.shape[0]):
            there = np.flatnonzero(known[period])
            dealt[period, there] = held[period, rng.permutation(there)]
        found[draw] = touched(dealt, periods, span).sum()
    people = int(touched(held, periods, span).sum())
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    chance = (1 + (found >= people).sum()) / (1 + DRAWS)
    return Luck("scores", people, float(found.mean()), float(low), float(high), float(chance))


def touched(held: Flags, periods: int, span: int) -> Flags:
    """Who comes to a rule at least once: so many periods among `span` that follow one another.

    >>> touched(np.array([[1, 1], [0, 1], [1, 0]], dtype=bool), 2, 3).tolist()
    [True, True]
    """
    count = held.astype(np.int64)
    found = np.zeros(held.shape[1], dtype=bool)
    for end in range(held.shape[0]):
        found |= count[max(0, end - span + 1) : end + 1].sum(axis=0) >= periods
    return found
