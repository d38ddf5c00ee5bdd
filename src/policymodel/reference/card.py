"""Kinds of line on a card read literally (S4), and the card's total."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from policymodel.periods import Period
from policymodel.reference.desk import Desk, Sides, rounded_by
from policymodel.reference.numbers import (
    ABSENT,
    NOT_APPLICABLE,
    NOTHING,
    Value,
    added,
    added_where_it_applies,
    bounded,
    combine,
    divided,
    less,
    times,
    where_missing,
)
from policymodel.reference.places import Place
from policymodel.reference.windows import window_of
from policymodel.scheme.kinds.card import (
    Assumed,
    Attainment,
    ChangeOnPeriod,
    Counted,
    Deduction,
    Group,
    Mark,
    Share,
)
from policymodel.scheme.scheme import Card
from policymodel.scheme.terms import Number


@dataclass(frozen=True)
class Look:
    """Over which time and for whom a card's line looks at a measure."""

    window: str = "period"
    months: int | None = None
    level: str = "manager"
    earlier: int = 0
    years_earlier: int = 0


NOW = Look()


def attainment(line: Attainment, at: Place, desk: Desk) -> Sides:
    """Points x actual to date ÷ target to date, turned round where less is better."""
    share = rounded_if(line.round_share, _bounded(_attained(line, at, desk), line, at, desk))
    return {"": _points(line, share, at, desk), "share": share}


def _attained(line: Attainment, at: Place, desk: Desk) -> Value:
    window = window_of(
        "target_to_date",
        desk.places.period(at),
        desk.places.plan_year,
        target_periods=desk.places.targets.periods(line.measure),
    )
    actual = _to_date(line.measure, at, desk, window, line.read)
    level = desk.places.facts.is_level(line.measure)
    target = desk.places.over(desk.places.targets.target(line.measure), at, window, at_end=level)
    if line.lower_is_better is None or not isinstance(target, Fraction) or target <= 0:
        return divided(actual, target, line.zero_target)
    if line.lower_is_better == "target_over_actual":
        return divided(target, actual)
    return less(Fraction(2), divided(actual, target))


def _to_date(measure: str, at: Place, desk: Desk, window: Period, read: str) -> Value:
    if (counts := desk.places.facts.ratio(measure)) is not None:
        top, bottom = (_to_date(each, at, desk, window, read) for each in counts)
        return divided(top, bottom)
    cells, stock = desk.places.facts.actual(measure), desk.places.facts.is_stock(measure)
    if stock and read == "mean_of_months":
        return desk.places.mean(cells, at, window)
    return desk.places.over(cells, at, window, at_end=stock)


def change_on_period(line: ChangeOnPeriod, at: Place, desk: Desk) -> Sides:
    """Points x this period's figure ÷ an earlier one's."""
    by_period = line.against == "previous_period"
    before = Look(level=line.level, earlier=int(by_period), years_earlier=int(not by_period))
    # On a day inside the period: of its months those that are over, and of the earlier one as many.
    months = desk.places.period(at).months_over(desk.places.as_of)
    now, then = (
        desk.places.measure(line.measure, at, look, line.read, months) if months else NOT_APPLICABLE
        for look in (Look(level=line.level), before)
    )
    return {"": _points(line, _bounded(divided(now, then), line, at, desk), at, desk)}


def share(line: Share, at: Place, desk: Desk) -> Sides:
    """Points x one measure ÷ another, at most the cap."""
    part = divided(desk.places.measure(line.top, at, NOW), desk.places.measure(line.bottom, at, NOW))
    if line.full_at is not None:
        part = divided(part, desk.number(line.full_at, at))
    return {"": _points(line, bounded(part, None, _number(line.cap, at, desk)), at, desk)}


def counted(line: Counted, at: Place, desk: Desk) -> Sides:
    """Points for each."""
    points = times(desk.number(line.points_each, at), desk.places.measure(line.measure, at, NOW))
    return {"": where_missing(points, line.missing)}


def deduction(line: Deduction, at: Place, desk: Desk) -> Sides:
    """Points off for each verified event, or as the event itself says."""
    period = desk.places.period(at)
    if isinstance(line.points_each, Number):
        events = desk.places.over(desk.places.facts.events(line.event, line.channels, "count"), at, period)
        return {"": times(Fraction(-1), desk.number(line.points_each, at), events)}
    found = desk.places.over(desk.places.facts.events(line.event, line.channels, "points"), at, period)
    return {"": times(Fraction(-1), found)}


def mark(line: Mark, at: Place, desk: Desk) -> Sides:
    """Points x mark ÷ the highest mark."""
    part = divided(desk.places.measure(line.measure, at, NOW), desk.number(line.out_of, at))
    return {"": _points(line, part, at, desk)}


def assumed(line: Assumed, at: Place, desk: Desk) -> Sides:
    """The points."""
    return {"": desk.number(line.points, at)}


def group(line: Group, at: Place, desk: Desk) -> Sides:
    """The sum of the lines that apply; the points of the others are shared over them, or count nothing."""
    values = [desk.line(each.id, Place(at.who, at.when)) for each in line.lines]
    total = added_where_it_applies(values)
    if line.not_applicable == "reweight":
        points = [_weight(each, at, desk) for each in line.lines]
        applying = [each for each, value in zip(points, values, strict=True) if value != NOT_APPLICABLE]
        factor = divided(added(points), added(applying))
        total = times(total, factor)
        if line.least_applying is not None:
            few = NOT_APPLICABLE if line.if_fewer == "not_applicable" else ABSENT
            total = _if_enough(total, times(desk.number(line.least_applying, at), factor), few)
    elif total == NOT_APPLICABLE:
        total = NOTHING
    return {"": _bounded(total, line, at, desk)}


def _weight(line: Any, at: Place, desk: Desk) -> Value:
    """A line's points; those of its lines where it is a group."""
    if isinstance(line, Group):
        return added([_weight(each, at, desk) for each in line.lines])
    return desk.number(line.points, at)


def _if_enough(total: Value, asked: Value, few: Value) -> Value:
    """The total; `few` where fewer points apply than must (least x all points ÷ those that apply is above 1)."""
    if not isinstance(asked, Fraction):
        return asked
    return total if asked <= 1 else few


def score(card: Card, at: Place, desk: Desk) -> Sides:
    """The sum of the card's lines, rounded, rescaled, and bounded last."""
    total = added(desk.line(each.id, Place(at.who, at.when)) for each in card.lines)
    scaled = times(rounded_by(card.rounding, total), desk.number(card.rescale, at))
    return {"": bounded(scaled, _number(card.floor, at, desk), _number(card.cap, at, desk))}


def rounded_if(rule: Any, value: Value) -> Value:
    """The value, rounded where there is a rule."""
    return value if rule is None else rounded_by(rule, value)


def _points(line: Any, part: Value, at: Place, desk: Desk) -> Value:
    return where_missing(combine(lambda a, b: a * b, desk.number(line.points, at), part), line.missing)


def _bounded(value: Value, line: Any, at: Place, desk: Desk) -> Value:
    return bounded(value, _number(line.floor, at, desk), _number(line.cap, at, desk))


def _number(number: Number | None, at: Place, desk: Desk) -> Value | None:
    return None if number is None else desk.number(number, at)
