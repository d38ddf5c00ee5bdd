"""policymodel pay: the pay of a scheme."""

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
    PlanOption,
    PlanYearOption,
    labels_within,
    panel_of,
    people_of,
    periods_of,
)
from policymodel.cli.frames import OutOption, check_target, hand_over
from policymodel.cli.remarks import facts_for
from policymodel.payroll import pay as pay_panel
from policymodel.scheme.reading import read_scheme


def pay(
    scheme: Annotated[
        Path, typer.Argument(metavar="SCHEME", help="A scheme or change file with a pay plan.")
    ],
    history: HistoryOption,
    plan_year: PlanYearOption,
    mapping: MappingOption = None,
    base_year: BaseYearOption = "",
    period: PeriodOption = "",
    plan: PlanOption = "",
    lines: Annotated[bool, typer.Option("--lines", help="Every part of pay, not only the total.")] = False,
    out: OutOption = None,
    json: JsonOption = False,
) -> int:
    """Pay of a scheme, one row for each person and period; amounts in minor units (fen, cents).

    Everybody is paid by it, or with --plan the people under one plan.

    \b
    Example:
      policymodel pay params/schemes/s6_profit_centre.yaml --history reports/demo/store --plan-year 2025
    """
    check_target(out)
    rules = read_scheme(scheme)
    panel, year = panel_of(facts_for([rules], history, mapping), plan_year, base_year)
    periods = periods_of(rules, year)
    labels = labels_within(period, periods)
    payments = pay_panel(people_of(panel, plan, periods), rules, periods)
    frame = payments.lines() if lines else payments.totals()
    hand_over(frame[frame["period"].isin(labels)], out, json)
    return DONE


answer = answering("pay", pay)
