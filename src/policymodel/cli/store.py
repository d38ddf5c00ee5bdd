"""policymodel store: raw tables checked once and kept as a store, from which runs start at once."""

from __future__ import annotations

import json as writer
import sys
from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import DONE, FINDINGS, JsonOption, answering
from policymodel.errors import HistoryError, Problem
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import parts_of, read_history
from policymodel.history.store import read_manifest, write_store_of


def store(
    history: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of raw tables, or of parts.")],
    mapping: Annotated[Path, typer.Option("--mapping", metavar="FILE", help="What the columns mean.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder for the store.")],
    json: JsonOption = False,
) -> int:
    """Raw tables, checked, as a store: a folder for each region, from which runs and commands start at once.

    Where the tables stand apart, a folder for each region or for regions among which people move, they are read part by
    part, so that no more than the largest of them is in memory.

    Exit code 0: every row is accepted. 1: rows were put aside, see quarantine.csv. 2: a table cannot be used.

    \b
    Example:
      policymodel store reports/large --mapping params/mappings/bank.yaml --out reports/large_store
    """
    told = read_mapping(mapping)
    if not history.is_dir():
        raise HistoryError(str(history), [Problem("", "there is no such folder")])
    parts = parts_of(history, told) or ("",)
    write_store_of(((part, read_history(history, told, part)) for part in parts), out)
    manifest = read_manifest(out)
    counts = manifest["counts"]
    if json:
        sys.stdout.write(writer.dumps({"store": str(out), "parts": len(parts), **counts}, indent=1) + "\n")
    else:
        regions = sum(bool(part["region"]) for part in manifest["regions"])
        rows = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
        sys.stdout.write(f"{regions} regions in {len(parts)} parts: {rows}\n{out}\n")
    return FINDINGS if counts["quarantined"] else DONE


answer = answering("store", store)
