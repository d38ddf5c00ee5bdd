"""How a plan calls things: its lines, measures, numbers and quantities, as parts of sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date

from policymodel.history.facts import Codes
from policymodel.history.measures import Measure
from policymodel.scheme.algebra import Column, columns_of
from policymodel.scheme.biography import Bound, Number, Segment
from policymodel.scheme.given import PAY, SCORE
from policymodel.scheme.kinds.pay import PARTS
from policymodel.scheme.quantities import (
    BaseOf,
    CalendarOf,
    Condition,
    FxOf,
    LineOf,
    MeasureOf,
    OfQuantity,
    PersonOf,
    TargetOf,
    TransactionOf,
    TransactionsOf,
)
from policymodel.scheme.scheme import Scheme
from policymodel.words.catalogues import LOCALES
from policymodel.words.clauses.sides import side_words
from policymodel.words.numbers import Count, Figure, Share
from policymodel.words.scheme import INCOME
from policymodel.words.sentences import Listing, Sentence, Text, Value, say

ILLUSTRATIVE = "illustrative"
MARK = "*"
"""Stands behind a number that the published source does not print."""
PERIODS: Mapping[str, Sentence] = {"month": say("month"), "quarter": say("quarter"), "year": say("year")}
RESETS: Mapping[str, Sentence] = {
    "quarter_end": say("quarter"),
    "half_year_end": say("half-year"),
    "year_end": say("year"),
}


@dataclass(frozen=True)
class Day:
    """A date.

    >>> Day(date(2025, 7, 1)).render("en")
    '1 July 2025'
    """

    day: date

    def render(self, language: str) -> str:
        """The date in this language."""
        if language.startswith("zh"):
            return f"{self.day.year} 年 {self.day.month} 月 {self.day.day} 日"
        return str(format_date(self.day, "d MMMM y", locale=LOCALES[language]))


def digits_of(number: Decimal) -> int:
    """Decimals as written, without trailing zeros."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def figure(value: Decimal | int) -> Figure:
    """A number exactly as written."""
    value = Decimal(value)
    return Figure(float(value), digits_of(value))


def percentage(value: Decimal) -> Share:
    """A share exactly as written, as a percentage."""
    return Share(float(value), digits_of(value * 100))


def numbers_in(part: Any) -> Iterator[Number]:
    """Every number a line's settings hold, but for those of lines inside it."""
    if isinstance(part, Number):
        yield part
    elif isinstance(part, list | tuple):
        for each in part:
            yield from numbers_in(each)
    elif is_dataclass(part):
        for field in fields(part):
            if field.name not in ("lines", "title"):
                yield from numbers_in(getattr(part, field.name))


def code_words(codes: Codes) -> dict[tuple[str, str], Value]:
    """The titles of codes, by what they are codes of and the code.

    >>> code_words({"channel": {"hotline": {"en": "the hotline 95588"}}})["channel", "hotline"].render("en")
    'the hotline 95588'
    """
    return {(of, code): Text(dict(title)) for of, titled in codes.items() for code, title in titled.items()}


@dataclass(frozen=True)
class Plan:
    """A scheme, and what is known of the measures it names; without them a measure goes by its name in the file."""

    scheme: Scheme
    measures: Mapping[str, Measure]
    called: Callable[[str], Value] | None = None
    """What measures and income lines are called, where somebody else knows."""
    codes: Mapping[tuple[str, str], Value] = field(default_factory=dict)
    """What codes of events, channels, products and figures of transactions are called."""

    @property
    def period(self) -> Sentence:
        """The word for a scored period."""
        return PERIODS[self.scheme.every]

    def line(self, name: str) -> Value:
        """A line, one of its side figures, or a total, as a part of a sentence."""
        if name == SCORE:
            return say("the score")
        if name == PAY:
            return say("the pay")
        first, _, side = name.partition(".")
        record = self.scheme.lines[first]
        called = say("“{line}”", line=self.title(record))
        return side_words(record.kind, side, called) if side else called

    def title(self, record: Any) -> Value:
        """A line's title, with its id where another line has the same one."""
        same = [each for each in self.scheme.lines.values() if each.title == record.title]
        title = Text(dict(record.title.languages))
        return title if len(same) == 1 else say("{line} ({id})", line=title, id=record.id)

    def measure(self, name: str) -> Value:
        """A measure or an income line by its title."""
        if self.called is not None:
            return self.called(name)
        known = self.measures.get(name)
        if known is not None:
            return Text(dict(known.title))
        return INCOME.get(name, name.replace("_", " "))

    def code(self, of: str, code: str) -> Value:
        """A code of the tables by its title; by itself where it has none."""
        return self.codes.get((of, code), code)

    def number(self, number: Number, record: Any = None, share: bool = False) -> Value:
        """A number with its days, its unit, its mark or clause, and what regions may do with it."""
        return self._said(number, record, percentage if share else figure)

    def _said(self, number: Number, record: Any, plain: Callable[[Decimal], Value]) -> Value:
        spans = number.segments or (Segment(number.value),)
        parts = [self._dated(plain(each.value), each, number, record) for each in spans]
        said: Value = parts[0] if len(parts) == 1 else Listing(tuple(parts))
        if number.region_may_change:
            said = _open_to_regions(said, number, plain)
        return said

    def _dated(self, value: Value, span: Segment, number: Number, record: Any) -> Value:
        if number.unit:
            value = say("{number} {unit}", number=value, unit=number.unit)
        around = str(getattr(record, "source", "") or self.scheme.source)
        clause = span.source or number.source or around
        if clause == ILLUSTRATIVE:
            value = say("{number}*", number=value)
        elif clause != around:
            value = say("{number} [{clause}]", number=value, clause=clause)
        if span.first is not None and span.last is not None:
            return say(
                "{value} from {first} to {last}", value=value, first=Day(span.first), last=Day(span.last)
            )
        if span.first is not None:
            return say("{value} from {first} on", value=value, first=Day(span.first))
        if span.last is not None:
            return say("{value} until {last}", value=value, last=Day(span.last))
        return value

    def share(self, number: Number, record: Any = None) -> Value:
        """A number that is a part or a multiple of a whole, as a percentage."""
        return self.number(number, record, share=not number.unit)

    def points(self, number: Number, record: Any = None) -> Value:
        """So many points."""
        if number.segments and not number.unit:
            return self._said(number, record, lambda value: _points(figure(value), value == 1))
        said = self.number(number, record)
        return said if number.unit else _points(said, number.value == 1)

    def rate(self, quantity: OfQuantity, record: Any) -> Value:
        """What one unit earns: a percentage where it is less than the whole of it."""
        if isinstance(quantity, Number) and is_portion(quantity):
            return self.share(quantity, record)
        return self.quantity(quantity, record)

    def quantity(self, quantity: OfQuantity, record: Any) -> Value:
        """What a setting is fed with, as a part of a sentence."""
        match quantity:
            case Number():
                return self.number(quantity, record)
            case LineOf(line=name, earlier=earlier):
                return self._earlier(self.line(name), earlier)
            case TransactionOf(transaction=name):
                return _TRANSACTION.get(name) or say(
                    "the transaction's figure “{name}”", name=self.code("figure", name)
                )
            case PersonOf(person=what):
                return say(_PERSON[what].message, period=self.period)
            case CalendarOf(calendar=what):
                return say(_CALENDAR[what].message, period=self.period)
            case FxOf(fx=currency, at="average"):
                return say(
                    "the average {currency} rate of the {period}", currency=currency, period=self.period
                )
            case FxOf(fx=currency):
                return say(
                    "the {currency} rate at the end of the {period}", currency=currency, period=self.period
                )
            case MeasureOf(measure=name, read=read, missing=missing):
                words = self._windowed(self.measure(name), quantity, self._is_stock(name, read))
                if read == "mean_of_months":
                    words = say("the mean over the months of {what}", what=words)
                return say("{what} (zero where not known)", what=words) if missing == "zero" else words
            case TargetOf(target=name):
                return self._windowed(say("the target for {what}", what=self.measure(name)), quantity, False)
            case BaseOf(base=name):
                return self._windowed(say("the base of {what}", what=self.measure(name)), quantity, False)
            case TransactionsOf():
                return self._windowed(self._transactions(quantity), quantity, False)
        raise AssertionError(f"no words for {quantity!r}")

    def fact(self, column: Column) -> Value:
        """A fact that a line was made of, as the head of a row."""
        named: Value
        kind, _, name = column.name.partition(":")
        if kind == "events":
            named = self._events(column, name.partition(":")[0])
        elif kind in _FACTS and name:
            what = self.measure(name) if kind in _MEASURED else self.code("figure", name)
            named = say(_FACTS[kind].message, what=what)
        elif kind in ("person", "calendar"):
            return say({**_PERSON, **_CALENDAR}[name].message, period=self.period)
        elif kind == "fx":
            currency, _, at = name.partition(":")
            return self.quantity(FxOf(fx=currency, at=at), None)  # type: ignore[arg-type]
        elif kind == "transactions":
            asked, _, products = name.partition("@")
            over = TransactionsOf(
                transactions=asked, products=tuple(products.split("+")) if products else None
            )
            named = self._transactions(over)
        else:
            named = self.measure(column.name)
        plain = column == Column(column.name) and not self._is_stock(column.name, column.read)
        if plain or column.window == "target_to_date":
            return named
        return self._windowed(named, _Over(column), self._is_stock(column.name, column.read))

    def statement(self, name: str) -> Value:
        """A line as a statement names it: its title, or that of a total or of a part that is paid apart."""
        if name in (SCORE, PAY):
            return {SCORE: say("Score"), PAY: say("Pay")}[name]
        if name in self.scheme.lines:
            return self.title(self.scheme.lines[name])
        first, _, part = name.partition(".")
        return say(
            "{line}: {part}",
            line=self.title(self.scheme.lines[first]),
            part=Text(dict(PARTS[part].languages)),
        )

    def _events(self, column: Column, figure: str) -> Sentence:
        """Events by the lines that take points off for them: no file declares a title for an event."""
        lines = [line for line in self.scheme.lines.values() if getattr(line, "event", None) is not None]
        read = tuple(
            self.line(line.id) for line in lines if column in columns_of(self.scheme.nodes()[line.id])
        )
        return say(_EVENTS[figure].message, lines=read[0] if len(read) == 1 else Listing(read))

    def _transactions(self, over: TransactionsOf) -> Value:
        name = over.transactions
        words: Value = _TRANSACTIONS.get(name) or say(
            "the figure “{name}” of all transactions", name=self.code("figure", name)
        )
        if over.products is not None:
            products = tuple(self.code("product", each) for each in over.products)
            words = say("{what} (products: {products})", what=words, products=Listing(products))
        return words

    def is_stock(self, name: str) -> bool:
        """Whether a measure is known to be a level and not something that adds up."""
        return self._is_stock(name, "period_end")

    def _is_stock(self, name: str, read: str) -> bool:
        known = self.measures.get(name)
        return read == "mean_of_months" or (known is not None and known.type == "stock")

    def _windowed(self, what: Value, over: Any, stock: bool) -> Value:
        if over.level != "manager":
            what = say(_LEVEL[over.level].message, what=what)
        if over.window == "rolling":
            what = say("{what} of the last {months} months", what=what, months=Count(over.months))
        elif over.window == "period" and (over.earlier or over.years_earlier):
            pass  # the period is said with how much earlier it is
        elif over.window == "period" and stock and getattr(over, "read", "") != "mean_of_months":
            what = say("{what} at the end of the {period}", what=what, period=self.period)
        else:
            what = say(_WINDOW[over.window].message, what=what, period=self.period)
        if over.years_earlier == 1:
            what = say("{what} of the same {period} a year earlier", what=what, period=self.period)
        elif over.years_earlier:
            what = say(
                "{what} of the same {period} {count} years earlier",
                what=what,
                period=self.period,
                count=Count(over.years_earlier),
            )
        return self._earlier(what, over.earlier)

    def _earlier(self, what: Value, periods: int) -> Value:
        if not periods:
            return what
        if periods == 1:
            return say("{what} of the {period} before", what=what, period=self.period)
        return say("{what} {count} {period}s earlier", what=what, count=Count(periods), period=self.period)

    def condition(self, condition: Condition, record: Any) -> Value:
        """A comparison, as a clause of a sentence; a figure that the mapping judges says yes with 1."""
        match condition:
            case Condition(value=TransactionOf(transaction=name), at_least=Number(value=one, segments=())):
                if one == 1 and ("figure", name) in self.codes:
                    return say("“{name}” holds of the transaction", name=self.code("figure", name))
        message = _COMPARED[condition.comparison].message
        value, threshold = (self.quantity(each, record) for each in (condition.value, condition.threshold))
        return say(message, value=value, threshold=threshold)

    def conditions(self, conditions: tuple[Condition, ...], record: Any, need: str = "all") -> Value:
        """Conditions that must all hold, or of which one is enough."""
        told = tuple(self.condition(each, record) for each in conditions)
        if len(told) == 1:
            return told[0]
        joined = say("{first} and {second}") if need == "all" else say("{first} or {second}")
        said = told[0]
        for each in told[1:]:
            said = say(joined.message, first=said, second=each)
        return said


def _points(number: Value, one: bool) -> Sentence:
    return say("{number} point", number=number) if one else say("{number} points", number=number)


def is_portion(number: Number) -> bool:
    """Whether every value of a number is less than the whole of something, and no unit says otherwise."""
    values = [each.value for each in number.segments] or [number.value]
    return not number.unit and all(abs(each) < 1 for each in values) and any(values)


def _open_to_regions(said: Value, number: Number, plain: Callable[[Decimal], Value]) -> Value:
    if number.range is None:
        return say("{number} (each region may set its own)", number=said)
    low, high = number.range.low, number.range.high
    if low is not None and high is not None:
        return say(
            "{number} (each region may set its own, {low}, {high})",
            number=said,
            low=_low(low, plain),
            high=_high(high, plain),
        )
    one = _low(low, plain) if low is not None else _high(high, plain) if high is not None else ""
    return say("{number} (each region may set its own, {bound})", number=said, bound=one)


def _low(bound: Bound, plain: Callable[[Decimal], Value]) -> Sentence:
    at = plain(bound.at) if isinstance(bound.at, Decimal) else str(bound.at)
    return say("at least {bound}", bound=at) if bound.included else say("more than {bound}", bound=at)


def _high(bound: Bound, plain: Callable[[Decimal], Value]) -> Sentence:
    at = plain(bound.at) if isinstance(bound.at, Decimal) else str(bound.at)
    return say("at most {bound}", bound=at) if bound.included else say("less than {bound}", bound=at)


class _Over:
    """A column's window, in the words of a quantity."""

    def __init__(self, column: Column) -> None:
        self.window, self.months, self.level = column.window, column.months, column.level
        self.earlier, self.years_earlier = column.lag, column.lag_years
        self.read = column.read


_MEASURED = ("target", "increment", "base")
_FACTS: Mapping[str, Sentence] = {
    "target": say("Target for {what}"),
    "increment": say("Increment asked for in {what}"),
    "base": say("Base of {what}"),
    "months_in_grade": say("Full-time months in grade {what}"),
    "transaction": say("{what} of the transaction"),
}
_EVENTS: Mapping[str, Sentence] = {
    "count": say("Verified cases for {lines}"),
    "points": say("Points of the verified cases for {lines}"),
}
_WINDOW: Mapping[str, Sentence] = {
    "period": say("{what} of the {period}"),
    "quarter_to_date": say("{what} of the quarter to date"),
    "half_year_to_date": say("{what} of the half-year to date"),
    "year_to_date": say("{what} of the year to date"),
    "whole_quarter": say("{what} for the whole quarter"),
    "whole_half_year": say("{what} for the whole half-year"),
    "whole_year": say("{what} for the whole year"),
}
_LEVEL: Mapping[str, Sentence] = {
    "outlet": say("{what} (everybody in the outlet together)"),
    "region": say("{what} (everybody in the region together)"),
    "group": say("{what} (everybody in the group together)"),
}
_TRANSACTION: Mapping[str, Sentence] = {
    "amount": say("the transaction's amount"),
    "share": say("the share credited"),
    "credited": say("the amount credited"),
}
_TRANSACTIONS: Mapping[str, Sentence] = {
    "amount": say("the amounts of all transactions"),
    "share": say("the shares credited of all transactions"),
    "credited": say("the amounts credited of all transactions"),
    "count": say("the number of transactions"),
}
_PERSON: Mapping[str, Sentence] = {
    "employed_days": say("the days employed in the {period}"),
    "months_of_service": say("the months of service at the end of the {period}"),
    "fte": say("the share of a full-time post in the {period}"),
}
_CALENDAR: Mapping[str, Sentence] = {
    "days": say("the calendar days of the {period}"),
    "months": say("the months of the {period}"),
    "last_of_quarter": say("1 in the last {period} of a quarter (else 0)"),
    "last_of_half_year": say("1 in the last {period} of a half-year (else 0)"),
    "last_of_year": say("1 in the last {period} of the year (else 0)"),
}
_COMPARED: Mapping[str, Sentence] = {
    "at_least": say("{value} is at least {threshold}"),
    "above": say("{value} is more than {threshold}"),
    "at_most": say("{value} is at most {threshold}"),
    "below": say("{value} is less than {threshold}"),
}
