"""policymodel solve: the number of a scheme at which the year's cost meets a budget."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from policymodel.calibration import Answer, lever, meet
from policymodel.calibration.levers import Lever, shown
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
from policymodel.cli.language import LanguageOption, check_language
from policymodel.cli.remarks import facts_for
from policymodel.documents import read_yaml
from policymodel.errors import InputError, Problem, SchemeError
from policymodel.scheme.changes import is_change_file
from policymodel.scheme.files import beside
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme
from policymodel.scheme.sections import ID
from policymodel.words.catalogues import LANGUAGES
from policymodel.words.numbers import MINOR_UNITS
from policymodel.words.sentences import Value, render
from policymodel.words.solving import solution_words, solved_reason, solved_title, unsolved_words
from policymodel.workbook.changefile import write_change_file

MOST_DECIMALS = 12
LARGEST = Decimal(10) ** 13
"""More than this is not counted to the cent."""


def solve(
    scheme: Annotated[
        Path, typer.Argument(metavar="SCHEME", help="A scheme or change file with a pay plan.")
    ],
    history: HistoryOption,
    plan_year: PlanYearOption,
    number: Annotated[
        list[str] | None,
        typer.Option("--number", metavar="ADDRESS", help="Which number, as in a change file: cards.points."),
    ] = None,
    scale: Annotated[
        list[str] | None,
        typer.Option(
            "--scale", metavar="ADDRESS", help="One that is scaled; given again: all by one factor."
        ),
    ] = None,
    budget: Annotated[
        str,
        typer.Option("--budget", metavar="AMOUNT", help="What the year may cost; else the baseline's cost."),
    ] = "",
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline", metavar="FILE", help="Compared against; else a change file's base, or SCHEME."
        ),
    ] = None,
    between: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--between", metavar="LOW HIGH", help="Between what it may lie; else its declared range."
        ),
    ] = None,
    within: Annotated[
        str, typer.Option("--within", metavar="SHARE", help="How far below the budget still meets it.")
    ] = "0.001",
    decimals: Annotated[
        int | None,
        typer.Option(
            "--decimals", min=0, max=MOST_DECIMALS, help="Digits behind the point; else as few as will do."
        ),
    ] = None,
    region: Annotated[
        str, typer.Option("--region", metavar="CODE", help="Whose change file; only what head office opened.")
    ] = "",
    mapping: MappingOption = None,
    base_year: BaseYearOption = "",
    plan: PlanOption = "",
    lang: LanguageOption = "en",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A .yaml change file to write the answer to.")
    ] = None,
    json: JsonOption = False,
) -> int:
    """Which value of a number costs what the budget allows, or what the baseline costs; priced as `pay` prices it.

    The answer has as few digits as meet the budget; all are told where there are several, the nearest first. Exit
    code 1 where no value meets it, with the nearest cost that can be had.

    \b
    Example:
      policymodel solve params/changes/s6_more_for_growth.yaml --history reports/demo/store --plan-year 2025 \\
        --number performance_wage.shares.stock --out neutral.yaml
    """
    check_language(lang)
    rules = read_scheme(scheme)
    if rules.pay is None:
        raise InputError(str(scheme), [Problem("pay", "the scheme has no pay plan, so it costs nothing")])
    _check_out(out)
    names = _named(number, scale)
    allowed = None if not budget else int((_decimal(budget, "--budget") * MINOR_UNITS).to_integral_value())
    other = read_scheme(baseline) if baseline is not None else _base_of(scheme)
    if not budget and other is None:
        right = "write --budget AMOUNT, or --baseline FILE for the same cost"
        raise InputError("--budget", [Problem("", f"nothing says what {rules.id} may cost", right)])
    asked = lever(rules, names, scales=bool(scale), between=_ends(between), region=region)
    designs = [rules] if other is None else [other, rules]
    panel, year = panel_of(facts_for(designs, history, mapping), plan_year, base_year)
    panel = people_of(panel, plan, periods_of(rules, year))
    answer = meet(
        panel,
        asked,
        budget=allowed,
        baseline=other,
        within=_share(within),
        decimals=decimals,
    )
    currency = rules.pay.currency
    if not answer.found.solutions:
        sys.stderr.write(render(_unsolved(answer, currency), lang) + "\n")
        return FINDINGS
    if json:
        sys.stdout.write(answer.frame().to_json(orient="records", force_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(_told(answer, currency, lang)) + "\n")
    if out is not None:
        write_change_file(_change(answer, rules, out, year.label, currency), scheme, out)
    return DONE


def _named(number: list[str] | None, scale: list[str] | None) -> list[str]:
    if bool(number) == bool(scale):
        what = "both are given" if number else "neither is given"
        right = "name one number with --number, or one or more to scale with --scale"
        raise InputError("--number, --scale", [Problem("", what, right)])
    return [*(number or ()), *(scale or ())]


def _ends(between: tuple[str, str] | None) -> tuple[Decimal, Decimal] | None:
    if between is None:
        return None
    return _decimal(between[0], "--between"), _decimal(between[1], "--between")


def _share(written: str) -> Decimal:
    share = _decimal(written, "--within")
    if not 0 <= share <= 1:
        raise InputError("--within", [Problem("", f"'{written}' is no share", "write one from 0 to 1")])
    return share


def _decimal(written: str, option: str) -> Decimal:
    try:
        number = Decimal(written)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= LARGEST:
        right = "write digits, such as 1250000.50"
        raise InputError(option, [Problem("", f"'{written}' is no number that can be counted", right)])
    return number


def _check_out(out: Path | None) -> None:
    """Refuse a file we cannot write before anything is computed."""
    if out is None:
        return
    if out.suffix.lower() not in (".yaml", ".yml"):
        raise InputError(str(out), [Problem("", f"'{out.suffix}' is no change file", "name a .yaml file")])
    if not out.resolve().parent.is_dir():
        raise InputError(str(out), [Problem("", f"there is no folder {out.parent}")])


def _base_of(scheme: Path) -> Scheme | None:
    """The base of a change file; None for a scheme that stands by itself."""
    raw = read_yaml(scheme, SchemeError)
    return read_scheme(beside(scheme, raw["base"])) if is_change_file(raw) else None


def _told(answer: Answer, currency: str, lang: str) -> Iterator[str]:
    numbers = [each.address for each in answer.lever.numbers]
    for place, row in enumerate(answer.frame().to_dict("records")):
        if place:
            yield ""
        yield from (render(line, lang) for line in _words(row, numbers, answer.lever, currency))


def _words(row: Mapping[Any, Any], numbers: list[str], lever: Lever, currency: str) -> list[Value]:
    return solution_words({str(key): each for key, each in row.items()}, numbers, lever.scales, currency)


def _unsolved(answer: Answer, currency: str) -> Value:
    question, (at, cost) = answer.found.question, answer.found.nearest
    numbers = [each.address for each in answer.lever.numbers]
    ends = shown(question.low), shown(question.high)
    near = shown(at), cost
    flat, passes = answer.found.flat, bool(answer.found.passes)
    return unsolved_words(numbers, ends, question.budget, near, currency, flat=flat, passes=passes)


def _change(answer: Answer, rules: Scheme, out: Path, year: str, currency: str) -> dict[str, Any]:
    """The change file of the solution that is nearest to the present value."""
    solution, allowed = answer.found.solutions[0], answer.found.question.budget
    reason = solved_reason(year, solution.cost, allowed, currency)
    because = {each: render(reason, each) for each in LANGUAGES}
    title = solved_title(dict(rules.title.languages))
    source = f"solved: {year} costs at most {currency} {allowed / MINOR_UNITS:.2f}"
    head: dict[str, Any] = {
        "id": out.stem if ID.fullmatch(out.stem) else f"{rules.id}_solved",
        "title": {each: render(title, each) for each in LANGUAGES},
        "author": "policymodel solve",
        "because": because,
    }
    if answer.lever.region:
        head["region"] = answer.lever.region
    return head | {"changes": answer.lever.changes_at(solution.value, because, source)}


answer = answering("solve", solve)
