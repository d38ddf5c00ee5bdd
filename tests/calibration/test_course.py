"""The cost as a lever moves: the same as a scheme with that value written in it, and of the shape that is claimed."""

from __future__ import annotations

import random
from decimal import Decimal
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance.documents import document
from policymodel.calibration.course import CostCourse, template
from policymodel.calibration.levers import Lever, exact, lever
from policymodel.calibration.shapes import shape_of
from policymodel.computation import worked_out
from policymodel.errors import DataGap, InputError
from policymodel.margins.unrounded import before_rounding
from policymodel.panel import Ground, Panel
from policymodel.scheme.evaluation import evaluate
from policymodel.scheme.given import PAY
from policymodel.scheme.parameters import parameters
from policymodel.scheme.scheme import Scheme
from properties.pricing import panel, scheme

PARTS = [Decimal(each) / 4 for each in range(5)]
BANK = 1


@cache
def everybody() -> Panel:
    return panel(BANK)


def written_out(of: Scheme, on: Panel) -> float:
    """What a scheme costs before rounding, in minor units: evaluated from the beginning."""
    periods = on.plan_year.split(of.months)
    node = before_rounding(of.given.line(PAY))
    known = worked_out(on, of, periods, {})
    with np.errstate(all="ignore"):
        values = evaluate(node, Ground(on, periods), known).over((len(periods), on.managers.size))
    return float(np.where(values.ok & on.employed(periods), values.number, 0.0).sum()) * 100


def levers(seed: int) -> list[Lever]:
    """A few numbers of a scheme by chance, each between half and one and a half times what it is."""
    try:
        of = scheme(document(seed))
    except InputError:
        return []
    if of.pay is None:
        return []
    numbers = [each for each in parameters(of.document) if each.value > 0]
    found = []
    for each in random.Random(seed).sample(numbers, min(3, len(numbers))):
        ends = exact(each.value / 2), exact(each.value * 3 / 2)
        try:
            found.append(lever(of, [each.address], between=ends))
            found[-1].scheme_at(ends[0]), found[-1].scheme_at(ends[1])
        except InputError:
            found = [one for one in found if one.numbers[0] != each]
    return found


def followed(one: Lever) -> CostCourse | None:
    read = template(one)
    if read is None or not read.moved:
        return None
    on = everybody()
    try:
        return CostCourse(on, one, read, np.ones(on.managers.size, dtype=bool))
    except DataGap:
        return None


def check(seed: int) -> int:
    """How many levers of a scheme were followed; each costs what it costs written out."""
    count = 0
    for one in levers(seed):
        course = followed(one)
        if course is None:
            continue
        values = [one.low + part * (one.high - one.low) for part in PARTS]
        try:
            costs = [written_out(one.scheme_at(each), everybody()) for each in values]
        except (InputError, AssertionError):
            continue
        size = max(1.0, *(abs(each) for each in costs))
        found = [course.at(float(each), (0,)).cost for each in values]
        assert found == pytest.approx(costs, rel=1e-9, abs=1e-9 * size), (seed, one.name)
        shape = shape_of(course, float(one.low), float(one.high))
        steps = np.diff(costs) / size
        if shape.proof == "linear":
            assert steps == pytest.approx(steps[0], abs=1e-9), (seed, one.name)
        if shape.direction:
            assert (steps * shape.direction >= -1e-9).all(), (seed, one.name, shape)
        count += 1
    return count


@given(st.integers(0, 10**6))
@settings(max_examples=5)
def test_the_course_is_the_scheme_written_out(seed):
    check(seed)


def test_there_is_something_to_check():
    assert sum(check(seed) for seed in range(8)) >= 3


@pytest.mark.slow
def test_the_course_of_many_schemes():
    assert sum(check(seed) for seed in range(1000, 1300)) >= 80
