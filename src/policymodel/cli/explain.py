"""policymodel explain: one person's figure, walked back to the rows it comes from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import DONE, answering
from policymodel.cli.facts import (
    BaseYearOption,
    HistoryOption,
    MappingOption,
    PlanYearOption,
    panel_of,
    periods_of,
)
from policymodel.cli.language import LanguageOption, check_language
from policymodel.cli.remarks import facts_for
from policymodel.explanation import explain as explain_one
from policymodel.payroll import pay
from policymodel.scheme.reading import read_scheme
from policymodel.scoring import score
from policymodel.words.explanation import render


def explain(
    scheme: Annotated[
        Path,
        typer.Argument(metavar="SCHEME", help="A scheme or change file; its pay, or its card where none."),
    ],
    history: HistoryOption,
    plan_year: PlanYearOption,
    manager: Annotated[str, typer.Option("--manager", metavar="ID", help="Whose figure.")],
    period: Annotated[str, typer.Option("--period", metavar="PERIOD", help="Which one: 2025-Q2.")],
    mapping: MappingOption = None,
    base_year: BaseYearOption = "",
    lang: LanguageOption = "en",
    card: Annotated[bool, typer.Option("--card", help="The score, where the scheme also pays.")] = False,
) -> int:
    """One person's figure as a tree, from the amount back to the rows of history.

    \b
    Example:
      policymodel explain params/schemes/s6_profit_centre.yaml --history reports/demo/store \\
        --plan-year 2025 --manager 0010001 --period 2025-Q2
    """
    check_language(lang)
    rules = read_scheme(scheme)
    panel, plan = panel_of(facts_for([rules], history, mapping), plan_year, base_year)
    periods = periods_of(rules, plan)
    by_card = card or rules.pay is None
    result = score(panel, rules, periods) if by_card else pay(panel, rules, periods)
    sys.stdout.write(render(explain_one(result, manager, period), lang).rstrip("\n") + "\n")
    return DONE


answer = answering("explain", explain)
