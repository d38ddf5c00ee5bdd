"""Named plans read literally: the bonus that solves its own equation, and premium plans."""

from __future__ import annotations

from fractions import Fraction

from policymodel.reference.desk import Desk, Sides
from policymodel.reference.numbers import (
    NOT_APPLICABLE,
    NOTHING,
    Value,
    added,
    combine,
    divided,
    less,
    square_root,
    times,
)
from policymodel.reference.places import Place
from policymodel.scheme.kinds.plans import PremiumPlan, ProfitBonus


def profit_bonus(line: ProfitBonus, at: Place, desk: Desk) -> Sides:
    """The bonus B = r (P - a B - b T - H) with the tax T = t (P - c B), never below zero.

    a, b and c are 1 or 0: whether the bonus stands in its own base, whether the tax does, and whether the bonus
    lowers the tax.
    """
    a = int("after_bonus" in line.base)
    b = int(line.base in ("after_tax", "after_bonus_and_tax"))
    c = int(line.tax_on == "profit_after_bonus")
    profit, rate = desk.read(line.profit, at), desk.read(line.rate, at)
    above = NOTHING if line.above is None else desk.read(line.above, at)
    tax_rate = NOTHING if line.tax_rate is None else desk.read(line.tax_rate, at)

    def solved(p: Fraction, r: Fraction, h: Fraction, t: Fraction) -> Value:
        # B (1 + r a - r b t c) = r (P - H - b t P)
        of_itself = 1 + r * a - r * b * t * c
        return max(r * (p - h - b * t * p) / of_itself, NOTHING) if of_itself > 0 else NOT_APPLICABLE

    bonus = combine(solved, profit, rate, above, tax_rate)
    if line.tax_rate is None:
        return {"": bonus}
    taxed = less(profit, desk.as_paid(line, bonus, at)) if c else profit
    return {"": bonus, "tax": times(tax_rate, taxed)}


def premium_plan(line: PremiumPlan, at: Place, desk: Desk) -> Sides:
    """Time wages and a premium for the time saved; Barth's plan pays by a root instead."""
    standard, actual, rate = (desk.read(each, at) for each in (line.standard, line.actual, line.rate))
    wages = times(actual, rate)
    saved = combine(lambda allowed, taken: max(allowed - taken, NOTHING), standard, actual)
    match line.plan:
        case "halsey":
            assert line.share is not None, "halsey's plan shares the time saved"
            pay = added([wages, times(desk.read(line.share, at), saved, rate)])
        case "rowan":
            pay = added([wages, times(divided(saved, standard), wages)])
        case "barth":
            pay = times(rate, combine(_root, times(standard, actual)))
    paid = desk.as_paid(line, pay, at)
    return {
        "": pay,
        "time_wages": wages,
        "bonus": less(paid, wages),
        "effective_rate": divided(paid, actual),
    }


def _root(value: Fraction) -> Value:
    return square_root(value) if value >= 0 else NOT_APPLICABLE
