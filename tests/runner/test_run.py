"""A whole run through the command line: real notebooks, the invented bank, one region with corrupt rows."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from policymodel.cli import main
from policymodel.draws import Draws
from policymodel.history.synthetic import write_bank
from policymodel.report.runfile import RegionParameters
from policymodel.report.touched import FROM_ONE_REGION
from policymodel.runner.plan import Page, check_parameters
from policymodel.runner.record import read_record
from policymodel.words.claims.consequences import GROUP, UNSHOWN

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]
RUN_FILE = ROOT / "params" / "runs" / "demo.yaml"
MIME = "application/vnd.policymodel+json"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Two regions, half of the east's actuals made unreadable; the exit code and the run's folder."""
    folder = tmp_path_factory.mktemp("run")
    write_bank(folder / "bank", Draws(1), managers=60, regions=2)
    spoil(folder / "bank", "east")
    code = main(["run", str(RUN_FILE), "--history", str(folder / "bank"), "--out", str(folder / "out")])
    return code, folder / "out"


def spoil(bank: Path, region: str) -> None:
    people = pd.read_csv(bank / "managers.csv", dtype="str")
    ids = set(people.loc[people["地區"] == region, "工號"])
    with gzip.open(bank / "activity.csv.gz", "rt", encoding="utf-8") as file:
        rows = pd.read_csv(file, dtype="str", keep_default_na=False)
    theirs = rows["工號"].isin(ids) & (rows.index % 2 == 0)
    rows.loc[theirs, "實績"] = "<b>many</b>"
    with gzip.open(bank / "activity.csv.gz", "wt", encoding="utf-8") as file:
        rows.to_csv(file, index=False)


def test_the_exit_code_says_that_a_page_is_missing(run):
    """0 only when everything is there."""
    assert run[0] == 1


def test_the_other_region_and_the_group_finish(run):
    """In both languages, with their tables and records."""
    _, out = run

    for name in ("north", "group"):
        there = {path.name for path in (out / name).iterdir()}
        assert {"report.en.html", "report.zh-Hant.html", "report.ipynb", "record.json", "results"} <= there
        assert read_record(out / name).status == "done"


def test_the_index_names_the_region_and_why(run):
    """One sentence with table, count and rule, no traceback, no link to a page that is not there."""
    _, out = run

    text = (out / "index.html").read_text(encoding="utf-8")

    failure = re.search(r'<span class="name">East</span>\s*<span class="failed">(.*?)</span>', text, re.S)[1]
    assert failure.startswith("activity: ")
    assert re.search(r"[\d,]+ of [\d,]+ rows (of east )?were put aside", failure)
    assert "Traceback" not in text
    assert "east/report" not in text


def test_the_failed_region_has_no_page(run):
    """Nothing that could be taken for one."""
    _, out = run

    assert sorted(path.name for path in (out / "east").iterdir()) == ["failed.ipynb", "record.json"]


def test_every_bad_row_is_in_the_findings(run):
    """With file, row and value, for whoever corrects it."""
    _, out = run

    findings = pd.read_csv(out / "findings.csv", dtype="str")

    assert set(findings["value"]) == {"<b>many</b>"}
    assert set(findings["region"]) == {"east"}
    assert len(findings) == len(pd.read_csv(out / "quarantine.csv", dtype="str"))


def test_the_regions_add_up_to_the_group(run):
    """To the cent, over the records."""
    _, out = run
    region, group = read_record(out / "north"), read_record(out / "group")

    assert region.figure("cost_minor") == group.figure("cost_minor")
    assert set(region.figure("cost_minor")) == {"published", "proposal"}
    assert region.people == group.people == 30


def test_the_run_says_how_it_ended(run):
    """For a program, in one file; and nothing unfinished lies about."""
    _, out = run

    written = json.loads((out / "run.json").read_text(encoding="utf-8"))

    assert written["status"] == "failed"
    assert [page["status"] for page in written["pages"]] == ["failed", "done", "done"]
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []


def test_the_notebooks_ask_for_what_the_runner_sends():
    """Name by name; the parameters of a single page are the same."""
    parameters = dict.fromkeys(RegionParameters.model_fields, "")

    check_parameters(Page("north", "north", ROOT / "notebooks" / "region_report.ipynb", parameters))


def test_a_folder_with_other_files_is_refused(tmp_path, run, capsys):
    """A run owns its folder; it does not write among somebody's papers."""
    (tmp_path / "thesis.doc").write_text("mine", encoding="utf-8")

    code = main(["run", str(RUN_FILE), "--history", str(run[1] / "store"), "--out", str(tmp_path)])

    assert code == 2
    assert "holds files that no run has written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_an_unknown_region_is_refused_before_anything_is_written(tmp_path, run, capsys):
    """No kernel, no folder."""
    out = tmp_path / "out"

    code = main(
        ["run", str(RUN_FILE), "--history", str(run[1] / "store"), "--out", str(out), "--only", "nroth"]
    )

    assert code == 2
    assert "did you mean 'north'?" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.slow
def test_plain_papermill_gives_the_same_page(run, tmp_path):
    """`papermill notebooks/region_report.ipynb out.ipynb -f north.yaml`: every shown figure is the same.

    Only who is among the best of the whole group (S6.10) no region can say alone, and the page says so in words.
    """
    _, out = run
    parameters = tmp_path / "north.yaml"
    parameters.write_text(
        f'region: "north"\nrun_file: "{RUN_FILE}"\nhistory: "{out / "store"}"\nresults_dir: ""\n',
        encoding="utf-8",
    )
    notebook = ROOT / "notebooks" / "region_report.ipynb"

    command = [
        sys.executable,
        "-m",
        "papermill",
        str(notebook),
        str(tmp_path / "out.ipynb"),
        "-f",
        str(parameters),
    ]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONUTF8": "1"})

    by_itself, in_the_run = shown(tmp_path / "out.ipynb"), shown(out / "north" / "report.ipynb")
    assert [view.keys() for view in by_itself] == [view.keys() for view in in_the_run]
    others = [
        (language, mine, theirs)
        for one, other in zip(by_itself, in_the_run, strict=True)
        for language in one
        for mine, theirs in zip(one[language], other[language], strict=True)
        if mine != theirs
    ]
    assert {mine["kind"] for _, mine, _ in others} == {"table", "trust"}
    for language, mine, theirs in others:
        if mine["kind"] == "trust":
            remark = FROM_ONE_REGION.render(language)
            assert remark in mine["text"]
            assert mine["text"].replace(remark, "").split() == theirs["text"].split()
        else:
            rows = [
                row if row == told else told | {"cells": row["cells"]}
                for row, told in zip(mine["rows"], theirs["rows"], strict=True)
            ]
            assert mine == theirs | {"rows": rows}
            said = {row["cells"][0]["text"] for row in rows if row not in theirs["rows"]}
            assert said == {UNSHOWN[GROUP].render(language)}


def shown(notebook: Path) -> list[dict[str, list[dict[str, Any]]]]:
    """What each cell shows, by language."""
    document = nbformat.read(notebook, as_version=4)
    outputs = [output for cell in document.cells for output in cell.get("outputs", [])]
    return [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]


@pytest.mark.slow
def test_the_demo_ends_with_the_path_of_its_index(tmp_path, capsys):
    """From nothing to four regions and a group, in a folder that did not exist; the same again over it."""
    out = tmp_path / "demo"

    codes = [main(["demo", "--out", str(out), "--managers", "80"]) for _ in range(2)]

    assert codes == [0, 0]
    assert capsys.readouterr().out.splitlines()[-1] == f"All of it: {out / 'index.html'}"
    index = (out / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="([^"#]+)"', index)
    assert "also/portfolios/index.html" in links
    assert all((out / link).is_file() for link in links)
