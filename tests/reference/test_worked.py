"""The reference calculator against the scores and pays worked by hand, and against a second literal reading."""

from __future__ import annotations

import csv
import gzip
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from policymodel.draws import Draws
from policymodel.history.synthetic import write_bank
from policymodel.periods import Period
from policymodel.reference import Missing, Reckoned, read_rows, reckon
from policymodel.scheme.reading import read_scheme
from worked.books import ABSENT, NOT_APPLICABLE, Figure, read_books, read_months
from worked.evidence import TABLES, counted
from worked.literal import Literal
from worked.paper import exact, read_case, write_scheme

WORKED = Path(__file__).parents[1] / "worked"
PARAMS = Path(__file__).parents[2] / "params"
FILES = sorted(WORKED.glob("s[46]/*.yaml"))
BANK = yaml.safe_load((PARAMS / "mappings" / "bank.yaml").read_text(encoding="utf-8"))
MEASURES = BANK["measures"]
SPANS = {name: Period.parse(str(each["observed"])) for name, each in MEASURES.items() if "observed" in each}
OBSERVED = {name: {**each, "observed": SPANS.get(name)} for name, each in MEASURES.items()}
"""The same as the reference calculator reads them, the time of the records as a period."""
PARTS = ("stock", "increment", "super_increment")


def figure(reckoned: Reckoned, item: str, who: str, period: str) -> Figure:
    """A figure under the name it has on paper."""
    if item == "factor":
        return factor(reckoned, who, period)
    if item == "total":
        paid = [reckoned.paid(each.id, who, period) for each in reckoned.desk.scheme.pay.items]
        value = next((each for each in paid if isinstance(each, Missing)), None) or sum(paid, Fraction(0))
    elif item in ("score", "management_score"):
        value = reckoned.score(who, period)
    elif item in PARTS:
        value = reckoned.paid(f"performance_wage.{item}", who, period)
    elif reckoned.desk.scheme.pay is not None:
        value = reckoned.paid(item, who, period)
    else:
        value = reckoned.value(item, who, period)
    if isinstance(value, Missing):
        return NOT_APPLICABLE if value.status == "not_applicable" else ABSENT
    return value


def factor(reckoned: Reckoned, who: str, period: str) -> Fraction:
    """The points of all indicators ÷ of those that apply."""
    lines = next(each for each in reckoned.desk.scheme.card.lines if each.id == "indicators").lines
    points = {each.id: Fraction(each.points.value) for each in lines}
    applying = [name for name in points if reckoned.value(name, who, period) != Missing("not_applicable")]
    return sum(points.values()) / sum(points[name] for name in applying)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_worked_on_paper(file: Path, tmp_path: Path) -> None:
    """Every figure that somebody worked out from the clauses, exactly."""
    case = read_case(file)
    plan, base = (Period.parse(case.written[name]) for name in ("plan_year", "base_year"))

    scheme, rows = read_scheme(write_scheme(case, tmp_path)), read_rows(case.rows(), OBSERVED)
    reckoned = reckon(scheme, rows, plan, base, as_of=case.as_of)

    for who, period, item, text in case.expected():
        assert figure(reckoned, item, who, period) == exact(text), f"{who} {period} {item}"


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["s4_scorecard", "s6_profit_centre"])
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))])
def test_a_bank_of_joiners_leavers_and_movers(name: str, seed: int, tmp_path: Path) -> None:
    """The same clauses read twice agree exactly, for every person and quarter, each region by itself."""
    write_bank(tmp_path, Draws(seed), managers=24, regions=2, headers="en")
    scheme = read_scheme(PARAMS / "schemes" / f"{name}.yaml")
    tables = {}
    for table in ("managers", "activity", "targets", "events", "client_income", "fx", *TABLES):
        (file,) = tmp_path.glob(f"{table}.csv*")
        tables[table] = read_table(file)
    tables["activity"] += counted(tables, BANK, "2024", "2025")

    for region in sorted({row["region"] for row in tables["managers"]}):
        people = {row["manager_id"] for row in tables["managers"] if row["region"] == region}
        own = {
            table: [
                row
                for row in rows
                if table == "fx" or {row.get("manager_id"), row.get("unit_id")} & {region, *people}
            ]
            for table, rows in tables.items()
            if table not in TABLES
        }
        literal = Literal(read_books(own, MEASURES, "2025", "2024"))
        reckoned = reckon(scheme, read_rows(own, OBSERVED), Period.parse("2025"), Period.parse("2024"))
        for quarter in (f"2025-Q{each}" for each in (1, 2, 3, 4)):
            for who in reckoned.here(quarter):
                expected = (literal.pay if scheme.pay else literal.score)(who, read_months(quarter))
                found = {item: figure(reckoned, item, who, quarter) for item in expected}
                assert found == expected, f"{who} {quarter}"


def read_table(file: Path) -> list[dict[str, str]]:
    """A written table, packed or not."""
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
