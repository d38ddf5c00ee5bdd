"""What is the same for everybody: the days of a window, whether a run of time ends with it, exchange rates (fx)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from policymodel.errors import suggest
from policymodel.history.measures import Status
from policymodel.panel.layout import Layout
from policymodel.periods import MONTHS_OF, Period


@dataclass(frozen=True)
class Rates:
    """Facts about time itself."""

    layout: Layout

    def over(self, name: str, window: Period, *, whole: bool = False) -> tuple[float, Status]:
        """Number and status of `calendar:days`, `calendar:last_of_year` …, `fx:USD:average` or `fx:USD:period_end`.

        Days are those that have passed, of a `whole` run of time all of them. The average of several months is their
        plain mean; a rate at the end is that of the last month.
        """
        kind, _, rest = name.partition(":")
        if kind == "calendar":
            return self._of_time(rest, window, whole), Status.MEASURED
        currency, _, at = rest.partition(":")
        table = self.layout.history.tables["fx"]
        aside = self.layout.aside("fx")
        if currency not in {*table["currency"], *aside["measure"]}:
            known = sorted(table["currency"].unique())
            right = suggest(currency, known) or f"it has {', '.join(known) or 'no rate at all'}"
            self.layout.gap("fx", f"the table has no currency '{currency}'", right)
        months = list(window.months) if at == "average" else [window.last]
        if (aside["month"].isin(months) & (aside["measure"] == currency)).any():
            return 0.0, Status.QUARANTINED
        mine = table[table["currency"] == currency].set_index("month")[at]
        rates = mine.reindex(months).to_numpy(dtype=np.float64)
        if np.isnan(rates).any():
            return 0.0, Status.ABSENT
        return float(rates.mean()), Status.MEASURED

    def _of_time(self, what: str, window: Period, whole: bool) -> float:
        """Days, months, or 1 where a quarter, half-year or year ends, at the latest with the plan year."""
        if what == "days":
            return float(window.days if whole else window.days_until(self.layout.as_of))
        if what == "months":
            return float(len(window.months))
        plan_year, run = self.layout.plan_year, MONTHS_OF[what.removeprefix("last_of_")]
        ends = (window.last + 1 - plan_year.first) % run == 0 or window.last == plan_year.last
        return float(ends)
