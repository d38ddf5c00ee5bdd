"""Exact numbers: what is known and what is missing, rounding on paper, and the few results no fraction can hold.

Everything is a Fraction made from written digits. Roots, logarithms and powers are not fractions: they are worked
out with 60 digits and kept to 45, so that a root that is a short decimal comes out as that decimal; what is made of
several is kept to 40 (`kept`).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from math import isqrt
from typing import Literal

MissingStatus = Literal["not_applicable", "absent", "quarantined"]

NOTHING = Fraction(0)
ONE = Fraction(1)
_WORK = Context(prec=60)
_KEPT = Context(prec=45)
_MADE_OF_SEVERAL = Context(prec=40)


@dataclass(frozen=True)
class Missing:
    """No number, and why: it does not apply, it is not known, or it was put aside."""

    status: MissingStatus


Value = Fraction | Missing

NOT_APPLICABLE = Missing("not_applicable")
ABSENT = Missing("absent")
QUARANTINED = Missing("quarantined")
_WORSE_AND_WORSE = (NOT_APPLICABLE, ABSENT, QUARANTINED)


def worst(values: Iterable[Value]) -> Missing | None:
    """The gravest reason among the values that are no numbers; None where all are numbers.

    >>> worst([Fraction(1), NOT_APPLICABLE, ABSENT])
    Missing(status='absent')
    """
    missing = [each for each in values if isinstance(each, Missing)]
    return max(missing, key=_WORSE_AND_WORSE.index) if missing else None


def unknown(value: Value) -> bool:
    """True for what is absent or was put aside; what does not apply is known not to."""
    return isinstance(value, Missing) and value != NOT_APPLICABLE


def where_missing(value: Value, missing: str) -> Value:
    """The value; one that is not known stays so (`refuse`), counts `zero`, or does not apply (`rescale`).

    >>> where_missing(ABSENT, "rescale")
    Missing(status='not_applicable')
    """
    if missing == "refuse" or not unknown(value):
        return value
    return NOTHING if missing == "zero" else NOT_APPLICABLE


def combine(rule: Callable[..., Value], *values: Value) -> Value:
    """The rule applied to the numbers, or the gravest reason why one of them is missing.

    >>> combine(lambda one, other: one + other, Fraction(1, 3), Fraction(2, 3))
    Fraction(1, 1)
    """
    return worst(values) or rule(*values)


def times(*values: Value) -> Value:
    """The product."""

    def product(*numbers: Fraction) -> Fraction:
        result = ONE
        for each in numbers:
            result *= each
        return result

    return combine(product, *values)


def added(values: Iterable[Value]) -> Value:
    """The sum."""
    return combine(lambda *numbers: sum(numbers, NOTHING), *values)


def less(one: Value, other: Value) -> Value:
    """One less the other."""
    return combine(lambda first, second: first - second, one, other)


def added_where_it_applies(values: Iterable[Value]) -> Value:
    """The sum of what applies; nothing at all applies where none of the values does.

    >>> added_where_it_applies([Fraction(2), NOT_APPLICABLE])
    Fraction(2, 1)
    """
    applying = [each for each in values if each != NOT_APPLICABLE]
    return added(applying) if applying else NOT_APPLICABLE


def all_that_applies(values: Iterable[Value]) -> Value:
    """The sum of what applies, zero where nothing does.

    >>> all_that_applies([NOT_APPLICABLE])
    Fraction(0, 1)
    """
    return added(each for each in values if each != NOT_APPLICABLE)


def divided(top: Value, bottom: Value, at_zero: str = "not_applicable") -> Value:
    """Top ÷ bottom; a bottom of zero or less does not apply, or counts `zero` or `full`.

    A bottom that is known not to carry a ratio decides before the top is asked for.
    """
    if isinstance(bottom, Fraction) and bottom <= 0:
        if at_zero == "not_applicable":
            return NOT_APPLICABLE
        return combine(lambda _: NOTHING if at_zero == "zero" else ONE, top)
    return combine(lambda one, other: one / other, top, bottom)


def bounded(value: Value, floor: Value | None, cap: Value | None) -> Value:
    """Not less than the floor, then not more than the cap, each where there is one."""
    if floor is not None:
        value = combine(max, value, floor)
    return value if cap is None else combine(min, value, cap)


def rounded(value: Fraction, digits: int, mode: str) -> Fraction:
    """To so many digits; at exactly one half away from zero (half_up) or to the even neighbour (half_even).

    Or always towards zero (down), always away from it (up). What roots miss a whole or a half by does not count.

    >>> rounded(Fraction("1.005"), 2, "half_up"), rounded(Fraction("-0.285"), 2, "half_even")
    (Fraction(101, 100), Fraction(-7, 25))
    >>> rounded(square_root(Fraction(250)) ** 2, 2, "up")
    Fraction(250, 1)
    """
    scaled = kept(abs(value)) * Fraction(10) ** digits
    whole, part = divmod(scaled, 1)
    if mode in ("down", "up"):
        up = mode == "up" and part > 0
        size = (whole + up) / Fraction(10) ** digits
        return size if value >= 0 else -size
    half = Fraction(1, 2)
    up = part > half or (part == half and (mode == "half_up" or whole % 2 == 1))
    size = (whole + up) / Fraction(10) ** digits
    return size if value >= 0 else -size


def shared(units: int, weights: Sequence[Fraction]) -> list[int]:
    """Whole units in proportion to the weights, adding up exactly: the largest fractions first, then in order.

    Where all weights are zero, each gets the same.

    >>> shared(10, [Fraction(1)] * 3)
    [4, 3, 3]
    """
    weights = weights if any(weights) else [ONE] * len(weights)
    exact = [abs(units) * weight / sum(weights, NOTHING) for weight in weights]
    parts = [int(each) for each in exact]
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[: abs(units) - sum(parts)]:
        parts[at] += 1
    return [part if units >= 0 else -part for part in parts]


def square_root(value: Fraction) -> Fraction:
    """The root of a number that is not negative: exact where it is a fraction, else to 45 digits.

    >>> square_root(Fraction(9, 4))
    Fraction(3, 2)
    """
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return Fraction(top, bottom)
    return _fraction(_WORK.sqrt(_decimal(value)))


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """A positive base to any exponent: exact for whole ones, else to 45 digits.

    >>> power(Fraction(8), Fraction(1, 3))
    Fraction(2, 1)
    """
    if exponent.denominator == 1:
        return Fraction(base ** int(exponent))
    return exponential(logarithm(base) * exponent)


def logarithm(value: Fraction) -> Fraction:
    """The natural logarithm of a positive number, with 60 digits."""
    return Fraction(_WORK.ln(_decimal(value)))


def exponential(value: Fraction) -> Fraction:
    """The number whose logarithm it is, to 45 digits.

    >>> exponential((logarithm(Fraction(2)) + logarithm(Fraction(8))) / 2)
    Fraction(4, 1)
    """
    return _fraction(_WORK.exp(_decimal(value)))


def _decimal(value: Fraction) -> Decimal:
    return _WORK.divide(Decimal(value.numerator), Decimal(value.denominator))


def _fraction(value: Decimal) -> Fraction:
    return Fraction(_KEPT.plus(value))


def kept(value: Fraction) -> Fraction:
    """What is made of several roots, to 40 digits: a half that two roots miss by their last digits is a half.

    >>> kept(square_root(Fraction(2)) ** 2)
    Fraction(2, 1)
    """
    return Fraction(_MADE_OF_SEVERAL.plus(_decimal(value)))


def months_between(first: tuple[int, int, int], last: tuple[int, int, int]) -> int:
    """Completed months from one day (year, month, day) to another; a month too short for the day ends with its last.

    >>> months_between((2024, 1, 15), (2024, 3, 14)), months_between((2024, 1, 31), (2024, 2, 29))
    (1, 1)
    """
    at_the_end = last[2] == monthrange(last[0], last[1])[1]
    short = last[2] < first[2] and not at_the_end
    return (last[0] - first[0]) * 12 + last[1] - first[1] - short


def weighted_mean(pairs: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    """The mean of (value, weight) pairs."""
    pairs = list(pairs)
    whole = sum((weight for _, weight in pairs), NOTHING)
    return sum((value * weight for value, weight in pairs), NOTHING) / whole
