"""Executed notebooks made by hand, in the shape papermill leaves them."""

from __future__ import annotations

from pathlib import Path

import nbformat

from policymodel.payroll import Payments
from policymodel.populations import Population
from policymodel.report.display import Shown, show
from policymodel.report.session import Session
from policymodel.scoring import Scores
from policymodel.words.page import Page
from report.invented import findings

ROOT = Path(__file__).resolve().parents[2]


def executed(
    path: Path,
    page: Page,
    notebook: str = "region_report",
    session: Session | None = None,
    key_file: str = "",
) -> Path:
    """The report notebook with the outputs its cells have for an invented page; nothing is run but the shows.

    Reports that look at more than a page need a session of their own, and a key where they name persons.
    """
    nb = nbformat.read(ROOT / "notebooks" / f"{notebook}.ipynb", as_version=4)
    code = [each for each in nb.cells if each.cell_type == "code"]
    names: dict[str, object] = {}
    exec(next(each.source for each in code if each.source.startswith("from policymodel")), names)
    names |= {"page": page, "session": session or _Session(page), "key_file": key_file, "people_dir": ""}
    for count, cell in enumerate(code, start=1):
        cell.execution_count = count
        if cell.source.startswith("session.show("):
            data = eval(cell.source, names).data
            cell.outputs = [nbformat.v4.new_output("execute_result", data=data, execution_count=count)]
    nbformat.write(nb, path)
    return path


class _Session:
    """Just enough of a session for its cells to be shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.scores: dict[str, Scores] = {}
        self.payments: dict[str, Payments] = {}
        self.plans: dict[str, object] = {}
        self.populations: tuple[Population, ...] = ()
        self.linted = findings(page)
        self.inside = ("north", "south")
        self.schemes = dict.fromkeys(page.designs, (None, None))

    def show(self, *things: object) -> Shown:
        return show(self.page.languages, *things)
