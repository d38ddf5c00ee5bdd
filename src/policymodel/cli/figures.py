"""policymodel figures: every line a scheme works out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import DONE, JsonOption, answering
from policymodel.cli.facts import (
    BaseYearOption,
    HistoryOption,
    MappingOption,
    PeriodOption,
    PlanYearOption,
    labels_within,
    panel_of,
    periods_of,
)
from policymodel.cli.frames import OutOption, check_target, hand_over
from policymodel.cli.remarks import facts_for
from policymodel.computation import compute
from policymodel.scheme.reading import read_scheme


def figures(
    scheme: Annotated[Path, typer.Argument(metavar="SCHEME", help="A scheme or change file.")],
    history: HistoryOption,
    plan_year: PlanYearOption,
    mapping: MappingOption = None,
    base_year: BaseYearOption = "",
    period: PeriodOption = "",
    transactions: Annotated[
        bool, typer.Option("--transactions", help="Lines on transactions, one row for each credit.")
    ] = False,
    out: OutOption = None,
    json: JsonOption = False,
) -> int:
    """Every line of a scheme with its side figures, one row for each person, period and line.

    \b
    Example:
      policymodel figures params/schemes/s4_scorecard.yaml --history reports/demo/store --plan-year 2025
    """
    check_target(out)
    rules = read_scheme(scheme)
    panel, plan = panel_of(facts_for([rules], history, mapping), plan_year, base_year)
    periods = periods_of(rules, plan)
    labels = labels_within(period, periods)
    computed = compute(panel, rules, periods)
    frame = computed.transactions() if transactions else computed.frame()
    hand_over(frame[frame["period"].isin(labels)], out, json)
    return DONE


answer = answering("figures", figures)
