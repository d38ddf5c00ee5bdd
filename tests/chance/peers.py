"""Kinds among people by chance: statistics, ranks, awards, pools, overrides, split credits."""

from __future__ import annotations

from chance.pen import SCOPES, Doc, Pen

OF_ONE = (
    *("sum", "count", "mean", "median", "quantile", "smallest", "largest", "standard_deviation"),
    *("standard_deviation_of_all", "gini", "gini_of_sample", "theil_t", "theil_l", "herfindahl"),
    *("lorenz", "atkinson", "wolfson"),
)
OF_SEVERAL = ("kendall_tau_b", "spearman", "kendall_w")


def among(pen: Pen) -> Doc:
    return {"among": pen.pick(*SCOPES), "missing": pen.pick("refuse", "leave_out")}


def ranked(pen: Pen) -> Doc:
    """What is ranked among whom: people, or the outlets and regions that a wider scope has several of."""
    found: Doc = {"of": pen.quantity(), "best": pen.pick("highest", "lowest")} | among(pen)
    units = {"outlet": ("person",), "region": ("person", "outlet"), "group": ("person", "outlet", "region")}
    if pen.maybe(0.7):
        found["each"] = pen.pick(*units[found["among"]])
    if pen.maybe(0.4):
        found["who"] = pen.conditions()
    return found


def statistic(pen: Pen) -> Doc:
    word = pen.pick(*OF_ONE, *OF_SEVERAL)
    found: Doc = {"of": pen.quantity(), "statistic": word} | among(pen)
    if word in ("quantile", "lorenz", "atkinson"):
        found["at"] = pen.number(0, 1, 0.25)
    if word in OF_SEVERAL:
        found["of"] = [pen.quantity() for _ in range(pen.pick(2, 3) if word == "kendall_w" else 2)]
    if pen.maybe(0.3):
        found["who"] = pen.conditions()
    return found


def rank(pen: Pen) -> Doc:
    ties = pen.pick("best_place", "mean_place", "worst_place", "next_place")
    return {"ties": ties, "shown_as": pen.pick("place", "share")} | ranked(pen)


def rank_award(pen: Pen) -> Doc:
    awards: list[Doc] = [
        {"place": 1, "amount": pen.amount()},
        {"from": 2, "to": 3, "amount": pen.amount()},
        {"last": 1, "amount": pen.money(-90, 0, 10)},
    ]
    return {
        "awards": awards[: pen.pick(1, 2, 3)] if pen.maybe(0.5) else awards[::-1],
        "ties": pen.pick("all_get_the_better", "share_the_awards", "all_get_the_worse"),
    } | ranked(pen)


def pool(pen: Pen) -> Doc:
    """A pool writes its own rounding, because what it leaves over must be said with it."""
    found: Doc = {"fund": pen.money(-999, 9999, 0.01)} | among(pen)
    found["allocation"] = pen.pick("equal", "in_proportion")
    if pen.maybe(0.4):
        found["fund"] = {"measure": "insurance_sold", "level": found["among"], "missing": "zero"}
    if found["allocation"] == "in_proportion":
        found["weight"] = pen.quantity()
    if pen.maybe(0.4):
        found["who"] = pen.conditions()
    if pen.maybe(0.6):
        found["round"] = pen.rounding()
        found["remainder"] = pen.pick("left_over", "largest_remainder")
    if found.get("remainder") != "largest_remainder" and pen.maybe(0.3):
        found["floor"] = pen.pick(pen.money(0, 100, 10), pen.fact())
        found["cap"] = pen.pick(pen.money(500, 5000, 500), pen.fact())
    return found


def override(pen: Pen) -> Doc:
    return {"of": pen.quantity(), "rate": pen.rate(), "team": pen.pick("direct", "whole")}


def split_credit(pen: Pen) -> Doc:
    return {"of": pen.quantity()}
