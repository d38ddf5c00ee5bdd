"""Items of pay in words: base wage by grade, performance wage in three slices of income."""

from __future__ import annotations

from collections.abc import Iterator

from policymodel.scheme.kinds.pay import PARTS, GradeWage, PerformanceWage
from policymodel.words.clauses.plan import Plan
from policymodel.words.clauses.said import Grid, Said, own, rule
from policymodel.words.numbers import AmountUnit
from policymodel.words.sentences import Listing, Sentence, Text, Value, say


def grade_wage(line: GradeWage, plan: Plan) -> Iterator[Said | Grid]:
    """Base wage by the grade table."""
    yield own(
        say("Each month pays the wage of the grade held, as the table says.", period=plan.period), "monthly"
    )
    yield rule(say("A month counts by the days employed in it and by the share of a full-time post."))
    rows = [(grade, plan.number(wage, line)) for grade, wage in line.monthly]
    caption = say("Wage of a month, {currency}", currency=_currency(plan))
    yield Grid(("monthly",), caption, say("Grade"), (say("Wage"),), tuple(rows))


def performance_wage(line: PerformanceWage, plan: Plan) -> Iterator[Said | Grid]:
    """Shares of three slices of realised income."""
    income = Listing(tuple(plan.measure(each) for each in line.income))
    counts = (
        say(
            "What counts is income received in the year to date: {income}. It is cut into three slices, and a share of "
            "each is paid.",
            income=income,
        )
        if line.income_basis == "received"
        else say(
            "What counts is income earned in the year to date, received or not: {income}. It is cut into three slices, "
            "and a share of each is paid.",
            income=income,
        )
    )
    yield own(counts, "income", "income_basis")
    told: dict[str, Value] = {
        "stock": say("income up to the base"),
        "increment": say("income from the base to the target"),
        "super_increment": say("income above the target"),
    }
    rows = [
        (Text(dict(PARTS[part].languages)), told[part], plan.share(getattr(line.shares, part), line))
        for part in ("stock", "increment", "super_increment")
    ]
    heads = (say("Slice"), say("Share paid"))
    yield Grid(("shares",), say("What is paid of each slice"), say("Part"), heads, tuple(rows))
    yield rule(_base(line, plan), "increment")
    yield rule(
        say(
            "Each {period} pays what the year to date amounts to, less what was paid for it before. While that is "
            "below its highest so far nothing is paid and nothing is taken back; the difference is carried on.",
            period=plan.period,
        ),
        "negative_balance",
    )
    if line.scaled_by is None:
        yield rule(
            say(
                "The score does not change it (full score: {full}).", full=plan.number(line.full_score, line)
            ),
            "scaled_by",
            "full_score",
        )
    else:
        yield rule(
            say(
                "What falls due is multiplied by the score ÷ {full}. What a low score takes away is not paid later.",
                full=plan.number(line.full_score, line),
            ),
            "scaled_by",
            "full_score",
        )


def _base(line: PerformanceWage, plan: Plan) -> Sentence:
    """What the base is; income that is a measure is nobody's client's."""
    if all(each in plan.measures for each in line.income):
        return say(
            "The base is what was brought in the year before; the target is the base and the increment asked for; both "
            "as far as the year has passed. A base or an increment below zero counts as zero."
        )
    return say(
        "The base is what was brought in the year before, a client's with the client; the target is the base and the "
        "increment asked for; both as far as the year has passed. A base or an increment below zero counts as zero."
    )


def _currency(plan: Plan) -> Value:
    return AmountUnit(0, plan.scheme.pay.currency) if plan.scheme.pay is not None else ""
