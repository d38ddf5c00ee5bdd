"""What LibreOffice makes of an audit workbook is what the engine has: every cell, none an error."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from audit.recalculating import Held, hold, office, recalculated
from chance.agreement import PLAN, Bank, written
from chance.choices import telling
from chance.documents import document
from chance.histories import history
from policymodel.audit.rounding import rounded
from policymodel.audit.writing import write_audit
from policymodel.draws import Draws
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.history.synthetic import write_bank
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.scheme.algebra import Node, nodes_of
from policymodel.scheme.reading import read_scheme
from policymodel.units import Rounding
from policymodel.words.audit import SHEETS
from published import cases
from worked.paper import read_case, write_scheme
from worked.test_worked import FILES, written_history

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
SCHEMES = (
    ROOT / "params/schemes/s4_scorecard.yaml",
    ROOT / "params/schemes/s6_profit_centre.yaml",
    HERE / "commission.yaml",
)
YEAR, BASE = Period.parse("2025"), Period.parse("2024")
some_or_all = pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.slow), 6])
"""LibreOffice takes about half a second a workbook: the short run has every sixth of them."""


def every_node(base: type = Node) -> set[str]:
    """The names of all nodes of the algebra."""
    return {each.__name__ for each in base.__subclasses__()}


def test_one_region_of_the_invented_bank(tmp_path):
    """S4, S6 and a commission with accelerator, cap and draw, for thirty people; the cover says so."""
    program = office()
    write_bank(tmp_path / "bank", Draws(2026), managers=60, regions=2)
    bank = read_history(tmp_path / "bank", read_mapping(ROOT / "params/mappings/bank.yaml"))
    panel = build_panel(bank.region("north"), YEAR, BASE)
    books = {}
    for path in SCHEMES:
        scheme = read_scheme(path)
        out = tmp_path / f"{path.stem}.xlsx"
        books[out] = write_audit(panel, scheme, YEAR.split(scheme.months), out, "en")
    sheets = recalculated(list(books), tmp_path, program)
    held = Held()
    for out, (book, written_) in books.items():
        hold(book, sheets[out], held)

        assert written_.people >= 30
        assert written_.taken_over == 0
        verdict = sheets[out][SHEETS["cover"].render("en")][-1][0]
        assert verdict == "All lines agree with the engine to less than half a cent, and no cell is an error."
    assert held.errors == []
    assert held.differences == []
    assert held.compared > 25_000


@pytest.mark.parametrize("count", [pytest.param(20, marks=pytest.mark.slow), 10])
def test_schemes_by_chance(tmp_path, count):
    """Schemes that together make most of the choices that there are, over people who join, leave, move and lead.

    The ten most telling have every node and two thirds of the choices; `bench/audit.py` takes any number.
    """
    program = office()
    seeds = telling({seed: document(seed) for seed in range(400)}, count)
    panel = Bank.of(history(0, people=4)).panel
    books = {}
    for seed in seeds:
        scheme = read_scheme(written(document(seed), tmp_path, f"scheme_{seed}"))
        out = tmp_path / f"{seed}.xlsx"
        books[out] = write_audit(panel, scheme, PLAN.split(scheme.months), out, "en")
    sheets = recalculated(list(books), tmp_path, program)
    held = Held()
    seen: set[str] = set()
    for out, (book, written_) in books.items():
        hold(book, sheets[out], held)
        seen |= {type(node).__name__ for node in nodes_of(*book.lines.values())}

        assert written_.taken_over == 0
    assert held.errors == []
    assert held.differences == []
    assert held.compared > 1_000 * count
    assert every_node() - seen == set()


@some_or_all
def test_published_examples(tmp_path, every):
    """The plans that others have printed, each with its own kinds of lines."""
    program = office()
    books = {}
    for case in list(cases())[::every]:
        scheme = read_scheme(case.scheme)
        out = tmp_path / f"{case.name}.xlsx"
        books[out] = write_audit(case.panel, scheme, case.plan.split(scheme.months), out, "en")
    sheets = recalculated(list(books), tmp_path, program)
    held = Held()
    for out, (book, written_) in books.items():
        hold(book, sheets[out], held)

        assert written_.taken_over == 0
    assert len(books) >= 80 // every
    assert held.errors == []
    assert held.differences == []


@some_or_all
def test_examples_worked_by_hand(tmp_path, every):
    """S4 and S6 at their edges: balances that are carried, half cents, leavers, targets of zero, below zero."""
    program = office()
    books = {}
    for file in FILES[::every]:
        folder = tmp_path / f"{file.parent.name}_{file.stem}"
        folder.mkdir()
        case = read_case(file)
        plan, base = (Period.parse(case.written[name]) for name in ("plan_year", "base_year"))
        facts = read_history(folder, read_mapping(written_history(case, folder)))
        scheme = read_scheme(write_scheme(case, folder))
        out = tmp_path / f"{folder.name}.xlsx"
        books[out] = write_audit(build_panel(facts, plan, base), scheme, plan.split(scheme.months), out, "en")
    sheets = recalculated(list(books), tmp_path, program)
    held = Held()
    for out, (book, _) in books.items():
        hold(book, sheets[out], held)

    assert len(books) >= 35 // every
    assert held.errors == []
    assert held.differences == []


@pytest.mark.realdata
def test_a_real_region(shared_data, tmp_path):
    """Pay of the towns of one region over a real year; the bank's year begins in July."""
    program = office()
    facts = read_history(shared_data / "estban", read_mapping(ROOT / "params/mappings/estban.yaml"))
    panel = build_panel(
        facts.region("PE"), Period.parse("2021-07..2022-06"), Period.parse("2020-07..2021-06")
    )
    scheme = read_scheme(ROOT / "params/schemes/estban_profit_centre.yaml")
    out = tmp_path / "estban.xlsx"
    book, written_ = write_audit(panel, scheme, panel.plan_year.split(scheme.months), out, "zh-Hans")
    held = Held()
    hold(book, recalculated([out], tmp_path, program)[out], held)

    assert held.errors == []
    assert held.differences == []
    assert held.compared > 1_000
    assert written_.taken_over == 0


def test_halves_are_rounded_as_the_engine_rounds(tmp_path):
    """Halves as they are written and as floats hold them, above and below zero, small and large."""
    program = office()
    texts = [
        *("0.5", "1.5", "2.5", "0.005", "1.005", "2.675", "1.015", "1.025", "0.285", "10.235", "1234567.895")
    ]
    texts += [
        "0",
        "0.0049999",
        "0.00500001",
        "7.9",
        "8",
        "25",
        "35",
        "99999999.995",
        "0.1249999999",
        "2.00000001",
    ]
    values = [sign * float(Decimal(text)) for text in texts for sign in (1, -1)]
    values += [0.1 + 0.2 - 0.295, 3 * 1.115, 1.1 * 1.15, 4.35 * 100]
    rules = [
        Rounding(digits, mode)  # type: ignore[arg-type]
        for digits in (-1, 0, 2, 3)
        for mode in ("half_up", "half_even", "down", "up")
    ]
    path = tmp_path / "rounding.xlsx"
    with xlsxwriter.Workbook(str(path)) as file:
        sheet = file.add_worksheet("R")
        for row, value in enumerate(values):
            sheet.write_number(row, 0, value)
            for column, rule in enumerate(rules, start=1):
                sheet.write_formula(row, column, f"={rounded(f'A{row + 1}', rule)}", None, "")
    table = recalculated([path], tmp_path, program)[path]["R"]
    found = np.array([[float(cell) for cell in row[1 : len(rules) + 1]] for row in table])
    expected = np.stack([rule.apply(values) for rule in rules], axis=1)

    assert [
        (values[row], rules[column], found[row, column], expected[row, column])
        for row, column in zip(*np.nonzero(np.abs(found - expected) > 1e-12), strict=True)
    ] == []
