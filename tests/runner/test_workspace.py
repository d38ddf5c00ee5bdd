"""A workspace is made of copies, and keeps what a person has changed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
import yaml

from policymodel.draws import Draws
from policymodel.errors import RunFileError
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.store import write_store
from policymodel.history.synthetic import write_bank
from policymodel.report.runfile import RunFile, read_run_file
from policymodel.runner.plan import notebooks_of
from policymodel.runner.workspace import LAYOUT, prepare_workspace
from policymodel.scheme.reading import read_scheme
from policymodel.words.catalogues import LANGUAGES

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]
REPORT = "explore/region_report.ipynb"
CHANGE = "params/changes/s6_more_for_growth.yaml"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    write_bank(folder / "bank", Draws(1), managers=24, regions=2, months=24)
    run = read_run_file(ROOT / "params" / "runs" / "demo.yaml")
    write_store(read_history(folder / "bank", read_mapping(run.mapping)), folder / "store")
    return run.with_history(folder / "store")


def first_lines(folder: Path) -> dict[str, str]:
    """What the parameters cell of the region's notebook says."""
    cells = nbformat.read(folder / REPORT, as_version=4).cells
    cell = next(each for each in cells if "parameters" in each.metadata.get("tags", []))
    told: dict[str, str] = {}
    exec(cell.source, told)
    return {name: value for name, value in told.items() if not name.startswith("__")}


def test_the_notebook_opens_on_a_region_with_copies_of_its_files(run, tmp_path):
    """Seen from where the notebook runs, its run file and every file that names are inside the workspace.

    The history is the folder of a bank here; in the other tests it is a store.
    """
    run = run.with_history(run.history.parent / "bank")
    made = prepare_workspace(run, tmp_path, "", "en")
    told = first_lines(tmp_path)
    copy = read_run_file(tmp_path / "explore" / told["run_file"])
    files = [copy.mapping, *(path for each in copy.designs for path in (each.card, each.pay))]

    assert told["region"] == made.region == "east"
    assert (tmp_path / "explore" / told["history"]).resolve() == run.history
    assert all(path.is_relative_to(tmp_path) for path in files)
    assert [read_scheme(path).digest for path in files[1:]] == [
        read_scheme(path).digest for each in run.designs for path in (each.card, each.pay)
    ]


@pytest.mark.parametrize("name", ["region_report", "works_council_report", "regional_hr_report"])
def test_each_notebook_has_our_kernel_and_no_results(name, run, tmp_path):
    prepare_workspace(run, tmp_path, "", "en")
    notebook = nbformat.read(tmp_path / "explore" / f"{name}.ipynb", as_version=4)

    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "policymodel"
    assert not any(cell.get("outputs") for cell in notebook.cells)


def test_an_editor_finds_the_schema_of_every_scheme(run, tmp_path):
    """Its first line leads from the file to the schema of its own kind."""
    prepare_workspace(run, tmp_path, "", "en")
    found = {}
    for path in sorted((tmp_path / "params").glob("[cs]*/*.yaml")):
        schema = path.parent / path.read_text(encoding="utf-8").splitlines()[0].partition("$schema=")[2]
        found[path.parent.name] = schema.resolve().relative_to(tmp_path).as_posix()
        json.loads(schema.read_text(encoding="utf-8"))

    assert found == {"changes": "schema/change.schema.json", "schemes": "schema/scheme.schema.json"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_page_leads_to_every_file_it_names(language, run, tmp_path):
    """In the reader's language."""
    prepare_workspace(run, tmp_path, "", language)
    page = (tmp_path / "START.md").read_text(encoding="utf-8")
    links = [part.partition(">)")[0] for part in page.split("(<")[1:]]

    assert page.startswith(f"# {run.title[language]}\n\n{run.question[language]}\n")
    # three notebooks, the schemes of S4 and S6 with the duties that S6 includes, two changes, the run
    assert len(set(links)) == 9
    assert all((tmp_path / each).is_file() for each in links)


def test_what_a_person_changed_is_kept_and_said(run, tmp_path):
    prepare_workspace(run, tmp_path, "", "en")
    edited = (tmp_path / CHANGE).read_text(encoding="utf-8") + "# mine\n"
    (tmp_path / CHANGE).write_text(edited, encoding="utf-8")
    (tmp_path / "my_notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / LAYOUT).write_text("{}", encoding="utf-8")

    again = prepare_workspace(run, tmp_path, "", "en")
    assert again.kept == (CHANGE,)
    assert prepare_workspace(run, tmp_path, "", "en").kept == (CHANGE,)
    assert (tmp_path / CHANGE).read_text(encoding="utf-8") == edited
    assert (tmp_path / LAYOUT).read_text(encoding="utf-8") == "{}"


def test_what_nobody_changed_follows_the_project(run, tmp_path):
    """Another region is written into a notebook that is still as it was, and a file that was deleted comes back."""
    prepare_workspace(run, tmp_path, "", "en")
    (tmp_path / CHANGE).unlink()

    again = prepare_workspace(run, tmp_path, "north", "en")
    assert again.kept == ()
    assert first_lines(tmp_path)["region"] == "north"
    assert (tmp_path / CHANGE).is_file()


def test_the_key_of_pseudonyms_stays(run, tmp_path):
    """So that a person keeps their pseudonym from one day to the next."""
    prepare_workspace(run, tmp_path, "", "en")
    key = (tmp_path / "private" / "pseudonyms.key").read_bytes()
    prepare_workspace(run, tmp_path, "", "en")

    assert (tmp_path / "private" / "pseudonyms.key").read_bytes() == key


@pytest.mark.parametrize(
    ("region", "left", "said"),
    [
        ("nroth", "", "--region: 1 problem\n  'nroth' is no region of the run; did you mean 'north'?"),
        ("", "letter.txt", "--out: holds files that are no workspace's; name a new or an empty folder"),
    ],
)
def test_a_mistake_is_refused_before_anything_is_written(region, left, said, run, tmp_path):
    if left:
        (tmp_path / left).write_text("dear", encoding="utf-8")

    with pytest.raises(RunFileError) as caught:
        prepare_workspace(run, tmp_path, region, "en")

    assert said in str(caught.value)
    assert [each.name for each in tmp_path.iterdir()] == ([left] if left else [])


def another_run(run: RunFile, folder: Path, place: Callable[[Path], str]) -> RunFile:
    """The same run under another id, in a folder of its own, with its files named as `place` says."""
    document = yaml.safe_load(run.file.read_text(encoding="utf-8")) | {"id": "other"}
    document["mapping"] = place(run.mapping)
    document["lint"], document["futures"] = place(run.lint), place(run.futures)
    for design in document["designs"]:
        for schemes in (design, *design["plans"].values()):
            for part in {"card", "pay"} & set(schemes):
                schemes[part] = place((run.file.parent / schemes[part]).resolve())
    file = folder / "other.yaml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return read_run_file(file).with_history(run.history)


def test_the_workspace_of_another_run_is_refused(run, tmp_path):
    prepare_workspace(run, tmp_path / "work", "", "en")
    other = another_run(run, tmp_path, lambda path: os.path.relpath(path, tmp_path))

    with pytest.raises(RunFileError, match="is the workspace of the run 'demo'"):
        prepare_workspace(other, tmp_path / "work", "", "en")


def test_a_file_named_by_its_whole_path_is_refused(run, tmp_path):
    """Its copy would not be the one that counts."""
    with pytest.raises(RunFileError) as caught:
        prepare_workspace(another_run(run, tmp_path, str), tmp_path / "work", "", "en")

    assert str(caught.value).count("is a whole path, which a copy cannot follow") == 11
    assert not (tmp_path / "work").exists()


def test_a_run_of_the_workspace_uses_the_notebooks_of_the_project(run, tmp_path):
    """Those of the workspace hold one region's name, and whatever a person tried there."""
    prepare_workspace(run, tmp_path, "", "en")

    assert notebooks_of(tmp_path / "params" / "runs" / "demo.yaml") == ROOT / "notebooks"
