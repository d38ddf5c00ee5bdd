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
from policymodel.panel import build_panel
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


def computed(panel_of_region: History, scheme: Scheme, plan: Period, base: Period) -> Computed:
    """A region's pay, or its scores where the scheme does not pay, in every period of the year."""
    panel = build_panel(panel_of_region, plan, base)
    periods = plan.split(scheme.months)
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
) -> ComputedQuarter:
    """Compute one period; `years` are the plan year, of which it must be a period of the scheme, and the base year.

    The whole year is computed, because balances are carried from one period to the next.
    """
    rules, file = scheme
    plan, base = years
    known = plan.split(rules.months)
    if period not in known:
        right = f"the periods of {rules.id} are {', '.join(each.label for each in known)}"
        raise InputError(
            "--period", [Problem("", f"{period.label} is no period of the scheme in {plan.label}", right)]
        )
    own = own_history(history, region)
    made_of = sources(own, folder, region, file)
    made_of |= {"plan_year": plan.label, "base_year": base.label}
    return ComputedQuarter(figures_of(computed(own, rules, plan, base), period), made_of)
