"""policymodel explain: one person's figure, walked back to the rows it comes from; as text, as a table or as a page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from policymodel.cli.answering import DONE, answering
from policymodel.cli.consequences import replay_of
from policymodel.cli.facts import (
    UNNAMED,
    AsOfOption,
    BaseYearOption,
    HistoryOption,
    MappingOption,
    PlanYearOption,
    labels_within,
    marked,
    own_plan,
    panel_of,
    parse_period,
    people_of,
    periods_of,
    refuse_to_pay,
    standing_in,
    standing_said,
)
from policymodel.cli.frames import check_target, hand_over
from policymodel.cli.language import LanguageOption, check_language
from policymodel.cli.remarks import facts_for
from policymodel.errors import DataGap, InputError, Problem, suggest
from policymodel.payroll import pay
from policymodel.report.accounts import account_page, accounts_of
from policymodel.report.display import contents
from policymodel.report.html import render_content
from policymodel.scheme.reading import read_scheme
from policymodel.scoring import score
from policymodel.words.clauses.plan import code_words
from policymodel.words.consequences import person_said
from policymodel.words.explanation import frame_of, render
from policymodel.words.sentences import Sentence, Text, Value, passage, say
from policymodel.words.sentences import render as in_words

FORMATS = ("tree", "table", "page")
PAGE = ".html"


def explain(
    scheme: Annotated[
        Path,
        typer.Argument(metavar="SCHEME", help="A scheme or change file; its pay, or its card where none."),
    ],
    history: HistoryOption,
    plan_year: PlanYearOption,
    manager: Annotated[str, typer.Option("--manager", metavar="ID", help="Whose figure.")],
    period: Annotated[
        str, typer.Option("--period", metavar="PERIOD", help="Which one: 2025-Q2; of a longer one, each.")
    ],
    mapping: MappingOption = None,
    base_year: BaseYearOption = "",
    as_of: AsOfOption = "",
    plan: Annotated[
        str,
        typer.Option(
            "--plan", metavar="NAME", help="Among the people of this plan; else of the person's own."
        ),
    ] = "",
    lang: LanguageOption = "en",
    card: Annotated[bool, typer.Option("--card", help="The score, where the scheme also pays.")] = False,
    form: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORM", help="tree, table or page; else what --out ends in, or tree."
        ),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="A page (.html) or a table (.csv, .xlsx); else the screen."
        ),
    ] = None,
) -> int:
    """One person's figure as a tree, from the amount back to the rows of history.

    The leaves add up to the amount. A page tells rows by file and number, without clients; the tree on the screen and
    the table name them too. After the amount stand the rewards and penalties that held in the period, and what
    earlier ones take or give; a table has none of them. In a table the column `adds` is the leaves' and its sum is the
    amount.

    Where people stand under several plans, peers and targets are those of the person's own plan; SCHEME is the one that
    this plan has.

    \b
    Example:
      policymodel explain params/schemes/s6_profit_centre.yaml --history reports/demo/store \\
        --plan-year 2025 --manager 0010001 --period 2025-Q2
      policymodel explain params/schemes/s6_profit_centre.yaml --history reports/demo/store \\
        --plan-year 2025 --manager 0010001 --period 2025 --lang zh-Hant --out pay.html
    """
    form = _form(form, out)
    check_language(lang)
    rules = read_scheme(scheme)
    panel, year = panel_of(facts_for([rules], history, mapping), plan_year, base_year, as_of)
    periods = panel.begun(periods_of(rules, year))
    asked = standing_in(period, periods, panel.as_of)
    said = standing_said(periods, panel.as_of)
    if manager not in panel.managers:
        what = f"there is no '{manager}' in this history"
        raise DataGap(rules.file, [Problem("manager", what, suggest(manager, panel.managers))])
    by_card = card or rules.pay is None
    plan = plan or own_plan(panel, manager, [each for each in periods if each.label in asked], periods)
    panel = people_of(panel, plan, periods_of(rules, year))
    refuse_to_pay(as_of, not by_card, "write --card for its score, or leave --as-of out")
    result = score(panel, rules, periods) if by_card else pay(panel, rules, periods)
    within = periods[-1] if panel.as_of else parse_period(period, "--period")
    accounts = accounts_of({rules.id: result}, manager, within)
    if not accounts:
        under = f"does not stand under the plan '{plan}'" if plan else "is not employed"
        raise DataGap(rules.file, [Problem("manager", f"'{manager}' {under} in {period}")])
    among = [_among(plan)] if plan else []
    followed: list[Sentence] = []
    if rules.consequences is not None and panel.as_of is None:
        labels = labels_within(within.label, periods)
        codes = code_words(panel.history.codes)
        followed = person_said(replay_of(rules, panel, periods), manager, labels, codes)
    if form == "table":
        table = pd.concat([frame_of(each, lang) for each in accounts], ignore_index=True)
        hand_over(marked(table, periods, panel.as_of, lang), out)
    elif form == "page" and out is not None:
        title = Text(dict(rules.title.languages))
        replay = said or say(
            "Amounts are what the scheme makes of the history; what was really paid may differ."
        )
        replay = passage([replay, *among])
        page = [
            *account_page(accounts, {rules.id: title}, manager, title, say("One account manager"), replay)
        ]
        if followed:
            page += [say("## Rewards and penalties"), *followed]
        render_content(contents(page, lang), lang, [lang], out)
    else:
        head = [in_words(each, lang) for each in ([said] if said else []) + among]
        told = [*head, *(render(each, lang) for each in accounts)]
        if followed:
            lines = [in_words(each, lang) for each in (say("Rewards and penalties"), *followed)]
            told.append("\n".join(lines))
        sys.stdout.write("\n\n".join(told) + "\n")
    return DONE


def _among(plan: str) -> Value:
    """Among whom the figure is worked out."""
    name = say("the ordinary plan") if plan == UNNAMED else plan
    return say("Peers and targets are those of the people under one plan: {plan}.", plan=name)


def _form(form: str, out: Path | None) -> str:
    """Which form is asked for; one that does not go with the file is refused before anything is computed."""
    if form and form not in FORMATS:
        right = suggest(form, FORMATS) or f"write {', '.join(FORMATS)}"
        raise InputError("--format", [Problem("", f"'{form}' is no form", right)])
    if out is None:
        if form == "page":
            raise InputError("--out", [Problem("", "a page is written to a file", "name it: --out pay.html")])
        return form or "tree"
    page = out.suffix.lower() == PAGE
    if form == "tree" or (form and (form == "page") != page):
        right = "leave --format out, or name a file that ends in " + (
            PAGE if form == "page" else ".csv or .xlsx"
        )
        raise InputError("--out", [Problem("", f"'{out.name}' is no file for a {form}", right)])
    if page and not out.resolve().parent.is_dir():
        raise InputError(str(out), [Problem("", f"there is no folder {out.parent}")])
    if not page:
        check_target(out)
    return "page" if page else "table"


answer = answering("explain", explain)
