"""What score, pay, compare and explain have in common: a history, its periods, and schemes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from policymodel.errors import HistoryError, InputError, Problem, suggest
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.store import is_store, read_store
from policymodel.panel import Panel, build_panel, plans_here, plans_of, under_plans
from policymodel.periods import Period
from policymodel.scheme.scheme import Scheme
from policymodel.scheme.written import read_day
from policymodel.words.page import standing_on
from policymodel.words.sentences import Value, render

HistoryOption = Annotated[
    Path,
    typer.Option("--history", metavar="DIR", help="A folder of raw tables, or a store that a run wrote."),
]
MappingOption = Annotated[
    Path | None, typer.Option("--mapping", metavar="FILE", help="What the raw tables' columns mean.")
]
PlanYearOption = Annotated[
    str, typer.Option("--plan-year", metavar="PERIOD", help="The year replayed: 2025 or 2021-07..2022-06.")
]
BaseYearOption = Annotated[
    str, typer.Option("--base-year", metavar="PERIOD", help="The year of the bases; else the one before.")
]
LineOption = Annotated[
    str, typer.Option("--line", metavar="ID", help="score, pay (all of it), or the id of a line.")
]
PeriodOption = Annotated[
    str, typer.Option("--period", metavar="PERIOD", help="Only this part of the year: 2025-Q1, 2025-03.")
]

UNNAMED = "ordinary"
"""What the plan of whoever stands under no other is called on the command line."""
PlanOption = Annotated[
    str,
    typer.Option(
        "--plan",
        metavar="NAME",
        help="Only the people under this plan, `ordinary` for those under no other; else everybody.",
    ),
]
AsOfOption = Annotated[
    str,
    typer.Option("--as-of", metavar="DAY", help="How things stand on a day, such as 2025-02-14; not final."),
]


def read_facts(history: Path, mapping: Path | None) -> History:
    """A history from a store, or from raw tables with the mapping that says what their columns mean."""
    if not history.is_dir():
        raise HistoryError(str(history), [Problem("--history", "there is no such folder")])
    if is_store(history):
        return read_store(history)
    if mapping is None:
        raise HistoryError(
            str(history),
            [
                Problem(
                    "--mapping",
                    "raw tables need a mapping",
                    "for example --mapping params/mappings/bank.yaml",
                )
            ],
        )
    return read_history(history, read_mapping(mapping))


def parse_period(text: str, option: str) -> Period:
    """A period from the command line, or one sentence about it."""
    try:
        return Period.parse(text)
    except ValueError as error:
        raise InputError(option, [Problem("", str(error))]) from None


def parse_day(text: str, plan: Period) -> date | None:
    """The day of a standing, which lies in the plan year; None where none is asked for."""
    try:
        day = read_day(text or None)
    except ValueError as error:
        raise InputError("--as-of", [Problem("", str(error))]) from None
    if day is not None and not plan.start <= day <= plan.end:
        right = f"its days are {plan.start} to {plan.end}"
        raise InputError("--as-of", [Problem("", f"{day} does not lie in {plan.label}", right)])
    return day


def panel_of(history: History, plan_year: str, base_year: str, as_of: str = "") -> tuple[Panel, Period]:
    """The panel of the year asked for, as it stands on a day where one is named, and that year."""
    plan, base = years_of(plan_year, base_year)
    return build_panel(history, plan, base, parse_day(as_of, plan)), plan


def people_of(panel: Panel, plan: str, periods: tuple[Period, ...]) -> Panel:
    """The panel of the people under a plan, peers and targets among them alone; of everybody where none is named."""
    if not plan:
        return panel
    known = {name or UNNAMED: name for name in plans_here(panel, periods)}
    if plan not in known:
        right = suggest(plan, known) or f"there is {', '.join(known)}"
        raise InputError("--plan", [Problem("", f"nobody stands under the plan '{plan}'", right)])
    return under_plans(panel, [known[plan]], periods)


def own_plan(panel: Panel, manager: str, within: list[Period], periods: tuple[Period, ...]) -> str:
    """The plan somebody stands under in some periods; none is named where everybody stands under the ordinary one."""
    if set(plans_here(panel, periods)) == {""}:
        return ""
    place = int((panel.managers == manager).argmax())
    plans = plans_of(panel, tuple(within))[:, place]
    names = list(dict.fromkeys(each or UNNAMED for each in plans if each is not None))
    if len(names) > 1:
        what = f"'{manager}' stands under {' and '.join(names)} in {within[0].label} to {within[-1].label}"
        raise InputError("--plan", [Problem("", what, f"name one, such as --plan {names[0]}")])
    return "".join(names)


def years_of(plan_year: str, base_year: str) -> tuple[Period, Period]:
    """The plan year and the base year asked for; the year before where none is."""
    plan = parse_period(plan_year, "--plan-year")
    return plan, parse_period(base_year, "--base-year") if base_year else plan.year_before()


def standing_in(period: str, periods: tuple[Period, ...], as_of: date | None) -> list[str]:
    """The labels asked for; of a standing that of the one period which runs on its day."""
    if as_of is None:
        return labels_within(period, periods)
    running = periods[-1].label
    if period and running not in labels_within(period, periods):
        right = "leave --period out; for a period that is over leave --as-of out"
        raise InputError("--period", [Problem("", f"on {as_of} the period that runs is {running}", right)])
    return [running]


def standing_said(periods: tuple[Period, ...], as_of: date | None) -> Value | None:
    """That a standing is none of a period's results; nothing is said on the period's last day, which is its result."""
    if as_of is None or as_of == periods[-1].end:
        return None
    return standing_on(as_of)


def marked(
    frame: pd.DataFrame, periods: tuple[Period, ...], as_of: date | None, language: str
) -> pd.DataFrame:
    """A table whose rows say that they are a standing: no period's name, so that none is taken for its result."""
    said = standing_said(periods, as_of)
    if said is None:
        return frame
    frame = frame.assign(period=f"{periods[-1].start}..{as_of}")
    frame.insert(frame.columns.get_loc("period") + 1, "standing", render(said, language))
    return frame


def refuse_to_pay(as_of: str, pays: bool, right: str) -> None:
    """On a day inside a period nothing is paid."""
    if as_of and pays:
        raise InputError("--as-of", [Problem("", "a standing is not paid", right)])


def periods_of(scheme: Scheme, plan: Period) -> tuple[Period, ...]:
    """The scored periods of the year; always all of them, because pay is drawn year to date (S6.5)."""
    try:
        return plan.split(scheme.months)
    except ValueError as error:
        raise InputError("--plan-year", [Problem("", f"{error}, as {scheme.id} asks")]) from None


def labels_within(period: str, periods: tuple[Period, ...]) -> list[str]:
    """The labels of the scored periods that lie in the one asked for; all where none is."""
    if not period:
        return [each.label for each in periods]
    asked = parse_period(period, "--period")
    chosen = [each.label for each in periods if asked.first <= each.first and each.last <= asked.last]
    if not chosen:
        known = ", ".join(each.label for each in periods)
        raise InputError(
            "--period", [Problem("", f"no scored period lies in {asked.label}", f"they are {known}")]
        )
    return chosen
