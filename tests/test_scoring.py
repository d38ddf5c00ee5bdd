"""Properties every score must have; single scores by hand are among the worked examples."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policymodel.computation import readable
from policymodel.history.measures import Status
from policymodel.panel import build_panel
from policymodel.periods import Period, month_label
from policymodel.scheme.evaluation import Values
from policymodel.scheme.reading import read_scheme
from policymodel.scoring import score
from small_bank import AMOUNTS, COUNTS, STOCKS, activity, bank, events, managers, targets

PARAMS = Path(__file__).resolve().parents[1] / "params"
S4 = read_scheme(PARAMS / "schemes" / "s4_scorecard.yaml")
SOFTER = read_scheme(PARAMS / "changes" / "s4_softer_deposits.yaml")
YEAR, BASE = Period.parse("2025"), Period.parse("2024")
PEOPLE = managers(
    ("M1", "O1", "2024-01-01", None), ("M2", "O1", "2024-01-01", None), ("M3", "O2", "2025-02-10", None)
)
ALL = (*AMOUNTS, *COUNTS, *STOCKS)
TARGETS = targets(*[("region", "R", name, "2025", 1200) for name in (*AMOUNTS, *COUNTS[:6])])


def rows(seed):
    """A year and a half of figures for three people."""
    draws = np.random.default_rng(seed)
    months = [*range(2024 * 12 + 9, 2025 * 12 + 12)]
    start = {"M1": months[0], "M2": months[0], "M3": 2025 * 12 + 1}
    return [
        (who, month_label(month), name, float(draws.integers(0, 60)) + (30 if name in STOCKS else 0))
        for who in ("M1", "M2", "M3")
        for month in months
        if month >= start[who]
        for name in ALL
    ]


def totals(history, scheme=S4):
    """Scores of the year, in a fixed order."""
    return score(build_panel(history, YEAR, BASE), scheme).totals().drop(columns="design")


@settings(max_examples=4)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_of_rows_makes_no_difference(seed, random):
    """Shuffled activity gives the same scores."""
    written = rows(seed)
    mixed = random.sample(written, len(written))

    pd.testing.assert_frame_equal(
        totals(bank(managers=PEOPLE, activity=activity(*written), targets=TARGETS)),
        totals(bank(managers=PEOPLE, activity=activity(*mixed), targets=TARGETS)),
    )


@settings(max_examples=4)
@given(st.integers(0, 10**6), st.sampled_from(["debit_cards", "net_deposits", "research_reports"]))
def test_more_achieved_never_scores_less(seed, name):
    """One more of a measure in January, for one person, lowers nobody's score."""
    written = rows(seed)
    more = [(w, m, n, v + (w == "M1" and m == "2025-01" and n == name)) for w, m, n, v in written]
    before = totals(bank(managers=PEOPLE, activity=activity(*written), targets=TARGETS))
    after = totals(bank(managers=PEOPLE, activity=activity(*more), targets=TARGETS))

    assert (after["score"] >= before["score"] - 0.005).all()
    assert (after["score"] > before["score"]).any() or name == "research_reports"


def test_units_make_no_difference():
    """Deposits and their target in yuan or in 萬元 score alike."""
    small = [(w, m, n, v / 10000 if n == "net_deposits" else v) for w, m, n, v in rows(1)]
    less = TARGETS.assign(target=np.where(TARGETS["measure"] == "net_deposits", 0.12, TARGETS["target"]))
    # Targets add up in whole minor units, so the small unit needs room below the point.
    less = less[~(less["measure"] == "net_deposits")]
    by_hand = targets(*[("manager", who, "net_deposits", "2025", 400) for who in ("M1", "M2", "M3")])
    by_hand_small = by_hand.assign(target=0.04)
    base = TARGETS[TARGETS["measure"] != "net_deposits"]

    pd.testing.assert_frame_equal(
        totals(bank(managers=PEOPLE, activity=activity(*rows(1)), targets=pd.concat([base, by_hand]))),
        totals(bank(managers=PEOPLE, activity=activity(*small), targets=pd.concat([less, by_hand_small]))),
    )


def test_the_applied_points_of_the_lines_add_up_to_the_score():
    """Lines at the bottom, reweighted, sum to the unrounded score where no group is bounded."""
    history = bank(
        managers=PEOPLE,
        activity=activity(*rows(5)),
        targets=TARGETS[TARGETS["measure"] != "debit_cards"].pipe(
            lambda frame: pd.concat([frame, targets(("region", "R", "debit_cards", "2025", 0))])
        ),
        events=events(("M1", "2025-05-05", "inspection_finding", "", True, 2.5)),
    )
    result = score(build_panel(history, YEAR, BASE), S4)
    lines = result.lines()
    indicators = (
        lines[lines["group"] == "indicators"].groupby(["manager_id", "period"])["applied_points"].sum()
    )
    groups = lines[lines["line"] == "indicators"].set_index(["manager_id", "period"])["points"]

    np.testing.assert_allclose(indicators, groups.reindex(indicators.index), rtol=1e-12)
    cards = lines[lines["line"] == "debit_cards"]
    assert (cards["status"] == Status.NOT_APPLICABLE).all()
    # M3's outlet has no earlier quarter in Q1: there the off-counter share's 10 points are shared out too.
    factors = lines[lines["line"] == "net_deposits"].set_index(["manager_id", "period"])["factor"]
    assert factors["M1"].to_list() == pytest.approx([100 / 90] * 4)
    assert factors["M3"].to_list() == pytest.approx([100 / 80, *[100 / 90] * 3])


def test_no_change_changes_nothing():
    """The base scored as its own proposal is the base."""
    history = bank(managers=PEOPLE, activity=activity(*rows(3)), targets=TARGETS)

    pd.testing.assert_frame_equal(totals(history, S4), totals(history, read_scheme(S4.file)))


def test_a_floor_helps_and_a_cap_costs():
    """The proposal's floor lifts who lost deposits; its cap lowers who doubled them."""
    written = [
        (w, m, n, (-900.0 if w == "M1" else 900.0) if n == "net_deposits" else 30.0) for w, m, n, v in rows(2)
    ]
    history = bank(managers=PEOPLE, activity=activity(*written), targets=TARGETS)
    before, after = totals(history).set_index("manager_id"), totals(history, SOFTER).set_index("manager_id")

    assert (after.loc["M1", "score"] > before.loc["M1", "score"]).all()
    assert (after.loc["M2", "score"] < before.loc["M2", "score"]).all()


def test_a_zero_that_is_shown_has_no_sign():
    """No event times one point off, and what rounds to nothing."""
    measured = np.full((1, 3), Status.MEASURED, dtype=np.uint8)
    shown = readable(Values(np.array([[-0.0, -1e-12, -2.5]]), measured))

    assert shown.tolist() == [[0, 0, -2.5]]
    assert np.signbit(shown).tolist() == [[False, False, True]]
