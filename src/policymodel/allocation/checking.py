"""The hard rules of an allocation, held against a finished one: it reads the book and the result, and no model.

Written apart from what proposes: a fault there would otherwise be found right here too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from policymodel.allocation.book import SEPARATE_PLAN, Book
from policymodel.allocation.rules import Rules

SHOWN = 5


@dataclass(frozen=True)
class Violation:
    """One hard rule that an allocation breaks: which, and what, with ids."""

    rule: str
    what: str


def violations(book: Book, rules: Rules, assigned: pd.Series) -> tuple[Violation, ...]:
    """Every hard rule of S6.8 that an allocation (client_id -> manager_id) breaks."""
    return tuple(_broken(book, rules, assigned))


def _broken(book: Book, rules: Rules, assigned: pd.Series) -> Iterator[Violation]:
    to = dict(assigned.items())
    people = {row.manager_id: row for row in book.managers.itertuples()}
    premium = rules.premium
    outside, strangers, unassigned = [], [], []
    groups: dict[str, set[str]] = {}
    holds: dict[str, set[str]] = {}
    count: dict[str, int] = {}
    wrong_premium, wrong_separate, moved_pins = [], [], []
    known = set(book.clients["client_id"])
    unknown = [f"{client} with {manager}" for client, manager in to.items() if client not in known]
    twice = [str(client) for client, times in Counter(assigned.index).items() if times > 1]
    best = {
        row.client_group
        for row in book.clients.itertuples()
        if row.client_group and row.client_class in premium
    }
    for client in book.clients.itertuples():
        manager = to.get(client.client_id)
        if manager is None or manager == "":
            unassigned.append(client.client_id)
            continue
        if manager not in people:
            strangers.append(f"{client.client_id} with {manager}")
            continue
        person = people[manager]
        at, asked = (
            (person.region, client.region)
            if rules.within == "region"
            else (person.outlet_id, client.outlet_id)
        )
        if at != asked:
            outside.append(f"{client.client_id} ({asked}) with {manager} ({at})")
        if client.client_group:
            groups.setdefault(client.client_group, set()).add(manager)
        if client.separate_book:
            kind = "separate-book"
        elif client.client_class in premium or client.client_group in best:
            kind = "premium"
        else:
            kind = "other"
        holds.setdefault(manager, set()).add(kind)
        count[manager] = count.get(manager, 0) + 1
        if kind == "premium" and not person.designated:
            wrong_premium.append(f"{client.client_id} with {manager}")
        if (kind == "separate-book") != (person.plan == SEPARATE_PLAN):
            wrong_separate.append(f"{client.client_id} with {manager}")
        if rules.pinned.get(client.client_id, manager) != manager:
            moved_pins.append(client.client_id)
    told = {
        "every client has one manager": [*unassigned, *(f"{client}, several times" for client in twice)],
        "clients are those of the book": unknown,
        "managers are those of the book": strangers,
        f"clients stay inside their {rules.within}": outside,
        "a group is in one portfolio": [
            f"{group} with {', '.join(sorted(hands))}" for group, hands in groups.items() if len(hands) > 1
        ],
        "premium clients are with designated managers": wrong_premium,
        "separate-book clients are with dedicated managers, who hold no others": wrong_separate,
        "kinds of portfolio are not mixed": [
            f"{manager}: {', '.join(sorted(kinds))}" for manager, kinds in holds.items() if len(kinds) > 1
        ],
        "pinned clients stay": moved_pins,
        "nobody holds more or fewer than the limits": list(_beyond(book, rules, people, holds, count)),
    }
    for rule, found in told.items():
        if found:
            more = f" and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
            yield Violation(rule, "; ".join(found[:SHOWN]) + more)


def _beyond(
    book: Book, rules: Rules, people: dict[str, Any], holds: dict[str, set[str]], count: dict[str, int]
) -> Iterator[str]:
    names = {"premium": "premium", "separate-book": "separate_book", "other": "ordinary"}
    place = "region" if rules.within == "region" else "outlet_id"
    wanted = set(zip(book.clients[place], book.clients["portfolio"], strict=True))
    for manager, person in people.items():
        if manager in holds:
            kind = names[min(holds[manager])]
        elif person.plan == SEPARATE_PLAN:
            kind = "separate_book"
        else:
            kind = "premium" if person.designated else "ordinary"
        if manager not in holds and (getattr(person, place), kind) not in wanted:
            continue
        limits, held = rules.limits_of(kind), count.get(manager, 0)
        post = float(person.fte)
        if limits.most is not None and held > limits.most * post + 1e-9:
            yield f"{manager} has {held}, {limits.most * post:g} at most"
        if held < limits.least * post - 1e-9:
            yield f"{manager} has {held}, {limits.least * post:g} at least"
