"""Numbers that change on a day: by the calendar, worked on paper."""

from __future__ import annotations

from fractions import Fraction

import pytest

from policymodel.errors import SchemeError
from policymodel.reference.numbers import ABSENT

RATE = (
    "{{segments: [{{value: 0.02, from: 2024-01-01, to: 2024-02-14}}, "
    "{{value: 0.03, from: 2024-02-15, to: 2024-12-31}}]{}}}"
)
LINE = "- {{kind: commission, id: earns, of: {{measure: sales}}, rate: {}}}"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [("by_days", Fraction(45 * 2 + 46 * 3, 91)), ("at_start", Fraction(2)), ("at_end", Fraction(3))],
)
def test_a_rate_that_changes_inside_a_quarter(plan, inside, expected):
    """45 days at 2 % and 46 at 3 % of a leap year's first quarter, on 100."""
    reckoned = plan(
        LINE.format(RATE.format(f", inside_period: {inside}")),
        {"sales": [100, 0, 0, 100, 0, 0]},
        every="quarter",
    )

    assert reckoned.value("earns", "m", "2024-Q1") == expected
    assert reckoned.value("earns", "m", "2024-Q2") == 3


def test_a_transaction_has_the_rate_of_its_day(plan):
    reckoned = plan(
        LINE.format(RATE.format(", inside_period: by_days"))
        .replace("measure: sales", "transaction: amount")
        .replace("id: earns", "id: earns, every: transaction"),
        every="quarter",
        transactions=[
            {"transaction_id": day, "manager_id": "m", "date": day, "amount": "100"}
            for day in ("2024-02-14", "2024-02-15")
        ],
    )

    assert reckoned.transaction("earns", "2024-02-14", "m") == 2
    assert reckoned.transaction("earns", "2024-02-15", "m") == 3
    assert reckoned.value("earns", "m", "2024-Q1") == 5


def test_outside_its_days_there_is_no_number(plan):
    rate = "{value: 0.02, from: 2024-01-01, to: 2024-03-31}"
    reckoned = plan(LINE.format(rate), {"sales": [100] * 6}, every="quarter")

    assert [reckoned.value("earns", "m", f"2024-Q{each}") for each in (1, 2)] == [6, ABSENT]


def test_tables_that_change_are_weighed_as_they_pay(plan):
    """Sales of 100: half of February nothing is reached (threshold 120), half of it 10 %: 5 of 10, not 0."""
    threshold = (
        "{segments: [{value: 120, from: 2024-01-01, to: 2024-02-14}, {value: 90, from: 2024-02-15, to: 2024-12-31}], "
        "inside_period: by_days}"
    )
    reckoned = plan(
        "- {kind: tiers, id: earns, of: {measure: sales}, rate_applies_to: all, measured: by_itself, edge: upper, "
        f"tiers: [{{from: {threshold}, rate: 0.1}}]}}",
        {"sales": [100, 100]},
    )

    assert reckoned.value("earns", "m", "2024-02") == Fraction(15, 29) * 10


def test_a_change_inside_a_period_must_say_how_it_counts(plan):
    with pytest.raises(SchemeError, match="inside"):
        plan(LINE.format(RATE.format("")), {"sales": [100] * 3}, every="quarter").value(
            "earns", "m", "2024-Q1"
        )


def test_a_card_is_rescaled_by_the_number_in_force(plan):
    """By 10 until March, by 1 from April on."""
    rescale = "{segments: [{value: 10, to: 2024-03-31}, {value: 1, from: 2024-04-01}]}"
    reckoned = plan(
        scheme=f"card:\n  round: {{digits: 2, mode: half_up}}\n  rescale: {rescale}\n  floor: null\n  cap: null\n"
        "  lines:\n    - {kind: assumed, id: a, source: x, points: 7}\n",
        every="quarter",
    )

    assert [reckoned.score("m", f"2024-Q{each}") for each in (1, 2)] == [70, 7]
