"""What lowering costs beside the same work written by hand, and how many designs by chance it agrees on, as JSON.

    python bench/many_designs.py [--rows 1000000] [--designs 1 10 100] [--rounds 7] [--seed 2026]
    python bench/many_designs.py --chance 200 [--count 6]

The work is that of `contenders/workload.py`. Contenders are run in turns and only after they agree: `plan`, the lowered
designs; `hinges`, the hinge basis written by hand for this work; `closed_form`, a careful NumPy loop over the designs
(up to ten of them, the rest of the loop costs the same); `floor`, one pass that reads every input and writes as much as
one design gives. `missing` is the plan where one row in twenty has a figure that is not known. Figures are the best CPU
nanoseconds a row, of all designs together and of each.

With --chance, as many schemes by chance, each as several designs with other numbers, are worked out by a plan and by
the interpreter over a bank by chance, and once more where everything is measured: every line, status, and cent.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import numpy as np
from contenders.by_numpy import closed_form_many, floor, hinges_many
from contenders.ours import lowered_many
from contenders.schemes import PAY, PERIODS, SCORE, columns_of, schemes_of
from contenders.workload import Facts, Floats, designs_of, facts_of
from racing import race

from lowering.designs import by_chance, panel_of
from policymodel.lowering import Arrays, lower
from policymodel.lowering.plan import Plan

WITHIN = 1e-9
LOOPED = 10
"""Designs that the loop by hand is given at most."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--designs", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--chance", type=int, default=0)
    parser.add_argument("--count", type=int, default=6)
    chosen = parser.parse_args()
    told = agreed(chosen.chance, chosen.count) if chosen.chance else speeds(chosen)
    print(json.dumps(told, indent=2))
    return 0


def speeds(chosen: argparse.Namespace) -> dict[str, Any]:
    """Nanoseconds a row for each number of designs, and their ratios."""
    facts = facts_of(chosen.rows, chosen.seed)
    told: dict[str, Any] = {"rows": chosen.rows, "seed": chosen.seed, "numpy": np.__version__, "designs": {}}
    for count in chosen.designs:
        designs = designs_of(count, chosen.seed)
        begun = time.process_time()
        plan = lower(schemes_of(designs), (SCORE, PAY))
        seconds = time.process_time() - begun
        runs: dict[str, Callable[[], Any]] = {
            "floor": floor(facts, designs[0]),
            "plan": lowered_many(facts, designs),
            "hinges": hinges_many(facts, designs),
            "closed_form": closed_form_many(facts, designs[:LOOPED]),
            "missing": missing(facts, plan),
        }
        far = float(np.abs(runs["plan"]() / runs["hinges"]() - 1).max())
        assert far < WITHIN, f"the plan differs from the hinges by hand by {far}"
        laps = race(runs, chosen.rounds, 1e9)
        best = {name: min(lap.cpu[1:] or lap.cpu) / chosen.rows * 1e9 for name, lap in laps.items()}
        looped = min(count, LOOPED)
        each = {"plan": count, "hinges": count, "closed_form": looped, "missing": count}
        told["designs"][count] = {
            "ns_a_row": {name: round(value, 2) for name, value in best.items()},
            "ns_a_row_and_design": {name: round(best[name] / many, 2) for name, many in each.items()},
            "read_and_lowered_seconds": round(seconds, 2),
            "tile": plan.elements,
            "plan_to_floor": round(best["plan"] / best["floor"], 2),
            "plan_to_hinges": round(best["plan"] / best["hinges"], 2),
            "closed_form_to_plan_a_design": round(best["closed_form"] / looped / (best["plan"] / count), 2),
            "farthest": far,
        }
    one, many = min(chosen.designs), max(chosen.designs)
    told["most_to_fewest_designs"] = round(
        told["designs"][many]["ns_a_row"]["plan"] / told["designs"][one]["ns_a_row"]["plan"], 2
    )
    return told


def missing(facts: Facts, plan: Plan) -> Callable[[], Floats]:
    """The plan over facts of which one row in twenty lacks a figure."""
    columns = {name: each[None] for name, each in columns_of(facts).items()}
    gone = (np.arange(facts.rows) % 20 == 0).astype(np.uint8)[None] * 2
    ground = Arrays(PERIODS, columns, {"deductions": gone}, codes={"outlet": facts.group[None]})

    def run() -> Floats:
        totals = np.zeros((len(plan.designs), 2))
        for _, values in plan.tiles(ground):
            for at, name in enumerate((SCORE, PAY)):
                known = values[name].status <= 1
                totals[:, at] += np.where(known, values[name].number, 0.0).sum(axis=(1, 2))
        return totals

    return run


def agreed(schemes: int, count: int) -> dict[str, Any]:
    """How many schemes by chance were tried, and every difference."""
    told: dict[str, Any] = {"schemes": 0, "designs_each": count, "not_priced": 0, "differences": []}
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(schemes):
            if seed % 20 == 0:
                panel = panel_of(seed, people=8)
            for filled in (False, True):
                found = by_chance(seed, panel, Path(folder), count, filled)
                told["schemes"] += int(found is not None)
                told["not_priced"] += int(found is None)
                told["differences"] += found or []
    return told | {"seconds": round(time.process_time() - begun, 1)}


if __name__ == "__main__":
    sys.exit(main())
