"""The rows of a history: words, days, months and exact numbers.

A blank number is None: not known. Months are numbers (year x 12 + month - 1), as in `Period`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from policymodel.periods import Period


@dataclass(frozen=True)
class Declared:
    """What a measure is: how it adds up over months, its unit, and what no row means."""

    name: str
    type: str
    unit: str
    no_row: str
    top: str | None = None
    bottom: str | None = None
    within: str | None = None
    observed: Period | None = None


@dataclass(frozen=True)
class Spell:
    """Where somebody worked, from a first to a last day (None: it goes on)."""

    who: str
    region: str
    outlet: str
    grade: str
    fte: Fraction
    first: date
    last: date | None
    leader: str
    hired: date | None
    plan: str = ""


@dataclass(frozen=True)
class Figure:
    """One month's figure of a person: a measure of the activity table, or the income of a client's line."""

    who: str
    month: int
    name: str
    amount: Fraction | None
    client: str = ""


@dataclass(frozen=True)
class Target:
    """A target as set, for a region, an outlet or a manager."""

    level: str
    unit: str
    measure: str
    period: Period
    amount: Fraction


@dataclass(frozen=True)
class Forecast:
    """What a client's income of a line is expected to grow by in a period."""

    client: str
    line: str
    period: Period
    growth: Fraction


@dataclass(frozen=True)
class Event:
    """A dated event about a person."""

    who: str
    day: date
    event: str
    channel: str
    verified: bool
    points: Fraction | None


@dataclass(frozen=True, order=True)
class Credit:
    """A person's share of a transaction, in the order in which transactions are worked through.

    One that was put aside stands on the first day of its month; nothing else is known of it.
    """

    day: date
    transaction: str
    who: str
    product: str
    amount: Fraction | None
    share: Fraction
    aside: bool = False

    @property
    def month(self) -> int:
        """The month of the transaction."""
        return self.day.year * 12 + self.day.month - 1


@dataclass(frozen=True)
class Rows:
    """All tables of a history, row by row.

    `figures` of transactions are by transaction and name; `rates` of exchange by currency and month, each as
    (average, period_end); `aside` holds what was put aside as (table, person, month, name), `figures_aside` as
    (transaction, figure). `calendar` says of a day whether it is worked on.
    """

    spells: tuple[Spell, ...]
    activity: tuple[Figure, ...]
    income: tuple[Figure, ...]
    targets: tuple[Target, ...]
    forecasts: tuple[Forecast, ...]
    events: tuple[Event, ...]
    credits: tuple[Credit, ...]
    figures: Mapping[tuple[str, str], Fraction | None]
    rates: Mapping[tuple[str, int], tuple[Fraction | None, Fraction | None]]
    aside: frozenset[tuple[str, str, int, str]]
    figures_aside: frozenset[tuple[str, str]]
    measures: Mapping[str, Declared]
    calendar: Mapping[date, bool]


def rows_by(rows: Rows, day: date) -> Rows:
    """What has happened by a day: spells up to it, and events and transactions not after it.

    Figures of a month stand as they were reported.
    """
    return replace(
        rows,
        spells=tuple(
            replace(each, last=min(each.last or day, day)) for each in rows.spells if each.first <= day
        ),
        events=tuple(each for each in rows.events if each.day <= day),
        credits=tuple(each for each in rows.credits if each.day <= day),
    )
