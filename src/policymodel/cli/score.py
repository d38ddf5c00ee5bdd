"""policymodel score: the scores of a card."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import DONE, JsonOption, answering
from policymodel.cli.facts import (
    AsOfOption,
    BaseYearOption,
    HistoryOption,
    MappingOption,
    PeriodOption,
    PlanOption,
    PlanYearOption,
    marked,
    panel_of,
    people_of,
    periods_of,
    standing_in,
)
from policymodel.cli.frames import OutOption, check_target, hand_over
from policymodel.cli.language import LanguageOption, check_language
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
    plan: PlanOption = "",
    as_of: AsOfOption = "",
    lang: LanguageOption = "en",
    out: OutOption = None,
    json: JsonOption = False,
) -> int:
    """Scores of a card, one row for each person and period: everybody, or with --plan the people under one plan.

    With --as-of how the period that runs on that day stands: what has happened up to the day, against the part of
    each target that is due by then. A bonus and deductions are not cut: they are what they are on that day.

    \b
    Example:
      policymodel score params/schemes/s4_scorecard.yaml --history reports/demo/store --plan-year 2025
    """
    check_target(out)
    check_language(lang)
    rules = read_scheme(scheme)
    panel, year = panel_of(facts_for([rules], history, mapping), plan_year, base_year, as_of)
    panel = people_of(panel, plan, periods_of(rules, year))
    periods = panel.begun(periods_of(rules, year))
    labels = standing_in(period, periods, panel.as_of)
    scores = score_panel(panel, rules, periods)
    frame = scores.lines() if lines else scores.totals()
    frame = frame[frame["period"].isin(labels)]
    hand_over(marked(frame, periods, panel.as_of, lang), out, json)
    return DONE


answer = answering("score", score)
