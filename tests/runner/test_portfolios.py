"""policymodel allocate: lists for HR alone, and nothing written where no allocation keeps the hard rules (S6.8)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from allocation.books import RULES as SMALL
from allocation.test_book import DAY, assigned, clients, history, went_south
from policymodel.allocation import Allocation, Book
from policymodel.cli import main
from policymodel.documents import read_yaml
from policymodel.draws import Draws
from policymodel.errors import DataGap, RunFileError
from policymodel.history.synthetic import write_bank
from policymodel.periods import Period
from policymodel.runner import portfolios
from policymodel.runner.portfolios import Request, allocate_regions, region_books, write_lists
from policymodel.runner.record import file_digest
from policymodel.runner.verification import Place, of_the_found, verify_page
from small_bank import income

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


def test_a_client_who_went_to_another_region_is_in_that_ones_book_alone():
    """`moved` was with A of the north until March and is with C of the south now."""
    facts = went_south(
        client_income=income(("held", "B", "2025-01", "fee", 5.0), ("moved", "C", "2025-05", "fee", 7.0)),
    )

    books = region_books(facts, SMALL, DAY)

    assert {region: book.clients["client_id"].tolist() for region, book in books.items()} == {
        "north": ["held"],
        "south": ["moved"],
    }
    assert [len(book.without_holder) for book in books.values()] == [0, 0]


def test_what_is_not_known_is_said_of_every_region_at_once():
    """Nobody in the south has income in 2025; a fee in the north is in dollars, which have no rate."""
    facts = history(
        clients=clients("one", "two"),
        assignments=assigned(("one", "B", "2024-01-01", None), ("two", "C", "2024-01-01", None)),
        client_income=income(("one", "B", "2025-01", "fee", 5.0, "USD")),
    )

    with pytest.raises(DataGap) as refused:
        region_books(facts, SMALL, DAY)

    assert [str(each) for each in refused.value.problems] == [
        "north, clients: the potential of 1 clients is not known (income of USD in 2025-01 has no amount or no "
        "exchange rate): one; add the rate to the table fx",
        "south, client_income: potential is last year's income, and no client has any in 2025; write potential: "
        "clients in the rules",
    ]


def test_a_group_in_two_regions_is_refused_before_anything_is_searched(monkeypatch):
    """S6.8: each region's book has half of it."""
    facts = history(
        clients=clients("one", "two", client_group="G1"),
        assignments=assigned(("one", "B", "2024-01-01", None), ("two", "C", "2024-01-01", None)),
        client_income=income(("one", "B", "2025-01", "fee", 5.0), ("two", "C", "2025-01", "fee", 7.0)),
    )
    year = Period.parse("2025")
    request = Request(RULES, facts, MAPPING, year, year.year_before(), None, ("zh-Hans",), 1)
    monkeypatch.setattr(portfolios, "allocate", lambda *asked: pytest.fail("it was searched"))

    with pytest.raises(RunFileError) as refused:
        allocate_regions(request, SMALL, 1.0)

    assert [str(each) for each in refused.value.problems] == [
        "集团 G1 的客户分属 north、south 等地区，而客户不得跨地区：应将整个集团划归其中一个地区。"
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
    # those of the pay scheme and of the duties that it includes, and the four weights of the rules
    schemes = (PAY, PAY.with_name("s2_duties.yaml"))
    numbers = sum(each.read_text(encoding="utf-8").count("source: illustrative") for each in schemes) + 4
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
