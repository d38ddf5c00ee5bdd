"""What can be said of whom rewards and penalties touch, and what luck alone means there (S6.10, S6.11)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from policymodel.words.numbers import Count, Figure
from policymodel.words.page import Page
from policymodel.words.sentences import Sentence, Value, passage, say, say_many

FEW, NEARLY_ALL, GROUP = "few", "nearly_all", "group"
"""Why no number of people stands there: fewer than the smallest cell, all but fewer, or the whole group is needed."""

Titles = Mapping[str, Mapping[str, Value]]
"""What the rules of each design are called, by design and rule."""
UNSHOWN: Mapping[str, Sentence] = {FEW: say("fewer than ten"), GROUP: say("needs the whole group")}

NULLS: Mapping[str, Sentence] = {
    "scores": say(
        "Luck alone, for a rule about scores: the region's people do not differ, and the scores of each period are "
        "dealt anew among them."
    ),
    "events": say(
        "Luck alone, for a rule about events: everybody causes them at the region's mean rate for the days employed "
        "(Poisson)."
    ),
}
"""The null hypotheses."""


def unshown(why: str) -> Sentence:
    """What stands in place of a number of people that is not told."""
    return UNSHOWN.get(why, say("withheld"))


def by_luck(row: Mapping[Any, Any]) -> Value:
    """How many people luck alone would touch, with its interval; that it cannot be said."""
    if not row["null"]:
        return say("cannot be said")
    return say(
        "{expected} ({low} to {high})",
        expected=Figure(float(row["expected"]), 1),
        low=Count(int(row["low"])),
        high=Count(math.ceil(row["high"])),
    )


def consequences(page: Page, titles: Titles) -> Value:
    """Of each design the penalty that touches most, and whether that is more than luck; on the group's page, where."""
    table = page.table("consequences")
    told = _over_regions if page.subject == "group" else _in_one_region
    penalties = table[(table["step"] == 0) & (table["kind"] == "penalty")]
    owned = ((design, penalties[penalties["design"] == design]) for design in page.designs)
    return passage(_of_design(page, design, own, titles, told) for design, own in owned if len(own))


def _of_design(
    page: Page,
    design: str,
    own: pd.DataFrame,
    titles: Titles,
    told: Callable[[pd.DataFrame, Mapping[str, Value], Mapping[str, Value]], Sentence],
) -> Sentence:
    seen = own[own["shown"].astype(bool)]
    values = {"design": page.designs[design]}
    if len(seen):
        return told(seen, titles[design], values)
    if (own["hidden"] == FEW).all():
        return say("Under “{design}” every penalty would touch fewer than ten people.", **values)
    return say("Under “{design}” how many people each penalty would touch is withheld.", **values)


def _in_one_region(seen: pd.DataFrame, titles: Mapping[str, Value], values: Mapping[str, Value]) -> Sentence:
    most = seen.sort_values("people", ascending=False, kind="stable").iloc[0]
    values = {**values, "rule": titles[str(most["rule"])], "people": Count(int(most["people"]))}
    if not most["null"]:
        return say("Under “{design}” the penalty “{rule}” would touch most: {people} people.", **values)
    values |= {"low": Count(int(most["low"])), "high": Count(math.ceil(most["high"]))}
    if most["people"] > most["high"]:
        return say(
            "Under “{design}” the penalty “{rule}” would touch most: {people} people, where luck alone would touch "
            "{low} to {high}.",
            **values,
        )
    if most["people"] < most["low"]:
        return say(
            "Under “{design}” the penalty “{rule}” would touch most: {people} people, the same ones again and "
            "again: luck alone would touch {low} to {high}.",
            **values,
        )
    return say(
        "Under “{design}” the penalty “{rule}” would touch most: {people} people, no more than the {low} to "
        "{high} of luck alone.",
        **values,
    )


def _over_regions(seen: pd.DataFrame, titles: Mapping[str, Value], values: Mapping[str, Value]) -> Sentence:
    """The penalty that touches more people than luck in most regions, of those that tell their number."""
    judged = seen[seen["null"] != ""]
    if judged.empty:
        return say("Under “{design}” it cannot be said of any penalty what luck alone would do.", **values)
    more = (judged["people"] > judged["high"]).groupby(judged["rule"], sort=False).agg(["sum", "size"])
    rule = str(more["sum"].idxmax())
    if not more.at[rule, "sum"]:
        return say(
            "Under “{design}” no penalty would touch more people than luck alone in any region.", **values
        )
    return say_many(
        "Under “{design}” the penalty “{rule}” would touch more people than luck alone in {count} of {all} region "
        "that tells it.",
        "Under “{design}” the penalty “{rule}” would touch more people than luck alone in {count} of {all} regions "
        "that tell it.",
        int(more.at[rule, "size"]),
        rule=titles[rule],
        count=Count(int(more.at[rule, "sum"])),
        all=Count(int(more.at[rule, "size"])),
        **values,
    )
