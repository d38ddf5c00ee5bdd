"""Transactions: who is credited with what, in which order, and what it adds up to, by hand."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policymodel.errors import DataGap
from policymodel.history.measures import Status
from policymodel.history.tables import QUARANTINE_COLUMNS
from policymodel.panel import Ground, build_panel, rows_behind
from policymodel.periods import Period, month_number
from policymodel.scheme.algebra import Column
from small_bank import bank, credits_of, figures_of, managers, transactions

YEAR, BASE = Period.parse("2025"), Period.parse("2024")
QUARTERS = YEAR.split(3)
PEOPLE = managers(
    ("M1", "O1", "2024-01-01", None),
    ("M2", "O1", "2024-01-01", None),
    ("M3", "O2", "2024-01-01", None),
    regions={"O1": "North", "O2": "South"},
)
DEALS = {
    "transactions": transactions(
        ("T3", "M1", "2025-02-01", "loan", -200),
        ("T1", "M1", "2025-01-10", "loan", 1000),
        ("T2", "M1", "2025-01-10", "card", 50),
        ("T0", "M2", "2025-01-10", "loan", 30),
        ("T4", "M2", "2025-04-05", "fund", 700),
    ),
    "credits": credits_of(("T1", "M2", 0.4), ("T1", "M1", 0.6), ("T4", "M3", 1), ("T4", "M2", 0.5)),
    "transaction_figures": figures_of(("T1", "margin", 12.5), ("T2", "margin", 2), ("T4", "margin", None)),
}


def deals(people=PEOPLE, quarantine=None, **tables):
    """The panel of the deals above, or of others."""
    history = bank(managers=people, **(tables or DEALS))
    if quarantine is not None:
        history = replace(history, quarantine=pd.DataFrame(quarantine, columns=list(QUARANTINE_COLUMNS)))
    return build_panel(history, YEAR, BASE)


def cell(panel, name, quarter=0, manager=0, **settings):
    """Number and status of one person's quarter."""
    values = panel.column(Column(name, **settings), QUARTERS)
    return (pytest.approx(float(values.number[quarter, manager])), Status(values.status[quarter, manager]))


@pytest.mark.parametrize(
    ("figure", "quarter", "manager", "expected"),
    [
        ("credited", 0, 0, 600 + 50 - 200),
        ("credited", 0, 1, 400 + 30),
        ("credited", 1, 1, 350),
        ("credited", 1, 2, 700),
        ("amount", 0, 0, 1000 + 50 - 200),
        ("amount", 0, 1, 1000 + 30),
        ("share", 0, 0, 0.6 + 1 + 1),
        ("count", 0, 0, 3),
        ("credited@loan", 0, 0, 600 - 200),
        ("credited@loan+card", 0, 0, 600 + 50 - 200),
        ("count@card", 0, 0, 1),
        ("margin@card", 0, 0, 2),
        ("margin", 0, 1, None),
    ],
)
def test_credits_add_up_by_person_and_period(figure, quarter, manager, expected):
    """Shares as written, all to the manager where nobody is named; T4 is credited 1.5 times; T0 has no margin."""
    known = (expected, Status.MEASURED) if expected is not None else Status.ABSENT
    found = cell(deals(), f"transactions:{figure}", quarter, manager)

    assert (found if expected is not None else found[1]) == known


def test_nothing_sold_is_a_true_zero():
    """M3 has no deal in the first quarter; M1 no fund."""
    assert cell(deals(), "transactions:credited", manager=2) == (0, Status.TRUE_ZERO)
    assert cell(deals(), "transactions:credited@fund", manager=0) == (0, Status.TRUE_ZERO)


def test_windows_and_levels_work_as_for_any_measure():
    """M2 to the end of June: 430 + 350; the outlet in the first quarter: 450 + 430."""
    here = deals()

    assert cell(here, "transactions:credited", 1, 1, window="year_to_date")[0] == 780
    assert cell(here, "transactions:credited", 0, 1, level="outlet")[0] == 880
    assert cell(here, "transactions:credited", 1, 2, lag=1)[1] == Status.TRUE_ZERO


def test_credits_stand_in_order_of_date_id_and_person():
    """Whatever the order of rows; each with its amount, its share and its product."""
    ground = Ground(deals(), QUARTERS)
    period, manager = ground.places()

    assert ground.transactions.drop(columns="date").to_numpy().tolist() == [
        ["T0", "M2", "2025-Q1"],
        ["T1", "M1", "2025-Q1"],
        ["T1", "M2", "2025-Q1"],
        ["T2", "M1", "2025-Q1"],
        ["T3", "M1", "2025-Q1"],
        ["T4", "M2", "2025-Q2"],
        ["T4", "M3", "2025-Q2"],
    ]
    assert period.tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert manager.tolist() == [1, 0, 1, 0, 0, 1, 2]
    assert ground.dates().astype(str).tolist() == ["2025-01-10"] * 4 + ["2025-02-01"] + ["2025-04-05"] * 2
    columns = {name: ground.column(Column(f"transaction:{name}")) for name in ("amount", "share", "credited")}
    assert columns["amount"].number.tolist() == [[30, 1000, 1000, 50, -200, 700, 700]]
    assert columns["share"].number.tolist() == [[1, 0.6, 0.4, 1, 1, 0.5, 1]]
    assert columns["credited"].number.tolist() == [[30, 600, 400, 50, -200, 350, 700]]
    assert ground.category("product", "transaction").tolist() == [
        ["loan", "loan", "loan", "card", "loan", "fund", "fund"]
    ]
    assert ground.category("region", "transaction").tolist() == [["North"] * 6 + ["South"]]


def test_a_figure_that_a_transaction_lacks_is_absent():
    """T0 and T3 have no margin, T4's is blank."""
    margin = Ground(deals(), QUARTERS).column(Column("transaction:margin"))
    gone, known = Status.ABSENT, Status.MEASURED

    assert margin.status.tolist() == [[gone, known, known, known, gone, gone, gone]]
    assert margin.number[0, 1:4].tolist() == [12.5, 12.5, 2]


def test_what_lies_outside_the_periods_or_before_somebody_came_is_left_out():
    """Over the second quarter alone only T4 remains; a deal before the first spell is nobody's."""
    assert Ground(deals(), QUARTERS[1:2]).places()[0].tolist() == [0, 0]
    late = managers(("M1", "O1", "2025-04-01", None))
    early = transactions(("T1", "M1", "2025-03-01", "loan", 5), ("T2", "M1", "2025-04-01", "loan", 7))
    ground = Ground(deals(late, transactions=early), QUARTERS)

    assert ground.transactions["transaction_id"].tolist() == ["T2"]
    assert cell(ground.panel, "transactions:credited", 1)[0] == 7


@pytest.mark.parametrize("column", ["transaction:margn", "transactions:margn", "transactions:margn@loan"])
def test_an_unknown_figure_is_named(column):
    """A misspelt figure is a gap, not a zero."""
    with pytest.raises(DataGap, match=r"no transaction has a figure 'margn'; did you mean 'margin'\?"):
        Ground(deals(), QUARTERS).column(Column(column))


def aside(table, manager, month, product, deal, rule="bad_number"):
    """A row put aside."""
    return (table, "x.csv", 2, "North", manager, month_number(month), product, deal, rule, "{}")


def test_what_was_put_aside_leaves_no_number_behind():
    """T9, a loan of M1's with a bad amount: no sum of loans, and a credit without a number where it would stand."""
    here = deals(quarantine=[aside("transactions", "M1", "2025-02", "loan", "T9")])
    ground = Ground(here, QUARTERS)

    assert cell(here, "transactions:credited")[1] == Status.QUARANTINED
    assert cell(here, "transactions:count@loan")[1] == Status.QUARANTINED
    assert cell(here, "transactions:credited@card") == (50, Status.MEASURED)
    assert cell(here, "transactions:credited", manager=1) == (430, Status.MEASURED)
    assert ground.transactions["transaction_id"].tolist() == ["T0", "T1", "T1", "T2", "T3", "T9", "T4", "T4"]
    assert ground.column(Column("transaction:amount")).status[0, 5] == Status.QUARANTINED


def test_a_transaction_put_aside_is_missed_by_those_credited_not_by_its_maker():
    """M1 made T9 and M2 is credited with it; a row that merely stood twice is no loss."""
    rows = [
        aside("transactions", "M1", "2025-02", "loan", "T9"),
        aside("credits", "M2", "2025-02", "loan", "T9", "transaction_quarantined"),
        aside("credits", "M1", "2025-04", "fund", "T4", "duplicate_row"),
    ]
    here = deals(quarantine=rows)

    assert cell(here, "transactions:credited") == (450, Status.MEASURED)
    assert cell(here, "transactions:credited", manager=1)[1] == Status.QUARANTINED
    assert cell(here, "transactions:credited", 1) == (0, Status.TRUE_ZERO)


def test_a_figure_put_aside_is_not_merely_absent():
    """T3's margin broke a rule."""
    here = deals(quarantine=[aside("transaction_figures", "M1", "2025-02", "margin", "T3")])

    assert Ground(here, QUARTERS).column(Column("transaction:margin")).status[0, 4] == Status.QUARANTINED
    assert cell(here, "transactions:margin")[1] == Status.QUARANTINED
    assert cell(here, "transactions:credited")[1] == Status.MEASURED


@pytest.mark.parametrize("region", ["North", "South"])
def test_a_region_alone_gives_its_people_the_same_numbers(region):
    """T4, made in the North and credited to the South as well, counts in both."""
    whole = deals()
    part = build_panel(whole.history.region(region), YEAR, BASE)
    who = np.isin(whole.managers, part.managers)

    for name in ("transactions:credited", "transactions:margin", "transactions:count@loan"):
        mine, all_of_them = (each.column(Column(name), QUARTERS) for each in (part, whole))
        assert mine.number.tolist() == all_of_them.number[:, who].tolist()
        assert mine.status.tolist() == all_of_them.status[:, who].tolist()


DEAL = st.tuples(
    st.integers(0, 2),
    st.integers(1, 12),
    st.integers(-500, 500),
    st.sets(st.tuples(st.integers(0, 2), st.integers(1, 4))),
)


@given(st.lists(DEAL, max_size=12))
def test_sums_are_those_of_plain_arithmetic(rows):
    """Added up in fractions, one credit after the other: by quarter over the periods, and credit by credit."""
    made, shares = [], []
    expected = {(quarter, who): Fraction(0) for quarter in range(4) for who in range(3)}
    for number, (maker, month, amount, named) in enumerate(rows):
        quarters = dict(named) or {maker: 4}
        made.append((f"T{number}", f"M{maker + 1}", f"2025-{month:02d}-15", "loan", amount))
        shares += [(f"T{number}", f"M{who + 1}", part / 4) for who, part in dict(named).items()]
        for who, part in quarters.items():
            expected[(month - 1) // 3, who] += Fraction(part, 4) * amount
    here = deals(transactions=transactions(*made), credits=credits_of(*shares))
    ground = Ground(here, QUARTERS)
    by_credit = np.zeros((4, 3))
    np.add.at(by_credit, ground.places(), ground.column(Column("transaction:credited")).number[0])

    total = here.column(Column("transactions:credited"), QUARTERS).number
    assert all(total[at] == float(value) == by_credit[at] for at, value in expected.items())


def test_the_rows_behind_a_number_are_named():
    """M2's loans of the first quarter: two transactions and the share written for one; the last column names nobody."""
    behind = rows_behind(deals(), Column("transactions:credited@loan"), "M2", QUARTERS[0])

    assert behind.to_numpy().tolist() == [
        ["transactions.csv", 5, "2025-01-10", "T0 loan", 30, "loan"],
        ["transactions.csv", 3, "2025-01-10", "T1 loan", 1000, "loan"],
        ["credits.csv", 2, "2025-01-10", "T1 M2", 0.4, "share"],
    ]


def test_the_figures_behind_a_number_are_named():
    """M1's margins in the first quarter: T1's and T2's, T3 has none."""
    behind = rows_behind(deals(), Column("transaction:margin"), "M1", QUARTERS[0])

    assert behind["file"].tolist() == ["transactions.csv"] * 3 + ["transaction_figures.csv"] * 2
    assert behind["name"].tolist()[3:] == ["T1 margin", "T2 margin"]
    assert behind["value"].tolist()[3:] == [12.5, 2]
