"""What the tables say, as sentences: each claim is computed, and says less where the tables say less.

A claim takes the page's finished tables and returns one sentence for every language. Where a run does not have
what a section is about (a card without pay, pay without a card) the claim says that in one sentence, and the
section's picture and table stay away.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from policymodel.words.numbers import Count, Figure, Money, Share, Span
from policymodel.words.page import Page, group_words, joined_bins, moves
from policymodel.words.sentences import Listing, Passage, Sentence, Value, passage, say, say_many

NO_PAY = say("This run compares scorecards only; it has no pay scheme, so nothing here is money.")
NO_CARD = say("This run compares pay only; it has no scorecard, so there are no scores and no indicators.")
NO_GROUPS = say("No grade, outlet or region has enough people to be shown by itself.")
WITHHELD = say("Too few people to say: every figure here would be about fewer than the smallest group shown.")


def total_cost(page: Page, design: str) -> int:
    """What a design costs in minor units: the sum of its items."""
    cost = page.table("cost")
    return int(cost.loc[cost["design"] == design, "amount_minor"].sum())


def budget(page: Page) -> int | None:
    """What may be spent, in minor units; None where the run names no budget."""
    table = page.table("budget")
    return None if table.empty else int(table["amount_minor"].sum())


def _money(page: Page, minor: float, signed: bool = False) -> Money:
    return Money(round(minor), page.currency, signed)


def cost(page: Page) -> Value:
    """What each design costs beside the baseline, and whether the budget covers it."""
    if not page.pays:
        return NO_PAY
    if not page.has("cost"):
        return WITHHELD
    return passage([*(_cost_beside_baseline(page, design) for design in page.others), _budget(page)])


def _cost_beside_baseline(page: Page, design: str) -> Sentence:
    base = total_cost(page, page.baseline)
    more = total_cost(page, design) - base
    share = more / base if base else float("nan")
    names = {"design": page.designs[design], "baseline": page.designs[page.baseline]}
    size = {"amount": _money(page, abs(more)), "share": Share(abs(share))}
    if more == 0:
        return say("“{design}” costs the same as “{baseline}”.", **names)
    if abs(share) <= page.no_change:
        more_or_less = say("more") if more > 0 else say("less")
        return say(
            "“{design}” costs about the same as “{baseline}”: {amount} {more_or_less} ({share}).",
            more_or_less=more_or_less,
            **names,
            **size,
        )
    if more > 0:
        return say("“{design}” costs {amount} ({share}) more than “{baseline}”.", **names, **size)
    return say("“{design}” costs {amount} ({share}) less than “{baseline}”.", **names, **size)


def _budget(page: Page) -> Value | None:
    allowed = budget(page)
    if allowed is None:
        return None
    over = [design for design in page.designs if total_cost(page, design) > allowed]
    amount = _money(page, allowed)
    if not over:
        return say("The budget of {budget} covers every design.", budget=amount)
    worst = max(total_cost(page, design) for design in over) - allowed
    excess = _money(page, worst)
    if len(over) == len(page.designs):
        return say("No design fits the budget of {budget}; the dearest exceeds it by {excess}.",
                   budget=amount, excess=excess)
    return say("The budget of {budget} does not cover {designs}, by up to {excess}.", budget=amount,
               designs=_quoted(page, over), excess=excess)


def _quoted(page: Page, designs: Sequence[str]) -> Listing:
    return Listing(tuple(say("“{design}”", design=page.designs[design]) for design in designs))


def bands(page: Page) -> Value:
    """How many gain and how many lose under each other design."""
    table = page.table("bands")
    if table.empty:
        return say("Only one design is in this run, so nobody gains or loses beside it.")
    return passage(_gain_and_lose(page, table, design) for design in page.others)


def _gain_and_lose(page: Page, table: pd.DataFrame, design: str) -> Value:
    everybody = table[(table["by"] == "all") & (table["design"] == design)]
    if not everybody["shown"].any():
        return WITHHELD
    moved = moves(page, design)
    values = {"design": page.designs[design], "gain": Count(moved.gain), "lose": Count(moved.lose)}
    if moved.people is None or moved.same is None:
        return _partly_known(page, design, moved.gain, moved.lose)
    people = Count(moved.people)
    if moved.same == moved.people:
        return say("Under “{design}” all {people} people stay about where they are.",
                   design=page.designs[design], people=people)
    return say_many("Of {people} person, {gain} gains and {lose} loses under “{design}”; {same} stays about the same.",
                    "Of {people} people, {gain} gain and {lose} lose under “{design}”; {same} stay about the same.",
                    moved.people, people=people, same=Count(moved.same), **values)


def _partly_known(page: Page, design: str, gain: int, lose: int) -> Value:
    """What can be said of gains and losses where some bands are withheld: the least, or only the mean."""
    name = page.designs[design]
    if gain and lose:
        return say("Under “{design}” at least {gain} people gain and at least {lose} lose; "
                   "groups too small to show are not counted.", design=name, gain=Count(gain), lose=Count(lose))
    if lose:
        return say("Under “{design}” at least {lose} people lose; how many gain is withheld.", design=name,
                   lose=Count(lose))
    if gain:
        return say("Under “{design}” at least {gain} people gain; how many lose is withheld.", design=name,
                   gain=Count(gain))
    change = page.table("change")
    mean = change[(change["by"] == "all") & (change["design"] == design) & change["shown"]]
    if mean.empty:
        return WITHHELD
    return say("Under “{design}” the mean change is {change} a person; how many gain and how many lose is withheld.",
               design=name, change=change_of(page, mean["unit"].iloc[0], mean["mean_change"].iloc[0]))


def groups(page: Page) -> Value:
    """Which grade or outlet (in the group: which region) moves most on average, either way."""
    table = page.table("change")
    if not table.empty:
        table = table[(table["by"].eq("region") if page.subject == "group" else table["by"].ne("all")) & table["shown"]]
    if table.empty:
        return NO_GROUPS if page.has("bands") else bands(page)
    return passage(_furthest(page, table[table["design"] == design], design) for design in page.others)


def _furthest(page: Page, table: pd.DataFrame, design: str) -> Value | None:
    if table.empty:
        return None
    top = table.loc[table["mean_change"].idxmax()]
    low = table.loc[table["mean_change"].idxmin()]
    values = {
        "design": page.designs[design],
        "top": group_words(page, top["by"], top["group"]),
        "more": change_of(page, top["unit"], top["mean_change"]),
        "low": group_words(page, low["by"], low["group"]),
        "less": change_of(page, low["unit"], low["mean_change"]),
    }
    if low["mean_change"] >= 0:
        return say("Under “{design}” no group shown loses on average: from {low} ({less} a person) "
                   "to {top} ({more}).", **values)
    if top["mean_change"] <= 0:
        return say("Under “{design}” no group shown gains on average: from {top} ({more} a person) "
                   "to {low} ({less}).", **values)
    return say("Under “{design}” {top} gains most on average ({more} a person) and {low} loses most ({less}).",
               **values)


def change_of(page: Page, unit: str, value: float) -> Value:
    """A signed change per person, in money or in points."""
    if unit == "minor":
        return _money(page, value, signed=True)
    return say("{points} points", points=Figure(value, 1, signed=True))


def scores(page: Page) -> Value:
    """How many people reach the edge that parts the baseline's people most evenly."""
    if not page.scored:
        return NO_CARD
    table = joined_bins(page)
    if table.empty:
        return WITHHELD
    designs = [design for design in (page.baseline, *page.others) if design in set(table["design"])]
    people = int(table.loc[table["design"] == page.baseline, "people"].sum())
    reached = {edge: _at_least(table, page.baseline, edge) for edge in sorted(set(table["lower"]))[1:]}
    if not reached:
        return say("{people} people are too few to show how their scores are spread.", people=Count(people))
    edge = min(reached, key=lambda each: abs(reached[each] - people / 2))
    parts = [
        say("{count} under “{design}”", count=Count(_at_least(table, design, edge)), design=page.designs[design])
        for design in designs
    ]
    return say("Of {people} people, so many score {edge} points or more: {parts}.", people=Count(people),
               edge=Figure(edge, 0 if edge == round(edge) else 1), parts=Listing(tuple(parts)))


def _at_least(table: pd.DataFrame, design: str, edge: float) -> int:
    return int(table.loc[(table["design"] == design) & (table["lower"] >= edge), "people"].sum())


def contribution(page: Page) -> Value:
    """Whether those who bring in more are paid more: rank correlation with its interval, by design."""
    if not page.pays:
        return NO_PAY
    table = page.table("alignment").dropna(subset=["spearman"]) if page.has("alignment") else pd.DataFrame()
    if table.empty:
        return WITHHELD
    table = table.set_index("design")
    parts: list[Value] = []
    for design in page.designs:
        if design in table.index:
            row = table.loc[design]
            parts.append(say("{value} under “{design}”", value=Figure(row["spearman"], 2), design=page.designs[design]))
    link = say("Pay follows what people bring in with a rank correlation of {values} (1 would be perfectly).",
               values=Listing(tuple(parts)))
    overlap = len(table) > 1 and table["low"].max() <= table["high"].min()
    return passage([link, say("The intervals overlap, so the designs cannot be told apart.") if overlap else None])


def alignment(page: Page) -> Value:
    """In which region pay follows contribution most and least under the baseline."""
    if not page.pays:
        return NO_PAY
    table = page.own("alignment").dropna(subset=["spearman"]) if page.has("alignment") else pd.DataFrame()
    if table.empty:
        return WITHHELD
    top, low = table.loc[table["spearman"].idxmax()], table.loc[table["spearman"].idxmin()]
    values = {"design": page.designs[page.baseline], "top": page.name("region", top["region"]),
              "most": Figure(top["spearman"], 2), "low": page.name("region", low["region"]),
              "least": Figure(low["spearman"], 2)}
    if top["low"] <= low["high"]:
        return say("Under “{design}” pay follows contribution in no region clearly better than in another: "
                   "from {least} in {low} to {most} in {top}.", **values)
    return say("Under “{design}” pay follows contribution most in {top} ({most}) and least in {low} ({least}).", **values)


def region_costs(page: Page) -> Value:
    """How many regions exceed their own budget under each design."""
    table = page.table("regions")
    if table.empty or table["budget_minor"].isna().all():
        return NO_PAY if not page.pays else say("No region has a budget of its own.")
    known = table.dropna(subset=["budget_minor"])
    over = known[known["amount_minor"] > known["budget_minor"]].groupby("design")["region"].nunique()
    parts = [
        say("{count} under “{design}”", count=Count(int(over.get(design, 0))), design=page.designs[design])
        for design in page.designs
    ]
    return say("Of {regions} regions so many exceed their own budget: {parts}.",
               regions=Count(int(known["region"].nunique())), parts=Listing(tuple(parts)))


def indicators(page: Page) -> Value:
    """How many indicators reached their target in the last period, and which is furthest behind."""
    if not page.scored:
        return NO_CARD
    if page.own("indicators").empty or not page.own("indicators")["shown"].any():
        return WITHHELD
    last = latest(page.own("indicators"))
    judged = last[last["shown"] & last["attainment"].notna()]
    if judged.empty:
        return say("No indicator of this card has a target; their change on the previous period is below.")
    weakest = judged.loc[judged["attainment"].idxmin()]
    return say_many(
        "In {period}, {reached} of {number} indicator with a target reached it; furthest behind is {weakest} at {attainment}.",
        "In {period}, {reached} of {number} indicators with a target reached it; "
        "furthest behind is {weakest} at {attainment}.",
        len(judged), period=Span(str(weakest["period"])), reached=Count(int((judged["attainment"] >= 1).sum())),
        number=Count(len(judged)), weakest=page.name("line", weakest["line"]),
        attainment=Share(float(weakest["attainment"]), 0),
    )


def latest(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last period in the table."""
    return table[table["period"] == table["period"].iloc[-1]]


def answer(page: Page) -> Passage:
    """The answer in two or three sentences, for the top of the page."""
    return passage([cost(page) if page.pays else None, bands(page), None if page.pays else scores(page)])
