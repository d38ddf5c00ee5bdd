"""What a plan says of itself, how it is cut into tiles, and what it refuses."""

from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pytest

from policymodel.history.measures import Status
from policymodel.lowering import Arrays, lower
from policymodel.lowering.windows import peers_together
from policymodel.periods import Period
from policymodel.scheme.algebra import (
    Accumulate,
    Award,
    Awards,
    Column,
    Constant,
    Node,
    Product,
    Rank,
    Ratio,
    Slice,
    Sum,
)
from policymodel.scheme.evaluation import evaluate

YEAR = (Period.parse("2024"),)


def scheme(node):
    """As much of a scheme as lowering asks for: one line, `pay`."""
    given = SimpleNamespace(over_period=lambda name: node)
    return SimpleNamespace(given=given, nodes=lambda: {"pay": node})


def rate(value, of="sales"):
    return scheme(Product((Constant(Decimal(str(value))), Column(of))))


def test_designs_of_one_shape_are_one_step():
    plan = lower({f"d{each}": rate(each) for each in range(1, 101)})

    assert len(plan.program.steps) == 3  # a hundred rates, the column, their product
    found = plan.evaluate(Arrays(YEAR, {"sales": np.array([[2.0, 3.0]])}))["pay"]
    assert found.number.tolist() == [[[2.0 * each, 3.0 * each]] for each in range(1, 101)]
    assert (found.status == 0).all()


def test_a_column_that_some_designs_read_is_read_once():
    asked = []

    class Counting(Arrays):
        def column(self, column):
            asked.append(column.name)
            return super().column(column)

    plan = lower({"a": rate(1), "b": rate(2), "c": rate(2, "fees")})
    plan.evaluate(Counting(YEAR, {"sales": np.array([[2.0]]), "fees": np.array([[5.0]])}))

    assert sorted(asked) == ["fees", "sales"]


def test_a_kind_of_node_that_is_not_known_fails_loudly():
    @dataclass(frozen=True)
    class Novelty(Node):
        of: Node

    plan = lower({"a": scheme(Novelty(Column("sales")))})
    with pytest.raises(AssertionError, match="Novelty"):
        plan.evaluate(Arrays(YEAR, {"sales": np.array([[2.0]])}))


def test_scope_is_that_of_the_widest_comparison():
    sales = Column("sales")
    outlet = Rank(sales, "outlet", "highest", "best_place", "refuse")
    group = Rank(Sum((outlet, outlet)), "group", "highest", "best_place", "refuse")

    assert lower({"a": rate(1)}).scope == "person"
    assert lower({"a": rate(1), "b": scheme(outlet)}).scope == "outlet"
    assert lower({"a": scheme(Column("sales", level="region"))}).scope == "region"
    assert lower({"a": scheme(group)}).scope == "group"


def test_many_cells_are_cut_and_come_to_the_same():
    sales = np.arange(40_000.0).reshape(4, 10_000)
    plan = lower({"a": rate(1), "b": rate(3)})
    ground = Arrays(tuple(YEAR[0].split(3)), {"sales": sales})

    assert len(list(plan.tiles(ground))) > 4
    assert (plan.evaluate(ground)["pay"].number == np.stack([sales, 3 * sales])).all()


def test_peers_stand_in_one_tile_even_if_they_move():
    codes = np.array([[0, 1, 2, 2, -1], [0, 0, 2, 2, -1]])

    assert list(peers_together(codes, 2)) == [slice(0, 2), slice(2, 4), slice(4, 5)]


def test_places_among_peers_do_not_depend_on_tiles():
    chance = np.random.default_rng(1)
    codes = np.sort(chance.integers(0, 900, size=(1, 20_000)))
    sales = chance.permutation(20_000.0 + np.arange(20_000))[None]
    plan = lower({"a": scheme(Rank(Column("sales"), "outlet", "highest", "best_place", "refuse"))})
    found = plan.evaluate(Arrays(YEAR, {"sales": sales}, codes={"outlet": codes}))["pay"].number[0, 0]

    assert len(list(plan.tiles(Arrays(YEAR, {"sales": sales}, codes={"outlet": codes})))) > 1
    order = np.lexsort((-sales[0], codes[0]))
    first = np.searchsorted(codes[0], codes[0])
    expected = np.empty(20_000)
    expected[order] = np.arange(20_000) - first[order] + 1
    assert (found == expected).all()


@pytest.mark.parametrize("best", ["highest", "lowest"])
@pytest.mark.parametrize("ties", ["all_get_the_better", "all_get_the_worse", "share_the_awards"])
def test_awards_of_groups_of_one_size(best, ties):
    """Of one amount and of several, in groups with ties at the last place too; someone has no target, so no number."""
    amounts = [(Award(1, 3, Decimal(100)),), (Award(1, 2, Decimal(100)), Award(3, 4, Decimal(-7)))]
    sales = np.random.default_rng(3).integers(-3, 60, size=(2, 12_000)).astype(np.float64)
    codes = np.repeat(np.arange(1200), 10)[None] + np.array([[0], [5]])
    target = np.full((2, 12_000), 2.0)
    facts = {"sales": sales, "target": target}
    half = Ratio(Column("sales"), Column("target"))
    nodes = [Awards(half, "outlet", best, given, ties, "leave_out") for given in amounts]
    ground = Arrays(tuple(YEAR[0].split(6)), facts, codes={"outlet": codes})
    for each in nodes:
        same([each], ground)
    target[1, 77] = 0.0
    found = same(nodes[:1], ground)

    assert found.status[0, 1, 77] == Status.NOT_APPLICABLE


def test_what_is_held_above_zero_among_rows_of_a_basis():
    """Slices of columns and of a sum that is a matrix product itself, beside each other in one sum."""
    chance = np.random.default_rng(4)
    ground = Arrays(YEAR, {name: chance.normal(size=(1, 3000)) for name in "abcd"})
    a, b, c, d = map(Column, "abcd")

    def sum_of(*weights):
        return Sum(tuple(Product((number(w), x)) for w, x in zip(weights, (a, b, c, d), strict=True)))

    floors = [Slice(sum_of(rate, 2, -1, 3), number(0), None) for rate in (1, 2)]
    shares = [Slice(a, number(0), b), Slice(a, b, c), Slice(c, d, None), Product((a, Slice(b, c, None)))]
    nodes = [
        Sum((*(Product((number(at + rate), x)) for at, x in enumerate(shares)), floor))
        for rate, floor in enumerate(floors, start=1)
    ]
    same(nodes, ground)
    same(nodes[:1], ground)


def number(value):
    return Constant(Decimal(str(value)))


def same(nodes, ground):
    """Whether a plan of some expressions gives what the interpreter gives for each, statuses too."""
    found = lower({f"d{at}": scheme(node) for at, node in enumerate(nodes)}).evaluate(ground)["pay"]
    for at, node in enumerate(nodes):
        right = evaluate(node, ground, {}).over(found.number.shape[1:])
        assert (np.broadcast_to(found.status, found.number.shape)[at] == right.status).all()
        assert found.number[at][right.ok] == pytest.approx(right.number[right.ok], abs=1e-9)
    return found


def test_a_ratio_without_a_usable_bottom_among_many():
    """Two of three thousand people have no target: the ratio does not apply to them, and to all others it does."""
    target = np.full((1, 3000), 4.0)
    target[0, [7, 2500]] = 0.0, -1.0
    ground = Arrays(YEAR, {"sales": np.arange(3000.0)[None], "target": target})
    share = Ratio(Column("sales"), Column("target"))
    found = same([Product((number(rate), share)) for rate in (1, 2)], ground)

    assert np.flatnonzero(found.status[0, 0]).tolist() == [7, 2500]


def test_an_entitlement_that_falls_waits_until_it_is_above_its_highest():
    """Each design has a highest of its own; somebody's second quarter is not known."""
    quarters = tuple(YEAR[0].split(3))
    sales = np.array([[10.0, 5.0, 4.0], [8.0, 9.0, 6.0], [9.5, 9.0, 7.0], [20.0, 9.5, 7.5]])
    status = np.zeros((4, 3), dtype=np.uint8)
    ground = Arrays(quarters, {"sales": sales, "cost": sales[::-1]})
    balances = [
        Sum((Product((number(rate), Column("sales"))), Column("cost"))) for rate in ("0.5", "2", "-1")
    ]
    nodes = [Accumulate(Product((number(3), Column("sales"))), each) for each in balances]
    same(nodes, ground)
    status[1, 2] = 2
    same(nodes, Arrays(quarters, {"sales": sales, "cost": sales[::-1]}, {"sales": status}))


def test_what_cancels_is_exactly_zero_where_that_is_asked():
    """Seven tenths and one less eight tenths of a large amount is nothing, and by nothing nothing is divided."""
    amounts = np.array([[3.3e9, 7.7e8, 5.0]])
    ground = Arrays(YEAR, {"a": amounts, "b": amounts.copy(), "c": amounts.copy()})
    nothing = [
        ("0.7", "0.1", "-0.8"),
        ("0.15", "0.15", "-0.3"),
        ("0.6", "0.7", "-1.3"),
        ("0.29", "0.01", "-0.3"),
    ]
    parts = [*nothing, *(tuple(str(-Decimal(each)) for each in row) for row in nothing), ("1", "2", "3")]
    sums = [
        Sum(tuple(Product((number(w), Column(x))) for w, x in zip(row, "abc", strict=True))) for row in parts
    ]
    together = same([Ratio(Column("a"), bottom) for bottom in sums], ground)
    alone = [same([Ratio(Column("a"), bottom)], ground).status.max() for bottom in sums]

    assert np.broadcast_to(together.status, (9, 1, 3))[:, 0].tolist() == [[3, 3, 3]] * 8 + [[0, 0, 0]]
    assert alone == [3] * 8 + [0]
