"""policymodel verify: whether a page still is what it says."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import DONE, FINDINGS, JsonOption, answering
from policymodel.errors import inert
from policymodel.runner.plan import Wishes
from policymodel.runner.verification import Verdict, pages_of, verify_page


def verify(
    report: Annotated[Path, typer.Argument(metavar="REPORT.html", help="A page, or the folder of a run.")],
    run_file: Annotated[
        Path | None,
        typer.Option("--run", metavar="RUN.yaml", help="Another run file than the page's run had."),
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option("--history", metavar="DIR", help="Another history than the page's run read."),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Compare hashes only; make nothing again.")] = False,
    timeout: Annotated[
        int, typer.Option("--timeout", min=1, metavar="SECONDS", help="What one step of a notebook may take.")
    ] = 600,
    as_json: JsonOption = False,
) -> int:
    """Whether a page is, byte for byte, what its data, parameters, schemes and code make today.

    First the page's own hash, then the hashes of everything it was made from, then the page itself, made again
    in a folder of its own. Says exactly what differs; the exit code is 1 if anything does.

    \b
    Example:
      policymodel verify reports/demo/north/report.en.html
    """
    for chatty in ("papermill", "asyncio", "traitlets"):
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    wishes = Wishes(timeout=timeout)
    verdicts = [verify_page(page, run_file, history, not quick, wishes) for page in pages_of(report)]
    if as_json:
        sys.stdout.write(
            json.dumps([as_data(each) for each in verdicts], ensure_ascii=False, indent=1) + "\n"
        )
    else:
        sys.stdout.write("".join(map(said, verdicts)))
    return DONE if all(each.same for each in verdicts) else FINDINGS


def as_data(verdict: Verdict) -> dict[str, object]:
    """A verdict for a program."""
    return {
        "page": str(verdict.page),
        "same": verdict.same,
        "made_again": verdict.remade,
        "differences": [{"place": each.place, "what": each.what} for each in verdict.differences],
    }


def said(verdict: Verdict) -> str:
    """A verdict for a person."""
    name = f"{verdict.page.parent.name}/{verdict.page.name}"
    if verdict.same:
        how = "made again, it is the same, byte for byte" if verdict.remade else "its hashes are as recorded"
        return f"{inert(name)}: {how}\n"
    count = len(verdict.differences)
    lines = [f"{name}: {count} difference{'' if count == 1 else 's'}"]
    lines += [f"  {each.place}: {each.what}" for each in verdict.differences]
    return "".join(f"{inert(line)}\n" for line in lines)


answer = answering("verify", verify)
