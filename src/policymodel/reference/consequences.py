"""Rewards and penalties read literally (S6.10, S6.11): the diary of each person, rule by rule and period by period.

Nothing is kept from one question to the next: what somebody's facts have led to before is found by living through the
year again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from policymodel.reference.numbers import NOTHING, Missing, rounded
from policymodel.reference.pay import grade_wage
from policymodel.reference.places import Place
from policymodel.reference.reckon import Reckoned
from policymodel.reference.rows import Event
from policymodel.scheme.consequences import (
    Consequence,
    EventsWhen,
    Penalty,
    RankWhen,
    Reward,
    Rule,
    Rules,
    ScoreWhen,
)

Known = Fraction | None
Wage = tuple[Known, Known]
"""The base wage and the performance wage as they were paid."""


@dataclass(frozen=True)
class Entry:
    """One line of a diary: a rule held in a period; step 0 is a reward that was barred."""

    period: int
    rule: str
    step: int
    why: tuple[str, ...]


@dataclass
class Diary:
    """What happened to one person: entries, what was taken from each wage by period and rule, the grade by period.

    `taken` is below zero where something was taken, None where the wage is not known.
    """

    entries: list[Entry] = field(default_factory=list)
    taken: dict[tuple[int, str, str, str], Known] = field(default_factory=dict)
    grades: dict[int, str] = field(default_factory=dict)
    dismissed: int | None = None


@dataclass(frozen=True)
class Archive:
    """What the rules of a scheme look at, in exact numbers."""

    reckoned: Reckoned

    @property
    def rules(self) -> Rules:
        """The rules."""
        return self.reckoned.desk.scheme.consequences or Rules(())

    @property
    def labels(self) -> list[str]:
        """The periods."""
        return [each.label for each in self.reckoned.desk.places.periods]

    def employed(self, who: str, when: int) -> bool:
        """Whether somebody is there for a day at least."""
        return who in self.reckoned.here(self.labels[when])

    def score(self, who: str, when: int) -> Known:
        """The score, where it is known."""
        if self.reckoned.desk.scheme.card is None or not self.employed(who, when):
            return None
        value = self.reckoned.score(who, self.labels[when])
        return None if isinstance(value, Missing) else value

    def wages(self, who: str, when: int) -> Wage:
        """What was paid by the grade table, and by everything else."""
        sums: list[Known] = [NOTHING, NOTHING]
        for name, item in self.reckoned.desk.items.items():
            which = 0 if item.kind == "grade_wage" else 1
            paid = self.reckoned.paid(name, who, self.labels[when])
            known, so_far = not isinstance(paid, Missing), sums[which]
            sums[which] = so_far + paid if known and so_far is not None else None  # type: ignore[operator]
        return sums[0], sums[1]

    def grade(self, who: str, when: int) -> str:
        """The grade that history has at the end of a period."""
        spell = self.reckoned.desk.places.people.at_end(who, self.reckoned.desk.places.periods[when])
        return spell.grade if spell is not None else ""

    def base_wage(self, who: str, when: int, table: Callable[[str], str]) -> Fraction:
        """The base wage in a period if every grade were paid like another one."""
        desk, total = self.reckoned.desk, NOTHING
        for item in desk.items.values():
            if item.kind == "grade_wage":
                wages = dict(item.monthly)
                as_paid = replace(item, monthly=tuple((grade, wages[table(grade)]) for grade in wages))
                value = grade_wage(as_paid, Place(who, when), desk)[""]
                assert not isinstance(value, Missing)
                total += self.round(value)
        return total

    def round(self, amount: Fraction) -> Fraction:
        """An amount rounded as pay is."""
        pay = self.reckoned.desk.scheme.pay
        assert pay is not None
        return rounded(amount, pay.rounding.digits, pay.rounding.mode)

    def events(self, who: str, when: EventsWhen, period: int) -> list[tuple[date, int, Event]]:
        """The verified events that count at the end of a period, the earliest first."""
        year, end = self.reckoned.desk.places.plan_year, self.reckoned.desk.places.periods[period].last
        found = []
        for place, each in enumerate(self.reckoned.desk.places.facts.rows.events):
            month = each.day.year * 12 + each.day.month - 1
            inside = year.first <= month and end - int(when.months.value) < month <= end
            if each.who == who and each.verified and each.event in when.events and inside:
                found.append((each.day, place, each))
        return sorted(found, key=lambda one: one[:2])

    def figure(self, who: str, when: RankWhen, period: int) -> Known:
        """By what somebody is ranked at the end of a period, where it is known."""
        periods = range(len(self.labels)) if when.over == "year" else [period]
        there = [each for each in periods if self.employed(who, each)]
        if period not in there:
            return None
        figures = [
            self.score(who, each) if when.rank == "score" else self.wages(who, each)[1] for each in there
        ]
        known = [each for each in figures if each is not None]
        if len(known) < len(figures):
            return None
        total = sum(known, NOTHING)
        return total / len(known) if when.rank == "score" else total

    def wins(self, who: str, when: RankWhen, period: int) -> bool:
        """Whether somebody takes one of the places."""
        places = self.reckoned.desk.places
        if when.over == "year" and places.periods[period].last != places.plan_year.last:
            return False
        own = self.figure(who, when, period)
        if own is None:
            return False
        peers = places.people.peers(who, when.among, places.periods[period])
        others = [
            each
            for each in (self.figure(peer, when, period) for peer in peers if peer != who)
            if each is not None
        ]
        better, equal = sum(each > own for each in others), sum(each == own for each in others)
        top = int(when.top.value)
        return better < top if when.ties == "all_get_it" else better + equal < top


def diaries(reckoned: Reckoned) -> Mapping[str, Diary]:
    """The diary of everybody for whom a rule held."""
    archive = Archive(reckoned)
    people = sorted({who for label in archive.labels for who in reckoned.here(label)})
    kept = {who: _lived(who, archive) for who in people}
    return {who: diary for who, diary in kept.items() if diary.entries}


def _lived(who: str, archive: Archive) -> Diary:
    diary = Diary()
    for period in range(len(archive.labels)):
        if not archive.employed(who, period):
            continue
        _pay_day(who, period, diary, archive)
        if diary.dismissed is not None and diary.dismissed < period:
            continue
        for rule in archive.rules.rules:
            why = _why(who, rule, period, diary, archive)
            if not why:
                continue
            if isinstance(rule, Reward) and rule.unless is not None:
                against = archive.events(who, rule.unless, period)
                if len(against) >= int(rule.unless.at_least.value):
                    diary.entries.append(Entry(period, rule.id, 0, why))
                    continue
            step = _step(rule, period, diary, archive)
            diary.entries.append(Entry(period, rule.id, step, why))
            if any(each.action == "dismissal" for each in rule.steps[step - 1]) and diary.dismissed is None:
                diary.dismissed = period
    return diary


def _why(who: str, rule: Rule, period: int, diary: Diary, archive: Archive) -> tuple[str, ...]:
    """The facts that lead to a rule at the end of a period: labels of periods, places of events, or `place`."""
    used = {each for entry in diary.entries if entry.rule == rule.id and entry.step for each in entry.why}
    match rule.when:
        case ScoreWhen(score=way, limit=limit, periods=asked, of_last=of_last):
            span = int((of_last or asked).value)
            met = []
            for each in range(max(period - span + 1, 0), period + 1):
                score = archive.score(who, each)
                if score is None or archive.labels[each] in used:
                    continue
                if score < Fraction(limit.value) if way == "below" else score >= Fraction(limit.value):
                    met.append(archive.labels[each])
            return tuple(met) if len(met) >= int(asked.value) else ()
        case EventsWhen(at_least=least):
            names = [f"event {place}" for _, place, _ in archive.events(who, rule.when, period)]
            fresh = tuple(each for each in names if each not in used)
            return fresh if len(fresh) >= int(least.value) else ()
        case RankWhen():
            return ("place",) if archive.wins(who, rule.when, period) else ()
    raise AssertionError(f"no reading of {rule.when!r}")


def _step(rule: Rule, period: int, diary: Diary, archive: Archive) -> int:
    """Which step of its ladder follows."""
    before = [entry for entry in diary.entries if entry.rule == rule.id and entry.step]
    if not isinstance(rule, Penalty) or rule.within_months is None or not before:
        return 1
    periods = archive.reckoned.desk.places.periods
    months = periods[period].last - periods[before[-1].period].last
    return min(before[-1].step + 1, len(rule.ladder)) if months < int(rule.within_months.value) else 1


def _followed(diary: Diary, archive: Archive) -> Iterator[tuple[Entry, Consequence]]:
    """Everything that has followed so far, in the order in which it was decided."""
    rules = {rule.id: rule for rule in archive.rules.rules}
    for entry in diary.entries:
        if entry.step:
            for each in rules[entry.rule].steps[entry.step - 1]:
                yield entry, each


def _pay_day(who: str, period: int, diary: Diary, archive: Archive) -> None:
    """What earlier decisions take from the wages of a period, or add to them."""
    base, performance = archive.wages(who, period)
    if diary.dismissed is not None and diary.dismissed < period:
        rule = next(entry.rule for entry, each in _followed(diary, archive) if each.action == "dismissal")
        for name, wage in (("base_wage", base), ("performance_wage", performance)):
            if wage is None or wage > 0:
                _enter(diary, period, rule, name, "dismissal", None if wage is None else -wage)
        return
    base = _in_grade(who, period, diary, archive, base)
    for name, wage in (("base_wage", base), ("performance_wage", performance)):
        taken = NOTHING
        for entry, each in _followed(diary, archive):
            if not each.action.endswith(name) or each.periods is None:
                continue
            if not 0 < period - entry.period <= int(each.periods.value):
                continue
            if wage is None:
                _enter(diary, period, entry.rule, name, "cut", None)
                continue
            share = Fraction(each.share.value) if each.share is not None else Fraction(1)
            asked = archive.round(share * max(wage, NOTHING))
            if archive.rules.several_cuts == "largest":
                more = max(asked - taken, NOTHING)
            else:
                more = min(asked, max(wage, NOTHING) - taken)
            taken += more
            if more:
                _enter(diary, period, entry.rule, name, "cut", -more)


def _in_grade(who: str, period: int, diary: Diary, archive: Archive, paid: Known) -> Known:
    """The base wage after each move along the grades, and what each changed."""
    order, wage, by = archive.rules.grades, paid, 0
    has_table = any(item.kind == "grade_wage" for item in archive.reckoned.desk.items.values())
    diary.grades[period] = archive.grade(who, period)
    for entry, moved, begins in _moves(who, diary, archive):
        if begins > period or not moved:
            continue
        by += moved
        diary.grades[period] = _along(order, archive.grade(who, period), by)
        if not has_table:
            continue
        if wage is None:
            _enter(diary, period, entry.rule, "base_wage", "grade", None)
            continue
        new = archive.base_wage(who, period, lambda grade, by=by: _along(order, grade, by))  # type: ignore[misc]
        if new != wage:
            _enter(diary, period, entry.rule, "base_wage", "grade", new - wage)
        wage = new
    return wage


def _moves(who: str, diary: Diary, archive: Archive) -> Iterator[tuple[Entry, int, int]]:
    """Each move along the grades as far as there are grades, and the period from which it holds."""
    order, by = archive.rules.grades, 0
    for entry, each in _followed(diary, archive):
        if each.grades is None:
            continue
        grade = archive.grade(who, entry.period)
        if grade not in order:
            continue
        asked = int(each.grades.value) * (1 if each.action == "promotion" else -1)
        here = order.index(grade)
        now = min(max(here - by, 0), len(order) - 1)
        then = min(max(now - asked, 0), len(order) - 1)
        by += now - then
        yield entry, now - then, entry.period + 1 if each.begins == "next_period" else len(archive.labels)


def _along(order: tuple[str, ...], grade: str, by: int) -> str:
    if grade not in order:
        return grade
    return order[min(max(order.index(grade) - by, 0), len(order) - 1)]


def _enter(diary: Diary, period: int, rule: str, wage: str, because: str, amount: Known) -> None:
    key = (period, rule, wage, because)
    before = diary.taken.get(key, NOTHING)
    diary.taken[key] = None if amount is None or before is None else before + amount
