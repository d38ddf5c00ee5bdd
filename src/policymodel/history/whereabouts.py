"""Where each manager was on a day, and so the region to which every row of history belongs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.history.coding import Coded
from policymodel.history.credits import HANGING, credited, positions_of, with_transaction
from policymodel.history.record_tables import RECORDS
from policymodel.history.tables import TABLES
from policymodel.periods import Period

Positions = NDArray[np.intp]
Days = tuple[NDArray[np.int64], NDArray[np.int64]]
"""First and last day of each row, counted as `Spells` counts."""

SPAN = 1 << 20
"""Days are counted from 1800 and stay far below this; it keeps managers apart in a search key."""

DAY_ZERO = np.datetime64("1800-01-01", "D")


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
        self, manager_ids: pd.Series | Coded, first: NDArray[np.int64], last: NDArray[np.int64]
    ) -> tuple[Positions, NDArray[np.bool_]]:
        """For each row the position of the manager's last spell that began by `last`, and if it reaches `first`.

        Where no spell began by then it is the manager's first one, not reached; -1 for a stranger.
        """
        named = manager_ids if isinstance(manager_ids, Coded) else Coded.of(manager_ids)
        known = self.managers.get_indexer(pd.Index(named.words)).astype(np.int64)
        code = known[named.codes]
        if not len(self.keys):
            return np.full(len(code), -1, dtype=np.intp), np.zeros(len(code), dtype=bool)
        # A stranger's code is the last of each list: no spell, hence none that began, and the position -1.
        begins, bounds = self._of_each
        found = bounds[:-1][code]
        began = begins[found] <= last
        found = self._walked(code, found, last, np.flatnonzero(began & self._several[code]))
        reached = began & (np.append(self.last_days, -SPAN)[found] >= first)
        return np.append(self.positions, -1)[found], reached

    def _walked(
        self, code: NDArray[np.int64], found: Positions, last: NDArray[np.int64], walking: Positions
    ) -> Positions:
        """From a manager's first spell on to the last one that began by a day; most have few."""
        begins, bounds = self._of_each
        while walking.size:
            following = found[walking] + 1
            goes_on = (following < bounds[code[walking] + 1]) & (begins[following] <= last[walking])
            walking = walking[goes_on]
            found[walking] += 1
        return found

    @cached_property
    def _of_each(self) -> tuple[NDArray[np.int64], Positions]:
        """On which day each spell begins (and one that never does), and where each manager's spells begin and end."""
        whose = self.keys // SPAN
        bounds = np.searchsorted(whose, np.arange(len(self.managers) + 1))
        return np.append(self.keys % SPAN, SPAN), np.append(bounds, bounds[-1])

    @cached_property
    def _several(self) -> NDArray[np.bool_]:
        """Whether each manager has more than one spell; a stranger has not."""
        return np.diff(self._of_each[1]) > 1


def _days(dates: pd.Series, open_ended: bool) -> NDArray[np.int64]:
    days = dates.to_numpy(dtype="datetime64[D]")
    counted = (days - DAY_ZERO).astype(np.int64)
    return np.where(np.isnat(days), SPAN - 1 if open_ended else 0, counted)


def days_of_months(months: Any) -> Days:
    """First and last day of each month number."""
    number = np.asarray(months, dtype=np.int64)
    if not number.size:
        return number, number
    # Many rows speak of few months, so each month from the earliest to the latest is looked up once.
    lowest, highest = int(number.min()), int(number.max())
    few = highest - lowest < number.size
    each = np.arange(lowest, highest + 2) if few else np.stack([number, number + 1])
    day = (each - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
    begins = (day - DAY_ZERO).astype(np.int64)
    if not few:
        return begins[0], begins[1] - 1
    return begins[number - lowest], (begins[1:] - 1)[number - lowest]


def months_of(dates: pd.Series) -> NDArray[np.int64]:
    """The number of each day's month, -1 where there is no day.

    >>> months_of(pd.Series(pd.to_datetime(["2024-02-29", None]))).tolist()
    [24289, -1]
    """
    months = dates.to_numpy(dtype="datetime64[M]")
    return np.where(np.isnat(months), -1, months.astype(np.int64) + 1970 * 12)


def days_of(name: str, frame: pd.DataFrame, months_only: bool = False) -> Days:
    """First and last day each row of a table speaks of; with `months_only` a date stands for its month."""
    if "date" in frame:
        if months_only:
            return days_of_months(months_of(frame["date"]))
        day = _days(frame["date"], open_ended=False)
        return day, day
    if "valid_from" in frame:
        return _days(frame["valid_from"], open_ended=False), _days(frame["valid_to"], open_ended=True)
    if "period" in frame:
        codes, labels = pd.factorize(frame["period"])
        # An unreadable period is blank; its row is put aside and only its region is still asked for.
        periods = [Period.parse(label) if label else Period(0, 0) for label in labels]
        first = days_of_months([period.first for period in periods])[0]
        last = days_of_months([period.last for period in periods])[1]
        return first[codes], last[codes]
    return days_of_months(frame["month"])


def hired_days(managers: pd.DataFrame) -> pd.Series:
    """The day of joining for each spell: as written there or in a spell before, else the first day of the first spell.

    >>> day = pd.to_datetime
    >>> spells = pd.DataFrame({"manager_id": ["M1", "M1"], "valid_from": day(["2024-01-01", "2024-07-01"]),
    ...                        "hired": day(["2020-05-01", None])})
    >>> list(hired_days(spells).dt.strftime("%Y-%m-%d"))
    ['2020-05-01', '2020-05-01']
    """
    ordered = managers.sort_values(["manager_id", "valid_from"], kind="stable")
    who = ordered["manager_id"]
    first = ordered["valid_from"].groupby(who, sort=False).transform("first")
    written = ordered["hired"].groupby(who, sort=False).ffill() if "hired" in ordered else first
    return written.fillna(first).reindex(managers.index)


OF_CLIENTS = ("client_forecasts", "clients")
"""Tables of clients that name no manager."""
NO_CLIENT = "none"
"""The class before of whoever was no client."""


def classes_before(assignments: pd.DataFrame) -> pd.Series:
    """The class in which each client was until a spell begins, whoever had it; blank where that is not known.

    It is that of the client's last spell that began on an earlier day, `none` where there is none. Of a spell of the
    table's first day nothing says what was before.

    >>> day = pd.to_datetime
    >>> spells = pd.DataFrame({"client_id": ["c1", "c2", "c1"], "client_class": ["growing", "premium", "premium"],
    ...                        "valid_from": day(["2024-01-01", "2024-03-01", "2024-05-01"])})
    >>> list(classes_before(spells))
    ['', 'none', 'growing']
    """
    days = assignments[["client_id", "valid_from", "client_class"]].drop_duplicates(
        ["client_id", "valid_from"]
    )
    days = days.sort_values(["client_id", "valid_from"], kind="stable")
    earlier = days.groupby("client_id", sort=False)["client_class"].shift()
    before = earlier.mask(earlier.isna() & (days["valid_from"] > days["valid_from"].min()), NO_CLIENT)
    told = days.assign(before=before.fillna("")).drop(columns="client_class")
    found = assignments[["client_id", "valid_from"]].merge(told, on=["client_id", "valid_from"], how="left")
    return pd.Series(found["before"].to_numpy(dtype=object), index=assignments.index, dtype="str")


def region_of(name: str, tables: Mapping[str, pd.DataFrame]) -> NDArray[np.object_]:
    """The region of each row of a table, "" where it has none: that of its manager's spell, or its own.

    A credit is where the person credited was on the day of the transaction, a figure of a transaction where the
    manager was who made it.
    """
    return coded_regions(name, tables).at(slice(None))


def coded_regions(name: str, tables: Mapping[str, pd.DataFrame], spell_at: Positions | None = None) -> Coded:
    """The same as codes: where a row's region is that of its manager, no word is touched.

    `spell_at` is the spell of each row where it was looked up before (of records it depends on their month).
    """
    table = TABLES[name]
    own = "region" in table.names or table.everywhere or name in OF_CLIENTS
    if own or name in HANGING or name == "targets":
        return Coded.of(_regions_one_by_one(name, tables))
    frame, managers = tables[name], tables["managers"]
    if spell_at is None or name in RECORDS:
        spell_at = _places(name, frame, frame[whose(name)], managers)
    there = Coded.of(np.append(managers["region"].to_numpy(dtype=object), ""))
    return Coded(there.codes[spell_at], there.words)


def _regions_one_by_one(name: str, tables: Mapping[str, pd.DataFrame]) -> NDArray[np.object_]:
    frame, table = tables[name], TABLES[name]
    if "region" in table.names:
        return np.asarray(frame["region"], dtype=object)
    if table.everywhere:
        return np.full(len(frame), "", dtype=object)
    if name in OF_CLIENTS:
        with_whom = tables["client_income"].drop_duplicates("client_id", keep="last")
        regions = region_of("client_income", {**tables, "client_income": with_whom})
        of_client = dict(zip(with_whom["client_id"], regions, strict=True))
        if name == "clients":
            with_whom = tables["assignments"].drop_duplicates("client_id", keep="last")
            regions = region_of("assignments", {**tables, "assignments": with_whom})
            of_client |= dict(zip(with_whom["client_id"], regions, strict=True))
        return np.array([of_client.get(each, "") for each in frame["client_id"]], dtype=object)
    if name in HANGING:
        frame = with_transaction(frame, tables["transactions"])
    regions = _region_of_people(name, frame, frame[whose(name)], tables["managers"])
    if name == "credits":
        makers = _region_of_people(name, frame, frame["maker"], tables["managers"])
        regions = np.where(regions == "", makers, regions)
    if name == "targets":
        level, ids = frame["level"].to_numpy(dtype=object), frame["unit_id"]
        by_outlet = ids.map(outlet_regions(tables)).fillna("").to_numpy(dtype=object)
        regions = np.where(level == "outlet", by_outlet, regions)
        regions = np.where(level == "region", ids.to_numpy(dtype=object), regions)
    return regions


def _region_of_people(
    name: str, frame: pd.DataFrame, ids: pd.Series, managers: pd.DataFrame
) -> NDArray[np.object_]:
    regions: NDArray[np.object_] = np.append(managers["region"].to_numpy(dtype=object), "")[
        _places(name, frame, ids, managers)
    ]
    return regions


def _places(name: str, frame: pd.DataFrame, ids: pd.Series | Coded, managers: pd.DataFrame) -> Positions:
    """The spell in which each row's manager was; -1 for a stranger."""
    # A figure counted from records is where the manager ends the month, and so are its records.
    return Spells.of(managers).during(ids, *days_of(name, frame, months_only=name in RECORDS))[0]


def whose(name: str) -> str:
    """The column that says whom a row of a table concerns.

    >>> whose("activity"), whose("targets")
    ('manager_id', 'unit_id')
    """
    return {"targets": "unit_id", "transaction_figures": "maker"}.get(name, "manager_id")


def outlet_regions(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """The region of each outlet: as its own table says, else as the spells there say."""
    spells = tables["managers"].sort_values("valid_from", kind="stable")
    regions = dict(zip(spells["outlet_id"], spells["region"], strict=True))
    regions.update(zip(tables["outlets"]["outlet_id"], tables["outlets"]["region"], strict=True))
    return regions


@dataclass(frozen=True)
class Homes:
    """To which regions each row of a table belongs; a row may belong to several, or (`everywhere`) to all."""

    row: Positions
    region: NDArray[np.object_]
    everywhere: bool

    def of(self, region: str) -> Positions:
        """The rows that belong to a region, in their order."""
        return np.unique(self.row if self.everywhere else self.row[self.region == region])


def homes(name: str, tables: Mapping[str, pd.DataFrame]) -> Homes:
    """The regions of each row: of one, but a transaction and its figures are with everybody credited with it."""
    own = region_of(name, tables)
    row = np.arange(len(own))
    if name == "transactions":
        shares = credited(tables["transactions"], tables["credits"])
        named = shares["credit"].to_numpy()
        regions = np.append(region_of("credits", tables), "")[named]
        row = shares["transaction"].to_numpy()
        return Homes(row, np.where(named >= 0, regions, own[row]), False)
    if name == "transaction_figures":
        of = homes("transactions", tables)
        at = positions_of(tables[name]["transaction_id"], tables["transactions"])
        pairs = pd.DataFrame({"at": of.row, "region": of.region}).drop_duplicates()
        both = pd.DataFrame({"row": row, "at": at}).merge(pairs, on="at", how="left")
        return Homes(both["row"].to_numpy(), both["region"].fillna("").to_numpy(dtype=object), False)
    if name == "assignments":
        return _homes_of_assignments(tables)
    if name == "clients":
        return _homes_of_clients(tables, own)
    return Homes(row, own, TABLES[name].everywhere)


def _homes_of_clients(tables: Mapping[str, pd.DataFrame], own: NDArray[np.object_]) -> Homes:
    """What is known of a client goes wherever it was assigned, or brought income."""
    assigned = _homes_of_assignments(tables)
    client = tables["assignments"]["client_id"].to_numpy(dtype=object)[assigned.row]
    income = tables["client_income"]
    there = pd.DataFrame(
        {
            "client_id": np.concatenate([client, income["client_id"].to_numpy(dtype=object)]),
            "region": np.concatenate([assigned.region, region_of("client_income", tables)]),
        }
    ).drop_duplicates()
    clients = tables["clients"][["client_id"]].assign(row=np.arange(len(own)))
    both = clients.merge(there, on="client_id")
    nowhere = np.setdiff1d(clients["row"], both["row"])
    row = np.concatenate([both["row"].to_numpy(dtype=np.intp), nowhere])
    return Homes(row, np.concatenate([both["region"].to_numpy(dtype=object), own[nowhere]]), False)


def _homes_of_assignments(tables: Mapping[str, pd.DataFrame]) -> Homes:
    """A client is assigned wherever the manager worked meanwhile."""
    given = tables["assignments"][["manager_id", "valid_from", "valid_to"]]
    given = given.assign(row=np.arange(len(given)))
    spells = tables["managers"][["manager_id", "region", "valid_from", "valid_to"]]
    both = given.merge(spells, on="manager_id", suffixes=("", "_there"))
    ended = (both["valid_to"] < both["valid_from_there"]) | (both["valid_to_there"] < both["valid_from"])
    pairs = both.loc[~ended, ["row", "region"]].drop_duplicates()
    return Homes(pairs["row"].to_numpy(dtype=np.intp), pairs["region"].to_numpy(dtype=object), False)
