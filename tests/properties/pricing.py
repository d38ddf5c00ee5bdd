"""Schemes and histories by chance, priced: the values of every line, and what is paid."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import reject
from hypothesis import strategies as st

from chance.agreement import BASE, PLAN
from chance.histories import history
from policymodel.computation import Computed, compute
from policymodel.errors import DataGap
from policymodel.history.facts import History
from policymodel.panel import Panel, build_panel
from policymodel.payroll import Payments, pay
from policymodel.periods import Period
from policymodel.scheme.reading import scheme_of
from policymodel.scheme.scheme import Scheme

KEY = ["line", "manager_id", "period"]

seeds = st.integers(0, 2**32 - 1)
"""Seeds of schemes."""
banks = st.integers(0, 3)
"""Seeds of histories: a few, so that each is read once."""


def exact(raw: Any) -> Any:
    """A document with the numbers that a file would have."""
    if isinstance(raw, dict):
        return {key: exact(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [exact(each) for each in raw]
    return Decimal(repr(raw)) if isinstance(raw, float) else raw


def scheme(document: dict[str, Any]) -> Scheme:
    """The scheme of a document."""
    return scheme_of(exact(document))


@cache
def facts(seed: int) -> History:
    """A small history."""
    return history(seed, people=5)


@cache
def panel(seed: int) -> Panel:
    """The same, ready to be priced."""
    return build_panel(facts(seed), PLAN, BASE)


def panel_of(found: History) -> Panel:
    """A changed history, ready to be priced."""
    return build_panel(found, PLAN, BASE)


def values(on: Panel, of: Scheme, periods: tuple[Period, ...] | None = None) -> pd.DataFrame:
    """Value and status of every line, person and period; rows in order of these."""
    return computed(on, of, periods).frame().set_index(KEY)[["value", "status"]].sort_index()


def computed(on: Panel, of: Scheme, periods: tuple[Period, ...] | None = None) -> Computed:
    """A scheme worked out; one that asks for facts about clients that the history lacks is no example."""
    try:
        return compute(on, of, periods)
    except DataGap as gap:
        if {each.place for each in gap.problems} <= {"client_income", "client_forecasts"}:
            reject()
        raise


def credits_of(on: Panel, of: Scheme) -> pd.DataFrame:
    """Value and status of every line that stands on transactions, for each credit."""
    key = ["line", "transaction_id", "manager_id"]
    return computed(on, of).transactions().set_index(key)[["value", "status"]].sort_index()


def payments(on: Panel, of: Scheme) -> Payments:
    """What a scheme pays; one that asks for facts about clients that the history lacks is no example."""
    try:
        return pay(on, of)
    except DataGap as gap:
        if {each.place for each in gap.problems} <= {"client_income", "client_forecasts"}:
            reject()
        raise


def paid(on: Panel, of: Scheme) -> pd.DataFrame:
    """Cents and status of every part that is paid."""
    frame = payments(on, of).lines().set_index(["item", "manager_id", "period"])
    return frame[["amount_minor", "status"]].sort_index()


def same(found: pd.DataFrame, other: pd.DataFrame, within: float = 1e-7) -> None:
    """Both frames say the same, but for the last digits of floats."""
    assert [*found.index] == [*other.index]
    first, second = (each["value"].to_numpy(dtype=float) for each in (found, other))
    near = np.isclose(first, second, rtol=1e-9, atol=within, equal_nan=True)
    apart = ~near | (found["status"] != other["status"])
    differing = list(zip(found.index[apart], found["value"][apart], other["value"][apart], strict=True))
    assert differing == []
