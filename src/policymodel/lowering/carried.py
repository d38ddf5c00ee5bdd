"""What one period hands to the next, and what goes between periods and credits, for all variants at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.lowering.cells import Cells, common, of_values, tidy, unfolded, unstacked
from policymodel.lowering.steps import ByShape, Tile
from policymodel.scheme.algebra import Carry, Previous
from policymodel.scheme.evaluation import Values, carrying
from policymodel.scheme.evaluation.interpreter import runs_of


def accumulate(step: ByShape, parts: Sequence[Cells], tile: Tile) -> Cells:
    """Entitlements to date, less what earlier periods paid."""
    variants, _, _ = common(parts)
    shape = (variants, *tile.shape)
    of = _while_employed(parts[0], tile).folded(shape)
    return unfolded(carrying.accumulate(of, parts[-1].folded(shape)), variants)


def walked(step: ByShape, parts: Sequence[Cells], tile: Tile) -> Cells:
    """Running balances and earlier values."""
    node = cast(Carry | Previous, step.node)
    if node.every == "period":
        ground = tile.ground
        opens = np.ones(tile.shape[0], dtype=bool) if node.within == "period" else ground.opens(node.within)
        parts = [_while_employed(parts[0], tile), *parts[1:]]
        variants, _, cells = common(parts)
        shape = (variants, tile.shape[0], cells)
        return unfolded(_stepped(node, [each.folded(shape) for each in parts], opens), variants)
    period, manager = tile.ground.places()
    if period.size == 0:
        return Cells(np.zeros((1, 1, 0)), None)
    variants, _, _ = common(parts)
    shape = (variants, 1, period.size)
    # A person's credits under another variant are another strand.
    who = (np.arange(variants)[:, None] * (int(manager.max()) + 1) + manager).reshape(-1)
    strands = carrying.Strands(who, np.tile(runs_of(node, period, tile.ground), variants))
    laid = [strands.lay(each.folded(shape)) for each in parts]
    return unfolded(strands.pick(_stepped(node, laid, strands.opens())), variants)


def _stepped(node: Carry | Previous, parts: list[Values], opens: NDArray[np.bool_]) -> Values:
    if isinstance(node, Previous):
        return carrying.previous(parts[0], node.by, opens, node.held)
    floor = None if node.floor is None else float(node.floor)
    return carrying.carry(parts[0], parts[1], floor, opens, node.debts_stand, node.cut, *parts[2:])


def _while_employed(of: Cells, tile: Tile) -> Cells:
    """Nothing that is handed on comes from a period in which somebody is not employed."""
    shape = (1, *tile.shape)
    number = np.broadcast_to(of.number, np.broadcast_shapes(of.number.shape, shape))
    if tile.all_here:
        return Cells(number, of.status)
    status = np.where(tile.here[None] >= 0, of.values().status, Status.NOT_APPLICABLE).astype(np.uint8)
    return tidy(number, status)


def collect(step: ByShape, parts: Sequence[Cells], tile: Tile) -> Cells:
    """Credits added up for each period and cell."""
    of = parts[0]
    period, manager = tile.ground.places()
    variants = of.shape[0]
    periods, cells = tile.shape
    # Each variant has periods of its own.
    rows = (np.arange(variants)[:, None] * periods + period).reshape(-1)
    laid = of.folded((variants, 1, period.size))
    found = carrying.collect(laid, rows, np.tile(manager, variants), (variants * periods, cells))
    return unstacked(found, variants)


def place(step: ByShape, parts: Sequence[Cells], tile: Tile) -> Cells:
    """The value of each credit's period and cell."""
    period, manager = tile.ground.places()
    values = parts[0].values()
    number = np.broadcast_to(values.number, (values.number.shape[0], *tile.shape))
    status = np.broadcast_to(values.status, (values.status.shape[0], *tile.shape))
    return of_values(Values(number[:, period, manager][:, None], status[:, period, manager][:, None]))
