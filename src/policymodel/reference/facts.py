"""Facts month by month: what each person's month holds of a measure, an income line, events or transactions.

A month in which somebody works for several outlets is counted where it closes. What a month holds is a number,
or a reason why there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

from policymodel.errors import DataGap, Problem, suggest
from policymodel.periods import MONTHS_OF
from policymodel.reference.numbers import (
    ABSENT,
    NOT_APPLICABLE,
    NOTHING,
    ONE,
    QUARANTINED,
    Value,
    added,
    combine,
)
from policymodel.reference.people import People, Stint
from policymodel.reference.rows import Credit, Declared, Rows
from policymodel.scheme.terms import income_line

Cells = dict[Stint, Value]
"""What each stint holds; a stint that is not there holds nothing of the kind."""


@dataclass(frozen=True, eq=False)
class Facts:
    """The figures of a history, laid on the months in which people work."""

    rows: Rows
    people: People

    @cached_property
    def lines(self) -> set[str]:
        """The income lines; what is accrued is a line of its own."""
        return {row.name for row in self.rows.income}

    @cached_property
    def _closing(self) -> list[Stint]:
        return [each for stints in self.people.everybody.values() for each in stints if each.closes]

    def is_stock(self, name: str) -> bool:
        """True for what is read at a point in time."""
        return name in self.rows.measures and self.rows.measures[name].type == "stock"

    def is_level(self, name: str) -> bool:
        """True for what does not add up over time: a stock or a ratio."""
        return self.is_stock(name) or self.ratio(name) is not None

    def digits(self, name: str) -> int:
        """Digits in which targets of a measure are set: whole things for counts, hundredths for amounts."""
        return 0 if name in self.rows.measures and self.rows.measures[name].unit == "count" else 2

    def ratio(self, name: str) -> tuple[str, str] | None:
        """The two counts of a measure that is a ratio."""
        measure = self.rows.measures.get(name)
        if measure is None or measure.type != "ratio":
            return None
        return str(measure.top), str(measure.bottom)

    @cache  # noqa: B019
    def actual(self, name: str) -> Cells:
        """A measure, or the income of a line."""
        if name in self.rows.measures:
            return self._measure(self.rows.measures[name])
        if name in self.lines:
            return self._income(name)
        what = f"there is no measure or income line '{name}'"
        raise DataGap("activity", [Problem(name, what, suggest(name, [*self.rows.measures, *self.lines]))])

    def _measure(self, measure: Declared) -> Cells:
        written = {(row.who, row.month): row.amount for row in self.rows.activity if row.name == measure.name}
        if measure.type == "cumulative_within":
            written = own_months(written, MONTHS_OF[measure.within or "month"])
        cells: Cells = {}
        for stint in self._closing:
            amount = written.get((stint.who, stint.month), _silence(measure, stint.month))
            cells[stint] = ABSENT if amount is None else amount
        return self._put_aside(cells, "activity", measure.name)

    def _income(self, line: str) -> Cells:
        received: dict[tuple[str, int], list[Value]] = {}
        for row in self.rows.income:
            if row.name == line:
                received.setdefault((row.who, row.month), []).append(_known(row.amount))
        cells = {stint: added(received.get((stint.who, stint.month), [])) for stint in self._closing}
        return self._put_aside(cells, "client_income", income_line(line))

    @cache  # noqa: B019
    def events(self, event: str, channels: tuple[str, ...] | None, what: str) -> Cells:
        """Verified events: their `count`, or the `points` they bring."""
        found: dict[tuple[str, int], list[Value]] = {}
        for row in self.rows.events:
            if row.event == event and row.verified and (channels is None or row.channel in channels):
                month = row.day.year * 12 + row.day.month - 1
                found.setdefault((row.who, month), []).append(ONE if what == "count" else _known(row.points))
        cells = {stint: added(found.get((stint.who, stint.month), [])) for stint in self._closing}
        return self._put_aside(cells, "events", event)

    @cache  # noqa: B019
    def transactions(self, figure: str, products: tuple[str, ...] | None) -> Cells:
        """A figure of transactions (or their `count`) added up for whoever is credited."""
        found: dict[tuple[str, int], list[Value]] = {}
        for credit in self.rows.credits:
            if products is None or credit.product in products:
                found.setdefault((credit.who, credit.month), []).append(self.figure(credit, figure))
        return {stint: added(found.get((stint.who, stint.month), [])) for stint in self._closing}

    def figure(self, credit: Credit, name: str) -> Value:
        """One figure of a transaction as it is credited to somebody."""
        if credit.aside or (credit.transaction, name) in self.rows.figures_aside:
            return QUARANTINED
        match name:
            case "count":
                return ONE
            case "share":
                return credit.share
            case "amount":
                return _known(credit.amount)
            case "credited":
                return combine(lambda amount: amount * credit.share, _known(credit.amount))
        return _known(self.rows.figures.get((credit.transaction, name)))

    def rate(self, currency: str, months: Iterable[int], at: str) -> Value:
        """Units of the history's currency for a foreign one: the months' mean, or the last month's end."""
        months = list(months)
        known = [self.rows.rates.get((currency, month), (None, None)) for month in months]
        if at == "period_end":
            return _known(known[-1][1])
        return combine(lambda total: total / len(months), added(_known(average) for average, _ in known))

    def _put_aside(self, cells: Cells, table: str, name: str) -> Cells:
        """A figure that was put aside is not a zero."""
        return {
            stint: QUARANTINED if (table, stint.who, stint.month, name) in self.rows.aside else value
            for stint, value in cells.items()
        }


def over(cells: Cells, stints: Sequence[Stint], *, at_end: bool) -> Value:
    """What some stints hold together: the sum, or at the end of a run of months what the last of them holds."""
    holding = [each for each in stints if each in cells]
    if at_end and holding:
        last = max(each.month for each in holding)
        holding = [each for each in holding if each.month == last]
    return added(cells[each] for each in holding) if holding else NOT_APPLICABLE


def own_months(
    written: dict[tuple[str, int], Fraction | None], length: int
) -> dict[tuple[str, int], Fraction | None]:
    """Each month's own part of a figure that runs up and starts again after so many months.

    The month after a gap holds several months, so its own part is not known; somebody's very first row is its own
    if others were reported earlier.

    >>> own_months({("m", 5): Fraction(9), ("m", 6): Fraction(2), ("m", 7): Fraction(3)}, 6)[("m", 7)]
    Fraction(1, 1)
    """
    firsts: dict[str, int] = {}
    for who, month in written:
        firsts[who] = min(month, firsts.get(who, month))
    own: dict[tuple[str, int], Fraction | None] = {}
    for (who, month), amount in written.items():
        before = written.get((who, month - 1))
        begins = month == firsts[who] and month > min(firsts.values())
        if month % length == 0 or begins:
            own[who, month] = amount
        else:
            own[who, month] = None if amount is None or before is None else amount - before
    return own


def _silence(measure: Declared, month: int) -> Fraction | None:
    """What it means that there is no row."""
    observed = measure.observed is None or month in measure.observed.months
    return NOTHING if measure.no_row == "zero" and observed else None


def _known(amount: Fraction | None) -> Value:
    return ABSENT if amount is None else amount
