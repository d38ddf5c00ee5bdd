"""One region's figures of one quarter under one scheme, and what they were computed from (S6.9)."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from policymodel.approvals.figures import figures_of
from policymodel.approvals.procedure import Part
from policymodel.computation import Computed
from policymodel.errors import HistoryError, InputError, Problem, suggest
from policymodel.history.facts import History
from policymodel.history.store import is_store, slug, write_store
from policymodel.panel import ORDINARY, build_panel, plans_here, under_plans
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.runner.inputs import data_digest, files_digest, scheme_files
from policymodel.runner.record import source_digest
from policymodel.scheme.scheme import Scheme
from policymodel.scoring import score


@dataclass(frozen=True)
class ComputedQuarter:
    """The figures of a quarter by part, and what they were made from, as hashes."""

    figures: Mapping[Part, pd.DataFrame]
    made_of: Mapping[str, str]


def computed(history: History, scheme: Scheme, year: Period, base: Period, plan: str = ORDINARY) -> Computed:
    """The pay of a region's people under a plan, or their scores where the scheme does not pay, in every period."""
    panel = build_panel(history, year, base)
    periods = year.split(scheme.months)
    here = plans_here(panel, periods)
    if plan not in here:
        right = f"there is {', '.join(each or 'ordinary' for each in here)}"
        raise InputError(
            "--plan", [Problem("", f"nobody stands under the plan '{plan or 'ordinary'}'", right)]
        )
    if len(here) > 1:
        panel = under_plans(panel, [plan], periods)
    return pay(panel, scheme, periods) if scheme.pay is not None else score(panel, scheme, periods)


def own_history(history: History, region: str) -> History:
    """A region's own rows: of a page and of the register alike nothing of other regions counts."""
    if region not in history.regions:
        right = suggest(region, history.regions) or f"its regions are {', '.join(history.regions)}"
        raise HistoryError("--region", [Problem("", f"'{region}' is no region of the history", right)])
    return history.region(region)


def sources(history: History, folder: Path, region: str, scheme: Path) -> dict[str, str]:
    """The hashes of the region's rows, the scheme's files and the code, as the record of a page has them."""
    if is_store(folder):
        data = data_digest(folder / slug(region))
    else:
        with tempfile.TemporaryDirectory(prefix="pm-quarter-") as place:
            data = data_digest(write_store(history, Path(place, "store")) / slug(region))
    return {"data": data, "scheme_files": files_digest(scheme_files(scheme)), "code": source_digest()}


def compute_quarter(
    history: History,
    folder: Path,
    scheme: tuple[Scheme, Path],
    region: str,
    period: Period,
    years: tuple[Period, Period],
    plan: str = ORDINARY,
) -> ComputedQuarter:
    """Compute one period; `years` are the plan year, of which it must be a period of the scheme, and the base year.

    The whole year is computed, because balances are carried from one period to the next.
    """
    rules, file = scheme
    year, base = years
    known = year.split(rules.months)
    if period not in known:
        right = f"the periods of {rules.id} are {', '.join(each.label for each in known)}"
        raise InputError(
            "--period", [Problem("", f"{period.label} is no period of the scheme in {year.label}", right)]
        )
    own = own_history(history, region)
    made_of = sources(own, folder, region, file)
    made_of |= {"plan_year": year.label, "base_year": base.label, "plan": plan}
    return ComputedQuarter(figures_of(computed(own, rules, year, base, plan), period), made_of)
