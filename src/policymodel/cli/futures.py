"""policymodel futures: what each design may cost next year, how sure that is, whom it would move."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from policymodel.cli.answering import DONE, FINDINGS, JsonOption, answering
from policymodel.cli.run import Scheduler
from policymodel.report.futures import assumptions_of, open_futures
from policymodel.report.futures_figures import futures_figures, read_tables
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.runner.futures import Forecast, Told, make_forecast
from policymodel.words import futures as words

ANSWERS = ("futures_cost", "futures_chance", "futures_worst", "futures_regret", "futures_against")


def futures(
    run_file: Annotated[
        Path,
        typer.Argument(
            metavar="RUN.yaml", help="A run file that names assumptions, as params/runs/demo.yaml."
        ),
    ],
    history: Annotated[
        Path | None, typer.Option("--history", metavar="DIR", help="Another history than the run file names.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Else reports/ and the run's id with _next_year."),
    ] = None,
    draws: Annotated[
        int | None, typer.Option("--draws", min=1, help="How many futures; else what the run file says.")
    ] = None,
    backtest: Annotated[
        Path | None,
        typer.Option("--backtest", metavar="FILE", help="The table of a back-test, to stand on the page."),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=64, help="Processes that draw at a time.")] = 1,
    scheduler: Scheduler = None,
    as_json: JsonOption = False,
) -> int:
    """Next year drawn many times from history, every design paid on the same futures: tables and one page.

    The page is for the leadership: last year replayed first, cost with bands, chance over the budget, regret, regions,
    winners and losers, what drives the spread, and on what it rests. It holds no person. The tables, a person a row
    among them, lie in private/futures and stay with HR. The same seed gives the same tables, whatever --jobs says.

    With --scheduler the workers of a Dask cluster draw, --jobs of them at a time (docs/method/scale.md).

    \b
    Example:
      policymodel futures params/runs/demo.yaml --history reports/demo/store --out reports/next_year --draws 256
    """
    for chatty in ("papermill", "asyncio", "traitlets"):
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    run = read_run_file(run_file)
    assumptions_of(run)
    if history is not None:
        run = run.with_history(history)
    place = out or Path("reports", f"{run.id}_next_year")
    asked = Forecast(run, place, draws or run.draws, jobs, backtest, scheduler)
    made = make_forecast(asked)
    if as_json:
        sys.stdout.write(json.dumps(as_data(made, run), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(said(made, run_file))
    return DONE if made.record.status == "done" else FINDINGS


def said(made: Told, run_file: Path) -> str:
    """What came of it, for a person: the answer in sentences, and the page in every language."""
    if made.record.status != "done":
        return f"  failed  {made.record.message}\n"
    page = open_futures(str(run_file), str(made.tables)).page
    lines = [each.text for each in words.cover(page).answers]
    texts = [each if isinstance(each, str) else each.render("en") for each in lines]
    return "".join(f"  {each}\n" for each in texts) + "".join(f"{each}\n" for each in made.pages)


def as_data(made: Told, run: RunFile) -> dict[str, Any]:
    """The published answers, for a program; amounts are in minor units, what is blank is null."""
    found: dict[str, Any] = {
        "status": made.record.status,
        "message": made.record.message,
        "pages": [str(each) for each in made.pages],
        "tables": str(made.tables),
    }
    if made.record.status == "done":
        figures, left_out = futures_figures(
            read_tables(made.tables), run.baseline, run.no_change, run.smallest_cell
        )
        found |= {"draws": made.draws, "regions_left_out": left_out}
        found |= {
            name.removeprefix("futures_"): records(figures.get(name, pd.DataFrame())) for name in ANSWERS
        }
    return found


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table with plain values.

    >>> records(pd.DataFrame({"draws": [16], "low": [float("nan")]}))
    [{'draws': 16, 'low': None}]
    """
    return [
        {name: None if pd.isna(value) else value for name, value in row.items()}
        for row in json.loads(table.to_json(orient="records"))
    ]


answer = answering("futures", futures)
