"""slopes(): every line of a scheme against the same scheme worked out anew on changed rows of history."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from margins.mixed import BASE, TABLES, YEAR, value_of, with_more
from policymodel.errors import DataGap
from policymodel.history.mapping import read_mapping
from policymodel.history.reading import read_history
from policymodel.margins import slopes
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme
from small_bank import activity, bank, managers, targets

PUBLISHED = Path(__file__).parents[1] / "cases" / "113-tftnews-zh-linear-score"


def row(frame: pd.DataFrame, manager: str, period: str) -> pd.Series:
    found = frame[(frame["manager_id"] == manager) & (frame["period"] == period)]
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.parametrize(
    ("line", "measure", "manager", "period", "month"),
    [
        ("cards_to_date", "debit_cards", "M1", "2025-Q2", "2025-06"),
        ("cards_rolling", "debit_cards", "M1", "2025-Q1", "2025-03"),
        ("cards_before", "debit_cards", "M2", "2025-Q1", "2025-03"),
        ("cards_of_outlet", "debit_cards", "M2", "2025-Q1", "2025-03"),
        ("clients_to_date", "wealth_clients", "M1", "2025-Q2", "2025-06"),
        ("clients_mean", "wealth_clients", "M1", "2025-Q2", "2025-06"),
        ("clients_mean", "wealth_clients", "M3", "2025-Q3", "2025-08"),
        ("clients_of_outlet", "wealth_clients", "M2", "2025-Q2", "2025-06"),
        ("off_counter", "off_counter_business", "M1", "2025-Q2", "2025-06"),
        ("off_counter", "total_business", "M1", "2025-Q2", "2025-06"),
        ("card_tiers", "debit_cards", "M1", "2025-Q2", "2025-06"),
        ("card_tiers", "debit_cards", "M3", "2025-Q3", "2025-08"),
        ("raised_tiers", "debit_cards", "M1", "2025-Q1", "2025-03"),
        ("raised_tiers", "debit_cards", "M2", "2025-Q2", "2025-06"),
        ("deal_tiers", "transaction:amount", "M1", "2025-Q1", "T3"),
        ("deal_tiers", "transaction:amount", "M2", "2025-Q2", "T4"),
        ("funds", "transaction:amount", "M2", "2025-Q2", "T4"),
        ("funds", "transaction:amount", "M1", "2025-Q1", "T3"),
        ("share_of_pot", "debit_cards", "M1", "2025-Q2", "2025-06"),
        ("share_of_pot", "debit_cards", "M3", "2025-Q1", "2025-03"),
        ("place", "debit_cards", "M2", "2025-Q3", "2025-09"),
        ("score", "debit_cards", "M1", "2025-Q3", "2025-09"),
        ("pay", "debit_cards", "M1", "2025-Q3", "2025-09"),
        ("pay", "fee", "M2", "2025-Q2", "2025-06"),
    ],
)
def test_a_slope_is_what_changed_rows_give(scheme, unrounded, panel, line, measure, manager, period, month):
    """A little more in the month's row, everything worked out anew: in the period, and to the end of the year."""
    units, close = (1.0, 0.02) if line == "pay" else (1e-3, 1e-8)
    index = [each.label for each in YEAR.split(3)].index(period)
    found = row(slopes(panel, scheme, line, [measure]), manager, period)
    who = list(panel.managers).index(manager)
    for side, name in ((1, "right"), (-1, "left")):
        more = value_of(with_more(measure, manager, month, side * units), unrounded, line)
        change = (more - value_of(panel, unrounded, line))[:, who] * side

        for known, expected in (("", change[index]), ("_to_year_end", change[index:].sum())):
            rise = found[f"{name}_cliff{known}"] + units * found[f"{name}{known}"]
            assert rise == pytest.approx(expected, rel=1e-3, abs=close)


def test_a_step_is_as_far_as_it_says(scheme, panel):
    """2 for each card to 40, 5 for all above it: M1 has 18 to date, and 22 more are 40; there 120 are jumped."""
    found = row(slopes(panel, scheme, "card_tiers", ["debit_cards"]), "M1", "2025-Q2")

    assert found["next_step"] == pytest.approx(22)
    assert found["next_jump"] == pytest.approx(120)
    assert found["exact"]
    assert found["right_to_year_end"] == 2


def test_capped_and_flat(scheme, panel):
    """50 points for 120 cards a year, at most 1.2 times: with 9 of 29.6 the cap is 26.5 away; 40 more are beyond it."""
    found = row(slopes(panel, scheme, "cards", ["debit_cards"], Period.parse("2025-Q1")), "M1", "2025-Q1")
    target = 120 * 90 / 365

    assert found["next_step"] == pytest.approx(1.2 * target - 9)
    assert not found["capped"]
    assert found["right"] == pytest.approx(50 / target)

    over = with_more("debit_cards", "M1", "2025-03", 40)
    found = row(slopes(over, scheme, "score", ["debit_cards"], Period.parse("2025-Q1")), "M1", "2025-Q1")
    assert found["capped"]
    assert found["flat"]
    assert np.isnan(found["next_step"])


def test_rounding_is_a_step_size_and_no_cliff(scheme, panel):
    """The score is rounded to a tenth and then multiplied by ten: it moves in ones, and has no cliffs."""
    frame = slopes(panel, scheme, "score", ["debit_cards"])

    assert set(frame["rounding"]) == {1.0}
    assert (frame[["left_cliff", "right_cliff"]] == 0).all(axis=None)
    assert set(slopes(panel, scheme, "pay", ["fee"])["rounding"]) == {0.01}
    assert set(slopes(panel, scheme, "place", ["debit_cards"])["rounding"]) == {0.0}


def test_everybody_employed_has_a_row_for_every_measure(scheme, panel):
    """M3 left in August: three quarters. Complaints move the score too."""
    frame = slopes(panel, scheme)

    assert set(frame["measure"]) == {"debit_cards", "events:count:complaint"}
    assert frame.groupby("manager_id").size().to_dict() == {"M1": 8, "M2": 8, "M3": 6}
    complaints = frame[frame["measure"] == "events:count:complaint"]
    assert np.allclose(complaints["right"], -20)


def test_some_people_and_one_quarter(scheme, panel):
    """The same rows as those of all, also where people depend on one another."""
    whole = slopes(panel, scheme, "share_of_pot", ["debit_cards"])
    some = slopes(panel, scheme, "share_of_pot", ["debit_cards"], Period.parse("2025-Q2"), ["M2"])

    expected = whole[(whole["manager_id"] == "M2") & (whole["period"] == "2025-Q2")].reset_index(drop=True)
    pd.testing.assert_frame_equal(some, expected)


def test_what_is_not_known_has_no_slope(scheme):
    """Without any row of clients in a quarter nothing is claimed about the line."""
    frame = TABLES["activity"]
    rows = frame[~((frame["measure"] == "wealth_clients") & (frame["manager_id"] == "M2"))]
    panel = build_panel(bank(**TABLES | {"activity": rows}), YEAR, BASE)
    found = row(slopes(panel, scheme, "clients_to_date", ["wealth_clients"]), "M2", "2025-Q1")

    assert found[["value", "left", "right", "left_cliff", "next_step", "right_to_year_end"]].isna().all()
    assert not found["flat"]


def test_who_moves_on_is_counted_where_the_month_closes(scheme):
    """M3 leaves O1 on 15 January and M1 comes in February, so O1 has two months of which one more is a half."""
    people = managers(
        ("M1", "O1", "2025-02-01", None),
        ("M3", "O1", "2024-01-01", "2025-01-15"),
        ("M3", "O2", "2025-01-16", None),
    )
    rows = [("M1", f"2025-0{month}", "wealth_clients", 10) for month in (2, 3)]
    rows += [("M3", f"2025-0{month}", "wealth_clients", 9) for month in (1, 2, 3)]
    panel = build_panel(bank(**TABLES | {"managers": people, "activity": activity(*rows)}), YEAR, BASE)
    found = row(slopes(panel, scheme, "clients_of_outlet", ["wealth_clients"]), "M1", "2025-Q1")

    assert (found["value"], found["right"], found["left"]) == (10, 0.5, 0.5)


def test_who_has_no_transaction_moves_nothing(scheme, panel):
    """There is no last transaction to enlarge: the slope is nothing, for lack of a unit."""
    found = row(slopes(panel, scheme, "deal_tiers", ["transaction:amount"]), "M3", "2025-Q1")

    assert (found["left"], found["right"]) == (0, 0)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"line": "scor"}, "there is no line 'scor'; did you mean 'score'?"),
        ({"line": "card_tiers", "measures": ["debit_card"]}, "reads no units of 'debit_card'; did you mean"),
        ({"period": Period.parse("2024-Q1")}, "no period lies in 2024-Q1; they are 2025-Q1"),
        ({"managers": ["M4"]}, "is worked out for nobody called 'M4'"),
    ],
)
def test_a_question_without_an_answer_is_refused(scheme, panel, asked, said):
    with pytest.raises(DataGap, match=said.replace("?", r"\?")):
        slopes(panel, scheme, **asked)


def test_the_published_slope():
    """k = 2: two points for each ten thousand of sales (tftnews, 线性得分)."""
    panel = build_panel(
        read_history(PUBLISHED / "history", read_mapping(PUBLISHED / "history" / "mapping.yaml")),
        Period.parse("2024"),
        Period.parse("2023"),
    )
    frame = slopes(
        panel, read_scheme(PUBLISHED / "scheme.yaml"), "sales_score", ["sales"], Period.parse("2024-01")
    )

    assert (frame[["left", "right"]] == 2).all(axis=None)
    assert 70 in frame["value"].tolist()


RATIO = """
id: ratio
title: Ratio
source: §
every: quarter
targets: {set_by: table, progress: months, source: §}
card:
  round: {digits: 9, mode: half_up}
  rescale: 1
  floor: null
  cap: null
  lines:
    - {kind: attainment, id: share, title: Share, source: §, measure: off_counter_share, points: 10, cap: null,
       floor: null, zero_target: not_applicable, missing: refuse}
"""


def test_counts_of_a_ratio_are_moved_over_the_windows_of_its_target(tmp_path):
    """30 of 100 in each of six months against a target of a half for half a year: one more of 600 is 10 ÷ 600 ÷ 0.5.

    The two counts have no target of their own.
    """
    months = [f"2025-{month:02d}" for month in range(1, 7)]
    counts = {"off_counter_business": 30, "total_business": 100}
    facts = bank(
        managers=managers(("M1", "O1", "2020-01-01", None)),
        activity=activity(*(("M1", month, name, each) for month in months for name, each in counts.items())),
        targets=targets(("manager", "M1", "off_counter_share", "2025-01..2025-06", 0.5)),
    )
    file = tmp_path / "ratio.yaml"
    file.write_text(RATIO, encoding="utf-8")
    panel = build_panel(facts, Period.parse("2025"), Period.parse("2024"))
    found = slopes(panel, read_scheme(file), "score", ["off_counter_business"], Period.parse("2025-Q2"))

    assert found["right"].tolist() == pytest.approx([10 / 600 / 0.5])
