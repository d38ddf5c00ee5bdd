"""Forecasts of the portfolio: what the clients somebody holds are expected to grow by (S6.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from policymodel.history.coding import codes_of
from policymodel.panel.bases import Bases
from policymodel.panel.layout import Layout
from policymodel.periods import Period
from policymodel.scheme.terms import TargetRule, income_line


@dataclass(frozen=True)
class Forecasts:
    """The table `client_forecasts` on the rows of the panel; like a base, a forecast goes with the client."""

    layout: Layout
    bases: Bases

    def growth(
        self, name: str, rule: TargetRule, period: Period, until: date | None = None
    ) -> NDArray[np.float64]:
        """What the clients whom each row's manager holds are to grow by in a period, as it accrues up to a day.

        Forecasts are for the period of the target or for parts of it. Clients of whom nothing is known grow by nothing;
        a line without any forecast is refused.
        """
        table = self.layout.history.tables["client_forecasts"]
        table = table[table["line"] == income_line(name)]
        grown = np.zeros(self.layout.spells.manager.size)
        labels = {label: Period.parse(label) for label in table["period"].unique()}
        here = {label: each for label, each in labels.items() if _touch(each, period)}
        if not here:
            what = f"client_forecasts has no growth of '{income_line(name)}' in {period.label}"
            self.layout.gap(
                "client_forecasts", what, "add the forecasts of its clients, of 0 where none grows"
            )
        _, clients = self.bases.holders
        for label, each in here.items():
            if each.first < period.first or each.last > period.last:
                what = f"a forecast for {each.label} reaches beyond the target's {period.label}"
                self.layout.gap("client_forecasts", what, "write it for that period, or for parts of it")
            rows = table[table["period"] == label]
            client = codes_of(rows["client_id"], clients)
            known = client >= 0
            amount = np.bincount(client[known], rows["growth"].to_numpy()[known], minlength=len(clients))
            time = self.bases.progress.share_of(name, rule, each, until)
            grown += self.bases.held(amount.astype(np.float64), each) * time
        return grown


def _touch(one: Period, other: Period) -> bool:
    return one.first <= other.last and one.last >= other.first
