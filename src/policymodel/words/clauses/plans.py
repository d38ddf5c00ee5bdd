"""Named plans in words: shares of profit, premium plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policymodel.scheme.kinds.plans import PremiumPlan, ProfitBonus
from policymodel.words.clauses.plan import Plan
from policymodel.words.clauses.said import Said, own, rule
from policymodel.words.sentences import Sentence, Value, say

BASES: Mapping[str, Sentence] = {
    "before_bonus_and_tax": say("{rate} × {profit}, before the bonus and before tax."),
    "after_bonus": say("{rate} × {profit}, after the bonus itself has been taken off."),
    "after_tax": say("{rate} × {profit}, after tax."),
    "after_bonus_and_tax": say("{rate} × {profit}, after the bonus itself and tax have been taken off."),
}


def profit_bonus(line: ProfitBonus, plan: Plan) -> Iterator[Said]:
    """A share of profit that solves its own equation."""
    values: dict[str, Value] = {
        "rate": plan.rate(line.rate, line),
        "profit": plan.quantity(line.profit, line),
    }
    yield own(say(BASES[line.base].message, **values), "rate", "profit", "base")
    if line.above is not None:
        yield own(say("Only what exceeds {above} counts.", above=plan.quantity(line.above, line)), "above")
    if line.tax_rate is not None:
        tax = plan.rate(line.tax_rate, line)
        told = {
            "profit": say("Tax is {tax} of the whole profit.", tax=tax),
            "profit_after_bonus": say("Tax is {tax} of the profit after the bonus.", tax=tax),
        }
        yield own(told[line.tax_on or "profit"], "tax_rate", "tax_on")
    yield rule(say("It is never less than nothing."))


def premium_plan(line: PremiumPlan, plan: Plan) -> Iterator[Said]:
    """Pay for a task in less than its standard time."""
    values: dict[str, Value] = {
        "actual": plan.quantity(line.actual, line),
        "standard": plan.quantity(line.standard, line),
        "rate": plan.quantity(line.rate, line),
    }
    settings = ("plan", "actual", "standard", "rate")
    if line.share is not None:
        share = plan.rate(line.share, line)
        yield own(
            say(
                "Halsey plan: the time taken ({actual}) is paid at {rate} a unit, and {share} of the time saved "
                "against the standard ({standard}) as well.",
                share=share,
                **values,
            ),
            *settings,
            "share",
        )
    elif line.plan == "rowan":
        yield own(
            say(
                "Rowan plan: the time taken ({actual}) is paid at {rate} a unit, and of that wage the share that the "
                "time saved has in the standard ({standard}) as well.",
                **values,
            ),
            *settings,
        )
    else:
        yield own(
            say(
                "Barth plan: {rate} × the square root of the standard time ({standard}) × the time taken ({actual}).",
                **values,
            ),
            *settings,
        )
    if line.plan != "barth":
        yield rule(say("Anybody who takes longer than the standard is paid for the time taken."))
