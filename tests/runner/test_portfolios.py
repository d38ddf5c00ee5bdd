"""policymodel allocate: lists for HR alone, and nothing written where no allocation keeps the hard rules (S6.8)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from policymodel.allocation import Allocation, Book
from policymodel.cli import main
from policymodel.documents import read_yaml
from policymodel.draws import Draws
from policymodel.history.synthetic import write_bank
from policymodel.periods import Period
from policymodel.runner.portfolios import write_lists
from policymodel.runner.record import file_digest
from policymodel.runner.verification import Place, of_the_found, verify_page

ROOT = Path(__file__).resolve().parents[2]
RULES, MAPPING = ROOT / "params" / "allocations" / "bank.yaml", ROOT / "params" / "mappings" / "bank.yaml"
PAY = ROOT / "params" / "schemes" / "s6_profit_centre.yaml"


def test_no_id_in_a_list_becomes_a_formula(tmp_path):
    """A client called =cmd() moves from A to +B."""
    clients = pd.DataFrame(
        {
            "client_id": ["=cmd()", "c2"],
            "manager_id": ["A", "A"],
            "client_class": ["small", "small"],
            "portfolio": ["ordinary", "ordinary"],
            "client_group": ["", ""],
            "chain": ["", ""],
        }
    )
    people = pd.DataFrame({"manager_id": ["A", "+B"], "designated": [False, False]})
    assigned = pd.Series({"=cmd()": "+B", "c2": "A"})

    write_lists(
        {"north": Allocation(Book(clients, people), assigned, 1.0, 1.0, 0.0, 0.1)},
        Period.parse("2025"),
        tmp_path,
    )

    moves = (tmp_path / "moves.csv").read_text(encoding="utf-8-sig").splitlines()
    assignments = (tmp_path / "assignments.csv").read_text(encoding="utf-8-sig").splitlines()
    assert moves == ["client_id,from,to,why", "'=cmd(),A,'+B,balance"]
    assert assignments == [
        "client_id,manager_id,client_class,valid_from,valid_to",
        "'=cmd(),'+B,small,2026-01-01,",
        "c2,A,small,2026-01-01,",
    ]


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank") / "bank"
    write_bank(folder, Draws(7), managers=60, regions=1)
    return folder


def asked(bank: Path, out: Path, *more: str) -> list[str]:
    words = ["allocate", str(RULES), "--history", str(bank), "--mapping", str(MAPPING)]
    return [*words, "--plan-year", "2025", "--out", str(out), *more]


@pytest.mark.thorough
def test_clashes_are_told_in_the_language_asked_for_and_nothing_is_written(bank, tmp_path, capsys):
    """Nobody is of grade Z, so nobody is designated; X is pinned and is nobody's client."""
    rules = tmp_path / "rules.yaml"
    text = RULES.read_text(encoding="utf-8").replace("grades: [A]", "grades: [Z]")
    rules.write_text(text + "pinned: {X: M}\n", encoding="utf-8")
    words = asked(bank, tmp_path / "out", "--lang", "zh-Hant")

    assert main([words[0], str(rules), *words[2:]]) == 1

    _, unknown, nobody = capsys.readouterr().err.splitlines()
    assert unknown == "  指明保留的客戶 X 不在客戶名冊內：應刪除該項指定，或更正客戶號。"
    assert re.fullmatch(r"  north: 有 \d+ 戶優質客戶，但沒有指定經理：應指定一名。", nobody)
    assert not (tmp_path / "out").exists()


@pytest.mark.thorough
def test_a_page_and_an_index_without_a_person_or_a_client(bank, tmp_path, capsys):
    out = tmp_path / "out"

    assert main(asked(bank, out, "--pay", str(PAY), "--lang", "en", "--seconds", "5")) == 0

    page = (out / "north" / "report.en.html").read_text(encoding="utf-8")
    moves = pd.read_csv(out / "private" / "moves.csv", dtype=str)
    assert (out / "index.html").is_file()
    assert len(moves)
    words = set(re.findall(r"\w+", page))
    assert not words & {*moves["client_id"], *moves["from"], *moves["to"]}
    assert read_yaml(out / "allocation.yaml")["baseline"] == "today"
    shown = nbformat.read(out / "north" / "report.ipynb", as_version=4)
    assert "What does it do to pay?" in json.dumps(shown.cells)
    lost = pd.read_csv(out / "private" / "without_holder.csv", dtype=str)
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["clients"]["north"]["left_out"] == len(
        lost
    )
    assert f"nobody holds {len(lost)} clients; they are left out of the portfolios" in page
    assert f"Nobody holds {len(lost)} clients (north {len(lost)})" in capsys.readouterr().out
    # those of the pay scheme, and the four weights of the rules
    numbers = PAY.read_text(encoding="utf-8").count("source: illustrative") + 4
    assert f"this page uses {numbers} of them" in page

    verdict = verify_page(out / "north" / "report.en.html")
    assert (verdict.remade, verdict.differences) == (True, ())


def test_a_page_is_held_against_the_portfolios_it_was_made_of(tmp_path):
    """Which are there, are others, and are gone (S6.8)."""
    page = tmp_path / "north" / "report.en.html"
    found = tmp_path / "private" / "found" / "north.json"
    found.parent.mkdir(parents=True)
    found.write_text("{}", encoding="utf-8")
    digest = file_digest(found)

    def said() -> list[tuple[str, str]]:
        return [(each.place, each.what) for each in of_the_found(Place.of(page), digest)]

    assert said() == []
    found.write_text("{ }", encoding="utf-8")
    assert said() == [
        ("private/found/north.json", "it does not hold the portfolios that the page was made of")
    ]
    found.unlink()
    assert said() == [
        ("private/found/north.json", "it is not there, and without it nobody knows what was proposed")
    ]
