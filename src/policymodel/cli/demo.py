"""policymodel demo: the invented bank, reported region by region."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import DONE, FINDINGS, answering
from policymodel.cli.bank import SEED, Managers, Seed
from policymodel.cli.run import Jobs, Pdf, reported
from policymodel.draws import Draws
from policymodel.errors import InputError, Problem, RunFileError
from policymodel.history.synthetic import write_bank
from policymodel.report.index import Also, write_index
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.runner.folder import claim, occupied, writable
from policymodel.runner.plan import BESIDE, Wishes

PROJECT = Path(__file__).resolve().parents[3]
RUNS = PROJECT / "params" / "runs"
ALSO = ("feedback", "duties", "product_mix", "mid_quarter", "balanced")
"""Runs of the other systems on the same bank, of its first region alone: S1, S2, S3, S4 in mid-quarter, S5."""


def demo(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder for the bank and its reports.")
    ] = Path("reports", "demo"),
    jobs: Jobs = None,
    managers: Managers = 240,
    seed: Seed = SEED,
    pdf: Pdf = False,
) -> int:
    """The invented bank from its history to a page for each region, one for the group, and an index.

    The index, whose path is said, can be opened in any browser; no network is needed. Then follow, for one region,
    the feedback sheets, the duties, the product mix, the middle of a quarter and the balanced scorecard, to which the
    index leads when they are there.

    \b
    Example:
      policymodel demo
      policymodel demo --out demo_large --managers 2000
    """
    run = read_run("demo")
    others = [read_run(name) for name in ALSO]
    folder = out / "bank"
    with writable(out.resolve()), occupied(out.resolve()):
        claim(out.resolve(), run.id)
        bank = write_bank(folder, Draws(seed), managers=managers)
    first = reported(run.with_history(folder), out, Wishes(jobs=jobs), pdf)
    whole = first.whole
    also: list[Also] = []
    for other in others:
        place = out / BESIDE / other.id
        wishes = Wishes(only=bank.regions[:1], jobs=jobs)
        try:
            whole &= reported(other.with_history(out / "store"), place, wishes, pdf).whole
            also.append(Also(other.title, f"{BESIDE}/{other.id}/index.html"))
        except InputError as error:
            whole = False
            sys.stdout.write(f"  failed  {other.id}: {error}\n")
            also.append(Also(other.title, "", str(error.problems[0])))
    index = write_index(replace(first.contents, also=also), out)
    sys.stdout.write(f"All of it: {index}\n")
    return DONE if whole else FINDINGS


def read_run(name: str) -> RunFile:
    """A run of the invented bank, which stands beside the package."""
    file = RUNS / f"{name}.yaml"
    if not file.is_file():
        what = "the run files of the demo are not beside the package"
        raise RunFileError(str(file), [Problem("", what, "use a copy of the whole project")])
    return read_run_file(file)


answer = answering("demo", demo)
