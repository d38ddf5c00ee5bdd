"""Rates read literally: amounts, commissions, tiers and slices, by themselves or on a running total."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from policymodel.reference.desk import Desk, Resolve, Sides
from policymodel.reference.numbers import (
    NOT_APPLICABLE,
    NOTHING,
    ONE,
    Missing,
    Value,
    added,
    all_that_applies,
    combine,
    less,
    times,
    worst,
)
from policymodel.reference.places import Place
from policymodel.scheme.biography import Number
from policymodel.scheme.kinds.lookups import Steps
from policymodel.scheme.kinds.rates import Commission, FigureLine, RunningTotal, Slice, Tiers
from policymodel.scheme.quantities import OfQuantity

Worth = Callable[[Value, Place], Value]
"""What an amount is worth at a place."""

Rule = Callable[[Fraction, Fraction, Resolve], Value]
"""What comes of an amount, of what the thresholds are multiples of, and of the numbers in force."""


def figure(line: FigureLine, at: Place, desk: Desk) -> Sides:
    """The quantity itself."""
    return {"": desk.read(line.of, at)}


def commission(line: Commission, at: Place, desk: Desk) -> Sides:
    """Amount x rate."""
    return {"": times(desk.read(line.of, at), desk.read(line.rate, at))}


def total_to_date(of: OfQuantity, measured: str, at: Place, desk: Desk) -> Value:
    """The amount, or the running total since the period, quarter, half-year or year began."""
    if measured == "by_itself":
        return desk.read(of, at)
    amounts = [desk.read(of, each) for each in desk.places.walk(at, measured.removesuffix("_to_date"))]
    return added(each for each in amounts if each != NOT_APPLICABLE)


def earned(worth: Worth, line: Tiers | Slice | Steps, at: Place, desk: Desk) -> Value:
    """What an amount is worth by itself; or what the running total is worth less what it was worth before.

    Where only new amounts count by new numbers, what was settled before is worth what it would be worth here.
    Where the amount does not apply nothing moves, and the line does not apply.
    """
    if line.measured == "by_itself":
        return worth(desk.read(line.of, at), at)
    total: Value = NOTHING
    before: Value = NOTHING
    settled: Value | None = None
    for each in desk.places.walk(at, line.measured.removesuffix("_to_date")):
        amount = desk.read(line.of, each)
        total = total if amount == NOT_APPLICABLE else added([total, amount])
        now = added([worth(total, each), times(amount, NOTHING)])
        if each == at:
            if line.on_change == "new_amounts_only" and settled is not None:
                # Of a total that is not known nobody knows the worth, whatever its thresholds are.
                before = added([worth(settled, at), times(settled, NOTHING)])
            return less(now, before)
        if now != NOT_APPLICABLE:
            before, settled = now, added([total, times(now, NOTHING)])
    return NOT_APPLICABLE


def reached(value: Fraction, threshold: Fraction, edge: str | None) -> bool:
    """Whether a threshold is reached; a value exactly on it has reached it where the edge is the upper one's."""
    return value > threshold if edge == "lower" else value >= threshold


def against(
    thresholds_of: OfQuantity | None, amount: Value, numbers: list[Number], at: Place, desk: Desk, rule: Rule
) -> Value:
    """A rule of an amount and of thresholds that are multiples of a quantity (of 1 where there is none).

    Of a quantity of zero or less there are no multiples, whatever the amount.
    """
    base = ONE if thresholds_of is None else desk.read(thresholds_of, at)
    if isinstance(base, Fraction) and base <= 0:
        return NOT_APPLICABLE
    return combine(
        lambda known, whole: desk.dated(numbers, at, lambda resolve: rule(known, whole, resolve)),
        amount,
        base,
    )


def tiers(line: Tiers, at: Place, desk: Desk) -> Sides:
    """The sum of rate x what lies inside each tier; or the rate of the tier reached x the amount.

    A first tier without `from` has no beginning: what lies in it may be less than nothing.
    """
    numbers = [number for tier in line.tiers for number in (tier.from_, tier.rate) if number is not None]

    def rate_reached(value: Value, place: Place) -> Value:
        def rule(known: Fraction, base: Fraction, resolve: Resolve) -> Value:
            rate = NOTHING
            for tier in line.tiers:
                if tier.from_ is None or reached(known, resolve(tier.from_) * base, line.edge):
                    rate = resolve(tier.rate)
            return rate

        return against(line.thresholds_of, value, numbers, place, desk, rule)

    def slice_of(index: int, with_rate: bool) -> Worth:
        def rule(known: Fraction, base: Fraction, resolve: Resolve) -> Value:
            begins = line.tiers[index].from_
            ends = line.tiers[index + 1].from_ if index + 1 < len(line.tiers) else None
            upto = known if ends is None else min(known, resolve(ends) * base)
            inside = upto if begins is None else max(upto - resolve(begins) * base, NOTHING)
            return inside * resolve(line.tiers[index].rate) if with_rate else inside

        return lambda amount, place: against(line.thresholds_of, amount, numbers, place, desk, rule)

    if line.rate_applies_to == "all":
        if line.reached_by is not None:
            rate = rate_reached(desk.read(line.reached_by, at), at)
            return {"": times(rate, desk.read(line.of, at)), "rate": rate}
        return {
            "": earned(lambda amount, place: times(rate_reached(amount, place), amount), line, at, desk),
            "rate": rate_reached(total_to_date(line.of, line.measured, at, desk), at),
        }
    sides: Sides = {}
    for index in range(len(line.tiers)):
        for name, with_rate in (("slice", False), ("tier", True)):
            worth = slice_of(index, with_rate)
            sides[f"{name}_{index + 1}"] = earned(worth, line, at, desk)
    return {"": added(value for name, value in sides.items() if name.startswith("tier")), **sides}


def running_total(line: RunningTotal, at: Place, desk: Desk) -> Sides:
    """What has come together so far, with or without the amount itself."""
    amount = desk.read(line.of, at)
    before = [
        desk.read(line.of, each) for each in desk.places.walk(at, line.measured.removesuffix("_to_date"))
    ]
    total = all_that_applies(before)
    if isinstance(amount, Missing):
        return {"": worst([amount, total]) or amount}
    return {"": total if line.own == "included" else less(total, amount)}


def slice_between(line: Slice, at: Place, desk: Desk) -> Sides:
    """How much of an amount lies between two thresholds, or above the lower one."""

    def worth(amount: Value, place: Place) -> Value:
        lower = desk.read(line.from_, place)
        above = combine(lambda known, start: max(known - start, NOTHING), amount, lower)
        if line.to is None:
            return above
        upper = desk.read(line.to, place)
        return combine(lambda part, start, end: min(part, max(end - start, NOTHING)), above, lower, upper)

    return {"": earned(worth, line, at, desk)}
