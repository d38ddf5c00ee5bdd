"""policymodel bank: the invented bank's history."""

from __future__ import annotations

import json as writer
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import DONE, JsonOption, answering
from policymodel.draws import Draws
from policymodel.errors import InputError, Problem
from policymodel.history.synthetic import FIGURES, write_bank

MARK = "managers.csv"
SEED = 2026

Managers = Annotated[int, typer.Option("--managers", help="How many people the bank has.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same bank.")]


def bank(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder for its tables.")],
    managers: Managers = 240,
    regions: Annotated[int, typer.Option("--regions", help="In how many regions they work.")] = 4,
    months: Annotated[
        int, typer.Option("--months", help="Of history; the last twelve are the plan year.")
    ] = 24,
    first_month: Annotated[str, typer.Option("--first-month", metavar="YYYY-MM")] = "2024-01",
    seed: Seed = SEED,
    clients: Annotated[
        int | None, typer.Option("--clients", help="How many clients; else 12 to 20 a manager.")
    ] = None,
    headers: Annotated[str, typer.Option("--headers", help="Language of the columns: zh or en.")] = "zh",
    tables: Annotated[
        str | None,
        typer.Option(
            "--tables", metavar="A,B,…", help="Only these tables; `figures`: all but single records."
        ),
    ] = None,
    apart: Annotated[
        bool,
        typer.Option("--apart", help="A folder for each region, so that it can be read region by region."),
    ] = False,
    json: JsonOption = False,
) -> int:
    """Writes the invented bank: people, outlets, activity, targets, events, clients' income and single records, as CSV.

    params/mappings/bank.yaml says what its columns mean. Nobody works there.

    \b
    Example:
      policymodel bank --out reports/bank --managers 2000 --regions 12
      policymodel bank --out reports/large --managers 40000 --months 60 --regions 20 --apart
    """
    if headers not in ("zh", "en"):
        raise InputError(
            "--headers", [Problem("", f"'{headers}' is no language of headers", "write zh or en")]
        )
    there = (out / MARK).is_file() or any(out.glob(f"*/{MARK}"))
    if out.is_dir() and any(out.iterdir()) and not there:
        what = "holds files of something else"
        raise InputError("--out", [Problem(str(out), what, "name a new or an empty folder")])
    written = write_bank(
        out,
        Draws(seed),
        managers=managers,
        regions=regions,
        months=months,
        first_month=first_month,
        headers="zh" if headers == "zh" else "en",
        clients=clients,
        tables=FIGURES
        if tables == "figures"
        else [each.strip() for each in tables.split(",")]
        if tables
        else None,
        apart=apart,
    )
    if json:
        sys.stdout.write(writer.dumps(asdict(written), ensure_ascii=False, indent=1, default=str) + "\n")
    else:
        rows = ", ".join(f"{count:,} {table}" for table, count in written.rows.items())
        sys.stdout.write(f"{written.months}, seed {written.seed}: {rows}\n{written.folder}\n")
    return DONE


answer = answering("bank", bank)
