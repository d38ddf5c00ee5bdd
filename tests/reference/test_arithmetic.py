"""Products, totals, ratios, means and gates against published results and what a status means for each."""

from __future__ import annotations

from fractions import Fraction

import pytest

from policymodel.reference.numbers import ABSENT, NOT_APPLICABLE, QUARANTINED
from reference.small_plan import monthly


def close(value: object, expected: float) -> bool:
    """The same to twelve digits."""
    return isinstance(value, Fraction) and abs(value - Fraction(expected)) < Fraction(1, 10**12)


def test_products_and_totals(plan):
    """Performance pay 5,000 x 30 % x 90 ÷ 100 is 1,350; with base 3,000 less 350 in all 4,000."""
    reckoned = plan(
        "- {kind: product, id: performance, of: [{measure: salary}, 0.3, {measure: score}, 0.01]}\n"
        "- {kind: total, id: earns, add: [3000, {line: performance}], less: [{measure: off}, 50]}",
        {"salary": [5000], "score": [90], "off": [300]},
    )

    assert monthly(reckoned, "performance", 1) == [1350]
    assert monthly(reckoned, "earns", 1) == [4000]


@pytest.mark.parametrize(
    ("rule", "expected"), [("not_applicable", NOT_APPLICABLE), ("zero", Fraction(0)), ("full", Fraction(1))]
)
def test_a_bottom_of_zero_or_less(plan, rule, expected):
    """A negative bottom carries no ratio either."""
    reckoned = plan(
        f"- {{kind: ratio, id: part, top: {{measure: a}}, bottom: {{measure: b}}, zero_bottom: {rule}}}",
        {"a": [3, 3, 3], "b": [4, 0, -4]},
    )

    assert monthly(reckoned, "part", 3) == [Fraction(3, 4), expected, expected]


def test_published_means(plan):
    """COINr: 6^(1/3), 18^(1/4), 24/17 and 2."""
    one_two_three = "of: [{{value: 1, weight: {}}}, {{value: 2, weight: {}}}, {{value: 3, weight: {}}}]"
    lines = [
        f"- {{kind: weighted_mean, id: {name}, mean: {mean}, not_applicable: refuse, {one_two_three.format(*weights)}}}"
        for name, mean, weights in [
            ("equal", "geometric", (1, 1, 1)),
            ("weighted", "geometric", (1, 1, 2)),
            ("harmonic", "harmonic", (2, 1, 1)),
            ("plain", "arithmetic", (1, 1, 1)),
        ]
    ]
    reckoned = plan("\n".join(lines))

    assert close(reckoned.value("equal", "m", "2024-01"), 6 ** (1 / 3))
    assert close(reckoned.value("weighted", "m", "2024-01"), 18 ** (1 / 4))
    assert reckoned.value("harmonic", "m", "2024-01") == Fraction(24, 17)
    assert reckoned.value("plain", "m", "2024-01") == 2


def test_a_geometric_mean_that_is_a_whole_number_is_exact(plan):
    """Of 2 and 8 it is 4, not 3.999…"""
    reckoned = plan(
        "- {kind: weighted_mean, id: mean, mean: geometric, not_applicable: refuse, "
        "of: [{value: 2, weight: 0.5}, {value: 8, weight: 0.5}]}"
    )

    assert monthly(reckoned, "mean", 1) == [4]


@pytest.mark.parametrize(
    ("mean", "values", "expected"),
    [
        ("geometric", (-1, 4), NOT_APPLICABLE),
        ("geometric", (0, 4), Fraction(0)),
        ("harmonic", (0, 4), NOT_APPLICABLE),
        ("arithmetic", (-1, 4), Fraction(3, 2)),
    ],
)
def test_values_a_mean_is_not_made_for(plan, mean, values, expected):
    reckoned = plan(
        f"- {{kind: weighted_mean, id: mean, mean: {mean}, not_applicable: reweight, "
        f"of: [{{value: {values[0]}, weight: 1}}, {{value: {values[1]}, weight: 1}}]}}"
    )

    assert monthly(reckoned, "mean", 1) == [expected]


@pytest.mark.parametrize(("rule", "expected"), [("reweight", Fraction(10)), ("refuse", NOT_APPLICABLE)])
def test_weights_of_what_does_not_apply(plan, rule, expected):
    """The ratio has no bottom: its weight goes to the other value, or the mean does not apply."""
    reckoned = plan(
        "- {kind: ratio, id: none, top: 1, bottom: 0, zero_bottom: not_applicable}\n"
        f"- {{kind: weighted_mean, id: mean, mean: arithmetic, not_applicable: {rule}, "
        "of: [{value: {line: none}, weight: 3}, {value: 10, weight: 1}]}\n"
        f"- {{kind: weighted_mean, id: gone, mean: arithmetic, not_applicable: {rule}, "
        "of: [{value: {line: none}, weight: 3}]}"
    )

    assert monthly(reckoned, "mean", 1) == [expected]
    assert monthly(reckoned, "gone", 1) == [NOT_APPLICABLE]


def test_distance_to_target_in_both_directions(plan):
    """COINr: from 0 to 10, 11 is 1.1; from 10 down to 0, 1 is 0.9; nowhere from 5 to 5."""
    reckoned = plan(
        "- {kind: rescaled, id: up, of: {measure: x}, from: 0, to: 10}\n"
        "- {kind: rescaled, id: down, of: {measure: x}, from: 10, to: 0}\n"
        "- {kind: rescaled, id: still, of: {measure: x}, from: {measure: y}, to: 5}",
        {"x": [11, 1], "y": [5]},
    )

    assert monthly(reckoned, "up", 2) == [Fraction("1.1"), Fraction("0.1")]
    assert monthly(reckoned, "down", 2) == [Fraction("-0.1"), Fraction("0.9")]
    assert monthly(reckoned, "still", 1) == [NOT_APPLICABLE]


def test_a_gate_is_open_at_its_edge(plan):
    """A pool of 10 % of profit if at least 80 % of the target is reached: 400,000 at exactly 80 %."""
    reckoned = plan(
        "- {kind: product, id: share, of: [{measure: profit}, 0.1]}\n"
        "- {kind: gate, id: pool, of: {line: share}, need: all, otherwise: 0, when: "
        "[{value: {measure: profit}, at_least: 4000000}]}\n"
        "- {kind: gate, id: strict, of: 1, need: all, otherwise: 0, "
        "when: [{value: {measure: profit}, above: 4000000}]}",
        {"profit": [4000000, 3999999]},
    )

    assert monthly(reckoned, "pool", 2) == [400000, 0]
    assert monthly(reckoned, "pool.open", 2) == [1, 0]
    assert monthly(reckoned, "strict", 2) == [0, 0]


@pytest.mark.parametrize(("need", "expected"), [("all", [7, 0, 0]), ("any", [7, 7, 0])])
def test_all_conditions_or_any(plan, need, expected):
    reckoned = plan(
        f"- {{kind: gate, id: bonus, of: 7, need: {need}, otherwise: 0, when: "
        "[{value: {measure: a}, at_least: 90}, {value: {measure: b}, below: 5}]}",
        {"a": [90, 89, 89], "b": [4, 4, 5]},
    )

    assert monthly(reckoned, "bonus", 3) == expected


def test_only_the_branch_taken_needs_a_figure(plan):
    """Closed: the bonus is 0 although nobody knows what it would have been; with an unknown condition it is unknown."""
    reckoned = plan(
        "- {kind: gate, id: bonus, of: {measure: unknown}, need: all, otherwise: 0, when: "
        "[{value: {measure: a}, at_least: 90}]}",
        {"a": [89, 90, None], "unknown": [None, None, 1]},
    )

    assert monthly(reckoned, "bonus", 3) == [0, ABSENT, ABSENT]


def test_the_gravest_reason_wins(plan):
    """Put aside outranks not known, and not known outranks what does not apply."""
    reckoned = plan(
        "- {kind: ratio, id: none, top: 1, bottom: 0, zero_bottom: not_applicable}\n"
        "- {kind: total, id: absent, add: [{line: none}, {measure: a}]}\n"
        "- {kind: total, id: aside, add: [{line: none}, {measure: a}, {measure: b}]}\n"
        "- {kind: total, id: zero, add: [{measure: a, missing: zero}, {measure: b, missing: zero}, 5]}",
        {"a": [None], "b": [1]},
        quarantine=[
            {"table": "activity", "manager_id": "m", "month": "2024-01", "measure": "b", "rules": "bad"}
        ],
    )

    assert monthly(reckoned, "absent", 1) == [ABSENT]
    assert monthly(reckoned, "aside", 1) == [QUARANTINED]
    assert monthly(reckoned, "zero", 1) == [5]


def test_largest_smallest_and_powers(plan):
    """The third root of 27 is 3; of what is below zero there is none, nor of zero to a negative power."""
    reckoned = plan(
        "- {kind: largest_of, id: most, of: [{measure: x}, 5, 2]}\n"
        "- {kind: smallest_of, id: least, of: [{measure: x}, 5, 2]}\n"
        "- {kind: ratio, id: third, top: 1, bottom: 3, zero_bottom: zero}\n"
        "- {kind: power, id: root, of: {measure: x}, exponent: {line: third}}\n"
        "- {kind: power, id: inverse, of: {measure: x}, exponent: -1}",
        {"x": [27, 0, -8, None]},
    )

    assert monthly(reckoned, "most", 4) == [27, 5, 5, ABSENT]
    assert monthly(reckoned, "least", 4) == [2, 0, -8, ABSENT]
    assert close(monthly(reckoned, "root", 1)[0], 3)
    assert monthly(reckoned, "root", 4)[1:] == [0, NOT_APPLICABLE, ABSENT]
    assert monthly(reckoned, "inverse", 4) == [Fraction(1, 27), NOT_APPLICABLE, NOT_APPLICABLE, ABSENT]


def test_a_cap_that_is_another_line(plan):
    """At most half of a salary, and all that is paid under one name."""
    reckoned = plan(
        "- {kind: figure, id: everything, of: {line: pay}}",
        {"salary": [100, 1000]},
        scheme="pay:\n  currency: CNY\n  round: {digits: 2, mode: half_up}\n  items:\n"
        "    - {kind: commission, id: bonus, of: 300, rate: 1, cap: {line: half}}\n"
        "    - {kind: product, id: half, of: [{measure: salary}, 0.5]}\n",
    )

    assert monthly(reckoned, "bonus", 2) == [50, 300]
    assert monthly(reckoned, "everything", 2) == [100, 800]


def test_a_weight_of_zero_asks_nothing_of_its_value(plan):
    """A value of zero, or below, that does not count stands in no mean's way."""
    of = "of: [{value: {measure: x}, weight: 0}, {value: 4, weight: 2}]"
    reckoned = plan(
        "\n".join(
            f"- {{kind: weighted_mean, id: {mean}, mean: {mean}, not_applicable: refuse, {of}}}"
            for mean in ("arithmetic", "geometric", "harmonic")
        ),
        {"x": [0, -1]},
    )

    assert [monthly(reckoned, mean, 2) for mean in ("arithmetic", "geometric", "harmonic")] == [[4, 4]] * 3
