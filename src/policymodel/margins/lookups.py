"""Germs through curves, matrices, categories and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.margins.arithmetic import add, times
from policymodel.margins.germs import PLAIN, Flags, Germ, join, level, nothing, on_or_off, select
from policymodel.periods import Period
from policymodel.scheme.algebra import Choose, Dated, Matrix, Piecewise
from policymodel.scheme.evaluation.values import Numbers, Values, worst


def piecewise(node: Piecewise, of: Germ) -> Germ:
    """The piece that lies on this side."""
    place = _Place(of, [each.start for each in node.pieces[1:] if each.start is not None], node.edge)
    height, slope, origin = (
        _floats([getattr(each, name) for each in node.pieces])[place.at]
        for name in ("level", "slope", "origin")
    )
    line = times(level(Values(slope, of.status), PLAIN), replace(of, number=place.number - origin))
    flat = slope == 0
    number, grows, bend = (np.where(flat, 0.0, each) for each in (line.number, line.slope, line.bend))
    return Germ(height + number, grows, bend, of.status, flat | of.straight, place.path)


class _Place:
    """How many starts a value has passed, just beside where it stands."""

    def __init__(self, of: Germ, starts: Sequence[Decimal], edge: str) -> None:
        self.starts = _floats(starts)
        self.number = of.number
        self.at = np.zeros(of.number.shape, dtype=np.int64)
        if self.starts.size:
            right = np.searchsorted(self.starts, of.number).clip(0, self.starts.size - 1)
            for near in ((right - 1).clip(0), right):
                self.number = on_or_off(self.number, self.starts[near])
            lower = np.searchsorted(self.starts, self.number, side="left")
            upper = np.searchsorted(self.starts, self.number, side="right")
            stands = upper if edge == "upper" else lower
            self.at = np.where(of.motion == 0, stands, np.where(of.motion > 0, upper, lower))
        ends = np.concatenate([[-np.inf], self.starts, [np.inf]])
        ahead = np.where(of.slope > 0, ends[self.at + 1], ends[self.at]) - self.number
        away = np.divide(ahead, of.slope, out=np.full(self.at.shape, np.inf), where=of.slope != 0)
        self.path = of.path.turn(self.at, np.where(of.straight, away, np.nan if self.starts.size else np.inf))


def _floats(numbers: Sequence[Decimal]) -> Numbers:
    return np.array([float(each) for each in numbers], dtype=np.float64)


def matrix(node: Matrix, row: Germ, column: Germ) -> Germ:
    """The cell on this side, or the surface between four cells with its slope."""
    values = np.array([_floats(line) for line in node.values], dtype=np.float64)
    edge = node.edge if node.between == "step" else "upper"
    across, along = _Place(row, node.rows, edge), _Place(column, node.columns, edge)
    r, c = np.broadcast_arrays(across.at - 1, along.at - 1)
    outside = (r < 0) | (c < 0)
    r, c = r.clip(0), c.clip(0)
    path = join([across.path, along.path])
    status = worst([row.status, column.status])
    if node.between == "step":
        return level(Values(np.where(outside, float(node.below), values[r, c]), status), path)
    up, next_r = _between(across, row, r)
    right, next_c = _between(along, column, c)
    low, above, beside = values[r, c], values[next_r, c] - values[r, c], values[r, next_c] - values[r, c]
    twist = values[next_r, next_c] - low - above - beside
    corners = [level(Values(each, status), PLAIN) for each in (low, above, beside, twist)]
    both = times(times(corners[3], up), right)
    surface = add([corners[0], times(corners[1], up), times(corners[2], right), both])
    straight = (up.straight & right.straight & ((twist == 0) | up.still | right.still)) | outside
    edge_of_it = level(Values(np.broadcast_to(float(node.below), low.shape), status), path)
    return replace(select([outside], [edge_of_it], surface), straight=straight, path=path)


def _between(place: _Place, of: Germ, at: NDArray[np.int64]) -> tuple[Germ, NDArray[np.int64]]:
    """The part of the way to the next start, and which that is; held at the last."""
    after = (at + 1).clip(max=place.starts.size - 1)
    width = place.starts[after] - place.starts[at]
    per_unit = np.divide(1.0, width, out=np.zeros(at.shape), where=width > 0)
    part = times(
        level(Values(per_unit, of.status), PLAIN), replace(of, number=place.number - place.starts[at])
    )
    return replace(part, straight=of.straight | (per_unit == 0)), after


def choose(
    node: Choose, category: NDArray[np.object_], cases: Sequence[Germ], employed: NDArray[np.bool_]
) -> Germ:
    """The case of each category, for who is employed; no number where the scheme has none."""
    unknown = nothing(Status.ABSENT)
    otherwise = unknown if node.otherwise is None else cases[-1]
    here = [(category == key)[None] for key in node.keys]
    # Later keys win where keys are equal, as they do for values.
    taken = select(here[::-1], list(cases[: len(here)])[::-1], otherwise)
    if node.every == "transaction":
        return taken
    status = np.where(employed[None], taken.status, Status.NOT_APPLICABLE).astype(np.uint8)
    return replace(taken, status=status)


def dated(node: Dated, cases: Sequence[Germ], shares: Sequence[Numbers], periods: Sequence[Period]) -> Germ:
    """What is in force in each period: weighed by days, or the one of the first or last day."""
    if node.inside != "by_days":
        days = [each.start if node.inside == "at_start" else each.end for each in periods]
        return _in_force(node, cases, np.array([days], dtype="datetime64[D]").T)
    weighed = []
    for share, each in zip(shares, cases, strict=True):
        weight = share[None, :, None]
        # A case that covers no day of the period has no say, whatever its status.
        used = np.where(weight > 0, each.status, Status.MEASURED).astype(np.uint8)
        weighed.append(
            times(level(Values(weight, np.zeros(weight.shape, np.uint8)), PLAIN), replace(each, status=used))
        )
    whole = add(weighed)
    covered = np.add.reduce(list(shares))[None, :, None] > 1 - 1e-9
    return replace(whole, status=np.where(covered, whole.status, Status.ABSENT).astype(np.uint8))


def dated_by_day(node: Dated, cases: Sequence[Germ], days: NDArray[np.datetime64]) -> Germ:
    """What is in force on the day of each credit."""
    return _in_force(node, cases, days[None])


def _in_force(node: Dated, cases: Sequence[Germ], days: NDArray[np.datetime64]) -> Germ:
    unknown = nothing(Status.ABSENT)
    here = [_inside(days, first, last)[None] for first, last in node.spans]
    return select(here[::-1], list(cases)[::-1], unknown)


def _inside(days: NDArray[np.datetime64], first: date | None, last: date | None) -> Flags:
    here = np.ones(days.shape, dtype=bool)
    if first is not None:
        here &= days >= np.datetime64(first)
    if last is not None:
        here &= days <= np.datetime64(last)
    return here
