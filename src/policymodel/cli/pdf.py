"""policymodel pdf: a page of a run as a PDF."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from policymodel.cli.answering import DONE, answering
from policymodel.report.pdf import write_pdf


def pdf(
    page: Annotated[
        Path, typer.Argument(metavar="REPORT.html", help="A page that policymodel run has written.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where the PDF goes; else beside the page.")
    ] = None,
    summary: Annotated[
        bool,
        typer.Option("--summary", help="Five pages at most: the cover, the answer, claims and charts."),
    ] = False,
) -> int:
    """A page as a PDF for printing and filing, with an outline, page numbers and charts as vectors.

    It is printed by Chromium, Chrome or Edge, whichever is there; the variable CHROMIUM may name one.

    \b
    Example:
      policymodel pdf reports/demo/north/report.en.html
      policymodel pdf reports/demo/group/report.zh-Hans.html --summary
    """
    sys.stdout.write(f"{write_pdf(page, out, summary)}\n")
    return DONE


answer = answering("pdf", pdf)
