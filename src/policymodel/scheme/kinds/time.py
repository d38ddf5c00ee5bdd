"""Kinds over time: draws, guarantees, ramps, advances, clawbacks, deferrals, bonus banks, proration …"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass as checked

from policymodel.scheme import algebra
from policymodel.scheme.algebra import (
    Carry,
    Column,
    Constant,
    Greatest,
    Least,
    Node,
    Piece,
    Piecewise,
    Previous,
    Product,
    Ratio,
    Reached,
    Round,
    Sum,
    Where,
    Within,
)
from policymodel.scheme.given import Given
from policymodel.scheme.kinds.record import Common
from policymodel.scheme.kinds.running import MINUS, ONE, ZERO, less
from policymodel.scheme.quantities import (
    AboveZero,
    Condition,
    Currency,
    NotNegative,
    Portion,
    PortionQuantity,
    Quantity,
)
from policymodel.scheme.refusals import Wrong, listed
from policymodel.scheme.terms import RECORD, Figure, RoundingRule
from policymodel.units import Rounding

RESETS: dict[str, Within | None] = {
    "never": None,
    "quarter_end": "quarter",
    "half_year_end": "half_year",
    "year_end": "year",
}
Resets = Literal["never", "quarter_end", "half_year_end", "year_end"]
LONGEST = 600
"""Periods over which anything is earned or paid: fifty years of months."""
SERVICE = Column("person:months_of_service")


@checked(frozen=True, kw_only=True, config=RECORD)
class _OverTime(Common):
    """A line that hands something to the next period, so it stands on periods."""

    def wrong(self) -> Iterator[Wrong]:
        """Nothing is carried from transaction to transaction."""
        yield from super().wrong()
        if self.every == "transaction":
            what = "what is carried goes from period to period"
            yield Wrong(("every",), what, "leave `every: transaction` out")


@checked(frozen=True, kw_only=True, config=RECORD)
class Draw(_OverTime):
    """A draw against earnings, in the three meanings published plans give it.

    - of: what is earned in the period.
    - amount: the draw of the period.
    - meaning: `minimum` (non-recoverable): never less than the draw is paid, and nothing is owed. `advance`
      (recoverable): a shortfall is paid and owed, and recovered from what later earnings exceed the draw by, so
      that pay never falls below it. `loan`: a shortfall is paid and owed, and recovered from the whole of the next
      earnings that reach the draw, so pay may fall below it.
    - forgiven (with `meaning: advance` or `loan`): when what is still owed is written off: `never`, `quarter_end`,
      `half_year_end`, `year_end`.
    - recovery_share (if wanted, with `meaning: advance` or `loan`): the share of what later earnings exceed the draw
      by (`advance`), or of the whole of them (`loan`), that may be recovered.
    - recovery_cap (if wanted, with `meaning: advance` or `loan`): the most that is recovered in a period.
    - owed_at_most (if wanted, with `meaning: advance` or `loan`): the most that may be owed; what is drawn is cut to
      what is left of it, and where nothing is left only earnings are paid.
    """

    kind: ClassVar[str] = "draw"
    of: Quantity
    amount: Quantity
    meaning: Literal["minimum", "advance", "loan"]
    forgiven: Resets | None = None
    recovery_share: Portion | None = None
    recovery_cap: NotNegative | None = None
    owed_at_most: Quantity | None = None

    def wrong(self) -> Iterator[Wrong]:
        """When what is owed is forgiven left open, or said where nothing is owed."""
        yield from super().wrong()
        if self.meaning != "minimum" and self.forgiven is None:
            what = "nothing says when what is still owed is forgiven"
            yield Wrong(("forgiven",), what, f"write {listed(RESETS)}")
        for setting in ("forgiven", "recovery_share", "recovery_cap", "owed_at_most"):
            if self.meaning == "minimum" and getattr(self, setting) is not None:
                what = "a minimum is not owed, so nothing is forgiven or recovered"
                yield Wrong((setting,), what, "leave it out, or write `meaning: advance` or `loan`")

    def _owed(self, given: Given) -> Carry:
        """What is owed at the period's end."""
        earned, draw = self.node(self.of, given), self.node(self.amount, given)
        recovered = less(earned, draw) if self.meaning == "advance" else earned
        if self.recovery_share is not None:
            recovered = Product((recovered, given.number(self.recovery_share, source=self.source)))
        if self.recovery_cap is not None:
            recovered = Least(recovered, given.number(self.recovery_cap, source=self.source))
        moved = Where(Reached(earned, draw, "at_least"), Product((MINUS, recovered)), less(draw, earned))
        within = RESETS[self.forgiven or "never"]
        if self.owed_at_most is None:
            return Carry(moved, ONE, Decimal(0), within)
        most = self.node(self.owed_at_most, given)
        return Carry(Sum((moved, Product((ZERO, most)))), ONE, Decimal(0), within, ceiling=most)

    def _change(self, given: Given) -> Node:
        owed = self._owed(given)
        return less(owed, Previous(owed, 1, owed.within, held=True))

    def formula(self, given: Given) -> Node:
        """The larger of earnings and draw; or earnings, and what more or less is owed."""
        earned, draw = self.node(self.of, given), self.node(self.amount, given)
        if self.meaning == "minimum":
            return Greatest(earned, draw)
        asked = draw if self.owed_at_most is None else Sum((draw, self.node(self.owed_at_most, given)))
        return Sum((earned, self._change(given), Product((ZERO, asked))))

    def others(self, given: Given) -> dict[str, Node]:
        """What was drawn beyond earnings, what was recovered, what is owed at the end."""
        if self.meaning == "minimum":
            gap = less(self.node(self.amount, given), self.node(self.of, given))
            return {f"{self.id}.drawn": Greatest(gap, ZERO)}
        change = self._change(given)
        return {
            f"{self.id}.drawn": Greatest(change, ZERO),
            f"{self.id}.recovered": Greatest(Product((MINUS, change)), ZERO),
            f"{self.id}.owed": self._owed(given),
        }


@checked(frozen=True, kw_only=True, config=RECORD)
class Guarantee(_OverTime):
    """Not less than an amount in the first months of service.

    - of: what is earned.
    - amount: what is paid at least while the guarantee runs.
    - first_months: how many months of service it runs; the first month is 1.
    """

    kind: ClassVar[str] = "guarantee"
    of: Quantity
    amount: Quantity
    first_months: AboveZero

    def formula(self, given: Given) -> Node:
        """The larger of the two while the guarantee runs."""
        of = self.node(self.of, given)
        runs = Reached(SERVICE, given.number(self.first_months, source=self.source), "at_most")
        return Where(runs, Greatest(of, self.node(self.amount, given)), of)


@checked(frozen=True, kw_only=True, config=RECORD)
class Ramp(_OverTime):
    """A quota or an amount by month of service: a factor for the first month, the second …

    - of: the quota or the amount of somebody who is fully productive.
    - factors: the factor of the first month of service, of the second, and so on.
    - after: the factor of all later months.
    """

    kind: ClassVar[str] = "ramp"
    of: Quantity
    factors: tuple[Figure, ...] = Field(min_length=1)
    after: Figure

    def formula(self, given: Given) -> Node:
        """of x the factor of the month of service."""
        numbers = [*self.factors, self.after]
        zero = Decimal(0)
        factor = given.dated(
            numbers,
            lambda value: Piecewise(
                SERVICE,
                tuple(
                    Piece(Decimal(month + 1) if month else None, value(each), zero, zero)
                    for month, each in enumerate(numbers)
                ),
            ),
            self.every,
        )
        return Product((self.node(self.of, given), factor))


@checked(frozen=True, kw_only=True, config=RECORD)
class Advance(_OverTime):
    """A commission that is earned over some periods, a part of it paid at once and the rest while it is earned.

    What is not advanced falls due in equal parts in the periods after those that are advanced.

    - of: the commission of the period.
    - earned_over: over how many periods it is earned, the first included.
    - advanced (or `advanced_share`): how many of these periods are paid at once.
    - advanced_share (instead of `advanced`): which share is paid at once; a part of a period counts as the whole of
      it.
    """

    kind: ClassVar[str] = "advance"
    of: Quantity
    earned_over: Annotated[int, Field(strict=True, ge=1, le=LONGEST)]
    advanced: Annotated[int, Field(strict=True, ge=0)] | None = None
    advanced_share: Portion | None = None

    def wrong(self) -> Iterator[Wrong]:
        """What is paid at once said in no way or in two, or more than there is."""
        yield from super().wrong()
        if self.advanced is None and self.advanced_share is None:
            right = "write how many periods, such as advanced: 9, or advanced_share: 0.75"
            yield Wrong(("advanced",), "nothing says how much is paid at once", right)
        if self.advanced is not None and self.advanced_share is not None:
            what = "periods and a share are both paid at once"
            yield Wrong(("advanced_share",), what, "keep `advanced` or `advanced_share`")
        if self.advanced is not None and self.advanced > self.earned_over:
            what = f"{self.advanced} periods are advanced, and it is earned over {self.earned_over}"
            yield Wrong(("advanced",), what, f"write {self.earned_over} or less")

    @property
    def due(self) -> range:
        """After how many periods the parts of the rest fall due; a share of a period counts as the whole of it."""
        begins = self.advanced
        if self.advanced_share is not None:
            begins = min(ceil(self.advanced_share.value * self.earned_over), self.earned_over - 1)
        return range(begins or 0, self.earned_over)

    def _at_once(self, given: Given) -> Node:
        of = self.node(self.of, given)
        if self.advanced_share is not None:
            return Product((of, given.number(self.advanced_share, source=self.source)))
        return Ratio(Product((of, _count(self.advanced or 0))), _count(self.earned_over))

    def _rest(self, given: Given) -> Node:
        return less(self.node(self.of, given), self._at_once(given))

    def _part(self, given: Given) -> Node:
        return Ratio(self._rest(given), _count(max(len(self.due), 1)))

    def formula(self, given: Given) -> Node:
        """What is advanced now and the parts of this and earlier commissions that fall due."""
        part = self._part(given)
        due = [Previous(part, after) if after else part for after in self.due]
        return Sum((self._at_once(given), *due), skip_not_applicable=True)

    def others(self, given: Given) -> dict[str, Node]:
        """The advance, one later part, all of them, and what is outstanding."""
        return {
            f"{self.id}.advance": self._at_once(given),
            f"{self.id}.part": self._part(given),
            f"{self.id}.rest": self._rest(given),
            f"{self.id}.outstanding": outstanding(self.node(self.of, given), self.formula(given)),
        }


def outstanding(awarded: Node, paid: Node) -> Node:
    """What was awarded so far and is not yet paid."""
    return Carry(Sum((awarded, Product((MINUS, paid))), skip_not_applicable=True), ONE)


def _count(number: int) -> Constant:
    return Constant(Decimal(number))


@checked(frozen=True, kw_only=True, config=RECORD)
class Clawback(Common):
    """What is taken back of something paid, as a negative amount.

    - of: what was paid.
    - reclaims: `all` of it; a `share`; or what is `unearned`: the part of `earned_over` that was not `kept`.
    - share (with `reclaims: share`): which share is taken back.
    - earned_over (with `reclaims: unearned`): over how long it is earned.
    - kept (with `reclaims: unearned`): how long it was kept, in the same unit, as in months in force.
    - when (if wanted): conditions that must all hold; where one does not, nothing is taken back.
    """

    kind: ClassVar[str] = "clawback"
    of: Quantity
    reclaims: Literal["all", "share", "unearned"]
    share: PortionQuantity | None = None
    earned_over: Quantity | None = None
    kept: Quantity | None = None
    when: tuple[Condition, ...] | None = None

    def wrong(self) -> Iterator[Wrong]:
        """Settings of the way it reclaims that are missing, or of another way."""
        yield from super().wrong()
        for setting, way in (("share", "share"), ("earned_over", "unearned"), ("kept", "unearned")):
            written = getattr(self, setting) is not None
            if self.reclaims == way and not written:
                what = f"`reclaims: {way}` needs this setting"
                yield Wrong((setting,), what, "write a number, {measure: ...} or another quantity")
            if self.reclaims != way and written:
                what = f"it has no meaning with `reclaims: {self.reclaims}`"
                yield Wrong((setting,), what, f"leave it out, or write `reclaims: {way}`")

    def _reclaimed(self, given: Given) -> Node:
        back = self.node(self.of, given)
        if self.share is not None:
            back = Product((back, self.node(self.share, given)))
        elif self.kept is not None and self.earned_over is not None:
            kept = Ratio(self.node(self.kept, given), self.node(self.earned_over, given))
            back = Product((back, Greatest(less(ONE, kept), ZERO)))
        if self.when is None:
            return back
        return Where(given.all_hold(self.when, self.every), back, ZERO)

    def formula(self, given: Given) -> Node:
        """Minus what is reclaimed."""
        return Product((MINUS, self._reclaimed(given)))

    def others(self, given: Given) -> dict[str, Node]:
        """What is reclaimed, and where it is earned over time what one period earns."""
        found = {f"{self.id}.reclaimed": self._reclaimed(given)}
        if self.earned_over is not None:
            found[f"{self.id}.per_period"] = Ratio(
                self.node(self.of, given), self.node(self.earned_over, given)
            )
        return found


@checked(frozen=True, kw_only=True, config=RECORD)
class Instalment:
    """A share that falls due some periods after it was awarded.

    - after: how many periods later it falls due; 0 is at once.
    - share: which share of the award.
    """

    after: Annotated[int, Field(strict=True, ge=0, le=LONGEST)]
    share: Portion


@checked(frozen=True, kw_only=True, config=RECORD)
class Deferral(_OverTime):
    """An award paid in instalments: 60 % at once, 20 % a year later, 20 % two years later.

    Shares may add up to less than 1, what is missing is never paid; not to more.

    - of: the award of the period.
    - instalments: when which share of it falls due, counted in periods of the scheme.
    """

    kind: ClassVar[str] = "deferral"
    of: Quantity
    instalments: tuple[Instalment, ...] = Field(min_length=1)

    def wrong(self) -> Iterator[Wrong]:
        """Two instalments at one time, or together more than the award."""
        yield from super().wrong()
        after = [each.after for each in self.instalments]
        for index, periods in enumerate(after):
            if periods in after[:index]:
                what = f"another instalment falls due after {periods} too"
                yield Wrong(("instalments", index, "after"), what, "add their shares up in one")
        shares = [each.share for each in self.instalments]
        days = sorted({date.min, *(day for each in shares for day in each.cuts())})
        most = max(sum(each.on(day) or Decimal(0) for each in shares) for day in days)
        if most > 1:
            right = "write shares that add up to 1 at most, such as 0.6 for 60 %"
            yield Wrong(("instalments",), f"together they pay {most} times the award", right)

    def _awarded(self, given: Given, instalment: Instalment) -> Node:
        """One instalment of the period's award; its share is the one in force when it is awarded."""
        return Product((self.node(self.of, given), given.number(instalment.share, source=self.source)))

    def formula(self, given: Given) -> Node:
        """What falls due in the period."""
        due = [(self._awarded(given, each), each.after) for each in self.instalments]
        parts = tuple(Previous(part, after) if after else part for part, after in due)
        return Sum(parts, skip_not_applicable=True)

    def others(self, given: Given) -> dict[str, Node]:
        """What is awarded and not yet paid."""
        awarded = Sum(tuple(self._awarded(given, each) for each in self.instalments))
        return {f"{self.id}.outstanding": outstanding(awarded, self.formula(given))}


@checked(frozen=True, kw_only=True, config=RECORD)
class BonusBank(_OverTime):
    """A bonus goes into a bank and a share of the balance is paid each period, but never from a debt.

    - of: the bonus of the period, which may be negative.
    - pays: the share of the balance that is paid.
    - negative: a negative bonus `reduces_bank`, or is `ignored`.
    """

    kind: ClassVar[str] = "bonus_bank"
    of: Quantity
    pays: Portion
    negative: Literal["reduces_bank", "ignored"]

    def _before(self, given: Given) -> Node:
        return Sum((self._bonus(given), Previous(self._bank(given), held=True)))

    def _bonus(self, given: Given) -> Node:
        bonus = self.node(self.of, given)
        return Greatest(bonus, ZERO) if self.negative == "ignored" else bonus

    def _bank(self, given: Given) -> Node:
        pays = given.number(self.pays, source=self.source)
        return Carry(self._bonus(given), less(ONE, pays), None, debts_stand=True)

    def formula(self, given: Given) -> Node:
        """The share of the balance."""
        return Product((given.number(self.pays, source=self.source), Greatest(self._before(given), ZERO)))

    def others(self, given: Given) -> dict[str, Node]:
        """The balance before and after payment."""
        return {f"{self.id}.before": self._before(given), f"{self.id}.bank": self._bank(given)}


@checked(frozen=True, kw_only=True, config=RECORD)
class CarryForward(_OverTime):
    """What exceeds a target, or falls short of it, goes on to the next period.

    - of: what was achieved in the period.
    - against: the target of the period.
    - carries: `surplus`: the value is what was achieved and carried in, at most the target; the rest is carried on.
      `shortfall`: the value is what exceeds the target once earlier shortfalls are made up.
    - resets: when what is carried is forgotten: `never`, `quarter_end`, `half_year_end`, `year_end`.
    - carried_at_most (if wanted): the most that is carried on from the period; what exceeds it lapses.
    """

    kind: ClassVar[str] = "carry_forward"
    of: Quantity
    against: Quantity
    carries: Literal["surplus", "shortfall"]
    resets: Resets
    carried_at_most: Quantity | None = None

    def _carried(self, given: Given) -> Carry:
        over = less(self.node(self.of, given), self.node(self.against, given))
        moved = over if self.carries == "surplus" else Product((MINUS, over))
        within = RESETS[self.resets]
        if self.carried_at_most is None:
            return Carry(moved, ONE, Decimal(0), within)
        most = self.node(self.carried_at_most, given)
        return Carry(Sum((moved, Product((ZERO, most)))), ONE, Decimal(0), within, ceiling=most, cut=True)

    def formula(self, given: Given) -> Node:
        """Achieved and carried in, at most the target; or what is left above target and earlier shortfalls."""
        of, against, carried = self.node(self.of, given), self.node(self.against, given), self._carried(given)
        before = Previous(carried, 1, carried.within, held=True)
        if self.carries == "surplus":
            return Least(Sum((of, before)), against)
        return Greatest(less(less(of, against), before), ZERO)

    def others(self, given: Given) -> dict[str, Node]:
        """The surplus carried on, or minus the shortfall."""
        carried = self._carried(given)
        return {f"{self.id}.carried": carried if self.carries == "surplus" else Product((MINUS, carried))}


@checked(frozen=True, kw_only=True, config=RECORD)
class Proration(Common):
    """A part of an amount: days employed ÷ days of the year, months worked ÷ 12.

    - of: the whole amount.
    - part: the time or number that counts.
    - whole: the time or number that would be all of it.
    - round_factor: how part ÷ whole is rounded before it is used; null where it is not.
    """

    kind: ClassVar[str] = "proration"
    of: Quantity
    part: Quantity
    whole: Quantity
    round_factor: RoundingRule | None

    def _factor(self, given: Given) -> Node:
        factor: Node = Ratio(self.node(self.part, given), self.node(self.whole, given))
        if self.round_factor is not None:
            factor = Round(factor, Rounding(self.round_factor.digits, self.round_factor.mode))
        return factor

    def formula(self, given: Given) -> Node:
        """of x part ÷ whole."""
        return Product((self.node(self.of, given), self._factor(given)))

    def others(self, given: Given) -> dict[str, Node]:
        """part ÷ whole, rounded where it is."""
        return {f"{self.id}.factor": self._factor(given)}


@checked(frozen=True, kw_only=True, config=RECORD)
class Converted(Common):
    """A foreign amount in the history's currency.

    - of: the foreign amount.
    - currency: its currency, three capital letters.
    - at: the `average` of the period, the rate at `period_end`, both from the `fx` table; or a rate written here.
    """

    kind: ClassVar[str] = "converted"
    of: Quantity
    currency: Currency
    at: Literal["average", "period_end"] | Figure

    def formula(self, given: Given) -> Node:
        """of x rate."""
        if isinstance(self.at, str):
            rate: Node = Column(f"fx:{self.currency}:{self.at}")
            rate = algebra.Place(rate) if self.every == "transaction" else rate
        else:
            rate = given.number(self.at, self.every, self.source)
        return Product((self.node(self.of, given), rate))
