"""policymodel allocate: clients to managers, today's and proposed portfolios, and what they do to pay."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from policymodel.allocation import Rules, read_rules
from policymodel.cli.answering import DONE, FINDINGS, answering
from policymodel.cli.bank import SEED
from policymodel.cli.facts import (
    BaseYearOption,
    HistoryOption,
    PlanYearOption,
    years_of,
)
from policymodel.cli.language import check_language
from policymodel.cli.remarks import facts_for
from policymodel.cli.run import Jobs
from policymodel.errors import RunFileError
from policymodel.report.portfolios import SECONDS
from policymodel.runner.folder import RUN
from policymodel.runner.plan import PRIVATE
from policymodel.runner.portfolios import NOBODYS, Allocated, Request, allocate_regions, write_pages
from policymodel.scheme.reading import read_scheme
from policymodel.words.catalogues import LANGUAGES


def allocate(
    rules: Annotated[
        Path, typer.Argument(metavar="RULES.yaml", help="Classes, limits and weights: params/allocations/.")
    ],
    history: HistoryOption,
    mapping: Annotated[
        Path, typer.Option("--mapping", metavar="FILE", help="What the raw tables' columns mean.")
    ],
    plan_year: PlanYearOption,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where pages and lists go.")],
    base_year: BaseYearOption = "",
    pay: Annotated[
        Path | None,
        typer.Option("--pay", metavar="SCHEME", help="Replay pay under this scheme for both portfolios."),
    ] = None,
    lang: Annotated[
        list[str] | None,
        typer.Option("--lang", help=f"Of the pages, repeatable: {', '.join(LANGUAGES)}; else all."),
    ] = None,
    seconds: Annotated[
        float, typer.Option("--seconds", min=1, help="How long the search for one region may take.")
    ] = SECONDS,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the search, and of intervals.")] = SEED,
    jobs: Jobs = None,
) -> int:
    """Portfolios about equal, premium clients with designated managers, groups whole: a page a region and an index.

    The pages hold no person and no client. private/moves.csv (who moves from whom to whom, and why) and
    private/assignments.csv (the table of assignments as proposed) are for HR alone. Where no allocation keeps every
    hard rule, the clashes are named in the first language, nothing is written, and the exit code is 1.

    \b
    Example:
      policymodel allocate params/allocations/bank.yaml --history reports/demo/bank \\
        --mapping params/mappings/bank.yaml \\
        --plan-year 2025 --pay params/schemes/s6_profit_centre.yaml --out reports/portfolios
    """
    languages = tuple(lang or LANGUAGES)
    for each in languages:
        check_language(each)
    written = read_rules(rules)
    schemes = [read_scheme(pay)] if pay is not None else []
    facts = facts_for(schemes, history, mapping)
    plan, base = years_of(plan_year, base_year)
    request = Request(rules, facts, mapping, plan, base, pay, languages, seed)
    try:
        made = allocated(request, written, out, seconds, jobs)
    except RunFileError as error:
        sys.stderr.write(f"{error}\n")
        return FINDINGS
    return DONE if made.whole else FINDINGS


def allocated(request: Request, rules: Rules, out: Path, seconds: float, jobs: int | None) -> Allocated:
    """Portfolios and their pages, which have been told; where no allocation keeps the hard rules the clashes are."""
    found = allocate_regions(request, rules, seconds)
    for chatty in ("papermill", "asyncio", "traitlets"):
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    made = write_pages(request, found, out, lambda page, state, message: None, jobs)
    sys.stdout.write(said(made))
    return made


def said(made: Allocated) -> str:
    """What came of it, for a person: which pages failed and why, whom nobody holds, the path of the index."""
    lines = [f"  failed  {each.region}: {each.message}" for each in made.records if each.status == "failed"]
    counts = {region: len(each.book.without_holder) for region, each in made.regions.items()}
    if whole := sum(counts.values()):
        each_region = ", ".join(f"{region} {count:,}" for region, count in counts.items() if count)
        left = sum(len(each.book.left_out) for each in made.regions.values())
        fate = f"{left:,} of them are left out" if left else "each is given a manager"
        lines.append(f"  Nobody holds {whole:,} clients ({each_region}): {fate}, see {PRIVATE}/{NOBODYS}")
    if made.of_no_region:
        what = "belong to no region, as nobody ever held them or was credited with their income"
        lines.append(f"  {made.of_no_region:,} clients {what}: they are left out, see {RUN}")
    return "".join(f"{line}\n" for line in [*lines, str(made.index)])


answer = answering("allocate", allocate)
