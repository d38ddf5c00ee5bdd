"""policymodel compare: designs lined up on the same people and year."""

from __future__ import annotations

import json as writer
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from policymodel.cli.answering import DONE, JsonOption, answering
from policymodel.cli.facts import (
    BaseYearOption,
    HistoryOption,
    MappingOption,
    PlanOption,
    PlanYearOption,
    panel_of,
    people_of,
    periods_of,
)
from policymodel.cli.frames import OutOption, check_target, hand_over
from policymodel.cli.remarks import facts_for
from policymodel.comparison import BANDS
from policymodel.comparison import compare as compare_totals
from policymodel.errors import InputError, Problem, suggest
from policymodel.history.measures import COMPUTED
from policymodel.payroll import pay
from policymodel.report.figures import year_of_pay, year_of_scores
from policymodel.scheme.reading import read_scheme
from policymodel.scoring import score


def compare(
    schemes: Annotated[
        list[Path], typer.Argument(metavar="SCHEME...", help="Two or more scheme or change files.")
    ],
    history: HistoryOption,
    plan_year: PlanYearOption,
    mapping: MappingOption = None,
    base_year: BaseYearOption = "",
    baseline: Annotated[
        str, typer.Option("--baseline", help="Id of the design compared against; the first.")
    ] = "",
    plan: PlanOption = "",
    out: OutOption = None,
    json: JsonOption = False,
) -> int:
    """What each design costs, and who would win or lose against the baseline over the year.

    Everybody is priced by each, or with --plan the people under one plan.

    Without a pay plan in every scheme it is mean scores that are compared. With --out, one row a person.

    \b
    Example:
      policymodel compare params/schemes/s6_profit_centre.yaml params/changes/s6_more_for_growth.yaml \\
        --history reports/demo/store --plan-year 2025
    """
    check_target(out)
    designs = [read_scheme(path) for path in schemes]
    ids = [design.id for design in designs]
    first = baseline or ids[0]
    if len(set(ids)) < 2 or len(set(ids)) < len(ids):
        raise InputError(
            "SCHEME", [Problem("", "two or more different designs are needed", f"got {', '.join(ids)}")]
        )
    if first not in ids:
        raise InputError(
            "--baseline", [Problem("", f"'{first}' is none of {', '.join(ids)}", suggest(first, ids))]
        )
    panel, year = panel_of(facts_for(designs, history, mapping), plan_year, base_year)
    panel = people_of(panel, plan, periods_of(designs[0], year))
    paid = all(design.pay is not None for design in designs)
    if paid:
        totals = year_of_pay({each.id: pay(panel, each, periods_of(each, year)) for each in designs})
    else:
        totals = year_of_scores({each.id: score(panel, each, periods_of(each, year)) for each in designs})
    changes = compare_totals(totals, first, unit="minor" if paid else "points")
    if out is not None:
        hand_over(changes, out)
    summary = list(summarised(totals, changes, ids, paid))
    if json:
        sys.stdout.write(writer.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    elif out is None:
        hand_over(pd.DataFrame(summary), None)
    return DONE


def summarised(
    totals: pd.DataFrame, changes: pd.DataFrame, ids: list[str], paid: bool
) -> Iterable[dict[str, object]]:
    """One row for each design: people, cost or mean score, and how many fall in each band of change."""
    for design in ids:
        mine = totals[(totals["design"] == design) & totals["status"].isin(COMPUTED)]
        bands = changes.loc[changes["design"] == design, "band"].value_counts()
        figure = int(mine["amount"].sum()) if paid else round(float(mine["amount"].mean()), 2)
        yield {
            "design": design,
            "people": len(mine),
            "not_computed": int((totals["design"] == design).sum()) - len(mine),
            "cost_minor" if paid else "mean_score": figure,
            **{band: int(bands.get(band, 0)) for band in BANDS},
        }


answer = answering("compare", compare)
