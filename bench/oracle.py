"""Whether a copy of the package still gives the right figures: the judge that `bench/mutants.py` asks.

    python bench/oracle.py prepare STORE
    python bench/oracle.py judge STORE

`prepare` is run on a sound copy. It reads the published cases, prices schemes written by chance with the exact
reference calculator, and keeps both in a file, so that judging reads no history and reckons nothing; whatever a sound
copy already fails is left out and named. `judge` is run on a changed copy and stops at the first failure: of the
published cases, of the tests of the algebra and its evaluation, of the schemes written by chance. Both print JSON.
The copy's `src` and `tests` come first on PYTHONPATH.
"""

from __future__ import annotations

import contextlib
import io
import json
import pickle
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import settings

import published
from chance.agreement import BASE, PLAN, Bank, Comparison, Tally, written
from chance.choices import telling
from chance.documents import document
from chance.histories import history
from policymodel import reference
from policymodel.computation import compute
from policymodel.errors import DataGap, PolicymodelError
from policymodel.panel import Panel
from policymodel.reference import Reckoned
from policymodel.scheme.reading import read_scheme

TESTS = Path(published.__file__).parent
OF_THE_ALGEBRA = [
    TESTS / name for name in ("scheme/test_algebra.py", "scheme/test_evaluation.py", "test_ground.py")
]
WRITTEN, SCHEMES, PER_HISTORY, PEOPLE = 400, 60, 80, 5
"""Of so many schemes by chance the so many are kept that together make most of the choices there are."""

settings.register_profile("oracle", deadline=None, derandomize=True, database=None)
settings.load_profile("oracle")


@dataclass(frozen=True)
class Chance:
    """A scheme written by chance: its facts, and what the reference calculator makes of it (None: it is refused)."""

    seed: int
    panel: Panel
    reckoned: Reckoned | None

    def mismatch(self, folder: Path) -> str:
        """The first figure that differs, or nothing."""
        try:
            computed = compute(self.panel, read_scheme(written(document(self.seed), folder)))
        except DataGap as gap:
            return f"seed {self.seed}: {gap}" if self.reckoned is not None else ""
        if self.reckoned is None:
            return f"seed {self.seed}: it is no longer refused"
        comparison = Comparison(self.seed, computed, self.reckoned, Tally())
        comparison.values()
        comparison.payments()
        return next(iter(comparison.tally.mismatches), "")


@dataclass(frozen=True)
class Store:
    """What is asked of every copy, and what a sound one fails already."""

    cases: list[published.Case]
    chance: list[Chance]
    left_out: list[str] = field(default_factory=list)
    failing_tests: list[str] = field(default_factory=list)


class Failures:
    """Remembers which tests failed."""

    def __init__(self) -> None:
        self.tests: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.tests.append(report.nodeid)


def failing(*options: str) -> list[str]:
    """The tests of the algebra that fail."""
    found = Failures()
    quiet = ["-q", "--noconftest", "--import-mode=importlib", "-p", "no:cacheprovider", "-c", "/dev/null"]
    paths = [str(path) for path in OF_THE_ALGEBRA]
    with contextlib.redirect_stdout(io.StringIO()):
        code = pytest.main([*quiet, f"--rootdir={TESTS}", *options, *paths], plugins=[found])
    return found.tests or ([f"pytest ended with {code}"] if code else [])


def missed(case: published.Case) -> str:
    """The first printed value that a case misses, or nothing."""
    try:
        return next(iter(published.misses(case, published.package, read_scheme(case.scheme))), "")
    except PolicymodelError as fault:
        return str(fault)


def by_chance(folder: Path) -> Iterator[Chance]:
    """Schemes with the reference calculator's figures."""
    seeds = telling({seed: document(seed) for seed in range(WRITTEN)}, SCHEMES)
    for number, shared in groupby(seeds, lambda seed: seed // PER_HISTORY):
        bank = Bank.of(history(number, PEOPLE))
        for seed in shared:
            scheme = read_scheme(written(document(seed), folder))
            try:
                periods = compute(bank.panel, scheme).periods
            except DataGap:
                yield Chance(seed, bank.panel, None)
                continue
            yield Chance(seed, bank.panel, reference.reckon(scheme, bank.rows, PLAN, BASE, periods))


def prepare(path: Path, folder: Path) -> dict[str, object]:
    """Keep what a sound copy gets right; the reference's figures are kept as they were asked for."""
    store = Store([], [], failing_tests=failing())
    for case in published.cases():
        wrong = missed(case)
        store.left_out.append(f"{case.name}: {wrong}") if wrong else store.cases.append(case)
    for each in by_chance(folder):
        wrong = each.mismatch(folder)
        store.left_out.append(wrong) if wrong else store.chance.append(each)
    path.write_bytes(pickle.dumps(store))
    left_out = [*store.left_out, *store.failing_tests]
    return {"cases": len(store.cases), "schemes": len(store.chance), "left_out": left_out}


def judge(path: Path, folder: Path) -> dict[str, str]:
    """The step that caught the copy and what it said; no step where it passes."""
    store: Store = pickle.loads(path.read_bytes())
    for case in store.cases:
        if wrong := missed(case):
            return {"step": "published", "what": f"{case.name}: {wrong}"}
    if wrong := next(iter(failing("-x", *(f"--deselect={name}" for name in store.failing_tests))), ""):
        return {"step": "tests", "what": wrong}
    for each in store.chance:
        if wrong := each.mismatch(folder):
            return {"step": "chance", "what": wrong}
    return {"step": "", "what": ""}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        task = {"prepare": prepare, "judge": judge}[sys.argv[1]]
        print(json.dumps(task(Path(sys.argv[2]), Path(folder)), ensure_ascii=False))
