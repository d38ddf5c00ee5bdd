"""What a page says of portfolios: spread, hands, classes and moves, counted and under the rules of disclosure (S6.8).

A portfolio is a person, so single ones are never shown: portfolios are ranked, cut into equal parts of at least the
smallest cell, and each part has a mean. Counts of clients under the smallest cell are withheld like counts of people.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from policymodel.allocation import Allocation, Book, Rules, violations
from policymodel.allocation.rules import ORDINARY, PREMIUM, SEPARATE
from policymodel.disclosure import SMALLEST_CELL, withheld_parts
from policymodel.report.client_moves import moved_clients
from policymodel.statistics import equal_groups

TODAY, PROPOSED = "today", "proposed"
ALL = "all"
MEASURES = ("clients", "potential")
PARTS = 5
"""Into how many equal parts the portfolios of one kind are cut, where each has enough of them."""


def portfolio_figures(
    allocation: Allocation, rules: Rules, smallest: int = SMALLEST_CELL
) -> dict[str, pd.DataFrame]:
    """The finished tables of an allocation, each with `shown`.

    Returns
    -------
    kinds : kind, portfolios, clients, clients_today, clients_proposed, potential_today, potential_proposed, shown: how
        many managers hold which kind of portfolio in the proposal, and how far the portfolios of these managers are
        from the mean of their kind on average, as a share of it.
    spread : measure, when, part, portfolios, value: all portfolios in equal parts, from the lowest; the mean of each
        part, as a share of the mean portfolio of the kind.
    premium : when, clients, designated, shown: premium clients, and how many of them a designated manager holds.
    classes : client_class, premium, clients, potential, shown: potential as a share of all.
    moves : why, clients, shown; the row "all" is their total.
    groups : what (group, chain), when, units, whole, nearest: groups and chains of two clients and more, those in one
        portfolio, and the share of their clients who are with the manager that holds most of the group or chain.
    without_holder : clients, allocated, shown: how many nobody holds today, and whether the proposal gives each a
        manager.
    checks : rule, today, proposed: the hard rules that are broken, and whether they are.
    """
    book, assigned = allocation.book, allocation.assigned
    holders = {TODAY: today_of(book), PROPOSED: assigned}
    kind = kinds_of(book, assigned)
    return {
        "kinds": _kinds(book, kind, holders, smallest),
        "spread": _spread(book, kind, holders, smallest),
        "premium": _premium(book, holders, smallest),
        "classes": _classes(book, rules, smallest),
        "moves": _moves(book, assigned, smallest),
        "groups": _groups(book, holders),
        "without_holder": _without_holder(book, smallest),
        "checks": _checks(book, rules, holders),
    }


def today_of(book: Book) -> pd.Series:
    """Today's manager of each client, by client_id."""
    return book.clients.set_index("client_id")["manager_id"]


def kinds_of(book: Book, assigned: pd.Series) -> pd.Series:
    """What kind of portfolio each manager holds in the proposal, by manager_id."""
    clients = book.clients.assign(holder=book.clients["client_id"].map(assigned))
    held = {each: clients.loc[clients["portfolio"] == each, "holder"] for each in (SEPARATE, PREMIUM)}
    managers = book.managers["manager_id"]
    found = np.select([managers.isin(each) for each in held.values()], list(held), ORDINARY)
    return pd.Series(found, index=managers.to_numpy())


def _loads(book: Book, kind: pd.Series, holder: pd.Series) -> pd.DataFrame:
    """What each manager holds for a full-time post, as a share of the mean of the kind: clients, potential."""
    clients = book.clients.assign(holder=book.clients["client_id"].map(holder)).groupby("holder")
    held = pd.DataFrame({"clients": clients.size(), "potential": clients["potential"].sum()})
    held = held.reindex(kind.index, fill_value=0).astype("float64")
    posts = book.managers.set_index("manager_id")["fte"].reindex(kind.index)
    mean = held.groupby(kind).transform("sum").div(posts.groupby(kind).transform("sum"), axis=0)
    return held.div(posts, axis=0).div(mean).replace([np.inf, -np.inf], np.nan).fillna(1.0)


def _kinds(book: Book, kind: pd.Series, holders: Mapping[str, pd.Series], smallest: int) -> pd.DataFrame:
    """Kinds of portfolio; the row "all" is every portfolio, each held against the mean of its own kind."""
    people = kind.value_counts().reindex([PREMIUM, ORDINARY, SEPARATE], fill_value=0)
    people = people[people > 0]
    clients = holders[PROPOSED].map(kind).value_counts().reindex(people.index, fill_value=0)
    table = pd.DataFrame(
        {"portfolios": people, "clients": clients, "shown": ~withheld_parts(people, smallest)}
    )
    table.loc[ALL] = [len(kind), len(book.clients), len(kind) >= smallest]
    for when, holder in holders.items():
        off = (_loads(book, kind, holder) - 1).abs()
        for measure in MEASURES:
            means = off[measure].groupby(kind).mean()
            means[ALL] = off[measure].mean()
            table[f"{measure}_{when}"] = means.reindex(table.index)
    return table.rename_axis("kind").reset_index()


def _spread(book: Book, kind: pd.Series, holders: Mapping[str, pd.Series], smallest: int) -> pd.DataFrame:
    """All portfolios in equal parts by what they hold, each against the mean of its kind."""
    rows = []
    for when, holder in holders.items():
        loads = _loads(book, kind, holder)
        for measure in MEASURES:
            values = loads[measure].to_numpy(dtype=np.float64)
            part = equal_groups(values.round(9), smallest, PARTS)
            for number in range(part.max(initial=-1) + 1):
                here = part == number
                rows.append((measure, when, number + 1, int(here.sum()), values[here].mean()))
    return pd.DataFrame(rows, columns=["measure", "when", "part", "portfolios", "value"])


def _premium(book: Book, holders: Mapping[str, pd.Series], smallest: int) -> pd.DataFrame:
    """Clients of premium portfolios (with the whole of their groups), and whose they are."""
    mine = book.clients.loc[book.clients["portfolio"] == PREMIUM, "client_id"]
    designated = set(book.managers.loc[book.managers["designated"].astype(bool), "manager_id"])
    rows = []
    for when, holder in holders.items():
        count = int(mine.map(holder).isin(designated).sum())
        small = any(0 < each < smallest for each in (count, len(mine) - count))
        rows.append((when, len(mine), count, not small and len(mine) >= smallest))
    return pd.DataFrame(rows, columns=["when", "clients", "designated", "shown"])


def _classes(book: Book, rules: Rules, smallest: int) -> pd.DataFrame:
    grouped = book.clients.groupby("client_class", sort=False)
    table = pd.DataFrame({"clients": grouped.size(), "potential": grouped["potential"].sum()})
    order = [each for each in class_order(rules) if each in table.index]
    table = table.loc[[*order, *sorted(set(table.index) - set(order))]]
    whole = table["potential"].sum()
    table["potential"] = table["potential"] / whole if whole > 0 else np.nan
    shown = ~withheld_parts(table["clients"], smallest)
    return table.assign(premium=table.index.isin(list(rules.premium)), shown=shown).reset_index()


def class_order(rules: Rules) -> list[str]:
    """The classes as the rules list them."""
    return [each.id for each in rules.classes]


def _moves(book: Book, assigned: pd.Series, smallest: int) -> pd.DataFrame:
    counts = moved_clients(book, assigned)["why"].value_counts()
    total = int(counts.sum())
    small = any(0 < each < smallest for each in (total, len(book.clients) - total))
    shown = ~withheld_parts(counts, smallest) & (not small)
    parts = pd.DataFrame({"why": counts.index, "clients": counts.to_numpy(), "shown": shown})
    return pd.concat(
        [pd.DataFrame({"why": [ALL], "clients": [total], "shown": [not small]}), parts], ignore_index=True
    )


def _without_holder(book: Book, smallest: int) -> pd.DataFrame:
    count = len(book.without_holder)
    return pd.DataFrame(
        {"clients": [count], "allocated": [not len(book.left_out)], "shown": [not 0 < count < smallest]}
    )


def _groups(book: Book, holders: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Groups and chains of two clients and more, and how many of them are in one portfolio."""
    rows = []
    for what, column in (("group", "client_group"), ("chain", "chain")):
        named = book.clients[book.clients[column].fillna("").astype(str) != ""]
        for when, holder in holders.items():
            held = named.groupby([named[column].astype(str), named["client_id"].map(holder)]).size()
            units = held.groupby(level=0).agg(["sum", "max"])
            units = units[units["sum"] > 1]
            nearest = units["max"].sum() / units["sum"].sum() if len(units) else np.nan
            rows.append((what, when, len(units), int((units["sum"] == units["max"]).sum()), nearest))
    return pd.DataFrame(rows, columns=["what", "when", "units", "whole", "nearest"])


def _checks(book: Book, rules: Rules, holders: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Hard rules that are broken today or in the proposal, found by the checker that knows no model."""
    found = {
        when: {each.rule for each in violations(book, rules, holder)} for when, holder in holders.items()
    }
    rows = [
        (rule, *(rule in broken for broken in found.values()))
        for rule in sorted(set().union(*found.values()))
    ]
    return pd.DataFrame(rows, columns=["rule", *found])
