"""The session of the notebook on portfolios: clients allocated, pay under both sets of portfolios (S6.8)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from policymodel.allocation import (
    SEPARATE_PLAN,
    Allocation,
    Book,
    Clash,
    Rules,
    Solved,
    allocate,
    book_of,
    clashes,
    read_rules,
    violations,
)
from policymodel.allocation.parts import Terms
from policymodel.documents import parse_json
from policymodel.draws import Draws
from policymodel.errors import DataGap, PolicymodelError, Problem, RunFileError
from policymodel.history.facts import History
from policymodel.panel import Panel, build_panel
from policymodel.payroll import Payments, pay
from policymodel.populations import Schemes
from policymodel.report.display import Showable, Shown, Trust, show
from policymodel.report.portfolio_figures import PROPOSED, TODAY, portfolio_figures, today_of
from policymodel.report.result_tables import SCHEMAS, typed, write_results
from policymodel.report.results import region_results
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.report.session import Session, facts_of_region, periods_of
from policymodel.report.wording import schemes_of
from policymodel.whole import write_text
from policymodel.words.catalogues import SOURCE_LANGUAGE
from policymodel.words.clashes import clash_words
from policymodel.words.page import Page
from policymodel.words.portfolios import illustrative
from policymodel.words.sentences import Text, render, say

NO_PAY = say("No pay scheme was named, so pay was not replayed.")
SECONDS = 60.0
"""How long the search for a region's allocation may take."""


@dataclass(frozen=True)
class PortfolioSession:
    """One region: its allocation, what of it may be shown, and pay under today's and the proposed portfolios."""

    session: Session
    rules: Rules
    allocation: Allocation
    figures: Mapping[str, pd.DataFrame] = field(repr=False)
    uncredited: float = 0.0

    @cached_property
    def page(self) -> Page:
        """The page of the pay designs with the tables of portfolios beside."""
        page = self.session.page
        classes = {("client_class", each.id): Text(each.title) for each in self.rules.classes}
        numbers = (*page.limits.illustrative, *illustrative(self.rules))
        return replace(
            page,
            results={**page.results, **self.figures},
            names={**page.names, **classes},
            limits=replace(page.limits, illustrative=numbers),
        )

    def show(self, *things: Showable | Trust) -> Shown:
        """What a cell shows, in every language of the run."""
        return show(self.page.languages, *things, live=self.session.live)

    def show_pay(self, *things: Showable | Trust) -> Shown:
        """The same of pay; one sentence where no pay scheme was named."""
        return self.show(*things) if self.page.pays else self.show(NO_PAY)


def open_portfolios(
    region: str, run_file: str, history: str = "", results_dir: str = "", allocation: str = ""
) -> PortfolioSession:
    """Allocate one region's clients and replay pay; nonsense is refused here, in one sentence.

    Parameters
    ----------
    run_file : one that names an `allocation`; its designs are `today` and `proposed`, with the same pay scheme or none.
    allocation : a file that `write_found` wrote; without one the allocation is made here.
    results_dir : where the result tables of pay are written; without it a person is at work.
    """
    if not region.strip() or not run_file.strip():
        name = "run_file" if region.strip() else "region"
        raise RunFileError("parameters", [Problem(name, "is empty", "name the region and the run file")])
    run = read_run_file(run_file)
    rules = rules_of(run)
    if history:
        run = run.with_history(history)
    facts = facts_of_region(run, region)
    if allocation:
        found = read_found(Path(allocation), facts, rules, run.plan_year.end)
    else:
        book = book_of(facts, rules, run.plan_year.end)
        found = allocated(book, rules, run.seed, region, run.languages[0])
    book = found.book
    refuse_violations(found, rules, region)
    schemes = schemes_of(run)
    holders = {TODAY: today_of(book), PROPOSED: found.assigned}
    handed = {each: with_holders(without_separate_books(facts), holder) for each, holder in holders.items()}
    panels = {each: build_panel(history, run.plan_year, run.base_year) for each, history in handed.items()}
    session = Session(
        run=run,
        region=region,
        history=facts,
        panel=panels[TODAY],
        periods=panels[TODAY].begun(periods_of(run, schemes)) if _pays(run) else (),
        schemes=schemes,
        scores={},
        payments=_payments(run, panels, schemes),
        draws=Draws(run.seed),
        live=not results_dir,
    )
    results = (
        region_results(session)
        if session.payments
        else {name: typed(name, pd.DataFrame()) for name in SCHEMAS}
    )
    session = replace(session, results=results)
    if results_dir:
        write_results(results, Path(results_dir))
    lost = uncredited(panels, {each: history.tables["client_income"] for each, history in handed.items()})
    figures = portfolio_figures(found, rules, run.smallest_cell)
    return PortfolioSession(session, rules, found, figures, lost)


def rules_of(run: RunFile) -> Rules:
    """The rules that the run file names."""
    if run.allocation is None:
        raise RunFileError(
            str(run.file), [Problem("allocation", "names no rules", "add allocation: RULES.yaml")]
        )
    return read_rules(run.allocation)


def allocated(
    book: Book, rules: Rules, seed: int, region: str, language: str = SOURCE_LANGUAGE
) -> Allocation:
    """The allocation of a region; refused with every clash of its hard rules, in a language, where there is none."""
    if found := clashes(book, rules):
        raise RunFileError(f"the rules, in {region}", clash_problems(found, language))
    return allocate(book, rules, seed, SECONDS)


def clash_problems(found: Iterable[Clash], language: str, place: str = "") -> list[Problem]:
    """Clashes as a refusal lists them, in a language."""
    return [Problem(place, render(clash_words(each), language)) for each in found]


def refuse_violations(found: Allocation, rules: Rules, region: str) -> None:
    """An allocation that breaks a hard rule is an error in the program: nothing is made of it."""
    broken = violations(found.book, rules, found.assigned)
    if broken:
        rules_broken = "; ".join(each.rule for each in broken)
        raise PolicymodelError(
            f"an error in the program: the allocation of {region} does not keep: {rules_broken}"
        )


def with_holders(history: History, holder: pd.Series) -> History:
    """The history as if each client had been with one manager throughout: income and base both go along (S6.3).

    `holder` is the manager by client. A client without one, or with "", stays with whoever was credited.
    """
    income = history.tables["client_income"]
    manager = income["client_id"].map(holder[holder != ""])
    moved = income.assign(
        manager_id=manager.where(manager.notna(), income["manager_id"]).astype(income["manager_id"].dtype)
    )
    return replace(history, tables={**history.tables, "client_income": moved})


def without_separate_books(history: History) -> History:
    """The history without managers of separate books, whom another plan pays (S6.8)."""
    managers = history.tables["managers"]
    kept = managers[managers["plan"] != SEPARATE_PLAN].reset_index(drop=True)
    return replace(history, tables={**history.tables, "managers": kept})


def _pays(run: RunFile) -> bool:
    return all(design.pay is not None for design in run.designs)


def _payments(run: RunFile, panels: Mapping[str, Panel], schemes: Schemes) -> dict[str, Payments]:
    if not _pays(run):
        return {}
    plans = {design: plan for design, (_, plan) in schemes.items() if plan is not None}
    return {design: pay(panels[design], plan) for design, plan in plans.items()}


def uncredited(panels: Mapping[str, Panel], income: Mapping[str, pd.DataFrame]) -> float:
    """The largest share of the plan year's income that falls on months in which the holder was not in the post.

    `income` are the rows of `client_income` under each design.
    """
    worst = 0.0
    for design, panel in panels.items():
        rows, year = income[design], panel.plan_year
        rows = rows[rows["month"].between(year.first, year.last)]
        spells = panel.spells
        there = set(zip(spells.managers[spells.manager], spells.month + panel.months[0], strict=True))
        here = [key in there for key in zip(rows["manager_id"], rows["month"], strict=True)]
        size = rows["amount"].abs().to_numpy(dtype=np.float64)
        lost = np.nansum(size[~np.asarray(here, dtype=bool)])
        worst = max(worst, float(lost / max(np.nansum(size), 1e-9)))
    return worst


def write_found(found: Allocation, path: Path) -> None:
    """Keep what was found, for the page that is made of it."""
    told = {
        "assigned": {str(client): str(manager) for client, manager in found.assigned.items()},
        "without_holder": len(found.book.without_holder),
        "left_out": len(found.book.left_out),
        "elsewhere": found.book.elsewhere,
        "found": found.found,
        "bound": found.bound,
        "gap": found.gap,
        "seconds": found.seconds,
        "parts": [asdict(each) for each in found.parts],
    }
    write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", path)


def read_found(path: Path, history: History, rules: Rules, day: date) -> Allocation:
    """What was found for a region's book of a day; refused where the book has other clients."""
    try:
        told = parse_json(path.read_text(encoding="utf-8"))
        assigned = pd.Series(told["assigned"], dtype=object)
        book = book_of(history, rules, day, told["elsewhere"])
        figures = {name: told[name] for name in ("found", "bound", "gap", "seconds")}
        parts = tuple(Solved(**{**each, "terms": Terms(**each["terms"])}) for each in told["parts"])
        found = Allocation(book=book, assigned=assigned, parts=parts, **figures)
    except DataGap:
        raise
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        what = f"{path.name} is no allocation that can be read"
        raise RunFileError(
            "parameters", [Problem("allocation", what, "make it again, or leave it empty")]
        ) from None
    if set(assigned.index) != set(book.clients["client_id"]):
        what = "it has other clients than the region"
        raise RunFileError("parameters", [Problem("allocation", what, "make it again, or leave it empty")])
    return found
