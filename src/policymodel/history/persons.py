"""The persons of a history: ids and names of managers, ids of clients, region by region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from policymodel.history.store import read_manifest, slug

MANAGERS, NAMES, CLIENTS = "the id of a manager", "the name of a manager", "the id of a client"
COLUMNS = {
    "managers": {"manager_id": MANAGERS, "reports_to": MANAGERS, "name": NAMES},
    "activity": {"manager_id": MANAGERS},
    "client_income": {"client_id": CLIENTS, "manager_id": MANAGERS},
    "transactions": {"client_id": CLIENTS, "manager_id": MANAGERS},
    "quarantine": {"manager_id": MANAGERS},
}
"""Where persons are named, and as what."""


@dataclass(frozen=True)
class Persons:
    """Words for persons by region ("" where it is not known) and by what they are."""

    regions: Mapping[str, Mapping[str, frozenset[str]]]

    def everybody(self) -> dict[str, set[str]]:
        """The words of all regions, by what they are."""
        found: dict[str, set[str]] = {MANAGERS: set(), NAMES: set(), CLIENTS: set()}
        for words in self.regions.values():
            for what, each in words.items():
                found[what] |= each
        return found

    def of(self, region: str, kinds: Iterable[str] = (MANAGERS, NAMES, CLIENTS)) -> frozenset[str]:
        """The words of one region."""
        words = self.regions.get(region, {})
        return frozenset().union(*(words.get(what, frozenset()) for what in kinds))

    def managers(self, region: str = "") -> int:
        """How many managers a region has ever had; the whole history without one."""
        return len(self.of(region, (MANAGERS,)) if region else self.everybody()[MANAGERS])


def persons_of(store: Path) -> Persons:
    """Read the words for persons from a store, and nothing else of it."""
    regions = {}
    for part in read_manifest(store)["regions"]:
        home = store / slug(part["region"])
        words: dict[str, set[str]] = {MANAGERS: set(), NAMES: set(), CLIENTS: set()}
        for what, word in _words(home):
            words[what].add(word)
        regions[str(part["region"])] = {what: frozenset(each) for what, each in words.items()}
    return Persons(regions)


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
