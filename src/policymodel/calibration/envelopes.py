"""Outlets and what they earn: whose pay together is more than a scheme's share of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policymodel.calibration.pricing import Priced
from policymodel.errors import DataGap, Problem
from policymodel.payroll import Payments
from policymodel.scheme.scheme import Scheme


@dataclass(frozen=True)
class Units:
    """Of each person the outlet, of each outlet the income of the year and whether all of it is known."""

    outlet: NDArray[np.int64]
    income: NDArray[np.float64]
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, payments: Payments) -> Units:
        """The outlets of a panel; a DataGap where the scheme has no envelope over income."""
        scheme, panel = payments.scheme, payments.panel
        if scheme.pay is None or scheme.pay.envelope is None or not payments.performance_wages():
            right = "leave the limit out, or write `pay.envelope`"
            raise DataGap(scheme.file, [Problem("pay.envelope", "the scheme has no envelope", right)])
        here = panel.employed((panel.plan_year,))[0]
        outlet = panel.spells.outlet_in(panel.plan_year)[here]
        earned = payments.income().set_index("manager_id")["income"].reindex(panel.managers[here])
        income = earned.to_numpy(dtype=np.float64)
        count = int(outlet.max(initial=-1)) + 1
        known = np.ones(count, dtype=bool)
        np.logical_and.at(known, outlet, ~np.isnan(income))
        earnings = np.zeros(count)
        np.add.at(earnings, outlet, np.nan_to_num(income))
        return cls(outlet, earnings, known)

    def breaches(self, scheme: Scheme, priced: Priced) -> int:
        """In how many outlets one design pays more than its share; where something is not known nothing is claimed."""
        assert scheme.pay is not None
        assert scheme.pay.envelope is not None
        share = float(scheme.pay.envelope.share_of_income.value)
        limit = scheme.pay.rounding.to_minor(self.income * share)
        paid = np.zeros(self.income.size, dtype=np.int64)
        np.add.at(paid, self.outlet, priced.amounts[0])
        known = self.known.copy()
        np.logical_and.at(known, self.outlet, priced.known[0])
        return int(((paid > limit) & known).sum())
