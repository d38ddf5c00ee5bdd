"""Operations by value: one on arrays for all variants of a shape, with the interpreter's own rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import numpy as np

from policymodel.history.measures import Status
from policymodel.lowering import carried, curves, peers
from policymodel.lowering.cells import Cells, of_values, tidy, worst_of
from policymodel.lowering.steps import ByShape, Tile
from policymodel.scheme import algebra
from policymodel.scheme.algebra import Node
from policymodel.scheme.evaluation import arithmetic
from policymodel.scheme.evaluation.values import NEAR, RANK, Numbers, added

Parts = Sequence[Cells]
Rule = Callable[[ByShape, Parts, Tile], Cells]


def by_value(step: ByShape, parts: Parts, tile: Tile) -> Cells:
    """The step's variants from those of its parts."""
    rule = RULES.get(type(step.node))
    assert rule is not None, f"no step for {type(step.node).__name__}"
    return rule(step, parts, tile)


def constants(step: ByShape) -> Numbers:
    """The numbers of the variants, [variant, 1, 1]."""
    values = [float(cast(algebra.Constant, each).value) for each in step.variants]
    return np.array(values).reshape(-1, 1, 1)


def _unknown(step: ByShape, parts: Parts, tile: Tile) -> Cells:
    node = cast(algebra.Unknown, step.node)
    status = Status.ABSENT if node.applies else Status.NOT_APPLICABLE
    return Cells(np.zeros((1, 1, 1)), np.full((1, 1, 1), status, dtype=np.uint8))


def _sum(step: ByShape, parts: Parts, tile: Tile) -> Cells:
    if cast(algebra.Sum, step.node).skip_not_applicable:
        parts = [what_applies(part, tile) for part in parts]
    if not step.sharp:
        return _reduced(np.add, parts, tile)
    number = parts[0].number
    for part in parts[1:]:
        number = added(number, part.number)
    return Cells(number, worst_of(parts))


def what_applies(part: Cells, tile: Tile) -> Cells:
    """The part, with a zero where it does not apply."""
    gone = part.gone
    if gone is None or part.status is None:
        return part
    status = np.where(gone, np.uint8(Status.MEASURED), part.status)
    number = tile.room.ask(part.shape)
    np.copyto(number, part.number)
    np.copyto(number, 0.0, where=gone)
    return Cells(number, status)


def _product(step: ByShape, parts: Parts, tile: Tile) -> Cells:
    return _reduced(np.multiply, parts, tile)


def _least(step: ByShape, parts: Parts, tile: Tile) -> Cells:
    return _reduced(np.minimum, parts, tile)


def _greatest(step: ByShape, parts: Parts, tile: Tile) -> Cells:
    return _reduced(np.maximum, parts, tile)


def _reduced(rule: np.ufunc, parts: Parts, tile: Tile) -> Cells:
    """All parts put together by a rule of two, the small ones first."""
    numbers = [part.number for part in parts]
    if len(numbers) > 2:
        numbers.sort(key=lambda each: each.size)
    number, mine = numbers[0], False
    for following in numbers[1:]:
        number = tile.onto(rule, number, following, mine)
        mine = True
    return Cells(number, worst_of(parts))


def _ratio(step: ByShape, parts: Parts, tile: Tile) -> Cells:
    node = cast(algebra.Ratio, step.node)
    top, bottom = parts
    usable = (bottom.number != 0).all() if node.any_sign else bottom.number.min(initial=1.0) > 0
    if usable:
        return Cells(tile.onto(np.divide, top.number, bottom.number, False), worst_of(parts))
    right = bottom.number != 0 if node.any_sign else bottom.number > 0
    number = np.divide(top.number, bottom.number, where=right, out=_filled(parts, node.at_zero, tile))
    status = worst_of(parts)
    if node.at_zero == "not_applicable":
        wrong = ~right if bottom.sure else ~right & (RANK[bottom.values().status] == 0)
        before = np.uint8(Status.MEASURED) if status is None else status
        status = np.where(wrong, np.uint8(Status.NOT_APPLICABLE), before)
    return tidy(number, status)


def _filled(parts: Parts, at_zero: str, tile: Tile) -> Numbers:
    """What a ratio is where there is none."""
    number = tile.room.ask(np.broadcast(*(part.number for part in parts)).shape)
    number.fill(1.0 if at_zero == "full" else 0.0)
    return number


def _power(step: ByShape, parts: Parts, tile: Tile) -> Cells:
    return of_values(arithmetic.power(*(part.values() for part in parts)))


def _slice(step: ByShape, parts: Parts, tile: Tile) -> Cells:
    """What lies above the lower threshold of what lies below the upper one."""
    number, mine = parts[0].number, False
    if len(parts) == 3:
        number, mine = tile.onto(np.minimum, number, parts[2].number, False), True
    lower = parts[1].number
    if lower.size > 1 or lower.item() != 0:
        number, mine = tile.onto(np.subtract, number, lower, mine), True
    return Cells(tile.onto(np.maximum, number, ZERO, mine), worst_of(parts))


def _reached(step: ByShape, parts: Parts, tile: Tile) -> Cells:
    """As the interpreter settles it: what misses the threshold only by what floats lose stands on it."""
    of, threshold = parts
    compare, side = COMPARED[cast(algebra.Reached, step.node).comparison]
    edge = threshold.number + side * NEAR * np.maximum(np.abs(threshold.number), 1.0)
    return Cells(compare(of.number, edge).astype(np.float64), worst_of(parts))


def _where(step: ByShape, parts: Parts, tile: Tile) -> Cells:
    condition, then, otherwise = parts
    yes = condition.number != 0
    number = np.where(yes, then.number, otherwise.number)
    if all(part.status is None for part in parts):
        return Cells(number, None)
    one, other = (np.uint8(0) if part.status is None else part.status for part in (then, otherwise))
    status = np.where(yes, one, other)
    if not condition.sure:
        why = condition.values().status
        status = np.where(RANK[why] == 0, status, why)
    return tidy(number, status.astype(np.uint8, copy=False))


def _applies(step: ByShape, parts: Parts, tile: Tile) -> Cells:
    of = parts[0]
    gone = of.gone
    if gone is None:
        return Cells(ONE, of.status)
    return tidy(np.where(gone, 0.0, 1.0), arithmetic.applies(of.values()).status)


def _instead(step: ByShape, parts: Parts, tile: Tile) -> Cells:
    of = parts[0]
    missing = of.missing
    if missing is None:
        return of
    values = arithmetic.instead(of.values(), cast(algebra.Instead, step.node).when_missing)
    return tidy(np.where(missing, 0.0, of.number), values.status)


def _round(step: ByShape, parts: Parts, tile: Tile) -> Cells:
    rounding = cast(algebra.Round, step.node).rounding
    of = parts[0].number
    out = of if tile.writable(of) else tile.room.ask(of.shape)
    rounding.apply_into(out, of)
    return Cells(out, parts[0].status)


COMPARED: Mapping[str, tuple[np.ufunc, float]] = {
    "at_least": (np.greater_equal, -1.0),
    "above": (np.greater, 1.0),
    "at_most": (np.less_equal, 1.0),
    "below": (np.less, -1.0),
}
"""How a number is compared, and on which side of the threshold its edge lies."""
ZERO, ONE = np.zeros((1, 1, 1)), np.ones((1, 1, 1))
RULES: Mapping[type[Node], Rule] = {
    algebra.Unknown: _unknown,
    algebra.Sum: _sum,
    algebra.Product: _product,
    algebra.Least: _least,
    algebra.Greatest: _greatest,
    algebra.Ratio: _ratio,
    algebra.Power: _power,
    algebra.Slice: _slice,
    algebra.Reached: _reached,
    algebra.Where: _where,
    algebra.Applies: _applies,
    algebra.Instead: _instead,
    algebra.Round: _round,
    algebra.Piecewise: curves.piecewise,
    algebra.Matrix: curves.matrix,
    algebra.Choose: curves.choose,
    algebra.Dated: curves.dated,
    algebra.Accumulate: carried.accumulate,
    algebra.Carry: carried.walked,
    algebra.Previous: carried.walked,
    algebra.Collect: carried.collect,
    algebra.Place: carried.place,
    algebra.OverPeers: peers.among,
    algebra.Rank: peers.among,
    algebra.Awards: peers.among,
    algebra.RoundTogether: peers.among,
    algebra.OverTeam: peers.among,
}
"""What is done for each kind of node; columns and constants are given."""
