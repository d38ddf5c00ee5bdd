"""Germs from one period to the next: entitlements to date, balances, earlier values, credits added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.margins.arithmetic import add, greatest, least, less, times
from policymodel.margins.germs import Germ, Path, constant, join, nothing, part_by_part, select, side_of
from policymodel.scheme.evaluation.carrying import Strands
from policymodel.scheme.evaluation.values import Statuses, worst

Indices = NDArray[np.int64]


def accumulate(of: Germ, balance: Germ) -> Germ:
    """Walk the periods: the part stands where it stood when the balance was last at its highest."""
    shape = np.broadcast_shapes(of.shape, balance.shape)
    of, balance = of.over(shape), balance.over(shape)
    status = worst([of.status, balance.status])
    best = held = constant(0.0)
    broken = np.zeros((shape[0], 1, shape[2]), dtype=np.uint8)
    paid = []
    for period in range(shape[1]):
        now = (slice(None), slice(period, period + 1))
        mine, total, state = of.at(now), balance.at(now), status[now]
        broken = np.maximum(broken, np.where(_missing(state), state, 0)).astype(np.uint8)
        known = (state == Status.MEASURED) & (broken == 0)
        side, reach = side_of(total, best)
        rises = known & (side >= 0)
        zero = constant(0.0).over(mine.shape)
        part = select([rises], [less(mine, held)], zero)
        turned = join([part.path, total.path, best.path]).turn(rises, np.where(known, reach, np.inf))
        shown = np.where((broken != 0) & (state == Status.MEASURED), broken, state).astype(np.uint8)
        paid.append(replace(part, status=shown, path=turned))
        held = select([rises], [mine], held)
        best = select([rises], [total], best)
        held, best = held.on(turned), best.on(turned)
    return in_order(paid)


def carry(
    of: Germ,
    keep: Germ,
    floor: float | None,
    opens: NDArray[np.bool_],
    debts_stand: bool,
    cut: bool = False,
    ceiling: Germ | None = None,
) -> Germ:
    """Walk the periods: balance = max(floor, keep x (balance + of)), from 0 where it opens, up to the ceiling."""
    most: tuple[Germ, ...] = () if ceiling is None else (ceiling,)
    shape = np.broadcast_shapes(of.shape, keep.shape, (1, opens.size, 1), *(each.shape for each in most))
    of, keep, most = of.over(shape), keep.over(shape), tuple(each.over(shape) for each in most)
    lost = np.where(_missing(of.status), of.status, np.where(_missing(keep.status), keep.status, 0))
    balance, broken = constant(0.0), np.zeros((shape[0], 1, shape[2]), dtype=np.uint8)
    balances = []
    for period in range(shape[1]):
        now = (slice(None), slice(period, period + 1))
        if opens[period]:
            balance, broken = constant(0.0), np.zeros_like(broken)
        broken = np.maximum(broken, lost[now]).astype(np.uint8)
        total = add([balance, of.at(now)])
        moved = times(keep.at(now), total)
        if debts_stand:
            moved = least(moved, total)
        for each in most:
            moved = least(moved, each.at(now) if cut else greatest(each.at(now), balance))
        if floor is not None:
            moved = greatest(moved, constant(floor))
        balance = select([of.at(now).values.ok], [moved], balance).over((shape[0], 1, shape[2]))
        status = np.where(broken != 0, broken, Status.MEASURED).astype(np.uint8)
        # What is missing stays in the status alone, so that the walk goes on as it does for values.
        balance = replace(balance, status=np.zeros_like(status))
        balances.append(replace(balance, status=status))
    return in_order(balances)


def previous(of: Germ, by: int, opens: NDArray[np.bool_], held: bool) -> Germ:
    """The values so many periods earlier, 0 where there is none since it opened."""
    of = of.over(np.broadcast_shapes(of.shape, (1, opens.size, 1)))
    rows = [of.at((slice(None), slice(period, period + 1))) for period in range(opens.size)]
    zero = constant(0.0).over(rows[0].shape)
    if held:
        for period, row in enumerate(rows):
            last = zero if opens[period] else rows[period - 1]
            rows[period] = select([~row.values.gone], [row], last)
    opened = np.maximum.accumulate(np.where(opens, np.arange(opens.size), 0))
    earlier = [rows[at - by] if at - by >= opened[at] else zero for at in range(opens.size)]
    return in_order(earlier)


def in_order(rows: Sequence[Germ]) -> Germ:
    """Rows of single periods, one below the other."""
    shape = np.broadcast_shapes(*(row.shape for row in rows))
    return part_by_part(lambda *parts: np.concatenate(parts, axis=1), *(row.over(shape) for row in rows))


def lay(strands: Strands, of: Germ) -> Germ:
    """Credits as one column for each person, [scene, step, strand]; where there is no step it does not apply."""
    of = of.over((of.shape[0], 1, strands.row.size))
    shape = (of.shape[0], int(strands.row.max(initial=-1)) + 1, int(strands.column.max(initial=-1)) + 1)

    def put(empty: NDArray[Any], part: NDArray[Any]) -> NDArray[Any]:
        laid = np.broadcast_to(empty, shape).copy()
        laid[:, strands.row, strands.column] = part[:, 0]
        return laid

    return part_by_part(put, nothing(Status.NOT_APPLICABLE), of)


def pick(laid: Germ, rows: Indices, columns: Indices) -> Germ:
    """Single places of a table, in one row: credits back from their strands, or periods' values at credits."""
    return laid.at((slice(None), rows[None], columns[None]))


def gather(of: Germ, rows: Indices, columns: Indices, shape: tuple[int, int]) -> Germ:
    """What stands in one row, added up at places of a table; nothing is a true zero, a missing one no number."""
    of = of.over((of.shape[0], 1, rows.size))
    whole = (of.shape[0], *shape)
    index = (np.arange(of.shape[0])[:, None], rows[None], columns[None])
    ok, status = of.values.ok[:, 0], np.full(whole, Status.TRUE_ZERO, dtype=np.uint8)
    for state, here in (
        (Status.MEASURED, ok),
        (Status.ABSENT, of.status[:, 0] == Status.ABSENT),
        (Status.QUARANTINED, of.status[:, 0] == Status.QUARANTINED),
    ):
        scene, at = np.nonzero(here)
        status[scene, rows[at], columns[at]] = state
    number, slope, bend = np.zeros(whole), np.zeros(whole), np.zeros(whole)
    for added, part in ((number, of.number), (slope, of.slope), (bend, of.bend)):
        np.add.at(added, index, np.where(ok, part[:, 0], 0.0))
    straight, capped = np.ones(whole, dtype=bool), np.zeros(whole, dtype=bool)
    np.logical_and.at(straight, index, of.straight[:, 0] | ~ok)
    np.logical_or.at(capped, index, of.path.capped[:, 0] & ok)
    reach, branch = np.full(whole, np.inf), np.zeros(whole, dtype=np.uint64)
    np.minimum.at(reach, index, of.path.reach[:, 0])
    # Mixed with its place, so that two people who change pieces at once do not look like none.
    np.add.at(
        branch, index, of.path.branch[:, 0] * (2 * np.arange(rows.size, dtype=np.uint64) + np.uint64(1))
    )
    return Germ(number, slope, bend, status, straight, Path(reach, branch, capped))


def _missing(status: Statuses) -> NDArray[np.bool_]:
    return np.isin(status, (Status.ABSENT, Status.QUARANTINED))
