"""Sound schemes by chance over an invented history, and faults that are planted into them one at a time."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import numpy as np

import small_bank
from policymodel.history.facts import History
from policymodel.history.measures import Measure
from policymodel.lint import Settings
from policymodel.lint.settings import Governance, Measures
from policymodel.panel import Panel, build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import scheme_of
from policymodel.scheme.scheme import Scheme

Doc = dict[str, Any]
YEARS = (2023, 2024)
MONTHS = tuple(f"{year}-{month:02d}" for year in YEARS for month in range(1, 13))
FLOWS = ("loans", "funds", "fees", "insurance", "cards", "transfers")
CLASSES = {"deposits": "development", "service_mark": "compliance", "attendance": "compliance"}
MEASURES = {
    **{
        name: Measure(name, {"en": name}, "flow", "CNY", "up", "absent", regulator_class="development")
        for name in FLOWS
    },
    "deposits": Measure(
        "deposits", {"en": "deposits"}, "stock", "CNY", "up", "absent", regulator_class="development"
    ),
    "service_mark": Measure(
        "service_mark",
        {"en": "service mark"},
        "stock",
        "points",
        "up",
        "absent",
        regulator_class="compliance",
    ),
    "attendance": Measure(
        "attendance", {"en": "attendance"}, "stock", "points", "up", "absent", regulator_class="compliance"
    ),
}
SETTINGS = Settings(
    measures=Measures(substitutes=(("funds", "insurance"),)),
    governance=Governance(
        approved="board, 2023-12-01",
        paid_after_review="§ 9",
        appeal="§ 12",
        clawback="§ 14",
        records_years=5.0,
    ),
)
"""What is said of the invented bank, so that nothing is left unsaid."""


@dataclass(frozen=True)
class Bank:
    """An invented history, its panel, and how its figures are spread: quantiles of quarters of the plan year."""

    history: History
    panel: Panel
    quarters: dict[str, np.ndarray] = field(repr=False)

    def at(self, measure: str, share: float) -> int:
        """A round number below which this share of a quarter's figures lie."""
        return max(1, round(float(np.quantile(self.quarters[measure], share)) / 10) * 10)


def bank(seed: int, people: int = 40, zero_targets: bool = False) -> Bank:
    """A bank of so many people, each with a skill of their own; the same seed gives the same bank."""
    chance = random.Random(f"lint bank {seed}")
    names = [f"m{number:02d}" for number in range(people)]
    skill = {name: chance.lognormvariate(0, 0.3) for name in names}
    rows: list[tuple[object, ...]] = []
    quarters: dict[str, dict[tuple[str, int], float]] = {name: {} for name in FLOWS}
    for name in names:
        stock = 400_000 * skill[name]
        for index, month in enumerate(MONTHS):
            for measure in FLOWS:
                figure = round(3_000 * skill[name] * chance.lognormvariate(0, 0.35), 2)
                rows.append((name, month, measure, figure))
                if month.startswith("2024"):
                    quarter = (name, (index - 12) // 3)
                    quarters[measure][quarter] = quarters[measure].get(quarter, 0.0) + figure
            stock *= chance.lognormvariate(0.005, 0.03)
            rows.append((name, month, "deposits", round(stock, 2)))
            rows.append((name, month, "service_mark", float(chance.randint(55, 98))))
            rows.append((name, month, "attendance", 100.0))
    made = small_bank.bank(
        managers=small_bank.managers(
            *(
                (name, f"o{index % 4}", "2020-01-01", None, "ABC"[index % 3], 1.0)
                for index, name in enumerate(names)
            )
        ),
        activity=small_bank.activity(*rows),
        targets=small_bank.targets(*_targets(chance, names, zero_targets)),
        events=small_bank.events(*_events(chance, names)),
    )
    history = replace(made, measures=MEASURES)
    panel = build_panel(history, Period.parse("2024"), Period.parse("2023"))
    return Bank(history, panel, {name: np.array(list(each.values())) for name, each in quarters.items()})


def _targets(chance: random.Random, names: list[str], zero: bool) -> Iterator[tuple[object, ...]]:
    """Targets of the market, which know nobody's last year."""
    for index, name in enumerate(names):
        for quarter in range(1, 5):
            loans = 0.0 if zero and index < 3 else float(chance.randint(7, 13) * 1000)
            yield ("manager", name, "loans", f"2024-Q{quarter}", loans)
            yield ("manager", name, "deposits", f"2024-Q{quarter}", float(chance.randint(30, 60) * 10_000))


def _events(chance: random.Random, names: list[str]) -> Iterator[tuple[object, ...]]:
    for _ in range(2 * len(names)):
        day = f"{chance.choice(MONTHS[12:])}-{chance.randint(1, 28):02d}"
        yield (
            chance.choice(names),
            day,
            "complaint",
            chance.choice(["hotline", "letter", "counter"]),
            True,
            None,
        )


def _line(kind: str, name: str, **settings: Any) -> Doc:
    return {"kind": kind, "id": name, "title": name.replace("_", " "), "source": "§ 3", **settings}


def sound(seed: int, bank: Bank) -> Doc:
    """A scheme without any fault that is looked for; the same seed writes the same."""
    chance = random.Random(f"sound scheme {seed}")
    card = [
        _line(
            "mark",
            "service",
            measure="service_mark",
            points=chance.randint(40, 60),
            out_of=100,
            missing="zero",
        ),
        _line(
            "attainment",
            "deposits",
            measure="deposits",
            points=chance.randint(20, 30),
            cap=None,
            floor=None,
            zero_target="not_applicable",
            missing="zero",
            read="mean_of_months",
        ),
        _line(
            "attainment",
            "loans",
            measure="loans",
            points=chance.randint(20, 30),
            cap=chance.choice([None, 1.3, 1.4]),
            floor=None,
            zero_target="not_applicable",
            missing="zero",
        ),
        _line("deduction", "complaints", event="complaint", channels=None, points_each=chance.randint(1, 4)),
    ]
    rate = chance.randint(20, 40) / 1000
    turn = bank.at("funds", chance.uniform(0.3, 0.7))
    lower = {"from": turn, "rate": round(rate * chance.uniform(0.4, 0.9), 4)}
    items = [
        _line("grade_wage", "wage", monthly={"A": 6000, "B": 5000, "C": chance.randint(40, 45) * 100}),
        _line(
            "tiers",
            "funds_pay",
            of={"measure": "funds"},
            tiers=[{"from": 0, "rate": rate}, lower],
            rate_applies_to="slice",
            measured=chance.choice(["by_itself", "year_to_date"]),
        ),
        _line("commission", "fees_pay", of={"measure": "fees"}, rate=chance.randint(10, 50) / 1000),
        _line("commission", "score_pay", of={"line": "score"}, rate=chance.randint(5, 20)),
    ]
    figures: list[Doc] = []
    if chance.random() < 0.5:
        figures.append(
            _line(
                "gate",
                "careful",
                of={"measure": "fees"},
                when=[{"value": {"measure": "fees"}, "at_least": bank.at("fees", 0.03)}],
                need="all",
                otherwise=0,
            )
        )
        items[2]["of"] = {"line": "careful"}
    if chance.random() < 0.5:
        card = [
            _line("group", "indicators", cap=None, floor=None, not_applicable="reweight", lines=card[:3]),
            card[3],
        ]
    else:
        chance.shuffle(card)
    chance.shuffle(items)
    found: Doc = {
        "id": f"sound_{seed}",
        "title": "Sound",
        "source": "§ 0",
        "every": "quarter",
        "targets": {"set_by": "table", "progress": "calendar_days", "source": "§ 2"},
        "card": {
            "lines": card,
            "round": {"digits": 2, "mode": "half_up"},
            "rescale": 1,
            "floor": None,
            "cap": None,
        },
        "pay": {"currency": "CNY", "round": {"digits": 2, "mode": "half_up"}, "items": items},
    }
    return found | ({"figures": figures} if figures else {})


def _find(document: Any, name: str) -> Doc:
    """The line of an id."""
    if isinstance(document, dict):
        if document.get("id") == name and "kind" in document:
            return document
        document = list(document.values())
    for each in document if isinstance(document, list) else ():
        if found := _find(each, name):
            return found
    return {}


@dataclass(frozen=True)
class Fault:
    """A fault: the rule that should find it, where, how it is planted, and which rules may speak with it.

    What speaks with it is true as well: with targets of last year nobody comes to a cap that was set for others, in a
    month nobody comes to a tier of a quarter. With `zero_targets` the fault is in the history.
    """

    rule: str
    at: str
    plant: Callable[[Doc, Bank, random.Random], None]
    also: tuple[str, ...] = ()
    zero_targets: bool = False


def _paid(document: Doc, *lines: Doc) -> None:
    document["pay"]["items"] += lines


def _figures(document: Doc, *lines: Doc) -> None:
    document.setdefault("figures", []).extend(lines)


def _dead_cap(document: Doc, bank: Bank, chance: random.Random) -> None:
    _find(document, "fees_pay")["cap"] = bank.at("fees", 1) * chance.randint(2, 9)


def _dead_tier(document: Doc, bank: Bank, chance: random.Random) -> None:
    tiers = _find(document, "funds_pay")["tiers"]
    tiers.append({"from": bank.at("funds", 1) * chance.randint(8, 20), "rate": tiers[-1]["rate"] / 2})


def _dead_gate(document: Doc, bank: Bank, chance: random.Random) -> None:
    condition = {"value": {"measure": "transfers"}, "at_least": -chance.randint(1, 9)}
    gate = _line("gate", "open", of={"measure": "transfers"}, when=[condition], need="all", otherwise=0)
    _figures(document, gate)
    _paid(document, _line("commission", "open_pay", of={"line": "open"}, rate=0.01))


def _dead_line(document: Doc, bank: Bank, chance: random.Random) -> None:
    document["card"]["lines"].append(
        _line("deduction", "frauds", event="fraud", channels=None, points_each=chance.randint(5, 20))
    )


def _unused(document: Doc, bank: Bank, chance: random.Random) -> None:
    _figures(document, _line("figure", "forgotten", of={"measure": chance.choice(FLOWS)}))


def _unreachable(document: Doc, bank: Bank, chance: random.Random) -> None:
    cap = bank.at("transfers", 0.8)
    _figures(document, _line("figure", "held", of={"measure": "transfers"}, cap=cap))
    tiers = [{"from": 0, "rate": 0.03}, {"from": cap * chance.randint(2, 4), "rate": 0.02}]
    _paid(
        document,
        _line(
            "tiers",
            "held_pay",
            of={"line": "held"},
            tiers=tiers,
            rate_applies_to="slice",
            measured="by_itself",
        ),
    )


def _overlap(document: Doc, bank: Bank, chance: random.Random) -> None:
    low, high = bank.at("transfers", 0.3), bank.at("transfers", 0.6)
    of = {"measure": "transfers"}
    _figures(
        document,
        _line("slice", "below", of=of, **{"from": 0}, to=high, measured="by_itself"),
        _line("slice", "above", of=of, **{"from": low}, to=None, measured="by_itself"),
    )
    _paid(
        document,
        _line("commission", "below_pay", of={"line": "below"}, rate=0.03),
        _line("commission", "above_pay", of={"line": "above"}, rate=0.02),
    )


def _twice(document: Doc, bank: Bank, chance: random.Random) -> None:
    _paid(document, _line("commission", "again", of={"measure": "funds"}, rate=chance.randint(1, 9) / 1000))


def _negative(document: Doc, bank: Bank, chance: random.Random) -> None:
    top = bank.at("transfers", chance.uniform(0.3, 0.7))
    points = [
        {"at": 0, "gives": 0},
        {"at": top, "gives": 900},
        {"at": 2 * top, "gives": chance.randint(100, 600)},
    ]
    _paid(
        document,
        _line("curve", "hump", of={"measure": "transfers"}, points=points, below="zero", above="hold"),
    )


def _flat(document: Doc, bank: Bank, chance: random.Random) -> None:
    cap = round(0.02 * bank.at("transfers", chance.uniform(0.05, 0.3)))
    _paid(document, _line("commission", "held_down", of={"measure": "transfers"}, rate=0.02, cap=cap))


def _cliff(document: Doc, bank: Bank, chance: random.Random) -> None:
    steps = [{"from": bank.at("transfers", chance.uniform(0.1, 0.14)), "amount": chance.randint(4, 9) * 1000}]
    _paid(
        document,
        _line(
            "steps",
            "leap",
            of={"measure": "transfers"},
            steps=steps,
            amounts="replace",
            below=0,
            edge="upper",
        ),
    )


def _small_weight(document: Doc, bank: Bank, chance: random.Random) -> None:
    lines = document["card"]["lines"]
    lines = lines[0]["lines"] if lines[0]["kind"] == "group" else lines
    lines.append(
        _line(
            "mark", "small", measure="service_mark", points=chance.randint(2, 6), out_of=100, missing="zero"
        )
    )


def _many(document: Doc, bank: Bank, chance: random.Random) -> None:
    for name in ("insurance", "cards", "transfers"):
        _paid(document, _line("commission", f"{name}_pay", of={"measure": name}, rate=0.02))


def _nothing(document: Doc, bank: Bank, chance: random.Random) -> None:
    """The fault is in the history."""


def _low_cap(document: Doc, bank: Bank, chance: random.Random) -> None:
    _find(document, "loans")["cap"] = chance.choice([0.5, 0.6, 0.7])


def _sales_twice(document: Doc, bank: Bank, chance: random.Random) -> None:
    factors = [{"measure": "loans"}, {"line": "score"}, chance.randint(1, 9) / 100_000]
    _paid(document, _line("product", "scaled", of=factors))


def _one_channel(document: Doc, bank: Bank, chance: random.Random) -> None:
    _find(document, "complaints")["channels"] = ["hotline"]


def _no_quality(document: Doc, bank: Bank, chance: random.Random) -> None:
    mark = _find(document, "service")
    points = mark["points"]
    mark.clear()
    mark |= _line("counted", "service", measure="cards", points_each=0.003, missing="zero")
    mark |= _line(
        "change_on_period",
        "service",
        measure="cards",
        points=points,
        against="same_period_last_year",
        level="manager",
        cap=None,
        floor=None,
        missing="zero",
    )
    del mark["points_each"]


def _one_day(document: Doc, bank: Bank, chance: random.Random) -> None:
    _find(document, "deposits")["read"] = "period_end"


def _ranked(document: Doc, bank: Bank, chance: random.Random) -> None:
    awards = [{"from": 1, "to": chance.randint(3, 8), "amount": 50}]
    _paid(
        document,
        _line(
            "rank_award",
            "best",
            of={"measure": "transfers"},
            best="highest",
            awards=awards,
            among="group",
            ties="all_get_the_better",
            missing="leave_out",
        ),
    )


def _ratchet(document: Doc, bank: Bank, chance: random.Random) -> None:
    document["targets"] |= {"set_by": "growth", "growth": chance.randint(2, 15) / 100}


def _steep(document: Doc, bank: Bank, chance: random.Random) -> None:
    tiers = _find(document, "funds_pay")["tiers"]
    tiers[-1]["rate"] = round(tiers[0]["rate"] * chance.uniform(1.5, 4), 4)


def _variable(document: Doc, bank: Bank, chance: random.Random) -> None:
    document["pay"]["items"] = [each for each in document["pay"]["items"] if each["id"] != "wage"]


def _shortfall(document: Doc, bank: Bank, chance: random.Random) -> None:
    against = bank.at("transfers", 0.05)
    _figures(
        document,
        _line(
            "carry_forward",
            "beyond",
            of={"measure": "transfers"},
            against=against,
            carries="shortfall",
            resets=chance.choice(["never", "year_end"]),
        ),
    )
    _paid(document, _line("commission", "beyond_pay", of={"line": "beyond"}, rate=0.02))


def _same(document: Doc, bank: Bank, chance: random.Random) -> None:
    lines = document["card"]["lines"]
    lines = lines[0]["lines"] if lines[0]["kind"] == "group" else lines
    lines.append(
        _line(
            "mark",
            "presence",
            measure="attendance",
            points=chance.randint(20, 30),
            out_of=100,
            missing="zero",
        )
    )


def _high_gate(document: Doc, bank: Bank, chance: random.Random) -> None:
    condition = {
        "value": {"measure": "transfers"},
        "at_least": bank.at("transfers", chance.uniform(0.3, 0.45)),
    }
    _figures(
        document,
        _line("gate", "hurdle", of={"measure": "transfers"}, when=[condition], need="all", otherwise=0),
    )
    _paid(document, _line("commission", "hurdle_pay", of={"line": "hurdle"}, rate=0.01))


def _monthly(document: Doc, bank: Bank, chance: random.Random) -> None:
    document["every"] = "month"
    steps = [{"from": round(bank.at("transfers", 0.12) / 4, -1), "amount": 100}]
    _paid(
        document,
        _line(
            "steps",
            "leap",
            of={"measure": "transfers"},
            steps=steps,
            amounts="replace",
            below=0,
            edge="upper",
        ),
    )


def _campaign(document: Doc, bank: Bank, chance: random.Random) -> None:
    begins, ends, before, after = chance.choice(
        [
            ("2024-04-01", "2024-06-30", "2024-03-31", "2024-07-01"),
            ("2024-07-01", "2024-09-30", "2024-06-30", "2024-10-01"),
        ]
    )
    segments = [
        {"to": before, "value": 0},
        {"from": begins, "to": ends, "value": 0.02},
        {"from": after, "value": 0},
    ]
    _paid(document, _line("commission", "spring", of={"measure": "transfers"}, rate={"segments": segments}))


def _unequal(document: Doc, bank: Bank, chance: random.Random) -> None:
    rate = _find(document, "funds_pay")["tiers"][0]["rate"]
    _paid(
        document,
        _line("commission", "insured", of={"measure": "insurance"}, rate=rate * chance.randint(2, 5)),
    )


FAULTS: dict[str, Fault] = {
    "a cap that nobody reaches": Fault("dead_clause", "fees_pay.cap", _dead_cap),
    "a tier that nobody reaches": Fault("dead_tier", "funds_pay.tiers[2]", _dead_tier),
    "a gate that is always open": Fault("dead_gate", "open.when", _dead_gate),
    "a deduction that never comes": Fault("dead_line", "frauds", _dead_line),
    "a line that nothing reads": Fault("unused_line", "forgotten", _unused),
    "a tier beyond the cap of what climbs": Fault("unreachable_tier", "held_pay.tiers[1]", _unreachable),
    "slices that overlap": Fault("overlapping_slices", "above.from", _overlap, ("paid_twice",)),
    "one measure paid by two items": Fault("paid_twice", "again", _twice),
    "pay that falls with more": Fault("negative_marginal_pay", "hump", _negative),
    "pay that stands still": Fault("no_marginal_pay", "held_down", _flat, ("cap_below_median",)),
    "a leap": Fault("cliff", "leap", _cliff, ("no_marginal_pay",)),
    "a line of little weight": Fault(
        "small_weight", "small.points", _small_weight, ("weight_without_effect",)
    ),
    "too many measures": Fault("too_many_measures", "pay.items", _many, ("unequal_substitutes",)),
    "targets of zero": Fault("target_not_positive", "loans.measure", _nothing, zero_targets=True),
    "a cap below the median": Fault(
        "cap_below_median", "loans.cap", _low_cap, ("weight_without_effect", "no_variance", "no_marginal_pay")
    ),
    "sales counted twice": Fault("counted_twice", "scaled", _sales_twice),
    "one channel of complaints": Fault("one_complaint_channel", "complaints.channels", _one_channel),
    "no quality among the points": Fault("quality_weight", "card.lines", _no_quality),
    "a volume on one day": Fault("point_in_time", "deposits", _one_day),
    "places alone": Fault("rank_only", "best", _ranked, ("no_marginal_pay", "cliff")),
    "targets of last year and growth": Fault(
        "ratchet", "targets.set_by", _ratchet, ("weight_without_effect", "dead_clause")
    ),
    "rates that climb without end": Fault("uncapped_accelerator", "funds_pay.tiers[1]", _steep),
    "nothing fixed": Fault("all_variable", "pay.items", _variable, ("cliff",)),
    "shortfalls carried on": Fault("shortfall_carried", "beyond.carries", _shortfall),
    "a line that is the same for all": Fault("no_variance", "presence", _same),
    "a hurdle too high": Fault("threshold_too_high", "hurdle.when", _high_gate, ("cliff",)),
    "a hurdle each month": Fault(
        "monthly_hurdle", "leap", _monthly, ("cliff", "no_marginal_pay", "threshold_too_high", "dead_tier")
    ),
    "a campaign": Fault("campaign", "spring.rate", _campaign, ("no_marginal_pay",)),
    "substitutes that differ": Fault("unequal_substitutes", "insured", _unequal),
}
"""Every kind of fault, by what it is called."""


def read(document: Doc) -> Scheme:
    """The scheme of a document whose numbers are Python's."""
    return scheme_of(_exact(document))


def _exact(raw: Any) -> Any:
    if isinstance(raw, float):
        return Decimal(str(raw))
    if isinstance(raw, dict):
        return {key: _exact(value) for key, value in raw.items()}
    return [_exact(each) for each in raw] if isinstance(raw, list) else raw


def planted(fault: Fault, document: Doc, bank: Bank, seed: int) -> Doc:
    """The document with a fault."""
    made = copy.deepcopy(document)
    fault.plant(made, bank, random.Random(f"fault {seed} {fault.rule} {fault.at}"))
    return made
