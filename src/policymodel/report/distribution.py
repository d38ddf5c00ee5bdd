"""What a works council asks of a pay scheme: its rules, how pay is spread, who gains and loses how much, which data.

Figures here are made of the same people as those of every other page of the region, in groups of at least the smallest
cell, and are withheld where a sum on another page would give somebody away.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.comparison import comparable, compare
from policymodel.disclosure import withheld_parts
from policymodel.report.figures import year_of_pay, year_of_scores
from policymodel.report.moves import left_out
from policymodel.report.session import Session
from policymodel.statistics import equal_groups, gini
from policymodel.statistics.samples import Undefined
from policymodel.tables import NOTHING, Number, Row, Table, Withheld
from policymodel.words.numbers import MINOR_UNITS, Figure
from policymodel.words.page import moves
from policymodel.words.scheme import setting_words, value_words
from policymodel.words.sentences import Sentence, Text, Value, say

SETTINGS = ("measure", "points", "points_each", "floor", "cap", "missing")
"""Settings of a line that decide what it is worth, where it has them."""

FIFTHS = 5


def rules(session: Session) -> Table:
    """Every line of every design that gives points or pay, with its clause and the settings that decide."""
    rows: list[Row] = []
    for design, both in session.schemes.items():
        rows.append(Row(session.page.designs[design], role="heading"))
        for scheme in both:
            if scheme is not None and scheme.card is not None:
                rows += [_rule(line) for line, _ in scheme.card.walk()]
            if scheme is not None and scheme.pay is not None:
                rows += [_rule(item) for item in scheme.pay.items]
    caption = say("The rules of every design; how they differ is said further on")
    return Table(caption, say("Line"), [say("Clause"), say("What decides")], rows)


def _rule(line: Any) -> Row:
    said = [
        say("{setting} {value}", setting=setting_words(name), value=_value(name, getattr(line, name)))
        for name in SETTINGS
        if getattr(line, name, None) is not None
    ]
    return Row(Text(dict(line.title.languages)), [str(line.source), _Together(said)])


def _value(name: str, value: Any) -> Value:
    return value_words(name, getattr(value, "value", value))


class _Together:
    """Several words, one after the other."""

    def __init__(self, parts: list[Sentence]) -> None:
        self.parts = parts

    def render(self, language: str) -> str:
        """The parts with semicolons between them."""
        return ("；" if language.startswith("zh") else "; ").join(
            each.render(language) for each in self.parts
        )


def directions(session: Session) -> Table:
    """How many gain, lose and stay under each design, and what they gain or lose in all and on average, in pay."""
    page, run = session.page, session.run
    if not page.pays or not page.has("bands"):
        return NOTHING
    compared = compare(_together(session), run.baseline, (run.no_change, run.large_change))
    rows: list[Row] = []
    for design in page.others:
        change = compared[compared["design"] == design]
        side = change["band"].str.split("_").str[0]
        moved = moves(page, design)
        parts = [("loses", moved.lose_known), ("same", moved.same is not None), ("gains", moved.gain_known)]
        counts = [int((side == name).sum()) for name, _ in parts]
        few = 0 < _others(session, design, len(change)) < run.smallest_cell
        hidden = withheld_parts(counts, run.smallest_cell, [not known or few for _, known in parts])
        rows.append(Row(page.designs[design], role="heading"))
        words = (say("Loses"), say("About the same"), say("Gains"))
        for (name, _), count, away, said in zip(parts, counts, hidden, words, strict=True):
            amounts = change.loc[side == name, "change"].to_numpy(dtype=np.float64) / MINOR_UNITS
            shown = [Number(count, people=True), Number(float(amounts.sum()), 0, True)]
            mean = Number(float(amounts.mean()) if count else None, 0, True)
            rows.append(Row(said, [Withheld()] * 3 if away else [*shown, mean]))
    heads: list[Value] = [say("People"), say("Change in all, {unit}", unit=page.currency)]
    heads.append(say("Mean change a person, {unit}", unit=page.currency))
    caption = say("Gains and losses of the year against “{baseline}”", baseline=page.designs[page.baseline])
    return Table(caption, say("Group"), heads, rows)


def spread(session: Session) -> Table:
    """How unequal pay is under each design: the Gini coefficient, and the shares of the lowest and highest paid fifth.

    A fifth stands only where it has enough people; with few people the parts are halves, or there are none.
    """
    page, year = session.page, _together(session)
    if not page.pays or year.empty:
        return NOTHING
    rows = [
        Row(
            page.designs[design],
            _spread(session, design, year[year["design"] == design]["amount"].to_numpy()),
        )
        for design in page.designs
    ]
    heads: list[Value] = [
        say("Gini coefficient"),
        say("Share of the lowest paid part"),
        say("Share of the highest paid part"),
        say("Parts"),
    ]
    return Table(say("How pay of the year is spread"), say("Design"), heads, rows)


def _spread(session: Session, design: str, pay: NDArray[Any]) -> list[Number | Withheld]:
    amounts = pay.astype(np.float64)
    smallest = session.run.smallest_cell
    few = 0 < _others(session, design, amounts.size) < smallest
    if amounts.size < smallest or few or amounts.min(initial=0) < 0 or amounts.sum() <= 0:
        return [Withheld()] * 4
    part = equal_groups(amounts, smallest, FIFTHS)
    count = int(part.max()) + 1
    shares = [amounts[part == each].sum() / amounts.sum() for each in (0, count - 1)]
    try:
        unequal = round(gini(amounts), 3)
    except Undefined:
        return [Withheld()] * 4
    apart = [Number(each if count > 1 else None, 1, share=True) for each in shares]
    return [Number(unequal, 3), *apart, Number(count)]


def _together(session: Session) -> pd.DataFrame:
    """The year's pay of the people whom every page compares."""
    paid, scored = year_of_pay(session.payments), year_of_scores(session.scores)
    figures = [each for each in (paid, scored) if len(each)]
    together = set.intersection(*(set(comparable(each)) for each in figures)) if figures else set()
    return paid[paid["manager_id"].isin(together)]


def _others(session: Session, design: str, compared: int) -> int:
    """How many people are in the cost of a design or of the baseline and not among those compared."""
    return left_out(session.results["cost"], (design, session.run.baseline), compared)


def data_used(session: Session) -> list[Value]:
    """Which figures about people the designs read, and what becomes of them."""
    read: dict[str, Value] = {}
    for measure in _measures(session):
        known = session.history.measures.get(measure)
        read[measure] = Text(dict(known.title)) if known is not None else measure
    said: list[Value] = [say("Read for every manager: {what}.", what=each) for each in read.values()]
    return [
        *said,
        say(
            "No figure of this page is about fewer than {count} people, and none can be found by subtraction from "
            "this page and the others of the run.",
            count=Figure(session.run.smallest_cell, 0),
        ),
        say("Every page is searched for ids and names before it is kept; a page that holds one is not made."),
    ]


def _measures(session: Session) -> Iterator[str]:
    for both in session.schemes.values():
        for scheme in both:
            if scheme is not None and scheme.card is not None:
                for line, _ in scheme.card.walk():
                    for name in ("measure", "event", "top", "bottom"):
                        value = getattr(line, name, None)
                        if isinstance(value, str):
                            yield value
    for payments in session.payments.values():
        yield from payments.income_lines()
