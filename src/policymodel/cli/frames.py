"""Where a command's table goes: a file, or the terminal as CSV or JSON."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from policymodel.errors import InputError, Problem
from policymodel.report.export import FORMATS, guarded, write_table

OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="A .csv, .xlsx or .parquet file; else the screen."),
]


def check_target(out: Path | None) -> None:
    """Refuse a file we cannot write before anything is computed."""
    if out is None:
        return
    if out.suffix.lower() not in FORMATS:
        known = ", ".join(FORMATS)
        raise InputError(str(out), [Problem("", f"'{out.suffix}' is no format we write", f"use {known}")])
    if not out.resolve().parent.is_dir():
        raise InputError(str(out), [Problem("", f"there is no folder {out.parent}")])


def hand_over(frame: pd.DataFrame, out: Path | None, as_json: bool = False) -> None:
    """Write a table to the file asked for; without one to the terminal as CSV, or as JSON.

    No zero in it has a sign.
    """
    numbers = frame.select_dtypes("float").columns
    frame = frame.assign(**{name: frame[name] + 0.0 for name in numbers})
    if out is not None:
        write_table(frame, out)
    elif as_json:
        sys.stdout.write(frame.to_json(orient="records", force_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(guarded(frame).to_csv(index=False, lineterminator="\n"))
