"""What designs cost over the year, person by person: the one seam through which calibration asks for a price."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.panel import Panel
from policymodel.payroll import Payments, pay
from policymodel.scheme.given import PAY
from policymodel.scheme.scheme import Scheme

Cents = NDArray[np.int64]
Flags = NDArray[np.bool_]
Costs = Callable[[Sequence[Scheme]], "Priced"]
"""Prices designs, all at once."""


@dataclass(frozen=True)
class Priced:
    """What designs pay each person over the year: minor units [design, manager], and whether that is known.

    A year with one period that could not be computed is not known; it costs nothing here and is counted apart.
    """

    managers: NDArray[np.object_]
    amounts: Cents
    known: Flags

    @property
    def totals(self) -> list[int]:
        """The cost of each design in minor units: the sum of what is known."""
        return [int(each) for each in self.amounts.sum(axis=1)]

    def only(self, design: int) -> Priced:
        """One design by itself."""
        return Priced(self.managers, self.amounts[design : design + 1], self.known[design : design + 1])

    def frame(self, design: int, name: str) -> pd.DataFrame:
        """One design as `comparison.compare` reads it: design, manager_id, amount, status."""
        status = np.where(self.known[design], Status.MEASURED, Status.ABSENT)
        columns = {"manager_id": self.managers, "amount": self.amounts[design], "status": status}
        return pd.DataFrame({"design": name} | columns)


def costs(schemes: Sequence[Scheme], panel: Panel) -> Priced:
    """Each design priced by the ordinary engine, one after the other, for whoever is employed in the year."""
    found = [_year(pay(panel, each)) for each in schemes]
    employed = panel.employed((panel.plan_year,))[0]
    nobody = np.zeros((0, panel.managers.size))
    amounts = np.stack([each for each, _ in found]) if found else nobody.astype(np.int64)
    known = np.stack([each for _, each in found]) if found else nobody.astype(bool)
    return Priced(panel.managers[employed], amounts[:, employed], known[:, employed])


def _year(payments: Payments) -> tuple[Cents, Flags]:
    """What each person of a panel was paid over the year, and whether every period of it is known."""
    assert payments.scheme.pay is not None
    total = payments.values(payments.scheme.given.line(PAY))
    here = payments.panel.employed(payments.periods)
    known: Flags = np.asarray(here.any(axis=0) & (total.ok | ~here).all(axis=0))
    minor = payments.scheme.pay.rounding.to_minor(np.where(total.ok & here & known, total.number, 0.0))
    amounts: Cents = minor.sum(axis=0)
    return amounts, known
