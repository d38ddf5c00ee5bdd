"""A slice of the largest job: 40,000 people x 60 months x 100 designs x 1,000 draws, ten indicators each.

That is 2.4e11 scores and pays. One in a hundred is run: all people and months, all designs, ten of the thousand draws,
on two processes (`cpu_seconds_once` is what they take to begin and to make what happened); neither the work nor the
memory of a draw depends on how many there are (`peak_mb_by_draws`: one block with four times the draws). Thirteen
shocks move each manager-period's ten indicators and three incomes, the same for every design; kept are the sums of pay
of every design and draw.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from contenders import by_numpy
from contenders.schemes import PAY, PERIODS, columns_of, schemes_of
from contenders.workload import INDICATORS, LINES, Facts, Floats, designs_of, facts_of

from policymodel.draws import Draws
from policymodel.lowering import Arrays, Plan, lower
from policymodel.scheme.algebra import Column

PEOPLE, MONTHS, DESIGNS, DRAWS = 40_000, 60, 100, 1_000
SLICE = 10
"""Draws of the slice: 1 % of all."""
BLOCK = 60_000
"""Rows of one task."""
ROWS = 12_000
"""Rows that stand on one ground in one draw."""
SPREAD = 0.2


def whole_job(seed: int) -> dict[str, Any]:
    """Seconds of the slice, of the whole by its measure, and the peak memory of a process."""
    blocks = range(PEOPLE * MONTHS // BLOCK)
    begun, cpu = time.perf_counter(), children()
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn"), begin, (seed,)) as processes:
        done = list(processes.map(partial(block, seed=seed, draws=SLICE), blocks))
    seconds = time.perf_counter() - begun
    totals = np.sum([each[0] for each in done], axis=0)
    used = children() - cpu
    at_work = sum(each[2] for each in done)
    evaluations = PEOPLE * MONTHS * DESIGNS * SLICE
    again = {draws: memory(seed, draws) for draws in (SLICE, 4 * SLICE)}
    return {
        "evaluations": evaluations,
        "wall_seconds": round(seconds, 2),
        "cpu_seconds_of_both": round(used, 2),
        "cpu_seconds_once": round(used - at_work, 2),
        "cpu_ns_an_evaluation": round(at_work / evaluations * 1e9, 3),
        "whole_job_minutes_by_wall": round(seconds * DRAWS / SLICE / 60, 2),
        "whole_job_minutes_by_cpu_on_two": round((used - at_work + at_work * DRAWS / SLICE) / 2 / 60, 2),
        "peak_mb_of_a_process": round(max(each[1] for each in done), 1),
        "peak_mb_by_draws": again,
        "mean_total": float(totals.mean()),
    }


def children() -> float:
    """CPU seconds of processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def memory(seed: int, draws: int) -> float:
    """The peak of one process that does one block with so many draws."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), begin, (seed,)) as process:
        return round(process.submit(block, 0, seed, draws).result()[1], 1)


_AT_WORK: dict[str, Plan] = {}


def begin(seed: int) -> None:
    """What a process does once: the scheme files of all designs become one plan."""
    _AT_WORK["plan"] = lower(schemes_of(designs_of(DESIGNS, seed)), (PAY,))


def block(number: int, seed: int, draws: int) -> tuple[Floats, float, float]:
    """Sums of pay [design, draw] of one block of rows, the peak of the process in MB, and CPU seconds of the draws."""
    facts, plan = facts_of(BLOCK, seed + number), _AT_WORK["plan"]
    begun = time.process_time()
    totals = np.zeros((DESIGNS, draws))
    for at in range(0, BLOCK, ROWS):
        here = facts.between(at, at + ROWS)
        for draw in range(draws):
            shocks = shocks_of(seed, number * BLOCK + at, draw)
            right = None
            if at == draw == number == 0:
                right = by_numpy.hinges_many(moved(here, shocks), designs_of(DESIGNS, seed))()[:, 1]
            for _, values in plan.tiles(ground_of(here, shocks)):
                totals[:, draw] += values[PAY].number.sum(axis=(1, 2))
            if right is not None:
                assert np.abs(totals[:, 0] / right - 1).max() < 1e-9
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return totals, peak, time.process_time() - begun


def shocks_of(seed: int, row: int, draw: int) -> Floats:
    """What multiplies each indicator and income, [measure, row]: keyed by draw and row."""
    shocks = np.empty((INDICATORS + LINES, ROWS))
    Draws(seed).generator("bench shocks", draw=draw, block=row).standard_normal(out=shocks)
    shocks *= SPREAD
    return np.exp(shocks, out=shocks)


def ground_of(facts: Facts, shocks: Floats) -> Arrays:
    """The people in one draw; the shocks are written over."""
    columns: dict[Column | str, Floats] = {}
    for name, column in columns_of(facts).items():
        kind, _, at = name.rpartition("_")
        if kind in ("indicator", "income"):
            shock = shocks[int(at) + (INDICATORS if kind == "income" else 0)]
            column = np.multiply(column, shock, out=shock)
        columns[name] = column[None]
    return Arrays(PERIODS, columns)


def moved(facts: Facts, shocks: Floats) -> Facts:
    """The rows as they would be in one draw."""
    return replace(
        facts, actual=facts.actual * shocks[:INDICATORS], income=facts.income * shocks[INDICATORS:]
    )
