"""Arithmetic between lines read literally: products, totals, ratios, means, gates."""

from __future__ import annotations

from fractions import Fraction

from policymodel.reference.desk import Desk, Sides
from policymodel.reference.numbers import (
    NOT_APPLICABLE,
    NOTHING,
    ONE,
    Missing,
    Value,
    added,
    combine,
    divided,
    exponential,
    less,
    logarithm,
    power,
    times,
    worst,
)
from policymodel.reference.places import Place
from policymodel.scheme.kinds.arithmetic import (
    Gate,
    LargestOf,
    Product,
    RaisedTo,
    Ratio,
    Rescaled,
    SmallestOf,
    Total,
    WeightedMean,
)


def product(line: Product, at: Place, desk: Desk) -> Sides:
    """The product of the factors."""
    return {"": times(*(desk.read(each, at) for each in line.of))}


def total(line: Total, at: Place, desk: Desk) -> Sides:
    """What is added less what is taken off."""
    plus = added(desk.read(each, at) for each in line.add)
    return {"": less(plus, added(desk.read(each, at) for each in line.less))}


def largest_of(line: LargestOf, at: Place, desk: Desk) -> Sides:
    """The largest value."""
    return {"": combine(lambda *known: max(known), *(desk.read(each, at) for each in line.of))}


def smallest_of(line: SmallestOf, at: Place, desk: Desk) -> Sides:
    """The smallest value."""
    return {"": combine(lambda *known: min(known), *(desk.read(each, at) for each in line.of))}


def raised_to(line: RaisedTo, at: Place, desk: Desk) -> Sides:
    """The value to a power; a negative one, or zero to a negative power, does not apply."""
    of, exponent = desk.read(line.of, at), desk.read(line.exponent, at)
    if isinstance(of, Missing) or isinstance(exponent, Missing):
        return {"": added([of, exponent])}
    if of < 0 or (of == 0 and exponent < 0):
        return {"": NOT_APPLICABLE}
    if of == 0:
        return {"": NOTHING if exponent > 0 else ONE}
    return {"": power(of, exponent)}


def ratio(line: Ratio, at: Place, desk: Desk) -> Sides:
    """Top ÷ bottom."""
    return {"": divided(desk.read(line.top, at), desk.read(line.bottom, at), line.zero_bottom)}


def rescaled(line: Rescaled, at: Place, desk: Desk) -> Sides:
    """How far a value has come from one point to another; nowhere, where the two are the same."""
    value, start, end = (desk.read(each, at) for each in (line.of, line.from_, line.to))
    way, gone = less(end, start), less(value, start)
    if way == NOTHING:
        return {"": NOT_APPLICABLE}
    return {"": combine(lambda one, whole: one / whole, gone, way)}


def weighted_mean(line: WeightedMean, at: Place, desk: Desk) -> Sides:
    """The mean of the values that apply, each with its weight."""
    pairs = [(desk.read(each.value, at), desk.number(each.weight, at)) for each in line.of]
    if line.not_applicable == "reweight":
        pairs = [pair for pair in pairs if pair[0] != NOT_APPLICABLE]
    if not pairs:
        return {"": NOT_APPLICABLE}
    missing = worst([each for pair in pairs for each in pair])
    known = [
        (value, weight)
        for value, weight in pairs
        if isinstance(value, Fraction) and isinstance(weight, Fraction)
    ]
    return {"": missing or mean_of(line.mean, known)}


def mean_of(mean: str, pairs: list[tuple[Fraction, Fraction]]) -> Value:
    """A weighted mean; geometric of nothing negative, harmonic of positive values only.

    >>> mean_of("harmonic", [(Fraction(1), Fraction(2)), (Fraction(2), Fraction(1)), (Fraction(3), Fraction(1))])
    Fraction(24, 17)
    """
    whole = sum((weight for _, weight in pairs), NOTHING)
    values = [value for value, weight in pairs if weight]
    if whole <= 0 or (mean == "geometric" and min(values) < 0) or (mean == "harmonic" and min(values) <= 0):
        return NOT_APPLICABLE
    if mean == "arithmetic":
        return sum((value * weight for value, weight in pairs), NOTHING) / whole
    if mean == "harmonic":
        return whole / sum((weight / value for value, weight in pairs if weight), NOTHING)
    if not all(values):
        return NOTHING
    logarithms = (weight * logarithm(value) for value, weight in pairs if weight)
    return exponential(sum(logarithms, NOTHING) / whole)


def gate(line: Gate, at: Place, desk: Desk) -> Sides:
    """The value where the conditions hold, otherwise the other one."""
    is_open = desk.hold(line.when, at, line.need)
    if isinstance(is_open, Missing):
        return {"": is_open, "open": is_open}
    return {"": desk.read(line.of if is_open else line.otherwise, at), "open": is_open}
