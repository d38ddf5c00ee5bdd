"""Engines that price the same scheme, side by side: equality first, then in turns; as JSON.

    python bench/engines.py [--size 200000 ...] [--designs 1 10 100 ...] [--memory] [--seed 2026] > engines.json
    python bench/engines.py --parts cents reading slice > parts.json
    python bench/engines.py --goals engines.json parts.json ...

The work is told in `contenders/workload.py`. Every engine gets it in the form that is its own (arrays, long rows, a
wide table, a database in memory), made before the clock runs, and gives score, pay and winners of one design, or the
sums of score and pay for each of several. None is timed before it agrees with the reference on every row: score 1e-9,
pay 1e-7, the same winners; the reference itself agrees with exact rationals on a sample. OpenFisca keeps float32 and is
held to that; how many cents it gets wrong is told.

Engines are run in turns, eight rounds of at least 0.1 s each, the first left out; figures are the best CPU nanoseconds
a row (of all threads), and wall time only from windows in which others used less than 12 % of a core. `memory` is the
peak of one call beyond what was held before, in a process of its own. `--few` leaves out what is slower than pandas.

The other engines are no part of this project: `pip install -r requirements/bench.txt` into an environment of its own.
One that is not installed is left out, and the JSON says so. `--parts` are the other measurements (`engine_parts`);
`--gate` fails where a ratio of speeds is under 80 % of its goal: ratios of one run hold, seconds do not.
`--goals` reads any of these files, and those of `bench/futures.py --goal-7` and `bench/calibration.py`, and prints each
goal with what was measured and whether it is met.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import platform
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from contenders.reference import (
    PAY_WITHIN,
    SCORE_WITHIN,
    Outcome,
    agreement,
    exact,
    reference,
    ties,
)
from contenders.workload import Design, Facts, designs_of, facts_of
from engine_goals import gated, printed, tabled
from engine_parts import PARTS
from racing import peak, race

PINNED = {"OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "2", "MKL_NUM_THREADS": "1"}
LEFT_ALONE = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "polars", "duckdb", "openfisca-core", "pandera", "numba")
MOST_WORK = 2e7
"""Rows x designs of several designs; more of it says nothing new."""
SAMPLE = 200


@dataclass(frozen=True)
class Contender:
    """An engine: where its code is, and how far it goes."""

    name: str
    module: str
    one: str | None
    many: str | None = None
    library: str | None = None
    rows: float = 1e7
    """The most rows it is given; a slower one is given the first of them."""
    work: float = MOST_WORK
    """The most rows x designs."""
    within: tuple[float, float] = (SCORE_WITHIN, PAY_WITHIN)
    ranks: bool = True
    slow: bool = False
    note: str = ""


FLOAT32 = (1e-3, 1e-1)
CONTENDERS = (
    Contender("floor", "by_numpy", "floor", note="no engine: reads every input once, writes the outputs"),
    Contender("policymodel", "ours", "lowered", "lowered_many"),
    Contender("policymodel by value", "ours", "by_value", "by_value_many", work=2e6),
    Contender("hinges by hand", "by_numpy", "hinges", "hinges_many", note="written for this workload alone"),
    Contender("numpy closed form", "by_numpy", "closed_form", "closed_form_many"),
    Contender("numpy interp", "by_numpy", "interp", "interp_many", work=2e6),
    Contender("pandas", "by_pandas", "idiomatic", "idiomatic_many", rows=1e6, work=2e6),
    Contender("pandas pivot first", "by_pandas", "pivoted", rows=1e6, slow=True),
    Contender("pandas groupby.apply", "by_pandas", "applied", rows=5_000, slow=True),
    Contender("polars", "by_polars", "lazy", "lazy_many", "polars", work=2e6),
    Contender("duckdb", "by_duckdb", "sql", "sql_many", "duckdb", work=2e6),
    Contender(
        "openfisca", "by_openfisca", "with_rank", None, "openfisca_core", 1e6, within=FLOAT32, slow=True
    ),
    Contender(
        "openfisca without rank",
        "by_openfisca",
        "without_rank",
        None,
        "openfisca_core",
        1e6,
        0,
        FLOAT32,
        False,
    ),
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, nargs="+", default=[200_000], help="manager-periods")
    parser.add_argument("--designs", type=int, nargs="+", default=[1], help="how many designs")
    parser.add_argument("--rounds", type=int, default=8, help="the first is left out")
    parser.add_argument("--seconds", type=float, default=20.0, help="of one contender; at least three rounds")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--few", action="store_true", help="without the slowest")
    parser.add_argument("--only", nargs="+", help="names of contenders")
    parser.add_argument("--moved", action="store_true", help="designs that move knots too")
    parser.add_argument("--memory", action="store_true", help="peak memory of each, with one design")
    parser.add_argument("--gate", action="store_true", help="fail where a ratio is under 80 %% of its goal")
    parser.add_argument("--peak-of", help=argparse.SUPPRESS)
    parser.add_argument("--parts", nargs="*", choices=sorted(PARTS), help="the other measurements")
    parser.add_argument("--goals", type=Path, nargs="+", help="files of measurements: print goals and tables")
    asked = parser.parse_args()
    if asked.goals:
        files = [json.loads(each.read_text(encoding="utf-8")) for each in asked.goals]
        print(printed(files), tabled(files), sep="\n")
        return 0
    if any(os.environ.get(name) != value for name, value in PINNED.items()) or any(
        name in os.environ for name in LEFT_ALONE
    ):
        kept = {name: value for name, value in os.environ.items() if name not in LEFT_ALONE}
        return subprocess.call([sys.executable, *sys.argv], env=kept | PINNED)
    chosen = [
        each
        for each in CONTENDERS
        if not (asked.few and each.slow) and (asked.only is None or each.name in asked.only)
    ]
    if asked.peak_of:
        contender = next(each for each in CONTENDERS if each.name == asked.peak_of)
        print(json.dumps(alone(contender, asked.size[0], asked.seed)))
        return 0
    found: dict[str, Any] = {"seed": asked.seed, "machine": machine(), "races": []}
    if asked.parts is not None:
        found |= {name: PARTS[name](asked.seed) for name in asked.parts or sorted(PARTS)}
    else:
        for size in asked.size:
            found["races"] += races(size, asked, chosen)
            if asked.memory:
                found.setdefault("memory", []).append({"rows": size} | memory(chosen, size, asked.seed))
    print(json.dumps(found, ensure_ascii=False, indent=1))
    missed = gated(found) if asked.gate else []
    print(*missed, sep="\n", file=sys.stderr)
    return 1 if missed or any(each.get("disagrees") for each in found["races"]) else 0


def races(size: int, asked: argparse.Namespace, chosen: Sequence[Contender]) -> list[dict[str, Any]]:
    """One race for each number of designs over so many rows."""
    facts, found = facts_of(size, asked.seed), []
    for count in asked.designs:
        designs = designs_of(count, asked.seed, asked.moved)
        print(f"{size} rows, {count} designs", file=sys.stderr, flush=True)
        runs, told = prepared(facts, designs, chosen)
        laps = race(runs, asked.rounds, asked.seconds)
        work = {each.name: min(size, int(each.rows)) * count for each in chosen}
        told["timed"] = {name: lap.told(work[name]) for name, lap in laps.items()}
        found.append({"rows": size, "designs": count, "moved_knots": asked.moved} | told)
    return found


def prepared(
    facts: Facts, designs: Sequence[Design], chosen: Sequence[Contender]
) -> tuple[dict[str, Callable[[], object]], dict[str, Any]]:
    """What agrees with the reference, ready to run; and of everything else why it is not timed."""
    runs: dict[str, Callable[[], object]] = {}
    agrees: dict[str, Any] = {}
    disagrees: dict[str, Any] = {}
    left_out: dict[str, str] = {}
    several = len(designs) > 1
    right = [reference(facts, design) for design in designs] if several else []
    sums = np.array([[each.score.sum(), each.pay.sum()] for each in right])
    sizes = {min(facts.rows, int(each.rows)) for each in chosen}
    outcomes = {} if several else {rows: checked(facts.first(rows), designs[0]) for rows in sizes}
    for contender in chosen:
        rows = min(facts.rows, int(contender.rows))
        way = contender.many if several else contender.one
        if contender.library and importlib.util.find_spec(contender.library) is None:
            left_out[contender.name] = f"{contender.library} is not installed"
        elif way is None or rows * len(designs) > (contender.work if several else contender.rows):
            left_out[contender.name] = "one design only" if way is None else "too slow for so much"
        else:
            start = getattr(importlib.import_module(f"contenders.{contender.module}"), way)
            run = start(facts.first(rows), designs if several else designs[0])
            off, good = compared(contender, run(), sums if several else outcomes[rows])
            (agrees if good else disagrees)[contender.name] = off
            if good:
                runs[contender.name] = run
    told = {"agrees": agrees, "disagrees": disagrees, "left_out": left_out}
    if not several:
        told["ties_at_the_tenth_place"] = ties(outcomes[max(sizes)].score)
    return runs, told


def checked(facts: Facts, design: Design) -> Outcome:
    """The reference, itself held against exact rationals on a sample of rows."""
    right = reference(facts, design)
    for row in random.Random(design.name).sample(range(facts.rows), SAMPLE):
        score, pay = exact(facts, design, row)
        assert abs(float(score) - right.score[row]) < 1e-10, row
        assert abs(float(pay) - right.pay[row]) < 1e-8, row
    return right


def compared(contender: Contender, found: Any, right: Any) -> tuple[dict[str, Any], bool]:
    """How far an engine is from the reference, and whether that is near enough."""
    if contender.name == "floor":
        return {}, True
    if not isinstance(right, Outcome):
        off = float(np.abs(np.asarray(found) / right - 1).max())
        return {"sums": off}, off < SCORE_WITHIN
    far = agreement(found, right)
    good = far.score <= contender.within[0] and far.pay <= contender.within[1]
    told = asdict(far)
    if not contender.ranks:
        told["winners"] = "not asked"
    return told, good and (far.winners == 0 or not contender.ranks)


def memory(chosen: Sequence[Contender], size: int, seed: int) -> dict[str, Any]:
    """Peak megabytes of one call of each, in a process of its own."""
    found = {}
    for each in chosen:
        words = [sys.executable, __file__, "--peak-of", each.name, "--size", str(size), "--seed", str(seed)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        found[each.name] = json.loads(done.stdout) if done.returncode == 0 else {"not_measured": True}
    return found


def alone(contender: Contender, size: int, seed: int) -> dict[str, Any]:
    """The peak of one contender in this process."""
    if contender.one is None or (contender.library and importlib.util.find_spec(contender.library) is None):
        return {"not_measured": True}
    facts = facts_of(size, seed).first(min(size, int(contender.rows)))
    way = getattr(importlib.import_module(f"contenders.{contender.module}"), contender.one)
    run = way(facts, designs_of(1, seed)[0])
    way(facts.first(500), designs_of(1, seed)[0])()
    return {"rows": facts.rows, "peak_mb": round(peak(run), 1)}


def machine() -> dict[str, Any]:
    """Where it ran and with what."""
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = None
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cpus": os.cpu_count(),
        "processor": model[0].partition(":")[2].strip() if model else platform.processor(),
        "blas": blas(),
        "versions": versions,
        "pinned": PINNED,
    }


def blas() -> list[dict[str, Any]]:
    """What multiplies matrices, and with how many threads."""
    if importlib.util.find_spec("threadpoolctl") is None:
        return []
    pools = importlib.import_module("threadpoolctl").threadpool_info()
    kept = ("internal_api", "version", "architecture", "num_threads")
    return [{key: pool.get(key) for key in kept} for pool in pools if pool.get("user_api") == "blas"]


if __name__ == "__main__":
    raise SystemExit(main())
