"""The course of a line: its germ for one more unit, pushed through every node of its expression.

Only what a unit moves is worked out anew; everything else stands where `scheme.evaluation` finds it. Slopes are
taken before rounding: a rounded figure moves in steps of its last digit, which are no cliffs.

Which side of a threshold a value goes to is decided to second order, so that a product of two factors which are both
nothing yet is seen to rise. What touches a threshold more closely than that is taken to stay on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.margins import arithmetic, carrying, lookups, peers
from policymodel.margins.germs import Germ, select, standing
from policymodel.margins.scenes import Direction
from policymodel.scheme.algebra import (
    Accumulate,
    Applies,
    Awards,
    Carry,
    Choose,
    Collect,
    Column,
    Dated,
    Greatest,
    Instead,
    Least,
    Line,
    Matrix,
    Node,
    OverPeers,
    OverTeam,
    Piecewise,
    Place,
    Power,
    Previous,
    Product,
    Rank,
    Ratio,
    Reached,
    Slice,
    Sum,
    Where,
    nodes_of,
    parts_of,
)
from policymodel.scheme.evaluation import Values, evaluate
from policymodel.scheme.evaluation.carrying import Strands
from policymodel.scheme.evaluation.interpreter import runs_of
from policymodel.scheme.evaluation.values import Numbers

AMONG_PEOPLE = (OverPeers, Rank, Awards, OverTeam)


def depends_on_peers(node: Node, columns: set[Column]) -> bool:
    """Whether a movement of some columns reaches a node through figures of several people."""
    moved: set[Node] = set(columns)
    for each in nodes_of(node):
        if any(part in moved for part in parts_of(each)):
            if isinstance(each, AMONG_PEOPLE):
                return True
            moved.add(each)
    return False


class Course:
    """A line, already without rounding, along a direction.

    Where people are looked at one by one, what reaches a figure of theirs alone is worked out for everybody at once.
    """

    def __init__(self, node: Node, direction: Direction, known: dict[Node, Values]) -> None:
        self.node, self.direction = node, direction
        self.ground, self.scenes = direction.ground, direction.scenes
        evaluate(node, self.ground, known)
        self._known = known
        self._together = direction if self.scenes.mover is None else direction.together()
        self._standing: dict[Node, Germ] = {}
        self._moved: dict[Node, tuple[Node, ...]] = {}
        self._alone: set[Node] = set()
        self._on_credits: set[Node] = set()
        for each in nodes_of(node):
            self._place(each)

    def _place(self, node: Node) -> None:
        """Whether a node moves, by its own person's figures alone, and whether it stands on credits."""
        parts = parts_of(node)
        if isinstance(node, Column):
            alone = node.level == "manager"
            if (self._together if alone else self.direction).moves(node):
                self._moved[node] = ()
        elif moved := [part for part in parts if part in self._moved]:
            self._moved[node] = parts
            alone = not isinstance(node, AMONG_PEOPLE) and all(part in self._alone for part in moved)
        if node in self._moved and alone:
            self._alone.add(node)
        credit = isinstance(node, Column) and node.name.startswith("transaction:")
        inherited = any(part in self._on_credits for part in parts) and not isinstance(node, Collect)
        if credit or inherited or isinstance(node, Place):
            self._on_credits.add(node)

    def copied(self, count: int) -> Course:
        """The same line in the same scenes, each so many times: as many places are seen in one pass."""
        return Course(self.node, self.direction.copied(count), self._known)

    @cached_property
    def shape(self) -> tuple[int, int, int]:
        """Scenes, periods, managers."""
        rows, people = self.ground.peers("group").shape
        return self.scenes.period.size, rows, people

    def germ(self, at: Numbers, side: int) -> Germ:
        """The line after so many more units [scene, manager] in each scene, seen upward, downward or as it stands."""
        if self.node not in self._moved:
            return standing(self._known[self.node]).over(self.shape)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            found: dict[Node, Germ] = {}
            if self.scenes.mover is None:
                self._follow(list(self._moved), self.direction, at, side, found)
                return found[self.node].over(self.shape)
            at_once = self.scenes.at_once(at, self.shape[2])
            self._follow(
                [each for each in self._moved if each in self._alone], self._together, at_once, side, found
            )
            others = [each for each in self._moved if each not in self._alone]
            needed = {part for each in others for part in self._moved[each] if part in self._alone}
            apart = {
                each: self._one_by_one(each, found[each]) for each in needed | ({self.node} & self._alone)
            }
            self._follow(others, self.direction, at, side, apart)
            return apart[self.node].over(self.shape)

    def _follow(
        self, nodes: Sequence[Node], direction: Direction, at: Numbers, side: int, found: dict[Node, Germ]
    ) -> None:
        for each in nodes:
            if isinstance(each, Column):
                found[each] = direction.germ(each, at, side)
            else:
                given = [found[part] if part in found else self._stands(part) for part in self._moved[each]]
                found[each] = self._walk(each, given)

    def _stands(self, node: Node) -> Germ:
        """A node that the unit does not move."""
        if node not in self._standing:
            self._standing[node] = standing(self._known[node])
        return self._standing[node]

    def _one_by_one(self, node: Node, together: Germ) -> Germ:
        """In each scene one person's germ, and everybody else as they stand."""
        assert self.scenes.mover is not None
        period, manager = (
            self.ground.places() if node in self._on_credits else (None, np.arange(self.shape[2]))
        )
        mine = (manager == self.scenes.mover[:, None])[:, None]
        rows = 1 if period is not None else self.shape[1]
        scene = np.searchsorted(self._together.scenes.period, self.scenes.period)
        whole = together.over((self._together.scenes.period.size, rows, manager.size))
        return select([mine], [whole.at(scene)], standing(self._known[node]))

    def _walk(self, node: Node, parts: Sequence[Germ]) -> Germ:
        """One node from its parts."""
        match node:
            case Sum(skip_not_applicable=skip):
                return arithmetic.add([arithmetic.what_applies(part) for part in parts] if skip else parts)
            case Product():
                product = parts[0]
                for part in parts[1:]:
                    product = arithmetic.times(product, part)
                return product
            case Least():
                return arithmetic.capped(*parts)
            case Greatest():
                return arithmetic.greatest(*parts)
            case Ratio(at_zero=rule, any_sign=any_sign):
                return arithmetic.divide(parts[0], parts[1], rule, any_sign)
            case Power():
                return arithmetic.power(*parts)
            case Slice():
                return arithmetic.slice_between(
                    parts[0], parts[1], parts[2] if node.upper is not None else None
                )
            case Reached(comparison=comparison):
                return arithmetic.reached(parts[0], parts[1], comparison)
            case Where():
                return arithmetic.where(*parts)
            case Applies():
                return arithmetic.applies(*parts)
            case Instead(when_missing=rule):
                return arithmetic.instead(parts[0], rule)
            case Line():
                return parts[0]
            case Piecewise():
                return lookups.piecewise(node, *parts)
            case Matrix():
                return lookups.matrix(node, *parts)
            case Choose(category=category, every=every):
                employed = self.ground.peers("group") >= 0
                return lookups.choose(node, self.ground.category(category, every), parts, employed)
            case Dated():
                return self._dated(node, parts)
            case Accumulate():
                return carrying.accumulate(self._while_employed(parts[0]), parts[-1])
            case Carry() | Previous():
                return self._carried(node, parts)
            case Collect():
                return carrying.gather(parts[0], *self.ground.places(), self.shape[1:])
            case Place():
                whole = parts[0].over((parts[0].shape[0], *self.shape[1:]))
                return carrying.pick(whole, *self.ground.places())
            case OverPeers(parts=inner):
                who = parts[-1] if node.who is not None else None
                return peers.over_peers(node, parts[: len(inner)], who, self.ground.peers(node.scope))
            case Rank(scope=scope, each=each):
                return peers.rank(node, parts[0], self.ground.peers(scope), self._units(each))
            case Awards(scope=scope, each=each):
                return peers.awards(node, parts[0], self.ground.peers(scope), self._units(each))
            case OverTeam(team=team):
                return peers.over_team(parts[0], self.ground.leaders(), team)
        raise AssertionError(f"no slope for {type(node).__name__}")

    def _dated(self, node: Dated, cases: Sequence[Germ]) -> Germ:
        if node.every == "transaction":
            return lookups.dated_by_day(node, cases, self.ground.dates())
        shares = [self.ground.days(first, last) for first, last in node.spans]
        return lookups.dated(node, cases, shares, self.ground.periods)

    def _carried(self, node: Carry | Previous, parts: Sequence[Germ]) -> Germ:
        if node.every == "period":
            each = np.ones(self.shape[1], dtype=bool)
            opens = each if node.within == "period" else self.ground.opens(node.within)
            return _step(node, [self._while_employed(parts[0]), *parts[1:]], opens)
        period, manager = self.ground.places()
        strands = Strands(manager, runs_of(node, period, self.ground))
        laid = _step(node, [carrying.lay(strands, part) for part in parts], strands.opens())
        return carrying.pick(laid, strands.row, strands.column)

    def _units(self, each: Literal["outlet", "region"] | None) -> NDArray[np.int64] | None:
        return self.ground.peers(each) if each is not None else None

    def _while_employed(self, of: Germ) -> Germ:
        """Nothing that is handed on comes from a period in which somebody is not employed."""
        here = (self.ground.peers("group") >= 0)[None]
        return replace(of, status=np.where(here, of.status, Status.NOT_APPLICABLE).astype(np.uint8))


def _step(node: Carry | Previous, parts: Sequence[Germ], opens: NDArray[np.bool_]) -> Germ:
    if isinstance(node, Previous):
        return carrying.previous(parts[0], node.by, opens, node.held)
    floor = None if node.floor is None else float(node.floor)
    return carrying.carry(parts[0], parts[1], floor, opens, node.debts_stand, node.cut, *parts[2:])
