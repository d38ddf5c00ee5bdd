"""History: the accepted tables, what they measure, and what was found in the files they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.history.measures import Measure
from policymodel.history.tables import TABLES
from policymodel.periods import Period

Positions = NDArray[np.intp]


@dataclass(frozen=True)
class History:
    """Facts about what happened.

    `tables` holds a frame for each canonical table (empty where the bank has none). `findings` lists every
    row that was put aside or noted and why, `quarantine` the rows put aside as they were written, `counts` the
    rows of each file: rows_in = accepted + quarantined + excluded. All three carry the region, "" where it is
    not known. `notes` are the assumptions declared with the data, to be printed.
    """

    tables: Mapping[str, pd.DataFrame]
    measures: Mapping[str, Measure]
    currency: str
    findings: pd.DataFrame
    counts: pd.DataFrame
    quarantine: pd.DataFrame
    title: Mapping[str, str]
    notes: tuple[Mapping[str, str], ...] = ()

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions in which a manager has a spell, in order of their names."""
        return tuple(sorted(self.tables["managers"]["region"].unique()))

    def region(self, region: str) -> History:
        """What belongs to one region: its spells and outlets, and the rows of its spells.

        A month in which a manager moves belongs to the region of the month's last employed day. Income of a
        client is where the manager credited with it was: a base year earned elsewhere stays there.
        """
        return replace(
            self,
            tables={
                name: _only(frame, pd.Series(region_of(name, self.tables), index=frame.index) == region)
                for name, frame in self.tables.items()
            },
            findings=_only(self.findings, self.findings["region"] == region),
            counts=_only(self.counts, self.counts["region"] == region),
            quarantine=_only(self.quarantine, self.quarantine["region"] == region),
        )


def _only(frame: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    return frame[rows].reset_index(drop=True)


@dataclass(frozen=True)
class Spells:
    """Where each manager was, looked up for many rows at once; spells of one manager do not overlap."""

    managers: pd.Index
    keys: NDArray[np.int64]
    last_days: NDArray[np.int64]
    positions: Positions

    @classmethod
    def of(cls, managers: pd.DataFrame) -> Spells:
        """The spells of a managers table, ready to be searched."""
        codes, names = pd.factorize(managers["manager_id"])
        first = _days(managers["valid_from"], open_ended=False)
        last = _days(managers["valid_to"], open_ended=True)
        keys = codes.astype(np.int64) * SPAN + first
        order = np.argsort(keys, kind="stable")
        return cls(pd.Index(names), keys[order], last[order], order)

    def during(
        self, manager_ids: pd.Series, first: NDArray[np.int64], last: NDArray[np.int64]
    ) -> tuple[Positions, NDArray[np.bool_]]:
        """For each row the position of the manager's last spell that began by `last`, and if it reaches `first`.

        Where no spell began by then it is the manager's first one, not reached; -1 for a stranger.
        """
        words, names = pd.factorize(manager_ids)
        known = self.managers.get_indexer(pd.Index(names))
        code = known[words].astype(np.int64) if len(known) else np.zeros(0, dtype=np.int64)
        if not len(self.keys):
            return np.full(len(code), -1, dtype=np.intp), np.zeros(len(code), dtype=bool)
        found = np.searchsorted(self.keys, code * SPAN + last, side="right") - 1
        began = (found >= 0) & (self.keys[found] // SPAN == code)
        reached = began & (self.last_days[found] >= first)
        earliest = np.minimum(np.searchsorted(self.keys, code * SPAN), len(self.keys) - 1)
        at = self.positions[np.where(began, found, earliest)]
        return np.where(code < 0, -1, at), reached & (code >= 0)


SPAN = 1 << 20
"""Days are counted from 1800 and stay far below this; it keeps managers apart in a search key."""

DAY_ZERO = np.datetime64("1800-01-01", "D")


def _days(dates: pd.Series, open_ended: bool) -> NDArray[np.int64]:
    days = dates.to_numpy(dtype="datetime64[D]")
    counted = (days - DAY_ZERO).astype(np.int64)
    return np.where(np.isnat(days), SPAN - 1 if open_ended else 0, counted)


def days_of_months(months: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last day of each month number, counted as `Spells` counts."""
    number = np.asarray(months, dtype=np.int64)
    first, following = (
        ((number + shift - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]") - DAY_ZERO).astype(
            np.int64
        )
        for shift in (0, 1)
    )
    return first, following - 1


def days_of(name: str, frame: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last day each row of a table speaks of."""
    if name == "events":
        day = _days(frame["date"], open_ended=False)
        return day, day
    if name == "targets":
        codes, labels = pd.factorize(frame["period"])
        # An unreadable period is blank; its row is put aside and only its region is still asked for.
        periods = [Period.parse(label) if label else Period(0, 0) for label in labels]
        first = days_of_months([period.first for period in periods])[0]
        last = days_of_months([period.last for period in periods])[1]
        return first[codes], last[codes]
    return days_of_months(frame["month"])


def region_of(name: str, tables: Mapping[str, pd.DataFrame]) -> NDArray[np.object_]:
    """The region of each row of a table, "" where it has none."""
    frame = tables[name]
    if "region" in TABLES[name].names:
        return np.asarray(frame["region"], dtype=object)
    managers = tables["managers"]
    ids = frame["unit_id"] if name == "targets" else frame["manager_id"]
    at, _ = Spells.of(managers).during(ids, *days_of(name, frame))
    regions = np.append(managers["region"].to_numpy(dtype=object), "")[at]
    if name == "targets":
        level = frame["level"].to_numpy(dtype=object)
        by_outlet = ids.map(outlet_regions(tables)).fillna("").to_numpy(dtype=object)
        regions = np.where(level == "outlet", by_outlet, regions)
        regions = np.where(level == "region", ids.to_numpy(dtype=object), regions)
    return regions


def outlet_regions(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """The region of each outlet: as its own table says, else as the spells there say."""
    spells = tables["managers"].sort_values("valid_from", kind="stable")
    regions = dict(zip(spells["outlet_id"], spells["region"], strict=True))
    regions.update(zip(tables["outlets"]["outlet_id"], tables["outlets"]["region"], strict=True))
    return regions
