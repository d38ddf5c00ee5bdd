"""A history aged by a year, by hand: who stays, what is asked for, what is not seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import future_bank
import small_bank
from policymodel.errors import DataGap
from policymodel.history.facts import History
from policymodel.periods import Period, month_label
from policymodel.scheme.algebra import Column
from policymodel.scheme.terms import TargetRule
from policymodel.simulate.ageing import Aged, aged
from policymodel.simulate.assumptions import Assumptions

YEAR = Period.parse("2025")
CARDS = {"M1": (10.0, 12.0), "M2": (5.0, 4.0), "M3": (0.0, 3.0)}
"""Cards a month in 2024 and in 2025."""


def history(*targets: tuple[object, ...], later: bool = False) -> History:
    """M1 and M2 in one outlet, M3 in another region since 2025; M4 left in June 2025."""
    months = [month_label(each) for each in Period.parse("2024-01..2025-12").months]
    rows = [
        (who, month, "debit_cards", CARDS[who][month >= "2025"])
        for who in CARDS
        for month in months
        if who != "M3" or month >= "2025"
    ]
    if later:
        rows.append(("M1", "2026-01", "debit_cards", 1_000_000.0))
    return small_bank.bank(
        managers=small_bank.managers(
            ("M1", "X1", "2020-01-01", None),
            ("M2", "X1", "2020-01-01", "2026-02-28" if later else None),
            ("M3", "Y1", "2025-01-01", None),
            ("M4", "X1", "2020-01-01", "2025-06-30"),
            regions={"Y1": "S"},
        ),
        activity=small_bank.activity(*rows),
        targets=small_bank.targets(*targets),
        client_income=small_bank.income(
            *(("C1", "M1", month, "fee", 100.0 if month < "2025" else 150.0) for month in months),
            *(("C2", "M4", month, "fee", 70.0) for month in months if month <= "2025-06"),
        ),
        client_forecasts=small_bank.forecasts(("C1", "fee", "2025", 90.0), ("C2", "fee", "2025", 11.0)),
        fx=small_bank.fx(("USD", "2025-11", 7.0, 7.1), ("USD", "2025-12", 7.2, 7.3)),
    )


def made(*targets: tuple[object, ...], later: bool = False, ratchet: float = 1.0) -> Aged:
    return aged(history(*targets, later=later), YEAR, with_ratchet(ratchet))


def with_ratchet(value: float) -> Assumptions:
    found = future_bank.assumed()
    number = found.targets.ratchet.model_copy(update={"value": value})
    return found.model_copy(update={"targets": found.targets.model_copy(update={"ratchet": number})})


def test_todays_people_stay_in_their_posts_for_a_year():
    panel = made().panel

    days = panel.spells.employed_days(Period.parse("2026"))
    assert dict(zip(panel.managers.tolist(), days.tolist(), strict=True)) == {
        "M1": 365,
        "M2": 365,
        "M3": 365,
        "M4": 0,
    }
    assert panel.plan_year.label == "2026"
    assert panel.base_year.label == "2025"


def test_nothing_that_happened_later_is_seen():
    """M2 is known to leave in 2026 and M1 to have sold a million cards: neither is."""
    seen, blind = made(later=True), made()

    year = (YEAR, Period.parse("2026"))
    for one, other in ((seen.panel, blind.panel), (seen.past, blind.past)):
        values = [each.column(Column("debit_cards"), year[:1]) for each in (one, other)]
        np.testing.assert_array_equal(values[0].number, values[1].number)
    assert (seen.panel.spells.employed_days(year[1]) == blind.panel.spells.employed_days(year[1])).all()
    assert seen.panel.history.tables["activity"]["month"].max() == YEAR.last


def test_the_ambition_stays_over_the_new_base():
    """M1 144 ÷ 120: 130 becomes 156. M2 alone in outlet rows: 48 ÷ 60. M3 had no base: kept. M4 is gone."""
    found = made(
        ("manager", "M1", "debit_cards", "2025", 130.0),
        ("outlet", "X1", "net_deposits", "2025-Q1", 7.0),
        ("manager", "M3", "debit_cards", "2025", 40.0),
        ("manager", "M4", "debit_cards", "2025", 9.0),
    )

    told = found.rolled.set_index(["unit_id", "measure"])
    assert told.loc[("M1", "debit_cards"), ["base_before", "base", "next", "why"]].tolist() == [
        120.0,
        144.0,
        156.0,
        "moved",
    ]
    assert told.loc[("M3", "debit_cards"), ["next", "why"]].tolist() == [40.0, "base not known"]
    assert told.loc[("X1", "net_deposits"), ["period", "next", "why"]].tolist() == [
        "2026-Q1",
        7.0,
        "base not known",
    ]
    assert ("M4", "debit_cards") not in told.index
    rule = TargetRule(set_by="table", progress="months", source="illustrative")
    asked = found.panel.column(Column("target:debit_cards", rule=rule), (Period.parse("2026-Q1"),))
    assert asked.number[0][0] == pytest.approx(156.0 / 4)


def test_parts_move_with_the_whole():
    """Region R went from 180 to 192 cards, so M1's own target moves by that too, and still fits into it."""
    told = made(
        ("region", "R", "debit_cards", "2025", 300.0), ("manager", "M1", "debit_cards", "2025", 150.0)
    ).rolled.set_index("unit_id")

    assert told["next"].to_dict() == {"R": 320.0, "M1": 160.0}


@pytest.mark.parametrize(("ratchet", "target"), [(1.0, 156.0), (0.5, 143.0), (0.0, 130.0)])
def test_a_ratchet_goes_part_of_the_way(ratchet: float, target: float):
    rolled = made(("manager", "M1", "debit_cards", "2025", 130.0), ratchet=ratchet).rolled

    assert rolled["next"].tolist() == [target]


def test_targets_that_are_already_set_are_taken():
    found = made(
        ("manager", "M1", "debit_cards", "2025", 130.0), ("manager", "M1", "debit_cards", "2026", 99.0)
    )

    assert found.rolled.empty
    assert found.panel.history.tables["targets"]["target"].tolist() == [130.0, 99.0]


def test_forecasts_follow_what_a_client_brought_and_rates_stay():
    """C1 brought 1,200 and then 1,800: 90 becomes 135. C2 brought 840 and then 420: 11 becomes 5.50."""
    tables = made().panel.history.tables

    forecasts = tables["client_forecasts"]
    assert forecasts[forecasts["period"] == "2026"].set_index("client_id")["growth"].to_dict() == {
        "C1": 135.0,
        "C2": 5.5,
    }
    rates = tables["fx"][tables["fx"]["month"] > YEAR.last]
    assert rates["average"].tolist() == [7.2] * 12
    assert rates["period_end"].tolist() == [7.3] * 12


def test_clients_of_who_has_left_are_nobodys():
    """The base of next year is what the clients brought whom somebody still holds: 1,800 of C1."""
    panel = made().panel

    base = panel.column(Column("base:fee"), (Period.parse("2026"),))
    assert base.number[0].tolist() == [1800.0, 0.0, 0.0, 0.0]


def test_nobody_left_is_refused():
    with pytest.raises(DataGap, match="nobody is employed on 2025-12-31"):
        aged(
            small_bank.bank(
                managers=small_bank.managers(("M1", "X1", "2020-01-01", "2025-11-30")),
                activity=small_bank.activity(("M1", "2025-01", "debit_cards", 1.0)),
            ),
            YEAR,
            future_bank.assumed(),
        )


def test_the_panel_of_the_past_reaches_as_far_back_as_blocks_may():
    assert made().past.months == Period.parse("2024-01..2025-12").months
    assert isinstance(made().rolled, pd.DataFrame)
