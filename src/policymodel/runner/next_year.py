"""The page on next year, as a run knows it before anything is drawn: its folder, its notebook, what it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from policymodel.errors import Problem, RunFileError
from policymodel.history.store import slug
from policymodel.report.futures_figures import BESIDE
from policymodel.report.runfile import RunFile
from policymodel.runner.inputs import Hashes, common_inputs, data_digest, digest
from policymodel.runner.memory import share_of_machine
from policymodel.runner.plan import PRIVATE, Page, Plan, Wishes, check_parameters, notebooks_of, relative
from policymodel.runner.record import file_digest
from policymodel.simulate.tables import SCHEMAS

NOTEBOOK = "futures_report.ipynb"
FOLDER = "next_year"
"""Below the run's folder: the page."""
TABLES = f"{PRIVATE}/futures"
"""Below the run's folder: what was drawn, a person a row among it, for HR alone."""
DRAWING = "policymodel.runner.futures"
"""The module that draws."""


def futures_plan(run: RunFile, out: Path, store: Path, wishes: Wishes) -> Plan:
    """One page for the whole group: who decides over designs decides over all regions, which stand in its tables."""
    notebook = (wishes.notebooks or notebooks_of(run.file)) / NOTEBOOK
    if not notebook.is_file():
        raise RunFileError(str(run.file), [Problem("", f"there is no notebook {notebook}")])
    here = out / FOLDER
    told = {
        "run_file": relative(run.file, here),
        "futures_dir": relative(out / TABLES, here),
        "results_dir": "results",
    }
    page = Page("", FOLDER, notebook, told)
    check_parameters(page)
    memory = wishes.memory or share_of_machine(1)
    return Plan(run, out, store, (page,), page, (), 1, wishes.timeout, memory)


def futures_inputs(plan: Plan, regions: Sequence[str], count: int) -> Hashes:
    """The hashes of what the page is made from: every region's rows, the assumptions, and what was drawn."""
    assert plan.run.futures is not None
    whole = "".join(f"{region}\0{data_digest(plan.store / slug(region))}\n" for region in regions)
    return {
        "data": digest(whole.encode()),
        **common_inputs(plan.run),
        "assumptions": file_digest(plan.run.futures),
        "draws": count,
        "futures": tables_digest(plan.out / TABLES),
        "notebook": file_digest(plan.group.notebook),
    }


def tables_digest(folder: Path) -> Mapping[str, str]:
    """The hash of every table that a page on next year is made of."""
    names = (*SCHEMAS, *BESIDE)
    files = {name: folder / f"{name}.parquet" for name in names}
    return {name: file_digest(file) for name, file in files.items() if file.is_file()}
