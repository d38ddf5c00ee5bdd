"""What a bank-sized run needs, stage by stage, measured on one region: python bench/scale.py [--managers 40000] …

    python bench/scale.py --managers 40000 --months 60 --regions 20            one region of 2,000 people, and the sum
    python bench/scale.py --managers 40000 --months 60 --regions 20 --whole    the whole bank is written, too

Each stage is a process of its own, so that its memory is its own (Linux and macOS). Prints JSON: for each stage CPU
seconds (user and system, of all its threads), wall seconds, megabytes of memory and, where it writes, on disk; rows are
those of the region's tables. Regions are independent of each other, so `all_regions` is the region's figure times
their number, a projection that only --whole confirms for the writing.

write     `policymodel bank --apart`: the region's tables as a bank's systems hand them over
check     the raw tables read and held against the rules (`read_history`); `store_cpu_seconds`: then written as a store
read      the region's folder of the store read back (`read_store`)
panel     from the history in memory to the arrays of the S4 card and the S6 pay scheme, which the first score makes;
          `score_cpu_seconds`, `pay_cpu_seconds`: S4 and S6 once these are there
reshape   all measures of `activity` from long rows to arrays by row of the panel, against pandas' DataFrame.pivot of
          the same rows; the sums of each measure are compared first
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from policymodel.draws import Draws
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import parts_of, read_history
from policymodel.history.store import read_store, write_store_of
from policymodel.history.synthetic import write_bank
from policymodel.panel import build_panel, under_plans
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from policymodel.scoring import score

PROJECT = Path(__file__).resolve().parents[1]
PARAMS = PROJECT / "params"
SEED = 2026
STAGES = ("write", "check", "read", "panel", "reshape")
ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--managers", type=int, default=40_000)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--regions", type=int, default=20)
    parser.add_argument("--whole", action="store_true", help="also write the whole bank")
    parser.add_argument("--stage", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="where to work; else a folder that is removed")
    chosen = parser.parse_args()
    if chosen.stage:
        print(json.dumps(stage(chosen.stage, chosen.folder, chosen)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.folder or Path(name)
        found = {each: run(each, folder, chosen) for each in STAGES}
        told: dict[str, Any] = {
            "people_of_region": chosen.managers // chosen.regions,
            "months": chosen.months,
            "region": found,
            "all_regions": {
                name: round(each["cpu_seconds"] * chosen.regions) for name, each in found.items()
            },
        }
        if chosen.whole:
            told["whole"] = run("whole", folder, chosen)
    print(json.dumps(told, indent=1))


def run(name: str, folder: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    """One stage in a process of its own."""
    sizes = [f"--{each}={getattr(chosen, each)}" for each in ("managers", "months", "regions")]
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1")
    command = [sys.executable, __file__, *sizes, "--stage", name, "--folder", str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def stage(name: str, folder: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    """Do it and say what it took."""
    begun, before = time.monotonic(), cpu()
    told = {
        "write": lambda: write(folder / "bank", chosen.managers // chosen.regions, 1, chosen.months),
        "whole": lambda: write(folder / "whole", chosen.managers, chosen.regions, chosen.months),
        "check": lambda: check(folder),
        "read": lambda: read(folder),
        "panel": lambda: panel(folder),
        "reshape": lambda: reshape(folder),
    }[name]()
    spent = {"cpu_seconds": round(cpu() - before, 2), "wall_seconds": round(time.monotonic() - begun, 2)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return {**spent, "megabytes_of_memory": round(peak), **told}


def write(folder: Path, managers: int, regions: int, months: int) -> dict[str, Any]:
    first = f"{2026 - months // 12}-01"
    bank = write_bank(
        folder, Draws(SEED), managers=managers, regions=regions, months=months, first_month=first, apart=True
    )
    return {"rows": sum(bank.rows.values()), "megabytes_on_disk": size_of(folder), "clients": bank.clients}


def check(folder: Path) -> dict[str, Any]:
    mapping = read_mapping(PARAMS / "mappings" / "bank.yaml")
    (part,) = parts_of(folder / "bank", mapping)
    begun = cpu()
    history = read_history(folder / "bank", mapping, part)
    checked = cpu() - begun
    shutil.rmtree(folder / "store", ignore_errors=True)
    stored = timed(lambda: write_store_of([(part, history)], folder / "store"))
    return {
        "cpu_seconds": round(checked, 2),
        "store_cpu_seconds": round(stored, 2),
        "rows": sum(map(len, history.tables.values())),
        "megabytes_on_disk": size_of(folder / "store"),
    }


def read(folder: Path) -> dict[str, Any]:
    history = read_store(folder / "store", "north")
    return {"rows": sum(map(len, history.tables.values()))}


def panel(folder: Path) -> dict[str, Any]:
    """From history to arrays, and then what scoring and paying take by themselves."""
    history = read_store(folder / "store", "north")
    card = read_scheme(PARAMS / "schemes" / "s4_scorecard.yaml")
    plan = read_scheme(PARAMS / "schemes" / "s6_profit_centre.yaml")
    year, before = Period.parse("2025"), Period.parse("2024")
    begun = cpu()
    people = under_plans(build_panel(history, year, before), {""}, year.split(3))
    score(people, card)
    pay(people, plan)
    first = cpu() - begun
    again = {
        "score": min(timed(lambda: score(people, card)) for _ in range(ROUNDS)),
        "pay": min(timed(lambda: pay(people, plan)) for _ in range(ROUNDS)),
    }
    return {"cpu_seconds": round(first - sum(again.values()), 2)} | {
        f"{name}_cpu_seconds": round(spent, 3) for name, spent in again.items()
    }


def reshape(folder: Path) -> dict[str, Any]:
    """Long rows to arrays, ours and pandas', in turn; the best of each."""
    history = read_store(folder / "store", "north")
    long = history.tables["activity"]
    names = sorted(long["measure"].unique())

    def ours() -> np.ndarray:
        layout = build_panel(history, Period.parse("2025"), Period.parse("2024")).facts.layout
        found = np.zeros((len(names), layout.spells.manager.size))
        for name, row in zip(names, found, strict=True):
            place, figure = layout.named(long, "measure", "actual", name)
            row[place[place >= 0]] = figure[place >= 0]
        return found

    inside = long[long["month"] >= Period.parse("2024").first]

    def pandas() -> Any:
        return long.pivot(index=["manager_id", "month"], columns="measure", values="actual")

    sums = inside.groupby("measure")["actual"].sum().loc[names].to_numpy()
    if not np.allclose(np.nansum(ours(), axis=1), sums, rtol=1e-12):
        raise SystemExit("the arrays do not hold what the rows hold")
    spent = [(timed(ours), timed(pandas)) for _ in range(ROUNDS)]
    mine, theirs = (min(each) for each in zip(*spent, strict=True))
    return {
        "rows": len(long),
        "ours_cpu_seconds": round(mine, 3),
        "pivot_cpu_seconds": round(theirs, 3),
        "times_faster": round(theirs / mine, 1),
    }


def timed(work: Callable[[], Any]) -> float:
    begun = cpu()
    work()
    return cpu() - begun


def cpu() -> float:
    """User and system seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def size_of(folder: Path) -> float:
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1)


if __name__ == "__main__":
    main()
