"""What an audit workbook is made of: formulas without stored results, few functions, and text that stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

import small_bank
from audit.recalculating import Held, hold, office, recalculated
from chance.agreement import PLAN, Bank, written
from chance.documents import document
from chance.histories import history
from policymodel.audit import book as limits
from policymodel.audit.numbers import Named, with_names
from policymodel.audit.writing import write_audit
from policymodel.errors import InputError
from policymodel.history.measures import Status
from policymodel.panel import Panel, build_panel
from policymodel.periods import Period
from policymodel.scheme.algebra import Constant, nodes_of
from policymodel.scheme.reading import read_scheme
from policymodel.words.catalogues import LANGUAGES

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EVIL = (
    "=cmd()",
    "+1",
    "-1",
    "@SUM(A1)",
    '="a"&B1',
    "\t=1",
    "'=1",
    "{=1}",
    '"),1,1)',
    "#REF!",
    "=cmd|' /C calc'!A0",
)
SHARED = {
    *(
        "ABS",
        "AND",
        "AVERAGE",
        "COUNT",
        "COUNTIF",
        "COUNTIFS",
        "DATE",
        "EXACT",
        "EXP",
        "IF",
        "IFERROR",
        "INDEX",
    ),
    *("INT", "ISERROR", "ISNUMBER", "LN", "MATCH", "MAX", "MEDIAN", "MIN", "MMULT", "N", "OR", "PERCENTILE"),
    *("ROUND", "ROUNDDOWN", "ROUNDUP", "ROW", "ROWS", "SIGN", "SMALL", "SQRT", "STDEV", "STDEVP", "SUM"),
    *("SUMIFS", "SUMPRODUCT", "SUMSQ", "TRANSPOSE"),
}
"""Functions that Excel 2016, LibreOffice and WPS have; none is volatile."""


def cells(path: Path) -> Iterator[ElementTree.Element]:
    """Every cell of every sheet as it stands in the file."""
    with ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                yield from ElementTree.fromstring(archive.read(name)).iter(f"{MAIN}c")


def formulas(path: Path) -> list[str]:
    """The text of every formula."""
    return [found.text or "" for cell in cells(path) if (found := cell.find(f"{MAIN}f")) is not None]


@pytest.fixture(scope="module")
def chance(tmp_path_factory) -> tuple[Panel, Path]:
    """A history by chance, and a folder."""
    return Bank.of(history(0, people=3)).panel, tmp_path_factory.mktemp("audit")


def audited(panel: Panel, folder: Path, seed: int, language: str = "en") -> tuple[Any, Any, Path]:
    scheme = read_scheme(written(document(seed), folder, f"scheme_{seed}"))
    out = folder / f"{seed}_{language}.xlsx"
    return *write_audit(panel, scheme, PLAN.split(scheme.months), out, language), out


@pytest.mark.parametrize("language", LANGUAGES)
def test_formulas_hold_no_result(chance, language):
    """Whoever opens the file works them out; a stored value would be shown without being worked out."""
    _, counted, out = audited(*chance, 3, language)
    stored = [cell.find(f"{MAIN}v") for cell in cells(out) if cell.find(f"{MAIN}f") is not None]

    assert len(stored) > counted.formulas > 500
    assert all(value is None or not value.text for value in stored)
    with ZipFile(out) as archive:
        assert 'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml").decode()


def test_only_functions_that_all_programs_have(chance):
    """And no link to another file, no macro."""
    found: set[str] = set()
    for seed in range(24):
        _, _, out = audited(*chance, seed)
        for formula in formulas(out):
            found |= set(re.findall(r"([A-Z][A-Z0-9.]*)\(", formula))

            assert "[" not in formula
        with ZipFile(out) as archive:
            assert not [
                name for name in archive.namelist() if "external" in name.lower() or "vba" in name.lower()
            ]

    assert found - SHARED == set()
    assert len(found) > 20


def evil_bank() -> Panel:
    """People, outlets, regions and grades whose names begin as formulas do."""
    rows = [(name, f"{name} outlet", "2023-01-01", None, f"{name} grade", 1.0) for name in EVIL]
    people = small_bank.managers(*rows, regions={f"{name} outlet": f"{name} region" for name in EVIL})
    rows = [(name, f"2024-{month:02d}", "debit_cards", 3.0) for name in EVIL for month in range(1, 13)]
    facts = small_bank.bank(managers=people, activity=small_bank.activity(*rows))
    return build_panel(facts, Period.parse("2024"), Period.parse("2023"))


EVIL_SCHEME = {
    "id": "evil",
    "title": "=cmd()",
    "source": "@S1",
    "every": "quarter",
    "figures": [
        {
            "kind": "table",
            "id": "by_grade",
            "title": "+by grade",
            "by": ["grade"],
            "otherwise": None,
            "values": {f"{name} grade": index + 0.5 for index, name in enumerate(EVIL)},
        },
        {
            "kind": "commission",
            "id": "sold",
            "title": '=HYPERLINK("http://x")',
            "of": {"measure": "debit_cards"},
            "rate": {"value": 2, "unit": "=unit()", "source": "=source()"},
        },
    ],
}


def test_text_is_never_a_formula(tmp_path):
    """Names from the data and words of the scheme are text in the file, quoted where they begin like a formula, and
    formulas hold none of them."""
    scheme = read_scheme(written(EVIL_SCHEME, tmp_path))
    out = tmp_path / "evil.xlsx"
    book, _ = write_audit(evil_bank(), scheme, Period.parse("2024").split(3), out, "en")
    sheets = load_workbook(out)
    texts = {
        cell.value: cell
        for sheet in sheets
        for row in sheet
        for cell in row
        if cell.data_type in "sn" and cell.value
    }
    hostile = [*EVIL, *(f"{name} grade" for name in EVIL), "=cmd()", '=HYPERLINK("http://x")', "=unit()"]

    assert set(hostile) <= set(texts)
    for word in hostile:
        assert texts[word].data_type == "s"
        assert texts[word].quotePrefix == word.startswith(("=", "+", "-", "@", "\t"))
    for formula in formulas(out):
        assert not re.search(r"cmd[(|]|HYPERLINK|@|\|", formula)
    shown = recalculated([out], tmp_path, office())[out]
    held = Held()
    hold(book, shown, held)
    assert (held.errors, held.differences) == ([], [])
    assert [row[0] for row in shown["Figures"]][limits.HEADS :][: len(EVIL)] == sorted(EVIL)


def test_numbers_have_names_of_their_own(tmp_path):
    """Two numbers that are equal are two names; what the formulas call is listed with its value."""
    items = [
        {"kind": "commission", "id": name, "title": name, "of": {"measure": "debit_cards"}, "rate": 0.5}
        for name in ("one", "other")
    ]
    found = {"id": "two", "title": "Two", "source": "1", "every": "quarter", "figures": items}
    scheme = read_scheme(written(found, tmp_path))
    out = tmp_path / "two.xlsx"
    book, _ = write_audit(evil_bank(), scheme, Period.parse("2024").split(3), out, "en")
    names = load_workbook(out).defined_names

    assert set(names) == {"one.rate", "other.rate"}
    assert names["one.rate"].attr_text == "'Numbers'!$D$2"
    for name in ("one", "other"):
        column = next(each for each in book.sheets["figures"].columns if each.code == name)
        assert f"{name}.rate" in str(column.cells[0])


def test_names_change_no_value():
    """A scheme with named numbers is the same scheme."""
    scheme = read_scheme(Path(__file__).parent / "commission.yaml")
    named = with_names(scheme)
    numbers = [node.value for node in nodes_of(*named.scheme.nodes().values()) if isinstance(node, Constant)]

    assert named.scheme.nodes() == scheme.nodes()
    assert {each.name for each in numbers if isinstance(each, Named)} >= {"commission.amount", "capped.cap.2"}
    assert [str(each.value) for each in named.entries if each.name == "earned.tiers.1.from"] == ["300000"]


def test_a_missing_figure_is_a_word(tmp_path):
    """No figure is zero that is not known; each status has its word, and the graver one is later in the alphabet."""
    words = [limits.CODES[status] for status in (Status.NOT_APPLICABLE, Status.ABSENT, Status.QUARANTINED)]

    assert words == sorted(words)
    assert len(set(words)) == 3


def test_what_a_formula_cannot_hold_is_taken_over_and_said(tmp_path):
    """A sum of more parts than a function takes; the cover names it and the count says how many cells."""
    parts = [
        {
            "kind": "commission",
            "id": f"part_{number}",
            "title": "Part",
            "of": {"measure": "debit_cards"},
            "rate": number,
        }
        for number in range(1, 301)
    ]
    whole = {
        "kind": "total",
        "id": "whole",
        "title": "The whole",
        "add": [{"line": part["id"]} for part in parts],
    }
    found = {"id": "many", "title": "Many", "source": "1", "every": "year", "figures": [*parts, whole]}
    scheme = read_scheme(written(found, tmp_path))
    out = tmp_path / "many.xlsx"
    book, counted = write_audit(evil_bank(), scheme, (Period.parse("2024"),), out, "en")

    assert counted.taken_over == len(EVIL)
    assert [column.code for column in book.taken] == ["whole"]
    said = [cell.value for cell in load_workbook(out)["Cover"]["A"] if cell.value]
    assert any("is taken over from the engine: The whole." in str(text) for text in said)


def test_a_sheet_that_is_too_small_is_said(chance, tmp_path, monkeypatch):
    """One sentence with the limit and a way out; nothing is left on the disk."""
    panel, _ = chance
    monkeypatch.setattr("policymodel.audit.writing.ROWS", 5)
    with pytest.raises(InputError, match=r"more rows than a sheet has .* audit one region"):
        audited(panel, tmp_path, 3)

    assert not list(tmp_path.glob("*.xlsx"))
