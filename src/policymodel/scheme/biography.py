"""A number and its biography: where it comes from, what it may be, when it holds, who may change it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from policymodel.scheme.texts import Text

Inside = Literal["by_days", "at_start", "at_end"]
INSIDE = ("by_days", "at_start", "at_end")
"""How a number counts that changes inside a period: in proportion to days, or as on the first or the last day."""

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bound:
    """One end of a range: a number, or the address of another number of the file; itself allowed or not."""

    at: Decimal | str
    included: bool = True


@dataclass(frozen=True)
class Range:
    """What a number may be; an end that is missing is open.

    >>> str(Range(Bound(Decimal(0), included=False), Bound("commission.cap")))
    'above 0 and at most commission.cap'
    """

    low: Bound | None = None
    high: Bound | None = None

    def __str__(self) -> str:
        words = []
        if self.low is not None:
            words.append(f"{'at least' if self.low.included else 'above'} {self.low.at}")
        if self.high is not None:
            words.append(f"{'at most' if self.high.included else 'below'} {self.high.at}")
        return " and ".join(words)


@dataclass(frozen=True)
class Segment:
    """A value and the first and the last day on which it holds; None where there is no first or no last."""

    value: Decimal
    first: date | None = None
    last: date | None = None
    source: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether the day lies between the first and the last."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Number:
    """A number as it was written, and what the file says about it.

    `value` is what was written, or the newest of the dated values; `source` is "" where its line says it.
    Without segments the value holds on every day. With them there is no number before the first and after the
    last.

    >>> half = Number(Decimal(2), segments=(Segment(Decimal(1), None, date(2024, 6, 30)),
    ...                                     Segment(Decimal(2), date(2024, 7, 1), date(2024, 12, 31))))
    >>> half.on(date(2024, 6, 30)), half.on(date(2025, 1, 1))
    (Decimal('1'), None)
    >>> [str(day) for day in half.cuts()]
    ['2024-07-01', '2025-01-01']
    """

    value: Decimal
    source: str = ""
    unit: str = ""
    title: Text | None = None
    range: Range | None = None
    segments: tuple[Segment, ...] = ()
    inside_period: Inside | None = None
    region_may_change: bool = False

    def on(self, day: date) -> Decimal | None:
        """The value in force on a day; None where the number does not exist."""
        if not self.segments:
            return self.value
        return next((each.value for each in self.segments if each.holds_on(day)), None)

    def cuts(self) -> tuple[date, ...]:
        """The days on which it begins, changes, or is no more."""
        begins = [each.first for each in self.segments if each.first is not None]
        over = [each.last + DAY for each in self.segments if each.last is not None]
        return tuple(sorted({*begins, *over}))

    @property
    def changes(self) -> tuple[date, ...]:
        """The days on which another value begins."""
        return tuple(each.first for each in self.segments[1:] if each.first is not None)

    def segments_over(self, first: date, last: date) -> tuple[Segment, ...]:
        """The values that count in a period, each with the days of the period that it stands for.

        A ValueError where the number does not exist then, or where it changes inside the period and nothing
        says how that counts.

        >>> Number(Decimal(3)).segments_over(date(2024, 1, 1), date(2024, 3, 31))[0].value
        Decimal('3')
        """
        everywhere = (Segment(self.value, source=self.source),)
        asked = {"at_start": (first, first), "at_end": (last, last)}.get(
            str(self.inside_period), (first, last)
        )
        for day in asked:
            if self.on(day) is None:
                raise ValueError(f"there is no number on {day}; {self._lifetime()}")
        found = [
            Segment(each.value, max(each.first or first, first), min(each.last or last, last), each.source)
            for each in self.segments or everywhere
            if (each.first is None or each.first <= asked[1]) and (each.last is None or asked[0] <= each.last)
        ]
        if len(found) > 1 and self.inside_period is None:
            what = f"it changes on {found[1].first}, inside the period {first} to {last}"
            raise ValueError(f"{what}; say how that counts with inside_period: {', '.join(INSIDE)}")
        if len(found) == 1:
            return (Segment(found[0].value, first, last, found[0].source),)
        return tuple(found)

    def _lifetime(self) -> str:
        first, last = self.segments[0].first, self.segments[-1].last
        begins = f"begins on {first}" if first is not None else ""
        ends = f"ends on {last}" if last is not None else ""
        return f"it {' and '.join(filter(None, (begins, ends)))}"
