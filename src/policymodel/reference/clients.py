"""Clients and their base: last year's income goes with a client to whoever is credited with it (S6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

from policymodel.errors import DataGap, Problem
from policymodel.periods import Period
from policymodel.reference.numbers import ABSENT, NOTHING, Value, added
from policymodel.reference.rows import Rows


@dataclass(frozen=True, eq=False)
class Clients:
    """Who holds each client in each month of the plan year, and what the client brought in the base year."""

    rows: Rows
    months: Period
    plan_year: Period
    base_year: Period

    @cached_property
    def holders(self) -> dict[tuple[str, int], str]:
        """Whoever was credited last up to a month, by client and month: of several the one with the most.

        Equal amounts go to the first by id, one that is not known weighs nothing. A client without a row in a month
        stays where it was.
        """
        credited: dict[str, dict[int, dict[str, Fraction]]] = {}
        for row in self.rows.income:
            if row.month in self.months.months:
                amounts = credited.setdefault(row.client, {}).setdefault(row.month, {})
                amounts[row.who] = amounts.get(row.who, NOTHING) + abs(row.amount or NOTHING)
        holders = {}
        for client, months in credited.items():
            holder = ""
            for month in self.months.months:
                if month in months:
                    amounts = months[month]
                    holder = min(amounts, key=lambda who: (-amounts[who], who))
                holders[client, month] = holder
        return holders

    @cached_property
    def _brought(self) -> dict[str, dict[str, list[Value]]]:
        """By line, what each client brought in the base year, amount by amount."""
        brought: dict[str, dict[str, list[Value]]] = {}
        for row in self.rows.income:
            if row.month in self.base_year.months:
                amount = ABSENT if row.amount is None else row.amount
                brought.setdefault(row.name, {}).setdefault(row.client, []).append(amount)
        return brought

    @cached_property
    def _held(self) -> dict[tuple[str, str, int], list[Value]]:
        held: dict[tuple[str, str, int], list[Value]] = {}
        for line, clients in self._brought.items():
            for client, amounts in clients.items():
                for month in self.plan_year.months:
                    held.setdefault((self.holders[client, month], line, month), []).extend(amounts)
        return held

    @cache  # noqa: B019
    def forecasts(self, line: str, period: Period) -> dict[tuple[str, int], list[tuple[Period, Fraction]]]:
        """By holder and month, what the clients held are to grow by, each with the period it is for."""
        found: dict[tuple[str, int], list[tuple[Period, Fraction]]] = {}
        none = True
        for row in self.rows.forecasts:
            if row.line != line or not {*row.period.months} & {*period.months}:
                continue
            none = False
            if not {*row.period.months} <= {*period.months}:
                what = f"a forecast for {row.period.label} reaches beyond {period.label}"
                raise DataGap("client_forecasts", [Problem(line, what, "write it for that period")])
            for month in row.period.months:
                holder = self.holders.get((row.client, month), "")
                found.setdefault((holder, month), []).append((row.period, row.growth))
        if none:
            what = f"there is no forecast of '{line}' in {period.label}"
            raise DataGap("client_forecasts", [Problem(line, what, "add the forecasts of its clients")])
        return found

    @cache  # noqa: B019
    def held(self, who: str, line: str, month: int) -> Value:
        """The base of a line of all clients that somebody holds in a month of the plan year."""
        return added(self._held.get((who, line, month), []))
