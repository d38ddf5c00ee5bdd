"""Curves, look-ups and what is in force, for all variants of a shape at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.lowering.cells import Cells, common, of_values, tidy, unfolded
from policymodel.lowering.steps import ByShape, Tile
from policymodel.scheme.algebra import Choose, Dated, Matrix, Piecewise
from policymodel.scheme.evaluation import curves
from policymodel.scheme.evaluation.values import Numbers, settle


def piecewise(step: ByShape, parts: Sequence[Cells], tile: Tile) -> Cells:
    """Level + slope x distance from the origin of the piece each value lies in, piece by piece."""
    nodes, of = [each for each in step.variants if isinstance(each, Piecewise)], parts[0]
    level, slope, origin = (_laid(nodes, name) for name in ("level", "slope", "origin"))
    upper = nodes[0].edge == "upper"
    number: Numbers = level[0] + slope[0] * (of.number - origin[0])
    starts = [
        np.array([float(each.pieces[index].start or 0) for each in nodes]).reshape(-1, 1, 1)
        for index in range(1, len(nodes[0].pieces))
    ]
    for index, start in enumerate(starts, start=1):
        value = settle(of.number, start)
        reached = value >= start if upper else value > start
        number = np.where(reached, level[index] + slope[index] * (value - origin[index]), number)
    return Cells(number, of.status)


def _laid(nodes: list[Piecewise], name: str) -> Numbers:
    """[piece, variant, 1, 1]."""
    table = [[float(getattr(piece, name)) for piece in each.pieces] for each in nodes]
    return np.array(table).T[:, :, None, None]


def matrix(step: ByShape, parts: Sequence[Cells], tile: Tile) -> Cells:
    """The cell of two values."""
    return of_values(curves.matrix(cast(Matrix, step.node), *(part.values() for part in parts)))


def choose(step: ByShape, parts: Sequence[Cells], tile: Tile) -> Cells:
    """The case of each category, for who is here."""
    node = cast(Choose, step.node)
    category: NDArray[np.object_] = tile.ground.category(node.category, node.every)
    variants = common(parts)[0]
    shape = (variants, *category.shape)
    number = np.zeros(shape)
    status = np.full(shape, Status.ABSENT, dtype=np.uint8)
    if node.otherwise is not None:
        other = parts[-1].values()
        number[...], status[...] = other.number, other.status
    for key, part in zip(node.keys, parts, strict=False):
        mine = (category == key)[None]
        values = part.values()
        number = np.where(mine, values.number, number)
        status = np.where(mine, values.status, status)
    if node.every == "period" and not tile.all_here:
        status = np.where(tile.here[None] >= 0, status, Status.NOT_APPLICABLE)
    return tidy(number, status.astype(np.uint8))


def dated(step: ByShape, parts: Sequence[Cells], tile: Tile) -> Cells:
    """What is in force in each period, or on the day of each credit."""
    node = cast(Dated, step.node)
    variants, _, cells = common(parts)
    ground = tile.ground
    if node.every == "transaction":
        days = ground.dates()
        shape = (variants, 1, days.size)
        cases = [each.folded(shape) for each in parts]
        return unfolded(curves.dated_by_day(node, cases, np.tile(days, variants)), variants)
    periods = ground.periods
    shares = [ground.days(first, last) for first, last in node.spans]
    cases = [each.folded((variants, len(periods), cells)) for each in parts]
    found = curves.dated(
        node, cases, shares, [each.start for each in periods], [each.end for each in periods]
    )
    return unfolded(found, variants)
