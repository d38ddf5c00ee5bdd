"""A Dask cluster by address: the same pages and the same functions, done by its workers. Only this module knows Dask.

Workers must see the folders of a run under the same paths (one machine, or a shared disk), and must run the same
version of this program with the same libraries; both is asked of each of them before anything begins. The result
tables of a page travel back over the cluster's connections: a cluster for personal figures uses TLS.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from distributed import Client, KilledWorker
from distributed import Future as Remote

from policymodel.errors import InputError, PolicymodelError, Problem
from policymodel.runner.folder import KERNEL_NOTE, forget_sockets
from policymodel.runner.making import building, make_page
from policymodel.runner.memory import share_of_machine
from policymodel.runner.plan import EDITIONS, Page, Plan
from policymodel.runner.private import kill_in
from policymodel.runner.record import file_digest, source_digest, versions
from policymodel.runner.workers import Tables

OPTION = "--scheduler"
PATIENCE = 60.0
"""Seconds that a scheduler may take to answer, and a cluster to have its first worker."""
GIVE_UP = 60.0
"""Seconds that a run waits for a worker when all are gone."""
LOST = "the cluster lost it: every worker that was given it went away"
EVERY = 3.0
"""Seconds between two questions whether anybody is there."""


# On the client's side


@dataclass
class Cluster:
    """The workers of a cluster make the pages of one run."""

    client: Client
    memory: int | None = None
    token: str = field(default_factory=lambda: secrets.token_hex(4))
    out: Path | None = None
    asked: float = field(default_factory=time.monotonic)
    alone_since: float | None = None
    stopped: bool = False
    remote: list[Remote[Any]] = field(default_factory=list)

    def suited(self, plan: Plan) -> Plan:
        """The plan with the memory that the least of the workers has for a page; InputError where one is not suited."""
        same_program(self.client)
        files = [plan.run.file, *{page.notebook for page in (*plan.pages, plan.group, *plan.editions)}]
        same_folders(self.client, [plan.out, *([plan.run.history] if plan.run.history else [])], files)
        self.out = plan.out
        shares = self.client.run(share_of_worker).values()
        return replace(plan, memory=self.memory or min(shares))

    def make(self, plan: Plan, page: Page, begun: Callable[[], None]) -> Future[Tables]:
        """By the next worker that is free; one that is lost is replaced by another, three times at most."""
        begun()
        ours: Future[Tables] = Future()
        ours.set_running_or_notify_cancel()
        remote = self.client.submit(made_by_worker, self.token, plan, page, pure=False, key=self._key(page))
        remote.add_done_callback(lambda done: self._ended(plan, page, done, ours))
        self.remote.append(remote)
        return ours

    def check(self) -> None:
        """Whether the scheduler answers and has had a worker within the last minute."""
        now = time.monotonic()
        if now - self.asked < EVERY:
            return
        self.asked = now
        if self.client.status in ("closing", "closed"):
            raise refused("the scheduler went away", "start it again, then run again with --resume")
        if self._somebody():
            self.alone_since = None
        elif self.alone_since is None:
            self.alone_since = now
        elif now - self.alone_since > GIVE_UP:
            raise refused("all workers of the cluster went away", "start some, then run again with --resume")

    def _somebody(self) -> bool:
        try:
            return self.client.status == "running" and bool(self.client.nthreads())
        except (OSError, TimeoutError):
            return False

    def stop(self) -> None:
        """End the kernels of this run on every worker, and wait until nobody writes any more."""
        self.stopped = True
        if self.client.status == "running":
            self.client.cancel(self.remote)
            self.client.run(quiet, self.token, self.out, on_error="ignore")
        for place in ("", f"{EDITIONS}/*/"):
            for folder in self.out.glob(f"{place}.*.{self.token}-*.unfinished") if self.out else ():
                remove(folder)

    def _key(self, page: Page) -> str:
        return f"page-{page.name}-{page.edition}-{self.token}-{len(self.remote)}"

    def _ended(self, plan: Plan, page: Page, done: Remote[Any], ours: Future[Tables]) -> None:
        """Put what came of a page where the run looks for it; what other attempts have left goes."""
        if self.stopped:
            ours.set_exception(PolicymodelError(LOST))
            return
        problem: BaseException | None = None
        attempt, result = "", {}
        if done.status == "finished":
            attempt, result = done.result()
        else:
            problem = done.exception() if done.status == "error" else PolicymodelError(LOST)
        place = building(plan, page)
        made = building(plan, page, f"{self.token}-*").name
        folders = sorted(place.parent.glob(made), key=os.path.getmtime)
        kept = next((each for each in reversed(folders) if not attempt or each.name == attempt), None)
        for folder in folders:
            if folder != kept:
                remove(folder)
        if kept is not None:
            shutil.rmtree(place, ignore_errors=True)
            os.replace(kept, place)
        if isinstance(problem, KilledWorker):
            problem = PolicymodelError(LOST)
        if problem is not None:
            ours.set_exception(problem)
        else:
            ours.set_result(result)


@contextmanager
def cluster(address: str, memory: int | None = None) -> Iterator[Cluster]:
    """The workers of the cluster whose scheduler has this address, for the pages of one run."""
    with connected(address) as client:
        yield Cluster(client, memory)


@contextmanager
def cluster_executor(address: str, folders: Sequence[Path] = ()) -> Iterator[Executor]:
    """The workers of a cluster as an executor, for functions of this package; see `workers.executor`."""
    with connected(address) as client:
        same_program(client)
        same_folders(client, folders, ())
        with client.get_executor(pure=False) as there:
            yield there


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """A scheduler that answers and has a worker; InputError else."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said by whoever asked
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as fault:
        detail = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        right = "name the address that `dask scheduler` says, for example tcp://10.0.0.1:8786"
        raise refused(f"no Dask scheduler answers at {address} ({detail})", right) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            right = f"start one with: dask worker {address}"
            raise refused(f"the cluster at {address} has no worker", right) from None
        yield client


def same_program(client: Client) -> None:
    """Refuse workers whose figures could be others: another code, Python or library."""
    own = program()
    for worker, theirs in client.run(program).items():
        if different := [name for name, value in own.items() if theirs.get(name) != value]:
            name = different[0]
            has = f"{name} {theirs.get(name, 'none')}, and here it is {own[name]}"
            if name == "code":
                has = "another state of this program"
            right = "install the same on all machines: the same figures need the same program"
            raise refused(f"the worker {worker} has {has}", right)


def same_folders(client: Client, folders: Sequence[Path], files: Sequence[Path]) -> None:
    """Refuse workers that do not see what the run reads and writes: the folder of each, and the same bytes in files."""
    mark = f".{secrets.token_hex(8)}.part"
    asked = {str(path): file_digest(path) for path in files}
    written: list[Path] = []
    try:
        for folder in folders:
            if os.access(folder, os.W_OK):
                (folder / mark).write_text(mark, encoding="utf-8")
                written.append(folder / mark)
                asked[str(folder / mark)] = file_digest(folder / mark)
        for worker, seen in client.run(digests, list(asked)).items():
            for path, digest in asked.items():
                if seen[path] != digest:
                    place = Path(path).parent if path.endswith(mark) else path
                    what = f"the worker {worker} does not see {place} as it is here"
                    raise refused(what, "give all machines the same folders under the same paths")
    finally:
        for each in written:
            each.unlink()


def refused(what: str, right: str) -> InputError:
    """What is wrong with the cluster, in one sentence."""
    return InputError(OPTION, [Problem("", what, right)])


def remove(folder: Path) -> None:
    """Remove what an attempt has left, and the sockets of its kernel where they are of this machine."""
    note = folder / KERNEL_NOTE
    if note.is_file():
        forget_sockets(Path(note.read_text(encoding="utf-8")))
    shutil.rmtree(folder, ignore_errors=True)


# On the worker's side

_BUSY: Counter[str] = Counter()
_STOPPED: set[str] = set()
_TURN = threading.Lock()


def made_by_worker(token: str, plan: Plan, page: Page) -> tuple[str, Tables]:
    """Make a page in a folder of this attempt alone: its name, and the result tables.

    A worker that was given up may still be writing when another one makes the page again.
    """
    with _TURN:
        if token in _STOPPED:
            raise PolicymodelError("the run was stopped")
        _BUSY[token] += 1
    try:
        folder = building(plan, page, f"{token}-{secrets.token_hex(3)}")
        return folder.name, make_page(plan, page, folder)
    finally:
        with _TURN:
            _BUSY[token] -= 1


async def quiet(token: str, out: Path | None) -> None:
    """End a run's pages on this worker: those that are being made, and those that would still begin."""
    with _TURN:
        _STOPPED.add(token)
    while _BUSY[token]:
        if out is not None:
            kill_in(out)
        await asyncio.sleep(0.1)


def share_of_worker(dask_worker: Any = None) -> int:
    """Megabytes for each page that this worker makes at a time: four fifths of its memory among its threads."""
    limit = getattr(
        dask_worker.memory_manager, "memory_limit", None
    )  # Dask hands the worker over under this name
    return share_of_machine(dask_worker.state.nthreads, of=limit or None)


def program() -> dict[str, str]:
    """What makes the figures: the code, the Python and the libraries."""
    return {"code": source_digest(), **versions()}


def digests(paths: Sequence[str]) -> dict[str, Any]:
    """The hash of each file; None where it is not there."""
    return {path: file_digest(Path(path)) if os.path.isfile(path) else None for path in paths}
