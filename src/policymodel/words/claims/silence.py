"""What is said of what a page does not say: one sentence, and the picture and table stay away."""

from __future__ import annotations

from policymodel.words.numbers import Count
from policymodel.words.page import Page
from policymodel.words.sentences import Listing, Sentence, say, say_many

NO_PAY = say("This run compares scorecards only; it has no pay scheme, so nothing here is money.")
NO_CARD = say("This run compares pay only; it has no scorecard, so there are no scores and no indicators.")
NO_GROUPS = say("No grade, outlet or region has enough people to be shown by itself.")
WITHHELD = say("Too few people to say: every figure here would be about fewer than the smallest group shown.")


def left_out(page: Page) -> Sentence | None:
    """On the group's page: the regions too small to be in any of its figures."""
    count = page.limits.regions_left_out
    if not count:
        return None
    return say_many(
        "{count} region with too few people is left out of every figure here; its results are kept internally.",
        "{count} regions with too few people are left out of every figure here; their results are kept internally.",
        count,
        count=Count(count),
    )


def missing(page: Page) -> Sentence | None:
    """On the group's page: the regions that were not run, or whose page could not be made."""
    names = page.limits.missing
    if not names:
        return None
    return say_many(
        "{count} region is missing from every figure here: {names}.",
        "{count} regions are missing from every figure here: {names}.",
        len(names),
        count=Count(len(names)),
        names=Listing(tuple(names)),
    )
