"""Kinds of rate: a figure under a name, commissions, tiers, slices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass as checked

from policymodel.documents import Where
from policymodel.scheme import algebra
from policymodel.scheme.algebra import Node, Piece, Piecewise, Product, Ratio
from policymodel.scheme.given import Given
from policymodel.scheme.kinds.record import Common, valuations
from policymodel.scheme.kinds.running import ZERO, Measured, OnChange, earned, less, to_date, unsaid
from policymodel.scheme.quantities import Quantity
from policymodel.scheme.refusals import FirstMayLeaveOut, Wrong
from policymodel.scheme.terms import RECORD, Figure, Number

Edge = Literal["lower", "upper"]
Value = Callable[[Number], Decimal]
From = Annotated[Figure, Field(alias="from")]
BEGINS = FirstMayLeaveOut(
    "from", "nothing says where this tier begins", "write a number; only the first tier may leave `from` out"
)
NO_PAY = Piece(None, Decimal(0), Decimal(0), Decimal(0))


@checked(frozen=True, kw_only=True, config=RECORD)
class FigureLine(Common):
    """A fact or another line under a name of its own, bounded or rounded where that is written.

    - of: the fact, the line or the number.
    """

    kind: ClassVar[str] = "figure"
    of: Quantity

    def formula(self, given: Given) -> Node:
        """of."""
        return self.node(self.of, given)


@checked(frozen=True, kw_only=True, config=RECORD)
class Commission(Common):
    """A rate on an amount: 3 % of sales, 40 yuan an account, 50 basis points of a loan.

    A negative amount (a refund) earns a negative commission.

    - of: the amount that earns.
    - rate: what one unit of it earns: a number, or a line that finds the rate.
    """

    kind: ClassVar[str] = "commission"
    of: Quantity
    rate: Quantity

    def formula(self, given: Given) -> Node:
        """of x rate."""
        return Product((self.node(self.of, given), self.node(self.rate, given)))


@checked(frozen=True, kw_only=True, config=RECORD)
class Tier:
    """A tier begins at `from` and earns its rate.

    - from (from the second tier on; the first may leave it out): where the tier begins; the next one ends it, and the
      last has no end. A first tier without it has no beginning: an amount below zero earns its negative part.
    - rate: what one unit earns.
    """

    from_: Annotated[Figure | None, Field(alias="from")] = None
    rate: Figure


def falling(numbers: Sequence[Number], way: Callable[[int], Where], twice: bool = False) -> Iterator[Wrong]:
    """Each number that does not rise above the one before; two may be equal where `twice`."""
    right = "none is smaller than the one before" if twice else "each is larger than the one before"
    for when, value in valuations(numbers):
        fallen = [
            Wrong(way(index), f"{value(after)} comes after {value(before)}{when}", right)
            for index, (before, after) in enumerate(pairwise(numbers), start=1)
            if value(after) < value(before) or (value(after) == value(before) and not twice)
        ]
        if fallen:
            yield from fallen
            return


def unmeasured(measured: str, every: str) -> Iterator[Wrong]:
    """A running total of the period in a line that stands on periods."""
    if measured == "period_to_date" and every == "period":
        what = "a period by itself already begins at zero"
        right = "write another word, or `every: transaction` to add up transactions"
        yield Wrong(("measured",), what, right)


@checked(frozen=True, kw_only=True, config=RECORD)
class Tiers(Common):
    """Rates by tiers of an amount: 2 % up to 10,000, 4 % from there on.

    Below the beginning of the first tier nothing is earned, nor charged back: with `from: 0` an amount, or a running
    total, below zero earns 0. A first tier without `from` has no beginning: below zero the amount earns its negative
    part at the first rate. The last tier has no end.

    - of: the amount that climbs the tiers and earns.
    - tiers: where each tier begins and what it earns, from the lowest up.
    - rate_applies_to: `slice` (progressive): each rate is earned on what lies inside its tier. `all` (retroactive):
      the rate of the tier reached is earned on the whole amount.
    - measured: from where the tiers are climbed. `by_itself`: each period or transaction from zero.
      `period_to_date` (of transactions), `quarter_to_date`, `half_year_to_date`, `year_to_date`: the running total
      climbs, and the line earns what the total earns now less what it earned before.
    - on_change (where the total runs and a number changes on a day): what the change does to the total so far.
      `new_amounts_only`: only what comes in afterwards counts by the new numbers. `whole_total`: the whole total does,
      and what it earned before is set against it, so that the change reprices the total so far.
    - edge (with `rate_applies_to: all`): whose an amount exactly on a threshold is: `lower`, the tier that ends
      there; `upper`, the tier that begins there.
    - thresholds_of (if wanted): what the thresholds are multiples of, as in 1.2 times the quota.
    - reached_by (if wanted, with `rate_applies_to: all` and `measured: by_itself`): another figure than the amount,
      which decides the tier reached: sales at the rate of the attainment reached.
    """

    kind: ClassVar[str] = "tiers"
    of: Quantity
    tiers: Annotated[tuple[Tier, ...], BEGINS] = Field(min_length=1)
    rate_applies_to: Literal["slice", "all"]
    measured: Measured
    on_change: OnChange | None = None
    edge: Edge | None = None
    thresholds_of: Quantity | None = None
    reached_by: Quantity | None = None

    def wrong(self) -> Iterator[Wrong]:
        """Tiers without a beginning or that do not rise, an edge left open, settings of the other reading."""
        yield from super().wrong()
        yield from BEGINS.left_out("tiers", [each.from_ for each in self.tiers])
        begun = [(index, tier.from_) for index, tier in enumerate(self.tiers) if tier.from_ is not None]
        yield from falling([start for _, start in begun], lambda index: ("tiers", begun[index][0], "from"))
        if self.rate_applies_to == "all" and self.edge is None:
            what = "nothing says in which tier a value exactly on a threshold is"
            yield Wrong(("edge",), what, "write lower or upper")
        for setting in ("edge", "reached_by"):
            if self.rate_applies_to == "slice" and getattr(self, setting) is not None:
                what = "it has no meaning where each slice earns its own rate"
                yield Wrong((setting,), what, "leave it out, or write `rate_applies_to: all`")
        if self.reached_by is not None and self.measured != "by_itself":
            what = "`reached_by` already says what is measured"
            yield Wrong(("measured",), what, "write `measured: by_itself`")
        yield from unmeasured(self.measured, self.every)
        yield from unsaid(self.measured, self.on_change, [*self._numbers(), self.thresholds_of])

    def _numbers(self) -> list[Number]:
        return [number for tier in self.tiers for number in (tier.from_, tier.rate) if number is not None]

    def _slices(self, value: Value, only: int | None = None, rates: bool = True) -> tuple[Piece, ...]:
        """The pieces of the progressive pay, of one tier alone, or (without rates) of the amount in it."""
        # Under the first tier lies nothing; where it has no beginning it is the line through zero instead.
        pieces = [NO_PAY]
        for index, tier in enumerate(self.tiers):
            slope = (value(tier.rate) if rates else Decimal(1)) if only in (None, index) else Decimal(0)
            if tier.from_ is None:
                pieces = [Piece(None, Decimal(0), slope, Decimal(0))]
                continue
            start, below = value(tier.from_), pieces[-1]
            pieces.append(Piece(start, below.level + below.slope * (start - below.origin), slope, start))
        return tuple(pieces)

    def _rates(self, value: Value) -> tuple[Piece, ...]:
        reached = [
            Piece(None if each.from_ is None else value(each.from_), value(each.rate), Decimal(0), Decimal(0))
            for each in self.tiers
        ]
        return tuple(reached if self.tiers[0].from_ is None else [NO_PAY, *reached])

    def _priced(self, given: Given, pieces: Callable[[Value], tuple[Piece, ...]]) -> Callable[[Node], Node]:
        """What an amount earns, with thresholds that may be multiples of a quantity; slices join at their edges."""

        def of_amount(amount: Node) -> Node:
            return given.dated(
                self._numbers(), lambda value: Piecewise(amount, pieces(value), "upper"), self.every
            )

        if self.thresholds_of is None:
            return of_amount
        base = self.node(self.thresholds_of, given)
        return lambda amount: Product((base, of_amount(Ratio(amount, base))))

    def _rate(self, given: Given, amount: Node) -> Node:
        if self.thresholds_of is not None:
            amount = Ratio(amount, self.node(self.thresholds_of, given))
        return given.dated(
            self._numbers(),
            lambda value: Piecewise(amount, self._rates(value), self.edge or "upper"),
            self.every,
        )

    def formula(self, given: Given) -> Node:
        """The sum of rate x slice, or rate reached x amount; with a running total now less before."""
        of = self.node(self.of, given)
        if self.rate_applies_to == "slice":
            return self._earned(self._priced(given, self._slices), of)
        if self.reached_by is not None:
            return Product((self._rate(given, self.node(self.reached_by, given)), of))
        return self._earned(lambda amount: Product((self._rate(given, amount), amount)), of)

    def _earned(self, worth: Callable[[Node], Node], of: Node) -> Node:
        return earned(worth, of, self.measured, self.every, self.on_change)

    def others(self, given: Given) -> dict[str, Node]:
        """The rate reached; or the amount in each tier and what it earns there, numbered from 1."""
        of = self.node(self.of, given)
        if self.rate_applies_to == "all":
            by = of if self.reached_by is None else self.node(self.reached_by, given)
            total = to_date(by, self.measured, self.every)
            return {f"{self.id}.rate": self._rate(given, total)}
        found: dict[str, Node] = {}
        for index in range(len(self.tiers)):
            amounts = self._priced(given, _one(self._slices, index, rates=False))
            pays = self._priced(given, _one(self._slices, index, rates=True))
            found[f"{self.id}.slice_{index + 1}"] = self._earned(amounts, of)
            found[f"{self.id}.tier_{index + 1}"] = self._earned(pays, of)
        return found


def _one(
    slices: Callable[..., tuple[Piece, ...]], index: int, rates: bool
) -> Callable[[Value], tuple[Piece, ...]]:
    return lambda value: slices(value, index, rates)


@checked(frozen=True, kw_only=True, config=RECORD)
class RunningTotal(Common):
    """What has come together so far: sales of the year to date, the number of this deal in the quarter.

    - of: what is added up.
    - measured: since when: `period_to_date` (of transactions), `quarter_to_date`, `half_year_to_date` or
      `year_to_date`.
    - own: the period's or the transaction's own amount is `included`, or `left_out`.
    """

    kind: ClassVar[str] = "running_total"
    of: Quantity
    measured: Measured
    own: Literal["included", "left_out"]

    def wrong(self) -> Iterator[Wrong]:
        """A total that does not run."""
        yield from super().wrong()
        if self.measured == "by_itself":
            right = "write period_to_date, quarter_to_date, half_year_to_date or year_to_date"
            yield Wrong(("measured",), "a running total runs over more than one amount", right)
        yield from unmeasured(self.measured, self.every)

    def formula(self, given: Given) -> Node:
        """The sum so far."""
        of = self.node(self.of, given)
        total = to_date(of, self.measured, self.every)
        # Less nothing of its own: where there is no amount there is no total either.
        return less(total, of if self.own == "left_out" else Product((ZERO, of)))


@checked(frozen=True, kw_only=True, config=RECORD)
class Slice(Common):
    """How much of an amount lies between two thresholds.

    - of: the amount.
    - from: where the slice begins.
    - to: where it ends; null where it has no end.
    - measured: as in tiers. With a running total the line is how much of the period's or the transaction's own
      amount falls in between.
    - on_change (where the total runs and a number changes on a day): as in tiers.
    """

    kind: ClassVar[str] = "slice"
    of: Quantity
    from_: Annotated[Quantity, Field(alias="from")]
    to: Quantity | None
    measured: Measured
    on_change: OnChange | None = None

    def wrong(self) -> Iterator[Wrong]:
        """An end below the beginning."""
        yield from super().wrong()
        if isinstance(self.from_, Number) and isinstance(self.to, Number):
            yield from falling([self.from_, self.to], lambda index: ("to",))
        yield from unmeasured(self.measured, self.every)
        yield from unsaid(self.measured, self.on_change, [self.from_, self.to])

    def formula(self, given: Given) -> Node:
        """The part of the amount between the thresholds."""
        lower = self.node(self.from_, given)
        upper = None if self.to is None else self.node(self.to, given)
        of = self.node(self.of, given)

        def between(amount: Node) -> Node:
            return algebra.Slice(amount, lower, upper)

        return earned(between, of, self.measured, self.every, self.on_change)
