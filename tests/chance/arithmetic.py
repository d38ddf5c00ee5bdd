"""Arithmetic between lines and named plans by chance."""

from __future__ import annotations

from chance.pen import Doc, Pen


def product(pen: Pen) -> Doc:
    return {"of": [pen.quantity(), pen.pick(pen.rate(), pen.share())][: pen.pick(1, 2, 2, 2)]}


def total(pen: Pen) -> Doc:
    found: Doc = {"add": [pen.quantity() for _ in range(pen.pick(1, 2, 3))]}
    return found | ({"less": [pen.quantity() for _ in range(pen.pick(1, 2))]} if pen.maybe(0.7) else {})


def several(pen: Pen) -> Doc:
    return {"of": [pen.quantity() for _ in range(pen.pick(1, 2, 3))]}


def power(pen: Pen) -> Doc:
    return {"of": pen.quantity(), "exponent": pen.dated(lambda: pen.pick(0.5, 0.3333, 2, 1, 0, -1))}


def ratio(pen: Pen) -> Doc:
    return {
        "top": pen.quantity(),
        "bottom": pen.pick(pen.quantity(), {"measure": "wealth_clients", "missing": "zero"}),
        "zero_bottom": pen.pick("not_applicable", "zero", "full"),
    } | pen.pick({}, {"floor": pen.number(-50, 0), "cap": pen.number(1, 50)})


def weighted_mean(pen: Pen) -> Doc:
    weights = [pen.plain(1, 5), pen.number(0, 5), pen.number(1, 5)]
    return {
        "of": [{"value": pen.quantity(), "weight": weight} for weight in weights[: pen.pick(1, 2, 3)]],
        "mean": pen.pick("arithmetic", "arithmetic", "geometric", "harmonic"),
        "not_applicable": pen.pick("reweight", "refuse"),
    }


def rescaled(pen: Pen) -> Doc:
    low, high = pen.thresholds(2, 500)
    ends = pen.pick((low, high), (high, low), (pen.quantity(), pen.measure()))
    return {"of": pen.quantity(), "from": ends[0], "to": ends[1]}


def gate(pen: Pen) -> Doc:
    return {
        "of": pen.quantity(),
        "when": pen.conditions(),
        "need": pen.pick("all", "any"),
        "otherwise": pen.pick(0, pen.amount(), pen.quantity()),
    }


def profit_bonus(pen: Pen) -> Doc:
    base = pen.pick("before_bonus_and_tax", "after_bonus", "after_tax", "after_bonus_and_tax")
    found: Doc = {"profit": pen.quantity(), "rate": pen.number(0, 0.5, 0.05), "base": base}
    if base in ("after_tax", "after_bonus_and_tax"):
        found |= {"tax_rate": pen.number(0, 0.5, 0.05), "tax_on": pen.pick("profit", "profit_after_bonus")}
    return found | ({"above": pen.amount()} if pen.maybe(0.5) else {})


def premium_plan(pen: Pen) -> Doc:
    hours = {"measure": "wealth_clients", "missing": "zero"}
    plan = pen.pick("halsey", "rowan", "barth")
    found: Doc = {
        "plan": plan,
        "standard": pen.number(1, 10),
        "actual": pen.pick(pen.number(1, 10), hours),
        "rate": pen.pick(pen.number(5, 50, 5), pen.quantity()),
    }
    return found | ({"share": pen.rate()} if plan == "halsey" else {})
