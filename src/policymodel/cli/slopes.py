"""policymodel slopes: what one more unit of a measure is worth to each person, and how far the next step is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import DONE, JsonOption, answering
from policymodel.cli.facts import (
    AsOfOption,
    BaseYearOption,
    HistoryOption,
    LineOption,
    MappingOption,
    PeriodOption,
    PlanYearOption,
    marked,
    panel_of,
    parse_period,
    periods_of,
    refuse_to_pay,
    standing_in,
)
from policymodel.cli.frames import OutOption, check_target, hand_over
from policymodel.cli.language import LanguageOption, check_language
from policymodel.cli.remarks import facts_for
from policymodel.margins import slopes as slopes_of
from policymodel.scheme.given import PAY
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
    as_of: AsOfOption = "",
    lang: LanguageOption = "en",
    out: OutOption = None,
    json: JsonOption = False,
) -> int:
    """What one more unit of each measure adds to a line, on both sides, and how far the next step is.

    One row for each person, period and measure: slopes left and right, cliffs, flat spots, caps. Slopes are taken
    before rounding; `rounding` is the step in which the line is rounded. With --as-of the unit is done by that day, in
    the period that runs on it: against the part of a target that is due by then it is worth more than at the end.

    \b
    Example:
      policymodel slopes params/schemes/s6_profit_centre.yaml --history reports/demo/store \\
        --plan-year 2025 --line pay --measure deposit --period 2025-Q2
    """
    check_target(out)
    check_language(lang)
    rules = read_scheme(scheme)
    refuse_to_pay(
        as_of,
        line == PAY or line.partition(".")[0] in rules.given.items,
        "write --line score, or another line that is not paid",
    )
    panel, plan = panel_of(facts_for([rules], history, mapping), plan_year, base_year, as_of)
    periods = panel.begun(periods_of(rules, plan))
    standing_in(period, periods, panel.as_of)
    asked = parse_period(period, "--period") if period else None
    if panel.as_of is not None:
        asked = periods[-1]
    frame = slopes_of(panel, rules, line, measure or None, asked, manager or None)
    hand_over(marked(frame, periods, panel.as_of, lang), out, json)
    return DONE


answer = answering("slopes", slopes)
