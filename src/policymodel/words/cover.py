"""The first screen of a page: the question, the answer, and the headline numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policymodel.words import claims
from policymodel.words.editions import READERS
from policymodel.words.numbers import Amount, AmountUnit, Count, Money, Share, Span
from policymodel.words.page import Page, moves
from policymodel.words.sentences import Passage, Value, passage, say


@dataclass(frozen=True)
class Tile:
    """One headline number: what it is, the number, and what to compare it with."""

    label: Value
    number: Value
    unit: Value = ""
    detail: Value = ""


@dataclass(frozen=True)
class Cover:
    """What a director reads when there is time for nothing else."""

    scope: Value
    place: Value
    title: Value
    question: Value
    period: Value
    answer: Value
    tiles: Sequence[Tile]
    replay: Value
    illustrative: Value


def cover(page: Page) -> Cover:
    """The cover of a page, from its finished tables."""
    count = len(page.limits.illustrative)
    return Cover(
        scope=_scope(page),
        place=_place(page),
        title=page.title,
        question=page.question,
        period=page.span(),
        answer=answer(page),
        tiles=[*_cost_tiles(page), *_people_tiles(page)],
        replay=replay(page),
        illustrative=say(
            "Numbers that the published source does not print are illustrative; "
            "this page uses {count} of them, listed at the end.",
            count=Count(count),
        )
        if count
        else "",
    )


def _scope(page: Page) -> Value:
    """What the page is about, and for whom it is made."""
    return say("{scope} · {reader}", scope=_whole(page), reader=READERS[page.edition])


def _whole(page: Page) -> Value:
    if page.subject == "region":
        return say("Region")
    return say("Part of the group") if page.limits.missing else say("The whole group")


def _place(page: Page) -> Value:
    if page.subject == "region":
        return page.name("region", page.place)
    return say("Not all regions") if page.limits.missing else say("All regions")


def replay(page: Page) -> Value:
    """That the figures are a replay: what would have been, not what will be."""
    base = Span(page.base_period)
    if page.pays:
        return say(
            "{base} sets the bases, {period} is judged again as it really went. "
            "Amounts are what would have been paid, not a forecast.",
            base=base,
            period=page.span(),
        )
    return say(
        "{base} sets the bases, {period} is judged again as it really went. "
        "Scores are what would have been given, not a forecast.",
        base=base,
        period=page.span(),
    )


def answer(page: Page) -> Passage:
    """The answer in two or three sentences: money where there is any, then people, then who is not in it."""
    said = [
        claims.cost(page) if page.pays else None,
        claims.bands(page),
        None if page.pays else claims.scores(page),
        claims.missing(page),
        claims.left_out(page),
    ]
    return passage([each for place, each in enumerate(said) if each not in said[:place]])


def _cost_tiles(page: Page) -> list[Tile]:
    if not page.has("cost"):
        return []
    base, allowed = claims.total_cost(page, page.baseline), claims.budget(page)
    tiles = []
    for design in (page.baseline, *page.others):
        total = claims.total_cost(page, design)
        detail: Value = ""
        if design != page.baseline and base:
            detail = say(
                "{share} against “{baseline}”",
                share=Share((total - base) / base, signed=True),
                baseline=page.designs[page.baseline],
            )
        elif allowed:
            detail = say(
                "{share} of the budget of {budget}",
                share=Share(total / allowed),
                budget=Money(allowed, page.currency),
            )
        tiles.append(
            Tile(
                say("Cost of “{design}”", design=page.designs[design]),
                Amount(total, page.currency),
                AmountUnit(total, page.currency),
                detail,
            )
        )
    return tiles


def _people_tiles(page: Page) -> list[Tile]:
    tiles = []
    for design in page.others if page.has("bands") else ():
        moved = moves(page, design)
        for count, known, label in (
            (moved.gain, moved.gain_known, say("Gain under “{design}”", design=page.designs[design])),
            (moved.lose, moved.lose_known, say("Lose under “{design}”", design=page.designs[design])),
        ):
            if moved.people and (known or count):
                number: Value = Count(count) if known else say("≥ {count}", count=Count(count))
                of = say("of {people} people", people=Count(moved.people))
                detail: Value = Share(count / moved.people, 0) if known else say("the rest is withheld")
                tiles.append(Tile(label, number, of, detail))
            else:
                tiles.append(Tile(label, "–", "", say("withheld: groups too small to show")))
    return tiles[:4]
