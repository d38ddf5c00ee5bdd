"""policymodel run: the reports of every region and of the group."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from policymodel.cli.answering import DONE, FINDINGS, answering
from policymodel.errors import InputError, Problem
from policymodel.report.index import WITHHELD
from policymodel.report.pdf import check_fonts, find_chromium, write_pdf
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.runner.execute import Notice, State
from policymodel.runner.memory import LEAST
from policymodel.runner.plan import EDITIONS, PRIVATE, Page, Plan, Wishes
from policymodel.runner.record import sum_of_regions
from policymodel.runner.reports import Outcome, run_reports
from policymodel.words.editions import SECTIONS

OutFolder = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Where the pages go; else reports/ and the run's id."),
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", min=1, max=64, help="Regions at a time; else two, or one on one core.")
]
Timeout = Annotated[
    int, typer.Option("--timeout", min=1, metavar="SECONDS", help="What one step of a notebook may take.")
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler", metavar="ADDRESS", help="A Dask cluster that does the work; else this machine."
    ),
]
Pdf = Annotated[bool, typer.Option("--pdf", help="Each page also as a PDF, printed by Chromium.")]

Memory = Annotated[
    int | None,
    typer.Option(
        "--memory", min=LEAST, metavar="MB", help="What one region may use; else its share of four fifths."
    ),
]


def run(
    run_file: Annotated[
        Path, typer.Argument(metavar="RUN.yaml", help="A run file, for example params/runs/demo.yaml.")
    ],
    history: Annotated[
        Path | None, typer.Option("--history", metavar="DIR", help="Another history than the run file names.")
    ] = None,
    out: OutFolder = None,
    jobs: Jobs = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="REGION", help="Only this region; may be repeated.")
    ] = None,
    timeout: Timeout = 600,
    pdf: Pdf = False,
    memory: Memory = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Make only the pages that are missing, failed or no longer true.")
    ] = False,
    scheduler: Scheduler = None,
) -> int:
    """Reports of every region and of the group, as one HTML file each, and an index over them.

    Pages for other readers than the leadership are made where the run file names them (`editions: [leadership,
    works_council, regional_hr, manager]`): they lie below editions/ in the output folder, the index lists each with its
    reader, and private/ says whose pseudonym is whose.

    A region that fails does not stop the others: the index says which and why, and the exit code is 1.
    A run file, scheme or history that cannot be used is refused before anything starts (exit code 2), and so is a
    folder in which another run is under way. A run that was stopped, even by force, is finished with --resume.

    With --scheduler the workers of a Dask cluster make the pages, as many at a time as they have threads. They must see
    the same folders under the same paths, and have the same program installed (docs/method/scale.md).

    \b
    Example:
      policymodel run params/runs/estban.yaml --history FOLDER --out reports/estban
      policymodel run params/runs/estban.yaml --history FOLDER --out reports/estban --resume
      policymodel run params/runs/estban.yaml --history FOLDER --scheduler tcp://10.0.0.1:8786
    """
    if scheduler is not None and jobs is not None:
        what = "a cluster makes as many pages at a time as its workers have threads"
        raise InputError("--jobs", [Problem("", what, "leave --jobs out, or --scheduler")])
    plan = read_run_file(run_file)
    if history is not None:
        plan = plan.with_history(history)
    wishes = Wishes(
        only=tuple(only or ()),
        jobs=jobs,
        timeout=timeout,
        memory=memory,
        resume=resume,
        scheduler=scheduler,
    )
    return report(plan, out or Path("reports", plan.id), wishes, pdf)


def report(run: RunFile, out: Path, wishes: Wishes, pdf: bool = False) -> int:
    """Run it with a progress bar, say what came of it, and end with the path of the index."""
    return DONE if reported(run, out, wishes, pdf).whole else FINDINGS


def reported(run: RunFile, out: Path, wishes: Wishes, pdf: bool = False) -> Outcome:
    """What came of a run, which has been told."""
    if pdf:
        find_chromium()
        check_fonts(run.languages)
    for chatty in ("papermill", "asyncio", "traitlets"):
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        reading = bar.add_task("reading history", total=None)

        def listener(plan: Plan) -> Notice:
            bar.remove_task(reading)
            return follow(bar, plan)

        outcome = run_reports(run, out, wishes, listener)
        if pdf:
            for page in bar.track(written(outcome, run), description="PDF"):
                write_pdf(page)
    sys.stdout.write(said(outcome, run))
    sys.stdout.flush()
    return outcome


def written(outcome: Outcome, run: RunFile) -> list[Path]:
    """The pages of a run that could be made, in every language; sheets of single managers are printed one by one."""
    made = [
        each
        for each in (*outcome.regions, outcome.group, *outcome.editions)
        if each is not None and each.status == "done" and not each.folder.startswith(f"{EDITIONS}/manager/")
    ]
    root = outcome.index.parent
    return [root / each.folder / f"report.{language}.html" for each in made for language in run.languages]


def follow(bar: Progress, plan: Plan) -> Notice:
    """Shows which pages are being made and how many are done."""
    pages = bar.add_task("regions", total=len(plan.pages) + 1 + len(plan.editions))
    running: list[str] = []

    def notice(page: Page, state: State, message: str) -> None:
        if state == "running":
            running.append(page.name)
        elif state == "kept":
            bar.advance(pages)
        else:
            running.remove(page.name)
            bar.advance(pages)
        if state == "failed" and not bar.disable:
            bar.console.print(f"{page.name}: {message}", style="red", markup=False, highlight=False)
        bar.update(pages, description=", ".join(running) or "regions")

    return notice


KEPT = {
    "base_nonpositive": "people with a base of zero or less, kept with a stock of zero",
    "not_computed": "people for whom a figure is missing, in no total and not counted as zero",
}


def said(outcome: Outcome, run: RunFile) -> str:
    """What came of a run, for a person: totals, failures, the check, the path."""
    done = [record for record in outcome.regions if record.status == "done"]
    people = sum(record.people for record in done)
    regions = f"{len(done)} of {len(outcome.regions)} regions"
    lines = [f"{regions}, {people:,} people, reported in {outcome.seconds:.1f} s"]
    if outcome.kept:
        lines.append(f"  {outcome.kept} of the pages were as they should be, and kept")
    if outcome.put_aside:
        lines.append(f"  {outcome.put_aside:,} rows of the history put aside, see findings.csv")
    for name, words in KEPT.items():
        count = max(sum_of_regions(done, name).values(), default=0)
        if count:
            lines.append(f"  {words}: {count:,}")
    for record in outcome.failed:
        name = record.folder if record in outcome.editions else record.region or "group"
        lines.append(f"  failed  {name}: {record.message}")
    for design, minor in sum_of_regions(done).items():
        lines.append(f"  {design}: {minor / 100:,.2f}")
    if outcome.message:
        lines.append(f"  {outcome.message}")
    elif outcome.whole:
        lines.append("  The regions add up to the group, to the cent.")
    for edition, readers in SECTIONS.items():
        made = sum(
            record.folder.startswith(f"{EDITIONS}/{edition}/") and record.status == "done"
            for record in outcome.editions
        )
        if made:
            what = "sheets" if edition == "manager" else "pages"
            folders = "1 folder" if made == 1 else f"{made} folders"
            lines.append(f"  {readers.render('en')}: {what} in {folders} below {EDITIONS}/{edition}")
    for record in outcome.editions:
        if texts := withheld_texts(outcome.index.parent / record.folder):
            what = (
                "1 text names another person and is" if texts == 1 else f"{texts:,} texts name others and are"
            )
            lines.append(f"  {what} withheld, see {record.folder}/{WITHHELD}")
    if (outcome.index.parent / PRIVATE).is_dir():
        lines.append(f"  Whose pseudonym is whose: {PRIVATE}/, for you alone")
    lines.append(f"{outcome.index}")
    return "\n".join(lines) + "\n"


def withheld_texts(folder: Path) -> int:
    """How many texts were withheld from the sheets of a folder."""
    path = folder / WITHHELD
    return len(path.read_text(encoding="utf-8-sig").splitlines()) - 1 if path.is_file() else 0


answer = answering("run", run)
