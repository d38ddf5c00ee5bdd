"""Kinds of pay: the parts of an account manager's income (S6.5, S6.6)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field
from pydantic.dataclasses import dataclass as checked

from policymodel.scheme.algebra import (
    Accumulate,
    Column,
    Constant,
    Greatest,
    Line,
    Node,
    Product,
    Ratio,
    Slice,
    Sum,
)
from policymodel.scheme.given import SCORE, Given
from policymodel.scheme.kinds.record import Record
from policymodel.scheme.quantities import AboveZero, Portion
from policymodel.scheme.refusals import Written
from policymodel.scheme.terms import RECORD, Basis, Figure, TargetRule, Text, Title, income_fact


def _pairs(raw: Any) -> Any:
    return tuple(raw.items()) if isinstance(raw, Mapping) else raw


GradeTable = Annotated[
    tuple[tuple[str, Figure], ...],
    Field(min_length=1),
    BeforeValidator(_pairs),
    Written("a table such as {A: 5000, B: 6000}"),
]

PARTS = {
    "stock": Text((("en", "For the stock"), ("zh-Hant", "存量部分"), ("zh-Hans", "存量部分"))),
    "increment": Text((("en", "For the increment"), ("zh-Hant", "增量部分"), ("zh-Hans", "增量部分"))),
    "super_increment": Text(
        (("en", "For what exceeds the target"), ("zh-Hant", "超增量部分"), ("zh-Hans", "超增量部分"))
    ),
}


@checked(frozen=True, kw_only=True, config=RECORD)
class GradeWage(Record):
    """Base wage by the grade table, post allowance included (S6.6), for the months and days employed.

    A month counts by the days employed in it and by the share of a full-time post.

    - monthly: the wage of a month for each grade.
    """

    kind: ClassVar[str] = "grade_wage"
    id: str
    title: Title
    source: str
    monthly: GradeTable

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades the table knows."""
        return tuple(grade for grade, _ in self.monthly)

    def expression(self, given: Given) -> Line:
        """Sum over grades of monthly wage x months employed in the grade (full-time equivalents)."""
        total = Sum(
            tuple(
                Product((given.number(wage, source=self.source), Column(f"months_in_grade:{grade}")))
                for grade, wage in self.monthly
            )
        )
        return Line(total, self.id, self.title, self.source)


@checked(frozen=True, kw_only=True, config=RECORD)
class SliceShares:
    """The share paid of each slice of realised income (S6.5).

    - stock: of income up to the base.
    - increment: of income from the base to the target.
    - super_increment: of income above the target.
    """

    stock: Portion
    increment: Portion
    super_increment: Portion


@checked(frozen=True, kw_only=True, config=RECORD)
class PerformanceWage(Record):
    """Performance wage in three slices of realised income: 0 → stock, stock → target, above (S6.5).

    Year to date against the annual thresholds by time progress, summed over the income lines, less what earlier
    periods paid; no yuan is paid twice. Stock = the clients' base; target = stock + increment (S6.4). A stock or an
    increment below zero counts as zero: no slice begins below nothing. While the entitlement to date stays below
    its highest so far nothing is paid and the balance is carried. What is drawn is then multiplied by management
    score ÷ full score (S6.6): the balance is kept before scaling, so a low score in one quarter is not paid back in
    the next.

    - income: the income lines of `client_income` that count, added up.
    - income_basis: `received`, what came in (S6.9); or `accrued`, what was earned, of the rows that say so.
    - increment: `from_targets`: the increment follows from `targets:`.
    - shares: the share paid of each slice.
    - negative_balance: `carry`: a balance below zero waits, and nothing is taken back.
    - scaled_by: `management_score`, the card's total; null where nothing scales the wage.
    - full_score: the score at which all of it is paid.
    """

    kind: ClassVar[str] = "performance_wage"
    id: str
    title: Title
    source: str
    income: Annotated[tuple[str, ...], Field(min_length=1)]
    increment: Literal["from_targets"]
    shares: SliceShares
    negative_balance: Literal["carry"]
    scaled_by: Literal["management_score"] | None
    full_score: AboveZero
    income_basis: Basis = "received"

    @property
    def facts(self) -> tuple[str, ...]:
        """The names of the income that counts, by line and basis."""
        return tuple(income_fact(line, self.income_basis) for line in self.income)

    def realised(self) -> Node:
        """Income of all lines year to date (S6.2, S6.9)."""
        return Sum(tuple(Column(fact, window="year_to_date") for fact in self.facts))

    def stock(self, targets: TargetRule | None) -> Node:
        """The base of all lines by time progress (S6.3)."""
        return Sum(tuple(Column(f"base:{fact}", window="year_to_date", rule=targets) for fact in self.facts))

    def growth(self, targets: TargetRule | None) -> Node:
        """The increment target of all lines by time progress (S6.4)."""
        return Sum(
            tuple(Column(f"increment:{fact}", window="year_to_date", rule=targets) for fact in self.facts)
        )

    def entitlements(self, given: Given) -> dict[str, Node]:
        """What each part amounts to, year to date, before scaling."""
        zero = Constant(Decimal(0), self.source)
        realised = self.realised()
        stock = Greatest(self.stock(given.targets), zero)
        target = Sum((stock, Greatest(self.growth(given.targets), zero)))
        slices = {
            "stock": (self.shares.stock, Slice(realised, zero, stock)),
            "increment": (self.shares.increment, Slice(realised, stock, target)),
            "super_increment": (self.shares.super_increment, Slice(realised, target, None)),
        }
        return {
            part: Product((given.number(share, source=self.source), piece))
            for part, (share, piece) in slices.items()
        }

    def balance(self, given: Given) -> Node:
        """The whole entitlement to date."""
        return Sum(tuple(self.entitlements(given).values()))

    def parts(self, given: Given) -> dict[str, Line]:
        """What each part pays in the period, scaled."""
        balance = self.balance(given)
        scale = None
        if self.scaled_by == "management_score":
            scale = Ratio(given.line(SCORE), given.number(self.full_score, source=self.source))
        nodes: dict[str, Line] = {}
        for part, entitlement in self.entitlements(given).items():
            drawn: Node = Accumulate(entitlement, balance)
            node = drawn if scale is None else Product((drawn, scale))
            nodes[f"{self.id}.{part}"] = Line(node, f"{self.id}.{part}", PARTS[part], self.source)
        return nodes

    def expression(self, given: Given) -> Line:
        """What all parts pay together."""
        return Line(Sum(tuple(self.parts(given).values())), self.id, self.title, self.source)

    def others(self, given: Given) -> dict[str, Node]:
        """Each part by itself, before rounding."""
        return dict(self.parts(given))
