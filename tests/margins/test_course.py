"""The germ of every node against the values of expressions worked out anew with a little more of a fact."""

from __future__ import annotations

import inspect
from dataclasses import fields
from datetime import date
from decimal import Decimal

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from margins.field import ABSENT, GONE, A, B, C, Field, ahead, beside, curve, number, value
from policymodel.margins import course
from policymodel.scheme import algebra
from policymodel.scheme.algebra import (
    Accumulate,
    Applies,
    Award,
    Awards,
    Carry,
    Choose,
    Collect,
    Column,
    Dated,
    Greatest,
    Instead,
    Least,
    Matrix,
    OverPeers,
    OverTeam,
    Place,
    Power,
    Previous,
    Product,
    Rank,
    Ratio,
    Reached,
    Round,
    Slice,
    Sum,
    Where,
    columns_of,
    nodes_of,
    parts_of,
)
from policymodel.units import Rounding

PEOPLE = 3
STEP = 1e-4

small = st.integers(-4, 8).map(lambda halves: halves / 2)
fact = st.one_of(small, small, small, st.sampled_from([GONE, ABSENT]))
facts = st.lists(st.lists(fact, min_size=PEOPLE, max_size=PEOPLE), min_size=4, max_size=4)
scope = st.sampled_from(["outlet", "group"])
missing = st.sampled_from(["refuse", "leave_out"])
within = st.sampled_from([None, "half_year"])
columns = st.sampled_from(
    [A, A, A, B, Column("a", window="year_to_date"), Column("a", lag=1), Column("a", level="outlet"), C]
)
numbers = st.integers(-4, 8).map(lambda halves: number(halves / 2))
points = st.lists(st.tuples(st.integers(-2, 4), st.integers(-3, 3)), min_size=2, max_size=4).map(
    lambda some: sorted(some, key=lambda point: point[0])
)


def grown(part):
    """An expression made of smaller ones."""
    pair = st.tuples(part, part)
    edge = st.sampled_from(["lower", "upper"])
    comparison = st.sampled_from(["at_least", "above", "at_most", "below"])
    return st.one_of(
        st.builds(Sum, pair, st.booleans()),
        st.builds(Product, pair),
        st.builds(Least, part, part),
        st.builds(Greatest, part, part),
        st.builds(Slice, part, part, st.one_of(st.none(), part)),
        st.builds(Ratio, part, part, st.sampled_from(["not_applicable", "zero", "full"]), st.booleans()),
        st.builds(Reached, part, part, comparison),
        st.builds(
            lambda a, b, word, c, d: Where(Reached(a, b, word), c, d), part, part, comparison, part, part
        ),
        st.builds(lambda of, some, side: curve(of, *some, edge=side), part, points, edge),
        st.builds(matrix, part, part, st.sampled_from(["step", "linear"]), edge),
        st.builds(Applies, part),
        st.builds(Instead, part, st.sampled_from(["zero", "not_applicable"])),
        st.builds(lambda a, b: Choose("grade", ("x", "y"), (a, b), None), part, part),
        st.builds(dated, part, part, st.sampled_from(["by_days", "at_start", "at_end"])),
        st.builds(Accumulate, part, part),
        st.builds(
            Carry,
            part,
            numbers,
            st.sampled_from([None, Decimal(0)]),
            within,
            st.just("period"),
            st.booleans(),
            st.one_of(st.none(), part),
        ),
        st.builds(Previous, part, st.integers(1, 2), within, st.just("period"), st.booleans()),
        st.builds(Round, part, st.just(Rounding(0, "half_up"))),
        st.builds(Rank, part, scope, best, ties, missing, st.sampled_from(["place", "share"])),
        st.builds(Awards, part, scope, best, st.just(AWARDS), shared, missing),
        st.builds(lambda a, where, gone: OverPeers((a,), "sum", where, gone), part, scope, missing),
        st.builds(over_peers, part, st.sampled_from(STATISTICS), missing, st.one_of(st.none(), part)),
        st.builds(OverTeam, part, st.sampled_from(["direct", "whole"])),
    )


positive = st.lists(
    st.lists(st.integers(1, 9).map(float), min_size=PEOPLE, max_size=PEOPLE), min_size=4, max_size=4
)
sides = st.sampled_from([-1, 1])
STATISTICS = ["count", "mean", "median", "quantile", "smallest", "largest", "standard_deviation"]
UNEQUAL = [
    "gini",
    "gini_of_sample",
    "lorenz",
    "atkinson",
    "wolfson",
    "theil_t",
    "theil_l",
    "herfindahl",
    "standard_deviation_of_all",
]
AWARDS = (Award(1, 1, Decimal(10)), Award(2, 2, Decimal(4)))
best = st.sampled_from(["highest", "lowest"])
ties = st.sampled_from(["best_place", "mean_place", "worst_place", "next_place"])
shared = st.sampled_from(["all_get_the_better", "share_the_awards", "all_get_the_worse"])


def over_peers(of, statistic, gone, who):
    at = Decimal("0.3") if statistic in ("quantile", "lorenz", "atkinson") else None
    counts = None if who is None else Reached(who, number(0), "at_least")
    return OverPeers((of,), statistic, "group", gone, at, counts)


def matrix(row, column, between, edge):
    starts = (Decimal(0), Decimal(1), Decimal(3))
    cells = tuple(tuple(Decimal(each) for each in line) for line in ((0, 2, 1), (1, 5, 2), (4, 4, 7)))
    return Matrix(row, column, starts, starts, cells, between, edge, Decimal(-1))


def dated(first, second, inside):
    return Dated(((None, date(2024, 6, 30)), (date(2024, 7, 1), None)), (first, second), inside)


expressions = st.recursive(st.one_of(columns, columns, numbers), grown, max_leaves=5)


@settings(max_examples=150)
@given(expressions, facts, facts, st.integers(0, 3), st.integers(0, PEOPLE - 1), st.sampled_from([-1, 1]))
def test_the_germ_is_where_a_little_more_leads(node, a, b, period, manager, side):
    """Limit and slope on each side are those of the values a little way off, where nothing is rounded."""
    assume(not touches(node))
    c = [[1.0, 2.0, 3.0]] * 4
    ground = Field({"a": a, "b": b, "c": c}, outlets=[0, 0, 1], reports_to=[1, -1, 0])

    check(ground, node, "a", period, manager, side)


def touches(node) -> bool:
    """Whether curves are multiplied again: what then touches a threshold is seen to second order only."""
    moved = {each for each in nodes_of(node) if any(column.name == "a" for column in columns_of(each))}
    curved = [
        each
        for each in nodes_of(node)
        if isinstance(each, Product | Ratio | Matrix) and sum(part in moved for part in parts_of(each)) > 1
    ]
    return len(curved) > 1


def check(ground, node, name, period, manager, side):
    found = beside(ground, node, side, name, period, manager)
    values = [value(ground.more(side * STEP * steps, name, period, manager), node) for steps in (1, 2, 3)]
    assert found.values.ok == values[0].ok[period, manager]
    assert found.values.ok or found.status == values[0].status[period, manager]
    assume(found.values.ok and np.isfinite(found.number) and np.isfinite(found.slope))
    # A pole or a step close by is nothing that differences could see past.
    assume(abs(found.bend) < 1e3 and not found.path.reach < 4 * STEP)
    one, two, three = (each.number[period, manager] for each in values)
    size = max(1.0, abs(found.number), abs(found.slope), abs(found.bend))
    assert abs(3 * one - 3 * two + three - found.number) <= 1e-7 * size
    assert abs((-5 * one + 8 * two - 3 * three) / (2 * STEP) - found.slope) <= 1e-4 * size


@settings(max_examples=100)
@given(expressions, facts, facts, st.integers(0, 3), st.integers(0, PEOPLE - 1))
def test_the_line_is_straight_to_the_next_step_and_no_further(node, a, b, period, manager):
    """On the way the values lie on the line that begins here; just behind the step they do not."""
    ground = Field({"a": a, "b": b, "c": [[1.0, 2.0, 3.0]] * 4}, outlets=[0, 0, 1], reports_to=[1, -1, 0])
    begins = beside(ground, node, 1, "a", period, manager)
    assume(begins.values.ok and begins.straight and np.isfinite(begins.slope))
    away, _, exact = ahead(ground, node, "a", period, manager)

    def off(units: float) -> float:
        there = value(ground.more(units, "a", period, manager), node)
        found = abs(there.number[period, manager] - begins.number - begins.slope * units)
        return found if there.ok[period, manager] else 9.0

    for part in (0.01, 0.5, 0.99):
        units = part * (100.0 if np.isnan(away) else away)
        assert off(units) <= 1e-8 * max(1.0, abs(begins.number), abs(begins.slope) * units)
    if exact and away > 0:
        assert off(away + 1e-3) > 1e-9


@given(
    positive, st.sampled_from(UNEQUAL), st.integers(0, PEOPLE - 1), sides, st.sampled_from(["0.3", "1", "2"])
)
def test_unequal_shares_move_as_their_formulas(a, statistic, manager, side, at):
    """Of what everybody has: smooth until two people meet, but for what is measured by places."""
    at = Decimal("0.3") if statistic == "lorenz" else Decimal(at)
    node = OverPeers((Sum((A, number(1))),), statistic, "group", "refuse", at)

    check(Field({"a": a}), node, "a", 0, manager, side)


@given(positive, positive, st.sampled_from(["kendall_tau_b", "spearman", "kendall_w"]), sides)
def test_agreement_changes_only_where_two_people_meet(a, b, statistic, side):
    """Rank correlations stand still beside a tie, on the side to which it is broken."""
    node = OverPeers((A, B), statistic, "group", "refuse")

    check(Field({"a": a, "b": b}), node, "a", 0, 1, side)


@given(positive, st.sampled_from(["-1", "0", "0.5", "1", "2", "3"]), sides)
def test_powers(a, exponent, side):
    """x to the power of a number, from zero on."""
    check(Field({"a": a}), Power(Sum((A, number(-1))), number(exponent)), "a", 1, 0, side)


@given(positive, sides)
def test_a_power_of_what_moves(a, side):
    """x to the power of x, whose logarithm is x times its own."""
    check(Field({"a": a}), Power(A, A), "a", 1, 0, side)


amounts = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 8).map(float)), min_size=1, max_size=8
).map(lambda some: sorted(some, key=lambda each: each[0]))
AMOUNT = Column("transaction:amount")


def of_transactions(part):
    step = st.builds(
        lambda of, some, side: curve(of, *some, edge=side), part, points, st.sampled_from(["lower", "upper"])
    )
    spans = st.sampled_from([None, "half_year", "period"])
    return st.one_of(
        st.builds(Sum, st.tuples(part, part)),
        st.builds(Product, st.tuples(numbers, part)),
        step,
        step,
        st.builds(lambda of, each: Carry(of, number(1), None, each, "transaction"), part, spans),
        st.builds(
            lambda of, each, held: Previous(of, 1, each, "transaction", held), part, spans, st.booleans()
        ),
        st.builds(lambda of: Place(Collect(of)), part),
        st.builds(lambda of: Place(Carry(Collect(of), number(1))), part),
    )


on_credits = st.recursive(st.sampled_from([AMOUNT, AMOUNT, Place(B)]), of_transactions, max_leaves=4)


@given(on_credits, amounts, st.data(), sides)
def test_one_more_in_the_last_transaction(node, credits_, data, side):
    """The last transaction of a period moves what follows it, and the period it stands in."""
    period, manager, _ = data.draw(st.sampled_from(credits_))
    ground = Field({"b": [[1.0, 2.0]] * 4}, credits=credits_)

    check(ground, Collect(node), "transaction:amount", period, manager, side)


def test_every_operation_has_a_slope():
    """A new operation of the algebra is answered here, or vanishes before rounding, or is a fact, number or unknown."""
    source = inspect.getsource(course)
    others = {"Column", "Constant", "Unknown", "Round", "RoundTogether"}
    names = {each.__name__ for each in algebra.Node.__subclasses__() if fields(each)} - others

    assert sorted(name for name in names if name not in source) == []


def test_the_only_one_with_a_number_has_a_place():
    """The first of a group, of whom alone something is known, is the first of one; nobody is the first of none."""
    ground = Field({"a": [[2.0, ABSENT, ABSENT]] * 4})
    only = Rank(A, "group", "highest", "best_place", "leave_out")

    assert [beside(ground, only, side).number.item() for side in (-1, 0, 1)] == [1.0, 1.0, 1.0]
    assert [bool(beside(ground, only, side).values.ok) for side in (-1, 0, 1)] == [True, True, True]
