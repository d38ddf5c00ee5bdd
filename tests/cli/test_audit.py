"""policymodel audit: a workbook, its counts, and refusals in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from policymodel.cli import main
from policymodel.draws import Draws
from policymodel.history.synthetic import write_bank

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]
SCHEME = str(ROOT / "params/schemes/s4_scorecard.yaml")
FACTS = ["--mapping", str(ROOT / "params/mappings/bank.yaml"), "--plan-year", "2025"]


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    write_bank(folder, Draws(7), managers=24, regions=2)
    return ["--history", str(folder)]


@pytest.mark.parametrize(
    ("language", "cover", "title"),
    [
        ("en", "Cover", "Scorecard as published"),
        ("zh-Hant", "封面", "計分卡（原辦法）"),
        ("zh-Hans", "封面", "计分卡（原办法）"),
    ],
)
def test_a_workbook_in_the_readers_language(language, cover, title, bank, tmp_path, capsys):
    out = tmp_path / "audit.xlsx"

    assert (
        main(["audit", SCHEME, *bank, *FACTS, "--region", "north", "--lang", language, "--out", str(out)])
        == 0
    )

    assert "0 taken over from it" in capsys.readouterr().out
    assert load_workbook(out)[cover]["A1"].value == title
    assert [each.name for each in tmp_path.iterdir()] == ["audit.xlsx"]


def test_counts_for_a_program(bank, tmp_path, capsys):
    assert main(["audit", SCHEME, *bank, *FACTS, "--json", "--out", str(tmp_path / "audit.xlsx")]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["taken_over"] == 0
    assert told["compared"] == told["people"] * told["periods"] * told["lines"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--out", "audit.csv"], "'.csv' is not what is written here; use .xlsx"),
        (["--out", "nowhere/audit.xlsx"], "there is no folder nowhere"),
        (["--out", "a.xlsx", "--region", "nord"], "there is no region 'nord' in this history; they are "),
        (["--out", "a.xlsx", "--lang", "fr"], "'fr' is no language"),
    ],
)
def test_a_mistake_is_a_sentence(arguments, sentence, bank, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert main(["audit", SCHEME, *bank, *FACTS, *arguments]) == 2

    assert sentence in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
