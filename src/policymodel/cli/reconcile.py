"""policymodel reconcile: what was really paid, held against what a scheme pays."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import DONE, FINDINGS, JsonOption, answering
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
from policymodel.cli.frames import check_target, hand_over
from policymodel.cli.language import LanguageOption, check_language
from policymodel.cli.remarks import facts_for
from policymodel.errors import InputError, Problem
from policymodel.payroll import pay
from policymodel.reconciliation import TOLERANCE
from policymodel.reconciliation import reconcile as held_against
from policymodel.report.display import contents
from policymodel.report.html import render_content
from policymodel.report.reconciled import reconciliation_page
from policymodel.scheme.reading import read_scheme
from policymodel.words.reconciliation import report

PAGE = ".html"


def reconcile(
    scheme: Annotated[
        Path, typer.Argument(metavar="SCHEME", help="The scheme or change file that was in force.")
    ],
    history: HistoryOption,
    plan_year: PlanYearOption,
    mapping: MappingOption = None,
    base_year: BaseYearOption = "",
    plan: PlanOption = "",
    also: Annotated[
        list[Path] | None,
        typer.Option(
            "--also", metavar="SCHEME", help="Another scheme to try, such as last year's; may be repeated."
        ),
    ] = None,
    tolerance: Annotated[
        float,
        typer.Option(
            "--tolerance", min=0, help="Differences up to this are left alone, in units of currency."
        ),
    ] = TOLERANCE,
    lang: LanguageOption = "en",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="A page without persons (.html), or a row an amount (.csv, .xlsx, .parquet).",
        ),
    ] = None,
    json: JsonOption = False,
) -> int:
    """Who was paid off the rule, and what to look at first: the table `paid` against a replay of the scheme.

    Everybody is held against it, or with --plan the people under one plan: whoever is paid by another plan's scheme is
    off this rule.

    Exit code 1 where somebody is off the rule. The screen and tables give true figures; a page withholds counts of
    fewer than ten people. Why an amount differs is a hypothesis, not a finding.

    \b
    Example:
      policymodel reconcile params/schemes/s6_profit_centre.yaml --history history/ --mapping history/mapping.yaml \\
        --plan-year 2025 --also params/schemes/last_year.yaml --out off_rule.csv
    """
    check_language(lang)
    page = out is not None and out.suffix.lower() == PAGE
    if not page:
        check_target(out)
    elif out is not None and not out.resolve().parent.is_dir():
        raise InputError(str(out), [Problem("", f"there is no folder {out.parent}")])
    rules = [read_scheme(each) for each in (scheme, *(also or ()))]
    panel, year = panel_of(facts_for(rules, history, mapping), plan_year, base_year)
    panel = people_of(panel, plan, periods_of(rules[0], year))
    payments = [pay(panel, each, periods_of(each, year)) for each in rules]
    for other in payments[1:]:
        if other.periods != payments[0].periods:
            what = f"'{other.scheme.id}' pays every {other.scheme.every}, and '{rules[0].id}' every {rules[0].every}"
            raise InputError("--also", [Problem("", what, "name a scheme with the same periods")])
    told = held_against(payments[0], payments[1:], tolerance)
    if page and out is not None:
        render_content(contents(list(reconciliation_page(told, year.label)), lang), lang, [lang], out)
    elif out is not None or json:
        hand_over(told.people, out, json)
    if not json:
        sys.stdout.write(report(told, lang) + "\n")
    return FINDINGS if len(told.off_rule) else DONE


answer = answering("reconcile", reconcile)
