"""What can be said of whom rewards and penalties touch, and what luck alone means there (S6.10, S6.11)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from policymodel.words.numbers import Count, Figure
from policymodel.words.page import Page
from policymodel.words.sentences import Sentence, Value, passage, say, say_many

FEW, NEARLY_ALL, GROUP = "few", "nearly_all", "group"
"""Why no number of people stands there: fewer than the smallest cell, all but fewer, or the whole group is needed."""

Said = Mapping[str, Value]
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
    """Of each design the penalty that touches most, and whether that is more than luck; on the group's page, where.

    Only of numbers that are told; where no penalty's is, the reward that touches most.
    """
    table = page.table("consequences")
    table = table[table["step"] == 0]
    told = _of_the_group if page.subject == "group" else _of_a_region
    owned = ((design, table[table["design"] == design]) for design in page.designs)
    return passage(
        each
        for design, own in owned
        if len(own)
        for each in told(own, titles[design], {"design": page.designs[design]})
    )


def _of_a_region(own: pd.DataFrame, titles: Said, values: Said) -> Iterator[Sentence]:
    seen = own[own["shown"].astype(bool)]
    penalties, rewards = (seen[seen["kind"] == kind] for kind in ("penalty", "reward"))
    hidden = own.loc[own["kind"] == "penalty", "hidden"]
    if len(penalties):
        yield _most_punished(penalties, titles, values)
        return
    if len(hidden) and (hidden == FEW).all():
        yield say("Under “{design}” every penalty would touch fewer than ten people.", **values)
    elif len(hidden) or rewards.empty:
        yield say("Under “{design}” how many people each rule would touch is withheld.", **values)
    if len(rewards):
        most = rewards.sort_values("people", ascending=False, kind="stable").iloc[0]
        reward, people = titles[str(most["rule"])], Count(int(most["people"]))
        yield say(
            "Under “{design}” the reward “{rule}” would touch most: {people} people.",
            **values,
            rule=reward,
            people=people,
        )


def _most_punished(seen: pd.DataFrame, titles: Said, values: Said) -> Sentence:
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


def _of_the_group(own: pd.DataFrame, titles: Said, values: Said) -> Iterator[Sentence]:
    """The rule that touches more people than luck in most regions, of those that tell their number."""
    seen = own[own["shown"].astype(bool)]
    judged = seen[seen["null"] != ""]
    if seen.empty:
        few = bool((own["hidden"] == FEW).all())
        yield (
            say("Under “{design}” every rule would touch fewer than ten people of each region.", **values)
            if few
            else say("Under “{design}” how many people each rule would touch is withheld.", **values)
        )
        return
    if judged.empty:
        yield say("Under “{design}” it can be said of no rule what luck alone would do.", **values)
        return
    more = (judged["people"] > judged["high"]).groupby(judged["rule"], sort=False).agg(["sum", "size"])
    rule = str(more["sum"].idxmax())
    if not more.at[rule, "sum"]:
        yield say(
            "Under “{design}” no rule would touch more people than luck alone, where the number is told.",
            **values,
        )
        return
    yield say_many(
        "Under “{design}” the rule “{rule}” would touch more people than luck alone in {count} of {all} region that "
        "tells its number.",
        "Under “{design}” the rule “{rule}” would touch more people than luck alone in {count} of {all} regions that "
        "tell their number.",
        int(more.at[rule, "size"]),
        rule=titles[rule],
        count=Count(int(more.at[rule, "sum"])),
        all=Count(int(more.at[rule, "size"])),
        **values,
    )
