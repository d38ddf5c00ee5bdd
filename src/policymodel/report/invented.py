"""An invented history for the worked examples of a plan: three people, and whatever facts the plan reads.

It follows from the scheme alone: the same scheme has the same people. Figures lie near the targets and thresholds that
the scheme names, so that the examples show them at work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from policymodel.history.columns import DTYPES
from policymodel.history.facts import History
from policymodel.history.measures import Measure
from policymodel.history.record_tables import RECORDS
from policymodel.history.tables import (
    AMOUNTS_OF_A_TRANSACTION,
    COUNT_COLUMNS,
    FINDING_COLUMNS,
    QUARANTINE_COLUMNS,
    TABLES,
    empty_frame,
)
from policymodel.periods import Period, month_label
from policymodel.scheme.algebra import Choose, Column, Constant, columns_of, nodes_of
from policymodel.scheme.biography import Number
from policymodel.scheme.kinds.arithmetic import Gate, Ratio
from policymodel.scheme.kinds.card import Counted, Mark, Share
from policymodel.scheme.kinds.lookups import Curve, Steps
from policymodel.scheme.kinds.pay import PerformanceWage
from policymodel.scheme.kinds.rates import Slice, Tiers
from policymodel.scheme.scheme import Scheme
from policymodel.scheme.terms import Basis, income_line

PEOPLE = ("A", "B", "C")
"""The ordinary person, the one far above everything asked for, and a colleague of both."""
PACE = (0.9, 1.05, 0.8, 1.1, 0.95, 1.2, 0.75)
"""How far the ordinary person gets with one measure after the other."""
ABOVE, COLLEAGUE, BEFORE = 1.8, 0.7, 0.85
FEW, COUNT, LEVEL, MONEY, INCOME, PLAIN, RATE = 2.0, 20.0, 60.0, 1_000_000.0, 300_000.0, 1000.0, 7.0


CURRENCY = re.compile("[A-Z]{3}")


@dataclass(frozen=True)
class Missing:
    """What is not known of the ordinary person in the period that is looked at."""

    measure: str = ""
    figure: str = ""


@dataclass(frozen=True)
class Low:
    """Of which measure the ordinary person has how little through the plan year, against what is usual."""

    measure: str = ""
    times: float = 0.0


@dataclass(frozen=True)
class Invented:
    """The invented history of one plan year that some schemes can be worked out over; the first sets the periods."""

    schemes: tuple[Scheme, ...]
    measures: Mapping[str, Measure]
    plan: Period
    period: Period
    missing: Missing = field(default_factory=Missing)
    low: Low = field(default_factory=Low)
    joins_late: bool = False
    size: float = 1.0
    """Amounts are this much of the usual ones, where usual ones multiplied by each other cannot be counted."""

    @property
    def joined(self) -> date:
        """When somebody joins who joins in the middle of the period."""
        return self.period.start + (self.period.end - self.period.start) // 2

    @property
    def base(self) -> Period:
        """The year of the bases."""
        return self.plan.year_before()

    @property
    def scheme(self) -> Scheme:
        """The first of the schemes."""
        return self.schemes[0]

    @cached_property
    def lines(self) -> list[Any]:
        """Every line of the schemes; what the first says of a fact goes before what others say."""
        return [line for scheme in self.schemes for line in scheme.lines.values()]

    @cached_property
    def columns(self) -> list[Column]:
        """The facts that the schemes read: those of the first in order of their names, then those of the others."""
        found: dict[Column, None] = {}
        for scheme in self.schemes:
            found |= dict.fromkeys(sorted(scheme.columns, key=lambda each: each.name))
        return list(found)

    @cached_property
    def income(self) -> list[str]:
        """The income lines that the scheme reads."""
        return list(dict.fromkeys(line for line, _ in self._paid_on))

    @cached_property
    def _paid_on(self) -> list[tuple[str, Basis]]:
        """The income lines and the basis on which each is paid."""
        wages = [item for item in self.lines if isinstance(item, PerformanceWage)]
        return list(dict.fromkeys((line, item.income_basis) for item in wages for line in item.income))

    @cached_property
    def known(self) -> dict[str, Measure]:
        """Every measure that the scheme reads, declared; the counts of a ratio with it."""
        found: dict[str, Measure] = {}
        for name in self._names():
            declared = self.measures.get(name) or self._declared(name)
            # What is left out of a row is zero here, so that a blank row alone is a figure that is not known.
            found[name] = replace(declared, no_row="zero", observed=None)
            for part in (declared.top, declared.bottom):
                if part is not None:
                    known = self.measures.get(part) or Measure(
                        part, {"en": part}, "flow", "count", "up", "zero"
                    )
                    found[part] = replace(known, no_row="zero", observed=None)
        return found

    def _names(self) -> list[str]:
        names = [_fact(column) for column in self.columns]
        return [each for each in dict.fromkeys(names) if each and each not in self.income]

    def _declared(self, name: str) -> Measure:
        stock = any(
            (isinstance(line, Mark) and line.measure == name)
            or (isinstance(line, Share) and name in (line.top, line.bottom))
            for line in self.lines
        ) or any(column.name == name and column.read == "mean_of_months" for column in self.columns)
        return Measure(name, {"en": name.replace("_", " ")}, "stock" if stock else "flow", "", "up", "zero")

    @cached_property
    def thresholds(self) -> dict[str, float]:
        """The largest threshold that a fact is compared with, by the fact."""
        found: dict[str, float] = {}
        for scheme in self.schemes:
            for line in scheme.lines.values():
                for node, numbers in _compared(line, scheme):
                    largest = max((abs(float(each.value)) for each in numbers), default=0.0)
                    reading = {_fact(column) or column.name for column in columns_of(node)}
                    if len(reading) > 1:
                        reading = {each for each in reading if not _brought(each)}
                    if largest and len(reading) == 1:
                        found.setdefault(reading.pop(), largest)
        return found

    def usual(self, name: str) -> float:
        """What is usual of a measure in a scored period, or of a level at any time."""
        if name in self.income:
            return INCOME
        for line in self.lines:
            if isinstance(line, Mark) and line.measure == name:
                return float(line.out_of.value) * 0.9
            if isinstance(line, Counted) and line.measure == name:
                return FEW
            if isinstance(line, Share) and line.top == name:
                return round(0.9 * self.usual(line.bottom))
        if name in self.thresholds:
            return self.thresholds[name] * 0.9
        measure = self.known[name]
        if measure.unit == "count":
            return LEVEL if measure.type == "stock" else COUNT
        return (MONEY if CURRENCY.fullmatch(measure.unit) else PLAIN) * self.size

    def achieved(self, name: str, person: str) -> float:
        """What somebody has of it."""
        place = list(self.known).index(name) if name in self.known else self.income.index(name)
        usual = self.usual(name)
        marked = any(isinstance(each, Mark) and each.measure == name for each in self.lines)
        topped = any(isinstance(each, Share) and name in (each.top, each.bottom) for each in self.lines)
        if marked or topped:
            return usual * {"A": 1.0, "B": 1.1, "C": 0.8}[person] if name not in self._bottoms() else usual
        factor = {"A": PACE[place % len(PACE)], "B": ABOVE, "C": COLLEAGUE}[person]
        return usual * (2 - factor if self.known.get(name, _UP).better == "down" else factor)

    def _bottoms(self) -> set[str]:
        return {each.bottom for each in self.lines if isinstance(each, Share)}

    @property
    def currency(self) -> str:
        """The currency that the scheme pays in."""
        return next((each.pay.currency for each in self.schemes if each.pay is not None), "CNY")

    def history(self) -> History:
        """The facts."""
        tables = {name: self._frame(name, []) for name in RECORDS} | {
            "managers": self._frame("managers", self._managers()),
            "outlets": self._frame("outlets", [("outlet", "", "region")]),
            "activity": self._frame("activity", self._activity()),
            "targets": self._frame("targets", self._targets()),
            "events": self._frame("events", self._events()),
            "client_income": self._frame("client_income", self._incomes()),
            "client_forecasts": self._frame("client_forecasts", self._forecasts()),
            "clients": self._frame("clients", []),
            "transactions": self._frame("transactions", self._transactions()),
            "credits": self._frame("credits", self._credits()),
            "transaction_figures": self._frame("transaction_figures", self._figures()),
            "fx": self._frame("fx", self._rates()),
        }
        return History(
            tables=tables,
            measures=self.known,
            currency=self.currency,
            findings=empty_frame(FINDING_COLUMNS),
            counts=empty_frame(COUNT_COLUMNS),
            quarantine=empty_frame(QUARANTINE_COLUMNS),
            title={"en": "invented"},
        )

    def _frame(self, name: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
        """Rows in the order of a table's columns, typed as the reader would have."""
        table = TABLES[name]
        frame = pd.DataFrame(rows, columns=list(table.names))
        frame = frame.astype({column.name: DTYPES[column.kind] for column in table.columns})
        return frame.assign(source_file=f"{name}.csv", source_row=range(2, len(frame) + 2))

    def _category(self, word: str, place: int = 0) -> str:
        """A category that the scheme's tables know."""
        for scheme in self.schemes:
            for node in nodes_of(*scheme.nodes().values()):
                if isinstance(node, Choose) and node.category == word:
                    return node.keys[place % len(node.keys)]
        return ""

    def _managers(self) -> list[tuple[Any, ...]]:
        paid = [
            column.name.partition(":")[2]
            for column in self.columns
            if column.name.startswith("months_in_grade:")
        ]
        grade = self._category("grade") or (paid[len(paid) // 2] if paid else "")
        region, outlet = self._category("region") or "region", self._category("outlet") or "outlet"
        new = any(column.name == "person:months_of_service" for column in self.columns)
        rows = []
        for person in PEOPLE:
            begins = self.base.start
            if self.joins_late and person == "A":
                begins = self.joined
            hired = self.plan.start if new and person == "A" and not self.joins_late else begins
            leader = "B" if person != "B" else ""
            rows.append((person, "", region, outlet, grade, 1.0, "", leader, hired, begins, None))
        return rows

    def _months(self) -> Iterator[tuple[int, float]]:
        """Every month of both years, and what a figure of it is worth against the plan year's."""
        for month in range(self.base.first, self.plan.last + 1):
            yield month, BEFORE if month < self.plan.first else 1.0

    def _activity(self) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        for person in PEOPLE:
            for name, measure in self.known.items():
                if measure.type == "ratio":
                    continue
                for month, pace in self._months():
                    pace = 1.0 if name in self._marks() else pace
                    amount = (
                        np.nan
                        if self._not_known(name, person, month)
                        else self._monthly(name, person, month, pace)
                    )
                    rows.append((person, month, name, amount))
        return rows

    def _marks(self) -> set[str]:
        return {each.measure for each in self.lines if isinstance(each, Mark)}

    def _monthly(self, name: str, person: str, month: int, pace: float) -> float:
        """The figure of a month: of what adds up its part of the period, of which no month loses any by rounding.

        The top of a ratio grows a little each month.
        """
        measure = self.known[name]
        if any(name == each.top for each in self.known.values()):
            return float(round(self.usual(name) * (3 + 0.1 * (month - self.base.first))))
        if any(name == each.bottom for each in self.known.values()):
            return self.usual(name) * 10
        low = person == "A" and name == self.low.measure and month >= self.plan.first
        whole = self.usual(name) * self.low.times if low else self.achieved(name, person) * pace
        if measure.type == "stock":
            return float(round(whole)) if measure.unit == "count" or whole >= 100 else whole
        months, place = self.scheme.months, (month - self.base.first) % self.scheme.months
        if measure.unit == "count" or whole >= 100:
            return float(round(whole * (place + 1) / months) - round(whole * place / months))
        return whole / months

    def _not_known(self, name: str, person: str, month: int) -> bool:
        return person == "A" and name == self.missing.measure and month in self.period.months

    def _targets(self) -> list[tuple[Any, ...]]:
        if not any(each.targets is not None and each.targets.set_by != "growth" for each in self.schemes):
            return []
        rows = []
        for name in dict.fromkeys(_fact(each) for each in self.columns if _is_target(each)):
            usual = self.usual(name) * (0.2 if name in self.income else 1.0)
            if name in self.known and self.known[name].type == "ratio":
                usual = 0.4
            for period in self.plan.split(self.scheme.months):
                if self._joined and name in self.income:
                    region = self._category("region") or "region"
                    rows.append(("region", region, name, period.label, usual * len(PEOPLE)))
                    continue
                rows += [("manager", person, name, period.label, usual) for person in PEOPLE]
        return rows

    @property
    def _joined(self) -> bool:
        """Whether targets join the forecasts of clients with a task."""
        rules = [each.targets for each in self.schemes if each.targets is not None]
        return any(rule.set_by == "forecast_and_task" for rule in rules)

    def _forecasts(self) -> list[tuple[Any, ...]]:
        """What each person's client is to grow by in each period: of A's more than of the others'."""
        if not self._joined:
            return []
        return [
            (f"client of {person}", line, period.label, round(self.usual(line) * grows_by, 2))
            for person, grows_by in zip(PEOPLE, (0.25, 0.15, 0.05), strict=True)
            for line in self.income
            for period in self.plan.split(self.scheme.months)
        ]

    def _events(self) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        for column in self.columns:
            if column.name.startswith("events:"):
                event, _, channels = column.name.split(":", 2)[2].partition("@")
                day = pd.Timestamp(self.period.start) + pd.Timedelta(days=9)
                rows.append((f"E{len(rows) + 1}", "A", day, event, channels.split("+")[0], True, 2.0))
        return rows

    def _incomes(self) -> list[tuple[Any, ...]]:
        return [
            (
                f"client of {person}",
                person,
                month,
                line,
                self.currency,
                float(round(self.achieved(line, person) * pace / self.scheme.months, -2)),
                basis,
            )
            for person in PEOPLE
            for line, basis in self._paid_on
            for month, pace in self._months()
        ]

    def _deals(self) -> list[tuple[str, str, pd.Timestamp, str, float]]:
        """Three transactions of each person in each month of the plan year: id, whose, when, what, how much."""
        if not any(column.name.startswith("transaction") for column in self.columns):
            return []
        largest = max(
            (
                size
                for name, size in self.thresholds.items()
                if name.startswith("transaction") and not _brought(name)
            ),
            default=PLAIN * 10,
        )
        kept = [
            product
            for column in self.columns
            if column.name.startswith("transactions:") and "@" in column.name
            for product in column.name.partition("@")[2].split("+")
        ]
        deals: list[tuple[str, str, pd.Timestamp, str, float]] = []
        for month in self.plan.months:
            for person in PEOPLE:
                parts = (0.25, 0.3, 0.45) if self.scheme.months == 1 else (1.0,)
                for place, part in enumerate(parts):
                    line = place if len(parts) > 1 else month - self.plan.first
                    product = self._category("product", line) or (kept[line % len(kept)] if kept else "")
                    factor = {"A": 0.9, "B": ABOVE, "C": COLLEAGUE}[person]
                    amount = float(round(largest * factor * part / self.scheme.months, -1)) or 10.0
                    day = pd.Timestamp(f"{month_label(month)}-{5 + 7 * place:02d}")
                    if self.joins_late and person == "A" and day.date() < self.joined:
                        continue
                    deals.append((f"T{len(deals) + 1}", person, day, product, amount))
        return deals

    def _transactions(self) -> list[tuple[Any, ...]]:
        return [(*deal, "", "") for deal in self._deals()]

    def _credits(self) -> list[tuple[Any, ...]]:
        """Where shares matter, every first transaction of a month is shared with the colleague."""
        shared = any(
            column.name.partition(":")[2].partition("@")[0] in ("share", "credited")
            for column in self.columns
            if column.name.startswith("transaction")
        )
        rows: list[tuple[Any, ...]] = []
        for name, person, day, _, _ in self._deals():
            if shared and day.day == 5 and person == "A":
                rows += [(name, "A", 0.6), (name, "C", 0.4)]
        return rows

    @cached_property
    def figures(self) -> list[str]:
        """The figures of transactions that the scheme reads, beside their amounts and shares."""
        words = [
            column.name.partition(":")[2].partition("@")[0]
            for column in self.columns
            if column.name.startswith("transaction")
        ]
        return [each for each in dict.fromkeys(words) if each not in AMOUNTS_OF_A_TRANSACTION]

    def _figures(self) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        for figure in self.figures:
            for place, (name, person, day, _, _) in enumerate(self._deals()):
                threshold = self.thresholds.get(f"transaction:{figure}", 10.0)
                value = threshold * PACE[place % len(PACE)]
                if threshold == 1:
                    value = float(value >= 1)
                inside = self.period.start <= day.date() <= self.period.end
                if figure == self.missing.figure and person == "A" and inside:
                    value = np.nan
                rows.append((name, figure, value))
        return rows

    def _rates(self) -> list[tuple[Any, ...]]:
        foreign = {
            column.name.split(":")[1]: None for column in self.columns if column.name.startswith("fx:")
        }
        return [(each, month, RATE, RATE + 0.1) for each in foreign for month, _ in self._months()]


_UP = Measure("", {}, "flow", "", "up", "zero")


def _fact(column: Column) -> str:
    """The measure or income line that a column is about; "" where it is about something else."""
    kind, _, name = column.name.partition(":")
    if not name:
        return income_line(column.name)
    return income_line(name) if kind in ("target", "increment", "base") else ""


def _brought(name: str) -> bool:
    """Whether a fact is a figure that transactions bring along, and no amount of theirs."""
    kind, _, figure = name.partition(":")
    return kind.startswith("transaction") and figure.partition("@")[0] not in AMOUNTS_OF_A_TRANSACTION


def _is_target(column: Column) -> bool:
    return column.name.startswith(("target:", "increment:"))


def _compared(line: Any, scheme: Scheme) -> Iterator[tuple[Any, list[Number | Constant]]]:
    """What a line compares with thresholds of its own, and these."""
    given = scheme.given

    def node(quantity: Any) -> Any:
        return given.node(quantity, line.every, line.source)

    if isinstance(line, Tiers) and line.thresholds_of is None:
        yield node(line.reached_by or line.of), [each.from_ for each in line.tiers if each.from_ is not None]
    elif isinstance(line, Steps) and line.thresholds_of is None:
        yield node(line.of), [each.from_ for each in line.steps]
    elif isinstance(line, Curve) and line.thresholds_of is None:
        yield node(line.of), [each.at for each in line.points]
    elif isinstance(line, Slice):
        yield node(line.of), [each for each in (line.from_, line.to) if isinstance(each, Number)]
    elif isinstance(line, Ratio):
        tables = [each for each in nodes_of(node(line.bottom)) if isinstance(each, Choose)]
        yield (
            node(line.top),
            [case for table in tables for case in table.cases if isinstance(case, Constant)],
        )
    elif isinstance(line, Gate):
        for each in line.when:
            if isinstance(each.threshold, Number) and each.threshold.value != Decimal(0):
                yield node(each.value), [each.threshold]
