"""The tables of the page on portfolios: kinds, classes, moves, and the hard rules that were checked."""

from __future__ import annotations

from policymodel.allocation import Rules
from policymodel.appendix import ILLUSTRATIVE
from policymodel.tables import NOTHING, Number, Row, Table, Withheld
from policymodel.words.numbers import Count, Figure, Share
from policymodel.words.page import Page
from policymodel.words.portfolios import (
    ATTRIBUTE_WORDS,
    FATE_WORDS,
    KIND_WORDS,
    RULE_WORDS,
    WEIGHT_WORDS,
    WHY_WORDS,
)
from policymodel.words.sentences import Listing, Series, Value, say


def kinds(page: Page) -> Table:
    """How many managers hold which kind of portfolio in the proposal, and how many clients."""
    figures = ("clients_today", "clients_proposed", "potential_today", "potential_proposed")
    rows = []
    for each in page.table("kinds").to_dict("records"):
        cells: list[Number | Withheld | Value] = [Withheld()] * 6
        if each["shown"]:
            cells = [Number(each["portfolios"], people=True), Number(each["clients"])]
            cells += [Number(each[name], 0, share=True) for name in figures]
        rows.append(Row(KIND_WORDS[each["kind"]], cells, "total" if each["kind"] == "all" else "plain"))
    heads: list[Value] = [
        say("Account managers"),
        say("Clients"),
        say("Clients off the mean, today"),
        say("Clients off the mean, proposed"),
        say("Potential off the mean, today"),
        say("Potential off the mean, proposed"),
    ]
    caption = say(
        "Kinds of portfolio in the proposal, and how far portfolios are from the mean of their kind"
    )
    return Table(caption, say("Kind"), heads, rows, "")


def classes(page: Page) -> Table:
    """Clients by class, and what part of the potential they are (S6.7)."""
    table = page.table("classes")
    whole = table["clients"].sum()
    rows = []
    for each in table.itertuples():
        cells: list[Number | Withheld | Value] = [Withheld()] * 3
        if each.shown:
            cells = [
                Number(each.clients),
                Number(each.clients / whole, 1, share=True),
                Number(each.potential, 1, share=True),
            ]
        kind = say("packaged apart") if each.premium else say("may be mixed")
        rows.append(Row(page.name("client_class", each.client_class), [*cells, kind]))
    heads: list[Value] = [
        say("Clients"),
        say("Share of clients"),
        say("Share of potential"),
        say("In portfolios"),
    ]
    return Table(say("Clients by class, the first rule that fits"), say("Class"), heads, rows, "")


def moves(page: Page) -> Table:
    """Clients who change hands, by the first reason that applies."""
    table = page.table("moves")
    whole = page.table("classes")["clients"].sum()
    if not table["clients"].iloc[0]:
        return NOTHING
    rows = [
        Row(
            WHY_WORDS[each.why],
            (Number(each.clients), Number(each.clients / whole, 1, share=True))
            if each.shown
            else (Withheld(), Withheld()),
            "total" if each.why == "all" else "plain",
        )
        for each in [*table[1:].itertuples(), *table[:1].itertuples()]
    ]
    heads: list[Value] = [say("Clients"), say("Share of all clients")]
    return Table(say("Clients who change hands, by reason"), say("Reason"), heads, rows, "")


def checks(page: Page, written: Rules) -> Table:
    """Each hard rule, and whether it is kept today and in the proposal."""
    broken = page.table("checks").set_index("rule")
    asked = [each for each in RULE_WORDS if not _not_asked(each, written)]
    rows = [
        Row(
            RULE_WORDS.get(rule, rule),
            [
                say("broken") if rule in broken.index and broken.at[rule, when] else say("kept")
                for when in ("today", "proposed")
            ],
        )
        for rule in dict.fromkeys([*asked, *broken.index])
    ]
    heads: list[Value] = [page.designs[each] for each in ("today", "proposed")]
    return Table(say("The hard rules"), say("Rule"), heads, rows, "")


def _not_asked(rule: str, written: Rules) -> bool:
    """Whether these rules do not ask for it: only one of two places, no pin, no limit."""
    other = "outlet" if written.within == "region" else "region"
    return (
        rule == f"clients stay inside their {other}"
        or (rule == "pinned clients stay" and not written.pinned)
        or (rule == "nobody holds more or fewer than the limits" and not written.limits)
    )


def rules(page: Page, written: Rules) -> Table:
    """What the rules say: the classes in their order, the limits, the weights (S6.7, S6.8)."""
    rows = [Row(say("Classes, the first that fits"), role="heading")]
    for each in written.classes:
        conditions: list[Value] = [
            say("{what}: {values}", what=ATTRIBUTE_WORDS[attribute], values=Listing(tuple(words)))
            for attribute, words in each.when.items()
        ]
        wanted: Value = Series(tuple(conditions)) if conditions else say("everybody else")
        source: Value = ILLUSTRATIVE if each.source == "illustrative" else each.source
        rows.append(Row(page.name("client_class", each.id), (wanted, source)))
    rows.append(Row(say("Clients of a full-time post"), role="heading"))
    for kind, limits in written.limits.items():
        low, high = Count(limits.least), None if limits.most is None else Count(limits.most)
        range_ = (
            say("at least {low}", low=low) if high is None else say("{low} to {high}", low=low, high=high)
        )
        rows.append(Row(KIND_WORDS[kind], (range_, ILLUSTRATIVE)))
    rows = rows if written.limits else rows[:-1]
    rows.append(Row(say("Designated managers"), role="heading"))
    if written.designated.grades:
        rows.append(Row(say("Of the grades"), (Listing(tuple(written.designated.grades)), "S6.8")))
    if written.designated.most_premium is not None:
        share = Share(written.designated.most_premium, 0)
        rows.append(Row(say("Who hold most premium clients"), (share, ILLUSTRATIVE)))
    rows.append(Row(say("Clients whom nobody holds"), role="heading"))
    rows.append(Row(say("In the proposal"), (FATE_WORDS[written.without_holder], ILLUSTRATIVE)))
    rows.append(Row(say("Weights"), role="heading"))
    for name, words in WEIGHT_WORDS.items():
        rows.append(Row(words, (Figure(getattr(written.weights, name), 2), ILLUSTRATIVE)))
    return Table(say("The rules of the allocation"), say("Rule"), [say("Value"), say("Source")], rows, "")
