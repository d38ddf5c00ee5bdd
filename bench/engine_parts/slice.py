"""A slice of the largest job: 40,000 people x 60 months x 100 designs x 1,000 draws, ten indicators each.

That is 2.4e11 scores and pays. One in a hundred is run: all people and months, all designs, ten of the thousand draws,
on two processes; neither the work nor the memory of a draw depends on how many there are (`peak_mb_by_draws`: one block
with four times the draws). Thirteen shocks move each manager-period's ten indicators and three incomes, the same for
every design; kept are the sums of pay of every design and draw.
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
from contenders.workload import INDICATORS, LINES, Facts, Floats, designs_of, facts_of

from policymodel.draws import Draws

PEOPLE, MONTHS, DESIGNS, DRAWS = 40_000, 60, 100, 1_000
SLICE = 10
"""Draws of the slice: 1 % of all."""
BLOCK = 60_000
"""Rows of one task."""
TILE = 1_000
SPREAD = 0.2


def whole_job(seed: int) -> dict[str, Any]:
    """Seconds of the slice, of the whole by its measure, and the peak memory of a process."""
    blocks = range(PEOPLE * MONTHS // BLOCK)
    begun, cpu = time.perf_counter(), children()
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as processes:
        done = list(processes.map(partial(block, seed=seed, draws=SLICE), blocks))
    seconds = time.perf_counter() - begun
    totals = np.sum([each[0] for each in done], axis=0)
    used = children() - cpu
    evaluations = PEOPLE * MONTHS * DESIGNS * SLICE
    again = {draws: memory(seed, draws) for draws in (SLICE, 4 * SLICE)}
    return {
        "evaluations": evaluations,
        "wall_seconds": round(seconds, 2),
        "cpu_seconds_of_both": round(used, 2),
        "cpu_ns_an_evaluation": round(used / evaluations * 1e9, 3),
        "whole_job_minutes_by_wall": round(seconds * DRAWS / SLICE / 60, 2),
        "whole_job_minutes_by_cpu_on_two": round(used / 2 * DRAWS / SLICE / 60, 2),
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
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return round(process.submit(block, 0, seed, draws).result()[1], 1)


def block(number: int, seed: int, draws: int) -> tuple[Floats, float]:
    """Sums of pay [design, draw] of one block of rows, and the peak of the process in MB."""
    facts = facts_of(BLOCK, seed + number)
    designs = designs_of(DESIGNS, seed)
    totals = np.zeros((DESIGNS, draws))
    shocks = np.empty((INDICATORS + LINES, TILE))
    for at in range(0, BLOCK, TILE):
        tile = facts.between(at, at + TILE)
        for draw in range(draws):
            chance = Draws(seed).generator(
                "bench shocks", draw=draw, block=number * BLOCK // TILE + at // TILE
            )
            chance.standard_normal(out=shocks)
            np.multiply(shocks, SPREAD, out=shocks)
            np.exp(shocks, out=shocks)
            drawn = moved(tile, shocks)
            totals[:, draw] += by_numpy.hinges_many(drawn, designs)()[:, 1]
    return totals, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def moved(tile: Facts, shocks: Floats) -> Facts:
    """The tile as it would be in a draw."""
    return replace(tile, actual=tile.actual * shocks[:INDICATORS], income=tile.income * shocks[INDICATORS:])
