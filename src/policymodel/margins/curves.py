"""Payout curves: a line as one person's figure runs from low to high, by its corners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from policymodel.computation import compute
from policymodel.errors import DataGap, InputError, Problem
from policymodel.margins.course import Course
from policymodel.margins.directions import OneMore
from policymodel.margins.germs import Germ
from policymodel.margins.scenes import Scenes
from policymodel.margins.sight import Sight
from policymodel.margins.steps import CLOSE, SAME, Walk
from policymodel.panel import Panel
from policymodel.periods import Period
from policymodel.scheme.evaluation.values import Numbers
from policymodel.scheme.scheme import Scheme

BETWEEN = 48
"""Points drawn inside a piece that is no straight line."""


@dataclass(frozen=True)
class _Point:
    """A point of the curve; where the line jumps, `reached` tells the end that is paid from the one that is not."""

    at: float
    value: float
    piece: int
    corner: str
    reached: bool
    exact: bool


def payout_curve(
    panel: Panel,
    scheme: Scheme,
    line: str,
    manager_id: str,
    period: Period,
    measure: str,
    low: float,
    high: float,
) -> pd.DataFrame:
    """A line of one person in one period as a measure runs from low to high, everything else as it was.

    One row for each point, in order, so that straight lines between the points of a piece are the curve. Columns:
    design, manager_id, period, line, measure, at (units of the measure), value (before rounding; NaN where the line
    has none), piece (a new one after each jump), corner (start, bend, jump, end; between for points that only follow a
    piece that is curved), reached (false for the end of a piece that lies beside the value paid), exact (false where
    the place was found by bisection, and between).
    """
    if not low < high:
        raise InputError("low", [Problem("", f"the curve ends ({high:g}) before it begins ({low:g})")])
    sight = Sight.of(compute(panel, scheme), line)
    sight.known_names([measure], sight.measures, "measure")
    sight.known_names([manager_id], list(panel.managers), "manager")
    if period not in sight.ground.periods:
        there = ", ".join(each.label for each in sight.ground.periods)
        problem = Problem("period", f"{period.label} is no period of {scheme.id}", f"they are {there}")
        raise DataGap(scheme.file, [problem])
    who = int(np.flatnonzero(panel.managers == manager_id)[0])
    scenes = Scenes(np.array([sight.ground.periods.index(period)]), np.array([who]))
    direction = OneMore(sight.ground, measure, scenes)
    figure = float(direction.figures()[0, 0])
    if np.isnan(figure):
        what = f"{manager_id} has no figure of '{measure}' in {period.label}"
        raise DataGap(scheme.file, [Problem("measure", what, "ask for a measure or a period that has one")])
    trace = _Trace(Walk(Course(sight.bare, direction, sight.known), np.array([[figure]])), figure)
    frame = pd.DataFrame(list(trace.points(float(low), float(high))))
    keys = {
        "design": scheme.id,
        "manager_id": manager_id,
        "period": period.label,
        "line": line,
        "measure": measure,
    }
    for place, (name, key) in enumerate(keys.items()):
        frame.insert(place, name, key)
    return frame


class _Trace:
    """One person's curve, followed upward."""

    def __init__(self, walk: Walk, figure: float) -> None:
        self.walk, self.figure = walk, figure

    def beside(self, at: float, side: int) -> Germ:
        """The line where the measure is `at`."""
        return self.walk.beside(self._shift(at), side)

    def _shift(self, at: float) -> Numbers:
        return np.array([[at - self.figure]])

    def points(self, low: float, high: float) -> Iterator[_Point]:
        """The corners between low and high, in order."""
        place, piece, now = low, 0, self.beside(low, 1)
        yield from self._corner(low, piece, "start", self.beside(low, 0), now, exact=True)
        piece += not _meet(_number(self.beside(low, 0)), _number(now))
        while True:
            turn = self.walk.turn(self._shift(place), now, np.ones((1, 1), dtype=bool))
            away, exact = float(turn.away[0, 0]), bool(turn.exact[0, 0])
            following = place + away
            if np.isnan(away) or following >= high:
                break
            before = self.beside(following if exact else following - 2 * CLOSE, -1)
            yield from self._along(place, now, following, before, piece)
            value, now = self.beside(following, 0), turn.after
            ends = _number(before), _number(value), _number(now)
            if _meet(*ends):
                yield _Point(following, ends[1], piece, "bend", True, exact)
            else:
                yield _Point(following, ends[0], piece, "jump", _meet(ends[0], ends[1]), exact)
                if not _meet(ends[0], ends[1]) and not _meet(ends[1], ends[2]):
                    piece += 1
                    yield _Point(following, ends[1], piece, "jump", True, exact)
                piece += 1
                yield _Point(following, ends[2], piece, "jump", _meet(ends[1], ends[2]), exact)
            place = following
        before, value = self.beside(high, -1), self.beside(high, 0)
        yield from self._along(place, now, high, before, piece)
        yield _Point(high, _number(before), piece, "end", _meet(_number(before), _number(value)), True)
        if not _meet(_number(before), _number(value)):
            yield _Point(high, _number(value), piece + 1, "end", True, True)

    def _corner(
        self, at: float, piece: int, corner: str, value: Germ, beside: Germ, *, exact: bool
    ) -> Iterator[_Point]:
        """The value at a place, and where the line goes on if that is elsewhere."""
        ends = _number(value), _number(beside)
        yield _Point(at, ends[0], piece, corner, True, exact)
        if not _meet(*ends):
            yield _Point(at, ends[1], piece + 1, corner, False, exact)

    def _along(self, place: float, now: Germ, end: float, before: Germ, piece: int) -> Iterator[_Point]:
        """Points inside a piece that is no straight line."""
        reached = float(now.number[0, 0] + now.slope[0, 0] * (end - place))
        if bool(now.values.ok[0, 0]) and not (now.straight[0, 0] and _meet(reached, _number(before))):
            for at in np.linspace(place, end, BETWEEN + 2)[1:-1]:
                yield _Point(float(at), _number(self.beside(float(at), 0)), piece, "between", True, False)


def _number(germ: Germ) -> float:
    return float(germ.number[0, 0]) if germ.values.ok[0, 0] else float("nan")


def _meet(*numbers: float) -> bool:
    """Whether numbers are the same but for what floats lose; nothing meets nothing."""
    if any(np.isnan(numbers)):
        return all(np.isnan(numbers))
    size = max(1.0, min(abs(each) for each in numbers))
    return min(numbers) == max(numbers) or max(numbers) - min(numbers) <= max(SAME, CLOSE * 1e-2) * size
