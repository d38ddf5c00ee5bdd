"""Windows, levels, joiners and movers: what a column holds, by hand."""

from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from policymodel.errors import DataGap
from policymodel.history.measures import Measure, Status
from policymodel.panel import build_panel, rows_behind
from policymodel.periods import Period, month_number
from policymodel.scheme.algebra import Column
from policymodel.scheme.biography import Number
from policymodel.scheme.terms import TargetRule
from small_bank import activity, bank, events, fx, income, managers, targets

YEAR, BASE = Period.parse("2025"), Period.parse("2024")
QUARTERS = YEAR.split(3)
RULE = TargetRule(
    set_by="table", break_down="by_base", without_base="mean", progress="calendar_days", source="S4.0"
)


def panel(**tables):
    """The panel of a small bank for 2025."""
    return build_panel(bank(**tables), YEAR, BASE)


def cell(panel, column, quarter=0, manager=0):
    """Number and status of one person's quarter."""
    values = panel.column(column, QUARTERS)
    return (pytest.approx(float(values.number[quarter, manager])), Status(values.status[quarter, manager]))


def test_a_flow_adds_up_and_a_stock_is_the_last():
    """Cards 3 + 0 + 4 in a quarter; clients 30, 31, 33 are 33."""
    rows = [("M1", f"2025-0{m}", "debit_cards", n) for m, n in ((1, 3), (3, 4))]
    rows += [("M1", f"2025-0{m}", "wealth_clients", n) for m, n in ((1, 30), (2, 31), (3, 33))]
    here = panel(managers=managers(("M1", "O1", "2024-01-01", None)), activity=activity(*rows))

    assert cell(here, Column("debit_cards")) == (7, Status.MEASURED)
    assert cell(here, Column("wealth_clients")) == (33, Status.MEASURED)


def test_a_stock_may_be_read_as_the_mean_of_its_months():
    """M1 holds 30, 31 and 35: 32. M2 comes in February with 10 and 16: 13, and the outlet's months are 30, 41, 51."""
    rows = [("M1", f"2025-0{m}", "wealth_clients", n) for m, n in ((1, 30), (2, 31), (3, 35), (4, 50))]
    rows += [("M2", f"2025-0{m}", "wealth_clients", n) for m, n in ((2, 10), (3, 16))]
    here = panel(
        managers=managers(("M1", "O1", "2024-01-01", None), ("M2", "O1", "2025-02-01", None)),
        activity=activity(*rows),
    )
    mean = Column("wealth_clients", read="mean_of_months")

    assert cell(here, mean) == (32, Status.MEASURED)
    assert cell(here, mean, manager=1) == (13, Status.MEASURED)
    assert cell(here, replace(mean, level="outlet")) == (122 / 3, Status.MEASURED)
    # April is known and May is not.
    assert cell(here, mean, quarter=1)[1] == Status.ABSENT
    assert cell(here, replace(mean, window="rolling", months=2), quarter=0) == (33, Status.MEASURED)
    assert cell(here, replace(mean, window="rolling", months=16))[1] == Status.NOT_APPLICABLE


def test_what_adds_up_over_months_is_not_read_as_their_mean():
    here = panel(managers=managers(("M1", "O1", "2024-01-01", None)))

    for name in ("debit_cards", "off_counter_share"):
        with pytest.raises(DataGap, match=f"'{name}' adds up over months"):
            here.column(Column(name, read="mean_of_months"), QUARTERS)
    with pytest.raises(DataGap, match="there is no measure or income line 'depositz'"):
        here.column(Column("depositz", read="mean_of_months"), QUARTERS)


def test_what_is_sold_by_the_mean_of_what_is_held():
    """9 sold in three months with 10, 20 and 60 clients: the flow is added up, the stock below it is 30."""
    rows = [("M1", f"2025-0{m}", "debit_cards", 3) for m in (1, 2, 3)]
    rows += [("M1", f"2025-0{m}", "wealth_clients", n) for m, n in ((1, 10), (2, 20), (3, 60))]
    whole = bank(managers=managers(("M1", "O1", "2024-01-01", None)), activity=activity(*rows))
    per_client = Measure(
        "per_client", {}, "ratio", "share", "up", "absent", top="debit_cards", bottom="wealth_clients"
    )
    whole = replace(whole, measures={**whole.measures, "per_client": per_client})
    here = build_panel(whole, YEAR, BASE)

    assert cell(here, Column("per_client")) == (9 / 60, Status.MEASURED)
    assert cell(here, Column("per_client", read="mean_of_months")) == (9 / 30, Status.MEASURED)


def test_no_row_is_a_zero_or_absent_as_declared():
    """A card not sold is a true zero; an amount without a row, or a blank, is absent."""
    blank = activity(*[("M1", f"2025-0{m}", "funds_sold", v) for m, v in ((1, 5), (2, None), (3, 5))])
    here = panel(managers=managers(("M1", "O1", "2024-01-01", None)), activity=blank)

    assert cell(here, Column("debit_cards"))[1] == Status.TRUE_ZERO
    assert cell(here, Column("net_deposits"))[1] == Status.ABSENT
    assert cell(here, Column("funds_sold"))[1] == Status.ABSENT


def test_time_progress_is_calendar_days_of_the_target_s_period():
    """A yearly target of 365 is 90 at the end of March and 181 at the end of June 2025."""
    here = panel(
        managers=managers(("M1", "O1", "2024-01-01", None)),
        targets=targets(("manager", "M1", "debit_cards", "2025", 365)),
    )
    column = Column("target:debit_cards", window="target_to_date", rule=RULE)

    assert cell(here, column, quarter=0)[0] == 90
    assert cell(here, column, quarter=1)[0] == 181


def test_a_quarter_s_target_starts_again_each_quarter():
    """Targets by quarter are not cumulated over the year, and neither is the actual."""
    rows = targets(*[("manager", "M1", "debit_cards", f"2025-Q{q}", 10 * q) for q in (1, 2, 3, 4)])
    acts = activity(*[("M1", f"2025-0{m}", "debit_cards", m) for m in range(1, 7)])
    here = panel(managers=managers(("M1", "O1", "2024-01-01", None)), targets=rows, activity=acts)

    assert cell(here, Column("target:debit_cards", window="target_to_date", rule=RULE), quarter=1)[0] == 20
    assert cell(here, Column("debit_cards", window="target_to_date", rule=RULE), quarter=1)[0] == 4 + 5 + 6


def test_a_joiner_s_target_counts_employed_days_only():
    """Joined 15 February: 45 of the 90 days of the quarter's target of 90."""
    here = panel(
        managers=managers(("M1", "O1", "2025-02-15", None)),
        targets=targets(("manager", "M1", "debit_cards", "2025-Q1", 90)),
    )

    assert cell(here, Column("target:debit_cards", window="target_to_date", rule=RULE))[0] == 45


def test_a_joiner_s_months_before_are_not_absent():
    """What was not possible is not missing: the quarter of a joiner has a figure."""
    rows = activity(*[("M1", f"2025-0{m}", "net_deposits", 5) for m in (2, 3)])
    here = panel(managers=managers(("M1", "O1", "2025-02-15", None)), activity=rows)

    assert cell(here, Column("net_deposits")) == (10, Status.MEASURED)


def test_a_mover_takes_figures_along_and_counts_where_the_month_ended():
    """Moved on 10 March: the person has all three months, the old outlet two, the new one the last."""
    rows = activity(*[("M1", f"2025-0{m}", "total_business", 10) for m in (1, 2, 3)])
    people = managers(
        ("M1", "O1", "2024-01-01", "2025-03-09"),
        ("M1", "O2", "2025-03-10", None),
        ("M2", "O1", "2024-01-01", None),
    )
    here = panel(managers=people, activity=rows)

    assert cell(here, Column("total_business"), manager=0)[0] == 30
    assert cell(here, Column("total_business", level="outlet"), manager=0)[0] == 10
    assert cell(here, Column("total_business", level="outlet"), manager=1)[0] == 20


def test_a_ratio_is_made_from_its_counts_never_averaged():
    """1/10 and 9/10 and 40/80 over the quarter is 50/100."""
    counts = ((1, 1, 10), (2, 9, 10), (3, 40, 80))
    rows = [("M1", f"2025-0{m}", "off_counter_business", top) for m, top, _ in counts]
    rows += [("M1", f"2025-0{m}", "total_business", bottom) for m, _, bottom in counts]
    here = panel(managers=managers(("M1", "O1", "2024-01-01", None)), activity=activity(*rows))

    assert cell(here, Column("off_counter_share"))[0] == 0.5


def test_before_history_begins_nothing_applies():
    """The quarter before the first one known is not a zero."""
    here = panel(managers=managers(("M1", "O1", "2024-01-01", None)))

    assert cell(here, Column("debit_cards", lag=5))[1] == Status.NOT_APPLICABLE


def test_a_client_s_base_follows_the_client():
    """Base 3650 handed over on 1 July: half a year's days each."""
    rows = [("C1", "M1", f"2024-{m:02d}", "fee", 3650 / 12) for m in range(1, 13)]
    rows += [("C1", "M1", f"2025-{m:02d}", "fee", 1) for m in range(1, 7)]
    rows += [("C1", "M2", f"2025-{m:02d}", "fee", 1) for m in range(7, 13)]
    people = managers(("M1", "O1", "2024-01-01", None), ("M2", "O1", "2024-01-01", None))
    here = panel(managers=people, client_income=income(*rows))
    column = Column("base:fee", window="year_to_date", rule=RULE)

    assert cell(here, column, quarter=3, manager=0)[0] == 1810
    assert cell(here, column, quarter=3, manager=1)[0] == 1840


@pytest.mark.parametrize("swapped", [False, True])
def test_of_two_credited_in_a_month_the_larger_amount_holds_the_client(swapped):
    """100 against 40 in January, whatever the order of rows: the whole base lies with the first."""
    january = [("C1", "M1", "2025-01", "fee", 100), ("C1", "M2", "2025-01", "fee", 40)]
    rows = [("C1", "M2", "2024-05", "fee", 365), *(reversed(january) if swapped else january)]
    people = managers(("M1", "O1", "2024-01-01", None), ("M2", "O1", "2024-01-01", None))
    here = panel(managers=people, client_income=income(*rows))
    column = Column("base:fee", window="year_to_date", rule=RULE)

    assert cell(here, column, manager=0)[0] == 90
    assert cell(here, column, manager=1)[0] == 0


def test_a_year_s_and_a_quarter_s_target_exclude_each_other():
    """Which of the two would count is not for us to choose."""
    rows = targets(
        ("manager", "M1", "debit_cards", "2025", 120), ("manager", "M1", "debit_cards", "2025-Q1", 30)
    )
    here = panel(managers=managers(("M1", "O1", "2024-01-01", None)), targets=rows)

    with pytest.raises(DataGap, match="'debit_cards' has targets for 2025-Q1 and for 2025, which overlap"):
        cell(here, Column("target:debit_cards", window="target_to_date", rule=RULE))


def test_a_lost_client_s_base_stays():
    """No income this year: the base of 365 still counts, and the manager answers for it."""
    rows = [("C1", "M1", "2024-05", "fee", 365)]
    here = panel(managers=managers(("M1", "O1", "2024-01-01", None)), client_income=income(*rows))

    assert cell(here, Column("base:fee", window="year_to_date", rule=RULE), quarter=0)[0] == 90


def test_only_verified_events_of_the_channel_count():
    """Two hotline complaints, one not verified, one through the branch."""
    rows = events(
        ("M1", "2025-01-05", "complaint", "hotline", True, None),
        ("M1", "2025-01-06", "complaint", "hotline", False, None),
        ("M1", "2025-01-07", "complaint", "branch", True, None),
    )
    here = panel(managers=managers(("M1", "O1", "2024-01-01", None)), events=rows)

    assert cell(here, Column("events:count:complaint@hotline"))[0] == 1
    assert cell(here, Column("events:count:complaint"))[0] == 2


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        (
            Column("debit_card"),
            "there is no measure or income line 'debit_card'; did you mean 'debit_cards'?",
        ),
        (Column("target:debit_cards", rule=RULE), "the targets table has no row for 'debit_cards' in 2025"),
    ],
)
def test_what_history_lacks_is_named(column, sentence):
    """A gap is a sentence, not a zero."""
    with pytest.raises(DataGap, match=sentence.replace("?", r"\?")):
        cell(panel(managers=managers(("M1", "O1", "2024-01-01", None))), column)


def test_the_rows_behind_a_number_are_named():
    """File and row as a person sees them in a spreadsheet."""
    rows = activity(*[("M1", f"2025-0{m}", "debit_cards", m) for m in range(1, 5)])
    here = panel(managers=managers(("M1", "O1", "2024-01-01", None)), activity=rows)
    behind = rows_behind(here, Column("debit_cards"), "M1", QUARTERS[0])

    assert behind.to_numpy().tolist() == [
        ["activity.csv", row, f"2025-0{row - 1}", "debit_cards", row - 1, "debit_cards"] for row in (2, 3, 4)
    ]


def aside(history, table, manager, month, measure):
    """The same history with one row of a table put aside."""
    row = {"table": table, "file": f"{table}.csv", "row": 2, "region": "R", "manager_id": manager}
    row |= {"month": month_number(month), "measure": measure, "rules": "bad_number", "content": "{}"}
    return replace(history, quarantine=pd.DataFrame([row]))


@pytest.mark.parametrize(
    ("table", "measure", "column"),
    [
        ("activity", "debit_cards", Column("debit_cards")),
        ("events", "complaint", Column("events:count:complaint@hotline")),
        ("client_income", "fee", Column("fee")),
    ],
)
def test_what_was_put_aside_is_no_zero(table, measure, column):
    """A row that broke a rule leaves its quarter without a figure, whatever no row would mean."""
    history = bank(
        managers=managers(("M1", "O1", "2024-01-01", None)),
        client_income=income(("C1", "M1", "2025-01", "fee", 5)),
    )
    here = build_panel(aside(history, table, "M1", "2025-02", measure), YEAR, BASE)

    assert cell(here, column)[1] == Status.QUARANTINED
    assert cell(here, column, quarter=1)[1] in (Status.TRUE_ZERO, Status.MEASURED)


def test_a_base_year_with_a_hole_is_no_small_base():
    """Eleven months absent: the base is not known, and the break-down takes the mean of the others for it."""
    rows = [("M1", "2024-01", "funds_sold", 10)]
    rows += [("M2", f"2024-{month:02d}", "funds_sold", 10) for month in range(1, 13)]
    people = managers(("M1", "O1", "2024-01-01", None), ("M2", "O1", "2024-01-01", None))
    aims = targets(("region", "R", "funds_sold", "2025", 240))
    here = panel(managers=people, activity=activity(*rows), targets=aims)
    target = Column("target:funds_sold", window="target_to_date", rule=RULE)

    assert cell(here, Column("base:funds_sold", window="year_to_date", rule=RULE))[1] == Status.ABSENT
    assert cell(here, Column("base:funds_sold", window="year_to_date", rule=RULE), 3, 1)[0] == 120
    assert cell(here, target, quarter=3)[0] == 120


def test_a_target_has_no_number_for_the_reason_its_base_has_none():
    """A row of last year's put aside is told apart from one that was never there; nothing is shared out here."""
    people = managers(("M1", "O1", "2024-01-01", None))
    rule = replace(RULE, set_by="growth", growth=Number(Decimal("0.1")), break_down=None)
    target = Column("target:funds_sold", window="target_to_date", rule=rule)
    rows = [("M1", f"2024-{month:02d}", "funds_sold", 10) for month in range(1, 12)]
    history = bank(managers=people, activity=activity(*rows))
    put_aside = aside(history, "activity", "M1", "2024-12", "funds_sold")

    assert cell(build_panel(history, YEAR, BASE), target)[1] == Status.ABSENT
    assert cell(build_panel(put_aside, YEAR, BASE), target)[1] == Status.QUARANTINED


def test_nothing_grows_in_a_region_where_no_base_is_known():
    """S4.0: not one of R's bases is known, so R's target is none, and not one of 0; in S M3's 12 grow to 13.2."""
    people = managers(
        ("M1", "O1", "2024-01-01", None),
        ("M2", "O1", "2025-01-01", None),
        ("M3", "O2", "2024-01-01", None),
        ("M4", "O2", "2024-01-01", None),
        regions={"O1": "R", "O2": "S"},
    )
    rows = [("M3", f"2024-{month:02d}", "funds_sold", 1) for month in range(1, 13)]
    rule = replace(RULE, set_by="growth", growth=Number(Decimal("0.1")), without_base="none")
    target = Column("target:funds_sold", window="target_to_date", rule=rule)
    here = panel(managers=people, activity=activity(*rows))

    assert [cell(here, target, 3, who)[1] for who in (0, 1)] == [Status.ABSENT, Status.NOT_APPLICABLE]
    assert [cell(here, target, 3, who)[0] for who in (2, 3)] == [pytest.approx(13.2), 0]


def test_targets_by_hand_cannot_exceed_the_whole():
    """A region's 100 with an outlet's 150 would leave -50 for the others."""
    people = managers(("M1", "O1", "2024-01-01", None), ("M2", "O2", "2024-01-01", None))
    aims = targets(("region", "R", "debit_cards", "2025", 100), ("outlet", "O1", "debit_cards", "2025", 150))
    here = panel(managers=people, targets=aims)

    with pytest.raises(DataGap, match="add up to more than its own"):
        cell(here, Column("target:debit_cards", window="target_to_date", rule=RULE))


DOLLARS = (
    ("C1", "M1", "2024-06", "fee", 1000, "USD"),
    ("C1", "M2", "2025-02", "fee", 100, "USD"),
    ("C2", "M1", "2025-01", "fee", 500),
    ("C3", "M1", "2025-05", "fee", 10, "USD"),
)
"""C1 comes with M1 and goes to M2; in May nobody wrote down the rate."""


def dollar_panel(*rates):
    """Two people of one outlet; yuan for a dollar, month by month."""
    return panel(
        managers=managers(("M1", "O1", "2024-01-01", None), ("M2", "O1", "2024-01-01", None)),
        client_income=income(*DOLLARS),
        fx=fx(*(("USD", month, rate, 9) for month, rate in rates)),
    )


def test_foreign_income_counts_at_the_average_rate_of_its_month():
    """M2: 100 x 7.2 = 720 in the first quarter, and of C1's base 1000 x 7 from February on (S6.2, S6.3)."""
    here = dollar_panel(("2024-06", 7), ("2025-02", 7.2))

    assert cell(here, Column("fee"), manager=1) == (720, Status.MEASURED)
    assert cell(here, Column("base:fee"), manager=1) == (7000 * (28 + 31) / 365, Status.MEASURED)


def test_income_of_a_month_without_a_rate_is_not_known():
    """Neither zero nor ten yuan: M1's second quarter has no figure, the first one has (S6.2)."""
    here = dollar_panel(("2024-06", 7), ("2025-02", 7.2), ("2025-05", None))

    assert cell(here, Column("fee"))[0] == 500
    assert cell(here, Column("fee"), quarter=1)[1] == Status.ABSENT


def test_a_base_without_a_rate_is_not_known_of_whoever_holds_the_client():
    """C1 is with M1 in January and with M2 from February on; both have a base with a hole in it (S6.3)."""
    here = dollar_panel(("2025-02", 7.2))

    assert [cell(here, Column("base:fee"), manager=each)[1] for each in (0, 1)] == [Status.ABSENT] * 2


def test_the_rows_behind_foreign_income_are_as_written_with_their_rates():
    """C1's hundred dollars stand as a hundred, and the rate of February beside them."""
    here = dollar_panel(("2024-06", 7), ("2025-02", 7.2), ("2025-03", 7.3))
    rows = rows_behind(here, Column("fee"), "M2", QUARTERS[0])

    shown = rows[["file", "month", "name", "value", "about"]].to_numpy().tolist()
    assert shown == [
        ["client_income.csv", "2025-02", "C1 fee USD", 100.0, "fee@USD"],
        ["fx.csv", "2025-02", "USD", 7.2, "USD"],
    ]


def test_what_is_accrued_is_a_line_of_its_own():
    """Earned in January, received in March: each figure has its own, and so has its base (S6.9)."""
    rows = [
        ("C1", "M1", "2024-02", "fee", 73, "CNY", "accrued"),
        ("C1", "M1", "2025-01", "fee", 50, "CNY", "accrued"),
        ("C1", "M1", "2025-03", "fee", 40, "CNY", "received"),
    ]
    here = panel(managers=managers(("M1", "O1", "2024-01-01", None)), client_income=income(*rows))

    assert cell(here, Column("fee"))[0] == 40
    assert cell(here, Column("fee@accrued"))[0] == 50
    assert cell(here, Column("base:fee"))[0] == 0
    assert cell(here, Column("base:fee@accrued"))[0] == 73 * 90 / 365
    with pytest.raises(DataGap, match="client_income has no accrued income of the line 'interest'"):
        cell(here, Column("interest@accrued"))
