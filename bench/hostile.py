"""Inputs made to do harm, each with what was said of it, as JSON.

    python bench/hostile.py [--family WORD] [--case WORD]

Every input of hostile_inputs.py is put into an empty folder and met by the command it is meant for (`check`, `run`,
`verify`, `score` …), in a process that may have 1,500 MB and one minute. Of each is demanded: an exit code that is
right for it and a sentence that holds nothing a terminal obeys; no traceback; no other process, no connection, no file
written outside its folder; where a history is read, rows in = rows accepted + put aside + left out = rows that the
file has; and no cell of the findings that a spreadsheet would run. `inputs` counts them by family, `said` how many of
which exit code, `failures` names each that did otherwise. Exit code 1 if there is one.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import os
import resource
import selectors
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from hostile_inputs import CANARY, Case, all_cases

from policymodel.cli import main as answer
from policymodel.history.store import READ_ONLY_IN_EXCEL

MEGABYTES, SECONDS = 1_500, 60.0
STARTED = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "pty.spawn")
ASKED = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def work() -> None:
    """In a process of its own: answer one command after the other, and tell what each said and did."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES * 10**6, MEGABYTES * 10**6))
    did: list[str] = []

    def watch(event: str, told: tuple[Any, ...]) -> None:
        if event in STARTED or event in ASKED:
            did.append(f"{event} {str(told)[:200]}")
        elif event == "open" and isinstance(told[0], str) and isinstance(told[2], int) and told[2] & WRITES:
            place = Path(os.path.abspath(told[0]))
            if not place.is_relative_to(Path.cwd()) and str(place) != os.devnull:
                did.append(f"wrote {place}")

    sys.addaudithook(watch)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    for line in sys.stdin:
        told = json.loads(line)
        os.chdir(told["folder"])
        did.clear()
        said, errors = io.TextIOWrapper(io.BytesIO(), "utf-8", "replace"), io.StringIO()
        code: int | None = None
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(errors):
            try:
                code = answer(told["arguments"])
            except BaseException:
                errors.write(traceback.format_exc())
        said.seek(0)
        result = {"code": code, "said": said.read(), "errors": errors.getvalue(), "did": did}
        out.write(json.dumps(result) + "\n")
        out.flush()


class Worker:
    """A process that answers commands, and a new one where the last one died."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None

    def ask(self, folder: Path, arguments: tuple[str, ...]) -> dict[str, Any]:
        """What a command said and did; `died` says how the process ended if it did."""
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, __file__, "--work"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
        process = self.process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"folder": str(folder), "arguments": arguments}) + "\n")
        process.stdin.flush()
        with selectors.DefaultSelector() as ready:
            ready.register(process.stdout, selectors.EVENT_READ)
            there = ready.select(SECONDS)
        line = process.stdout.readline() if there else ""
        if line:
            return dict(json.loads(line))
        died = "ended by itself" if there else f"took more than {SECONDS:g} s"
        process.kill()
        process.communicate()
        self.process = None
        return {"died": f"{died}, {process.returncode}"}


def faults(case: Case, result: dict[str, Any], folder: Path, around: set[str]) -> list[str]:
    """What is wrong with what came of an input."""
    if "died" in result:
        return [result["died"]]
    said = result["said"] + result["errors"]
    wrong = list(result["did"])
    if "Traceback (most recent call last)" in said:
        return [f"a traceback: {said.strip().splitlines()[-1][:300]}"]
    if result["code"] not in case.codes:
        wrong.append(f"exit code {result['code']}")
    if not said.strip():
        wrong.append("nothing was said")
    # JSON is for programs: it escapes what a terminal obeys, and leaves other signs as they are
    heard = result["errors"] if "--json" in case.arguments else said
    if not all(line.isprintable() for line in heard.split("\n")) or "\x1b" in said:
        wrong.append("something a terminal obeys was said")
    if max(map(len, said.splitlines()), default=0) > 3000 and "--json" not in case.arguments:
        wrong.append("a sentence of more than 3,000 characters")
    if {each.name for each in folder.parent.iterdir()} != around or list(folder.rglob(CANARY)):
        wrong.append("something was written that nobody asked for")
    if "--json" in case.arguments and result["code"] in (0, 1, 2):
        wrong += lost(case, result["said"])
    return wrong + formulas(folder / "findings.csv")


def lost(case: Case, said: str) -> list[str]:
    """Rows that nobody accounts for."""
    try:
        counts = json.loads(said)[0]["counts"]
    except ValueError:
        return ["what was said is no JSON"]
    if not counts:
        return [] if case.rows is None or 2 in case.codes else ["nothing was read"]
    kept = counts["accepted"] + counts["quarantined"] + counts["excluded"]
    if counts["rows_in"] != kept:
        return [f"{counts['rows_in']} rows in and {kept} accounted for"]
    if case.rows is not None and counts["rows_in"] != case.rows:
        return [f"{counts['rows_in']} rows in, and the files have {case.rows}"]
    return []


def formulas(path: Path) -> list[str]:
    """Cells that a spreadsheet would run."""
    if not path.is_file():
        return []
    csv.field_size_limit(10**9)
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    return [f"a formula: {cell[:40]!r}" for cell in cells if cell.startswith(READ_ONLY_IN_EXCEL)]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--family", default="", help="Only families with this word in their name.")
    parser.add_argument("--case", default="", help="Only inputs with this word in their name.")
    parser.add_argument("--told", action="store_true", help="Also what was said of each.")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.work:
        work()
        return 0
    cases = [each for each in all_cases() if chosen.family in each.family and chosen.case in each.name]
    worker, codes, failures, told, slowest = Worker(), Counter[str](), [], {}, (0.0, "")
    for number, case in enumerate(cases):
        with tempfile.TemporaryDirectory(prefix="hostile-") as home:
            folder = Path(home).resolve() / "case"
            folder.mkdir()
            case.make(folder)
            begun = time.monotonic()
            result = worker.ask(folder, case.arguments)
            slowest = max(slowest, (round(time.monotonic() - begun, 1), f"{case.family}, {case.name}"))
            codes[str(result.get("code"))] += 1
            name = f"{number} {case.family}, {case.name}"
            failures += [f"{name}: {each}" for each in faults(case, result, folder, {"case"})]
            told[name] = (result.get("said", "") + result.get("errors", ""))[:600]
    found = {
        "inputs": dict(Counter(case.family for case in cases)) | {"all": len(cases)},
        "said": dict(codes),
        "slowest": slowest,
        "failures": failures,
    }
    print(json.dumps(found | ({"told": told} if chosen.told else {}), ensure_ascii=False, indent=1))
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
