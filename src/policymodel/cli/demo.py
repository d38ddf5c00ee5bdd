"""policymodel demo: the invented bank, reported region by region."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from policymodel.allocation import read_rules
from policymodel.cli.allocate import allocated
from policymodel.cli.answering import DONE, FINDINGS, answering
from policymodel.cli.bank import SEED, Managers, Seed
from policymodel.cli.futures import said
from policymodel.cli.run import Jobs, Pdf, reported
from policymodel.draws import Draws
from policymodel.errors import InputError, Problem, RunFileError
from policymodel.history.store import read_store
from policymodel.history.synthetic import write_bank
from policymodel.report.index import Also, write_index
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.runner.folder import claim, occupied, writable
from policymodel.runner.futures import Forecast, make_forecast
from policymodel.runner.next_year import FOLDER
from policymodel.runner.plan import BESIDE, Wishes
from policymodel.runner.portfolios import Request
from policymodel.words import futures as words
from policymodel.words.portfolios import TITLE
from policymodel.words.sentences import render

PROJECT = Path(__file__).resolve().parents[3]
RUNS = PROJECT / "params" / "runs"
ALSO = ("feedback", "duties", "product_mix", "mid_quarter", "balanced")
"""Runs of the other systems on the same bank, of its first region alone: S1, S2, S3, S4 in mid-quarter, S5."""
PORTFOLIOS, SECONDS = "portfolios", 10.0
"""After them the portfolios of that region (S6.7, S6.8), and how long the search for them may take."""
NEXT_YEAR = "next_year"
"""And what next year may cost in all regions."""


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
    the feedback sheets, the duties, the product mix, the middle of a quarter, the balanced scorecard and the
    portfolios, and for all regions what next year may cost; the index leads to them when they are there.

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
    makers = (
        (
            PORTFOLIOS,
            TITLE,
            f"{BESIDE}/{PORTFOLIOS}/index.html",
            partial(portfolios, run, out, bank.regions[0], jobs),
        ),
        (
            NEXT_YEAR,
            words.TITLE,
            f"{BESIDE}/{NEXT_YEAR}/{FOLDER}/report.{{language}}.html",
            partial(next_year, run, out),
        ),
    )
    for name, words_of, href, make in makers:
        title = {language: render(words_of, language) for language in run.languages}
        try:
            whole &= make()
            also.append(Also(title, href))
        except InputError as error:
            whole = False
            sys.stdout.write(f"  failed  {name}: {error}\n")
            also.append(Also(title, "", str(error.problems[0])))
    index = write_index(replace(first.contents, also=also), out)
    sys.stdout.write(f"All of it: {index}\n")
    return DONE if whole else FINDINGS


def portfolios(run: RunFile, out: Path, region: str, jobs: int | None) -> bool:
    """The portfolios of one region, and what they do to the published pay (S6.7, S6.8)."""
    rules = PROJECT / "params" / "allocations" / "bank.yaml"
    facts = read_store(out / "store", region)
    years = (run.plan_year, run.base_year)
    titles = {region: run.region_titles[region]} if region in run.region_titles else {}
    request = Request(rules, facts, run.mapping, *years, run.designs[0].pay, run.languages, run.seed, titles)
    return allocated(request, read_rules(rules), out / BESIDE / PORTFOLIOS, SECONDS, jobs).whole


def next_year(run: RunFile, out: Path) -> bool:
    """What next year may cost in all regions, from as many futures as the run file says."""
    there = run.with_history(out / "store")
    made = make_forecast(Forecast(there, out / BESIDE / NEXT_YEAR, run.draws))
    sys.stdout.write(said(made, run.file))
    return made.record.status == "done"


def read_run(name: str) -> RunFile:
    """A run of the invented bank, which stands beside the package."""
    file = RUNS / f"{name}.yaml"
    if not file.is_file():
        what = "the run files of the demo are not beside the package"
        raise RunFileError(str(file), [Problem("", what, "use a copy of the whole project")])
    return read_run_file(file)


answer = answering("demo", demo)
