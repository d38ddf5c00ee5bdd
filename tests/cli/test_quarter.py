"""policymodel quarter on the invented bank: five states, the payment list, and a figure tampered with (S6.9)."""

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from policymodel.approvals.register import read_register
from policymodel.cli import main
from policymodel.draws import Draws
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.store import write_store
from policymodel.history.synthetic import write_bank
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.runner.inputs import data_digest, slug
from policymodel.runner.quarter import computed, own_history, sources
from policymodel.scheme.reading import read_scheme
from walking import clock, take

PARAMS = Path(__file__).resolve().parents[2] / "params"
SCHEME = PARAMS / "schemes" / "s6_profit_centre.yaml"
WHICH = ("--region", "north", "--period", "2025-Q2")
STEPS = {
    "review": ("Lee Siu Ling", "corporate_department"),
    "submit": ("Lee Siu Ling", "corporate_department"),
    "approve": ("Ho Man Kit", "presidents_office"),
}


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    """The history of a small invented bank."""
    folder = tmp_path_factory.mktemp("quarter") / "bank"
    write_bank(folder, Draws(9), managers=24, regions=2)
    return folder


@pytest.fixture(scope="module")
def history(bank):
    """The bank, read once."""
    return read_history(bank, read_mapping(PARAMS / "mappings" / "bank.yaml"))


@pytest.fixture(scope="module")
def store(bank, history):
    """The store of it."""
    return write_store(history, bank.with_name("store"))


@pytest.fixture(scope="module")
def approved(bank, store):
    """A register walked to approval."""
    register = bank.with_name("register.jsonl")
    told = ("--history", str(store), "--register", str(register))
    for name, role in (("Chan Tai Man", "accounting"), ("Wong Mei", "department_head")):
        assert main(["quarter", "compute", str(SCHEME), *told, *WHICH, "--by", name, "--role", role]) == 0
    for verb, (name, role) in STEPS.items():
        assert main(["quarter", verb, str(register), *WHICH, "--by", name, "--role", role]) == 0
    return register


@pytest.fixture
def register(approved, tmp_path):
    """A copy of it, to do anything to."""
    copy = tmp_path / "register.jsonl"
    copy.write_bytes(approved.read_bytes())
    (tmp_path / "register.figures").mkdir()
    for each in approved.with_suffix(".figures").iterdir():
        (tmp_path / "register.figures" / each.name).write_bytes(each.read_bytes())
    return copy


def test_what_is_approved_is_released_with_the_list_of_payments(register, history, tmp_path, capsys):
    """Every amount of the list is that part of pay, to the cent; base wage is not on it."""
    out = tmp_path / "payments.csv"
    who = ("--by", "Chan Tai Man", "--role", "accounting")

    done = main(["quarter", "release", str(register), *WHICH, *who, "--out", str(out)])

    assert done == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file))
    plan = Period.parse("2025")
    payments = pay(
        computed(history.region("north"), read_scheme(SCHEME), plan, plan.year_before()).panel,
        read_scheme(SCHEME),
    )
    parts = payments.lines().query("period == '2025-Q2' and item != 'base_wage'")
    wanted = {(each.manager_id, each.item): each.amount_minor for each in parts.itertuples()}
    assert {
        (each["manager_id"], each["item"]): round(float(each["amount"]) * 100) for each in listed
    } == wanted
    assert len(listed) == 3 * 12
    assert {(each["region"], each["period"]) for each in listed} == {("north", "2025-Q2")}
    again = tmp_path / "again.csv"
    assert main(["quarter", "payments", str(register), *WHICH, "--out", str(again)]) == 0
    assert again.read_bytes() == out.read_bytes()
    capsys.readouterr()
    assert main(["quarter", "status", str(register)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "north 2025-Q2 s6_profit_centre: released, round 1"
    assert [line.split()[3] for line in told[1:7]] == [
        *("performance", "management", "reviewed", "submitted", "approved", "released")
    ]


def test_the_list_of_steps_stands_in_columns_whoever_took_them(tmp_path, capsys):
    """A Chinese name takes two places of the screen for each character; the reason of a return stands last."""
    path = tmp_path / "register.jsonl"
    time = clock()
    take(path, "performance", name="歐陽大文", time=time)
    take(path, "management", name="Wong", time=time)
    take(path, "returned", name="Lee Siu Ling of the corporate department", reason="三筆費用未列", time=time)

    assert main(["quarter", "status", str(path)]) == 0

    lines = capsys.readouterr().out.splitlines()[1:4]
    hashes = [entry.hash[:16] for entry in read_register(path).entries]
    before = [line.partition(own)[0] for line, own in zip(lines, hashes, strict=True)]
    # the first line has four characters of double width
    assert [len(each) + 4 * (at == 0) for at, each in enumerate(before)] == [len(before[2])] * 3
    assert before[0].endswith("歐陽大文 (accounting)" + " " * (len(before[1]) - before[1].index("Wong") - 21))
    assert lines[2].endswith(hashes[2] + "  三筆費用未列")


def test_release_is_refused_before_the_approval(register, tmp_path, capsys):
    """And nothing is written."""
    lines = register.read_bytes().splitlines(keepends=True)
    register.write_bytes(b"".join(lines[:-1]))
    out = tmp_path / "payments.csv"

    who = ("--by", "Chan Tai Man", "--role", "accounting")
    assert main(["quarter", "release", str(register), *WHICH, *who, "--out", str(out)]) == 2
    assert main(["quarter", "payments", str(register), *WHICH, "--out", str(out)]) == 2

    said = capsys.readouterr().err
    assert "is submitted; only what is approved can be released" in said
    assert "is submitted; only what is released is paid" in said
    assert not out.exists()


def test_a_figure_tampered_with_is_named(register, history, store, tmp_path, capsys):
    """A client's fee of the history is raised after the approval: whose, which line, approved and now."""
    again = ["quarter", "check", str(register), "--scheme", str(SCHEME), "--json", "--history"]
    assert main([*again, str(store)]) == 0
    table = history.tables["client_income"]
    row = table.index[(table["line"] == "fee") & (table["month"] == Period.parse("2025-05").first)][0]
    who = table.at[row, "manager_id"]
    where = "north" if who in set(history.region("north").tables["managers"]["manager_id"]) else "east"
    changed = table.assign(amount=table["amount"].where(table.index != row, table["amount"] + 1000))
    other = replace(history, tables={**history.tables, "client_income": changed})
    write_store(other, tmp_path / "store")
    capsys.readouterr()

    code = main([*again, str(tmp_path / "store")])

    found = json.loads(capsys.readouterr().out)
    assert where == "north"
    assert code == 1
    assert found[0]["what"] == "not what it was computed from: data"
    assert {each["manager_id"] for each in found[1:]} == {who}
    fee = next(each for each in found if each["line"] == "fee")
    assert round(float(fee["now"]) - float(fee["approved"]), 2) == 1000


def test_a_changed_scheme_is_named(register, store, tmp_path, capsys):
    """A share of the scheme raised after the approval: the amounts, and that the scheme is another."""
    text = SCHEME.read_text(encoding="utf-8")
    for included in ("s2_duties.yaml", "s4_scorecard.yaml"):
        shutil.copy(PARAMS / "schemes" / included, tmp_path)
    other = tmp_path / "s6_profit_centre.yaml"
    other.write_text(text.replace("stock: {value: 0.005", "stock: {value: 0.006"), encoding="utf-8")
    capsys.readouterr()

    code = main(["quarter", "check", str(register), "--scheme", str(other), "--history", str(store)])

    said = capsys.readouterr().out.splitlines()
    assert code == 1
    assert said[0] == "north 2025-Q2 s6_profit_centre: not what it was computed from: scheme files"
    assert "performance_wage.stock: approved " in said[2]


def test_the_rows_are_those_of_the_run_s_record(bank, history, store):
    """Raw tables and a store of them have one hash, the one that a page's record has."""
    scheme = SCHEME
    raw = sources(own_history(history, "north"), bank, "north", scheme)
    stored = sources(own_history(history, "north"), store, "north", scheme)

    assert raw == stored
    assert raw["data"] == data_digest(store / slug("north"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["review", "REGISTER", "--region", "noth", "--period", "2025-Q2"], "has no figures of noth 2025-Q2"),
        (["review", "REGISTER", "--region", "north", "--period", "2025-Q9"], "--period"),
        (["review", "REGISTER", *WHICH, "--scheme", "s4"], "has no figures of north 2025-Q2 s4"),
        (["review", "nowhere.jsonl", *WHICH], "there is no such register"),
        (
            [
                "compute",
                str(SCHEME),
                "--history",
                "STORE",
                "--region",
                "north",
                "--period",
                "2025",
                "--register",
                "REGISTER",
            ],
            "'x' does not compute one part of the figures",
        ),
    ],
)
def test_a_mistake_is_a_sentence(approved, store, words, said, capsys):
    """And exit code 2."""
    names = {"REGISTER": str(approved), "STORE": str(store)}

    code = main(["quarter", *(names.get(each, each) for each in words), "--by", "x", "--role", "x"])

    assert code == 2
    assert said in capsys.readouterr().err


def test_a_month_is_no_period_of_a_quarterly_scheme(approved, store, capsys):
    """The periods are named; so is a region that the history does not have."""
    told = ["quarter", "compute", str(SCHEME), "--history", str(store), "--register", str(approved)]
    who = ["--by", "x", "--role", "accounting"]

    assert main([*told, "--region", "north", "--period", "2025-05", *who]) == 2
    assert "the periods of s6_profit_centre are 2025-Q1, 2025-Q2" in capsys.readouterr().err
    assert main([*told, "--region", "nort", "--period", "2025-Q2", *who]) == 2
    assert "did you mean 'north'?" in capsys.readouterr().err
