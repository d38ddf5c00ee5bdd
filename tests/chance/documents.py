"""Scheme files by chance: legal lines of every kind that name one another."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from chance.histories import FLOWS, GRADES, PRODUCTS, RATIO, STOCKS

Doc = dict[str, Any]
SCOPES = ("outlet", "region", "group")
RUNNING = ("quarter_to_date", "half_year_to_date", "year_to_date")


class Writer:
    """Writes one scheme; the same seed writes the same."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(f"scheme {seed}")
        self.every = self.chance.choice(["month", "quarter", "quarter", "year"])
        self.over_periods: list[str] = []
        self.on_transactions: list[str] = []
        self.count = 0

    def pick(self, *choices: Any) -> Any:
        return self.chance.choice(choices)

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    # numbers and quantities

    def number(self, low: int, high: int, step: float = 1) -> Any:
        """A number as written, now and then one that changes in the year."""
        value = self.plain(low, high, step)
        if not self.maybe(0.04):
            return value
        day = self.pick("2024-04-01", "2024-05-16", "2024-07-01")
        before = {"2024-04-01": "2024-03-31", "2024-05-16": "2024-05-15", "2024-07-01": "2024-06-30"}[day]
        segments = [{"value": value, "to": before}, {"value": self.plain(low, high, step), "from": day}]
        return {"segments": segments, "inside_period": "by_days"}

    def plain(self, low: int, high: int, step: float = 1) -> Any:
        return low + round(self.chance.randint(0, round((high - low) / step)) * step, 6)

    def amount(self) -> Any:
        return self.number(0, 9000, 500)

    def rising(self, count: int, step: int) -> list[int]:
        start, values = self.pick(0, 0, step), []
        for _ in range(count):
            values.append(start)
            start += step * self.chance.randint(1, 4)
        return values

    def quantity(self, every: str = "period") -> Any:
        """A quantity of the size of an amount."""
        if every == "transaction" and self.maybe(0.7):
            lines = self.on_transactions
            if lines and self.maybe(0.5):
                return {"line": self.pick(*lines)}
            return {"transaction": self.pick("amount", "credited", "credited")}
        ways: list[Callable[[], Any]] = [self.measure, self.measure, self.earlier_line, self.earlier_line]
        ways += [self.amount, lambda: {"target": self.pick("net_deposits", "insurance_sold")}]
        ways += [lambda: {"transactions": self.pick("credited", "amount", "count")}, self.some_products]
        return self.pick(*ways)()

    def some_products(self) -> Doc:
        return {"transactions": "credited", "products": self.chance.sample(PRODUCTS, 2)}

    def measure(self) -> Doc:
        found: Doc = {"measure": self.pick(*FLOWS, *FLOWS, *STOCKS)}
        window = self.pick("period", "period", "year_to_date", "quarter_to_date", "half_year_to_date", "rolling")
        if window != "period":
            found["window"] = window
        if window == "rolling":
            found["months"] = self.pick(2, 3, 6)
        if self.maybe(0.2):
            found["level"] = self.pick("outlet", "region", "group")
        if self.maybe(0.1):
            found[self.pick("earlier", "years_earlier")] = 1
        if self.maybe(0.5):
            found["missing"] = "zero"
        return found

    def earlier_line(self) -> Any:
        if self.maybe(0.15) and self.on_transactions:
            return {"line": self.pick(*self.on_transactions)}
        if not self.over_periods:
            return self.measure()
        found: Doc = {"line": self.pick(*self.over_periods)}
        if self.maybe(0.1):
            found["earlier"] = self.pick(1, 2)
        return found

    def rate(self) -> Any:
        return self.number(0, 1, 0.0125)

    def share(self) -> Doc:
        """A quantity of the size of a share."""
        return self.pick({"measure": RATIO, "missing": "zero"}, {"person": "fte"})

    def conditions(self, every: str = "period") -> list[Doc]:
        word = self.pick("at_least", "above", "at_most", "below")
        return [
            {"value": self.quantity(every), word: self.quantity(every) if self.maybe(0.2) else self.amount()}
            for _ in range(self.pick(1, 1, 2))
        ]

    # kinds

    def figure(self, every: str) -> Doc:
        return {"of": self.quantity(every)}

    def commission(self, every: str) -> Doc:
        return {"of": self.quantity(every), "rate": self.rate()}

    def tiers(self, every: str) -> Doc:
        of_base = self.maybe(0.3)
        starts = [each / 10 for each in self.rising(3, 4)] if of_base else self.rising(3, 1000)
        found: Doc = {
            "of": self.quantity(every),
            "tiers": [{"from": start, "rate": self.rate()} for start in starts],
            "rate_applies_to": self.pick("slice", "all"),
            "measured": self.measured(every),
        }
        if of_base:
            found["thresholds_of"] = self.quantity()
        if found["rate_applies_to"] == "all":
            found["edge"] = self.pick("lower", "upper")
            if found["measured"] == "by_itself" and self.maybe(0.3):
                found["reached_by"] = self.quantity(every)
        return found

    def measured(self, every: str) -> str:
        if self.maybe(0.5):
            return "by_itself"
        return self.pick(*RUNNING, *(["period_to_date"] if every == "transaction" else []))

    def slice(self, every: str) -> Doc:
        low = self.plain(0, 3000, 500)
        return {
            "of": self.quantity(every),
            "from": low,
            "to": self.pick(None, low + self.plain(500, 4000, 500)),
            "measured": self.measured(every),
        }

    def steps(self, every: str) -> Doc:
        how = self.pick("replace", "add_up", "in_proportion")
        starts = self.rising(3, 1000)
        steps: list[Doc] = [{"from": start, "amount": self.amount()} for start in starts]
        found: Doc = {"of": self.quantity(every), "steps": steps, "amounts": how, "below": self.plain(0, 100, 50)}
        if how == "in_proportion":
            steps[-1]["to"] = starts[-1] + 1000
        else:
            found["edge"] = self.pick("lower", "upper")
        if self.maybe(0.4):
            found["measured"] = self.measured(every)
        if self.maybe(0.2):
            found["thresholds_of"] = 2
        return found

    def curve(self, every: str) -> Doc:
        places = self.rising(4, 500)
        if self.maybe(0.3):
            places[2] = places[1]
        points = [{"at": place, "gives": self.amount()} for place in places]
        ends = ("zero", "hold", "extend")
        found = {"of": self.quantity(every), "points": points, "below": self.pick(*ends), "above": self.pick(*ends)}
        return found | {"edge": self.pick("lower", "upper")}

    def matrix(self, every: str) -> Doc:
        between = self.pick("step", "linear")
        found: Doc = {
            "rows": {"of": self.quantity(every), "from": self.rising(2, 1000)},
            "columns": {"of": self.quantity(every), "from": self.rising(3, 1000)},
            "values": [[self.plain(0, 100) for _ in range(3)] for _ in range(2)],
            "between": between,
            "below": self.plain(0, 10),
        }
        return found | ({"edge": self.pick("lower", "upper")} if between == "step" else {})

    def table(self, every: str) -> Doc:
        grades = {grade: self.number(0, 100) for grade in GRADES[: self.pick(2, 3)]}
        if every == "transaction" and self.maybe(0.6):
            nested = {product: dict(grades) for product in PRODUCTS}
            return {"by": ["product", "grade"], "values": nested, "otherwise": 7}
        return {"by": ["grade"], "values": grades, "otherwise": 5}

    def product(self, every: str) -> Doc:
        return {"of": [self.quantity(every), self.pick(self.rate(), self.share())]}

    def total(self, every: str) -> Doc:
        return {"add": [self.quantity(every), self.quantity(every)], "less": [self.quantity(every)]}

    def ratio(self, every: str) -> Doc:
        bottom = self.pick(self.quantity(every), {"measure": "wealth_clients", "missing": "zero"})
        return {
            "top": self.quantity(every),
            "bottom": bottom,
            "zero_bottom": self.pick("not_applicable", "zero", "full"),
            "cap": 50,
            "floor": -50,
        }

    def weighted_mean(self, every: str) -> Doc:
        of = [{"value": self.quantity(every), "weight": self.plain(1, 5)} for _ in range(3)]
        return {
            "of": of,
            "mean": self.pick("arithmetic", "arithmetic", "geometric", "harmonic"),
            "not_applicable": self.pick("reweight", "refuse"),
        }

    def rescaled(self, every: str) -> Doc:
        low = self.plain(0, 2000, 500)
        return {"of": self.quantity(every), "from": low, "to": low + self.pick(-1000, 1000, 2500)}

    def gate(self, every: str) -> Doc:
        return {
            "of": self.quantity(every),
            "when": self.conditions(every),
            "need": self.pick("all", "any"),
            "otherwise": self.pick(0, 100, self.quantity(every)),
        }

    def among(self) -> Doc:
        return {"among": self.pick(*SCOPES), "missing": self.pick("refuse", "leave_out")}

    def statistic(self, every: str) -> Doc:
        word = self.pick(
            *("sum", "count", "mean", "median", "quantile", "smallest", "largest", "standard_deviation"),
            *("gini", "lorenz", "atkinson", "wolfson", "kendall_tau_b", "spearman", "kendall_w"),
        )
        found: Doc = {"of": self.quantity(), "statistic": word} | self.among()
        if word in ("quantile", "lorenz", "atkinson"):
            found["at"] = self.pick(0.25, 0.5, 0.75)
        if word in ("kendall_tau_b", "spearman", "kendall_w"):
            found["of"] = [self.quantity(), self.quantity()]
        if self.maybe(0.3):
            found["who"] = self.conditions()
        return found

    def rank(self, every: str) -> Doc:
        return {
            "of": self.quantity(),
            "best": self.pick("highest", "lowest"),
            "ties": self.pick("best_place", "mean_place", "worst_place", "next_place"),
            "shown_as": self.pick("place", "share"),
        } | self.among()

    def rank_award(self, every: str) -> Doc:
        ties = self.pick("all_get_the_better", "share_the_awards", "all_get_the_worse")
        awards = [{"place": 1, "amount": 300}, {"from": 2, "to": 3, "amount": 100}, {"last": 1, "amount": -30}]
        return {"of": self.quantity(), "best": "highest", "awards": awards, "ties": ties} | self.among()

    def pool(self, every: str) -> Doc:
        found: Doc = {"fund": self.pick(10000, 12345.67), "allocation": self.pick("equal", "in_proportion")}
        found |= self.among()
        if self.maybe(0.4):
            found["fund"] = {"measure": "insurance_sold", "level": found["among"], "missing": "zero"}
        if found["allocation"] == "in_proportion":
            found["weight"] = self.quantity()
        if self.maybe(0.4):
            found["who"] = self.conditions()
        if self.maybe(0.5):
            found["round"] = {"digits": self.pick(0, 2), "mode": "half_up"}
            found["remainder"] = self.pick("left_over", "largest_remainder")
        return found

    def override(self, every: str) -> Doc:
        return {"of": self.quantity(), "rate": self.rate(), "team": self.pick("direct", "whole")}

    def split_credit(self, every: str) -> Doc:
        return {"of": self.quantity("transaction")}

    def draw(self, every: str) -> Doc:
        found: Doc = {"of": self.quantity(), "amount": self.amount(), "meaning": self.pick("minimum", "advance", "loan")}
        if found["meaning"] != "minimum":
            found["forgiven"] = self.pick("never", "quarter_end", "half_year_end", "year_end")
            if self.maybe(0.3):
                found["recovery_cap"] = 800
        return found

    def guarantee(self, every: str) -> Doc:
        return {"of": self.quantity(), "amount": self.amount(), "first_months": self.pick(2, 3, 6, 12)}

    def ramp(self, every: str) -> Doc:
        return {"of": self.quantity(), "factors": [0.25, 0.5, 0.75][: self.pick(1, 2, 3)], "after": 1}

    def advance(self, every: str) -> Doc:
        found: Doc = {"of": self.quantity(), "earned_over": self.pick(4, 6, 12)}
        return found | self.pick({"advanced": self.pick(0, 1, 3, 4)}, {"advanced_share": self.pick(0.5, 0.75, 1)})

    def clawback(self, every: str) -> Doc:
        found: Doc = {"of": self.quantity(every), "reclaims": self.pick("all", "share", "unearned")}
        if found["reclaims"] == "share":
            found["share"] = self.rate()
        if found["reclaims"] == "unearned":
            kept = {"transaction": "kept"} if every == "transaction" else {"person": "months_of_service"}
            found |= {"earned_over": self.pick(6, 12), "kept": kept}
        if self.maybe(0.4):
            found["when"] = self.conditions(every)
        return found

    def deferral(self, every: str) -> Doc:
        shares = [{"after": 0, "share": 0.5}, {"after": 1, "share": 0.3}, {"after": 3, "share": 0.2}]
        return {"of": self.quantity(), "instalments": shares[: self.pick(2, 3)]}

    def bonus_bank(self, every: str) -> Doc:
        pays, negative = self.pick(0.5, 0.3333, 1), self.pick("reduces_bank", "ignored")
        return {"of": self.quantity(), "pays": pays, "negative": negative}

    def carry_forward(self, every: str) -> Doc:
        return {
            "of": self.quantity(),
            "against": self.amount(),
            "carries": self.pick("surplus", "shortfall"),
            "resets": self.pick("never", "quarter_end", "half_year_end", "year_end"),
        }

    def proration(self, every: str) -> Doc:
        rounding = self.pick(None, {"digits": 3, "mode": self.pick("half_up", "half_even")})
        part, whole = {"person": "employed_days"}, {"calendar": "days"}
        return {"of": self.quantity(every), "part": part, "whole": whole, "round_factor": rounding}

    def converted(self, every: str) -> Doc:
        return {"of": self.quantity(every), "currency": "USD", "at": self.pick("average", "period_end", 7.1)}

    def profit_bonus(self, every: str) -> Doc:
        base = self.pick("before_bonus_and_tax", "after_bonus", "after_tax", "after_bonus_and_tax")
        found: Doc = {"profit": self.quantity(every), "rate": 0.1, "base": base}
        if "tax" in base and base != "before_bonus_and_tax":
            found |= {"tax_rate": 0.25, "tax_on": self.pick("profit", "profit_after_bonus")}
        return found | ({"above": 1000} if self.maybe(0.5) else {})

    def premium_plan(self, every: str) -> Doc:
        plan = self.pick("halsey", "rowan", "barth")
        found: Doc = {"plan": plan, "standard": self.plain(1, 10), "actual": self.plain(1, 10), "rate": 30}
        if self.maybe(0.5):
            found["actual"] = {"measure": "wealth_clients", "missing": "zero"}
        return found | ({"share": 0.5} if plan == "halsey" else {})

    # a whole file

    BOTH = (
        *("figure", "commission", "tiers", "slice", "steps", "curve", "matrix", "table", "product", "total"),
        *("ratio", "weighted_mean", "rescaled", "gate", "clawback", "proration", "converted", "profit_bonus"),
    )
    PERIODS = (
        *("statistic", "rank", "rank_award", "pool", "override", "draw", "guarantee", "ramp", "advance"),
        *("deferral", "bonus_bank", "carry_forward", "premium_plan"),
    )

    def line(self, kind: str = "") -> Doc:
        kind = kind or self.pick(*self.BOTH, *self.PERIODS, "split_credit")
        transactions = kind == "split_credit" or (kind in self.BOTH and self.maybe(0.3))
        every = "transaction" if transactions else "period"
        name = f"{kind}_{self.count}"
        self.count += 1
        found = {"kind": kind, "id": name, "title": name} | getattr(self, kind)(every)
        if transactions:
            found["every"] = "transaction"
        if "round" not in found and self.maybe(0.2):
            found.setdefault("cap", self.plain(1000, 9000, 500))
        if kind != "pool" and self.maybe(0.15):
            found["round"] = {"digits": self.pick(0, 1, 2), "mode": self.pick("half_up", "half_even")}
        if found.get("remainder") == "largest_remainder":
            found.pop("cap", None)
        (self.on_transactions if transactions else self.over_periods).append(name)
        return found

    def scheme(self, figures: int = 5) -> Doc:
        found: Doc = {"id": "by_chance", "title": "By chance", "source": "chance", "every": self.every}
        found["targets"] = {"set_by": "table", "progress": self.pick("calendar_days", "months"), "source": "chance"}
        found["figures"] = [self.line() for _ in range(figures)]
        if self.maybe(0.5):
            found["card"] = self.card()
        rounding = {"digits": 2, "mode": self.pick("half_up", "half_even")}
        items = [self.line() for _ in range(2)]
        found["pay"] = {"currency": "CNY", "round": rounding, "items": items}
        return found

    def card(self) -> Doc:
        lines = [self.attainment(), self.attainment(), self.share_of(), self.counted(), self.changed()]
        rule = self.pick("reweight", "zero")
        group = {"kind": "group", "id": "group", "title": "group", "source": "x", "cap": None, "floor": None}
        if rule == "reweight":
            lines = [each for each in lines if "points" in each]
        group |= {"not_applicable": rule, "lines": lines}
        rounding = {"digits": self.pick(1, 2), "mode": self.pick("half_up", "half_even")}
        bounds = {"floor": self.pick(None, 0), "cap": self.pick(None, 100)}
        lines = [group, self.perspective()]
        self.over_periods.append("score")
        return {"lines": lines, "round": rounding, "rescale": self.pick(1, 10)} | bounds

    def head(self, kind: str) -> Doc:
        self.count += 1
        name = f"{kind}_{self.count}"
        return {"kind": kind, "id": name, "title": name, "source": "x"}

    def attainment(self) -> Doc:
        found = self.head("attainment") | {"measure": self.pick("net_deposits", "insurance_sold"), "points": 15}
        found |= {"cap": self.pick(None, 1.2), "floor": self.pick(None, 0), "missing": self.pick("refuse", "zero", "rescale")}
        found["zero_target"] = self.pick("not_applicable", "zero", "full")
        if self.maybe(0.3):
            found["round_share"] = {"digits": 2, "mode": "half_up"}
        if self.maybe(0.3):
            found["lower_is_better"] = self.pick("target_over_actual", "distance")
        return found

    def share_of(self) -> Doc:
        found = self.head("share") | {"top": "client_files_kept", "bottom": "wealth_clients", "points": 2}
        found = found | {"top": "duty_mark", "cap": self.pick(None, 1)}
        return found | {"missing": self.pick("refuse", "zero", "rescale")}

    def counted(self) -> Doc:
        return self.head("counted") | {"measure": "debit_cards", "points_each": 0.01, "missing": "refuse"}

    def changed(self) -> Doc:
        found = self.head("change_on_period") | {"measure": RATIO, "points": 10, "level": self.pick("manager", "outlet")}
        found |= {"against": self.pick("previous_period", "same_period_last_year"), "cap": 3, "floor": None}
        return found | {"missing": self.pick("refuse", "zero", "rescale")}

    def perspective(self) -> Doc:
        of = [{"value": {"line": f"{kind}"}, "weight": self.plain(1, 3)} for kind in self.over_periods[:2]]
        of = of or [{"value": {"measure": "duty_mark"}, "weight": 1}]
        found = self.head("perspective") | {"points": 20, "of": of, "out_of": 1000, "cap": self.pick(None, 1)}
        return found | {"missing": self.pick("refuse", "zero", "rescale")}
