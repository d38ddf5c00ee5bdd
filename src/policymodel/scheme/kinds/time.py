"""Kinds over time: draws, guarantees, ramps, advances, clawbacks, deferrals, bonus banks, proration …"""

from __future__ import annotations

from decimal import Decimal
from math import ceil
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
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
from policymodel.scheme.kinds.common import Common
from policymodel.scheme.kinds.running import MINUS, ONE, ZERO, less
from policymodel.scheme.quantities import Condition, Quantity
from policymodel.scheme.terms import RECORD, Figure, RoundingRule
from policymodel.units import Rounding

RESETS: dict[str, Within | None] = {
    "never": None,
    "quarter_end": "quarter",
    "half_year_end": "half_year",
    "year_end": "year",
}
Resets = Literal["never", "quarter_end", "half_year_end", "year_end"]
SERVICE = Column("person:months_of_service")


@checked(frozen=True, kw_only=True, config=RECORD)
class _OverTime(Common):
    """A line that hands something to the next period, so it stands on periods."""

    @model_validator(mode="after")
    def _over_periods(self) -> _OverTime:
        if self.every == "transaction":
            raise ValueError("what is carried goes from period to period; leave `every: transaction` out")
        return self


@checked(frozen=True, kw_only=True, config=RECORD)
class Draw(_OverTime):
    """A draw against earnings, in the three meanings published plans give it.

    minimum: never less than the draw is paid and nothing is owed (non-recoverable). advance: a shortfall is
    paid and owed, and recovered from what later earnings exceed the draw by, so that pay never falls below it
    (recoverable). loan: a shortfall is paid and owed, and recovered from the whole of the next earnings that
    reach the draw, so pay may fall below it. What is owed may be forgiven at the end of a quarter, half-year or
    year. `recovery_cap` is the most recovered in a period.
    """

    kind: ClassVar[str] = "draw"
    of: Quantity
    amount: Quantity
    meaning: Literal["minimum", "advance", "loan"]
    forgiven: Resets | None = None
    recovery_cap: Figure | None = None

    @model_validator(mode="after")
    def _whole(self) -> Draw:
        if self.meaning == "minimum":
            if self.forgiven is not None or self.recovery_cap is not None:
                raise ValueError(
                    "a minimum is not owed; `forgiven:` and `recovery_cap:` are for an advance or loan"
                )
        elif self.forgiven is None:
            raise ValueError(f"`forgiven:` is open: what is owed is forgiven {', '.join(RESETS)}")
        return self

    def _owed(self, given: Given) -> Carry:
        """What is owed at the period's end."""
        earned, draw = self.node(self.of, given), self.node(self.amount, given)
        recovered = less(earned, draw) if self.meaning == "advance" else earned
        if self.recovery_cap is not None:
            recovered = Least(recovered, given.number(self.recovery_cap, source=self.source))
        moved = Where(Reached(earned, draw, "at_least"), Product((MINUS, recovered)), less(draw, earned))
        return Carry(moved, ONE, Decimal(0), RESETS[self.forgiven or "never"])

    def _change(self, given: Given) -> Node:
        owed = self._owed(given)
        return less(owed, Previous(owed, 1, owed.within))

    def formula(self, given: Given) -> Node:
        """The larger of earnings and draw; or earnings, and what more or less is owed."""
        earned, draw = self.node(self.of, given), self.node(self.amount, given)
        if self.meaning == "minimum":
            return Greatest(earned, draw)
        return Sum((earned, self._change(given)))

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
    """Not less than an amount in the first months of service."""

    kind: ClassVar[str] = "guarantee"
    of: Quantity
    amount: Quantity
    first_months: Figure

    def formula(self, given: Given) -> Node:
        """The larger of the two while the guarantee runs."""
        of = self.node(self.of, given)
        runs = Reached(SERVICE, given.number(self.first_months, source=self.source), "at_most")
        return Where(runs, Greatest(of, self.node(self.amount, given)), of)


@checked(frozen=True, kw_only=True, config=RECORD)
class Ramp(_OverTime):
    """A quota or an amount by month of service: a factor for the first month, the second …, and one `after`."""

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

    `advanced` periods of `earned_over`, or an `advanced_share`, are paid at once; the rest falls due in equal
    parts in the periods after those. `part` is one such part, `rest` all of them, `outstanding` what is not yet
    due.
    """

    kind: ClassVar[str] = "advance"
    of: Quantity
    earned_over: Annotated[int, Field(ge=1)]
    advanced: Annotated[int, Field(ge=0)] | None = None
    advanced_share: Figure | None = None

    @model_validator(mode="after")
    def _whole(self) -> Advance:
        if (self.advanced is None) == (self.advanced_share is None):
            raise ValueError("say what is paid at once: `advanced:` periods, or an `advanced_share:`")
        if self.advanced is not None and self.advanced > self.earned_over:
            raise ValueError(f"{self.advanced} periods are advanced of only {self.earned_over}")
        if self.advanced_share is not None and not 0 <= self.advanced_share.value <= 1:
            raise ValueError("`advanced_share:` lies between 0 and 1")
        return self

    @property
    def begins(self) -> int:
        """After how many periods the first part of the rest falls due."""
        if self.advanced is not None:
            return max(self.advanced, 1) if self.advanced < self.earned_over else self.earned_over
        assert self.advanced_share is not None
        return max(ceil(self.advanced_share.value * self.earned_over), 1)

    def _at_once(self, given: Given) -> Node:
        of = self.node(self.of, given)
        if self.advanced_share is not None:
            return Product((of, given.number(self.advanced_share, source=self.source)))
        assert self.advanced is not None
        return Ratio(Product((of, _count(self.advanced))), _count(self.earned_over))

    def _part(self, given: Given) -> Node:
        left = max(self.earned_over - self.begins, 1)
        return Ratio(less(self.node(self.of, given), self._at_once(given)), _count(left))

    def formula(self, given: Given) -> Node:
        """What is advanced now and the parts of earlier commissions that fall due."""
        part = self._part(given)
        due = [Previous(part, after) for after in range(self.begins, max(self.earned_over, self.begins + 1))]
        return Sum((self._at_once(given), *due))

    def others(self, given: Given) -> dict[str, Node]:
        """The advance, one later part, all of them, and what is outstanding."""
        of, at_once = self.node(self.of, given), self._at_once(given)
        return {
            f"{self.id}.advance": at_once,
            f"{self.id}.part": self._part(given),
            f"{self.id}.rest": less(of, at_once),
            f"{self.id}.outstanding": Carry(less(of, self.formula(given)), ONE),
        }


def _count(number: int) -> Constant:
    return Constant(Decimal(number))


@checked(frozen=True, kw_only=True, config=RECORD)
class Clawback(Common):
    """What is taken back of something paid, as a negative amount; only where conditions (`when`) hold.

    all: the whole. share: a share of it. unearned: in proportion to the part of `earned_over` that was not
    `kept` (months not in force). `reclaimed` is the same as a positive amount, `per_period` what one period
    earns.
    """

    kind: ClassVar[str] = "clawback"
    of: Quantity
    reclaims: Literal["all", "share", "unearned"]
    share: Quantity | None = None
    earned_over: Quantity | None = None
    kept: Quantity | None = None
    when: tuple[Condition, ...] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Clawback:
        if (self.reclaims == "share") != (self.share is not None):
            raise ValueError("`share:` is needed by, and only by, `reclaims: share`")
        both = self.earned_over is not None and self.kept is not None
        if self.reclaims == "unearned" and not both:
            raise ValueError("`reclaims: unearned` needs `earned_over:` and `kept:`")
        if self.reclaims != "unearned" and (self.earned_over is not None or self.kept is not None):
            raise ValueError("`earned_over:` and `kept:` belong to `reclaims: unearned`")
        return self

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
    """A share that falls due some periods after it was awarded; 0 is at once."""

    after: Annotated[int, Field(ge=0)]
    share: Figure


@checked(frozen=True, kw_only=True, config=RECORD)
class Deferral(_OverTime):
    """An award paid in instalments: 60 % at once, 20 % a year later, 20 % two years later.

    Shares need not add up to 1: what is missing is never paid. `outstanding` is what is awarded and not yet
    paid.
    """

    kind: ClassVar[str] = "deferral"
    of: Quantity
    instalments: tuple[Instalment, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> Deferral:
        after = [each.after for each in self.instalments]
        if len(set(after)) < len(after):
            raise ValueError("two instalments fall due after the same number of periods")
        return self

    def formula(self, given: Given) -> Node:
        """What falls due in the period."""
        of = self.node(self.of, given)
        return Sum(
            tuple(
                Product(
                    (
                        given.number(each.share, source=self.source),
                        Previous(of, each.after) if each.after else of,
                    )
                )
                for each in self.instalments
            )
        )

    def others(self, given: Given) -> dict[str, Node]:
        """What is awarded and not yet paid."""
        awarded = Product(
            (
                Sum(tuple(given.number(each.share, source=self.source) for each in self.instalments)),
                self.node(self.of, given),
            )
        )
        return {f"{self.id}.outstanding": Carry(less(awarded, self.formula(given)), ONE)}


@checked(frozen=True, kw_only=True, config=RECORD)
class BonusBank(_OverTime):
    """A bonus goes into a bank and a share of the balance is paid each period, but never from a debt.

    A negative bonus reduces the bank, or is ignored. `before` is the balance before payment, `bank` after it.
    """

    kind: ClassVar[str] = "bonus_bank"
    of: Quantity
    pays: Figure
    negative: Literal["reduces_bank", "ignored"]

    @model_validator(mode="after")
    def _whole(self) -> BonusBank:
        if not 0 <= self.pays.value <= 1:
            raise ValueError("`pays:` is a share between 0 and 1")
        return self

    def _before(self, given: Given) -> Node:
        return Sum((self._bonus(given), Previous(self._bank(given), 1)))

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

    surplus: the value is what was achieved and carried in, at most the target; the rest is carried on.
    shortfall: the value is what exceeds the target once earlier shortfalls are made up. `carried` is the
    surplus, or minus the shortfall.
    """

    kind: ClassVar[str] = "carry_forward"
    of: Quantity
    against: Quantity
    carries: Literal["surplus", "shortfall"]
    resets: Resets

    def _carried(self, given: Given) -> Carry:
        over = less(self.node(self.of, given), self.node(self.against, given))
        moved = over if self.carries == "surplus" else Product((MINUS, over))
        return Carry(moved, ONE, Decimal(0), RESETS[self.resets])

    def formula(self, given: Given) -> Node:
        """Achieved and carried in less carried on; or what is left above the target."""
        of, carried = self.node(self.of, given), self._carried(given)
        before = Previous(carried, 1, carried.within)
        if self.carries == "surplus":
            return Sum((of, less(before, carried)))
        over = less(of, self.node(self.against, given))
        return Sum((over, less(carried, before)))

    def others(self, given: Given) -> dict[str, Node]:
        """The surplus carried on, or minus the shortfall."""
        carried = self._carried(given)
        return {f"{self.id}.carried": carried if self.carries == "surplus" else Product((MINUS, carried))}


@checked(frozen=True, kw_only=True, config=RECORD)
class Proration(Common):
    """A part of an amount: days employed ÷ days of the year, months worked ÷ 12. The factor may be rounded first."""

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
    """A foreign amount in the history's currency, at the period's average or final rate, or one written here."""

    kind: ClassVar[str] = "converted"
    of: Quantity
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    at: Literal["average", "period_end"] | Figure

    def formula(self, given: Given) -> Node:
        """of x rate."""
        if isinstance(self.at, str):
            rate: Node = Column(f"fx:{self.currency}:{self.at}")
            rate = algebra.Place(rate) if self.every == "transaction" else rate
        else:
            rate = given.number(self.at, self.every, self.source)
        return Product((self.node(self.of, given), rate))
