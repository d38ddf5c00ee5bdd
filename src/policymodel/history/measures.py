"""Measures: what a figure of `activity` is, how it adds up, and what no row means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from policymodel.periods import MONTHS_OF, Period

MeasureType = Literal["flow", "stock", "ratio", "cumulative_within"]
Within = Literal["month", "quarter", "half_year", "year"]
RegulatorClass = Literal["compliance", "risk", "efficiency", "development", "social"]


class Status(IntEnum):
    """What is known about a value; it travels beside the value."""

    MEASURED = 0
    TRUE_ZERO = 1
    ABSENT = 2
    NOT_APPLICABLE = 3
    QUARANTINED = 4


COMPUTED = (Status.MEASURED, Status.TRUE_ZERO)
"""The statuses of a value that has a number."""


@dataclass(frozen=True)
class Measure:
    """The declaration of one measure.

    A flow adds up over months, a stock is the last one known, a ratio is made again from its two counts
    (`top`, `bottom`) whenever months or people are joined, and a `cumulative_within` figure runs up and
    starts again with each `within` (see `to_flow`).

    `no_row` says what it means that a manager has no row in a month: a true zero (a product nobody sold)
    or absent (not known). `observed` is the run of months in which the source kept the measure at all:
    outside it no row is always absent, whatever `no_row` says.

    >>> cards = Measure("cards", {"en": "cards"}, "flow", "count", "up", "zero", regulator_class="development",
    ...                 observed=Period.parse("2024"))
    >>> [Status(each).name for each in cards.without_row(Period.parse("2024-12..2025-01").months)]
    ['TRUE_ZERO', 'ABSENT']
    """

    name: str
    title: Mapping[str, str] = field(hash=False)
    type: MeasureType
    unit: str
    better: Literal["up", "down"]
    no_row: Literal["zero", "absent"]
    top: str | None = None
    bottom: str | None = None
    within: Within | None = None
    regulator_class: RegulatorClass = "efficiency"
    observed: Period | None = None

    def without_row(self, months: ArrayLike | range) -> NDArray[np.uint8]:
        """The status of each month in which a manager has no row."""
        number = np.asarray(months, dtype=np.int64)
        known = np.full(number.shape, self.no_row == "zero")
        if self.observed is not None:
            known &= (number >= self.observed.first) & (number <= self.observed.last)
        return np.where(known, Status.TRUE_ZERO, Status.ABSENT).astype(np.uint8)


def to_flow(frame: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Each manager's own months of a figure that runs up within a half-year (or quarter, year).

    The first month of a run is as written; a later one is the difference from the month before. Where the
    month before has no row, the own month is not known and stays blank: the difference would hold several.
    A manager's very first row is its own even inside a run, if others were reported before it: then the unit
    began there. Rows keep their order and everything but `actual`. Other types come back unchanged.

    >>> frame = pd.DataFrame({"manager_id": "M1", "month": Period.parse("2024-06..2024-08").months,
    ...                       "actual": [60.0, 8.0, 15.0]})
    >>> half = Measure("x", {}, "cumulative_within", "CNY", "up", "absent", within="half_year")
    >>> list(to_flow(frame, half)["actual"])
    [nan, 8.0, 7.0]
    """
    if measure.type != "cumulative_within" or frame.empty:
        return frame
    length = MONTHS_OF[measure.within or "month"]
    ordered = frame[["manager_id", "month", "actual"]].sort_values(["manager_id", "month"], kind="stable")
    month = ordered["month"]
    before = ordered.groupby("manager_id", sort=False)[["month", "actual"]].shift()
    opens = month % length == 0
    follows = (before["month"] == month - 1) & ~opens
    begins = before["month"].isna() & (month > frame["month"].min())
    own = np.where(opens | begins, ordered["actual"], np.nan)
    own = np.where(follows, ordered["actual"] - before["actual"], own)
    return frame.assign(actual=pd.Series(own, index=ordered.index).reindex(frame.index))


def sum_of(
    name: str,
    parts: tuple[str, ...],
    activity: pd.DataFrame,
    measures: Mapping[str, Measure],
    quarantine: pd.DataFrame,
) -> pd.DataFrame:
    """Rows of a measure that the mapping declares as the sum of others, in the columns of `activity`.

    A manager's month is there where one part has a row. It is blank, hence absent, where another part is
    not known: blank itself, put aside, or without a row that would mean zero. The source of such a row is
    the sum, numbered; the parts' own rows stand in the same table.
    """
    label = f"sum of {' + '.join(parts)}"
    key = ["manager_id", "month"]
    rows = activity[activity["measure"].isin(parts)]
    wide = rows.pivot(index=key, columns="measure", values="actual").reindex(columns=list(parts))
    there = rows.assign(there=True).pivot(index=key, columns="measure", values="there")
    there = there.reindex(columns=list(parts)).notna()
    for part in parts:
        zero = measures[part].without_row(wide.index.get_level_values("month")) == Status.TRUE_ZERO
        wide[part] = wide[part].mask(~there[part] & zero, 0.0)
    aside = quarantine[(quarantine["table"] == "activity") & quarantine["measure"].isin(parts)]
    unsure = wide.index.isin(pd.MultiIndex.from_frame(aside[key]))
    total = wide.sum(axis=1, skipna=False).mask(unsure)
    frame = total.rename("actual").reset_index()
    frame = frame.assign(measure=name, source_file=label, source_row=np.arange(1, len(frame) + 1))
    return frame[list(activity.columns)].astype(activity.dtypes.to_dict())
