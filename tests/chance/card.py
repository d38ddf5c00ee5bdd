"""Lines of a card, kinds of pay and the rule for targets by chance."""

from __future__ import annotations

from itertools import pairwise

from chance.histories import CHANNELS, COUNTED, EVENTS, FLOWS, GRADES, INCOME, RATIO, STOCKS, TARGETS
from chance.pen import Doc, Pen

MISSING = ("refuse", "zero", "rescale")


def points(pen: Pen) -> Doc:
    return {"points": pen.number(1, 20), "missing": pen.pick(*MISSING)}


def bounds(pen: Pen, low: float, high: float) -> Doc:
    """A floor and a cap, each a number or null, the one below half of what the other is at least."""
    return {
        "floor": pen.pick(None, pen.number(low, 0, 0.1)),
        "cap": pen.pick(None, pen.number(high, 2 * high, 0.1)),
    }


def attainment(pen: Pen) -> Doc:
    found: Doc = {"measure": pen.pick(*(FLOWS if pen.by_growth else TARGETS))}
    found |= points(pen) | bounds(pen, -1, 1) | {"zero_target": pen.pick("not_applicable", "zero", "full")}
    if found["measure"] == "complaints" or pen.maybe(0.2):
        found["lower_is_better"] = pen.pick("target_over_actual", "distance")
    if pen.maybe(0.3):
        found["round_share"] = pen.rounding(1, 2, 3)
    return found | read(pen, found["measure"])


def read(pen: Pen, measure: str) -> Doc:
    """How a stock is read, sometimes."""
    return {"read": pen.pick("period_end", "mean_of_months")} if measure in STOCKS and pen.maybe(0.5) else {}


def change_on_period(pen: Pen) -> Doc:
    found: Doc = {"measure": pen.pick(RATIO, *FLOWS, *STOCKS), "level": pen.pick("manager", "outlet")}
    found["against"] = pen.pick("previous_period", "same_period_last_year")
    return found | points(pen) | bounds(pen, -1, 1) | read(pen, found["measure"])


def share(pen: Pen) -> Doc:
    top, bottom = pen.some([*FLOWS[1:], *STOCKS], 2)
    asked = {"full_at": pen.number(0.5, 2, 0.25)} if pen.maybe(0.4) else {}
    return {"top": top, "bottom": bottom, "cap": bounds(pen, 0, 1)["cap"]} | asked | points(pen)


def counted(pen: Pen) -> Doc:
    measure = pen.pick("debit_cards", "complaints", *COUNTED)
    return {"measure": measure, "points_each": pen.number(0, 1, 0.01), "missing": pen.pick(*MISSING)}


def deduction(pen: Pen) -> Doc:
    return {
        "event": pen.pick(*EVENTS),
        "channels": pen.pick(None, list(CHANNELS), [CHANNELS[0]]),
        "points_each": pen.pick("as_found", pen.number(0, 5, 0.5)),
    }


def mark(pen: Pen) -> Doc:
    return {"measure": "duty_mark", "out_of": pen.number(5, 20)} | points(pen)


def assumed(pen: Pen) -> Doc:
    return {"points": pen.number(-5, 20, 0.5)}


def objective(pen: Pen) -> Doc:
    of = [{"value": pen.quantity(), "weight": pen.number(1, 3)} for _ in range(pen.pick(1, 2, 3))]
    return {"of": of, "missing": pen.pick(*MISSING)}


def perspective(pen: Pen) -> Doc:
    of = [{"value": pen.quantity(), "weight": pen.number(1, 3)} for _ in range(pen.pick(1, 2))]
    return {"of": of, "out_of": pen.number(50, 1000, 50), "cap": bounds(pen, 0, 1)["cap"]} | points(pen)


def group(pen: Pen, lines: list[Doc]) -> Doc:
    """A group of lines written before it; only lines with points, and groups of them, can be reweighted."""
    rules = ["zero", "reweight"] if all(map(_weighs, lines)) else ["zero"]
    found: Doc = {"not_applicable": pen.pick(*rules), "lines": lines} | bounds(pen, -20, 10)
    if found["not_applicable"] == "reweight" and pen.maybe(0.5):
        found["least_applying"] = pen.number(0, 1, 0.1)
        if pen.maybe(0.5):
            found["if_fewer"] = pen.pick("not_known", "not_applicable")
    return found


def _weighs(line: Doc) -> bool:
    if line["kind"] == "group":
        return all(map(_weighs, line["lines"]))
    return not isinstance(line.get("points", []), list)  # those of a curve are no weight


def grade_wage(pen: Pen) -> Doc:
    return {"monthly": {grade: pen.number(3000, 9000, 333.33) for grade in GRADES}}


def performance_wage(pen: Pen, has_card: bool) -> Doc:
    return {
        "income": pen.some(INCOME, pen.pick(1, 2)),
        "increment": "from_targets",
        "shares": {part: pen.number(0, 0.5, 0.005) for part in ("stock", "increment", "super_increment")},
        "negative_balance": "carry",
        "scaled_by": pen.pick(None, "management_score") if has_card else None,
        "full_score": pen.number(50, 1000, 50),
        "income_basis": pen.pick("received", "received", "accrued"),
    }


def target_rule(pen: Pen) -> Doc:
    progress = pen.pick("calendar_days", "months", "working_days", "working_days", "profile", "profile")
    found: Doc = {"set_by": "table", "progress": progress, "source": "§ 2"}
    if progress == "profile":
        parts = [pen.plain(0.04, 0.08, 0.01) for _ in range(11)]
        found["profile"] = [*parts, round(1 - sum(parts), 2)]
    if pen.by_growth:
        found |= {"set_by": "growth", "growth": pen.plain(-0.1, 0.3, 0.01)}
    elif pen.maybe(0.4):
        found |= {"set_by": "forecast_and_task", "weight_of_forecast": pen.plain(0, 1, 0.05)}
    if pen.maybe(0.7):
        found |= break_down(pen)
    if pen.maybe(0.7):
        found["without_base"] = pen.pick("mean", "none")
    return found


def in_seasons(scheme: Doc) -> Doc:
    """The same scheme where time passes by the seasons of the base year: refused for a history that has none.

    Sums by chance fall below zero often, so no scheme is written like that by itself.
    """
    rule = scheme["targets"] | {"progress": "profile", "profile": "base_year"}
    return scheme | {"targets": rule}


def break_down(pen: Pen) -> Doc:
    """One way of sharing targets, or several mixed; the potential is a stock, a flow or an income line."""
    ways = ("equal", "by_base", "by_head_count", "by_potential")
    found: Doc = {"break_down": pen.pick(*ways, "mixed", "mixed")}
    if found["break_down"] == "mixed":
        mixed = pen.some(ways, pen.pick(2, 3, 4))
        cuts = sorted(pen.plain(0.05, 0.95, 0.05) for _ in mixed[1:])
        parts = [round(end - begin, 2) for begin, end in pairwise([0, *cuts, 1])]
        found["mix"] = dict(zip(mixed, parts, strict=True))
    if found["break_down"] == "by_potential" or "by_potential" in found.get("mix", {}):
        found["potential"] = pen.pick("wealth_clients", "duty_mark", "insurance_sold", "interest")
    return found
