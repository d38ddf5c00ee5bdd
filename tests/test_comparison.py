"""Comparison: the edges of the bands, people without a figure, and baselines of zero or less."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policymodel.comparison import BANDS, comparable, compare, not_compared
from policymodel.history.measures import Status


def pair(baseline, amount) -> pd.DataFrame:
    return pd.DataFrame({"design": ["now", "next"], "manager_id": "M1", "amount": [baseline, amount]})


@pytest.mark.parametrize(
    ("baseline", "amount", "band"),
    [
        (10_000, 10_000, "same"),
        (10_000, 10_100, "same"),
        (10_000, 9_900, "same"),
        (10_000, 10_101, "gains_1_to_5"),
        (10_000, 9_899, "loses_1_to_5"),
        (10_000, 10_500, "gains_1_to_5"),
        (10_000, 9_500, "loses_1_to_5"),
        (10_000, 10_501, "gains_over_5"),
        (10_000, 9_499, "loses_over_5"),
        (300_000_000_000_000_000, 303_000_000_000_000_000, "same"),
        (300_000_000_000_000_000, 303_000_000_000_000_001, "gains_1_to_5"),
        (0, 0, "same"),
        (0, 1, "gains_over_5"),
        (-500, -500, "same"),
        (-500, -499, "gains_over_5"),
        (-500, -501, "loses_over_5"),
    ],
)
def test_band_of_an_amount(baseline, amount, band):
    """An edge belongs to the smaller change, exactly, at any size; from zero or less any change is large."""
    assert compare(pair(baseline, amount), "now")["band"].tolist() == [band]


@pytest.mark.parametrize(
    ("baseline", "score", "band"),
    [
        (80.0, 81.0, "same"),
        (80.1, 81.1, "same"),
        (80.0, 81.01, "gains_1_to_5"),
        (-3.0, -8.0, "loses_1_to_5"),
        (-3.0, -8.01, "loses_over_5"),
    ],
)
def test_band_of_points(baseline, score, band):
    """Scores are compared in points of 100 whatever the baseline; 81.1 less 80.1 is one point."""
    row = compare(pair(baseline, score), "now", unit="points").iloc[0]

    assert row["band"] == band
    assert pd.isna(row["relative_change"])


@given(st.integers(1, 10**15), st.integers(0, 2 * 10**15))
def test_bands_agree_with_decimal_arithmetic(baseline, amount):
    """Any pair of amounts falls where exact decimal arithmetic puts it."""
    share = abs(Decimal(amount - baseline)) / Decimal(baseline)
    step = 0 if share <= Decimal("0.01") else 1 if share <= Decimal("0.05") else 2
    expected = BANDS[2 + step] if amount >= baseline else BANDS[2 - step]

    assert compare(pair(baseline, amount), "now")["band"].tolist() == [expected]


def test_change_and_relative_change():
    """A change is the design's amount less the baseline's; its share is blank for a baseline of nothing."""
    totals = pd.DataFrame(
        {"design": ["now"] * 2 + ["next"] * 2, "manager_id": ["M1", "M2"] * 2, "amount": [200, 0, 150, 30]}
    )
    change = compare(totals, "now")

    assert change["change"].tolist() == [-50, 30]
    assert change["change"].dtype == "int64"
    assert change["relative_change"].tolist()[0] == -0.25
    assert change["relative_change"].isna().tolist() == [False, True]


@pytest.fixture
def gaps() -> pd.DataFrame:
    """M1 has both figures; M2's is not computed in the proposal; M3 and M4 stand in one design only."""
    rows = [
        ("now", "M1", 100, Status.MEASURED),
        ("now", "M2", 100, Status.MEASURED),
        ("now", "M3", 100, Status.MEASURED),
        ("next", "M1", 0, Status.TRUE_ZERO),
        ("next", "M2", 0, Status.ABSENT),
        ("next", "M4", 100, Status.MEASURED),
    ]
    return pd.DataFrame(rows, columns=["design", "manager_id", "amount", "status"])


def test_people_without_both_figures_are_in_no_band(gaps):
    """Only M1 is compared: a figure that was not computed is not a loss of everything, a true zero is."""
    assert compare(gaps, "now")[["manager_id", "band"]].values.tolist() == [["M1", "loses_over_5"]]
    assert comparable(gaps).tolist() == ["M1"]


def test_people_without_both_figures_are_counted_apart(gaps):
    """Each of the others is counted once, under the reason."""
    assert not_compared(gaps, "now").to_dict("records") == [
        {"design": "next", "not_computed": 1, "only_here": 1, "only_in_baseline": 1}
    ]


def test_two_figures_of_one_person_are_refused():
    """A person has one figure in a design; a second in the baseline is our mistake and stops."""
    with pytest.raises(pd.errors.MergeError):
        compare(pd.concat([pair(1, 1), pair(1, 1)]), "now")
