"""The scheme reference: every kind and setting is there, every example gives what it says, the pages are up to date."""

from __future__ import annotations

import csv
import doctest
import importlib
import re
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from leaves import missed
from policymodel.computation import compute
from policymodel.documents import parse_yaml
from policymodel.history.facts import History
from policymodel.history.mapping import read_mapping
from policymodel.history.measures import COMPUTED, Status
from policymodel.history.reading import read_history
from policymodel.history.record_rules import LEVELS, RecordRule
from policymodel.history.record_tables import RECORDS
from policymodel.history.tables import TABLES
from policymodel.history.transaction_rules import TransactionRule
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.reference import Missing, Rows, read_rows, reckon
from policymodel.scheme.kinds import KINDS, PAY_KINDS
from policymodel.scheme.quantities import SORTS
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Envelope, Scheme
from policymodel.scheme.shapes import record_schema
from policymodel.scheme.terms import RoundingRule, TargetRule

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def made_by() -> ModuleType:
    """The command that writes the pages; it stands beside them, outside of any package."""
    sys.path.insert(0, str(DOCS))
    return importlib.import_module("make_scheme_reference")


MAKER = made_by()
SETTINGS = importlib.import_module("setting_tables")
HOME: Path = MAKER.HOME
KEYS = {"manager": "manager_id", "transaction": "transaction_id", "period": "period"}

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
        for key, name in where.items():
            frame = frame[frame[KEYS[key]].astype(str) == name]
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
def test_the_leaves_of_an_example_add_up(kind: str, tmp_path: Path) -> None:
    """Every kind of line can be taken apart into what it adds up from."""
    example = Example(kind, tmp_path)
    count, found = missed(
        compute(build_panel(example.history(), example.plan, example.base), example.scheme())
    )

    assert count
    assert found == []


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


def test_the_pages_are_as_they_would_be_written() -> None:
    """After a change of a record or an example: python docs/make_scheme_reference.py."""
    there = {path.name: path.read_text(encoding="utf-8") for path in HOME.glob("*.md")}

    assert there == MAKER.pages()


def test_every_kind_has_an_example_and_nothing_else_has() -> None:
    assert sorted(path.stem for path in (HOME / "examples").glob("*.yaml")) == sorted(KINDS)


@each_kind
def test_every_setting_is_told(kind: str) -> None:
    """A setting of the JSON Schema that a docstring forgets, and a docstring's setting that is none."""
    record = KINDS[kind]
    told = SETTINGS.told_of(record)

    assert set(told) == set(record_schema(record)["properties"])
    assert all(means for _, means in told.values())


@each_kind
def test_every_side_figure_is_told(kind: str, tmp_path: Path) -> None:
    """The side figures of the example's lines are the ones of the page, numbered ones by their first two."""
    scheme = Example(kind, tmp_path).scheme()
    lines = [record for record in scheme.lines.values() if record.kind == kind]
    shown = {name.partition(".")[2] for record in lines for name in record.others(scheme.given)}
    named = {word for side in MAKER.example_of(kind).get("sides", {}) for word in side.split(", ")} - {"…"}

    assert shown == named


@each_kind
def test_an_example_is_of_its_kind_and_its_neighbours_are_there(kind: str, tmp_path: Path) -> None:
    about = MAKER.example_of(kind)

    assert kind in {record.kind for record in Example(kind, tmp_path).scheme().lines.values()}
    assert kind not in about["neighbours"]
    assert set(about["neighbours"]) <= set(KINDS)


def test_every_kind_is_in_the_index_and_can_be_said() -> None:
    index = MAKER.pages()["README.md"]
    said = {kind for each in MAKER.sayings() for kind in each["kinds"]}

    assert [kind for kind in KINDS if f"[`{kind}`]({kind}.md)" not in index] == []
    assert set(KINDS) - said <= {"assumed", "share"}
    assert said <= set(KINDS)


def test_every_word_of_the_trade_leads_to_one_saying() -> None:
    words = [word for each in MAKER.sayings() for word in each["words"]]

    assert sorted(word for word in words if words.count(word) > 1) == []


@pytest.mark.parametrize("module", [MAKER, SETTINGS], ids=["pages", "settings"])
def test_the_examples_of_the_maker_run(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_every_kind_has_its_term_in_the_glossary() -> None:
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    rows = {f"| {MAKER.example_of(kind)['term']['zh-Hant']} | `{kind}` |" for kind in KINDS}

    assert [row for row in sorted(rows) if row not in glossary] == []


def test_every_table_of_history_has_its_columns_there() -> None:
    page = MAKER.pages()["history.md"]

    for table in TABLES.values():
        section = page.partition(f"## `{table.name}`\n")[2].partition("\n## ")[0]
        assert [name for name in table.names if f"| `{name}` |" not in section] == []


@pytest.mark.parametrize(
    ("page", "record"),
    [
        ("scheme_files.md", TargetRule),
        ("scheme_files.md", RoundingRule),
        ("scheme_files.md", Envelope),
        *(("quantities.md", sort) for sort in SORTS.values()),
    ],
)
def test_every_setting_of_what_kinds_share_is_told(page: str, record: type) -> None:
    """Each setting stands on the page that tells of it, and so does each word that may be chosen."""
    text = MAKER.pages()[page]
    words = {name: shape.get("enum", []) for name, shape in record_schema(record)["properties"].items()}

    assert [name for name in words if not re.search(rf"\b{name}\b", text)] == []
    assert [word for each in words.values() for word in each if f"`{word}`" not in text] == []


def test_links_lead_somewhere() -> None:
    """To a page that is there, and to a heading that the page has."""
    lost = []
    for name, text in MAKER.pages().items():
        for file, heading in re.findall(r"\]\(([\w./]+\.md)?(?:#([\w-]+))?\)", text):
            target = HOME / (file or name)
            headings = (
                re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), flags=re.M)
                if target.is_file()
                else []
            )
            anchors = [re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings]
            if not target.is_file() or (heading and heading not in anchors):
                lost.append((name, file, heading))

    assert lost == []


def blocks() -> list[tuple[str, str]]:
    """Every YAML block of the pages written by hand, with the page it stands on, and the lines of every saying."""
    found = []
    for path in sorted((HOME / "written").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        found += [(path.name, block) for block in re.findall(r"```yaml\n(.*?)```", text, flags=re.S)]
    return found + [("how_do_i_say.md", each["lines"]) for each in MAKER.sayings()]


@pytest.mark.parametrize(("page", "block"), blocks())
def test_what_a_page_shows_can_be_read(page: str, block: str, tmp_path: Path) -> None:
    """Whole files as they stand; lines alone in a scheme, beside stand-ins for the lines they name."""
    document, _ = parse_yaml(block, page)
    if isinstance(document, list):
        block, document = in_a_scheme(block, document), {"every": "month"}
    if {"records", "transaction_figures", "events"} & {*document}:
        document = in_a_mapping(**document)
        block = yaml.safe_dump(document)
    path = tmp_path / "file.yaml"
    path.write_text(block, encoding="utf-8")
    if "changes" in document:
        base = next(each for name, each in blocks() if name == page and each.startswith("id: plan\n"))
        (tmp_path / str(document["base"])).write_text(base, encoding="utf-8")

    if "tables" in document:
        assert read_mapping(path).tables
    else:
        assert read_scheme(path).lines


def in_a_mapping(records: dict[str, Any] | None = None, **others: dict[str, Any]) -> dict[str, Any]:
    """Parts of a mapping beside a file for each table and a measure for each rule over records."""
    rules = records or {}
    stocks = [name for name, rule in rules.items() if "at" in rule or {*rule["figure"]} & {*LEVELS}]
    common = {"unit": "count", "better": "up", "no_row": "zero", "regulator_class": "efficiency"}
    types = {name: "stock" if name in stocks else "flow" for name in rules}
    return {
        "title": {"en": "Shown"},
        "currency": "CNY",
        "tables": {
            name: {"file": f"{name}.csv"} for name in ("managers", "activity", "transactions", *RECORDS)
        },
        "records": rules,
        **others,
        "measures": {name: {"title": {"en": name}, "type": type_, **common} for name, type_ in types.items()},
    }


def test_every_word_of_the_rules_for_records_is_told() -> None:
    """Each setting has its row, and each word that may be chosen stands there (S1.2)."""
    page = MAKER.pages()["history.md"]
    section = page.partition("\n## Records\n")[2].partition("\n## ")[0]
    schema = RecordRule.model_json_schema()
    words = re.findall(r"'enum': \[(.*?)\]", str(schema))

    assert [name for name in RecordRule.model_fields if f"| `{name}` |" not in section] == []
    told = [word for each in words for word in re.findall(r"'(\w+)'", each) if word != "calendar"]
    assert {"flag", "leave_out", "median", "half_year"} <= set(told)
    assert [word for word in told if not re.search(rf"\b{word}\b", section)] == []


def test_every_word_of_the_rules_for_transactions_is_told() -> None:
    """Each setting has its row, and each word that may be chosen stands there (S3.2)."""
    page = MAKER.pages()["history.md"]
    section = page.partition("\n### Sales that rest on an assessment\n")[2].partition("\n## ")[0]
    words = re.findall(r"'(?:enum': \[(.*?)\]|const': ('\w+'))", str(TransactionRule.model_json_schema()))
    told = [word for each in words for word in re.findall(r"'(\w+)'", "".join(each))]

    assert [name for name in TransactionRule.model_fields if f"| `{name}` |" not in section] == []
    assert {"needs", "same_or_blank", "seller", "not_assessed"} <= set(told)
    assert [word for word in told if f"`{word}`" not in section] == []


def in_a_scheme(block: str, lines: list[dict[str, Any]]) -> str:
    """Lines of a page as a scheme file."""
    ids = {line["id"] for line in lines}
    named = {name.partition(".")[0] for name in re.findall(r"\{line: ([\w.]+)", block)}
    stubs = [
        f"- {{kind: figure, id: {name}, title: Another line, of: 1}}"
        for name in sorted(named - ids - {"score", "pay"})
    ]
    kinds = {line["kind"] for line in lines}
    rows = ["id: shown", "title: Shown", "source: a page", "every: month"]
    rows += ["targets: {set_by: growth, growth: 0.1, progress: months, source: a page}"]
    rows += [
        "figures:",
        "  - {kind: figure, id: shown_one, title: One, of: 1}",
        *(f"  {stub}" for stub in stubs),
    ]
    card = [
        "card:",
        "  round: {digits: 2, mode: half_up}",
        "  rescale: 1",
        "  floor: null",
        "  cap: null",
        "  lines:",
    ]
    start = ["  - {kind: assumed, id: shown_points, title: Points, source: a page, points: 1}"]
    pay = ["pay:", "  currency: CNY", "  round: {digits: 2, mode: half_up}", "  items:"]
    shown = [f"  {row}" for row in block.splitlines()]
    if kinds & set(PAY_KINDS):
        rows += [*card, *start, *pay, *shown]
    elif "group" in kinds:
        rows += [*card, *start, *shown]
    else:
        rows += [*shown, *card, *start]
    return "\n".join(rows) + "\n"
