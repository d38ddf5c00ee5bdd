"""Lines that climb something: the figure that climbs, the places where a piece begins, the bounds of any line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from policymodel.lint.subject import Subject, own_nodes
from policymodel.scheme.algebra import Axis, Greatest, Least, Node, Ratio
from policymodel.scheme.kinds.lookups import Curve, Steps
from policymodel.scheme.kinds.rates import Tiers
from policymodel.scheme.kinds.running import to_date
from policymodel.scheme.terms import Number


@dataclass(frozen=True)
class Piece:
    """A tier, a step or a stretch of a curve: its address, where it begins and ends, and what it gives there."""

    address: str
    start: float
    end: float


@dataclass(frozen=True)
class Climb:
    """A figure that climbs pieces; they are `crossed` one after the other, or the figure `lands` in one of them.

    `closed`: a figure exactly on a beginning has reached it.
    """

    record: Any
    node: Node
    axis: Axis
    pieces: tuple[Piece, ...]
    crossed: bool
    closed: bool
    begins: float


def climbs(subject: Subject) -> Iterator[Climb]:
    """Every line that climbs tiers, steps or a curve."""
    for record in subject.used.values():
        if isinstance(record, Tiers | Steps | Curve):
            yield _climb(record, subject)


def _climb(record: Any, subject: Subject) -> Climb:
    given, axis = subject.given, subject.axis(record)
    of = record.of
    if isinstance(record, Tiers) and record.reached_by is not None:
        of = record.reached_by
    node = record.node(of, given)
    if not isinstance(record, Curve):
        node = to_date(node, record.measured, axis)
    if record.thresholds_of is not None:
        node = Ratio(node, record.node(record.thresholds_of, given))
    if isinstance(record, Tiers):
        starts, name = [each.from_ for each in record.tiers], "tiers"
        crossed = record.rate_applies_to == "slice"
    elif isinstance(record, Steps):
        starts, name, crossed = [each.from_ for each in record.steps], "steps", record.amounts != "replace"
    else:
        starts, name, crossed = [each.at for each in record.points], "points", False
    least = [-math.inf if each is None else min(_values(each)) for each in starts]
    ends = [*(max(_values(each)) if each is not None else -math.inf for each in starts[1:]), math.inf]
    pieces = tuple(
        Piece(f"{record.id}.{name}[{index}]", start, end)
        for index, (start, end) in enumerate(zip(least, ends, strict=True))
        if not (isinstance(record, Curve) and start == end)
    )
    closed = not (isinstance(record, Tiers) and crossed) and record.edge != "lower"
    if isinstance(record, Steps) and record.amounts == "in_proportion":
        closed = False
    return Climb(record, node, axis, pieces, crossed, closed, least[0])


def _values(number: Number) -> list[float]:
    return [float(each.value) for each in number.segments] or [float(number.value)]


@dataclass(frozen=True)
class Bound:
    """A floor or a cap of a line (or of the card): its address, what it bounds, and where it stands."""

    address: str
    way: Literal["floor", "cap"]
    node: Node
    at: Node
    axis: Axis
    clause: str
    written: Number | None


WAYS: dict[Literal["floor", "cap"], type[Greatest | Least]] = {"floor": Greatest, "cap": Least}


def bounds(subject: Subject) -> Iterator[Bound]:
    """Every floor and cap that is written and counts."""
    for record in subject.used.values():
        line = subject.node(record)
        inner = list(own_nodes(line))
        for way, kind in WAYS.items():
            written = getattr(record, way, None)
            if written is None:
                continue
            at = subject.given.node(written, subject.axis(record), record.source)
            held = [each for each in inner if isinstance(each, kind) and each.second == at]
            if held:
                node: Any = held[0]
                number = written if isinstance(written, Number) else None
                yield Bound(
                    f"{record.id}.{way}", way, node.first, at, subject.axis(record), record.source, number
                )
    card = subject.scheme.card
    if card is not None:
        raw = card.unclipped(subject.given)
        floored: Node = raw
        if card.floor is not None:
            at = subject.given.number(card.floor)
            yield Bound("card.floor", "floor", raw, at, "period", card.floor.source, card.floor)
            floored = Greatest(raw, at)
        if card.cap is not None:
            at = subject.given.number(card.cap)
            yield Bound("card.cap", "cap", floored, at, "period", card.cap.source, card.cap)
