"""Scheme files by chance: legal lines of every kind that name one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chance import arithmetic, card, peers, rates, time
from chance.pen import Doc, Pen
from chance.rules import rules

Writing = Callable[[Pen], Doc]

ON_BOTH: dict[str, Writing] = {
    "figure": rates.figure,
    "commission": rates.commission,
    "tiers": rates.tiers,
    "running_total": rates.running_total,
    "slice": rates.slice_between,
    "steps": rates.steps,
    "curve": rates.curve,
    "matrix": rates.matrix,
    "table": rates.table,
    "product": arithmetic.product,
    "total": arithmetic.total,
    "largest_of": arithmetic.several,
    "smallest_of": arithmetic.several,
    "power": arithmetic.power,
    "ratio": arithmetic.ratio,
    "weighted_mean": arithmetic.weighted_mean,
    "rescaled": arithmetic.rescaled,
    "gate": arithmetic.gate,
    "clawback": time.clawback,
    "proration": time.proration,
    "converted": time.converted,
    "profit_bonus": arithmetic.profit_bonus,
    "premium_plan": arithmetic.premium_plan,
}
"""Kinds that stand on periods or on transactions."""
ON_TRANSACTIONS: dict[str, Writing] = {"split_credit": peers.split_credit}
ON_PERIODS: dict[str, Writing] = {
    "statistic": peers.statistic,
    "rank": peers.rank,
    "rank_award": peers.rank_award,
    "pool": peers.pool,
    "override": peers.override,
    "draw": time.draw,
    "guarantee": time.guarantee,
    "ramp": time.ramp,
    "advance": time.advance,
    "deferral": time.deferral,
    "bonus_bank": time.bonus_bank,
    "carry_forward": time.carry_forward,
}
ON_CARDS: dict[str, Writing] = {
    "attainment": card.attainment,
    "change_on_period": card.change_on_period,
    "share": card.share,
    "counted": card.counted,
    "deduction": card.deduction,
    "mark": card.mark,
    "assumed": card.assumed,
    "objective": card.objective,
    "perspective": card.perspective,
}
GENERAL = {**ON_BOTH, **ON_TRANSACTIONS, **ON_PERIODS}
WRITINGS = {**GENERAL, **ON_CARDS}
DECK = tuple(sorted(WRITINGS))
OWN_ROUNDING = ("pool",)

SIDES: dict[str, tuple[str, ...]] = {
    "gate": ("open",),
    "pool": ("share", "unspent"),
    "override": ("base",),
    "advance": ("advance", "part", "rest", "outstanding"),
    "deferral": ("outstanding",),
    "bonus_bank": ("before", "bank"),
    "carry_forward": ("carried",),
    "proration": ("factor",),
    "premium_plan": ("time_wages", "bonus", "effective_rate"),
    "attainment": ("share",),
    "objective": ("counted",),
    "perspective": ("share",),
    "performance_wage": ("stock", "increment", "super_increment"),
}
"""The side figures of kinds that always have the same ones."""


def sides_of(line: Doc) -> tuple[str, ...]:
    """The names of a line's side figures."""
    match line["kind"]:
        case "tiers" if line["rate_applies_to"] == "all":
            return ("rate",)
        case "tiers":
            numbers = range(1, len(line["tiers"]) + 1)
            return tuple(f"{word}_{number}" for number in numbers for word in ("slice", "tier"))
        case "draw":
            return ("drawn",) if line["meaning"] == "minimum" else ("drawn", "recovered", "owed")
        case "clawback":
            return ("reclaimed", "per_period") if line["reclaims"] == "unearned" else ("reclaimed",)
        case "profit_bonus":
            return ("tax",) if "tax_rate" in line else ()
    return SIDES.get(line["kind"], ())


class Writer:
    """Writes the lines of one scheme, each of which may name those before it."""

    def __init__(self, seed: int, pen: Pen | None = None) -> None:
        self.seed = seed
        self.pen = pen or Pen(seed)
        self.count = 0

    def document(self) -> Doc:
        """A whole file; its figures are dealt in turn, so that some schemes on end have every kind."""
        pen = self.pen
        found: Doc = {"id": "by_chance", "title": "By chance", "source": "§ 0", "every": pen.every}
        if pen.has_targets:
            found["targets"] = card.target_rule(pen)
        found["figures"] = [self.line(kind) for kind in self._dealt(5)]
        if pen.maybe(0.6):
            found["card"] = self.card()
        found["pay"] = self.pay("card" in found)
        # One more figure, which may name whatever is paid.
        found["figures"].append(self.line(pen.pick("figure", "total", "pool", "deferral")))
        for lines in (found["figures"], found["pay"]["items"]):
            pen.chance.shuffle(lines)
        return found

    def _dealt(self, count: int) -> Iterator[str]:
        for place in range(count):
            kind = DECK[(count * self.seed + place) % len(DECK)]
            yield "assumed" if kind == "attainment" and not self.pen.has_targets else kind

    def line(self, kind: str, paid: bool = False) -> Doc:
        """A line of a kind; where it is a pay item it stands on periods for all who name it."""
        pen = self.pen
        on_transactions = kind in ON_TRANSACTIONS or (kind in ON_BOTH and pen.maybe(0.35))
        axis = "transaction" if on_transactions else "period"
        pen.new_line(axis)
        found = self._head(kind)
        if on_transactions or (kind in GENERAL and pen.maybe(0.1)):
            found["every"] = axis
        found |= WRITINGS[kind](pen)
        if kind in GENERAL and kind not in OWN_ROUNDING:
            self._finish(found)
        return self._entered(found, axis, paid)

    def _head(self, kind: str) -> Doc:
        self.count += 1
        name = f"{kind}_{self.count}"
        found: Doc = {"kind": kind, "id": name, "title": name}
        return found if kind in GENERAL and self.pen.maybe(0.5) else found | {"source": "§ 3"}

    def _finish(self, line: Doc) -> None:
        """A floor, a cap and a rounding now and then; the floor is never above the cap."""
        pen = self.pen
        if "cap" not in line and pen.maybe(0.15):
            line["cap"] = pen.pick(pen.money(1000, 9000, 500), pen.fact())
        if "floor" not in line and pen.maybe(0.15):
            line["floor"] = pen.pick(pen.money(-500, 500, 100), pen.fact())
        if pen.maybe(0.35):
            line["round"] = pen.rounding()

    def _entered(self, line: Doc, axis: str, paid: bool = False) -> Doc:
        """The line, which later ones may name, and its side figures."""
        pen = self.pen
        names = pen.on_transactions if axis == "transaction" else pen.on_periods
        names += [f"{line['id']}.{side}" for side in sides_of(line)]
        (pen.on_periods if paid else names).append(line["id"])
        return line

    def card(self) -> Doc:
        """A group, perhaps in another group, and some lines beside it."""
        pen = self.pen
        kinds = [kind for kind in ON_CARDS if pen.has_targets or kind != "attainment"]
        lines = [self.group([self.line(pen.pick(*kinds)) for _ in range(pen.pick(1, 2, 3))])]
        if pen.maybe(0.3):
            lines = [self.group([*lines, self.line(pen.pick(*kinds, *GENERAL))])]
        lines += [self.line(pen.pick(*kinds, *GENERAL)) for _ in range(pen.pick(0, 1, 2))]
        pen.chance.shuffle(lines)
        pen.new_line("period")
        pen.on_periods.append("score")
        return {
            "lines": lines,
            "round": pen.rounding(1, 2, 3),
            "rescale": pen.pick(1, pen.number(1, 10)),
            "floor": pen.pick(None, pen.number(-10, 0)),
            "cap": pen.pick(None, pen.number(50, 1000, 50)),
        }

    def group(self, lines: list[Doc]) -> Doc:
        self.pen.new_line("period")
        return self._entered(self._head("group") | card.group(self.pen, lines), "period")

    def pay(self, has_card: bool) -> Doc:
        pen = self.pen
        items = [self.line(pen.pick(*GENERAL), paid=True) for _ in range(2)]
        if pen.maybe(0.3):
            pen.new_line("period")
            items.append(self._entered(self._head("grade_wage") | card.grade_wage(pen), "period"))
        if pen.has_targets and pen.maybe(0.5):
            pen.new_line("period")
            wage = card.performance_wage(pen, has_card)
            items.append(self._entered(self._head("performance_wage") | wage, "period"))
        pen.on_periods.append("pay")
        return {"currency": "CNY", "round": pen.rounding(2), "items": items}


def document(seed: int) -> Doc:
    """The scheme file of a seed; the same seed writes the same."""
    found = Writer(seed).document()
    if seed % 2:
        found["consequences"] = rules(seed, found)
    return found
