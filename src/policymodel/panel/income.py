"""Income of clients as the panel counts it: in the history's currency, by line and basis (S6.2, S6.9)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from policymodel.errors import DataGap, Problem
from policymodel.history.coding import Coded
from policymodel.history.currency import average_rates
from policymodel.history.facts import History
from policymodel.periods import Period
from policymodel.scheme.terms import income_fact


def lines_of(history: History) -> frozenset[str]:
    """The income lines by basis."""
    return frozenset(facts_of(history).words)


def facts_of(history: History) -> Coded:
    """The line of each row of `client_income` by its basis."""
    line, basis = (history.coded("client_income", each) for each in ("line", "basis"))
    both = Coded.of(pd.Series(line.codes * len(basis.words) + basis.codes))
    pairs = (divmod(each, len(basis.words)) for each in both.words)
    return both.called([income_fact(line.words[one], basis.words[other]) for one, other in pairs])


def income_of(history: History, months: range) -> pd.DataFrame:
    """The rows of `client_income` in order, in the history's currency.

    A foreign amount is worth the average rate of its month. Where there is none `amount` is NaN: not known. A currency
    of those months that has no rate in any of them is refused.
    """
    frame = history.tables["client_income"]
    rates = average_rates(frame, history.tables["fx"], history.currency)
    lost = frame.loc[np.isnan(rates) & frame["month"].isin(months).to_numpy(), ["currency", "month"]]
    problems = []
    for currency, of in lost.groupby("currency")["month"]:
        if (
            not history.tables["fx"]
            .query("currency == @currency and month in @months")["average"]
            .notna()
            .any()
        ):
            when = Period(int(of.min()), int(of.max())).label
            what = f"there is income in {currency} of {when}, and no rate of {currency}"
            right = f"add the average rate of each month in {history.currency} to the table fx"
            problems.append(Problem("client_income.currency", what, right))
    if problems:
        raise DataGap(history.title.get("en", "history"), problems)
    return frame.assign(amount=frame["amount"].to_numpy(dtype=np.float64) * rates)
