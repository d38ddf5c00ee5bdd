"""A few people and four quarters, written out as arrays; a unit more is done by writing another number."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

import numpy as np

from policymodel.history.measures import Status
from policymodel.margins.course import Course
from policymodel.margins.germs import PLAIN, Germ, level
from policymodel.margins.scenes import Scenes
from policymodel.margins.steps import Walk
from policymodel.margins.unrounded import before_rounding
from policymodel.periods import Period
from policymodel.scheme.algebra import Column, Constant, Piece, Piecewise
from policymodel.scheme.evaluation import Values, evaluate

A, B, C = Column("a"), Column("b"), Column("c")
OK, GONE, ABSENT = Status.MEASURED, Status.NOT_APPLICABLE, Status.ABSENT
WITHIN = {None: 4, "year": 4, "half_year": 2, "quarter": 1}


def number(value) -> Constant:
    return Constant(Decimal(str(value)))


def curve(of, *points, edge="upper") -> Piecewise:
    """Straight lines between points; two points at one place are a jump; held below and above."""
    pieces = [Piece(None, Decimal(str(points[0][1])), Decimal(0), Decimal(0))]
    for (x, y), (to_x, to_y) in pairwise(points):
        if to_x > x:
            slope = (Decimal(str(to_y)) - Decimal(str(y))) / (Decimal(str(to_x)) - Decimal(str(x)))
            pieces.append(Piece(Decimal(str(x)), Decimal(str(y)), slope, Decimal(str(x))))
    last_x, last_y = (Decimal(str(each)) for each in points[-1])
    pieces.append(Piece(last_x, last_y, Decimal(0), last_x))
    return Piecewise(of, tuple(pieces), edge)


@dataclass(frozen=True)
class Field:
    """Facts [period, manager] by name, a status where one is put in place of a number; credits with an amount each."""

    facts: dict[str, list[list[object]]]
    outlets: list[int] | None = None
    reports_to: list[int] | None = None
    credits: list[tuple[int, int, float]] = field(default_factory=list)

    @property
    def shape(self) -> tuple[int, int]:
        return 4, len(next(iter(self.facts.values()))[0])

    @property
    def periods(self):
        return Period.parse("2024").split(3)

    def column(self, column: Column) -> Values:
        if column.name == "transaction:amount":
            return Values(
                np.array([[amount for *_, amount in self.credits]]),
                np.zeros((1, len(self.credits)), np.uint8),
            )
        given = self.facts[column.name]
        number = np.array(
            [[0.0 if isinstance(each, Status) else each for each in row] for row in given], dtype=float
        )
        status = np.array(
            [[each if isinstance(each, Status) else OK for each in row] for row in given], dtype=np.uint8
        )
        if column.window == "year_to_date":
            number = np.cumsum(number, axis=0)
            status = np.maximum.accumulate(status, axis=0)
        if column.lag:
            number = np.concatenate([np.zeros((column.lag, number.shape[1])), number[: -column.lag]])
        if column.level == "outlet":
            peers = self.peers("outlet")[0]
            number = number @ (peers[:, None] == peers)
        return Values(number, status)

    def places(self):
        period, manager = (
            np.array([each[index] for each in self.credits], dtype=np.int64) for index in (0, 1)
        )
        return period, manager

    def dates(self):
        return np.array([self.periods[period].start for period in self.places()[0]], dtype="datetime64[D]")

    def category(self, name, axis):
        words = np.array(["x", "y"] * self.shape[1], dtype=object)[: self.shape[1]]
        return np.broadcast_to(words, self.shape)

    def peers(self, scope):
        codes = (
            np.zeros(self.shape[1], dtype=np.int64)
            if scope != "outlet"
            else np.array(self.outlets, dtype=np.int64)
        )
        return np.broadcast_to(codes, self.shape)

    def leaders(self):
        return np.broadcast_to(np.array(self.reports_to, dtype=np.int64), self.shape)

    def opens(self, within):
        return np.arange(4) % WITHIN[within] == 0

    def days(self, first, last):
        return np.array([1.0 if (first is None) == (index < 2) else 0.0 for index in range(4)])

    def more(self, units: float, name: str, period: int, manager: int) -> Field:
        """The same field with so many units more in one place, or in that period's last transaction."""
        if name == "transaction:amount":
            mine = [index for index, each in enumerate(self.credits) if each[:2] == (period, manager)]
            changed = list(self.credits)
            for last in mine[-1:]:
                changed[last] = (period, manager, changed[last][2] + units)
            return replace(self, credits=changed)
        rows = [list(row) for row in self.facts[name]]
        if not isinstance(rows[period][manager], Status):
            rows[period][manager] += units
        return replace(self, facts=self.facts | {name: rows})


@dataclass(frozen=True)
class Units:
    """Units of a fact for one person in one period; what they change is seen by writing them down."""

    ground: Field
    name: str
    scenes: Scenes

    def moves(self, column: Column) -> bool:
        return column.name == self.name

    def germ(self, column: Column, at, side: int) -> Germ:
        values = self.ground.column(column)
        effect = np.array([self._effect(column, values, index) for index in range(self.scenes.period.size)])
        if self.scenes.mover is None and column.name.startswith("transaction:"):
            at = at[:, self.ground.places()[1]]
        number = values.number[None] + effect * at[:, None, :]
        status = np.broadcast_to(values.status[None], number.shape)
        return replace(level(Values(number, status), PLAIN), slope=effect * side)

    def _effect(self, column: Column, values: Values, scene: int):
        """What a unit of the mover changes for all; or, of everybody's, what it changes for themselves."""
        period, mover = self.scenes.period[scene], self.scenes.mover
        if mover is not None:
            return self._written(column, period, mover[scene]) - values.number
        whose = (
            self.ground.places()[1]
            if column.name.startswith("transaction:")
            else np.arange(self.ground.shape[1])
        )
        effect = np.zeros_like(values.number)
        for manager in range(self.ground.shape[1]):
            mine = whose == manager
            effect[:, mine] = (self._written(column, period, manager) - values.number)[:, mine]
        return effect

    def _written(self, column: Column, period: int, manager: int):
        return self.ground.more(1.0, self.name, period, manager).column(column).number

    def together(self) -> Units:
        return Units(self.ground, self.name, Scenes(np.unique(self.scenes.period)))

    def copied(self, count: int) -> Units:
        return Units(self.ground, self.name, self.scenes.copied(count))


def course(ground: Field, node, name: str = "a", period: int = 0, manager: int = 0) -> Course:
    scenes = Scenes(np.array([period]), np.array([manager]))
    return Course(before_rounding(node), Units(ground, name, scenes), {})


def beside(ground: Field, node, side: int, name: str = "a", period: int = 0, manager: int = 0) -> Germ:
    """The node's germ in that period for that person, as single numbers."""
    here = np.zeros((1, 1))
    return Walk(course(ground, node, name, period, manager), here).beside(here, side).at((0, 0))


def ahead(
    ground: Field, node, name: str = "a", period: int = 0, manager: int = 0
) -> tuple[float, float, bool]:
    """Distance to the next bend or jump upward, what is jumped there, whether it is exact."""
    walk, here = Walk(course(ground, node, name, period, manager), np.ones((1, 1))), np.zeros((1, 1))
    turn = walk.turn(here, walk.beside(here, 1), np.ones((1, 1), dtype=bool))
    return float(turn.away[0, 0]), float(turn.jump[0, 0]), bool(turn.exact[0, 0])


def value(ground: Field, node) -> Values:
    """The node's values, worked out anew."""
    found = evaluate(before_rounding(node), ground, {})
    return found.over(ground.shape)
