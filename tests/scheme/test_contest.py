"""Awards by place, worked out for all groups at once."""

from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from policymodel.history.measures import Status
from policymodel.scheme.algebra import Award, Awards, Column
from policymodel.scheme.evaluation import Values
from policymodel.scheme.evaluation.peers import awards

PEOPLE = 14
SEVERAL = (Award(1, 2, Decimal(100)), Award(3, 5, Decimal("10.5")), Award(6, 6, Decimal(-4)))
ONE = (Award(1, 3, Decimal(100)),)

EQUAL_GROUPS = [
    [*[0] * 7, *[2] * 7, *[1] * 14],
    [*[2] * 7, *[0] * 7, *[1] * 7, *[-1] * 7],
    [*[0, 1] * 7, *[3] * 2, *[5] * 4, *[3] * 2, *[6] * 6],
]
"""Groups of one size: in order, out of order, and not beside each other."""


def by_hand(value: float, peers: list[float], ties: str, amounts: tuple[Award, ...]) -> float:
    """The places that somebody fills: after whoever is better, as many as are equal."""
    first = 1 + sum(each > value for each in peers)
    places = range(first, first + peers.count(value))
    given = [next((float(a.amount) for a in amounts if a.first <= p <= a.last), 0.0) for p in places]
    return {
        "all_get_the_better": given[0],
        "all_get_the_worse": given[-1],
        "share_the_awards": sum(given) / len(given),
    }[ties]


@settings(max_examples=60)
@given(
    st.lists(st.integers(-2, 9), min_size=2 * PEOPLE, max_size=2 * PEOPLE),
    st.lists(st.integers(-1, 3), min_size=2 * PEOPLE, max_size=2 * PEOPLE) | st.sampled_from(EQUAL_GROUPS),
    st.lists(st.booleans(), min_size=2 * PEOPLE, max_size=2 * PEOPLE),
    st.sampled_from(["all_get_the_better", "all_get_the_worse", "share_the_awards"]),
    st.sampled_from(["highest", "lowest"]),
    st.sampled_from([SEVERAL, ONE]),
)
def test_everybody_has_the_award_of_the_places_filled(values, codes, applies, ties, best, amounts):
    """Whoever is better comes before, whoever is equal fills the places beside; nobody else counts."""
    number = np.array(values, dtype=np.float64).reshape(2, PEOPLE)
    peers = np.array(codes).reshape(2, PEOPLE)
    applies = np.array(applies).reshape(2, PEOPLE)
    status = np.where(applies, Status.MEASURED, Status.NOT_APPLICABLE).astype(np.uint8)
    node = Awards(Column("sales"), "outlet", best, amounts, ties, "leave_out")
    found = awards(node, Values(number, status), peers, None)

    for period in range(2):
        for person in range(PEOPLE):
            ranked = applies[period] & (peers[period] == peers[period, person])
            if not applies[period, person] or peers[period, person] < 0:
                assert found.status[period, person] == Status.NOT_APPLICABLE
                continue
            sign = 1 if best == "highest" else -1
            others = (sign * number[period, ranked]).tolist()
            expected = by_hand(sign * number[period, person], others, ties, amounts)
            assert abs(found.number[period, person] - expected) < 1e-12
            assert found.status[period, person] == Status.MEASURED


def test_who_misses_the_last_award_by_what_floats_lose_ties_for_it():
    """0.1 + 0.2 is 0.3 on paper: both are third and fourth, and the better of these places has an award."""
    number = np.array([[5.0, 4.0, 0.1 + 0.2, 0.3, 0.1, 0.05]])
    node = Awards(
        Column("sales"), "outlet", "highest", (Award(1, 3, Decimal(9)),), "all_get_the_better", "refuse"
    )
    found = awards(
        node, Values(number, np.zeros((1, 6), dtype=np.uint8)), np.zeros((1, 6), dtype=np.int64), None
    )

    assert found.number.tolist() == [[9, 9, 9, 9, 0, 0]]
