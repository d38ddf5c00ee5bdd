"""Payout curves: corners where the scheme has them, and the scheme's own values on every straight line between."""

from __future__ import annotations

import numpy as np
import pytest

from margins.mixed import MIXED, YEAR, value_of, with_more
from policymodel.errors import DataGap, InputError
from policymodel.margins import payout_curve, slopes
from policymodel.periods import Period
from policymodel.scheme.reading import read_scheme

SECOND = Period.parse("2025-Q2")


def test_a_step_in_the_rate_is_a_jump_with_both_its_ends(scheme, panel):
    """Nine cards in the first quarter. To 40 each earns 2, above it all earn 5: a jump at 31, from 62 to 182.

    What the first quarter's cards earned is taken off: 2 x 40 - 18 = 62, and 5 x 40 - 18 = 182.
    """
    curve = payout_curve(panel, scheme, "card_tiers", "M1", SECOND, "debit_cards", 0, 50)

    assert curve["corner"].tolist() == ["start", "jump", "jump", "end"]
    assert curve["at"].tolist() == pytest.approx([0, 31, 31, 50])
    assert curve["value"].tolist() == pytest.approx([0, 62, 182, 5 * 59 - 18])
    assert curve["reached"].tolist() == [True, True, False, True]
    assert curve["piece"].tolist() == [0, 0, 1, 1]
    assert curve["exact"].all()


def test_a_cap_is_a_bend(scheme, panel):
    """50 points for 120 cards a year up to 1.2 times that pace; 9 of the first quarter count too."""
    curve = payout_curve(panel, scheme, "cards", "M1", SECOND, "debit_cards", 0, 100)
    pace = 120 * 181 / 365

    assert curve["corner"].tolist() == ["start", "bend", "end"]
    assert curve["at"].tolist() == pytest.approx([0, 1.2 * pace - 9, 100])
    assert curve["value"].tolist() == pytest.approx([50 * 9 / pace, 60, 60])


@pytest.mark.parametrize("line", ["card_tiers", "cards", "score", "share_of_pot", "place"])
def test_straight_lines_between_the_points_are_the_scheme(scheme, unrounded, panel, line):
    """Worked out anew at places that are no corners; a curved piece is followed closely."""
    curve = payout_curve(panel, scheme, line, "M2", SECOND, "debit_cards", 0, 60)
    who = list(panel.managers).index("M2")

    for cards in (0.5, 7, 23.25, 29.5, 41, 58):
        piece = max(each for each, rows in curve.groupby("piece") if rows["at"].min() <= cards)
        points = curve[curve["piece"] == piece]
        drawn = np.interp(cards, points["at"], points["value"])
        found = value_of(with_more("debit_cards", "M2", "2025-06", cards - 12), unrounded, line)[1, who]

        assert drawn == pytest.approx(found, rel=1e-3 if line == "share_of_pot" else 1e-7)


def test_a_deal_is_the_last_one_of_the_quarter(scheme, panel):
    """700 and 200 before it at 1 %; of the loan M1 has half: from 200 on (100 credited) the rate is 3 %."""
    curve = payout_curve(
        panel, scheme, "deal_tiers", "M1", Period.parse("2025-Q1"), "transaction:amount", 0, 1000
    )

    assert curve["at"].tolist() == pytest.approx([0, 200, 1000])
    assert curve["value"].tolist() == pytest.approx([9, 10, 10 + 0.03 * 400])


@pytest.mark.parametrize(
    ("first", "places", "values", "slope"),
    [
        ("{rate: 0.01}", [-3000, 200, 1000], [-6, 10, 22], 0.005),
        ("{from: 0, rate: 0.01}", [-3000, -1800, 200, 1000], [0, 0, 10, 22], 0),
    ],
    ids=["no beginning", "from zero"],
)
def test_a_refund_goes_below_zero_where_the_first_tier_has_no_beginning(
    panel, tmp_path, first, places, values, slope
):
    """900 before it, and half of a refund of 3,000: -600 at 1 %; half of one unit more there is 0.005."""
    file = tmp_path / "mixed.yaml"
    text = MIXED.read_text(encoding="utf-8")
    file.write_text(
        text.replace("{from: 0, rate: 0.01}, {from: 1000", f"{first}, {{from: 1000"), encoding="utf-8"
    )
    scheme, quarter = read_scheme(file), Period.parse("2025-Q1")

    curve = payout_curve(panel, scheme, "deal_tiers", "M1", quarter, "transaction:amount", -3000, 1000)
    assert curve["at"].tolist() == pytest.approx(places)
    assert curve["value"].tolist() == pytest.approx(values)

    owing = with_more("transaction:amount", "M1", "T3", -9000)
    found = slopes(owing, scheme, "deal_tiers", ["transaction:amount"], quarter)
    assert found.loc[found["manager_id"] == "M1", ["left", "right"]].to_numpy().ravel() == pytest.approx(
        slope
    )


def test_a_place_jumps_where_somebody_is_met(scheme, panel):
    """The place is 3, then 2, then 1; where two are equal both have the better one."""
    curve = payout_curve(panel, scheme, "place", "M2", SECOND, "debit_cards", 0, 60)
    values = curve["value"].tolist()

    assert values[0] == 3
    assert values[-1] == 1
    assert set(curve.loc[curve["corner"] == "jump", "reached"]) == {True, False}


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        (("cards", "M1", SECOND, "debit_cards", 5, 5), InputError, "the curve ends"),
        (("cards", "M1", SECOND, "debit_card", 0, 5), DataGap, "did you mean 'debit_cards'"),
        (("cards", "M9", SECOND, "debit_cards", 0, 5), DataGap, "nobody called 'M9'"),
        (("cards", "M1", YEAR, "debit_cards", 0, 5), DataGap, "2025 is no period of mixed"),
        (
            ("deal_tiers", "M3", SECOND, "transaction:amount", 0, 5),
            DataGap,
            "has no figure of 'transaction:amount'",
        ),
    ],
)
def test_a_curve_that_cannot_be_drawn_is_refused(scheme, panel, asked, error, said):
    with pytest.raises(error, match=said):
        payout_curve(panel, scheme, *asked)
