"""A real cluster for tests: a scheduler and workers as processes of their own, known by address alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from distributed import Client

LONG = 300
"""Seconds that workers may take to begin on a machine that is busy with other tests."""
TESTS = str(Path(__file__).resolve().parents[1])
PROGRAM = "import sys; from distributed.cli import dask_{0} as it; sys.exit(it.main(sys.argv[1:]))"
TOY = "from runner.toy import simple; import pytest; simple(pytest.MonkeyPatch()); "


@contextmanager
def cluster(
    folder: Path, workers: int = 2, toy: bool = False
) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """The address of a scheduler and its workers' processes, one page at a time each; in `folder` they keep house.

    With `toy` the workers make the pages of the toy project, as `simple` has it.
    """
    note = folder / "scheduler.json"
    places = os.pathsep.join(filter(None, (TESTS, os.environ.get("PYTHONPATH"))))
    with ExitStack() as stack:

        def start(what: str, *words: str, first: str = "") -> subprocess.Popen:
            program = first + PROGRAM.format(what)
            process = subprocess.Popen(
                [sys.executable, "-c", program, *words],
                cwd=folder,
                env=dict(os.environ, PYTHONPATH=places),
                stdout=subprocess.DEVNULL,
                stderr=(folder / f"{what}.log").open("ab"),
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(note)
        )
        address = address_in(note)
        words = (address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        words += ("--local-directory", str(folder))
        started = [start("worker", *words, first=TOY if toy else "") for _ in range(workers)]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=LONG) if workers else None
        yield address, started


def address_in(note: Path) -> str:
    """What the scheduler says of itself, as soon as it does."""
    for _ in range(300):
        try:
            return json.loads(note.read_text())["address"]
        except (OSError, ValueError):
            time.sleep(0.1)
    raise TimeoutError(note)
