"""Kinds over time by chance: draws, guarantees, ramps, advances, clawbacks, deferrals, banks, proration, currency."""

from __future__ import annotations

from chance.pen import Doc, Pen

ENDS = ("never", "quarter_end", "half_year_end", "year_end")


def draw(pen: Pen) -> Doc:
    found: Doc = {
        "of": pen.quantity(),
        "amount": pen.pick(pen.amount(), pen.amount(), pen.quantity()),
        "meaning": pen.pick("minimum", "advance", "loan"),
    }
    if found["meaning"] != "minimum":
        found["forgiven"] = pen.pick(*ENDS)
        if pen.maybe(0.3):
            found["recovery_cap"] = pen.money(0, 1600, 400)
        if pen.maybe(0.3):
            found["recovery_share"] = pen.number(0, 1, 0.25)
        if pen.maybe(0.3):
            found["owed_at_most"] = pen.pick(pen.amount(), pen.amount(), pen.quantity())
    return found


def guarantee(pen: Pen) -> Doc:
    first_months = pen.dated(lambda: pen.pick(1, 2, 3, 6, 12, 60))
    return {"of": pen.quantity(), "amount": pen.amount(), "first_months": first_months}


def ramp(pen: Pen) -> Doc:
    factors = [pen.number(0, 1, 0.25) for _ in range(pen.pick(1, 2, 6))]
    return {"of": pen.quantity(), "factors": factors, "after": pen.number(1, 2, 0.25)}


def advance(pen: Pen) -> Doc:
    found: Doc = {"of": pen.quantity(), "earned_over": pen.pick(1, 2, 4, 6, 12)}
    if pen.maybe(0.5):
        return found | {"advanced": pen.plain(0, found["earned_over"])}
    return found | {"advanced_share": pen.number(0, 1, 0.125)}


def clawback(pen: Pen) -> Doc:
    found: Doc = {"of": pen.quantity(), "reclaims": pen.pick("all", "share", "unearned")}
    if found["reclaims"] == "share":
        found["share"] = pen.pick(pen.rate(), pen.share())
    if found["reclaims"] == "unearned":
        kept = {"transaction": "kept"} if pen.axis == "transaction" else {"person": "months_of_service"}
        found |= {"earned_over": pen.pick(6, 12, pen.number(1, 90)), "kept": kept}
    if pen.maybe(0.4):
        found["when"] = pen.conditions()
    return found


def deferral(pen: Pen) -> Doc:
    after = pen.some([0, 1, 2, 3, 5], pen.pick(1, 2, 3))
    most = {1: 1, 2: 0.5, 3: 0.3}[len(after)]  # together the whole award at most
    return {
        "of": pen.quantity(),
        "instalments": [{"after": each, "share": pen.number(0, most, 0.1)} for each in after],
    }


def bonus_bank(pen: Pen) -> Doc:
    pays = pen.dated(lambda: pen.pick(0, 0.5, 0.3333, 1))
    return {"of": pen.quantity(), "pays": pays, "negative": pen.pick("reduces_bank", "ignored")}


def carry_forward(pen: Pen) -> Doc:
    most = {"carried_at_most": pen.pick(pen.amount(), pen.quantity())} if pen.maybe(0.4) else {}
    return most | {
        "of": pen.quantity(),
        "against": pen.pick(pen.amount(), pen.amount(), pen.quantity()),
        "carries": pen.pick("surplus", "shortfall"),
        "resets": pen.pick(*ENDS),
    }


def proration(pen: Pen) -> Doc:
    days = ({"person": "employed_days"}, {"calendar": "days"})
    part, whole = pen.pick(
        days, days, (pen.number(0, 12), pen.number(1, 12)), (pen.quantity(), pen.quantity())
    )
    rounding = pen.pick(None, pen.rounding(2, 3, 4))
    return {"of": pen.quantity(), "part": part, "whole": whole, "round_factor": rounding}


def converted(pen: Pen) -> Doc:
    at = pen.pick("average", "period_end", pen.number(6.5, 7.5, 0.01))
    return {"of": pen.quantity(), "currency": "USD", "at": at}
