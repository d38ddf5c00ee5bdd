"""How much of the arithmetic is held by an independent figure: small faults, one at a time, and who notices, as JSON.

    python bench/mutants.py [--count N] [--seed S] [--list] [--only TEXT]

A mutant is a copy of the package with one small fault in how a scheme is worked out: a comparison turned round or
moved to the other side of its edge, a sum for a difference, a maximum for a minimum, 0 for 1, two arguments swapped, a
branch left out, another status. `bench/oracle.py` judges each copy by the published cases, by the tests of the
algebra, and by schemes written by chance priced by the reference calculator, which no mutant touches. `caught` counts
by the step that noticed first (`error`: the copy did not come to an end, or not in time); `survived` names the faults
nobody noticed, each a gap in the tests; `equivalent` those that change no figure, with the reason. Sentences that
refuse a scheme, and what checks it before it is priced, are not changed: other tests hold them.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from importlib.util import cache_from_source
from itertools import chain, zip_longest
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from faults import Mutant, mutants

ROOT = Path(__file__).resolve().parents[1]
AT_ONCE = 2
PATIENCE = 8
"""How many times longer than the sound copy a mutant may take."""

EQUIVALENT = {
    (
        "scheme/kinds/card.py",
        "if self.not_applicable == 'full':",
    ): "a factor is asked for only with `reweight`",
    (
        "scheme/kinds/lookups.py",
        "lambda value: Piecewise(reached, self._pieces(value), self.edge or 'lower'),",
    ): "steps that jump are refused without an edge; those in proportion join where they meet",
    (
        "scheme/evaluation/interpreter.py",
        "month = (ground.dates().astype('datetime64[M]').astype(np.int64) - 1970 * 12)",
    ): "whole years more or less end no run of 3, 6 or 12 months elsewhere",
    (
        "scheme/evaluation/values.py",
        "width = NEAR * np.maximum((np.minimum)(np.abs(number), np.abs(threshold)), 1.0)",
    ): "of two numbers near enough to be one the smaller is as large as the larger; beside 0 both are below 1",
    (
        "units.py",
        "rounded = self.to_minor(np.where(fine, number, 1.0)) / 10.0**self.digits",
    ): "what stands in for a number that is not finite is not kept",
    (
        "units.py",
        "width = min(max(NOISE, 3 * np.spacing(float(abs(int(total))))), 0.25)",
    ): "floats lose less than two of their spacings, and what lies three apart on paper is as far below a cent",
    ("units.py", "elif left < 1:"): "of nothing left over nothing is taken off",
    ("scheme/evaluation/values.py", "Status.QUARANTINED: 4,"): "only the order of the weights is asked",
    (
        "scheme/kinds/lookups.py",
        "self.edge or 'lower',",
    ): "no edge is read where values lie on straight lines",
    (
        "scheme/evaluation/curves.py",
        "status = np.full((rows, width), (Status.MEASURED), dtype=np.uint8)",
    ): "a period in which nothing is in force is refused before it is priced",
    (
        "scheme/evaluation/peers.py",
        '"kendall_tau_b": lambda rows: (statistics.kendall_tau_b(rows[1], rows[0])),',
    ): "tau-b is the same either way round",
    (
        "scheme/kinds/rates.py",
        "lambda value: Piecewise(amount, self._rates(value), self.edge or 'lower'),",
    ): "`rate_applies_to: all` is refused without an edge",
    (
        "scheme/evaluation/carrying.py",
        "steps = int(self.row.max(initial=(1))) + 1",
    ): "a step after the last one of all is never picked",
    (
        "scheme/evaluation/carrying.py",
        "status = np.full(shape, (Status.TRUE_ZERO), dtype=np.uint8)",
    ): "what a strand lacks comes after all of its credits and is never picked",
    (
        "units.py",
        'np.abs(part - 0.5) < width, True if self.mode == "half_up" else floor % 2 == 1, (part >= 0.5)',
    ): "exactly one half is a tie, and ties are decided before",
}
"""Faults that change no figure, by file and changed line, and why."""


def chosen(found: list[Mutant], count: int, seed: int) -> list[Mutant]:
    """So many of them by chance, every sort of fault in turn."""
    by_fault: dict[str, list[Mutant]] = defaultdict(list)
    for each in random.Random(seed).sample(found, len(found)):
        by_fault[each.fault].append(each)
    in_turn = chain.from_iterable(zip_longest(*(by_fault[name] for name in sorted(by_fault))))
    return [each for each in in_turn if each is not None][:count]


def copied(folder: Path) -> Path:
    """A copy of the package, compiled, so that a mutant compiles one file only."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "policymodel", folder / "policymodel", ignore=ignored)
    compileall.compile_dir(folder, quiet=1)
    return folder


def asked(task: str, package: Path, tests: Path, patience: float | None = None) -> dict[str, Any]:
    """The oracle's answer about a copy; what ends without one has failed."""
    paths = os.pathsep.join(map(str, (package, tests)))
    settings = os.environ | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(ROOT / "bench" / "oracle.py"), task, str(tests.parent / "store")]
    try:
        done = subprocess.run(
            command, env=settings, cwd=package, capture_output=True, text=True, timeout=patience, check=False
        )
    except subprocess.TimeoutExpired:
        return {"step": "error", "what": f"no end after {patience:.0f} seconds"}
    if done.returncode:
        return {"step": "error", "what": done.stderr.strip().rpartition("\n")[2]}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def judged(mutant: Mutant, copies: SimpleQueue[Path], tests: Path, patience: float) -> dict[str, Any]:
    """The answer about one mutant, made in a copy that nobody else is using and undone there."""
    package = copies.get()
    path = package / "policymodel" / mutant.file
    sound = path.read_bytes()
    try:
        Path(cache_from_source(path)).unlink(missing_ok=True)
        path.write_bytes(mutant.applied(sound))
        answer = mutant.told() | asked("judge", package, tests, patience)
        print(answer["step"] or "survived", answer["where"], answer["becomes"], file=sys.stderr, flush=True)
        return answer
    finally:
        path.write_bytes(sound)
        copies.put(package)


def measured(count: int, seed: int, only: str, folder: Path) -> dict[str, Any]:
    """Prepare the sound copy, judge it, and then the mutants of it."""
    tests = folder / "tests"
    shutil.copytree(ROOT / "tests", tests, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
    copies: SimpleQueue[Path] = SimpleQueue()
    packages = [copied(folder / f"copy_{number}") for number in range(AT_ONCE)]
    sound = asked("prepare", packages[0], tests)
    begun = time.perf_counter()
    if (verdict := asked("judge", packages[0], tests))["step"] or "step" in sound:
        raise SystemExit(f"the sound copy fails: {sound} {verdict}")
    patience = PATIENCE * (time.perf_counter() - begun)
    for package in packages:
        copies.put(package)
    found = mutants(packages[0] / "policymodel", only)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(lambda each: judged(each, copies, tests, patience), chosen(found, count, seed)))
    passed = [each for each in told if not each["step"]]
    return {
        "sound": sound,
        "possible": len(found),
        "made": len(told),
        "caught": Counter(each["step"] for each in told if each["step"]),
        "equivalent": [each | {"because": reason} for each in passed if (reason := excused(each))],
        "survived": [each for each in passed if not excused(each)],
        "seconds": round(time.perf_counter() - begun, 1),
    }


def excused(told: dict[str, Any]) -> str:
    """Why a fault changes no figure, where that is known."""
    return EQUIVALENT.get((told["where"].partition(":")[0], told["becomes"]), "")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=90, help="how many are made")
    parser.add_argument("--seed", type=int, default=0, help="which are made")
    parser.add_argument("--only", default="", help="files whose name holds this text")
    parser.add_argument("--list", action="store_true", help="show them and make none")
    asked_for = parser.parse_args()
    if asked_for.list:
        found = mutants(ROOT / "src" / "policymodel", asked_for.only)
        told: Any = [each.told() for each in chosen(found, asked_for.count, asked_for.seed)]
    else:
        with tempfile.TemporaryDirectory() as folder:
            told = measured(asked_for.count, asked_for.seed, asked_for.only, Path(folder))
    print(json.dumps(told, ensure_ascii=False, indent=1))
    return 0 if asked_for.list or not told["survived"] else 1


if __name__ == "__main__":
    sys.exit(main())
