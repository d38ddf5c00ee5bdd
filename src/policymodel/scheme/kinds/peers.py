"""Kinds among people: statistics, ranks, awards, pools, overrides on a team, split credits."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic.dataclasses import dataclass as checked

from policymodel.scheme import algebra
from policymodel.scheme.algebra import (
    Award,
    Column,
    Greatest,
    Node,
    OverPeers,
    OverTeam,
    RoundTogether,
    Where,
)
from policymodel.scheme.given import Given, LineFault
from policymodel.scheme.kinds.common import Common
from policymodel.scheme.kinds.running import ONE, ZERO, less
from policymodel.scheme.quantities import Condition, Quantity
from policymodel.scheme.terms import RECORD, Figure
from policymodel.units import Rounding

Scope = Literal["outlet", "region", "group"]
Missing = Literal["refuse", "leave_out"]

ONE_VALUE = (
    "sum",
    "count",
    "mean",
    "median",
    "quantile",
    "smallest",
    "largest",
    "standard_deviation",
    "gini",
    "lorenz",
    "atkinson",
    "wolfson",
)
NEEDS_AT = {"quantile": "which share", "lorenz": "at which share of people", "atkinson": "the epsilon"}


def _listed(raw: Any) -> Any:
    return raw if isinstance(raw, list | tuple) else (raw,)


@checked(frozen=True, kw_only=True, config=RECORD)
class _AmongPeers(Common):
    """Settings of kinds that look at peers: who they are, and what a missing figure of one of them means."""

    among: Scope
    missing: Missing

    @model_validator(mode="after")
    def _over_periods(self) -> _AmongPeers:
        if self.every == "transaction":
            raise ValueError("peers are people in a period; leave `every: transaction` out")
        return self


@checked(frozen=True, kw_only=True, config=RECORD)
class Statistic(_AmongPeers):
    """One statistic of all peers' values, the same for each of them.

    Of one value: sum, count, mean, median, quantile (`at` a share, linear between order statistics), smallest,
    largest, standard_deviation (n - 1), gini, lorenz (`at` a share of people), atkinson (`at` its epsilon),
    wolfson. Of two: kendall_tau_b, spearman. Of several raters: kendall_w, corrected for ties. `who` keeps only
    peers for whom conditions hold. A statistic that is not defined for the values does not apply.
    """

    kind: ClassVar[str] = "statistic"
    of: Annotated[tuple[Quantity, ...], BeforeValidator(_listed), Field(min_length=1)]
    statistic: Literal[
        "sum",
        "count",
        "mean",
        "median",
        "quantile",
        "smallest",
        "largest",
        "standard_deviation",
        "gini",
        "lorenz",
        "atkinson",
        "wolfson",
        "kendall_tau_b",
        "spearman",
        "kendall_w",
    ]
    at: Figure | None = None
    who: tuple[Condition, ...] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Statistic:
        if (self.statistic in NEEDS_AT) != (self.at is not None):
            needed = ", ".join(f"{name} ({what})" for name, what in NEEDS_AT.items())
            raise ValueError(f"`at:` is needed by, and only by, {needed}")
        many = 1 if self.statistic in ONE_VALUE else 2
        if len(self.of) < many or (self.statistic != "kendall_w" and len(self.of) > many):
            raise ValueError(
                f"{self.statistic} is of {many} value{'s' if many > 1 else ''}, here are {len(self.of)}"
            )
        return self

    def formula(self, given: Given) -> Node:
        """The statistic."""
        parts = tuple(self.node(each, given) for each in self.of)
        who = given.all_hold(self.who, self.every) if self.who is not None else None
        numbers = [] if self.at is None else [self.at]
        return given.dated(
            numbers,
            lambda value: OverPeers(
                parts, self.statistic, self.among, self.missing, value(self.at) if self.at else None, who
            ),
            self.every,
        )


@checked(frozen=True, kw_only=True, config=RECORD)
class Rank(_AmongPeers):
    """A person's place among peers, 1 for the best; or place ÷ peers ranked.

    Ties: best_place (1, 1, 3), mean_place (1.5, 1.5, 3), worst_place (2, 2, 3), next_place (1, 1, 2).
    """

    kind: ClassVar[str] = "rank"
    of: Quantity
    best: Literal["highest", "lowest"]
    ties: Literal["best_place", "mean_place", "worst_place", "next_place"]
    shown_as: Literal["place", "share"]

    def formula(self, given: Given) -> Node:
        """The place."""
        of = self.node(self.of, given)
        return algebra.Rank(of, self.among, self.best, self.ties, self.missing, self.shown_as)


@checked(frozen=True, kw_only=True, config=RECORD)
class AwardFor:
    """An amount for one place, for places from … to, or for the n-th place from the end."""

    amount: Figure
    place: Annotated[int, Field(ge=1)] | None = None
    from_: Annotated[int, Field(ge=1)] | None = Field(default=None, alias="from")
    to: Annotated[int, Field(ge=1)] | None = None
    last: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> AwardFor:
        ways = [self.place is not None, self.from_ is not None or self.to is not None, self.last is not None]
        if sum(ways) != 1 or (self.from_ is None) != (self.to is None):
            raise ValueError(
                "an award is for a `place:`, for places `from:` … `to:`, or for the `last:` n-th place"
            )
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise ValueError(f"the award's places end ({self.to}) before they begin ({self.from_})")
        return self

    def award(self, amount: Decimal) -> Award:
        """Its places with an amount."""
        if self.last is not None:
            return Award(self.last, self.last, amount, from_the_end=True)
        first = self.place or self.from_ or 1
        return Award(first, self.place or self.to or first, amount)


@checked(frozen=True, kw_only=True, config=RECORD)
class RankAward(_AmongPeers):
    """An amount by place among peers; other places get nothing, and a place from the front wins over one from the end.

    Tied people occupy as many places as they are: all of them get the better award, share the awards of those
    places, or get the worse.
    """

    kind: ClassVar[str] = "rank_award"
    of: Quantity
    best: Literal["highest", "lowest"]
    awards: tuple[AwardFor, ...] = Field(min_length=1)
    ties: Literal["all_get_the_better", "share_the_awards", "all_get_the_worse"]

    @model_validator(mode="after")
    def _once(self) -> RankAward:
        taken: list[int] = []
        for each in self.awards:
            places = range(each.from_ or each.place or 0, (each.to or each.place or 0) + 1)
            twice = [place for place in places if each.last is None and place in taken]
            if twice:
                raise ValueError(f"place {twice[0]} has two awards")
            taken += [] if each.last is not None else places
        return self

    def formula(self, given: Given) -> Node:
        """The award of the place."""
        of = self.node(self.of, given)
        return given.dated(
            [each.amount for each in self.awards],
            lambda value: algebra.Awards(
                of,
                self.among,
                self.best,
                tuple(each.award(value(each.amount)) for each in self.awards),
                self.ties,
                self.missing,
            ),
            self.every,
        )


@checked(frozen=True, kw_only=True, config=RECORD)
class Pool(_AmongPeers):
    """A fund that peers share: in equal parts, or in proportion to a weight.

    Who shares may be bound to conditions (`who`). A negative weight counts as zero; where nobody has a weight
    nothing is paid and the fund stays unspent. Parts that are rounded leave a remainder over or under
    (`left_over`), or are rounded together so that they add up to the fund (`largest_remainder`).
    """

    kind: ClassVar[str] = "pool"
    fund: Quantity
    allocation: Literal["equal", "in_proportion"]
    weight: Quantity | None = None
    who: tuple[Condition, ...] | None = None
    remainder: Literal["left_over", "largest_remainder"] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Pool:
        if (self.allocation == "in_proportion") != (self.weight is not None):
            raise ValueError("`weight:` is needed by, and only by, `allocation: in_proportion`")
        if (self.round is not None) != (self.remainder is not None):
            raise ValueError(
                "`remainder:` is open: parts that are rounded leave it over (`left_over`) "
                "or add up to the fund (`largest_remainder`)"
            )
        if self.remainder == "largest_remainder" and (self.floor or self.cap):
            raise ValueError("parts between a floor and a cap cannot add up to the fund")
        return self

    def _weight(self, given: Given) -> Node:
        """The weight of each person, 0 for who does not share."""
        weight: Node = ONE
        if self.weight is not None:
            weight = Greatest(self.node(self.weight, given), ZERO)
        if self.who is None:
            return weight
        return Where(given.all_hold(self.who, self.every), weight, ZERO)

    def _share(self, given: Given) -> Node:
        weight = self._weight(given)
        total = OverPeers((weight,), "sum", self.among, self.missing)
        return algebra.Ratio(weight, total, "zero")

    def formula(self, given: Given) -> Node:
        """fund x weight ÷ sum of weights."""
        fund = self.node(self.fund, given)
        part: Node = algebra.Product((fund, self._share(given)))
        if self.remainder == "largest_remainder" and self.round is not None:
            part = RoundTogether(part, fund, self.among, Rounding(self.round.digits, self.round.mode))
        return part

    def others(self, given: Given) -> dict[str, Node]:
        """The share of the fund, and what of the fund nobody gets."""
        paid = OverPeers((given.line(self.id),), "sum", self.among, "leave_out")
        return {
            f"{self.id}.share": self._share(given),
            f"{self.id}.unspent": less(self.node(self.fund, given), paid),
        }


@checked(frozen=True, kw_only=True, config=RECORD)
class Override(Common):
    """A leader's rate on what the people who report to them bring in: directly, or at any depth below."""

    kind: ClassVar[str] = "override"
    of: Quantity
    rate: Quantity
    team: Literal["direct", "whole"]

    def base(self, given: Given) -> Node:
        """The team's sum."""
        if self.every == "transaction":
            raise LineFault("a team is led over a period", "leave `every: transaction` out")
        return OverTeam(self.node(self.of, given), self.team)

    def formula(self, given: Given) -> Node:
        """rate x the team's sum."""
        return algebra.Product((self.base(given), self.node(self.rate, given)))

    def others(self, given: Given) -> dict[str, Node]:
        """The team's sum."""
        return {f"{self.id}.base": self.base(given)}


@checked(frozen=True, kw_only=True, config=RECORD)
class SplitCredit(Common):
    """A transaction's amount by the share credited to each person in the `credits` table; 1 where nobody shares."""

    kind: ClassVar[str] = "split_credit"
    of: Quantity

    def formula(self, given: Given) -> Node:
        """of x share credited."""
        if self.every == "period":
            raise LineFault("only a transaction is credited in shares", "write `every: transaction`")
        return algebra.Product((self.node(self.of, given), Column("transaction:share")))
