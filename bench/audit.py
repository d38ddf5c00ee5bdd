"""Audit workbooks worked out by LibreOffice and held against the engine, cell by cell, as JSON.

    python bench/audit.py [--data DATA_DIR] [--schemes N --first SEED --people N]

One region of the invented bank under S4, S6 and a commission with accelerator, cap and draw; N schemes by chance over
histories by chance; and, where DATA_DIR holds the folder estban, the towns of one real region. Nothing of them is kept.
`cells` counts those with a formula, `compared` those whose node the engine has a value for (the others are aids);
`largest` is the largest difference in proportion to a value above 1, `taken_over` what has no formula.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from audit.recalculating import Held, hold, office, recalculated
from chance.agreement import Bank, written
from chance.documents import document
from chance.histories import history
from policymodel.audit.interpreter import Book
from policymodel.audit.writing import Written, write_audit
from policymodel.draws import Draws
from policymodel.errors import DataGap
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.synthetic import write_bank
from policymodel.panel import Panel, build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme

ROOT = Path(__file__).resolve().parents[1]
BATCH = 20
"""Schemes over one history, and workbooks for one start of LibreOffice."""
Job = tuple[str, Panel, Scheme]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=None, help="a folder with the folder estban")
    parser.add_argument("--schemes", type=int, default=60, help="schemes by chance")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--people", type=int, default=6, help="people of each history, but for one more")
    asked = parser.parse_args()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for job in [*invented(Path(folder)), *real(asked.data)]:
            found[job[0]] = measure([job], Path(folder, job[0]))
        batches = [
            measure(list(by_chance(first, asked, Path(folder))), Path(folder, f"chance_{first}"))
            for first in range(asked.first, asked.first + asked.schemes, BATCH)
        ]
    if batches:
        found["by_chance"] = joined(batches)
    print(json.dumps(found, indent=1))
    return int(any(each["differences"] or each["errors"] for each in found.values()))


def invented(folder: Path) -> Iterator[Job]:
    """The three schemes over the northern region of the invented bank."""
    write_bank(folder / "bank", Draws(2026), managers=260)
    facts = read_history(folder / "bank", read_mapping(ROOT / "params/mappings/bank.yaml"))
    panel = build_panel(facts.region("north"), Period.parse("2025"), Period.parse("2024"))
    for path in ("params/schemes/s4_scorecard", "params/schemes/s6_profit_centre", "tests/audit/commission"):
        yield Path(path).name, panel, read_scheme(ROOT / f"{path}.yaml")


def real(data: Path | None) -> Iterator[Job]:
    """The pay of the towns of one real region."""
    if data is None or not (data / "estban").is_dir():
        return
    facts = read_history(data / "estban", read_mapping(ROOT / "params/mappings/estban.yaml"))
    years = Period.parse("2021-07..2022-06"), Period.parse("2020-07..2021-06")
    panel = build_panel(facts.region("PE"), *years)
    yield "estban_one_region", panel, read_scheme(ROOT / "params/schemes/estban_profit_centre.yaml")


def by_chance(first: int, asked: argparse.Namespace, folder: Path) -> Iterator[Job]:
    """A batch of schemes over one history."""
    panel = Bank.of(history(first // BATCH, asked.people)).panel
    for seed in range(first, min(first + BATCH, asked.first + asked.schemes)):
        yield f"seed_{seed}", panel, read_scheme(written(document(seed), folder, f"scheme_{seed}"))


def measure(jobs: list[Job], folder: Path) -> dict[str, Any]:
    """Write the workbooks, have them worked out, and hold every cell against the engine."""
    folder.mkdir()
    books: dict[Path, tuple[Book, Written]] = {}
    refused = 0
    begun = time.monotonic()
    for name, panel, scheme in jobs:
        try:
            books[folder / f"{name}.xlsx"] = write_audit(
                panel, scheme, panel.plan_year.split(scheme.months), folder / f"{name}.xlsx", "en"
            )
        except DataGap:
            refused += 1
    wrote = time.monotonic()
    sheets = recalculated(list(books), folder, office())
    worked_out = time.monotonic()
    held = Held()
    for path, (book, _) in books.items():
        hold(book, sheets[path], held)
    counts = [each.counts() for _, each in books.values()]
    return {
        "workbooks": len(books),
        "refused_for_want_of_a_fact": refused,
        **{name: sum(each[name] for each in counts) for name in ("people", "lines", "facts", "taken_over")},
        "loose_numbers": sum(each["loose_numbers"] for each in counts),
        "cells": held.cells,
        "compared": held.compared,
        "differences": held.differences[:20],
        "errors": held.errors[:20],
        "largest": held.largest,
        "seconds_to_write": round(wrote - begun, 1),
        "seconds_in_libreoffice": round(worked_out - wrote, 1),
    }


def joined(batches: list[dict[str, Any]]) -> dict[str, Any]:
    """Several measurements as one."""
    return {
        name: max(each[name] for each in batches)
        if name == "largest"
        else sum((each[name] for each in batches), type(value)())
        for name, value in batches[0].items()
    }


if __name__ == "__main__":
    sys.exit(main())
