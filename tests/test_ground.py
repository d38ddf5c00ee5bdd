"""Periods, rounding, exact sharing, keyed chance, errors that travel."""

import pickle
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policymodel.draws import Draws
from policymodel.errors import DataGap, InputError, Problem, SchemeError
from policymodel.periods import Period, days_in_month, month_label, month_number
from policymodel.units import Rounding, largest_remainder


@pytest.mark.parametrize("text", ["2024", "2024-Q3", "2024-07", "2021-07..2022-06"])
def test_a_period_reads_back_what_it_writes(text):
    """parse and label are inverse."""
    assert Period.parse(text).label == text


@pytest.mark.parametrize(
    "text", ["2024-13", "24", "2024-Q5", "2024-07-01", "", "2024-12..2024-01", "a..b..c"]
)
def test_what_is_no_period_is_refused(text):
    """Anything else is a ValueError, not a guess."""
    with pytest.raises(ValueError, match=r"period|end"):
        Period.parse(text)


def test_days_know_leap_years():
    """366 days in 2024, 365 in 2025, and February says which."""
    assert Period.parse("2024").days == 366
    assert Period.parse("2025").days == 365
    assert days_in_month(month_number("2024-02")) == 29
    assert month_label(month_number("1999-12") + 1) == "2000-01"


@example(Decimal("17766266.705"), "half_up")
@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3), st.sampled_from(["half_up", "half_even"]))
def test_rounding_is_what_paper_says(number, mode):
    """The decimal module is the oracle, exact ties included."""
    rule = ROUND_HALF_UP if mode == "half_up" else ROUND_HALF_EVEN
    expected = number.quantize(Decimal("0.01"), rule)

    assert Rounding(2, mode).to_minor(float(number)) == int(expected * 100)


def test_many_numbers_are_rounded_like_each_by_itself():
    """A number keeps its own half beside others, however large these are and wherever it stands."""
    halves = np.arange(-40_000, 40_001) / 200
    expected = [
        int((Decimal(each) / 2).quantize(Decimal(1), ROUND_HALF_UP)) for each in range(-40_000, 40_001)
    ]

    assert Rounding(2, "half_up").to_minor(halves).tolist() == expected
    assert Rounding(2, "half_up").to_minor([*halves, 1e13])[:-1].tolist() == expected
    assert not np.signbit(Rounding(2, "half_up").apply([-0.001, -0.0])).any()


def test_what_is_too_large_to_have_cents_keeps_its_value():
    """More cents than a whole number of the machine can count are not turned into others."""
    assert Rounding(2, "half_up").apply([1.5e17, -4e18, np.inf]).tolist() == [1.5e17, -4e18, np.inf]


def test_rounding_writes_over_what_it_rounds():
    """Into an array of its own or of the numbers; what has no cents keeps its value there too."""
    for numbers in ([1.005, -1.005, 2.675], [1.5e17, np.inf, 0.005]):
        values = np.array(numbers)
        expected = Rounding(2, "half_up").apply(values)
        Rounding(2, "half_up").apply_into(values, values)
        assert values.tolist() == expected.tolist()


def test_a_half_is_told_where_it_was_put_together_of_larger_numbers():
    """509,571.23 less 462,142.675 is 47,428.555; a little more than nothing rounds up to a hundred all the same."""
    assert Rounding(2, "half_up").to_minor(47428.555 - 2e-10) == 4742856
    assert Rounding(-2, "up").apply([8e-6, 0.0]).tolist() == [100, 0]
    # Six digits kept: four ten-millionths below a half are no half.
    assert Rounding(6, "half_up").to_minor(0.0000014996) == 1
    # 18,528,548.30 paid to date, of which 15,117,090.29 was paid before.
    assert Rounding(2, "down").to_minor(15117090.29 + 3411458.01 - 15117090.29) == 341145801


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_shares_add_up_exactly_and_stay_within_one_unit(total, weights):
    """Parts sum to the whole and none is a unit or more from its exact share."""
    parts = largest_remainder(total, weights)
    weight = np.array(weights) if any(weights) else np.ones(len(weights))

    assert parts.sum() == total
    assert np.all(np.abs(parts - total * weight / weight.sum()) < 1 + 1e-6)


def test_sharing_among_nobody_is_refused():
    """A target without anybody to carry it cannot vanish."""
    with pytest.raises(ValueError, match="nobody"):
        largest_remainder(5, [])


def test_chance_depends_on_its_key_alone():
    """The same key gives the same numbers whatever was drawn before; another key gives others."""
    draws = Draws(0)
    first = draws.generator("luck", draw=1, block=2).standard_normal(4)
    draws.generator("ability").standard_normal(99)

    np.testing.assert_array_equal(first, draws.generator("luck", draw=1, block=2).standard_normal(4))
    assert not np.array_equal(first, draws.generator("luck", draw=2, block=1).standard_normal(4))


@pytest.mark.parametrize("kind", [InputError, SchemeError, DataGap])
def test_errors_travel_between_processes(kind):
    """An error arrives with its type, its file and all its problems."""
    error = kind("next_year.yaml", [Problem("card", "is no card", "write one")])
    back = pickle.loads(pickle.dumps(error))

    assert type(back) is kind
    assert str(back) == "next_year.yaml: 1 problem\n  card: is no card; write one"
