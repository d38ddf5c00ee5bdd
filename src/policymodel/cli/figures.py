"""policymodel figures: every line a scheme works out."""

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
    refuse_to_pay,
    standing_in,
)
from policymodel.cli.frames import OutOption, check_target, hand_over
from policymodel.cli.language import LanguageOption, check_language
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
    plan: PlanOption = "",
    transactions: Annotated[
        bool, typer.Option("--transactions", help="Lines on transactions, one row for each credit.")
    ] = False,
    as_of: AsOfOption = "",
    lang: LanguageOption = "en",
    out: OutOption = None,
    json: JsonOption = False,
) -> int:
    """Every line of a scheme with its side figures, one row for each person, period and line.

    Of everybody, or with --plan of the people under one plan.

    With --as-of the lines of the period that runs on that day, as they then stand; a scheme that pays has no such day.

    \b
    Example:
      policymodel figures params/schemes/s4_scorecard.yaml --history reports/demo/store --plan-year 2025
    """
    check_target(out)
    check_language(lang)
    rules = read_scheme(scheme)
    refuse_to_pay(as_of, rules.pay is not None, "policymodel score works out its card on a day")
    panel, year = panel_of(facts_for([rules], history, mapping), plan_year, base_year, as_of)
    panel = people_of(panel, plan, periods_of(rules, year))
    periods = panel.begun(periods_of(rules, year))
    labels = standing_in(period, periods, panel.as_of)
    computed = compute(panel, rules, periods)
    frame = computed.transactions() if transactions else computed.frame()
    frame = frame[frame["period"].isin(labels)]
    hand_over(marked(frame, periods, panel.as_of, lang), out, json)
    return DONE


answer = answering("figures", figures)
