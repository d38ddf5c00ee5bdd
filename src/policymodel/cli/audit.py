"""policymodel audit: a scheme over a history as a workbook with live formulas."""

from __future__ import annotations

import json as writer
import sys
from pathlib import Path
from typing import Annotated

import typer

from policymodel.audit.writing import write_audit
from policymodel.cli.answering import DONE, JsonOption, answering
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
from policymodel.errors import InputError, Problem
from policymodel.scheme.reading import read_scheme


def audit(
    scheme: Annotated[Path, typer.Argument(metavar="SCHEME", help="A scheme or change file.")],
    history: HistoryOption,
    plan_year: PlanYearOption,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The workbook, an .xlsx file.")],
    mapping: MappingOption = None,
    base_year: BaseYearOption = "",
    region: Annotated[
        str, typer.Option("--region", metavar="REGION", help="Only the people of this region.")
    ] = "",
    lang: LanguageOption = "en",
    json: JsonOption = False,
) -> int:
    """Every line for every person and period as a formula of a workbook, beside the engine's value.

    The file names people and their pay: it is for finance and HR, not for leadership.

    \b
    Example:
      policymodel audit params/schemes/s4_scorecard.yaml --history reports/demo/store --plan-year 2025 \\
        --region north --out audit.xlsx
    """
    check_language(lang)
    _check_out(out)
    rules = read_scheme(scheme)
    facts = facts_for([rules], history, mapping)
    if region:
        if region not in facts.regions:
            right = f"they are {', '.join(facts.regions)}"
            raise InputError(
                "--region", [Problem("", f"there is no region '{region}' in this history", right)]
            )
        facts = facts.region(region)
    panel, plan = panel_of(facts, plan_year, base_year)
    _, written = write_audit(panel, rules, periods_of(rules, plan), out, lang)
    if json:
        sys.stdout.write(writer.dumps(written.counts(), indent=1) + "\n")
    else:
        sys.stdout.write(
            f"{out}: {written.people} people, {written.periods} periods, {written.formulas:,} formulas, "
            f"{written.compared:,} values beside the engine's, {written.taken_over:,} taken over from it\n"
        )
    return DONE


def _check_out(out: Path) -> None:
    """Refuse a file we cannot write before anything is read."""
    if out.suffix.lower() != ".xlsx":
        raise InputError(str(out), [Problem("", f"'{out.suffix}' is not what is written here", "use .xlsx")])
    if not out.resolve().parent.is_dir():
        raise InputError(str(out), [Problem("", f"there is no folder {out.parent}")])


answer = answering("audit", audit)
