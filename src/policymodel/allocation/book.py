"""The book of clients on a day: who holds whom, in which class, in which group and chain, with what potential."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.allocation.rules import ATTRIBUTES, ORDINARY, PREMIUM, SEPARATE, Rules
from policymodel.errors import DataGap, Problem
from policymodel.history.currency import average_rates
from policymodel.history.facts import History
from policymodel.periods import Period

SEPARATE_PLAN = "separate_book"
"""The plan of managers who hold nothing but separate-book clients (分賬經營, S6.8)."""
NAMED = 5


@dataclass(frozen=True)
class Book:
    """Clients and managers on a day.

    `clients`, a row each: client_id, manager_id (today's, "" where there is none), region, outlet_id, client_class,
    portfolio (premium, ordinary, separate_book: that of its group), client_group, chain, potential, separate_book.
    `managers`: manager_id, region, outlet_id, grade, fte, plan, designated.
    """

    clients: pd.DataFrame
    managers: pd.DataFrame


def book_of(history: History, rules: Rules, day: date) -> Book:
    """The book as it stands on a day; a DataGap says what the history lacks for it."""
    clients = history.tables["clients"]
    if clients.empty:
        what = "the history has no table of clients"
        raise DataGap("clients", [Problem("clients", what, "map one: client_id, rating, client_group …")])
    managers = _managers(history, rules, day)
    held = _holders(history.tables["assignments"], day)
    book = clients.drop_duplicates("client_id")[
        ["client_id", *ATTRIBUTES, "client_group", "chain", "separate_book"]
    ].assign(
        manager_id=lambda frame: frame["client_id"].map(held).fillna(""),
        potential=lambda frame: _potential(history, rules, frame["client_id"], day),
    )
    for name in ("client_group", "chain"):
        book[name] = book[name].fillna("")
    book["separate_book"] = book["separate_book"].fillna(False).astype(bool)
    book["client_class"] = classed(book, rules)
    book = book[book["manager_id"].isin(managers["manager_id"])]
    places = managers.set_index("manager_id")[["region", "outlet_id"]]
    book = book.join(places, on="manager_id").reset_index(drop=True)
    book["portfolio"] = portfolios(book, rules)
    if rules.designated.most_premium is not None:
        managers = _with_most_premium(managers, book, rules)
    columns = ["client_id", "manager_id", "region", "outlet_id", "client_class", "portfolio"]
    columns += ["client_group", "chain", "potential", "separate_book"]
    return Book(book[columns], managers)


def classed(clients: pd.DataFrame, rules: Rules) -> NDArray[np.object_]:
    """The class of each client: the first whose words it has (S6.7).

    A client of whom an attribute is not known that might decide has the class `missing_as`; where the rules have none
    the book is refused, with how many there are.
    """
    found = np.full(len(clients), "", dtype=object)
    open_ = np.ones(len(clients), dtype=bool)
    unsure = np.zeros(len(clients), dtype=bool)
    for each in rules.classes:
        fits, may = open_.copy(), open_.copy()
        for attribute, words in each.when.items():
            has = clients[attribute].fillna("").to_numpy(dtype=object)
            known = has != ""
            right = np.isin(has.astype(str), words)
            fits &= known & right
            may &= ~known | right
        unsure |= may & ~fits
        here = fits & ~unsure
        found[here] = each.id
        open_ &= ~here
    unsure &= open_
    left = open_ & ~unsure
    if rules.missing_as is not None:
        found[open_] = rules.missing_as
    elif open_.any():
        ids = clients["client_id"].to_numpy(dtype=object)
        some = ", ".join(ids[open_][:NAMED])
        why = "an attribute that might decide is blank" if unsure.any() else "they fit no class"
        what = f"{int(open_.sum()):,} clients cannot be classed ({why}): {some}{' …' if open_.sum() > NAMED else ''}"
        raise DataGap(
            "clients", [Problem("clients", what, "fill the column, or write `missing_as` in the rules")]
        )
    assert left.sum() == 0 or rules.missing_as is not None
    return found


def portfolios(clients: pd.DataFrame, rules: Rules) -> NDArray[np.object_]:
    """The kind of portfolio of each client: a group goes where its best member belongs."""
    kind = np.where(clients["client_class"].isin(list(rules.premium)), PREMIUM, ORDINARY).astype(object)
    kind[clients["separate_book"].to_numpy(dtype=bool)] = SEPARATE
    group = clients["client_group"].to_numpy(dtype=object)
    for wanted in (PREMIUM, SEPARATE):
        with_it = set(group[(kind == wanted) & (group != "")])
        kind[np.isin(group.astype(str), list(with_it))] = wanted
    return kind


def _managers(history: History, rules: Rules, day: date) -> pd.DataFrame:
    spells = history.tables["managers"]
    here = (spells["valid_from"] <= pd.Timestamp(day)) & ~(spells["valid_to"] < pd.Timestamp(day))
    managers = spells.loc[here, ["manager_id", "region", "outlet_id", "grade", "fte", "plan"]]
    managers = managers.assign(
        grade=managers["grade"].fillna(""), plan=managers["plan"].fillna("")
    ).sort_values("manager_id", kind="stable", ignore_index=True)
    named = managers["grade"].isin(rules.designated.grades) | managers["manager_id"].isin(
        rules.designated.managers
    )
    return managers.assign(designated=named & (managers["plan"] != SEPARATE_PLAN))


def _with_most_premium(managers: pd.DataFrame, clients: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Of each region (or outlet) the managers who hold most premium clients today are designated."""
    share = rules.designated.most_premium
    assert share is not None
    held = clients[clients["portfolio"] == PREMIUM].groupby("manager_id").size()
    count = managers["manager_id"].map(held).fillna(0)
    place = managers["region" if rules.within == "region" else "outlet_id"]
    order = count.groupby(place).rank(method="first", ascending=False)
    wanted = np.ceil(place.map(place.value_counts()) * share)
    most = (order <= wanted) & (managers["plan"] != SEPARATE_PLAN)
    return managers.assign(designated=managers["designated"] | most)


def _holders(assignments: pd.DataFrame, day: date) -> dict[str, str]:
    """Who holds each client on a day; of several the one who took it over last."""
    here = (assignments["valid_from"] <= pd.Timestamp(day)) & ~(assignments["valid_to"] < pd.Timestamp(day))
    rows = assignments[here].sort_values(["valid_from", "manager_id"], kind="stable")
    return dict(zip(rows["client_id"], rows["manager_id"], strict=True))


def _potential(history: History, rules: Rules, clients: pd.Series, day: date) -> NDArray[np.float64]:
    """What each client could bring: last year's income in the history's currency, or the column of `clients`."""
    if rules.potential == "clients":
        table = history.tables["clients"].set_index("client_id")["potential"]
        return np.asarray(np.nan_to_num(clients.map(table).to_numpy(dtype=np.float64)))
    income = history.tables["client_income"]
    year = Period(day.year * 12 + day.month - 12, day.year * 12 + day.month - 1)
    income = income[(income["month"] >= year.first) & (income["month"] <= year.last)]
    if "basis" in income:
        income = income[income["basis"] != "accrued"]
    rates = average_rates(income, history.tables["fx"], history.currency)
    brought = pd.Series(income["amount"].to_numpy(dtype=np.float64) * rates).groupby(
        income["client_id"].to_numpy(dtype=object)
    )
    return np.asarray(np.nan_to_num(clients.map(brought.sum()).to_numpy(dtype=np.float64)))
