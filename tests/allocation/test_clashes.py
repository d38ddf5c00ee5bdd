"""What cannot be is named, one clash by one, with ids and what would resolve it (S6.8)."""

from __future__ import annotations

from typing import get_args

import pandas as pd
import pytest

from allocation.books import RULES, Book, clients, managers
from policymodel.allocation import clashes, clashes_between
from policymodel.allocation.clashes import What
from policymodel.allocation.rules import Limits
from policymodel.words.catalogues import LANGUAGES
from policymodel.words.clashes import SENTENCES, clash_words

PEOPLE = managers(("A1", "A", ""), ("M1", "B", ""), ("M2", "B", ""))


def told(*rows, rules=RULES, people=PEOPLE) -> list[str]:
    return said(clashes(Book(clients(*rows, rules=rules), people), rules))


def said(found) -> list[str]:
    for each in found:
        sentences = {clash_words(each).render(language) for language in LANGUAGES}
        assert len(sentences) == len(LANGUAGES), sentences
    return [clash_words(each).render("en") for each in found]


def test_a_book_that_can_be_allocated_has_none():
    assert told(("K1", "M1", "premium", "", "", 1.0), ("K2", "M1", "general", "", "", 1.0)) == []


def test_a_group_of_separate_book_and_other_clients():
    found = told(
        ("K1", "M1", "separate", "G1", "", 1.0),
        ("K2", "M1", "general", "G1", "", 1.0),
        people=managers(("A1", "A", ""), ("M1", "B", ""), ("S1", "B", "separate_book")),
    )

    assert found == [
        "Group G1 has separate-book clients (K1) and others, who may not share a portfolio: keep all of it under "
        "separate-book management, or none."
    ]


def test_a_group_in_two_regions_is_seen_from_all_books_together():
    """Each region's own book holds half of it, and sees nothing."""
    north = clients(("K1", "M1", "general", "G1", "", 1.0), ("K2", "M1", "general", "G2", "", 1.0))
    south = clients(("K3", "M3", "general", "G1", "", 1.0)).assign(region="south")
    books = [
        Book(north, PEOPLE),
        Book(south, managers(("M3", "B", "")).assign(region="south")),
    ]

    assert [clashes(book, RULES) for book in books] == [(), ()]
    assert said(clashes_between(books, RULES)) == [
        "Group G1 has clients in the regions north and south, and clients stay inside their region: hand the whole "
        "group to one of them."
    ]


def test_a_group_in_two_outlets_where_clients_stay_inside_theirs():
    rules = RULES.model_copy(update={"within": "outlet"})
    people = managers(("M1", "B", ""), ("M2", "B", "")).assign(outlet_id=["O1", "O2"])
    book = clients(
        ("K1", "M1", "general", "G1", "", 1.0),
        ("K2", "M2", "general", "G1", "", 1.0),
        ("K3", "M2", "premium", "", "", 1.0),
    ).assign(outlet_id=["O1", "O2", "O2"])

    assert said(clashes(Book(book, people), rules)) == [
        "Group G1 has clients in the outlets O1 and O2, and clients stay inside their outlet: hand the whole group to "
        "one of them.",
        "Outlet O2: There is 1 premium client and no designated manager: designate one.",
    ]


def test_nobody_who_may_hold_them():
    found = told(
        ("K1", "M1", "premium", "", "", 1.0),
        ("K2", "M1", "separate", "", "", 1.0),
        ("K3", "M1", "separate", "", "", 1.0),
        people=managers(("M1", "B", "")),
    )

    assert found == [
        "There is 1 premium client and no designated manager: designate one.",
        "There are 2 separate-book clients and no separate-book manager: put one under the plan separate_book.",
    ]
    assert told(("K1", "A1", "general", "", "", 1.0), people=managers(("A1", "A", ""))) == [
        "There is 1 client for mixed portfolios, and every manager is designated or keeps separate books: leave one "
        "of them to these clients."
    ]


def test_limits_that_cannot_hold():
    """Five clients for two posts of two: room for four; three a post would hold six, and so would a third post.

    Of four clients at least they would need eight; two a post are four.
    """
    rows = [(f"K{n}", "M1", "general", "", "", 1.0) for n in range(5)]

    assert told(*rows, rules=limited(most=2)) == [
        "Mixed portfolios: 5 clients for 2 posts of 2 at most, which makes 4: allow 3 a post, or raise the "
        "number of posts by 1."
    ]
    assert told(*rows, rules=limited(least=4)) == [
        "Mixed portfolios: 5 clients for 2 posts of 4 at least, which makes 8: ask for 2 a post, or have fewer posts."
    ]


def limited(**limits):
    return RULES.model_copy(update={"limits": {"ordinary": Limits(**limits)}})


def test_a_group_beyond_the_limit():
    """Three and four clients, and two at most; of a group in another kind nothing is asked."""
    rows = [(f"K{n}", "M1", "general", "G1", "", 1.0) for n in range(3)]
    more = [(f"L{n}", "M1", "general", "G2", "", 1.0) for n in range(4)]
    premium = [(f"P{n}", "A1", "premium", "G3", "", 1.0) for n in range(5)]
    posts = managers(("A1", "A", ""), *((f"M{n}", "B", "") for n in range(4)))

    assert told(*rows, *premium, rules=limited(most=2)) == [
        "Mixed portfolios: group G1 has 3 clients, and nobody may hold more than 2: raise the limit, for groups are "
        "never split."
    ]
    assert told(*rows, *more, *premium, rules=limited(most=2), people=posts) == [
        "Mixed portfolios: groups G1 and G2 have up to 4 clients, and nobody may hold more than 2: raise the limit, "
        "for groups are never split."
    ]


def test_groups_that_cannot_be_packed_are_found_by_the_programme():
    """Three groups of two for two managers of three at most: six places, and no way to fill them."""
    rows = [(f"K{n}", "M1", "general", f"G{n // 2}", "", 1.0) for n in range(6)]

    assert told(*rows, rules=limited(most=3)) == [
        "Mixed portfolios: groups cannot be packed so that nobody is beyond the limits: widen the limits by the size "
        "of a group."
    ]


def test_pins_against_the_rules():
    rules = RULES.model_copy(update={"pinned": {"K1": "M1", "K2": "M1", "K3": "M2", "K4": "X", "X": "M1"}})
    rows = [
        ("K1", "M1", "premium", "", "", 1.0),
        ("K2", "M1", "general", "G1", "", 1.0),
        ("K3", "M1", "general", "G1", "", 1.0),
        ("K4", "M1", "general", "", "", 1.0),
    ]

    assert told(*rows, rules=rules) == [
        "Client K1 is premium and is pinned to M1, who is not designated: pin it to a designated manager, or leave the "
        "pin out.",
        "Client K4 is pinned to X, who is not in a post here: leave the pin out, or correct the id.",
        "Group G1 is pinned to several managers (K2 to M1 and K3 to M2): pin it to one of them.",
    ]
    assert said(clashes_between([Book(clients(*rows), PEOPLE)], rules)) == [
        "Client X is pinned and is not in the book: leave the pin out, or correct the id."
    ]


@pytest.mark.parametrize(
    ("kind", "manager", "sentence"),
    [
        (
            "general",
            "A1",
            "Client K1 is not premium and is pinned to A1, who holds other clients alone: pin it to a manager of mixed "
            "portfolios, or leave the pin out.",
        ),
        (
            "separate",
            "M1",
            "Client K1 is under separate-book management and is pinned to M1, who is not: pin it to a separate-book "
            "manager, or leave the pin out.",
        ),
    ],
)
def test_pins_to_managers_of_other_kinds(kind, manager, sentence):
    people = managers(("A1", "A", ""), ("M1", "B", ""), ("S1", "B", "separate_book"))
    rules = RULES.model_copy(update={"pinned": {"K1": manager}})

    assert told(("K1", "S1", kind, "", "", 1.0), rules=rules, people=people) == [sentence]


def test_pins_into_another_place_and_beyond_a_limit():
    rules = limited(most=1).model_copy(update={"pinned": {"K1": "M1", "K2": "M1"}})
    rows = [("K1", "M1", "general", "", "", 1.0), ("K2", "M2", "general", "", "", 1.0)]
    south = pd.Series(["north", "south", "north"])

    assert told(*rows, rules=rules) == [
        "Mixed portfolios: 2 clients are pinned to M1, who may hold 1: leave pins out, or raise the limit."
    ]
    assert told(*rows[:1], rules=rules, people=PEOPLE.assign(region=south)) == [
        "Client K1 of the region north is pinned to M1 of south, and clients stay inside their region: leave the pin "
        "out, or correct the id."
    ]


def test_potential_below_zero_has_no_equal_parts():
    """100 and 200 cost more than the 50 of the third brings: -250 in all. With one manager nothing is shared out."""
    rows = [(f"K{n}", "M1", "general", "", "", worth) for n, worth in enumerate((-100.0, -200.0, 50.0))]

    assert told(*rows) == [
        "Mixed portfolios: what their clients could bring adds up to \N{MINUS SIGN}250, of which no equal parts can be "
        "made: correct the income, or take potential from the table of clients."
    ]
    assert told(*rows, people=managers(("M1", "B", ""))) == []


def test_every_clash_has_a_sentence():
    assert {*SENTENCES} == {*get_args(What)}
