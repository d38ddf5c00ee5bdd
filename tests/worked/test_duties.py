"""Duties worked by hand from records (S2): the paper, a literal reading and both calculators agree."""

from __future__ import annotations

import csv
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from policymodel.history import History, read_history, read_mapping
from policymodel.panel import build_panel
from policymodel.periods import Period, month_label
from policymodel.reference import Missing, Reckoned, read_rows, reckon
from policymodel.scheme.reading import read_scheme
from worked.books import ABSENT, NOT_APPLICABLE, Figure, read_months, span
from worked.counted import employed_in
from worked.duties import NAMES, Duties
from worked.found import Found, agrees, computed
from worked.paper import UNCOUNTED, Case, calculate, exact, read_case, write_scheme

pytestmark = pytest.mark.thorough

HERE = Path(__file__).parent
FILES = sorted((HERE / "s2").glob("*.yaml"))
PARAMS = HERE.parents[1] / "params"
PLAN, BASE = Period.parse("2025"), Period.parse("2024")


@cache
def bank() -> dict[str, Any]:
    """The mapping of the invented bank, whose rules and declarations the examples use."""
    mapping: dict[str, Any] = yaml.safe_load((PARAMS / "mappings" / "bank.yaml").read_text(encoding="utf-8"))
    return mapping


def rules() -> dict[str, Any]:
    return {name: bank()["records"][name] for name in NAMES}


def declared() -> dict[str, Any]:
    return {name: bank()["measures"][name] for name in NAMES}


def tables_of(case: Case) -> dict[str, list[dict[str, str]]]:
    """The example's tables; those that it does not need are empty."""
    needed = {rule["of"] for rule in rules().values()} | {"assignments", "managers"}
    return {name: case.written["history"].get(name, []) for name in sorted(needed)}


COLUMNS = {
    "contacts": "contact_id manager_id client_id date recorded_on due kind outcome",
    "assignments": "client_id manager_id client_class valid_from valid_to",
    "client_files": "client_id manager_id date complete",
    "needs": "need_id client_id manager_id date product plan_due",
    "alerts": "alert_id client_id manager_id date due answered_on outcome",
    "attendance": "manager_id date status place",
    "reviews": "review_id manager_id reviewer_id date item mark",
    "managers": "manager_id region outlet_id grade valid_from valid_to",
}


def history_of(case: Case, folder: Path) -> History:
    """The tables as CSV files, read through the package's own readers by the rules of the bank."""
    for name, rows in tables_of(case).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, COLUMNS[name].split())
            table.writeheader()
            table.writerows(rows)
    mapping = {
        "title": {"en": "By hand"},
        "currency": "CNY",
        "rubric": "duties.yaml",
        "tables": {name: {"file": f"{name}.csv"} for name in tables_of(case)},
        "records": rules(),
        "measures": declared(),
    }
    rubric = (PARAMS / "rubrics" / "duties.yaml").read_text(encoding="utf-8")
    (folder / "duties.yaml").write_text(rubric, encoding="utf-8")
    path = folder / "mapping.yaml"
    path.write_text(yaml.safe_dump(mapping, allow_unicode=True), encoding="utf-8")
    return read_history(folder, read_mapping(path))


def priced(case: Case, history: History, folder: Path) -> Found:
    """What the package makes of the example."""
    panel = build_panel(history, PLAN, BASE)
    periods = tuple(Period.parse(each) for each in case.periods)
    return computed(panel, read_scheme(write_scheme(case, folder)), periods)


def changed(case: Case) -> dict[str, str]:
    return {each["at"]: each["to"] for each in case.written.get("changes", [])}


def literal(case: Case) -> Duties:
    return Duties(tables_of(case), rules(), declared(), changed(case))


def reckoned(case: Case, folder: Path) -> Callable[[str, str, str], Figure]:
    """The reference calculator over the figures that the literal reading counted."""
    duties, rows = literal(case), []
    for who in {row["manager_id"] for row in case.written["history"]["managers"]}:
        for month in span(read_months("2025-Q1")[:1] + read_months("2025-Q4")[1:]):
            for name in NAMES if employed_in(duties.tables, who, month) else ():
                figure = duties.cell(who, name, month)
                cell = {"manager_id": who, "measure": name, "month": month_label(month)}
                rows.append(cell | {"actual": "" if figure == ABSENT else f"{float(figure):.15g}"})
    books = {"managers": [_spell(row) for row in case.written["history"]["managers"]], "activity": rows}
    spans = {
        name: Period.parse(str(each["observed"])) for name, each in declared().items() if "observed" in each
    }
    measures = {name: {**each, "observed": spans.get(name)} for name, each in declared().items()}
    found = reckon(read_scheme(write_scheme(case, folder)), read_rows(books, measures), PLAN, BASE)
    return lambda who, period, item: _figure(found, who, period, item)


def _spell(row: dict[str, str]) -> dict[str, str]:
    return {"valid_to": "", **row}


def _figure(found: Reckoned, who: str, period: str, item: str) -> Figure:
    value = found.score(who, period) if item == "score" else found.value(item, who, period)
    if isinstance(value, Missing):
        return NOT_APPLICABLE if value.status == "not_applicable" else ABSENT
    return value


@pytest.fixture(scope="module", params=FILES, ids=lambda file: file.stem)
def case(request: pytest.FixtureRequest) -> Case:
    return read_case(request.param)


def test_there_are_six_at_least() -> None:
    """S2: the ugly ones are among them."""
    assert len(FILES) >= 6


def test_the_working_ends_in_what_is_expected(case: Case) -> None:
    """S2: every line of arithmetic holds, and each expected figure is the end of a line of its name."""
    worked = case.results()

    for who, period, item, expected in case.expected():
        end = worked[who, period, item]
        assert end.startswith(expected) if isinstance(end, str) else end == exact(expected), item


def test_the_literal_reading_agrees(case: Case) -> None:
    """S2: records counted and duties priced a second time, without the package."""
    duties = literal(case)

    for who, period, item, expected in case.expected():
        assert duties.score(who, period)[item] == exact(expected), (who, period, item)


def test_the_package_agrees(case: Case, tmp_path: Path) -> None:
    """S2.1, S2.2, S2.3, S2.4: from the records to the score, as on paper; a hundredth more would be noticed."""
    found = priced(case, history_of(case, tmp_path), tmp_path)
    wrong = [
        f"{who} {period} {item}: {expected} by hand, {found.get((who, period, item))} computed"
        for who, period, item, expected in case.expected()
        if not agrees(exact(expected), found.get((who, period, item), "nothing"))
    ]

    assert not wrong, "\n".join([case.written["because"], *wrong])
    for who, period, item, expected in case.expected():
        if expected not in UNCOUNTED:
            assert not agrees(calculate(expected) + Fraction("0.01"), found[who, period, item]), item


def test_the_reference_calculator_agrees(case: Case, tmp_path: Path) -> None:
    """S2 (ours): the same score from the second calculator, exactly."""
    figure = reckoned(case, tmp_path)

    for who, period, item, expected in case.expected():
        assert figure(who, period, item) == exact(expected), (who, period, item)
