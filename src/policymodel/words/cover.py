"""The first screen of a page: the question, the answer, and the headline numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from policymodel.words import basis, claims, procedure
from policymodel.words.basis import Basis
from policymodel.words.editions import READERS
from policymodel.words.flags import OPEN, flags
from policymodel.words.numbers import Count, Figure, Money, Share, Span
from policymodel.words.page import BANDS, Page
from policymodel.words.sentences import Value, passage, say

PEOPLE = "Who would have had what?"
"""The section of single persons on the page of a region's HR."""


@dataclass(frozen=True)
class Tile:
    """One headline number: what it is, the number, the same for each other design, and how it is made.

    `section` is the heading, in English, of the section that says more; on a person's own sheet the tables below say
    all, and a number has neither section nor basis.
    """

    label: Value
    number: Value
    unit: Value
    beside: Sequence[Value] = ()
    basis: Basis | None = None
    section: str = ""


@dataclass(frozen=True)
class Answer:
    """One of the sentences that answer the page's question, and what it is about."""

    about: Value
    text: Value


@dataclass(frozen=True)
class Cover:
    """What a director reads when there is time for nothing else."""

    scope: Value
    place: Value
    title: Value
    question: Value
    period: Value
    answers: Sequence[Answer]
    notes: Sequence[Value]
    tiles: Sequence[Tile]
    replay: Value
    illustrative: Value
    standing: Value = ""
    provisional: bool = False
    approval: Value = ""
    languages: tuple[str, ...] = ()


def cover(page: Page) -> Cover:
    """The cover of a page, from its finished tables."""
    count = len(page.limits.illustrative)
    return Cover(
        scope=_scope(page),
        place=_place(page),
        title=page.title,
        question=page.question,
        period=page.span(),
        standing=page.standing,
        provisional=bool(page.provisional),
        approval=approval(page),
        languages=page.languages,
        answers=answers(page),
        notes=[each for each in (claims.missing(page), claims.left_out(page)) if each is not None],
        tiles=[*_of_people(page, [*_cost(page), *_losers(page), *_link(page)]), *_targets(page), _open(page)],
        replay=replay(page),
        illustrative=say(
            "Numbers that the published source does not print are illustrative; "
            "this page uses {count} of them, listed in the appendix.",
            count=Count(count),
        )
        if count
        else "",
    )


def _of_people(page: Page, tiles: list[Tile]) -> list[Tile]:
    """Where single persons stand on the page, what is added up over them leads to them."""
    return [replace(each, section=PEOPLE) for each in tiles] if page.edition == "regional_hr" else tiles


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
    if page.as_of is not None:
        return say(
            "{base} sets the bases. What has happened up to {day} is judged against the part of each target that is "
            "due by then. A standing is no period's result and is not paid.",
            base=base,
            day=page.as_of.isoformat(),
        )
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


def approval(page: Page) -> Value:
    """How far the figures have come on the way to their approval (S6.9); nothing where no register is asked."""
    told = list(procedure.states(page.table("quarters"), page.baseline, page.designs))
    return passage(told) if told else ""


def answers(page: Page) -> list[Answer]:
    """The answer in three sentences: money, people, and what is rewarded."""
    found = [
        Answer(say("Money"), claims.cost(page)) if page.pays else None,
        Answer(say("People"), claims.bands(page)),
        Answer(say("Performance"), _rewarded(page)),
        None if page.pays else Answer(say("Targets"), claims.indicators(page)),
    ]
    return [each for each in found if each is not None]


def _rewarded(page: Page) -> Value:
    if not page.pays:
        return claims.scores(page)
    return claims.alignment(page) if page.subject == "group" else claims.contribution(page)


def _of(page: Page) -> tuple[str, ...]:
    """The design a headline is about (the first proposal; the baseline where it stands alone), then the others."""
    first = page.others[0] if page.others else page.baseline
    return (first, *(design for design in page.designs if design != first))


def _beside(page: Page, values: Sequence[tuple[str, Value]]) -> list[Value]:
    return [say("{value} under “{design}”", value=value, design=page.designs[each]) for each, value in values]


def _cost(page: Page) -> list[Tile]:
    if not page.has("cost"):
        return []
    allowed, base = claims.budget(page), claims.total_cost(page, page.baseline)
    totals = {design: claims.total_cost(page, design) for design in _of(page)}
    first = _of(page)[0]
    name = page.designs[first]
    amounts: list[Value] = [
        say("{amount} under “{design}”", amount=Money(total, page.currency), design=page.designs[design])
        for design, total in totals.items()
    ]
    if allowed:
        amounts.append(say("Budget {budget}", budget=Money(allowed, page.currency)))
        number: Value = Share(totals[first] / allowed)
        label, unit = say("Cost of “{design}” against the budget", design=name), say("of the budget")
    else:
        number = (
            Share((totals[first] - base) / base, signed=True) if base else Money(totals[first], page.currency)
        )
        label, unit = say("Cost of “{design}”", design=name), say("against the baseline")
    return [Tile(label, number, unit, amounts, basis.of_cost(page), "What does each design cost?")]


def _losers(page: Page) -> list[Tile]:
    if not page.has("bands") or not page.others:
        return []
    table, change = page.table("bands"), page.table("change")
    rows = table[(table["by"] == "all") & (table["band"] == BANDS[0])].set_index("design")
    known = change[(change["by"] == "all") & change["shown"]].set_index("design")["people"]
    edge = say("5 points") if page.in_points else f"{page.large_change * 100:g}%"
    first, *others = page.others
    return [
        Tile(
            say("Lose more than {edge} under “{design}”", edge=edge, design=page.designs[first]),
            _people(rows.loc[first]),
            say("of {people} people", people=Count(int(known[first]))) if first in known.index else "",
            [
                *_share(rows.loc[first], known.get(first)),
                *_beside(page, [(d, _people(rows.loc[d])) for d in others]),
            ],
            basis.of_losers(page),
            "Who gains and who loses?",
        )
    ]


def _people(row: pd.Series) -> Value:
    return Count(int(row["people"])) if row["shown"] else say("withheld")


def _share(row: pd.Series, people: float | None) -> list[Value]:
    if not row["shown"]:
        return [say("Groups too small to show")]
    return (
        [say("{share} of them", share=Share(float(row["people"]) / people))]
        if people and row["people"]
        else []
    )


def _link(page: Page) -> list[Tile]:
    table = page.table("alignment").dropna(subset=["spearman"]) if page.has("alignment") else pd.DataFrame()
    of = [design for design in _of(page) if not table.empty and design in set(table["design"])]
    if not of:
        return []
    first, *others = of
    return [
        Tile(
            say("Pay follows contribution under “{design}”", design=page.designs[first]),
            _correlation(table[table["design"] == first]),
            say("rank correlation"),
            [
                *_interval(table[table["design"] == first]),
                *_beside(page, [(d, _correlation(table[table["design"] == d])) for d in others]),
            ],
            basis.of_link(page),
            "Where does pay follow what people bring in?"
            if page.subject == "group"
            else "Does pay follow what people bring in?",
        )
    ]


def _correlation(rows: pd.DataFrame) -> Value:
    low, high = (Figure(float(each), 2) for each in (rows["spearman"].min(), rows["spearman"].max()))
    return low if len(rows) == 1 else say("{low}–{high}", low=low, high=high)


def _interval(rows: pd.DataFrame) -> list[Value]:
    if len(rows) != 1:
        return [say("From the lowest region to the highest")]
    low, high = (Figure(float(rows[each].iloc[0]), 2) for each in ("low", "high"))
    return [say("95% interval {low} to {high}", low=low, high=high)]


def _targets(page: Page) -> list[Tile]:
    """Where no design pays, the indicators take the place of the money."""
    if page.pays or page.own("indicators").empty:
        return []
    judged = claims.with_target(page)
    if judged.empty:
        return []
    return [
        Tile(
            say("Indicators that reached their targets"),
            Count(int((judged["attainment"] >= 1).sum())),
            say("of {number}", number=Count(len(judged))),
            [_by_when(page, str(judged["period"].iloc[0]))],
            basis.of_indicators(),
            "Which indicators reached their targets?",
        )
    ]


def _by_when(page: Page, period: str) -> Value:
    if page.as_of is not None and page.running(period):
        return say("By {day}", day=page.as_of.isoformat())
    return say("By the end of {period}", period=Span(period))


def _open(page: Page) -> Tile:
    count = len(flags(page))
    return Tile(
        say("Open flags"),
        Count(count),
        "",
        [say("To be decided or mended before the figures are final") if count else say("Nothing is open")],
        basis.of_flags(),
        OPEN,
    )
