"""Kinds of line on a card, and how lines name one another; what S4 and S6 use is worked through elsewhere."""

from __future__ import annotations

from fractions import Fraction

import pytest

from policymodel.reference.numbers import ABSENT, NOT_APPLICABLE, QUARANTINED
from reference.small_plan import monthly

CARD = (
    "card:\n  round: {{digits: 2, mode: half_up}}\n  rescale: 1\n  floor: null\n  cap: null\n  lines:\n{}\n"
)
TARGETS = "targets: {set_by: table, progress: months, source: x}\n"


def targets(amount: str) -> list[dict[str, str]]:
    return [{"level": "manager", "unit_id": "m", "measure": "x", "period": "2024", "target": amount}]


ATTAINMENT = (
    "    - {{kind: attainment, id: a, source: x, measure: x, points: 50, cap: null, floor: null, "
    "zero_target: not_applicable, missing: refuse{}}}"
)


@pytest.mark.parametrize(
    ("more", "actual", "expected"),
    [
        ("", 700, Fraction("43.75")),
        # Published: completion of 87.5 % is rounded to 88 % before it earns points.
        (", round_share: {digits: 2, mode: half_up}", 700, 44),
        (", lower_is_better: target_over_actual", 1000, 40),
        (", lower_is_better: distance", 1000, Fraction("37.5")),
        (", lower_is_better: distance", 600, Fraction("62.5")),
        (", lower_is_better: target_over_actual", 0, NOT_APPLICABLE),
    ],
)
def test_attainment(plan, more, actual, expected):
    """A target of 800 a month and 50 points."""
    reckoned = plan(
        scheme=TARGETS + CARD.format(ATTAINMENT.format(more)),
        facts={"x": [actual]},
        targets=targets("9600"),
    )

    assert monthly(reckoned, "a", 1) == [expected]
    assert monthly(reckoned, "a.share", 1) == [
        expected if expected == NOT_APPLICABLE else Fraction(expected) / 50
    ]


@pytest.mark.parametrize(("rule", "points"), [("zero", 0), ("full", 50), ("not_applicable", NOT_APPLICABLE)])
def test_a_target_of_zero_counts_as_the_file_says(plan, rule, points):
    """Whichever direction is better."""
    for more in ("", ", lower_is_better: distance", ", lower_is_better: target_over_actual"):
        line = ATTAINMENT.format(more).replace("zero_target: not_applicable", f"zero_target: {rule}")
        reckoned = plan(scheme=TARGETS + CARD.format(line), facts={"x": [5]}, targets=targets("0"))

        assert monthly(reckoned, "a", 1) == [points]


@pytest.mark.parametrize("more", ["", ", lower_is_better: distance", ", lower_is_better: target_over_actual"])
def test_an_actual_put_aside_outranks_a_target_that_nobody_set(plan, more):
    """Whichever direction is better; the target is another person's."""
    reckoned = plan(
        scheme=TARGETS + CARD.format(ATTAINMENT.format(more)),
        facts={"x": [5]},
        targets=[targets("9600")[0] | {"unit_id": "other"}],
        quarantine=[
            {"table": "activity", "manager_id": "m", "month": "2024-01", "measure": "x", "rules": "bad"}
        ],
    )

    assert monthly(reckoned, "a.share", 1) == [QUARANTINED]


@pytest.mark.parametrize(
    ("missing", "line", "score"),
    [("refuse", ABSENT, ABSENT), ("zero", 0, 30), ("rescale", NOT_APPLICABLE, 50)],
)
def test_a_missing_figure(plan, missing, line, score):
    """Of two marks of 20 and 30 points one is not known; with `rescale` its points go to the other."""
    mark = "        - {{kind: mark, id: {0}, source: x, measure: {0}, points: {1}, out_of: 10, missing: {2}}}"
    group = (
        "    - kind: group\n      id: g\n      source: x\n      cap: null\n"
        "      floor: null\n      not_applicable: reweight\n      lines:\n"
    )
    reckoned = plan(
        scheme=CARD.format(group + mark.format("a", 20, missing) + "\n" + mark.format("b", 30, missing)),
        facts={"a": [None], "b": [10]},
    )

    assert monthly(reckoned, "a", 1) == [line]
    assert reckoned.score("m", "2024-01") == score


def test_a_perspective(plan):
    """4.25, 3.65, 4 and 5.8 with 40, 30, 10 and 20 % are 4.355 of 10; without the last, 4.3 / 80 % …"""
    marks = (4.25, 3.65, 4, 5.8)
    of = ", ".join(
        f"{{value: {{line: q{number}}}, weight: {weight}}}"
        for number, weight in enumerate((0.4, 0.3, 0.1, 0.2))
    )
    line = (
        f"    - {{kind: perspective, id: p, source: x, points: 20, "
        f"out_of: 10, cap: 0.4, missing: refuse, of: [{of}]}}"
    )
    figures = "\n".join(
        f"- {{kind: ratio, id: q{number}, top: {{measure: m{number}}}, "
        f"bottom: {{measure: b{number}}}, zero_bottom: not_applicable}}"
        for number in range(4)
    )
    facts = {f"m{number}": [mark, mark, 9] for number, mark in enumerate(marks)}
    facts |= {f"b{number}": [1, 1, 1] for number in range(3)} | {"b3": [1, 0, 1]}
    reckoned = plan(figures, scheme=CARD.format(line), facts=facts)

    assert monthly(reckoned, "p", 3) == [
        20 * Fraction("0.4355") if Fraction("0.4355") < Fraction("0.4") else 8,
        20 * Fraction("3.195") / Fraction("0.8") / 10,
        8,
    ]


def test_lines_stand_in_any_order_and_name_the_score(plan):
    """A line above reads one below, a figure reads the score, and what is paid is read as it is paid."""
    card = CARD.format("    - {kind: assumed, id: duty, source: x, points: 80.555}")
    reckoned = plan(
        "- {kind: figure, id: top, of: {line: bottom}}\n- {kind: figure, id: bottom, of: {line: score}}\n"
        "- {kind: figure, id: seen, of: {line: wage}}",
        scheme=card
        + "pay:\n  currency: CNY\n  round: {digits: 2, mode: half_even}\n  items:\n"
        + "    - {kind: product, id: wage, of: [{line: score}, 0.5]}\n",
    )

    assert monthly(reckoned, "top", 1) == [Fraction("80.56")]
    assert monthly(reckoned, "seen", 1) == [Fraction("40.28")]
    assert reckoned.paid("wage", "m", "2024-01") == Fraction("40.28")


def test_what_is_paid_for_transactions_is_rounded_once(plan):
    """Three times a third of a cent is one cent."""
    reckoned = plan(
        scheme="pay:\n  currency: CNY\n  round: {digits: 2, mode: half_up}\n  items:\n"
        "    - {kind: commission, id: earns, every: transaction, of: {transaction: amount}, rate: 0.001}\n",
        transactions=[
            {"transaction_id": f"t{n}", "manager_id": "m", "date": "2024-01-01", "amount": "3.4"}
            for n in range(3)
        ],
    )

    assert reckoned.transaction("earns", "t1", "m") == Fraction("0.0034")
    assert (
        reckoned.paid("earns", "m", "2024-01") == reckoned.value("earns", "m", "2024-01") == Fraction("0.01")
    )


def test_earlier_lines(plan):
    """The month before the first is 0; of transactions the month's sum."""
    reckoned = plan(
        "- {kind: figure, id: before, of: {line: sales, earlier: 1}}\n- {kind: figure, id: sales, of: {measure: x}}",
        {"x": [5, 7]},
    )

    assert monthly(reckoned, "before", 3) == [0, 5, 7]


def test_a_group_within_a_group_keeps_its_cap(plan):
    """Reports of at most 6 inside a bonus of at most 10."""
    inner = (
        "        - kind: group\n          id: reports\n          source: x\n          cap: 6\n          floor: null\n"
        "          not_applicable: zero\n          lines:\n"
        "            - {kind: counted, id: r, source: x, measure: r, points_each: 2, missing: refuse}\n"
    )
    outer = (
        "    - kind: group\n      id: bonus\n      source: x\n      cap: 10\n      floor: null\n"
        "      not_applicable: zero\n      lines:\n"
        "        - {kind: counted, id: c, source: x, measure: c, points_each: 1, missing: refuse}\n"
    )
    reckoned = plan(scheme=CARD.format(outer + inner), facts={"r": [5, 2], "c": [3, 9]})

    assert monthly(reckoned, "reports", 2) == [6, 4]
    assert [reckoned.score("m", each) for each in ("2024-01", "2024-02")] == [9, 10]


@pytest.mark.parametrize(("rule", "expected"), [("zero", 0), ("reweight", NOT_APPLICABLE)])
def test_a_group_of_which_nothing_applies(plan, rule, expected):
    """Its only share has nobody to be a share of."""
    lines = (
        f"    - kind: group\n      id: g\n      source: x\n      cap: null\n"
        f"      floor: null\n      not_applicable: {rule}\n"
        "      lines:\n        - {kind: share, id: s, source: x, top: a, "
        "bottom: b, points: 5, cap: 1, missing: refuse}\n"
    )
    reckoned = plan(scheme=CARD.format(lines), facts={"a": [3], "b": [0]})

    assert monthly(reckoned, "g", 1) == [expected]


@pytest.mark.parametrize(
    ("missing", "gap", "value", "counted"),
    [
        ("refuse", ABSENT, ABSENT, ABSENT),
        ("refuse", NOT_APPLICABLE, Fraction(1, 2), Fraction(1, 4)),
        ("zero", ABSENT, Fraction(1, 8), 1),
        ("zero", NOT_APPLICABLE, Fraction(1, 2), Fraction(1, 4)),
        ("rescale", ABSENT, Fraction(1, 2), Fraction(1, 4)),
        ("rescale", QUARANTINED, Fraction(1, 2), Fraction(1, 4)),
    ],
)
def test_an_objective(plan, missing, gap, value, counted):
    """S5 (ours): of weights 3 and 1 the first has no score; the second, 0.5, speaks alone, or for a quarter."""
    figures = (
        f"- {{kind: objective, id: o, source: x, missing: {missing}, "
        "of: [{value: {line: one}, weight: 3}, {value: {line: two}, weight: 1}]}\n"
        "- {kind: ratio, id: one, top: {measure: a}, bottom: {measure: b}, zero_bottom: not_applicable}\n"
        "- {kind: figure, id: two, of: {measure: c}}"
    )
    facts = {"a": [None if gap == ABSENT else 1], "b": [0 if gap == NOT_APPLICABLE else 1], "c": [0.5]}
    row = {"table": "activity", "manager_id": "m", "month": "2024-01", "measure": "a", "rules": "bad"}
    reckoned = plan(figures, facts=facts, quarantine=[row] if gap == QUARANTINED else [])

    assert (monthly(reckoned, "o", 1), monthly(reckoned, "o.counted", 1)) == ([value], [counted])
