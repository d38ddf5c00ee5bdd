"""Open flags: what somebody has to decide or mend before the figures of a page are final."""

from __future__ import annotations

from collections.abc import Iterator

from policymodel.words import claims, procedure
from policymodel.words.numbers import Count, Span
from policymodel.words.page import Page
from policymodel.words.sentences import Listing, Value, say, say_many
from policymodel.words.trust import breaches, not_computed

OPEN = "What is still open?"
"""The heading, in English, of the section that lists them."""


def flags(page: Page) -> list[Value]:
    """Every open flag, the gravest first."""
    return [each for each in _flags(page) if each is not None]


def flagged(page: Page) -> list[Value]:
    """The open flags as a section says them; one sentence where there is none."""
    return flags(page) or [say("Nothing is open.")]


def _flags(page: Page) -> Iterator[Value | None]:
    yield claims.missing(page)
    allowed = claims.budget(page)
    for design in page.designs if allowed is not None and page.has("cost") else ():
        excess = claims.total_cost(page, design) - (allowed or 0)
        if excess > 0:
            yield say(
                "“{design}” exceeds its budget by {excess}: raise the budget or change the design.",
                design=page.designs[design],
                excess=claims.money(page, excess),
            )
    if differing := procedure.differing(page.table("quarters"), page.baseline):
        yield say(
            "Figures of {periods} were approved and now come out otherwise: find out why before anything is paid.",
            periods=Listing(tuple(Span(each) for each in differing)),
        )
    yield not_computed(page)
    aside = sum(gap.rows for gap in page.limits.gaps if gap.severity == "quarantined")
    if aside:
        yield say_many(
            "{count} row of history was put aside: correct it, or accept that it does not count.",
            "{count} rows of history were put aside: correct them, or accept that they do not count.",
            aside,
            count=Count(aside),
        )
    yield breaches(page)
    if page.limits.illustrative:
        yield say_many(
            "{count} number of the designs is printed by no source and has to be decided; the appendix lists it.",
            "{count} numbers of the designs are printed by no source and have to be decided; the appendix lists them.",
            len(page.limits.illustrative),
            count=Count(len(page.limits.illustrative)),
        )
