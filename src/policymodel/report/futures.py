"""The session of the notebook on next year: the tables of a futures run read, and the page they are told on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from policymodel.errors import Problem, RunFileError
from policymodel.history.mapping import Mapping as FileMapping
from policymodel.history.mapping import read_mapping
from policymodel.periods import Period
from policymodel.populations import Schemes
from policymodel.report.display import Fold, Showable, Shown, Trust, show
from policymodel.report.futures_figures import futures_figures, read_tables
from policymodel.report.result_tables import SCHEMAS, typed, write_results
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.report.wording import (
    Plans,
    illustrative_numbers,
    names_of,
    names_of_regions,
    notes_on_plans,
    plan_schemes_of,
    refuse_mixed_facts,
    schemes_of,
    shares_of,
    with_plans,
    words_of_run,
)
from policymodel.simulate.assumptions import Assumptions, read_assumptions
from policymodel.words import futures as words
from policymodel.words.page import Limits, Page
from policymodel.words.sentences import Text, Value

FACTORS = ("measure", "income", "line")
"""As what a common factor may be called."""


@dataclass(frozen=True)
class FuturesSession:
    """All regions of a run next year, from nothing but the tables that were drawn."""

    run: RunFile
    mapping: FileMapping
    schemes: Schemes
    plans: Plans
    assumptions: Assumptions
    figures: Mapping[str, pd.DataFrame] = field(repr=False)
    left_out: int = 0

    @property
    def year(self) -> Period:
        """The year that is forecast: as long as the plan year, and after it."""
        return after(self.run.plan_year)

    @cached_property
    def page(self) -> Page:
        """The answers as they may be published; its period is next year, its base period the one replayed."""
        every = with_plans(self.schemes, self.plans)
        known = names_of(every, self.mapping.measures.values(), self.mapping.currency, self.mapping.codes)
        told = words_of_run(self.run, self.schemes, self.plans)
        told |= {"period": self.year.label, "base_period": self.run.plan_year.label}
        return Page(
            subject="group",
            place="",
            **told,
            currency=self.mapping.currency,
            results=self.figures,
            names=known | names_of_regions(self.run) | self._factors(known),
            shares=shares_of(every, self.mapping.measures.values()),
            limits=Limits(
                notes=(
                    *(Text(note) for note in self.mapping.notes),
                    *notes_on_plans(self.run, self.plans),
                ),
                illustrative=illustrative_numbers(self.run, self.schemes, self.plans),
                smallest_cell=self.run.smallest_cell,
                regions_left_out=self.left_out,
            ),
        )

    def _factors(self, known: Mapping[tuple[str, str], Value]) -> dict[tuple[str, str], Value]:
        """What each common factor is called: as the measure, or else the income line, of its name."""
        table = self.figures.get("futures_drivers", pd.DataFrame())
        codes = set(table["factor"]) if len(table) else set()
        return {
            ("factor", code): next((known[kind, code] for kind in FACTORS if (kind, code) in known), code)
            for code in codes
        }

    @property
    def nature(self) -> list[Value]:
        """What is held fixed and what is not modelled."""
        fixed = words.FIXED if self.assumptions.people == "held" else words.RESAMPLED
        moving = words.MOVING if self.assumptions.leavers.on else words.STAYING
        return words.nature(self.page, self.assumptions.blocks.months, (fixed, moving))

    @property
    def resting(self) -> Value | None:
        """On how much history the growth of next year rests."""
        return words.resting(self.page, self.assumptions.growth.leaning.sd_years.value)

    def show(self, *things: Showable | Trust | Fold) -> Shown:
        """What a cell shows, in every language of the run."""
        return show(self.page.languages, *things)


def open_futures(run_file: str, futures_dir: str, results_dir: str = "") -> FuturesSession:
    """Read what was drawn for a run; nonsense is refused here, in one sentence.

    Parameters
    ----------
    run_file : one that names a file of assumptions under `futures`.
    futures_dir : the folder with the tables that `policymodel futures` drew.
    results_dir : where the result tables of a page are kept; all are empty, for this page replays nothing itself.
    """
    for name, value in {"run_file": run_file, "futures_dir": futures_dir}.items():
        if not value.strip():
            right = "name the run file and the folder of what was drawn"
            raise RunFileError("parameters", [Problem(name, "is empty", right)])
    run = read_run_file(run_file)
    assumptions = assumptions_of(run)
    mapping = read_mapping(run.mapping)
    refuse_mixed_facts(run, mapping)
    figures, left_out = futures_figures(
        read_tables(Path(futures_dir)), run.baseline, run.no_change, run.smallest_cell
    )
    if results_dir:
        write_results({name: typed(name, pd.DataFrame()) for name in SCHEMAS}, Path(results_dir))
    return FuturesSession(run, mapping, schemes_of(run), plan_schemes_of(run), assumptions, figures, left_out)


def assumptions_of(run: RunFile) -> Assumptions:
    """What the run file assumes about next year."""
    if run.futures is None:
        right = "add futures: ASSUMPTIONS.yaml, such as params/assumptions/next_year.yaml"
        raise RunFileError(str(run.file), [Problem("futures", "names no assumptions about next year", right)])
    return read_assumptions(run.futures)


def after(year: Period) -> Period:
    """The year that follows a year, as long as it.

    >>> after(Period.parse("2021-07..2022-06")).label
    '2022-07..2023-06'
    """
    return Period(year.last + 1, year.last + len(year.months))
