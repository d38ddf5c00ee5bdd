"""What was paid against what a scheme pays: who is off the rule, and which hypotheses fit."""

from __future__ import annotations

import pandas as pd
import pytest

import small_bank
from policymodel.cli import main
from policymodel.disclosure import Promise, Secrets, scan_html
from policymodel.errors import DataGap
from policymodel.history import read_history, read_mapping
from policymodel.panel import build_panel
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.reconciliation import reconcile
from policymodel.report.display import contents
from policymodel.report.html import render_content
from policymodel.report.reconciled import reconciliation_page
from policymodel.scheme.reading import read_scheme
from policymodel.words.catalogues import LANGUAGES
from policymodel.words.reconciliation import report

YEAR, BASE = Period.parse("2025"), Period.parse("2024")
PLAN = """\
id: plan
title: {en: Plan, zh-Hant: 辦法, zh-Hans: 办法}
source: S1
every: quarter
pay:
  currency: CNY
  round: {digits: 2, mode: half_up}
  items:
    - {kind: commission, id: cards, title: Cards, of: {measure: debit_cards}, rate: 0.05}
    - {kind: commission, id: clients, title: Clients, of: {measure: ebanking_clients}, rate: 0.3}
"""
CARDS = {"2025-Q1": 61_234, "2025-Q2": 58_761}
CLIENTS = {"2025-Q1": 4_321, "2025-Q2": 5_432}
"""What everybody sells: 3,061.70 + 1,296.30 in the first quarter, 2,938.05 + 1,629.60 in the second."""
Q1, Q2 = 4358.00, 4567.65


def people(count: int) -> list[str]:
    return [f"M{number:03}" for number in range(count)]


def payments(paid, count: int = 3, rate: str = "0.05", plan: str = PLAN, tmp_path=None):
    file = tmp_path / f"plan{rate}.yaml"
    file.write_text(
        plan.replace("rate: 0.05", f"rate: {rate}").replace("id: plan", f"id: plan{rate[2:]}"), "utf-8"
    )
    who = people(count)
    spells = [
        (each, f"O{number % 4}", "2023-01-01", None, "AB"[number % 2]) for number, each in enumerate(who)
    ]
    rows = [
        (each, f"2025-0{3 * quarter + 1}", name, sold[f"2025-Q{quarter + 1}"])
        for each in who
        for quarter in (0, 1)
        for name, sold in (("debit_cards", CARDS), ("ebanking_clients", CLIENTS))
    ]
    facts = small_bank.bank(
        managers=small_bank.managers(*spells),
        activity=small_bank.activity(*rows),
        paid=small_bank.paid(*paid),
    )
    return pay(build_panel(facts, YEAR, BASE), read_scheme(file))


def told(paid, tmp_path, count: int = 3, also=()):
    """The reconciliation of what M000 got in the second quarter; the others are paid by the rule."""
    rest = [(each, "2025-Q2", "", Q2) for each in people(count)[1:]]
    other = [payments([], count, rate, tmp_path=tmp_path) for rate in also]
    return reconcile(payments([*paid, *rest], count, tmp_path=tmp_path), other)


@pytest.mark.parametrize(
    ("paid", "why", "item"),
    [
        ([], "nothing", ""),
        ([("", Q2 - 1629.60)], "left_out", "clients"),
        ([("", 2 * Q2)], "twice", ""),
        ([("", Q2), ("", Q2)], "twice", ""),
        ([("", Q2 + 2938.05)], "twice", "cards"),
        ([("", Q1)], "other_period", ""),
        ([("", Q2 - 2938.05 + 3061.70)], "other_period", "cards"),
        ([("", Q2), ("honour", 333.33)], "no_item", "honour"),
        ([("", Q2 + 700)], "round_sum", ""),
        ([("", Q2 - 200)], "round_sum", ""),
        ([("", Q2 - 2938.05 + 2350.44)], "rate", "cards"),
        ([("", Q2 + 77.31)], "unknown", ""),
    ],
)
def test_each_fault_has_its_hypothesis(paid, why, item, tmp_path):
    found = told([("M000", "2025-Q2", name, amount) for name, amount in paid], tmp_path).off_rule

    assert found[["manager_id", "why", "item"]].to_numpy().tolist() == [["M000", why, item]]


def test_a_rate_says_which_stood_where(tmp_path):
    """58,761 cards at 0.04 in place of 0.05."""
    case = told([("M000", "2025-Q2", "", 58_761 * 0.04 + 1629.60)], tmp_path).off_rule.iloc[0]

    assert (case["scheme_value"], case["found_value"]) == (0.05, 0.04)


def test_another_scheme_is_tried_where_it_is_named(tmp_path):
    """Last year's rate of 0.0437 is no round one, and explains the amount to the cent."""
    amount = round(58_761 * 0.0437, 2) + 1629.60
    alone = told([("M000", "2025-Q2", "", amount)], tmp_path)
    beside = told([("M000", "2025-Q2", "", amount)], tmp_path, also=["0.0437"])

    assert alone.off_rule["why"].tolist() == ["unknown"]
    assert beside.off_rule[["why", "instead"]].to_numpy().tolist() == [["other_scheme", "plan0437"]]


@pytest.mark.parametrize("amount", [Q2, Q2 + 0.99, 4568, 4567.60, 2938 + 1630, 2939 + 1630])
def test_payrolls_round(amount, tmp_path):
    """To whole units or tenths, of the sum or of each item, to the nearest or up."""
    found = told([("M000", "2025-Q2", "", amount)], tmp_path)

    assert found.off_rule.empty


def test_amounts_by_item_and_by_month_are_added_up(tmp_path):
    rows = [("cards", "2025-04", 1469.03), ("cards", "2025-05", 1469.02), ("clients", "2025-06", 1629.60)]

    assert told([("M000", when, item, amount) for item, when, amount in rows], tmp_path).off_rule.empty


def test_only_periods_that_were_paid_are_compared(tmp_path):
    """Nothing of the first quarter stands in the table, so nobody is missed there."""
    assert told([("M000", "2025-Q2", "", Q2)], tmp_path).people["period"].unique().tolist() == ["2025-Q2"]


def test_rows_that_lie_beside_nothing_are_counted(tmp_path):
    rows = [("M000", "2025-Q2", "", Q2), ("M000", "2025", "", 5.0), ("M999", "2025-Q2", "", 7.0)]
    left = told(rows, tmp_path).left_out.set_index("reason")

    assert left["rows"].to_dict() == {"other_time": 1, "nobody": 1}
    assert left["amount"].to_dict() == {"other_time": 5.0, "nobody": 7.0}


def test_without_anything_paid_there_is_a_sentence(tmp_path):
    with pytest.raises(DataGap, match="the history has no rows of what was paid; add `paid` to the mapping"):
        reconcile(payments([], tmp_path=tmp_path))
    with pytest.raises(DataGap, match="no row is for a period of the scheme: they are for 2024"):
        reconcile(payments([("M000", "2024", "", 1.0)], tmp_path=tmp_path))


def test_groups_have_their_sizes_and_what_is_unexplained(tmp_path):
    """Six of grade A and six of grade B; M000 and M002 of A are off the rule, M002 without a reason."""
    rest = [(each, "2025-Q2", "", Q2) for each in people(12) if each not in ("M000", "M002")]
    paid = [("M000", "2025-Q2", "", 2 * Q2), ("M002", "2025-Q2", "", Q2 + 77.31), *rest]
    groups = reconcile(payments(paid, 12, tmp_path=tmp_path)).groups("grade").set_index("group")

    assert groups["people"].to_dict() == {"A": 6, "B": 6}
    assert groups["off_rule"].to_dict() == {"A": 2, "B": 0}
    assert groups.loc["A", ["difference", "unexplained"]].tolist() == pytest.approx([Q2 + 77.31, 77.31])


def wide(tmp_path, off: int):
    """Sixty people, some of them paid twice."""
    who = people(60)
    paid = [(each, "2025-Q2", "", Q2 * (2 if place < off else 1)) for place, each in enumerate(who)]
    return reconcile(payments(paid, 60, tmp_path=tmp_path))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("off", [0, 3, 14, 45, 57])
def test_a_page_speaks_of_nobody_and_of_no_few(language, off, tmp_path):
    """Read as a spy reads it: no id, no count under ten; and of 3 or 57 of 60 the page gives no count at all."""
    found = wide(tmp_path, off)
    page = render_content(
        contents(list(reconciliation_page(found, "2025")), language),
        language,
        [language],
        tmp_path / "page.html",
    ).read_text("utf-8")
    promise = Promise(Secrets({"the id of a manager": people(60)}), people=frozenset({60}))

    assert scan_html(page, promise) == []
    assert (f">{off}<" in page) == (off in (0, 14, 45))


@pytest.mark.parametrize(("off", "withheld"), [(0, False), (14, True)])
def test_a_table_that_could_tell_nothing_is_a_sentence(off, withheld, tmp_path):
    """Seven of the thirty of each grade; and where nobody is off the rule, nothing needs withholding."""
    items = contents(list(reconciliation_page(wide(tmp_path, off), "2025")), "en")
    tables = [each["heads"][0] for each in items if each["kind"] == "table"]

    assert ("Grade" in tables) != withheld
    assert any(each.get("text", "").startswith("Grade: withheld everywhere") for each in items) == withheld


def test_the_text_names_whom_to_look_at(tmp_path):
    text = report(wide(tmp_path, 3), "en")

    assert "3 amounts of 3 people are off the rule" in text
    assert "everything was paid twice: 3 amounts, +13,702.95" in text
    assert "M000, 2025-Q2: paid 9,135.30, by the scheme 4,567.65: everything was paid twice" in text


MAPPING = """\
title: {en: Small}
currency: CNY
tables:
  managers: {file: managers.csv, constants: {region: R}}
  activity: {file: activity.csv}
  paid: {file: paid.csv, columns: {amount: 實發}}
measures:
  debit_cards: {title: {en: Cards}, type: flow, unit: count, better: up, no_row: zero, regulator_class: social}
  ebanking_clients: {title: {en: Clients}, type: flow, unit: count, better: up, no_row: zero, regulator_class: social}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "managers.csv").write_text(
        "manager_id,outlet_id,valid_from\nM1,O1,2023-01-01\n", encoding="utf-8"
    )
    rows = "M1,2025-01,debit_cards,61234\nM1,2025-01,ebanking_clients,4321\n"
    (tmp_path / "activity.csv").write_text("manager_id,month,measure,actual\n" + rows, encoding="utf-8")
    return tmp_path


def test_an_amount_paid_twice_stands_there_twice(folder):
    """Two equal rows are two payments, unless a payment of that number stands above."""
    (folder / "paid.csv").write_text(
        "manager_id,period,實發\nM1,2025-Q1,4358\nM1,2025-Q1,4358\n", encoding="utf-8"
    )
    two = read_history(folder, read_mapping(folder / "mapping.yaml"))
    rows = "payment_id,manager_id,period,實發\nP1,M1,2025-Q1,4358\nP1,M1,2025-Q1,4358\n,M9,2025-Q1,1\n"
    (folder / "paid.csv").write_text(rows, encoding="utf-8")
    one = read_history(folder, read_mapping(folder / "mapping.yaml"))

    assert (len(two.tables["paid"]), len(one.tables["paid"])) == (2, 1)
    assert one.findings["rule"].tolist() == ["duplicate_row", "unknown_manager"]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "paid twice"), ("zh-Hant", "全額重複發放"), ("zh-Hans", "全额重复发放")]
)
def test_the_command_says_it_and_writes_it(folder, capsys, language, said):
    """Exit code 1, words on the screen, a row an amount in the file."""
    (folder / "paid.csv").write_text(
        "manager_id,period,實發\nM1,2025-Q1,4358\nM1,2025-Q1,4358\n", encoding="utf-8"
    )
    words = [
        "reconcile",
        str(folder / "plan.yaml"),
        "--history",
        str(folder),
        "--mapping",
        str(folder / "mapping.yaml"),
    ]
    words += ["--plan-year", "2025", "--lang", language]

    assert main([*words, "--out", str(folder / "found.csv")]) == 1
    assert said in capsys.readouterr().out
    assert pd.read_csv(folder / "found.csv")[["paid", "replay", "why"]].to_numpy().tolist() == [
        [8716.0, 4358.0, "twice"]
    ]
    assert main([*words, "--out", str(folder / "found.html")]) == 1
    assert "M1" not in (folder / "found.html").read_text("utf-8").partition("<body")[2]
