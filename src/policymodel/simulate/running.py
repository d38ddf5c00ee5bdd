"""Many designs in many futures: every region in turn, block of draws by block of draws, by one or several workers."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property, partial, reduce
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.draws import Draws
from policymodel.errors import DataGap, Problem
from policymodel.history.facts import History
from policymodel.periods import Period
from policymodel.simulate.assumptions import Assumptions
from policymodel.simulate.estimation import estimate_growth
from policymodel.simulate.growth import Growths
from policymodel.simulate.months import growing_of, happens
from policymodel.simulate.region import Block, Designs, Pricings, Region
from policymodel.simulate.shocks import Common
from policymodel.simulate.tables import Futures, typed
from policymodel.simulate.yearly import Years, whole_panel

CELLS = 20_000
"""Persons times draws that are priced at a time: with fewer a draw of a large region costs more, with more no less."""

Facts = Callable[[str], History]
"""Where a region's history is read; it travels to the processes that read it."""


@dataclass(frozen=True)
class Budget:
    """What may be spent: a share of last year's income on the lines that are paid on, or an amount for each region."""

    share_of_income: float | None = None
    amounts: Mapping[str, float] = field(default_factory=dict)

    def of(self, region: Region) -> int | None:
        """In minor units; None where there is none."""
        amount = self.amounts.get(region.name, float("nan"))
        if self.share_of_income is not None:
            amount = self.share_of_income * region.income
        return int(region.rounding.to_minor([amount])[0]) if np.isfinite(amount) else None


@dataclass(frozen=True)
class Inputs:
    """Everything a futures run is made from.

    `plan_year` is the last year of history (the one after it is drawn), `base_year` the year before; `facts` gives a
    region's history by its name. `growths` are those of the whole bank, so that a region's draws are the same whichever
    regions are priced; `led` are the measures whose growth makes a year a good or a bad one.
    """

    plan_year: Period
    base_year: Period
    designs: Designs
    regions: tuple[str, ...]
    facts: Facts
    growths: Growths
    led: frozenset[str]
    seed: int
    budget: Budget = Budget()

    @classmethod
    def of(
        cls,
        history: History,
        years: tuple[Period, Period],
        designs: Designs,
        assumptions: Assumptions,
        facts: Facts,
        seed: int,
        regions: Sequence[str] = (),
        budget: Budget | None = None,
        pool: Executor | None = None,
    ) -> Inputs:
        """A run on the history of all regions; `years` are the last plan year and its base year.

        Of `history` only the people's spells and what is measured are looked at: figures are read region by region,
        where `facts` finds them, by the workers of a `pool` where there is one. A year is a bad one by the growth of
        the income lines; where there is none, of the measures of which more is better.
        """
        read = partial(_read_years, facts, years[0], designs, assumptions)
        growths = growth_of((pool.map if pool else map)(read, history.regions), assumptions)
        income = frozenset(name for name in growths if name not in history.measures and ":" not in name)
        better = frozenset(
            name for name in growths if name in history.measures and history.measures[name].better == "up"
        )
        regions = tuple(regions) or history.regions
        return cls(*years, designs, regions, facts, growths, income or better, seed, budget or Budget())


def growth_of(parts: Iterable[Years], assumptions: Assumptions) -> Growths:
    """The growth of all that grows of what people of all regions did, a region or several in each part."""
    years = Years.joined(parts)
    found = estimate_growth(years, assumptions)
    return found.only(growing_of(found, years.measures, assumptions))


def years_of(history: History, plan_year: Period, designs: Designs, assumptions: Assumptions) -> Years:
    """What people did of everything that the designs look at, up to the last plan year.

    Counts of distinct clients within a span are left out: they grow with nothing that is counted month by month.
    """
    panel = whole_panel(history, plan_year)
    asked = {column.name for column in designs.columns if happens(column.name)}
    counts = {part for name in asked for part in panel.facts.layout.ratio(name) or (name,)}
    declared = set(assumptions.growth.measures)
    lines = [each for each in counts if panel.facts.layout.is_income(each)]
    measures = [
        each
        for each in counts
        if each in history.measures and (each not in history.records or history.records[each].joins)
    ]
    events = [each for each in counts if each.startswith("events:") and each in declared]
    return Years.seen(panel, plan_year, (*lines, *measures, *events))


def _read_years(
    facts: Facts, plan_year: Period, designs: Designs, assumptions: Assumptions, region: str
) -> Years:
    return years_of(facts(region), plan_year, designs, assumptions)


def simulate(
    inputs: Inputs,
    assumptions: Assumptions,
    count: int,
    cells: int = CELLS,
    direct: bool = False,
    pool: Executor | None = None,
    jobs: int = 1,
) -> Futures:
    """Price every design in so many futures of every region.

    Draw `r` of a region depends on the seed, the region's name and `r` alone: not on `count` beyond it, the other
    regions, `jobs`, or how many `cells` (persons times draws) are priced at a time, which is what bounds the memory.
    `direct` prices each design by itself, which is slower and gives the same figures. With a `pool` its workers, of
    which there are `jobs`, do the work, wherever they are; `inputs.facts` must find its files there.

    Raises DataGap for what history lacks, in one sentence that names the region.
    """
    if count < 1:
        raise DataGap("futures", [Problem("draws", f"{count} draws are none", "write 1 or more")])
    run = _Run(inputs, assumptions, count, cells, direct)
    tasks = list(run.tasks(jobs))
    if pool is None:
        return run.together(map(run.do, tasks))
    return run.together(pool.map(partial(_do_packed, pickle.dumps(run)), tasks))


@dataclass(frozen=True)
class _Done:
    """A run of draws of one region."""

    region: str
    first: int
    totals: NDArray[np.int64]
    block: Block
    replay: pd.DataFrame
    budget: int | None
    managers: NDArray[np.object_]
    notes: Mapping[str, int]


@dataclass(frozen=True)
class _Run:
    inputs: Inputs
    assumptions: Assumptions
    count: int
    cells: int
    direct: bool = False
    _ready: dict[str, Region] = field(default_factory=dict, repr=False)

    def tasks(self, jobs: int) -> Iterator[tuple[str, int, int]]:
        """Region, first draw and how many: whole regions, or parts of them where there are few."""
        parts = 1 if jobs == 1 else max(1, -(-2 * jobs // len(self.inputs.regions)))
        ends = [self.count * each // parts for each in range(parts + 1)]
        for region in self.inputs.regions:
            for first, last in pairwise(ends):
                if last > first:
                    yield region, first, last - first

    @cached_property
    def common(self) -> Common:
        inputs = self.inputs
        return Common(inputs.growths, Draws(inputs.seed), self.count, led=inputs.led)

    @cached_property
    def pricings(self) -> Pricings:
        return Pricings(self.inputs.designs, self.direct)

    def region(self, name: str) -> Region:
        """A region made ready; one at a time is kept."""
        if name not in self._ready:
            self._ready.clear()
            inputs = self.inputs
            years = (inputs.plan_year, inputs.base_year)
            self._ready[name] = Region.of(
                name,
                inputs.facts(name),
                years,
                inputs.designs,
                self.assumptions,
                self.common,
                Draws(inputs.seed),
                self.pricings,
            )
        return self._ready[name]

    def do(self, task: tuple[str, int, int]) -> _Done:
        name, first, count = task
        region = self.region(name)
        at_once = max(1, self.cells // max(region.aged.panel.managers.size, 1))
        starts = range(first, first + count, at_once)
        block, totals = None, []
        for start in starts:
            each = region.priced(start, min(at_once, first + count - start), self.common.bad_years)
            totals.append(each.totals)
            people = each.people
            if block is not None:
                people = {design: sums.plus(people[design]) for design, sums in block.people.items()}
            block = replace(each, first=first, people=people)
        assert block is not None
        today = region.aged.region >= 0
        rolled = region.aged.rolled["why"] == "moved"
        return _Done(
            region=name,
            first=first,
            totals=np.concatenate(totals, axis=1),
            block=block,
            replay=region.replay,
            budget=self.inputs.budget.of(region),
            managers=region.aged.panel.managers.astype(object),
            notes={
                "people": int(today.sum()),
                "lent_blocks": region.future.choices.lent,
                "targets_moved": int(rolled.sum()),
                "targets_kept": int((~rolled).sum()),
            },
        )

    def together(self, done: Iterable[_Done]) -> Futures:
        """The tables; parts come in the order of the tasks."""
        totals, people, replay, notes = [], [], [], {}
        pending: list[_Done] = []
        for each in done:
            if pending and pending[0].region != each.region:
                people.append(self._people(pending))
                pending = []
            if not pending:
                replay.append(each.replay)
                notes[each.region] = each.notes
            totals.append(self._totals(each))
            pending.append(each)
        people.append(self._people(pending))
        order = {name: at for at, name in enumerate(self.inputs.designs.own)}
        every = pd.concat(totals, ignore_index=True)
        every = every.sort_values(
            ["region", "design", "draw"],
            key=lambda column: column.map(order) if column.name == "design" else column,
            kind="stable",
        )
        tables = {
            "futures_totals": every,
            "futures_people": pd.concat(people, ignore_index=True),
            "futures_common": self.common.table(),
            "futures_replay": pd.concat(replay, ignore_index=True),
        }
        added = {name: sum(each[name] for each in notes.values()) for name in next(iter(notes.values()))}
        return Futures({name: typed(name, frame) for name, frame in tables.items()}, added)

    def _totals(self, done: _Done) -> pd.DataFrame:
        designs = list(self.inputs.designs.own)
        frames = []
        for design, own in zip(designs, done.totals, strict=True):
            columns = ("amount_minor", "score_sum", "person_periods", "not_computed")
            frame = pd.DataFrame(own, columns=list(columns))
            draw = np.arange(done.first, done.first + len(frame))
            budget = pd.array([done.budget] * len(frame), dtype="Int64")
            frames.append(frame.assign(region=done.region, design=design, draw=draw, budget_minor=budget))
        return pd.concat(frames, ignore_index=True)

    def _people(self, parts: list[_Done]) -> pd.DataFrame:
        frames = []
        for design in self.inputs.designs.own:
            sums = reduce(lambda a, b: a.plus(b), (each.block.people[design] for each in parts))
            above, between, below = (each.astype(np.float64) for each in sums.squares)
            frame = pd.DataFrame(
                {
                    "region": parts[0].region,
                    "design": design,
                    "manager_id": parts[0].managers,
                    "draws": sums.draws,
                    "sum_minor": sums.sum_minor,
                    "sum_of_squares": above * 2.0**40 + between * 2.0**20 + below,
                    "loses": sums.loses,
                    "gains": sums.gains,
                    "sum_change_minor": sums.sum_change,
                    "bad_draws": sums.bad_draws,
                    "bad_sum_change_minor": sums.bad_sum_change,
                }
            )
            frames.append(frame[frame["draws"] > 0])
        return pd.concat(frames, ignore_index=True)


_KEPT = threading.local()
"""The run that a thread of somebody's pool works on: it comes with each task, and is unpacked once."""


def _do_packed(run: bytes, task: tuple[str, int, int]) -> _Done:
    if getattr(_KEPT, "packed", None) != run:
        _KEPT.packed, _KEPT.run = run, pickle.loads(run)
    done: _Done = _KEPT.run.do(task)
    return done
