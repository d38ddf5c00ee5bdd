"""The circular bonus and premium plans against published results and closed forms."""

from __future__ import annotations

from fractions import Fraction

import pytest

from policymodel.reference.numbers import NOT_APPLICABLE
from reference.small_plan import monthly


@pytest.mark.parametrize(
    ("base", "tax_on"),
    [
        ("before_bonus_and_tax", None),
        ("after_bonus", None),
        ("after_tax", "profit"),
        ("after_tax", "profit_after_bonus"),
        ("after_bonus_and_tax", "profit"),
        ("after_bonus_and_tax", "profit_after_bonus"),
    ],
)
def test_the_bonus_solves_its_own_equation(plan, base, tax_on):
    """Put back into B = 10 % of (profit - 50,000, less bonus and less tax where the base says so)."""
    tax = f", tax_rate: 0.4, tax_on: {tax_on}" if tax_on else ""
    reckoned = plan(
        f"- {{kind: profit_bonus, id: b, profit: {{measure: profit}}, rate: 0.1, above: 50000, base: {base}{tax}}}",
        {"profit": [200000, 10000]},
    )
    bonus = reckoned.value("b", "m", "2024-01")
    left = Fraction(150000)
    if "bonus" in base and base.startswith("after"):
        left -= bonus
    if tax_on:
        paid = Fraction("0.4") * (200000 - (bonus if tax_on == "profit_after_bonus" else 0))
        assert reckoned.value("b.tax", "m", "2024-01") == paid
        left -= paid

    assert bonus == Fraction("0.1") * left
    assert reckoned.value("b", "m", "2024-02") == 0


def test_published_circular_bonus(plan):
    """10 % of income less tax, tax 40 % of income less bonus, on 200,000: 12,500."""
    reckoned = plan(
        "- {kind: profit_bonus, id: b, profit: 200000, rate: 0.1, "
        "base: after_tax, tax_rate: 0.4, tax_on: profit_after_bonus}"
    )

    assert monthly(reckoned, "b", 1) == [12500]
    assert monthly(reckoned, "b.tax", 1) == [75000]


PREMIUM = (
    "- {{kind: premium_plan, id: earns, plan: {}, standard: {{measure: standard}}, "
    "actual: {{measure: actual}}, rate: {{measure: rate}}}}"
)


@pytest.mark.parametrize(
    ("terms", "facts", "expected"),
    [
        (
            "halsey, share: 0.5",
            (10, 8, 50),
            {"": 450, ".bonus": 50, ".effective_rate": Fraction("56.25"), ".time_wages": 400},
        ),
        ("halsey, share: 0.5", (8, 6, 10), {"": 70}),
        ("halsey, share: 0.4", (54, 40, 25), {"": 1140}),
        ("rowan", (54, 40, 25), {"": 1000 + Fraction(14, 54) * 1000}),
        ("halsey, share: 0.5", (8, 10, 5), {"": 50, ".bonus": 0}),
        ("barth", (0, 4, 5), {"": 0, ".bonus": -20}),
        ("barth", (9, 4, 5), {"": 30, ".time_wages": 20, ".bonus": 10}),
    ],
)
def test_premium_plans(plan, terms, facts, expected):
    """Published: 450, 70, 1,140 and 1,259.26; who takes longer saves nothing; Barth by the root of 36."""
    names = dict(zip(("standard", "actual", "rate"), ([each] for each in facts), strict=True))
    reckoned = plan(PREMIUM.format(terms), names)

    assert {side: reckoned.value(f"earns{side}", "m", "2024-01") for side in expected} == expected


def test_barths_root_that_is_no_fraction(plan):
    """The root of 8 x 6, squared again, is 48 to 40 digits."""
    reckoned = plan(PREMIUM.format("barth"), {"standard": [8], "actual": [6], "rate": [1]})

    assert abs(reckoned.value("earns", "m", "2024-01") ** 2 - 48) < Fraction(1, 10**40)


def test_no_standard_no_rowan(plan):
    reckoned = plan(PREMIUM.format("rowan"), {"standard": [0], "actual": [6], "rate": [1]})

    assert monthly(reckoned, "earns", 1) == [NOT_APPLICABLE]
