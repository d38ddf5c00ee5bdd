"""A run on a cluster of two real worker processes: the same pages, whatever happens to a worker or to the run."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

import future_bank
from policymodel.cli import main
from policymodel.draws import Draws
from policymodel.errors import InputError
from policymodel.history.synthetic import write_bank
from policymodel.runner import scheduler
from policymodel.runner.execute import Provenance, make_pages
from policymodel.runner.folder import claim
from policymodel.runner.inputs import files_of
from policymodel.runner.workers import executor, page_makers
from policymodel.simulate.running import simulate
from runner.cluster import cluster
from runner.test_run import RUN_FILE
from runner.toy import plan, simple
from simulate import test_running as futures

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory):
    """The address of a cluster of two workers, one page at a time each, for toy pages."""
    with cluster(tmp_path_factory.mktemp("cluster"), toy=True) as (address, _):
        yield address


def made_by(address, made, notice=lambda page, state, message: None):
    """The records of a toy plan's pages, made by a cluster."""
    made.out.mkdir(exist_ok=True)
    with page_makers(address, made.jobs, made.memory) as workers:
        suited = workers.suited(made)
        return make_pages(suited, suited.pages, Provenance({}, {}), notice, workers)


def test_two_workers_make_the_pages_that_this_machine_makes(two_workers, tmp_path, monkeypatch):
    """File by file; a region that fails stops no other and says why."""
    simple(monkeypatch)
    made = plan(tmp_path, ["north", "corrupt"], memory=400)
    here = replace(made, out=tmp_path / "here")
    here.out.mkdir()

    theirs = made_by(two_workers, made)
    ours = make_pages(here, here.pages, Provenance({}, {}), lambda page, state, message: None)

    assert [each.status for each in theirs] == ["done", "failed"]
    assert [(each.figures, each.message) for each in theirs] == [
        (each.figures, each.message) for each in ours
    ]
    assert [each.name for each in sorted(made.out.iterdir())] == [
        each.name for each in sorted(here.out.iterdir())
    ]
    assert files_of(made.out / "north") == files_of(here.out / "north")
    assert sorted(path.name for path in (made.out / "corrupt").iterdir()) == ["failed.ipynb", "record.json"]


def test_functions_give_the_same_wherever_they_are_done(two_workers):
    """In this process, in two, on a cluster; in order, and an error is that of the function."""
    numbers = list(range(20))
    found = []
    for address, jobs in ((None, 1), (None, 2), (two_workers, 1)):
        with executor(address, jobs) as pool:
            found.append(list(pool.map(abs, [-each for each in numbers])))
            with pytest.raises(ZeroDivisionError):
                pool.submit(divmod, 1, 0).result()

    assert found == [numbers] * 3


@pytest.mark.slow
def test_an_interrupted_run_leaves_nothing_half_written(two_workers, tmp_path, monkeypatch):
    """Control-C while a worker makes a page: its kernel ends, nothing of it is left, the workers go on.

    Slow, as all here that needs kernels and workers of its own: each takes a second or two to begin.
    """
    simple(monkeypatch)
    made = plan(tmp_path, ["north", "waiting"], timeout=600)

    def interrupt(page, state, message):
        if state == "done":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made_by(two_workers, made, interrupt)

    assert [path.name for path in made.out.iterdir()] == ["north"]
    assert kernels_in(made.out) == []
    with executor(two_workers, 1) as pool:
        assert pool.submit(abs, -1).result(timeout=10) == 1


@pytest.mark.slow
def test_what_a_killed_worker_was_making_another_one_makes(tmp_path, monkeypatch):
    """SIGKILL in the middle of a page; when no worker is left at all, the run says so and can be resumed."""
    simple(monkeypatch)
    monkeypatch.setattr(scheduler, "GIVE_UP", 1.0)
    monkeypatch.setattr(scheduler, "EVERY", 0.2)
    made = plan(tmp_path, ["waiting", "north"], timeout=600)
    (tmp_path / "cluster").mkdir()
    with cluster(tmp_path / "cluster", toy=True) as (address, (one, other)):
        killed = []

        def kill_whoever_waits(page, state, message):
            """As soon as the other page is there, the worker whose kernel still runs is killed."""
            if state == "done" and page.region == "north":
                parents = [each.pid for each in kernels_in(made.out)[0].parents()]
                killed.extend(each.pid for each in (one, other) if each.pid in parents)
                os.kill(killed[0], signal.SIGKILL)
                (tmp_path / "go").touch()

        records = made_by(address, made, kill_whoever_waits)
        last = next(each for each in (one, other) if each.pid not in killed)

        def kill_the_last(page, state, message):
            last.kill()

        (tmp_path / "go").unlink()
        with pytest.raises(InputError, match="all workers of the cluster went away; start some"):
            made_by(address, replace(made, resume=False), kill_the_last)

    assert len(killed) == 1
    assert [each.status for each in records] == ["done", "done"]
    assert sorted(path.name for path in made.out.iterdir()) == ["north", "waiting"]


def kernels_in(out: Path) -> list[psutil.Process]:
    """The kernels that make pages below a folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if "policymodel.runner.kernel" in process.cmdline() and out.as_posix() in process.cwd():
                found.append(process)
        except psutil.Error:
            continue
    return found


def refusal(action) -> str:
    with pytest.raises(InputError) as caught:
        action()
    return str(caught.value)


def test_a_worker_with_another_program_is_refused(two_workers, tmp_path, monkeypatch):
    """Before anything begins: other code or another library could make other figures."""
    made = plan(tmp_path, ["north"])
    own = scheduler.program()
    monkeypatch.setattr(scheduler, "program", scheduler.program)
    monkeypatch.setattr(scheduler, "source_digest", lambda: "another")

    assert "has another state of this program" in refusal(lambda: made_by(two_workers, made))

    monkeypatch.setattr(scheduler, "source_digest", lambda: own["code"])
    monkeypatch.setattr(scheduler, "versions", lambda: {**own, "numpy": "1.0"})
    told = refusal(lambda: made_by(two_workers, made))
    assert re.search(r"the worker tcp://\S+ has numpy \S+, and here it is 1\.0", told)


def test_a_worker_that_does_not_see_the_folders_is_refused(two_workers, tmp_path, monkeypatch):
    """Another disk under the same path looks empty, or holds another run file."""
    made = plan(tmp_path, ["north"])
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(scheduler, "file_digest", lambda path: "another")

    told = refusal(lambda: made_by(two_workers, made))

    assert "does not see" in told
    assert "the same folders under the same paths" in told
    assert list((tmp_path / "out").iterdir()) == []


def test_nobody_there_is_one_sentence(tmp_path, monkeypatch):
    """No scheduler at the address, a scheduler without workers, no Dask."""
    monkeypatch.setattr(scheduler, "PATIENCE", 1.0)

    def asked(address):
        with page_makers(address, 1):
            pass

    nobody = "tcp://127.0.0.1:9"
    assert f"no Dask scheduler answers at {nobody}" in refusal(lambda: asked(nobody))
    with cluster(tmp_path, workers=0) as (address, _):
        said = refusal(lambda: asked(address))
    assert f"has no worker; start one with: dask worker {address}" in said
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "pip install 'policymodel[dask]'" in refusal(lambda: asked(nobody))


def test_a_run_whose_cluster_is_not_there_begins_nothing(tmp_path, monkeypatch, capsys):
    """Exit code 2, one sentence; the pages of an earlier run stay."""
    monkeypatch.setattr(scheduler, "PATIENCE", 1.0)
    write_bank(tmp_path / "bank", Draws(1), managers=20, regions=2)
    earlier = tmp_path / "out" / "north" / "record.json"
    earlier.parent.mkdir(parents=True)
    for each in (earlier, tmp_path / "out" / "run.json"):
        each.write_text("{}", encoding="utf-8")
    words = ["run", str(RUN_FILE), "--history", str(tmp_path / "bank"), "--out", str(tmp_path / "out")]

    assert main([*words, "--scheduler", "tcp://127.0.0.1:9"]) == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in capsys.readouterr().err
    assert earlier.exists()
    assert main([*words, "--scheduler", "tcp://127.0.0.1:9", "--jobs", "2"]) == 2
    assert "leave --jobs out, or --scheduler" in capsys.readouterr().err


def test_what_a_given_up_attempt_left_is_swept(tmp_path):
    """An attempt of a worker that came back too late has a name that the next run knows."""
    made = plan(tmp_path, ["north"])
    left = made.out / ".north.0a1b2c3d-4e5f60.unfinished"
    left.mkdir(parents=True)

    claim(made.out, "toy")

    assert not left.exists()


@pytest.mark.slow
def test_futures_on_a_cluster_are_those_of_this_machine(two_workers, tmp_path):
    """The same bytes of every table, whoever works them out."""
    inputs, assumed = futures.inputs(), future_bank.assumed()
    with executor(two_workers, 1) as pool:
        there = simulate(inputs, assumed, 4, jobs=2, pool=pool)

    here = simulate(inputs, assumed, 4)

    assert futures.written(there, tmp_path / "there") == futures.written(here, tmp_path / "here")


@pytest.mark.slow
def test_a_whole_run_on_a_cluster_is_the_run_of_this_machine(tmp_path):
    """Two regions of the invented bank with their group: every file but the run's own, which tells its seconds.

    Slow: six real pages, twice.
    """
    write_bank(tmp_path / "bank", Draws(1), managers=60, regions=2)
    words = ["run", str(RUN_FILE), "--history", str(tmp_path / "bank"), "--out"]
    (tmp_path / "cluster").mkdir()
    with cluster(tmp_path / "cluster") as (address, _):
        begun = time.monotonic()
        assert main([*words, str(tmp_path / "there"), "--scheduler", address]) == 0
        assert time.monotonic() - begun < 600
    assert main([*words, str(tmp_path / "here")]) == 0

    there, here = (files_of(tmp_path / each) for each in ("there", "here"))
    assert {name for name in here if here[name] != there.get(name)} == {"run.json"}
    assert there.keys() == here.keys()
