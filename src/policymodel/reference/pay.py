"""Kinds of pay read literally (S6.5, S6.6): base wage by grade, performance wage in three slices."""

from __future__ import annotations

from fractions import Fraction

from policymodel.reference.desk import SCORE, Desk, Sides
from policymodel.reference.numbers import (
    ABSENT,
    NOT_APPLICABLE,
    NOTHING,
    Missing,
    Value,
    added,
    combine,
    divided,
    less,
    times,
    worst,
)
from policymodel.reference.places import Place
from policymodel.reference.windows import window_of
from policymodel.scheme.kinds.pay import GradeWage, PerformanceWage

Parts = dict[str, Value]


def grade_wage(line: GradeWage, at: Place, desk: Desk) -> Sides:
    """The grade's monthly wage for the months, days and share of a post worked."""
    stints = desk.places.people.of(at.who, desk.places.period(at))
    if not stints:
        return {"": NOT_APPLICABLE}
    return {
        "": added(
            times(_wage(line, each.spell.grade, at, desk), each.spell.fte * each.part) for each in stints
        )
    }


def _wage(line: GradeWage, grade: str, at: Place, desk: Desk) -> Value:
    """The monthly wage of a grade; nothing says what a grade outside the table earns."""
    wages = dict(line.monthly)
    return desk.number(wages[grade], at) if grade in wages else ABSENT


def to_date(line: PerformanceWage, at: Place, desk: Desk) -> Parts:
    """What the three slices of this year's income come to so far, before any score."""
    window = window_of("year_to_date", desk.places.period(at), desk.places.plan_year)
    realised = added(desk.places.over(desk.places.facts.actual(each), at, window) for each in line.facts)
    held = added(desk.places.over(desk.places.targets.base(each), at, window) for each in line.facts)
    more = added(
        desk.places.over(desk.places.targets.target(each, increment=True), at, window) for each in line.facts
    )
    # No slice begins below nothing, and nothing is earned on less than nothing.
    income, stock, growth = (
        combine(lambda known: max(known, NOTHING), each) for each in (realised, held, more)
    )
    slices = {
        "stock": combine(min, income, stock),
        "increment": combine(
            lambda known, start, width: min(max(known - start, NOTHING), width), income, stock, growth
        ),
        "super_increment": combine(
            lambda known, start, width: max(known - start - width, NOTHING), income, stock, growth
        ),
    }
    return {part: times(desk.number(getattr(line.shares, part), at), each) for part, each in slices.items()}


def performance_wage(line: PerformanceWage, at: Place, desk: Desk) -> Sides:
    """What the parts so far exceed those at the highest total of earlier periods by, scaled by the score."""
    held: Parts = dict.fromkeys(("stock", "increment", "super_increment"), NOTHING)
    highest = NOTHING
    drawn: Parts = dict.fromkeys(held, NOT_APPLICABLE)
    lost: Missing | None = None
    for each in desk.places.walk(at, None):
        parts = to_date(line, each, desk)
        total = added(parts.values())
        drawn = dict.fromkeys(parts, NOTHING)
        if isinstance(total, Missing):
            # Once a period is not known, neither is the balance of the later ones.
            lost = lost if total == NOT_APPLICABLE else worst([total, *([lost] if lost else [])])
            drawn = dict.fromkeys(parts, total)
        elif lost is not None:
            drawn = dict.fromkeys(parts, lost)
        elif total >= highest:
            drawn = {part: less(now, held[part]) for part, now in parts.items()}
            held, highest = parts, total
    scale: Value = Fraction(1)
    if line.scaled_by == "management_score":
        scale = divided(desk.line(SCORE, at), desk.number(line.full_score, at))
    paid = {part: times(each, scale) for part, each in drawn.items()}
    return {"": added(paid.values()), **paid}
