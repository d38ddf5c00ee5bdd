"""Claims about people: who gains and who loses, and how the scores are spread."""

from __future__ import annotations

import pandas as pd

from policymodel.words.claims.pay import money
from policymodel.words.claims.silence import NO_CARD, NO_GROUPS, WITHHELD
from policymodel.words.numbers import Count, Figure
from policymodel.words.page import Moves, Page, group_words, joined_bins, moves
from policymodel.words.sentences import Listing, Sentence, Value, passage, say, say_many


def bands(page: Page) -> Value:
    """How many gain and how many lose under each other design."""
    table = page.table("bands")
    if table.empty:
        return say("Only one design is in this run, so nobody gains or loses beside it.")
    return passage(_gain_and_lose(page, table, design) for design in page.others)


def _gain_and_lose(page: Page, table: pd.DataFrame, design: str) -> Value:
    everybody = table[(table["by"] == "all") & (table["design"] == design)]
    if not everybody["shown"].any():
        return WITHHELD
    moved = moves(page, design)
    values: dict[str, Value] = {
        "design": page.designs[design],
        "gain": Count(moved.gain),
        "lose": Count(moved.lose),
    }
    if moved.people is None or moved.same is None:
        return _partly_known(page, design, moved)
    people = Count(moved.people)
    if moved.same == moved.people:
        return say(
            "Under “{design}” all {people} people stay about where they are.",
            design=page.designs[design],
            people=people,
        )
    return say_many(
        "Of {people} person, {gain} gains and {lose} loses under “{design}”; {same} stays about the same.",
        "Of {people} people, {gain} gain and {lose} lose under “{design}”; {same} stay about the same.",
        moved.people,
        people=people,
        same=Count(moved.same),
        **values,
    )


def _partly_known(page: Page, design: str, moved: Moves) -> Value:
    """What can be said of gains and losses where some bands are withheld: the least, or only the mean."""
    if moved.gain or moved.lose or moved.gain_known or moved.lose_known:
        return _at_least_so_many(page, design, moved)
    change = page.table("change")
    mean = change[(change["by"] == "all") & (change["design"] == design) & change["shown"]]
    if mean.empty:
        return WITHHELD
    return say(
        "Under “{design}” the mean change is {change} a person; how many gain and how many lose is withheld.",
        design=page.designs[design],
        change=change_of(page, mean["unit"].iloc[0], mean["mean_change"].iloc[0]),
    )


def _at_least_so_many(page: Page, design: str, moved: Moves) -> Sentence:
    values: dict[str, Value] = {
        "design": page.designs[design],
        "gain": _count(moved.gain, moved.gain_known),
        "lose": _count(moved.lose, moved.lose_known),
    }
    if not moved.lose and not moved.lose_known:
        return say("Under “{design}” {gain} people gain; how many lose is withheld.", **values)
    if not moved.gain and not moved.gain_known:
        return say("Under “{design}” {lose} people lose; how many gain is withheld.", **values)
    return say("Under “{design}” {gain} people gain and {lose} lose.", **values)


def _count(people: int, known: bool) -> Value:
    return Count(people) if known else say("at least {count}", count=Count(people))


def groups(page: Page) -> Value:
    """Which region, grade or outlet moves most on average, either way: every bar of the picture counts."""
    table = page.table("change")
    if not table.empty:
        table = table[table["by"].ne("all") & table["shown"]]
    if table.empty:
        return NO_GROUPS if page.has("bands") else bands(page)
    return passage(_furthest(page, table[table["design"] == design], design) for design in page.others)


def _furthest(page: Page, table: pd.DataFrame, design: str) -> Value | None:
    if table.empty:
        return None
    top = table.loc[table["mean_change"].idxmax()]
    low = table.loc[table["mean_change"].idxmin()]
    values: dict[str, Value] = {
        "design": page.designs[design],
        "top": group_words(page, top["by"], top["group"]),
        "more": change_of(page, top["unit"], top["mean_change"]),
        "low": group_words(page, low["by"], low["group"]),
        "less": change_of(page, low["unit"], low["mean_change"]),
    }
    if low["mean_change"] >= 0:
        return say(
            "Under “{design}” no group shown loses on average: from {low} ({less} a person) "
            "to {top} ({more}).",
            **values,
        )
    if top["mean_change"] <= 0:
        return say(
            "Under “{design}” no group shown gains on average: from {top} ({more} a person) "
            "to {low} ({less}).",
            **values,
        )
    return say(
        "Under “{design}” {top} gains most on average ({more} a person) and {low} loses most ({less}).",
        **values,
    )


def change_of(page: Page, unit: str, value: float) -> Value:
    """A signed change per person, in money or in points."""
    if unit == "minor":
        return money(page, value, signed=True)
    return say("{points} points", points=Figure(value, 1, signed=True))


def scores(page: Page) -> Value:
    """How many people reach the edge that parts the baseline's people most evenly."""
    if not page.scored:
        return NO_CARD
    table = joined_bins(page)
    if table.empty:
        return WITHHELD
    designs = [design for design in (page.baseline, *page.others) if design in set(table["design"])]
    people = int(table.loc[table["design"] == page.baseline, "people"].sum())
    reached = {edge: _at_least(table, page.baseline, edge) for edge in sorted(set(table["lower"]))[1:]}
    if not reached:
        return say("{people} people are too few to show how their scores are spread.", people=Count(people))
    edge = min(reached, key=lambda each: abs(reached[each] - people / 2))
    parts = [
        say(
            "{count} under “{design}”",
            count=Count(_at_least(table, design, edge)),
            design=page.designs[design],
        )
        for design in designs
    ]
    return say(
        "Of {people} people, {parts} score {edge} points or more.",
        people=Count(people),
        edge=Figure(edge, 0 if edge == round(edge) else 1),
        parts=Listing(tuple(parts)),
    )


def _at_least(table: pd.DataFrame, design: str, edge: float) -> int:
    return int(table.loc[(table["design"] == design) & (table["lower"] >= edge), "people"].sum())
