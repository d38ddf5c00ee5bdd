"""Lines that pay more for more, by their settings: what is sold goes in, and no setting turns it round.

Left out are the kinds that say themselves that more may pay less: a ratio to last time's own figure, a loan that is
taken back as soon as the draw is reached, places counted from the best, measures of inequality, money taken back,
pay for time saved, a change in the year that counts for new amounts only, and whatever is better where it is less.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chance.arithmetic import profit_bonus
from chance.documents import Writer
from chance.peers import among
from chance.pen import Pen
from chance.rates import running
from chance.time import ENDS, advance, bonus_bank, carry_forward, converted, deferral, guarantee

SOLD = "insurance_sold"
Doc = dict[str, Any]


class RisingPen(Pen):
    """Names only what grows with what is sold, or has nothing to do with it."""

    def fact(self) -> Any:
        if self.on_periods and self.maybe(0.5):
            return {"line": self.pick(*self.on_periods)}
        return {"measure": SOLD, "missing": "zero"} | self.window()

    def other(self) -> Any:
        """A quantity that has nothing to do with what is sold."""
        return self.pick(
            self.amount(), {"measure": "funds_sold", "missing": "zero"}, {"person": "employed_days"}
        )

    def growing(self, count: int, low: float, high: float) -> list[Any]:
        """Numbers of which none is below the one before, not even on days on which one of them changes."""
        width = (high - low) / count
        return [self.number(low + at * width, low + (at + 1) * width, width / 4) for at in range(count)]


def tiers(pen: RisingPen) -> Doc:
    rates = pen.growing(3, 0, 0.3)
    found: Doc = {"of": pen.fact(), "measured": "by_itself", "rate_applies_to": pen.pick("slice", "all")}
    if found["rate_applies_to"] == "all":
        found["edge"] = pen.pick("lower", "upper")
    starts = pen.thresholds(3)
    return found | {"tiers": [{"from": at, "rate": rate} for at, rate in zip(starts, rates, strict=True)]}


def steps(pen: RisingPen) -> Doc:
    *starts, end = pen.thresholds(4)
    amounts = pen.growing(3, 100, 900)
    found: Doc = {"of": pen.fact(), "amounts": pen.pick("replace", "add_up", "in_proportion"), "below": 50}
    each: list[Doc] = [{"from": at, "amount": amount} for at, amount in zip(starts, amounts, strict=True)]
    if found["amounts"] == "in_proportion":
        each[-1]["to"] = end
    else:
        found["edge"] = pen.pick("lower", "upper")
    return found | {"steps": each}


def curve(pen: RisingPen) -> Doc:
    points = zip(pen.thresholds(4, 500), pen.growing(4, 0, 5000), strict=True)
    return {
        "of": pen.fact(),
        "points": [{"at": at, "gives": gives} for at, gives in points],
        "below": pen.pick("zero", "hold", "extend"),
        "above": pen.pick("hold", "extend"),
        "edge": pen.pick("lower", "upper"),
    }


def matrix(pen: RisingPen) -> Doc:
    between = pen.pick("step", "linear")
    found: Doc = {
        "rows": {"of": pen.fact(), "from": pen.thresholds(2)},
        "columns": {"of": pen.pick(pen.fact(), pen.other()), "from": pen.thresholds(3)},
        "values": [[1, 2, 4], [2, 4, 8]],
        "between": between,
        "below": 0,
    }
    return found | ({"edge": pen.pick("lower", "upper")} if between == "step" else {})


def slice_between(pen: RisingPen) -> Doc:
    low, high = pen.thresholds(2)
    return {"of": pen.fact(), "from": low, "to": pen.pick(high, None), "measured": "by_itself"}


def gate(pen: RisingPen) -> Doc:
    conditions = [{"value": pen.fact(), pen.pick("at_least", "above"): pen.amount()} for _ in range(2)]
    sold = {"measure": SOLD, "missing": "zero"}
    return {"of": sold, "when": conditions, "need": pen.pick("all", "any"), "otherwise": 0}


def weighted_mean(pen: RisingPen) -> Doc:
    of = [{"value": pen.pick(pen.fact(), pen.other()), "weight": pen.plain(1, 5)} for _ in range(3)]
    return {"of": of, "mean": "arithmetic", "not_applicable": pen.pick("reweight", "refuse")}


def statistic(pen: RisingPen) -> Doc:
    word = pen.pick("sum", "mean", "median", "smallest", "largest", "quantile", "count")
    return {"of": pen.fact(), "statistic": word} | among(pen) | ({"at": 0.25} if word == "quantile" else {})


def rank_award(pen: RisingPen) -> Doc:
    awards = [{"place": 1, "amount": 300}, {"from": 2, "to": 3, "amount": 100}, {"last": 1, "amount": -30}]
    ties = pen.pick("all_get_the_better", "share_the_awards", "all_get_the_worse")
    return {"of": pen.fact(), "best": "highest", "awards": awards, "ties": ties} | among(pen)


def pool(pen: RisingPen) -> Doc:
    return {"fund": pen.amount(), "allocation": "in_proportion", "weight": pen.fact()} | among(pen)


def attainment(pen: RisingPen) -> Doc:
    zero_target, missing = pen.pick("not_applicable", "zero", "full"), pen.pick("refuse", "zero", "rescale")
    found: Doc = {"measure": SOLD, "points": pen.number(1, 9), "cap": pen.pick(None, 1.2), "floor": None}
    return found | {"source": "1", "zero_target": zero_target, "missing": missing}


def share(pen: RisingPen) -> Doc:
    found: Doc = {"source": "1", "top": SOLD, "bottom": "funds_sold", "points": 5, "cap": pen.pick(None, 1)}
    return found | {"missing": pen.pick("refuse", "zero", "rescale")}


STEADY: dict[str, Callable[[RisingPen], Doc]] = {
    "figure": lambda pen: {"of": pen.fact()},
    "commission": lambda pen: {"of": pen.fact(), "rate": pen.rate()},
    "tiers": tiers,
    "steps": steps,
    "curve": curve,
    "matrix": matrix,
    "slice": slice_between,
    "product": lambda pen: {"of": [pen.fact(), pen.rate()]},
    "total": lambda pen: {"add": [pen.fact(), pen.fact()], "less": [pen.other()]},
    "largest_of": lambda pen: {"of": [pen.fact(), pen.other()]},
    "smallest_of": lambda pen: {"of": [pen.fact(), pen.other()]},
    "power": lambda pen: {"of": {"measure": SOLD, "missing": "zero"}, "exponent": pen.pick(0.5, 1, 2)},
    "ratio": lambda pen: {"top": pen.fact(), "bottom": pen.other(), "zero_bottom": "zero"},
    "weighted_mean": weighted_mean,
    "rescaled": lambda pen: {"of": pen.fact(), "from": 500, "to": pen.pick(1000, 2500)},
    "gate": gate,
    "statistic": statistic,
    "rank_award": rank_award,
    "pool": pool,
    "guarantee": guarantee,
    "ramp": lambda pen: {"of": pen.fact(), "factors": [pen.rate(), 0.5], "after": 1},
    "proration": lambda pen: {
        "of": pen.fact(),
        "part": {"person": "employed_days"},
        "whole": {"calendar": "days"},
        "round_factor": None,
    },
    "converted": converted,
    "profit_bonus": profit_bonus,
    "attainment": attainment,
    "share": share,
    "counted": lambda pen: {"source": "1", "measure": SOLD, "points_each": 0.1, "missing": "zero"},
    "mark": lambda pen: {"source": "1", "measure": SOLD, "out_of": 10, "points": 5, "missing": "zero"},
}
"""Kinds that give no less for more in the same period; other lines may read them."""

FIRST = 7
"""How many lines of a scheme are steady; they stand first."""
BOUNDED = ("pool", "attainment", "share", "counted", "mark")
"""Kinds that have other bounds, or none."""


def _against_others(pen: RisingPen, line: Doc) -> Doc:
    """A line whose target and limit have nothing to do with what is sold."""
    return line | {name: pen.other() for name in ("against", "carried_at_most") if name in line}


def to_date(pen: RisingPen) -> Doc:
    """A running total that is repriced as a whole: of new amounts alone, those sold before a rise earn less."""
    return {"measured": running(pen), "on_change": "whole_total"}


OVER_TIME: dict[str, Callable[[RisingPen], Doc]] = {
    "tiers": lambda pen: tiers(pen) | to_date(pen),
    "steps": lambda pen: steps(pen) | to_date(pen),
    "slice": lambda pen: slice_between(pen) | to_date(pen),
    "running_total": lambda pen: {"of": pen.fact(), "measured": running(pen), "own": "included"},
    "draw": lambda pen: {
        "of": pen.fact(),
        "amount": pen.other(),
        "meaning": "advance",
        "forgiven": pen.pick(*ENDS),
        "recovery_share": pen.pick(0.25, 1),
        **({"owed_at_most": pen.amount()} if pen.maybe(0.5) else {}),
    },
    "advance": advance,
    "deferral": deferral,
    "bonus_bank": bonus_bank,
    "carry_forward": lambda pen: _against_others(pen, carry_forward(pen)),
}
"""Kinds that give no less for more up to any period, all of it counted together."""


def document(seed: int) -> Doc:
    """Figures that read what is sold; those over time stand last, so that no other reads them."""
    pen = RisingPen(seed)
    pen.by_growth = False
    writer = Writer(seed, pen)
    rule = {"set_by": "table", "progress": "months", "source": "1"}
    found: Doc = {"id": "more", "title": "More", "source": "1", "every": pen.every, "targets": rule}
    found["figures"] = [_line(writer, kind, STEADY, steady=True) for kind in pen.some(sorted(STEADY), FIRST)]
    found["figures"] += [
        _line(writer, kind, OVER_TIME, steady=False) for kind in pen.some(sorted(OVER_TIME), 4)
    ]
    return found


def _line(writer: Writer, kind: str, writings: Any, steady: bool) -> Doc:
    pen = writer.pen
    pen.new_line("period")
    writer.count += 1
    name = f"{kind}_{writer.count}"
    line: Doc = {"kind": kind, "id": name, "title": name} | writings[kind](pen)
    if steady and kind not in BOUNDED and pen.maybe(0.5):
        line |= pen.pick({"cap": 3000}, {"floor": 100}, {"round": pen.rounding()})
    if steady:
        pen.on_periods.append(name)
    return line
