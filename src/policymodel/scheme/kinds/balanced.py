"""Kinds of line that make a balanced scorecard (S5): perspectives, their objectives, and weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar

from pydantic import Field
from pydantic.dataclasses import dataclass as checked

from policymodel.scheme.algebra import Applies, Line, Node, Product, Ratio, Sum
from policymodel.scheme.given import Given
from policymodel.scheme.kinds.card import Missing, where_missing
from policymodel.scheme.kinds.record import Record, bounded
from policymodel.scheme.quantities import AboveZero, NotNegative, Quantity
from policymodel.scheme.refusals import Wrong
from policymodel.scheme.terms import RECORD, Figure, Title


@checked(frozen=True, kw_only=True, config=RECORD)
class Weighted:
    """A value with its weight.

    - value: the value.
    - weight: how much it weighs, 0 or more; only the proportions matter.
    """

    value: Quantity
    weight: NotNegative


def weightless(values: Sequence[Weighted]) -> Iterator[Wrong]:
    """Weights that add up to nothing."""
    if all(each.weight.value == 0 for each in values):
        yield Wrong(("of",), "the weights add up to 0", "let at least one weigh something")


@checked(frozen=True, kw_only=True, config=RECORD)
class Objective(Record):
    """An objective of a balanced scorecard (S5.1): the weighted mean of its measures' scores.

    A measure that does not apply is left out and its weight goes to the others; if none applies the objective does
    not.

    - of: the scores of its measures with their weights.
    - missing: a score that is not known leaves the objective without a number (`refuse`), counts `zero`, or is left
      out as if it did not apply (`rescale`).
    """

    kind: ClassVar[str] = "objective"
    id: str
    title: Title
    source: str
    of: Annotated[tuple[Weighted, ...], Field(min_length=1)]
    missing: Missing

    def wrong(self) -> Iterator[Wrong]:
        """Weights that weigh nothing."""
        yield from weightless(self.of)

    def _weighed(self, given: Given) -> tuple[list[Node], list[Node]]:
        values = [where_missing(given.node(each.value, source=self.source), self.missing) for each in self.of]
        return values, [given.number(each.weight, source=self.source) for each in self.of]

    def expression(self, given: Given) -> Line:
        """The weighted mean of the scores that count."""
        return Line(_mean(*self._weighed(given)), self.id, self.title, self.source)

    def others(self, given: Given) -> dict[str, Node]:
        """The part of the weight whose scores count."""
        values, weights = self._weighed(given)
        return {f"{self.id}.counted": Ratio(_applying(values, weights), Sum(tuple(weights)))}


@checked(frozen=True, kw_only=True, config=RECORD)
class Perspective(Record):
    """A perspective of a balanced scorecard (S5): points x the weighted mean of its objectives ÷ full score.

    What it weighs are objectives, or measures' scores where it has no objectives. One that does not apply is left out
    and its weight goes to the others; if none applies the perspective does not.

    - points: what the full score is worth.
    - of: its objectives with their weights.
    - out_of: the full score.
    - cap: the largest share that earns points; null where there is none.
    - missing: a figure that is not known leaves the line without a number (`refuse`), counts `zero`, or the line
      does not apply and its group goes on without it (`rescale`).
    """

    kind: ClassVar[str] = "perspective"
    id: str
    title: Title
    source: str
    points: Figure
    of: Annotated[tuple[Weighted, ...], Field(min_length=1)]
    out_of: AboveZero
    cap: Figure | None
    missing: Missing

    def wrong(self) -> Iterator[Wrong]:
        """Weights that weigh nothing."""
        yield from weightless(self.of)

    def share(self, given: Given) -> Node:
        """The weighted mean ÷ full score, at most the cap."""
        values = [given.node(each.value, source=self.source) for each in self.of]
        weights = [given.number(each.weight, source=self.source) for each in self.of]
        share = Ratio(_mean(values, weights), given.number(self.out_of, source=self.source))
        return bounded(share, None, self.cap, self, given)

    def expression(self, given: Given) -> Line:
        """Points x share."""
        points = Product((given.number(self.points, source=self.source), self.share(given)))
        return Line(where_missing(points, self.missing), self.id, self.title, self.source)

    def others(self, given: Given) -> dict[str, Node]:
        """The share, before points."""
        return {f"{self.id}.share": self.share(given)}


def _mean(values: list[Node], weights: list[Node]) -> Node:
    """The weighted mean of the values that apply."""
    top = Sum(tuple(map(_times, weights, values)), skip_not_applicable=True)
    return Ratio(top, _applying(values, weights))


def _applying(values: list[Node], weights: list[Node]) -> Node:
    """The weights of the values that apply."""
    return Sum(tuple(map(_times, weights, map(Applies, values))))


def _times(first: Node, second: Node) -> Node:
    return Product((first, second))
