"""A plan over many blocks, in this process or in several: the sums are the same whoever works them out, and when."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce

from policymodel.evaluate.sums import Reducer, Sums, added_up
from policymodel.lowering import Plan
from policymodel.scheme.evaluation import Ground

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Block:
    """A ground that is made where it is worked out: `ground` travels to other processes and is called there.

    Sums of blocks with the same key are added.
    """

    key: Hashable
    ground: Callable[[], Ground]


def run_tiles(plan: Plan, blocks: Iterable[Block], reducer: Reducer, jobs: int = 1) -> dict[Hashable, Sums]:
    """The sums of every key over all blocks, in the order in which keys first come.

    With more than one job, blocks are worked out by as many processes, each with one thread of arithmetic. Blocks and
    sums are whole, so results depend on no number of jobs and on no order.
    """
    found: dict[Hashable, Sums] = {}
    for key, sums in _worked_out(plan, blocks, reducer, jobs):
        found[key] = added_up(found[key], sums) if key in found else sums
    return found


def _worked_out(
    plan: Plan, blocks: Iterable[Block], reducer: Reducer, jobs: int
) -> Iterator[tuple[Hashable, Sums]]:
    if jobs <= 1:
        for block in blocks:
            yield block.key, block_sums(plan, block, reducer)
        return
    with (
        _one_thread_each(),
        ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (plan, reducer)) as pool,
    ):
        yield from pool.map(_of_block, blocks)


def block_sums(plan: Plan, block: Block, reducer: Reducer) -> Sums:
    """The sums of one block, tile by tile."""
    ground = block.ground()
    here = ground.peers("group") >= 0
    tiles = (reducer(here[:, cells], cells, values) for cells, values in plan.tiles(ground))
    return reduce(added_up, tiles, {})


_AT_WORK: dict[str, tuple[Plan, Reducer]] = {}


def _begin(plan: Plan, reducer: Reducer) -> None:
    """What a process is told once."""
    _AT_WORK["now"] = plan, reducer


def _of_block(block: Block) -> tuple[Hashable, Sums]:
    plan, reducer = _AT_WORK["now"]
    return block.key, block_sums(plan, block, reducer)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes begun inside do arithmetic on one thread each: several of them share the machine."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
