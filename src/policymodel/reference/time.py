"""Kinds over time read literally: draws, guarantees, ramps, advances, clawbacks, deferrals, banks, proration.

A balance is walked from the period in which it began. A period to which the amount does not apply moves nothing;
one whose amount is not known leaves the balance unknown until it begins again.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil

from policymodel.reference.desk import Desk, Sides, rounded_by
from policymodel.reference.numbers import (
    NOT_APPLICABLE,
    NOTHING,
    ONE,
    Missing,
    Value,
    added,
    all_that_applies,
    combine,
    divided,
    less,
    times,
    worst,
)
from policymodel.reference.places import Place
from policymodel.scheme.kinds.time import (
    Advance,
    BonusBank,
    CarryForward,
    Clawback,
    Converted,
    Deferral,
    Draw,
    Guarantee,
    Proration,
    Ramp,
)
from policymodel.scheme.quantities import PersonOf

RUNS = {"never": None, "quarter_end": "quarter", "half_year_end": "half_year", "year_end": "year", None: None}
"""The run of time after which a balance begins again."""

SERVICE = PersonOf(person="months_of_service")

Balance = tuple[Value, Value]
"""What a balance is before a period, and after it."""


def balance(at: Place, within: str | None, desk: Desk, after: Callable[[Fraction, Place], Value]) -> Balance:
    """The balance before and after a period; `after` says what becomes of a balance in one."""
    before: Value = NOTHING
    for each in desk.places.walk(at, within):
        # What becomes of a balance that is not known is not known either, for the gravest reason so far.
        moved = after(NOTHING if isinstance(before, Missing) else before, each)
        now = before if moved == NOT_APPLICABLE else worst([before, moved]) or moved
        if each == at:
            return before, now
        before = now
    return NOT_APPLICABLE, NOT_APPLICABLE


def draw(line: Draw, at: Place, desk: Desk) -> Sides:
    """Never less than the draw; or earnings, and what more or less is owed."""
    earned, amount = desk.read(line.of, at), desk.read(line.amount, at)
    if line.meaning == "minimum":
        drawn = combine(lambda gap: max(gap, NOTHING), less(amount, earned))
        return {"": combine(max, earned, amount), "drawn": drawn}

    def owed(before: Fraction, place: Place) -> Value:
        income, advance = desk.read(line.of, place), desk.read(line.amount, place)
        back = less(income, advance) if line.meaning == "advance" else income
        if line.recovery_share is not None:
            back = times(back, desk.number(line.recovery_share, place))
        if line.recovery_cap is not None:
            back = combine(min, back, desk.number(line.recovery_cap, place))
        more = combine(lambda gap, back: gap if gap > 0 else -back, less(advance, income), back)
        if line.owed_at_most is not None:
            left = combine(lambda most: max(most - before, NOTHING), desk.read(line.owed_at_most, place))
            more = combine(min, more, left)
        return combine(lambda more: max(before + more, NOTHING), more)

    before, after = balance(at, RUNS[line.forgiven], desk, owed)
    change = less(after, before)
    limit = [] if line.owed_at_most is None else [times(desk.read(line.owed_at_most, at), NOTHING)]
    return {
        "": added([earned, change, times(amount, NOTHING), *limit]),
        "drawn": combine(lambda more: max(more, NOTHING), change),
        "recovered": combine(lambda more: max(-more, NOTHING), change),
        "owed": after,
    }


def guarantee(line: Guarantee, at: Place, desk: Desk) -> Sides:
    """Not less than the amount in the first months of service."""
    of, months, runs = desk.read(line.of, at), desk.read(SERVICE, at), desk.number(line.first_months, at)
    if isinstance(months, Missing) or isinstance(runs, Missing):
        return {"": added([of, months, runs])}
    return {"": combine(max, of, desk.read(line.amount, at)) if months <= runs else of}


def ramp(line: Ramp, at: Place, desk: Desk) -> Sides:
    """The amount x the factor of the month of service."""
    month = desk.read(SERVICE, at)
    if isinstance(month, Missing):
        return {"": times(desk.read(line.of, at), month)}
    factor = line.factors[max(int(month), 1) - 1] if month <= len(line.factors) else line.after
    return {"": times(desk.read(line.of, at), desk.number(factor, at))}


def advance(line: Advance, at: Place, desk: Desk) -> Sides:
    """What is paid at once of this period's amount, and what falls due of earlier ones while they are earned."""

    def at_once(place: Place) -> Value:
        if line.advanced_share is not None:
            return times(desk.read(line.of, place), desk.number(line.advanced_share, place))
        assert line.advanced is not None
        return times(desk.read(line.of, place), Fraction(line.advanced, line.earned_over))

    if line.advanced_share is not None:
        # A share that is not whole periods is earned with the last of them; something is left for that one.
        begins = min(ceil(line.advanced_share.value * line.earned_over), line.earned_over - 1)
    else:
        begins = line.advanced or 0
    due = range(begins, line.earned_over)

    def rest(place: Place) -> Value:
        return less(desk.read(line.of, place), at_once(place))

    def part(place: Place) -> Value:
        return times(rest(place), Fraction(1, len(due))) if due else times(rest(place), NOTHING)

    def paid(place: Place) -> list[Value]:
        parts = [part(each) for each in desk.places.walk(place, None) if place.when - each.when in due]
        return [at_once(place), *parts]

    return {
        "": all_that_applies(paid(at)),
        "advance": at_once(at),
        "part": part(at),
        "rest": rest(at),
        "outstanding": _outstanding(at, desk, lambda place: desk.read(line.of, place), paid),
    }


def deferral(line: Deferral, at: Place, desk: Desk) -> Sides:
    """What falls due of this and of earlier awards."""

    def paid(place: Place) -> list[Value]:
        return [
            times(desk.read(line.of, each), desk.number(instalment.share, each))
            for each in desk.places.walk(place, None)
            for instalment in line.instalments
            if place.when - each.when == instalment.after
        ]

    def awarded(place: Place) -> Value:
        shares = added(desk.number(each.share, place) for each in line.instalments)
        return times(desk.read(line.of, place), shares)

    return {
        "": all_that_applies(paid(at)),
        "outstanding": _outstanding(at, desk, awarded, paid),
    }


def _outstanding(
    at: Place, desk: Desk, awarded: Callable[[Place], Value], paid: Callable[[Place], list[Value]]
) -> Value:
    """All that was awarded so far less all that was paid."""
    places = list(desk.places.walk(at, None))
    come_in = all_that_applies(awarded(each) for each in places)
    gone_out = all_that_applies(value for each in places for value in paid(each))
    return less(come_in, gone_out)


def clawback(line: Clawback, at: Place, desk: Desk) -> Sides:
    """Minus the whole, a share, or what is not earned; nothing where the conditions do not hold."""
    of = desk.read(line.of, at)
    sides: Sides = {}
    back = of
    if line.share is not None:
        back = times(of, desk.read(line.share, at))
    elif line.earned_over is not None and line.kept is not None:
        over = desk.read(line.earned_over, at)
        kept = divided(desk.read(line.kept, at), over)
        back = times(of, combine(lambda part: max(1 - part, NOTHING), kept))
        sides["per_period"] = divided(of, over)
    if line.when is not None:
        holds = desk.hold(line.when, at)
        back = holds if isinstance(holds, Missing) else back if holds else NOTHING
    return {"": times(back, -ONE), "reclaimed": back, **sides}


def bonus_bank(line: BonusBank, at: Place, desk: Desk) -> Sides:
    """A share of the balance; nothing of a balance below zero."""

    def bonus(place: Place) -> Value:
        earned = desk.read(line.of, place)
        return combine(lambda known: max(known, NOTHING), earned) if line.negative == "ignored" else earned

    def after(before: Fraction, place: Place) -> Value:
        return combine(
            lambda known, share: before + known - share * max(before + known, NOTHING),
            bonus(place),
            desk.number(line.pays, place),
        )

    stood, bank = balance(at, None, desk, after)
    before = added([stood, bonus(at)])
    paid = combine(lambda known, share: share * max(known, NOTHING), before, desk.number(line.pays, at))
    return {"": paid, "before": before, "bank": bank}


def carry_forward(line: CarryForward, at: Place, desk: Desk) -> Sides:
    """What was achieved and carried in, at most the target; or what exceeds it after earlier shortfalls."""

    def after(before: Fraction, place: Place) -> Value:
        over = less(desk.read(line.of, place), desk.read(line.against, place))
        moved = over if line.carries == "surplus" else times(over, -ONE)
        if line.carried_at_most is None:
            return combine(lambda known: max(before + known, NOTHING), moved)
        most = desk.read(line.carried_at_most, place)
        return combine(lambda known, most: max(min(before + known, most), NOTHING), moved, most)

    before, carried = balance(at, RUNS[line.resets], desk, after)
    of, against = desk.read(line.of, at), desk.read(line.against, at)
    if line.carries == "surplus":
        value = combine(lambda known, target, came: min(known + came, target), of, against, before)
        # What was carried in and what was achieved may both stay below the target; then all of it counts.
        return {"": value, "carried": carried}
    value = combine(lambda known, target, short: max(known - target - short, NOTHING), of, against, before)
    return {"": value, "carried": times(carried, -ONE)}


def proration(line: Proration, at: Place, desk: Desk) -> Sides:
    """The amount x part ÷ whole."""
    factor = divided(desk.read(line.part, at), desk.read(line.whole, at))
    if line.round_factor is not None:
        factor = rounded_by(line.round_factor, factor)
    return {"": times(desk.read(line.of, at), factor), "factor": factor}


def converted(line: Converted, at: Place, desk: Desk) -> Sides:
    """The amount x units of the history's currency for a foreign one."""
    if isinstance(line.at, str):
        rate = desk.places.facts.rate(line.currency, desk.places.period(at).months, line.at)
    else:
        rate = desk.number(line.at, at)
    return {"": times(desk.read(line.of, at), rate)}
