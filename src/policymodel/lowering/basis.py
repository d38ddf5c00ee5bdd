"""Rows that all designs share, and one matrix of what each design gives for them: the product is every design.

A function with the knots k1 < … < kn of all designs is a number, and slopes on: the atom held between k1 and kn; the
larger of that and each knot in between; how far the atom lies below k1, and above kn. Held between its knots a row is
never large where a design's function is flat, so nothing large cancels.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.lowering.bends import Bends
from policymodel.lowering.cells import Cells
from policymodel.lowering.forms import ALWAYS, Form, Guard, Leaf, Place, Stand
from policymodel.lowering.steps import Step, Tile
from policymodel.scheme.algebra import Node
from policymodel.scheme.evaluation.values import DUST, MISSING, NEAR, RANK, Numbers, Statuses, worst


@dataclass(frozen=True)
class Row:
    """One row: what is done to an atom, at which places, and what must have a number.

    Words: `itself`, `held` between two places, the `larger` of what is held and a place, how far `below` or `above` a
    place, 1 where it has reached it (`upper`, or beyond it: `lower`), and `one`.
    """

    word: str
    guard: Guard
    atom: Node | None = None
    places: tuple[float, ...] = ()


Weights = dict[Row, Numbers]


@dataclass(frozen=True, eq=False)
class Basis(Step):
    """Rows, of which the first `alike` are weighed the same by all variants and added up first.

    `parts` are the atoms in the order of `atoms`. `sure` are the weights [variant, row] where everything has a number:
    the rows behind the last of them, which say that something has one, are left out.
    """

    atoms: tuple[Node, ...] = ()
    rows: tuple[Row, ...] = ()
    alike: int = 0
    added: Numbers | None = None
    weights: Numbers | None = None
    sure: Numbers | None = None
    stands: tuple[Stand, ...] = ()

    @cached_property
    def _bounds(self) -> tuple[float, list[tuple[slice, float]]]:
        """What the sizes of a variant's terms in bounded rows can add up to; where the others stand, and their weights.

        The weights of rows that stand beside each other count by the root of all their squares.
        """
        assert self.weights is not None
        weights = np.abs(self.weights)
        bounded = np.zeros(len(self.variants))
        others: dict[bool, list[tuple[int, Numbers]]] = {True: [], False: []}
        for at, row in rows_with_places(self.rows, self.alike):
            same = at < self.alike
            if same:
                assert self.added is not None
                weight = np.abs(self.added[0, at]) * weights[:, 0]
            else:
                weight = weights[:, at - self.alike]
            if row.word in ("itself", "below", "above"):
                others[same].append((at, weight))
            else:
                inner = row.word in ("held", "larger")
                bounded += weight * (max(map(abs, row.places)) if inner else 1.0)
        return float(bounded.max()), [
            (
                slice(found[0][0], found[-1][0] + 1),
                float(np.sqrt(sum(weight**2 for _, weight in found)).max()),
            )
            for found in others.values()
            if found
        ]

    def most(self, flat: Numbers) -> float:
        """More than the sizes of a variant's terms can add up to."""
        most, others = self._bounds
        for at, weight in others:
            block = flat[at].reshape(-1)
            most += weight * math.sqrt(block @ block)
        return most


def weights_of(forms: Sequence[Form]) -> Weights:
    """What each form gives for each row of all of them together, [variant]."""
    found: Weights = {}

    def add(row: Row, variant: int, weight: float) -> None:
        if weight:
            found.setdefault(row, np.zeros(len(forms)))[variant] += weight

    for place in dict.fromkeys(place for form in forms for place in form.bends):
        bends = {index: form.bends[place] for index, form in enumerate(forms) if place in form.bends}
        for index, row, weight in _bent(place, bends):
            add(row, index, weight)
    for index, form in enumerate(forms):
        for ((guard, atom), where, edge), height in form.jumps.items():
            add(Row(edge, guard, atom, (where,)), index, height)
        for guard, number in form.numbers.items():
            add(Row("one", guard), index, number)
    return found


def _bent(place: Place, bends: Mapping[int, Bends]) -> Iterator[tuple[int, Row, float]]:
    """The rows of one atom under one guard, with each variant's weights."""
    guard, atom = place
    knots = sorted({knot for each in bends.values() if not each.straight for knot in each.knots})
    if not knots:
        for index, each in bends.items():
            yield index, Row("itself", guard, atom), each.before
            yield index, Row("one", guard), each.at(0.0)
        return
    first, last = knots[0], knots[-1]
    held = Row("held", guard, atom, (first, last))
    for index, each in bends.items():
        values = [each.at(knot) for knot in knots]
        yield index, Row("below", guard, atom, (first,)), each.before
        yield index, Row("above", guard, atom, (last,)), each.after
        slopes = [(values[i + 1] - values[i]) / (knots[i + 1] - knots[i]) for i in range(len(knots) - 1)]
        yield index, Row("one", guard), values[0] - (slopes[0] * first if slopes else 0.0)
        if slopes:
            yield index, held, slopes[0]
        for i in range(1, len(slopes)):
            bend = slopes[i] - slopes[i - 1]
            if abs(bend) > 1e-15 * max(abs(slopes[i]), abs(slopes[i - 1])):
                yield index, Row("larger", guard, atom, (first, last, knots[i])), bend
                yield index, Row("one", guard), -bend * knots[i]


def basis_of(variants: tuple[Node, ...], forms: Sequence[Form]) -> tuple[Weights, tuple[Node, ...]]:
    """The rows and the atoms of some variants, those only that somebody weighs or whose status counts."""
    weights = weights_of(forms)
    atoms = dict.fromkeys(row.atom for row in weights if row.atom is not None)
    for stand in dict.fromkeys(form.stand for form in forms):
        atoms.update(dict.fromkeys(sorted_atoms(stand)))
    for row in weights:
        for stand in row.guard:
            atoms.update(dict.fromkeys(sorted_atoms(stand)))
    return weights, tuple(atoms)


def sorted_atoms(stand: Stand) -> list[Node]:
    """Every atom whose status counts."""
    found: list[Node] = []
    for leaf in stand:
        found += [leaf.atom] if leaf.atom is not None else sorted_atoms(leaf.of)
    return found


def laid(variants: tuple[Node, ...], forms: Sequence[Form], weights: Weights, atoms: Sequence[Node]) -> Basis:
    """The step, without its parts."""
    guarded = [row for row in weights if row.word == "one" and row.guard != ALWAYS]
    plain = [row for row in weights if row.word != "one"]
    same = [row for row in plain if len(variants) > 1 and (weights[row] == weights[row][0]).all()]
    if len(same) < 2:
        same = []
    alike = set(same)
    same = _beside(same)
    differing = _beside([row for row in plain if row not in alike])
    one = Row("one", ALWAYS)
    nothing = np.zeros(len(variants))
    both = [*differing, one, *guarded]
    columns = [weights.get(row, nothing) for row in both]
    if same:
        columns.insert(0, np.ones(len(variants)))
    matrix = np.stack(columns, axis=1)
    sure = matrix[:, : len(matrix[0]) - len(guarded)].copy()
    sure[:, -1] += sum((weights[row] for row in guarded), nothing)
    return Basis(
        variants,
        (),
        atoms=tuple(atoms),
        rows=(*same, *both),
        alike=len(same),
        added=np.array([[weights[row][0] for row in same]]) if same else None,
        weights=np.ascontiguousarray(matrix),
        sure=np.ascontiguousarray(sure),
        stands=tuple(form.stand for form in forms),
    )


def _beside(rows: Sequence[Row]) -> list[Row]:
    """The rows in an order in which those of many atoms can be worked out at once.

    What is held of all atoms; then what is larger than the first inner knot of each, in the same order; and so on.
    Atoms with most knots come first.
    """
    count = Counter((row.guard, row.atom) for row in rows if row.word == "larger")
    seen: Counter[tuple[Guard, Node | None]] = Counter()
    order = []
    for row in rows:
        key = row.guard, row.atom
        seen[key] += row.word == "larger"
        inner = row.word in ("held", "larger")
        order.append((0, seen[key] if row.word == "larger" else 0, -count[key]) if inner else (1, 0, 0))
    return [rows[at] for at in sorted(range(len(rows)), key=order.__getitem__)]


def evaluated(step: Basis, parts: Sequence[Cells], tile: Tile) -> Cells:
    """Every variant's number, and a status only where an atom is not known."""
    of = dict(zip(step.atoms, parts, strict=True))
    sure = all(part.sure for part in parts)
    weights = step.sure if sure else step.weights
    assert weights is not None
    periods, cells = _shape(parts, tile)
    space = int(step.alike > 0)
    rows = step.rows[: step.alike + weights.shape[1] - space]
    laid = tile.room.ask((len(rows) + space, periods, cells))
    placed = list(rows_with_places(rows, step.alike))
    _fill(placed, laid, of)
    statuses: dict[Stand, Statuses | None] = {}
    if not sure:
        _blank(placed, laid, of, statuses)
    flat = laid.reshape(laid.shape[0], -1)
    if step.added is not None:
        np.matmul(step.added, flat[: step.alike], out=flat[step.alike : step.alike + 1])
    number = tile.room.ask((len(step.variants), periods, cells))
    wide = number.reshape(len(step.variants), -1)
    np.matmul(weights, flat[step.alike :], out=wide)
    if step.sharp:
        without_dust(step, weights, flat, wide)
    tile.room.back(laid)
    return Cells(number, None if sure else _status(step.stands, of, statuses))


def rows_with_places(rows: Sequence[Row], alike: int) -> Iterator[tuple[int, Row]]:
    """The rows and where they lie: behind those that all weigh alike there is room for their sum."""
    for index, row in enumerate(rows):
        yield index + (1 if 0 < alike <= index else 0), row


def without_dust(step: Basis, weights: Numbers, flat: Numbers, number: Numbers) -> None:
    """Exactly zero where terms cancel and leave only what floats lose."""
    # Mostly nothing comes near zero, and how large a sum can be at most is cheap to see.
    if not number.size:
        return
    dust = DUST * step.most(flat)
    if number.min() > dust or np.abs(number).min() > dust:
        return
    np.abs(flat, out=flat)
    if step.added is not None:
        np.matmul(np.abs(step.added), flat[: step.alike], out=flat[step.alike : step.alike + 1])
    size = np.abs(weights) @ flat[step.alike :]
    size *= DUST
    number[np.abs(number) <= size] = 0.0


def _shape(parts: Sequence[Cells], tile: Tile) -> tuple[int, int]:
    if not parts:
        return 1, 1
    _, periods, cells = np.broadcast_shapes(*(part.shape for part in parts))
    return periods, cells


def _fill(placed: Sequence[tuple[int, Row]], laid: Numbers, of: Mapping[Node, Cells]) -> None:
    """Every row's numbers."""
    held: dict[tuple[Guard, Node | None], Numbers] = {}
    for index, row in placed:
        out = laid[index]
        if row.atom is None:
            out.fill(1.0)
            continue
        number = of[row.atom].number[0]
        match row.word:
            case "itself":
                np.copyto(out, number)
            case "held":
                np.minimum(number, row.places[1], out=out)
                np.maximum(out, row.places[0], out=out)
                held[row.guard, row.atom] = out
            case "larger":
                before = held.get((row.guard, row.atom))
                if before is None:
                    np.minimum(number, row.places[1], out=out)
                    before = out
                # What is larger than an inner knot is larger than the first.
                np.maximum(before, row.places[2], out=out)
            case "below":
                np.subtract(number, row.places[0], out=out)
                np.minimum(out, 0.0, out=out)
            case "above":
                np.subtract(number, row.places[0], out=out)
                np.maximum(out, 0.0, out=out)
            case _:
                _reached(number, row, out)


def _reached(number: Numbers, row: Row, out: Numbers) -> None:
    """1 where the place is reached, as the interpreter settles numbers on thresholds."""
    place = row.places[0]
    width = NEAR * max(abs(place), 1.0)
    reached = number >= place - width if row.word == "upper" else number > place + width
    np.copyto(out, reached)


def _blank(
    placed: Sequence[tuple[int, Row]],
    laid: Numbers,
    of: Mapping[Node, Cells],
    statuses: dict[Stand, Statuses | None],
) -> None:
    """Zero wherever the atom of a row, or what guards it, has no number."""
    blank: dict[tuple[Guard, Node | None], NDArray[np.bool_] | None] = {}
    for index, row in placed:
        key = row.guard, row.atom
        if key not in blank:
            stands = [*row.guard, *([frozenset({Leaf(row.atom)})] if row.atom is not None else [])]
            found = [_of(stand, of, statuses) for stand in stands]
            masks = [RANK[each] > 0 for each in found if each is not None]
            mask = np.logical_or.reduce(masks) if len(masks) > 1 else (masks[0] if masks else None)
            blank[key] = mask[0] if mask is not None and mask.any() else None
        where = blank[key]
        if where is not None:
            np.copyto(laid[index], 0.0, where=where)


def _of(stand: Stand, of: Mapping[Node, Cells], known: dict[Stand, Statuses | None]) -> Statuses | None:
    """The status of a sum of atoms; None where all have numbers."""
    if stand not in known:
        found = [each for each in (_of_leaf(leaf, of, known) for leaf in stand) if each is not None]
        known[stand] = worst(found) if found else None
    return known[stand]


def _of_leaf(leaf: Leaf, of: Mapping[Node, Cells], known: dict[Stand, Statuses | None]) -> Statuses | None:
    if leaf.atom is not None:
        cells = of[leaf.atom]
        return None if cells.sure else cells.status
    status = _of(leaf.of, of, known)
    if status is None:
        return None
    where = status == Status.NOT_APPLICABLE if leaf.rule == "skip" else RANK[status] >= MISSING
    into = Status.NOT_APPLICABLE if leaf.rule == "not_applicable" else Status.MEASURED
    return np.where(where, into, status).astype(np.uint8)


def _status(
    stands: Iterable[Stand], of: Mapping[Node, Cells], known: dict[Stand, Statuses | None]
) -> Statuses | None:
    """Of every variant; one for all where they stand on the same."""
    stands = tuple(stands)
    distinct = dict.fromkeys(stands)
    found = {stand: _of(stand, of, known) for stand in distinct}
    if len(distinct) == 1 or all(each is None for each in found.values()):
        return found[stands[0]]
    shape = np.broadcast_shapes(*(each.shape for each in found.values() if each is not None))
    status = np.zeros((len(stands), *shape[1:]), dtype=np.uint8)
    for index, stand in enumerate(stands):
        each = found[stand]
        if each is not None:
            status[index] = each[0]
    return status
