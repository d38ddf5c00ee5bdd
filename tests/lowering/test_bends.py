"""Functions in straight pieces: what is put together of them gives, at every place, what its parts give."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policymodel.lowering.bends import Bends, line, pieces

whole = st.integers(-8, 8).map(float)


@st.composite
def bent(draw):
    knots = sorted(draw(st.sets(whole, min_size=1, max_size=4)))
    values = [draw(whole) for _ in knots]
    return Bends(tuple(knots), tuple(values), draw(whole), draw(whole))


PLACES = np.linspace(-30, 30, 49)


@settings(max_examples=60)
@given(bent(), bent(), whole)
def test_sums_bounds_and_chains(one, other, number):
    for x in PLACES:
        assert one.plus(other).at(x) == pytest.approx(one.at(x) + other.at(x), abs=1e-9)
        assert one.at_most(number).at(x) == pytest.approx(min(one.at(x), number), abs=1e-9)
        assert one.at_least(number).at(x) == pytest.approx(max(one.at(x), number), abs=1e-9)
        assert one.into(other).at(x) == pytest.approx(other.at(one.at(x)), abs=1e-9)
        assert one.scaled(number).at(x) == pytest.approx(number * one.at(x), abs=1e-9)


def test_a_line_that_is_bounded_where_it_is_level_with_its_knot():
    """A floor of zero under the amount itself bends at zero."""
    assert line(1.0, 0.0).at_least(0.0) == Bends((0.0,), (0.0,), 0.0, 1.0)


def test_jumps_are_told_from_what_a_division_left():
    """Three thirds of a point are the whole of it; five points more are a jump."""
    third = 1 / 3
    curve, jumps = pieces(
        [0.0, 3.0, 4.0], [0.0, 0.0, 1.0, 6.0], [0.0, third, 0.0, 0.0], [0.0, 0.0, 3.0, 4.0], "upper"
    )

    assert [(jump.place, jump.height) for jump in jumps] == [(4.0, 5.0)]
    assert [curve.at(x) for x in (-1.0, 1.5, 3.5, 9.0)] == [0.0, 0.5, 1.0, 1.0]
