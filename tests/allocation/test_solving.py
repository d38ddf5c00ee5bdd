"""Proposed portfolios keep every hard rule, cost as little as any, and are as good as they say."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from allocation.books import RULES, Book, by_chance, clients, managers
from policymodel.allocation import allocate, violations
from policymodel.allocation.bound import priced_bound
from policymodel.allocation.parts import parts_of
from policymodel.allocation.programme import Programme
from policymodel.allocation.search import first, searched


@pytest.mark.parametrize("seed", range(6))
def test_every_hard_rule_is_kept(seed):
    """S6.8: groups whole, premium apart with designated managers, separate books apart."""
    book = by_chance(seed, size=60, hands=5)

    made = allocate(book, RULES, seed)

    assert violations(book, RULES, made.assigned) == ()
    assert set(made.assigned.index) == set(book.clients["client_id"])
    assert 0 <= made.bound <= made.found


@pytest.mark.parametrize("seed", range(4))
def test_a_small_part_is_as_cheap_as_any_allocation_there_is(seed):
    """Every allocation of seven items to three managers is tried, one by one."""
    book = by_chance(seed, size=26, hands=3)
    part = next(each for each in parts_of(book, RULES) if each.kind == "ordinary")
    items = min(len(part.size), 8)
    keep = np.isin(part.item, range(items))
    some = Book(book.clients.loc[part.client[keep]].reset_index(drop=True), book.managers)
    part = next(each for each in parts_of(some, RULES) if each.kind == "ordinary")

    cheapest = min(
        part.terms(np.array(at)).weighed(part.weights) for at in product(range(3), repeat=len(part.size))
    )
    made = allocate(some, RULES, 1)
    solved = next(each for each in made.parts if each.kind == "ordinary")

    assert solved.found == pytest.approx(cheapest, abs=1e-6)
    assert solved.exact


@pytest.mark.parametrize("seed", range(4))
def test_the_priced_bound_lies_below_the_best_and_near_it(seed):
    """Of a part that the programme solves, the bound by prices is no higher than the optimum."""
    part = next(
        each for each in parts_of(by_chance(seed, size=40, hands=4), RULES) if each.kind == "ordinary"
    )
    best, _ = Programme.of(part).solved(20.0)
    optimum = part.terms(best).weighed(part.weights)
    at, _ = searched(part, first(part), np.random.default_rng(0), 5.0)

    bound, _ = priced_bound(part, part.terms(at).weighed(part.weights), 5.0)

    assert bound <= optimum + 1e-6
    assert bound > 0.3 * optimum


def test_the_same_seed_gives_the_same_portfolios():
    book = by_chance(3, size=80, hands=6)

    one, other = allocate(book, RULES, 7), allocate(book, RULES, 7)

    pd.testing.assert_series_equal(one.assigned, other.assigned)


def test_who_has_none_of_what_is_asked_loses_nothing():
    """A book that is balanced already stays as it is: two managers, two equal clients each."""
    book = Book(
        clients(*((f"K{n}", f"M{n % 2}", "general", "", "", 100.0) for n in range(4))),
        managers(("M0", "B", ""), ("M1", "B", "")),
    )

    made = allocate(book, RULES, 0)

    assert made.assigned.to_dict() == dict(
        zip(book.clients["client_id"], book.clients["manager_id"], strict=True)
    )
    assert made.found == 0
    assert made.parts[0].terms.moves == 0
