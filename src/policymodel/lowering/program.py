"""The steps of a plan, run over a ground tile by tile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from policymodel.history.measures import Status
from policymodel.lowering.basis import Basis, evaluated
from policymodel.lowering.by_value import by_value, constants
from policymodel.lowering.cells import Cells
from policymodel.lowering.operations import Doubted
from policymodel.lowering.recording import Recorder
from policymodel.lowering.room import Room
from policymodel.lowering.steps import ByShape, Mixed, Part, Step, Tile, mixed, picked
from policymodel.lowering.tape import Tape
from policymodel.lowering.windows import Positions, Whole, Window, evenly, peers_together
from policymodel.scheme.algebra import Column, Constant, Scope
from policymodel.scheme.evaluation import Ground

Done = tuple[Positions, tuple[int, int], dict[str, Cells]]
"""The cells of a tile, its shape, and what is asked of it."""


@dataclass(frozen=True, eq=False)
class Program:
    """Steps, each after those it takes from, and which of them give what is asked, by its name."""

    steps: tuple[Step, ...]
    results: Mapping[str, Part]
    taped: bool
    """Whether its numbers all stand on periods and cells, so that they can be taped."""
    strict: bool

    def __getstate__(self) -> dict[str, Any]:
        # What was made for the tiles of one process stays there.
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def _tape(self) -> Tape | None:
        return Recorder(self.steps, self.results, self.strict).tape if self.taped else None

    def run(self, ground: Ground, size: int, together: Scope | None) -> Iterator[Done]:
        """What is asked, tile by tile; it holds until the next one is asked for.

        A tile has about so many cells. Where people are compared, all peers of a scope stand in one tile; with a size
        of 0 everybody does.
        """
        whole = Whole(ground)
        everybody = whole.peers("group")
        facts = {index: whole.cells(column) for index, column in self._columns}
        room, tape = Room(), self._tape
        unsure = [each for each in facts.values() if tape is None or not tape.takes(each)]
        if size == 0:
            # Facts may also stand on credits, of which there are others than cells.
            tile = Tile(ground, room, everybody)
            yield slice(0, everybody.shape[1]), tile.shape, self._whole_tile(tile, facts, slice(None), unsure)
        elif together is not None:
            width = whole.width(together)
            # Groups of one size are cut as they stand.
            cut = (
                evenly(np.ones(everybody.shape[1], dtype=bool), -(-size // width) * width) if width else None
            )
            for cells in cut or peers_together(whole.peers(together), size):
                tile = _tile(whole, cells, room)
                tile.widths = {together: width}
                yield cells, tile.shape, self._whole_tile(tile, facts, cells, unsure)
        else:
            yield from self._each_cell(whole, room, facts, size)

    def _whole_tile(
        self, tile: Tile, facts: Mapping[int, Cells], cells: Positions, unsure: Sequence[Cells]
    ) -> dict[str, Cells]:
        """A tile in which people are compared: one who has no number may matter to all."""
        if (tape := self._tape) is not None and all(tape.takes(each.at(cells)) for each in unsure):
            with suppress(Doubted):
                found = tape.run(tile, facts, cells)
                if tile.doubt is None:
                    return found
        return self._by_step(tile, _at(facts, cells))

    def _each_cell(self, whole: Whole, room: Room, facts: Mapping[int, Cells], size: int) -> Iterator[Done]:
        """Cells of which everything is known by the tape, the others step by step."""
        known = np.ones(whole.peers("group").shape[1], dtype=bool)
        if self._tape is None:
            known[:] = False
        else:
            for each in facts.values():
                if not self._tape.takes(each) and each.status is not None:
                    known &= (each.status <= (Status.MEASURED if self.strict else Status.TRUE_ZERO)).all(
                        axis=(0, 1)
                    )
        for cells in evenly(known, size):
            tile = _tile(whole, cells, room)
            assert self._tape is not None
            found = self._tape.run(tile, facts, cells)
            if tile.doubt is not None:
                found = self._mended(found, whole, cells, tile, room, facts)
            yield cells, tile.shape, found
        for cells in evenly(~known, size):
            tile = _tile(whole, cells, room)
            yield cells, tile.shape, self._by_step(tile, _at(facts, cells))

    def _mended(
        self,
        found: Mapping[str, Cells],
        whole: Whole,
        cells: Positions,
        tile: Tile,
        room: Room,
        facts: Mapping[int, Cells],
    ) -> dict[str, Cells]:
        """What a tape gave, with the cells in doubt worked out step by step."""
        assert tile.doubt is not None
        where = np.flatnonzero(tile.doubt)
        at = where + cells.start if isinstance(cells, slice) else cells[where]
        mended = {}
        for name, right in self._by_step(_tile(whole, at, room), _at(facts, at)).items():
            number = np.broadcast_to(found[name].number, (found[name].number.shape[0], *tile.shape)).copy()
            variants = max(number.shape[0], right.shape[0])
            number = np.broadcast_to(number, (variants, *tile.shape)).copy()
            status = np.zeros((right.values().status.shape[0], *tile.shape), dtype=np.uint8)
            number[:, :, where], status[:, :, where] = right.number, right.values().status
            mended[name] = Cells(number, status)
        return mended

    def _by_step(self, tile: Tile, facts: Mapping[int, Cells]) -> dict[str, Cells]:
        known: dict[int, Cells] = {**self._constants, **facts}
        for index, step, spare, done in self._order:
            parts = [
                known[part.step] if part.pick is None else picked(known[part.step], part.pick)
                for part in step.parts
            ]
            tile.spare = tuple(parts[place].number for place in spare)
            made = known[index] = _made(step, parts, tile)
            for each in done:
                number = known.pop(each).number
                if number is not made.number:
                    tile.room.back(number)
            if any(part.number is made.number for part in parts) and not any(
                made.number is each for each in tile.spare
            ):
                tile.room.forget(made.number)
        found = {name: picked(known[part.step], part.pick) for name, part in self.results.items()}
        # What is given back here is written over by the next tile and not before.
        for cells in known.values():
            tile.room.back(cells.number)
        return found

    @cached_property
    def _columns(self) -> list[tuple[int, Column]]:
        return [
            (index, step.node)
            for index, step in enumerate(self.steps)
            if isinstance(step, ByShape) and isinstance(step.node, Column)
        ]

    @cached_property
    def _constants(self) -> dict[int, Cells]:
        """What is the same on every ground."""
        return {
            index: Cells(constants(step), None)
            for index, step in enumerate(self.steps)
            if isinstance(step, ByShape) and isinstance(step.node, Constant)
        }

    @cached_property
    def _order(self) -> list[tuple[int, Step, tuple[int, ...], tuple[int, ...]]]:
        """The steps that are left, each with the places of parts it may write over, and what it is the last to need."""
        given = {*self._constants, *(index for index, _ in self._columns)}
        last = {part.step: index for index, step in enumerate(self.steps) for part in step.parts}
        kept = {part.step for part in self.results.values()}
        found = []
        for index, step in enumerate(self.steps):
            if index in given:
                continue
            uses = Counter(part.step for part in step.parts)
            done = tuple(each for each in uses if last[each] == index and each not in kept)
            spare = tuple(
                place
                for place, part in enumerate(step.parts)
                if part.step in done and uses[part.step] == 1 and part.pick is None
            )
            found.append((index, step, spare, tuple(each for each in done if each not in given)))
        return found


def _tile(whole: Whole, cells: Positions, room: Room) -> Tile:
    return Tile(Window(whole, cells), room, whole.peers("group")[:, cells])


def _at(facts: Mapping[int, Cells], cells: Positions) -> dict[int, Cells]:
    return {index: each.at(cells) for index, each in facts.items()}


def _made(step: Step, parts: Sequence[Cells], tile: Tile) -> Cells:
    match step:
        case ByShape():
            return by_value(step, parts, tile)
        case Basis():
            return evaluated(step, parts, tile)
        case Mixed():
            return mixed(step, parts)
    raise AssertionError(f"no way to work out {type(step).__name__}")
