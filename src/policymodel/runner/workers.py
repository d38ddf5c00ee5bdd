"""Who does a run's work: threads and processes of this machine, or the workers of a cluster by address.

Whoever needs workers asks here and learns nothing of where they are. Dask is loaded where a cluster is asked for, and
nowhere else: `runner/scheduler.py` is the only module that knows it.
"""

from __future__ import annotations

import importlib
import importlib.util
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from policymodel.errors import InputError, Problem
from policymodel.runner.making import make_page
from policymodel.runner.plan import Page, Plan
from policymodel.runner.private import kill_all

Tables = dict[str, pd.DataFrame]
ADAPTER = "policymodel.runner.scheduler"
LIBRARY = "distributed"
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""What tells a numerical library to use one thread: the processes are the parallelism."""


class Workers(Protocol):
    """Whoever makes the pages of a run."""

    def suited(self, plan: Plan) -> Plan:
        """The plan as these workers can carry it out; InputError where they cannot."""

    def make(self, plan: Plan, page: Page, begun: Callable[[], None]) -> Future[Tables]:
        """Have a page made in its `building` folder; `begun` is called when that begins."""

    def check(self) -> None:
        """Raise InputError where nobody works any more; asked now and then while pages are waited for."""

    def stop(self) -> None:
        """End what is being made; when this returns nothing is written any more."""


class Threads:
    """This machine: a thread for each page at a time, which waits for the page's kernel."""

    def __init__(self, jobs: int) -> None:
        self.pool = ThreadPoolExecutor(jobs)
        self.pages: list[Future[Tables]] = []

    def suited(self, plan: Plan) -> Plan:
        """As it is."""
        return plan

    def make(self, plan: Plan, page: Page, begun: Callable[[], None]) -> Future[Tables]:
        """In the next thread that is free."""

        def work() -> Tables:
            begun()
            return make_page(plan, page)

        self.pages.append(self.pool.submit(work))
        return self.pages[-1]

    def check(self) -> None:
        """Threads do not get lost."""

    def stop(self) -> None:
        """End the kernels; their threads learn that they died."""
        for page in self.pages:
            page.cancel()
        while not all(page.done() for page in self.pages):
            kill_all()
            wait(self.pages, timeout=0.2)


@contextmanager
def threads(jobs: int) -> Iterator[Workers]:
    """So many pages at a time on this machine."""
    here = Threads(jobs)
    with here.pool:
        yield here


def page_makers(address: str | None, jobs: int, memory: int | None = None) -> AbstractContextManager[Workers]:
    """Those who make the pages of a run: the workers of a cluster, or threads of this machine.

    `memory` is the megabytes that a page may have where that was said; a cluster's worker else gives it a share of
    its own.
    """
    if address is None:
        return threads(jobs)
    found: AbstractContextManager[Workers] = adapter().cluster(address, memory)
    return found


@contextmanager
def executor(address: str | None, jobs: int, folders: Sequence[Path] = ()) -> Iterator[Executor]:
    """Something to hand functions to (`submit`, `map`): processes of this machine, or a cluster's workers.

    What is handed over, and what it gives back, must pickle; a function is one of a module, not of a `__main__`.
    `folders` are those the functions read or write: every worker must see them. One job is done in this process,
    without the second that a new one takes to begin. New processes are started afresh (spawn), never forked: a fork in
    the middle of somebody's threads may hang, and ends where a compiled kernel used OpenMP before.

    >>> with executor(None, 1) as here:
    ...     list(here.map(abs, [-1, 2]))
    [1, 2]
    """
    if address is not None:
        with adapter().cluster_executor(address, folders) as there:
            yield there
        return
    if jobs == 1:
        with ThreadPoolExecutor(1) as alone:
            yield alone
        return
    with (
        one_thread_each(),
        ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool,
    ):
        yield pool


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Processes that are started meanwhile do their linear algebra on one thread."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def adapter() -> Any:
    """The module that knows Dask; where Dask is not installed, a sentence that says how to get it."""
    if importlib.util.find_spec(LIBRARY) is None:
        what = "a cluster needs Dask, which is not installed here"
        right = "install it with pip install 'policymodel[dask]', here and for every worker"
        raise InputError("--scheduler", [Problem("", what, right)])
    return importlib.import_module(ADAPTER)
