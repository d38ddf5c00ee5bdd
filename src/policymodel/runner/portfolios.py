"""Pages on portfolios: every region's clients allocated before anything is written, a page each, an index (S6.8)."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from policymodel.allocation import (
    Allocation,
    Book,
    Rules,
    allocate,
    book_of,
    clashes,
    clashes_between,
    home_regions,
)
from policymodel.errors import DataGap, Problem, RunFileError
from policymodel.history.facts import History
from policymodel.history.store import slug, write_store
from policymodel.periods import Period
from policymodel.report.client_moves import moved_clients
from policymodel.report.export import write_table
from policymodel.report.index import Contents, Entry, write_index
from policymodel.report.portfolio_figures import PROPOSED, TODAY
from policymodel.report.portfolios import clash_problems, refuse_violations, write_found
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.runner.execute import Notice, Provenance, make_pages
from policymodel.runner.folder import RUN, claim, occupied, writable
from policymodel.runner.inputs import Hashes, inputs_of, source_files
from policymodel.runner.inspection import without_persons
from policymodel.runner.memory import share_of_machine
from policymodel.runner.plan import (
    GROUP,
    PRIVATE,
    Page,
    Plan,
    Wishes,
    check_parameters,
    folders_of,
    notebooks_of,
    relative,
)
from policymodel.runner.record import Record, file_digest, versions, write_json
from policymodel.runner.reports import count_findings
from policymodel.whole import write_text
from policymodel.words.portfolios import DESIGNS, QUESTION, TITLE
from policymodel.words.sentences import Value, render

NOTEBOOK = "portfolio_allocation.ipynb"
RUN_FILE, STORE = "allocation.yaml", "store"
MOVES, ASSIGNMENTS, NOBODYS, FOUND = "moves.csv", "assignments.csv", "without_holder.csv", "found"
"""Below the private folder, for HR alone."""
MAX_QUARANTINED = 0.02


@dataclass(frozen=True)
class Request:
    """What is asked for: the rules, a history that has been read, its mapping, the years, a pay scheme or none.

    `region_titles` are what regions are called in each language, as in a run file.
    """

    rules: Path
    history: History
    mapping: Path
    plan_year: Period
    base_year: Period
    pay: Path | None
    languages: Sequence[str]
    seed: int
    region_titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

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
            "region_titles": {region: dict(title) for region, title in self.region_titles.items()},
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
    of_no_region: int = 0

    @property
    def whole(self) -> bool:
        """Every page is there."""
        return all(each.status == "done" for each in self.records)


def allocate_regions(request: Request, rules: Rules, seconds: float) -> dict[str, Allocation]:
    """The allocation of every region; all clashes of all regions are refused at once, and nothing is written."""
    books = region_books(request.history, rules, request.plan_year.end)
    language = request.languages[0]
    problems = clash_problems(clashes_between(books.values(), rules), language)
    for region, book in books.items():
        problems += clash_problems(clashes(book, rules), language, region)
    if problems:
        raise RunFileError(str(request.rules), problems)
    found = {region: allocate(book, rules, request.seed, seconds) for region, book in books.items()}
    for region, allocation in found.items():
        refuse_violations(allocation, rules, region)
    return found


def region_books(history: History, rules: Rules, day: date) -> dict[str, Book]:
    """The book of every region, each client in one of them; what the history lacks for them is refused at once."""
    homes = home_regions(history, day)
    books: dict[str, Book] = {}
    problems: list[Problem] = []
    for region in history.regions:
        elsewhere = {each for each in homes if homes[each] != region}
        try:
            books[region] = book_of(history.region(region), rules, day, elsewhere)
        except DataGap as gap:
            problems += [Problem(f"{region}, {gap.file}", each.what, each.right) for each in gap.problems]
    if problems:
        raise DataGap("history", problems)
    return books


def write_pages(
    request: Request, found: Mapping[str, Allocation], out: Path, notice: Notice, jobs: int | None = None
) -> Allocated:
    """The lists for HR, a page a region, and the index."""
    begun = time.monotonic()
    out = out.resolve()
    with writable(out), occupied(out):
        claim(out, "allocation")
        write_text(json.dumps(request.run_file(out), ensure_ascii=False, indent=1) + "\n", out / RUN_FILE)
        run = read_run_file(out / RUN_FILE)
        kept = out / PRIVATE / FOUND
        plan = portfolio_plan(run, out, out / STORE, kept, request.history.regions, Wishes(jobs=jobs))
        write_store(request.history, plan.store)
        write_lists(found, request.plan_year, out / PRIVATE)
        nowhere = clients_of_no_region(request.history, found)
        kept.mkdir(exist_ok=True)
        for page in plan.pages:
            write_found(found[page.region], kept / found_name(page.folder))
        sources = source_files(run)
        made_of = Provenance(found_inputs(plan, kept), count_findings(request.history), sources)
        records = make_pages(plan, plan.pages, made_of, notice)
        entries = [Entry(each.region, each.folder, without_persons(plan, each.message)) for each in records]
        made = Allocated(write_index(Contents(run, entries, None), out), found, records, len(nowhere))
        write_json(
            {
                "run": run.id,
                "status": "done" if made.whole else "failed",
                "seconds": round(time.monotonic() - begun, 2),
                "seed": run.seed,
                "places": {
                    "run_file": RUN_FILE,
                    "history": STORE,
                    "store": STORE,
                    "notebooks": relative(plan.group.notebook.parent, out),
                },
                "sources": sources,
                "versions": versions(),
                "clients": {region: clients_told(each.book) for region, each in found.items()},
                "clients_of_no_region": nowhere,
                "pages": [asdict(each) for each in records],
            },
            out / RUN,
        )
    return made


def clients_told(book: Book) -> dict[str, int]:
    """How many clients a book has, how many nobody holds, and for how many of these nobody is proposed."""
    return {
        "allocated": len(book.clients),
        "without_holder": len(book.without_holder),
        "left_out": len(book.left_out),
    }


def clients_of_no_region(history: History, found: Mapping[str, Allocation]) -> list[str]:
    """Clients who are in no region's book: nobody ever held them, and nobody was credited with income of theirs."""
    known: set[str] = set()
    for each in found.values():
        known |= {*each.book.clients["client_id"], *each.book.without_holder["client_id"]}
    return sorted(set(history.tables["clients"]["client_id"]) - known)


def portfolio_plan(
    run: RunFile, out: Path, store: Path, found: Path, regions: Sequence[str], wishes: Wishes
) -> Plan:
    """A page for each region, made of what was found for it, which lies in the folder `found`."""
    folders = folders_of(regions)
    notebook = (wishes.notebooks or notebooks_of(run.file)) / NOTEBOOK
    if not notebook.is_file():
        raise RunFileError(str(run.file), [Problem("", f"there is no notebook {notebook}")])
    chosen = [each for each in regions if not wishes.only or each in wishes.only]
    if not chosen:
        what = f"{', '.join(wishes.only)} is no region of the history"
        raise RunFileError(
            str(run.file), [Problem("regions", what, f"it has {', '.join(regions) or 'none'}")]
        )
    pages = []
    for region in chosen:
        page = Page(region, folders[region], notebook, {})
        here = out / page.folder
        told = {
            "region": region,
            "run_file": relative(run.file, here),
            "history": relative(store / slug(region), here),
            "results_dir": "results",
            "allocation": relative(found / found_name(page.folder), here),
        }
        pages.append(replace(page, parameters=told))
    check_parameters(pages[0])
    jobs = wishes.jobs or min(2, os.cpu_count() or 1)
    memory = wishes.memory or share_of_machine(jobs)
    return Plan(
        run, out, store, tuple(pages), Page("", GROUP, notebook, {}), (), jobs, wishes.timeout, memory
    )


def found_name(folder: str) -> str:
    """The file of what was found for the page in a folder."""
    return f"{folder}.json"


def found_inputs(plan: Plan, found: Path) -> dict[str, Hashes]:
    """The hashes of what each page is made from, what was found for it among them."""
    names = {page.region: found_name(page.folder) for page in plan.pages}
    return {
        region: {**hashes, "found": file_digest(found / names[region])}
        for region, hashes in inputs_of(plan).items()
    }


def write_lists(found: Mapping[str, Allocation], year: Period, folder: Path) -> None:
    """Who moves from whom to whom and why, the assignments as proposed, and whom nobody holds today."""
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
    nobodys = [
        each.book.without_holder.assign(
            proposed=each.book.without_holder["client_id"].map(each.assigned).fillna("")
        )
        for each in found.values()
    ]
    write_table(pd.concat(nobodys, ignore_index=True), folder / NOBODYS)
