"""What a person should know of a history before believing figures: rows put aside, words that no row has."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from policymodel.cli.facts import read_facts
from policymodel.errors import Problem, inert, suggest
from policymodel.history.facts import History
from policymodel.scheme.kinds.card import Deduction, Group
from policymodel.scheme.quantities import TransactionsOf
from policymodel.scheme.scheme import Scheme


def facts_for(schemes: Sequence[Scheme], history: Path, mapping: Path | None) -> History:
    """The history that schemes are worked out over; what is odd about it is told beside the result."""
    facts = read_facts(history, mapping)
    for remark in (*_put_aside(facts, history, mapping), *_nowhere(facts, schemes)):
        sys.stderr.write(f"{inert(remark)}\n")
    return facts


def _put_aside(facts: History, history: Path, mapping: Path | None) -> Iterator[str]:
    """How many rows broke a rule, and where they are listed."""
    count = int(facts.counts["quarantined"].sum())
    if count:
        rows = "1 row was" if count == 1 else f"{count:,} rows were"
        option = [] if mapping is None else ["--mapping", str(mapping)]
        command = shlex.join(["policymodel", "check", str(history), *option])
        yield f"{history}: {rows} put aside; see `{command}`"


def _nowhere(facts: History, schemes: Sequence[Scheme]) -> Iterator[str]:
    """Words of lines that no row has: a product may not be sold yet, or be misspelt."""
    for scheme in schemes:
        for name, record in scheme.lines.items():
            for (table, column), word in dict.fromkeys(_words(record)):
                there = sorted({str(each) for each in facts.tables[table][column].dropna().unique()} - {""})
                if word not in there:
                    what = f"no row of `{table}` has the {column} '{word}'"
                    yield f"{scheme.file}: {Problem(name, what, suggest(word, there))}"


def _words(part: Any) -> Iterator[tuple[tuple[str, str], str]]:
    """The products, events and channels that a line names, with the column where each is looked for."""
    if isinstance(part, TransactionsOf):
        yield from ((("transactions", "product"), word) for word in part.products or ())
    elif isinstance(part, Deduction):
        yield ("events", "event"), part.event
        yield from ((("events", "channel"), word) for word in part.channels or ())
    elif isinstance(part, Mapping):
        for each in part.values():
            yield from _words(each)
    elif isinstance(part, list | tuple):
        for each in part:
            yield from _words(each)
    elif is_dataclass(part) and not isinstance(part, Group):
        for field in fields(part):
            yield from _words(getattr(part, field.name))
