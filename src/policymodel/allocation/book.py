"""The book of clients on a day: who holds whom, in which class, in which group and chain, with what potential."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.allocation.rules import ATTRIBUTES, ORDINARY, PREMIUM, SEPARATE, Rules
from policymodel.errors import DataGap, Problem
from policymodel.history.currency import average_rates
from policymodel.history.facts import History
from policymodel.periods import Period, month_label

SEPARATE_PLAN = "separate_book"
"""The plan of managers who hold nothing but separate-book clients (分賬經營, S6.8)."""
NAMED = 5
WITHOUT_HOLDER = ("client_id", "last_holder", "region", "outlet_id")


def _nobody() -> pd.DataFrame:
    return pd.DataFrame(columns=list(WITHOUT_HOLDER), dtype=object)


@dataclass(frozen=True)
class Book:
    """Clients and managers on a day.

    `clients`, a row each: client_id, manager_id (today's, "" where there is none), region, outlet_id, client_class,
    portfolio (premium, ordinary, separate_book: that of its group), client_group, chain, potential, separate_book.
    `managers`: manager_id, region, outlet_id, grade, fte, plan, designated.
    `without_holder`: client_id, last_holder, region, outlet_id of clients whom nobody in the post holds, and where they
    were last. They are among the `clients` where the rules allocate them, and left out where not.
    `elsewhere`: clients of these tables who belong to another region's book.
    """

    clients: pd.DataFrame
    managers: pd.DataFrame
    without_holder: pd.DataFrame = field(default_factory=_nobody)
    elsewhere: tuple[str, ...] = ()

    @property
    def left_out(self) -> pd.DataFrame:
        """Those of `without_holder` for whom nobody is proposed."""
        return self.without_holder[~self.without_holder["client_id"].isin(self.clients["client_id"])]


def book_of(history: History, rules: Rules, day: date, elsewhere: Collection[str] = ()) -> Book:
    """The book as it stands on a day; a DataGap says what the history lacks for it.

    A region's own tables do not show that a client went to another region and may be held there: `elsewhere` are such
    clients, see `home_regions`.
    """
    clients = history.tables["clients"]
    if clients.empty:
        what = "the history has no table of clients"
        raise DataGap("clients", [Problem("clients", what, "map one: client_id, rating, client_group …")])
    managers = _managers(history, rules, day)
    book = clients.drop_duplicates("client_id")[
        ["client_id", *ATTRIBUTES, "client_group", "chain", "separate_book"]
    ]
    gone = book["client_id"].isin(list(elsewhere))
    others, book = tuple(book.loc[gone, "client_id"]), book[~gone]
    held = book["client_id"].map(_holders(history.tables["assignments"], day)).astype(object)
    book = book.assign(manager_id=held.where(held.isin(managers["manager_id"])).fillna(""))
    last = book["client_id"].map(_last_holders(history, day)).astype(object).fillna("")
    places = _places(history, day).reindex(last.where(book["manager_id"] == "", book["manager_id"]))
    for name in ("region", "outlet_id"):
        book[name] = places[name].astype(object).fillna("").to_numpy()
    nobody = book["manager_id"] == ""
    without = book[nobody].assign(last_holder=last[nobody])[list(WITHOUT_HOLDER)].reset_index(drop=True)
    kept = ~nobody | ((rules.without_holder == "allocate") & (book["region"] != ""))
    book = book[kept].reset_index(drop=True)
    book["potential"] = _potential(history, rules, book["client_id"], day)
    for name in ("client_group", "chain"):
        book[name] = book[name].fillna("")
    book["separate_book"] = book["separate_book"].fillna(False).astype(bool)
    book["client_class"] = classed(book, rules)
    book["portfolio"] = portfolios(book, rules)
    if rules.designated.most_premium is not None:
        managers = _with_most_premium(managers, book, rules)
    columns = ["client_id", "manager_id", "region", "outlet_id", "client_class", "portfolio"]
    columns += ["client_group", "chain", "potential", "separate_book"]
    return Book(book[columns], managers, without, others)


def home_regions(history: History, day: date) -> dict[str, str]:
    """The region of each client on a day: where its manager is, else where its last one was; "" where nobody knows."""
    regions = _places(history, day)["region"]
    inside = set(_managers_there(history, day)["manager_id"])
    held = {
        client: manager
        for client, manager in _holders(history.tables["assignments"], day).items()
        if manager in inside
    }
    holders = {**_last_holders(history, day), **held}
    return {
        client: str(regions.get(holders.get(client, ""), ""))
        for client in history.tables["clients"]["client_id"].unique()
    }


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
    managers = _managers_there(history, day)
    managers = managers.assign(
        grade=managers["grade"].fillna(""), plan=managers["plan"].fillna("")
    ).sort_values("manager_id", kind="stable", ignore_index=True)
    named = managers["grade"].isin(rules.designated.grades) | managers["manager_id"].isin(
        rules.designated.managers
    )
    return managers.assign(designated=named & (managers["plan"] != SEPARATE_PLAN))


def _managers_there(history: History, day: date) -> pd.DataFrame:
    """The managers who are in the post on a day."""
    spells = history.tables["managers"]
    here = (spells["valid_from"] <= pd.Timestamp(day)) & ~(spells["valid_to"] < pd.Timestamp(day))
    return spells.loc[here, ["manager_id", "region", "outlet_id", "grade", "fte", "plan"]]


def _places(history: History, day: date) -> pd.DataFrame:
    """Region and outlet of each manager on a day; of one who has left, the last ones."""
    spells = history.tables["managers"]
    begun = spells[spells["valid_from"] <= pd.Timestamp(day)].sort_values("valid_from", kind="stable")
    return begun.drop_duplicates("manager_id", keep="last").set_index("manager_id")[["region", "outlet_id"]]


def _last_holders(history: History, day: date) -> dict[str, str]:
    """Who held each client last up to a day; where nothing is assigned, who was last credited with its income."""
    income = history.tables["client_income"]
    income = income[income["month"] <= day.year * 12 + day.month - 1].sort_values("month", kind="stable")
    given = history.tables["assignments"]
    given = given[given["valid_from"] <= pd.Timestamp(day)].sort_values(
        ["valid_from", "manager_id"], kind="stable"
    )
    both = (each.drop_duplicates("client_id", keep="last") for each in (income, given))
    return {
        client: manager
        for rows in both
        for client, manager in zip(rows["client_id"], rows["manager_id"], strict=True)
    }


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
    """What each client could bring: last year's income in the history's currency, or the column of `clients`.

    A client without income brought nothing. What is not known is refused: it is not nothing.
    """
    if rules.potential == "clients":
        table = history.tables["clients"].drop_duplicates("client_id").set_index("client_id")["potential"]
        found = clients.map(table).to_numpy(dtype=np.float64)
        _refuse_unknown(
            clients, np.isnan(found), "the column is blank", "fill it, or write potential: income"
        )
        return np.asarray(found)
    income = history.tables["client_income"]
    year = Period(day.year * 12 + day.month - 12, day.year * 12 + day.month - 1)
    income = income[(income["month"] >= year.first) & (income["month"] <= year.last)]
    if "basis" in income:
        income = income[income["basis"] != "accrued"]
    if income.empty and len(clients):
        what = f"potential is last year's income, and no client has any in {year.label}"
        raise DataGap("client_income", [Problem("potential", what, "write potential: clients in the rules")])
    amount = income["amount"].to_numpy(dtype=np.float64)
    amount = amount * average_rates(income, history.tables["fx"], history.currency)
    ids = income["client_id"].to_numpy(dtype=object)
    unknown = np.isnan(amount) & np.isin(ids.astype(str), clients.to_numpy(dtype=str))
    if unknown.any():
        rows = income[unknown]
        months = dict.fromkeys(zip(rows["currency"], map(month_label, rows["month"]), strict=True))
        named = ", ".join(f"{currency} in {month}" for currency, month in [*months][:NAMED])
        what = f"income of {named}{' …' if len(months) > NAMED else ''} has no amount or no exchange rate"
        _refuse_unknown(clients, clients.isin(ids[unknown]).to_numpy(), what, "add the rate to the table fx")
    brought = pd.Series(amount).groupby(ids).sum()
    return np.asarray(clients.map(brought).fillna(0.0).to_numpy(dtype=np.float64))


def _refuse_unknown(clients: pd.Series, unknown: NDArray[np.bool_], why: str, right: str) -> None:
    if not unknown.any():
        return
    some = ", ".join(clients[unknown][:NAMED])
    count = int(unknown.sum())
    what = f"the potential of {count:,} clients is not known ({why}): {some}{' …' if count > NAMED else ''}"
    raise DataGap("clients", [Problem("potential", what, right)])
