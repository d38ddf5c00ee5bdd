"""How each language writes a number: one place, so that a page never disagrees with itself."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from babel.dates import format_skeleton
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from policymodel.periods import Period
from policymodel.units import Rounding
from policymodel.words.catalogues import LOCALES
from policymodel.words.sentences import Sentence, render, say

MINUS, TIED, JOINED = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}", "\N{WORD JOINER}"
MINOR_UNITS = 100
SEEN_AGAIN = 1 << 14
"""Numbers whose writing is remembered: sheets of single persons hold the same ones over and over."""
LARGE = r"(?<=[萬億兆万亿])(?=[亿元])"
"""Inside a unit of several characters."""
OWN_WORDS = {("zh-Hant", "CNY"): "元", ("zh-Hant", "TWD"): "元", ("zh-Hans", "CNY"): "元"}


@lru_cache(SEEN_AGAIN)
def number(value: float, language: str, digits: int = 0, signed: bool = False) -> str:
    """A number with thousands separators, a real minus sign and a fixed number of decimals.

    >>> number(-1234.5, "en", 1), number(12, "en", signed=True)
    ('−1,234.5', '+12')
    """
    if not math.isfinite(value):
        return "–"
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    text = format_decimal(_rounded(value, digits), format=pattern, locale=LOCALES[language])
    return _sign(value, text, signed)


@lru_cache(SEEN_AGAIN)
def percent(share: float, language: str, digits: int = 1, signed: bool = False) -> str:
    """A share as a percentage.

    >>> percent(0.0345, "en"), percent(-0.5, "zh-Hant", 0)
    ('3.5%', '−50%')
    """
    if not math.isfinite(share):
        return "–"
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
    text = format_percent(_rounded(share, digits + 2), format=pattern, locale=LOCALES[language])
    return _sign(share, text, signed)


def _rounded(value: float, digits: int) -> float:
    """The size of a number to so many digits, a half upwards, as money is rounded everywhere."""
    return abs(float(Rounding(digits, "half_up").apply(value)))


def _sign(value: float, text: str, signed: bool) -> str:
    if not any(digit in text for digit in "123456789"):
        return text
    return MINUS + text if value < 0 else "+" + text if signed else text


@dataclass(frozen=True)
class Count:
    """A whole number of something.

    >>> Count(12345).render("en")
    '12,345'
    """

    value: int

    def render(self, language: str) -> str:
        """The number in this language."""
        return number(self.value, language)


@dataclass(frozen=True)
class Figure:
    """A number that is no money: points, a ratio, a correlation.

    >>> Figure(-2.345, 2).render("en")
    '−2.35'
    """

    value: float
    digits: int = 1
    signed: bool = False

    def render(self, language: str) -> str:
        """The number in this language."""
        return number(self.value, language, self.digits, self.signed)


@dataclass(frozen=True)
class Share:
    """A part of a whole, shown as a percentage.

    >>> Share(0.126).render("en")
    '12.6%'
    """

    value: float
    digits: int = 1
    signed: bool = False

    def render(self, language: str) -> str:
        """The percentage in this language."""
        return percent(self.value, language, self.digits, self.signed)


@dataclass(frozen=True)
class Money:
    """An amount for a sentence: short, in the words of the language, with its currency.

    Its parts are tied to one another, so that no line ends between a currency and its number, nor inside 萬元.

    >>> Money(123_456_789, "CNY").render("en"), Money(1_234_567_890, "CNY").render("zh-Hant")
    ('CNY\\xa01.23\\xa0million', '1,235\\xa0萬\\u2060元')
    >>> Money(-95_000, "BRL").render("zh-Hant")
    '−950\\xa0BRL'
    """

    minor: float
    currency: str
    signed: bool = False

    def render(self, language: str) -> str:
        """The amount in this language, short once it has more than four digits."""
        amount = abs(self.minor) / MINOR_UNITS
        text = number(amount, language)
        if amount >= 10_000:
            text = compact(amount, language)
        if language.startswith("zh"):
            space = " " if text[-1].isdigit() and (language, self.currency) in OWN_WORDS else ""
            text = re.sub(LARGE, JOINED, text + space + currency_word(self.currency, language))
        else:
            text = f"{self.currency} {text}"
        return _sign(self.minor, text.replace(" ", TIED), self.signed)


def compact(amount: float, language: str) -> str:
    """A large number in the words of the language, to three significant digits; Chinese keeps every whole 萬.

    >>> compact(1_234_567, "en"), compact(1_234_567, "zh-Hant"), compact(123_456_789, "zh-Hans")
    ('1.23 million', '123 萬', '1.23 亿')
    >>> compact(10_877_174, "zh-Hant")
    '1,088 萬'
    """
    size = 10 ** max(0, math.floor(math.log10(amount)) - 2) if amount else 1
    if language.startswith("zh") and amount < 100_000_000:
        size = min(size, 10_000)
    rounded = round(amount / size) * size
    length: Literal["short", "long"] = "short" if language.startswith("zh") else "long"
    text = str(
        format_compact_decimal(rounded, format_type=length, locale=LOCALES[language], fraction_digits=2)
    )
    text = re.sub(r"^(\d)(?=\d{3}\b|\d{3}[萬万])", r"\1,", text)
    return re.sub(r"(?<=\d)(?=[萬億兆万亿])", " ", text)


@dataclass(frozen=True)
class Scale:
    """A unit in which the largest of some amounts is a number of few digits; for axes and column heads.

    >>> Scale.of(3_400_000, "en").word.render("en"), Scale.of(3_400_000, "zh-Hant").divisor
    ('million', 10000)
    """

    divisor: int
    word: Sentence | str

    @classmethod
    def of(cls, largest: float, language: str) -> Scale:
        """The scale for amounts (in whole currency units) up to `largest`."""
        steps = (
            ((100_000_000, say("hundred million")), (10_000, say("ten thousand")))
            if language.startswith("zh")
            else ((1_000_000, say("million")), (1_000, say("thousand")))
        )
        for divisor, word in steps:
            if largest >= divisor:
                return cls(divisor, word)
        return cls(1, "")

    def unit(self, currency: str, language: str) -> str:
        """The unit of a column or an axis of money.

        >>> Scale.of(20_000, "en").unit("CNY", "en"), Scale.of(20_000, "zh-Hant").unit("CNY", "zh-Hant")
        ('CNY thousand', '萬元')
        """
        word = render(self.word, language)
        if language.startswith("zh"):
            return word + currency_word(currency, language, bool(word))
        return f"{currency} {word}".strip()


def digits_for(scaled: float) -> int:
    """The decimals that leave a scaled amount three significant digits.

    >>> digits_for(6.61), digits_for(-66.1), digits_for(2643.2)
    (2, 1, 0)
    """
    return 0 if abs(scaled) >= 100 else 1 if abs(scaled) >= 10 else 2


@dataclass(frozen=True)
class Amount:
    """An amount whose unit stands beside it (`AmountUnit`), to three significant digits.

    >>> Amount(680_000_000, "CNY").render("en"), AmountUnit(680_000_000, "CNY").render("en")
    ('6.80', 'CNY million')
    """

    minor: int
    currency: str

    def render(self, language: str) -> str:
        """The number alone."""
        amount = self.minor / MINOR_UNITS
        scaled = amount / Scale.of(abs(amount), language).divisor
        return number(scaled, language, digits_for(scaled))


@dataclass(frozen=True)
class AmountUnit:
    """The unit of an `Amount`."""

    minor: int
    currency: str

    def render(self, language: str) -> str:
        """The scale and the currency."""
        return Scale.of(abs(self.minor) / MINOR_UNITS, language).unit(self.currency, language)


def currency_word(currency: str, language: str, attached: bool = True) -> str:
    """What follows an amount in Chinese: 元, or the code of a foreign currency set off by a space."""
    own = OWN_WORDS.get((language, currency))
    return own if own else f" {currency}" if attached else currency


@dataclass(frozen=True)
class Span:
    """A period as a reader says it.

    >>> Span("2024-Q3").render("en"), Span("2024-Q3").render("zh-Hant")
    ('Q3 2024', '2024 年第 3 季')
    >>> Span("2024-Q3").render("zh-Hans")
    '2024 年第 3 季度'
    >>> Span("2021-07..2022-06").render("en")
    'Jul 2021 – Jun 2022'
    >>> Span("2024-Q3", in_year=True).render("en"), Span("2024-Q3", in_year=True).render("zh-Hans")
    ('Q3', '第 3 季度')
    """

    label: str
    in_year: bool = False
    """Whether the year has been said, so that a quarter or a month goes without it."""

    def render(self, language: str) -> str:
        """The period in this language; a label of no period stays as it is."""
        try:
            period = Period.parse(self.label)
        except ValueError:
            return self.label
        skeleton = {12: "y", 3: "yQQQ"}.get(len(period.months), "yMMM")
        if ".." in period.label:
            return " – ".join(_date(day, "yMMM", language) for day in (period.start, period.end))
        text = _date(period.start, skeleton, language)
        if self.in_year and skeleton != "y":
            return re.sub(rf"\s*{period.start.year}\s*年?\s*", "", text)
        return text


@lru_cache(SEEN_AGAIN)
def _date(day: date, skeleton: str, language: str) -> str:
    """A month, quarter or year; Chinese sets a space between figures and characters, as our sentences do."""
    text = str(format_skeleton(skeleton, day, locale=LOCALES[language]))
    return re.sub(r"(?<=\d)(?=[年月季])|(?<=[年第])(?=\d)", " ", text)
