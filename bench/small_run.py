"""A small invented bank and the run of its reports, for the proofs to disturb: made, started, looked at, compared."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from policymodel.draws import Draws
from policymodel.history.store import read_store
from policymodel.history.synthetic import write_bank
from policymodel.runner.folder import LOCK
from policymodel.runner.inputs import files_of
from policymodel.runner.record import read_record
from policymodel.runner.seal import unbroken

PROJECT = Path(__file__).resolve().parents[1]
KERNEL = "policymodel.runner.kernel"
PROGRAM = "import sys; from policymodel.cli import main; sys.exit(main())"


@dataclass(frozen=True)
class SmallRun:
    """A folder with params, notebooks and a bank of its own, which may be changed at will."""

    folder: Path

    @property
    def run_file(self) -> Path:
        """The run file: the demo's, in English alone."""
        return self.folder / "params" / "runs" / "demo.yaml"

    def command(self, out: Path, *options: str) -> list[str]:
        """The command that makes the reports."""
        told = [str(self.run_file), "--history", str(self.folder / "bank"), "--out", str(out)]
        return [sys.executable, "-c", PROGRAM, "run", *told, *options]

    def start(self, out: Path, *options: str) -> subprocess.Popen[str]:
        """The command begun, in a process group of its own."""
        return subprocess.Popen(
            self.command(out, *options),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def finish(self, out: Path, *options: str) -> tuple[int, str]:
        """The command run to its end: its exit code, and all it said."""
        process = self.start(out, *options)
        said, _ = process.communicate()
        return process.returncode, said


def make_small_run(folder: Path, managers: int = 60, regions: int = 3, seed: int = 1) -> SmallRun:
    """A copy of the project's params and notebooks beside an invented bank."""
    for name in ("params", "notebooks"):
        shutil.copytree(PROJECT / name, folder / name)
    run = SmallRun(folder)
    text = run.run_file.read_text(encoding="utf-8")
    run.run_file.write_text(re.sub(r"(?m)^languages: .*", "languages: [en]", text), encoding="utf-8")
    write_bank(folder / "bank", Draws(seed), managers=managers, regions=regions)
    return run


def kernels(out: Path) -> list[psutil.Process]:
    """Kernels that run below a run's folder, whoever started them."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if KERNEL in process.cmdline() and Path(process.cwd().removesuffix(" (deleted)")).is_relative_to(
                out
            ):
                found.append(process)
    return found


def seconds_until_gone(out: Path, limit: float) -> float | None:
    """How long kernels outlive their run; None where they do for longer than the limit."""
    begun = time.monotonic()
    while kernels(out):
        if time.monotonic() - begun > limit:
            return None
        time.sleep(0.05)
    return time.monotonic() - begun


def broken_parts(out: Path) -> list[str]:
    """What stands under a final name in a run's folder and is not whole, each with a reason."""
    wrong = []
    for path in sorted(out.glob("[!.]*")) if out.is_dir() else []:
        if path.is_dir() and path.name == "store":
            try:
                read_store(path)
            except Exception as error:  # whatever the reason, it is not whole
                wrong.append(f"store: {error}")
        elif path.is_dir():
            wrong += [f"{path.name}: {each}" for each in broken_page(path)]
        elif path.suffix == ".html" and not path.read_bytes().rstrip().endswith(b"</html>"):
            wrong.append(f"{path.name}: it has no end")
        elif path.suffix == ".json":
            with suppress(ValueError):
                json.loads(path.read_text(encoding="utf-8"))
                continue
            wrong.append(f"{path.name}: it is no JSON")
    return wrong


def broken_page(folder: Path) -> list[str]:
    """What of one page's folder is not as its record says, and which of its pages is not as it was sealed."""
    try:
        record = read_record(folder)
    except (OSError, ValueError, TypeError) as error:
        return [f"no record: {error}"]
    if record.status == "failed":
        return [f"{path.name} of a failed page" for path in folder.rglob("*.html")]
    wrong = [path.name for path in sorted(folder.glob("*.html")) if not unbroken(path.read_bytes())]
    return wrong + ([] if record.files == files_of(folder) else ["files are not those of its record"])


def content(out: Path) -> dict[str, str]:
    """The hash of everything in a run's folder, hidden files too, by path; of `run.json` the seconds are left out."""
    found = {}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if path.is_dir():
            found[f"{name}/"] = ""
        elif name == "run.json":
            told = without_seconds(json.loads(path.read_text(encoding="utf-8")))
            found[name] = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
        elif name != LOCK:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def without_seconds(told: Any) -> Any:
    """A record with the time it took left out, at every depth."""
    if isinstance(told, dict):
        return {name: without_seconds(each) for name, each in told.items() if name != "seconds"}
    return [without_seconds(each) for each in told] if isinstance(told, list) else told


def differences(was: dict[str, str], now: dict[str, str]) -> list[str]:
    """Paths at which two folders differ."""
    return sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))
