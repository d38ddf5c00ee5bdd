"""The year's cost as a lever moves, before rounding, with its exact slope: only what the lever moves is worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policymodel.calibration.levers import PROBES, Lever
from policymodel.margins.course import Course
from policymodel.margins.germs import PLAIN, Germ, level
from policymodel.margins.scenes import Scenes
from policymodel.margins.unrounded import before_rounding
from policymodel.panel import Ground, Panel
from policymodel.scheme.algebra import (
    Column,
    Constant,
    Node,
    Piece,
    Piecewise,
    Product,
    Reached,
    Slice,
    Sum,
    nodes_of,
)
from policymodel.scheme.evaluation import Values, evaluate, measured
from policymodel.scheme.evaluation.values import Numbers
from policymodel.scheme.given import PAY


@dataclass(frozen=True)
class Moved:
    """What an expression has in place of a number that a lever moves: at + per x value of the lever."""

    at: Decimal
    per: Decimal


@dataclass(frozen=True)
class Template:
    """Pay as an expression with a place for each number that a lever moves, before rounding."""

    node: Node
    moved: Mapping[Column, Moved]


class _Elsewhere(Exception):
    """The lever moves something that is no plain number of the expression."""


def template(lever: Lever) -> Template | None:
    """The expression of pay in which the lever's numbers have places; None where they stand inside a table.

    The scheme is read at three values. What differs must be constants that lie on one straight line. What may only be
    a whole number, such as months, decides how something is read, and has no place.
    """
    if lever.whole:
        return None
    width = lever.high - lever.low
    at = [lever.low + part * width for part in PROBES]
    nodes = [before_rounding(scheme.given.line(PAY)) for scheme in map(lever.scheme_at, at)]
    reader = _Reader(at)
    try:
        return Template(reader.joined(*nodes), {column: moved for moved, column in reader.moved.items()})
    except _Elsewhere:
        return None


class _Reader:
    """Walks three expressions side by side."""

    def __init__(self, at: list[Decimal]) -> None:
        self.at = at
        self.made: dict[tuple[Node, ...], Node] = {}
        self.moved: dict[Moved, Column] = {}

    def joined(self, *nodes: Node) -> Node:
        """One expression for all three."""
        if all(each == nodes[0] for each in nodes[1:]):
            return nodes[0]
        if nodes not in self.made:
            self.made[nodes] = self._joined(*nodes)
        return self.made[nodes]

    def _joined(self, *nodes: Node) -> Node:
        if len({type(each) for each in nodes}) > 1:
            raise _Elsewhere
        if all(isinstance(each, Constant) for each in nodes):
            return self._place([each.value for each in nodes if isinstance(each, Constant)])
        curves = [each for each in nodes if isinstance(each, Piecewise)]
        if len(curves) == len(nodes):
            return self._curve(curves)
        names = [each.name for each in fields(nodes[0])]  # type: ignore[arg-type]
        parts = {name: self._part(*(getattr(each, name) for each in nodes)) for name in names}
        return replace(nodes[0], **parts)  # type: ignore[type-var]

    def _part(self, *parts: Any) -> Any:
        first = parts[0]
        if all(isinstance(each, Node) for each in parts):
            return self.joined(*parts)
        if isinstance(first, tuple) and all(len(each) == len(first) for each in parts):
            return tuple(self._part(*each) for each in zip(*parts, strict=True))
        if any(each != first for each in parts):
            raise _Elsewhere
        return first

    def _curve(self, curves: list[Piecewise]) -> Node:
        """Three curves as one sum of hinges and steps, so that their rates and thresholds are plain numbers."""
        if len({(each.edge, len(each.pieces)) for each in curves}) > 1:
            raise _Elsewhere
        of = self.joined(*(each.of for each in curves))
        firsts = [each.pieces[0] for each in curves]
        parts: list[Node] = [self._place([each.level for each in firsts])]
        if any(each.slope for each in firsts):
            away = Sum((of, self._place([-each.origin for each in firsts])))
            parts.append(Product((self._place([each.slope for each in firsts]), away)))
        for place in range(1, len(curves[0].pieces)):
            pairs = [each.pieces[place - 1 : place + 1] for each in curves]
            starts = [after.start or Decimal(0) for _, after in pairs]
            start = self._place(starts)
            bends = [after.slope - before.slope for before, after in pairs]
            if any(bends):
                parts.append(Product((self._place(bends), Slice(of, start, None))))
            jumps = [
                _height(after, at) - _height(before, at)
                for (before, after), at in zip(pairs, starts, strict=True)
            ]
            if any(jumps):
                reached = Reached(of, start, "at_least" if curves[0].edge == "upper" else "above")
                parts.append(Product((self._place(jumps), reached)))
        return Sum(tuple(parts))

    def _place(self, values: list[Decimal]) -> Constant | Column:
        """A number that is the same everywhere, or a place for one that the lever moves."""
        if len(set(values)) == 1:
            return Constant(values[0])
        per = (values[2] - values[0]) / (self.at[2] - self.at[0])
        moved = Moved(values[0] - per * self.at[0], per)
        between = moved.at + per * self.at[1]
        if abs(between - values[1]) > Decimal("1e-12") * max(Decimal(1), abs(values[1])):
            raise _Elsewhere
        return self.moved.setdefault(moved, Column(f"solved:{len(self.moved)}"))


def _height(piece: Piece, at: Decimal) -> Decimal:
    return piece.level + piece.slope * (at - piece.origin)


@dataclass(frozen=True)
class _Move:
    """The lever as a direction: everybody at once, in every period."""

    ground: Ground
    moved: Mapping[Column, Moved]
    scenes: Scenes = field(default_factory=lambda: Scenes(np.zeros(1, dtype=np.int64)))

    def moves(self, column: Column) -> bool:
        """Whether a column is a place of the lever."""
        return column in self.moved

    def germ(self, column: Column, at: Numbers, side: int) -> Germ:
        """A number of the scheme where the lever is so much higher."""
        moved = self.moved[column]
        values = measured(np.full((1, 1, 1), float(moved.at)) + float(moved.per) * at[:, None, :])
        return replace(level(values, PLAIN), slope=np.full(values.number.shape, float(moved.per) * side))

    def together(self) -> _Move:
        """The same."""
        return self

    def copied(self, count: int) -> _Move:
        """The same in so many copies of its one scene."""
        return replace(self, scenes=self.scenes.copied(count))


@dataclass(frozen=True)
class Point:
    """The year's cost at a value of the lever, in minor units before rounding, and its slope on both sides."""

    value: float
    cost: float
    left: float
    right: float


class CostCourse:
    """The year's cost of a panel, as a function of a lever.

    Whose year is known at the lever's present value counts; a person who has no figure there costs nothing anywhere.
    """

    def __init__(self, panel: Panel, lever: Lever, read: Template, whose: NDArray[np.bool_]) -> None:
        scheme = lever.scheme
        assert scheme.pay is not None
        periods = panel.plan_year.split(scheme.months)
        self.template, self.ground = read, Ground(panel, periods)
        self.known: dict[Node, Values] = {
            column: measured(np.array([[float(moved.at + moved.per * lever.value)]]))
            for column, moved in read.moved.items()
        }
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            evaluate(read.node, self.ground, self.known)
        self.employed = panel.employed(periods)
        self._counts = (self.employed & whose)[None]
        self._minor = 10.0**scheme.pay.rounding.digits
        self._move = _Move(self.ground, read.moved)

    @cached_property
    def _course(self) -> Course:
        return Course(self.template.node, self._move, self.known)

    def nodes(self) -> list[Node]:
        """Every node of the expression, parts first."""
        return nodes_of(self.template.node)

    def at(self, value: float, sides: tuple[int, ...] = (-1, 1)) -> Point:
        """Cost and slopes at a value of the lever."""
        here = np.full((1, 1), value)
        slopes = {-1: np.nan, 1: np.nan}
        cost = np.nan
        for side in sides:
            germ = self._course.germ(here, side)
            counts = self._counts & germ.values.ok
            cost = float(np.where(counts, germ.number, 0.0).sum()) * self._minor
            slopes[side] = side * float(np.where(counts, germ.slope, 0.0).sum()) * self._minor
        return Point(value, cost, slopes[-1], slopes[1])
