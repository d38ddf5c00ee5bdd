"""The page on next year: futures drawn, their tables kept for HR, one page for the leadership made of them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from policymodel.errors import Problem, RunFileError
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.store import is_store, read_store, write_store
from policymodel.report.futures import assumptions_of
from policymodel.report.runfile import RunFile
from policymodel.report.wording import plan_schemes_of, refuse_mixed_facts, refuse_unknown_plans, schemes_of
from policymodel.runner.execute import Notice, Provenance, make_pages
from policymodel.runner.folder import RUN, claim, occupied, writable
from policymodel.runner.inputs import Hashes, source_files
from policymodel.runner.next_year import TABLES, futures_inputs, futures_plan
from policymodel.runner.plan import Plan, Wishes, relative
from policymodel.runner.record import Record, versions, write_json
from policymodel.runner.workers import executor
from policymodel.simulate.growth import Growth
from policymodel.simulate.months import growing_of
from policymodel.simulate.region import Designs
from policymodel.simulate.running import Budget, Inputs, simulate
from policymodel.simulate.tables import Futures, write_futures


@dataclass(frozen=True)
class Forecast:
    """What is asked for: a run with its assumptions, how many futures, on how many processes, where to.

    With `scheduler`, the address of a Dask cluster, its workers draw, and `jobs` says how many do so at a time.
    """

    run: RunFile
    out: Path
    count: int
    jobs: int = 1
    backtest: Path | None = None
    scheduler: str | None = None


@dataclass(frozen=True)
class Told:
    """What came of it: the page's record, where the tables lie, and of how many draws they are."""

    out: Path
    record: Record
    tables: Path
    draws: int

    @property
    def pages(self) -> list[Path]:
        """The page in every language; none where it could not be made."""
        return sorted((self.out / self.record.folder).glob("report.*.html"))


def make_forecast(asked: Forecast, notice: Notice = lambda page, state, message: None) -> Told:
    """Draw the futures of a run, keep the tables, make the page.

    Whatever is wrong with the run file, the assumptions, the schemes or the history is refused before anything is
    written. Raises RunFileError, InputError, DataGap.
    """
    begun = time.monotonic()
    run, out = asked.run, asked.out.resolve()
    assumptions_of(run)
    history, home, raw = _history_of(run)
    store = out / "store" if raw else home
    plan = futures_plan(run, out, store, Wishes(jobs=1))
    with writable(out), occupied(out), ExitStack() as held:
        seen = [out, *([] if raw else [home])]
        pool = held.enter_context(executor(asked.scheduler, asked.jobs, seen))
        claim(out, run.id)
        if raw:
            write_store(history, store)
        found, growths = drawn(run, history, store, asked.count, asked.jobs, pool)
        keep(found, growths, asked.backtest, out / TABLES)
        sources = source_files(run)
        hashes = futures_inputs(plan, regions_of(run, history), asked.count)
        record = make_pages(plan, plan.pages, Provenance({"": hashes}, {}, sources), notice)[0]
        write_json(
            {
                "run": run.id,
                "status": record.status,
                "seconds": round(time.monotonic() - begun, 2),
                "seed": run.seed,
                "draws": asked.count,
                "notes": dict(found.notes),
                "places": {
                    "run_file": relative(run.file, out),
                    "history": relative(home, out),
                    "store": relative(store, out),
                    "notebooks": relative(plan.group.notebook.parent, out),
                },
                "sources": sources,
                "versions": versions(),
                "pages": [asdict(record)],
            },
            out / RUN,
        )
    return Told(out, record, out / TABLES, asked.count)


def _history_of(run: RunFile) -> tuple[History, Path, bool]:
    """The run's history, which fits its words and plans, where it lies, and whether that is a raw folder.

    Of a store no more is read than who works where: figures are read region by region.
    """
    schemes_of(run)
    if run.history is None or not run.history.is_dir():
        what = "names no history" if run.history is None else f"there is no folder {run.history}"
        raise RunFileError(str(run.file), [Problem("history", what, "give one with --history DIR")])
    raw = not is_store(run.history)
    history = (
        read_history(run.history, read_mapping(run.mapping))
        if raw
        else read_store(run.history, tables=("managers",))
    )
    refuse_mixed_facts(run, history)
    refuse_unknown_plans(run, history)
    return history, run.history, raw


def drawn(
    run: RunFile, history: History, store: Path, count: int, jobs: int, pool: Executor | None = None
) -> tuple[Futures, Mapping[str, Growth]]:
    """The tables of a run's futures, and the growth of what grows; drawn by a pool's workers where there is one."""
    assumptions = assumptions_of(run)
    plans = plan_schemes_of(run)
    unpaid = {plan: None for plan, named in run.designs[0].plans.items() if named is None}
    designs = Designs(schemes_of(run), {**plans, **unpaid}, run.baseline, run.no_change)
    inputs = Inputs.of(
        history,
        (run.plan_year, run.base_year),
        designs,
        assumptions,
        facts=partial(read_store, store),
        seed=run.seed,
        regions=regions_of(run, history),
        budget=budget_of(run),
        pool=pool,
    )
    growing = {
        name: inputs.growths[name] for name in growing_of(inputs.growths, history.measures, assumptions)
    }
    return simulate(inputs, assumptions, count, pool=pool, jobs=jobs), growing


def regions_of(run: RunFile, history: History) -> tuple[str, ...]:
    """The regions that the run file names, or all of the history."""
    return tuple(history.regions if run.regions == "all" else run.regions)


def budget_of(run: RunFile) -> Budget:
    """What the run file allows next year; a share is of the income of the year that has just been."""
    told = run.budget
    if told is None:
        return Budget()
    share = told.share_of_base_income
    amounts = {region: float(amount) for region, amount in (told.amounts or {}).items()}
    return Budget(None if share is None else float(share.value), amounts)


def keep(found: Futures, growths: Mapping[str, Growth], backtest: Path | None, folder: Path) -> None:
    """The tables of a futures run, and beside them how measures may grow, what is noted, and a back-test if named."""
    folder.mkdir(parents=True, exist_ok=True)
    write_futures(found.tables, folder)
    rows = [
        {
            "factor": name,
            "mean": each.mean,
            "group_sd": each.group_sd,
            "region_sd": each.region_sd,
            "years": each.years,
        }
        for name, each in growths.items()
    ]
    columns = ["factor", "mean", "group_sd", "region_sd", "years"]
    beside = {
        "futures_growth": pd.DataFrame(rows, columns=columns),
        "futures_notes": pd.DataFrame({"note": list(found.notes), "count": list(found.notes.values())}),
    }
    if backtest is not None:
        beside["backtest"] = pd.read_parquet(backtest)
    for name, table in beside.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)


def drawn_again(run: RunFile, source: Path, out: Path, count: int, wishes: Wishes) -> tuple[Plan, Hashes]:
    """The futures of a run drawn anew below `out`, and the plan of their page; a back-test is that of `source`."""
    history, home, raw = _history_of(run)
    store = write_store(history, out / "store") if raw else home
    plan = futures_plan(run, out, store, wishes)
    found, growths = drawn(run, history, store, count, 1)
    backtest = source / "backtest.parquet"
    keep(found, growths, backtest if backtest.is_file() else None, out / TABLES)
    return plan, futures_inputs(plan, regions_of(run, history), count)
