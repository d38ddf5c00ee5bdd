"""A plan refuses what cannot work before any kernel starts, and keeps every page inside its folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policymodel.disclosure.pseudonyms import new_key
from policymodel.errors import RunFileError
from policymodel.report.runfile import read_run_file
from policymodel.runner.plan import KEY, Wishes, check_parameters, folders_of, make_plan, told_of
from policymodel.runner.reports import refuse_other_pseudonyms, refuse_to_lose_pages
from runner.toy import notebook, plan, project

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = [
    "../../etc",
    "..",
    ".",
    "",
    "a/b",
    "C:\\x",
    "con",
    "store",
    "group",
    "bank",
    "<script>",
    "北區",
    "North",
    "north",
]


def refused(call) -> str:
    with pytest.raises(RunFileError) as caught:
        call()
    return str(caught.value)


def test_an_unknown_region_is_refused_with_what_was_meant(tmp_path):
    """`--only` and the run file's own list are held against the history."""
    message = refused(lambda: plan(tmp_path, ["north", "east"], only=("noth",)))

    assert "--only: 'noth' is no region of the history; did you mean 'north'?" in message


def test_a_parameter_the_notebook_does_not_ask_for_is_refused(tmp_path):
    """papermill would warn, and report one region under another's name."""
    made = plan(tmp_path, ["north"])
    lines = 'regoin = ""\nrun_file = ""\nhistory = ""\nresults_dir = ""'
    notebook(made.pages[0].notebook, lines, "")

    message = refused(lambda: check_parameters(made.pages[0]))

    assert (
        "parameters: region is sent, and the notebook does not ask for it; did you mean 'regoin'?" in message
    )
    assert "parameters: the notebook asks for regoin, which is not sent" in message


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"{",
        b"{}",
        b"[]",
        b"[" * 100_000,
        b'{"cells": [{}], "nbformat": 4, "nbformat_minor": 5}',
    ],
)
def test_a_notebook_that_cannot_be_read_is_refused(tmp_path, raw):
    """One byte of it may have gone wrong."""
    made = plan(tmp_path, ["north"])
    made.pages[0].notebook.write_bytes(raw)

    message = refused(lambda: check_parameters(made.pages[0]))

    assert "it is no notebook that can be read; put back the one that came with the program" in message


def test_a_missing_notebook_is_refused(tmp_path):
    """The project's notebooks stand above the run file."""
    run = project(tmp_path)
    (tmp_path / "notebooks" / "group_report.ipynb").unlink()

    message = refused(lambda: make_plan(run, tmp_path / "out", tmp_path / "store", ["north"], Wishes()))

    assert "there is no notebook" in message
    assert "group_report.ipynb" in message


def test_parameters_hold_on_any_machine(tmp_path):
    """Paths are seen from the page's own folder, where its kernel runs, which is told of its own rows alone."""
    made = plan(tmp_path, ["north"])

    assert made.pages[0].parameters == {
        "region": "north",
        "run_file": "../../run.yaml",
        "history": "../store/region=north-dc365e79",
        "results_dir": "results",
    }


def test_hostile_region_names_stay_inside(tmp_path):
    """Whatever a region is called, its folder is one plain name, and no two are the same, on any disk."""
    folders = folders_of(HOSTILE)

    assert all(name.replace("-", "").isalnum() and name.isascii() for name in folders.values())
    assert len({name.lower() for name in folders.values()}) == len(HOSTILE)
    assert not {"store", "group", "bank", "con"} & set(folders.values())


@given(st.lists(st.text(max_size=12), unique=True, max_size=6))
def test_folders_are_always_apart(regions):
    """Case, accents, signs and other alphabets included."""
    folders = folders_of(regions)

    assert len({name.lower() for name in folders.values()}) == len(regions)
    assert all(
        name and "/" not in name and "\\" not in name and not name.startswith(".")
        for name in folders.values()
    )


def test_a_run_of_some_regions_removes_no_pages_of_others(tmp_path):
    """North alone, into a folder with a page of south: refused, and the page stays."""
    wishes = Wishes(only=("north",))
    made = make_plan(project(tmp_path), tmp_path / "out", tmp_path / "store", ["north", "south"], wishes)
    south = made.out / "south" / "record.json"
    south.parent.mkdir(parents=True)
    south.write_text("{}", encoding="utf-8")

    message = refused(lambda: refuse_to_lose_pages(made))

    assert "--only: there are pages of south from another run, which would be removed" in message
    assert made.left_out == ("south",)
    assert south.is_file()


def test_editions_have_pages_of_their_own_and_the_works_council_one_of_the_group(tmp_path):
    """Each two levels further down; the group's is told where the leadership's tables are, and that last."""
    run = read_run_file(ROOT / "params" / "runs" / "demo.yaml")
    wanted = run.model_copy(update={"editions": ["leadership", "works_council", "manager"]})
    wanted._file = run.file
    made = make_plan(wanted, tmp_path / "out", tmp_path / "store", ["north", "south"], Wishes())

    assert [page.folder for page in made.editions] == [
        "editions/works_council/north",
        "editions/works_council/south",
        "editions/works_council/group",
        "editions/manager/north",
        "editions/manager/south",
    ]
    assert made.editions[2].parameters["pooled_dir"] == "../../../group/results"
    told = told_of(made, "south")
    assert [page.parameters["missing"] for page in (told.group, told.editions[2])] == ["south", "south"]
    assert "missing" not in told.editions[0].parameters


@pytest.mark.parametrize("key", [None, "", "not one", "ab" * 31])
def test_a_resumed_run_does_not_go_on_under_other_pseudonyms(tmp_path, key):
    """Sheets were handed out under those that the key made, and the key is gone or is another thing."""
    run = read_run_file(ROOT / "params" / "runs" / "demo.yaml")
    wanted = run.model_copy(update={"editions": ["leadership", "manager"]})
    wanted._file = run.file
    made = make_plan(wanted, tmp_path / "out", tmp_path / "store", ["north", "south"], Wishes(resume=True))
    refuse_other_pseudonyms(made)
    (made.out / made.editions[0].folder).mkdir(parents=True)
    if key is not None:
        (made.out / KEY).parent.mkdir()
        (made.out / KEY).write_text(key, encoding="ascii")

    said = refused(lambda: refuse_other_pseudonyms(made))

    assert f"{made.out / KEY}: 1 problem" in said
    assert (
        "and without it no page is made under the pseudonyms that were handed out; put a copy of it back"
        in said
    )
    (made.out / KEY).unlink(missing_ok=True)
    new_key(made.out / KEY)
    refuse_other_pseudonyms(made)


def test_pages_without_pseudonyms_ask_for_no_key(tmp_path):
    """Those of the works council, and tables of people under ids."""
    run = read_run_file(ROOT / "params" / "runs" / "demo.yaml")
    wanted = run.model_copy(
        update={"editions": ["leadership", "works_council", "regional_hr"], "people_as": "ids"}
    )
    wanted._file = run.file
    made = make_plan(wanted, tmp_path / "out", tmp_path / "store", ["north"], Wishes(resume=True))
    for page in made.editions:
        (made.out / page.folder).mkdir(parents=True)

    refuse_other_pseudonyms(made)
