"""The notebooks: short, without outputs or functions, told what the runner tells them; the group's page too."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

from policymodel import tables
from policymodel.report.html import render_html
from policymodel.report.runfile import RegionParameters
from policymodel.words import claims
from report.invented import group_page
from report.notebooks import executed

pytestmark = pytest.mark.thorough

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
PARAMETERS = {
    "region_report": list(RegionParameters.model_fields),
    "group_report": ["run_file", "results_dir", "missing"],
    "futures_report": ["run_file", "futures_dir", "results_dir"],
    "works_council_report": list(RegionParameters.model_fields),
    "works_council_group_report": ["run_file", "results_dir", "missing", "pooled_dir"],
    "regional_hr_report": [*RegionParameters.model_fields, "key_file", "people_dir"],
    "feedback_sheet": [
        *RegionParameters.model_fields,
        *("key_file", "sheets_dir", "store", "period", "outlet", "manager"),
    ],
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_notebook_is_short_and_holds_no_results(name):
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)

    nbformat.validate(notebook)
    assert len(notebook.cells) <= 32
    assert all(not cell.outputs for cell in notebook.cells if cell.cell_type == "code")


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters_are_one_plain_assignment_a_line(name):
    """papermill knows no other form, and would run a misspelt name's default in silence."""
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    lines = tagged[0].source.splitlines()

    assert len(tagged) == 1
    assert [line.split(" = ")[0] for line in lines] == PARAMETERS[name]
    assert all(ast.literal_eval(line.split(" = ")[1]) == "" for line in lines)


def test_regions_are_set_side_by_side():
    """North exceeds its 3,050,000 under the proposal only; all regions cost 6,800,000 and 6,990,000."""
    page = group_page()
    rows = {
        row["head"]: [cell["text"] for cell in row["cells"]]
        for row in tables.region_costs(page).written("en")["rows"]
    }

    assert rows["north"] == ["3,000,000", "3,100,000", "+100,000", "+50,000", "−50,000"]
    assert rows["All regions"] == ["6,800,000", "6,990,000", "+190,000", "+400,000", "+210,000"]
    assert claims.region_costs(page).render("en") == (
        "Of 2 regions, 0 under “As published” and 1 under “Proposal” exceed their own budget."
    )
    assert "pay follows contribution in no region clearly better" in claims.alignment(page).render("en")


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_the_page_of_the_group_has_six_pictures_and_four_tables(tmp_path, language):
    notebook = executed(tmp_path / "report.ipynb", group_page(), "group_report")
    page = render_html(notebook, language, tmp_path / f"report.{language}.html").read_text("utf-8")

    assert page.count("<figure>") == 6
    assert page.count("<figcaption>") == 6
    assert page.count("<caption>") == 4 + 6  # tables, and charts whose figures can be opened
