"""The leaves of an amount add up to it; caps, floors, factors and balances are leaves of their own."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from leaves import missed
from policymodel.account import Leaf, account_of
from policymodel.computation import compute
from policymodel.explanation import explain
from policymodel.history.measures import COMPUTED, Status
from policymodel.panel import build_panel
from policymodel.payroll import pay
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from policymodel.scoring import score
from policymodel.words.catalogues import LANGUAGES
from policymodel.words.explanation import frame_of, outline, render, rows_on_page
from published import cases
from small_bank import activity, bank, managers, transactions
from test_payroll import bank_with, history, paid

pytestmark = pytest.mark.thorough

YEAR, BASE = Period.parse("2025"), Period.parse("2024")
HEAD = "id: small\ntitle: Small\nsource: S1\nevery: quarter\n"
PAY = HEAD + "pay:\n  currency: CNY\n  round: {digits: 2, mode: half_up}\n  items:\n"


def of(items: str, tmp_path, *rows, period: str = "2025-Q1", head: str = PAY, **tables):
    """The account of M1 under a plan of some items, over figures by quarter."""
    file = tmp_path / "plan.yaml"
    file.write_text(head + items, encoding="utf-8")
    facts = bank(managers=managers(("M1", "O1", "2023-01-01", None)), activity=activity(*rows), **tables)
    return account_of(pay(build_panel(facts, YEAR, BASE), read_scheme(file)), "M1", period)


def leaves(account) -> list[tuple[str, int]]:
    return [(leaf.why, leaf.amount) for part in account.parts for leaf in part.leaves]


@pytest.mark.parametrize("seed", [1, 5, 11])
def test_leaves_add_up_for_every_person_and_period(seed):
    payments = paid(seed)
    totals = payments.totals()
    for who, when, amount in zip(totals["manager_id"], totals["period"], totals["amount_minor"], strict=True):
        account = account_of(payments, who, when)

        assert sum(amount for _, amount in leaves(account)) == account.amount == amount
        assert [part.line.id for part in account.parts if part.unexplained] == []


def test_leaves_add_up_in_every_published_example():
    """Seventy ways to pay: tiers, draws, pools, clawbacks; whatever was paid is the sum of its leaves."""
    found = Counter()
    for case in cases():
        scheme = read_scheme(case.scheme)
        if scheme.pay is None and scheme.card is None:
            continue
        result = pay(case.panel, scheme) if scheme.pay is not None else score(case.panel, scheme)
        totals = result.totals()
        for who, when, status in zip(totals["manager_id"], totals["period"], totals["status"], strict=True):
            account = account_of(result, who, when)
            found["computed"] += status in COMPUTED
            if status in COMPUTED:
                found["add up"] += sum(amount for _, amount in leaves(account)) == account.amount
                found["missed"] += any(part.unexplained for part in account.parts)

    assert found["computed"] == found["add up"] > 800
    assert found["missed"] == 0


def test_leaves_add_up_for_every_line_of_every_published_example():
    """Lines that nobody is paid by are taken apart too; the kinds have theirs in the reference's examples."""
    lines = 0
    for case in cases():
        count, found = missed(compute(case.panel, read_scheme(case.scheme)))
        lines += count

        assert found == [], case.name
    assert lines > 3000


def test_a_cap_is_a_leaf_where_it_binds(tmp_path):
    """3 yuan each for 10 cards are 30, and 20 at most are paid; below the cap there is no such leaf."""
    items = "    - {kind: smallest_of, id: capped, title: Capped, of: [{line: each}, 20]}\n"
    figures = "figures:\n  - {kind: commission, id: each, title: Each, of: {measure: debit_cards}, rate: 3}\n"
    over = of(items, tmp_path, ("M1", "2025-01", "debit_cards", 10), head=HEAD + figures + PAY[len(HEAD) :])
    under = of(items, tmp_path, ("M1", "2025-01", "debit_cards", 5), head=HEAD + figures + PAY[len(HEAD) :])

    assert leaves(over) == [("figure", 3000), ("cap", -1000)]
    assert leaves(under) == [("figure", 1500)]


def test_a_floor_is_a_leaf(tmp_path):
    """A minimum draw of 100 against earnings of 30."""
    items = "    - {kind: draw, id: draw, title: Draw, of: {measure: debit_cards}, amount: 100, meaning: minimum}\n"
    account = of(items, tmp_path, ("M1", "2025-01", "debit_cards", 30))

    assert leaves(account) == [("figure", 3000), ("floor", 7000)]


def test_what_is_worked_out_is_a_leaf_of_what_it_takes_away():
    """The score of the quarter scales what is drawn; at full score the leaf is not there."""
    payments = paid(5)
    account = account_of(payments, "M1", "2025-Q2")
    score_of = (
        payments.totals().query("manager_id == 'M1' and period == '2025-Q2'")["management_score"].item()
    )
    part = next(each for each in account.parts if each.line.id == "performance_wage.stock")
    factor = next(each for each in part.leaves if each.why == "factor")
    rest = sum(each.amount for each in part.leaves if each.why in ("figure", "drawn", "carried"))

    assert factor.number == pytest.approx(score_of / 1000)
    assert factor.amount == pytest.approx(rest * (score_of / 1000 - 1), abs=2)


def test_what_waits_for_a_balance_is_a_leaf():
    """A quarter of losses: the entitlement to date, what was drawn of it, and what waits; nothing is paid."""
    before = history(5)
    table = before.tables["client_income"]
    quarter = (table["month"] >= YEAR.first + 3) & (table["month"] < YEAR.first + 6)
    table = table.assign(amount=table["amount"].abs().mask(quarter, -1000.0))
    payments = pay(
        build_panel(bank_with(before, {**before.tables, "client_income": table}), YEAR, BASE), paid(5).scheme
    )
    account = account_of(payments, "M1", "2025-Q2")
    part = next(each for each in account.parts if each.line.id == "performance_wage.stock")

    assert part.amount == sum(leaf.amount for leaf in part.leaves) == 0
    assert {leaf.why for leaf in part.leaves} >= {"figure", "drawn", "carried"}


def test_a_leaf_that_misses_more_than_rounding_is_told():
    """Three leaves may miss two cents, and not three."""
    part = account_of(paid(5), "M1", "2025-Q2").parts[1]

    assert replace(part, leaves=(*part.leaves, Leaf("rounding", 2)), room=2.0).unexplained == 0
    assert replace(part, leaves=(*part.leaves, Leaf("rounding", 3)), room=2.0).unexplained == 3


def test_pay_that_could_not_be_computed_has_no_leaves_and_says_why():
    before = history(5)
    acts = before.tables["activity"]
    gone = acts[(acts["measure"] == "duty_mark") & (acts["manager_id"] == "M1")]
    payments = pay(
        build_panel(bank_with(before, {**before.tables, "activity": acts.drop(gone.index)}), YEAR, BASE),
        paid(5).scheme,
    )
    account = account_of(payments, "M1", "2025-Q1")
    told = render(account, "en")

    assert (account.computed, account.status) == (False, Status.ABSENT)
    assert "no amount could be computed" in told.splitlines()[0]
    assert "duty_mark, in the period = absent: history has no figure" in told


def test_below_a_sum_over_transactions_stands_each_of_them(tmp_path):
    """Deals of 100 and 300 at 2 %: a tree goes on at each with its own number and its own row."""
    deal = (
        "{kind: commission, id: deal, title: Deal, every: transaction, of: {transaction: amount}, rate: 0.02}"
    )
    figures = f"figures:\n  - {deal}\n"
    items = "    - {kind: figure, id: earned, title: Earned, of: {line: deal}}\n"
    deals = transactions(("T1", "M1", "2025-01-10", "loan", 100), ("T2", "M1", "2025-02-10", "loan", 300))
    account = of(items, tmp_path, head=HEAD + figures + PAY[len(HEAD) :], transactions=deals)
    told = render(account, "en")

    assert account.amount == 800
    assert "transaction T1: Deal: 100 × 0.02 = 2" in told
    assert "transaction T2: Deal: 300 × 0.02 = 6" in told
    assert (told.count("transactions.csv:2 "), told.count("transactions.csv:3 ")) == (1, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_column_of_leaves_adds_up_to_the_pay(language):
    """As a table: one row a leaf, step and row of history, and a column that a spreadsheet may sum."""
    account = account_of(paid(5), "M2", "2025-Q3")
    frame = frame_of(account, language)

    assert frame["adds"].sum() == pytest.approx(account.value(account.amount), abs=1e-9)
    assert set(frame["kind"]) == {"pay", "part", "leaf", "step", "row"}
    assert frame.loc[frame["kind"] == "row", "file"].str.endswith(".csv").all()
    assert frame.loc[frame["kind"] == "row", "row"].ge(2).all()


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_chinese_trees_have_no_english_words(language):
    """Every word of the tree's own is translated; what the data and the small bank call things stays."""
    whole = outline(account_of(paid(5), "M1", "2025-Q2"), language)
    words = [word for branch in walk(whole) for word in branch.words.replace("，", " ").split()]
    english = {word for word in words if word.isascii() and word.isalpha() and len(word) > 3}

    assert english <= {"client", "files", "reports", "complaint@hotline"}


def walk(branch):
    yield branch
    for each in branch.below:
        yield from walk(each)


def test_rows_on_a_page_name_no_client():
    """Files, row numbers, months and lines, and the same sum as the rows have."""
    account = account_of(paid(5), "M1", "2025-Q2")
    found = [each for each in walk(outline(account, "en")) if each.rows is not None and len(each.rows)]
    rows = [row for each in found for row in rows_on_page(each.rows, account.names, "en")]

    assert any("client_income.csv, rows " in each.words for each in rows)
    assert not any("M1" in each.words for each in rows)
    assert any("M1-0" in name for each in found for name in each.rows["name"])


def test_the_steps_of_an_explanation_are_those_of_its_account():
    """Both are views of the same numbers."""
    payments = paid(7)

    assert explain(payments, "M1", "2025-Q4").total == pytest.approx(
        account_of(payments, "M1", "2025-Q4").amount / 100
    )
