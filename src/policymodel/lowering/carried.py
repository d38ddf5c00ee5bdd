"""What one period hands to the next, and what goes between periods and credits, for all variants at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.lowering.cells import Cells, common, of_values, tidy, unfolded, unstacked, worst_of
from policymodel.lowering.steps import ByShape, Tile
from policymodel.scheme.algebra import Carry, Previous
from policymodel.scheme.evaluation import Values, carrying
from policymodel.scheme.evaluation.interpreter import runs_of
from policymodel.scheme.evaluation.values import MISSING, NEAR, RANK, Statuses


def accumulate(step: ByShape, parts: Sequence[Cells], tile: Tile) -> Cells:
    """Entitlements to date, less what earlier periods paid: as `carrying.accumulate`, variants beside one another."""
    of, balance = _while_employed(parts[0], tile), parts[-1]
    periods, cells = tile.shape
    number = np.broadcast_to(of.number, (of.number.shape[0], periods, cells))
    total = np.broadcast_to(balance.number, (balance.number.shape[0], periods, cells))
    variants = max(number.shape[0], total.shape[0])
    paid = tile.room.ask((variants, periods, cells))
    best, held = np.zeros((total.shape[0], cells)), np.zeros((variants, cells))
    states = worst_of([of, balance])
    counts, status = (
        (None, None)
        if states is None
        else _counting(np.broadcast_to(states, (states.shape[0], periods, cells)))
    )
    for period in range(periods):
        # What misses the highest so far only by what floats lose has reached it.
        rises = total[:, period] >= best - NEAR * np.maximum(best, 1.0)
        mine = rises if counts is None else rises & counts[:, period]
        np.subtract(number[:, period], held, out=paid[:, period])
        np.copyto(paid[:, period], 0.0, where=~mine)
        np.copyto(held, number[:, period], where=mine)
        if mine.shape[0] > best.shape[0]:
            best = np.broadcast_to(best, mine.shape).copy()
        np.copyto(best, total[:, period], where=mine)
    return tidy(paid, status)


def _counting(states: Statuses) -> tuple[NDArray[np.bool_], Statuses]:
    """Which periods count, and their statuses: a missing one leaves the balance unknown from then on."""
    missing = np.where(RANK[states] >= MISSING, states, 0)
    broken = np.maximum.accumulate(missing, axis=1)
    measured = states == Status.MEASURED
    return measured & (broken == 0), np.where(measured & (broken != 0), broken, states).astype(np.uint8)


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
