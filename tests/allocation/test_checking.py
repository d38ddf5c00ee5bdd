"""The checker of the hard rules finds each way to break one (S6.8)."""

from __future__ import annotations

import pandas as pd
import pytest

from allocation.books import RULES, Book, clients, managers
from policymodel.allocation import Violation, violations
from policymodel.allocation.rules import Limits

PEOPLE = managers(("A1", "A", ""), ("M1", "B", ""), ("M2", "B", ""), ("S1", "B", "separate_book"))
BOOK = Book(
    clients(
        ("K1", "A1", "premium", "", "", 1.0),
        ("K2", "M1", "general", "G1", "", 1.0),
        ("K3", "M1", "general", "G1", "", 1.0),
        ("K4", "M2", "general", "", "", 1.0),
        ("K5", "S1", "separate", "", "", 1.0),
        ("K6", "A1", "premium", "G2", "", 1.0),
        ("K7", "A1", "general", "G2", "", 1.0),
    ),
    PEOPLE,
)
TODAY = BOOK.clients.set_index("client_id")["manager_id"]


def told(rules=RULES, book=BOOK, **changed: str) -> list[str]:
    assigned = pd.Series({**TODAY.to_dict(), **changed})
    return [each.rule for each in violations(book, rules, assigned)]


def test_a_right_allocation_breaks_none():
    assert told() == []


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"K1": "M1"}, "premium clients are with designated managers"),
        ({"K3": "M2"}, "a group is in one portfolio"),
        ({"K7": "M2"}, "a group is in one portfolio"),
        ({"K5": "M1"}, "separate-book clients are with dedicated managers, who hold no others"),
        ({"K4": "S1"}, "separate-book clients are with dedicated managers, who hold no others"),
        ({"K4": "A1"}, "kinds of portfolio are not mixed"),
        ({"K4": ""}, "every client has one manager"),
        ({"K4": "X9"}, "managers are those of the book"),
        ({"K99": "M1"}, "clients are those of the book"),
    ],
)
def test_each_way_to_break_a_rule_is_named(changed, rule):
    assert rule in told(**changed)


def test_a_client_who_is_listed_twice_is_named():
    twice = pd.concat([TODAY, pd.Series({"K4": "M1"})])

    found = violations(BOOK, RULES, twice)

    assert Violation("every client has one manager", "K4, several times") in found


def test_limits_and_pins_are_held():
    """Two clients at most where M1 has two and then three; K4 is pinned to M1."""
    rules = RULES.model_copy(update={"limits": {"ordinary": Limits(least=0, most=2)}})

    assert told(rules) == []
    assert told(rules, K4="M1") == ["nobody holds more or fewer than the limits"]
    least = RULES.model_copy(update={"limits": {"ordinary": Limits(least=1)}})
    assert told(least) == []
    assert told(least, K4="M1") == ["nobody holds more or fewer than the limits"]
    assert told(RULES.model_copy(update={"pinned": {"K4": "M1"}})) == ["pinned clients stay"]


def test_a_client_stays_inside_its_region():
    people = PEOPLE.assign(region=["north", "north", "south", "north"])
    book = Book(BOOK.clients, people)

    assert "clients stay inside their region" in told(book=book)
