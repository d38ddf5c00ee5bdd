"""Monthly figures counted by hand from records: the paper, a literal second reading, and the package agree (S1)."""

from __future__ import annotations

import csv
import random
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from policymodel.history import History, read_history, read_mapping
from policymodel.history.counting import account_of, fates
from policymodel.panel import build_panel, rows_behind
from policymodel.periods import Period, month_number
from policymodel.scheme.algebra import Column
from worked.counted import ABSENT, Counter
from worked.paper import Case, Text, calculate, read_case

pytestmark = pytest.mark.thorough

HERE = Path(__file__).parent
FILES = sorted((HERE / "s1").glob("*.yaml"))
LEVELS = {"mean", "median", "last"}


def typed(rule: dict[str, Any]) -> str:
    """The type of measure that a rule makes."""
    figure = rule["figure"]
    return "stock" if "at" in rule or (isinstance(figure, dict) and set(figure) & LEVELS) else "flow"


def read(tables: dict[str, list[dict[str, str]]], rules: dict[str, Any], folder: Path) -> History:
    """The tables as CSV files and a mapping that counts by the rules, through the package's own readers."""
    sources = {}
    for name, rows in tables.items():
        headers = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, headers)
            table.writeheader()
            table.writerows(rows)
        sources[name] = {"file": f"{name}.csv"}
    sources["managers"]["constants"] = {"region": "north", "outlet_id": "o1"}
    common = {"unit": "count", "better": "up", "no_row": "zero", "regulator_class": "efficiency"}
    mapping = {
        "title": {"en": "By hand"},
        "currency": "CNY",
        "tables": sources,
        "records": rules,
        "measures": {
            name: {"title": {"en": name}, "type": typed(rule), **common} for name, rule in rules.items()
        },
    }
    path = folder / "mapping.yaml"
    path.write_text(yaml.safe_dump(mapping, allow_unicode=True), encoding="utf-8")
    return read_history(folder, read_mapping(path))


def figures(history: History) -> dict[tuple[str, str, int], float]:
    """Every figure that was counted: measure, manager, month."""
    rows = history.tables["activity"]
    keys = zip(rows["measure"], rows["manager_id"], rows["month"].tolist(), strict=True)
    return dict(zip(keys, rows["actual"].tolist(), strict=True))


@cache
def cases() -> list[Case]:
    return [read_case(file) for file in FILES]


@pytest.fixture(scope="module", params=range(len(FILES)), ids=[file.stem for file in FILES])
def case(request: pytest.FixtureRequest) -> Case:
    return cases()[request.param]


@pytest.fixture(scope="module")
def history(case: Case, tmp_path_factory: pytest.TempPathFactory) -> History:
    numbers, bounds = {"after_days", "days"}, {"at_least", "at_most"}

    def plain(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: plain(each, name if name in bounds else key) for key, each in value.items()}
        return int(value) if name in numbers | bounds else value

    rules = plain(case.written["records"])
    return read(case.written["history"], rules, tmp_path_factory.mktemp(case.file.stem))


def same(expected: Fraction | str, found: float) -> bool:
    """A figure is the same to a billionth; what is not known has none."""
    return bool(np.isnan(found)) if expected == ABSENT else abs(found - float(expected)) < 1e-9


def test_there_are_five_at_least() -> None:
    """S1: the ugly ones are among them."""
    assert len(FILES) >= 5


def test_the_working_ends_in_what_is_expected(case: Case) -> None:
    """S1.2: every line of arithmetic holds, and each expected figure is the end of a line of its name."""
    worked = case.results()
    for who, period, item, expected in case.expected():
        end = worked[who, period, item]
        assert end == (expected if expected == ABSENT else calculate(expected)), (who, period, item)


def test_the_rules_of_a_bank_are_those_on_paper(case: Case) -> None:
    """S4.2: an example about a measure of the invented bank counts it as params/mappings/bank.yaml does."""
    if "S4.2" not in case.written["clauses"]:
        return
    bank = yaml.load((HERE.parents[1] / "params/mappings/bank.yaml").read_text(encoding="utf-8"), Text)
    for name, rule in case.written["records"].items():
        assert rule == bank["records"][name]


def test_the_literal_reading_agrees(case: Case) -> None:
    """S1.2: the rules read a second time, without the package, give the figures on paper."""
    for who, period, item, expected in case.expected():
        found = Counter(case.written["history"], case.written["records"][item], who).figure(
            month_number(period)
        )
        assert found == (expected if expected == ABSENT else calculate(expected)), (who, period, item)


def test_the_package_agrees(case: Case, history: History) -> None:
    """S1.1, S1.2: from the files to the monthly figure, as on paper."""
    found = figures(history)
    for who, period, item, expected in case.expected():
        figure = found.get((item, who, month_number(period)), 0.0)
        assert same(ABSENT if expected == ABSENT else calculate(expected), figure), (
            who,
            period,
            item,
            figure,
        )


def test_the_records_behind_a_figure_are_named(case: Case, history: History) -> None:
    """S1 (ours): the numbers of the records that made a measure are those on paper, and no client is named."""
    panel = build_panel(history, Period.parse("2024"), Period.parse("2023"))
    for item, expected in case.written["behind"].items():
        found: list[str] = []
        for who in panel.managers:
            behind = rows_behind(panel, Column(item), str(who), panel.plan_year)
            found += behind["record"].tolist()
            assert not behind.astype("str").isin({f"c{each}" for each in range(9)}).to_numpy().any()
        assert sorted(found) == sorted(expected)


def test_records_in_are_counted_or_explained(case: Case, history: History) -> None:
    """S1 (ours): every record that was read has one fate."""
    for rule in history.records.values():
        account = account_of(rule, history.tables, history.quarantine)
        assert sum(account.values()) == len(case.written["history"][rule.of])


RULES: dict[str, Any] = {
    "plain": {"of": "contacts", "figure": "records"},
    "kinds": {"of": "contacts", "where": {"kind": ["visit", "call"]}, "figure": "records"},
    "a_day": {"of": "contacts", "once_per": ["client_id", "date"], "figure": "records"},
    "a_month": {
        "of": "contacts",
        "once_per": ["client_id", "month"],
        "having": ["client_id"],
        "figure": "records",
    },
    "clients": {"of": "contacts", "figure": {"distinct": "client_id"}},
    "known_clients": {
        "of": "contacts",
        "having": ["client_id"],
        "figure": {"distinct": "client_id"},
        "within": "quarter",
    },
    "own": {"of": "contacts", "assigned": "yes", "figure": {"distinct": "client_id"}, "within": "half_year"},
    "seconds": {"of": "contacts", "figure": {"sum": "seconds"}, "put_aside": "leave_out"},
    "mean": {"of": "contacts", "having": ["seconds"], "figure": {"mean": "seconds"}, "within": "quarter"},
    "median": {
        "of": "contacts",
        "having": ["seconds"],
        "figure": {"median": "seconds"},
        "put_aside": "leave_out",
    },
    "last": {"of": "contacts", "figure": {"last": "seconds"}, "within": "quarter", "put_aside": "leave_out"},
    "noted": {
        "of": "contacts",
        "on_time": {"from": "date", "to": "recorded_on", "days": 2},
        "figure": "records",
    },
    "by_due": {"of": "contacts", "on_time": {"by": "due"}, "having": ["due"], "figure": "records"},
    "due": {"of": "contacts", "on_time": {"by": "due"}, "figure": "records", "put_aside": "leave_out"},
    "flagged": {"of": "contacts", "figure": "records", "back_dated": {"after_days": 4, "then": "flag"}},
    "strict": {"of": "contacts", "figure": "records", "back_dated": {"after_days": 4, "then": "leave_out"}},
    "moved": {
        "of": "contacts",
        "figure": {"distinct": "client_id"},
        "having": ["client_id"],
        "within": "quarter",
        "back_dated": {"after_days": 4, "then": "count_when_recorded"},
    },
    "assigned": {"of": "assignments", "at": "month_end", "figure": {"distinct": "client_id"}},
    "premium": {
        "of": "assignments",
        "where": {"client_class": ["A"]},
        "at": "month_end",
        "figure": "records",
    },
    "risen": {
        "of": "assignments",
        "where": {"client_class": ["A"], "class_before": ["B"]},
        "once_per": ["client_id"],
        "figure": "records",
    },
    "new": {"of": "assignments", "where": {"class_before": ["none"]}, "figure": "records"},
    "long": {"of": "contacts", "at_least": {"seconds": 20}, "figure": "records", "put_aside": "leave_out"},
    "between": {
        "of": "contacts",
        "having": ["seconds"],
        "at_least": {"seconds": 11},
        "at_most": {"seconds": 20},
        "figure": {"sum": "seconds"},
    },
    "led": {
        "of": "contacts",
        "where": {"kind": ["visit"]},
        "followed_by": {"where": {"kind": ["call", "message"]}, "days": 20},
        "figure": "records",
        "put_aside": "leave_out",
    },
    "again": {"of": "contacts", "having": ["client_id"], "followed_by": {"days": 30}, "figure": "records"},
    "lost": {
        "of": "assignments",
        "where": {"client_class": ["A"]},
        "followed_by": {"where": {"client_class": ["B"]}, "days": 1},
        "figure": {"distinct": "client_id"},
        "within": "quarter",
    },
    "files": {
        "of": "client_files",
        "where": {"complete": ["yes"]},
        "at": "month_end",
        "figure": {"distinct": "client_id"},
    },
}


def invented(seed: int) -> dict[str, list[dict[str, str]]]:
    """A year of records by chance: blanks, late notes, leavers, handed-over clients, rows that cannot be read."""
    chance = random.Random(seed)

    def day(blank: float = 0.0) -> str:
        if chance.random() < blank:
            return ""
        return f"2024-{chance.randint(1, 12):02d}-{chance.choice([1, 2, 14, 15, 27, 28]):02d}"

    def soon(first: str) -> str:
        return str(np.datetime64(first) + chance.randint(0, 9)) if chance.random() < 0.7 else ""

    people = ["m1", "m2", "m3"]
    managers = [
        {"manager_id": "m1", "valid_from": "2023-01-01", "valid_to": ""},
        {"manager_id": "m2", "valid_from": "2024-02-15", "valid_to": "2024-06-20"},
        {"manager_id": "m2", "valid_from": "2024-09-01", "valid_to": ""},
        {"manager_id": "m3", "valid_from": "2024-03-02", "valid_to": "2024-11-14"},
    ]
    contacts = []
    for number in range(160):
        date = day()
        contacts.append(
            {
                "contact_id": f"k{number}",
                "manager_id": chance.choice(people),
                "client_id": chance.choice(["c1", "c2", "c3", "c4", ""]),
                "date": date if chance.random() < 0.97 else "2024-13-01",
                "recorded_on": soon(date),
                "due": soon(date),
                "kind": chance.choice(["visit", "call", "message", ""]),
                "seconds": chance.choice(["10", "20", "35", ""]),
            }
        )
    ends = [("2023-01-01", "2024-05-30"), ("2024-05-31", "2024-05-31"), ("2024-06-01", "")]
    # c5 comes later, and so is nobody's before.
    later = {"client_id": "c5", "manager_id": "m1", "client_class": "A", "valid_from": "2024-07-09"}
    assignments = [
        {
            "client_id": f"c{each}",
            "manager_id": person,
            "client_class": chance.choice("AB"),
            "valid_from": first,
            "valid_to": last,
        }
        for each in range(1, 5)
        for first, last in ends
        for person in chance.sample(["m1", "m3"], 1)
        if person == "m1" or (last or "2024-12-31") >= "2024-03-02"
    ]
    assignments.append({**later, "valid_to": ""})
    files = {
        (f"c{chance.randint(1, 4)}", "m1", day()): {"complete": chance.choice(["yes", "no"])}
        for _ in range(20)
    }
    client_files = [
        {"client_id": client, "manager_id": who, "date": date, **state}
        for (client, who, date), state in files.items()
    ]
    return {
        "managers": managers,
        "contacts": contacts,
        "assignments": assignments,
        "client_files": client_files,
    }


@pytest.mark.parametrize("seed", range(6))
def test_every_rule_agrees_with_the_literal_reading_by_chance(seed: int, tmp_path: Path) -> None:
    """S1 (ours): rules of every word over records by chance, the same for every person and month."""
    tables = invented(seed)
    history = read(tables, RULES, tmp_path)
    found = figures(history)
    months = range(month_number("2024-01"), month_number("2024-12") + 1)
    if seed == 0:
        assert {*history.quarantine["rules"]} >= {"bad_date", "no_spell"}

    wrong = []
    for name, rule in RULES.items():
        for who in ("m1", "m2", "m3"):
            counter = Counter(tables, rule, who)
            for month in months:
                expected, figure = counter.figure(month), found.get((name, who, month), 0.0)
                if not same(expected, figure):
                    wrong.append(
                        f"{name} {who} {month - months[0] + 1}: {expected} by reading, {figure} computed"
                    )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("seed", range(3))
def test_every_record_has_one_fate_by_chance(seed: int, tmp_path: Path) -> None:
    """S1 (ours): records in = counted + explained, under every rule."""
    tables = invented(seed)
    history = read(tables, RULES, tmp_path)
    for rule in history.records.values():
        assert sum(account_of(rule, history.tables, history.quarantine).values()) == len(tables[rule.of])
        if rule.at is None:
            assert fates(rule, history.tables, history.quarantine)["position"].is_unique
