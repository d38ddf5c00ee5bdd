"""Windows and levels: over which months and for whom a fact is looked at, by hand."""

import pytest

from policymodel.errors import DataGap
from policymodel.history.measures import Status
from policymodel.panel import build_panel, rows_behind
from policymodel.periods import Period
from policymodel.scheme.algebra import Column
from small_bank import activity, bank, fx, managers

YEAR, BASE = Period.parse("2025"), Period.parse("2024")
MONTHS = YEAR.split(1)
CARDS = [("M1", f"2024-{m:02d}", "debit_cards", 100 + m) for m in range(1, 13)]
CARDS += [("M1", f"2025-{m:02d}", "debit_cards", m) for m in range(1, 13)]
ALONE = managers(("M1", "O1", "2023-01-01", None))


def value(panel, column, period, manager=0):
    """Number and status of one person's period."""
    values = panel.column(column, (Period.parse(period),))
    return (pytest.approx(float(values.number[0, manager])), Status(values.status[0, manager]))


@pytest.fixture
def cards():
    """Cards sold by one person: 100 + m in month m of 2024, m in month m of 2025."""
    return build_panel(bank(managers=ALONE, activity=activity(*CARDS)), YEAR, BASE)


@pytest.mark.parametrize(
    ("window", "settings", "period", "expected"),
    [
        ("quarter_to_date", {}, "2025-05", 4 + 5),
        ("quarter_to_date", {}, "2025-04", 4),
        ("quarter_to_date", {}, "2025-Q2", 4 + 5 + 6),
        ("quarter_to_date", {"lag": 1}, "2025-04", 1 + 2 + 3),
        ("quarter_to_date", {"lag": 1}, "2025-01", 110 + 111 + 112),
        ("quarter_to_date", {"lag_years": 1}, "2025-05", 104 + 105),
        ("half_year_to_date", {}, "2025-08", 7 + 8),
        ("half_year_to_date", {}, "2025-03", 1 + 2 + 3),
        ("year_to_date", {}, "2025-04", 1 + 2 + 3 + 4),
        ("year_to_date", {"lag": 1}, "2025-04", 1 + 2 + 3),
        ("year_to_date", {"lag": 1}, "2025-01", 12 * 100 + 78),
        ("year_to_date", {"lag_years": 1}, "2025-02", 101 + 102),
        ("rolling", {"months": 3}, "2025-01", 111 + 112 + 1),
        ("rolling", {"months": 2}, "2025-Q2", 5 + 6),
        ("rolling", {"months": 3, "lag": 1}, "2025-05", 2 + 3 + 4),
        ("rolling", {"months": 13}, "2025-01", 12 * 100 + 78 + 1),
    ],
)
def test_windows(cards, window, settings, period, expected):
    """The months a window holds, added up."""
    assert value(cards, Column("debit_cards", window=window, **settings), period) == (
        expected,
        Status.MEASURED,
    )


def test_a_window_that_begins_before_history_does_not_apply(cards):
    """Fourteen months back from January 2025 is December 2023."""
    assert (
        value(cards, Column("debit_cards", window="rolling", months=14), "2025-01")[1]
        == Status.NOT_APPLICABLE
    )


def test_quarters_are_counted_from_the_start_of_the_plan_year():
    """A plan year from February has the quarter of February, March and April."""
    year, base = Period.parse("2025-02..2026-01"), Period.parse("2024-02..2025-01")
    here = build_panel(bank(managers=ALONE, activity=activity(*CARDS)), year, base)
    column = Column("debit_cards", window="quarter_to_date")

    assert value(here, column, "2025-04")[0] == 2 + 3 + 4
    assert value(here, column, "2025-05")[0] == 5


def test_a_ratio_rolls_with_its_counts():
    """1/10, 9/10 and 40/80: the last two months are 49/90."""
    rows = [("M1", f"2025-0{m}", "off_counter_business", top) for m, top in ((1, 1), (2, 9), (3, 40))]
    rows += [("M1", f"2025-0{m}", "total_business", bottom) for m, bottom in ((1, 10), (2, 10), (3, 80))]
    here = build_panel(bank(managers=ALONE, activity=activity(*rows)), YEAR, BASE)

    assert value(here, Column("off_counter_share", window="rolling", months=2), "2025-03")[0] == 49 / 90


def test_levels_add_up_everybody_around():
    """O1 and O2 in the North sell 1 and 10, O3 in the South 100; who has left gets nothing."""
    people = managers(
        ("M1", "O1", "2024-01-01", None),
        ("M2", "O2", "2024-01-01", None),
        ("M3", "O3", "2024-01-01", None),
        ("M4", "O3", "2024-01-01", "2025-01-31"),
        regions={"O1": "North", "O2": "North", "O3": "South"},
    )
    sold = (("M1", 1), ("M2", 10), ("M3", 100))
    rows = activity(*[(who, "2025-02", "debit_cards", number) for who, number in sold])
    here = build_panel(bank(managers=people, activity=rows), YEAR, BASE)
    levels = {
        level: [value(here, Column("debit_cards", level=level), "2025-02", who)[0] for who in range(3)]
        for level in ("manager", "outlet", "region", "group")
    }

    assert levels == {
        "manager": [1, 10, 100],
        "outlet": [1, 10, 100],
        "region": [11, 11, 100],
        "group": [111, 111, 111],
    }
    for level in ("outlet", "region", "group"):
        assert value(here, Column("debit_cards", level=level), "2025-02", 3)[1] == Status.NOT_APPLICABLE
    behind = rows_behind(here, Column("debit_cards", level="region"), "M1", Period.parse("2025-02"))
    assert behind["value"].tolist() == [1, 10]


RATES = fx(("USD", "2025-01", 7.1, 7.2), ("USD", "2025-02", 7.3, None), ("USD", "2025-03", 7.5, 7.4))


@pytest.mark.parametrize(
    ("name", "period", "expected"),
    [
        ("calendar:days", "2025-02", (28, Status.MEASURED)),
        ("calendar:days", "2025-Q1", (90, Status.MEASURED)),
        ("calendar:months", "2025-Q1", (3, Status.MEASURED)),
        ("calendar:last_of_quarter", "2025-02", (0, Status.MEASURED)),
        ("calendar:last_of_quarter", "2025-03", (1, Status.MEASURED)),
        ("calendar:last_of_half_year", "2025-Q1", (0, Status.MEASURED)),
        ("calendar:last_of_half_year", "2025-Q2", (1, Status.MEASURED)),
        ("calendar:last_of_year", "2025-Q3", (0, Status.MEASURED)),
        ("calendar:last_of_year", "2025-12", (1, Status.MEASURED)),
        ("calendar:last_of_quarter", "2025", (1, Status.MEASURED)),
        ("fx:USD:average", "2025-Q1", ((7.1 + 7.3 + 7.5) / 3, Status.MEASURED)),
        ("fx:USD:average", "2025-02", (7.3, Status.MEASURED)),
        ("fx:USD:period_end", "2025-Q1", (7.4, Status.MEASURED)),
        ("fx:USD:period_end", "2025-02", (0, Status.ABSENT)),
        ("fx:USD:average", "2025-Q2", (0, Status.ABSENT)),
    ],
)
def test_what_is_the_same_for_everybody(name, period, expected):
    """Days, months and rates of exchange; a month without a rate leaves no average."""
    here = build_panel(bank(managers=ALONE, fx=RATES), YEAR, BASE)

    assert value(here, Column(name), period) == expected


@pytest.mark.parametrize(
    ("rates", "sentence"),
    [
        (RATES, "fx: the table has no currency 'USX'; did you mean 'USD'?"),
        (fx(), "fx: the table has no currency 'USX'; it has no rate at all"),
    ],
)
def test_an_unknown_currency_is_named(rates, sentence):
    """A rate that history does not have is a gap, not a one."""
    here = build_panel(bank(managers=ALONE, fx=rates), YEAR, BASE)

    with pytest.raises(DataGap) as refusal:
        value(here, Column("fx:USX:average"), "2025-01")
    assert sentence in str(refusal.value)


def test_the_rates_behind_a_number_are_named():
    """Three rows for an average, the last for the rate at the end, none for the calendar."""
    here = build_panel(bank(managers=ALONE, fx=RATES), YEAR, BASE)
    quarter = Period.parse("2025-Q1")

    assert rows_behind(here, Column("fx:USD:average"), "M1", quarter)["row"].tolist() == [2, 3, 4]
    assert rows_behind(here, Column("fx:USD:period_end"), "M1", quarter).to_numpy().tolist() == [
        ["fx.csv", 4, "2025-03", "USD", 7.4, "USD"]
    ]
    assert rows_behind(here, Column("calendar:days"), "M1", quarter).empty
