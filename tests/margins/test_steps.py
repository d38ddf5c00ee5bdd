"""Kinks, cliffs and the way to them, by closed forms."""

from __future__ import annotations

from decimal import Decimal
from math import sqrt

import numpy as np
import pytest

from margins.field import A, B, Field, Units, ahead, beside, course, curve, number
from policymodel.margins import steps
from policymodel.margins.course import Course
from policymodel.margins.scenes import Scenes
from policymodel.margins.steps import Walk
from policymodel.scheme.algebra import (
    Accumulate,
    Award,
    Awards,
    Carry,
    Collect,
    Column,
    Greatest,
    Least,
    OverPeers,
    OverTeam,
    Piece,
    Piecewise,
    Previous,
    Product,
    Rank,
    Ratio,
    Reached,
    Slice,
    Sum,
    Where,
)

YEAR = Column("a", window="year_to_date")


def one(*quarters: float, **others) -> Field:
    """One person's figure in each quarter."""
    rows = list(quarters) + [0.0] * (4 - len(quarters))
    return Field({"a": [[each] for each in rows]} | {name: [[each]] * 4 for name, each in others.items()})


def slopes(ground, node, **where) -> tuple[float, float]:
    """Left and right slope, per unit more."""
    return -beside(ground, node, -1, **where).slope, beside(ground, node, 1, **where).slope


def cliffs(ground, node, **where) -> tuple[float, float]:
    """What lies between the value and its limits."""
    left, here, right = (beside(ground, node, side, **where).number for side in (-1, 0, 1))
    return here - left, right - here


TIERS = Sum(
    (
        Product((number("0.02"), Slice(A, number(0), number(100)))),
        Product((number("0.05"), Slice(A, number(100), number(300)))),
        Product((number("0.08"), Slice(A, number(300), None))),
    )
)


@pytest.mark.parametrize(
    ("sales", "left", "right", "next_step"),
    [
        (40, 0.02, 0.02, 60),
        (100, 0.02, 0.05, 200),
        (250, 0.05, 0.05, 50),
        (300, 0.05, 0.08, None),
        (0, 0, 0.02, 100),
    ],
)
def test_progressive_tiers(sales, left, right, next_step):
    """2 % to 100, 5 % to 300, 8 % above: the rate of the tier on each side, and the room left in it."""
    ground = one(sales)

    assert slopes(ground, TIERS) == pytest.approx((left, right))
    away, jump, exact = ahead(ground, TIERS)
    assert exact
    assert jump == 0
    assert np.isnan(away) if next_step is None else away == pytest.approx(next_step)


@pytest.mark.parametrize(("edge", "cliff"), [("upper", (3.0, 0.0)), ("lower", (0.0, 3.0))])
def test_retroactive_tiers_jump_at_the_threshold(edge, cliff):
    """2 % of everything below 100, 5 % of everything from 100 (or above it): 3 at once, on the side of the edge."""
    rate = Piecewise(A, (flat(None, "0.02"), flat(100, "0.05")), edge)
    node = Product((A, rate))

    assert slopes(one(100), node) == pytest.approx((0.02, 0.05))
    assert cliffs(one(100), node) == pytest.approx(cliff)
    assert ahead(one(60), node) == pytest.approx((40.0, 3.0, True))


def flat(start, level) -> Piece:
    return Piece(None if start is None else Decimal(start), Decimal(level), Decimal(0), Decimal(0))


def test_a_cap():
    """1.5 x points at most: below it 10 for each unit, at it nothing more, above it nothing at all."""
    node = Least(Product((number(10), A)), number(15))

    assert slopes(one(1.5), node) == (10, 0)
    assert [bool(beside(one(each), node, 1).path.capped) for each in (1, 1.5, 2)] == [False, True, True]
    assert ahead(one(1), node) == pytest.approx((0.5, 0.0, True))
    assert np.isnan(ahead(one(2), node)[0])


def test_a_kink_below_a_cap_that_binds_is_no_step():
    """The tiers bend at 100, but the line is capped from 50 on: only the cap is met."""
    node = Least(TIERS, number(1))

    assert ahead(one(20), node) == pytest.approx((30.0, 0.0, True))
    assert np.isnan(ahead(one(60), node)[0])


def test_a_curve_with_a_jump():
    """From (0, 0) to (10, 5), a jump to 8, on to (20, 10)."""
    node = curve(A, (0, 0), (10, 5), (10, 8), (20, 10))

    assert slopes(one(10), node) == pytest.approx((0.5, 0.2))
    assert cliffs(one(10), node) == pytest.approx((3, 0))
    assert ahead(one(4), node) == pytest.approx((6.0, 3.0, True))
    assert ahead(one(10), node) == pytest.approx((10.0, 0.0, True))


def test_a_threshold_missed_by_what_floats_lose_is_met():
    """Thirty tenths are 3, although their sum in floats is not: the person stands on the edge, not before it."""
    sales = sum([0.1] * 30)
    assert sales != 3

    assert slopes(one(sales), Slice(A, number(0), number(3))) == pytest.approx((1, 0))
    assert slopes(one(sales), Least(A, number(3))) == pytest.approx((1, 0))


def test_the_published_line_of_a_score():
    """Sales of 20 (ten thousand) score 80 and of 10 score 60: 2 points for each, 70 at 15."""
    node = curve(A, (10, 60), (20, 80))

    assert beside(one(15), node, 0).number == 70
    assert slopes(one(15), node) == (2, 2)
    assert ahead(one(15), node) == (5, 0, True)


def test_a_draw_against_earnings():
    """An advance of 100 a quarter: 130 owed from two weak quarters, so the next 130 above the draw only repay it.

    Earnings 20, 50, 160: balance owed = max(0, before + 100 - earnings) = 80, 130, 70. In the third quarter a unit
    more pays nothing to the person and lowers what is owed, until 70 more.
    """
    draw = number(100)
    short = Sum((draw, Product((number(-1), A))))
    owed = Carry(short, number(1), Decimal(0))
    repaid = Sum((Previous(owed), short, Product((number(-1), owed))))
    paid = Sum((draw, Product((number(-1), repaid))))
    ground = one(20, 50, 160, 100)

    assert slopes(ground, owed, period=2) == (-1, -1)
    assert slopes(ground, paid, period=2) == (0, 0)
    assert ahead(ground, paid, period=2) == pytest.approx((70.0, 0.0, True))
    assert ahead(ground, owed, period=2) == pytest.approx((70.0, 0.0, True))
    assert slopes(one(20, 50, 230), paid, period=2) == (0, 1)
    assert slopes(one(20, 50, 230), owed, period=2) == (-1, 0)


def test_what_may_be_owed_has_a_limit():
    """A draw of 100 with at most 120 owed: 80 after the first quarter, and of the 50 short in the second only 40.

    A unit more in the second quarter is paid on top of the 90 until 10 more are earned; from there it is drawn less.
    """
    draw = number(100)
    short = Sum((draw, Product((number(-1), A))))
    owed = Carry(short, number(1), Decimal(0), ceiling=number(120))
    paid = Sum((A, owed, Product((number(-1), Previous(owed)))))
    ground = one(20, 50, 160, 100)

    assert slopes(ground, owed, period=1) == (0, 0)
    assert slopes(ground, paid, period=1) == (1, 1)
    assert ahead(ground, paid, period=1) == pytest.approx((10.0, 0.0, True))
    assert slopes(one(20, 60), owed, period=1) == (0, -1)
    assert slopes(one(20, 70), paid, period=1) == (0, 0)


def test_a_unit_of_the_first_quarter_is_read_in_later_ones():
    """Year to date, 2 % to 100 and 5 % above: 60 and 60. One more in the first quarter earns 2 % then, and
    moves 1 from the cheap tier into the dear one later: 3 % more in the second."""
    worth = Sum(
        (
            Product((number("0.02"), Slice(YEAR, number(0), number(100)))),
            Product((number("0.05"), Slice(YEAR, number(100), None))),
        )
    )
    node = Sum((worth, Product((number(-1), Previous(worth)))))
    whole = course_rows(one(60, 60), node)

    assert whole == pytest.approx([0.02, 0.03, 0, 0])


def course_rows(ground, node):
    """The right slopes of all quarters for a unit in the first."""
    return course(ground, node).germ(np.zeros((1, 1)), 1).slope[0, :, 0].tolist()


def test_nothing_is_earned_while_a_shortfall_is_made_good():
    """Entitled to 100, then 80 to date: 20 more are needed before anything is paid."""
    node = Accumulate(YEAR, YEAR)
    ground = one(100, -20)

    assert slopes(ground, node, period=1) == (0, 0)
    assert ahead(ground, node, period=1) == pytest.approx((20.0, 0.0, True))
    assert slopes(one(100, 0), node, period=1) == (0, 1)


def three(a, b=(0.0, 0.0, 0.0)) -> Field:
    return Field({"a": [list(a)] * 4, "b": [list(b)] * 4}, outlets=[0, 0, 1], reports_to=[-1, 0, 1])


def test_a_share_of_a_pool():
    """1000 by weights 20, 30, 50: the first one's slope is 1000 x 80 / 100² = 8, not 10."""
    node = Product((number(1000), Ratio(A, OverPeers((A,), "sum", "group", "refuse"), "zero")))

    assert slopes(three((20, 30, 50)), node) == pytest.approx((8, 8))
    assert slopes(three((20, 30, 50)), node, manager=2) == pytest.approx((5, 5))


def test_a_pool_by_a_score_that_everybody_shares():
    """Weights are distances from the smallest figure: who moves it moves all weights.

    Figures 10, 30, 50: weights 0, 20, 40. One more for the first makes them 0, 19, 39; nothing for the first, and of
    1000 the second gets 1000 x 20 / 60 → 1000 x 19 / 58. The second's own slope is 1000 x 40 / 60².
    """
    gap = Sum((A, Product((number(-1), OverPeers((A,), "smallest", "group", "refuse")))))
    node = Product((number(1000), Ratio(gap, OverPeers((gap,), "sum", "group", "refuse"), "zero")))
    ground = three((10, 30, 50))

    assert slopes(ground, node) == pytest.approx((0, 0))
    assert slopes(ground, node, manager=1) == pytest.approx((1000 * 40 / 60**2,) * 2)


def test_a_tie_is_broken_at_once():
    """Two stand at 30, best place for both: more leaves the other behind, less falls to the second place."""
    node = Rank(A, "group", "highest", "mean_place", "refuse")
    ground = three((30, 30, 10))

    assert slopes(ground, node) == (0, 0)
    assert cliffs(ground, node) == (-0.5, -0.5)
    assert ahead(three((20, 30, 10)), node) == (10, -1, True)


def test_awards_jump_where_somebody_is_overtaken():
    """500 and 200 for the first two: 20 more to draw level, and 300 are jumped."""
    awards = (Award(1, 1, Decimal(500)), Award(2, 2, Decimal(200)))
    node = Awards(A, "group", "highest", awards, "share_the_awards", "refuse")

    assert ahead(three((10, 30, 5)), node) == (20, 300, True)
    assert cliffs(three((30, 30, 5)), node) == (150, 150)


def test_a_colleague_of_the_outlet_counts_once_for_each():
    """The outlet's figure is 50 + 70; a unit of either is one unit of it."""
    node = Product((number(2), Column("a", level="outlet")))

    assert slopes(three((50, 70, 90)), node) == (2, 2)
    assert beside(three((50, 70, 90)), node, 0).number == 240


def test_a_leader_does_not_move_the_team_s_figure():
    """An override is a share of what others bring in."""
    node = Product((number("0.1"), OverTeam(A, "whole")))
    ground = three((10, 20, 30))

    assert beside(ground, node, 0).number == 5
    assert slopes(ground, node) == (0, 0)


def test_a_curve_meets_a_threshold_and_the_place_is_found_by_halving():
    """x² reaches 2 at the root of 2: no closed form is tried, and it is said."""
    node = Where(Reached(Product((A, A)), number(2), "at_least"), number(5), number(0))

    away, jump, exact = ahead(one(1), node)
    assert away == pytest.approx(sqrt(2) - 1, abs=2e-6)
    assert jump == 5
    assert not exact


def test_a_product_of_two_lines_is_capped():
    """Commission x attainment, both with the same figure: x²/10 stops at 40, where it bends from 4 to nothing."""
    node = Least(Product((A, Ratio(A, number(10)))), number(40))

    away, jump, exact = ahead(one(16), node)
    assert away == pytest.approx(4, abs=2e-6)
    assert jump == 0
    assert not exact


def test_zero_times_zero_rises_above_nothing():
    """At nothing sold, commission x attainment is zero with a slope of zero, and yet more than nothing beside it."""
    node = Reached(Product((A, Ratio(A, number(10)))), number(0), "above")

    assert cliffs(one(0), node) == (-1, 1)


def test_a_ratio_of_two_counts_begins_where_its_slopes_say():
    """0 of 0 clients: the first one counts full, as soon as there is one."""
    node = Ratio(A, A, "not_applicable")

    assert beside(one(0), node, 1).number == 1
    assert not beside(one(0), node, 0).values.ok


def test_retroactive_tiers_of_transactions_to_date():
    """2 % of all to date, 5 % from 100 on: 60 and 30 are paid 1.8. One more earns 2 %, and the tenth 3 at once."""
    amount = Column("transaction:amount")
    total = Carry(amount, number(1), None, "period", "transaction")
    worth = Product((total, Piecewise(total, (flat(None, "0.02"), flat(100, "0.05")), "upper")))
    node = Sum((worth, Product((number(-1), Previous(worth, 1, "period", "transaction")))))
    ground = Field({"b": [[0.0]] * 4}, credits=[(0, 0, 60.0), (0, 0, 30.0)])
    figure = {"name": "transaction:amount"}

    assert beside(ground, Collect(node), 0, **figure).number == pytest.approx(1.8)
    assert slopes(ground, Collect(node), **figure) == pytest.approx((0.02, 0.02))
    assert ahead(ground, Collect(node), **figure) == pytest.approx((10.0, 3.0, True))


def test_a_figure_that_nothing_moves():
    """The other fact does not care."""
    assert slopes(one(1, b=3.0), B) == (0, 0)
    assert np.isnan(ahead(one(1, b=3.0), B)[0])


@pytest.mark.parametrize("together", [3_000, 72, 0])
def test_places_behind_a_curve_are_found_for_everybody_as_for_one(monkeypatch, together):
    """a² meets 50 in other places for each of three people in two quarters; one far away, one never (it is above).

    Looked for in many copies, in three, or one after the other; bit for bit what is found for each alone.
    """
    monkeypatch.setattr(steps, "TOGETHER", together)
    ground = Field({"a": [[1.0, 2.5, 9.0], [6.5, 0.001, 7.0], [0.0] * 3, [0.0] * 3]})
    node = Greatest(Product((A, A)), number(50))
    scenes = Scenes(np.array([0, 1]))
    walk = Walk(Course(node, Units(ground, "a", scenes), {}), np.ones((2, 3)))
    here = np.zeros((2, 3))
    turn = walk.turn(here, walk.beside(here, 1), np.ones((2, 3), dtype=bool))

    wanted = np.sqrt(50) - np.array(ground.facts["a"][:2])
    assert np.isnan(turn.away[0, 2])
    assert turn.away[wanted > 0] == pytest.approx(wanted[wanted > 0], abs=1e-6)
    for period, manager in zip(*np.nonzero(wanted > 0), strict=True):
        assert turn.away[period, manager] == ahead(ground, node, "a", period, manager)[0]
