"""Targets of stocks and ratios are levels: they neither accrue with time nor are cut for who joins late."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from policymodel.errors import DataGap
from policymodel.history.measures import Status
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.scheme.algebra import Column
from policymodel.scheme.biography import Number
from policymodel.scheme.terms import TargetRule
from small_bank import activity, bank, managers, targets

YEAR, BASE = Period.parse("2025"), Period.parse("2024")
QUARTERS = YEAR.split(3)
TABLE = TargetRule(set_by="table", progress="months", source="1", without_base="mean")
PEOPLE = managers(
    ("M1", "O1", "2023-01-01", None), ("M2", "O1", "2025-06-01", None), ("M3", "O2", "2023-01-01", None)
)
CLIENTS = activity(*(("M1", f"2024-{month:02d}", "wealth_clients", month) for month in range(1, 13)))


def asked(name, *rows, rule=TABLE, **column):
    """[quarter][manager]: what is asked; None where nothing is."""
    panel = build_panel(bank(managers=PEOPLE, activity=CLIENTS, targets=targets(*rows)), YEAR, BASE)
    values = panel.column(Column(name, rule=rule, **column), QUARTERS)
    known = np.where(values.ok, values.number, np.nan)
    return [[None if np.isnan(each) else float(each) for each in quarter] for quarter in known]


@pytest.mark.parametrize("window", ["period", "year_to_date", "target_to_date", "whole_year"])
def test_a_balance_of_the_year_is_asked_for_in_every_quarter(window):
    """1,000 clients at the end of the year: in the first quarter they are 1,000 too, also for who joins in June."""
    rows = [
        ("manager", "M1", "wealth_clients", "2025", 1000),
        ("manager", "M2", "wealth_clients", "2025", 1000),
    ]
    found = asked("target:wealth_clients", *rows, window=window)

    assert [quarter[0] for quarter in found] == [1000] * 4
    assert [quarter[1] for quarter in found] == [1000 if window == "whole_year" else None, 1000, 1000, 1000]


def test_of_quarterly_levels_the_last_counts():
    """900 at the end of March and 1,000 at the end of June do not add up to 1,900."""
    rows = [("manager", "M1", "wealth_clients", f"2025-Q{n}", 800 + 100 * n) for n in range(1, 5)]

    found = asked("target:wealth_clients", *rows, window="year_to_date")
    assert [quarter[0] for quarter in found] == [900, 1000, 1100, 1200]


def test_an_outlet_s_own_target_goes_before_those_of_its_people():
    """O1 is asked 1,200 and O2 800, whatever their people were handed; the region's own 6,000 goes before both."""
    people = [("manager", "M1", 120), ("manager", "M2", 240), ("manager", "M3", 100)]
    outlets = [("outlet", "O1", 1200), ("outlet", "O2", 800)]

    def cards(units, level):
        rows = [(at, unit, "debit_cards", "2025", amount) for at, unit, amount in units]
        return asked("target:debit_cards", *rows, level=level, window="year_to_date")

    assert cards([*people, *outlets], "outlet")[0] == [300, None, 200]
    assert cards([*people, *outlets], "outlet")[3] == pytest.approx([1200, 1200, 800])
    # The one that is set counts, and below it the people's: 120 x 1/4 + 25 of M3's 100.
    assert cards([*people, outlets[0]], "region")[0] == [325, None, 325]
    assert cards([*people, *outlets, ("region", "R", 6000)], "region")[3] == pytest.approx([6000] * 3)
    assert cards([*people, *outlets, ("region", "R", 6000)], "group")[0] == [1500, None, 1500]
    # Where nothing is set for it, the outlet has what its people have: M2's is cut to the employed days.
    assert cards(people, "outlet")[3] == pytest.approx([120 + 240 * 214 / 365] * 2 + [100])


def test_an_outlet_s_own_level_stands_whole():
    """30 clients for O1 beside 20 and 5 for its people; for the region what its outlets are asked."""
    rows = [("outlet", "O1", 30), ("manager", "M1", 20), ("manager", "M2", 5), ("manager", "M3", 7)]
    rows = [(level, unit, "wealth_clients", "2025", amount) for level, unit, amount in rows]

    assert asked("target:wealth_clients", *rows, level="outlet")[3] == [30, 30, 7]
    assert asked("target:wealth_clients", *rows, level="region")[3] == [37, 37, 37]


def test_the_target_of_a_ratio_is_one_s_own_or_the_outlet_s_or_the_region_s():
    """30 % for the region, 40 % for O1, 50 % for M1; nothing is shared out."""
    rows = [("region", "R", 0.3), ("outlet", "O1", 0.4), ("manager", "M1", 0.5)]
    found = asked(
        "target:off_counter_share", *((at, unit, "off_counter_share", "2025", n) for at, unit, n in rows)
    )

    assert found[1] == [0.5, 0.4, 0.3]


def test_a_level_grows_from_last_year_s_last_figure_and_not_by_days():
    """12 clients at the end of 2024 and a quarter more are 15, from January on."""
    rule = replace(TABLE, set_by="growth", growth=Number(Decimal("0.25")))

    assert asked("target:wealth_clients", rule=rule)[0][0] == 15
    assert asked("base:wealth_clients", rule=rule)[0][0] == 12


def test_the_whole_quarter_and_the_whole_year_are_known_from_the_first_month():
    """1,200 deposits of the year by months: 300 a quarter, 1,200 in all whichever quarter one stands in."""
    row = ("manager", "M1", "net_deposits", "2025", 1200)

    assert [quarter[0] for quarter in asked("target:net_deposits", row, window="whole_year")] == [1200] * 4
    assert [quarter[0] for quarter in asked("target:net_deposits", row, window="whole_half_year")] == [
        600
    ] * 4


def test_what_cannot_be_asked_of_a_ratio_is_said():
    row = ("manager", "M1", "off_counter_share", "2025", 0.5)
    with pytest.raises(DataGap, match="does not add up over people"):
        asked("target:off_counter_share", row, level="outlet")
    with pytest.raises(DataGap, match="cannot grow from a base"):
        asked(
            "target:off_counter_share", rule=replace(TABLE, set_by="growth", growth=Number(Decimal("0.25")))
        )


def test_attainment_of_a_ratio_is_judged_from_its_own_target_s_beginning():
    """The period is that of the ratio's target, not of a target of its counts."""
    row = ("manager", "M1", "off_counter_share", "2025", 0.5)
    rows = [
        ("M1", f"2025-0{month}", name, number)
        for month in (1, 2, 3, 4, 5, 6)
        for name, number in (("off_counter_business", 30 * month), ("total_business", 100))
    ]
    history = bank(managers=PEOPLE, activity=activity(*rows), targets=targets(row))
    column = Column("off_counter_share", window="target_to_date", rule=TABLE)
    found = build_panel(history, YEAR, BASE).column(column, QUARTERS[:2])

    assert found.number[:, 0].tolist() == pytest.approx([0.6, 1.05])
    assert found.status[:, 0].tolist() == [Status.MEASURED] * 2
