"""What everybody reached in a period, month by month, against the target and the period before (S1.2, S4.0).

Everything is read once for all people of a region; a sheet takes its own person's place in each array and no other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from policymodel.errors import DataGap
from policymodel.history.measures import Measure, Status
from policymodel.panel import Panel, records_counted
from policymodel.periods import MONTHS_OF, Period
from policymodel.populations import Schemes
from policymodel.scheme.algebra import Column
from policymodel.scheme.evaluation import Values
from policymodel.scheme.kinds.card import Deduction
from policymodel.scheme.scheme import Scheme
from policymodel.tables import Number, points_of_shares, quantity
from policymodel.words.numbers import Figure
from policymodel.words.sentences import Value, say


@dataclass(frozen=True)
class OwnFigure:
    """One monthly figure of everybody: in each month, in the period, in the one before, and against its target.

    `depth` is 1 for what a ratio above it is made of. An `event` is counted, and its change is a number of cases.
    `records` are the records that made it, of everybody; None where it was not counted from records. What is counted
    `once` in the period has no figures by month.
    """

    name: str
    depth: int
    share: bool
    event: bool
    months: Values
    whole: Values
    before: Values
    to_date: Values | None = None
    target: Values | None = None
    records: Mapping[str, pd.DataFrame] | None = None
    once: bool = False

    def is_there(self, manager: int) -> bool:
        """Whether one manager has it at all, now or before."""
        told = [self.months, self.whole, self.before, self.target]
        return any(each is not None and bool(each.ok[:, manager].any()) for each in told)

    def own_records(self, manager_id: str) -> pd.DataFrame:
        """The records that made one manager's figure."""
        assert self.records is not None
        return self.records.get(manager_id, pd.DataFrame())

    def cell(self, values: Values, row: int, manager: int) -> Number | Value:
        """A figure in a cell; one that was put aside says so, and one that is not known is no zero."""
        if values.status[row, manager] == Status.QUARANTINED:
            return say("put aside")
        number = float(values.number[row, manager]) if values.ok[row, manager] else None
        return Number(number, 1, share=True) if self.share else quantity(number)

    def attainment(self, manager: int) -> float:
        """Actual ÷ target, to date; not a number where there is none."""
        if self.to_date is None or self.target is None:
            return math.nan
        known = self.to_date.ok[0, manager] and self.target.ok[0, manager]
        if not known or self.target.number[0, manager] <= 0:
            return math.nan
        return float(self.to_date.number[0, manager] / self.target.number[0, manager])


@dataclass(frozen=True)
class OwnFigures:
    """The figures of everybody in one period, as the designs of a run read them, the first design first."""

    panel: Panel
    schemes: Schemes
    period: Period

    @cached_property
    def all(self) -> tuple[OwnFigure, ...]:
        """Measures in the order of the mapping, what a ratio is made of below it, then the events that cost points."""
        measures = self.panel.history.measures
        ratios = [each for each in measures.values() if each.type == "ratio"]
        below = {part: each.name for each in reversed(ratios) for part in (each.top, each.bottom)}
        found: list[OwnFigure] = []
        for measure in measures.values():
            if measure.name in below:
                continue
            found.append(self._of_measure(measure, 0))
            parts = [part for part in (measure.top, measure.bottom) if part and below[part] == measure.name]
            found += [
                self._of_measure(measures[part], 1) for part in dict.fromkeys(parts) if part in measures
            ]
        return (*found, *(self._of_event(each) for each in self.deductions))

    def standing(self, there: Sequence[OwnFigure], most: int) -> list[OwnFigure]:
        """Of some figures those for the sheet: what a design reads, and others in their order while there are so few.

        Marks for duties are left out: they stand beside what they mean.
        """
        families: list[list[OwnFigure]] = []
        for each in there:
            if each.depth and families:  # what a ratio is made of goes with it
                families[-1].append(each)
            elif each.name not in self._of_reviews:
                families.append([each])
        needed = [any(each.name in self._read_by_designs or each.event for each in own) for own in families]
        room, found = most - sum(len(own) for own, kept in zip(families, needed, strict=True) if kept), []
        for own, kept in zip(families, needed, strict=True):
            room -= 0 if kept else len(own)
            found += own if kept or room >= 0 else []
        return found

    @property
    def reads_marks(self) -> bool:
        """Whether a design reads marks that reviewers gave (S2)."""
        return bool(self._of_reviews & self._read_by_designs)

    @cached_property
    def _of_reviews(self) -> frozenset[str]:
        records = self.panel.history.records
        return frozenset(name for name, rule in records.items() if rule.of == "reviews")

    @cached_property
    def _read_by_designs(self) -> frozenset[str]:
        return frozenset(column.name for scheme in self._in_order() for column in scheme.columns)

    @cached_property
    def deductions(self) -> tuple[Deduction, ...]:
        """The lines that take points off for events, each event and its channels once."""
        lines = (
            line
            for scheme in self._in_order()
            if scheme.card is not None
            for line, _ in scheme.card.walk()
            if isinstance(line, Deduction)
        )
        return tuple({(each.event, each.channels): each for each in reversed(list(lines))}.values())[::-1]

    def change(self, figure: OwnFigure, manager: int) -> Number | Value:
        """The change on the period before (環比), or why there is none."""
        if not figure.whole.ok[0, manager]:
            return Number(None)
        if not figure.before.ok[0, manager]:
            return self._no_previous(figure, manager)
        now, then = (float(each.number[0, manager]) for each in (figure.whole, figure.before))
        if figure.share:
            return points_of_shares(now - then)
        if figure.event:
            return Number(now - then, 0, True)
        if then <= 0 and now != then:
            return say("from {number}", number=Figure(then, 0))
        return Number(now / then - 1 if then else 0.0, 0, True, share=True)

    def _no_previous(self, figure: OwnFigure, manager: int) -> Value:
        before = self.period.before()
        if before.first < self.panel.months[0]:
            return say("history begins later")
        if not self.panel.employed((before,))[0, manager]:
            return say("not here then")
        if figure.before.status[0, manager] == Status.QUARANTINED:
            return say("put aside then")
        return say("not known then")

    def _in_order(self) -> Iterator[Scheme]:
        for both in self.schemes.values():
            yield from (each for each in both if each is not None)

    def _of_measure(self, measure: Measure, depth: int) -> OwnFigure:
        figure = self._figure(Column(measure.name), depth, measure.unit == "share")
        rule = self.panel.history.records.get(measure.name)
        if rule is not None:
            figure = replace(figure, records=self._records(measure.name))
            if not rule.joins and MONTHS_OF[rule.within] > 1:
                # whom the first month counted the next ones do not count again, so months of it would mislead
                figure = replace(figure, months=_nothing(figure.months), once=True)
        target = self._target(measure.name)
        if target is None:
            return figure
        to_date = replace(target, name=measure.name)
        return replace(
            figure, to_date=self._read(to_date, self.period), target=self._read(target, self.period)
        )

    def _of_event(self, line: Deduction) -> OwnFigure:
        way = "@" + "+".join(line.channels) if line.channels else ""
        return replace(
            self._figure(Column(f"events:count:{line.event}{way}"), 0, False), name=line.event, event=True
        )

    def _figure(self, column: Column, depth: int, share: bool) -> OwnFigure:
        months = [self._read(column, Period(each, each)) for each in self.period.months]
        return OwnFigure(
            column.name,
            depth,
            share,
            False,
            Values(
                np.concatenate([each.number for each in months]),
                np.concatenate([each.status for each in months]),
            ),
            self._read(column, self.period),
            self._read(column, self.period.before()),
        )

    def _read(self, column: Column, period: Period) -> Values:
        """A figure of everybody in one period; nothing where it cannot be added up over it."""
        try:
            return self.panel.column(column, (period,))
        except DataGap:
            shape = (1, self.panel.managers.size)
            return Values(np.zeros(shape), np.full(shape, Status.NOT_APPLICABLE, dtype=np.uint8))

    def _target(self, measure: str) -> Column | None:
        """The target that a design sets each manager; those of an outlet are not one's own."""
        for scheme in self._in_order():
            for column in sorted(scheme.columns, key=lambda each: (each.name, each.window)):
                own = column.level == "manager" and not column.lag and not column.lag_years
                if column.name == f"target:{measure}" and own:
                    return column
        return None

    def _records(self, measure: str) -> Mapping[str, pd.DataFrame]:
        people = self.panel.managers.tolist()
        rows = records_counted(self.panel, measure, people, self.period.first, self.period.last)
        return dict(list(rows.groupby("manager_id", sort=False)))


def _nothing(values: Values) -> Values:
    return Values(np.zeros_like(values.number), np.full_like(values.status, Status.NOT_APPLICABLE))
