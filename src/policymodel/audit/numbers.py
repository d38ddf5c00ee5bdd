"""The numbers of a scheme under their names, so that a formula can say `commission.rate` instead of 0.03."""

from __future__ import annotations

import copy
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from policymodel.scheme.algebra import Award, Column, Node, Piece
from policymodel.scheme.kinds.record import Record
from policymodel.scheme.scheme import Scheme
from policymodel.scheme.terms import Number, Text

LONGEST = 200
"""Letters of a name; a spreadsheet takes 255."""


class Named(Decimal):
    """A number that knows its name; what is worked out from it is a plain number again."""

    name: str

    def __new__(cls, value: Decimal | str, name: str) -> Named:
        made = super().__new__(cls, value)
        made.name = name
        return made


class Distinct(Named):
    """A named number that differs from every other, even where that is as large.

    >>> Distinct("0.03", "fee.rate") == Distinct("0.03", "bonus.rate"), Distinct("0.03", "fee.rate") == Decimal("0.03")
    (False, True)
    """

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Distinct) and other.name != self.name:
            return False
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = Decimal.__hash__


@dataclass(frozen=True)
class Entry:
    """One number as the workbook lists it: its name, the line it belongs to, and when it holds."""

    name: str
    value: Decimal
    line: str
    title: Text | None
    setting: str
    unit: str
    source: str
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Numbers:
    """A scheme whose numbers know their names, and the list of them."""

    scheme: Scheme
    entries: tuple[Entry, ...]


def with_names(scheme: Scheme) -> Numbers:
    """The same scheme with named numbers: those of its figures, its card and its pay plan.

    The rule for targets stays as it is: what it gives is a fact here.
    """
    namer = _Namer(scheme.source)
    sections = {
        section: namer.named(getattr(scheme, section), _Place(section, section, None, scheme.source))
        for section in ("figures", "card", "pay")
    }
    return Numbers(replace(scheme, **sections), tuple(namer.entries))


@dataclass(frozen=True)
class _Place:
    """Where the walk stands: the address so far, and the line it lies in."""

    address: str
    line: str
    title: Text | None
    source: str

    def below(self, step: str) -> _Place:
        return replace(self, address=f"{self.address}.{step}")


class _Namer:
    """Walks records and gives every number a name that a spreadsheet takes, no two the same."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.entries: list[Entry] = []
        self.taken: set[str] = set()

    def named(self, thing: Any, place: _Place) -> Any:
        """A copy of a record, a tuple or a number, with names for all numbers below."""
        if isinstance(thing, Number):
            return self._number(thing, place)
        if isinstance(thing, tuple):
            if _is_row(thing):
                # A row of a table: what it is the case of, and the case.
                return (thing[0], self.named(thing[1], place.below(thing[0])))
            return tuple(
                self.named(each, place if _is_row(each) else place.below(str(index)))
                for index, each in enumerate(thing)
            )
        if not is_dataclass(thing) or isinstance(thing, type | Text):
            return thing
        if isinstance(thing, Record):
            place = _Place(thing.id, thing.id, thing.title, thing.source or self.source)
        made = copy.copy(thing)
        for each in fields(thing):
            value = getattr(thing, each.name)
            # The records are frozen for all others; this copy is not handed out before it is whole.
            object.__setattr__(made, each.name, self.named(value, place.below(each.name.rstrip("_"))))
        return made

    def _number(self, number: Number, place: _Place) -> Number:
        if not number.segments:
            return replace(number, value=self._entered(number.value, place, number))
        segments = []
        for count, each in enumerate(number.segments, start=1):
            dated = replace(place, source=each.source or place.source).below(str(count))
            value = self._entered(each.value, dated, number, each.first, each.last)
            segments.append(replace(each, value=value))
        return replace(number, value=segments[-1].value, segments=tuple(segments))

    def _entered(
        self,
        value: Decimal,
        place: _Place,
        number: Number,
        first: date | None = None,
        last: date | None = None,
    ) -> Named:
        name = base = _plain(place.address)
        count = 1
        while name.lower() in self.taken:
            count += 1
            name = f"{base}_{count}"
        self.taken.add(name.lower())
        source = number.source or place.source
        setting = place.address.removeprefix(place.line).lstrip(".")
        self.entries.append(
            Entry(name, value, place.line, place.title, setting, number.unit, source, first, last)
        )
        return Named(value, name)


def _plain(address: str) -> str:
    """An address in what the name of a number may be made of: letters, digits, _ and dots.

    >>> _plain('wage.monthly.A-1 "x"')
    'wage.monthly.A_1__x_'
    """
    return "".join(sign if sign.isalpha() or sign in "0123456789._" else "_" for sign in address)[:LONGEST]


def _is_row(thing: Any) -> bool:
    return isinstance(thing, tuple) and len(thing) == 2 and isinstance(thing[0], str)


def told_apart(thing: Any, known: dict[int, Any]) -> Any:
    """An expression in which two numbers with different names make two different nodes.

    While it is built they must compare by size, because kinds ask which number is larger. `known` keeps what was
    rebuilt, so that lines that name one another still share their parts.
    """
    if isinstance(thing, Named):
        return Distinct(thing, thing.name)
    if isinstance(thing, tuple):
        return tuple(told_apart(each, known) for each in thing)
    if not isinstance(thing, Node | Piece | Award) or isinstance(thing, Column):
        return thing
    if id(thing) not in known:
        parts = {each.name: told_apart(getattr(thing, each.name), known) for each in fields(thing)}  # type: ignore[arg-type]
        # The original is kept beside it: an id is only one thing's while that thing is there.
        known[id(thing)] = (thing, type(thing)(**parts))
    return known[id(thing)][1]
