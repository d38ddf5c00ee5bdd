"""Pay: a pay plan applied to a panel, rounded where it is paid, every intermediate kept (S6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.computation import Computed, person_periods, readable, worked_out
from policymodel.errors import DataGap, Problem
from policymodel.history.measures import COMPUTED, Status
from policymodel.panel import Ground, Panel
from policymodel.periods import Period
from policymodel.scheme.algebra import Column, Line, Node, Sum
from policymodel.scheme.evaluation import Values, evaluate
from policymodel.scheme.given import PAY, SCORE
from policymodel.scheme.kinds.pay import GradeWage, PerformanceWage
from policymodel.scheme.scheme import Scheme


@dataclass(frozen=True)
class Payments(Computed):
    """What a pay plan paid: minor units by person, period and part, and the nodes behind them."""

    @property
    def parts(self) -> dict[str, Line]:
        """The rounded node of each part of pay, by its id."""
        assert self.scheme.pay is not None
        return self.scheme.pay.parts(self.scheme.given)

    def lines(self) -> pd.DataFrame:
        """One row for each design, manager, period and item: amount_minor (int64; 0 where not computed), status."""
        assert self.scheme.pay is not None
        frames = []
        for item, node in self.parts.items():
            values = self.values(node)
            minor = self.scheme.pay.rounding.to_minor(np.where(values.ok, values.number, 0.0))
            frames.append(self._frame({"item": item, "amount_minor": minor, "status": values.status}))
        return pd.concat(frames, ignore_index=True)

    def totals(self) -> pd.DataFrame:
        """One row for each design, manager and period: the sum of the rounded parts.

        Columns: amount_minor (int64; 0 and a status that is not measured where a part could not be computed),
        management_score (NaN without one), clipped (the score was cut to its bounds), balance (entitlement to date
        not yet drawn, negative where one is carried, in currency units), status.
        """
        assert self.scheme.pay is not None
        total = self.values(self.scheme.given.line(PAY))
        score = np.full(total.number.shape, np.nan)
        clipped = np.zeros(total.number.shape, dtype=bool)
        if self.scheme.card is not None:
            final = self.values(self.scheme.given.line(SCORE))
            raw = self.values(self.scheme.card.unclipped(self.scheme.given))
            score = readable(final)
            clipped = final.ok & (final.number != raw.number)
        return self._frame(
            {
                "amount_minor": self.scheme.pay.rounding.to_minor(np.where(total.ok, total.number, 0.0)),
                "management_score": score,
                "clipped": clipped,
                "balance": self.carried(),
                "status": total.status,
            }
        )

    def carried(self) -> NDArray[np.float64]:
        """How far each person's entitlement to date stands below its highest so far, [period, manager]; at most 0."""
        carried = np.zeros((len(self.periods), self.panel.managers.size))
        for item in self.performance_wages():
            to_date = self.values(item.balance(self.scheme.given))
            number = np.where(to_date.ok, to_date.number, -np.inf)
            best = np.maximum.accumulate(np.maximum(number, 0.0), axis=0)
            carried += np.where(to_date.ok, number - best, 0.0)
        return carried

    def uncountable(self) -> Iterator[Problem]:
        """The parts that some pay is too large to be counted in whole minor units (2^53 of them)."""
        assert self.scheme.pay is not None
        largest = 2.0**53 / 10.0**self.scheme.pay.rounding.digits
        for item, node in (self.parts | {PAY: self.scheme.given.line(PAY)}).items():
            values = self.values(node)
            size = np.where(values.ok, np.abs(values.number), 0.0)
            if size.size and size.max() >= largest:
                period, manager = np.unravel_index(size.argmax(), size.shape)
                who, when = self.panel.managers[manager], self.periods[period].label
                what = f"comes to {size.max():.3g} for {who} in {when}, more than can be counted to the cent"
                yield Problem(item, what, "look for a rate in the wrong unit")

    def performance_wages(self) -> tuple[PerformanceWage, ...]:
        """The performance-wage items of the plan."""
        assert self.scheme.pay is not None
        return tuple(item for item in self.scheme.pay.items if isinstance(item, PerformanceWage))

    def income_lines(self) -> tuple[str, ...]:
        """The income on which performance wage is paid, by line and basis (S6.2, S6.9)."""
        return tuple(dict.fromkeys(fact for item in self.performance_wages() for fact in item.facts))

    def income(self) -> pd.DataFrame:
        """Realised income of those lines over the plan year: manager_id, income, status (of the income), base.

        `base` is the stock by time progress, NaN where it is not known; empty for a plan without performance wage.
        """
        year = (self.panel.plan_year,)
        if not self.income_lines():
            return pd.DataFrame(columns=["design", "manager_id", "period", "income", "status", "base"])
        realised = self._over_the_year([Column(line) for line in self.income_lines()])
        stock = [Column(f"base:{line}", rule=self.scheme.targets) for line in self.income_lines()]
        columns: dict[str, NDArray[Any] | str] = {
            "income": readable(realised),
            "status": realised.status,
            "base": readable(self._over_the_year(stock)),
        }
        return person_periods(self.panel, year, self.scheme.id, columns)

    def splits(self) -> pd.DataFrame:
        """The two splits of the year's profit target, worked out apart from one another (S6.4).

        One row an income line. As stock and increment, from the books of the units: `clients_base`, what last year's
        rows of income add up to whoever holds the clients now, and `task`, what the units are asked for. By line, from
        the targets of persons: `stock` and `increment`. `agree` where both are the same to the cent, a person; where a
        figure is not known (`known` is no) nothing is claimed. They part where targets set by hand do not add up to
        those above them, where clients are with nobody for a time, and where a base was earned in another region.
        """
        columns = ["line", "clients_base", "task", "stock", "increment", "known", "agree"]
        rows = []
        here = self.panel.employed((self.panel.plan_year,))[0]
        region = self.panel.spells.code_in("region", self.panel.plan_year)
        _, first = np.unique(np.where(here, region, -1), return_index=True)
        first = first[here[first]]
        rule = self.scheme.targets
        for fact in self.income_lines():
            earned = self.panel.column(Column(fact), (self.panel.base_year,))
            stock = self._over_the_year([Column(f"base:{fact}", rule=rule)])
            own = self._over_the_year([Column(f"increment:{fact}", rule=rule)])
            task = own.number[0][here].sum()
            if rule is not None and rule.set_by != "growth":
                units = self._over_the_year([Column(f"target:{fact}", level="region", rule=rule)])
                task = units.number[0][first].sum()
            known = all(each.ok[0][here].all() for each in (stock, own)) and not _unknown(earned)
            split = (earned.number[0].sum(), task, stock.number[0][here].sum(), own.number[0][here].sum())
            gap = max(abs(split[0] - split[2]), abs(split[1] - split[3]))
            rows.append((fact, *split, known, bool(not known or gap <= 0.01 * max(here.sum(), 1))))
        return pd.DataFrame(rows, columns=columns)

    def _over_the_year(self, columns: list[Column]) -> Values:
        """The sum of some columns over the plan year, [1, manager]."""
        year = (self.panel.plan_year,)
        return evaluate(Sum(tuple(columns)), Ground(self.panel, year), {})

    def envelope(self) -> pd.DataFrame:
        """Pay against the unit's income over the year (S6.6).

        One row an outlet: outlet_id, people, paid_minor, limit_minor, known, inside. Where a pay or an
        income of the unit is not known nothing is claimed: `known` is no and `inside` stays yes.
        """
        assert self.scheme.pay is not None
        columns = ["outlet_id", "people", "paid_minor", "limit_minor", "known", "inside"]
        if self.scheme.pay.envelope is None or not self.performance_wages():
            return pd.DataFrame(columns=columns)
        outlet = self.panel.spells.outlet_in(self.panel.plan_year)
        of_manager = pd.Series(self.panel.spells.outlets[outlet], index=self.panel.managers)
        totals = self.totals().assign(known=lambda frame: frame["status"].isin(COMPUTED))
        frame = totals.groupby("manager_id").agg(paid_minor=("amount_minor", "sum"), known=("known", "all"))
        income = self.income().set_index("manager_id")
        frame["income"] = income["income"].reindex(frame.index)
        frame["known"] &= frame["income"].notna()
        frame["outlet_id"] = of_manager.reindex(frame.index)
        grouped = frame.groupby("outlet_id").agg(
            people=("paid_minor", "size"),
            paid_minor=("paid_minor", "sum"),
            income=("income", "sum"),
            known=("known", "all"),
        )
        share = float(self.scheme.pay.envelope.share_of_income.value)
        grouped["limit_minor"] = self.scheme.pay.rounding.to_minor(grouped["income"] * share)
        grouped["inside"] = (grouped["paid_minor"] <= grouped["limit_minor"]) | ~grouped["known"]
        return grouped.reset_index()[columns]


def pay(panel: Panel, scheme: Scheme, periods: tuple[Period, ...] | None = None) -> Payments:
    """Pay every manager of a panel for each period from the start of the plan year.

    Periods must begin with the plan year's first and follow one another, because balances are carried from one to
    the next. Raises DataGap for what history lacks (a column, a grade without a wage, another currency) and for pay
    too large to be counted to the cent.
    """
    if panel.as_of is not None:
        problem = Problem(
            "as_of", f"how things stand on {panel.as_of} is no result of a period and is not paid"
        )
        raise DataGap(scheme.file, [problem])
    every = panel.plan_year.split(scheme.months)
    periods = periods or every
    if periods != every[: len(periods)]:
        problem = Problem("", f"pay runs from {every[0].label} without a gap, because balances are carried")
        raise DataGap(scheme.file, [problem])
    if scheme.pay is None:
        raise DataGap(scheme.file, [Problem("pay", "the scheme has no pay plan")])
    problems = list(unpayable(panel, scheme))
    if problems:
        raise DataGap(scheme.file, problems)
    lines: dict[str, Node] = scheme.pay.parts(scheme.given) | {PAY: scheme.given.line(PAY)}
    if scheme.card is not None:
        lines[SCORE] = scheme.given.line(SCORE)
    payments = Payments(scheme, panel, periods, worked_out(panel, scheme, periods, lines))
    if too_large := list(payments.uncountable()):
        raise DataGap(scheme.file, too_large)
    return payments


def _unknown(values: Values) -> bool:
    """Whether a figure is missing that should be there; what does not apply is not missed."""
    return bool(np.isin(values.status, (Status.ABSENT, Status.QUARANTINED)).any())


def unpayable(panel: Panel, scheme: Scheme) -> list[Problem]:
    """What keeps a pay plan from paying the people of a panel: another currency, a grade without a wage."""
    assert scheme.pay is not None
    problems = []
    if scheme.pay.currency != panel.history.currency:
        what = f"the plan pays in {scheme.pay.currency} and history counts in {panel.history.currency}"
        problems.append(Problem("pay.currency", what, "write the currency of the history"))
    month = panel.spells.month + panel.months[0]
    inside = (month >= panel.plan_year.first) & (month <= panel.plan_year.last)
    grades = {str(grade) if isinstance(grade, str) else "" for grade in set(panel.spells.grade[inside])}
    for item in scheme.pay.items:
        if isinstance(item, GradeWage):
            for grade in sorted(grades - set(item.grades)):
                people = len(
                    set(panel.managers[panel.spells.manager[inside & (panel.spells.grade == grade)]])
                )
                what = (
                    f"{people} people have grade '{grade}', which the table does not pay"
                    if grade
                    else "people without a grade cannot be paid by grade"
                )
                problems.append(
                    Problem(f"pay.{item.id}.monthly", what, f"the table has {', '.join(item.grades)}")
                )
    return problems
