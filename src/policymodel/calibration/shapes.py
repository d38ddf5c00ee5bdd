"""How the cost moves with a lever, read off the expression and the facts: on a line, one way only, or not proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from policymodel.calibration.course import CostCourse
from policymodel.scheme.algebra import (
    Accumulate,
    Carry,
    Choose,
    Collect,
    Column,
    Dated,
    Greatest,
    Least,
    Line,
    Node,
    OverTeam,
    Piecewise,
    Place,
    Previous,
    Product,
    Ratio,
    Reached,
    Slice,
    Sum,
    Where,
    parts_of,
)
from policymodel.scheme.evaluation import Values, evaluate, measured
from policymodel.scheme.evaluation.values import Numbers, settle

DENSE = 2000
"""Periods of people from which their bends are many."""
Proof = Literal["linear", "one_way", "unproved"]
BEARS = (Line, Collect, Place, OverTeam, Dated, Previous)
"""Nodes that add up or hand on what they are made of, with weights that are not negative."""


@dataclass(frozen=True)
class Way:
    """How a node moves: 1 never down, -1 never up, 0 either way for different people; on a line; without jumps."""

    direction: int
    linear: bool = True
    smooth: bool = True

    def turned(self, sign: int) -> Way:
        """Times a factor that does not move, of one sign (0: of both)."""
        return Way(self.direction * sign, self.linear, self.smooth)

    def bent(self) -> Way:
        """The same way, no longer on a line."""
        return Way(self.direction, False, self.smooth)


@dataclass(frozen=True)
class Shape:
    """What is proved of the cost: on a line, one way (1 up, -1 down) or nothing; and whether it is without jumps.

    `dense` is a cost of so many people that their bends, one by one, make nearly a smooth curve.
    """

    proof: Proof
    direction: int = 0
    smooth: bool = False
    dense: bool = False


UNKNOWN = Shape("unproved")


def shape_of(course: CostCourse, low: float, high: float) -> Shape:
    """The shape of the cost between two ends.

    `linear` and `one_way` are proved from the expression and the facts of this panel: there is then one value at most
    at which a rising cost passes a budget. `unproved` says only that the proof fails, and what is not smooth may jump.

    A performance wage that is drawn year to date lies on a line in its shares where nobody's entitlement falls
    in the year, whatever the share: where one falls, a balance is carried and the proof fails.
    """
    eye, dense = _Eye(course, low, high), int(course.employed.sum()) >= DENSE
    ways: dict[Node, Way | None] = {
        column: Way(_sign(moved.per)) for column, moved in course.template.moved.items()
    }
    for node in course.nodes():
        moving = [part for part in parts_of(node) if part in ways]
        if not moving:
            continue
        known = [ways[part] for part in moving]
        ways[node] = eye.way(node, moving, ways) if all(each is not None for each in known) else None
    found = ways.get(course.template.node)
    if found is None:
        smooth = not any(isinstance(node, Reached | Where) and node in ways for node in course.nodes())
        return Shape("unproved", 0, smooth and not _unknown_jumps(course, ways), dense)
    proof: Proof = "linear" if found.linear else "one_way" if found.direction else "unproved"
    return Shape(proof, found.direction, found.smooth, dense)


def _unknown_jumps(course: CostCourse, ways: Mapping[Node, Way | None]) -> bool:
    """Whether the lever reaches a node of which nothing is known here: ranks, tables, statistics."""
    known = (Column, *BEARS, Sum, Product, Ratio, Least, Greatest, Slice, Choose, Accumulate, Carry)
    return any(not isinstance(node, known) for node in course.nodes() if node in ways)


def _sign(number: float | object) -> int:
    return int(np.sign(float(number)))  # type: ignore[arg-type]


class _Eye:
    """Looks at single nodes, with the values of what stands still."""

    def __init__(self, course: CostCourse, low: float, high: float) -> None:
        self.course = course
        self._ends: list[dict[Node, Values]] = []
        for end in (low, high):
            moved = course.template.moved
            still = {node: course.known[node] for node in course.nodes() if node in course.known}
            reached = set(moved)
            for node in course.nodes():
                if any(part in reached for part in parts_of(node)):
                    reached.add(node)  # type: ignore[arg-type]
            for node in reached:
                still.pop(node, None)
            for column, each in moved.items():
                still[column] = measured(np.array([[float(each.at) + float(each.per) * end]]))
            self._ends.append(still)

    def way(self, node: Node, moving: Sequence[Node], ways: Mapping[Node, Way | None]) -> Way | None:
        """How a node moves, of whose parts some move in known ways."""
        way = {part: ways[part] for part in moving}
        inner = [each for each in way.values() if each is not None]
        match node:
            case Sum():
                return _together(inner)
            case Product(parts=parts):
                still = [part for part in parts if part not in way]
                if len(parts) - len(still) > 1:
                    return None
                sign = 1
                for part in still:
                    sign *= self._sign_of(part)
                return inner[0].turned(sign)
            case Ratio(top=top, bottom=bottom, any_sign=any_sign):
                if bottom not in way:
                    return inner[0].turned(self._sign_of(bottom) if any_sign else 1)
                if top in way or any_sign:
                    return None
                ends = [evaluate(bottom, self.course.ground, known) for known in self._ends]
                above = all((each.number > 0).all() for each in ends)
                return Way(-inner[0].direction * self._sign_of(top), False, True) if above else None
            case Least() | Greatest():
                return _together(inner).bent()
            case Slice(of=of, lower=lower, upper=upper):
                signs = {of: 1, lower: -1} | ({} if upper is None else {upper: 1})
                if of in (lower, upper):
                    return None
                turned = [each.turned(signs[part]) for part, each in way.items() if each is not None]
                return _together(turned).bent()
            case Reached(of=of, threshold=threshold, comparison=comparison):
                more = 1 if comparison in ("at_least", "above") else -1
                signs = {of: more, threshold: -more}
                turned = [each.turned(signs[part]) for part, each in way.items() if each is not None]
                return Way(_together(turned).direction, False, False)
            case Where():
                return self._where(node, way)
            case Choose():
                return _together(inner)
            case Piecewise(of=of):
                return _piecewise(node, inner[0])
            case Carry(of=of, keep=keep, ceiling=ceiling):
                if keep in way or ceiling in way or self._sign_of(keep) < 0:
                    return None
                return inner[0].bent()
            case Accumulate():
                return self._accumulate(node, way)
        return _together(inner) if isinstance(node, BEARS) else None

    def _sign_of(self, node: Node) -> int:
        """The sign of all of a node's values; 0 where it has both."""
        values = self.course.known[node]
        number = values.number[values.ok]
        if (number >= 0).all():
            return 1
        return -1 if (number <= 0).all() else 0

    def _where(self, node: Where, way: Mapping[Node, Way | None]) -> Way | None:
        if node.condition not in way:
            return _together([each for each in way.values() if each is not None])
        if len(way) > 1 or not isinstance(node.condition, Reached):
            return None
        then, otherwise = (self.course.known[each] for each in (node.then, node.otherwise))
        if not (then.ok.all() and otherwise.ok.all()):
            return None
        gap = then.number - otherwise.number
        sign = 1 if (gap >= 0).all() else -1 if (gap <= 0).all() else 0
        condition = way[node.condition]
        return condition.turned(sign) if condition is not None else None

    def _accumulate(self, node: Accumulate, way: Mapping[Node, Way | None]) -> Way | None:
        """On a line where nobody's balance falls at either end of the range, since it is a line between them."""
        if any(each is None or not each.linear for each in way.values()):
            return None
        drawn = []
        for known in self._ends:
            balance, of = (evaluate(each, self.course.ground, known) for each in (node.balance, node.of))
            number, status = np.broadcast_arrays(balance.number, balance.status)
            if not _never_falls(number, Values(number, status).ok & self.course.employed):
                return None
            drawn.append(_steps(np.broadcast_to(of.number, self.course.employed.shape), self.course.employed))
        gained = drawn[1] - drawn[0]
        near = 1e-9 * max(1.0, float(np.abs(gained).max(initial=0.0)))
        sign = 1 if (gained >= -near).all() else -1 if (gained <= near).all() else 0
        return Way(sign)


def _together(ways: Sequence[Way]) -> Way:
    directions = {each.direction for each in ways}
    direction = directions.pop() if len(directions) == 1 else 0
    return Way(direction, all(each.linear for each in ways), all(each.smooth for each in ways))


def _piecewise(node: Piecewise, way: Way) -> Way | None:
    """Through a curve that never falls, or never rises."""
    level, slope, origin = (
        np.array([float(getattr(each, name)) for each in node.pieces])
        for name in ("level", "slope", "origin")
    )
    starts = np.array([float(each.start) for each in node.pieces[1:] if each.start is not None])
    before = level[:-1] + slope[:-1] * (starts - origin[:-1])
    jumps = level[1:] + slope[1:] * (starts - origin[1:]) - before
    jumps[np.abs(jumps) <= 1e-9 * np.maximum(1.0, np.abs(before))] = 0.0
    steps = np.concatenate([slope, jumps])
    if not ((steps >= 0).all() or (steps <= 0).all()):
        return None
    sign = 1 if (steps >= 0).all() else -1
    return Way(way.direction * sign, False, way.smooth and not jumps.any())


def _never_falls(number: Numbers, here: NDArray[np.bool_]) -> bool:
    """Whether each person's values never fall below their highest so far, which begins at nothing."""
    best = np.zeros(number.shape[1])
    for period in range(number.shape[0]):
        falls = here[period] & (settle(number[period], best) < best)
        if falls.any():
            return False
        best = np.where(here[period], number[period], best)
    return True


def _steps(number: Numbers, here: NDArray[np.bool_]) -> Numbers:
    """What each period adds to the last value before it."""
    held = np.zeros(number.shape[1])
    steps = np.zeros(number.shape)
    for period in range(number.shape[0]):
        steps[period] = np.where(here[period], number[period] - held, 0.0)
        held = np.where(here[period], number[period], held)
    return steps
