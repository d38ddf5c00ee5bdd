"""A toy project: notebooks of a few cells that do what their region's name says."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pandas as pd
import pytest

from policymodel.report.runfile import RunFile, read_run_file
from policymodel.runner import execute, making
from policymodel.runner.plan import Plan, Wishes, make_plan

RUN = """
id: toy
title: {en: Toy}
question: {en: "Does it run?"}
mapping: mapping.yaml
plan_year: "2025"
base_year: "2024"
designs: [{id: old, title: {en: Old}, pay: pay.yaml}]
baseline: old
seed: 7
max_quarantined: 0
"""

REGION = """
import os
import time
from pathlib import Path
from policymodel.errors import DataGap, Problem

if region == "corrupt":
    raise DataGap("store", [Problem("activity", "31 of 100 rows were put aside"), Problem("events", "so were 2")])
if region == "killed":
    os._exit(9)
if region == "endless":
    while True: pass
while region == "stubborn":
    try:
        while True: pass
    except KeyboardInterrupt:
        pass
if region == "greedy":
    hog = [bytearray(10**8) for _ in range(100)]
while region == "waiting" and not Path("..", "..", "go").exists():
    time.sleep(0.05)
if region == "full":
    raise OSError(28, "No space left on device")
Path(results_dir).mkdir()
Path(results_dir, "cost.txt").write_text(f"{region} {run_file} {history}", encoding="utf-8")
"""

GROUP = """
from pathlib import Path
Path(results_dir).mkdir()
Path(results_dir, "cost.txt").write_text("group", encoding="utf-8")
"""


def notebook(path: Path, parameters: str, code: str) -> None:
    first = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
    others = [nbformat.v4.new_code_cell(each) for each in ("print(results_dir)", code, "1")]
    document = nbformat.v4.new_notebook(cells=[first, *others])
    document.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    nbformat.write(document, path)


def project(folder: Path) -> RunFile:
    """The toy's run file, with its notebooks beside it."""
    (folder / "notebooks").mkdir()
    for name in ("mapping.yaml", "pay.yaml"):
        (folder / name).write_text("{}", encoding="utf-8")
    (folder / "run.yaml").write_text(RUN, encoding="utf-8")
    lines = 'region = ""\nrun_file = ""\nhistory = ""\nresults_dir = ""'
    notebook(folder / "notebooks" / "region_report.ipynb", lines, REGION)
    notebook(
        folder / "notebooks" / "group_report.ipynb", 'run_file = ""\nresults_dir = ""\nmissing = ""', GROUP
    )
    return read_run_file(folder / "run.yaml")


def simple(patch: pytest.MonkeyPatch) -> None:
    """Toy notebooks write no tables and show nothing, so their pages are of one word."""
    cost = pd.DataFrame({"design": ["old"], "amount_minor": [100]})
    patch.setattr(making, "read_results", lambda folder: {"cost": cost})
    patch.setattr(making, "inspect", lambda *anything: None)
    patch.setattr(execute, "inspect_record", lambda *anything: None)
    patch.setattr(execute, "page_record", lambda record, results: {"figures": record.figures})
    patch.setattr(making, "render_html", lambda notebook, language, out: out.write_text("<body>one</body>"))


def plan(folder: Path, regions: list[str], **wishes: object) -> Plan:
    """A plan of the toy project for these regions."""
    run = project(folder)
    return make_plan(run, folder / "out", folder / "out" / "store", regions, Wishes(jobs=2, **wishes))
