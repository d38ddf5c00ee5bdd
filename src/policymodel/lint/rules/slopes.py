"""Rules about what one more unit is worth: less than nothing, nothing, a jump, twice, or more here than there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import ClassVar

import numpy as np
import pandas as pd

from policymodel.lint.findings import Evidence, Found, Level, Shown
from policymodel.lint.subject import EVENTS, Flags, Subject, measure_names, own_nodes
from policymodel.lint.wording import fine, title_of
from policymodel.scheme.algebra import (
    Awards,
    Collect,
    Column,
    Constant,
    Dated,
    Line,
    Matrix,
    Node,
    Piecewise,
    Place,
    Product,
    Reached,
    Round,
    Sum,
    parts_of,
)
from policymodel.scheme.given import PAY, SCORE
from policymodel.scheme.kinds.arithmetic import Gate
from policymodel.scheme.kinds.lookups import Table
from policymodel.scheme.terms import Number
from policymodel.words.numbers import Share
from policymodel.words.sentences import Sentence, Value, say

NOTHING = 1e-12
TOTALS = {PAY: say("pay"), SCORE: say("the score")}


def measure_words(subject: Subject, name: str) -> Value:
    """What a measure is called."""
    measure = subject.measures.get(name)
    words = {"transaction:amount": say("the amount of a transaction")}
    if measure is None:
        return words.get(name, name)
    return _Titled(measure.title)


@dataclass(frozen=True)
class _Titled:
    """A title of the mapping; in a language that it lacks, the first it has."""

    title: object

    def render(self, language: str) -> str:
        texts = dict(self.title)  # type: ignore[call-overload]
        return str(texts.get(language, next(iter(texts.values()))))


def readers(subject: Subject, measure: str) -> str:
    """The address of the first line that reads a measure itself; "" where it is only read in what others read."""
    for name, record in subject.used.items():
        inner = own_nodes(subject.node(record))
        if any(isinstance(each, Column) and measure in _units(each, subject) for each in inner):
            return name
    return ""


def _units(column: Column, subject: Subject) -> tuple[str, ...]:
    kind, _, figure = column.name.partition(":")
    if kind.startswith("transaction") and figure:
        figure = figure.partition("@")[0]
        return (f"transaction:{'amount' if figure == 'credited' else figure}",)
    ratio = subject.panel.facts.layout.ratio(column.name) if subject.panel is not None else None
    return (*(ratio or ()), column.name)


def judged(subject: Subject) -> Iterator[tuple[str, str, pd.DataFrame, float]]:
    """Of each measure that is to be done more (or less) of: its name, its line, its slopes, and the better direction.

    What is divided by (the total of a share) is left out: that more of it lowers the share is what a share is.
    Events are left out too: nobody is asked to do more of them; and the time that a premium plan wants saved; and what
    is only yes or no of a transaction, of which there is no little more.
    """
    slopes = subject.slopes
    if slopes is None:
        return
    for measure, frame in slopes.groupby("measure", sort=True):
        name = str(measure)
        known = subject.measures.get(name)
        if name.startswith(EVENTS) or name in subject.not_asked:
            continue
        better = -1.0 if known is not None and known.better == "down" else 1.0
        yield name, readers(subject, name), frame, better


def _paid_units(subject: Subject) -> set[str]:
    """The measures whose amount counts; not those that only decide whether a condition holds."""
    found: set[str] = set()
    todo, seen = [subject.given.line(subject.goal)], set()
    while todo:
        each = todo.pop()
        if each not in seen and not isinstance(each, Reached):
            seen.add(each)
            todo += parts_of(each)
            found |= set(_units(each, subject)) if isinstance(each, Column) else set()
    return found


@dataclass(frozen=True)
class NegativeMarginalPay:
    """More of a good thing lowers the pay (or the score, where nothing is paid).

    Measured by the exact slope upward, and by what the smallest movement upward takes away at once.
    """

    code: ClassVar[str] = "negative_marginal_pay"
    level: ClassVar[Level] = "error"
    source: ClassVar[Sentence] = say("Holmström & Milgrom 1991: people follow the slope")
    remedy: ClassVar[Sentence] = say(
        "Find the rate, the tier or the condition that takes it away, and mend it."
    )

    def find(self, subject: Subject) -> Iterator[Found]:
        for measure, line, frame, better in judged(subject):
            worse = (frame["right"] * better < -NOTHING) | (frame["right_cliff"] * better < -NOTHING)
            if not worse.any():
                continue
            said = say(
                "One more unit of {measure} lowers {what}.",
                measure=measure_words(subject, measure),
                what=TOTALS[subject.goal],
            )
            typical = Shown(say("median of what it takes away"), fine(float(frame["right"][worse].median())))
            sample = subject.sample_of(frame, worse.to_numpy())
            yield Found(line, said, Evidence(sample, say("cases in which it does"), (typical,)))


@dataclass(frozen=True)
class NoMarginalPay:
    """One more unit adds nothing in most cases: at a cap, below a threshold, in debt, or beyond the last step.

    What only opens a gate is not counted: between its two sides it has nothing to add by design (`cliff` tells of it).
    """

    code: ClassVar[str] = "no_marginal_pay"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say("Misra & Nair 2011 (caps); Chung, Steenburgh & Sudhir 2014 (giving up)")
    remedy: ClassVar[Sentence] = say("Move the cap or the threshold, or take the measure out.")

    def find(self, subject: Subject) -> Iterator[Found]:
        paid = _paid_units(subject) if subject.slopes is not None else set()
        for measure, line, frame, _ in judged(subject):
            if measure not in paid:
                continue
            flat = frame["flat"].to_numpy(dtype=bool)
            limit = subject.settings.thresholds.flat
            if len(frame) < subject.settings.thresholds.smallest_sample or flat.mean() <= limit:
                continue
            said = say(
                "In more than {limit} of the cases one more unit of {measure} adds nothing to {what}.",
                limit=Share(limit, 0),
                measure=measure_words(subject, measure),
                what=TOTALS[subject.goal],
            )
            capped = frame["capped"].to_numpy(dtype=bool) & flat
            figures = (Shown(say("of these, held by a cap"), Share(float(capped.sum() / flat.sum()), 0)),)
            yield Found(
                line,
                said,
                Evidence(subject.sample_of(frame, flat), say("cases in which it adds nothing"), figures),
            )


@dataclass(frozen=True)
class Cliff:
    """A place where a little more of a measure changes the pay (or the score) at once by a large amount.

    Without a history the clauses that jump are named; with one, how large the jump is beside what is typical there,
    and how many cases have it before them or stand on it.
    """

    code: ClassVar[str] = "cliff"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say(
        "FCA FG13/01: disproportionate rewards for marginal sales (second-hand); Tzioumis & Gee 2013"
    )
    remedy: ClassVar[Sentence] = say("Let it rise in proportion between the two levels.")

    def find(self, subject: Subject) -> Iterator[Found]:
        if subject.computed is None:
            for name in jumping(subject):
                yield Found(name, say("What it gives jumps."), level="note")
            return
        limit = subject.settings.thresholds.cliff
        for measure, line, frame, _ in judged(subject):
            typical = float(frame["value"].abs().median())
            size = np.fmax(frame["next_jump"].abs(), frame["right_cliff"].abs()).fillna(0.0).to_numpy()
            if not typical > 0 or not (size > limit * typical).any():
                continue
            large = size > limit * typical
            said = say(
                "A little more of {measure} changes {what} at once by more than {limit} of what is typical.",
                measure=measure_words(subject, measure),
                what=TOTALS[subject.goal],
                limit=Share(limit, 0),
            )
            figures = (
                Shown(
                    say("median of the jump, of what is typical"),
                    Share(float(np.median(size[large])) / typical, 0),
                ),
            )
            sample = subject.sample_of(frame, large)
            yield Found(line, said, Evidence(sample, say("cases with the jump before them"), figures))


def jumping(subject: Subject) -> Iterator[str]:
    """The lines whose own formula jumps."""
    for name, record in subject.used.items():
        inner = list(own_nodes(subject.node(record)))
        matrices = [each for each in inner if isinstance(each, Matrix) and each.between == "step"]
        awards = [each for each in inner if isinstance(each, Awards)]
        if (
            isinstance(record, Gate)
            or matrices
            or awards
            or any(isinstance(e, Piecewise) and jumps(e) for e in inner)
        ):
            yield name


def jumps(node: Piecewise) -> bool:
    """Whether neighbouring pieces do not meet."""
    for before, after in pairwise(node.pieces):
        assert after.start is not None
        at = after.start
        if before.level + before.slope * (at - before.origin) != after.level + after.slope * (
            at - after.origin
        ):
            return True
    return False


@dataclass(frozen=True)
class PaidTwice:
    """The same unit is paid by two items of pay at once.

    With a history the exact slopes of both items say where; without one only what is certain is told: both items pay
    the measure from the first unit on. What reaches pay through the score is another rule's (`counted_twice`).
    """

    code: ClassVar[str] = "paid_twice"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say("S6.5: the parts are slices, and no yuan is paid twice")
    remedy: ClassVar[Sentence] = say("Pay it in one item, or let each pay another slice of it.")

    def find(self, subject: Subject) -> Iterator[Found]:
        scored = measure_names(subject.given.line(SCORE)) if subject.scheme.card is not None else set()
        reads = {
            item.id: measure_names(subject.given.line(item.id), through_score=False) - scored
            for item in subject.items
        }
        slopes = {}
        for one, two in combinations(subject.items, 2):
            for measure in sorted(reads[one.id] & reads[two.id]):
                said = say(
                    "One more unit of {measure} is paid here and by “{other}” at once.",
                    measure=measure_words(subject, measure),
                    other=title_of(one),
                )
                if subject.computed is None:
                    if all(_plain(subject.given.line(each.id), measure) for each in (one, two)):
                        yield Found(two.id, said)
                    continue
                for item in (one, two):
                    if item.id not in slopes:
                        slopes[item.id] = subject.slopes_of(item.id)
                yield from self._both(subject, measure, said, two.id, slopes[one.id], slopes[two.id])

    def _both(
        self,
        subject: Subject,
        measure: str,
        said: Value,
        address: str,
        one: pd.DataFrame | None,
        two: pd.DataFrame | None,
    ) -> Iterator[Found]:
        if one is None or two is None:
            return
        keys = ["manager_id", "period", "measure"]
        units = {
            each
            for frame in (one, two)
            for each in frame["measure"]
            if each == measure or _moved_by(measure, each)
        }
        both = one.merge(two, on=keys, suffixes=("", "_two"))
        both = both[both["measure"].isin(units)]
        hit: Flags = ((both["right"] > NOTHING) & (both["right_two"] > NOTHING)).to_numpy()
        if hit.any():
            sample = subject.sample_of(both, hit)
            figures = (
                Shown(
                    say("median of what both pay for it"),
                    fine(float((both["right"] + both["right_two"])[hit].median())),
                ),
            )
            yield Found(address, said, Evidence(sample, say("cases in which both pay"), figures))


def _moved_by(measure: str, unit: str) -> bool:
    """Whether a unit of slopes is one of a figure of transactions: an amount is moved where credits are."""
    return measure == "transaction:credited" and unit == "transaction:amount"


PLAIN = (Sum, Product, Round, Line, Collect, Place, Constant, Dated)


def _plain(node: Node, measure: str) -> bool:
    """Whether a node pays a measure from its first unit on: nothing on the way tells units apart."""
    if isinstance(node, Column):
        return measure in measure_names(node)
    return isinstance(node, PLAIN) and any(_plain(each, measure) for each in parts_of(node))


@dataclass(frozen=True)
class UnequalSubstitutes:
    """Of products that can stand for one another one earns much more than another.

    What can stand for what is written in the settings (`measures.substitutes`); rates in a table by product are
    compared without it.
    """

    code: ClassVar[str] = "unequal_substitutes"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say("FCA SYSC 19F.1.3R; CFPB Bulletin 2016-03")
    remedy: ClassVar[Sentence] = say("Let substitutes earn about the same for the same money or work.")

    def find(self, subject: Subject) -> Iterator[Found]:
        most = subject.settings.thresholds.substitutes
        for record in subject.used.values():
            if isinstance(record, Table) and record.by == ("product",):
                rates = [float(each.value) for _, each in record.values if isinstance(each, Number)]
                rates = [each for each in rates if each > 0]
                if rates and max(rates) > most * min(rates):
                    yield Found(f"{record.id}.values", self._said(max(rates) / min(rates)))
        slopes = subject.slopes
        if slopes is None:
            return
        for group in subject.settings.measures.substitutes:
            rows = {each: slopes[(slopes["measure"] == each) & (slopes["right"] > 0)] for each in group}
            worth = {each: float(frame["right"].median()) for each, frame in rows.items() if len(frame)}
            if len(worth) > 1 and max(worth.values()) > most * min(worth.values()):
                dearest = max(worth, key=worth.__getitem__)
                frame = pd.concat([rows[each] for each in worth])
                hit = (frame["measure"] == dearest).to_numpy()
                figures = tuple(
                    Shown(
                        say("median worth of 1,000 units of {measure}", measure=measure_words(subject, each)),
                        fine(1000 * value),
                    )
                    for each, value in worth.items()
                )
                evidence = Evidence(subject.sample_of(frame, hit), say("cases of what earns most"), figures)
                yield Found(
                    readers(subject, dearest), self._said(max(worth.values()) / min(worth.values())), evidence
                )

    def _said(self, times: float) -> Sentence:
        return say(
            "Of products that can stand for one another one earns {times} times as much as another.",
            times=fine(round(times, 1)),
        )
