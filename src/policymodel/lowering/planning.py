"""From the expressions of several designs to one list of steps: what is equal once, what has one shape in one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from policymodel.lowering.basis import Basis, Weights, basis_of, laid
from policymodel.lowering.canonical import shape_of
from policymodel.lowering.forms import Form, Forms
from policymodel.lowering.steps import ByShape, Mixed, Part, Step
from policymodel.scheme.algebra import (
    Accumulate,
    Applies,
    Awards,
    Carry,
    Collect,
    Column,
    Constant,
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
    Round,
    Slice,
    Sum,
    Unknown,
    Where,
    nodes_of,
    parts_of,
)

ROWS = 90
"""More rows of its own than this, and an expression is cheaper by value."""
WORTH = 3
"""A basis takes the place of at least so many operations by value."""
WITHOUT_NUMBERS = (
    *(Applies, Collect, Column, Greatest, Instead, Least, OverTeam, Place, Power, Previous, Product),
    *(Rank, Ratio, Reached, Round, Slice, Sum, Unknown, Where),
)
"""Kinds of node in which no design writes a number, though there may be some below."""
WORST = (Sum, Product, Ratio, Least, Greatest, Slice, Reached, Power, Matrix)
"""Kinds of node after which a true zero is a measured number like any other."""


class Planner:
    """Lays steps, each after those it takes from."""

    def __init__(self, designs: Sequence[Sequence[Node]]) -> None:
        self.steps: list[Step] = []
        self.basis: dict[Node, str] = {}
        self.by_value: dict[Node, str] = {}
        self._sharp = sharp_of([node for roots in designs for node in roots])
        self._laid: dict[tuple[Node, ...], int] = {}
        self._designs = len(designs)
        self._owners = Counter(node for roots in designs for node in nodes_of(*roots))
        self._free: dict[Node, bool] = {}
        self._positive: dict[Node, bool] = {}
        self._forms = Forms(self._common)

    def _common(self, node: Node) -> bool:
        """Whether a node is worth a row: no design has a number in it, or a quarter of all designs have the same."""
        owners = self._owners[node]
        return owners == self._designs or owners >= max(2, self._designs / 4) or self._without_numbers(node)

    def _without_numbers(self, node: Node) -> bool:
        for each in nodes_of(node):
            if each not in self._free:
                below = all(self._free[part] for part in parts_of(each))
                self._free[each] = below and isinstance(each, WITHOUT_NUMBERS)
        return self._free[node]

    def _never_below_zero(self, node: Node) -> bool:
        for each in nodes_of(node) if node not in self._positive else ():
            if each not in self._positive:
                self._positive[each] = _positive(each, [self._positive[part] for part in parts_of(each)])
        return self._positive[node]

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
        whole = self._whole(variants)
        if whole is not None:
            return whole
        groups: dict[tuple[object, ...], list[int]] = {}
        for index, node in enumerate(variants):
            groups.setdefault(shape_of(node), []).append(index)
        if len(groups) > 1:
            places: tuple[NDArray[np.int64], ...] = tuple(
                np.array(group, dtype=np.int64) for group in groups.values()
            )
            parts = tuple(self.part([variants[index] for index in group]) for group in groups.values())
            return Mixed(variants, parts, places=places)
        # Where nothing is below zero nothing cancels.
        cancels = not all(self._never_below_zero(part) for node in variants for part in parts_of(node))
        sharp = cancels and any(node in self._sharp for node in variants)
        below = list(zip(*(parts_of(node) for node in variants), strict=True))
        if isinstance(variants[0], Sum):
            below = self._gathered(below, variants[0].skip_not_applicable)
        if isinstance(variants[0], Product):
            below = self._weighted(below)
        return ByShape(variants, tuple(self.part(nodes) for nodes in below), sharp)

    def _whole(self, variants: tuple[Node, ...]) -> Basis | None:
        """The variants as rows and weights, where all of them have a form and it is worth it."""
        found = self._weighed(variants)
        if found is None:
            return None
        forms, weights, atoms = found
        for node in {node for form in forms for node in form.taken}:
            self.basis[node] = f"weights on {len(weights)} rows: one matrix product for all designs"
        step = laid(variants, forms, weights, atoms)
        sharp = any(node in self._sharp for node in variants)
        return replace(step, parts=tuple(self.part([atom]) for atom in atoms), sharp=sharp)

    def _weighed(self, variants: tuple[Node, ...]) -> tuple[list[Form], Weights, tuple[Node, ...]] | None:
        if not all(map(normal, variants)):
            return None
        forms = [form for form in map(self._forms.opened, variants) if form is not None]
        if len(forms) < len(variants) or max(_worth(form) for form in forms) < WORTH:
            return None
        weights, atoms = basis_of(variants, forms)
        own = sum(1 for row in weights.values() if len(variants) > 1 and (row != row[0]).any())
        if own > ROWS:
            for node in variants:
                self.by_value[node] = f"{own} rows of their own would be more than {ROWS}"
            return None
        return forms, weights, atoms

    def _weighted(self, below: list[tuple[Node, ...]]) -> list[tuple[Node, ...]]:
        """The factors, those that are numbers put into the weights of the first that has a form."""
        numbers = [nodes for nodes in below if all(isinstance(node, Constant) for node in nodes)]
        others = [nodes for nodes in below if nodes not in numbers]
        for place, nodes in enumerate(others if numbers else ()):
            if self._weighed(tuple(dict.fromkeys(nodes))) is not None:
                scaled = tuple(Product(factors) for factors in zip(nodes, *numbers, strict=True))
                return [*others[:place], scaled, *others[place + 1 :]]
        return below

    def _gathered(self, below: list[tuple[Node, ...]], skip: bool) -> list[tuple[Node, ...]]:
        """The addends, those that have a form as one sum in place of the first of them."""
        formed = [place for place, nodes in enumerate(below) if all(map(self._forms.of, nodes))]
        while len(formed) > 1:
            sums = [Sum(tuple(below[place][i] for place in formed), skip) for i in range(len(below[0]))]
            if self._weighed(tuple(dict.fromkeys(sums))) is not None:
                rest = [nodes for place, nodes in enumerate(below) if place not in formed]
                return [tuple(sums), *rest]
            widest = max(formed, key=lambda place: len(basis_of((), self._all_forms(below[place]))[0]))
            if (
                len(self._all_forms(below[widest])) == 0
                or len(basis_of((), self._all_forms(below[widest]))[0]) <= ROWS
            ):
                break
            formed.remove(widest)
        return below

    def _all_forms(self, nodes: Sequence[Node]) -> list[Form]:
        return [form for form in map(self._forms.of, dict.fromkeys(nodes)) if form is not None]


def normal(node: Node) -> bool:
    """Whether its status tells a true zero from a measured number no more, as that of a row does."""
    return isinstance(node, WORST) or (isinstance(node, Piecewise | Round) and normal(node.of))


def _positive(node: Node, parts: Sequence[bool]) -> bool:
    """Whether a number is never below zero, as far as its parts tell."""
    match node:
        case Constant(value):
            return value >= 0
        case Applies() | Reached() | Slice():
            return True
        case Greatest():
            return any(parts)
        case Sum() | Product() | Least() | Instead() | Round():
            return all(parts)
        case Ratio(any_sign=any_sign):
            return parts[0] and not any_sign
    return False


def _worth(form: Form) -> int:
    """How many operations by value a form saves."""
    return sum(
        len(node.pieces) if isinstance(node, Piecewise) else max(len(parts_of(node)) - 1, 1)
        for node in form.taken
    )


def sharp_of(roots: Sequence[Node]) -> set[Node]:
    """What is shown, and all below something that asks whether a number is exactly zero, or exactly that of another."""
    asked: list[Node] = []
    for node in nodes_of(*roots):
        match node:
            case Ratio(bottom=bottom):
                asked.append(bottom)
            case Where(condition=condition):
                asked.append(condition)
            case Reached() | Power() | Carry() | Accumulate() | OverPeers() | Rank() | Awards():
                asked.extend(parts_of(node))
    return {*nodes_of(*asked), *map(_inside, roots)}


def _inside(root: Node) -> Node:
    """What a line that is asked for is made of."""
    return _inside(root.of) if isinstance(root, Line) else root
