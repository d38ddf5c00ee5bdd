"""A run killed in the middle: what has its final name is whole, and the resumed run makes the rest."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from policymodel.cli import main
from policymodel.draws import Draws
from policymodel.history.synthetic import write_bank
from policymodel.runner.inputs import files_of
from policymodel.runner.record import read_record
from policymodel.runner.seal import unbroken
from runner.test_run import RUN_FILE

pytestmark = [pytest.mark.thorough, pytest.mark.slow]

PROGRAM = "import sys; from policymodel.cli import main; sys.exit(main())"


def pages(out: Path) -> list[Path]:
    return [path.parent for path in sorted(out.glob("[!.]*/record.json"))]


def whole(folder: Path) -> bool:
    """Each page as it was sealed, each file as its record says."""
    sealed = all(unbroken(path.read_bytes()) for path in folder.glob("*.html"))
    return sealed and read_record(folder).files == files_of(folder)


def test_a_run_that_was_killed_is_finished(tmp_path):
    """SIGKILL once the first page is there: it is kept as it is, the others are made, nothing lies about."""
    write_bank(tmp_path / "bank", Draws(1), managers=40, regions=2)
    out = tmp_path / "out"
    words = ["run", str(RUN_FILE), "--history", str(tmp_path / "bank"), "--out", str(out)]
    with subprocess.Popen([sys.executable, "-c", PROGRAM, *words], stdout=subprocess.DEVNULL) as process:
        while not pages(out) and process.poll() is None:
            time.sleep(0.01)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    (first, *others) = pages(out)
    assert all(map(whole, [first, *others]))
    before = (first / "record.json").stat().st_mtime_ns

    assert main([*words, "--resume"]) == 0

    assert (first / "record.json").stat().st_mtime_ns == before
    assert [folder.name for folder in pages(out)] == ["east", "group", "north"]
    assert all(map(whole, pages(out)))
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["status"] == "done"
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []
