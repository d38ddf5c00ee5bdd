"""Each operation of the algebra on numbers that can be worked on paper."""

from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policymodel.history.measures import Status
from policymodel.scheme.algebra import (
    Accumulate,
    Applies,
    Column,
    Constant,
    Greatest,
    Instead,
    Least,
    Product,
    Ratio,
    Round,
    Slice,
    Sum,
    columns_of,
)
from policymodel.scheme.evaluation import Values, evaluate
from policymodel.units import Rounding

OK, GONE, ABSENT, ASIDE = Status.MEASURED, Status.NOT_APPLICABLE, Status.ABSENT, Status.QUARANTINED
A, B, C = Column("a"), Column("b"), Column("c")


def value(node, **facts):
    """Number and status of a node for one person and period; a fact is a number or a status."""
    result = values(node, **{name: [fact] for name, fact in facts.items()})
    return (result.number[0, 0], Status(result.status[0, 0]))


def values(node, **facts):
    """The values of a node over the periods of its facts, for one person."""

    def column(wanted):
        known = facts[wanted.name]
        number = [[0.0 if isinstance(each, Status) else each] for each in known]
        status = [[each if isinstance(each, Status) else OK] for each in known]
        return Values(np.array(number, dtype=float), np.array(status, dtype=np.uint8))

    periods = max(map(len, facts.values()), default=1)
    ground = SimpleNamespace(column=column, peers=lambda scope: np.zeros((periods, 1), dtype=np.int64))
    return evaluate(node, ground, {})


def test_sum_and_product():
    """2 + 3 and 2 x 3."""
    assert value(Sum((A, B)), a=2, b=3) == (5, OK)
    assert value(Product((A, B)), a=2, b=3) == (6, OK)


@pytest.mark.parametrize(("other", "worst"), [(GONE, GONE), (ABSENT, ABSENT), (ASIDE, ASIDE)])
def test_the_worst_status_wins(other, worst):
    """A sum with a part that is missing is missing; nothing becomes zero."""
    assert value(Sum((A, B)), a=2, b=other)[1] == worst
    assert value(Sum((A, B)), a=ABSENT, b=other)[1] == (ABSENT if other == GONE else other)


def test_a_sum_may_skip_what_does_not_apply_but_never_what_is_absent():
    """Not applicable counts as nothing there; absent stays absent."""
    node = Sum((A, B), skip_not_applicable=True)

    assert value(node, a=2, b=GONE) == (2, OK)
    assert value(node, a=2, b=ABSENT)[1] == ABSENT


@pytest.mark.parametrize(
    ("rule", "expected"), [("not_applicable", (0, GONE)), ("zero", (0, OK)), ("full", (1, OK))]
)
def test_a_target_of_zero_or_less_follows_its_rule(rule, expected):
    """Ratio with its three rules; the rule decides even where the actual is absent."""
    assert value(Ratio(A, B, rule), a=5, b=0) == expected
    assert value(Ratio(A, B, rule), a=5, b=-3) == expected
    assert value(Ratio(A, B, rule), a=5, b=4) == (1.25, OK)
    assert value(Ratio(A, B, rule), a=5, b=ABSENT)[1] == ABSENT


def test_cap_and_floor():
    """Least is a cap, greatest a floor."""
    assert value(Least(A, Constant(Decimal("1.5"))), a=2) == (1.5, OK)
    assert value(Greatest(A, Constant(Decimal(0))), a=-2) == (0, OK)


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9), st.floats(0, 1e9))
def test_slices_leave_no_yuan_out_and_count_none_twice(income, stock, increment):
    """Below, between and above add up to what is above nothing."""
    zero, target = Constant(Decimal(0)), Sum((B, C))
    pieces = Sum((Slice(A, zero, B), Slice(A, B, target), Slice(A, target, None)))

    assert value(pieces, a=income, b=stock, c=increment)[0] == pytest.approx(
        max(income, 0), rel=1e-12, abs=1e-6
    )


def test_applies_and_instead():
    """Applies asks about not applicable only; instead replaces what is missing."""
    assert value(Applies(A), a=GONE) == (0, OK)
    assert value(Applies(A), a=3) == (1, OK)
    assert value(Applies(A), a=ABSENT)[1] == ABSENT
    assert value(Instead(A, "zero"), a=ABSENT) == (0, OK)
    assert value(Instead(A, "not_applicable"), a=ASIDE)[1] == GONE
    assert value(Instead(A, "zero"), a=7) == (7, OK)


def test_a_negative_balance_is_carried_and_nothing_is_reclaimed():
    """Entitlement to date 100, 80, 90, 130 pays 100, 0, 0, 30."""
    paid = values(Accumulate(A, A), a=[100.0, 80.0, 90.0, 130.0])

    assert paid.number.ravel().tolist() == [100, 0, 0, 30]


def test_parts_stand_where_the_balance_was_last_at_its_highest():
    """Part a of a balance a + b: 60+40, 80+10, 70+50 pays a: 60, 0, 10; b: 40, 0, 10."""
    facts = {"a": [60.0, 80.0, 70.0], "b": [40.0, 10.0, 50.0]}

    assert values(Accumulate(A, Sum((A, B))), **facts).number.ravel().tolist() == [60, 0, 10]
    assert values(Accumulate(B, Sum((A, B))), **facts).number.ravel().tolist() == [40, 0, 10]


def test_after_a_missing_quarter_the_balance_is_not_known():
    """An absent entitlement stops the later ones; one that does not apply does not."""
    absent = values(Accumulate(A, A), a=[100.0, ABSENT, 130.0])
    aside = values(Accumulate(A, A), a=[ASIDE, ABSENT, 130.0])
    joiner = values(Accumulate(A, A), a=[GONE, 50.0, 70.0])

    assert aside.status.ravel().tolist() == [ASIDE, ABSENT, ASIDE]
    assert absent.status.ravel().tolist() == [OK, ABSENT, ABSENT]
    assert joiner.number.ravel().tolist() == [0, 50, 20]
    assert joiner.status.ravel().tolist() == [GONE, OK, OK]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8))
def test_what_is_paid_in_all_is_the_highest_entitlement(entitlements):
    """No payment is negative and together they are the highest entitlement, or nothing."""
    paid = values(Accumulate(A, A), a=entitlements).number.ravel()

    assert np.all(paid >= -1e-9)
    assert paid.sum() == pytest.approx(max(0.0, *entitlements), abs=1e-6)


def test_round_is_the_scheme_s_rounding():
    """2.675 is 2.68 on paper."""
    assert value(Round(A, Rounding(2, "half_up")), a=2.675) == (2.68, OK)


def test_every_node_evaluated_is_kept():
    """An explanation reads the numbers that were computed."""
    node = Sum((A, Product((A, B))))
    known = {}
    one = Values(np.array([[2.0]]), np.array([[OK]], dtype=np.uint8))
    evaluate(node, SimpleNamespace(column=lambda column: one), known)

    assert set(known) == {node, node.parts[1], A, B}
    assert columns_of(node) == {A, B}
