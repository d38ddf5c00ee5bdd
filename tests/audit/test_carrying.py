"""What is handed on from period to period, as formulas: small rises and falls of a balance, a bank in debt."""

from __future__ import annotations

import small_bank
from audit.recalculating import Held, hold, office, recalculated
from chance.agreement import written
from policymodel.audit.writing import write_audit
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme

INCOME = {
    "ann": (3, -2, 2, 2, -9, 4, 5, 1, 0, -3, 3, 2),
    "ben": (0, 0, 0, 1, -1, 1, 0, 0, -2, 1, 1, 0),
    "cas": (-4, -1, 2, 1, 1, 1, 0, 5, -5, 5, -6, 6),
}
"""Income of each month in yuan: a share of it is less than a yuan, and often comes back to where it was."""

SCHEME = {
    "id": "carrying",
    "title": "Carrying",
    "source": "1",
    "every": "month",
    "targets": {"set_by": "growth", "growth": 0.1, "progress": "months", "source": "1"},
    "figures": [
        {"kind": "figure", "id": "sold", "title": "Sold", "of": {"measure": "net_deposits"}},
        {
            "kind": "bonus_bank",
            "id": "banked",
            "title": "Banked",
            "of": {"line": "sold"},
            "pays": 0.4,
            "negative": "reduces_bank",
        },
    ],
    "card": {
        "round": {"digits": 2, "mode": "half_up"},
        "rescale": 1,
        "floor": None,
        "cap": None,
        "lines": [{"kind": "assumed", "id": "full", "title": "Full", "points": 1000, "source": "1"}],
    },
    "pay": {
        "currency": "CNY",
        "round": {"digits": 2, "mode": "half_up"},
        "items": [
            {
                "kind": "performance_wage",
                "id": "wage",
                "title": "Wage",
                "source": "1",
                "income": ["interest"],
                "increment": "from_targets",
                "shares": {"stock": 0.05, "increment": 0.09, "super_increment": 0.13},
                "negative_balance": "carry",
                "scaled_by": "management_score",
                "full_score": 1000,
            }
        ],
    },
}


def test_balances(tmp_path):
    """Rises of a few cents are paid, falls are carried, and a debt of a bank is kept whole."""
    program = office()
    months = [f"2024-{month:02d}" for month in range(1, 13)]
    people = small_bank.managers(*[(name, "o1", "2023-01-01", None) for name in INCOME])
    rows = [
        (f"c_{name}", name, month, "interest", float(amount))
        for name, amounts in INCOME.items()
        for month, amount in zip(months, amounts, strict=True)
    ]
    rows += [
        (f"c_{name}", name, f"2023-{month:02d}", "interest", 1.0) for name in INCOME for month in range(1, 13)
    ]
    sold = [
        (name, month, "net_deposits", 100.0 * amount)
        for name, amounts in INCOME.items()
        for month, amount in zip(months, amounts, strict=True)
    ]
    facts = small_bank.bank(
        managers=people, client_income=small_bank.income(*rows), activity=small_bank.activity(*sold)
    )
    panel = build_panel(facts, Period.parse("2024"), Period.parse("2023"))
    scheme = read_scheme(written(SCHEME, tmp_path))
    out = tmp_path / "carrying.xlsx"
    book, _ = write_audit(panel, scheme, Period.parse("2024").split(1), out, "en")
    held = Held()
    hold(book, recalculated([out], tmp_path, program)[out], held)

    assert held.errors == []
    assert held.differences == []
    assert held.compared > 500
