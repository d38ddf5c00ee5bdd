"""What consequences do to wages and grades, one person after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

import numpy as np

from policymodel.consequences.standing import BASE, PERFORMANCE, Money, Standing
from policymodel.payroll import Payments
from policymodel.scheme.consequences import CUTS, MOVES, Consequence
from policymodel.scheme.kinds.pay import GradeWage

Because = Literal["cut", "grade", "dismissal"]


@dataclass(frozen=True)
class Effect:
    """What one rule took from (below zero) or gave to a wage in a period, in minor units."""

    period: int
    rule: str
    wage: str
    because: Because
    minor: int
    known: bool


@dataclass(frozen=True)
class Cut:
    """A share of a wage that is not paid, from one period to another."""

    rule: str
    wage: str
    share: float
    first: int
    last: int


@dataclass(frozen=True)
class Move:
    """So many grades up (above zero) or down, from a period on."""

    rule: str
    grades: int
    first: int


@dataclass
class Course:
    """What has been decided about one person, in the order in which it was decided."""

    standing: Standing
    manager: int
    cuts: list[Cut] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    dismissed: tuple[int, str] | None = None
    effects: list[Effect] = field(default_factory=list)
    moved: dict[tuple[int, str, int], tuple[str, str]] = field(default_factory=dict)
    """From which grade to which, by the period of the decision, the rule and the place among what follows."""

    def enter(self, period: int, rule: str, place: int, what: Consequence) -> None:
        """Something follows at the end of a period."""
        if what.action in CUTS and what.periods is not None:
            share = float(what.share.value) if what.share is not None else 1.0
            last = period + int(what.periods.value)
            self.cuts.append(Cut(rule, CUTS[what.action], share, period + 1, last))
        elif what.action in MOVES and what.grades is not None:
            first = period + 1 if what.begins == "next_period" else len(self.standing.periods)
            grade = self.standing.grade(period, self.manager)
            before = self.moved_to(grade, sum(each.grades for each in self.moves))
            after = self.moved_to(before, MOVES[what.action] * int(what.grades.value))
            self.moves.append(Move(rule, self._distance(before, after), first))
            self.moved[period, rule, place] = (before, after)
        elif what.action == "dismissal" and self.dismissed is None:
            self.dismissed = (period + 1, rule)

    def gone(self, period: int) -> bool:
        """Whether somebody has been dismissed before a period."""
        return self.dismissed is not None and period >= self.dismissed[0]

    def grade(self, period: int, grade: str) -> str:
        """The grade in a period of somebody who has this one in history; in the next year one past the last period."""
        return self.moved_to(grade, self.by(period))

    def by(self, period: int) -> int:
        """By how many grades somebody stands higher in a period."""
        return sum(each.grades for each in self.moves if each.first <= period)

    def moved_to(self, grade: str, by: int) -> str:
        """The grade so many above (or below) another, not beyond the highest or lowest; one without a place stays."""
        order = self.standing.rules.grades
        if grade not in order:
            return grade
        return order[min(max(order.index(grade) - by, 0), len(order) - 1)]

    def _distance(self, before: str, after: str) -> int:
        order = self.standing.rules.grades
        return order.index(before) - order.index(after) if before in order else 0


class Wages:
    """The wages of a scheme, and what they would be in other grades."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self._moved = cache(self._in_other_grades)

    def settle(self, course: Course) -> None:
        """Work out what a person's consequences take and give, in each period."""
        for period in np.flatnonzero(self.standing.here[:, course.manager]).tolist():
            course.effects += self._settled(course, period)

    def _settled(self, course: Course, period: int) -> Iterator[Effect]:
        for wage, paid in self.standing.wages.items():
            known = bool(paid.known[period, course.manager])
            left = int(paid.minor[period, course.manager])
            if course.gone(period):
                assert course.dismissed is not None
                if left > 0 or not known:
                    yield Effect(period, course.dismissed[1], wage, "dismissal", -max(left, 0), known)
                continue
            if wage == BASE:
                for effect in self._regraded(course, period, left, known):
                    left += effect.minor
                    yield effect
            yield from self._cut(course, period, wage, left, known)

    def _regraded(self, course: Course, period: int, paid: int, known: bool) -> Iterator[Effect]:
        """What each move adds to the base wage or takes from it, one after the other."""
        by, wage = 0, paid
        for move in course.moves:
            if move.first > period or not move.grades or not isinstance(self.standing.given, Payments):
                continue
            by += move.grades
            moved = int(self._moved(by)[period, course.manager]) if known else wage
            if moved != wage or not known:
                yield Effect(period, move.rule, BASE, "grade", moved - wage, known)
            wage = moved

    def _cut(self, course: Course, period: int, wage: str, amount: int, known: bool) -> Iterator[Effect]:
        """What each cut takes: together no more than the wage, or no more than the largest of them."""
        pay, taken = self.standing.scheme.pay, 0
        largest = self.standing.rules.several_cuts == "largest"
        for cut in course.cuts:
            if cut.wage != wage or not cut.first <= period <= cut.last or pay is None:
                continue
            if not known:
                yield Effect(period, cut.rule, wage, "cut", 0, known)
                continue
            share = int(pay.rounding.to_minor(cut.share * max(amount, 0) / 10.0**pay.rounding.digits))
            more = max(share - taken, 0) if largest else min(share, max(amount, 0) - taken)
            taken += more
            if more:
                yield Effect(period, cut.rule, wage, "cut", -more, known)

    def _in_other_grades(self, by: int) -> Money:
        """The base wage of everybody, so many grades higher (or lower), [period, manager]."""
        given = self.standing.given
        order, pay = self.standing.rules.grades, self.standing.scheme.pay
        total = np.zeros(self.standing.here.shape, dtype=np.int64)
        for item in pay.items if pay is not None else ():
            if isinstance(item, GradeWage) and pay is not None:
                wages = dict(item.monthly)
                moved = tuple(
                    (grade, wages[order[min(max(order.index(grade) - by, 0), len(order) - 1)]])
                    for grade in wages
                )
                values = given.values(replace(item, monthly=moved).expression(self.standing.scheme.given))
                total += pay.rounding.to_minor(np.where(values.ok, values.number, 0.0))
        return total

    def monthly(self, grade: str) -> int:
        """The base wage of a month in a grade, in minor units; 0 without a grade table."""
        pay = self.standing.scheme.pay
        total = 0
        for item in pay.items if pay is not None else ():
            if isinstance(item, GradeWage) and pay is not None:
                wages = dict(item.monthly)
                if grade in wages:
                    total += int(pay.rounding.to_minor(float(wages[grade].value)))
        return total


__all__ = ["BASE", "PERFORMANCE", "Course", "Cut", "Effect", "Move", "Wages"]
