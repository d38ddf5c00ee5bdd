"""How each headline number is made: its formula, whom it counts, and an example with invented figures."""

from __future__ import annotations

from dataclasses import dataclass

from policymodel.words.page import Page
from policymodel.words.sentences import Value, say


@dataclass(frozen=True)
class Basis:
    """What stands behind a headline number."""

    formula: Value
    counted: Value
    example: Value


def of_cost(page: Page) -> Basis:
    """The cost of a design, and what is measured against it."""
    counted = say(
        "Everybody whose pay of {period} can be computed in every period. Whoever cannot be computed is "
        "counted beside, never as zero.",
        period=page.span(),
    )
    if page.has("budget"):
        return Basis(
            say(
                "Every part of pay, rounded where it is paid, added up over people and periods; divided by the budget."
            ),
            counted,
            say("Three people are paid 100, 200 and 300; the budget is 800. 600 ÷ 800 = 75%."),
        )
    return Basis(
        say(
            "Every part of pay, rounded where it is paid, added up over people and periods; the difference to "
            "“{baseline}” divided by its cost.",
            baseline=page.designs[page.baseline],
        ),
        counted,
        say(
            "Three people are paid 100, 200 and 300; before it were 500 in all. 600 − 500 = 100, and 100 ÷ 500 = +20%."
        ),
    )


def of_losers(page: Page) -> Basis:
    """People who lose much."""
    if page.in_points:
        return Basis(
            say(
                "Each person's score of the year under the design less the same person's score under the baseline."
            ),
            say("People with a score under both designs; a loss of exactly 5 points is not yet over 5."),
            say(
                "Two people fall from 80 to 74 and from 80 to 75. The first loses over 5 points, the second does not."
            ),
        )
    edge = f"{page.large_change * 100:g}%"
    return Basis(
        say(
            "Each person's pay of the year under the design less the same person's pay under the baseline, divided by "
            "the latter."
        ),
        say(
            "People with pay under both designs; a loss of exactly {edge} is not yet over {edge}.",
            edge=edge,
        ),
        say(
            "Two people fall from 1,000 to 900 and from 1,000 to 990: losses of 10% and of 1%. One of two loses much."
        ),
    )


def of_link(page: Page) -> Basis:
    """How far pay follows contribution."""
    return Basis(
        say(
            "Spearman's rank correlation of pay and contribution: 1 where whoever brings in more is always paid "
            "more, 0 where there is no link, −1 where it is the other way round."
        ),
        say(
            "People with pay and with income brought in; contribution is the income of the clients in a person's care. "
            "The interval holds 95 of 100 resamples of the people."
        ),
        say(
            "Three people bring in 10, 20 and 30 and are paid 5, 7 and 6. Ranks 1, 2, 3 against 1, 3, 2 give 0.5."
        ),
    )


def of_indicators() -> Basis:
    """Indicators that reached their targets."""
    return Basis(
        say("Indicators whose actual to date is at least the target to date, in the last period."),
        say("Indicators with a target and enough people to be shown."),
        say("Three indicators stand at 104%, 99.9% and 80%. One of three reached its target."),
    )


def of_flags() -> Basis:
    """Open flags."""
    return Basis(
        say(
            "One flag for each thing below that somebody has to decide or mend before the figures are final."
        ),
        say(
            "Budgets exceeded, people without a figure, rows put aside, envelopes exceeded, regions missing, "
            "numbers of the designs that no source prints."
        ),
        say("Four rows put aside, and seven illustrative numbers: two flags."),
    )
