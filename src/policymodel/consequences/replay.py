"""The replay: each rule for each person at the end of each period, and what follows for wages and grades."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from policymodel.consequences.effects import Course, Effect, Wages
from policymodel.consequences.judging import Fact, Judge, Memory
from policymodel.consequences.places import LastPlaces, ranked, ranks_the_group
from policymodel.consequences.standing import Standing
from policymodel.errors import DataGap, Problem
from policymodel.payroll import Payments
from policymodel.scheme.consequences import Consequence, Penalty, RankWhen, Reward, Rule
from policymodel.scoring import Scores


@dataclass(frozen=True)
class Time:
    """A rule that held for somebody: when, which step, by which facts; `barred` are those that kept it away."""

    manager: int
    period: int
    rule: Rule
    step: int
    facts: tuple[Fact, ...]
    barred: tuple[Fact, ...] = ()

    @property
    def then(self) -> tuple[Consequence, ...]:
        """What follows; nothing where it was barred."""
        return () if self.barred else self.rule.steps[self.step - 1]


@dataclass(frozen=True)
class Replay:
    """What rewards and penalties would have done over a history; frames of it on request.

    Every frame begins with design, manager_id, period. Money is in minor units, below zero where it is taken.
    """

    standing: Standing
    times: tuple[Time, ...]
    courses: dict[int, Course] = field(repr=False)
    unjudged: tuple[Rule, ...] = ()
    """Rules that rank the group, of which no last place was told: they held for nobody here."""

    def held(self) -> pd.DataFrame:
        """One row for each time that a rule held: rule, kind, step (0 where it was barred), barred (yes or no)."""
        rows = [
            (
                *self._key(each.manager, each.period),
                each.rule.id,
                each.rule.kind,
                each.step,
                bool(each.barred),
            )
            for each in self.times
        ]
        return pd.DataFrame(rows, columns=[*KEY, "rule", "kind", "step", "barred"])

    def facts(self) -> pd.DataFrame:
        """Why: one row for each fact behind it.

        Columns: rule, bars (the fact kept a reward away), fact (score, event, place), at (the period or the event's
        day), event, event_id, figure (a score, or minor units), place (0 where it is not known).
        """
        rows = []
        for each in self.times:
            for bars, facts in ((False, each.facts), (True, each.barred)):
                for one in facts:
                    told = (one.of, one.at, one.name, one.id, one.figure, one.place)
                    rows.append((*self._key(each.manager, each.period), each.rule.id, bars, *told))
        columns = ["rule", "bars", "fact", "at", "event", "event_id", "figure", "place"]
        return pd.DataFrame(rows, columns=[*KEY, *columns])

    def follows(self) -> pd.DataFrame:
        """What follows: one row for each consequence.

        Columns: rule, step, action, share, periods, begins and ends (labels of the first and last period it holds in;
        "" where it begins after the plan year, or has no end), grade and grade_after (where somebody is moved).
        """
        rows = []
        for each in self.times:
            for place, one in enumerate(each.then):
                moved = self.courses[each.manager].moved.get((each.period, each.rule.id, place), ("", ""))
                periods = int(one.periods.value) if one.periods is not None else 0
                share = float(one.share.value) if one.share is not None else np.nan
                first = each.period + 1 if one.begins != "next_year" else len(self.standing.periods)
                begins = self._label(first)
                ends = self._label(first + periods - 1) if periods else ""
                told = (each.rule.id, each.step, one.action, share, periods, begins, ends, *moved)
                rows.append((*self._key(each.manager, each.period), *told))
        columns = ["rule", "step", "action", "share", "periods", "begins", "ends", "grade", "grade_after"]
        return pd.DataFrame(rows, columns=[*KEY, *columns])

    def effects(self) -> pd.DataFrame:
        """What consequences took or gave: rule, wage (base_wage, performance_wage), because (cut, grade, dismissal).

        `amount_minor` is below zero where something is taken; `known` is no where the wage itself is not known.
        """
        rows = [
            (*self._key(manager, each.period), each.rule, each.wage, each.because, each.minor, each.known)
            for manager, course in sorted(self.courses.items())
            for each in course.effects
        ]
        columns = ["rule", "wage", "because", "amount_minor", "known"]
        frame = pd.DataFrame(rows, columns=[*KEY, *columns])
        return frame.astype({"amount_minor": "int64", "known": bool})

    def totals(self) -> pd.DataFrame:
        """One row for each person and period of a scheme that pays.

        Columns: paid_minor (what the scheme paid), taken_minor (what consequences took or gave), after_minor, known,
        grade (as history has it), grade_after, dismissed.
        """
        rows = []
        periods, managers = np.nonzero(self.standing.here)
        wages = self.standing.wages.values()
        paid = np.add.reduce([wage.minor for wage in wages])
        known = np.logical_and.reduce([wage.known for wage in wages])
        for period, manager in zip(periods.tolist(), managers.tolist(), strict=True):
            course = self.courses.get(manager)
            taken = sum(each.minor for each in course.effects if each.period == period) if course else 0
            grade = self.standing.grade(period, manager)
            after = course.grade(period, grade) if course else grade
            gone = course is not None and course.gone(period)
            was = int(paid[period, manager])
            told = (was, taken, was + taken, bool(known[period, manager]), grade, after, gone)
            rows.append((*self._key(manager, period), *told))
        columns = ["paid_minor", "taken_minor", "after_minor", "known", "grade", "grade_after", "dismissed"]
        return pd.DataFrame(rows, columns=[*KEY, *columns])

    def next_year(self) -> pd.DataFrame:
        """Who begins the next year in another grade than history has: grade, grade_after, and the wage of a month.

        Columns after manager_id: grade, grade_after, monthly_minor, monthly_after_minor (0 without a grade table).
        """
        rows = []
        for manager, course in sorted(self.courses.items()):
            last = int(np.flatnonzero(self.standing.here[:, manager])[-1])
            grade = self.standing.grade(last, manager)
            after = course.grade(len(self.standing.periods), grade)
            if grade != after and not course.gone(len(self.standing.periods)):
                wages = (self._wages.monthly(each) for each in (grade, after))
                rows.append(
                    (self.standing.scheme.id, self.standing.panel.managers[manager], grade, after, *wages)
                )
        columns = ["design", "manager_id", "grade", "grade_after", "monthly_minor", "monthly_after_minor"]
        return pd.DataFrame(rows, columns=columns)

    def places_given(self, rule: Rule) -> list[str]:
        """The labels of the periods at whose end a rule gives places among the best."""
        when = rule.when
        return (
            [self._label(period) for period, _ in ranked(self.standing, when)]
            if isinstance(when, RankWhen)
            else []
        )

    @cached_property
    def _wages(self) -> Wages:
        return Wages(self.standing)

    def _key(self, manager: int, period: int) -> tuple[str, str, str]:
        standing = self.standing
        return standing.scheme.id, str(standing.panel.managers[manager]), standing.periods[period].label

    def _label(self, period: int) -> str:
        return self.standing.periods[period].label if period < len(self.standing.periods) else ""


KEY = ("design", "manager_id", "period")


def consequences(given: Scores | Payments, last_places: LastPlaces | None = None) -> Replay:
    """Replay the rules of a scheme over what it scored and paid, in order of time.

    `last_places` are those of rules that rank the group, found over all regions; without them the group is everybody
    in the panel. Raises DataGap for how things stand on a day, which is no result of a period, and where the periods
    do not begin with the plan year.
    """
    standing = Standing(given)
    every = standing.panel.plan_year.split(standing.scheme.months)
    if standing.panel.as_of is not None:
        what = f"how things stand on {standing.panel.as_of} is no result of a period, and nothing follows from it"
        raise DataGap(standing.scheme.file, [Problem("consequences", what)])
    if standing.periods != every[: len(standing.periods)]:
        what = f"rules are judged from {every[0].label} on without a gap, because they remember"
        raise DataGap(standing.scheme.file, [Problem("consequences", what)])
    judge, wages = Judge(standing, last_places), Wages(standing)
    times: list[Time] = []
    courses: dict[int, Course] = {}
    for manager in range(standing.panel.managers.size):
        course = Course(standing, manager)
        told = list(_judged(judge, course, manager))
        if told:
            times += told
            wages.settle(course)
            courses[manager] = course
    order = {rule.id: place for place, rule in enumerate(standing.rules.rules)}
    times.sort(key=lambda each: (each.period, each.manager, order[each.rule.id]))
    return Replay(standing, tuple(times), courses, tuple(_unjudged(standing, last_places)))


def _unjudged(standing: Standing, last_places: LastPlaces | None) -> Iterator[Rule]:
    told = None if last_places is None else {rule for rule, _ in last_places}
    for rule in standing.rules.rules:
        if told is not None and ranks_the_group(rule) and rule.id not in told:
            yield rule


def _judged(judge: Judge, course: Course, manager: int) -> list[Time]:
    """Every time that a rule held for one person; what follows enters the course."""
    standing = judge.standing
    memories = {rule.id: Memory() for rule in standing.rules.rules}
    told: list[Time] = []
    for period in np.flatnonzero(standing.here[:, manager]).tolist():
        if course.gone(period):
            break
        for rule in standing.rules.rules:
            memory = memories[rule.id]
            facts = judge.holds(rule, manager, period, memory)
            if not facts:
                continue
            if isinstance(rule, Reward):
                barred = judge.barred(rule, manager, period)
                time = Time(manager, period, rule, 0 if barred else 1, facts, barred)
            else:
                time = Time(
                    manager, period, rule, _climbed(rule, memory, standing.periods[period].last), facts
                )
            told.append(time)
            for place, each in enumerate(time.then):
                course.enter(period, rule.id, place, each)
    return told


def _climbed(rule: Penalty, memory: Memory, month: int) -> int:
    within = int(rule.within_months.value) if rule.within_months is not None else None
    return memory.climb(len(rule.ladder), within, month)


__all__ = ["Effect", "Replay", "Time", "consequences"]
