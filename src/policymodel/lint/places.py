"""Where a setting stands: in which file, on which line, under which clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from policymodel.documents import Where, read_yaml_lines
from policymodel.lint.findings import Place
from policymodel.scheme.addresses import AddressFault, at, locate
from policymodel.scheme.changes import is_change_file
from policymodel.scheme.files import beside
from policymodel.scheme.scheme import Scheme


def place_of(scheme: Scheme, address: str) -> Place:
    """The place of an address; of a setting that is not written, the line it belongs to."""
    clause = _clause(scheme, address)
    for file, line in _written(Path(scheme.file), address) if Path(scheme.file).is_file() else ():
        return Place(str(file), line, address, clause)
    return Place(scheme.file, None, address, clause)


def _written(path: Path, address: str) -> Iterator[tuple[Path, int | None]]:
    """Every file in which the address stands: a change file before its base, a file before those it includes."""
    document, lines = _read(path, path.read_bytes())
    if not address:
        yield path, None
        return
    if is_change_file(document):
        for index, change in enumerate(document.get("changes", ())):
            if isinstance(change, Mapping) and _touches(str(change.get("at", "")), address):
                yield path, lines.get(("changes", index))
        yield from _written(beside(path, document["base"]), address)
        return
    where = _nearest(document, address)
    if where:
        yield (
            path,
            next((lines[where[:end]] for end in range(len(where), 0, -1) if where[:end] in lines), None),
        )
        return
    for name in _included(document):
        yield from _written(beside(path, name), address)


@lru_cache(maxsize=32)
def _read(path: Path, content: bytes) -> tuple[Any, dict[Where, int]]:
    """A file as it is now; every finding asks for the same few, and none writes into them."""
    return read_yaml_lines(path)


def _touches(changed: str, address: str) -> bool:
    return bool(changed) and (changed == address or address.startswith((f"{changed}.", f"{changed}[")))


def _nearest(document: Any, address: str) -> Where:
    """The way to an address, or as far along it as something is written; () where its line does not stand here."""
    try:
        return locate(document, address)
    except AddressFault as fault:
        return fault.where


def _included(document: Any) -> Iterator[str]:
    card = document.get("card") if isinstance(document, Mapping) else None
    for line in card.get("lines", ()) if isinstance(card, Mapping) else ():
        if isinstance(line, Mapping) and isinstance(line.get("include"), str):
            yield line["include"]


def _clause(scheme: Scheme, address: str) -> str:
    """The nearest source at or above an address."""
    where = _nearest(scheme.document, address) if address else ()
    for end in range(len(where), -1, -1):
        there = at(scheme.document, where[:end])
        if isinstance(there, Mapping) and there.get("source"):
            return str(there["source"])
    return scheme.source
