"""Months, quarters, years: a month is a number, a period a run of months."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

MONTHS_OF = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def month_number(text: str) -> int:
    """The number of a month written YYYY-MM: year x 12 + month - 1.

    >>> month_number("2024-07")
    24294
    """
    match = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    if not match or not 1 <= int(match[2]) <= 12:
        raise ValueError(f"'{text}' is no month; write YYYY-MM, for example 2024-07")
    return int(match[1]) * 12 + int(match[2]) - 1


def month_label(number: int) -> str:
    """The month's text, YYYY-MM.

    >>> month_label(24294)
    '2024-07'
    """
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def days_in_month(number: int) -> int:
    """Calendar days of the month.

    >>> days_in_month(month_number("2024-02"))
    29
    """
    return calendar.monthrange(number // 12, number % 12 + 1)[1]


@dataclass(frozen=True, order=True)
class Period:
    """A run of whole months, both ends included.

    >>> Period.parse("2024-Q3").split(1)[0].label
    '2024-07'
    >>> Period.parse("2021-07..2022-06").year_before().label
    '2020-07..2021-06'
    """

    first: int
    last: int

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(
                f"a period cannot end ({month_label(self.last)}) before it begins ({month_label(self.first)})"
            )

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read "2024", "2024-Q3", "2024-07" or "2021-07..2022-06"; anything else is a ValueError."""
        text = str(text).strip()
        if match := re.fullmatch(r"(\d{4})", text):
            return cls(int(match[1]) * 12, int(match[1]) * 12 + 11)
        if match := re.fullmatch(r"(\d{4})-Q([1-4])", text):
            first = int(match[1]) * 12 + (int(match[2]) - 1) * 3
            return cls(first, first + 2)
        try:
            ends = [month_number(part) for part in text.split("..")]
        except ValueError:
            ends = []
        if len(ends) not in (1, 2):
            raise ValueError(
                f"'{text}' is no period; write a year 2024, a quarter 2024-Q3, "
                "a month 2024-07 or a run of months 2021-07..2022-06"
            )
        return cls(ends[0], ends[-1])

    @property
    def label(self) -> str:
        """The shortest way to write the period; `parse` reads it back."""
        count = len(self.months)
        if count == 12 and self.first % 12 == 0:
            return f"{self.first // 12:04d}"
        if count == 3 and self.first % 3 == 0:
            return f"{self.first // 12:04d}-Q{self.first % 12 // 3 + 1}"
        if count == 1:
            return month_label(self.first)
        return f"{month_label(self.first)}..{month_label(self.last)}"

    @property
    def months(self) -> range:
        """The month numbers in order."""
        return range(self.first, self.last + 1)

    @property
    def days(self) -> int:
        """Calendar days from the first to the last."""
        return sum(days_in_month(month) for month in self.months)

    def days_until(self, day: date | None) -> int:
        """Calendar days from the first to a day, or to the last where there is none or it comes later.

        >>> Period.parse("2024-Q1").days_until(date(2024, 2, 10))
        41
        """
        return self.days if day is None else min(max((day - self.start).days + 1, 0), self.days)

    def months_over(self, day: date | None) -> int:
        """How many of its months are over by the end of a day, or all of them where there is none.

        >>> quarter = Period.parse("2024-Q1")
        >>> [quarter.months_over(date(2024, 2, day)) for day in (28, 29)]
        [1, 2]
        """
        return sum(1 for month in self.months if day is None or Period(month, month).end <= day)

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.first // 12, self.first % 12 + 1, 1)

    @property
    def end(self) -> date:
        """The last day."""
        return date(self.last // 12, self.last % 12 + 1, days_in_month(self.last))

    def split(self, months: int) -> tuple[Period, ...]:
        """Consecutive periods of so many months; they must fill the period exactly."""
        if len(self.months) % months:
            raise ValueError(f"{self.label} cannot be cut into periods of {months} months")
        return tuple(Period(first, first + months - 1) for first in self.months[::months])

    def before(self, times: int = 1) -> Period:
        """The period of the same length that ends where this one begins."""
        shift = len(self.months) * times
        return Period(self.first - shift, self.last - shift)

    def year_before(self, times: int = 1) -> Period:
        """The same months one year earlier."""
        return Period(self.first - 12 * times, self.last - 12 * times)
