"""Expressions as sums of bent functions of facts that no design touches: what lowers to rows of a basis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from policymodel.lowering.bends import Bends, Jump, line, pieces
from policymodel.scheme.algebra import (
    Constant,
    Greatest,
    Instead,
    Least,
    Node,
    Piecewise,
    Product,
    Ratio,
    Reached,
    Slice,
    Sum,
    nodes_of,
)

Stand = frozenset["Leaf"]
"""What a status is the worst of."""


@dataclass(frozen=True)
class Leaf:
    """The status of an atom; or, of what stands below it, with a rule for what does not apply or is missing.

    Rules: `skip`, what does not apply counts as measured; `zero` and `not_applicable`, what is missing becomes that.
    """

    atom: Node | None
    of: Stand = frozenset()
    rule: str = ""


Guard = frozenset[Stand]
"""All of these must have a number, or else the term is zero."""
ALWAYS: Guard = frozenset()
Place = tuple[Guard, Node]


@dataclass(frozen=True)
class Form:
    """The sum of: bent functions of atoms, heights of jumps of atoms, and numbers, each under its guard."""

    bends: Mapping[Place, Bends] = field(default_factory=dict)
    jumps: Mapping[tuple[Place, float, str], float] = field(default_factory=dict)
    numbers: Mapping[Guard, float] = field(default_factory=dict)
    stand: Stand = frozenset()
    taken: frozenset[Node] = frozenset()
    """The nodes that went into it: what it saves to work out by value."""

    @property
    def number(self) -> float | None:
        """The number that it is, if it is one."""
        if self.bends or self.jumps or self.stand:
            return None
        return self.numbers.get(ALWAYS, 0.0)

    def of_one(self) -> tuple[Node, Bends] | None:
        """The atom and the function, where it is a continuous function of one."""
        if self.jumps or len(self.bends) != 1 or not set(self.numbers) <= {ALWAYS}:
            return None
        ((guard, atom), bends), *_ = self.bends.items()
        if guard:
            return None
        return atom, bends.plus(line(0.0, self.numbers.get(ALWAYS, 0.0)))

    def itself(self) -> Node | None:
        """The atom, where it is nothing but one."""
        found = self.of_one()
        return found[0] if found is not None and found[1] == line(1.0, 0.0) else None

    def plus(self, other: Form) -> Form:
        """The sum of both."""
        bends = dict(self.bends)
        for place, each in other.bends.items():
            bends[place] = bends[place].plus(each) if place in bends else each
        return Form(
            bends,
            _added(self.jumps, other.jumps),
            _added(self.numbers, other.numbers),
            self.stand | other.stand,
            self.taken | other.taken,
        )

    def scaled(self, factor: float) -> Form:
        """Times a number."""
        return Form(
            {place: each.scaled(factor) for place, each in self.bends.items()},
            {jump: height * factor for jump, height in self.jumps.items()},
            {guard: number * factor for guard, number in self.numbers.items()},
            self.stand,
            self.taken,
        )

    def under(self, rule: str) -> Form:
        """Each term zero where the whole has no number, and the status by a rule."""
        if not self.stand:
            return self
        both = frozenset({self.stand})
        return Form(
            {(guard | both, atom): each for (guard, atom), each in self.bends.items()},
            {
                ((guard | both, atom), where, edge): each
                for ((guard, atom), where, edge), each in self.jumps.items()
            },
            {guard | both: number for guard, number in self.numbers.items()},
            frozenset({Leaf(None, self.stand, rule)}),
            self.taken,
        )

    def taking(self, node: Node) -> Form:
        """The same, with one more node that went into it."""
        return Form(self.bends, self.jumps, self.numbers, self.stand, self.taken | {node})


def _added(first: Mapping, second: Mapping) -> dict:  # type: ignore[type-arg]
    found = dict(first)
    for key, each in second.items():
        found[key] = found.get(key, 0.0) + each
    return found


def of_atom(node: Node) -> Form:
    """What is taken as it comes."""
    return Form({(ALWAYS, node): line(1.0, 0.0)}, stand=frozenset({Leaf(node)}))


class Forms:
    """Finds the form of a node, or that it has none.

    `common` says of a node whether it is worth a row of its own: it has no number of a design in it, or most have it.
    """

    def __init__(self, common: Callable[[Node], bool]) -> None:
        self._common = common
        self._known: dict[Node, Form | None] = {}

    def of(self, node: Node) -> Form | None:
        """The form of a node; None where it depends on a design in another way."""
        for each in nodes_of(node) if node not in self._known else ():
            if each not in self._known:
                found = self._opened(each)
                if found is None and self._common(each):
                    found = of_atom(each)
                self._known[each] = found
        return self._known[node]

    def opened(self, node: Node) -> Form | None:
        """The form of a node that is not taken as it comes."""
        found = self.of(node)
        return None if found is None or found.itself() == node else found

    def _opened(self, node: Node) -> Form | None:
        match node:
            case Constant(value):
                return Form(numbers={ALWAYS: float(value)})
            case Sum(parts=parts, skip_not_applicable=skip):
                found = [self._known[each] for each in parts]
                known = [each for each in found if each is not None]
                if len(known) < len(found):
                    return None
                return total([each.under("skip") if skip else each for each in known]).taking(node)
            case Product(parts=parts):
                return self._product(node, [self._known[each] for each in parts])
            case Ratio(any_sign=any_sign):
                top, bottom = self._known[node.top], self._known[node.bottom]
                divisor = None if bottom is None else bottom.number
                if top is None or top.number is not None or divisor is None:
                    return None
                if divisor > 0 or (any_sign and divisor):
                    return top.scaled(1.0 / divisor).taking(node)
                return None
            case Instead(when_missing=rule):
                of = self._known[node.of]
                return None if of is None or not of.stand else of.under(rule).taking(node)
            case Least() | Greatest() | Slice() | Piecewise() | Reached():
                bent = self._bent(node)
                return None if bent is None else bent.taking(node)
        return None

    def _product(self, node: Node, factors: Sequence[Form | None]) -> Form | None:
        by = 1.0
        rest: list[Form] = []
        for each in factors:
            if each is None:
                return None
            if each.number is None:
                rest.append(each)
            else:
                by *= each.number
        if len(rest) > 1:
            return None
        return rest[0].scaled(by).taking(node) if rest else Form(numbers={ALWAYS: by})

    def _bent(self, node: Least | Greatest | Slice | Piecewise | Reached) -> Form | None:
        if isinstance(node, Least | Greatest):
            return self._bounded(node)
        inner = self._known[node.of]
        one = None if inner is None else inner.of_one()
        if inner is None or one is None:
            return None
        atom, bends = one
        if isinstance(node, Slice):
            lower, upper = self._number(node.lower), self._number(node.upper)
            if lower is None or (node.upper is not None and upper is None):
                return None
            found = bends.plus(line(0.0, -lower)).at_least(0.0)
            if upper is not None:
                found = found.at_most(max(upper - lower, 0.0))
            return Form({(ALWAYS, atom): found}, stand=inner.stand, taken=inner.taken)
        if isinstance(node, Piecewise):
            curve, jumps = _curve(node)
            if jumps and inner.itself() is None:
                return None
            heights = {((ALWAYS, atom), each.place, each.edge): each.height for each in jumps}
            return Form({(ALWAYS, atom): bends.into(curve)}, heights, stand=inner.stand, taken=inner.taken)
        threshold = self._number(node.threshold)
        if threshold is None or inner.itself() is None:
            return None
        rises = node.comparison in ("at_least", "above")
        edge = "upper" if node.comparison in ("at_least", "below") else "lower"
        return Form(
            {},
            {((ALWAYS, atom), threshold, edge): 1.0 if rises else -1.0},
            {ALWAYS: 0.0 if rises else 1.0},
            inner.stand,
            inner.taken,
        )

    def _bounded(self, node: Least | Greatest) -> Form | None:
        for one, other in ((node.first, node.second), (node.second, node.first)):
            bound, of = self._number(other), self._known[one]
            single = None if of is None else of.of_one()
            if bound is not None and of is not None and single is not None:
                atom, bends = single
                found = bends.at_most(bound) if isinstance(node, Least) else bends.at_least(bound)
                return Form({(ALWAYS, atom): found}, stand=of.stand, taken=of.taken)
        return None

    def _number(self, node: Node | None) -> float | None:
        found = None if node is None else self._known[node]
        return None if found is None else found.number


def _curve(node: Piecewise) -> tuple[Bends, tuple[Jump, ...]]:
    starts = [float(each.start) for each in node.pieces[1:] if each.start is not None]
    levels, slopes, origins = (
        [float(getattr(each, name)) for each in node.pieces] for name in ("level", "slope", "origin")
    )
    return pieces(starts, levels, slopes, origins, node.edge)


def total(forms: Sequence[Form]) -> Form:
    """The sum of several."""
    found = Form()
    for each in forms:
        found = found.plus(each)
    return found
