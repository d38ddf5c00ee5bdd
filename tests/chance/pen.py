"""The pen that writes schemes by chance: numbers, quantities and the names of lines written so far."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from chance.histories import (
    COUNTED,
    FIGURES,
    FLOWS,
    GRADES,
    INCOME,
    PRODUCTS,
    RATIO,
    STOCKS,
    TARGETS,
)

Doc = dict[str, Any]
SCOPES = ("outlet", "region", "group")
CALENDAR = ("days", "months", "last_of_quarter", "last_of_half_year", "last_of_year")
INSIDE = ("by_days", "at_start", "at_end")
CUTS = {
    "2024-01-01": "2023-12-31",
    "2024-04-01": "2024-03-31",
    "2024-05-16": "2024-05-15",
    "2024-05-21": "2024-05-20",
    "2024-07-01": "2024-06-30",
    "2024-12-31": "2024-12-30",
}
"""Days on which numbers change, each with the day before; some lie inside every period."""
ON_QUARTERS = ("2024-01-01", "2024-04-01", "2024-07-01")
"""Of these the days that lie inside no month and no quarter."""


class Pen:
    """Chance, and what a new line may name; the same seed writes the same, but for the unit that money is in."""

    def __init__(self, seed: int, unit: float = 1) -> None:
        self.chance = random.Random(f"scheme {seed}")
        self.unit = unit
        self.every = self.pick("month", "quarter", "quarter", "year")
        self.dating = self.pick(0, 0.2, 0.8, 1)
        self.has_targets = self.maybe(0.9)
        self.by_growth = self.maybe(0.4)
        self.on_periods: list[str] = []
        self.on_transactions: list[str] = []
        self.new_line("period")

    def new_line(self, axis: str) -> None:
        """A line's numbers change on the same two days and count alike inside a period."""
        self.axis = axis
        self.cuts = sorted(self.chance.sample(list(CUTS), 2))
        quiet = axis == "transaction" or (self.every != "year" and {*self.cuts} <= {*ON_QUARTERS})
        self.inside = self.pick(*INSIDE, *([None] * 3 if quiet else []))

    def pick(self, *choices: Any) -> Any:
        return self.chance.choice(choices)

    def some(self, choices: Sequence[Any], count: int) -> list[Any]:
        return self.chance.sample(list(choices), count)

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    # Numbers

    def plain(self, low: float, high: float, step: float = 1) -> Any:
        return round(low + self.chance.randint(0, round((high - low) / step)) * step, 9)

    def number(self, low: float, high: float, step: float = 1) -> Any:
        """A number of a line: plain, with a biography, or one that changes in the year."""
        return self.dated(lambda: self.plain(low, high, step))

    def dated(self, value: Any) -> Any:
        """A number whose values are drawn one by one, in as many runs of days as it happens to have."""
        if not self.maybe(self.dating):
            return value() if self.maybe(0.9) else {"value": value(), "unit": "CNY", "source": "§ 1"}
        if self.maybe(0.1):
            return {"value": value(), "from": "2023-01-01", "to": "2025-06-30"}
        cuts = self.cuts if self.maybe(0.3) else self.some(self.cuts, 1)
        segments: list[Doc] = [{"value": value()}]
        for day in cuts:
            segments[-1]["to"] = CUTS[day]
            segments.append({"value": value(), "from": day})
        return {"segments": segments} | ({"inside_period": self.inside} if self.inside else {})

    def money(self, low: float, high: float, step: float) -> Any:
        """A number of the line that is an amount of money."""
        return self.number(low * self.unit, high * self.unit, step * self.unit)

    def amount(self) -> Any:
        return self.money(0, 9000, 500)

    def thresholds(self, count: int, step: float = 1000) -> list[Any]:
        """Amounts of money, each above the one before."""
        return self.rising(count, step * self.unit)

    def rate(self) -> Any:
        return self.number(0, 1, 0.0125)

    def rising(self, count: int, step: float) -> list[Any]:
        """Numbers, each above the one before; where they change all do so on one day."""
        first, after = self._rising(count, step), self._rising(count, step)
        if not self.maybe(self.dating):
            return first
        day = self.cuts[0]
        inside = {"inside_period": self.inside} if self.inside else {}
        return [
            {"segments": [{"value": one, "to": CUTS[day]}, {"value": other, "from": day}]} | inside
            for one, other in zip(first, after, strict=True)
        ]

    def _rising(self, count: int, step: float) -> list[float]:
        start, values = self.pick(0, 0, step), []
        for _ in range(count):
            values.append(round(start, 9))
            start += step * self.chance.randint(1, 4)
        return values

    def rounding(self, *digits: int) -> Doc:
        mode = self.pick("half_up", "half_even", "down", "up")
        return {"digits": self.pick(*(digits or (-2, 0, 1, 2))), "mode": mode}

    # Quantities

    def quantity(self) -> Any:
        """A quantity of the size of an amount, now and then a number."""
        return self.amount() if self.maybe(0.1) else self.fact()

    def fact(self) -> Any:
        """A quantity that is no number: another line or something of history, on the line's axis."""
        if self.axis == "transaction" and self.maybe(0.6):
            return self.of_transaction()
        ways = [self.measure] * 5 + [self.line] * 6 + [self.transactions] * 2
        ways += [self.base] * 2 + ([self.target] * 2 if self.has_targets else [])
        return self.pick(*ways, self.about)()

    def of_transaction(self) -> Doc:
        if self.on_transactions and self.maybe(0.5):
            return {"line": self.pick(*self.on_transactions)}
        return {"transaction": self.pick("amount", "credited", "credited", "share", *FIGURES)}

    def line(self) -> Doc:
        """A line written before, one of its side figures, or what it was some periods earlier."""
        if self.axis == "period" and self.on_transactions and self.maybe(0.2):
            found: Doc = {"line": self.pick(*self.on_transactions)}
        elif self.on_periods:
            found = {"line": self.pick(*self.on_periods)}
        else:
            return self.measure()
        if self.maybe(0.15):
            found["earlier"] = self.pick(1, 2)
        return found

    def measure(self) -> Doc:
        found: Doc = {"measure": self.pick(*FLOWS, *FLOWS, *FLOWS, *STOCKS, *COUNTED, *INCOME)}
        if self.maybe(0.5):
            found["missing"] = self.pick("refuse", "zero", "zero", "zero")
        if found["measure"] in STOCKS and self.maybe(0.5):
            found["read"] = self.pick("period_end", "mean_of_months", "mean_of_months")
        return found | self.window()

    def target(self) -> Doc:
        grown = (*FLOWS, "wealth_clients") if self.by_growth else TARGETS
        found: Doc = {"target": self.pick(*grown)} | self.window()
        if found["target"] == RATIO:
            found.pop("level", None)
        if self.maybe(0.2):
            found.pop("months", None)
            found["window"] = self.pick("whole_quarter", "whole_half_year", "whole_year")
        return found

    def base(self) -> Doc:
        return {"base": self.pick(*FLOWS, *STOCKS, RATIO, *INCOME)} | self.window()

    def transactions(self) -> Doc:
        found: Doc = {"transactions": self.pick("credited", "amount", "count", "share", *FIGURES)}
        if self.maybe(0.4):
            found["products"] = self.some(PRODUCTS, self.pick(1, 2))
        return found | self.window()

    def window(self) -> Doc:
        """Over which time and for whom a fact is looked at."""
        to_date = ("quarter_to_date", "half_year_to_date", "year_to_date")
        found: Doc = {"window": self.pick(*["period"] * 4, *to_date, "rolling")}
        if found["window"] == "rolling":
            found["months"] = self.pick(2, 3, 6)
        elif self.maybe(0.8) and found["window"] == "period":
            found = {}
        if self.maybe(0.25):
            found["level"] = self.pick("manager", *SCOPES)
        if self.maybe(0.15):
            found[self.pick("earlier", "years_earlier")] = 1
        return found

    def about(self) -> Doc:
        """About the person, the period or a rate of exchange."""
        return self.pick(
            {"person": self.pick("employed_days", "months_of_service", "fte")},
            {"calendar": self.pick(*CALENDAR)},
            {"fx": "USD", "at": self.pick("average", "period_end")},
        )

    def share(self) -> Doc:
        """A quantity of the size of a share."""
        ratio = {"measure": RATIO, "missing": "zero"} | self.window()
        shares = [name for name in self.on_periods if name.endswith((".share", ".factor", ".open", ".rate"))]
        return self.pick(ratio, {"person": "fte"}, {"line": self.pick(*shares)} if shares else ratio)

    def conditions(self) -> list[Doc]:
        return [
            {
                "value": self.quantity(),
                self.pick("at_least", "above", "at_most", "below"): self.quantity()
                if self.maybe(0.2)
                else self.amount(),
            }
            for _ in range(self.pick(1, 1, 2))
        ]

    def by_grade(self, low: float, high: float, grades: int = len(GRADES)) -> Doc:
        return {grade: self.number(low, high) for grade in GRADES[:grades]}
