"""A number is written as its language writes it, and never loses its sign."""

from __future__ import annotations

import math

import pytest

from policymodel.words.numbers import Amount, AmountUnit, Money, Scale, Span, compact, number, percent
from words.untied import untied


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (1234567.0, 0, "1,234,567"),
        (-0.5, 1, "−0.5"),
        (-0.04, 1, "0.0"),
        (2.675, 2, "2.68"),
        (math.nan, 0, "–"),
    ],
)
def test_numbers(value, digits, expected):
    """A half goes up, a minus is a minus sign, and a zero has no sign."""
    assert number(value, "en", digits) == expected


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_shares(language):
    assert percent(0.945, language, 0) == "95%"
    assert percent(-0.0123, language, signed=True) == "−1.2%"


@pytest.mark.parametrize(
    ("minor", "currency", "english", "chinese"),
    [
        (99_999_00, "CNY", "CNY 100 thousand", "10 萬元"),
        (9_999_00, "CNY", "CNY 9,999", "9,999 元"),
        (1_234_567_890_00, "CNY", "CNY 1.23 billion", "12.3 億元"),
        (-1_500_000_00, "BRL", "−BRL 1.5 million", "−150 萬 BRL"),
        (0, "CNY", "CNY 0", "0 元"),
    ],
)
def test_money_in_a_sentence(minor, currency, english, chinese):
    assert untied(Money(minor, currency), "en") == english
    assert untied(Money(minor, currency), "zh-Hant") == chinese


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
@pytest.mark.parametrize("currency", ["CNY", "BRL"])
def test_no_line_ends_inside_an_amount(currency, language):
    """A currency alone at the end of a line reads as nothing, and so does half of 萬元 or of 万亿元."""
    for minor in (1_234_567_00, 123_456_789_00, 123_456_789_012_345_00):
        told = Money(minor, currency).render(language)
        assert " " not in told
        assert not any(unit in told for unit in ("萬元", "億元", "兆元", "万元", "亿元", "万亿"))


def test_chinese_keeps_every_whole_ten_thousand():
    """1,088 萬, as the chart beside it says, and not 1,090; three digits are enough beyond a hundred million."""
    assert untied(Money(10_877_174_00, "CNY"), "zh-Hant") == "1,088 萬元"
    assert untied(Money(1_087_717_400_00, "CNY"), "zh-Hans") == "10.9 亿元"


def test_a_gain_carries_its_sign():
    assert untied(Money(120_000, "CNY", signed=True), "en") == "+CNY 1,200"


def test_an_amount_and_its_unit_belong_together():
    """6,990,000 is 6.99 million, and 699 times ten thousand."""
    amount, unit = Amount(699_000_000, "CNY"), AmountUnit(699_000_000, "CNY")

    assert (amount.render("en"), unit.render("en")) == ("6.99", "CNY million")
    assert (amount.render("zh-Hant"), unit.render("zh-Hant")) == ("699", "萬元")


def test_compact_numbers_do_not_round_up_to_nonsense():
    assert compact(999_999, "en") == "1 million"
    assert compact(99_999_999, "zh-Hant") == "1 億"


def test_small_amounts_need_no_scale():
    assert Scale.of(999, "en") == Scale(1, "")


@pytest.mark.parametrize(
    ("label", "english", "chinese"),
    [
        ("2025", "2025", "2025 年"),
        ("2025-Q4", "Q4 2025", "2025 年第 4 季"),
        ("2025-07", "Jul 2025", "2025 年 7 月"),
        ("2021-07..2022-06", "Jul 2021 – Jun 2022", "2021 年 7 月 – 2022 年 6 月"),
        ("no period", "no period", "no period"),
    ],
)
def test_periods(label, english, chinese):
    assert Span(label).render("en") == english
    assert Span(label).render("zh-Hant") == chinese


def test_an_amount_is_rounded_once():
    """-4,325.498 a person is -4,325, not -4,326 by way of -4,325.50."""
    assert untied(Money(-432_549.8, "BRL"), "en") == "−BRL 4,325"


@pytest.mark.parametrize(
    ("value", "simplified"),
    [
        (Money(1_234_567_890_00, "CNY"), "12.3 亿元"),
        (Money(9_999_00, "CNY"), "9,999 元"),
        (Money(123_456_789_012_345_00, "CNY"), "123 万亿元"),
        (Money(-1_500_000_00, "BRL"), "−150 万 BRL"),
        (Money(1_500_000_00, "TWD"), "150 万 TWD"),
        (AmountUnit(699_000_000, "CNY"), "万元"),
        (Span("2025-Q4"), "2025 年第 4 季度"),
        (Span("2021-07..2022-06"), "2021 年 7 月 – 2022 年 6 月"),
    ],
)
def test_simplified_chinese(value, simplified):
    """万 and 亿, 万亿 for a million million, the quarter as 季度; 元 is the renminbi and no other dollar."""
    assert untied(value, "zh-Hans") == simplified
