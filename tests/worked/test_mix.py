"""The product mix worked by hand: the paper, a literal second reading, both calculators and the package agree (S3)."""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from policymodel.account import account_of as account_of_score
from policymodel.draws import Draws
from policymodel.history import History, read_history, read_mapping
from policymodel.history.store import read_store, write_store
from policymodel.history.suitability import Verdict, account_of, judged
from policymodel.history.synthetic.bank import write_bank
from policymodel.lint import Settings, lint
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.reference import Missing, reckon, rows_of
from policymodel.scheme.reading import read_scheme
from policymodel.scoring import score
from policymodel.words.explanation import render
from worked.books import ABSENT, read_months
from worked.found import Found, agrees, computed
from worked.mix import ASSESSED, ASSIGNED, CONTACTED, Mix
from worked.paper import UNCOUNTED, Case, calculate, exact, read_case, write_scheme

pytestmark = pytest.mark.thorough

HERE = Path(__file__).parent
PARAMS = HERE.parents[1] / "params"
FILES = sorted((HERE / "s3").glob("*.yaml"))
RECORDS = {"client_months_contacted": CONTACTED, "client_months_assigned": ASSIGNED}
COLUMNS = {
    "transactions": "transaction_id,manager_id,date,product,amount,client_id,refers_to",
    "needs": "need_id,client_id,manager_id,date,valid_until,product",
    "contacts": "contact_id,manager_id,client_id,date,kind",
    "assignments": "client_id,manager_id,valid_from,valid_to",
    "credits": "transaction_id,manager_id,share",
    "managers": "manager_id,region,outlet_id,grade,fte,valid_from,valid_to",
}
PLAN, BASE = Period.parse("2025"), Period.parse("2024")
SEEDS = 6


def read(tables: dict[str, list[dict[str, str]]], rule: dict[str, Any], folder: Path) -> History:
    """The tables as CSV files and a mapping that judges sales by the rule, through the package's own readers."""
    for name, columns in COLUMNS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, columns.split(","))
            table.writeheader()
            table.writerows(tables.get(name, []))
    common = {"type": "flow", "unit": "count", "better": "up", "no_row": "zero", "regulator_class": "social"}
    mapping = {
        "title": {"en": "By hand"},
        "currency": "CNY",
        "tables": {name: {"file": f"{name}.csv"} for name in COLUMNS},
        "measures": {name: {"title": {"en": name}, **common} for name in RECORDS},
        "records": RECORDS,
        "transaction_figures": {"assessed": {"title": {"en": "Need assessed"}, **rule}},
    }
    path = folder / "mapping.yaml"
    path.write_text(yaml.safe_dump(mapping, allow_unicode=True), encoding="utf-8")
    return read_history(folder, read_mapping(path))


def filled(tables: dict[str, list[dict[str, str]]]) -> dict[str, list[dict[str, str]]]:
    """Every person has a full post where nothing is written."""
    managers = [{"fte": "1", **row} for row in tables["managers"]]
    return {**tables, "managers": managers}


@pytest.fixture(scope="module", params=FILES, ids=lambda file: file.stem)
def case(request: pytest.FixtureRequest) -> Case:
    return read_case(request.param)


@pytest.fixture(scope="module")
def history(case: Case, tmp_path_factory: pytest.TempPathFactory) -> History:
    return read(filled(case.written["history"]), ASSESSED, tmp_path_factory.mktemp(case.file.stem))


def found(case: Case, history: History, folder: Path) -> Found:
    quarters = tuple(each for each in PLAN.split(3) if each.label in case.periods)
    return computed(build_panel(history, PLAN, BASE), read_scheme(write_scheme(case, folder)), quarters)


def test_there_are_six_at_least() -> None:
    """S3 (ours): the ugly ones are among them."""
    assert len(FILES) >= 6


def test_the_working_ends_in_what_is_expected(case: Case) -> None:
    """S3.1: every line of arithmetic holds, and each expected figure is the end of a line of its name."""
    worked = case.results()
    for who, period, item, expected in case.expected():
        end = worked[who, period, item]
        assert end.startswith(expected) if isinstance(end, str) else end == exact(expected), item


def test_the_literal_reading_agrees(case: Case) -> None:
    """S3.1, S3.2: the clauses read a second time, without the package, give the figures on paper."""
    mix = Mix(case.written["history"], factor="factor" in case.written["scheme"])
    for who, period, item, expected in case.expected():
        assert mix.score(who, read_months(period))[item] == exact(expected), (who, period, item)


def test_the_package_agrees(case: Case, history: History, tmp_path: Path) -> None:
    """S3.1, S3.2, S3 (ours): from the files to the score, as on paper."""
    result = found(case, history, tmp_path)
    for who, period, item, expected in case.expected():
        figure = result.get((who, period, item), "nothing")
        assert agrees(exact(expected), figure), (who, period, item, figure)
        if expected not in UNCOUNTED:
            assert not agrees(calculate(expected) + Fraction("0.01"), figure), item


def test_the_second_calculator_agrees(case: Case, history: History, tmp_path: Path) -> None:
    """S3 (ours): the reference calculator reads the same figures of transactions and arrives at the same score."""
    scheme = read_scheme(write_scheme(case, tmp_path))
    reckoned = reckon(scheme, rows_of(history), PLAN, BASE)
    for who, period, item, expected in case.expected():
        theirs = reckoned.value(item, who, period)
        figure = theirs.status.replace("_", " ") if isinstance(theirs, Missing) else theirs
        assert figure == exact(expected), (who, period, item)


def test_each_sale_has_the_verdict_on_paper(case: Case, history: History) -> None:
    """S3.2: why a sale earns credit, with the number of the assessment behind it."""
    tables = history.tables
    told = judged(history.transaction_rules["assessed"], tables, history.quarantine)
    verdicts = {
        sale: f"{Verdict(row['verdict']).name} {tables['needs']['need_id'][row['need']] if row['need'] >= 0 else ''}"
        for sale, row in zip(tables["transactions"]["transaction_id"], told.to_dict("records"), strict=True)
    }
    for sale, expected in case.written.get("verdicts", {}).items():
        assert verdicts[sale].strip() == expected, sale


def test_every_sale_has_one_verdict(case: Case, history: History) -> None:
    """S3 (ours): transactions in = the sum of the account."""
    account = account_of(history.transaction_rules["assessed"], history.tables, history.quarantine)
    assert sum(account.values()) == len(case.written["history"]["transactions"])


@pytest.mark.parametrize("example", [file for file in FILES if file.stem[:2] in ("02", "04")])
def test_explain_leads_to_the_assessment(example: Path, tmp_path: Path) -> None:
    """S3.2: from the score to the number of the assessment, and why one does not count."""
    case = read_case(example)
    history = read(filled(case.written["history"]), ASSESSED, tmp_path)
    result = score(build_panel(history, PLAN, BASE), read_scheme(case.scheme), PLAN.split(3))
    told = {period: render(account_of_score(result, "m1", period), "en") for period in case.periods}
    if example.stem.startswith("02"):
        assert "t3 n3  0.00 (the assessment had expired)" in told["2025-Q1"]
        assert "t1 n1  1.00 (the need was assessed)" in told["2025-Q1"]
    else:
        assert "t3 n1  1.00 (the need was assessed)" in told["2025-Q2"]
        assert "t4 n2  0.00 (the need was assessed too late)" in told["2025-Q2"]


def test_a_store_gives_the_same(case: Case, history: History, tmp_path: Path) -> None:
    """S3 (ours): rules and figures are in the store, of the whole and of a region."""
    again = read_store(write_store(history, tmp_path / "store"), region="north")
    assert again.transaction_rules == history.transaction_rules
    assert found(case, again, tmp_path) == found(case, history, tmp_path)


RULES: list[dict[str, Any]] = [
    ASSESSED,
    ASSESSED | {"same_day": "no", "fits": "any_product"},
    ASSESSED | {"fits": "same_or_blank", "made_by": "seller", "unclear": "not_assessed"},
    ASSESSED | {"valid_days": 40, "made_by": "seller"},
    {"of": "needs", "fits": "any_product", "same_day": "yes", "valid_days": 0},
]


def invented(seed: int) -> dict[str, list[dict[str, str]]]:
    """Sales and assessments by chance: near in time, reversals in chains and circles, rows nobody can read."""
    chance = random.Random(seed)

    def day() -> str:
        return f"2025-0{chance.randint(1, 3)}-{chance.choice([1, 2, 3, 14, 15, 28]):02d}"

    sales = [
        {
            "transaction_id": f"t{number}",
            "manager_id": chance.choice(["m1", "m2"]),
            "date": day(),
            "product": chance.choice(["insurance", "funds", "card", ""]),
            "amount": str(chance.randint(-5, 50)),
            "client_id": chance.choice(["c1", "c2", "c3", "c4", ""]),
            "refers_to": chance.choice(["", "", "", f"t{chance.randint(0, 62)}"]),
        }
        for number in range(60)
    ]
    needs = [
        {
            "need_id": f"n{number}",
            "client_id": chance.choice(["c1", "c2", "c3"]),
            "manager_id": chance.choice(["m1", "m2"]),
            "date": day() if chance.random() > 0.1 else "2025-02-30",
            "valid_until": chance.choice(["", "", day(), "soon"]) if chance.random() > 0.5 else "",
            "product": chance.choice(["insurance", "funds", ""]),
        }
        for number in range(14)
    ]
    people = [
        {"manager_id": who, "region": "north", "outlet_id": "o1", "valid_from": "2020-01-01"}
        for who in ("m1", "m2")
    ]
    return {"managers": people, "transactions": sales, "needs": needs}


@pytest.mark.parametrize("rule", RULES, ids=range(len(RULES)))
@pytest.mark.parametrize("seed", range(SEEDS))
def test_sales_by_chance_are_judged_alike(seed: int, rule: dict[str, Any], tmp_path: Path) -> None:
    """S3.2: every sale of a quarter by chance is judged as the literal reading judges it, with the others or alone.

    Alone every sixth is asked, in each quarter other ones.
    """
    tables = filled(invented(seed))
    history = read(tables, rule, tmp_path)
    mix = Mix(tables, rule)
    ids = history.tables["transactions"]["transaction_id"].tolist()
    sales = {row["transaction_id"]: row for row in tables["transactions"]}
    expected = [mix.assessed(sales[each]) for each in ids]
    figures = history.tables["transaction_figures"]

    def same(expected: Any, found: Any) -> bool:
        pairs = zip(expected, found, strict=True)
        return all(bool(np.isnan(two)) if one == ABSENT else float(one) == two for one, two in pairs)

    assert {*expected} >= {Fraction(0), Fraction(1)}
    assert figures["transaction_id"].tolist() == ids
    assert same(expected, figures["value"])
    for at in range(seed, len(ids), SEEDS):
        alone = judged(
            history.transaction_rules["assessed"], history.tables, history.quarantine, np.array([at])
        )
        assert same([expected[at]], alone["value"])


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> History:
    """A small invented bank, by its own mapping."""
    folder = tmp_path_factory.mktemp("bank") / "bank"
    write_bank(folder, Draws(1), managers=24, regions=1)
    return read_history(folder, read_mapping(PARAMS / "mappings" / "bank.yaml"))


def test_the_invented_bank_is_judged_by_the_rule_of_the_examples(bank: History) -> None:
    """S3 (ours): the mapping of the bank says what the examples say; most sales of the plan year are assessed."""
    rule = bank.transaction_rules["assessed"]
    told = judged(rule, bank.tables, bank.quarantine)
    in_plan = (bank.tables["transactions"]["date"] >= "2025-01-01").to_numpy()

    assert rule.model_dump(exclude_defaults=True, exclude={"title"}) == ASSESSED | {
        "products": tuple(ASSESSED["products"])
    }
    assert 0.7 < told["value"][in_plan].mean() < 0.95
    assert bank.records["client_months_assigned"].model_dump(exclude_defaults=True)["at"] == "month_end"


def test_yes_or_no_is_no_cliff(bank: History) -> None:
    """S3.2: of an assessment there is no little more, so the gate is no cliff that could be made a slope."""
    scheme = read_scheme(PARAMS / "schemes" / "s3_product_mix.yaml")

    def found(history: History) -> set[tuple[str, str]]:
        scores = score(build_panel(history, PLAN, BASE), scheme)
        return {(each.rule, each.place.address) for each in lint(scheme, Settings(), computed=scores)}

    cliff = ("cliff", "suitable_credit")
    assert cliff not in found(bank)
    assert cliff in found(replace(bank, transaction_rules={}))
