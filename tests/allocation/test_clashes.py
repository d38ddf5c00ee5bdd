"""What cannot be is named, one clash by one, with ids and what would resolve it (S6.8)."""

from __future__ import annotations

from allocation.books import RULES, Book, clients, managers
from policymodel.allocation import clashes
from policymodel.allocation.rules import Limits

PEOPLE = managers(("A1", "A", ""), ("M1", "B", ""), ("M2", "B", ""))


def told(*rows, rules=RULES, people=PEOPLE) -> list[str]:
    return [str(each) for each in clashes(Book(clients(*rows, rules=rules), people), rules)]


def test_a_book_that_can_be_allocated_has_none():
    assert told(("K1", "M1", "premium", "", "", 1.0), ("K2", "M1", "general", "", "", 1.0)) == []


def test_a_group_of_separate_book_and_other_clients():
    found = told(
        ("K1", "M1", "separate", "G1", "", 1.0),
        ("K2", "M1", "general", "G1", "", 1.0),
        people=managers(("A1", "A", ""), ("M1", "B", ""), ("S1", "B", "separate_book")),
    )

    assert found == [
        "group G1: has separate-book clients (K1) and others, who may not share a portfolio; "
        "keep all of it under separate-book management, or none"
    ]


def test_nobody_who_may_hold_them():
    found = told(
        ("K1", "M1", "premium", "", "", 1.0),
        ("K2", "M1", "separate", "", "", 1.0),
        people=managers(("M1", "B", "")),
    )

    assert found == [
        "region north: 1 premium clients and no designated manager; designate a manager there",
        "region north: 1 separate-book clients and no separate-book manager; "
        "put a manager there under the plan separate_book",
    ]


def test_limits_that_cannot_hold():
    rules = RULES.model_copy(update={"limits": {"ordinary": Limits(most=2)}})
    rows = [(f"K{n}", "M1", "general", "", "", 1.0) for n in range(5)]

    assert told(*rows, rules=rules) == [
        "north, ordinary portfolios: 5 clients for 2 posts of 2 at most, 4 in all: 1 too many; "
        "allow 3 a post, or have 1 more"
    ]


def test_groups_that_cannot_be_packed_are_found_by_the_programme():
    """Three groups of two for two managers of three at most: six places, and no way to fill them."""
    rules = RULES.model_copy(update={"limits": {"ordinary": Limits(most=3)}})
    rows = [(f"K{n}", "M1", "general", f"G{n // 2}", "", 1.0) for n in range(6)]

    found = told(*rows, rules=rules)

    assert found == [
        "north, ordinary portfolios: groups cannot be packed so that nobody is beyond the limits; "
        "widen the limits by the size of a group"
    ]


def test_pins_against_the_rules():
    rules = RULES.model_copy(update={"pinned": {"K1": "M1", "K2": "M1", "K3": "M2", "X": "M1"}})

    found = told(
        ("K1", "M1", "premium", "", "", 1.0),
        ("K2", "M1", "general", "G1", "", 1.0),
        ("K3", "M1", "general", "G1", "", 1.0),
        rules=rules,
    )

    assert found == [
        "pinned K1: is a premium client, and M1 is no designated manager; "
        "pin it to one of those, or leave the pin out",
        "pinned X: client X is not in the book; leave it out, or correct the id",
        "group G1: is pinned to several managers: K2 to M1, K3 to M2; pin it to one of them",
    ]
