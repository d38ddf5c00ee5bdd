"""policymodel demo: the invented bank, reported region by region."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import answering
from policymodel.cli.bank import SEED, Managers, Seed
from policymodel.cli.run import Jobs, Pdf, report
from policymodel.draws import Draws
from policymodel.errors import Problem, RunFileError
from policymodel.history.synthetic import write_bank
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.runner.folder import claim, occupied, writable
from policymodel.runner.plan import Wishes

PROJECT = Path(__file__).resolve().parents[3]
RUN_FILE = PROJECT / "params" / "runs" / "demo.yaml"


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

    Ends with the path of the index, to be opened in any browser; no network is needed.

    \b
    Example:
      policymodel demo
      policymodel demo --out demo_large --managers 2000
    """
    run = demo_run()
    folder = out / "bank"
    with writable(out.resolve()), occupied(out.resolve()):
        claim(out.resolve(), run.id)
        write_bank(folder, Draws(seed), managers=managers)
    return report(run.with_history(folder), out, Wishes(jobs=jobs), pdf)


def demo_run() -> RunFile:
    """The run of the invented bank, which stands beside the package."""
    if not RUN_FILE.is_file():
        what = "the run file of the demo is not beside the package"
        raise RunFileError(str(RUN_FILE), [Problem("", what, "use a copy of the whole project")])
    return read_run_file(RUN_FILE)


answer = answering("demo", demo)
