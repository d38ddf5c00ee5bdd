"""Kinds among people: statistics, ranks, awards, pools, overrides on a team, split credits."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field
from pydantic.dataclasses import dataclass as checked

from policymodel.scheme import algebra
from policymodel.scheme.algebra import (
    Applies,
    Award,
    Column,
    Greatest,
    Instead,
    Node,
    OverPeers,
    OverTeam,
    RoundTogether,
    Where,
)
from policymodel.scheme.given import Given
from policymodel.scheme.kinds.record import Common
from policymodel.scheme.kinds.running import ONE, ZERO, less
from policymodel.scheme.quantities import Condition, Quantity
from policymodel.scheme.refusals import Checked, Wrong, listed
from policymodel.scheme.terms import RECORD, Figure
from policymodel.units import Rounding

Scope = Literal["outlet", "region", "group"]
SCOPES = ("outlet", "region", "group")
Missing = Literal["refuse", "leave_out"]
PlaceNumber = Annotated[int, Field(strict=True, ge=1)]

ONE_VALUE = (
    "sum",
    "count",
    "mean",
    "median",
    "quantile",
    "smallest",
    "largest",
    "standard_deviation",
    "standard_deviation_of_all",
    "gini",
    "gini_of_sample",
    "theil_t",
    "theil_l",
    "herfindahl",
    "lorenz",
    "atkinson",
    "wolfson",
)
NOWHERE = algebra.Ratio(ONE, ZERO)
"""What applies to nobody."""
NEEDS_AT = {
    "quantile": "which share, from 0 to 1",
    "lorenz": "at which share of people, from 0 to 1",
    "atkinson": "its epsilon, 0 or more",
}


def _listed(raw: Any) -> Any:
    return raw if isinstance(raw, list | tuple) else (raw,)


@checked(frozen=True, kw_only=True, config=RECORD)
class _AmongPeers(Common):
    """Settings of kinds that look at peers.

    - among: who the peers are: everybody employed in the period in the same `outlet`, the same `region`, or the
      whole `group`.
    - missing: a peer whose figure is not known leaves all peers without a number (`refuse`), or is left out
      (`leave_out`).
    """

    among: Scope
    missing: Missing

    def wrong(self) -> Iterator[Wrong]:
        """A transaction has no peers."""
        yield from super().wrong()
        if self.every == "transaction":
            yield Wrong(("every",), "peers are people in a period", "leave `every: transaction` out")


@checked(frozen=True, kw_only=True, config=RECORD)
class Statistic(_AmongPeers):
    """One statistic of all peers' values, the same for each of them.

    A statistic that is not defined for the values does not apply.

    - of: the value; a list where the statistic is of two or of several.
    - statistic: of one value `sum`, `count`, `mean`, `median`, `quantile` (linear between order statistics),
      `smallest`, `largest`, `standard_deviation` (n - 1) or `standard_deviation_of_all` (n), `gini` (of all) or
      `gini_of_sample` (times n ÷ (n - 1)), `theil_t`, `theil_l`, `herfindahl`, `lorenz` (what the poorest share of
      people has), `atkinson`, `wolfson`; of two `kendall_tau_b`, `spearman`; of several raters `kendall_w`,
      corrected for ties.
    - at (with `quantile`, `lorenz`, `atkinson`): the share from 0 to 1, or the epsilon of Atkinson.
    - who: keeps only peers for whom all these conditions hold; everybody still gets the number.
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
        "standard_deviation_of_all",
        "gini",
        "gini_of_sample",
        "theil_t",
        "theil_l",
        "herfindahl",
        "lorenz",
        "atkinson",
        "wolfson",
        "kendall_tau_b",
        "spearman",
        "kendall_w",
    ]
    at: Figure | None = None
    who: tuple[Condition, ...] | None = None

    def wrong(self) -> Iterator[Wrong]:
        """Too few values or too many; `at` that is missing, has no use, or is no share."""
        yield from super().wrong()
        many = 1 if self.statistic in ONE_VALUE else 2
        if len(self.of) < many or (self.statistic != "kendall_w" and len(self.of) > many):
            what = (
                f"{self.statistic} is of {'one value' if many == 1 else 'two values'}, not of {len(self.of)}"
            )
            right = "write a list of at least two" if self.statistic == "kendall_w" else "write as many"
            yield Wrong(("of",), what, right)
        if self.statistic in NEEDS_AT and self.at is None:
            yield Wrong(("at",), f"{self.statistic} needs this setting", f"write {NEEDS_AT[self.statistic]}")
        elif self.statistic not in NEEDS_AT and self.at is not None:
            right = f"leave it out; it belongs to {listed(NEEDS_AT, 'and')}"
            yield Wrong(("at",), f"it has no meaning for {self.statistic}", right)
        elif self.at is not None and (
            self.at.value < 0 or (self.statistic != "atkinson" and self.at.value > 1)
        ):
            yield Wrong(("at",), f"{self.at.value} does not fit", f"write {NEEDS_AT[self.statistic]}")

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
class _Ranked(_AmongPeers):
    """A ranking of people, or of outlets or regions by the sum of their people's figures."""

    of: Quantity
    best: Literal["highest", "lowest"]
    each: Literal["person", "outlet", "region"] = "person"
    who: tuple[Condition, ...] | None = None

    def wrong(self) -> Iterator[Wrong]:
        """Outlets inside one outlet."""
        yield from super().wrong()
        if self.each != "person" and SCOPES.index(self.each) >= SCOPES.index(self.among):
            what = f"there is only one {self.each} among the people of one {self.among}"
            yield Wrong(
                ("each",),
                what,
                f"rank {self.each}s `among: group`" + ("" if self.each == "region" else ", or region"),
            )

    def figure(self, given: Given) -> Node:
        """What is ranked: the person's figure, or the sum of the unit's."""
        of = self.node(self.of, given)
        if self.who is not None:
            of = Where(given.all_hold(self.who, self.every), of, NOWHERE)
        return of if self.each == "person" else OverPeers((of,), "sum", self.each, self.missing)

    @property
    def unit(self) -> Literal["outlet", "region"] | None:
        """What has a place, where it is not each person."""
        return None if self.each == "person" else self.each


@checked(frozen=True, kw_only=True, config=RECORD)
class Rank(_Ranked):
    """A person's place among peers, 1 for the best; or place ÷ peers ranked.

    - of: the figure that is ranked.
    - best: whether the `highest` or the `lowest` figure has place 1.
    - ties: the places of two people at the top who are equal, and of the third: `best_place` 1, 1, 3; `mean_place`
      1.5, 1.5, 3; `worst_place` 2, 2, 3; `next_place` 1, 1, 2.
    - shown_as: `place`, or `share`: the place divided by how many are ranked.
    - each: `person` (as if written), or `outlet` or `region`: units are ranked by the sum of their people's figures,
      and everybody there has the unit's place.
    - who: keeps only people for whom all these conditions hold; the others have no place, and the line does not apply.
    """

    kind: ClassVar[str] = "rank"
    ties: Literal["best_place", "mean_place", "worst_place", "next_place"]
    shown_as: Literal["place", "share"]

    def formula(self, given: Given) -> Node:
        """The place."""
        of = self.figure(given)
        return algebra.Rank(of, self.among, self.best, self.ties, self.missing, self.shown_as, self.unit)


@checked(frozen=True, kw_only=True, config=RECORD)
class AwardFor(Checked):
    """An amount for one place, for places from … to, or for the n-th place from the end.

    - amount: the award, negative for a fine.
    - place (or `from` and `to`, or `last`): the place.
    - from (with `to`): the first of several places.
    - to (with `from`): the last of several places.
    - last (instead of `place`): the place counted from the end; 1 is the last.
    """

    amount: Figure
    place: PlaceNumber | None = None
    from_: PlaceNumber | None = Field(default=None, alias="from")
    to: PlaceNumber | None = None
    last: PlaceNumber | None = None

    def wrong(self) -> Iterator[Wrong]:
        """Places said in no way or in several, or that end before they begin."""
        ways = [self.place is not None, self.from_ is not None or self.to is not None, self.last is not None]
        if sum(ways) != 1 or (self.from_ is None) != (self.to is None):
            what = "it does not say in one way which places it is for"
            yield Wrong((), what, "write place: 1, or from: 2 and to: 5, or last: 1")
        elif self.from_ is not None and self.to is not None and self.to < self.from_:
            what = f"the places end at {self.to} and begin at {self.from_}"
            yield Wrong(("to",), what, "write the smaller one first")

    def places(self) -> tuple[int, int] | None:
        """The first and the last place counted from the front."""
        first, last = self.from_ or self.place, self.to or self.place
        return (first, last) if first is not None and last is not None else None

    def award(self, amount: Decimal) -> Award:
        """Its places with an amount."""
        if self.last is not None:
            return Award(self.last, self.last, amount, from_the_end=True)
        places = self.places()
        assert places is not None, "places said in no way are refused"
        return Award(*places, amount)


@checked(frozen=True, kw_only=True, config=RECORD)
class RankAward(_Ranked):
    """An amount by place among peers; other places get nothing.

    A place from the front wins over one from the end. Tied people occupy as many places as they are.

    - of: the figure that is ranked.
    - best: whether the `highest` or the `lowest` figure has place 1.
    - awards: the amounts and the places they are for.
    - ties: tied people `all_get_the_better` award of their places, `share_the_awards`, or `all_get_the_worse`.
    - each: `person` (as if written), or `outlet` or `region`: units are ranked by the sum of their people's figures,
      and everybody there gets the award of the unit's place.
    - who: keeps only people for whom all these conditions hold; the others have no place, and the line does not apply.
    """

    kind: ClassVar[str] = "rank_award"
    awards: tuple[AwardFor, ...] = Field(min_length=1)
    ties: Literal["all_get_the_better", "share_the_awards", "all_get_the_worse"]

    def wrong(self) -> Iterator[Wrong]:
        """A place with two awards."""
        yield from super().wrong()
        taken: list[tuple[int, int]] = []
        for index, each in enumerate(self.awards):
            places = each.places() or (0, 0)
            shared = [
                max(places[0], first) for first, last in taken if places[0] <= last and first <= places[1]
            ]
            if shared:
                yield Wrong(
                    ("awards", index), f"place {min(shared)} has an award already", "give each place one"
                )
            if each.last is not None and any(each.last == other.last for other in self.awards[:index]):
                what = f"the place {each.last} from the end has an award already"
                yield Wrong(("awards", index), what, "give each place one")
            taken += [places] if each.last is None else []

    def formula(self, given: Given) -> Node:
        """The award of the place."""
        of = self.figure(given)
        return given.dated(
            [each.amount for each in self.awards],
            lambda value: algebra.Awards(
                of,
                self.among,
                self.best,
                tuple(each.award(value(each.amount)) for each in self.awards),
                self.ties,
                self.missing,
                self.unit,
            ),
            self.every,
        )


@checked(frozen=True, kw_only=True, config=RECORD)
class Pool(_AmongPeers):
    """A fund that peers share: in equal parts, or in proportion to a weight.

    A negative weight counts as zero. Where nobody has a weight nothing is paid and the fund stays unspent.

    - fund: what is shared. It is the fund of all peers together, so it should be the same for each of them.
    - allocation: `equal` parts, or `in_proportion` to a weight.
    - weight (with `allocation: in_proportion`): what a person's part is in proportion to.
    - who: the conditions of sharing; who does not meet them gets 0.
    - remainder (with `round`): parts are rounded each by itself and cents are left over or short (`left_over`), or
      rounded together so that they add up to the fund (`largest_remainder`).
    """

    kind: ClassVar[str] = "pool"
    fund: Quantity
    allocation: Literal["equal", "in_proportion"]
    weight: Quantity | None = None
    who: tuple[Condition, ...] | None = None
    remainder: Literal["left_over", "largest_remainder"] | None = None

    def wrong(self) -> Iterator[Wrong]:
        """A weight that is missing or has no use; what rounding leaves of the fund left open."""
        yield from super().wrong()
        if self.allocation == "in_proportion" and self.weight is None:
            what = "nothing says in proportion to what the fund is shared"
            yield Wrong(("weight",), what, "write a quantity, such as weight: {line: points}")
        if self.allocation == "equal" and self.weight is not None:
            what = "it has no meaning where all get the same"
            yield Wrong(("weight",), what, "leave it out, or write `allocation: in_proportion`")
        if self.round is not None and self.remainder is None:
            what = "nothing says what becomes of the cents that rounded parts leave over or take too much"
            yield Wrong(("remainder",), what, "write left_over or largest_remainder")
        if self.round is None and self.remainder is not None:
            what = "it has no meaning where parts are not rounded"
            yield Wrong(("remainder",), what, "leave it out, or write `round: {digits: 2, mode: half_up}`")
        for setting in ("floor", "cap"):
            if self.remainder == "largest_remainder" and getattr(self, setting) is not None:
                what = "parts between a floor and a cap cannot add up to the fund"
                yield Wrong((setting,), what, "leave it out, or write `remainder: left_over`")

    def _weight(self, given: Given) -> Node:
        """The weight of each person, 0 for who does not share."""
        weight: Node = ONE
        if self.weight is not None:
            weight = Greatest(self.node(self.weight, given), ZERO)
        if self.who is not None:
            weight = Where(given.all_hold(self.who, self.every), weight, ZERO)
        return Instead(weight, "not_applicable") if self.missing == "leave_out" else weight

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
        sharing = Applies(self._weight(given))
        paid = OverPeers((given.line(self.id),), "sum", self.among, "refuse", who=sharing)
        return {
            f"{self.id}.share": self._share(given),
            f"{self.id}.unspent": less(self.node(self.fund, given), paid),
        }


@checked(frozen=True, kw_only=True, config=RECORD)
class Override(Common):
    """A leader's rate on what the people who report to them bring in.

    Who reports to whom stands in `managers.reports_to`, as at the end of the period. A leader's own figure does not
    count.

    - of: what each member of the team brings in.
    - rate: the leader's rate on the sum.
    - team: `direct`, those who report to the leader; `whole`, those at any depth below.
    """

    kind: ClassVar[str] = "override"
    of: Quantity
    rate: Quantity
    team: Literal["direct", "whole"]

    def wrong(self) -> Iterator[Wrong]:
        """A transaction has no team."""
        yield from super().wrong()
        if self.every == "transaction":
            yield Wrong(("every",), "a team is led over a period", "leave `every: transaction` out")

    def base(self, given: Given) -> Node:
        """The team's sum."""
        return OverTeam(self.node(self.of, given), self.team)

    def formula(self, given: Given) -> Node:
        """rate x the team's sum."""
        return algebra.Product((self.base(given), self.node(self.rate, given)))

    def others(self, given: Given) -> dict[str, Node]:
        """The team's sum."""
        return {f"{self.id}.base": self.base(given)}


@checked(frozen=True, kw_only=True, config=RECORD)
class SplitCredit(Common):
    """A transaction's amount by the share credited to each person in the `credits` table; 1 where nobody shares.

    It needs `every: transaction`.

    - of: the amount that is split.
    """

    kind: ClassVar[str] = "split_credit"
    of: Quantity

    def wrong(self) -> Iterator[Wrong]:
        """A period is not credited."""
        yield from super().wrong()
        if self.every == "period":
            yield Wrong(("every",), "only a transaction is credited in shares", "write `every: transaction`")

    def formula(self, given: Given) -> Node:
        """of x share credited."""
        return algebra.Product((self.node(self.of, given), Column("transaction:share")))
