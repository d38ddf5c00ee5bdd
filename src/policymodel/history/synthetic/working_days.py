"""The days the invented bank works, and the days on which something happened there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from policymodel.history.synthetic.people import Days, People, as_text, first_days
from policymodel.history.synthetic.territory import Codes, Numbers
from policymodel.periods import Period

# Month and day, first and last: New Year, the spring holiday, Labour Day, the national holiday.
HOLIDAYS = ((101, 101), (205, 211), (501, 503), (1001, 1007))


@dataclass(frozen=True)
class WorkingDays:
    """The working days of the bank's months, in order.

    >>> WorkingDays.of(Period.parse("2024-10")).days[:2]
    array(['2024-10-08', '2024-10-09'], dtype='datetime64[D]')
    """

    days: Days

    @classmethod
    def of(cls, months: Period) -> WorkingDays:
        """Those that are neither at a weekend nor a public holiday."""
        every = _every_day(months)
        return cls(every[_worked(every)])

    def pick(self, rng: np.random.Generator, first: Days, last: Days) -> Days:
        """By chance one of the working days from the first to the last day; the first where there is none."""
        begin = np.searchsorted(self.days, first)
        many = np.searchsorted(self.days, last, side="right") - begin
        at = begin + np.floor(rng.random(len(first)) * many).astype(np.int64)
        return np.where(many > 0, self.days[np.minimum(at, len(self.days) - 1)], first)

    def at_work(self, rng: np.random.Generator, people: People, month: Codes, person: Codes) -> Days:
        """By chance a working day of a month on which the person was employed."""
        begin, days = people.employed_span()
        first = begin[month, person]
        return self.pick(rng, first, first + np.maximum(days[month, person], 1) - 1)


def calendar_rows(months: Period) -> pd.DataFrame:
    """The `calendar` table: every day, and whether the bank works on it."""
    every = _every_day(months)
    return pd.DataFrame({"date": as_text(every), "working": np.where(_worked(every), "yes", "no")})


def some(rng: np.random.Generator, rate: Numbers) -> tuple[Codes, Codes]:
    """Month and person of each of a Poisson number of cases around a rate, [month, person]."""
    many = rng.poisson(rate)
    month, person = np.nonzero(many)
    times = many[month, person]
    return np.repeat(month, times), np.repeat(person, times)


def _every_day(months: Period) -> Days:
    ends = first_days(months)
    return np.arange(ends[0], ends[-1])


def _worked(days: Days) -> np.ndarray:
    month = days.astype("datetime64[M]")
    number = (
        (month.astype(np.int64) % 12 + 1) * 100 + (days - month.astype("datetime64[D]")).astype(np.int64) + 1
    )
    free = np.any([(number >= first) & (number <= last) for first, last in HOLIDAYS], axis=0)
    return np.asarray(np.is_busday(days) & ~free)
