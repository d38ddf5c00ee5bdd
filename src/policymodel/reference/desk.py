"""The desk: where one line of one person in one period is worked out, and what it is handed there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

from policymodel.reference.numbers import (
    ABSENT,
    NOT_APPLICABLE,
    NOTHING,
    ONE,
    Missing,
    Value,
    added,
    all_that_applies,
    bounded,
    rounded,
    times,
    unknown,
    worst,
)
from policymodel.reference.places import Place, Places
from policymodel.reference.segments import runs_of
from policymodel.scheme.biography import Number
from policymodel.scheme.kinds.record import Common
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
from policymodel.scheme.terms import RoundingRule
from policymodel.units import Rounding

SCORE = "score"
PAY = "pay"
PARTS = {"performance_wage": ("stock", "increment", "super_increment")}
"""Kinds of pay whose parts are rounded apart."""

Sides = dict[str, Value]
"""What a line comes to (under "") and its side figures by name."""


Working = Callable[[Any, Place, "Desk"], Sides]
Resolve = Callable[[Number], Fraction]


@dataclass(eq=False)
class Desk:
    """A scheme, a history, and every line as it is worked out, each once."""

    scheme: Scheme
    places: Places
    workings: Mapping[str, Working]
    _known: dict[tuple[str, Place], Sides] = field(default_factory=dict)

    # Lines

    @cached_property
    def lines(self) -> dict[str, Any]:
        """Every line of the scheme by its id, those of groups included, and the card as `score`."""
        written = [*self.scheme.figures]
        written += self.scheme.card.lines if self.scheme.card is not None else ()
        written += self.items.values()
        for each in written:
            # The list grows while it is read: a group may stand in a group.
            written += getattr(each, "lines", ())
        return {each.id: each for each in written} | {SCORE: self.scheme.card}

    @cached_property
    def items(self) -> dict[str, Any]:
        """The pay items by their id."""
        return {each.id: each for each in self.scheme.pay.items} if self.scheme.pay is not None else {}

    def sides(self, name: str, at: Place) -> Sides:
        """A line, bounded and rounded as it says, and its side figures."""
        if (name, at) not in self._known:
            line = self.lines[name]
            sides = self.workings[getattr(line, "kind", SCORE)](line, at, self)
            self._known[name, at] = {**sides, "": self.finished(line, sides[""], at)}
        return self._known[name, at]

    def finished(self, line: Any, value: Value, at: Place) -> Value:
        """What a line comes to: not below its floor, then not above its cap, then rounded."""
        if not isinstance(line, Common):
            return value
        floor, cap = (None if each is None else self.read(each, at) for each in (line.floor, line.cap))
        value = bounded(value, floor, cap)
        return value if line.round is None else rounded_by(line.round, value)

    def line(self, name: str, at: Place) -> Value:
        """A line, a side figure (`draw.owed`) or the score, asked for on a line's own axis.

        What is worked out for each transaction is added up for who asks about a period; of a transaction its
        person's period is asked. A pay item is what is paid for the period.
        """
        first, _, side = name.partition(".")
        over_period = Place(at.who, at.when)
        if name == PAY:
            return added(self.paid(each, over_period) for each in self.items)
        if name in self.items:
            return self.paid(first, over_period)
        if not self.by_transaction(first):
            return self.sides(first, over_period)[side]
        return self.sides(first, at)[side] if at.credit is not None else self._collected(first, side, at)

    def paid(self, name: str, at: Place) -> Value:
        """A pay item as it is paid, each of its parts rounded, or one of the parts."""
        assert self.scheme.pay is not None
        rounding = self.scheme.pay.rounding
        if self.by_transaction(name):
            return rounded_by(rounding, self._collected(name, "", at))
        item, _, part = name.partition(".")
        sides = self.sides(item, at)
        parts = (part,) if part else PARTS.get(self.items[item].kind, ("",))
        return added(rounded_by(rounding, sides[each]) for each in parts)

    def as_paid(self, line: Any, value: Value, at: Place) -> Value:
        """What a line comes to, and where it is a pay item rounded as pay is."""
        value = self.finished(line, value, at)
        if line.id not in self.items or self.scheme.pay is None or self.by_transaction(line.id):
            return value
        return rounded_by(self.scheme.pay.rounding, value)

    def by_transaction(self, name: str) -> bool:
        """Whether a line is worked out for each transaction."""
        return getattr(self.lines.get(name.partition(".")[0]), "every", None) == "transaction"

    def _collected(self, name: str, side: str, at: Place) -> Value:
        """A line of transactions added up over the person's period; of none it is nothing."""
        return all_that_applies(self.sides(name, each)[side] for each in self.places.credits(at.who, at.when))

    def _earlier(self, name: str, at: Place) -> Value:
        """A line in an earlier period: nothing before the first, and nothing applies to who was not employed then."""
        if at.when < 0:
            return NOTHING
        there = self.places.people.employed(at.who, self.places.period(at))
        return self.line(name, at) if there else NOT_APPLICABLE

    # Quantities

    def read(self, quantity: OfQuantity, at: Place) -> Value:
        """What a setting is fed with, at a place."""
        places, facts, period = self.places, self.places.facts, self.places.period(at)
        match quantity:
            case Number():
                return self.number(quantity, at)
            case LineOf(line=name, earlier=0):
                return self.line(name, at)
            case LineOf(line=name, earlier=earlier):
                return self._earlier(name, Place(at.who, at.when - earlier))
            case MeasureOf(measure=name, read=read, missing=missing):
                value = places.measure(name, at, quantity, read)
                return NOTHING if missing == "zero" and unknown(value) else value
            case TargetOf(target=name):
                return places.target(name, at, quantity)
            case BaseOf(base=name):
                return places.base(name, at, quantity)
            case TransactionOf(transaction=figure):
                assert at.credit is not None, f"'{figure}' of one transaction has no meaning over a period"
                return facts.figure(at.credit, figure)
            case TransactionsOf(transactions=figure, products=products):
                return places.fact(facts.transactions(figure, products), at, quantity)
            case PersonOf(person=what):
                return places.person(what, at)
            case CalendarOf(calendar=what):
                return places.calendar(what, at)
            case FxOf(fx=currency, at=when_read):
                return facts.rate(currency, period.months, when_read)
        raise AssertionError(f"no reading of {quantity!r}")

    # Numbers of the scheme

    def number(self, number: Number, at: Place) -> Value:
        """A number of the scheme, as it is in force."""
        return self.dated([number], at, lambda resolve: resolve(number))

    def dated(self, numbers: Iterable[Number], at: Place, build: Callable[[Resolve], Value]) -> Value:
        """What is built from numbers as they are in force.

        For a transaction those of its day count. In a period in which one of them changes, what is built with each
        run's numbers is weighed by calendar days, or the period's first or last day decides.
        """
        day = at.credit.day if at.credit is not None else None
        parts: list[Value] = []
        for values, share in runs_of(
            tuple(numbers), self.places.period(at), day, self.scheme.file, self.places.as_of
        ):
            parts.append(ABSENT if values is None else times(build(values.__getitem__), share))
        return added(parts)

    # Conditions

    def holds(self, condition: Condition, at: Place) -> Value:
        """1 where a condition holds, 0 where it does not."""
        value, threshold = self.read(condition.value, at), self.read(condition.threshold, at)
        if (missing := worst([value, threshold])) is not None:
            return missing
        assert isinstance(value, Fraction)
        assert isinstance(threshold, Fraction)
        held = {
            "at_least": value >= threshold,
            "above": value > threshold,
            "at_most": value <= threshold,
            "below": value < threshold,
        }
        return ONE if held[condition.comparison] else NOTHING

    def hold(self, conditions: Iterable[Condition], at: Place, need: Literal["all", "any"] = "all") -> Value:
        """1 where all (or any) of the conditions hold; if one of them cannot be told, neither can this."""
        held = [self.holds(each, at) for each in conditions]
        if (missing := worst(held)) is not None:
            return missing
        return ONE if (all if need == "all" else any)(each == ONE for each in held) else NOTHING


def rounded_by(rule: Rounding | RoundingRule, value: Value) -> Value:
    """A value rounded as a rule says: to so many digits, and what happens at a half."""
    return value if isinstance(value, Missing) else rounded(value, rule.digits, rule.mode)
