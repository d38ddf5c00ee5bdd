"""Scores and pays worked by hand: the paper agrees with itself, with the literal reading, and with the package."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from worked.balanced import Balanced
from worked.books import AS_PUBLISHED, INCOME, Figure, Months, read_books, read_months
from worked.found import Found, agrees, computed
from worked.literal import Literal
from worked.paper import UNCOUNTED, Case, calculate, check_chain, exact, read_case, write_scheme

pytestmark = pytest.mark.thorough

HERE = Path(__file__).parent
PARAMS = HERE.parents[1] / "params"
FILES = sorted(HERE.glob("s[4-6]/*.yaml"))


@pytest.fixture(scope="module", params=FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def case(request: pytest.FixtureRequest) -> Case:
    return read_case(request.param)


@pytest.fixture(scope="module")
def found(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What the package makes of the example, through its own readers of files."""
    folder = tmp_path_factory.mktemp(case.file.stem)
    plan, base = (Period.parse(case.written[name]) for name in ("plan_year", "base_year"))
    history = read_history(folder, read_mapping(written_history(case, folder)))
    aside = history.findings[history.findings["severity"] == "quarantined"]
    assert aside.empty, aside.to_string()
    quarters = plan.split(3)
    until = [each.label for each in quarters].index(case.periods[-1]) + 1
    panel = build_panel(history, plan, base, case.as_of)
    return computed(panel, read_scheme(write_scheme(case, folder)), quarters[:until])


@cache
def declared() -> dict[str, dict[str, Any]]:
    """The measures as the invented bank declares them."""
    mapping = yaml.safe_load((PARAMS / "mappings" / "bank.yaml").read_text(encoding="utf-8"))
    return dict(mapping["measures"])


def written_history(case: Case, folder: Path) -> Path:
    """The example's tables as CSV files, and a mapping that declares the measures of the invented bank."""
    tables = {}
    for name, rows in case.rows().items():
        if not rows:
            continue
        headers = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, headers)
            table.writeheader()
            table.writerows(rows)
        tables[name] = {"file": f"{name}.csv"}
    if "events" not in tables:
        columns = "event_id,manager_id,date,event,channel,verified,points\n"
        (folder / "events.csv").write_text(columns, encoding="utf-8")
        tables["events"] = {"file": "events.csv"}
    mapping = {
        "title": {"en": "By hand"},
        "currency": "CNY",
        "tables": tables,
        "measures": declared(),
    }
    path = folder / "mapping.yaml"
    path.write_text(yaml.safe_dump(mapping, allow_unicode=True), encoding="utf-8")
    return path


def test_there_are_enough_of_each() -> None:
    """Ten S4 scores and ten S6 pays at least, five of every other system."""
    folders = sorted({file.parent.name for file in FILES})
    few = {"s4": 10, "s6": 10}
    counts = {name: len([file for file in FILES if file.parent.name == name]) for name in folders}

    assert {name: count for name, count in counts.items() if count < few.get(name, 5)} == {}


def reading_of(case: Case) -> Callable[[str, Months], dict[str, Figure]]:
    """The clauses of the example's system, read a second time."""
    years = (case.written["plan_year"], case.written["base_year"])
    changes = case.written.get("changes", [])
    basis = next((each["to"] for each in changes if each["at"].endswith("income_basis")), "received")
    books = read_books(
        case.rows(), declared(), *years, case.written.get("targets", AS_PUBLISHED), basis=basis
    )
    if case.file.parent.name == "s5":
        return Balanced(books, changes).score
    changed = {each["at"]: Fraction(each["to"]) for each in changes if "basis" not in each["at"]}
    since = {each["at"]: date.fromisoformat(each["effective"]) for each in changes if "effective" in each}
    literal = Literal(books, changed, since, case.as_of, one_mark=case.scheme.stem == "s6_reviewers_mark")
    return {
        "s4_scorecard": literal.score,
        "one_indicator": literal.one_indicator,
        "two_indicators": literal.two_indicators,
        "s6_profit_centre": literal.pay,
        "s6_reviewers_mark": literal.pay,
    }[case.scheme.stem]


def test_the_working_ends_in_what_is_expected(case: Case) -> None:
    """Every line of arithmetic holds exactly, and each expected figure is the end of a line of its name."""
    worked = case.results()

    for who, period, item, expected in case.expected():
        end = worked[who, period, item]
        assert end.startswith(expected) if isinstance(end, str) else end == exact(expected), item


def test_the_literal_reading_agrees(case: Case) -> None:
    """The clauses read a second time, in exact fractions, give the same figures."""
    reading = reading_of(case)

    for who, period, item, expected in case.expected():
        assert reading(who, read_months(period))[item] == exact(expected), (who, period, item)


def test_the_package_agrees(case: Case, found: Found) -> None:
    """The package gives what the paper says: pay to the cent, scores and points to a billionth."""
    wrong = [
        f"{who} {period} {item}: {expected} by hand, {found.get((who, period, item))} computed"
        for who, period, item, expected in case.expected()
        if not agrees(exact(expected), found.get((who, period, item), "nothing"))
    ]

    assert not wrong, "\n".join([case.written["because"], *wrong])


def test_a_hundredth_off_is_noticed(case: Case, found: Found) -> None:
    """Every comparison can fail: the same figure with 0.01 more does not agree."""
    for who, period, item, expected in case.expected():
        if expected not in UNCOUNTED:
            assert not agrees(calculate(expected) + Fraction("0.01"), found[who, period, item]), item


@pytest.mark.parametrize("wrong", ["2 × 3 = 7", "2 ÷ 3 ≈ 0.66", "0.005 ≈ 0.00", "1 + 1 = 2 = 3"])
def test_wrong_arithmetic_is_refused(wrong: str) -> None:
    """A slip of the pen does not pass."""
    with pytest.raises(ValueError, match="should be"):
        check_chain(wrong)


@pytest.mark.parametrize("text", ["2 ** 3", "x + 1", "open('f')", "min(1)", "'a'", "1 if 1 else 2", "二"])
def test_only_plain_arithmetic_is_calculated(text: str) -> None:
    """The little calculator knows + − × ÷, brackets, min and max of numbers."""
    with pytest.raises(ValueError):  # noqa: PT011
        calculate(text)


def test_income_lines_are_those_of_the_scheme() -> None:
    """The literal reading and the file speak of the same three lines."""
    text = (PARAMS / "schemes" / "s6_profit_centre.yaml").read_text(encoding="utf-8")

    assert f"income: [{', '.join(INCOME)}]" in text
