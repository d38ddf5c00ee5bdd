"""Properties every payment must have; single payments by hand are among the worked examples."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policymodel.account import account_of
from policymodel.errors import DataGap
from policymodel.explanation import Step, explain
from policymodel.history.measures import Status
from policymodel.panel import build_panel
from policymodel.payroll import pay
from policymodel.periods import Period, month_label
from policymodel.scheme.algebra import Constant, Product, Sum
from policymodel.scheme.reading import read_scheme
from policymodel.words.explanation import render
from small_bank import COUNTS, STOCKS, activity, bank, events, income, managers, targets

PARAMS = Path(__file__).resolve().parents[1] / "params"
S6 = read_scheme(PARAMS / "changes" / "s6_reviewers_mark.yaml")
YEAR, BASE = Period.parse("2025"), Period.parse("2024")
MONTHS = range(2024 * 12, 2025 * 12 + 12)
LINES = ("interest", "deposit", "fee")
WHO = ("M1", "M2")


def history(seed, people=None, factor=1.0):
    """Two people with three clients each; income from the seed, every line with an increment target."""
    draws = np.random.default_rng(seed)
    rows = [
        (
            f"{who}-{client}",
            who,
            month_label(month),
            line,
            float(round(draws.normal(20000, 15000), 2)) * factor,
        )
        for who in WHO
        for client in range(3)
        for month in MONTHS
        for line in LINES
    ]
    marks = [
        (who, month_label(month), name, 80.0 if name in STOCKS else 1.0)
        for who in WHO
        for month in MONTHS
        for name in (*STOCKS, *COUNTS)
    ]
    return bank(
        managers=people
        if people is not None
        else managers(*[(who, "O1", "2023-01-01", None) for who in WHO]),
        activity=activity(*marks),
        client_income=income(*rows),
        targets=targets(*[("region", "R", line, "2025", 100000.01) for line in LINES]),
        events=events(),
    )


def paid(seed):
    """The payments of 2025."""
    return pay(build_panel(history(seed), YEAR, BASE), S6)


@settings(max_examples=6)
@given(st.integers(0, 10**6))
def test_a_total_is_the_sum_of_its_rounded_parts_and_never_below_the_base_wage(seed):
    """S6.1, S6.6: performance wage is never below zero; base wage is paid whatever happens."""
    payments = paid(seed)
    parts = payments.lines().pivot(index=["manager_id", "period"], columns="item", values="amount_minor")
    totals = payments.totals().set_index(["manager_id", "period"])["amount_minor"]

    assert (parts.sum(axis=1) == totals.reindex(parts.index)).all()
    assert (totals >= 2700000).all()
    assert (parts["base_wage"] == 2700000).all()


@settings(max_examples=6)
@given(st.integers(0, 10**6))
def test_the_carried_balance_is_what_the_entitlement_lacks(seed):
    """Never above zero, and zero in a quarter that draws something."""
    payments = paid(seed)
    carried = payments.carried()
    drawn = payments.totals()["amount_minor"].to_numpy().reshape(carried.shape) > 2700000

    assert (carried <= 1e-9).all()
    assert (np.abs(carried[drawn]) < 1e-6).all()


def test_more_income_never_pays_less_over_the_year():
    """Everything received grows by a tenth in the plan year, base unchanged."""
    before = history(11)
    table = before.tables["client_income"]
    grown = table["amount"].abs() * np.where(table["month"] >= YEAR.first, 1.1, 1.0)
    flat = table["amount"].abs()
    year = {}
    for name, amount in (("flat", flat), ("grown", grown)):
        tables = {**before.tables, "client_income": table.assign(amount=amount)}
        result = pay(build_panel(bank_with(before, tables), YEAR, BASE), S6)
        year[name] = result.totals().groupby("manager_id")["amount_minor"].sum()

    assert (year["grown"] > year["flat"]).all()


def bank_with(history, tables):
    """The same history with other tables."""
    return replace(history, tables=tables)


def test_the_envelope_is_the_unit_s_income():
    """S6.6: pay of the outlet's managers against the income of the outlet, in minor units."""
    payments = paid(7)
    frame = payments.envelope()
    income_of_all = history(7).tables["client_income"].query(f"month >= {YEAR.first}")["amount"].sum()

    assert frame["people"].tolist() == [2]
    assert frame["paid_minor"].sum() == payments.totals()["amount_minor"].sum()
    assert frame["limit_minor"].tolist() == [round(income_of_all * 100)]
    assert frame["inside"].tolist() == [frame["paid_minor"][0] <= frame["limit_minor"][0]]


GAPS = {
    "grade": (
        {"people": managers(("M1", "O1", "2023-01-01", None, "Z"), ("M2", "O1", "2023-01-01", None))},
        "1 people have grade 'Z', which the table does not pay",
    ),
    "no grade": (
        {"people": managers(("M1", "O1", "2023-01-01", None, None), ("M2", "O1", "2023-01-01", None))},
        "people without a grade cannot be paid by grade",
    ),
}


@pytest.mark.parametrize(("change", "sentence"), GAPS.values(), ids=GAPS.keys())
def test_who_cannot_be_paid_is_named(change, sentence):
    """A grade outside the table is a gap, not a wage of nothing."""
    with pytest.raises(DataGap, match=sentence):
        pay(build_panel(history(1, **change), YEAR, BASE), S6)


def test_another_currency_is_refused():
    """Yuan are not dollars."""
    other = bank_with(history(1), history(1).tables)
    other = replace(other, currency="USD")
    with pytest.raises(DataGap, match="the plan pays in CNY and history counts in USD"):
        pay(build_panel(other, YEAR, BASE), S6)


def test_a_currency_without_any_rate_is_refused_by_name():
    """Dollars among yuan and no rate of the dollar at all: a gap that names the currency and its months."""
    before = history(1)
    table = before.tables["client_income"]
    mixed = table.assign(currency=["USD", *["CNY"] * (len(table) - 1)])
    with pytest.raises(DataGap, match="there is income in USD of 2024-01, and no rate of USD"):
        pay(build_panel(bank_with(before, {**before.tables, "client_income": mixed}), YEAR, BASE), S6)


def test_a_person_without_a_management_score_is_not_paid_silently():
    """The duty mark of a quarter is absent: the part that needs it has a status and no amount."""
    before = history(3)
    acts = before.tables["activity"]
    gone = acts[
        (acts["measure"] == "duty_mark") & (acts["manager_id"] == "M1") & (acts["month"] >= YEAR.first + 3)
    ]
    after = bank_with(before, {**before.tables, "activity": acts.drop(gone.index)})
    totals = pay(build_panel(after, YEAR, BASE), S6).totals().query("manager_id == 'M1'")

    assert totals["status"].tolist() == [Status.MEASURED, *[Status.ABSENT] * 3]
    assert totals["amount_minor"].tolist()[1:] == [0, 0, 0]


def test_an_explanation_adds_up_at_every_step():
    """Sums and products of the tree are those of its own branches; the leaves name rows."""
    payments = paid(5)
    tree = explain(payments, "M1", "2025-Q2")
    amount = payments.totals().query("manager_id == 'M1' and period == '2025-Q2'")["amount_minor"].item()
    checked = [step for root in tree.steps for step in walk(root) if check(step)]

    assert round(tree.total * 100) == amount
    assert len(checked) > 20
    assert any(step.rows is not None and len(step.rows) for root in tree.steps for step in walk(root))


def walk(step: Step):
    """Every step of a tree."""
    yield step
    for part in step.parts:
        yield from walk(part)


def check(step: Step) -> bool:
    """True where the step is a sum, a product or a constant, which must then be right."""
    numbers = [part.number for part in step.parts]
    if step.repeated or not isinstance(step.node, Sum | Product | Constant):
        return False
    expected = {Sum: np.sum, Product: np.prod}.get(type(step.node), lambda _: float(step.node.value))(numbers)
    assert step.number == pytest.approx(expected, rel=1e-12, abs=1e-9)
    return True


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_an_explanation_is_read_in_both_languages(language):
    """The whole amount at the top, the file and row at the bottom."""
    payments = paid(5)
    text = render(account_of(payments, "M1", "2025-Q2"), language)
    amount = payments.totals().query("manager_id == 'M1' and period == '2025-Q2'")["amount_minor"].item()

    assert f"{amount / 100:,.2f} {'CNY' if language == 'en' else '元'}" in text.splitlines()[0]
    assert "client_income.csv:" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "the mean of the months"), ("zh-Hant", "各月平均"), ("zh-Hans", "各月平均")],
)
def test_an_explanation_says_that_a_stock_is_a_mean(language, words, tmp_path):
    """10, 20 and 60 clients are 30 on average, at 2 each; the rows of all three months stand below."""
    rows = [("M1", f"2025-0{month}", "wealth_clients", each) for month, each in ((1, 10), (2, 20), (3, 60))]
    file = tmp_path / "mean.yaml"
    file.write_text(
        "id: mean\ntitle: Mean\nsource: S1\nevery: quarter\npay:\n  currency: CNY\n"
        "  round: {digits: 2, mode: half_up}\n  items:\n"
        "    - {kind: commission, id: held, title: Held, rate: 2,"
        " of: {measure: wealth_clients, read: mean_of_months}}\n",
        encoding="utf-8",
    )
    here = build_panel(
        bank(managers=managers(("M1", "O1", "2023-01-01", None)), activity=activity(*rows)), YEAR, BASE
    )
    text = render(account_of(pay(here, read_scheme(file)), "M1", "2025-Q1"), language)

    assert f"60.00 {'CNY' if language == 'en' else '元'}" in text.splitlines()[0]
    assert words in text
    assert "2 × 30" in text
    assert text.count("activity.csv:") == 3


@pytest.mark.parametrize(
    ("who", "when", "sentence"),
    [("M9", "2025-Q2", "there is no 'M9' in this history"), ("M1", "2025-Q9", "'2025-Q9' was not scored")],
)
def test_who_or_what_is_not_known_is_said(who, when, sentence):
    """A stranger or another period is a sentence."""
    with pytest.raises(DataGap, match=sentence):
        explain(paid(5), who, when)


def test_frames_are_tidy():
    """Keys first, amounts whole minor units."""
    payments = paid(5)

    assert list(payments.lines().columns[:4]) == ["design", "manager_id", "period", "item"]
    assert payments.lines()["amount_minor"].dtype == np.int64
    assert isinstance(payments.totals(), pd.DataFrame)


def test_a_plan_of_base_wages_alone_has_no_contribution_and_no_envelope():
    """Nobody's income is asked for; everybody's wage is paid."""
    wage = next(item for item in S6.pay.items if item.kind == "grade_wage")
    alone = replace(S6, pay=replace(S6.pay, items=(wage,)))
    payments = pay(build_panel(history(1), YEAR, BASE), alone)

    assert payments.income().empty
    assert payments.envelope().empty
    assert (payments.totals()["amount_minor"] == 2700000).all()


def test_an_envelope_with_an_unknown_pay_claims_nothing():
    """One person's pay could not be computed: the outlet is neither inside nor outside."""
    before = history(3)
    acts = before.tables["activity"]
    gone = acts[(acts["measure"] == "duty_mark") & (acts["manager_id"] == "M1")]
    after = bank_with(before, {**before.tables, "activity": acts.drop(gone.index)})
    frame = pay(build_panel(after, YEAR, BASE), S6).envelope()

    assert frame["known"].tolist() == [False]
    assert frame["inside"].tolist() == [True]


def test_pay_too_large_for_its_cents_is_refused():
    """A rate in the wrong unit gives a sentence about the part, not a wrapped-round amount."""
    with pytest.raises(DataGap, match=r"performance_wage.*more than can be counted to the cent") as refused:
        pay(build_panel(history(1, factor=1e14), YEAR, BASE), S6)
    assert {problem.place for problem in refused.value.problems} >= {"pay"}


def split_of(*asked, people=None):
    """The two splits of a bank whose targets are these, by line."""
    facts = history(4, people)
    tables = {**facts.tables, "targets": targets(*asked)}
    payments = pay(build_panel(bank_with(facts, tables), YEAR, BASE), S6)
    return payments.splits().set_index("line")


@pytest.fixture(scope="module")
def task():
    """The region's task for each line, to be broken down."""
    return [("region", "R", line, "2025", 100000.01) for line in LINES]


def test_both_splits_of_a_target_agree(task):
    """S6.4: by the clients' rows and the region's tasks, and line by line from the targets of persons."""
    splits = split_of(*task)
    rows = history(4).tables["client_income"].query(f"month < {YEAR.first}")

    assert splits["agree"].all()
    assert splits["known"].all()
    for line in LINES:
        brought = rows.loc[rows["line"] == line, "amount"].sum()
        assert splits.loc[line, ["clients_base", "stock"]].tolist() == pytest.approx([brought, brought])
    assert splits["increment"].tolist() == pytest.approx([100000.01] * 3)


def test_a_planted_disagreement_of_the_splits_is_found_in_its_line(task):
    """S6.4: all people have fees set by hand, 9000.01 less than the region's task; the other lines agree."""
    by_hand = [("manager", "M1", "fee", "2025", 50000.0), ("manager", "M2", "fee", "2025", 41000.0)]
    splits = split_of(*task, *by_hand)

    assert splits["agree"].to_dict() == {"interest": True, "deposit": True, "fee": False}
    assert splits.loc["fee", "task"] - splits.loc["fee", "increment"] == pytest.approx(9000.01)


def test_a_base_that_nobody_answers_for_parts_the_splits(task):
    """S6.3: M2 is gone after June, and nobody took the clients over: half a year of their base is missing."""
    splits = split_of(
        *task, people=managers(("M1", "O1", "2023-01-01", None), ("M2", "O1", "2023-01-01", "2025-06-30"))
    )

    assert not splits["agree"].any()
    assert (splits["clients_base"] > splits["stock"]).all()
