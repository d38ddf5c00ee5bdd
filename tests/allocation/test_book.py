"""The book of clients on a day: who is in it, whom nobody holds, and what is not known of them (S6.8)."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from allocation.books import RULES
from policymodel.allocation import Book, book_of, home_regions
from policymodel.errors import DataGap
from policymodel.history.facts import History
from small_bank import bank, fx, income, managers

DAY = date(2025, 12, 31)
REGIONS = {"o1": "north", "o2": "north", "o3": "south"}
PEOPLE = managers(
    ("A", "o1", "2024-01-01", None, "A"),
    ("B", "o2", "2024-01-01", None),
    ("C", "o3", "2024-01-01", None),
    ("L", "o2", "2024-01-01", "2025-06-30"),
    regions=REGIONS,
).assign(plan="")
ALLOCATED = RULES.model_copy(update={"without_holder": "allocate"})


def clients(*ids: str, **more: object) -> pd.DataFrame:
    """Clients of whom nothing is known but what is said."""
    words = ("industry", "chain", "client_group", "condition", "rating", "size", "credit_record", "dealings")
    return pd.DataFrame(
        {"client_id": ids, **dict.fromkeys(words, "x"), "chain": "", "client_group": "", "potential": 1.0}
        | more
    ).assign(separate_book=False)


def assigned(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    """(client, manager, from, to or None)."""
    frame = pd.DataFrame(rows, columns=["client_id", "manager_id", "valid_from", "valid_to"])
    for name in ("valid_from", "valid_to"):
        frame[name] = pd.to_datetime(frame[name])
    return frame.assign(client_class="", class_before="", source_file="assignments.csv", source_row=2)


def history(**tables: pd.DataFrame) -> History:
    """Four clients: held, left by the bank's client in March, of one who left the post in June, and never held."""
    given = {
        "managers": PEOPLE,
        "clients": clients("held", "gone", "orphan", "new"),
        "assignments": assigned(
            ("held", "B", "2024-01-01", None),
            ("gone", "A", "2024-01-01", "2025-03-31"),
            ("orphan", "L", "2024-01-01", None),
        ),
        "client_income": income(("held", "B", "2025-01", "fee", 5.0), ("new", "B", "2025-12", "fee", 7.0)),
    }
    return bank(**{**given, **tables})


def ids(frame: pd.DataFrame) -> list[str]:
    return frame["client_id"].tolist()


def test_clients_whom_nobody_holds_are_left_out_and_listed():
    """One left in March, one is with somebody who left, one was never assigned and has income with B."""
    book = book_of(history(), RULES, DAY)

    assert ids(book.clients) == ["held"]
    assert book.without_holder.to_numpy().tolist() == [
        ["gone", "A", "north", "o1"],
        ["orphan", "L", "north", "o2"],
        ["new", "B", "north", "o2"],
    ]
    assert ids(book.left_out) == ["gone", "orphan", "new"]


def test_where_the_rules_say_so_they_are_allocated_where_they_were_last():
    book = book_of(history(), ALLOCATED, DAY)

    told = book.clients.set_index("client_id")[["manager_id", "region", "outlet_id", "potential"]]
    assert told.T.to_dict("list") == {
        "held": ["B", "north", "o2", 5.0],
        "gone": ["", "north", "o1", 0.0],
        "orphan": ["", "north", "o2", 0.0],
        "new": ["", "north", "o2", 7.0],
    }
    assert len(book.without_holder) == 3
    assert ids(book.left_out) == []


def went_south(**more: pd.DataFrame) -> History:
    """`held` is with B of the north; `moved` was with A of the north until March and is with C of the south."""
    return history(
        clients=clients("moved", "held"),
        assignments=assigned(
            ("moved", "A", "2024-01-01", "2025-03-31"),
            ("moved", "C", "2025-04-01", None),
            ("held", "B", "2024-01-01", None),
        ),
        **more,
    )


def test_who_went_to_another_region_is_not_taken_for_nobodys():
    """Held by A of the north until March and then by C of the south: the north's own rows do not show that."""
    facts = went_south()
    north = facts.region("north")
    homes = home_regions(facts, DAY)

    assert homes == {"moved": "south", "held": "north"}
    assert ids(book_of(north, RULES, DAY).without_holder) == ["moved"]
    book = book_of(north, RULES, DAY, [each for each in homes if homes[each] != "north"])
    assert (ids(book.clients), ids(book.without_holder), book.elsewhere) == (["held"], [], ("moved",))


def refused(facts: History, rules=RULES) -> str:
    with pytest.raises(DataGap) as told:
        book_of(facts, rules, DAY)
    return str(told.value.problems[0])


def test_income_without_an_exchange_rate_is_refused_and_not_nothing():
    """7 dollars of March have a rate, and those of April none; euros of a client whom nobody holds do not matter."""
    rows = [("held", "B", "2025-03", "fee", 7.0, "USD"), ("held", "B", "2025-04", "fee", 7.0, "USD")]
    rates = {"fx": fx(("USD", "2025-03", 7.2, 7.2))}
    lost = ("gone", "A", "2025-03", "fee", 7.0, "EUR")

    assert refused(history(client_income=income(*rows, lost), **rates)) == (
        "potential: the potential of 1 clients is not known (income of USD in 2025-04 has no amount or no exchange "
        "rate): held; add the rate to the table fx"
    )
    book: Book = book_of(history(client_income=income(rows[0], lost), **rates), RULES, DAY)
    assert book.clients["potential"].tolist() == [pytest.approx(50.4)]


def test_no_income_at_all_is_refused():
    """The last income is of November 2024; the year ends in December 2025."""
    facts = history(client_income=income(("held", "B", "2024-11", "fee", 5.0)))

    assert refused(facts) == (
        "potential: potential is last year's income, and no client has any in 2025; write potential: clients in the "
        "rules"
    )


def test_a_blank_potential_in_the_table_of_clients_is_refused():
    rules = RULES.model_copy(update={"potential": "clients"})
    blank = clients("held", "gone", potential=[None, None]).astype({"potential": float})

    assert refused(history(clients=blank), rules) == (
        "potential: the potential of 1 clients is not known (the column is blank): held; fill it, or write potential: "
        "income"
    )
