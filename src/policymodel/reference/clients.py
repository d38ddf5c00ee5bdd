"""Clients and their base: last year's income goes with a client to whoever is credited with it (S6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from policymodel.periods import Period
from policymodel.reference.numbers import NOTHING
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

        Equal amounts go to the first by id. A client without a row in a month stays where it was.
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
    def _brought(self) -> dict[str, dict[str, Fraction]]:
        """By line, what each client brought in the base year."""
        brought: dict[str, dict[str, Fraction]] = {}
        for row in self.rows.income:
            if row.month in self.base_year.months:
                line = brought.setdefault(row.name, {})
                line[row.client] = line.get(row.client, NOTHING) + (row.amount or NOTHING)
        return brought

    @cached_property
    def _held(self) -> dict[tuple[str, str, int], Fraction]:
        held: dict[tuple[str, str, int], Fraction] = {}
        for line, clients in self._brought.items():
            for client, amount in clients.items():
                for month in self.plan_year.months:
                    key = (self.holders[client, month], line, month)
                    held[key] = held.get(key, NOTHING) + amount
        return held

    def held(self, who: str, line: str, month: int) -> Fraction:
        """The base of a line of all clients that somebody holds in a month of the plan year."""
        return self._held.get((who, line, month), NOTHING)
