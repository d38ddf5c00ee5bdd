"""Steps, curves, matrices and tables against published results and results worked on paper."""

from __future__ import annotations

from fractions import Fraction

import pytest

from policymodel.reference.numbers import ABSENT
from reference.small_plan import monthly, spell


@pytest.mark.parametrize(
    ("edge", "expected"),
    [("lower", [10, 10, 15, 15, 20, 20, 25]), ("upper", [10, 15, 15, 20, 20, 25, 25])],
)
def test_steps_replace_one_another(plan, edge, expected):
    """OpenFisca's thresholds 5, 7, 9: an input at or below 5 gives 10; the other edge is ours."""
    reckoned = plan(
        f"- {{kind: steps, id: band, of: {{measure: x}}, amounts: replace, edge: {edge}, below: 10, "
        "steps: [{from: 5, amount: 15}, {from: 7, amount: 20}, {from: 9, amount: 25}]}",
        {"x": [4, 5, 6, 7, 8, 9, 10]},
    )

    assert monthly(reckoned, "band", 7) == expected


def test_steps_add_up_from_the_starting_amount(plan):
    """100 to begin with, 10 at the first milestone and 20 more at the second."""
    reckoned = plan(
        "- {kind: steps, id: band, of: {measure: x}, amounts: add_up, edge: upper, below: 100, "
        "steps: [{from: 5, amount: 10}, {from: 7, amount: 20}]}",
        {"x": [4, 5, 7]},
    )

    assert monthly(reckoned, "band", 3) == [100, 110, 130]


def test_steps_in_proportion(plan):
    """Published by Oracle: 2, 3, 20, 14, 30, 80; beyond the last step nothing more."""
    reckoned = plan(
        "- {kind: steps, id: band, of: {measure: x}, amounts: in_proportion, below: 0, steps: [{from: 0, "
        "amount: 10}, {from: 1000, amount: 40}, {from: 3000, amount: 100}, {from: 8000, to: 20000, amount: 2000}]}",
        {"x": [200, 300, 1500, 1200, 2000, 4500, 30000]},
    )

    assert monthly(reckoned, "band", 7) == [2, 3, 20, 14, 30, 80, 2150]


def test_steps_of_a_running_total_give_each_milestone_once(plan):
    """At 120 % of a quota of 100 to date the second milestone; it is not given again."""
    reckoned = plan(
        "- {kind: steps, id: band, of: {measure: x}, amounts: add_up, edge: upper, below: 0, measured: year_to_date, "
        "thresholds_of: {measure: quota}, steps: [{from: 1, amount: 10}, {from: 1.2, amount: 20}]}",
        {"x": [100, 19, 1, 50], "quota": [100, 100, 100, 100]},
    )

    assert monthly(reckoned, "band", 4) == [10, 0, 20, 0]


def test_published_payout_curve(plan):
    """Nothing below 70 %, 10,000 at 100 %, twice the slope above, at most 200 %: 85 % pays 5,000, 120 % 14,000."""
    reckoned = plan(
        "- {kind: curve, id: bonus, of: {measure: sales}, thresholds_of: 100000, below: zero, above: extend, "
        "cap: 20000, points: [{at: 0.7, gives: 0}, {at: 1, gives: 10000}, {at: 1.01, gives: 10200}]}",
        {"sales": [85000, 120000, 70000, 160000]},
    )

    assert monthly(reckoned, "bonus", 4) == [5000, 14000, 0, 20000]


@pytest.mark.parametrize(
    ("edge", "expected"), [("upper", [0, 40, 45, 60, 65, 0]), ("lower", [0, 0, 45, 50, 65, 70])]
)
def test_a_curve_that_jumps(plan, edge, expected):
    """From zero to 40 at 80, from 50 to 60 at 100, from 70 to zero at 120."""
    reckoned = plan(
        f"- {{kind: curve, id: bonus, of: {{measure: x}}, below: zero, above: zero, edge: {edge}, points: "
        "[{at: 80, gives: 40}, {at: 100, gives: 50}, {at: 100, gives: 60}, {at: 120, gives: 70}]}",
        {"x": [79, 80, 90, 100, 110, 120]},
    )

    assert monthly(reckoned, "bonus", 6) == expected


def test_ends_of_a_curve(plan):
    """Two points (20, 80) and (10, 60): held at 60 below, drawn on above; and the other way round."""
    points = "points: [{at: 10, gives: 60}, {at: 20, gives: 80}]"
    reckoned = plan(
        f"- {{kind: curve, id: one, of: {{measure: x}}, below: hold, above: extend, {points}}}\n"
        f"- {{kind: curve, id: other, of: {{measure: x}}, below: extend, above: hold, {points}}}",
        {"x": [0, 15, 30]},
    )

    assert monthly(reckoned, "one", 3) == [60, 70, 100]
    assert monthly(reckoned, "other", 3) == [40, 70, 80]


def test_matrix_in_steps(plan):
    """Earnings III by revenue II of the chief executive's matrix is 32 %; below level I nothing."""
    reckoned = plan(
        "- {kind: matrix, id: bonus, between: step, edge: upper, below: 0, rows: {of: {measure: earnings}, "
        "from: [1, 2, 3]}, columns: {of: {measure: revenue}, from: [1, 2, 3]}, "
        "values: [[12, 16, 24], [16, 28, 32], [24, 32, 40]]}",
        {"earnings": [3, 3, "0.9"], "revenue": [2, 9, 3]},
    )

    assert monthly(reckoned, "bonus", 3) == [32, 40, 0]


def test_matrix_in_straight_lines(plan):
    """Half way in both directions is the mean of four corners; beyond the last row and column they are held."""
    reckoned = plan(
        "- {kind: matrix, id: bonus, between: linear, below: -1, rows: {of: {measure: r}, from: [0, 10]}, "
        "columns: {of: {measure: c}, from: [0, 100]}, values: [[0, 4], [8, 20]]}",
        {"r": [5, 0, 10, 50, 5, -1], "c": [50, 25, 100, 500, 500, 50]},
    )

    assert monthly(reckoned, "bonus", 6) == [8, 1, 20, 20, 12, -1]


def test_table_by_grade_and_product(plan):
    """Consulting earns 8 % of the experienced and 3 % of the others; what is not in the table earns nothing."""
    people = [spell("m", grade="experienced"), spell("n", grade="probationary"), spell("x", grade="guest")]
    sales = [
        {
            "transaction_id": f"{who}{product}",
            "manager_id": who,
            "date": "2024-01-09",
            "product": product,
            "amount": "500",
        }
        for who in "mnx"
        for product in ("consulting", "basic", "unheard")
    ]
    table = "values: {experienced: {consulting: 0.08, basic: 0.04}, probationary: {consulting: 0.03, basic: 0.02}}"
    reckoned = plan(
        f"- {{kind: table, id: rate, every: transaction, by: [grade, product], {table}, otherwise: 0}}\n"
        f"- {{kind: table, id: strict, every: transaction, by: [grade, product], {table}, otherwise: null}}\n"
        "- {kind: commission, id: earns, every: transaction, of: {transaction: amount}, rate: {line: rate}}",
        people=people,
        transactions=sales,
    )

    assert [reckoned.value("earns", who, "2024-01") for who in "mnx"] == [60, 25, 0]
    assert reckoned.transaction("rate", "nbasic", "n") == Fraction("0.02")
    assert reckoned.transaction("strict", "munheard", "m") == ABSENT


def test_table_looks_at_the_periods_end(plan):
    """Promoted on 16 January: January is looked up with the new grade."""
    people = [spell("m", last="2024-01-15", grade="C"), spell("m", first="2024-01-16", grade="B")]
    reckoned = plan(
        "- {kind: table, id: wage, by: [grade], values: {B: 9000, C: 7000}, otherwise: null}", people=people
    )

    assert monthly(reckoned, "wage", 1) == [9000]
