"""Rates and look-ups by chance: figures, commissions, tiers, slices, steps, curves, matrices, tables."""

from __future__ import annotations

from chance.histories import GRADES, PRODUCTS
from chance.pen import Doc, Pen


def figure(pen: Pen) -> Doc:
    return {"of": pen.quantity()}


def commission(pen: Pen) -> Doc:
    return {"of": pen.quantity(), "rate": pen.pick(pen.rate(), pen.rate(), pen.share())}


def running(pen: Pen) -> str:
    words = ["quarter_to_date", "half_year_to_date", "year_to_date"]
    return pen.pick(*words, *(["period_to_date"] if pen.axis == "transaction" else []))


def measured(pen: Pen) -> str:
    return pen.pick("by_itself", running(pen), running(pen))


def on_change(pen: Pen, line: Doc) -> Doc:
    """What a change of a number does to the total so far: where the total runs, and needed where one changes."""
    if line.get("measured", "by_itself") == "by_itself":
        return {}
    own = [line.get(name) for name in ("tiers", "steps", "below", "from", "to", "thresholds_of")]
    if changes(own) or pen.maybe(0.5):
        return {"on_change": pen.pick("new_amounts_only", "whole_total")}
    return {}


def changes(raw: object) -> bool:
    """Whether a number among these has another value from a day on."""
    if isinstance(raw, dict):
        return len(raw.get("segments", ())) > 1 or any(map(changes, raw.values()))
    return isinstance(raw, list) and any(map(changes, raw))


def base_of_thresholds(pen: Pen) -> object:
    """What thresholds are multiples of: a quota that people have, or one for all."""
    return pen.pick(pen.quantity(), pen.money(500, 5000, 500))


def tiers(pen: Pen) -> Doc:
    of_base = pen.maybe(0.3)
    starts = pen.rising(3, 0.4) if of_base else pen.thresholds(3)
    each: list[Doc] = [{"from": start, "rate": pen.rate()} for start in starts]
    if pen.maybe(1 / 3):
        del each[0]["from"]
    found: Doc = {
        "of": pen.quantity(),
        "tiers": each,
        "rate_applies_to": pen.pick("slice", "all"),
        "measured": measured(pen),
    }
    if of_base:
        found["thresholds_of"] = pen.quantity()
    if found["rate_applies_to"] == "all":
        found["edge"] = pen.pick("lower", "upper")
        if found["measured"] == "by_itself" and pen.maybe(0.5):
            found["reached_by"] = pen.quantity()
    return found | on_change(pen, found)


def running_total(pen: Pen) -> Doc:
    return {"of": pen.quantity(), "measured": running(pen), "own": pen.pick("included", "left_out")}


def slice_between(pen: Pen) -> Doc:
    low, high = pen.thresholds(2)
    ends = pen.pick((low, high), (low, None), (pen.quantity(), pen.fact()))
    found = {"of": pen.quantity(), "from": ends[0], "to": ends[1], "measured": measured(pen)}
    return found | on_change(pen, found)


def steps(pen: Pen) -> Doc:
    how = pen.pick("replace", "add_up", "in_proportion")
    of_base = pen.maybe(0.3)
    *starts, end = pen.rising(4, 0.4) if of_base else pen.thresholds(4)
    each: list[Doc] = [{"from": start, "amount": pen.amount()} for start in starts]
    found: Doc = {"of": pen.quantity(), "steps": each, "amounts": how, "below": pen.money(0, 100, 50)}
    if how == "in_proportion":
        each[-1]["to"] = end
    else:
        found["edge"] = pen.pick("lower", "upper")
    if pen.maybe(0.8):
        found["measured"] = measured(pen)
    if of_base:
        found["thresholds_of"] = base_of_thresholds(pen)
    return found | on_change(pen, found)


def curve(pen: Pen) -> Doc:
    of_base = pen.maybe(0.3)
    places = pen.rising(4, 0.4) if of_base else pen.thresholds(4, 500)
    jumps = pen.maybe(0.3)
    if jumps:
        places[2] = places[1]
    ends = ("zero", "hold", "extend")
    found: Doc = {
        "of": pen.quantity(),
        "points": [{"at": place, "gives": pen.amount()} for place in places],
        "below": pen.pick(*ends),
        "above": pen.pick(*ends),
    }
    if jumps or "zero" in (found["below"], found["above"]) or pen.maybe(0.5):
        found["edge"] = pen.pick("lower", "upper")
    if of_base:
        found["thresholds_of"] = base_of_thresholds(pen)
    return found


def matrix(pen: Pen) -> Doc:
    between = pen.pick("step", "linear")
    found: Doc = {
        "rows": {"of": pen.quantity(), "from": pen.thresholds(2)},
        "columns": {"of": pen.quantity(), "from": pen.thresholds(3)},
        "values": [[pen.number(0, 100) for _ in range(3)] for _ in range(2)],
        "between": between,
        "below": pen.number(0, 10),
    }
    return found | ({"edge": pen.pick("lower", "upper")} if between == "step" else {})


def table(pen: Pen) -> Doc:
    cells: dict[str, tuple[str, ...]] = {"grade": GRADES, "region": ("R", "S"), "outlet": ("o1", "o2")}
    if pen.axis == "transaction":
        cells["product"] = PRODUCTS
    by = pen.some(sorted(cells), pen.pick(1, 1, 2, len(cells) if len(cells) < 4 else 3))
    otherwise = None if {*by} <= {"grade", "region", "product"} else pen.number(0, 9)
    known = {word: list(cells[word]) for word in by}
    if otherwise is not None:
        known[by[-1]] = known[by[-1]][:-1]
    return {"by": by, "values": _nested(pen, [known[word] for word in by]), "otherwise": otherwise}


def _nested(pen: Pen, words: list[list[str]]) -> Doc:
    first, *rest = words
    return {word: _nested(pen, rest) if rest else pen.number(0, 100) for word in first}
