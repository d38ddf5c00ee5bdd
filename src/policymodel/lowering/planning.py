"""From the expressions of several designs to one list of steps: what is equal once, what has one shape in one step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policymodel.lowering.canonical import shape_of
from policymodel.lowering.steps import ByShape, Mixed, Part, Step
from policymodel.scheme.algebra import (
    Accumulate,
    Awards,
    Carry,
    Node,
    OverPeers,
    Power,
    Rank,
    Ratio,
    Reached,
    Where,
    nodes_of,
    parts_of,
)


class Planner:
    """Lays steps, each after those it takes from."""

    def __init__(self, roots: Sequence[Node]) -> None:
        self.steps: list[Step] = []
        self.sharp = sharp_of(roots)
        self._laid: dict[tuple[Node, ...], int] = {}

    def part(self, nodes: Sequence[Node]) -> Part:
        """What gives one node for each of several variants; equal ones are worked out once."""
        distinct = tuple(dict.fromkeys(nodes))
        step = self._step(distinct)
        if len(distinct) == 1 or distinct == tuple(nodes):
            return Part(step, None)
        place = {node: index for index, node in enumerate(distinct)}
        return Part(step, np.array([place[node] for node in nodes], dtype=np.int64))

    def _step(self, variants: tuple[Node, ...]) -> int:
        if variants not in self._laid:
            made = self._made(variants)
            self.steps.append(made)
            self._laid[variants] = len(self.steps) - 1
        return self._laid[variants]

    def _made(self, variants: tuple[Node, ...]) -> Step:
        groups: dict[tuple[object, ...], list[int]] = {}
        for index, node in enumerate(variants):
            groups.setdefault(shape_of(node), []).append(index)
        if len(groups) > 1:
            places: tuple[NDArray[np.int64], ...] = tuple(
                np.array(group, dtype=np.int64) for group in groups.values()
            )
            parts = tuple(self.part([variants[index] for index in group]) for group in groups.values())
            # A part whose variants are all equal stands for each of its places.
            return Mixed(variants, parts, places=places)
        below = zip(*(parts_of(node) for node in variants), strict=True)
        sharp = any(node in self.sharp for node in variants)
        return ByShape(variants, tuple(self.part(nodes) for nodes in below), sharp)


def sharp_of(roots: Sequence[Node]) -> set[Node]:
    """All nodes below something that asks whether a number is exactly zero, or exactly that of another."""
    asked: list[Node] = []
    for node in nodes_of(*roots):
        match node:
            case Ratio(bottom=bottom):
                asked.append(bottom)
            case Where(condition=condition):
                asked.append(condition)
            case Reached() | Power() | Carry() | Accumulate() | OverPeers() | Rank() | Awards():
                asked.extend(parts_of(node))
    return set(nodes_of(*asked))
