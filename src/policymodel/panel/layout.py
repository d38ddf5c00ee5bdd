"""History laid out on the rows of the panel: which row a fact belongs to, and what no fact means there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.errors import DataGap, Problem
from policymodel.history.coding import Coded, codes_of
from policymodel.history.facts import History
from policymodel.history.measures import Status
from policymodel.panel.income import facts_of, income_of
from policymodel.panel.spells import Spells
from policymodel.periods import MONTHS_OF, Period

Placed = tuple[NDArray[np.int64], NDArray[np.float64], dict[Any, slice]]
"""Panel rows and figures of one table, name by name, and where each name's are."""


@dataclass(frozen=True)
class Rows:
    """One number and one status for every row of the panel."""

    number: NDArray[np.float64]
    status: NDArray[np.uint8]


@dataclass(frozen=True)
class Layout:
    """Where the rows of history belong, for one plan year and its base year."""

    history: History
    spells: Spells
    plan_year: Period
    base_year: Period
    as_of: date | None = None
    """The day up to which things are known, where it is not the end of what there is."""
    _placed: dict[str, Placed] = field(default_factory=dict, repr=False)

    def gap(self, place: str, what: str, right: str) -> NoReturn:
        """Refuse: history lacks something."""
        raise DataGap(self.history.title.get("en", "history"), [Problem(place, what, right)])

    def is_stock(self, name: str) -> bool:
        """True for what is read at a point in time; the target or the base of a level is one too."""
        kind, _, rest = name.rpartition(":")
        if kind in ("target", "increment", "base"):
            return self.is_level(rest)
        return name == "person:months_of_service" or self._type(name) == "stock"

    def is_level(self, measure: str) -> bool:
        """True for a measure that does not add up over time: a stock or a ratio."""
        return self._type(measure) in ("stock", "ratio")

    def adds_up(self, name: str) -> bool:
        """True for a measure or line made of nothing but what adds up over months."""
        known = self.history.measures.keys() | self.lines
        return all(each in known and not self.is_stock(each) for each in self.ratio(name) or (name,))

    def refuse_joined(self, name: str, first: int, last: int) -> None:
        """Refuse months of which the distinct clients cannot be told from those of each span (S1, ours)."""
        rule = self.history.records.get(name)
        if rule is None or rule.joins:
            return
        length, column = MONTHS_OF[rule.within], rule.figure.column
        if first % length or first // length != last // length:
            asked = Period(first, last).label
            what = f"'{name}' counts distinct {column} within a {rule.within}: it cannot be added up over {asked}"
            right = f"look at one {rule.within} from its first month on; or count records, once_per {column} and month"
            self.gap("records", what, right)

    def ratio(self, name: str) -> tuple[str, str] | None:
        """The names of top and bottom, where a fact (or the base of one) is made again from the two."""
        if name == "person:fte":
            return "person:full_time_days", "person:employed_days"
        kind, colon, rest = name.rpartition(":")
        measure = self.history.measures.get(rest)
        if kind not in ("", "base") or measure is None or measure.type != "ratio":
            return None
        return f"{kind}{colon}{measure.top}", f"{kind}{colon}{measure.bottom}"

    def _type(self, measure: str) -> str:
        known = self.history.measures.get(measure)
        return "" if known is None else known.type

    def digits(self, name: str) -> int:
        """Digits in which targets of a measure are set: whole things for counts, minor units for amounts."""
        measure = self.history.measures.get(name)
        return 0 if measure is not None and measure.unit == "count" else 2

    @cached_property
    def code(self) -> dict[str, int]:
        """The code of each manager's id."""
        return {each: code for code, each in enumerate(self.spells.managers)}

    @cached_property
    def row_at(self) -> NDArray[np.int64]:
        """The row in force at a month's end, [manager, month]; -1 where nobody is employed."""
        return self.spells.row_at()

    @cached_property
    def lines(self) -> frozenset[str]:
        """The income lines of the client_income table; what is accrued is a line of its own."""
        return frozenset(self.facts.words)

    @cached_property
    def facts(self) -> Coded:
        """The income line of each row of client_income, by its basis."""
        return facts_of(self.history)

    @cached_property
    def income(self) -> pd.DataFrame:
        """The rows of client_income in the history's currency; NaN where a rate is not known."""
        return income_of(self.history, self.spells.months)

    def is_income(self, name: str) -> bool:
        """True for an income line, whose base stays with the clients."""
        return name in self.lines and name not in self.history.measures

    def codes_of(self, managers: pd.Series) -> NDArray[np.int64]:
        """The codes of some managers' ids; -1 for strangers."""
        return codes_of(managers, self.code)

    def rows_of(self, manager: NDArray[np.int64], month: NDArray[np.int64]) -> NDArray[np.int64]:
        """The panel row of a manager (by code) in a month; -1 where there is none."""
        at = month - self.spells.months[0]
        inside = (manager >= 0) & (at >= 0) & (at < len(self.spells.months))
        if inside.all():
            return np.take(self.row_at, manager * len(self.spells.months) + at)
        return np.where(inside, self.row_at[manager, np.where(inside, at, 0)], -1)

    def place(self, frame: pd.DataFrame, month: pd.Series) -> NDArray[np.int64]:
        """The panel row of each row of a table, by manager and month; -1 where there is none."""
        return self.rows_of(self.codes_of(frame["manager_id"]), month.to_numpy(dtype=np.int64))

    def activity(self, measure: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Panel row and figure of each row of a measure, in the order of the table."""
        if "activity" not in self._placed:
            frame = self.history.tables["activity"]
            manager = self.history.coded("activity", "manager_id").known_as(self.code)
            place = self.rows_of(manager, frame["month"].to_numpy(dtype=np.int64))
            names = self.history.coded("activity", "measure")
            self._placed["activity"] = _by_name(names, place, frame["actual"])
        place, value, where = self._placed["activity"]
        here = where.get(measure, slice(0, 0))
        return place[here], value[here]

    def received(self, line: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Panel row and amount of each row of an income line, in the order of the table."""
        if "income" not in self._placed:
            frame = self.income
            manager = self.history.coded("client_income", "manager_id").known_as(self.code)
            place = self.rows_of(manager, frame["month"].to_numpy(dtype=np.int64))
            self._placed["income"] = _by_name(self.facts, place, frame["amount"])
        place, amount, where = self._placed["income"]
        here = where.get(line, slice(0, 0))
        return place[here], amount[here]

    def empty(self, status: Status) -> Rows:
        """Nothing yet: the status on the rows that carry a month's figures, not applicable on the others."""
        return Rows(
            np.zeros(self.spells.manager.size),
            np.where(self.spells.last, status, Status.NOT_APPLICABLE).astype(np.uint8),
        )

    def aside(self, *tables: str) -> pd.DataFrame:
        """The rows of some tables that were put aside, without those that merely stood twice, which are no loss."""
        frame = self.history.quarantine
        if frame.empty:
            return frame
        return frame[frame["table"].isin(tables) & (frame["rules"] != "duplicate_row")]

    def mark_aside(self, rows: Rows, aside: pd.DataFrame) -> None:
        """A figure that was put aside is not a zero: its row says so."""
        place = self.place(aside, aside["month"])
        rows.status[place[place >= 0]] = Status.QUARANTINED

    def inside(self, period: Period) -> NDArray[np.bool_]:
        """The rows of the months of a period."""
        month = self.spells.month + self.spells.months[0]
        return (month >= period.first) & (month <= period.last)


def _by_name(names: Coded, place: NDArray[np.int64], figure: pd.Series) -> Placed:
    """Rows sorted by their names, otherwise as they stood."""
    code = names.codes.astype(np.uint16) if len(names.words) < 1 << 16 else names.codes
    order = np.argsort(code, kind="stable")
    ends = np.cumsum(np.bincount(names.codes, minlength=len(names.words)))
    begins = np.append(0, ends)
    where = {name: slice(begins[at], begins[at + 1]) for at, name in enumerate(names.words)}
    return place[order], figure.to_numpy(dtype=np.float64)[order], where
