"""template, check and schema: from a scheme to a workbook, to a change file, and what an editor gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from policymodel.cli import main
from policymodel.documents import read_yaml
from policymodel.scheme.reading import read_scheme
from policymodel.workbook.layout import NUMBERS
from workbook.filling import fill, make

ROOT = Path(__file__).resolve().parents[2]
WHY = "because I say so"


@pytest.fixture
def path(tmp_path):
    return make(tmp_path)


@pytest.mark.parametrize(
    "scheme",
    sorted(ROOT.glob("params/schemes/*.yaml")) + sorted(ROOT.glob("params/changes/*.yaml")),
    ids=lambda path: path.stem,
)
def test_every_scheme_has_a_workbook_without_findings(scheme, tmp_path, capsys):
    """Written schemes and proposals; each number a row."""
    out = tmp_path / "parameters.xlsx"

    assert main(["template", str(scheme), "--out", str(out)]) == 0
    assert main(["check", str(out)]) == 0

    told = capsys.readouterr().out
    assert f"{load_workbook(out)[NUMBERS].max_row - 1} numbers of {scheme}" in told
    assert "parameter workbook, 0 changes, 0 wrong cells" in told
    assert [each.name for each in tmp_path.iterdir()] == ["parameters.xlsx"]


def test_a_filled_workbook_becomes_a_change_file(path, tmp_path, capsys):
    """Its scheme is the one that its cover names, and the file it makes is told from it."""
    fill(path, ("commission.rate", 0.045, None, WHY))
    out = tmp_path / "change.yaml"

    assert main(["template", "--from", str(path), "--out", str(out)]) == 0
    assert main(["check", str(path), str(out)]) == 0

    assert str(read_scheme(out).figures[0].rate.value) == "0.045"
    assert read_yaml(out)["base"] == "small.yaml"
    told = capsys.readouterr().out
    assert f"{out}: 1 changes of" in told
    assert "parameter workbook, 1 changes, 0 wrong cells" in told
    assert "change.yaml: change file, nothing wrong" in told


def test_findings_are_told_marked_and_make_no_change_file(path, tmp_path, capsys):
    """Exit code 1; the copy stands beside the workbook."""
    fill(path, ("commission.rate", "4%", None, WHY), ("start.points", 30, None, None))
    out = tmp_path / "change.yaml"

    assert main(["template", "--from", str(path), "--out", str(out)]) == 1
    assert not out.exists()
    assert "no change file written" in capsys.readouterr().err

    assert main(["check", str(path), "--base", str(tmp_path / "small.yaml")]) == 1
    told = capsys.readouterr().out
    assert "parameter workbook, 0 changes, 2 wrong cells" in told
    assert "Parameters 參數, I2: '4%' is text" in told
    assert "Parameters 參數, K8: there is no reason for the new value; say why" in told
    assert f"a copy with these cells in red: {tmp_path / 'parameters.checked.xlsx'}" in told
    assert load_workbook(tmp_path / "parameters.checked.xlsx")[NUMBERS]["I2"].comment is not None


def test_findings_of_a_workbook_in_json(path, capsys):
    fill(path, ("commission.rate", "4%", None, WHY))

    assert main(["check", "--json", str(path)]) == 1

    (told,) = json.loads(capsys.readouterr().out)
    assert (told["kind"], told["code"], told["counts"]) == (
        "parameter workbook",
        1,
        {"changes": 0, "wrong cells": 1},
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["template", "--out", "{}/x.xlsx"], "one of SCHEME and --from FILE is needed"),
        (
            ["template", "{}/small.yaml", "--from", "{}/parameters.xlsx", "--out", "{}/x.yaml"],
            "one of SCHEME and --from",
        ),
        (["template", "{}/small.yaml", "--out", "{}/x.csv"], "'.csv' is not what is written here; use .xlsx"),
        (["template", "--from", "{}/parameters.xlsx", "--out", "{}/x.xlsx"], "use .yaml"),
        (
            ["template", "{}/small.yaml", "--base", "{}/small.yaml", "--out", "{}/x.xlsx"],
            "belongs to --from FILE",
        ),
        (["template", "{}/small.yaml", "--out", "{}/none/x.xlsx"], "there is no folder"),
        (["template", "{}/nowhere.yaml", "--out", "{}/x.xlsx"], "there is no such file"),
        (["template", "--from", "{}/parameters.xlsx", "--out", "{}/x.yaml"], "no new value is filled in"),
        (["template", "--from", "{}/small.yaml", "--out", "{}/x.yaml"], "it is no Excel workbook"),
        (["check", "{}/nowhere.xlsx"], "there is no such file"),
        (["schema", "--kind", "chnage"], "'chnage' has no schema; did you mean 'change'?"),
        (["schema", "--out", "{}/none/x.json"], "No such file or directory"),
    ],
)
def test_a_mistake_is_a_sentence_and_exit_code_2(words, said, path, capsys):
    """No traceback, and nothing half-written, whatever was typed."""
    folder = path.parent
    before = sorted(each.name for each in folder.iterdir())

    assert main([word.format(folder) for word in words]) == 2

    told = capsys.readouterr()
    assert said in told.err + told.out
    assert "Traceback" not in told.err
    assert sorted(each.name for each in folder.iterdir()) == before


@pytest.mark.parametrize(("kind", "folder"), [("scheme", "schemes"), ("change", "changes")])
def test_the_schema_that_is_written_checks_our_files(kind, folder, tmp_path, capsys):
    """To a file or the screen, the same; read back by another library."""
    out = tmp_path / "schema.json"

    assert main(["schema", "--kind", kind, "--out", str(out)]) == 0
    assert main(["schema", "--kind", kind]) == 0

    assert capsys.readouterr().out == out.read_text(encoding="utf-8")
    checker = Draft202012Validator(json.loads(out.read_text(encoding="utf-8")))
    paths = sorted((ROOT / "params" / folder).glob("*.yaml"))
    assert paths
    for path in paths:
        document = json.loads(json.dumps(read_yaml(path), default=float))
        assert list(checker.iter_errors(document)) == []
