"""The persons of a history: ids and names of managers, ids of clients and reviewers, region by region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from policymodel.history.record_tables import RECORD_TABLES
from policymodel.history.store import read_manifest, slug

MANAGERS, NAMES, CLIENTS = "the id of a manager", "the name of a manager", "the id of a client"
REVIEWERS = "the id of a reviewer"
KINDS = (MANAGERS, NAMES, CLIENTS, REVIEWERS)
COLUMNS = {
    "managers": {"manager_id": MANAGERS, "reports_to": MANAGERS, "name": NAMES},
    "activity": {"manager_id": MANAGERS},
    "client_income": {"client_id": CLIENTS, "manager_id": MANAGERS},
    "client_forecasts": {"client_id": CLIENTS},
    "clients": {"client_id": CLIENTS},
    "transactions": {"client_id": CLIENTS, "manager_id": MANAGERS},
    "quarantine": {"manager_id": MANAGERS},
}
IN_RECORDS = {"manager_id": MANAGERS, "client_id": CLIENTS, "reviewer_id": REVIEWERS}
COLUMNS |= {
    table.name: {name: what for name, what in IN_RECORDS.items() if name in table.names}
    for table in RECORD_TABLES
}
"""Where persons are named, and as what."""


@dataclass(frozen=True)
class Persons:
    """Words for persons by region ("" where it is not known) and by what they are."""

    regions: Mapping[str, Mapping[str, frozenset[str]]]
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def everybody(self) -> dict[str, set[str]]:
        """The words of all regions, by what they are."""
        found: dict[str, set[str]] = {what: set() for what in KINDS}
        for words in self.regions.values():
            for what, each in words.items():
                found[what] |= each
        return found

    def of(self, region: str, kinds: Iterable[str] = KINDS) -> frozenset[str]:
        """The words of one region."""
        words = self.regions.get(region, {})
        return frozenset().union(*(words.get(what, frozenset()) for what in kinds))

    def called(self, region: str, person: str) -> frozenset[str]:
        """What one manager of a region is called: the id, and the names that stand beside it."""
        if person not in self.of(region, (MANAGERS,)):
            return frozenset()
        return self.names.get(person, frozenset()) | {person}

    def managers(self, region: str = "") -> int:
        """How many managers a region has ever had; the whole history without one."""
        return len(self.of(region, (MANAGERS,)) if region else self.everybody()[MANAGERS])


def persons_of(store: Path) -> Persons:
    """Read the words for persons from a store, and nothing else of it."""
    regions: dict[str, dict[str, frozenset[str]]] = {}
    names: dict[str, set[str]] = defaultdict(set)
    for part in read_manifest(store)["regions"]:
        home = store / slug(part["region"])
        words: dict[str, set[str]] = {what: set() for what in KINDS}
        for what, word in _words(home):
            words[what].add(word)
        regions[str(part["region"])] = {what: frozenset(each) for what, each in words.items()}
        managers = pq.read_table(home / "managers.parquet", columns=["manager_id", "name"]).to_pylist()
        for row in managers:
            if row["name"]:
                names[str(row["manager_id"])].add(str(row["name"]))
    return Persons(regions, {person: frozenset(each) for person, each in names.items()})


def persons_in(region: str, tables: Mapping[str, pd.DataFrame]) -> Persons:
    """The words for persons in tables, all told under one region, where there is no store."""
    words: dict[str, set[str]] = {what: set() for what in KINDS}
    for name, columns in COLUMNS.items():
        for column, what in columns.items():
            if name in tables and column in tables[name]:
                words[what] |= {
                    word for each in tables[name][column].dropna().unique() if (word := str(each)).strip()
                }
    names: dict[str, set[str]] = defaultdict(set)
    managers = tables["managers"]
    if "name" in managers:
        named = managers[managers["name"].fillna("") != ""]
        for person, name in zip(named["manager_id"], named["name"], strict=True):
            names[str(person)].add(str(name))
    found = {what: frozenset(each) for what, each in words.items()}
    return Persons({region: found}, {person: frozenset(each) for person, each in names.items()})


def _words(home: Path) -> Iterator[tuple[str, str]]:
    for table, columns in COLUMNS.items():
        file = home / f"{table}.parquet"
        if not file.is_file():
            continue
        there = set(pq.read_schema(file).names)
        for column, what in columns.items():
            if column in there:
                values = pc.unique(pq.read_table(file, columns=[column])[column].combine_chunks())
                yield from ((what, str(each)) for each in values.to_pylist() if each and str(each).strip())
