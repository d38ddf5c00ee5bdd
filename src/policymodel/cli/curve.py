"""policymodel curve: what one person's line gives as a measure runs from low to high, as a table and a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policymodel.charts.payout import payout
from policymodel.cli.answering import DONE, JsonOption, answering
from policymodel.cli.facts import (
    BaseYearOption,
    HistoryOption,
    LineOption,
    MappingOption,
    PlanYearOption,
    panel_of,
    parse_period,
)
from policymodel.cli.frames import OutOption, check_target, hand_over
from policymodel.cli.language import LanguageOption, check_language
from policymodel.cli.remarks import facts_for
from policymodel.errors import InputError, Problem
from policymodel.margins import payout_curve
from policymodel.scheme.reading import read_scheme
from policymodel.whole import whole
from policymodel.words.curve import curve_words


def curve(
    scheme: Annotated[Path, typer.Argument(metavar="SCHEME", help="A scheme or change file.")],
    history: HistoryOption,
    plan_year: PlanYearOption,
    manager: Annotated[str, typer.Option("--manager", metavar="ID", help="Whose.")],
    period: Annotated[str, typer.Option("--period", metavar="PERIOD", help="Which one: 2025-Q2.")],
    measure: Annotated[str, typer.Option("--measure", metavar="NAME", help="What runs from low to high.")],
    low: Annotated[float, typer.Option("--from", help="Where the curve begins.")],
    high: Annotated[float, typer.Option("--to", help="Where it ends.")],
    mapping: MappingOption = None,
    base_year: BaseYearOption = "",
    line: LineOption = "score",
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE", help="A .png file to draw it into.")
    ] = None,
    lang: LanguageOption = "en",
    out: OutOption = None,
    json: JsonOption = False,
) -> int:
    """A payout curve: everything else of the person and the period stays as it was.

    One row for each corner: where the slope changes, and both ends of a jump, the paid one and the other.

    \b
    Example:
      policymodel curve params/schemes/s4_scorecard.yaml --history reports/demo/store --plan-year 2025 \\
        --manager 0010001 --period 2025-Q2 --measure net_deposits --from 0 --to 20000000 --picture curve.png
    """
    check_target(out)
    check_language(lang)
    if picture is not None and picture.suffix.lower() != ".png":
        raise InputError(str(picture), [Problem("", f"'{picture.suffix}' is no picture we draw", "use .png")])
    rules = read_scheme(scheme)
    panel, _ = panel_of(facts_for([rules], history, mapping), plan_year, base_year)
    asked = parse_period(period, "--period")
    found = payout_curve(panel, rules, line, manager, asked, measure, low, high)
    if picture is not None:
        words = curve_words(found, rules, panel.history.measures)
        drawing = payout(found, words.title, words.description, words.axes, [lang])
        if not drawing.charts:
            what = f"'{line}' has no value between {low:g} and {high:g} of '{measure}'"
            raise InputError(str(picture), [Problem("", what, "ask for a line that has one")])
        with whole(picture) as part:
            part.write_bytes(drawing.png(lang))
    hand_over(found, out, json)
    return DONE


answer = answering("curve", curve)
