"""Kernels are forked from one process that has imported everything; whoever is killed leaves none behind."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import nbformat
import psutil
import pytest

from policymodel.runner import nursery
from policymodel.runner.nursery import ENDED, IMPORTED, MODULE, POSSIBLE, WARD, Forked

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(not POSSIBLE, reason="only Linux tells of a process by a descriptor"),
]

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
RUNNER = """
import os, sys, time
import psutil
from policymodel.runner.nursery import WARD
kernel = WARD.kernel([sys.executable, "-m", *sys.argv[1:]], os.environ, os.getcwd())
print(kernel.pid, psutil.Process(kernel.pid).ppid(), flush=True)
time.sleep(600)
"""


def command(folder, name: str = "kernel") -> list[str]:
    return [
        sys.executable,
        "-m",
        MODULE,
        "-f",
        str(folder / f"{name}.json"),
        "--transport=ipc",
        f"--ip={folder / name}",
    ]


def gone(pid: int, seconds: float = 20.0) -> bool:
    """Whether a process ends within so many seconds; one that nobody has waited for yet has ended too."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_what_notebooks_import_is_imported_before():
    """A notebook that imports something new is slower until it stands in the list."""
    found = set()
    for path in NOTEBOOKS.glob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        for node in (ast.parse(each.source) for each in cells if each.cell_type == "code"):
            for each in (each for each in ast.walk(node) if isinstance(each, ast.ImportFrom)):
                inner = [f"{each.module}.{alias.name}" for alias in each.names]
                found |= {name if is_module(name) else str(each.module) for name in inner}

    assert sorted(found) == sorted(IMPORTED)


def is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def test_a_kernel_is_in_its_own_session_and_folder_until_it_is_ended(tmp_path):
    """As if it had been started; two of them come from the same process."""
    one, two = (WARD.kernel(command(tmp_path, each), os.environ, str(tmp_path)) for each in ("one", "two"))
    known = [psutil.Process(each.pid) for each in (one, two)]

    assert [each.cwd() for each in known] == [str(tmp_path)] * 2
    assert [os.getsid(each.pid) for each in known] == [each.pid for each in known]
    assert known[0].ppid() == known[1].ppid()
    assert known[0].cmdline()[1:] == ["-P", "-m", MODULE, "--spare"]
    for each in (one, two):
        assert each.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            each.wait(0.0)
        each.kill()
        assert each.wait(20.0) == each.poll() == ENDED
        each.kill()


def test_without_a_nursery_a_kernel_ends_and_the_next_is_started_as_any_process(tmp_path):
    """Somebody killed it: one kernel is started without it, then there is another."""
    kernel = WARD.kernel(command(tmp_path), os.environ, str(tmp_path))
    os.kill(psutil.Process(kernel.pid).ppid(), signal.SIGKILL)

    assert gone(kernel.pid)
    assert WARD.kernel(command(tmp_path), os.environ, str(tmp_path)) is None
    again = WARD.kernel(command(tmp_path, "again"), os.environ, str(tmp_path))
    again.kill()
    assert again.wait(20.0) == ENDED


def test_modules_found_elsewhere_need_another_nursery(monkeypatch):
    """What is imported already would be the wrong one; other variables of the environment do not matter."""
    begun = []

    class Told(nursery.Nursery):
        def __init__(self, executable, environment):
            begun.append(environment)
            self.imports_as, self.runner = nursery._imports_as(environment), os.getpid()

        def kernel(self, arguments, environment, folder):
            return Forked(0, 0)

        def close(self):
            begun.append("closed")

    monkeypatch.setattr(nursery, "Nursery", Told)
    ward, here, there = nursery._Ward(), {"PYTHONPATH": "/here", "LANG": "C"}, {"PYTHONPATH": "/there"}
    for environment in (here, {**here, "LANG": "de"}, there):
        assert ward.kernel(["python", "-m", MODULE], environment, "/")

    assert begun == [here, "closed", there]
    assert ward.kernel(["python", "-m", "ipykernel"], here, "/") is None


def test_a_runner_that_is_killed_leaves_no_process(tmp_path):
    """Neither the kernel nor where it came from."""
    words = [sys.executable, "-c", RUNNER, *command(tmp_path)[2:]]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as runner:
        pids = [int(each) for each in runner.stdout.readline().split()]
        runner.kill()

    assert len(pids) == 2
    assert all(map(gone, pids))
