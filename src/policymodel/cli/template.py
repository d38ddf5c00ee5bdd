"""policymodel template: the numbers of a scheme as a workbook to fill in, and back as a change file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import DONE, FINDINGS, answering
from policymodel.errors import InputError, Problem
from policymodel.workbook.changefile import write_change_file
from policymodel.workbook.filled import read_filled
from policymodel.workbook.template import write_template


def template(
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="An .xlsx file; with --from a .yaml file.")
    ],
    scheme: Annotated[
        Path | None, typer.Argument(metavar="[SCHEME]", help="The scheme or change file to write out.")
    ] = None,
    filled: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="A workbook that was filled in.")
    ] = None,
    base: Annotated[
        Path | None,
        typer.Option(
            "--base", metavar="SCHEME", help="The scheme it belongs to; else the one its cover names."
        ),
    ] = None,
) -> int:
    """A workbook with every number of a scheme, to be filled in; or a filled one turned into a change file.

    A workbook with findings becomes no change file (exit code 1); `policymodel check` marks its cells.

    \b
    Example:
      policymodel template params/schemes/s4_scorecard.yaml --out parameters.xlsx
      policymodel template --from parameters.xlsx --out change.yaml
    """
    if (scheme is None) == (filled is None):
        raise InputError("template", [Problem("", "one of SCHEME and --from FILE is needed")])
    if base is not None and filled is None:
        raise InputError("--base", [Problem("", "belongs to --from FILE", "write the scheme without --base")])
    _check(out, (".xlsx",) if filled is None else (".yaml", ".yml"))
    if scheme is not None:
        count = write_template(scheme, out)
        sys.stdout.write(f"{out}: {count} numbers of {scheme}\n")
        return DONE
    assert filled is not None
    return _propose(filled, base, out)


def _propose(workbook: Path, base: Path | None, out: Path) -> int:
    read = read_filled(workbook, base)
    if read.findings:
        lines = [f"{workbook}: {len(read.findings)} findings, and no change file written"]
        lines += [f"  {each}" for each in read.findings]
        sys.stderr.write("\n".join([*lines, f"See policymodel check {workbook}", ""]))
        return FINDINGS
    if not read.changes:
        raise InputError(str(workbook), [Problem("", "no new value is filled in", "fill in a yellow cell")])
    write_change_file(read.about, read.base, out)
    sys.stdout.write(f"{out}: {len(read.changes)} changes of {read.base}\n")
    return DONE


def _check(out: Path, suffixes: tuple[str, ...]) -> None:
    """Refuse a file we cannot write before anything is read."""
    if out.suffix.lower() not in suffixes:
        what = f"'{out.suffix}' is not what is written here"
        raise InputError(str(out), [Problem("", what, f"use {suffixes[0]}")])
    if not out.resolve().parent.is_dir():
        raise InputError(str(out), [Problem("", f"there is no folder {out.parent}")])


answer = answering("template", template)
