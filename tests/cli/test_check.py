"""check: what a path is shows from what is in it, and everything wrong with it comes at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policymodel.cli import main
from policymodel.cli.check import reader_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("schemes", "scheme"),
        ("changes", "change file"),
        ("runs", "run file"),
        ("regions", "region parameters"),
        ("mappings", "mapping"),
        ("lint", "linter settings"),
    ],
)
def test_the_projects_own_files_hold(folder, kind, capsys, monkeypatch):
    """Every file in params/ is known for what it is, and nothing is wrong with it."""
    monkeypatch.chdir(ROOT)
    paths = [str(path) for path in sorted((ROOT / "params" / folder).glob("*.yaml"))]

    assert main(["check", *paths]) == 0

    assert capsys.readouterr().out.count(f": {kind}, nothing wrong\n") == len(paths)


def test_misspelt_parameters_are_named(tmp_path, capsys):
    """A region's file is known as one even when its names are wrong."""
    path = tmp_path / "north.yaml"
    path.write_text('regoin: "north"\nrunfile: "x"\n', encoding="utf-8")

    assert main(["check", str(path)]) == 2

    said = capsys.readouterr().out
    assert "regoin: there is no such setting; did you mean 'region'?" in said
    assert "runfile: there is no such setting; did you mean 'run_file'?" in said


def test_a_run_file_that_is_not_there_is_named(tmp_path, capsys):
    """Paths of a region's file are seen from where the notebook runs."""
    path = tmp_path / "north.yaml"
    path.write_text('region: "north"\nrun_file: "nowhere.yaml"\n', encoding="utf-8")

    assert main(["check", str(path)]) == 2

    assert "run_file: there is no file nowhere.yaml here" in capsys.readouterr().out


def test_all_paths_are_checked_and_the_worst_counts(tmp_path, capsys, monkeypatch):
    """One bad file of two: both are told, exit code 2, in JSON too."""
    monkeypatch.chdir(ROOT)
    bad = tmp_path / "run.yaml"
    bad.write_text("designs: 7\nplan_year: soon\n", encoding="utf-8")

    assert main(["check", "--json", str(bad), "params/runs/demo.yaml"]) == 2

    told = json.loads(capsys.readouterr().out)
    assert [each["code"] for each in told] == [2, 0]
    assert {"place": "designs", "what": "must be a list", "right": ""} in told[0]["problems"]


@pytest.mark.parametrize("document", [None, [], "text", 7, {}])
def test_any_document_has_a_reader(document):
    """Nonsense is passed to a reader, which says that it is nonsense."""
    kind, _ = reader_of(document)

    assert kind


def test_every_rule_over_records_accounts_for_them(tmp_path, capsys):
    """S1 (ours): records in = counted + explained, printed for each measure, in JSON too."""
    bank = tmp_path / "bank"
    bank.mkdir()
    (bank / "managers.csv").write_text(
        "manager_id,region,outlet_id,valid_from\nM1,North,N1,2024-01-01\n", encoding="utf-8"
    )
    (bank / "contacts.csv").write_text(
        "contact_id,manager_id,date,kind\n"
        "K1,M1,2024-01-05,visit\nK1,M1,2024-01-05,visit\nK2,M1,2024-01-06,call\nK3,M9,2024-01-07,visit\n",
        encoding="utf-8",
    )
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "title: {en: Small bank}\ncurrency: CNY\n"
        "tables:\n  managers: {file: managers.csv}\n"
        "  contacts: {file: contacts.csv, exclude: [{column: contact_id, equals: K2, because: a test}]}\n"
        "records:\n  visits: {of: contacts, where: {kind: [visit]}, figure: records}\n"
        "measures:\n  visits: {title: {en: Visits}, type: flow, unit: count, better: up, no_row: zero, "
        "regulator_class: efficiency}\n",
        encoding="utf-8",
    )

    assert main(["check", str(bank), "--mapping", str(mapping)]) == 1

    parts = (
        "1 counted",
        "1 standing twice",
        "1 put aside, of nobody who is known",
        "1 left out by the mapping",
    )
    line = f"visits: 4 contacts in = {' + '.join(parts)}"
    assert f"  {line}\n" in capsys.readouterr().out
    assert main(["check", str(bank), "--mapping", str(mapping), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["counted"] == [line]
