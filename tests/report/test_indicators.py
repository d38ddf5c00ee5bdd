"""What a table of indicators says of people: a complaint is about whom it is about."""

from pathlib import Path

import numpy as np

from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.report.indicators import region_indicators
from policymodel.scheme.reading import read_scheme
from policymodel.scoring import score
from small_bank import AMOUNTS, COUNTS, STOCKS, activity, bank, events, managers, targets

PARAMS = Path(__file__).resolve().parents[2] / "params"
PEOPLE = [f"M{number:02d}" for number in range(12)]


def test_a_complaint_is_about_one_person_however_many_had_none():
    """Twelve people, one complaint: the figure is about one, and the period before is not told beside it."""
    history = bank(
        managers=managers(*[(who, "O1", "2024-01-01", None) for who in PEOPLE]),
        activity=activity(
            *[
                (who, f"2025-{month:02d}", name, 5)
                for who in PEOPLE
                for month in range(1, 13)
                for name in (*AMOUNTS, *COUNTS, *STOCKS)
            ]
        ),
        targets=targets(*[("region", "R", name, "2025", 100) for name in (*AMOUNTS, *COUNTS[:6])]),
        events=events(
            ("M03", "2025-01-05", "complaint", "hotline", True, None),
            ("M04", "2025-05-05", "complaint", "hotline", True, None),
            ("M04", "2025-05-06", "complaint", "hotline", True, None),
        ),
    )
    panel = build_panel(history, Period.parse("2025"), Period.parse("2024"))
    table = region_indicators(score(panel, read_scheme(PARAMS / "schemes" / "s4_scorecard.yaml")))
    complaints = table[table["line"] == "complaints"]
    cards = table[table["line"] == "debit_cards"]

    assert complaints["actual"].tolist() == [1, 2, 0, 0]
    assert complaints["people"].tolist() == [1, 1, 0, 0]
    assert complaints["previous_actual"].isna().all()
    assert cards["people"].tolist() == [12] * 4
    assert np.isfinite(cards["previous_actual"]).sum() >= 3


def test_who_left_after_the_first_of_two_periods_is_counted():
    """One leaves in March: what eleven reached from January to June, less both quarters' own, would be theirs."""
    ends = {"M11": "2025-03-31"}
    history = bank(
        managers=managers(*[(who, "O1", "2024-01-01", ends.get(who)) for who in PEOPLE]),
        activity=activity(
            *[
                (who, f"2025-{month:02d}", name, 5)
                for who in PEOPLE
                for month in range(1, 13)
                for name in (*AMOUNTS, *COUNTS, *STOCKS)
                if month <= 3 or who not in ends
            ]
        ),
        targets=targets(*[("region", "R", name, "2025", 100) for name in (*AMOUNTS, *COUNTS[:6])]),
    )
    panel = build_panel(history, Period.parse("2025"), Period.parse("2024"))
    table = region_indicators(score(panel, read_scheme(PARAMS / "schemes" / "s4_scorecard.yaml")))
    cards = table[table["line"] == "debit_cards"]

    assert cards["people"].tolist() == [12, 11, 11, 11]
    assert cards["previous_people"].tolist()[1:] == [12, 11, 11]
    assert cards["gone"].tolist() == [0, 1, 0, 0]
    second = cards.iloc[1]
    assert second["actual_to_date"] - second["actual"] - second["previous_actual"] == -15
