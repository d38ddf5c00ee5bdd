"""The scheme record: what a file promises, as one frozen value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic.dataclasses import dataclass as checked

from policymodel.periods import MONTHS_OF
from policymodel.scheme.algebra import Column, Constant, Line, Node, Product, Round, Sum, columns_of
from policymodel.scheme.kinds.lines import Group, clipped, constant
from policymodel.scheme.terms import RECORD, Figure, Number, TargetRule, Text
from policymodel.units import Rounding

SCORE_TITLE = Text((("en", "Score"), ("zh-Hant", "得分")))


@dataclass(frozen=True)
class Card:
    """Lines that make a score: their sum, rounded, rescaled, clipped."""

    lines: tuple[Any, ...]
    rounding: Rounding
    rescale: Number
    floor: Number | None
    cap: Number | None

    def total(self, targets: TargetRule | None) -> Line:
        """The score: clip(rescale x round(sum of the lines)); without clipping see `unclipped`."""
        return Line(clipped(self.unclipped(targets), self.floor, self.cap, ""), "score", SCORE_TITLE, "")

    def unclipped(self, targets: TargetRule | None) -> Node:
        """The score before floor and cap."""
        score: Node = Round(Sum(tuple(line.expression(targets) for line in self.lines)), self.rounding)
        if self.rescale.value != 1:
            score = Product((score, constant(self.rescale, "")))
        return score

    def walk(self) -> Iterator[tuple[Any, Any | None]]:
        """Every line with the group it stands in (None at the top), groups before their lines."""
        yield from _walk(self.lines, None)


def _walk(lines: tuple[Any, ...], group: Any | None) -> Iterator[tuple[Any, Any | None]]:
    for line in lines:
        yield line, group
        if isinstance(line, Group):
            yield from _walk(line.lines, line)


@checked(frozen=True, kw_only=True, config=RECORD)
class Envelope:
    """The managers' pay together stays inside this share of their unit's realised income (S6.6)."""

    level: Literal["outlet"]
    share_of_income: Figure


@dataclass(frozen=True)
class Pay:
    """Items that make a person's pay; each part is rounded after scaling, a total is their sum."""

    items: tuple[Any, ...]
    rounding: Rounding
    currency: str
    envelope: Envelope | None

    def expressions(self, targets: TargetRule | None, score: Node | None) -> dict[str, Line]:
        """One rounded node for each part, by its id on the statement."""
        nodes: dict[str, Line] = {}
        for item in self.items:
            for part, node in item.expressions(targets, score).items():
                nodes[part] = Line(Round(node.of, self.rounding), node.id, node.title, node.source)
        return nodes


@dataclass(frozen=True)
class Scheme:
    """A card, a pay plan, or both, with how often they are scored and where targets come from."""

    id: str
    title: Text
    source: str
    every: Literal["month", "quarter", "year"]
    targets: TargetRule | None
    card: Card | None
    pay: Pay | None
    file: str
    digest: str
    document: Mapping[str, Any] = field(compare=False, repr=False)
    reasons: tuple[Mapping[str, Any], ...] = field(default=(), compare=False, repr=False)

    @property
    def months(self) -> int:
        """Months in one scored period."""
        return MONTHS_OF[self.every]

    def nodes(self) -> dict[str, Node]:
        """Everything the scheme computes, by its id on the statement."""
        score = self.card.total(self.targets) if self.card else None
        nodes: dict[str, Node] = {} if score is None else {"score": score}
        return nodes | (self.pay.expressions(self.targets, score) if self.pay else {})

    def columns(self) -> set[Column]:
        """Every fact the scheme reads."""
        return set().union(*(columns_of(node) for node in self.nodes().values()))

    def numbers(self) -> list[Constant]:
        """Every number of the scheme with its source."""
        found: list[Constant] = []
        _collect(self.document, self.source, found)
        return found


def _collect(raw: Any, source: str, found: list[Constant]) -> None:
    """Numbers of a document, each with the nearest source written at or above it."""
    if isinstance(raw, Mapping):
        source = str(raw.get("source", source))
        for key, value in raw.items():
            if key not in ("digits", "round"):
                _collect(value, source, found)
    elif isinstance(raw, list | tuple):
        for each in raw:
            _collect(each, source, found)
    elif raw is not None and not isinstance(raw, str | bool):
        found.append(Constant(raw, source))
