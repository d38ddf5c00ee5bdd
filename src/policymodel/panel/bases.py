"""Bases: last year's actual of a measure, or of the clients somebody holds, as it accrues with time (S6.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.panel.actuals import Actuals
from policymodel.panel.layout import Layout, Rows
from policymodel.panel.progress import Progress
from policymodel.periods import Period
from policymodel.scheme.terms import TargetRule


@dataclass(frozen=True)
class Bases:
    """What each manager starts from in the plan year."""

    layout: Layout
    actuals: Actuals
    progress: Progress
    _held: dict[str, NDArray[np.float64]] = field(default_factory=dict, repr=False)

    def annual(self, name: str) -> NDArray[np.float64]:
        """Each manager's base of a measure or line: last year's actual; NaN for who has none, or none known (S6.3).

        For an income line the base is that of the clients: it stays with whoever is credited with them in the plan
        year, weighed by the time they are.
        """
        total, status = self.of_manager(name)
        return np.where(status == Status.MEASURED, total, np.nan)

    def of_manager(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
        """Each manager's base over a whole year, and whether all of it is known.

        A figure of the base year that is absent or was put aside leaves the base unknown, because a part of it
        would pass for a small base. Who was not there in the base year has none: not applicable.
        """
        base_year = self.layout.base_year
        self.layout.refuse_joined(name, base_year.first, base_year.last)
        rows = self.actuals.actual(name)
        spells = self.layout.spells
        size = spells.managers.size
        inside = self.layout.inside(base_year) & (rows.status != Status.NOT_APPLICABLE)
        who = spells.manager[inside]
        here = rows.status[inside]
        status = np.full(size, Status.NOT_APPLICABLE, dtype=np.uint8)
        status[who] = Status.MEASURED
        income = self.layout.is_income(name)
        # A stock is the year's last figure, so only that one must be known.
        decides = np.ones(who.size, dtype=bool)
        if self.layout.is_stock(name):
            decides = np.append(who[1:] != who[:-1], True)[: who.size]
        # Which client a row put aside was about is not known; an amount without a rate went with its client.
        for worse in (Status.QUARANTINED,) if income else (Status.ABSENT, Status.QUARANTINED):
            status[who[decides & (here == worse)]] = worse
        if income:
            accrued = np.bincount(spells.manager, self._client_base(name, None), minlength=size)
            days = spells.employed_days(self.layout.plan_year)
            total = np.zeros(size)
            np.divide(accrued * self.layout.plan_year.days, days, out=total, where=days > 0)
            # Clients bring their base along, whether or not their manager was there a year ago.
            status[(status == Status.NOT_APPLICABLE) & (days > 0)] = Status.MEASURED
            lost = np.isnan(total)
            status[lost & (status == Status.MEASURED)] = Status.ABSENT
            return np.where(lost, 0.0, total), status
        return np.bincount(who[decides], rows.number[inside][decides], minlength=size).astype(
            np.float64
        ), status

    def base(self, name: str, rule: TargetRule | None, until: date | None = None) -> Rows:
        """The base as it accrues over the plan year, up to a day; zero for who was not there in the base year.

        The base of a stock is a level and does not accrue.
        """
        total, known = self.of_manager(name)
        spells = self.layout.spells
        status = np.where(known == Status.NOT_APPLICABLE, Status.MEASURED, known)[spells.manager]
        if self.layout.is_income(name):
            return Rows(np.nan_to_num(self._client_base(name, rule, until)), status.astype(np.uint8))
        amount = np.where(known == Status.MEASURED, total, 0.0)
        if self.layout.is_level(name):
            here = self.layout.inside(self.layout.plan_year) & spells.last
            at_end = np.where(here, status, Status.NOT_APPLICABLE).astype(np.uint8)
            return Rows(amount[spells.manager], at_end)
        return Rows(
            amount[spells.manager] * self.progress.share_of(name, rule, self.layout.plan_year, until),
            status.astype(np.uint8),
        )

    def _client_base(
        self, line: str, rule: TargetRule | None, until: date | None = None
    ) -> NDArray[np.float64]:
        """Last year's income of the clients each manager holds, as it accrues with time over the plan year."""
        if line not in self._held:
            self._held[line] = self._held_base(line)
        return self._held[line] * self.progress.share_of(line, rule, self.layout.plan_year, until)

    def _held_base(self, line: str) -> NDArray[np.float64]:
        """For each row of the plan year, last year's income of the clients whom the manager holds then.

        NaN where one of them brought an amount without a rate.
        """
        layout, clients = self.layout, self.holders[1]
        month = layout.income["month"].to_numpy(dtype=np.int64)
        mine = layout.facts.among([line])
        mine &= (month >= layout.base_year.first) & (month <= layout.base_year.last)
        client = layout.history.coded("client_income", "client_id").known_as(clients)[mine]
        amount = layout.income["amount"].to_numpy(dtype=np.float64)[mine]
        base = np.bincount(client, amount, minlength=len(clients))
        return self.held(base.astype(np.float64), self.layout.plan_year)

    def held(self, of_client: NDArray[np.float64], period: Period) -> NDArray[np.float64]:
        """For each row of a period, the amounts of the clients whom the manager holds then; 0 outside it."""
        holder, _ = self.holders
        spells = self.layout.spells
        held = np.zeros((spells.managers.size, len(spells.months)))
        for month_at in (number - spells.months[0] for number in period.months):
            who = holder[:, month_at]
            held[:, month_at] = np.bincount(
                who[who >= 0], of_client[who >= 0], minlength=spells.managers.size
            )
        return held[spells.manager, spells.month]

    @cached_property
    def holders(self) -> tuple[NDArray[np.int64], dict[str, int]]:
        """Who holds each client in each month: whoever was last credited with income; and the clients' codes.

        Where several are credited in one month it is the one with the largest amount, then the first by id. A
        client without a row in a month stays with the last holder. An amount without a rate weighs nothing here.
        """
        history, income, months = self.layout.history, self.layout.income, self.layout.spells.months
        coded = history.coded("client_income", "client_id")
        clients = {each: code for code, each in enumerate(sorted(coded.words))}
        named = history.coded("client_income", "manager_id")
        who = {each: code for code, each in enumerate(sorted(named.words))}
        holder = np.full((len(clients), len(months)), -2, dtype=np.int64)
        at = income["month"].to_numpy(dtype=np.int64) - months[0]
        inside = (at >= 0) & (at < len(months))
        place = (coded.known_as(clients) * len(months) + at)[inside]
        key, row = np.unique(place * len(who) + named.known_as(who)[inside], return_inverse=True)
        weight = np.abs(np.nan_to_num(income["amount"].to_numpy(dtype=np.float64)))[inside]
        amount = np.bincount(row, weight, minlength=key.size)
        place, manager = np.divmod(key, max(len(who), 1))
        # Of several writes to one place the last stands: the largest amount.
        order = np.lexsort((-manager, amount))
        codes = np.array([self.layout.code.get(each, -1) for each in who], dtype=np.int64)
        holder.reshape(-1)[place[order]] = codes[manager[order]]
        for month in range(1, len(months)):
            quiet = holder[:, month] == -2
            holder[quiet, month] = holder[quiet, month - 1]
        return holder, clients
