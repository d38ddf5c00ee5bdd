"""A clash of an allocation in a sentence: what cannot be, and what would resolve it (S6.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from policymodel.allocation import SEPARATE_PLAN, Clash
from policymodel.words.numbers import Count, Figure
from policymodel.words.portfolios import KIND_WORDS
from policymodel.words.sentences import Listing, Sentence, Value, say, say_many

SHOWN = 5
Values = Mapping[str, Any]


def clash_words(clash: Clash) -> Value:
    """The sentence of a clash, with the outlet it is about where the region does not say it."""
    sentence = SENTENCES[clash.what](clash.values)
    return say("Outlet {outlet}: {clash}", outlet=clash.outlet, clash=sentence) if clash.outlet else sentence


def _some(ids: tuple[str, ...]) -> Value:
    """The first few of several."""
    if len(ids) <= SHOWN:
        return Listing(ids)
    return say("{ids} and {count} more", ids=", ".join(ids[:SHOWN]), count=Count(len(ids) - SHOWN))


def _under_two_books(values: Values) -> Sentence:
    return say(
        "Group {group} has separate-book clients ({clients}) and others, who may not share a portfolio: keep all of "
        "it under separate-book management, or none.",
        group=values["group"],
        clients=_some(values["clients"]),
    )


def _apart(values: Values) -> Sentence:
    told = {"group": values["group"], "places": _some(values["places"])}
    if values["within"] == "region":
        return say(
            "Group {group} has clients in the regions {places}, and clients stay inside their region: hand the whole "
            "group to one of them.",
            **told,
        )
    return say(
        "Group {group} has clients in the outlets {places}, and clients stay inside their outlet: hand the whole "
        "group to one of them.",
        **told,
    )


def _unknown_client(values: Values) -> Sentence:
    return say(
        "Client {client} is pinned and is not in the book: leave the pin out, or correct the id.",
        client=values["client"],
    )


def _unknown_manager(values: Values) -> Sentence:
    return say(
        "Client {client} is pinned to {manager}, who is not in a post here: leave the pin out, or correct the id.",
        client=values["client"],
        manager=values["manager"],
    )


def _other_kind(values: Values) -> Sentence:
    told = {"client": values["client"], "manager": values["manager"]}
    if values["kind"] == "premium":
        return say(
            "Client {client} is premium and is pinned to {manager}, who is not designated: pin it to a designated "
            "manager, or leave the pin out.",
            **told,
        )
    if values["kind"] == "ordinary":
        return say(
            "Client {client} is not premium and is pinned to {manager}, who holds other clients alone: pin it to a "
            "manager of mixed portfolios, or leave the pin out.",
            **told,
        )
    return say(
        "Client {client} is under separate-book management and is pinned to {manager}, who is not: pin it to a "
        "separate-book manager, or leave the pin out.",
        **told,
    )


def _elsewhere(values: Values) -> Sentence:
    told = {name: values[name] for name in ("client", "manager", "place", "other")}
    if values["within"] == "region":
        return say(
            "Client {client} of the region {place} is pinned to {manager} of {other}, and clients stay inside their "
            "region: leave the pin out, or correct the id.",
            **told,
        )
    return say(
        "Client {client} of the outlet {place} is pinned to {manager} of {other}, and clients stay inside their "
        "outlet: leave the pin out, or correct the id.",
        **told,
    )


def _pinned_apart(values: Values) -> Sentence:
    pins = [
        say("{client} to {manager}", client=client, manager=manager) for client, manager in values["pins"]
    ]
    return say(
        "Group {group} is pinned to several managers ({pins}): pin it to one of them.",
        group=values["group"],
        pins=Listing(tuple(pins)),
    )


def _nobody(values: Values) -> Sentence:
    number, count = values["clients"], Count(values["clients"])
    if values["kind"] == "premium":
        return say_many(
            "There is {count} premium client and no designated manager: designate one.",
            "There are {count} premium clients and no designated manager: designate one.",
            number,
            count=count,
        )
    if values["kind"] == "ordinary":
        return say_many(
            "There is {count} client for mixed portfolios, and every manager is designated or keeps separate books: "
            "leave one of them to these clients.",
            "There are {count} clients for mixed portfolios, and every manager is designated or keeps separate books: "
            "leave one of them to these clients.",
            number,
            count=count,
        )
    return say_many(
        "There is {count} separate-book client and no separate-book manager: put one under the plan {plan}.",
        "There are {count} separate-book clients and no separate-book manager: put one under the plan {plan}.",
        number,
        count=count,
        plan=SEPARATE_PLAN,
    )


def _of_part(values: Values) -> dict[str, Value]:
    """The values of a clash of one kind of portfolio, as a sentence has them."""
    told: dict[str, Value] = {"portfolios": KIND_WORDS[values["kind"]]}
    for name, value in values.items():
        if name not in ("kind", "groups"):
            told[name] = value if isinstance(value, str) else _plain(float(value))
    return told


def _plain(value: float) -> Figure:
    return Figure(value, 0 if value == round(value) else 1)


def _too_many(values: Values) -> Sentence:
    return say(
        "{portfolios}: {clients} clients for {posts} posts of {limit} at most, which makes {whole}: allow {allow} a "
        "post, or raise the number of posts by {more}.",
        **_of_part(values),
    )


def _too_few(values: Values) -> Sentence:
    return say(
        "{portfolios}: {clients} clients for {posts} posts of {limit} at least, which makes {whole}: ask for {allow} "
        "a post, or have fewer posts.",
        **_of_part(values),
    )


def _too_large(values: Values) -> Sentence:
    return say_many(
        "{portfolios}: group {groups} has {largest} clients, and nobody may hold more than {limit}: raise the limit, "
        "for groups are never split.",
        "{portfolios}: groups {groups} have up to {largest} clients, and nobody may hold more than {limit}: raise the "
        "limit, for groups are never split.",
        len(values["groups"]),
        groups=_some(values["groups"]),
        **_of_part(values),
    )


def _pinned_beyond(values: Values) -> Sentence:
    return say(
        "{portfolios}: {clients} clients are pinned to {manager}, who may hold {limit}: leave pins out, or raise the "
        "limit.",
        **_of_part(values),
    )


def _no_packing(values: Values) -> Sentence:
    return say(
        "{portfolios}: groups cannot be packed so that nobody is beyond the limits: widen the limits by the size of a "
        "group.",
        **_of_part(values),
    )


def _negative(values: Values) -> Sentence:
    return say(
        "{portfolios}: what their clients could bring adds up to {potential}, of which no equal parts can be made: "
        "correct the income, or take potential from the table of clients.",
        **_of_part(values),
    )


SENTENCES: Mapping[str, Callable[[Values], Sentence]] = {
    "group_under_two_books": _under_two_books,
    "group_apart": _apart,
    "pinned_unknown_client": _unknown_client,
    "pinned_to_unknown_manager": _unknown_manager,
    "pinned_to_other_kind": _other_kind,
    "pinned_elsewhere": _elsewhere,
    "group_pinned_apart": _pinned_apart,
    "nobody_may_hold": _nobody,
    "too_many": _too_many,
    "too_few": _too_few,
    "groups_too_large": _too_large,
    "pinned_beyond": _pinned_beyond,
    "no_packing": _no_packing,
    "negative_potential": _negative,
}
