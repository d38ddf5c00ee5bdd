"""The session of one region's notebook: everything computed once, and the page it is told on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from policymodel.draws import Draws
from policymodel.errors import DataGap, Problem, RunFileError, suggest
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.store import is_store, read_store
from policymodel.lint import Finding, lint
from policymodel.lint.linter import in_order
from policymodel.panel import Panel, build_panel
from policymodel.payroll import Payments, pay
from policymodel.periods import Period
from policymodel.report.display import Showable, Shown, Trust, show
from policymodel.report.linting import kept
from policymodel.report.result_tables import published, typed, write_results
from policymodel.report.results import region_results
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.report.wording import (
    Schemes,
    illustrative_numbers,
    lint_settings,
    names_of,
    names_of_regions,
    refuse_mixed_facts,
    schemes_of,
    shares_of,
    words_of_run,
)
from policymodel.scoring import Scores, score
from policymodel.words.editions import Edition
from policymodel.words.gaps import gaps_of
from policymodel.words.page import Limits, Page
from policymodel.words.sentences import Text, Value


@dataclass(frozen=True)
class Session:
    """One region, its designs scored and paid; `results` is what is kept, `page` what may be shown."""

    run: RunFile
    region: str
    history: History
    panel: Panel
    periods: tuple[Period, ...]
    schemes: Schemes
    scores: Mapping[str, Scores]
    payments: Mapping[str, Payments]
    draws: Draws
    live: bool = True
    edition: Edition = "leadership"
    results: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def findings(self) -> pd.DataFrame:
        """What was found wrong with the region's rows."""
        return self.history.findings

    @cached_property
    def linted(self) -> Mapping[str, tuple[Finding, ...]]:
        """What the linter found in each design: in its card, then what is found in its pay scheme alone."""
        settings = lint_settings(self.run)
        found: dict[str, tuple[Finding, ...]] = {}
        for design, (card, plan) in self.schemes.items():
            made = ((card, self.scores.get(design)), (plan, self.payments.get(design)))
            told = {
                (each.rule, each.place if each.place.address else None): each
                for scheme, computed in reversed(made)
                if scheme is not None
                for each in lint(scheme, settings, computed=computed)
            }
            found[design] = tuple(in_order(told.values()))
        return found

    @cached_property
    def page(self) -> Page:
        """The finished tables as they may be published, and the words for everything in them."""
        run = self.run
        return Page(
            subject="region",
            place=self.region,
            edition=self.edition,
            **words_of_run(run, self.schemes),
            currency=self.history.currency,
            results=published(self.results),
            names=names_of(
                self.schemes, self.history.measures.values(), self.history.currency, self.history.codes
            )
            | names_of_regions(run)
            | _outlets(self.history),
            shares=shares_of(self.schemes, self.history.measures.values()),
            limits=Limits(
                gaps=gaps_of(self.history.findings, self.history.counts),
                rows_in=int(self.history.counts["rows_in"].sum()),
                rows_accepted=int(self.history.counts["accepted"].sum()),
                notes=tuple(Text(note) for note in self.history.notes),
                illustrative=illustrative_numbers(run, self.schemes),
                smallest_cell=run.smallest_cell,
            ),
        )

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
    facts = _history_of(run, region)
    refuse_mixed_facts(run, facts)
    _refuse_too_many_quarantined(run, region, facts)
    panel = build_panel(facts, run.plan_year, run.base_year, run.as_of)
    schemes = schemes_of(run)
    session = Session(
        run=run,
        region=region,
        history=facts,
        panel=panel,
        periods=panel.begun(_periods(run, schemes)),
        schemes=schemes,
        scores={design: score(panel, card) for design, (card, _) in schemes.items() if card is not None},
        payments={design: pay(panel, plan) for design, (_, plan) in schemes.items() if plan is not None},
        draws=Draws(run.seed),
        live=not results_dir,
        edition=edition,
    )
    session = replace(session, results=region_results(session))
    if results_dir:
        told = {"lint": _lint_table(session)} if edition == "leadership" else {}
        write_results({**session.results, **told}, Path(results_dir))
    return session


def _lint_table(session: Session) -> pd.DataFrame:
    """What the linter found, for the group's pages."""
    return typed("lint", kept(session.linted, session.run.languages).assign(region=session.region))


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


def _periods(run: RunFile, schemes: Schemes) -> tuple[Period, ...]:
    """The periods of the baseline: its card's, else its pay scheme's."""
    scheme = next(each for each in schemes[run.baseline] if each is not None)
    return run.plan_year.split(scheme.months)


def _outlets(history: History) -> dict[tuple[str, str], Value]:
    """The outlets' own names, where they have one."""
    outlets = history.tables["outlets"]
    named = zip(outlets["outlet_id"], outlets["name"], strict=True)
    return {("outlet", str(outlet)): name for outlet, name in named if isinstance(name, str) and name}
