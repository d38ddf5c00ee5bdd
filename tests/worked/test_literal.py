"""Every person-quarter of a small invented bank: the package against the literal reading of the clauses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml

from policymodel.draws import Draws
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.synthetic import write_bank
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from worked.books import Books, read_books, read_months
from worked.evidence import TABLES, counted
from worked.found import agrees, computed
from worked.literal import Literal

pytestmark = pytest.mark.thorough

PARAMS = Path(__file__).parents[2] / "params"
PLAN, BASE = "2025", "2024"
BOOKS = ("managers", "activity", "targets", "events", "client_income", "fx")
QUARTERS = [f"{PLAN}-Q{each}" for each in (1, 2, 3, 4)]


@pytest.fixture(
    scope="module", params=[0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))]
)
def bank(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty people in two regions, with joiners, leavers, movers and a closing outlet."""
    folder = tmp_path_factory.mktemp("bank")
    write_bank(folder, Draws(request.param), managers=30, regions=2, headers="en")
    mapping = yaml.safe_load((PARAMS / "mappings" / "bank.yaml").read_text(encoding="utf-8"))
    for table in mapping["tables"].values():
        del table["columns"]
    mapping["rubric"] = str(PARAMS / "rubrics" / "duties.yaml")
    (folder / "mapping.yaml").write_text(yaml.safe_dump(mapping, allow_unicode=True), encoding="utf-8")
    return folder


def rows_of(file: Path) -> list[dict[str, str]]:
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    return [{str(key): str(cell) for key, cell in row.items()} for row in frame.to_dict("records")]


def regions(folder: Path) -> Iterator[Books]:
    """Each region's books, straight from the files and not through the package's reader."""
    mapping = yaml.safe_load((folder / "mapping.yaml").read_text(encoding="utf-8"))
    tables = {name: rows_of(folder / mapping["tables"][name]["file"]) for name in BOOKS}
    records = {name: rows_of(folder / mapping["tables"][name]["file"]) for name in TABLES}
    tables["activity"] += counted({**records, "managers": tables["managers"]}, mapping, BASE, PLAN)
    for region in sorted({row["region"] for row in tables["managers"]}):
        people = {row["manager_id"] for row in tables["managers"] if row["region"] == region}
        own = {
            name: [
                row
                for row in rows
                if name == "fx" or {row.get("manager_id"), row.get("unit_id")} & {region, *people}
            ]
            for name, rows in tables.items()
        }
        yield read_books(own, mapping["measures"], PLAN, BASE)


@pytest.mark.parametrize("name", ["s4_scorecard", "s6_profit_centre"])
def test_every_person_and_quarter_agrees(bank: Path, name: str) -> None:
    """Each line and score to a billionth, each part of pay to the cent, for whoever is there in the quarter."""
    history = read_history(bank, read_mapping(bank / "mapping.yaml"))
    panel = build_panel(history, Period.parse(PLAN), Period.parse(BASE))
    found = computed(panel, read_scheme(PARAMS / "schemes" / f"{name}.yaml"), Period.parse(PLAN).split(3))

    expected = {
        (who, quarter, item): exact
        for books in regions(bank)
        for literal in [Literal(books)]
        for who in books.spells
        for quarter in QUARTERS
        if books.days(who, read_months(quarter))
        for item, exact in (literal.score if name == "s4_scorecard" else literal.pay)(
            who, read_months(quarter)
        ).items()
    }
    wrong = [
        f"{' '.join(place)}: {exact} read literally, {found.get(place)} computed"
        for place, exact in expected.items()
        if not agrees(exact, found.get(place, "nothing"))
    ]

    assert not wrong, "\n".join([f"{len(wrong)} of {len(expected)}", *wrong[:40]])
    assert {place[:2] for place in expected} == {place[:2] for place in found}
