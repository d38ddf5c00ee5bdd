"""Steps written as a tape: which places they take from and write to, places used again where nobody needs them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any, cast

import numpy as np

from policymodel.lowering import operations
from policymodel.lowering.basis import Basis, Row, rows_with_places
from policymodel.lowering.by_value import RULES, constants
from policymodel.lowering.steps import ByShape, Mixed, Part, Step
from policymodel.lowering.tape import Entry, Rule, Tape, View
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


class Recorder:
    """Writes the tape of some steps."""

    def __init__(self, steps: Sequence[Step], results: Mapping[str, Part], strict: bool) -> None:
        self.tape = Tape(strict=strict)
        self.tape.place()
        self._steps = steps
        self._place: dict[int, int] = {}
        self._rows: dict[int, int] = {}
        self._uses = Counter({0: 1})
        self._bottoms: dict[int, None] = {}
        self._free: defaultdict[int, list[int]] = defaultdict(list)
        self._takers = Counter(taken for step in steps for taken in {part.step for part in step.parts})
        self._takers.update(part.step for part in results.values())
        for index, step in enumerate(steps):
            self._record(index, step)
        for name, part in results.items():
            self.tape.results[name] = self._taken(part)
        if self._bottoms:
            rule = partial(operations.all_positive, self.tape, tuple(self._bottoms))
            self.tape.entries.insert(0, (rule, 0, 0, self._new(1)))

    def _record(self, index: int, step: Step) -> None:
        parts = [self._taken(part) for part in step.parts]
        own = {part.step: place for part, place in zip(step.parts, parts, strict=True) if part.pick is None}
        dying = {place for place in own.values() if self._uses[place] == 1 and parts.count(place) == 1}
        place = self._made(index, step, parts, dying)
        self._place[index] = place
        self._uses[place] += self._takers[index]
        for each in {part.step: self._place[part.step] for part in step.parts}.values():
            self._uses[each] -= 1
            self._back(each)
        for part, taken in zip(step.parts, parts, strict=True):
            if part.pick is not None and taken not in self.tape.fixed:
                self._back(taken)

    def _back(self, place: int) -> None:
        if self._uses[place] <= 0 and place in self.tape.buffers:
            self._free[self._rows[place]].append(place)

    def _taken(self, part: Part) -> int:
        """The place of a part, its variants picked."""
        place = self._place[part.step]
        if part.pick is None:
            return place
        if place in self.tape.fixed:
            array = self.tape.fixed[place]
            return place if array.shape[0] == 1 else self._fixed(array[part.pick])
        out = self._buffer(len(part.pick))
        self.tape.entries.append((operations.pick, place, self._fixed(part.pick), out))
        return out

    def _fixed(self, array: Any) -> int:
        place = self.tape.place()
        self.tape.fixed[place] = array
        self._uses[place] = 1
        return place

    def _buffer(self, rows: int) -> int:
        return self._free[rows].pop() if self._free[rows] else self._new(rows)

    def _new(self, rows: int) -> int:
        place = self.tape.place()
        self.tape.buffers[place] = rows
        self._rows[place] = rows
        return place

    def _view(self, of: int, rows: slice, flat: bool = False) -> int:
        view = View(of, rows, flat)
        for place, each in self.tape.views.items():
            if each == view:
                return place
        place = self.tape.place()
        self.tape.views[place] = view
        return place

    def _entry(self, rule: Rule, first: int, second: int, out: int) -> None:
        self.tape.entries.append((rule, first, second, out))

    def _made(self, index: int, step: Step, parts: list[int], dying: set[int]) -> int:
        if isinstance(step, Basis):
            return self._basis(step, parts, dying)
        if isinstance(step, Mixed):
            out = self._buffer(len(step.variants))
            for places, part in zip(step.places, parts, strict=True):
                self._entry(operations.put, part, self._fixed(places), out)
            return out
        node = step.node
        if isinstance(node, Column):
            place = self.tape.place()
            self.tape.columns[place] = index
            self._rows[place] = 1
            return place
        if isinstance(node, Constant):
            return self._fixed(constants(cast(ByShape, step)))
        match node:
            case algebra.Applies():
                return self._fixed(np.ones(SCALAR))
            case algebra.Instead():
                return parts[0]
            case algebra.Sum() if step.sharp and len(parts) > 1:
                return self._general(step, parts)
            case algebra.Sum() | algebra.Product() | algebra.Least() | algebra.Greatest():
                return self._reduced(UFUNCS[type(node)], parts, dying)
            case algebra.Ratio(any_sign=any_sign):
                top, bottom = parts
                if bottom in self.tape.fixed and not operations.usable(self.tape.fixed[bottom], any_sign):
                    return self._general(step, parts)
                if bottom in self.tape.columns and not any_sign:
                    self._bottoms[bottom] = None
                elif bottom not in self.tape.fixed:
                    self._entry(operations.not_zero if any_sign else operations.positive, 0, bottom, bottom)
                return self._two(np.divide, top, bottom, dying)
            case algebra.Slice():
                place, own = parts[0], dying
                if len(parts) == 3:
                    place = self._two(np.minimum, place, parts[2], own)
                    own = own | {place}
                lower = self.tape.fixed.get(parts[1])
                if lower is None or lower.any():
                    place = self._two(np.subtract, place, parts[1], own)
                    own = own | {place}
                return self._two(np.maximum, place, self._fixed(np.zeros(SCALAR)), own)
            case algebra.Round(rounding=rounding) if parts[0] not in self.tape.fixed:
                out = parts[0]
                if out not in dying or out not in self.tape.buffers:
                    out = self._buffer(self._rows_of(parts[0]))
                self._entry(partial(operations.rounded, rounding), parts[0], 0, out)
                return out
            case algebra.Awards(each=None) if parts[0] not in self.tape.fixed:
                out = self._buffer(len(step.variants))
                rule = partial(operations.awarded, self.tape, cast(ByShape, step), tuple(parts))
                self._entry(rule, 0, parts[0], out)
                return out
        return self._general(step, parts)

    def _rows_of(self, place: int) -> int:
        if place in self.tape.fixed:
            return int(self.tape.fixed[place].shape[0])
        return self._rows[place]

    def _reduced(self, rule: np.ufunc, parts: list[int], dying: set[int]) -> int:
        parts = sorted(parts, key=lambda each: (each not in self.tape.fixed, self._rows_of(each)))
        place, own = parts[0], dying
        for following in parts[1:]:
            place = self._two(rule, place, following, own)
            own = own | {place}
        return place

    def _two(self, rule: np.ufunc, first: int, second: int, own: set[int]) -> int:
        """The place of two put together: that of one of them where nobody else needs it."""
        if first in self.tape.fixed and second in self.tape.fixed:
            return self._fixed(rule(self.tape.fixed[first], self.tape.fixed[second]))
        rows = max(self._rows_of(first), self._rows_of(second))
        for each in (first, second):
            if each in own and each in self.tape.buffers and self._rows[each] == rows:
                self._entry(rule, first, second, each)
                return each
        out = self._buffer(rows)
        self._entry(rule, first, second, out)
        return out

    def _general(self, step: Step, parts: list[int]) -> int:
        """By the rule for every tile; the number is looked for where it puts it."""
        step = cast(ByShape, step)
        assert type(step.node) in RULES, f"no step for {type(step.node).__name__}"
        place = self.tape.place()
        self._rows[place] = len(step.variants)
        self._entry(partial(operations.by_rule, self.tape, step, tuple(parts), place), 0, 0, 0)
        return place

    def _basis(self, step: Basis, parts: list[int], dying: set[int]) -> int:
        of = dict(zip(step.atoms, parts, strict=True))
        weights = step.sure
        assert weights is not None
        rows = step.rows[: step.alike + weights.shape[1] - (step.alike > 0)]
        # A place of its own from the beginning: what only a row is made of is written straight into it.
        laid = self._new(len(rows) + (step.alike > 0))
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
            out = self._view(laid, slice(at, at + 1))
            alone = row.word in ("itself", "held") and uses[row.atom] == 1
            if not alone or not self._moved(of[cast(Node, row.atom)], out, dying):
                self._row(row, out, of)
            elif row.word == "held":
                clipped.append((at, at, row.places))
            elif self._unfloored(of[cast(Node, row.atom)], out):
                floored.append((at, at, ()))
        for into, _, _ in _runs(floored):
            self._entry(np.maximum, block := self._view(laid, into), self._fixed(np.zeros(SCALAR)), block)
        for into, _, places in _runs(clipped):
            block = self._view(laid, into)
            self._entry(
                operations.held, block, self._fixed((_stacked(places, 0), _stacked(places, 1))), block
            )
        larger = [(at, follows[at], row.places) for at, row in placed if at in follows]
        for into, source, places in _runs(larger):
            edges = self._fixed(_stacked(places, 2))
            self._entry(np.maximum, self._view(laid, source), edges, self._view(laid, into))
        if step.added is not None:
            first = self._view(laid, slice(0, step.alike), flat=True)
            added = self._view(laid, slice(step.alike, step.alike + 1), flat=True)
            self._entry(np.matmul, self._fixed(step.added), first, added)
        number = self._buffer(len(step.variants))
        flat = self._view(number, slice(None), flat=True)
        self._entry(
            np.matmul, self._fixed(weights), self._view(laid, slice(step.alike, None), flat=True), flat
        )
        if step.sharp:
            whole = self._view(laid, slice(None), flat=True)
            self._entry(partial(operations.dusted, step), whole, self._fixed(weights), flat)
        return number

    def _reads(self, entry: Entry) -> set[int]:
        """The places that an entry reads, the whole of which a view is part."""
        general = (
            entry[0].args[2] if isinstance(entry[0], partial) and entry[0].func is operations.by_rule else ()
        )
        return {self._base(place) for place in (*entry[1:3], *general)}

    def _base(self, place: int) -> int:
        return self.tape.views[place].of if place in self.tape.views else place

    def _moved(self, place: int, out: int, dying: set[int]) -> bool:
        """Whether what stands at a place could be written to another one at once, as nobody else reads it."""
        if place not in dying or place not in self.tape.buffers:
            return False
        at = max(index for index, entry in enumerate(self.tape.entries) if self._base(entry[3]) == place)
        later = self.tape.entries[at + 1 :]
        rule, first, second, wrote = self.tape.entries[at]
        if wrote != place or any(place in self._reads(entry) for entry in later):
            return False
        self.tape.entries[at] = (rule, first, second, out)
        return True

    def _unfloored(self, place: int, out: int) -> bool:
        """Whether what moved from a place to another one was last held above zero: that is left to do for all rows."""
        at = max(index for index, entry in enumerate(self.tape.entries) if entry[3] == out)
        rule, first, second, _ = self.tape.entries[at]
        if rule is not np.maximum or first != place or np.any(self.tape.fixed.get(second, 1.0)):
            return False
        before = max(index for index, entry in enumerate(self.tape.entries[:at]) if entry[3] == place)
        if any(place in self._reads(entry) for entry in self.tape.entries[before + 1 : at]):
            return False
        self.tape.entries[before] = (*self.tape.entries[before][:3], out)
        del self.tape.entries[at]
        return True

    def _row(self, row: Row, out: int, of: Mapping[Node, int]) -> None:
        if row.atom is None:
            self.tape.ones.append(out)
            return
        atom = of[row.atom]
        edges = [self._fixed(np.full(SCALAR, each)) for each in row.places]
        zero = self._fixed(np.zeros(SCALAR))
        match row.word:
            case "itself":
                self._entry(operations.copy, atom, atom, out)
            case "held":
                self._entry(operations.held, atom, self._fixed(row.places), out)
            case "larger":
                self._entry(np.minimum, atom, edges[1], out)
                self._entry(np.maximum, out, edges[2], out)
            case "below" | "above":
                self._entry(np.subtract, atom, edges[0], out)
                self._entry(np.minimum if row.word == "below" else np.maximum, out, zero, out)
            case _:
                width = NEAR * max(abs(row.places[0]), 1.0)
                upper = row.word == "upper"
                edge = self._fixed(np.full(SCALAR, row.places[0] + (-width if upper else width)))
                self._entry(operations.at_least if upper else operations.beyond, atom, edge, out)


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
