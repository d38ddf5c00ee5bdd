"""Named plans: the bonus that solves its own equation, and premium plans for time saved."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic.dataclasses import dataclass as checked

from policymodel.scheme.algebra import Constant, Greatest, Node, Power, Product, Ratio, Sum
from policymodel.scheme.given import Given
from policymodel.scheme.kinds.record import Common
from policymodel.scheme.kinds.running import ONE, ZERO, less
from policymodel.scheme.quantities import PortionQuantity, Quantity
from policymodel.scheme.refusals import Wrong
from policymodel.scheme.terms import RECORD

HALF = Constant(Decimal("0.5"))


@checked(frozen=True, kw_only=True, config=RECORD)
class ProfitBonus(Common):
    """A share of profit whose base may be after the bonus itself and after tax: it solves its own equation.

    Below zero there is no bonus.

    - profit: the profit before bonus and tax.
    - rate: the share of the base that is the bonus.
    - base: what the rate is of: the profit `before_bonus_and_tax`, `after_bonus`, `after_tax` or
      `after_bonus_and_tax`.
    - above: what the base must exceed, as in a return on capital; only what lies above it counts.
    - tax_rate (with a base after tax): the rate of the tax.
    - tax_on (with a base after tax): what is taxed: the `profit`, or the `profit_after_bonus` where the bonus
      lowers the tax.
    """

    kind: ClassVar[str] = "profit_bonus"
    profit: Quantity
    rate: PortionQuantity
    base: Literal["before_bonus_and_tax", "after_bonus", "after_tax", "after_bonus_and_tax"]
    above: Quantity | None = None
    tax_rate: PortionQuantity | None = None
    tax_on: Literal["profit", "profit_after_bonus"] | None = None

    def wrong(self) -> Iterator[Wrong]:
        """A tax that is not described, or has no use."""
        yield from super().wrong()
        taxed = self.base in ("after_tax", "after_bonus_and_tax")
        words = {"tax_rate": "write a number or a quantity", "tax_on": "write profit or profit_after_bonus"}
        for setting, right in words.items():
            written = getattr(self, setting) is not None
            if taxed and not written:
                yield Wrong((setting,), f"a base '{self.base}' needs this setting", right)
            elif written and not taxed:
                what = f"it has no meaning for a base '{self.base}'"
                yield Wrong((setting,), what, "leave it out, or write a base after tax")

    def formula(self, given: Given) -> Node:
        """r (P - H - t P) ÷ (1 + r - r t), each term only where the base has it; at least 0."""
        profit, rate = self.node(self.profit, given), self.node(self.rate, given)
        base = profit if self.above is None else less(profit, self.node(self.above, given))
        bottom: Node = ONE
        if self.base in ("after_bonus", "after_bonus_and_tax"):
            bottom = Sum((bottom, rate))
        if self.tax_rate is not None:
            tax = self.node(self.tax_rate, given)
            base = less(base, Product((tax, profit)))
            if self.tax_on == "profit_after_bonus":
                bottom = less(bottom, Product((rate, tax)))
        return Greatest(Ratio(Product((rate, base)), bottom), ZERO)

    def others(self, given: Given) -> dict[str, Node]:
        """The tax that goes with the bonus."""
        if self.tax_rate is None:
            return {}
        taxed = self.node(self.profit, given)
        if self.tax_on == "profit_after_bonus":
            taxed = less(taxed, given.own(self))
        return {f"{self.id}.tax": Product((self.node(self.tax_rate, given), taxed))}


@checked(frozen=True, kw_only=True, config=RECORD)
class PremiumPlan(Common):
    """Pay for a task in less than its standard time.

    No time is saved by who takes longer; they are paid for the time they take (but for Barth).

    - plan: `halsey`: actual time x rate, and a share of the time saved x rate. `rowan`: actual time x rate, and of
      it the part time saved ÷ standard. `barth`: rate x the root of standard x actual time.
    - standard: the time the task should take.
    - actual: the time it took.
    - rate: the wage of one unit of time.
    - share (with `plan: halsey`): the share of the time saved that is paid.
    """

    kind: ClassVar[str] = "premium_plan"
    plan: Literal["halsey", "rowan", "barth"]
    standard: Quantity
    actual: Quantity
    rate: Quantity
    share: PortionQuantity | None = None

    def wrong(self) -> Iterator[Wrong]:
        """A share of the time saved that is missing, or has no use."""
        yield from super().wrong()
        if self.plan == "halsey" and self.share is None:
            what = "a Halsey plan pays a share of the time saved"
            yield Wrong(("share",), what, "write it, such as share: 0.5")
        if self.plan != "halsey" and self.share is not None:
            what = f"it has no meaning for the plan '{self.plan}'"
            yield Wrong(("share",), what, "leave it out, or write `plan: halsey`")

    def _wages(self, given: Given) -> Node:
        return Product((self.node(self.actual, given), self.node(self.rate, given)))

    def formula(self, given: Given) -> Node:
        """Time wages and premium."""
        standard, actual, rate = (self.node(each, given) for each in (self.standard, self.actual, self.rate))
        if self.plan == "barth":
            return Product((rate, Power(Product((standard, actual)), HALF)))
        saved = Greatest(less(standard, actual), ZERO)
        if self.share is not None:
            return Sum((self._wages(given), Product((self.node(self.share, given), saved, rate))))
        return Sum((self._wages(given), Product((Ratio(saved, standard), self._wages(given)))))

    def others(self, given: Given) -> dict[str, Node]:
        """Time wages, what is paid beyond them, and pay for one unit of actual time."""
        pay = given.own(self)
        return {
            f"{self.id}.time_wages": self._wages(given),
            f"{self.id}.bonus": less(pay, self._wages(given)),
            f"{self.id}.effective_rate": Ratio(pay, self.node(self.actual, given)),
        }
