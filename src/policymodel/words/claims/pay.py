"""Claims about money: what designs cost, and whether pay follows what people bring in."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from policymodel.words.claims.silence import NO_PAY, WITHHELD
from policymodel.words.numbers import Count, Figure, Money, Share
from policymodel.words.page import Page
from policymodel.words.sentences import Listing, Sentence, Value, passage, say


def total_cost(page: Page, design: str) -> int:
    """What a design costs in minor units: the sum of its items."""
    cost = page.table("cost")
    return int(cost.loc[cost["design"] == design, "amount_minor"].sum())


def budget(page: Page) -> int | None:
    """What may be spent, in minor units; None where the run names no budget."""
    table = page.table("budget")
    return None if table.empty else int(table["amount_minor"].sum())


def money(page: Page, minor: float, signed: bool = False) -> Money:
    """An amount of the page's currency."""
    return Money(minor, page.currency, signed)


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
    names: dict[str, Value] = {"design": page.designs[design], "baseline": page.designs[page.baseline]}
    size: dict[str, Value] = {"amount": money(page, abs(more)), "share": Share(abs(share))}
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
    amount = money(page, allowed)
    if not over:
        return say("The budget of {budget} covers every design.", budget=amount)
    worst = max(total_cost(page, design) for design in over) - allowed
    excess = money(page, worst)
    if len(over) == len(page.designs):
        return say(
            "No design fits the budget of {budget}; the dearest exceeds it by {excess}.",
            budget=amount,
            excess=excess,
        )
    return say(
        "The budget of {budget} does not cover {designs}, by up to {excess}.",
        budget=amount,
        designs=_quoted(page, over),
        excess=excess,
    )


def _quoted(page: Page, designs: Sequence[str]) -> Listing:
    return Listing(tuple(say("“{design}”", design=page.designs[design]) for design in designs))


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
    return say(
        "Of {regions} regions, {parts} exceed their own budget.",
        regions=Count(int(known["region"].nunique())),
        parts=Listing(tuple(parts)),
    )


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
            parts.append(
                say("{value} under “{design}”", value=Figure(row["spearman"], 2), design=page.designs[design])
            )
    link = say(
        "Pay follows what people bring in with a rank correlation of {values} (1 would be perfectly).",
        values=Listing(tuple(parts)),
    )
    changes = [
        _change_of_link(page, design, table.loc[design]) for design in page.others if design in table.index
    ]
    return passage([link, *changes])


def _change_of_link(page: Page, design: str, row: pd.Series) -> Sentence | None:
    """Whether pay follows contribution more or less closely than under the baseline, for the same people."""
    if row[["change", "change_low", "change_high"]].isna().any():
        return None
    values: dict[str, Value] = {
        "design": page.designs[design],
        "change": Figure(row["change"], 3, True),
        "low": Figure(row["change_low"], 3, True),
        "high": Figure(row["change_high"], 3, True),
    }
    if row["change_low"] > 0:
        return say(
            "It follows more closely under “{design}”: {change} (95% interval {low} to {high}).", **values
        )
    if row["change_high"] < 0:
        return say(
            "It follows less closely under “{design}”: {change} (95% interval {low} to {high}).", **values
        )
    return say("“{design}” makes no clear difference: {change} (95% interval {low} to {high}).", **values)


def alignment(page: Page) -> Value:
    """In which region pay follows contribution most and least under the baseline."""
    if not page.pays:
        return NO_PAY
    table = page.own("alignment").dropna(subset=["spearman"]) if page.has("alignment") else pd.DataFrame()
    if table.empty:
        return WITHHELD
    top, low = table.loc[table["spearman"].idxmax()], table.loc[table["spearman"].idxmin()]
    values: dict[str, Value] = {
        "design": page.designs[page.baseline],
        "top": page.name("region", top["region"]),
        "most": Figure(top["spearman"], 2),
        "low": page.name("region", low["region"]),
        "least": Figure(low["spearman"], 2),
    }
    if top["low"] <= low["high"]:
        return say(
            "Under “{design}” pay follows contribution in no region clearly better than in another: "
            "from {least} in {low} to {most} in {top}.",
            **values,
        )
    return say(
        "Under “{design}” pay follows contribution most in {top} ({most}) and least in {low} ({least}).",
        **values,
    )
