"""What designs cost over the year, person by person: the one seam through which calibration asks for a price."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.errors import DataGap, Problem
from policymodel.history.measures import Status
from policymodel.lowering import lower
from policymodel.panel import Ground, Panel
from policymodel.payroll import Payments, pay
from policymodel.scheme.evaluation import Values
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

    managers: NDArray[Any]
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


def lowered(schemes: Sequence[Scheme], panel: Panel) -> Priced:
    """The same figures, of many designs at once: what they have in common is worked out once (`lowering`).

    The designs are proposals on one scheme that `costs` has priced on this panel, so that nothing is missing. Raises
    DataGap where pay is too large to be counted to the cent.
    """
    [months] = {each.months for each in schemes}
    periods = panel.plan_year.split(months)
    plan = lower({str(place): each for place, each in enumerate(schemes)}, (PAY,))
    here = panel.employed(periods)
    amounts = np.zeros((len(schemes), panel.managers.size), dtype=np.int64)
    known = np.zeros(amounts.shape, dtype=bool)
    for where, values in plan.tiles(Ground(panel, periods)):
        stacked = values[PAY]
        status = np.broadcast_to(stacked.status, stacked.number.shape)
        ok, employed = Values(stacked.number, status).ok, here[:, where]
        mine: Flags = np.asarray(employed.any(axis=0) & (ok | ~employed).all(axis=1))
        known[:, where] = mine
        counted = np.where(ok & employed & mine[:, None], stacked.number, 0.0)
        for place, scheme in enumerate(schemes):
            assert scheme.pay is not None
            rounding = scheme.pay.rounding
            if np.abs(counted[place]).max(initial=0.0) >= 2.0**53 / 10.0**rounding.digits:
                right = "look for a rate in the wrong unit"
                raise DataGap(
                    scheme.file, [Problem("pay", "comes to more than can be counted to the cent", right)]
                )
            amounts[place, where] = rounding.to_minor(counted[place]).sum(axis=0)
    anybody = np.asarray(here.any(axis=0))
    return Priced(panel.managers[anybody], amounts[:, anybody], known[:, anybody])


def _year(payments: Payments) -> tuple[Cents, Flags]:
    """What each person of a panel was paid over the year, and whether every period of it is known."""
    assert payments.scheme.pay is not None
    total = payments.values(payments.scheme.given.line(PAY))
    here = payments.panel.employed(payments.periods)
    known: Flags = np.asarray(here.any(axis=0) & (total.ok | ~here).all(axis=0))
    minor = payments.scheme.pay.rounding.to_minor(np.where(total.ok & here & known, total.number, 0.0))
    amounts: Cents = minor.sum(axis=0)
    return amounts, known
