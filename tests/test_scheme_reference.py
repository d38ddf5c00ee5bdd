"""The scheme reference: every kind and setting is there, every example gives what it says, the pages are up to date."""

from __future__ import annotations

import csv
import importlib.util
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from policymodel.computation import compute
from policymodel.documents import parse_yaml, read_yaml
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.measures import COMPUTED, Status
from policymodel.history.reading import read_history
from policymodel.history.tables import TABLES
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.reference import Missing, Rows, read_rows, reckon
from policymodel.scheme.kinds import KINDS
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme
from policymodel.scheme.shapes import record_schema

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def made_by() -> ModuleType:
    """The command that writes the pages."""
    spec = importlib.util.spec_from_file_location("make_scheme_reference", DOCS / "make_scheme_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKER = made_by()
HOME: Path = MAKER.HOME
KEYS = ("manager", "transaction", "period")

each_kind = pytest.mark.parametrize("kind", KINDS)


class Example:
    """One example as files: a scheme, a mapping and the tables it needs."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.about: dict[str, Any] = MAKER.example_of(kind)["example"]
        self.plan = Period.parse(self.about.get("plan_year", "2024"))
        self.base = Period(self.plan.first - 12, self.plan.first - 1)
        self.folder = folder
        (folder / "scheme.yaml").write_text(self._scheme(kind), encoding="utf-8")
        for name, text in self._tables().items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        (folder / "mapping.yaml").write_text(yaml.safe_dump(self.mapping()), encoding="utf-8")

    def _scheme(self, kind: str) -> str:
        return f"id: {kind}_example\ntitle: Example\nsource: the reference\n{self.about['scheme']}"

    def _tables(self) -> dict[str, str]:
        """The tables as files; where the example shows no managers, its people work in one outlet throughout."""
        given = {name: text.replace(", ", ",") for name, text in self.about["history"].items()}
        people = dict.fromkeys(str(row["manager"]) for row in self.about["expect"])
        spells = "".join(f"{each},north,main,2023-01-01\n" for each in people)
        return {
            "managers": f"manager_id,region,outlet_id,valid_from\n{spells}",
            "activity": "manager_id,month,measure,actual\n",
            **given,
        }

    def mapping(self) -> dict[str, Any]:
        """A mapping file's content."""
        measures = {
            name: {
                **MAKER.declaration(words),
                "title": {"en": name},
                "unit": "CNY",
                "regulator_class": "development",
            }
            for name, words in self.about.get("measures", {}).items()
        }
        return {
            "title": {"en": "example"},
            "currency": "CNY",
            "tables": {name: {"file": f"{name}.csv"} for name in self._tables()},
            "measures": measures,
        }

    def history(self) -> History:
        """The tables as the package reads them; a row may only be put aside where the example means it."""
        return read_history(self.folder, read_mapping(self.folder / "mapping.yaml"))

    def scheme(self) -> Scheme:
        """The scheme."""
        return read_scheme(self.folder / "scheme.yaml")

    def rows(self) -> Rows:
        """The tables as written, for the reference calculator."""
        tables = {}
        for name in self._tables():
            with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                tables[name] = list(csv.DictReader(file))
        return read_rows(tables, self.mapping()["measures"])

    def expected(self) -> list[tuple[dict[str, str], str, Any]]:
        """Whom and when, which line, and the number or the reason why there is none."""
        found = []
        for row in self.about["expect"]:
            where = {key: str(row[key]) for key in KEYS if key in row}
            found += [(where, line, value) for line, value in row.items() if line not in KEYS]
        return found


def told(value: Fraction | float, as_written: Any, digits: int | None) -> bool:
    """Whether a figure is the one that is written, or rounds to it where the example rounds."""
    width = Fraction(1, 10**9) if digits is None else Fraction(1, 2 * 10**digits) + Fraction(1, 10**9)
    return abs(Fraction(value) - Fraction(as_written)) <= width


@each_kind
def test_an_example_gives_what_it_says(kind: str, tmp_path: Path) -> None:
    """The package's own figures."""
    example = Example(kind, tmp_path)
    history = example.history()
    panel = build_panel(history, example.plan, example.base)
    computed = compute(panel, example.scheme())
    people, deals = computed.frame(), computed.transactions()

    wrong = []
    for where, line, value in example.expected():
        frame = deals if "transaction" in where else people
        names = {"manager": "manager_id", "transaction": "transaction_id", "period": "period"}
        for key, name in where.items():
            frame = frame[frame[names[key]].astype(str) == name]
        row = frame[frame["line"] == line].iloc[0]
        status = Status(row["status"])
        found = row["value"] if status in COMPUTED else status.name.lower()
        right = (
            isinstance(value, Decimal | int)
            and not isinstance(found, str)
            and told(found, value, example.about.get("digits"))
        )
        if not right and found != value:
            wrong.append((where, line, found, value))

    assert wrong == []


@each_kind
def test_the_reference_calculator_agrees(kind: str, tmp_path: Path) -> None:
    """The figures of the reference calculator, in fractions."""
    example = Example(kind, tmp_path)
    reckoned = reckon(example.scheme(), example.rows(), example.plan, example.base)

    wrong = []
    for where, line, value in example.expected():
        if "transaction" in where:
            found = reckoned.transaction(line, where["transaction"], where["manager"])
        else:
            found = reckoned.value(line, where["manager"], where["period"])
        if isinstance(found, Missing):
            right = found.status == value
        else:
            right = isinstance(value, Decimal | int) and told(found, value, example.about.get("digits"))
        if not right:
            wrong.append((where, line, found, value))

    assert wrong == []
