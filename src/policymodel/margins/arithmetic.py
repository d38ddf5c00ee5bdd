"""Germs through sums, products, ratios, powers, bounds and comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import numpy as np

from policymodel.history.measures import Status
from policymodel.margins.germs import Flags, Germ, Path, constant, join, level, select, side_of
from policymodel.scheme.evaluation.values import Numbers, Values, settle, worst


def add(parts: Sequence[Germ]) -> Germ:
    """The sum."""
    return Germ(
        reduce(np.add, (each.number for each in parts)),
        reduce(np.add, (each.slope for each in parts)),
        reduce(np.add, (each.bend for each in parts)),
        worst(each.status for each in parts),
        reduce(np.logical_and, (each.straight for each in parts)),
        join([each.path for each in parts]),
    )


def times(one: Germ, other: Germ) -> Germ:
    """The product; straight while only one of the two moves."""
    return Germ(
        one.number * other.number,
        one.slope * other.number + one.number * other.slope,
        one.bend * other.number + one.slope * other.slope + one.number * other.bend,
        worst([one.status, other.status]),
        one.straight & other.straight & (one.still | other.still),
        join([one.path, other.path]),
    )


def less(one: Germ, other: Germ) -> Germ:
    """The first less the second."""
    return add([one, times(constant(-1.0), other)])


def divide(top: Germ, bottom: Germ, at_zero: str, any_sign: bool = False) -> Germ:
    """Top ÷ bottom; just beside a bottom of zero it is the side that decides."""
    number = np.where(bottom.still, bottom.number, settle(bottom.number, np.zeros(1)))
    side, reach = side_of(replace(bottom, number=number), constant(0.0))
    usable = side != 0 if any_sign else side > 0
    shape = np.broadcast_shapes(top.shape, bottom.shape)
    over = [np.broadcast_to(each, shape) for each in (top.number, top.slope, top.bend)]
    under = [np.broadcast_to(each, shape) for each in (number, bottom.slope, bottom.bend)]
    begins = both = (under[0] == 0) & (settle(over[0], np.zeros(1)) == 0)
    zero = np.zeros(shape)
    for _ in range(2):
        if not both.any():
            break
        # Both begin at nothing: the ratio is that of what follows.
        over = [np.where(both, after, now) for now, after in zip(over, [*over[1:], zero], strict=True)]
        under = [np.where(both, after, now) for now, after in zip(under, [*under[1:], zero], strict=True)]
        both = (under[0] == 0) & (settle(over[0], np.zeros(1)) == 0)
    found = under[0] != 0
    endless = np.where(over[0] == 0, 0.0, np.inf * np.sign(over[0]) * side)
    ratio = np.where(found, over[0] / under[0], endless)
    slope = np.where(found, (over[1] - ratio * under[1]) / under[0], 0.0)
    bend = np.where(found, (over[2] - slope * under[1] - ratio * under[2]) / under[0], 0.0)
    straight = np.where(begins, top.straight & bottom.straight, top.straight & bottom.still)
    none = ~usable & bottom.values.ok & (at_zero == "not_applicable")
    return Germ(
        np.where(usable, ratio, 1.0 if at_zero == "full" else 0.0),
        np.where(usable, slope, 0.0),
        np.where(usable, bend, 0.0),
        np.where(none, Status.NOT_APPLICABLE, worst([top.status, bottom.status])).astype(np.uint8),
        np.where(usable, straight, True),
        join([top.path, bottom.path]).turn(side, reach),
    )


def power(base: Germ, exponent: Germ) -> Germ:
    """The base raised to the exponent; a negative base, or zero to a negative power, does not apply."""
    side, reach = side_of(base, constant(0.0))
    raised = exponent.number
    usable = (side > 0) | ((side == 0) & (raised >= 0))
    number = np.where(side > 0, base.number.clip(0), np.where(side == 0, 0.0, 1.0))
    first = _unless_nothing(base.slope * raised, number ** (raised - 1.0))
    grown = _unless_nothing(exponent.slope, np.log(number) * number**raised)
    second = _unless_nothing(base.bend * raised, number ** (raised - 1.0))
    twice = _unless_nothing(base.slope**2 * raised * (raised - 1.0) / 2.0, number ** (raised - 2.0))
    refused = ~usable & base.values.ok & exponent.values.ok
    status = worst([base.status, exponent.status])
    return Germ(
        number**raised,
        first + grown,
        second + twice,
        np.where(refused, Status.NOT_APPLICABLE, status).astype(np.uint8),
        base.straight & exponent.still & (base.still | (raised == 1.0)),
        join([base.path, exponent.path]).turn(side, reach),
    )


def _unless_nothing(factor: Numbers, other: Numbers) -> Numbers:
    """The product, and nothing times infinity is nothing."""
    return np.where(factor == 0, 0.0, factor * other)


def least(one: Germ, other: Germ) -> Germ:
    """The smaller of two."""
    return _one_of(one, other, 1)


def greatest(one: Germ, other: Germ) -> Germ:
    """The larger of two."""
    return _one_of(one, other, -1)


def _one_of(one: Germ, other: Germ, sign: int) -> Germ:
    side, reach = side_of(one, other)
    taken = select([side * sign <= 0], [one], other)
    # What is not taken may bend before it is met, so both paths count.
    path = join([one.path, other.path]).turn(side, reach)
    path = Path(path.reach, path.branch, taken.path.capped)
    return replace(taken, status=worst([one.status, other.status]), path=path)


def capped(of: Germ, cap: Germ) -> Germ:
    """The smaller of two, and where it keeps the other from moving."""
    taken = least(of, cap)
    return taken.on(taken.path.under_a_cap(taken.still & ~(of.still & cap.still)))


def slice_between(of: Germ, lower: Germ, upper: Germ | None) -> Germ:
    """How much lies between two thresholds."""
    # Compared where they stand and not by their difference: sums of decimals miss a threshold by what floats lose.
    above = greatest(of, lower)
    if upper is not None:
        above = least(above, greatest(upper, lower))
    return less(above, lower)


def reached(of: Germ, threshold: Germ, comparison: str) -> Germ:
    """1 where the comparison holds beside the place, else 0."""
    side, reach = side_of(of, threshold)
    holds = {
        "at_least": side >= 0,
        "above": side > 0,
        "at_most": side <= 0,
        "below": side < 0,
    }[comparison]
    path = join([of.path, threshold.path]).turn(side, reach)
    return level(Values(holds.astype(np.float64), worst([of.status, threshold.status])), path)


def where(condition: Germ, then: Germ, otherwise: Germ) -> Germ:
    """One of two; a condition that is missing or does not apply leaves no number."""
    side, reach = side_of(condition, constant(0.0))
    taken = select([side != 0], [then], otherwise)
    status = np.where(condition.values.ok, taken.status, condition.status).astype(np.uint8)
    return replace(taken, status=status, path=join([condition.path, taken.path]).turn(side != 0, reach))


def what_applies(part: Germ) -> Germ:
    """A part, or nothing where it does not apply."""
    gone = part.values.gone
    path = Path(part.path.reach, part.path.branch, part.path.capped & ~gone)
    status = np.where(gone, Status.MEASURED, part.status).astype(np.uint8)
    return replace(_nothing_where(gone, part), status=status, path=path)


def applies(of: Germ) -> Germ:
    """1 where it applies, 0 where it does not; a missing value stays missing."""
    gone = of.values.gone
    status = np.where(gone, Status.MEASURED, of.status).astype(np.uint8)
    return level(Values(np.where(gone, 0.0, 1.0), status), of.path)


def instead(of: Germ, when_missing: str) -> Germ:
    """A zero, or not applicable, where a value is missing."""
    missing = of.values.missing
    ruled = Status.MEASURED if when_missing == "zero" else Status.NOT_APPLICABLE
    return replace(_nothing_where(missing, of), status=np.where(missing, ruled, of.status).astype(np.uint8))


def _nothing_where(here: Flags, of: Germ) -> Germ:
    number, slope, bend = (np.where(here, 0.0, each) for each in (of.number, of.slope, of.bend))
    return replace(of, number=number, slope=slope, bend=bend, straight=of.straight | here)
