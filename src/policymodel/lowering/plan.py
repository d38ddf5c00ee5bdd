"""Many designs as one plan: worked out together over any ground, equal parts once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from policymodel.lowering.canonical import Nodes
from policymodel.lowering.cells import Cells
from policymodel.lowering.planning import Planner, normal
from policymodel.lowering.program import Program
from policymodel.lowering.routes import Route, routes_of
from policymodel.lowering.windows import Positions
from policymodel.scheme.algebra import (
    Awards,
    Collect,
    Column,
    Node,
    OverPeers,
    OverTeam,
    Place,
    Rank,
    RoundTogether,
    Scope,
    columns_of,
    nodes_of,
)
from policymodel.scheme.evaluation import Ground
from policymodel.scheme.evaluation.values import Numbers, Statuses
from policymodel.scheme.given import PAY
from policymodel.scheme.scheme import Scheme

Standing = Literal["person", "outlet", "region", "group"]
CACHE, LEAST, MOST = 800_000, 512, 8_192
KNOWN = np.zeros((1, 1, 1), dtype=np.uint8)
KNOWN.flags.writeable = False
WIDTH: tuple[Standing, ...] = ("person", "outlet", "region", "group")


@dataclass(frozen=True)
class Stacked:
    """What was asked for, of every design: number [design, period, cell]; a status that broadcasts against it."""

    number: Numbers
    status: Statuses


@dataclass(frozen=True, eq=False)
class Plan:
    """Steps that give what was asked of every design, in the order of `designs`."""

    schemes: Mapping[str, Scheme]
    asked: tuple[str, ...]
    roots: Mapping[str, tuple[Node, ...]]
    program: Program
    routes: Mapping[Node, Route]

    @property
    def designs(self) -> tuple[str, ...]:
        """The ids of the designs."""
        return tuple(self.schemes)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node below what is asked, parts first."""
        return tuple(nodes_of(*(node for nodes in self.roots.values() for node in nodes)))

    @cached_property
    def columns(self) -> frozenset[Column]:
        """Every fact that is read."""
        return frozenset(columns_of(*self.nodes))

    @cached_property
    def scope(self) -> Standing:
        """The widest group whose people must stand on one ground together."""
        found: set[str] = {"person"}
        for node in self.nodes:
            match node:
                case OverTeam():
                    found.add("group")
                case Column(level=level) if level != "manager":
                    found.add(level)
                case OverPeers(scope=scope) | Rank(scope=scope) | Awards(scope=scope):
                    found.add(scope)
                case RoundTogether(scope=scope):
                    found.add(scope)
        return max((each for each in WIDTH if each in found), key=WIDTH.index)

    def evaluate(self, ground: Ground) -> dict[str, Stacked]:
        """The values of everything asked, of every design, over a ground."""
        periods, cells = ground.peers("group").shape
        shape = (len(self.schemes), periods, cells)
        found = {name: Stacked(np.empty(shape), np.zeros(shape, dtype=np.uint8)) for name in self.asked}
        for where, values in self.tiles(ground):
            for name, stacked in values.items():
                found[name].number[:, :, where] = stacked.number
                found[name].status[:, :, where] = stacked.status
        return found

    def tiles(self, ground: Ground) -> Iterator[tuple[Positions, dict[str, Stacked]]]:
        """The values tile by tile, with the positions of its cells; they hold until the next tile is asked for.

        The tiles depend on the plan and the ground alone. A ground on which transactions are credited or people are led
        is not cut; where people are compared with their peers, all who ever are stand in one tile.
        """
        periods = ground.peers("group").shape[0]
        size = 0 if self._uncut else max(self.elements // periods, 1)
        for cells, shape, found in self.program.run(ground, size, self._compared):
            yield cells, {name: self._stacked(each, shape) for name, each in found.items()}

    @cached_property
    def elements(self) -> int:
        """How many periods x cells a tile has, so that what all designs have in it stays in the cache."""
        return int(np.clip(CACHE // (8 * len(self.schemes)), LEAST, MOST))

    @cached_property
    def _uncut(self) -> bool:
        return any(isinstance(node, Collect | Place | OverTeam) for node in self.nodes)

    @cached_property
    def _compared(self) -> Scope | None:
        """The widest scope of peers."""
        found = {
            node.scope for node in self.nodes if isinstance(node, OverPeers | Rank | Awards | RoundTogether)
        }
        return max(found, key=WIDTH.index) if found else None

    def _stacked(self, cells: Cells, shape: tuple[int, int]) -> Stacked:
        number, wanted = cells.number, (len(self.schemes), *shape)
        if number.shape != wanted:
            number = np.broadcast_to(number, wanted)
        return Stacked(number, KNOWN if cells.status is None else cells.status)

    def explain(self) -> pd.DataFrame:
        """How each line of each design is worked out. Columns: design, line, route, why.

        Routes: `shared`, once for all designs; `basis`, as one row of a matrix product; `by_value`, one operation on
        arrays for all designs of the same shape; `peers` and `carried`, by the functions that compare people or walk
        the periods. Lines that nothing asked for needs are not there.
        """
        rows = routes_of(self.schemes, list(zip(*self.roots.values(), strict=True)), self.routes)
        return pd.DataFrame(rows, columns=["design", "line", "route", "why"])


def lower(schemes: Mapping[str, Scheme], asked: Sequence[str] = (PAY,)) -> Plan:
    """One plan for all schemes, by design id; asked for are lines by their id, `score` or `pay`.

    A line that stands on transactions is added up over the period.
    """
    nodes = Nodes()
    roots = {
        name: tuple(nodes.plain(scheme.given.over_period(name)) for scheme in schemes.values())
        for name in asked
    }
    planner = Planner(list(zip(*roots.values(), strict=True)))
    results = {name: planner.part(each) for name, each in roots.items()}
    every = [node for each in roots.values() for node in each]
    credited = any(isinstance(node, Collect | Place) for node in nodes_of(*every))
    program = Program(tuple(planner.steps), results, not credited, not all(map(normal, every)))
    routes = {node: ("by_value", why) for node, why in planner.by_value.items()}
    routes |= {node: ("basis", why) for node, why in planner.basis.items()}
    return Plan(dict(schemes), tuple(asked), roots, program, routes)
