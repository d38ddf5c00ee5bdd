"""Proposed portfolios keep every hard rule, cost as little as any, and are as good as they say."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from allocation.books import RULES, Book, by_chance, clients, managers
from policymodel.allocation import allocate, violations
from policymodel.allocation.bound import Priced, priced
from policymodel.allocation.packing import packed
from policymodel.allocation.parts import parts_of
from policymodel.allocation.programme import Programme
from policymodel.allocation.rounding import rounded
from policymodel.allocation.rules import Limits
from policymodel.allocation.search import first, searched


@pytest.mark.parametrize("seed", range(6))
def test_every_hard_rule_is_kept(seed):
    """S6.8: groups whole, premium apart with designated managers, separate books apart."""
    book = by_chance(seed, size=45, hands=4)

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
def test_a_bound_lies_below_the_best_and_near_it(seed):
    """Of a part that the programme solves, no bound is higher than the optimum: at no prices, at good ones, relaxed."""
    part = next(
        each for each in parts_of(by_chance(seed, size=40, hands=4), RULES) if each.kind == "ordinary"
    )
    best = Programme.of(part).solved(20.0).shares.argmax(axis=1)
    optimum = part.terms(best).weighed(part.weights)

    _, prices, relaxed = Programme.of(part).relaxed(20.0)
    bounds = [
        relaxed,
        Priced.at(part, prices).bound,
        priced(part, optimum, 5.0).bound,
        Priced.at(part, np.random.default_rng(seed).normal(0, 1, len(prices))).bound,
    ]

    assert max(bounds) <= optimum + 1e-6
    assert min(bounds[:3]) > 0.3 * optimum
    assert bounds[1] == pytest.approx(relaxed, abs=0.05 * optimum)


def test_a_bound_sees_that_clients_are_whole():
    """Three clients of equal potential at one of two managers: 2 and 1 is 1/3 from even in each aim, and one moves."""
    book = Book(
        clients(*((f"K{n}", "M0", "general", "", "", 100.0) for n in range(3))),
        managers(("M0", "B", ""), ("M1", "B", "")),
    )
    part = next(parts_of(book, RULES))
    weights = part.weights

    _, _, relaxed = Programme.of(part).relaxed(20.0)

    # span alone is bounded so: 1/3 on the mean, whatever is shared; potential may be shared evenly, moves 1.5 clients
    assert relaxed >= weights.span / 3
    assert relaxed <= (weights.span + weights.potential + weights.moves) / 3 + 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_a_part_that_is_rounded_is_near_its_bound(seed):
    """Shares made whole, then searched: within a twentieth, where what is there today is more than that away."""
    part = next(
        each for each in parts_of(by_chance(seed, size=600, hands=8), RULES) if each.kind == "ordinary"
    )
    today = part.terms(first(part)).weighed(part.weights)

    made = rounded(part, today, 20.0)
    at, _ = searched(part, made.at, np.random.default_rng(0), 5.0)

    found = part.terms(at).weighed(part.weights)
    assert made.bound <= found + 1e-9
    assert found <= 1.05 * made.bound < today


def test_limits_hold_whatever_portfolios_are_today():
    """One of three managers has all ten clients, a group of four among them; nobody may have more than four."""
    groups = ["G", "G", "G", "G", "", "", "", "", "", ""]
    book = Book(
        clients(*((f"K{n}", "M0", "general", group, "", 100.0) for n, group in enumerate(groups))),
        managers(("M0", "B", ""), ("M1", "B", ""), ("M2", "B", "")),
    )
    rules = RULES.model_copy(update={"limits": {"ordinary": Limits(least=3, most=4)}})
    part = next(parts_of(book, rules))

    at = packed(part)

    assert part.keeps_limits(at)
    assert sorted(np.bincount(at, part.size)) == [3, 3, 4]
    assert part.terms(at).moves == pytest.approx(0.6)
    assert violations(book, rules, allocate(book, rules, 0).assigned) == ()
    tight = book.clients.assign(client_group=["G", "G", "G", "H", "H", "H", "I", "I", "I", ""])
    odd = rules.model_copy(update={"limits": {"ordinary": Limits(least=0, most=3)}})
    assert packed(next(parts_of(Book(tight, book.managers), odd))) is None


def test_the_same_seed_gives_the_same_portfolios():
    book = by_chance(3, size=45, hands=4)

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
