"""A page that names somebody is not kept; the reason says where, and the index does not name anybody either."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from policymodel.disclosure import Promise, scan_html
from policymodel.disclosure.rows import faults_of_rows
from policymodel.draws import Draws
from policymodel.errors import Exposed
from policymodel.history.mapping import read_mapping
from policymodel.history.persons import CLIENTS, MANAGERS, persons_of
from policymodel.history.reading import read_history
from policymodel.history.store import write_store
from policymodel.history.synthetic import write_bank
from policymodel.report.runfile import read_run_file
from policymodel.report.wording import names_of, schemes_of
from policymodel.runner.inspection import inspect, inspect_record, known_to, without_persons
from policymodel.runner.plan import Wishes, make_plan

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inspected")
    write_bank(folder / "bank", Draws(1), managers=24, regions=2)
    run = read_run_file(ROOT / "params" / "runs" / "demo.yaml")
    write_store(read_history(folder / "bank", read_mapping(run.mapping)), folder / "out" / "store")
    return make_plan(run, folder / "out", folder / "out" / "store", ["east", "north"], Wishes())


def page_of(plan, tmp_path: Path, text: str) -> Path:
    (tmp_path / "report.en.html").write_text(f"<main><p>{text}</p></main>", encoding="utf-8")
    (tmp_path / "report.ipynb").write_text("{}", encoding="utf-8")
    return tmp_path


def test_the_persons_of_a_store_are_known_by_region(plan):
    """Twelve managers each, with their clients."""
    persons = persons_of(plan.store)

    assert (persons.managers("north"), persons.managers("east"), persons.managers()) == (12, 12, 24)
    assert persons.of("north", (MANAGERS,)).isdisjoint(persons.of("east", (MANAGERS,)))
    assert persons.everybody()[CLIENTS]


def test_a_page_without_persons_stays(plan, tmp_path):
    folder = page_of(plan, tmp_path, "Deposits of the north, in 2025")

    inspect(plan, plan.pages[0], folder)

    assert (folder / "report.en.html").is_file()


@pytest.mark.parametrize("region", ["north", "east"])
def test_a_page_with_an_id_of_any_region_goes_notebook_and_all(plan, tmp_path, region):
    """Nothing of it is left in the folder, and the sentence does not say whose it was."""
    secret = min(persons_of(plan.store).of(region, (MANAGERS,)))
    folder = page_of(plan, tmp_path, secret)

    with pytest.raises(Exposed) as refused:
        inspect(plan, plan.pages[0], folder)

    assert "report.en.html, the first screen, text: holds the id of a manager" in str(refused.value)
    assert secret not in str(refused.value)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "place", ["{id}.html", "{id}/report.html", "results/{id}.parquet", "pay_of_{id}.pdf"]
)
def test_a_file_named_for_somebody_is_found_without_being_opened(plan, tmp_path, place):
    """And the sentence counts the files instead of naming the one."""
    secret = min(persons_of(plan.store).of("north", (MANAGERS,)))
    folder = page_of(plan, tmp_path, "Deposits of the north")
    path = folder / place.format(id=secret)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")

    with pytest.raises(Exposed, match="its name: holds the id of a manager") as refused:
        inspect(plan, plan.pages[0], folder)
    assert secret not in str(refused.value)


@pytest.mark.parametrize("column", ["region", "who"])
def test_a_result_table_beside_a_page_names_nobody(plan, tmp_path, column):
    """Neither in a column nor in what the file says of itself."""
    secret = min(persons_of(plan.store).of("north", (MANAGERS,)))
    folder = page_of(plan, tmp_path, "Deposits of the north")
    table = pa.table({column: ["north", secret], "people": [40, 3]})
    (folder / "results").mkdir()
    pq.write_table(table, folder / "results" / "cost.parquet")

    with pytest.raises(Exposed, match=r"results/cost.parquet: holds the id of a manager"):
        inspect(plan, plan.pages[0], folder)


def test_a_file_that_nobody_can_read_is_refused(plan, tmp_path):
    folder = page_of(plan, tmp_path, "Deposits of the north")
    (folder / "people.xlsx").write_bytes(b"PK")

    with pytest.raises(Exposed, match=r"people.xlsx: is a file of a kind that is not read"):
        inspect(plan, plan.pages[0], folder)


def test_the_record_is_read_before_it_is_sealed_into_a_page(plan):
    """It is written after the page has been read: a figure under somebody's id, a count of three."""
    secret = min(persons_of(plan.store).of("east", (MANAGERS,)))
    inspect_record(plan, plan.pages[0], {"run": "demo", "figures": {"people": {"old": 12}}}, {})

    for told in ({"figures": {"cost_minor": {secret: 1}}}, {"figures": {"people": {"old": 3}}}):
        with pytest.raises(Exposed, match="the run record") as refused:
            inspect_record(plan, plan.pages[0], told, {})
        assert secret not in str(refused.value)


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_the_parts_of_pay_are_no_persons_where_there_are_as_many(plan, language):
    """Ten bars of five parts under two designs, in a region of twelve people; without their names they are refused."""
    public = known_to(plan.run, plan.store).public
    parts = [
        words.render(language)
        for (kind, _), words in names_of(schemes_of(plan.run), (), "").items()
        if kind == "item"
    ]
    rows = [
        {"row": part, "design": design, "amount": 1.0 + 7 * at + len(design)}
        for at, part in enumerate([*parts, "Total"])
        for design in ("As published", "Proposal")
    ]

    assert len(rows) == 10
    assert list(faults_of_rows(rows, 10, {12}, public)) == []
    nameless = [{"amount": row["amount"]} for row in rows]
    assert list(faults_of_rows(nameless, 10, {12}, public)) == ["as many different rows as there are people"]


POINTS = {"en": "{} (points)", "zh-Hant": "{}（分）", "zh-Hans": "{}（分）"}


@pytest.mark.parametrize("language", POINTS)
def test_indicators_with_their_unit_are_no_persons_where_there_are_as_many(plan, language):
    """Twenty-one duties in a region of twenty people; as many rows that are called anything else are refused."""
    run = read_run_file(ROOT / "params" / "runs" / "duties.yaml")
    known = known_to(run, plan.store)
    card, _ = schemes_of(run)["duties"]
    duties = [dict(line.title.languages)[language] for line in card.judged()]
    promise = Promise(known.secrets, people=frozenset({20}), public=known.public)

    def page(names: list[str]) -> str:
        rows = (
            f"<tr><th>{POINTS[language].format(name)}</th><td>{2.5 + at / 100:.3f}</td></tr>"
            for at, name in enumerate(names)
        )
        return f"<table><tr><th>Indicator</th><th>This period</th></tr>{''.join(rows)}</table>"

    assert len(duties) == 21
    assert scan_html(page(duties), promise) == []
    for names in ([f"Row {each}" for each in range(21)], [f"{each} 號" for each in duties]):
        assert "as many different rows as there are people" in str(scan_html(page(names), promise)[0])


def test_a_reason_that_names_somebody_stays_out_of_the_index(plan):
    secret = min(persons_of(plan.store).of("north", (MANAGERS,)))

    assert without_persons(plan, f"pay: comes to 1e15 for {secret} in 2025-Q1").startswith("the reason names")
    assert without_persons(plan, "pay: is missing") == "pay: is missing"
