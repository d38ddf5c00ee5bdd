"""The session of one region's notebook: everything computed once, and the page it is told on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.consequences import LastPlaces, Replay
from policymodel.draws import Draws
from policymodel.errors import DataGap, Problem, RunFileError, suggest
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.store import is_store, read_store
from policymodel.lint import Finding, Settings, lint
from policymodel.lint.linter import in_order
from policymodel.panel import ORDINARY, Panel, build_panel, plans_here, plans_of, under_plans
from policymodel.payroll import Payments
from policymodel.periods import Period
from policymodel.populations import Both, Population, Schemes, payments_of, population, scores_of
from policymodel.report.display import Showable, Shown, Trust, show
from policymodel.report.last_places import of_the_run
from policymodel.report.linting import kept, of_plan
from policymodel.report.result_tables import published, typed, write_results
from policymodel.report.results import joined_parts, region_results
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.report.touched import replays
from policymodel.report.wording import (
    Plans,
    illustrative_numbers,
    lint_settings,
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
from policymodel.scoring import Scores
from policymodel.words.editions import Edition
from policymodel.words.gaps import gaps_of
from policymodel.words.page import Limits, Page
from policymodel.words.sentences import Text, Value


@dataclass(frozen=True)
class Session:
    """One region, its designs scored and paid; `results` is what is kept, `page` what may be shown.

    `schemes` are the designs' own and `plans` those of further plans; `scores` and `payments` hold everybody, each by
    the schemes of the plan they stand under. `populations` are the people of one plan each, the designs' own first.
    """

    run: RunFile
    region: str
    history: History
    panel: Panel
    periods: tuple[Period, ...]
    schemes: Schemes
    scores: Mapping[str, Scores]
    payments: Mapping[str, Payments]
    draws: Draws
    plans: Plans = field(default_factory=dict)
    populations: tuple[Population, ...] = ()
    live: bool = True
    edition: Edition = "leadership"
    results: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    last_places: Mapping[str, LastPlaces] = field(default_factory=dict)
    """Of each design that ranks the whole group, the figures of the last places; none where nobody found them."""

    @property
    def people_of_plans(self) -> dict[str, int]:
        """How many people stand under each plan in some period of the year."""
        return plans_here(self.panel.everybody or self.panel, self.periods)

    @property
    def findings(self) -> pd.DataFrame:
        """What was found wrong with the region's rows."""
        return self.history.findings

    def under(self, plan: str) -> Session:
        """The same session of the people of one plan alone, with the schemes that every design has for them."""
        if len(self.populations) < 2:
            return self
        own = next(each for each in self.populations if each.plan == plan)
        return replace(
            self,
            panel=own.panel,
            schemes=own.schemes,
            scores=own.scores,
            payments=own.payments,
            populations=(own,),
            # those of the group are places among the people of the designs' own plan
            last_places=self.last_places if plan == ORDINARY else {},
        )

    def plans_of(self, manager: str) -> list[str]:
        """The plans that a person stands under in the periods of the year, in order."""
        place = int((self.panel.managers == manager).argmax())
        return [each for each in self._plans[:, place] if each is not None]

    def plan_in(self, manager: str, period: Period) -> str:
        """The plan that a person stands under in a period of the year in which they are there."""
        place = int((self.panel.managers == manager).argmax())
        return str(self._plans[self.periods.index(period), place])

    @cached_property
    def _plans(self) -> NDArray[np.object_]:
        return plans_of(self.panel, self.periods)

    @cached_property
    def linted(self) -> Mapping[str, tuple[Finding, ...]]:
        """What the linter found in each design: in its card, then what is found in its pay scheme alone."""
        settings = lint_settings(self.run)
        found: dict[str, tuple[Finding, ...]] = {}
        for design, both in self.schemes.items():
            told = _lint(both, settings, self.populations[0], design)
            for plan, schemes in self.plans.items():
                # What few people reached tells too much of them: their scheme is read without them.
                theirs = next((each for each in self.populations if each.plan == plan), None)
                few = (
                    theirs is None
                    or int(theirs.panel.employed(self.periods).any(axis=0).sum()) < self.run.smallest_cell
                )
                told += [
                    of_plan(each, plan)
                    for each in _lint(schemes[design], settings, None if few else theirs, design)
                ]
            found[design] = tuple(in_order(told))
        return found

    @cached_property
    def replays(self) -> Mapping[str, Replay]:
        """What the rewards and penalties of each design would have done."""
        return replays(self)

    @cached_property
    def replays_of_plans(self) -> Mapping[str, Mapping[str, Replay]]:
        """The same for the people of each plan, by that plan's own rules; the designs' own plan first."""
        return {each.plan: self.under(each.plan).replays for each in self.populations}

    @cached_property
    def page(self) -> Page:
        """The finished tables as they may be published, and the words for everything in them."""
        run, every = self.run, with_plans(self.schemes, self.plans)
        return Page(
            subject="region",
            place=self.region,
            edition=self.edition,
            **words_of_run(run, self.schemes, self.plans),
            currency=self.history.currency,
            results=published(self.results),
            names=names_of(every, self.history.measures.values(), self.history.currency, self.history.codes)
            | names_of_regions(run)
            | _outlets(self.history),
            shares=shares_of(every, self.history.measures.values()),
            limits=Limits(
                gaps=gaps_of(self.history.findings, self.history.counts),
                rows_in=int(self.history.counts["rows_in"].sum()),
                rows_accepted=int(self.history.counts["accepted"].sum()),
                notes=(*(Text(note) for note in self.history.notes), *self._notes_on_plans(every)),
                illustrative=illustrative_numbers(run, self.schemes, self.plans),
                smallest_cell=run.smallest_cell,
            ),
        )

    def _notes_on_plans(self, every: Schemes) -> Iterator[Value]:
        paid = self.payments.get(self.run.baseline)
        into = next(iter(joined_parts(paid, self.run.smallest_cell).values()), "") if paid is not None else ""
        name = names_of(every, (), "").get(("item", into), "")
        return notes_on_plans(self.run, self.plans, self.people_of_plans, name)

    def show(self, *things: Showable | Trust) -> Shown:
        """What a cell shows, in every language of the run."""
        return show(self.page.languages, *things, live=self.live)


def open_session(
    region: str, run_file: str, history: str = "", results_dir: str = "", edition: Edition = "leadership"
) -> Session:
    """Read, score and pay one region under every design; nonsense is refused here, in one sentence.

    Parameters
    ----------
    history : a store or a raw folder; the run file's own where it is empty.
    results_dir : where the result tables are written; without it a person is at work, who also gets pictures.
    edition : for whom the page is made, as its cover says.
    """
    if not region.strip() or not run_file.strip():
        name = "run_file" if region.strip() else "region"
        raise RunFileError("parameters", [Problem(name, "is empty", "name the region and the run file")])
    run = read_run_file(run_file)
    if history:
        run = run.with_history(history)
    facts = facts_of_region(run, region)
    panel = build_panel(facts, run.plan_year, run.base_year, run.as_of)
    schemes, plans = schemes_of(run), plan_schemes_of(run)
    periods = periods_of(run, schemes)
    panel, populations = _populations(run, panel, schemes, plans, periods)
    session = Session(
        run=run,
        region=region,
        history=facts,
        panel=panel,
        periods=panel.begun(periods),
        schemes=schemes,
        scores=scores_of(populations),
        payments=payments_of(populations),
        plans=plans,
        populations=populations,
        draws=Draws(run.seed),
        live=not results_dir,
        edition=edition,
        last_places=of_the_run(Path.cwd()) if results_dir else {},
    )
    session = replace(session, results=region_results(session))
    if results_dir:
        told = {"lint": _lint_table(session)} if edition == "leadership" else {}
        write_results({**session.results, **told}, Path(results_dir))
    return session


def _lint_table(session: Session) -> pd.DataFrame:
    """What the linter found, for the group's pages."""
    return typed("lint", kept(session.linted, session.run.languages).assign(region=session.region))


def facts_of_region(run: RunFile, region: str) -> History:
    """The region's own rows; refused where the run cannot use them."""
    facts = _history_of(run, region)
    refuse_mixed_facts(run, facts)
    _refuse_too_many_quarantined(run, region, facts)
    return facts


def _history_of(run: RunFile, region: str) -> History:
    """The region's own rows, from a store or from the folder of a bank."""
    if run.history is None:
        raise RunFileError(
            str(run.file), [Problem("history", "names no history", "give the parameter history")]
        )
    if not run.history.is_dir():
        raise RunFileError(str(run.file), [Problem("history", f"there is no folder {run.history}")])
    if is_store(run.history):
        return read_store(run.history, region)
    whole = read_history(run.history, read_mapping(run.mapping))
    if region not in whole.regions:
        right = suggest(region, whole.regions) or f"its regions are {', '.join(whole.regions)}"
        raise RunFileError(
            "parameters", [Problem("region", f"'{region}' is no region of the history", right)]
        )
    return whole.region(region)


def _refuse_too_many_quarantined(run: RunFile, region: str, facts: History) -> None:
    """A page on half a history would be believed like any other, so there is none."""
    rows = int(facts.counts["rows_in"].sum() - facts.counts["excluded"].sum())
    lost = facts.counts.groupby("table", observed=True)["quarantined"].sum()
    if rows == 0 or lost.sum() <= run.max_quarantined * rows:
        return
    table = str(lost.idxmax())
    rules = facts.findings.query("severity == 'quarantined' and table == @table")["rule"].value_counts()
    rule = f", most often by the rule '{rules.index[0]}'" if len(rules) else ""
    raise DataGap(
        region,
        [
            Problem(
                table,
                f"{int(lost.sum()):,} of {rows:,} rows were put aside, {int(lost.max()):,} of them here{rule}",
                f"correct them (findings.csv names each row) or raise max_quarantined ({run.max_quarantined:g})",
            )
        ],
    )


def periods_of(run: RunFile, schemes: Schemes) -> tuple[Period, ...]:
    """The periods of the baseline: its card's, else its pay scheme's."""
    scheme = next(each for each in schemes[run.baseline] if each is not None)
    return run.plan_year.split(scheme.months)


def _populations(
    run: RunFile, panel: Panel, schemes: Schemes, plans: Plans, periods: tuple[Period, ...]
) -> tuple[Panel, tuple[Population, ...]]:
    """The people whom the run is about, and those of each plan, the ordinary first, scored and paid by its schemes."""
    here = plans_here(panel, periods)
    if problems := [_no_scheme(plan, run) for plan in here if plan and plan not in run.designs[0].plans]:
        raise RunFileError(str(run.file), problems)
    if ORDINARY not in here:
        what = f"nobody stands under the ordinary plan in {run.plan_year.label}"
        raise DataGap(
            panel.history.title.get("en", "history"),
            [Problem("managers.plan", what, "leave `plan` blank for those whom the designs are for")],
        )
    inside = [plan for plan in here if plan in (ORDINARY, *plans)]
    if len(inside) < len(here):
        panel = under_plans(panel, inside, periods)
    own = {plan: panel if len(inside) == 1 else under_plans(panel, [plan], periods) for plan in inside}
    return panel, tuple(
        population(plan, each, {ORDINARY: schemes, **plans}[plan]) for plan, each in own.items()
    )


def _no_scheme(plan: str, run: RunFile) -> Problem:
    settings = f"`plans: {{{plan}: {{card: …, pay: …}}}}`"
    right = f"write {settings} in every design, or `{plan}: null` to leave these people out"
    what = f"people stand under the plan '{plan}', and no design has a scheme for it"
    return Problem("designs", what, suggest(plan, run.designs[0].plans) or right)


def _lint(both: Both, settings: Settings, own: Population | None, design: str) -> list[Finding]:
    """What the linter finds in a card, then what it finds in the pay scheme alone."""
    results = ({}, {}) if own is None else (own.scores, own.payments)
    told = {
        (each.rule, each.place if each.place.address else None): each
        for scheme, computed in reversed(list(zip(both, results, strict=True)))
        if scheme is not None
        for each in lint(scheme, settings, computed=computed.get(design))
    }
    return list(told.values())


def _outlets(history: History) -> dict[tuple[str, str], Value]:
    """The outlets' own names, where they have one."""
    outlets = history.tables["outlets"]
    named = zip(outlets["outlet_id"], outlets["name"], strict=True)
    return {("outlet", str(outlet)): name for outlet, name in named if isinstance(name, str) and name}
