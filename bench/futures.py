"""Many designs in many futures: seconds, peak memory and cost per draw; and what Sobol points and common numbers bring.

    python bench/futures.py --data ../shared/data            # 20 designs x 1,000 draws on one real bank's 18 regions
    python bench/futures.py --managers 40000 --draws 100     # on an invented bank
    python bench/futures.py --goal-7                         # 256 Sobol draws against 20,000 plain ones

Writes JSON. The history is made a store first, region by region; then every size is run in a process of its own, from
the store to the tables, and its peak memory and that of its largest worker are told.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import chdtri

from policymodel.draws import Draws
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import parts_of, read_history
from policymodel.history.store import is_store, read_manifest, read_store, write_store_of
from policymodel.history.synthetic import write_bank
from policymodel.periods import Period
from policymodel.runner.workers import executor
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme
from policymodel.simulate.assumptions import Assumptions, read_assumptions
from policymodel.simulate.region import Designs, Pricings, Region
from policymodel.simulate.running import CELLS, Inputs, simulate
from policymodel.simulate.shocks import Common

PROJECT = Path(__file__).resolve().parents[1]
PARAMS = PROJECT / "params"
CHANGE = """title: {{en: "Variant {at}", zh-Hant: "方案 {at}", zh-Hans: "方案 {at}"}}
id: variant_{at}
author: bench
base: {base}
because: {{en: "one of many", zh-Hant: "眾多方案之一", zh-Hans: "众多方案之一"}}
changes:
{changes}
"""
ONE = (
    "  - {{at: performance_wage.shares.{share}, from: {{value: {old}, source: {source}}}, "
    "to: {{value: {new}, source: illustrative}}, because: {{en: bench, zh-Hant: 測試, zh-Hans: 测试}}}}"
)


def variants(base: Path, count: int, folder: Path) -> dict[str, Scheme]:
    """A scheme and change files that vary its shares, in the order in which they are made."""
    scheme = read_scheme(base)
    found = {"published": scheme}
    wage = next(item for item in scheme.pay.items if item.id == "performance_wage")  # type: ignore[union-attr]
    for at in range(1, count):
        lines = []
        for name, by in (("stock", -0.02), ("increment", 0.05)):
            share = getattr(wage.shares, name)  # type: ignore[union-attr]
            new = f"{float(share.value) * (1 + by * at):.6f}"
            lines.append(ONE.format(share=name, old=share.value, source=share.source, new=new))
        file = folder / f"variant_{at}.yaml"
        file.write_text(CHANGE.format(at=at, base=base, changes="\n".join(lines)), encoding="utf-8")
        found[f"variant_{at}"] = read_scheme(file)
    return found


@dataclass(frozen=True)
class Store:
    """Where a run reads a region: from a store, also in another process."""

    folder: Path

    def __call__(self, region: str) -> History:
        return read_store(self.folder, region)


def prepare(asked: argparse.Namespace) -> dict[str, Any]:
    """Write the store of the history that is asked for, region by region, and tell what that took."""
    folder, (_, mapping, _) = Path(asked.folder), kind(asked)
    started = time.perf_counter()
    told = read_mapping(PARAMS / f"mappings/{mapping}.yaml")
    source = Path(asked.data) / "estban" if asked.data else folder / "bank"
    if not asked.data:
        write_bank(
            source,
            Draws(1),
            managers=asked.managers,
            regions=asked.regions or max(2, asked.managers // 2500),
            months=asked.months,
            first_month=f"{2026 - asked.months // 12}-01",
            headers="zh",
            apart=True,
        )
    parts = parts_of(source, told) or ("",)
    write_store_of(((part, read_history(source, told, part)) for part in parts), folder / "store")
    return {
        "seconds": round(time.perf_counter() - started, 2),
        "peak_mb": _peak(resource.RUSAGE_SELF),
        "rows": read_manifest(folder / "store")["counts"]["accepted"],
    }


def kind(asked: argparse.Namespace) -> tuple[str, str, tuple[str, str]]:
    """The scheme, the mapping, and the last year with the one before it."""
    if asked.data:
        return "estban_profit_centre", "estban", ("2021-07..2022-06", "2020-07..2021-06")
    return "s6_profit_centre", "bank", ("2025", "2024")


def inputs_of(
    asked: argparse.Namespace, folder: Path, pool: Executor | None = None
) -> tuple[Inputs, Assumptions]:
    """The run that is asked for, on a store that is prepared, and its assumptions."""
    assumptions = read_assumptions(PARAMS / "assumptions/next_year.yaml")
    base, mapping, years = kind(asked)
    if asked.goal_7:
        proposal = {"s6_profit_centre": "s6_more_for_growth"}.get(base, "estban_more_for_growth")
        schemes = {
            "published": read_scheme(PARAMS / f"schemes/{base}.yaml"),
            "proposal": read_scheme(PARAMS / f"changes/{proposal}.yaml"),
        }
    else:
        schemes = variants(PARAMS / f"schemes/{base}.yaml", asked.designs, folder)
    own = {name: (None, each) for name, each in schemes.items()}
    plans: dict[str, Any] = {}
    if mapping == "bank":
        apart = read_scheme(PARAMS / "schemes/s6_separate_book.yaml")
        plans = {"separate_book": dict.fromkeys(own, (None, apart))}
    designs = Designs(own, plans, "published")
    periods = (Period.parse(years[0]), Period.parse(years[1]))
    history = read_store(folder / "store", tables=("managers",))
    facts = Store(folder / "store")
    return Inputs.of(history, periods, designs, assumptions, facts, seed=2026, pool=pool), assumptions


def one(asked: argparse.Namespace) -> dict[str, Any]:
    """One run from a store to its tables: how long, and how much memory its largest process took."""
    started, cpu = time.perf_counter(), _cpu()
    with executor(None, asked.jobs) as pool:
        inputs, assumptions = inputs_of(asked, Path(asked.folder), pool)
        growth = time.perf_counter() - started
        found = simulate(inputs, assumptions, asked.draws, pool=pool, jobs=asked.jobs)
    seconds, cpu = time.perf_counter() - started, _cpu() - cpu
    totals = found["futures_totals"]
    group = totals.groupby(["design", "draw"])["amount_minor"].sum()
    return {
        "draws": asked.draws,
        "designs": asked.designs,
        "regions": len(inputs.regions),
        "people": found.notes["people"],
        "jobs": asked.jobs,
        "seconds": round(seconds, 2),
        "of_these_for_growth": round(growth, 2),
        "cpu_seconds": round(cpu, 2),
        "peak_mb_of_the_parent": _peak(resource.RUSAGE_SELF),
        "peak_mb_of_a_worker": _peak(resource.RUSAGE_CHILDREN),
        "person_years_a_second": round(asked.designs * asked.draws * found.notes["people"] / seconds),
        "mean_minor": float(group["published"].mean()),
        "sd_minor": float(group["published"].std()),
        "not_computed": int(totals["not_computed"].sum()),
    }


def _peak(who: int) -> int:
    """Peak memory in MB of this process, or of the largest of its workers; of these only once they have ended."""
    return resource.getrusage(who).ru_maxrss // 1024


def _cpu() -> float:
    """Seconds of CPU of this process and of those of its workers that have ended."""
    whose = (resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in whose)


def goal_7(asked: argparse.Namespace) -> dict[str, Any]:
    """How many plain draws tell the group's mean cost as well as so many Sobol ones, and what common numbers bring.

    The variance of a mean of plain draws is that of one draw ÷ their number, from all plain draws, of a quarter of the
    repetitions; that of Sobol points is seen over repetitions with other seeds, with its 95 % interval (chi squared).
    The difference of two designs: the variance with common numbers against the sum of both (numbers apart).
    """
    inputs, assumptions = inputs_of(asked, Path(asked.folder))
    years = (inputs.plan_year, inputs.base_year)
    pricings = Pricings(inputs.designs)
    count, seeds = asked.draws, range(asked.repetitions)
    quarter = max(2, len(seeds) // 4)
    cost = {"sobol": np.zeros((len(seeds), 2, count)), "plain": np.zeros((quarter, 2, count))}
    nowhere = np.zeros(count, dtype=bool)
    people = 0
    for name in inputs.regions:
        first = Common(inputs.growths, Draws(0), count)
        ready = Region.of(
            name, inputs.facts(name), years, inputs.designs, assumptions, first, Draws(0), pricings
        )
        people += int((ready.aged.region >= 0).sum())
        at_once = max(1, CELLS // ready.aged.panel.managers.size)
        for way, often in (("sobol", seeds), ("plain", seeds[:quarter])):
            for seed in often:
                common = Common(inputs.growths, Draws(seed), count, way == "plain", inputs.led)
                region = replace(ready, future=replace(ready.future, common=common, draws=Draws(seed)))
                for start in range(0, count, at_once):
                    many = min(at_once, count - start)
                    totals = region.priced(start, many, nowhere).totals[:, :, 0]
                    cost[way][seed, :, start : start + many] += totals
    base, other = cost["plain"][:, 0].ravel(), cost["plain"][:, 1].ravel()
    free = len(seeds) - 1
    sobol = float(np.var(cost["sobol"][:, 0].mean(axis=1), ddof=1))
    as_good = base.var(ddof=1) / sobol
    apart_by = float(cost["sobol"][:, 0].mean() - base.mean())
    together, apart = float((other - base).var(ddof=1)), float(base.var(ddof=1) + other.var(ddof=1))
    return {
        "people": people,
        "draws": count,
        "repetitions": len(seeds),
        "mean": float(base.mean()),
        "sd_of_a_draw": float(base.std(ddof=1)),
        "sd_of_a_sobol_draw": float(cost["sobol"][:, 0].var(axis=1, ddof=1).mean() ** 0.5),
        "sd_of_a_mean_of_sobol_draws": sobol**0.5,
        "means_apart_in_standard_errors": round(apart_by / (base.var(ddof=1) / base.size) ** 0.5, 2),
        "plain_draws_as_good": round(as_good),
        "plain_draws_as_good_95": [round(as_good * float(chdtri(free, p)) / free) for p in (0.975, 0.025)],
        "variance_ratio": round(as_good / count, 1),
        "goal_plain_draws": 20_000,
        "common_numbers_ratio": round(apart / together, 1),
        "goal_common_numbers_ratio": 100,
    }


PARTS = {"prepare": prepare, "one": one, "goal_7": goal_7}


def main() -> None:
    """Reads what is asked for, runs each size in a process of its own, and writes JSON."""
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--data", default="", help="the folder of real tables; without it an invented bank")
    reader.add_argument("--managers", type=int, default=2_000)
    reader.add_argument("--months", type=int, default=24)
    reader.add_argument("--regions", type=int, default=0)
    reader.add_argument("--designs", type=int, default=20)
    reader.add_argument("--draws", type=int, default=0)
    reader.add_argument("--jobs", type=int, default=1)
    reader.add_argument("--repetitions", type=int, default=60)
    reader.add_argument("--goal-7", action="store_true", dest="goal_7")
    reader.add_argument("--folder", default="", help="where to work; a store that is there is taken as it is")
    reader.add_argument("--part", choices=tuple(PARTS), help=argparse.SUPPRESS)
    asked = reader.parse_args()
    asked.draws = asked.draws or (256 if asked.goal_7 else 1_000)
    if asked.part:
        sys.stdout.write(json.dumps(PARTS[asked.part](asked), indent=1) + "\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        asked.folder = asked.folder or folder
        prepared = {} if is_store(Path(asked.folder) / "store") else part("prepare", asked, asked.draws)
        if asked.goal_7:
            report = {"goal_7": part("goal_7", asked, asked.draws)}
        else:
            few, many = (part("one", asked, draws) for draws in (max(asked.draws // 4, 1), asked.draws))
            extra = (many["seconds"] - few["seconds"]) / max(many["draws"] - few["draws"], 1)
            report = {
                "python": platform.python_version(),
                "numpy": np.__version__,
                "prepared": prepared,
                "runs": [few, many],
                "seconds_a_further_draw": round(extra, 5),
                "more_memory_of_a_worker_for_four_times_the_draws_mb": many["peak_mb_of_a_worker"]
                - few["peak_mb_of_a_worker"],
            }
    sys.stdout.write(json.dumps(report, indent=1) + "\n")


def part(name: str, asked: argparse.Namespace, draws: int) -> dict[str, Any]:
    """A part of the work in a process of its own, whose memory is its own."""
    told = {key: each for key, each in vars(asked).items() if key not in ("part", "goal_7", "draws")}
    command = [sys.executable, str(PROJECT / "bench/futures.py"), f"--part={name}", f"--draws={draws}"]
    command += [f"--{key}={each}" for key, each in told.items()] + ["--goal-7"] * asked.goal_7
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=PROJECT).stdout
    found: dict[str, Any] = json.loads(said)
    return found


if __name__ == "__main__":
    main()
