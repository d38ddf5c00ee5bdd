"""Measures: running figures become the month's own; a missing row means what was declared."""

import numpy as np
import pandas as pd

from policymodel.history.measures import Measure, Status, sum_of, to_flow
from policymodel.periods import Period, month_number


def measure(name: str = "x", **settings) -> Measure:
    """A measure with everything that a test is not about."""
    plain = {"type": "flow", "unit": "CNY", "better": "up", "no_row": "zero"}
    return Measure(name=name, title={"en": name}, **{**plain, **settings})


def activity(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Rows of one measure: manager, month, figure."""
    frame = pd.DataFrame(rows, columns=["manager_id", "month", "actual"])
    return frame.assign(month=[month_number(month) for month in frame["month"]])


def test_the_worst_status_is_the_largest():
    """A result's status is the worst of its operands', in the order they were agreed."""
    assert [status.name for status in sorted(Status)] == [
        "MEASURED",
        "TRUE_ZERO",
        "ABSENT",
        "NOT_APPLICABLE",
        "QUARANTINED",
    ]


def test_no_row_outside_the_observed_months_is_absent():
    """A source that stopped in 1997 has no zeros in 1998."""
    cards = measure(observed=Period.parse("1997"))

    assert cards.without_row([month_number("1997-12"), month_number("1998-01")]).tolist() == [1, 2]
    assert measure(no_row="absent").without_row([month_number("1997-12")]).tolist() == [2]


def test_running_figures_by_hand():
    """5, 12, 12, 20 | 3: own 5, 7, 0, 8, and 3 as the new half-year opens."""
    rows = activity(
        ("A", "2024-01", 5),
        ("A", "2024-02", 12),
        ("A", "2024-03", 12),
        ("A", "2024-04", 20),
        ("A", "2024-07", 3),
    )
    half = measure(type="cumulative_within", within="half_year")

    assert to_flow(rows, half)["actual"].tolist() == [5, 7, 0, 8, 3]


def test_a_gap_leaves_the_month_after_it_unknown():
    """With February missing, March's own figure cannot be told from February's."""
    rows = activity(("A", "2024-01", 5), ("A", "2024-03", 12), ("A", "2024-04", 20))
    quarter = measure(type="cumulative_within", within="quarter")

    np.testing.assert_equal(to_flow(rows, quarter)["actual"].to_numpy(), [5, np.nan, 20])


def test_people_do_not_leak_into_each_other_and_order_does_not_matter():
    """Rows in any order and of any manager come back in their places, each manager by himself."""
    rows = activity(("B", "2024-02", 9), ("A", "2024-02", 12), ("B", "2024-01", 4), ("A", "2024-01", 5))
    year = measure(type="cumulative_within", within="year")

    assert to_flow(rows, year)["actual"].tolist() == [5, 7, 4, 5]


def test_who_begins_inside_a_run_is_told_from_data_that_begin_there():
    """B opens in March while others report: its 7 is its own. Where all data begin in March it is not."""
    year = measure(type="cumulative_within", within="year")
    rows = activity(("A", "2024-02", 5), ("A", "2024-03", 6), ("B", "2024-03", 7))

    np.testing.assert_equal(to_flow(rows, year)["actual"].to_numpy(), [np.nan, 1, 7])


def test_other_types_are_left_alone():
    """A flow is already the month's own."""
    rows = activity(("A", "2024-01", 5), ("A", "2024-02", 12))

    assert to_flow(rows, measure())["actual"].tolist() == [5, 12]


def test_a_declared_sum_is_known_only_where_its_parts_are():
    """5 + 2; 4 + a true zero; blank, put aside or outside the observed months: not known."""
    rows = pd.DataFrame(
        [
            ("A", "2024-01", "p", 5.0),
            ("A", "2024-01", "q", 2.0),
            ("A", "2024-02", "p", 4.0),
            ("A", "2024-03", "p", np.nan),
            ("A", "2024-03", "q", 1.0),
            ("A", "2024-04", "p", 6.0),
            ("B", "2024-01", "p", 8.0),
        ],
        columns=["manager_id", "month", "measure", "actual"],
    ).assign(source_file="a.csv", source_row=2)
    rows["month"] = [month_number(month) for month in rows["month"]]
    aside = pd.DataFrame(
        {"table": ["activity"], "manager_id": ["B"], "month": [month_number("2024-01")], "measure": ["q"]}
    )
    parts = {name: measure(name, observed=Period.parse("2024-Q1")) for name in ("p", "q")}

    total = sum_of("total", ("p", "q"), rows, parts, aside)

    np.testing.assert_equal(total["actual"].to_numpy(), [7, 4, np.nan, np.nan, np.nan])
    assert total["manager_id"].tolist() == ["A", "A", "A", "A", "B"]
    assert set(total["source_file"]) == {"sum of p + q"}
