"""Kinds of arithmetic between lines: products, totals, ratios, weighted means, gates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import ClassVar, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass as checked

from policymodel.scheme import algebra
from policymodel.scheme.algebra import Applies, Node, Power, Sum, Where
from policymodel.scheme.given import Given
from policymodel.scheme.kinds.balanced import Weighted, weightless
from policymodel.scheme.kinds.record import Common
from policymodel.scheme.kinds.running import ONE, ZERO, less
from policymodel.scheme.quantities import Condition, Quantity
from policymodel.scheme.refusals import Wrong
from policymodel.scheme.terms import RECORD, Number


@checked(frozen=True, kw_only=True, config=RECORD)
class Product(Common):
    """The product of its factors: a bonus times a modifier, a salary times a target share.

    - of: the factors.
    """

    kind: ClassVar[str] = "product"
    of: tuple[Quantity, ...] = Field(min_length=1)

    def formula(self, given: Given) -> Node:
        """The product."""
        return algebra.Product(tuple(self.node(each, given) for each in self.of))


@checked(frozen=True, kw_only=True, config=RECORD)
class Total(Common):
    """What is added less what is taken off.

    - add: what is added up.
    - less: what is taken off.
    """

    kind: ClassVar[str] = "total"
    add: tuple[Quantity, ...] = Field(min_length=1)
    less: tuple[Quantity, ...] = ()

    def formula(self, given: Given) -> Node:
        """Sum less sum."""
        added: Node = Sum(tuple(self.node(each, given) for each in self.add))
        for each in self.less:
            added = less(added, self.node(each, given))
        return added


@checked(frozen=True, kw_only=True, config=RECORD)
class LargestOf(Common):
    """The largest of some values: the greater of a commission and a guarantee.

    - of: the values.
    """

    kind: ClassVar[str] = "largest_of"
    of: tuple[Quantity, ...] = Field(min_length=1)

    def formula(self, given: Given) -> Node:
        """The largest."""
        return reduce(algebra.Greatest, (self.node(each, given) for each in self.of))


@checked(frozen=True, kw_only=True, config=RECORD)
class SmallestOf(Common):
    """The smallest of some values: a bonus, but not more than what the unit earned.

    - of: the values.
    """

    kind: ClassVar[str] = "smallest_of"
    of: tuple[Quantity, ...] = Field(min_length=1)

    def formula(self, given: Given) -> Node:
        """The smallest."""
        return reduce(algebra.Least, (self.node(each, given) for each in self.of))


@checked(frozen=True, kw_only=True, config=RECORD)
class RaisedTo(Common):
    """A value to a power: 0.5 is its square root, 1 ÷ 3 the third root of a growth over three years.

    A negative value, or zero to a negative power, does not apply.

    - of: the value.
    - exponent: the power.
    """

    kind: ClassVar[str] = "power"
    of: Quantity
    exponent: Quantity

    def formula(self, given: Given) -> Node:
        """of to the power of exponent."""
        return Power(self.node(self.of, given), self.node(self.exponent, given))


@checked(frozen=True, kw_only=True, config=RECORD)
class Ratio(Common):
    """One figure divided by another: attainment, margin, an effective rate.

    - top: what is divided.
    - bottom: what it is divided by.
    - zero_bottom: what a bottom of zero or less means: `not_applicable`, there is no ratio; `zero`; or `full`,
      which is 1.
    """

    kind: ClassVar[str] = "ratio"
    top: Quantity
    bottom: Quantity
    zero_bottom: Literal["not_applicable", "zero", "full"]

    def formula(self, given: Given) -> Node:
        """top ÷ bottom."""
        return algebra.Ratio(self.node(self.top, given), self.node(self.bottom, given), self.zero_bottom)


@checked(frozen=True, kw_only=True, config=RECORD)
class WeightedMean(Common):
    """A mean with weights, divided by the weights that count.

    - of: the values with their weights.
    - mean: `arithmetic`: sum of weight x value, divided by the sum of weights. `geometric`: the root of the
      product, so that a strong value does not make up for a weak one; it does not apply to a negative value.
      `harmonic`: sum of weights divided by the sum of weight ÷ value, for positive values.
    - not_applicable: a value that does not apply is left out and its weight goes to the others (`reweight`), or the
      mean does not apply (`refuse`).
    """

    kind: ClassVar[str] = "weighted_mean"
    of: tuple[Weighted, ...] = Field(min_length=1)
    mean: Literal["arithmetic", "geometric", "harmonic"]
    not_applicable: Literal["reweight", "refuse"]

    def wrong(self) -> Iterator[Wrong]:
        """Weights that weigh nothing."""
        yield from super().wrong()
        yield from weightless(self.of)

    def formula(self, given: Given) -> Node:
        """The mean."""
        values = [self.node(each.value, given) for each in self.of]
        weights = [given.number(each.weight, self.every, self.source) for each in self.of]
        terms = tuple(map(self._term, weights, values))
        total = Sum(tuple(map(self._counting, weights, values)))
        if self.mean == "geometric":
            return Power(algebra.Product(terms), algebra.Ratio(ONE, total))
        top, bottom = (total, Sum(terms)) if self.mean == "harmonic" else (Sum(terms), total)
        return algebra.Ratio(top, bottom)

    def _counting(self, weight: Node, value: Node) -> Node:
        """The weight of a value that counts; 0 where it is left out."""
        return algebra.Product((weight, Applies(value))) if self.not_applicable == "reweight" else weight

    def _term(self, weight: Node, value: Node) -> Node:
        """What one value brings to the mean; nothing where it is left out."""
        term, nothing = {
            "arithmetic": (algebra.Product((weight, value)), ZERO),
            "geometric": (Power(value, weight), ONE),
            "harmonic": (algebra.Ratio(weight, value), ZERO),
        }[self.mean]
        if self.mean != "arithmetic":
            # A value without weight brings nothing, whatever it is, but it has to be known.
            weighs = algebra.Reached(weight, ZERO, "above")
            term = Where(weighs, term, Sum((nothing, algebra.Product((ZERO, value)))))
        return Where(Applies(value), term, nothing) if self.not_applicable == "reweight" else term


@checked(frozen=True, kw_only=True, config=RECORD)
class Rescaled(Common):
    """How far a figure has come on the way between two: 0 at `from`, 1 at `to`, in either direction.

    With `from` the worst and `to` the target it is the distance to target. It does not apply where the two are
    equal.

    - of: the figure.
    - from: where it is 0.
    - to: where it is 1; it may lie below `from`, where less is better.
    """

    kind: ClassVar[str] = "rescaled"
    of: Quantity
    from_: Quantity = Field(alias="from")
    to: Quantity

    def wrong(self) -> Iterator[Wrong]:
        """No way between the two ends."""
        yield from super().wrong()
        if isinstance(self.from_, Number) and isinstance(self.to, Number) and self.from_ == self.to:
            yield Wrong(("to",), f"it begins and ends at {self.to.value}", "write two different numbers")

    def formula(self, given: Given) -> Node:
        """(of - from) ÷ (to - from)."""
        start = self.node(self.from_, given)
        way = less(self.node(self.to, given), start)
        return algebra.Ratio(less(self.node(self.of, given), start), way, any_sign=True)


@checked(frozen=True, kw_only=True, config=RECORD)
class Gate(Common):
    """A value that counts only when conditions hold; otherwise another one.

    - of: what counts where the gate is open.
    - when: the conditions.
    - need: `all` of them must hold, or `any` one.
    - otherwise: what counts where the gate is shut, often 0.
    """

    kind: ClassVar[str] = "gate"
    of: Quantity
    when: tuple[Condition, ...] = Field(min_length=1)
    need: Literal["all", "any"]
    otherwise: Quantity

    def open(self, given: Given) -> Node:
        """1 where the gate is open, else 0."""
        holds = [given.condition(each, self.every) for each in self.when]
        if self.need == "all":
            return algebra.Product(tuple(holds))
        shut = algebra.Product(tuple(less(ONE, each) for each in holds))
        return less(ONE, shut)

    def formula(self, given: Given) -> Node:
        """of where open, otherwise the other."""
        return Where(self.open(given), self.node(self.of, given), self.node(self.otherwise, given))

    def others(self, given: Given) -> dict[str, Node]:
        """Whether it is open."""
        return {f"{self.id}.open": self.open(given)}
