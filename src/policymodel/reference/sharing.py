"""Targets shared: to outlets and then to people, in whole units that add up exactly at each step (S4.0, S6.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from policymodel.errors import DataGap, Problem
from policymodel.periods import Period
from policymodel.reference.facts import Facts
from policymodel.reference.numbers import NOTHING, ONE, Missing, Value, rounded, shared
from policymodel.scheme.terms import TargetRule

Post = tuple[str, str]
"""A person in an outlet: who can carry a target."""
Weighing = tuple[Fraction, str, dict[Post, Fraction]]
"""How much a way of sharing counts, its name, and what every post weighs by it."""


@dataclass(frozen=True, eq=False)
class Sharing:
    """How the targets of outlets and regions come down to people under one rule.

    `base` is somebody's figure of last year, by person and measure.
    """

    facts: Facts
    rule: TargetRule
    base: Callable[[str, str], Value]

    def posts(self, period: Period) -> dict[Post, Fraction]:
        """The employed share of a period of everybody in every outlet."""
        days: dict[Post, int] = {}
        for who in self.facts.people.spells:
            for stint in self.facts.people.of(who, period):
                days[who, stint.spell.outlet] = days.get((who, stint.spell.outlet), 0) + stint.days
        return {post: Fraction(days[post], period.days) for post in sorted(days)}

    def region(self, post: Post, period: Period) -> str:
        """The region of a post, the last one where it changed."""
        return [
            each.spell.region
            for each in self.facts.people.of(post[0], period)
            if each.spell.outlet == post[1]
        ][-1]

    def _by_own(self, name: str, share: dict[Post, Fraction], period: Period) -> dict[Post, Fraction]:
        """Base x employed share; who has no positive base counts as the mean of the region's others, or as none."""
        bases = {who: positive(self.base(who, name)) for who, _ in share}
        regions = {post: self.region(post, period) for post in share}
        weights = {}
        for post in share:
            weight = bases[post[0]]
            others = {who for (who, outlet) in share if regions[who, outlet] == regions[post] and bases[who]}
            if not weight and others and self.rule.without_base == "mean":
                weight = sum((bases[who] for who in others), NOTHING) / len(others)
            weights[post] = weight * share[post]
        return weights

    def _full_time(self, share: dict[Post, Fraction], period: Period) -> dict[Post, Fraction]:
        """Full-time days in each outlet."""
        return {
            (who, outlet): sum(
                (
                    each.spell.fte * each.days
                    for each in self.facts.people.of(who, period)
                    if each.spell.outlet == outlet
                ),
                NOTHING,
            )
            for who, outlet in share
        }

    def _weights(self, name: str, share: dict[Post, Fraction], period: Period) -> list[Weighing]:
        """How much each way of sharing counts, its name, and what every post weighs by it."""
        rule = self.rule
        if rule.break_down is None:
            return [(ONE, "time", share)]
        ways: dict[str, Fraction] = {rule.break_down: ONE}
        if rule.break_down == "mixed":
            assert rule.mix is not None
            mixed = {
                "equal": rule.mix.equal,
                "by_base": rule.mix.by_base,
                "by_head_count": rule.mix.by_head_count,
                "by_potential": rule.mix.by_potential,
            }
            ways = {way: Fraction(weight.value) for way, weight in mixed.items() if weight is not None}
        found = []
        for way, counts in ways.items():
            if way == "equal":
                weights = share
            elif way == "by_head_count":
                weights = self._full_time(share, period)
            elif way == "by_base":
                weights = self._by_own(name, share, period)
            else:
                assert rule.potential is not None
                self._refuse_ratio(rule.potential)
                weights = self._by_own(rule.potential, share, period)
            found.append((counts, way, weights))
        return found

    def _refuse_ratio(self, potential: str) -> None:
        if self.facts.ratio(potential) is not None:
            what = f"the potential '{potential}' is a ratio, which does not add up over people"
            raise DataGap("activity", [Problem(potential, what, "take a stock")])

    def broken_down(
        self,
        name: str,
        period: Period,
        given: dict[Post, Fraction],
        share: dict[Post, Fraction],
        forecast: dict[Post, Fraction] | None = None,
    ) -> tuple[dict[Post, Fraction], dict[Post, Fraction]]:
        """What each post is asked for, and how much of its forecast counts in that.

        What is set by hand for a manager or an outlet stands; the rest of the whole is shared below it:
        a region's target goes to its outlets and an outlet's to its people, in whole units by largest remainder.
        With forecasts each has its own first, and what they do not cover is shared so.
        """
        digits = self.facts.digits(name)
        unit = 10**digits
        weights = self._weights(name, share, period)
        own = {
            post: given["manager", post[0]] * (ONE if self.facts.is_level(name) else share[post])
            for post in share
            if ("manager", post[0]) in given
        }
        left = [post for post in share if post not in own]
        counts = dict.fromkeys(share, NOTHING)
        regions = {post: self.region(post, period) for post in share}
        outlets = {unit_id: amount for (level, unit_id), amount in given.items() if level == "outlet"}
        to_share = {
            outlet: amount - sum((own[post] for post in own if post[1] == outlet), NOTHING)
            for outlet, amount in outlets.items()
        }
        for (level, region), amount in given.items():
            here = [post for post in share if regions[post] == region]
            if level != "region" or not here:
                continue
            loose = sorted({post[1] for post in left if post in here} - set(outlets))
            if not loose:
                continue
            fixed = sum((outlets[each] for each in {post[1] for post in here} & set(outlets)), NOTHING)
            by_hand = sum((own[post] for post in here if post in own and post[1] not in outlets), NOTHING)
            units = int(rounded(amount - fixed - by_hand, digits, "half_up") * unit)
            people = [[post for post in left if post in here and post[1] == each] for each in loose]
            parts, _ = _joined(units, _proportions(weights, share, people), people, forecast, digits)
            to_share |= {each: Fraction(part, unit) for each, part in zip(loose, parts, strict=True)}
        for outlet, amount in to_share.items():
            mine = [post for post in left if post[1] == outlet]
            if mine:
                units = int(rounded(amount, digits, "half_up") * unit)
                alone = [[post] for post in mine]
                parts, much = _joined(units, _proportions(weights, share, alone), alone, forecast, digits)
                own |= {post: Fraction(part, unit) for post, part in zip(mine, parts, strict=True)}
                counts |= dict.fromkeys(mine, much)
        return own, counts


def _joined(
    units: int,
    proportions: list[Fraction],
    groups: list[list[Post]],
    forecast: dict[Post, Fraction] | None,
    digits: int,
) -> tuple[list[int], Fraction]:
    """Each group's own forecast, and its part of what these do not cover, in whole units; how much a forecast counts.

    Forecasts that are together more than a target that is not below zero are cut to it in the same proportion.
    """
    if forecast is None:
        return shared(units, proportions), NOTHING
    expected = [sum((forecast[post] for post in group), NOTHING) for group in groups]
    target = Fraction(units, 10**digits)
    counts = target / sum(expected) if sum(expected) > target >= 0 else ONE
    own = [int(rounded(each * counts, digits, "half_up") * 10**digits) for each in expected]
    rest = shared(units - sum(own), proportions)
    return [one + other for one, other in zip(own, rest, strict=True)], counts


def _proportions(
    weights: list[Weighing],
    share: dict[Post, Fraction],
    units: list[list[Post]],
) -> list[Fraction]:
    """What each outlet (or each person) among some weighs, all ways together.

    All outlets get the same by `equal`, for as much of the period as they have people. By a way in which none of
    them weighs anything the time employed decides.
    """
    together = [NOTHING] * len(units)
    for counts, way, of in weights:
        each = [sum((of[post] for post in unit), NOTHING) for unit in units]
        if way == "equal":
            each = [min(one, ONE) for one in each]
        if not any(each):
            each = [sum((share[post] for post in unit), NOTHING) for unit in units]
        together = [so_far + counts * one / sum(each) for so_far, one in zip(together, each, strict=True)]
    return together


def positive(base: Value) -> Fraction:
    """A base, or nothing where it is not known or not above zero."""
    return NOTHING if isinstance(base, Missing) or base < 0 else base
