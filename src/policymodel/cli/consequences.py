"""policymodel consequences: whom rewards and penalties would touch, why, and what they would take."""

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
from policymodel.cli.language import LanguageOption, check_language
from policymodel.cli.remarks import facts_for
from policymodel.consequences import Replay
from policymodel.consequences import consequences as replayed
from policymodel.errors import DataGap, Problem
from policymodel.panel import Panel
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme
from policymodel.scoring import score
from policymodel.words.clauses.plan import code_words
from policymodel.words.consequences import told


def consequences(
    scheme: Annotated[
        Path, typer.Argument(metavar="SCHEME", help="A scheme or change file with rewards or penalties.")
    ],
    history: HistoryOption,
    plan_year: PlanYearOption,
    mapping: MappingOption = None,
    base_year: BaseYearOption = "",
    period: PeriodOption = "",
    amounts: Annotated[
        bool, typer.Option("--amounts", help="What each took or gave, a person, period and wage a row.")
    ] = False,
    lang: LanguageOption = "en",
    out: OutOption = None,
    json: JsonOption = False,
) -> int:
    """Whom the rewards and penalties of a scheme would touch: one row for each time that a rule holds.

    Why it holds names the scores, the events by their ids, or the place. What the scheme pays stays as it is; with
    --amounts what consequences take (below zero) or give stands beside it, in minor units (fen, cents).

    \b
    Example:
      policymodel consequences params/schemes/s6_profit_centre.yaml --history reports/demo/store --plan-year 2025
      policymodel consequences params/schemes/s6_profit_centre.yaml --history reports/demo/store --plan-year 2025 \\
        --amounts --out amounts.xlsx
    """
    check_target(out)
    check_language(lang)
    rules = read_scheme(scheme)
    if rules.consequences is None:
        problem = Problem("consequences", "the scheme has no rewards and no penalties", "add `consequences:`")
        raise DataGap(rules.file, [problem])
    panel, plan = panel_of(facts_for([rules], history, mapping), plan_year, base_year)
    periods = periods_of(rules, plan)
    labels = labels_within(period, periods)
    replay = replay_of(rules, panel, periods)
    codes = code_words(panel.history.codes)
    frame = replay.effects() if amounts else told(replay, codes, lang)
    hand_over(frame[frame["period"].isin(labels)], out, json)
    return DONE


def replay_of(scheme: Scheme, panel: Panel, periods: tuple[Period, ...]) -> Replay:
    """The replay of a scheme's rules over what it pays, or scores where it does not pay."""
    return replayed(pay(panel, scheme, periods) if scheme.pay is not None else score(panel, scheme, periods))


answer = answering("consequences", consequences)
