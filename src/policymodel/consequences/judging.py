"""When a rule holds for somebody: scores in several periods, events in so many months, a place among the best."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from policymodel.consequences.places import LastPlaces, winners
from policymodel.consequences.standing import Happened, Standing
from policymodel.scheme.consequences import EventsWhen, RankWhen, Reward, Rule, ScoreWhen


@dataclass(frozen=True)
class Fact:
    """One fact that led to a rule.

    `of` is `score`, `event` or `place`; `at` the period's label or the event's day; `name` the kind of event; `id` the
    event's; `figure` the score or the ranked figure; `place` the place where it is known, else 0.
    """

    of: str
    at: str
    name: str = ""
    id: str = ""
    figure: float = np.nan
    place: int = 0


@dataclass
class Memory:
    """What of somebody's facts has led to a rule, and when which step was taken."""

    periods: set[int] = field(default_factory=set)
    events: set[int] = field(default_factory=set)
    step: int = 0
    last: int | None = None  # the month in which the period of the last time ended

    def climb(self, steps: int, within: int | None, month: int) -> int:
        """The step that follows now, the first is 1: the next where the last time is remembered."""
        remembered = self.last is not None and within is not None and month - self.last < within
        self.step = min(self.step + 1, steps) if remembered else 1
        self.last = month
        return self.step


class Judge:
    """Judges the rules of a scheme, for one person in one period at a time."""

    def __init__(self, standing: Standing, given: LastPlaces | None) -> None:
        self.standing = standing
        self.score = standing.score.tolist()
        self.places = {
            rule.id: winners(standing, rule.id, rule.when, given)
            for rule in standing.rules.rules
            if isinstance(rule.when, RankWhen)
        }

    def holds(self, rule: Rule, manager: int, period: int, memory: Memory) -> tuple[Fact, ...]:
        """The facts that led to a rule, none where it does not hold; what led to it counts no more unless barred."""
        match rule.when:
            case ScoreWhen():
                used = self._scores(rule.when, manager, period, memory)
                facts = tuple(self._score(each, manager) for each in used)
                if facts and not self.barred(rule, manager, period):
                    memory.periods.update(used)
                return facts
            case EventsWhen():
                seen = self._events(rule.when, manager, period)
                fresh = [each for each in seen if each not in memory.events]
                if len(fresh) < int(rule.when.at_least.value):
                    return ()
                if not self.barred(rule, manager, period):
                    memory.events.update(fresh)
                return tuple(self._event(manager, each) for each in fresh)
            case RankWhen():
                return self._place(rule, manager, period)
        raise AssertionError(f"no judge of {rule.when!r}")

    def barred(self, rule: Rule, manager: int, period: int) -> tuple[Fact, ...]:
        """The events that keep somebody from a reward."""
        if not isinstance(rule, Reward) or rule.unless is None:
            return ()
        seen = self._events(rule.unless, manager, period)
        if len(seen) < int(rule.unless.at_least.value):
            return ()
        return tuple(self._event(manager, each) for each in seen)

    def _scores(self, when: ScoreWhen, manager: int, period: int, memory: Memory) -> list[int]:
        """The periods that lead to it at the end of this one; [] where they are too few."""
        limit, asked = float(when.limit.value), int(when.periods.value)
        looked_at = asked if when.of_last is None else int(when.of_last.value)
        found = []
        for each in range(max(0, period - looked_at + 1), period + 1):
            score = self.score[each][manager]
            held = score < limit if when.score == "below" else score >= limit
            if held and each not in memory.periods:
                found.append(each)
        return found if len(found) >= asked else []

    def _score(self, period: int, manager: int) -> Fact:
        return Fact("score", self.standing.periods[period].label, figure=self.score[period][manager])

    def _events(self, when: EventsWhen, manager: int, period: int) -> list[int]:
        """The places, among somebody's events, of those that count at the end of a period."""
        end = self.standing.periods[period].last
        first = end - int(when.months.value) + 1
        every = self.standing.events.get(manager, ())
        return [
            place
            for place, each in enumerate(every)
            if each.event in when.events and first <= each.month <= end
        ]

    def _event(self, manager: int, place: int) -> Fact:
        event: Happened = self.standing.events[manager][place]
        return Fact("event", str(event.day), event.event, event.id)

    def _place(self, rule: Rule, manager: int, period: int) -> tuple[Fact, ...]:
        inside, figures, place = self.places[rule.id].get(period, (None, None, None))
        if inside is None or figures is None or place is None or not inside[manager]:
            return ()
        label = self.standing.periods[period].label
        return (Fact("place", label, figure=float(figures[manager]), place=int(place[manager])),)
