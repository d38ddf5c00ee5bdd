"""The scheme record: what a file promises, as one frozen value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from pydantic.dataclasses import dataclass as checked

from policymodel.periods import MONTHS_OF
from policymodel.scheme.algebra import (
    Column,
    Constant,
    Greatest,
    Least,
    Line,
    Node,
    Product,
    Round,
    Sum,
    columns_of,
)
from policymodel.scheme.consequences import Rules
from policymodel.scheme.given import PAY, SCORE, Given
from policymodel.scheme.kinds.arithmetic import Rescaled
from policymodel.scheme.kinds.balanced import Objective, Perspective
from policymodel.scheme.kinds.card import Group
from policymodel.scheme.kinds.record import Record
from policymodel.scheme.quantities import LineOf, Portion
from policymodel.scheme.strategy import StrategyMap
from policymodel.scheme.terms import RECORD, Number, TargetRule, Text
from policymodel.units import Rounding

SCORE_TITLE = Text((("en", "Score"), ("zh-Hant", "得分"), ("zh-Hans", "得分")))
PAY_TITLE = Text((("en", "Pay"), ("zh-Hant", "薪酬"), ("zh-Hans", "薪酬")))


@dataclass(frozen=True)
class Card:
    """Lines that make a score: their sum, rounded, rescaled, clipped."""

    lines: tuple[Any, ...]
    rounding: Rounding
    rescale: Number
    floor: Number | None
    cap: Number | None

    def total(self, given: Given) -> Line:
        """The score: clip(rescale x round(sum of the lines)); without clipping see `unclipped`."""
        score = self.unclipped(given)
        if self.floor is not None:
            score = Greatest(score, given.number(self.floor))
        if self.cap is not None:
            score = Least(score, given.number(self.cap))
        return Line(score, SCORE, SCORE_TITLE, "")

    def unclipped(self, given: Given) -> Node:
        """The score before floor and cap."""
        score: Node = Round(Sum(tuple(given.over_period(line.id) for line in self.lines)), self.rounding)
        if self.rescaled:
            score = Product((score, given.number(self.rescale)))
        return score

    @property
    def rescaled(self) -> bool:
        """Whether the sum is multiplied by anything but 1."""
        return self.rescale.value != 1 or bool(self.rescale.cuts())

    def walk(self) -> Iterator[tuple[Any, Any | None]]:
        """Every line with the group it stands in (None at the top), groups before their lines."""
        yield from _walk(self.lines, None)

    def depths(self) -> dict[str, int]:
        """In how many groups each line stands, by its id."""
        found: dict[str, int] = {}
        for line, group in self.walk():
            found[line.id] = 0 if group is None else found[group.id] + 1
        return found


def _walk(lines: tuple[Any, ...], group: Any | None) -> Iterator[tuple[Any, Any | None]]:
    for line in lines:
        yield line, group
        if isinstance(line, Group):
            yield from _walk(line.lines, line)


@checked(frozen=True, kw_only=True, config=RECORD)
class Envelope:
    """The managers' pay together stays inside this share of their unit's realised income (S6.6)."""

    level: Literal["outlet"]
    share_of_income: Portion


@dataclass(frozen=True)
class Pay:
    """Items that make a person's pay; each part is rounded after scaling, a total is their sum."""

    items: tuple[Any, ...]
    rounding: Rounding
    currency: str
    envelope: Envelope | None

    def parts(self, given: Given) -> dict[str, Line]:
        """One rounded node for each part that is paid, by its id on the statement."""
        found: dict[str, Line] = {}
        for item in self.items:
            found |= self._rounded(item, given)
        return found

    def total(self, given: Given) -> Line:
        """What is paid: the sum of the rounded parts."""
        return Line(Sum(tuple(self.parts(given).values())), PAY, PAY_TITLE, "")

    def item(self, name: str, given: Given) -> Line:
        """A pay item as it is paid: the sum of its rounded parts."""
        item = next(each for each in self.items if each.id == name)
        parts = list(self._rounded(item, given).values())
        if len(parts) == 1:
            return parts[0]
        return Line(Sum(tuple(parts)), item.id, item.title, item.source or given.source)

    def _rounded(self, item: Record, given: Given) -> dict[str, Line]:
        return {
            part: Line(Round(given.collected(node, item), self.rounding), node.id, node.title, node.source)
            for part, node in item.parts(given).items()
        }


@dataclass(frozen=True)
class Scheme:
    """Figures, a card, a pay plan, with how often they are worked out and where targets come from.

    `strategy` is the map of a balanced scorecard and `consequences` the rules for rewards and penalties, where the file
    has them.
    """

    id: str
    title: Text
    source: str
    every: Literal["month", "quarter", "year"]
    targets: TargetRule | None
    figures: tuple[Any, ...]
    card: Card | None
    pay: Pay | None
    file: str
    digest: str
    document: Mapping[str, Any] = field(compare=False, repr=False)
    reasons: tuple[Mapping[str, Any], ...] = field(default=(), compare=False, repr=False)
    strategy: StrategyMap | None = None
    consequences: Rules | None = None

    @property
    def months(self) -> int:
        """Months in one scored period."""
        return MONTHS_OF[self.every]

    @cached_property
    def lines(self) -> dict[str, Any]:
        """Every line of the file by its id, in order."""
        on_card = [line for line, _ in self.card.walk()] if self.card is not None else []
        items = self.pay.items if self.pay is not None else ()
        figures = [line for line, _ in _walk(self.figures, None)]
        return {line.id: line for line in (*figures, *on_card, *items)}

    @cached_property
    def given(self) -> Given:
        """What a line is given: the nodes of all the others."""
        return Given(
            self.lines,
            self.targets,
            self.source,
            self.card.total if self.card is not None else None,
            self.pay.total if self.pay is not None else None,
            frozenset(item.id for item in self.pay.items) if self.pay is not None else frozenset(),
            self.pay.item if self.pay is not None else None,
        )

    def judged(self) -> Iterator[Any]:
        """Every line of the card, and below perspectives the objectives and measures that make them, each once."""
        waiting = [line for line, _ in self.card.walk()] if self.card is not None else []
        seen: set[str] = set()
        while waiting:
            line = waiting.pop(0)
            if line.id in seen:
                continue
            seen.add(line.id)
            yield line
            if isinstance(line, Perspective | Objective):
                values = [each.value for each in line.of]
            else:
                values = [line.of] if isinstance(line, Rescaled) else []
            below = [self.lines[each.line.partition(".")[0]] for each in values if isinstance(each, LineOf)]
            waiting = below + waiting

    def nodes(self) -> dict[str, Node]:
        """Everything the scheme works out, by its id on the statement, side figures after their lines."""
        found: dict[str, Node] = {}
        for name, record in self.lines.items():
            found[name] = self.given.line(name)
            found |= {side: self.given.line(side) for side in record.others(self.given)}
        if self.card is not None:
            found[SCORE] = self.given.line(SCORE)
        if self.pay is not None:
            found[PAY] = self.given.line(PAY)
        return found

    @cached_property
    def columns(self) -> frozenset[Column]:
        """Every fact the scheme reads."""
        return frozenset(columns_of(*self.nodes().values()))

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
