"""Pages on portfolios: every region's clients allocated before anything is written, a page each, an index (S6.8)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from policymodel.allocation import Allocation, Rules, book_of
from policymodel.errors import Problem, RunFileError
from policymodel.history.facts import History
from policymodel.history.store import slug, write_store
from policymodel.periods import Period
from policymodel.report.client_moves import moved_clients
from policymodel.report.export import write_table
from policymodel.report.index import Contents, Entry, write_index
from policymodel.report.portfolio_figures import PROPOSED, TODAY
from policymodel.report.portfolios import allocated, refuse_violations, write_found
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.runner.execute import Notice, Provenance, make_pages
from policymodel.runner.folder import RUN, claim, occupied, writable
from policymodel.runner.inputs import inputs_of
from policymodel.runner.inspection import without_persons
from policymodel.runner.memory import share_of_machine
from policymodel.runner.plan import (
    GROUP,
    PRIVATE,
    Page,
    Plan,
    check_parameters,
    folders_of,
    notebooks_of,
    relative,
)
from policymodel.runner.record import Record, versions, write_json
from policymodel.runner.reports import count_findings
from policymodel.whole import write_text
from policymodel.words.portfolios import DESIGNS, QUESTION, TITLE
from policymodel.words.sentences import Value, render

NOTEBOOK = "portfolio_allocation.ipynb"
RUN_FILE, STORE = "allocation.yaml", "store"
MOVES, ASSIGNMENTS, FOUND = "moves.csv", "assignments.csv", "found"
"""Below the private folder, for HR alone."""
MAX_QUARANTINED = 0.02


@dataclass(frozen=True)
class Request:
    """What is asked for: the rules, a history that has been read, its mapping, the years, a pay scheme or none."""

    rules: Path
    history: History
    mapping: Path
    plan_year: Period
    base_year: Period
    pay: Path | None
    languages: Sequence[str]
    seed: int

    def run_file(self, out: Path) -> dict[str, Any]:
        """The run file of it, with paths as seen from the folder it is written to."""

        def written(words: Value) -> dict[str, str]:
            return {language: render(words, language) for language in self.languages}

        pay = {} if self.pay is None else {"pay": relative(self.pay.resolve(), out)}
        return {
            "id": "allocation",
            "title": written(TITLE),
            "question": written(QUESTION),
            "mapping": relative(self.mapping.resolve(), out),
            "history": STORE,
            "plan_year": self.plan_year.label,
            "base_year": self.base_year.label,
            "allocation": relative(self.rules.resolve(), out),
            "designs": [{"id": each, "title": written(DESIGNS[each]), **pay} for each in (TODAY, PROPOSED)],
            "baseline": TODAY,
            "languages": list(self.languages),
            "seed": self.seed,
            "max_quarantined": MAX_QUARANTINED,
        }


@dataclass(frozen=True)
class Allocated:
    """What came of it: the index, the allocation of each region, and how each page went."""

    index: Path
    regions: Mapping[str, Allocation]
    records: Sequence[Record]


def allocate_regions(request: Request, rules: Rules, seconds: float) -> dict[str, Allocation]:
    """The allocation of every region; all clashes of all regions are refused at once, and nothing is written."""
    found: dict[str, Allocation] = {}
    problems: list[Problem] = []
    for region in request.history.regions:
        book = book_of(request.history.region(region), rules, request.plan_year.end)
        try:
            found[region] = allocated(book, rules, request.seed, region, seconds)
        except RunFileError as error:
            problems += [Problem(region, each.what) for each in error.problems]
            continue
        refuse_violations(found[region], rules, region)
    if problems:
        raise RunFileError(str(request.rules), problems)
    return found


def write_pages(
    request: Request, found: Mapping[str, Allocation], out: Path, notice: Notice, jobs: int
) -> Allocated:
    """The lists for HR, a page a region, and the index."""
    begun = time.monotonic()
    out = out.resolve()
    with writable(out), occupied(out):
        claim(out, "allocation")
        write_text(json.dumps(request.run_file(out), ensure_ascii=False, indent=1) + "\n", out / RUN_FILE)
        run = read_run_file(out / RUN_FILE)
        plan = _plan(run, out, request.history.regions, jobs)
        write_store(request.history, plan.store)
        write_lists(found, request.plan_year, out / PRIVATE)
        for page in plan.pages:
            place = out / PRIVATE / FOUND
            place.mkdir(exist_ok=True)
            write_found(found[page.region], place / f"{page.folder}.json")
        made_of = Provenance(inputs_of(plan), count_findings(request.history))
        records = make_pages(plan, plan.pages, made_of, notice)
        entries = [Entry(each.region, each.folder, without_persons(plan, each.message)) for each in records]
        index = write_index(Contents(run, entries, None), out)
        write_json(
            {
                "run": run.id,
                "status": "failed" if any(each.status == "failed" for each in records) else "done",
                "seconds": round(time.monotonic() - begun, 2),
                "seed": run.seed,
                "versions": versions(),
                "pages": [asdict(each) for each in records],
            },
            out / RUN,
        )
    return Allocated(index, found, records)


def _plan(run: RunFile, out: Path, regions: Sequence[str], jobs: int) -> Plan:
    folders = folders_of(regions)
    notebook = notebooks_of(run.file) / NOTEBOOK
    pages = tuple(
        Page(
            region,
            folders[region],
            notebook,
            {
                "region": region,
                "run_file": relative(run.file, out / folders[region]),
                "history": relative(out / STORE / slug(region), out / folders[region]),
                "results_dir": "results",
                "allocation": relative(
                    out / PRIVATE / FOUND / f"{folders[region]}.json", out / folders[region]
                ),
            },
        )
        for region in regions
    )
    if not notebook.is_file():
        raise RunFileError(str(run.file), [Problem("", f"there is no notebook {notebook}")])
    check_parameters(pages[0])
    group = Page("", GROUP, notebook, {})
    return Plan(run, out, out / STORE, pages, group, (), jobs, 600, share_of_machine(jobs))


def write_lists(found: Mapping[str, Allocation], year: Period, folder: Path) -> None:
    """Who moves from whom to whom and why, and the table of assignments that the proposal would make."""
    folder.mkdir(exist_ok=True)
    moves = [moved_clients(each.book, each.assigned) for each in found.values()]
    write_table(pd.concat(moves, ignore_index=True), folder / MOVES)
    assignments = [
        each.book.clients[["client_id", "client_class"]].assign(
            manager_id=each.book.clients["client_id"].map(each.assigned)
        )
        for each in found.values()
    ]
    first = Period(year.last + 1, year.last + 1).start.isoformat()
    table = pd.concat(assignments, ignore_index=True).assign(valid_from=first, valid_to="")
    columns = ["client_id", "manager_id", "client_class", "valid_from", "valid_to"]
    write_table(table[columns], folder / ASSIGNMENTS)
