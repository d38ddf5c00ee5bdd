"""Why no allocation keeps every hard rule: each clash by itself, as data; `words.clashes` says it in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from policymodel.allocation.book import Book
from policymodel.allocation.packing import packed
from policymodel.allocation.parts import Part, holders_of, parts_of
from policymodel.allocation.rules import KINDS, Rules

What = Literal[
    "group_under_two_books",
    "group_apart",
    "pinned_unknown_client",
    "pinned_to_unknown_manager",
    "pinned_to_other_kind",
    "pinned_elsewhere",
    "group_pinned_apart",
    "nobody_may_hold",
    "too_many",
    "too_few",
    "groups_too_large",
    "pinned_beyond",
    "no_packing",
    "negative_potential",
]


@dataclass(frozen=True)
class Clash:
    """One demand that cannot be met: what clashes, and the ids and numbers of it.

    `outlet`: where clients stay inside their outlet, the one it is about; the region is known to whoever asks.
    """

    what: What
    values: Mapping[str, Any]
    outlet: str = ""


def clashes(book: Book, rules: Rules) -> tuple[Clash, ...]:
    """Every clash inside a book; none where an allocation is possible. Of a region's book see `clashes_between` too."""
    found = [*_groups(book, rules), *_pins(book, rules), *_nobody(book, rules)]
    for part in parts_of(book, rules):
        found += _limits(book, part, part.place if rules.within == "outlet" else "")
    return tuple(found)


def clashes_between(books: Iterable[Book], rules: Rules) -> tuple[Clash, ...]:
    """What only all regions' books together show, each of which is allocated by itself.

    Groups with clients in several regions, which would be split, and pins of clients who are in no book.
    """
    names = ["client_id", "client_group", "region"]
    clients = pd.concat([book.clients[names] for book in books], ignore_index=True)
    known = set(clients["client_id"])
    pins = [
        Clash("pinned_unknown_client", {"client": client}) for client in rules.pinned if client not in known
    ]
    return (*_apart(clients, "region"), *pins)


def _apart(clients: pd.DataFrame, column: str) -> Iterator[Clash]:
    grouped = clients[clients["client_group"] != ""]
    places = grouped.groupby("client_group", sort=True)[column].unique()
    for group, there in places[places.str.len() > 1].items():
        yield Clash(
            "group_apart", {"group": str(group), "within": column, "places": tuple(sorted(map(str, there)))}
        )


def _groups(book: Book, rules: Rules) -> Iterator[Clash]:
    grouped = book.clients[book.clients["client_group"] != ""]
    for group, members in grouped.groupby("client_group", sort=True):
        apart = members["separate_book"].to_numpy(dtype=bool)
        if apart.any() and not apart.all():
            some = tuple(members.loc[apart, "client_id"])
            yield Clash("group_under_two_books", {"group": str(group), "clients": some})
    yield from _apart(book.clients, _column(rules))


def _column(rules: Rules) -> str:
    return "region" if rules.within == "region" else "outlet_id"


def _pins(book: Book, rules: Rules) -> Iterator[Clash]:
    clients, managers = book.clients.set_index("client_id"), book.managers.set_index("manager_id")
    column = _column(rules)
    hands: dict[str, dict[str, str]] = {}
    for client, manager in rules.pinned.items():
        pin = {"client": client, "manager": manager}
        if client not in clients.index:
            continue
        if manager not in managers.index:
            yield Clash("pinned_to_unknown_manager", pin)
            continue
        kind = str(clients.at[client, "portfolio"])
        if not holders_of(kind, book.managers)[book.managers["manager_id"] == manager].any():
            yield Clash("pinned_to_other_kind", {**pin, "kind": kind})
        place, other = str(clients.at[client, column]), str(managers.at[manager, column])
        if place != other:
            yield Clash("pinned_elsewhere", {**pin, "within": column, "place": place, "other": other})
        if group := clients.at[client, "client_group"]:
            hands.setdefault(group, {})[manager] = client
    for group, pinned in hands.items():
        if len(pinned) > 1:
            pins = tuple((client, manager) for manager, client in pinned.items())
            yield Clash("group_pinned_apart", {"group": group, "pins": pins})


def _nobody(book: Book, rules: Rules) -> Iterator[Clash]:
    column = _column(rules)
    for place, there in book.clients.groupby(column, sort=True):
        around = book.managers[book.managers[column] == place]
        for kind in KINDS:
            clients = there[there["portfolio"] == kind]
            if len(clients) and not holders_of(kind, around).any():
                outlet = str(place) if rules.within == "outlet" else ""
                yield Clash("nobody_may_hold", {"kind": kind, "clients": len(clients)}, outlet)


def _limits(book: Book, part: Part, outlet: str) -> Iterator[Clash]:
    """Potential that cannot be shared; limits that cannot hold: in sum, by one group alone, or only all together."""

    def clash(what: What, **values: Any) -> Clash:
        return Clash(what, {"kind": part.kind, **values}, outlet)

    if part.worth.sum() < 0 and len(part.managers) > 1:
        yield clash("negative_potential", potential=float(part.worth.sum()))
    clients, posts = int(part.size.sum()), float(part.fte.sum())
    limits, found = part.limits, False
    if limits.most is not None and clients > part.most.sum() + 1e-9:
        found = True
        yield clash(
            "too_many",
            clients=clients,
            posts=posts,
            limit=limits.most,
            whole=float(part.most.sum()),
            allow=int(np.ceil(clients / posts)),
            more=int(np.ceil(clients / limits.most - posts)),
        )
    if clients < part.least.sum() - 1e-9:
        found = True
        yield clash(
            "too_few",
            clients=clients,
            posts=posts,
            limit=limits.least,
            whole=float(part.least.sum()),
            allow=int(clients // posts),
        )
    large = np.flatnonzero(part.size > part.most.max() + 1e-9)
    if len(large):
        found = True
        members = book.clients.loc[part.client[np.isin(part.item, large)], "client_group"]
        yield clash(
            "groups_too_large",
            groups=tuple(sorted(members.unique())),
            largest=int(part.size.max()),
            limit=float(part.most.max()),
        )
    if found or (limits.most is None and not limits.least):
        return
    pinned = part.pinned[part.pinned >= 0]
    fixed = np.bincount(pinned, part.size[part.pinned >= 0], minlength=len(part.managers))
    for manager in np.flatnonzero(fixed > part.most + 1e-9).tolist():
        found = True
        yield clash(
            "pinned_beyond",
            manager=str(part.managers[manager]),
            clients=int(fixed[manager]),
            limit=float(part.most[manager]),
        )
    if not found and packed(part) is None:
        yield clash("no_packing")
