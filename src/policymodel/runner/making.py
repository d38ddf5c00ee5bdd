"""One page made: its notebook run in a kernel of its own, turned into HTML, read for persons."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import papermill
from traitlets.config import Config

from policymodel.report.html import render_html
from policymodel.report.result_tables import read_results
from policymodel.runner.engine import choose_engine
from policymodel.runner.folder import KERNEL_NOTE
from policymodel.runner.inspection import inspect
from policymodel.runner.plan import Page, Plan, literal
from policymodel.runner.private import KERNEL, PrivateKernel

TIMES = ("duration", "start_time", "end_time")


def make_page(plan: Plan, page: Page, folder: Path | None = None) -> dict[str, pd.DataFrame]:
    """Run one notebook and turn it into a page in each language; gives its result tables.

    All of it is written to a folder beside the page's own, `building` unless another is named.
    """
    folder = folder or building(plan, page)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    notebook = folder / "report.ipynb"
    papermill.execute_notebook(
        literal(page.notebook),
        literal(notebook),
        parameters=dict(page.parameters),
        engine_name=choose_engine(),
        so_far=str(notebook),
        kernel_name=KERNEL,
        kernel_manager_class=PrivateKernel,
        config=Config({"PrivateKernel": {"memory": plan.memory}}),
        shutdown_kernel="immediate",
        execution_timeout=plan.timeout,
        progress_bar=False,
        request_save_on_cell_execute=False,
        resources={"metadata": {"path": str(folder)}},
    )
    forget_places(notebook, page)
    (folder / KERNEL_NOTE).unlink(missing_ok=True)
    for language in plan.run.languages if page.edition != "manager" else ():
        render_html(notebook, language, folder / f"report.{language}.html")
    results = read_results(folder / "results")
    inspect(plan, page, folder, results)
    if page.edition != "leadership":
        shutil.rmtree(folder / "results")  # the leadership's folder holds the same
    return results


def building(plan: Plan, page: Page, attempt: str = "") -> Path:
    """The folder a page is built in, beside its own; that of one attempt, where there may be several."""
    final = plan.out / page.folder
    return final.with_name(f".{final.name}{'.' if attempt else ''}{attempt}.unfinished")


def forget_places(notebook: Path, page: Page) -> None:
    """Leave out of the audit record where on this machine, and when, the notebook was run."""
    document = json.loads(notebook.read_text(encoding="utf-8"))
    told = document["metadata"]["papermill"]
    told |= {"input_path": page.notebook.name, "output_path": notebook.name}
    for name in TIMES:
        told.pop(name, None)
    for index, cell in enumerate(document["cells"]):
        cell["metadata"].pop("execution", None)
        for name in TIMES:
            cell["metadata"].get("papermill", {}).pop(name, None)
        if "injected-parameters" in cell["metadata"].get("tags", []):
            cell["id"] = f"parameters-{index}"
    notebook.write_text(
        json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )
