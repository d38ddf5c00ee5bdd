"""policymodel slopes: what one more unit of a measure is worth to each person, and how far the next step is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import DONE, JsonOption, answering
from policymodel.cli.facts import (
    BaseYearOption,
    HistoryOption,
    LineOption,
    MappingOption,
    PeriodOption,
    PlanYearOption,
    labels_within,
    panel_of,
    parse_period,
    periods_of,
)
from policymodel.cli.frames import OutOption, check_target, hand_over
from policymodel.cli.remarks import facts_for
from policymodel.margins import slopes as slopes_of
from policymodel.scheme.reading import read_scheme


def slopes(
    scheme: Annotated[Path, typer.Argument(metavar="SCHEME", help="A scheme or change file.")],
    history: HistoryOption,
    plan_year: PlanYearOption,
    mapping: MappingOption = None,
    base_year: BaseYearOption = "",
    line: LineOption = "score",
    measure: Annotated[
        list[str] | None,
        typer.Option(
            "--measure", metavar="NAME", help="Only this one; may be given again. Else all it reads."
        ),
    ] = None,
    manager: Annotated[
        list[str] | None,
        typer.Option("--manager", metavar="ID", help="Only this person; may be given again."),
    ] = None,
    period: PeriodOption = "",
    out: OutOption = None,
    json: JsonOption = False,
) -> int:
    """What one more unit of each measure adds to a line, on both sides, and how far the next step is.

    One row for each person, period and measure: slopes left and right, cliffs, flat spots, caps. Slopes are taken
    before rounding; `rounding` is the step in which the line is rounded.

    \b
    Example:
      policymodel slopes params/schemes/s6_profit_centre.yaml --history reports/demo/store \\
        --plan-year 2025 --line pay --measure deposit --period 2025-Q2
    """
    check_target(out)
    rules = read_scheme(scheme)
    panel, plan = panel_of(facts_for([rules], history, mapping), plan_year, base_year)
    labels_within(period, periods_of(rules, plan))
    asked = parse_period(period, "--period") if period else None
    hand_over(slopes_of(panel, rules, line, measure or None, asked, manager or None), out, json)
    return DONE


answer = answering("slopes", slopes)
