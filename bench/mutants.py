"""Small mistakes put into a copy of the package one at a time, and whether the quick tests notice, as JSON.

    python bench/mutants.py [--count 80 --seed 0 --jobs 2 --only carrying] [--list]

The same seed chooses the same mistakes, from every file in turn; `--list` prints all there are. `survived` are those
that no test notices and that `equivalent_mutants.yaml` does not prove to be none. The checkout is only read.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from queue import Queue
from typing import Any

import yaml
from mistakes import ROOT, SOURCE, Mutant, mutants

COPIED = ("src", "tests", "params", "docs", "notebooks", "pyproject.toml", "README.md", "CHANGELOG.md")
SCHEME = tuple(f"tests/scheme/test_{each}.py" for each in ("evaluation", "algebra", "reading"))
SUITES = (
    ("tests/chance", "-m", "not slow"),
    (*SCHEME, "tests/test_payroll.py", "tests/test_scoring.py", "tests/test_ground.py"),
    ("tests/cases", "-k", "the_package_prices_it"),
    ("tests/properties",),
    ("tests/chance", "-m", "slow", "-k", "1000 or 1050"),
)
"""The tests in the order in which they are asked, quick ones first; the first that fails has noticed."""
PATIENCE = 900
"""Seconds after which tests that do not end have noticed too."""
KNOWN = Path(__file__).with_name("equivalent_mutants.yaml")


def chosen(found: list[Mutant], count: int, seed: int) -> list[Mutant]:
    """So many, from every file in turn."""
    by_file: dict[Path, list[Mutant]] = {}
    for each in found:
        by_file.setdefault(each.file, []).append(each)
    for file, each in by_file.items():
        random.Random(f"{seed} {file.relative_to(SOURCE)}").shuffle(each)
    dealt = [each for row in zip_longest(*by_file.values()) for each in row if each is not None]
    return dealt[:count]


@dataclass(frozen=True)
class Copy:
    """A copy of the checkout in a folder of its own, into whose package mistakes are put."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> Copy:
        """A fresh copy of the package, its tests and what these read."""
        folder.mkdir()
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, folder / name)
        return cls(folder)

    def noticed(self, mutant: Mutant | None) -> str:
        """The first suite that fails with the mistake put in, or nothing."""
        if mutant is not None:
            self._write(mutant.file, mutant.wrong())
        try:
            return next((suite[0] for suite in SUITES if not self._passes(suite)), "")
        finally:
            if mutant is not None:
                self._write(mutant.file, mutant.right)

    def _write(self, file: Path, text: bytes) -> None:
        path = self.folder / "src" / file.relative_to(SOURCE)
        path.write_bytes(text)
        # Python tells a changed file by second and size; two mistakes may share both.
        for stale in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            stale.unlink()

    def _passes(self, suite: tuple[str, ...]) -> bool:
        tests = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *suite]
        said = os.environ | {"PYTHONPATH": str(self.folder / "src"), "CI": "true"}
        try:
            run = subprocess.run(
                tests, cwd=self.folder, env=said, capture_output=True, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            return False
        return run.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=80, help="how many mistakes")
    parser.add_argument("--seed", type=int, default=0, help="chooses which")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time")
    parser.add_argument("--only", default="", help="only in files whose path has this in it")
    parser.add_argument("--list", action="store_true", help="print all that there are and make none")
    asked = parser.parse_args()
    found = [each for each in mutants() if asked.only in str(each.file.relative_to(SOURCE))]
    if asked.list:
        for each in found:
            print(each.place, each.what, *each.diff(), sep="\n    ")
        print(json.dumps({"mutants": len(found), "by_kind": Counter(each.what for each in found)}, indent=1))
        return 0
    measured = measure(chosen(found, asked.count, asked.seed), asked.jobs)
    print(json.dumps({"possible": len(found)} | measured, ensure_ascii=False, indent=1))
    return 1 if measured["survived"] else 0


def measure(tried: list[Mutant], jobs: int) -> dict[str, Any]:
    """Make each mistake in one of some copies, and say which were noticed by what."""
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        copies: Queue[Copy] = Queue()
        for number in range(jobs):
            copies.put(Copy.made(Path(folder) / str(number)))

        def noticed(mutant: Mutant | None) -> str:
            copy = copies.get()
            try:
                suite = copy.noticed(mutant)
            finally:
                copies.put(copy)
            if mutant is not None:
                shown = "" if suite else "\n".join(["", *mutant.diff()])
                print(
                    f"{mutant.place} {mutant.what}: {suite or 'survived'}{shown}", file=sys.stderr, flush=True
                )
            return suite

        if suite := noticed(None):
            raise SystemExit(f"{suite} fails without any mistake; mend that first")
        with ThreadPoolExecutor(jobs) as threads:
            suites = list(threads.map(noticed, tried))
    survived = [each for each, suite in zip(tried, suites, strict=True) if not suite]
    proven = [each for each in survived if proof(each)]
    return {
        "tried": len(tried),
        "noticed": len(tried) - len(survived),
        "noticed_by": dict(Counter(suite for suite in suites if suite)),
        "equivalent": [{"place": each.place, "because": proof(each)} for each in proven],
        "survived": [
            {"place": each.place, "what": each.what, "diff": each.diff()}
            for each in survived
            if each not in proven
        ],
        "seconds": round(time.perf_counter() - begun, 1),
    }


def proof(mutant: Mutant) -> str:
    """Why a mistake is none, where that was proven; it is known by the lines that differ."""
    known: list[dict[str, str]] = yaml.safe_load(KNOWN.read_text(encoding="utf-8")) or []
    shown = "\n".join(" ".join(line.split()) for line in mutant.diff())
    for each in known:
        same_file = str(mutant.file.relative_to(SOURCE)).endswith(each["file"])
        if same_file and "\n".join(" ".join(line.split()) for line in each["diff"].splitlines()) == shown:
            return each["because"]
    return ""


if __name__ == "__main__":
    sys.exit(main())
