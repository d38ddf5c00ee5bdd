"""Functions in pieces and look-ups: curves, tiers, steps, matrices, categories, segments of time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.scheme.algebra import Choose, Dated, Matrix, Piecewise
from policymodel.scheme.evaluation.values import Numbers, Values, settle, worst


def piecewise(node: Piecewise, of: Values) -> Values:
    """Level + slope x distance from the origin of the piece each value lies in."""
    starts = _floats([each.start for each in node.pieces[1:] if each.start is not None])
    number, at = _place(of.number, starts, node.edge)
    level, slope, origin = (
        _floats([getattr(each, name) for each in node.pieces])[at] for name in ("level", "slope", "origin")
    )
    return Values(level + slope * (number - origin), of.status)


def _floats(numbers: list[Decimal]) -> Numbers:
    return np.array([float(each) for each in numbers], dtype=np.float64)


def _place(number: Numbers, starts: Numbers, edge: str) -> tuple[Numbers, NDArray[np.int64]]:
    """How many starts a value has reached; the value itself, put exactly on a start it nearly stands on."""
    if starts.size == 0:
        return number, np.zeros(number.shape, dtype=np.int64)
    right = np.searchsorted(starts, number).clip(0, starts.size - 1)
    left = (right - 1).clip(0)
    number = settle(settle(number, starts[left]), starts[right])
    return number, np.searchsorted(starts, number, side="right" if edge == "upper" else "left")


def matrix(node: Matrix, row: Values, column: Values) -> Values:
    """The cell reached, or the value between four cells."""
    values = np.array([[float(each) for each in line] for line in node.values], dtype=np.float64)
    rows, columns = _floats(list(node.rows)), _floats(list(node.columns))
    edge = node.edge if node.between == "step" else "upper"
    across, r = _place(row.number, rows, edge)
    along, c = _place(column.number, columns, edge)
    across, r, along, c = np.broadcast_arrays(across, r, along, c)
    r, c, outside = r - 1, c - 1, (r == 0) | (c == 0)
    number = values[r.clip(0), c.clip(0)]
    if node.between == "linear":
        part_r, next_r = _between(across, rows, r.clip(0))
        part_c, next_c = _between(along, columns, c.clip(0))
        r, c = r.clip(0), c.clip(0)
        top = values[r, c] + part_c * (values[r, next_c] - values[r, c])
        bottom = values[next_r, c] + part_c * (values[next_r, next_c] - values[next_r, c])
        number = top + part_r * (bottom - top)
    number = np.where(outside, float(node.below), number)
    return Values(number, np.broadcast_to(worst([row.status, column.status]), number.shape))


def _between(number: Numbers, starts: Numbers, at: NDArray[np.int64]) -> tuple[Numbers, NDArray[np.int64]]:
    """How far a value has come from its start to the next one, and which that is; held at the last."""
    after = (at + 1).clip(max=starts.size - 1)
    width = starts[after] - starts[at]
    part = np.divide(number - starts[at], width, out=np.zeros(number.shape), where=width > 0)
    return part, after


def choose(
    node: Choose, category: NDArray[np.object_], cases: list[Values], here: NDArray[np.bool_]
) -> Values:
    """The case of each category, for who is here; no number where the scheme has none."""
    number = np.zeros(category.shape)
    status = np.full(category.shape, Status.ABSENT, dtype=np.uint8)
    given = list(zip(node.keys, cases, strict=False))
    if node.otherwise is not None:
        other = cases[-1].over(category.shape)
        number, status = other.number.copy(), other.status.copy()
    for key, values in given:
        mine = category == key
        values = values.over(category.shape)
        number = np.where(mine, values.number, number)
        status = np.where(mine, values.status, status)
    return Values(number, np.where(here, status, Status.NOT_APPLICABLE).astype(np.uint8))


def dated(
    node: Dated, cases: list[Values], shares: list[Numbers], starts: list[date], ends: list[date]
) -> Values:
    """What is in force in each period; `shares` are the parts of each period's days that each run covers."""
    rows = len(starts)
    width = max(each.number.shape[-1] for each in cases)
    number = np.zeros((rows, width))
    status = np.full((rows, width), Status.ABSENT, dtype=np.uint8)
    covered = np.zeros(rows)
    for (first, last), values, share in zip(node.spans, cases, shares, strict=True):
        values = values.over((rows, width))
        if node.inside == "by_days":
            number = number + share[:, None] * values.number
            here = share > 0
            status = np.where(
                here[:, None],
                np.where((covered > 0)[:, None], worst([status, values.status]), values.status),
                status,
            )
            covered = covered + share
        else:
            days = starts if node.inside == "at_start" else ends
            here = np.array([_inside(day, first, last) for day in days])
            number = np.where(here[:, None], values.number, number)
            status = np.where(here[:, None], values.status, status)
    if node.inside == "by_days":
        status = np.where((covered > 1 - 1e-9)[:, None], status, Status.ABSENT)
    return Values(number, status.astype(np.uint8))


def dated_by_day(node: Dated, cases: list[Values], days: NDArray[np.datetime64]) -> Values:
    """What is in force on the day of each credit."""
    shape = (1, days.size)
    number = np.zeros(shape)
    status = np.full(shape, Status.ABSENT, dtype=np.uint8)
    for (first, last), values in zip(node.spans, cases, strict=True):
        here = np.ones(days.size, dtype=bool)
        if first is not None:
            here &= days >= np.datetime64(first)
        if last is not None:
            here &= days <= np.datetime64(last)
        values = values.over(shape)
        number = np.where(here, values.number, number)
        status = np.where(here, values.status, status)
    return Values(number, status.astype(np.uint8))


def _inside(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or day >= first) and (last is None or day <= last)
