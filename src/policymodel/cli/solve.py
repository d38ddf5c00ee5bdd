"""policymodel solve: the number of a scheme at which the year's cost meets a budget, and frontiers of several."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from policymodel.calibration import Answer, lever, meet
from policymodel.calibration.frontier import Limits
from policymodel.calibration.frontier import frontier as frontier_of
from policymodel.calibration.levers import Lever, shown
from policymodel.calibration.points import grid as grid_of
from policymodel.calibration.points import scattered as points_of
from policymodel.cli.answering import DONE, FINDINGS, JsonOption, answering
from policymodel.cli.facts import BaseYearOption, HistoryOption, MappingOption, PlanOption, PlanYearOption
from policymodel.cli.frontiers import check_levers, draw, tell, write_designs
from policymodel.cli.language import LanguageOption, check_language
from policymodel.cli.typed import (
    Facts,
    base_of,
    check_files,
    check_out,
    check_together,
    ends_of,
    limit_of,
    named,
    number_of,
    share_of,
)
from policymodel.errors import InputError, Problem
from policymodel.report.export import FORMATS
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme
from policymodel.scheme.sections import ID
from policymodel.whole import folder_for
from policymodel.words.catalogues import LANGUAGES
from policymodel.words.numbers import MINOR_UNITS
from policymodel.words.sentences import Value, render
from policymodel.words.solving import solution_words, solved_reason, solved_title, unsolved_words
from policymodel.workbook.changefile import write_change_file

MOST_DECIMALS, MOST_DESIGNS = 12, 20_000
CHANGE_FILES = (".yaml", ".yml")


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
        list[str] | None,
        typer.Option(
            "--between",
            metavar="LOW..HIGH",
            help="Between what it may lie; else its declared range. Again for each number of a frontier, in order.",
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
    picture: Annotated[
        Path | None,
        typer.Option("--picture", metavar="FILE", help="With --frontier: a .png file to draw it into."),
    ] = None,
    frontier: Annotated[
        bool,
        typer.Option(
            "--frontier", help="Designs over 1 to 3 numbers that cannot be bettered; --budget is a limit."
        ),
    ] = False,
    points: Annotated[
        int, typer.Option("--points", min=1, max=5000, help="With --frontier: how many designs are tried.")
    ] = 200,
    grid: Annotated[
        int | None,
        typer.Option(
            "--grid", min=2, max=100, help="Instead of --points: every combination of so many values each."
        ),
    ] = None,
    losers: Annotated[
        str,
        typer.Option("--losers", metavar="SHARE", help="With --frontier: at most this share of people lose."),
    ] = "",
    spread: Annotated[
        str,
        typer.Option("--spread", metavar="NUMBER", help="With --frontier: the year's pay spreads no more."),
    ] = "",
    spread_by: Annotated[
        Literal["gini", "p90_p10"], typer.Option("--spread-by", help="How spread is measured.")
    ] = "gini",
    envelope: Annotated[
        bool,
        typer.Option("--envelope", help="With --frontier: no outlet is paid more than its share of income."),
    ] = False,
    designs: Annotated[
        Path | None,
        typer.Option(
            "--designs", metavar="DIR", help="With --frontier: change files of the best at something."
        ),
    ] = None,
    json: JsonOption = False,
) -> int:
    """Which value of a number costs what the budget allows, or what the baseline costs; priced as `pay` prices it.

    The answer has as few digits as meet the budget; all are told where there are several, the nearest first. Exit
    code 1 where no value meets it, with the nearest cost that can be had. With --frontier designs are tried over the
    ranges of the numbers, and --out is a table of all of them.

    \b
    Example:
      policymodel solve params/changes/s6_more_for_growth.yaml --history reports/demo/store --plan-year 2025 \\
        --number performance_wage.shares.stock --out neutral.yaml
      policymodel solve params/schemes/s6_profit_centre.yaml --history reports/demo/store --plan-year 2025 \\
        --frontier --number performance_wage.shares.stock --between 0.002..0.008 \\
        --number performance_wage.shares.increment --between 0.01..0.06 --budget 26500000 --picture frontier.png
    """
    check_language(lang)
    rules = read_scheme(scheme)
    if rules.pay is None:
        raise InputError(str(scheme), [Problem("pay", "the scheme has no pay plan, so it costs nothing")])
    check_together(
        frontier,
        {
            "--picture": picture,
            "--losers": losers,
            "--spread": spread,
            "--designs": designs,
            "--envelope": envelope,
            "--grid": grid,
        },
    )
    check_out(out, FORMATS if frontier else CHANGE_FILES)
    names = named(number, scale, frontier)
    allowed = None if not budget else int((number_of(budget, "--budget") * MINOR_UNITS).to_integral_value())
    other = read_scheme(baseline) if baseline is not None else base_of(scheme)
    if not budget and other is None and not frontier:
        right = "write --budget AMOUNT, or --baseline FILE for the same cost"
        raise InputError("--budget", [Problem("", f"nothing says what {rules.id} may cost", right)])
    ends = [ends_of(each) for each in between or ()]
    if len(ends) > (len(names) if frontier else 1):
        raise InputError(
            "--between", [Problem("", "there are more ranges than numbers", "write one for each")]
        )
    facts = Facts(history, mapping, plan_year, base_year, plan)
    if frontier:
        levers = [
            lever(rules, [name], between=ends[place] if place < len(ends) else None, region=region)
            for place, name in enumerate(names)
        ]
        check_levers(levers)
        limits = Limits(allowed, limit_of(losers, "--losers"), limit_of(spread, "--spread"), envelope)
        tried = points_of(levers, points) if grid is None else grid_of(levers, grid)
        if len(tried) > MOST_DESIGNS:
            what = f"{len(tried)} designs are more than {MOST_DESIGNS}"
            raise InputError("--grid", [Problem("", what, "write a smaller number, or --points")])
        check_files(picture, designs)
        panel, _ = facts.panel([rules, *([other] if other is not None else [])])
        found = frontier_of(panel, levers, tried, baseline=other, limits=limits, spread=spread_by)
        words = tell(found, rules.pay.currency, lang, out, json)
        if picture is not None:
            draw(found, words, picture, lang)
        if designs is not None:
            with folder_for(designs) as folder:
                write_designs(found, scheme, rules, folder, rules.pay.currency)
        return DONE if found.chosen() else FINDINGS
    asked = lever(rules, names, scales=bool(scale), between=ends[0] if ends else None, region=region)
    panel, year = facts.panel([rules] if other is None else [other, rules])
    answer = meet(panel, asked, budget=allowed, baseline=other, within=share_of(within), decimals=decimals)
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
