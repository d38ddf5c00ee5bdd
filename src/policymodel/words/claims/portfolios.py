"""Claims about portfolios: how equal they are, in whose hands premium clients are, what stays together, what moves."""

from __future__ import annotations

import pandas as pd

from policymodel.allocation import Allocation
from policymodel.words.claims.silence import WITHHELD
from policymodel.words.numbers import Count, Figure, Share
from policymodel.words.page import Page
from policymodel.words.sentences import Value, passage, say, say_many

CUT_SHORT = say(
    "Time ended the search before it was done: with more time, or on another machine, it may end elsewhere."
)


def off(page: Page, measure: str, when: str) -> float | None:
    """How far a portfolio is from the mean of its kind on average; None where there are too few to say."""
    row = page.table("kinds").set_index("kind").loc["all"]
    return float(row[f"{measure}_{when}"]) if row["shown"] else None


def equal(page: Page) -> Value:
    """How far portfolios are from the mean of their kind, today and in the proposal, in clients and in potential."""
    found = [
        off(page, measure, when) for measure in ("clients", "potential") for when in ("today", "proposed")
    ]
    if any(each is None for each in found):
        return say("The portfolios are too few to show how they are spread.")
    before, after, worth_before, worth_after = (Share(each or 0.0, 0) for each in found)
    return say(
        "A portfolio is on average {before} away from the mean of its kind in clients today, and {after} in the "
        "proposal; in potential {worth_before} today and {worth_after} in the proposal.",
        before=before,
        after=after,
        worth_before=worth_before,
        worth_after=worth_after,
    )


def premium(page: Page) -> Value:
    """How many premium clients designated managers hold, today and in the proposal."""
    table = page.table("premium").set_index("when")
    after, before = table.loc["proposed"], table.loc["today"]
    if not after["clients"]:
        return say("No client is classed as premium.")
    if after["designated"] < after["clients"] or after["clients"] < page.limits.smallest_cell:
        return WITHHELD
    if not before["shown"]:
        return say(
            "All {count} premium clients, their groups included, are with designated managers in the proposal; "
            "how many are today is withheld.",
            count=Count(int(after["clients"])),
        )
    return say(
        "All {count} premium clients, their groups included, are with designated managers in the proposal; today "
        "{before} are ({share}).",
        count=Count(int(after["clients"])),
        before=Count(int(before["designated"])),
        share=Share(before["designated"] / before["clients"], 0),
    )


def units(page: Page, what: str, when: str) -> tuple[int, int]:
    """Groups or chains of two clients and more, and how many of them are in one portfolio."""
    table = page.table("groups")
    row = table[(table["what"] == what) & (table["when"] == when)].iloc[0]
    return int(row["units"]), int(row["whole"])


def nearest(page: Page, what: str, when: str) -> float:
    """The share of the clients of groups or chains who are with the manager that holds most of theirs."""
    table = page.table("groups")
    return float(table[(table["what"] == what) & (table["when"] == when)].iloc[0]["nearest"])


def together(page: Page) -> Value:
    """Groups that are split, and how near together chains are."""
    count, whole = units(page, "group", "today")
    said: list[Value | None] = []
    if count:
        said.append(
            say_many(
                "Of {count} group of clients {split} is split over several portfolios today and {after} in the "
                "proposal.",
                "Of {count} groups of clients {split} are split over several portfolios today and {after} in the "
                "proposal.",
                count,
                count=Count(count),
                split=Count(count - whole),
                after=Count(count - units(page, "group", "proposed")[1]),
            )
        )
    chains = units(page, "chain", "today")[0]
    if chains:
        said.append(
            say(
                "Of the clients in {count} industry chains {before} are with the manager who holds most of their chain "
                "today, and {after} in the proposal.",
                count=Count(chains),
                before=Share(nearest(page, "chain", "today"), 0),
                after=Share(nearest(page, "chain", "proposed"), 0),
            )
        )
    return passage(said) if said else say("No client belongs to a group or a chain with others.")


def moves(page: Page) -> Value:
    """How many clients change hands."""
    row, clients = moved(page)
    if not row["clients"]:
        return say("No client changes hands.")
    if not row["shown"]:
        return say("How many of the {clients} clients change hands is withheld.", clients=Count(clients))
    return say(
        "{count} of {clients} clients change hands ({share}).",
        count=Count(int(row["clients"])),
        clients=Count(clients),
        share=Share(row["clients"] / clients, 0),
    )


def moved(page: Page) -> tuple[pd.Series, int]:
    """The row of all moves, and how many clients there are."""
    return page.table("moves").iloc[0], int(page.table("classes")["clients"].sum())


def solution(found: Allocation) -> Value:
    """How far the proposal can be from the best one, how long the search took, and whether time ended it."""
    return passage([_nearness(found), CUT_SHORT if any(each.cut_short for each in found.parts) else None])


def _nearness(found: Allocation) -> Value:
    seconds = Figure(found.seconds, 0 if found.seconds >= 10 else 1)
    if not found.gap < float("inf"):
        return say(
            "The search took {seconds} seconds. How far the proposal is from the best one under these rules and "
            "weights is not known.",
            seconds=seconds,
        )
    if found.gap <= 1e-6:
        return say(
            "No allocation is better under these rules and weights; the search took {seconds} seconds.",
            seconds=seconds,
        )
    return say(
        "The best allocation under these rules and weights can be at most {gap} better; the search took "
        "{seconds} seconds.",
        gap=Share(found.gap, 2 if found.gap < 0.01 else 1),
        seconds=seconds,
    )


def checks(page: Page) -> Value:
    """How many hard rules are broken today; the proposal keeps them all."""
    table = page.table("checks")
    today = int(table["today"].sum())
    if not today:
        return say("Every hard rule is kept today and in the proposal.")
    return say_many(
        "Today {count} of the hard rules is broken; the proposal keeps them all.",
        "Today {count} of the hard rules are broken; the proposal keeps them all.",
        today,
        count=Count(today),
    )
