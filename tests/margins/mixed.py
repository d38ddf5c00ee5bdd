"""A small bank and a scheme whose lines read it in every way; a unit more is written into the rows of history."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from policymodel.computation import compute
from policymodel.panel import build_panel
from policymodel.periods import Period, month_number
from small_bank import activity, bank, credits_of, events, income, managers, targets, transactions

YEAR, BASE = Period.parse("2025"), Period.parse("2024")
MIXED = Path(__file__).parent / "mixed.yaml"
PEOPLE = managers(
    ("M1", "O1", "2023-01-01", None),
    ("M2", "O1", "2023-01-01", None),
    ("M3", "O2", "2023-01-01", "2025-08-20"),
)
CARDS = {"M1": 3, "M2": 4, "M3": 5}
TABLES = {
    "managers": PEOPLE,
    "activity": activity(
        *(
            (who, f"2025-{month:02d}", "debit_cards", each)
            for who, each in CARDS.items()
            for month in range(1, 9)
        ),
        *((who, f"2025-{month:02d}", "debit_cards", 2) for who in ("M1", "M2") for month in range(9, 13)),
        *(
            (who, f"2025-{month:02d}", "wealth_clients", 30 + month)
            for who in CARDS
            for month in range(1, 13)
        ),
        *((who, f"2025-{month:02d}", "off_counter_business", 6) for who in CARDS for month in range(1, 9)),
        *((who, f"2025-{month:02d}", "total_business", 9) for who in CARDS for month in range(1, 9)),
    ),
    "targets": targets(*(("manager", who, "debit_cards", "2025", 40 * each) for who, each in CARDS.items())),
    "events": events(("M2", "2025-02-03", "complaint", "hotline", True, None)),
    "client_income": income(("C1", "M1", "2025-02", "fee", 900), ("C2", "M2", "2025-05", "fee", 500)),
    "transactions": transactions(
        ("T1", "M1", "2025-01-10", "fund", 700),
        ("T2", "M1", "2025-02-10", "fund", 200),
        ("T3", "M1", "2025-03-10", "loan", 400),
        ("T4", "M2", "2025-05-10", "fund", 800),
    ),
    "credits": credits_of(("T3", "M1", 0.5), ("T3", "M2", 0.5), ("T2", "M1", 1.0)),
}


def with_more(measure: str, manager: str, month: str, units: float):
    """The small bank with so many units more in one month."""
    tables = dict(TABLES)
    if measure.startswith("transaction:"):
        frame = tables["transactions"].copy()
        frame.loc[frame["transaction_id"] == month, "amount"] += units
        tables["transactions"] = frame
    elif measure == "fee":
        more = income(("C9", manager, month, "fee", units))
        tables["client_income"] = pd.concat([tables["client_income"], more], ignore_index=True)
    else:
        frame = tables["activity"].copy()
        mine = (frame["manager_id"] == manager) & (frame["measure"] == measure)
        here = mine & (frame["month"] == month_number(month))
        assert here.sum() == 1
        frame.loc[here, "actual"] += units
        tables["activity"] = frame
    return build_panel(bank(**tables), YEAR, BASE)


def value_of(panel, scheme, line: str) -> np.ndarray:
    """Value of a line, [quarter, manager]."""
    computed = compute(panel, scheme)
    if line == "pay":
        return sum(computed.values(node).number for node in scheme.pay.parts(scheme.given).values())
    return computed.values(scheme.given.over_period(line)).number
