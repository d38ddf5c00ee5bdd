"""Every number of a scheme with its address and its biography, and whether each lies inside its range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Any

from policymodel.documents import Where
from policymodel.errors import Problem, suggest
from policymodel.scheme.addresses import AddressFault, address_of, locate
from policymodel.scheme.biography import Bound, Number, Range
from policymodel.scheme.quantities import SORTS
from policymodel.scheme.texts import Text, read_text
from policymodel.scheme.written import is_number, read_number

SECTIONS = {
    "targets": Text((("en", "Targets"), ("zh-Hant", "目標"), ("zh-Hans", "目标"))),
    "card": Text((("en", "Card"), ("zh-Hant", "考核表"), ("zh-Hans", "考核表"))),
    "consequences": Text(
        (("en", "Rewards and penalties"), ("zh-Hant", "獎勵與處罰"), ("zh-Hans", "奖励与处罚"))
    ),
    "pay": Text((("en", "Pay"), ("zh-Hant", "薪酬"), ("zh-Hans", "薪酬"))),
}
"""Titles for the numbers that stand in no line."""


@dataclass(frozen=True)
class Parameter:
    """One number of a scheme: where it stands, what it is called, what is written about it.

    `line` is the id of its line or the name of its section and `title` that line's title; `setting` is the way
    from there, and `source` the nearest clause at or above it.
    """

    address: str
    line: str
    title: Text
    setting: str
    number: Number
    source: str

    @property
    def value(self) -> Decimal:
        """The value as written, or the newest of the dated ones."""
        return self.number.value


def parameters(document: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """Every number of a resolved document, in its order; what is no readable number is left to the reader.

    How many digits are kept, periods to go back and months of a window say how something is read, not how much
    it is: they are no parameters.

    >>> scheme = {"id": "s", "source": "S1", "card": {"lines": [
    ...     {"kind": "assumed", "id": "start", "title": "Start", "points": {"value": 7, "unit": "points"}}]}}
    >>> [(each.address, str(each.value), each.number.unit, each.source) for each in parameters(scheme)]
    [('start.points', '7', 'points', 'S1')]
    """
    return tuple(
        parameter
        for key, value in document.items()
        for parameter in _found(document, value, (key,), (), _source(document, ""))
    )


def _found(document: Any, raw: Any, where: Where, line: Where, source: str) -> Iterator[Parameter]:
    if is_number(raw):
        try:
            number = read_number(raw)
        except ValueError:
            return
        yield _parameter(document, where, line, number, number.source or source)
    elif isinstance(raw, Mapping):
        is_line = "kind" in raw and "id" in raw
        if not is_line and ("digits" in raw or not raw.keys().isdisjoint(SORTS)):
            return
        for key, value in raw.items():
            below = where if is_line else line
            yield from _found(document, value, (*where, str(key)), below, _source(raw, source))
    elif isinstance(raw, list | tuple):
        for index, value in enumerate(raw):
            yield from _found(document, value, (*where, index), line, source)


def _source(raw: Mapping[str, Any], above: str) -> str:
    return str(raw.get("source") or above)


def _parameter(document: Any, where: Where, line: Where, number: Number, source: str) -> Parameter:
    address = address_of(document, where)
    start = line or where[:1]
    name = address_of(document, start)
    record = document
    for step in start:
        record = record[step]
    title = SECTIONS.get(name, Text((("en", name),)))
    if line:
        try:
            title = read_text(record.get("title"))
        except ValueError:
            title = Text((("en", name),))
    return Parameter(address, name, title, address[len(name) :].lstrip("."), number, source)


def check_ranges(document: Mapping[str, Any]) -> list[Problem]:
    """Every number outside its range, and every range that names what there is not, or names in a circle.

    >>> points = {"kind": "assumed", "id": "start", "title": "Start", "points": {"value": 7, "range": [0, 5]}}
    >>> print(check_ranges({"card": {"lines": [points]}})[0])
    start.points: 7 is out of range; it may be at least 0 and at most 5
    """
    known = {each.address: each for each in parameters(document)}
    problems: list[Problem] = []
    named: dict[str, list[str]] = {}
    for address, parameter in known.items():
        ends: list[End] = []
        for is_low, bound in _bounds(parameter.number.range):
            if isinstance(bound.at, Decimal):
                ends.append(End(bound, is_low, Number(bound.at)))
                continue
            other = _named(document, bound.at, known)
            if isinstance(other, Problem):
                problems.append(Problem(f"{address}.range", other.what, other.right))
            else:
                named.setdefault(address, []).append(other.address)
                ends.append(End(bound, is_low, other.number))
        problems.extend(_misfits(parameter, ends))
    return problems + list(_circles(named))


@dataclass(frozen=True)
class End:
    """One end of a range with the number that stands there, which may be dated itself."""

    bound: Bound
    is_low: bool
    number: Number

    def admits(self, value: Decimal, day: date) -> bool:
        """Whether a value lies on the right side of this end; where the end does not exist it bounds nothing."""
        at = self.number.on(day)
        if at is None or value == at:
            return at is None or self.bound.included
        return value > at if self.is_low else value < at


def _bounds(allowed: Range | None) -> Iterator[tuple[bool, Bound]]:
    if allowed is not None and allowed.low is not None:
        yield True, allowed.low
    if allowed is not None and allowed.high is not None:
        yield False, allowed.high


def _named(document: Mapping[str, Any], address: str, known: Mapping[str, Parameter]) -> Parameter | Problem:
    """The number that an address means, or what is wrong with the address."""
    try:
        found = address_of(document, locate(document, address))
    except AddressFault as fault:
        right = suggest(address, known) or fault.right or "name a number of this file"
        return Problem("", fault.what, right)
    if found not in known:
        what = f"'{address}' is no number of this file"
        return Problem("", what, suggest(address, known) or "name a setting that is a number")
    return known[found]


def _misfits(parameter: Parameter, ends: Sequence[End]) -> Iterator[Problem]:
    """One problem for each run of days on which the number and the ends of its range stay the same."""
    number = parameter.number
    cuts = sorted({day for each in (number, *(end.number for end in ends)) for day in each.cuts()})
    for first in (None, *cuts):
        day = first or date.min
        value = number.on(day)
        if value is None or all(end.admits(value, day) for end in ends):
            continue
        where = [f"{end.bound.at} is {end.number.on(day)}" for end in ends if isinstance(end.bound.at, str)]
        right = f"it may be {number.range}" + (f", and {', '.join(where)}" if where else "")
        since = f" from {first}" if first is not None else ""
        yield Problem(parameter.address, f"{value} is out of range{since}", right)


def _circles(named: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Ranges that name one another in a circle: nobody could say which of them was wrong."""
    left = dict(named)
    while left:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as fault:
            circle = fault.args[1][::-1]
            what = f"ranges name one another in a circle: {' → '.join(circle)}"
            yield Problem(f"{circle[0]}.range", what, "let one of them name a plain number")
            for one in circle:
                left.pop(one, None)
        else:
            return
