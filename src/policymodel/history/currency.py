"""Amounts in a foreign currency: at the mean rate of the month they belong to (S6.2)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def average_rates(rows: pd.DataFrame, fx: pd.DataFrame, home: str) -> NDArray[np.float64]:
    """What one unit of each row's currency was worth in its month, in the home currency; NaN without a rate.

    >>> rows = pd.DataFrame({"currency": ["CNY", "USD", "USD"], "month": [24300, 24300, 24301]})
    >>> fx = pd.DataFrame({"currency": ["USD"], "month": [24300], "average": [7.1]})
    >>> average_rates(rows, fx, "CNY")
    array([1. , 7.1, nan])
    """
    rates = np.ones(len(rows))
    foreign = (rows["currency"] != home).to_numpy(dtype=bool)
    if foreign.any():
        known = fx.drop_duplicates(["currency", "month"]).set_index(["currency", "month"])["average"]
        asked = pd.MultiIndex.from_frame(rows.loc[foreign, ["currency", "month"]])
        rates[foreign] = known.reindex(asked).to_numpy(dtype=np.float64)
    return rates
