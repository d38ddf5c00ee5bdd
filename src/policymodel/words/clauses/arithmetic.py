"""Arithmetic between lines in words: products, totals, ratios, means, gates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policymodel.scheme.kinds.arithmetic import (
    Gate,
    LargestOf,
    Product,
    RaisedTo,
    Ratio,
    Rescaled,
    SmallestOf,
    Total,
    WeightedMean,
)
from policymodel.scheme.quantities import OfQuantity
from policymodel.words.clauses.balanced import weights
from policymodel.words.clauses.plan import Plan
from policymodel.words.clauses.said import Grid, Said, own, rule
from policymodel.words.sentences import Listing, Sentence, Value, say

ZERO_BOTTOM: Mapping[str, Sentence] = {
    "not_applicable": say("Where what it is divided by is zero or less, the line does not apply."),
    "zero": say("Where what it is divided by is zero or less, it is 0."),
    "full": say("Where what it is divided by is zero or less, it is 1."),
}
MEANS: Mapping[str, Sentence] = {
    "arithmetic": say("The weighted mean of the figures in the table."),
    "geometric": say(
        "The weighted geometric mean of the figures in the table, so that a strong one does not make up for a weak "
        "one; it does not apply to a figure below zero."
    ),
    "harmonic": say("The weighted harmonic mean of the figures in the table, all of them above zero."),
}


def _several(quantities: tuple[OfQuantity, ...], line: object, plan: Plan) -> Value:
    told = tuple(plan.quantity(each, line) for each in quantities)
    return told[0] if len(told) == 1 else Listing(told)


def product(line: Product, plan: Plan) -> Iterator[Said]:
    """The product of its factors."""
    said = plan.quantity(line.of[0], line)
    for each in line.of[1:]:
        said = say("{first} × {second}", first=said, second=plan.rate(each, line))
    yield own(say("This is {what}.", what=said), "of")


def total(line: Total, plan: Plan) -> Iterator[Said]:
    """What is added less what is taken off."""
    added = _several(line.add, line, plan)
    if len(line.add) == 1:
        head: Value = say("This is {what}", what=added)
    else:
        head = say("This is the sum of {what}", what=added)
    if line.less:
        yield own(say("{head}, less {less}.", head=head, less=_several(line.less, line, plan)), "add", "less")
    else:
        yield own(say("{head}.", head=head), "add", "less")


def largest_of(line: LargestOf, plan: Plan) -> Iterator[Said]:
    """The largest of some values."""
    yield own(say("The largest of these: {what}.", what=_several(line.of, line, plan)), "of")


def smallest_of(line: SmallestOf, plan: Plan) -> Iterator[Said]:
    """The smallest of some values."""
    yield own(say("The smallest of these: {what}.", what=_several(line.of, line, plan)), "of")


def power(line: RaisedTo, plan: Plan) -> Iterator[Said]:
    """A value to a power."""
    yield own(
        say(
            "{what}, to the power of {exponent}.",
            what=plan.quantity(line.of, line),
            exponent=plan.quantity(line.exponent, line),
        ),
        "of",
        "exponent",
    )
    yield rule(say("A value below zero, or zero to a negative power, does not apply."))


def ratio(line: Ratio, plan: Plan) -> Iterator[Said]:
    """One figure divided by another."""
    yield own(
        say("{top} ÷ {bottom}.", top=plan.quantity(line.top, line), bottom=plan.quantity(line.bottom, line)),
        "top",
        "bottom",
    )
    yield rule(ZERO_BOTTOM[line.zero_bottom], "zero_bottom")


def weighted_mean(line: WeightedMean, plan: Plan) -> Iterator[Said | Grid]:
    """A mean with weights."""
    yield own(MEANS[line.mean], "mean")
    yield weights(line, plan)
    told = {
        "reweight": say("A figure that does not apply is left out, and its weight goes to the others."),
        "refuse": say("Where a figure does not apply, the mean does not."),
    }
    yield rule(told[line.not_applicable], "not_applicable")


def rescaled(line: Rescaled, plan: Plan) -> Iterator[Said]:
    """The way from one figure to another."""
    yield own(
        say(
            "How far {what} has come on the way from {low} (0) to {high} (1).",
            what=plan.quantity(line.of, line),
            low=plan.quantity(line.from_, line),
            high=plan.quantity(line.to, line),
        ),
        "of",
        "from",
        "to",
    )
    yield rule(say("Where the two ends are equal, the line does not apply."))


def gate(line: Gate, plan: Plan) -> Iterator[Said]:
    """A value that counts only when conditions hold."""
    yield own(
        say(
            "{what}, if {conditions}; otherwise {otherwise}.",
            what=plan.quantity(line.of, line),
            conditions=plan.conditions(line.when, line, line.need),
            otherwise=plan.quantity(line.otherwise, line),
        ),
        "of",
        "when",
        "need",
        "otherwise",
    )
