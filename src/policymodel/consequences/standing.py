"""What rules look at: scores, wages as they were paid, verified events, who is there and in which grade."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policymodel.computation import readable
from policymodel.panel import Panel
from policymodel.payroll import Payments
from policymodel.periods import Period
from policymodel.scheme.consequences import Rules
from policymodel.scheme.given import SCORE
from policymodel.scheme.kinds.pay import GradeWage
from policymodel.scheme.scheme import Scheme
from policymodel.scoring import Scores

Money = NDArray[np.int64]
Flags = NDArray[np.bool_]
BASE, PERFORMANCE = "base_wage", "performance_wage"


@dataclass(frozen=True)
class Wage:
    """One of the two wages, [period, manager]: minor units, and whether every item of it is known."""

    minor: Money
    known: Flags


@dataclass(frozen=True)
class Happened:
    """A verified event: its id (or the row it stands in), the day, its kind."""

    id: str
    day: np.datetime64
    event: str
    month: int


@dataclass(frozen=True)
class Standing:
    """The facts of a scheme that was scored or paid, as its rules see them."""

    given: Scores | Payments

    @property
    def scheme(self) -> Scheme:
        """The scheme."""
        return self.given.scheme

    @property
    def panel(self) -> Panel:
        """Whose history it is."""
        return self.given.panel

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods, in order."""
        return self.given.periods

    @property
    def rules(self) -> Rules:
        """The rules; a scheme without any has none to judge."""
        return self.scheme.consequences or Rules(())

    @cached_property
    def here(self) -> Flags:
        """Who is employed in each period, [period, manager]."""
        return self.panel.employed(self.periods)

    @cached_property
    def score(self) -> NDArray[np.float64]:
        """The score of the scheme's own card, NaN where it is not known or there is no card."""
        if self.scheme.card is None:
            return np.full(self.here.shape, np.nan)
        return np.where(self.here, readable(self.given.values(self.scheme.given.line(SCORE))), np.nan)

    @cached_property
    def wages(self) -> dict[str, Wage]:
        """What was paid: the base wage by the grade table, and all other items together."""
        return {BASE: self._wage(True), PERFORMANCE: self._wage(False)}

    def _wage(self, base: bool) -> Wage:
        minor = np.zeros(self.here.shape, dtype=np.int64)
        known = np.ones(self.here.shape, dtype=bool)
        pay = self.scheme.pay
        if pay is not None and isinstance(self.given, Payments):
            for item in (each for each in pay.items if isinstance(each, GradeWage) == base):
                values = self.given.values(pay.item(item.id, self.scheme.given))
                known &= values.ok
                minor += pay.rounding.to_minor(np.where(values.ok, values.number, 0.0))
        return Wage(np.where(self.here, minor, 0), known)

    def grade(self, period: int, manager: int) -> str:
        """Somebody's grade at the end of a period, as history has it; "" where there is none."""
        word = self._grades[period, manager]
        return str(word) if word is not None else ""

    @cached_property
    def _grades(self) -> NDArray[np.object_]:
        return self.given.ground.category("grade", "period")

    @cached_property
    def events(self) -> dict[int, tuple[Happened, ...]]:
        """The verified events of the plan year by manager, in order of time, of the kinds that a rule names."""
        table = self.panel.history.tables["events"]
        year = self.panel.plan_year
        day = table["date"].to_numpy(dtype="datetime64[D]")
        month = day.astype("datetime64[M]").astype(np.int64) + 1970 * 12
        named = {event for rule in self.rules.rules for event in events_of(rule)}
        kept = (table["verified"] == True).to_numpy() & table["event"].isin(named).to_numpy()  # noqa: E712
        kept &= (month >= year.first) & (month <= year.last)
        places = {each: place for place, each in enumerate(self.panel.managers)}
        found: dict[int, list[Happened]] = {}
        for row in np.flatnonzero(kept):
            manager = places.get(str(table["manager_id"].iloc[row]))
            if manager is not None:
                number = str(table["event_id"].iloc[row] or "") or f"row {table['source_row'].iloc[row]}"
                happened = Happened(number, day[row], str(table["event"].iloc[row]), int(month[row]))
                found.setdefault(manager, []).append(happened)
        return {
            manager: tuple(sorted(each, key=lambda one: (one.day, one.id))) for manager, each in found.items()
        }


def events_of(rule: object) -> tuple[str, ...]:
    """The kinds of event that a rule or its hurdle asks for."""
    asked = (getattr(rule, "when", None), getattr(rule, "unless", None))
    return tuple(event for each in asked for event in getattr(each, "events", ()))
