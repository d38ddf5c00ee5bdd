"""Rates in words: figures, commissions, tiers, running totals, slices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policymodel.scheme.kinds.rates import Commission, FigureLine, RunningTotal, Slice, Tiers
from policymodel.scheme.quantities import OfQuantity
from policymodel.words.clauses.plan import Plan, is_portion
from policymodel.words.clauses.said import Grid, Said, own, rule
from policymodel.words.numbers import Count
from policymodel.words.sentences import Sentence, Value, say

MEASURED: Mapping[str, Sentence] = {
    "by_itself": say("Each {period} is counted by itself, from zero."),
    "period_to_date": say(
        "The transactions of the {period} run up together: each gives what the total gives with it, less what it gave "
        "without it."
    ),
    "quarter_to_date": say(
        "The amount runs up over the quarter: what it gives now, less what it gave before, counts. It begins again "
        "with each quarter."
    ),
    "half_year_to_date": say(
        "The amount runs up over the half-year: what it gives now, less what it gave before, counts. It begins again "
        "with each half-year."
    ),
    "year_to_date": say(
        "The amount runs up over the year: what it gives now, less what it gave before, counts. It begins again with "
        "each year."
    ),
}
ON_CHANGE: Mapping[str, Sentence] = {
    "new_amounts_only": say(
        "Where a number changes while the amount runs up, only what comes in afterwards counts by the new number."
    ),
    "whole_total": say(
        "Where a number changes while the amount runs up, the whole of it counts by the new number, and the difference "
        "falls due at once."
    ),
}
EDGE: Mapping[str, Sentence] = {
    "upper": say("What stands exactly on a threshold has reached it."),
    "lower": say("What stands exactly on a threshold has not yet reached it."),
}


def figure(line: FigureLine, plan: Plan) -> Iterator[Said]:
    """A fact or a line under a name of its own."""
    yield own(say("This is {what}.", what=plan.quantity(line.of, line)), "of")


def commission(line: Commission, plan: Plan) -> Iterator[Said]:
    """A rate on an amount."""
    yield own(
        say("{amount} × {rate}.", rate=plan.rate(line.rate, line), amount=plan.quantity(line.of, line)),
        "of",
        "rate",
    )
    yield rule(say("An amount below zero earns a negative commission."))


def tiers(line: Tiers, plan: Plan) -> Iterator[Said | Grid]:
    """Rates by tiers."""
    amount = plan.quantity(line.of, line)
    if line.rate_applies_to == "slice":
        yield own(
            say("Tiers of {amount}: what lies in each tier earns that tier's rate.", amount=amount),
            "of",
            "rate_applies_to",
        )
    else:
        yield own(
            say(
                "The rate of the tier that is reached is earned on the whole of it: {amount}.", amount=amount
            ),
            "of",
            "rate_applies_to",
        )
    if line.reached_by is not None:
        yield own(
            say("Which tier is reached is decided by {what}.", what=plan.quantity(line.reached_by, line)),
            "reached_by",
        )
    yield _tier_table(line, plan)
    yield from multiples(line.thresholds_of, line, plan)
    if line.edge is not None:
        yield rule(EDGE[line.edge], "edge")
    if line.tiers[0].from_ is None:
        yield rule(
            say("The first tier has no beginning: an amount below zero earns its negative part."), "tiers"
        )
    else:
        yield rule(say("Below the first tier nothing is earned, nor charged back."), "tiers")
    yield from measured_words(line.measured, line.on_change, plan, line.every)


def _tier_table(line: Tiers, plan: Plan) -> Grid:
    portions = all(is_portion(each.rate) or each.rate.value == 0 for each in line.tiers)
    rows: list[tuple[Value, ...]] = []
    for index, tier in enumerate(line.tiers):
        begins: Value = say("no beginning") if tier.from_ is None else plan.number(tier.from_, line)
        after = line.tiers[index + 1].from_ if index + 1 < len(line.tiers) else None
        ends: Value = say("no end") if after is None else plan.number(after, line)
        rate = plan.share(tier.rate, line) if portions else plan.number(tier.rate, line)
        rows.append((Count(index + 1), begins, ends, rate))
    return Grid(
        ("tiers",), say("Tiers"), say("Tier"), (say("Starts at"), say("Ends at"), say("Rate")), tuple(rows)
    )


def multiples(of: OfQuantity | None, line: object, plan: Plan) -> Iterator[Said]:
    """What thresholds are multiples of."""
    if of is not None:
        yield own(
            say("The thresholds are multiples of {what}.", what=plan.quantity(of, line)), "thresholds_of"
        )


def measured_words(measured: str, on_change: str | None, plan: Plan, every: str = "period") -> Iterator[Said]:
    """Whether an amount runs up, and what a change does to it."""
    if measured == "by_itself" and every == "transaction":
        yield rule(say("Each transaction is counted by itself, from zero."), "measured")
    else:
        yield rule(say(MEASURED[measured].message, period=plan.period), "measured")
    if on_change is not None:
        yield rule(ON_CHANGE[on_change], "on_change")


def running_total(line: RunningTotal, plan: Plan) -> Iterator[Said]:
    """What has come together so far."""
    message = {
        "period_to_date": say("What has come together since the {period} began: {what}."),
        "quarter_to_date": say("What has come together since the quarter began: {what}."),
        "half_year_to_date": say("What has come together since the half-year began: {what}."),
        "year_to_date": say("What has come together since the year began: {what}."),
    }[line.measured]
    values: dict[str, Value] = {"what": plan.quantity(line.of, line)}
    if line.measured == "period_to_date":
        values["period"] = plan.period
    yield own(say(message.message, **values), "of", "measured")
    what = {
        ("included", "period"): say("The amount of the {period} itself is included.", period=plan.period),
        ("left_out", "period"): say("The amount of the {period} itself is left out.", period=plan.period),
        ("included", "transaction"): say("The transaction's own amount is included."),
        ("left_out", "transaction"): say("The transaction's own amount is left out."),
    }[line.own, line.every]
    yield rule(what, "own")


def slice_between(line: Slice, plan: Plan) -> Iterator[Said]:
    """What lies between two thresholds."""
    values = {"amount": plan.quantity(line.of, line), "low": plan.quantity(line.from_, line)}
    if line.to is None:
        yield own(say("The part of {amount} that lies above {low}.", **values), "of", "from", "to")
    else:
        yield own(
            say(
                "The part of {amount} that lies between {low} and {high}.",
                high=plan.quantity(line.to, line),
                **values,
            ),
            "of",
            "from",
            "to",
        )
    yield from measured_words(line.measured, line.on_change, plan, line.every)
