"""Rounding in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from policymodel.scheme.terms import RoundingRule
from policymodel.units import Rounding
from policymodel.words.clauses.plan import figure
from policymodel.words.numbers import Count
from policymodel.words.sentences import Sentence, say, say_many

MODES: Mapping[str, Sentence] = {
    "half_up": say("{to} (half up)"),
    "half_even": say("{to} (half to even)"),
    "down": say("{to} (always towards zero)"),
    "up": say("{to} (always away from zero)"),
}


def rounding_words(rule: RoundingRule | Rounding) -> Sentence:
    """To how many digits, and what becomes of a half.

    >>> rounding_words(RoundingRule(digits=2, mode="half_up")).render("en")
    'to 2 decimals (half up)'
    """
    digits = rule.digits
    if digits > 0:
        to = say_many("to {count} decimal", "to {count} decimals", digits, count=Count(digits))
    elif digits == 0:
        to = say("to whole numbers")
    else:
        to = say("to multiples of {unit}", unit=figure(Decimal(10) ** -digits))
    return say(MODES[rule.mode].message, to=to)
