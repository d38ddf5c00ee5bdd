"""A run's folder: held by one run, freed of what a killed run left, refused with one sentence."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from policymodel.cli.answering import exit_code
from policymodel.errors import RunFileError
from policymodel.runner.folder import LOCK, RUN, claim, occupied, sweep, unusable, writable
from policymodel.runner.private import private_folder
from policymodel.whole import write_text

pytestmark = pytest.mark.thorough

HOLD = "import sys; from pathlib import Path; from policymodel.runner.folder import occupied\n"
HOLD += "with occupied(Path(sys.argv[1])): print('held', flush=True); input()"


def refused(call) -> str:
    with pytest.raises(RunFileError) as caught:
        call()
    return str(caught.value)


def hold(folder: Path) -> None:
    with occupied(folder):
        pass


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the folder."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline().strip() == b"held"
        yield process
        process.kill()


def test_a_second_run_in_the_same_folder_is_refused(tmp_path, holder):
    """With the number of the process, for whoever wants to end it."""
    message = refused(lambda: hold(tmp_path))

    assert f"--out: another run is under way in this folder (process {holder.pid}); wait for it" in message


def test_the_lock_of_a_killed_run_keeps_nobody_out(tmp_path, holder):
    """Its file is still there; nobody holds it."""
    holder.kill()
    holder.wait()
    assert (tmp_path / LOCK).is_file()

    hold(tmp_path)

    assert not (tmp_path / LOCK).exists()


@pytest.mark.parametrize("below", ["", "out"])
def test_a_file_for_a_folder_is_refused(tmp_path, below):
    """Or one somewhere on the way to it."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")

    message = refused(lambda: hold(tmp_path / "file" / below))

    assert "--out: it is a file, or lies below one; name a new or an empty folder" in message
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "the disk is full; make room, then run again with --resume"),
        (errno.EROFS, "nothing may be written there; name another folder with --out"),
        (errno.EACCES, "nothing may be written there; name another folder with --out"),
        (
            errno.EEXIST,
            "a file stands where a folder is to be made; move it away, then run again with --resume",
        ),
        (
            errno.ENOTDIR,
            "a file stands where a folder is to be made; move it away, then run again with --resume",
        ),
        (
            errno.EISDIR,
            "a folder stands where a file is to be written; move it away, then run again with --resume",
        ),
    ],
)
def test_a_folder_that_cannot_be_written_is_one_sentence_and_exit_code_2(tmp_path, capsys, number, sentence):
    """Whichever way it cannot."""

    def fails() -> int:
        with writable(tmp_path):
            raise OSError(number, os.strerror(number))

    assert exit_code(fails) == 2
    assert capsys.readouterr().err == f"{tmp_path}: 1 problem\n  --out: {sentence}\n"


def test_what_is_in_the_way_of_a_file_is_named(tmp_path):
    """By the name it stands under, and not by that of the unfinished file."""
    (tmp_path / "findings.csv").mkdir()

    def write() -> None:
        with writable(tmp_path):
            write_text("", tmp_path / "findings.csv")

    assert refused(write).splitlines()[0] == f"{tmp_path / 'findings.csv'}: 1 problem"


def test_other_errors_of_the_system_are_none_of_a_full_disk(tmp_path):
    """A file that is not there is not called a full disk."""
    with pytest.raises(FileNotFoundError), writable(tmp_path):
        (tmp_path / "nothing").read_text()
    assert unusable("FileNotFoundError", "[Errno 2] No such file or directory") is None


def test_what_a_killed_run_left_goes_and_nothing_else(tmp_path):
    """Hidden files of a person stay, a kernel's sockets go, and a note that names another folder is not believed."""
    for name in (".north.unfinished", ".north.old", ".store.new-12-abcd1234", ".git"):
        (tmp_path / name).mkdir()
    (tmp_path / ".findings.part.csv").write_text("half", encoding="utf-8")
    (tmp_path / ".hidden").write_text("mine", encoding="utf-8")
    sockets, papers = private_folder(), tmp_path / "pm-papers"
    papers.mkdir()
    (tmp_path / ".north.unfinished" / ".kernel").write_text(str(sockets), encoding="utf-8")
    (tmp_path / ".north.old" / ".kernel").write_text(str(papers), encoding="utf-8")

    sweep(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [".git", ".hidden", "pm-papers"]
    assert not sockets.exists()


def test_a_kernel_that_outlived_its_run_is_ended(tmp_path):
    """It runs in the folder of an unfinished page; the same command elsewhere is somebody else's."""
    command = [sys.executable, "-c", "input()", "policymodel.runner.kernel"]
    processes = []
    for name in (".north.unfinished", "elsewhere"):
        (tmp_path / name).mkdir()
        processes.append(subprocess.Popen(command, stdin=subprocess.PIPE, cwd=tmp_path / name))
    orphan, other = processes

    sweep(tmp_path)

    orphan.wait(timeout=10)
    assert other.poll() is None
    other.communicate(b"\n")


def test_a_run_that_was_killed_at_its_very_beginning_can_be_run_again(tmp_path):
    """A lock and half a record are no papers of somebody's."""
    (tmp_path / LOCK).write_text("1", encoding="utf-8")
    (tmp_path / ".run.part.json").write_text("{", encoding="utf-8")

    claim(tmp_path, "toy", resume=True)

    assert sorted(path.name for path in tmp_path.iterdir()) == [LOCK, RUN]


def test_another_run_is_not_resumed(tmp_path):
    """Its pages would go."""
    claim(tmp_path, "first")

    message = refused(lambda: claim(tmp_path, "second", resume=True))

    assert "--resume: the folder holds the run 'first' and not 'second'" in message
