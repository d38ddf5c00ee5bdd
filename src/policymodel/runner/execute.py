"""Pages made several at a time, each in a kernel of its own; one page's failure stops no other."""

from __future__ import annotations

import os
import shutil
import time
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from policymodel import errors
from policymodel.errors import Exposed, InputError
from policymodel.report.result_tables import published
from policymodel.runner.folder import UNUSABLE, unusable
from policymodel.runner.inputs import files_of, kept
from policymodel.runner.inspection import inspect_record
from policymodel.runner.making import building
from policymodel.runner.plan import Page, Plan
from policymodel.runner.record import Record, key_figures, page_record, versions, write_record
from policymodel.runner.seal import seal_page
from policymodel.runner.workers import Tables, Workers, threads

OUR_ERRORS = frozenset(name for name, each in vars(errors).items() if isinstance(each, type))
State = Literal["running", "done", "failed", "kept"]
Notice = Callable[[Page, State, str], None]
DIED_STARTING = "Kernel died before"
"""How jupyter_client begins what it says of a kernel that ends before it answers for the first time."""


@dataclass(frozen=True)
class Provenance:
    """What pages are made from: hashes and counts of findings by region, and the hashes of the history's files."""

    hashes: Mapping[str, Mapping[str, Any]]
    findings: Mapping[str, Mapping[str, int]]
    sources: Mapping[str, str] = field(default_factory=dict)


def make_pages(
    plan: Plan,
    pages: tuple[Page, ...],
    made_of: Provenance,
    notice: Notice,
    workers: Workers | None = None,
) -> list[Record]:
    """Make pages, by these workers or as many at a time as the plan says; each record says done, or failed and why.

    A page is built in a folder beside its own and renamed into place when it is whole. When the run is resumed, a page
    that is as it should be is kept. When the run is interrupted, or nothing more can be written, the kernels are
    ended, the unfinished folders removed, and what stopped it goes on.
    """
    records: dict[str, Record] = {}
    begun: dict[str, float] = {}
    for page in pages:
        there = kept(plan, page, made_of.hashes.get(page.region, {})) if plan.resume else None
        if there is not None:
            records[page.region] = there
            notice(page, "kept", "")

    def started(page: Page) -> None:
        begun[page.region] = time.monotonic()
        notice(page, "running", "")

    with ExitStack() as held:
        workers = workers or held.enter_context(threads(plan.jobs))
        futures: dict[Future[Tables], Page] = {}
        try:
            for page in pages:
                if page.region not in records:
                    futures[workers.make(plan, page, partial(started, page))] = page
            waiting = set(futures)
            while waiting:
                done, waiting = wait(waiting, timeout=0.5, return_when="FIRST_COMPLETED")
                workers.check()
                for future in done:
                    page = futures[future]
                    seconds = time.monotonic() - begun[page.region]
                    problem = future.exception()
                    if (stopped := storage(problem)) is not None:
                        raise stopped
                    results = {} if problem is not None else future.result()
                    records[page.region] = settle(plan, page, problem, results, seconds, made_of)
                    notice(page, records[page.region].status, records[page.region].message)
        except BaseException:
            workers.stop()
            for page in pages:
                shutil.rmtree(building(plan, page), ignore_errors=True)
            raise
    return [records[page.region] for page in pages]


def settle(
    plan: Plan,
    page: Page,
    problem: BaseException | None,
    results: Mapping[str, pd.DataFrame],
    seconds: float,
    made_of: Provenance,
) -> Record:
    """Write down how a page went, seal it, and put its folder in place: whole, or with the failure alone."""
    folder = building(plan, page)
    if problem is not None:
        folder = keep_failure(folder, problem)
    record = Record(
        run=plan.run.id,
        region=page.region,
        folder=page.folder,
        status="done" if problem is None else "failed",
        seconds=round(seconds, 2),
        seed=plan.run.seed,
        hashes=made_of.hashes.get(page.region, {}),
        versions=versions(),
        # a folder for other readers is handed over whole
        figures=key_figures(results if page.edition == "leadership" or not results else published(results)),
        findings=made_of.findings.get(page.region, {}),
        message="" if problem is None else reason(problem, plan.timeout, plan.memory),
    )
    if problem is None:
        told = page_record(record, results)
        try:
            inspect_record(plan, page, told, results)
        except Exposed as exposed:
            return settle(plan, page, exposed, {}, seconds, made_of)
        for path in sorted(folder.glob("*.html")):
            seal_page(path, told)
        record = replace(record, files=files_of(folder))
    write_record(record, folder)
    put_in_place(folder, plan.out / page.folder)
    return record


def storage(problem: BaseException | None) -> OSError | None:
    """The failure of a page that is none of its own: nothing more can be written, for this page or any other."""
    if isinstance(problem, PapermillExecutionError):
        return unusable(str(problem.ename), str(problem.evalue))
    if isinstance(problem, OSError) and problem.errno in UNUSABLE:
        return problem
    return None


def keep_failure(folder: Path, problem: BaseException) -> Path:
    """Keep the notebook as far as it came, and the programmer's view where no cell raised; no page, no results."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in list(folder.iterdir()):
        if path.name == "report.ipynb":
            os.replace(path, folder / "failed.ipynb")
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if not isinstance(problem, PapermillExecutionError | InputError):
        text = "".join(traceback.format_exception(problem))
        (folder / "failed.txt").write_text(text, encoding="utf-8")
    return folder


def put_in_place(folder: Path, final: Path) -> None:
    """Give a finished folder its final name; what stood there goes."""
    old = final.with_name(f".{final.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        os.replace(final, old)
    os.replace(folder, final)
    shutil.rmtree(old, ignore_errors=True)


def reason(problem: BaseException, timeout: int = 0, memory: int = 0) -> str:
    """Why a page failed, in one sentence for the person who can put it right.

    >>> reason(InputError("bank.yaml", [errors.Problem("tables", "is empty"), errors.Problem("title", "is not")]))
    'tables: is empty (and 1 more, see bank.yaml)'
    """
    if isinstance(problem, PapermillExecutionError):
        kind, lines = problem.ename, str(problem.evalue).strip().splitlines()
    elif isinstance(problem, DeadKernelError) or str(problem).startswith(DIED_STARTING):
        return "its process ended before the notebook did (often: the machine ran out of memory)"
    elif isinstance(problem, CellTimeoutError):
        return f"one step took longer than {timeout} seconds"
    else:
        kind, lines = type(problem).__name__, str(problem).strip().splitlines()
    first = lines[0].strip() if lines else ""
    if kind.endswith("MemoryError"):
        return f"it needed more than the {memory:,} MB of memory that a region may have (--memory)"
    if kind not in OUR_ERRORS:
        return f"an error in the program ({kind}{': ' if first else ''}{first})"
    if len(lines) < 2:
        return first
    others = len(lines) - 2
    file = first.rsplit(": ", 1)[0]
    return lines[1].strip() + (f" (and {others} more, see {file})" if others else "")
