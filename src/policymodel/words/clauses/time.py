"""What goes from one period to the next, in words: draws, guarantees, advances, clawbacks, deferrals, banks …"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policymodel.scheme.kinds.time import (
    Advance,
    BonusBank,
    CarryForward,
    Clawback,
    Converted,
    Deferral,
    Draw,
    Guarantee,
    Proration,
    Ramp,
)
from policymodel.words.clauses.plan import RESETS, Plan
from policymodel.words.clauses.rounding import rounding_words
from policymodel.words.clauses.said import Grid, Said, own, rule
from policymodel.words.numbers import Count
from policymodel.words.sentences import Sentence, Value, say

FALLS_DUE: Mapping[int, Sentence] = {
    0: say("at once"),
    1: say("one {period} later"),
}


def draw(line: Draw, plan: Plan) -> Iterator[Said]:
    """A draw against earnings."""
    values: dict[str, Value] = {
        "earned": plan.quantity(line.of, line),
        "draw": plan.quantity(line.amount, line),
    }
    settings = ("of", "amount", "meaning")
    if line.meaning == "minimum":
        yield own(
            say("Paid is {earned}, but never less than the draw: {draw}. Nothing is owed for it.", **values),
            *settings,
        )
        return
    if line.meaning == "advance":
        yield own(
            say(
                "Paid is {earned}, but not less than the draw: {draw}. What is missing is advanced and owed; it is "
                "recovered from what later earnings exceed the draw by, so that pay never falls below the draw.",
                **values,
            ),
            *settings,
        )
    else:
        yield own(
            say(
                "Paid is {earned}; where it is less than the draw ({draw}), the difference is lent and owed. It is "
                "recovered from the whole of the next earnings that reach the draw, so that pay may fall below the "
                "draw.",
                **values,
            ),
            *settings,
        )
    if line.recovery_share is not None:
        share = plan.share(line.recovery_share, line)
        told = {
            "advance": say("Of what exceeds the draw, {share} may be recovered.", share=share),
            "loan": say("Of the earnings, {share} may be recovered.", share=share),
        }
        yield rule(told[line.meaning], "recovery_share")
    if line.recovery_cap is not None:
        cap = plan.number(line.recovery_cap, line)
        yield rule(
            say("No more than {cap} is recovered in a {period}.", cap=cap, period=plan.period), "recovery_cap"
        )
    if line.owed_at_most is not None:
        most = plan.quantity(line.owed_at_most, line)
        yield rule(
            say("No more than {most} may be owed; once it is, only earnings are paid.", most=most),
            "owed_at_most",
        )
    if line.forgiven is not None and line.forgiven in RESETS:
        yield rule(
            say("What is still owed at the end of a {run} is written off.", run=RESETS[line.forgiven]),
            "forgiven",
        )
    else:
        yield rule(say("What is owed is never written off."), "forgiven")


def guarantee(line: Guarantee, plan: Plan) -> Iterator[Said]:
    """A minimum in the first months."""
    yield own(
        say(
            "Paid is {earned}; in the first {months} months of service not less than {amount}.",
            earned=plan.quantity(line.of, line),
            months=plan.number(line.first_months, line),
            amount=plan.quantity(line.amount, line),
        ),
        "of",
        "amount",
        "first_months",
    )


def ramp(line: Ramp, plan: Plan) -> Iterator[Said | Grid]:
    """A factor by month of service."""
    yield own(
        say(
            "{what} × the factor of the month of service, as it is at the end of the {period}.",
            what=plan.quantity(line.of, line),
            period=plan.period,
        ),
        "of",
    )
    rows: list[tuple[Value, ...]] = [
        (Count(month), plan.number(each, line)) for month, each in enumerate(line.factors, start=1)
    ]
    rows.append((say("later"), plan.number(line.after, line)))
    yield Grid(("factors", "after"), say("Factors"), say("Month of service"), (say("Factor"),), tuple(rows))


def advance(line: Advance, plan: Plan) -> Iterator[Said]:
    """Paid at once, earned over time."""
    values: dict[str, Value] = {
        "what": plan.quantity(line.of, line),
        "periods": Count(line.earned_over),
        "period": plan.period,
        "count": Count(len(line.due)),
    }
    settings = ("of", "earned_over", "advanced", "advanced_share")
    if line.advanced_share is not None:
        yield own(
            say(
                "Earned over {periods} {period}s: {what}. {share} of it is paid at once, the rest in {count} equal "
                "parts, one a {period}, the last in the last {period} over which it is earned.",
                share=plan.share(line.advanced_share, line),
                **values,
            ),
            *settings,
        )
    elif line.due:
        yield own(
            say(
                "Earned over {periods} {period}s: {what}. The part of {advanced} of them is paid at once, the rest in "
                "{count} equal parts, one a {period}, the last in the last {period} over which it is earned.",
                advanced=Count(line.advanced or 0),
                **values,
            ),
            *settings,
        )
    else:
        yield own(
            say(
                "Earned over {periods} {period}s: {what}. All of it is paid at once.",
                **{name: values[name] for name in ("what", "periods", "period")},
            ),
            *settings,
        )


def clawback(line: Clawback, plan: Plan) -> Iterator[Said]:
    """What is taken back."""
    what = plan.quantity(line.of, line)
    if line.share is not None:
        yield own(
            say("{share} × {what} is taken back.", share=plan.rate(line.share, line), what=what),
            "of",
            "reclaims",
            "share",
        )
    elif line.kept is not None and line.earned_over is not None:
        yield own(
            say(
                "Of {what}, the part that was not earned is taken back: what is missing of {kept} to {whole}, as a "
                "share of the latter.",
                what=what,
                kept=plan.quantity(line.kept, line),
                whole=plan.quantity(line.earned_over, line),
            ),
            "of",
            "reclaims",
            "kept",
            "earned_over",
        )
    else:
        yield own(say("All of {what} is taken back.", what=what), "of", "reclaims")
    if line.when is not None:
        yield own(
            say("It is taken back only if {conditions}.", conditions=plan.conditions(line.when, line)), "when"
        )


def deferral(line: Deferral, plan: Plan) -> Iterator[Said | Grid]:
    """An award in instalments."""
    yield own(say("Paid in instalments: {what}.", what=plan.quantity(line.of, line)), "of")
    rows = tuple((_after(each.after, plan), plan.share(each.share, line)) for each in line.instalments)
    yield Grid(("instalments",), say("Instalments"), say("Paid"), (say("Share of the award"),), rows)
    if sum(each.share.value for each in line.instalments) < 1 or any(
        each.share.segments for each in line.instalments
    ):
        yield rule(say("What the shares leave of an award is never paid."))


def _after(periods: int, plan: Plan) -> Value:
    if periods in FALLS_DUE:
        return say(FALLS_DUE[periods].message, **({"period": plan.period} if periods else {}))
    return say("{count} {period}s later", count=Count(periods), period=plan.period)


def bonus_bank(line: BonusBank, plan: Plan) -> Iterator[Said]:
    """A share of a balance is paid."""
    yield own(
        say(
            "Into a bank goes {what}; each {period} {share} of the balance is paid, of a balance below zero nothing.",
            what=plan.quantity(line.of, line),
            period=plan.period,
            share=plan.share(line.pays, line),
        ),
        "of",
        "pays",
    )
    told = {
        "reduces_bank": say("A bonus below zero reduces the balance."),
        "ignored": say("A bonus below zero is ignored."),
    }
    yield rule(told[line.negative], "negative")


def carry_forward(line: CarryForward, plan: Plan) -> Iterator[Said]:
    """A surplus or a shortfall goes on to the next period."""
    values: dict[str, Value] = {
        "what": plan.quantity(line.of, line),
        "target": plan.quantity(line.against, line),
        "period": plan.period,
    }
    settings = ("of", "against", "carries")
    if line.carries == "surplus":
        yield own(
            say(
                "Counted is {what}, together with the surplus carried in, up to {target}; what exceeds that is carried "
                "on to the next {period}.",
                **values,
            ),
            *settings,
        )
    else:
        yield own(
            say(
                "Of {what} only what exceeds {target} counts, once earlier shortfalls are made up; what falls short of "
                "it is carried on to the next {period}.",
                **values,
            ),
            *settings,
        )
    if line.carried_at_most is not None:
        most = plan.quantity(line.carried_at_most, line)
        yield rule(
            say("No more than {most} is carried on; what exceeds it lapses.", most=most), "carried_at_most"
        )
    if line.resets in RESETS:
        yield rule(say("What is carried lapses at the end of a {run}.", run=RESETS[line.resets]), "resets")
    else:
        yield rule(say("What is carried never lapses with time."), "resets")


def proration(line: Proration, plan: Plan) -> Iterator[Said]:
    """An amount × part ÷ whole."""
    yield own(
        say(
            "{what} × {part} ÷ {whole}.",
            what=plan.quantity(line.of, line),
            part=plan.quantity(line.part, line),
            whole=plan.quantity(line.whole, line),
        ),
        "of",
        "part",
        "whole",
    )
    if line.round_factor is None:
        yield rule(say("The factor is not rounded."), "round_factor")
    else:
        how = rounding_words(line.round_factor)
        yield rule(say("The factor is rounded {how} before it is used.", how=how), "round_factor")


def converted(line: Converted, plan: Plan) -> Iterator[Said]:
    """A foreign amount in the bank's currency."""
    values: dict[str, Value] = {"what": plan.quantity(line.of, line), "currency": line.currency}
    if line.at == "average":
        said = say(
            "{what}, an amount in {currency}, at the average rate of the {period}.",
            period=plan.period,
            **values,
        )
    elif line.at == "period_end":
        said = say(
            "{what}, an amount in {currency}, at the rate at the end of the {period}.",
            period=plan.period,
            **values,
        )
    else:
        said = say(
            "{what}, an amount in {currency}, at the rate of {rate}.",
            rate=plan.number(line.at, line),
            **values,
        )
    yield own(said, "of", "currency", "at")
