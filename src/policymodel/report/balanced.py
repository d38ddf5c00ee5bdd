"""A balanced scorecard on a region's page: its map, and each level's scores with the gaps behind them (S5).

A score that is not there is never shown as zero: it does not apply, is not known, or its row was put aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policymodel import charts
from policymodel.charts import Drawing
from policymodel.disclosure import apart, withheld_parts
from policymodel.history.measures import Status
from policymodel.populations import Schemes
from policymodel.report.display import Trust
from policymodel.report.session import Session
from policymodel.scheme.evaluation import Values
from policymodel.scheme.kinds.balanced import Objective, Perspective, Weighted
from policymodel.scheme.quantities import LineOf
from policymodel.scoring import Scores
from policymodel.tables import NOTHING, Number, Row, Table, Withheld
from policymodel.words import claims
from policymodel.words.clauses.plan import Plan
from policymodel.words.formula import STATUS
from policymodel.words.numbers import Count, Span
from policymodel.words.page import Page
from policymodel.words.sentences import Passage, Series, Value, say

PERIODS = 4
Cell = Number | Withheld | Value


@dataclass(frozen=True)
class Standing:
    """One level of the scorecard: what it is called, how deep it stands, its weight, and everybody's values."""

    title: Value
    depth: int
    weight: Number
    values: Values


def scorecard(session: Session) -> Iterator[Drawing | Table | Trust]:
    """The map of the first design that has perspectives, its table level by level, and what nobody has."""
    found = [each for each in session.scores.items() if any(_perspectives(each[1]))]
    if not found:
        return
    design, scores = found[0]
    yield from cause_and_effect(session.page, {design: (scores.scheme, None)})
    standings = list(_standings(scores))
    yield _table(session, scores, standings, session.page.designs[design])
    yield Trust(_gaps(scores, standings))


def cause_and_effect(page: Page, schemes: Schemes) -> Iterator[Drawing]:
    """The map of the first design that has one; it holds no figure."""
    for card, _ in schemes.values():
        if card is not None and card.strategy is not None:
            yield charts.strategy(card, claims.strategy(card), claims.arrows(card), page.languages)
            return


def _perspectives(scores: Scores) -> Iterator[Perspective]:
    yield from (line for line in scores.scheme.judged() if isinstance(line, Perspective))


def _standings(scores: Scores) -> Iterator[Standing]:
    """Each perspective, below it what it weighs, below an objective its measures."""
    plan, day = Plan(scores.scheme, scores.panel.history.measures), scores.periods[-1].end
    for line in _perspectives(scores):
        points = line.points.on(day)
        weight = Number(None if points is None else float(points), 0)
        yield Standing(plan.title(line), 0, weight, scores.values(scores.scheme.given.line(line.id)))
        yield from _below(scores, plan, line, 1)


def _below(scores: Scores, plan: Plan, line: Any, depth: int) -> Iterator[Standing]:
    day = scores.periods[-1].end
    for each in line.of:
        named = scores.scheme.lines[each.value.line] if _names_line(each, scores) else None
        title = plan.title(named) if named is not None else plan.quantity(each.value, line)
        node = scores.scheme.given.node(each.value, source=line.source)
        yield Standing(title, depth, _part(each, line.of, day), scores.values(node))
        if isinstance(named, Objective):
            yield from _below(scores, plan, named, depth + 1)


def _names_line(each: Weighted, scores: Scores) -> bool:
    return isinstance(each.value, LineOf) and each.value.line in scores.scheme.lines


def _part(each: Weighted, among: tuple[Weighted, ...], day: date) -> Number:
    """Its part of the weights beside it, as they are on that day."""
    weights = [float(other.weight.on(day) or 0) for other in among]
    whole, own = sum(weights), float(each.weight.on(day) or 0)
    return Number(own / whole if whole else None, 0, share=True)


def _table(session: Session, scores: Scores, standings: list[Standing], design: Value) -> Table:
    """Mean scores of the last periods, and in the last one how many have none, and why."""
    smallest = session.run.smallest_cell
    places = range(len(scores.periods))[-PERIODS:]
    here = scores.panel.employed(scores.periods)
    if not standings or here[places[-1]].sum() < smallest:
        return NOTHING
    columns = [list(_column(standings, here, place, smallest)) for place in places]
    rows = [
        Row(
            each.title,
            [each.weight, *(column[index] for column in columns), _why(each, here, places[-1], smallest)],
            depth=each.depth,
        )
        for index, each in enumerate(standings)
    ]
    heads: list[Value] = [
        say("Weight"),
        *(session.page.when(scores.periods[place].label) for place in places),
    ]
    caption = say(
        "“{design}” level by level: the mean score of those who have one; perspectives in points",
        design=design,
    )
    return Table(caption, say("Perspective, objective, measure"), [*heads, say("Without a score")], rows)


def _column(standings: list[Standing], here: NDArray[np.bool_], place: int, smallest: int) -> Iterator[Cell]:
    """One period: the mean of those who have a score, or why nobody has."""
    whole = int(here[place].sum())
    known = [int((here & each.values.ok)[place].sum()) for each in standings]
    shown = apart(known, [whole] if whole >= smallest else [], smallest)
    for each, count, may in zip(standings, known, shown, strict=True):
        if whole < smallest:
            yield Withheld()
        elif not count:
            yield Series(tuple(STATUS[status] for status in _reasons(each, here, place)))
        elif not may:
            yield Withheld()
        else:
            people = here[place] & each.values.ok[place]
            yield Number(float(each.values.number[place, people].mean()), 2)


def _reasons(each: Standing, here: NDArray[np.bool_], place: int) -> list[Status]:
    """Why people have no score, the gravest last."""
    status = each.values.status[place, here[place]]
    return [reason for reason in STATUS if (status == reason).any()]


def _why(each: Standing, here: NDArray[np.bool_], place: int, smallest: int) -> Value:
    """How many have no score and why; few are not counted."""
    status = each.values.status[place, here[place]]
    reasons = _reasons(each, here, place)
    counts = [int((status == reason).sum()) for reason in reasons]
    hidden = withheld_parts([len(status) - sum(counts), *counts], smallest)[1:]
    said = [
        say("{reason}: a few", reason=STATUS[reason])
        if away
        else say("{reason}: {count}", reason=STATUS[reason], count=Count(count))
        for reason, count, away in zip(reasons, counts, hidden, strict=True)
    ]
    return Series(tuple(said)) if said else "–"


def _gaps(scores: Scores, standings: list[Standing]) -> Passage:
    """Which levels have no score for anybody in a period, and that nothing of it counts as zero by itself."""
    here = scores.panel.employed(scores.periods)
    said: list[Value] = []
    for place, period in enumerate(scores.periods):
        if not here[place].any():
            continue
        silent = [each for each in standings if not (here & each.values.ok)[place].any()]
        said += [
            say(
                "In {period} “{line}” has no score for anybody: {reason}.",
                period=Span(period.label),
                line=each.title,
                reason=Series(tuple(STATUS[status] for status in _reasons(each, here, place))),
            )
            for each in silent
        ]
    said.append(
        say(
            "Where a score is missing its weight goes to the others as the clauses say; none counts as zero by itself."
        )
    )
    return Passage(tuple(said))
