"""A page of one person: what each amount is made of, and the way of every part to the rows of history.

A page names nobody but whoever it is about, and of rows the file, the number and what they hold.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from policymodel.account import Account, account_of
from policymodel.explanation import KnownRows
from policymodel.payroll import Payments
from policymodel.periods import Period
from policymodel.report.display import contents
from policymodel.report.html import render_content
from policymodel.scoring import Scores
from policymodel.words.cover import Answer, Cover, Tile
from policymodel.words.numbers import TIED, AmountUnit, Figure, Span
from policymodel.words.sentences import Sentence, Series, Text, Value, say

Result = Scores | Payments


def accounts_of(results: Mapping[str, Result], manager_id: str, within: Period) -> list[Account]:
    """What a person's amounts are made of under each design, in each period of a span while employed.

    Two designs may have one scheme, so an account is called after its design.
    """
    found, known = [], KnownRows()
    for design, result in results.items():
        place = result.panel.managers.tolist().index(manager_id)
        here = result.panel.employed(result.periods)[:, place]
        found += [
            replace(account_of(result, manager_id, each.label, known=known), design=design)
            for each, employed in zip(result.periods, here, strict=True)
            if employed and within.first <= each.first and each.last <= within.last
        ]
    return found


def account_page(
    accounts: Sequence[Account],
    designs: Mapping[str, Value],
    place: Value,
    title: Value,
    scope: Value,
    replay: Value,
    standing: Value = "",
    approval: Value = "",
    when: Callable[[str], Value] = Span,
) -> Iterator[Cover | Account | Sentence]:
    """What the page of one person holds; accounts of one design stand together, under its title.

    `standing` is the mark below the page's title and `approval` how far the figures have come (S6.9); `when` is how a
    period is called.
    """
    cover = _cover(accounts, designs, place, title, scope, replay)
    yield replace(cover, standing=standing, provisional=bool(standing), approval=approval)
    several = len({each.design for each in accounts}) > 1
    for each in accounts:
        period, design = when(each.period), designs[each.design]
        yield (
            say("## {period}, “{design}”", period=period, design=design)
            if several
            else say("## {period}", period=period)
        )
        yield each
    yield say("## How to read this page")
    yield say(
        "The amounts at the right add up: the leaves to their part, the parts to the whole. Below a leaf stands how "
        "its figure came about; those figures are of many kinds and do not add up."
    )
    yield say(
        "Leaves are rounded; what they then miss of the amount is the leaf “rounding”. A factor that is worked out, "
        "such as a score, is a leaf of what it adds or takes away."
    )
    yield say("Rows are numbered as a spreadsheet numbers them: the heads are row 1.")


def write_account(
    things: Sequence[Cover | Account | Sentence], languages: Sequence[str], folder: Path, name: str
) -> list[Path]:
    """Write the page in every language: `name.en.html` …"""
    return [
        render_content(contents(things, each), each, list(languages), folder / f"{name}.{each}.html")
        for each in languages
    ]


def _cover(
    accounts: Sequence[Account],
    designs: Mapping[str, Value],
    place: Value,
    title: Value,
    scope: Value,
    replay: Value,
) -> Cover:
    first, last = accounts[0], accounts[-1]
    period = say("{first} to {last}", first=Span(first.period), last=Span(last.period))
    paid = bool(first.currency)
    question = (
        say("What is this pay made of, and where does each part come from?")
        if paid
        else say("What is this score made of, and where does each part come from?")
    )
    return Cover(
        scope=scope,
        place=place,
        title=title,
        question=question,
        period=Span(first.period) if first.period == last.period else period,
        answers=[Answer(designs[own[0].design], _answer(own)) for own in _by_design(accounts)],
        notes=(),
        tiles=list(_tiles(accounts, designs)),
        replay=replay,
        illustrative="",
    )


def _by_design(accounts: Sequence[Account]) -> list[list[Account]]:
    designs: dict[str, list[Account]] = {}
    for each in accounts:
        designs.setdefault(each.design, []).append(each)
    return list(designs.values())


def _tiles(accounts: Sequence[Account], designs: Mapping[str, Value]) -> Iterator[Tile]:
    """The sum of the periods under each design, or the mean of scores, which are no sum."""
    for own in _by_design(accounts):
        whole = all(each.computed for each in own)
        amount = sum(each.value(each.amount) for each in own) if whole else math.nan
        unit: Value = AmountUnit(0, own[0].currency)
        if not own[0].currency:
            amount, unit = amount / len(own), say("points, mean of the periods")
        yield Tile(designs[own[0].design], Figure(amount, 2), unit)


def _answer(own: Sequence[Account]) -> Sentence:
    """The periods under one design in one sentence; of a single one its parts."""
    if not all(each.computed for each in own):
        return say("No amount could be computed for some period; what is missing is said below.")
    first = own[0]
    in_year = len({each.period[:4] for each in own}) == 1
    parts: list[tuple[Value, float]] = [(Span(each.period, in_year), each.value(each.amount)) for each in own]
    if len(own) == 1:
        parts = [(Text(dict(each.line.title.languages)), first.value(each.amount)) for each in first.parts]
    told = [
        say("{part}{tie}{amount}", part=part, tie=TIED, amount=Figure(amount, 2)) for part, amount in parts
    ]
    return say("{parts}.", parts=Series(tuple(told)))
