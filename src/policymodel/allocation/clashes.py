"""Why no allocation keeps every hard rule: each clash by itself, with ids and what would resolve it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from policymodel.allocation.book import SEPARATE_PLAN, Book
from policymodel.allocation.packing import packed
from policymodel.allocation.parts import Part, holders_of, parts_of
from policymodel.allocation.rules import KINDS, ORDINARY, PREMIUM, SEPARATE, Rules

SHOWN = 5
WORDS = {PREMIUM: "premium", ORDINARY: "ordinary", SEPARATE: "separate-book"}
HOLDERS = {
    PREMIUM: "designated manager",
    ORDINARY: "manager who is not designated",
    SEPARATE: "separate-book manager",
}


@dataclass(frozen=True)
class Clash:
    """One demand that cannot be met: where, what clashes, and what would resolve it."""

    place: str
    what: str
    right: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}; {self.right}"


def clashes(book: Book, rules: Rules) -> tuple[Clash, ...]:
    """Every clash; none where an allocation is possible."""
    found = [*_groups(book, rules), *_pins(book, rules), *_nobody(book, rules)]
    for part in parts_of(book, rules):
        found += _limits(part)
    return tuple(found)


def _groups(book: Book, rules: Rules) -> Iterator[Clash]:
    grouped = book.clients[book.clients["client_group"] != ""]
    column = "region" if rules.within == "region" else "outlet_id"
    for group, members in grouped.groupby("client_group", sort=True):
        apart = members["separate_book"].to_numpy(dtype=bool)
        if apart.any() and not apart.all():
            some = ", ".join(members.loc[apart, "client_id"][:SHOWN])
            what = f"has separate-book clients ({some}) and others, who may not share a portfolio"
            yield Clash(f"group {group}", what, "keep all of it under separate-book management, or none")
        places = sorted(map(str, members[column].unique()))
        if len(places) > 1:
            what = f"has clients in {', '.join(places[:SHOWN])}, and clients stay inside their {rules.within}"
            yield Clash(f"group {group}", what, "name one of them for the whole group")


def _pins(book: Book, rules: Rules) -> Iterator[Clash]:
    clients, managers = book.clients.set_index("client_id"), book.managers.set_index("manager_id")
    column = "region" if rules.within == "region" else "outlet_id"
    hands: dict[str, dict[str, str]] = {}
    for client, manager in rules.pinned.items():
        if client not in clients.index or manager not in managers.index:
            unknown = f"client {client}" if client not in clients.index else f"manager {manager}"
            yield Clash(
                f"pinned {client}", f"{unknown} is not in the book", "leave it out, or correct the id"
            )
            continue
        kind = str(clients.at[client, "portfolio"])
        if not holders_of(kind, book.managers)[book.managers["manager_id"] == manager].any():
            what = f"is a {WORDS[kind]} client, and {manager} is no {HOLDERS[kind]}"
            yield Clash(f"pinned {client}", what, "pin it to one of those, or leave the pin out")
        if clients.at[client, column] != managers.at[manager, column]:
            what = f"is in {clients.at[client, column]}, and {manager} in {managers.at[manager, column]}"
            yield Clash(f"pinned {client}", what, f"clients stay inside their {rules.within}")
        if group := clients.at[client, "client_group"]:
            hands.setdefault(group, {})[manager] = client
    for group, pinned in hands.items():
        if len(pinned) > 1:
            told = ", ".join(f"{client} to {manager}" for manager, client in pinned.items())
            yield Clash(f"group {group}", f"is pinned to several managers: {told}", "pin it to one of them")


def _nobody(book: Book, rules: Rules) -> Iterator[Clash]:
    column = "region" if rules.within == "region" else "outlet_id"
    for place, there in book.clients.groupby(column, sort=True):
        around = book.managers[book.managers[column] == place]
        for kind in KINDS:
            clients = there[there["portfolio"] == kind]
            if len(clients) and not holders_of(kind, around).any():
                what = f"{len(clients):,} {WORDS[kind]} clients and no {HOLDERS[kind]}"
                right = {
                    PREMIUM: "designate a manager there",
                    ORDINARY: "leave one manager there undesignated",
                    SEPARATE: f"put a manager there under the plan {SEPARATE_PLAN}",
                }[kind]
                yield Clash(f"{rules.within} {place}", what, right)


def _limits(part: Part) -> Iterator[Clash]:
    """Limits that cannot hold: in sum, by one group alone, or (found by the programme) only all together."""
    where = f"{part.place}, {WORDS[part.kind]} portfolios"
    clients, posts = int(part.size.sum()), float(part.fte.sum())
    limits, found = part.limits, False
    if limits.most is not None and clients > part.most.sum() + 1e-9:
        found = True
        what = (
            f"{clients:,} clients for {posts:g} posts of {limits.most} at most, {part.most.sum():g} in all: "
            f"{clients - part.most.sum():g} too many"
        )
        more = int(np.ceil(clients / limits.most - posts))
        right = f"allow {int(np.ceil(clients / posts))} a post, or have {more} more"
        yield Clash(where, what, right)
    if clients < part.least.sum() - 1e-9:
        found = True
        what = (
            f"{clients:,} clients for {posts:g} posts of {limits.least} at least, {part.least.sum():g} in all"
        )
        yield Clash(where, what, f"ask for {int(clients // posts)} a post at least, or have fewer posts")
    for item in np.flatnonzero(part.size > part.most.max() + 1e-9).tolist():
        found = True
        what = (
            f"one group has {int(part.size[item])} clients, and nobody may hold more than {part.most.max():g}"
        )
        yield Clash(where, what, "raise the limit: groups are never split")
    if found or (limits.most is None and not limits.least):
        return
    pinned = part.pinned[part.pinned >= 0]
    fixed = np.bincount(pinned, part.size[part.pinned >= 0], minlength=len(part.managers))
    for manager in np.flatnonzero(fixed > part.most + 1e-9).tolist():
        found = True
        what = (
            f"{part.managers[manager]} has {fixed[manager]:g} pinned clients, {part.most[manager]:g} at most"
        )
        yield Clash(where, what, "leave pins out, or raise the limit")
    if not found and packed(part) is None:
        what = "groups cannot be packed so that nobody is beyond the limits"
        yield Clash(where, what, "widen the limits by the size of a group")
