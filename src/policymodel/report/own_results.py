"""One's own pay and score in a period under each design, line by line (S1.3)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from policymodel.payroll import Payments
from policymodel.periods import Period
from policymodel.report.session import Session
from policymodel.scheme.algebra import Node
from policymodel.scheme.given import PAY, SCORE
from policymodel.scoring import Scores
from policymodel.tables import Number, Row, Table
from policymodel.words.numbers import MINOR_UNITS, AmountUnit, Figure, Money, Share
from policymodel.words.sentences import Sentence, Text, Value, say

Result = Scores | Payments
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class OwnResults:
    """The pay and the scores of a period under every design, read once for everybody."""

    session: Session
    period: Period
    _read: dict[tuple[int, Node, Period], Numbers] = field(default_factory=dict, repr=False)

    def all(self) -> Iterator[tuple[Sentence, Mapping[str, Result]]]:
        """Pay and score, each of every design that has it and has periods inside this one."""
        for what, results in ((say("Pay"), self.session.payments), (say("Score"), self.session.scores)):
            there = {design: each for design, each in results.items() if _inside(each, self.period)}
            if there:
                yield what, there

    def amount(self, result: Result, manager: int, period: Period | None = None) -> float:
        """A manager's pay of the period (or another one), or the score, the mean of those there are of several.

        Not a number where one is missing, or where the design's own periods do not fill it.
        """
        period = period or self.period
        if sum(len(each.months) for each in _inside(result, period)) != len(period.months):
            return math.nan
        whole = result.scheme.given.line(PAY if isinstance(result, Payments) else SCORE)
        return self._number(result, whole, manager, period)

    def tables(self, manager: int) -> Iterator[Table]:
        """A table of pay and one of the score: a row for each line of the statements, a column for each design."""
        page = self.session.page
        for what, results in self.all():
            paid = isinstance(next(iter(results.values())), Payments)
            lines = {design: lines_of(result) for design, result in results.items()}
            titles: dict[str, Value] = {}
            depths: dict[str, int] = {}
            for design, result in results.items():
                for name, (title, _) in lines[design].items():
                    titles.setdefault(name, title)
                card = result.scheme.card if isinstance(result, Scores) else None
                depths |= card.depths() if card is not None else {}
            rows = [
                Row(
                    title,
                    [self._cell(each, lines[design].get(name), manager) for design, each in results.items()],
                )
                for name, title in titles.items()
            ]
            rows = [replace(row, depth=depths.get(name, 0)) for row, name in zip(rows, titles, strict=True)]
            totals = [Number(self.amount(each, manager), 2) for each in results.values()]
            unit: Value = AmountUnit(0, page.currency) if paid else say("points")
            caption = say(
                "{what} in {period}, {unit}", what=what, period=page.when(self.period.label), unit=unit
            )
            heads = [page.designs[design] for design in results]
            yield Table(caption, say("Line"), heads, [*rows, Row(say("Total"), totals, "total")])

    def _cell(self, result: Result, line: tuple[Value, Node] | None, manager: int) -> Number:
        return Number(None if line is None else self._number(result, line[1], manager, self.period), 2)

    def _number(self, result: Result, node: Node, manager: int, period: Period) -> float:
        key = (id(result), node, period)
        if key not in self._read:
            self._read[key] = _over(result, node, period)
        return float(self._read[key][manager])


def _over(result: Result, node: Node, period: Period) -> Numbers:
    """A node's number of everybody over a period: the sum of amounts, or the mean of the scores that there are.

    Nobody's number counts of a time in which that person was not at work.
    """
    inside = np.array([period.first <= each.first and each.last <= period.last for each in result.periods])
    values = result.values(node)
    here = result.panel.employed(result.periods)[inside]
    known = np.where(values.ok, values.number, np.nan)[inside]
    if isinstance(result, Payments):
        return np.where(here.any(axis=0), np.where(here, known, 0.0).sum(axis=0), np.nan)
    there = here & ~np.isnan(known)
    count = there.sum(axis=0)
    return np.where(count > 0, np.where(there, known, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)


def lines_of(result: Result) -> dict[str, tuple[Value, Node]]:
    """The lines that stand on a statement, by id, each with its title: parts of pay, or lines of a card."""
    if isinstance(result, Payments):
        return {name: (Text(dict(node.title.languages)), node) for name, node in result.parts.items()}
    assert result.scheme.card is not None
    return {
        line.id: (Text(dict(line.title.languages)), result.scheme.given.over_period(line.id))
        for line, _ in result.scheme.card.walk()
    }


def _inside(result: Result, period: Period) -> list[Period]:
    return [each for each in result.periods if period.first <= each.first and each.last <= period.last]


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
