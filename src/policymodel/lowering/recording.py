"""Steps written as a tape: what each takes from which places, and writes to which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import cast

import numpy as np

from policymodel.lowering import operations
from policymodel.lowering.basis import Basis, Row, rows_with_places
from policymodel.lowering.by_value import RULES, constants
from policymodel.lowering.places import Places
from policymodel.lowering.steps import ByShape, Mixed, Part, Step
from policymodel.scheme import algebra
from policymodel.scheme.algebra import Column, Constant, Node
from policymodel.scheme.evaluation.values import NEAR, Numbers

UFUNCS: Mapping[type[Node], np.ufunc] = {
    algebra.Sum: np.add,
    algebra.Product: np.multiply,
    algebra.Least: np.minimum,
    algebra.Greatest: np.maximum,
}
SCALAR = (1, 1, 1)


class Recorder(Places):
    """Writes the tape of some steps."""

    def __init__(self, steps: Sequence[Step], results: Mapping[str, Part], strict: bool) -> None:
        super().__init__(strict)
        self._steps = steps
        self._place: dict[int, int] = {}
        self._bottoms: dict[int, None] = {}
        self._takers = Counter(taken for step in steps for taken in {part.step for part in step.parts})
        self._takers.update(part.step for part in results.values())
        for index, step in enumerate(steps):
            self._record(index, step)
        for name, part in results.items():
            self.tape.results[name] = self._taken(part)
        if self._bottoms:
            rule = partial(operations.all_positive, self.tape, tuple(self._bottoms))
            self.tape.entries.insert(0, (rule, 0, 0, self.new(1)))

    def _record(self, index: int, step: Step) -> None:
        parts = [self._taken(part) for part in step.parts]
        own = {part.step: place for part, place in zip(step.parts, parts, strict=True) if part.pick is None}
        dying = {place for place in own.values() if self.uses[place] == 1 and parts.count(place) == 1}
        place = self._made(index, step, parts, dying)
        self._place[index] = place
        self.uses[place] += self._takers[index]
        for each in {part.step: self._place[part.step] for part in step.parts}.values():
            self.uses[each] -= 1
            self.back(each)
        for part, taken in zip(step.parts, parts, strict=True):
            if part.pick is not None and taken not in self.tape.fixed:
                self.back(taken)

    def _taken(self, part: Part) -> int:
        """The place of a part, its variants picked."""
        place = self._place[part.step]
        if part.pick is None:
            return place
        if place in self.tape.fixed:
            array = self.tape.fixed[place]
            return place if array.shape[0] == 1 else self.fixed(array[part.pick])
        out = self.buffer(len(part.pick))
        self.tape.entries.append((operations.pick, place, self.fixed(part.pick), out))
        return out

    def _made(self, index: int, step: Step, parts: list[int], dying: set[int]) -> int:
        if isinstance(step, Basis):
            return self._basis(step, parts, dying)
        if isinstance(step, Mixed):
            out = self.buffer(len(step.variants))
            for places, part in zip(step.places, parts, strict=True):
                self.entry(operations.put, part, self.fixed(places), out)
            return out
        node = step.node
        if isinstance(node, Column):
            place = self.tape.place()
            self.tape.columns[place] = index
            self._rows[place] = 1
            return place
        if isinstance(node, Constant):
            return self.fixed(constants(cast(ByShape, step)))
        match node:
            case algebra.Applies():
                return self.fixed(np.ones(SCALAR))
            case algebra.Instead():
                return parts[0]
            case algebra.Sum() if step.sharp and len(parts) > 1:
                return self._general(step, parts)
            case algebra.Sum() | algebra.Product() | algebra.Least() | algebra.Greatest():
                return self.reduced(UFUNCS[type(node)], parts, dying)
            case algebra.Ratio(any_sign=any_sign):
                top, bottom = parts
                if bottom in self.tape.fixed and not operations.usable(self.tape.fixed[bottom], any_sign):
                    return self._general(step, parts)
                if bottom in self.tape.columns and not any_sign:
                    self._bottoms[bottom] = None
                elif bottom not in self.tape.fixed:
                    self.entry(operations.not_zero if any_sign else operations.positive, 0, bottom, bottom)
                return self.two(np.divide, top, bottom, dying)
            case algebra.Slice():
                place, own = parts[0], dying
                if len(parts) == 3:
                    place = self.two(np.minimum, place, parts[2], own)
                    own = own | {place}
                lower = self.tape.fixed.get(parts[1])
                if lower is None or lower.any():
                    place = self.two(np.subtract, place, parts[1], own)
                    own = own | {place}
                return self.two(np.maximum, place, self.fixed(np.zeros(SCALAR)), own)
            case algebra.Round(rounding=rounding) if parts[0] not in self.tape.fixed:
                out = parts[0]
                if out not in dying or out not in self.tape.buffers:
                    out = self.buffer(self.rows_of(parts[0]))
                self.entry(partial(operations.rounded, rounding), parts[0], 0, out)
                return out
            case algebra.Awards(each=None) if parts[0] not in self.tape.fixed:
                out = self.buffer(len(step.variants))
                rule = partial(operations.awarded, self.tape, cast(ByShape, step), tuple(parts))
                self.entry(rule, 0, parts[0], out)
                return out
        return self._general(step, parts)

    def _general(self, step: Step, parts: list[int]) -> int:
        """By the rule for every tile; the number is looked for where it puts it."""
        step = cast(ByShape, step)
        assert type(step.node) in RULES, f"no step for {type(step.node).__name__}"
        place = self.tape.place()
        self._rows[place] = len(step.variants)
        self.entry(partial(operations.by_rule, self.tape, step, tuple(parts), place), 0, 0, 0)
        return place

    def _basis(self, step: Basis, parts: list[int], dying: set[int]) -> int:
        of = dict(zip(step.atoms, parts, strict=True))
        weights = step.sure
        assert weights is not None
        rows = step.rows[: step.alike + weights.shape[1] - (step.alike > 0)]
        # A place of its own from the beginning: what only a row is made of is written straight into it.
        laid = self.new(len(rows) + (step.alike > 0))
        placed = list(rows_with_places(rows, step.alike))
        held = {(row.guard, row.atom): at for at, row in placed if row.word == "held"}
        follows = {
            at: held[key]
            for at, row in placed
            if row.word == "larger" and (key := (row.guard, row.atom)) in held
        }
        uses = Counter(row.atom for at, row in placed if at not in follows)
        clipped: list[tuple[int, int, tuple[float, ...]]] = []
        floored: list[tuple[int, int, tuple[float, ...]]] = []
        for at, row in placed:
            if at in follows:
                continue
            out = self.view(laid, slice(at, at + 1))
            alone = row.word in ("itself", "held") and uses[row.atom] == 1
            if not alone or not self.moved(of[cast(Node, row.atom)], out, dying):
                self._row(row, out, of)
            elif row.word == "held":
                clipped.append((at, at, row.places))
            elif self.unfloored(of[cast(Node, row.atom)], out):
                floored.append((at, at, ()))
        for into, _, _ in _runs(floored):
            self.entry(np.maximum, block := self.view(laid, into), self.fixed(np.zeros(SCALAR)), block)
        for into, _, places in _runs(clipped):
            block = self.view(laid, into)
            self.entry(operations.held, block, self.fixed((_stacked(places, 0), _stacked(places, 1))), block)
        larger = [(at, follows[at], row.places) for at, row in placed if at in follows]
        for into, source, places in _runs(larger):
            edges = self.fixed(_stacked(places, 2))
            self.entry(np.maximum, self.view(laid, source), edges, self.view(laid, into))
        if step.added is not None:
            first = self.view(laid, slice(0, step.alike), flat=True)
            added = self.view(laid, slice(step.alike, step.alike + 1), flat=True)
            self.entry(np.matmul, self.fixed(step.added), first, added)
        number = self.buffer(len(step.variants))
        flat = self.view(number, slice(None), flat=True)
        self.entry(np.matmul, self.fixed(weights), self.view(laid, slice(step.alike, None), flat=True), flat)
        if step.sharp:
            whole = self.view(laid, slice(None), flat=True)
            self.entry(partial(operations.dusted, step), whole, self.fixed(weights), flat)
        return number

    def _row(self, row: Row, out: int, of: Mapping[Node, int]) -> None:
        if row.atom is None:
            self.tape.ones.append(out)
            return
        atom = of[row.atom]
        edges = [self.fixed(np.full(SCALAR, each)) for each in row.places]
        zero = self.fixed(np.zeros(SCALAR))
        match row.word:
            case "itself":
                self.entry(operations.copy, atom, atom, out)
            case "held":
                self.entry(operations.held, atom, self.fixed(row.places), out)
            case "larger":
                self.entry(np.minimum, atom, edges[1], out)
                self.entry(np.maximum, out, edges[2], out)
            case "below" | "above":
                self.entry(np.subtract, atom, edges[0], out)
                self.entry(np.minimum if row.word == "below" else np.maximum, out, zero, out)
            case _:
                width = NEAR * max(abs(row.places[0]), 1.0)
                upper = row.word == "upper"
                edge = self.fixed(np.full(SCALAR, row.places[0] + (-width if upper else width)))
                self.entry(operations.at_least if upper else operations.beyond, atom, edge, out)


def _runs(
    rows: Sequence[tuple[int, int, tuple[float, ...]]],
) -> Iterator[tuple[slice, slice, list[tuple[float, ...]]]]:
    """Rows of which both where they lie and what they are made of lie beside each other, with all their places.

    >>> list(_runs([(5, 0, (1.0,)), (6, 1, (2.0,)), (7, 0, (3.0,))]))
    [(slice(5, 7, None), slice(0, 2, None), [(1.0,), (2.0,)]), (slice(7, 8, None), slice(0, 1, None), [(3.0,)])]
    """
    for _, run in groupby(enumerate(rows), lambda each: (each[1][0] - each[0], each[1][1] - each[0])):
        into, source, places = zip(*(row for _, row in run), strict=True)
        yield slice(into[0], into[-1] + 1), slice(source[0], source[-1] + 1), list(places)


def _stacked(places: Sequence[tuple[float, ...]], which: int) -> Numbers:
    """One place of each row, to hold against rows [row, period, cell]; a single one where all have the same."""
    edges = [each[which] for each in places]
    return np.array(edges[:1] if len(set(edges)) == 1 else edges).reshape(-1, 1, 1)
