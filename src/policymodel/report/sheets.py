"""One's own sheet: pay and score line by line under each design, for every manager of a region.

A sheet holds nobody else's figures and no group's: what a line was compared with (peers, the outlet, the team) is
left out, and the lines' own numbers stay. All sheets of a region are made in one go.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from policymodel.disclosure.pseudonyms import pseudonyms, read_key
from policymodel.explanation import Step, explain
from policymodel.payroll import Payments
from policymodel.periods import Period
from policymodel.report.display import contents
from policymodel.report.html import render_content
from policymodel.report.session import Session
from policymodel.scheme.algebra import Line
from policymodel.scoring import Scores
from policymodel.tables import Number, Row, Table
from policymodel.whole import folder_for
from policymodel.words.cover import Answer, Cover, Tile, replay
from policymodel.words.editions import READERS
from policymodel.words.numbers import MINOR_UNITS, AmountUnit, Figure, Money, Share, Span
from policymodel.words.sentences import Sentence, Text, Value, say


def write_sheets(session: Session, key_file: str, folder: str) -> Sentence:
    """Write the sheet of every manager in every language to a folder, each under the manager's pseudonym."""
    ids = [str(each) for each in session.panel.managers if _periods(session, str(each))]
    named = pseudonyms(ids, read_key(key_file))
    with folder_for(Path(folder)) as place:
        for person, name in named.items():
            things = list(sheet(session, person))
            for language in session.run.languages:
                render_content(
                    contents(things, language),
                    language,
                    list(session.run.languages),
                    place / f"{name}.{language}.html",
                )
    return say("{count} sheets were written.", count=str(len(ids)))


def sheet(session: Session, person: str) -> Iterator[Cover | Table | Sentence]:
    """What one manager's sheet holds."""
    tables = list(_tables(session, person))
    yield _cover(session, person)
    yield say("## What each design would have given you")
    yield from tables
    yield say("## How to read this sheet")
    yield say(
        "The figures are yours alone. A line without a number could not be computed or does not apply; it is not "
        "counted as zero unless the scheme says so."
    )
    yield say(
        "Lines that compare you with others show what they gave you, not what the others had. Ask HR of your region "
        "for the way from each line back to your rows."
    )


def _cover(session: Session, person: str) -> Cover:
    page = session.page
    return Cover(
        scope=say("{scope} · {reader}", scope=page.name("region", page.place), reader=READERS["manager"]),
        place=person,
        title=page.title,
        question=say("What would each design have given you in {period}?", period=page.span()),
        period=page.span(),
        answers=list(_answers(session, person)),
        notes=(),
        tiles=list(_tiles(session, person)),
        replay=replay(page),
        illustrative="",
    )


def _tiles(session: Session, person: str) -> Iterator[Tile]:
    """The year's pay under each design, then its score."""
    page = session.page
    for what, results in _results(session):
        for design, result in results.items():
            paid = isinstance(result, Payments)
            unit: Value = AmountUnit(0, page.currency) if paid else say("points, mean of the periods")
            label = say("{what}, “{design}”", what=what, design=page.designs[design])
            yield Tile(label, Figure(_year(result, person), 0 if paid else 2), unit)


def _answers(session: Session, person: str) -> Iterator[Answer]:
    """What every other design would have changed for this person."""
    page = session.page
    for what, results in _results(session):
        for design in page.others:
            if design in results and page.baseline in results:
                before, after = (_year(results[each], person) for each in (page.baseline, design))
                names = {"design": page.designs[design], "baseline": page.designs[page.baseline]}
                yield Answer(
                    what,
                    change_words(before, after, page.currency if results is session.payments else "", names),
                )


def change_words(before: float, after: float, currency: str, names: Mapping[str, Value]) -> Sentence:
    """More, less or the same; in money where there is a currency, in points where there is none."""
    more = after - before
    if more != more:
        return say(
            "It cannot be said what “{design}” would have changed: a figure could not be computed.", **names
        )
    if not currency:
        size = Figure(abs(more), 2)
        if more > 0:
            return say(
                "“{design}” would have scored you {points} points higher than “{baseline}”.",
                points=size,
                **names,
            )
        if more < 0:
            return say(
                "“{design}” would have scored you {points} points lower than “{baseline}”.",
                points=size,
                **names,
            )
        return say("“{design}” would have scored you as “{baseline}” does.", **names)
    amount, share = (
        Money(abs(more) * MINOR_UNITS, currency),
        Share(abs(more) / before if before > 0 else math.nan),
    )
    if more > 0:
        return say(
            "“{design}” would have paid you {amount} ({share}) more than “{baseline}”.",
            amount=amount,
            share=share,
            **names,
        )
    if more < 0:
        return say(
            "“{design}” would have paid you {amount} ({share}) less than “{baseline}”.",
            amount=amount,
            share=share,
            **names,
        )
    return say("“{design}” would have paid you the same as “{baseline}”.", **names)


def _results(session: Session) -> Iterator[tuple[Sentence, Mapping[str, Scores | Payments]]]:
    """Pay and score, each of every design that has it."""
    if session.payments:
        yield say("Pay"), session.payments
    if session.scores:
        yield say("Score"), session.scores


def _year(result: Scores | Payments, person: str) -> float:
    """The year's pay, or the mean score of the periods that have one; not a number where one is missing."""
    totals = [explain(result, person, each.label, rows=False).total for each in _employed(result, person)]
    if isinstance(result, Payments):
        return sum(totals) if totals else math.nan
    known = [each for each in totals if not math.isnan(each)]
    return sum(known) / len(known) if known else math.nan


def _tables(session: Session, person: str) -> Iterator[Table]:
    for what, results in _results(session):
        for design, result in results.items():
            if periods := _employed(result, person):
                caption = say("{what}, “{design}”", what=what, design=session.page.designs[design])
                yield Table(
                    caption,
                    say("Line"),
                    [Span(each.label) for each in periods],
                    _rows(result, person, periods),
                )


def _rows(result: Scores | Payments, person: str, periods: list[Period]) -> list[Row]:
    """A row for each line of the statement, in its order, and the total."""
    told = [explain(result, person, each.label, rows=False) for each in periods]
    card = result.scheme.card if isinstance(result, Scores) else None
    depths = card.depths() if card is not None else {}
    columns = [_numbers(each.steps) for each in told]
    rows = [
        Row(title, [Number(column.get(name, math.nan), 2) for column in columns], depth=depths.get(name, 0))
        for name, title in lines_of(result).items()
    ]
    return [*rows, Row(say("Total"), [Number(each.total, 2) for each in told], "total")]


def lines_of(result: Scores | Payments) -> dict[str, Value]:
    """The lines that stand on a statement, by id: parts of pay, or lines of a card."""
    if isinstance(result, Payments):
        return {name: Text(dict(node.title.languages)) for name, node in result.parts.items()}
    assert result.scheme.card is not None
    return {line.id: Text(dict(line.title.languages)) for line, _ in result.scheme.card.walk()}


def _numbers(steps: tuple[Step, ...]) -> dict[str, float]:
    """The number of each line of a tree, by its id; the outermost is the one that is paid."""
    found: dict[str, float] = {}
    for step in steps:
        if isinstance(step.node, Line) and not step.repeated:
            found.setdefault(step.node.id, step.number)
        for name, number in _numbers(step.parts).items():
            found.setdefault(name, number)
    return found


def _employed(result: Scores | Payments, person: str) -> list[Period]:
    place = result.panel.managers.tolist().index(person)
    here = result.panel.employed(result.periods)[:, place]
    return [each for each, employed in zip(result.periods, here, strict=True) if employed]


def _periods(session: Session, person: str) -> bool:
    results: list[Scores | Payments] = [*session.payments.values(), *session.scores.values()]
    return any(_employed(each, person) for each in results)
