"""Look-ups read literally: steps, payout curves, matrices, tables by category."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from policymodel.reference.desk import Desk, Resolve, Sides
from policymodel.reference.numbers import ABSENT, NOT_APPLICABLE, NOTHING, ONE, Value, combine
from policymodel.reference.places import Place
from policymodel.reference.rates import against, earned, reached
from policymodel.scheme.biography import Number
from policymodel.scheme.kinds.lookups import Curve, Matrix, Steps, Table

Points = list[tuple[Fraction, Fraction]]


def steps(line: Steps, at: Place, desk: Desk) -> Sides:
    """The amount of the highest step reached, of all reached, or of each as far as it is filled."""
    numbers = [line.below]
    for step in line.steps:
        numbers += [step.from_, step.amount, *([step.to] if step.to is not None else [])]

    def rule(known: Fraction, base: Fraction, resolve: Resolve) -> Fraction:
        value = resolve(line.below)
        for index, step in enumerate(line.steps):
            start = resolve(step.from_) * base
            if line.amounts == "in_proportion":
                last = line.steps[index + 1].from_ if index + 1 < len(line.steps) else step.to
                assert last is not None, "the last step in proportion has an end"
                filled = (known - start) / (resolve(last) * base - start)
                value += resolve(step.amount) * min(max(filled, NOTHING), ONE)
            elif reached(known, start, line.edge):
                value = resolve(step.amount) + (value if line.amounts == "add_up" else NOTHING)
        return value

    def worth(amount: Value, place: Place) -> Value:
        return against(line.thresholds_of, amount, numbers, place, desk, rule)

    return {"": earned(worth, line, at, desk)}


def curve(line: Curve, at: Place, desk: Desk) -> Sides:
    """What the curve gives: on a straight line between two points, or as the ends say."""
    numbers = [number for point in line.points for number in (point.at, point.gives)]

    def rule(known: Fraction, base: Fraction, resolve: Resolve) -> Fraction:
        points = [(resolve(point.at) * base, resolve(point.gives)) for point in line.points]
        here = [gives for place, gives in points if place == known]
        if not here:
            return _beside(line, points, known)
        # Exactly at a point the curve may come from one value and go on from another.
        left = _end(line.below, points, known, first=True) if known == points[0][0] else here[0]
        right = _end(line.above, points, known, first=False) if known == points[-1][0] else here[-1]
        return left if line.edge == "lower" else right

    value = against(line.thresholds_of, desk.read(line.of, at), numbers, at, desk, rule)
    return {"": value}


def _beside(line: Curve, points: Points, known: Fraction) -> Fraction:
    """The curve where no point stands."""
    if known < points[0][0]:
        return _end(line.below, points, known, first=True)
    if known > points[-1][0]:
        return _end(line.above, points, known, first=False)
    one, other = next(each for each in pairwise(points) if each[0][0] < known < each[1][0])
    return _straight(one, other, known)


def _end(how: str, points: Points, known: Fraction, *, first: bool) -> Fraction:
    """At the first or the last end of the curve: zero, the end's own value, or its line drawn on."""
    if how == "zero":
        return NOTHING
    if how == "hold":
        return points[0 if first else -1][1]
    lines = [each for each in pairwise(points) if each[0][0] != each[1][0]]
    return _straight(*lines[0 if first else -1], known)


def _straight(one: tuple[Fraction, Fraction], other: tuple[Fraction, Fraction], known: Fraction) -> Fraction:
    return one[1] + (other[1] - one[1]) * (known - one[0]) / (other[0] - one[0])


def matrix(line: Matrix, at: Place, desk: Desk) -> Sides:
    """The cell that two values reach, or the straight lines between four cells."""
    inner = [number for row in line.values for number in row]
    numbers = [*line.rows.from_, *line.columns.from_, *inner, line.below]

    def rule(row: Fraction, column: Fraction, resolve: Resolve) -> Fraction:
        rows, columns = (
            [resolve(each) for each in line.rows.from_],
            [resolve(each) for each in line.columns.from_],
        )
        edge = line.edge if line.between == "step" else "upper"
        r = sum(reached(row, each, edge) for each in rows) - 1
        c = sum(reached(column, each, edge) for each in columns) - 1
        if r < 0 or c < 0:
            return resolve(line.below)
        cells = [[resolve(each) for each in cells] for cells in line.values]
        if line.between == "step":
            return cells[r][c]
        next_r, next_c = min(r + 1, len(rows) - 1), min(c + 1, len(columns) - 1)
        down, across = _way(row, rows, r, next_r), _way(column, columns, c, next_c)
        top = cells[r][c] * (1 - across) + cells[r][next_c] * across
        bottom = cells[next_r][c] * (1 - across) + cells[next_r][next_c] * across
        return top * (1 - down) + bottom * down

    value = combine(
        lambda row, column: desk.dated(numbers, at, lambda resolve: rule(row, column, resolve)),
        desk.read(line.rows.of, at),
        desk.read(line.columns.of, at),
    )
    return {"": value}


def _way(value: Fraction, starts: list[Fraction], this: int, following: int) -> Fraction:
    """How far a value has come from one start to the next; the last one is held."""
    if this == following:
        return NOTHING
    return (value - starts[this]) / (starts[following] - starts[this])


def table(line: Table, at: Place, desk: Desk) -> Sides:
    """The number of the category, looked up in the order of `by`."""
    found: Any = line.values
    for name in line.by:
        category = desk.places.category(name, at)
        if category is None:
            return {"": NOT_APPLICABLE}
        found = dict(found).get(category)
        if found is None:
            return {"": ABSENT if line.otherwise is None else desk.number(line.otherwise, at)}
    assert isinstance(found, Number)
    return {"": desk.number(found, at)}
