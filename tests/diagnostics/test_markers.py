"""Who marks high or low, and how far marks agree, from rows of `reviews` (S2)."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from policymodel.diagnostics.markers import Marking, marking
from policymodel.periods import Period

QUARTERS = Period.parse("2025").split(3)


def reviews(*rows: tuple[str, str, str, str, float | None]) -> pd.DataFrame:
    names = ["manager_id", "reviewer_id", "date", "item", "mark"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(date=pd.to_datetime(frame["date"]), mark=frame["mark"].astype(float))


def by_two(days: tuple[str, str], gaps: list[int]) -> list[tuple[str, str, str, str, float | None]]:
    """Persons whom a and b marked, a so much higher."""
    return [
        row
        for place, gap in enumerate(gaps)
        for row in (
            (f"m{place}", "a", days[0], "lobby", 2.0 + gap),
            (f"m{place}", "b", days[1], "lobby", 2.0),
        )
    ]


def test_the_same_quarter_is_the_same_subject_and_another_one_is_not():
    together = marking(reviews(*by_two(("2025-03-01", "2025-03-31"), [1, 2, 1])), QUARTERS)
    apart = marking(reviews(*by_two(("2025-03-31", "2025-04-01"), [1, 2, 1])), QUARTERS)

    assert together.markers[0].severity.value == pytest.approx(4 / 3)
    assert together.items[0].twice == 3
    assert [each.severity for each in apart.markers] == [None, None]
    assert apart.items[0].twice == 0


def test_what_is_blank_is_missing_and_nothing_else():
    """S2: of five marks one was not given; it is no zero, and its neighbour has nobody to be held against."""
    rows = reviews(*by_two(("2025-03-01", "2025-03-01"), [1, 1]), ("m9", "b", "2025-03-01", "lobby", None))
    found = marking(rows, QUARTERS)

    assert (found.marks, found.missing) == (5, 1)
    assert [(each.marks, each.missing, each.mean) for each in found.markers] == [(2, 0, 3), (3, 1, 2)]


def test_off_is_only_who_is_off_by_more_than_chance():
    """Always 1 higher is off; 2, 1 and 0 higher, with three people, is not."""
    clear = marking(reviews(*by_two(("2025-03-01", "2025-03-01"), [1, 1, 1, 1])), QUARTERS)
    open_ = marking(reviews(*by_two(("2025-03-01", "2025-03-01"), [2, 1, 0])), QUARTERS)
    few = marking(reviews(*by_two(("2025-03-01", "2025-03-01"), [1, 1])), QUARTERS)

    assert [each.off for each in clear.markers] == [1, -1]
    assert [each.off for each in open_.markers] == [0, 0]
    assert [each.off for each in few.markers] == [0, 0]
    assert math.isnan(few.markers[0].severity.low)


def test_agreement_of_a_duty_is_told_where_two_subjects_were_marked_twice():
    """Marks of 1 and 2, 2 and 3, 4 and 5, 3 and 4: only severity divides them."""
    pairs = [(1, 2), (2, 3), (4, 5), (3, 4)]
    rows = [
        (f"m{at}", who, "2025-06-30", "lobby", float(mark))
        for at, pair in enumerate(pairs)
        for who, mark in zip("ab", pair, strict=True)
    ]
    item = marking(reviews(*rows), QUARTERS).items[0]

    # people 1.5, 2.5, 4.5, 3.5 with variance 5 ÷ 3, reviewers 0.5, nothing left
    assert item.agreement.absolute == pytest.approx((5 / 3) / (5 / 3 + 1 / 2))
    assert item.agreement.consistent == pytest.approx(1)
    # of all eight marks both ways round the variance is 1.5, so 1 - 1 ÷ (2 × 1.5)
    assert item.kappa == pytest.approx(1 - 1 / 3)
    assert (item.twice, item.people) == (4, 4)


def test_nobody_marked():
    assert marking(reviews(), QUARTERS) == Marking((), ())


def test_a_mark_of_another_year_or_without_a_reviewer_is_not_looked_at():
    rows = reviews(("m1", "a", "2024-12-31", "lobby", 3.0), ("m1", "", "2025-03-01", "lobby", 3.0))

    assert marking(rows, QUARTERS).marks == 0
