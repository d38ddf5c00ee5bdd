"""Operations by value: one on arrays for all variants of a shape, with the interpreter's own rules."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from policymodel.history.measures import Status
from policymodel.lowering import carried, curves, peers
from policymodel.lowering.cells import Cells, of_values, tidy, worst_of
from policymodel.lowering.steps import ByShape, Tile
from policymodel.scheme.algebra import (
    Accumulate,
    Applies,
    Awards,
    Carry,
    Choose,
    Collect,
    Column,
    Constant,
    Dated,
    Greatest,
    Instead,
    Least,
    Matrix,
    OverPeers,
    OverTeam,
    Piecewise,
    Place,
    Power,
    Previous,
    Product,
    Rank,
    Ratio,
    Reached,
    Round,
    RoundTogether,
    Slice,
    Sum,
    Unknown,
    Where,
)
from policymodel.scheme.evaluation import arithmetic
from policymodel.scheme.evaluation.values import Numbers, added


def by_value(step: ByShape, parts: list[Cells], tile: Tile) -> Cells:
    """The step's variants from those of its parts."""
    node = step.node
    match node:
        case Column():
            return of_values(tile.ground.column(node))
        case Constant():
            return Cells(constants(step), None)
        case Unknown(applies=applies):
            status = Status.ABSENT if applies else Status.NOT_APPLICABLE
            return Cells(np.zeros((1, 1, 1)), np.full((1, 1, 1), status, dtype=np.uint8))
        case Sum(skip_not_applicable=skip):
            return total(parts, tile, skip=skip, sharp=step.sharp)
        case Product():
            return _reduced(np.multiply, parts, tile)
        case Least():
            return _reduced(np.minimum, parts, tile)
        case Greatest():
            return _reduced(np.maximum, parts, tile)
        case Ratio():
            return _ratio(node, parts, tile)
        case Power():
            return of_values(arithmetic.power(*(part.values() for part in parts)))
        case Slice():
            return _slice(parts, tile)
        case Reached(comparison=comparison):
            return _reached(comparison, parts)
        case Where():
            return of_values(arithmetic.where(*(part.values() for part in parts)))
        case Applies():
            return _applies(parts[0])
        case Instead(when_missing=rule):
            return _instead(parts[0], rule)
        case Round(rounding=rounding):
            return Cells(rounding.apply(parts[0].number), parts[0].status)
        case Piecewise():
            return curves.piecewise([each for each in step.variants if isinstance(each, Piecewise)], parts[0])
        case Matrix():
            return curves.matrix(node, parts)
        case Choose():
            return curves.choose(node, parts, tile)
        case Dated():
            return curves.dated(node, parts, tile)
        case Accumulate():
            return carried.accumulate(parts, tile)
        case Carry() | Previous():
            return carried.step(node, parts, tile)
        case Collect():
            return carried.collect(parts[0], tile)
        case Place():
            return carried.place(parts[0], tile)
        case OverPeers() | Rank() | Awards() | RoundTogether() | OverTeam():
            return peers.among(node, parts, tile)
    raise AssertionError(f"no step for {type(node).__name__}")


def constants(step: ByShape) -> Numbers:
    """The numbers of the variants, [variant, 1, 1]."""
    values = [float(each.value) for each in step.variants if isinstance(each, Constant)]
    return np.array(values).reshape(-1, 1, 1)


def total(parts: Sequence[Cells], tile: Tile, *, skip: bool, sharp: bool) -> Cells:
    """The sum; with `skip` what does not apply counts as nothing."""
    if skip:
        parts = [what_applies(part) for part in parts]
    if not sharp:
        return _reduced(np.add, parts, tile)
    number = parts[0].number
    for part in parts[1:]:
        number = added(number, part.number)
    return Cells(number, worst_of(parts))


def what_applies(part: Cells) -> Cells:
    """The part, with a zero where it does not apply."""
    gone = part.gone
    if gone is None or part.status is None:
        return part
    status = np.where(gone, Status.MEASURED, part.status).astype(np.uint8)
    return Cells(np.where(gone, 0.0, part.number), status)


def _reduced(rule: np.ufunc, parts: Sequence[Cells], tile: Tile) -> Cells:
    """All parts put together by a rule of two, the small ones first."""
    numbers = sorted((part.number for part in parts), key=lambda each: each.size)
    number = numbers[0]
    for following in numbers[1:]:
        shape = np.broadcast_shapes(number.shape, following.shape)
        # What is put together on the way may be written over; what came from another step may not.
        mine = number is not numbers[0] and number.shape == shape
        before, number = number, rule(number, following, out=number if mine else tile.room.ask(*shape))
        if before is not number and before is not numbers[0]:
            tile.room.back(before)
    return Cells(number, worst_of(parts))


def _ratio(node: Ratio, parts: list[Cells], tile: Tile) -> Cells:
    top, bottom = parts
    usable = (bottom.number != 0).all() if node.any_sign else bottom.number.min(initial=1.0) > 0
    if not usable:
        return of_values(
            arithmetic.divide(top.values(), bottom.values(), node.at_zero, any_sign=node.any_sign)
        )
    shape = np.broadcast_shapes(top.number.shape, bottom.number.shape)
    number = np.divide(top.number, bottom.number, out=tile.room.ask(*shape))
    return Cells(number, worst_of(parts))


def _slice(parts: list[Cells], tile: Tile) -> Cells:
    of, lower = parts[:2]
    number = tile.room.ask(*np.broadcast_shapes(*(part.number.shape for part in parts)))
    np.subtract(of.number, lower.number, out=number)
    np.maximum(number, 0.0, out=number)
    if len(parts) == 3:
        np.minimum(number, np.maximum(parts[2].number - lower.number, 0.0), out=number)
    return Cells(number, worst_of(parts))


def _reached(comparison: str, parts: list[Cells]) -> Cells:
    of, threshold = parts
    number = arithmetic.reached(of.values(), threshold.values(), comparison).number
    return Cells(number, worst_of(parts))


def _applies(of: Cells) -> Cells:
    gone = of.gone
    if gone is None:
        return Cells(np.ones((1, 1, 1)), of.status)
    values = arithmetic.applies(of.values())
    return tidy(np.where(gone, 0.0, 1.0), values.status)


def _instead(of: Cells, rule: str) -> Cells:
    missing = of.missing
    if missing is None or of.status is None:
        return of
    values = arithmetic.instead(of.values(), rule)
    return tidy(np.where(missing, 0.0, of.number), values.status)
