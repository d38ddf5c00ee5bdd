"""Portfolios on a page: who moves and why, what may be shown of them, and clients whose figures follow them (S6.8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from policymodel.allocation import Allocation, Book, Clash, Rules, Solved, Violation
from policymodel.allocation.parts import Terms
from policymodel.allocation.rules import ClientClass, Designated, Limits
from policymodel.errors import PolicymodelError, RunFileError
from policymodel.history.facts import History
from policymodel.panel import build_panel
from policymodel.periods import Period
from policymodel.report import portfolio_figures as figures
from policymodel.report import portfolios
from policymodel.report.client_moves import moved_clients
from policymodel.report.portfolios import (
    allocated,
    read_found,
    refuse_violations,
    with_holders,
    write_found,
)
from policymodel.words.claims.portfolios import solution
from policymodel.words.portfolios import illustrative
from small_bank import bank, income, managers

RULES = SimpleNamespace(
    premium=frozenset({"premium"}), classes=(SimpleNamespace(id="premium"), SimpleNamespace(id="small"))
)


def book(clients: list[tuple], people: list[tuple]) -> Book:
    """Clients (id, manager, class, group, chain, potential, separate book) and managers (id, fte, designated)."""
    names = ["client_id", "manager_id", "client_class", "client_group", "chain", "potential", "separate_book"]
    return Book(
        clients=pd.DataFrame(clients, columns=names).assign(
            portfolio=lambda frame: np.select(
                [frame["separate_book"], frame["client_class"] == "premium"],
                ["separate_book", "premium"],
                "ordinary",
            )
        ),
        managers=pd.DataFrame(people, columns=["manager_id", "fte", "designated"]),
    )


def test_every_move_has_the_first_reason_that_applies():
    """A and B are designated, S holds separate books; C and D are the others (S6.8)."""
    mine = book(
        [
            ("c1", "C", "premium", "", "", 1.0, False),  # premium, comes to a designated manager
            ("c2", "A", "small", "", "", 1.0, False),  # ordinary, leaves one with premium clients
            ("c3", "C", "small", "g", "", 1.0, False),  # its group is in two hands today
            ("c4", "D", "small", "g", "", 1.0, False),  # the other of the group stays
            ("c5", "C", "small", "", "x", 1.0, False),  # follows c6 of its chain
            ("c6", "D", "small", "", "x", 1.0, False),
            ("c7", "C", "small", "", "", 1.0, False),  # none of these
            ("c8", "C", "small", "", "", 1.0, True),  # under separate books
            ("c9", "D", "small", "", "", 1.0, False),  # stays
        ],
        [("A", 1.0, True), ("C", 1.0, False), ("D", 1.0, False), ("S", 1.0, False)],
    )
    assigned = pd.Series(
        {"c1": "A", "c2": "C", "c3": "D", "c4": "D", "c5": "D", "c6": "D", "c7": "D", "c8": "S", "c9": "D"}
    )

    moves = moved_clients(mine, assigned)

    assert moves.to_dict("split")["data"] == [
        ["c1", "C", "A", "premium"],
        ["c2", "A", "C", "premium"],
        ["c3", "C", "D", "group"],
        ["c5", "C", "D", "chain"],
        ["c7", "C", "D", "balance"],
        ["c8", "C", "S", "separate_book"],
    ]


@pytest.fixture
def even(monkeypatch) -> dict[str, pd.DataFrame]:
    """Twenty managers: the first ten have one client each and the others three; then all have two."""
    monkeypatch.setattr(figures, "violations", lambda book, rules, held: ())
    people = [(f"m{each:02}", 1.0, False) for each in range(20)]
    counts = [1] * 10 + [3] * 10
    today = [name for (name, *_), count in zip(people, counts, strict=True) for _ in range(count)]
    clients = [(f"c{at:02}", holder, "small", "", "", 5.0, False) for at, holder in enumerate(today)]
    proposed = pd.Series({f"c{at:02}": f"m{at // 2:02}" for at in range(40)})
    found = SimpleNamespace(book=book(clients, people), assigned=proposed)
    return figures.portfolio_figures(found, RULES, 10)


def test_portfolios_are_shown_in_parts_of_ten(even):
    """Against a mean of 2: two tens at half and at one and a half, then twenty equal ones, which stay together."""
    spans = even["spread"].query("measure == 'clients'")

    assert spans[["when", "part", "portfolios", "value"]].to_numpy().tolist() == [
        ["today", 1, 10, 0.5],
        ["today", 2, 10, 1.5],
        ["proposed", 1, 20, 1.0],
    ]


def test_the_distance_from_the_mean_is_its_mean(even):
    """Everybody is half a mean away from it in clients, and in potential: 5 and 15 against 10; then nobody is."""
    everybody = even["kinds"].set_index("kind").loc["all"]

    assert everybody[
        ["clients_today", "clients_proposed", "potential_today", "potential_proposed"]
    ].tolist() == [
        *(0.5, 0.0),
        *(0.5, 0.0),
    ]


def test_a_half_post_is_held_against_half_a_portfolio(monkeypatch):
    """A whole post has two clients and a half post one: both are at the mean of 3 / 1.5 = 2 clients a post."""
    monkeypatch.setattr(figures, "violations", lambda book, rules, held: ())
    clients = [(f"c{at}", holder, "small", "", "", 1.0, False) for at, holder in enumerate("AAB")]
    held = pd.Series({client: holder for client, holder, *_ in clients})
    mine = book(clients, [("A", 1.0, False), ("B", 0.5, False)])

    made = figures.portfolio_figures(SimpleNamespace(book=mine, assigned=held), RULES, 2)

    assert made["kinds"].set_index("kind").at["all", "clients_today"] == 0.0


def test_classes_are_counted_in_the_order_of_the_rules(monkeypatch):
    """20 premium clients of 1 and 30 others of 2 each: a quarter of the potential, 20 / 80, and the rest (S6.7)."""
    monkeypatch.setattr(figures, "violations", lambda book, rules, held: ())
    clients = [(f"c{at:02}", "A", "small", "", "", 2.0, False) for at in range(30)]
    clients += [(f"d{at:02}", "A", "premium", "", "", 1.0, False) for at in range(20)]
    held = pd.Series({client: holder for client, holder, *_ in clients})
    mine = book(clients, [("A", 1.0, True)])

    classes = figures.portfolio_figures(SimpleNamespace(book=mine, assigned=held), RULES, 10)["classes"]

    assert classes[["client_class", "clients", "potential", "premium", "shown"]].to_numpy().tolist() == [
        ["premium", 20, 0.25, True, True],
        ["small", 30, 0.75, False, True],
    ]


def test_chains_are_as_near_as_their_largest_hands(monkeypatch):
    """Chain x: A has 2 of 3; chain y: B has 1 of 2, so 3 of 5; then A has all of x: 4 of 5. Group g comes together."""
    monkeypatch.setattr(figures, "violations", lambda book, rules, held: ())
    rows = [
        ("c1", "A", "g", "x"),
        ("c2", "A", "", "x"),
        ("c3", "B", "g", "x"),
        ("c4", "A", "", "y"),
        ("c5", "B", "", "y"),
    ]
    clients = [(client, holder, "small", group, chain, 1.0, False) for client, holder, group, chain in rows]
    mine = book(clients, [("A", 1.0, False), ("B", 1.0, False)])
    held = pd.Series({"c1": "A", "c2": "A", "c3": "A", "c4": "A", "c5": "B"})

    groups = figures.portfolio_figures(SimpleNamespace(book=mine, assigned=held), RULES, 10)["groups"]

    assert groups[["what", "when", "units", "whole", "nearest"]].to_numpy().tolist() == [
        ["group", "today", 1, 0, 0.5],
        ["group", "proposed", 1, 1, 1.0],
        ["chain", "today", 2, 0, 0.6],
        ["chain", "proposed", 2, 1, 0.8],
    ]


def test_nothing_shown_is_about_fewer_than_ten(monkeypatch):
    """Nine designated managers beside twenty others: neither kind is shown, for the rest would tell the nine."""
    monkeypatch.setattr(figures, "violations", lambda book, rules, held: ())
    people = [(f"m{at:02}", 1.0, at < 9) for at in range(29)]
    clients = [
        (f"c{at:03}", f"m{at % 29:02}", "premium" if at % 29 < 9 else "small", "", "", 1.0, False)
        for at in range(290)
    ]
    held = pd.Series({client: holder for client, holder, *_ in clients})
    made = figures.portfolio_figures(SimpleNamespace(book=book(clients, people), assigned=held), RULES, 10)

    assert made["kinds"][["kind", "portfolios", "shown"]].to_numpy().tolist() == [
        ["premium", 9, False],
        ["ordinary", 20, False],
        ["all", 29, True],
    ]
    assert made["spread"]["portfolios"].min() >= 10


def test_last_years_income_follows_the_client():
    """c1 brings 100 a month in 2024 and 150 in 2025; handed to B, income and base are B's (S6.3, S6.8)."""
    rows = [
        ("c1", "A", f"{year}-{month:02}", "interest", amount)
        for year, amount in ((2024, 100.0), (2025, 150.0))
        for month in range(1, 13)
    ]
    rows += [("c2", "B", "2024-01", "interest", 7.0)]
    people = managers(("A", "o", "2024-01-01", None), ("B", "o", "2024-01-01", None))
    facts = bank(managers=people, client_income=income(*rows))

    panel = build_panel(
        with_holders(facts, pd.Series({"c1": "B"})), Period.parse("2025"), Period.parse("2024")
    )

    base = panel.facts.bases.annual("interest")
    assert dict(zip(panel.managers, base, strict=True)) == {"A": 0.0, "B": 1207.0}
    assert facts.tables["client_income"]["manager_id"].tolist() == ["A"] * 24 + ["B"]


def test_an_allocation_that_breaks_a_rule_is_an_error_of_the_program(monkeypatch):
    monkeypatch.setattr(
        portfolios,
        "violations",
        lambda book, rules, held: (Violation("a group is in one portfolio", "g with A, B"),),
    )
    found = SimpleNamespace(book=None, assigned=None)

    with pytest.raises(
        PolicymodelError,
        match=r"error in the program: the allocation of north does not keep: a group is in one portfolio$",
    ):
        refuse_violations(found, RULES, "north")


def test_clashes_are_refused_one_by_one_in_the_readers_language(monkeypatch):
    """The region stands once, as the place of them all."""
    found = (
        Clash("nobody_may_hold", {"kind": "premium", "clients": 3}),
        Clash("groups_too_large", {"kind": "ordinary", "groups": ("G1",), "largest": 9, "limit": 5.0}),
    )
    monkeypatch.setattr(portfolios, "clashes", lambda book, rules: found)

    with pytest.raises(RunFileError) as refused:
        allocated(None, RULES, 1, "north", "zh-Hans")

    assert str(refused.value).splitlines() == [
        "the rules, in north: 2 problems",
        "  有 3 户优质客户，但没有指定经理：应指定一名。",
        "  混合组合：集团 G1 客户多达 9 户，而每名经理最多管理 5 户：集团不得拆分，应提高限额。",
    ]


def test_clients_whom_nobody_holds_are_counted_and_a_few_are_not_told(monkeypatch):
    """Twelve are told, nine are not; one who is allocated moves because nobody held it."""
    monkeypatch.setattr(figures, "violations", lambda book, rules, held: ())
    mine = book([("c1", "", "small", "", "", 1.0, False)], [("A", 1.0, False)])

    def told(count: int, *ids: str) -> list[list]:
        lost = pd.DataFrame({"client_id": [*ids, *(f"x{at}" for at in range(count - len(ids)))]})
        found = SimpleNamespace(book=replace(mine, without_holder=lost), assigned=pd.Series({"c1": "A"}))
        return figures.portfolio_figures(found, RULES, 10)["without_holder"].to_numpy().tolist()

    assert told(12) == [[12, False, True]]
    assert told(9) == [[9, False, False]]
    assert told(1, "c1") == [[1, True, False]]
    assert moved_clients(mine, pd.Series({"c1": "A"})).to_numpy().tolist() == [["c1", "", "A", "no_holder"]]


def test_every_number_of_the_rules_is_one_that_no_source_prints():
    """Four weights, of two limits three bounds (a least of 0 asks for nothing), and the share of the designated."""
    rules = Rules(
        id="r",
        title={"en": "R"},
        classes=[ClientClass(id="a", title={"en": "A"}, premium=True)],
        designated=Designated(most_premium=Decimal("0.2")),
        limits={"premium": Limits(most=12), "ordinary": Limits(least=8, most=20)},
    )

    assert [each.render("en") for each in illustrative(rules)] == [
        "Who hold most premium clients: 20%",
        "Premium portfolios: 12",
        "Mixed portfolios: 8",
        "Mixed portfolios: 20",
        "Equal numbers of clients: 1.00",
        "Equal potential: 1.00",
        "Industry chains together: 0.50",
        "Few clients moved: 0.50",
    ]


def test_a_page_says_that_time_ended_the_search(tmp_path):
    """As found, and as read again for the page: two kinds, one of them cut short."""
    rules = Rules(
        id="r",
        title={"en": "R"},
        classes=[ClientClass(id="a", title={"en": "A"}, premium=True)],
        designated=Designated(),
    )
    facts = bank(
        managers=managers(("A", "o", "2024-01-01", None)).assign(plan=""),
        client_income=income(("c1", "A", "2025-01", "fee", 1.0)),
    )
    terms = Terms(0.1, 0.2, 0.0, 0.3)
    parts = [
        Solved(kind, "R", 1, 2, 0.5, 0.4, terms, False, kind == "ordinary")
        for kind in ("premium", "ordinary")
    ]
    empty = Book(pd.DataFrame({"client_id": []}), pd.DataFrame())
    made = Allocation(empty, pd.Series(dtype=object), 0.5, 0.4, 0.2, 60.0, tuple(parts))

    write_found(made, tmp_path / "found.json")
    again = read_found(tmp_path / "found.json", with_clients(facts), rules, date(2025, 12, 31))

    assert again.parts == made.parts
    assert solution(again).render("en") == (
        "The best allocation under these rules and weights can be at most 20.0% better; the search took 60 seconds. "
        "Time ended the search before it was done: with more time, or on another machine, it may end elsewhere."
    )
    whole = solution(replace(again, parts=made.parts[:1])).render("en")
    assert whole.endswith("the search took 60 seconds.")


def with_clients(facts: History) -> History:
    """The history with one client in its table, whom nobody holds."""
    known = facts.tables["clients"].reindex(range(1)).assign(client_id="c1", separate_book=False)
    return replace(facts, tables={**facts.tables, "clients": known})


def test_income_of_a_client_whom_nobody_holds_stays_with_whoever_was_credited():
    facts = bank(
        managers=managers(("A", "o", "2024-01-01", None)),
        client_income=income(("c1", "A", "2025-01", "fee", 1.0)),
    )

    assert with_holders(facts, pd.Series({"c1": ""})).tables["client_income"]["manager_id"].tolist() == ["A"]


def test_a_few_moves_cannot_be_subtracted(monkeypatch):
    """30 move for balance and 4 into their group; with the total of 34 shown, both reasons are withheld."""
    monkeypatch.setattr(figures, "violations", lambda book, rules, held: ())
    people = [("A", 1.0, False), ("B", 1.0, False)]
    clients = [(f"c{at:02}", "A", "small", "", "", 1.0, False) for at in range(60)]
    clients += [(f"d{at}", "A", "small", f"g{at}", "", 1.0, False) for at in range(4)]
    clients += [(f"e{at}", "B", "small", f"g{at}", "", 1.0, False) for at in range(4)]
    held = pd.Series({client: holder for client, holder, *_ in clients})
    held[[f"c{at:02}" for at in range(30)] + [f"d{at}" for at in range(4)]] = "B"

    moves = figures.portfolio_figures(SimpleNamespace(book=book(clients, people), assigned=held), RULES, 10)[
        "moves"
    ]

    assert moves[["why", "clients", "shown"]].to_numpy().tolist() == [
        ["all", 34, True],
        ["balance", 30, False],
        ["group", 4, False],
    ]
