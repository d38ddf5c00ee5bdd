"""policymodel score: the scores of a card."""

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
from policymodel.scheme.reading import read_scheme
from policymodel.scoring import score as score_panel


def score(
    scheme: Annotated[Path, typer.Argument(metavar="SCHEME", help="A scheme or change file with a card.")],
    history: HistoryOption,
    plan_year: PlanYearOption,
    mapping: MappingOption = None,
    base_year: BaseYearOption = "",
    period: PeriodOption = "",
    lines: Annotated[
        bool, typer.Option("--lines", help="Every line of the card, not only the total.")
    ] = False,
    out: OutOption = None,
    json: JsonOption = False,
) -> int:
    """Scores of a card, one row for each person and period.

    \b
    Example:
      policymodel score params/schemes/s4_scorecard.yaml --history reports/demo/store --plan-year 2025
    """
    check_target(out)
    rules = read_scheme(scheme)
    panel, plan = panel_of(facts_for([rules], history, mapping), plan_year, base_year)
    periods = periods_of(rules, plan)
    labels = labels_within(period, periods)
    scores = score_panel(panel, rules, periods)
    frame = scores.lines() if lines else scores.totals()
    hand_over(frame[frame["period"].isin(labels)], out, json)
    return DONE


answer = answering("score", score)
