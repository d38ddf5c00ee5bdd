"""Schemes by chance, each priced by the engine and by the reference calculator, side by side, as JSON.

    python bench/two_calculators.py [--schemes N --first SEED --people N --jobs 2]

Every scheme stands over a history by chance; every line of it is compared for every person, period and transaction,
and what is paid to the cent. `comparisons` counts a scheme for one person; `values` counts the numbers and statuses
compared, by kind of line; `mismatches` lists where the two differ, each with the seed that makes it again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from chance.agreement import Tally, run

BATCH = 20
"""Schemes over one history."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--schemes", type=int, default=200, help="how many, in batches of twenty")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--people", type=int, default=47, help="people of each history, but for one more")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    asked = parser.parse_args()
    begun = time.perf_counter()
    firsts = range(asked.first, asked.first + asked.schemes, BATCH)
    tally = Tally()
    with ProcessPoolExecutor(asked.jobs) as processes:
        for done, each in enumerate(processes.map(partial(batch, people=asked.people), firsts), start=1):
            tally += each
            told = f"{done * BATCH} schemes, {tally.people} comparisons, {len(tally.mismatches)} mismatches"
            print(told, *each.mismatches, sep="\n", file=sys.stderr, flush=True)
    measured = report(tally) | {"seconds": round(time.perf_counter() - begun, 1), "machine": machine()}
    print(json.dumps(measured, ensure_ascii=False, indent=1))
    return 1 if tally.mismatches else 0


def batch(first: int, people: int) -> Tally:
    """Some schemes over one history."""
    with tempfile.TemporaryDirectory() as folder:
        return run(range(first, first + BATCH), Path(folder), per_history=BATCH, people=people)


def report(tally: Tally) -> dict[str, Any]:
    """The figures of a tally."""
    return {
        "schemes": tally.schemes,
        "comparisons": tally.people,
        "values_compared": tally.compared.total(),
        "numbers_compared": tally.numbers.total(),
        "amounts_paid_compared": tally.paid,
        "values": dict(tally.compared.most_common()),
        "numbers": dict(tally.numbers.most_common()),
        "refused": dict(tally.refused),
        "mismatches": tally.mismatches,
    }


def machine() -> dict[str, Any]:
    """Where it ran."""
    return {"python": platform.python_version(), "cpus": os.cpu_count(), "system": platform.platform()}


if __name__ == "__main__":
    sys.exit(main())
