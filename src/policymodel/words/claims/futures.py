"""Claims about next year: what designs cost and how sure that is, whom they move, what drives the spread."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from policymodel.words.claims.pay import money
from policymodel.words.claims.silence import WITHHELD
from policymodel.words.numbers import Count, Figure, Share, Span
from policymodel.words.page import Page
from policymodel.words.sentences import Listing, Sentence, Value, passage, say

ALL = "all"
MOST_DESIGNS = 3
"""Designs beside the baseline that a sentence tells one by one; of more it tells the cheapest and the dearest."""
LARGE, SMALL, SMALLEST = 0.5, 0.1, 0.01
"""From what share of the spread on a factor is most of it; below what share none is worth a sentence; nor a row."""


def of(page: Page, name: str, design: str, region: str = ALL) -> pd.Series | None:
    """A design's row of a table; None where there is none."""
    table = page.table(name)
    rows = table[(table["design"] == design) & (table["region"] == region)] if len(table) else table
    return rows.iloc[0] if len(rows) else None


def told(page: Page) -> tuple[str, ...]:
    """The designs that are told one by one: the baseline and few others, or of many the cheapest and the dearest."""
    if len(page.others) <= MOST_DESIGNS:
        return (page.baseline, *page.others)
    table = page.table("futures_cost")
    mean = table[table["region"] == ALL].set_index("design")["mean_minor"].loc[list(page.others)]
    return (page.baseline, *dict.fromkeys((str(mean.idxmin()), str(mean.idxmax()))))


def draws(page: Page) -> int:
    """How many futures were drawn."""
    table = page.table("futures_cost")
    return int(table["draws"].iloc[0]) if len(table) else 0


def quoted(page: Page, design: str) -> Value:
    """A design's title in quotation marks."""
    return say("“{design}”", design=page.designs[design])


def cost(page: Page) -> Value:
    """Last year replayed, then what each design costs next year with the widest band that the draws can tell."""
    if not page.has("futures_cost"):
        return WITHHELD
    return passage(_cost(page, design) for design in told(page))


def _cost(page: Page, design: str) -> Sentence | None:
    row = of(page, "futures_cost", design)
    if row is None:
        return None
    values: dict[str, Value] = {
        "design": page.designs[design],
        "base": Span(page.base_period),
        "period": page.span(),
        "replay": money(page, row["replay_minor"]),
        "mean": money(page, row["mean_minor"]),
    }
    wide = next((each for each in ("95", "80") if pd.notna(row[f"low_{each}_minor"])), "")
    if not wide:
        return say(
            "“{design}”: {replay} in {base}, replayed as it was; {mean} on average in {period}. The draws are too few "
            "for a band.",
            **values,
        )
    return say(
        "“{design}”: {replay} in {base}, replayed as it was; {mean} on average in {period}, and in {wide} of 100 "
        "futures from {low} to {high}.",
        wide=wide,
        low=money(page, row[f"low_{wide}_minor"]),
        high=money(page, row[f"high_{wide}_minor"]),
        **values,
    )


def over_budget(page: Page) -> Value:
    """In what part of the futures each design exceeds the budget, with the interval of the chance."""
    if not page.has("futures_chance"):
        return say("The run names no budget for every region, so no chance of exceeding it can be told.")
    first = of(page, "futures_chance", page.baseline)
    if first is None:
        return WITHHELD
    parts = []
    for design in told(page):
        row = of(page, "futures_chance", design)
        if row is not None:
            parts.append(
                say(
                    "“{design}” in {share} of the futures (95% interval {low} to {high})",
                    design=page.designs[design],
                    share=chance(row["chance"]),
                    low=chance(row["chance_low"]),
                    high=chance(row["chance_high"]),
                )
            )
    return say(
        "The budget of {budget} is exceeded by {designs}.",
        budget=money(page, first["budget_minor"]),
        designs=Listing(tuple(parts)),
    )


def chance(value: float) -> Share:
    """A chance as it is told: whole per cent, a tenth where it is near none or all."""
    return Share(value, 1 if 0 < value < 0.1 or 0.9 < value < 1 else 0)


def against(page: Page) -> Value:
    """Each design beside the baseline on the same futures, and how sure the difference is."""
    if not page.others:
        return say("The run has one design, so there is nothing to compare it with.")
    if not page.has("futures_against"):
        return WITHHELD
    return passage(_against(page, design) for design in told(page)[1:])


def _against(page: Page, design: str) -> Sentence | None:
    row = of(page, "futures_against", design)
    if row is None:
        return None
    names: dict[str, Value] = {"design": page.designs[design], "baseline": page.designs[page.baseline]}
    count = Count(int(row["draws"]))
    amount = money(page, abs(row["mean_minor"]))
    match str(row["trust"]).split()[0]:
        case "same":
            return say(
                "“{design}” costs the same as “{baseline}” in every one of {count} futures.",
                count=count,
                **names,
            )
        case "always_dearer":
            return say(
                "“{design}” costs {amount} more than “{baseline}” on average, and more in every one of {count} "
                "futures.",
                amount=amount,
                count=count,
                **names,
            )
        case "always_cheaper":
            return say(
                "“{design}” costs {amount} less than “{baseline}” on average, and less in every one of {count} "
                "futures.",
                amount=amount,
                count=count,
                **names,
            )
        case "inside_noise":
            return say(
                "Whether “{design}” costs more or less than “{baseline}” on average is inside the noise of {count} "
                "draws: {amount}, with a 95% interval from {low} to {high}.",
                amount=money(page, row["mean_minor"], signed=True),
                low=money(page, row["low_minor"], signed=True),
                high=money(page, row["high_minor"], signed=True),
                count=count,
                **names,
            )
    dearer = Count(int(row["dearer"]))
    if row["mean_minor"] > 0:
        return say(
            "“{design}” costs {amount} more than “{baseline}” on average, and more in {times} of {count} futures.",
            amount=amount,
            times=dearer,
            count=count,
            **names,
        )
    return say(
        "“{design}” costs {amount} less than “{baseline}” on average, but more in {times} of {count} futures.",
        amount=amount,
        times=dearer,
        count=count,
        **names,
    )


def regret(page: Page) -> Value:
    """How often each design is the cheapest, and what it costs beyond the cheapest where it is not."""
    if not page.others:
        return say("The run has one design, so there is nothing to regret.")
    if not page.has("futures_regret"):
        return WITHHELD
    return passage(_regret(page, design) for design in told(page))


def _regret(page: Page, design: str) -> Sentence | None:
    row = of(page, "futures_regret", design)
    if row is None:
        return None
    name: dict[str, Value] = {"design": page.designs[design]}
    if row["best"] == row["draws"]:
        return say("“{design}” is the cheapest in every future.", **name)
    values: dict[str, Value] = {
        "share": chance(row["best_share"]),
        "mean": money(page, row["regret"]),
        **name,
    }
    if pd.isna(row["regret_95"]):
        return say(
            "“{design}” is the cheapest in {share} of the futures; it costs {mean} more than the cheapest on average.",
            **values,
        )
    return say(
        "“{design}” is the cheapest in {share} of the futures; it costs {mean} more than the cheapest on average, and "
        "in 95 of 100 futures no more than {most}.",
        most=money(page, row["regret_95"]),
        **values,
    )


def worst_regions(page: Page) -> Value:
    """Under each design the region most often over its budget."""
    table = page.table("futures_worst")
    if not page.has("futures_chance"):
        return say("No region has a budget of its own.")
    if table.empty:
        return WITHHELD
    table = table.set_index("design")
    parts: list[Value] = []
    for design in told(page):
        if design not in table.index:
            continue
        row = table.loc[design]
        values: dict[str, Value] = {
            "design": page.designs[design],
            "region": page.name("region", row["region"]),
            "share": chance(row["chance"]),
            "overrun": Share(abs(row["overrun"])),
        }
        if row["chance"] == 0:
            parts.append(say("Under “{design}” no region exceeds its budget in any future.", **values))
        elif row["overrun"] > 0:
            parts.append(
                say(
                    "Under “{design}” {region} is most at risk: over its budget in {share} of the futures, by "
                    "{overrun} of it on average over all futures.",
                    **values,
                )
            )
        else:
            parts.append(
                say(
                    "Under “{design}” {region} is most at risk: over its budget in {share} of the futures, and "
                    "{overrun} below it on average over all futures.",
                    **values,
                )
            )
    return passage(parts)


def sides(page: Page, design: str, view: str) -> dict[str, int | None]:
    """People by side of one view; None where withheld; empty where the view was not made."""
    table = page.table("futures_moved")
    rows = table[(table["design"] == design) & (table["view"] == view)] if len(table) else table
    return {row.side: int(row.people) if row.shown else None for row in rows.itertuples()}


def moved(page: Page) -> Value:
    """Likely losers and winners under each design, those for whom the year decides, and what a bad year changes."""
    if not page.others:
        return say("The run has one design, so nobody is moved.")
    if not page.has("futures_moved"):
        return WITHHELD
    return passage(each for design in told(page)[1:] for each in _moved(page, design))


def _moved(page: Page, design: str) -> Iterator[Value]:
    found = sides(page, design, "chance")
    names: dict[str, Value] = {"design": page.designs[design]}
    loses, gains, undecided = (found.get(each) for each in ("likely_loses", "likely_gains", "undecided"))
    if loses is not None and gains is not None and undecided is not None:
        yield say(
            "Under “{design}” {loses} people lose and {gains} gain in at least four of five futures; for {undecided} "
            "the year decides.",
            loses=Count(loses),
            gains=Count(gains),
            undecided=Count(undecided),
            **names,
        )
    else:
        told = [(loses, say("likely losers")), (gains, say("likely winners")), (undecided, say("undecided"))]
        known = tuple(say("{count} {who}", count=Count(each), who=who) for each, who in told if each)
        yield (
            say(
                "Under “{design}” there are {known}; other numbers are about too few people.",
                known=Listing(known),
                **names,
            )
            if known
            else say(
                "Under “{design}” too few people are likely to lose, or to gain, to tell how many.", **names
            )
        )
    mean, bad = (sides(page, design, view).get("loses") for view in ("expected", "bad"))
    if mean is not None and bad is not None and mean != bad:
        yield say(
            "In bad years {bad} people lose on average, over all years {mean}.",
            bad=Count(bad),
            mean=Count(mean),
        )
    elif bad:
        yield say("In bad years {bad} people lose on average.", bad=Count(bad))


def drivers(page: Page) -> Value:
    """Which common factor most of the spread of cost goes with, under the first proposal or the design alone."""
    table = page.table("futures_drivers")
    if table.empty:
        return say("The draws are too few to say what drives the spread of cost.")
    design = page.others[0] if page.others else page.baseline
    rows = table[(table["region"] == ALL) & (table["design"] == design)]
    if rows.empty:
        return WITHHELD
    order = rows.sort_values("share", ascending=False, kind="stable")
    first, explained = order.iloc[0], float(order["explained"].iloc[0])
    values: dict[str, Value] = {
        "design": page.designs[design],
        "factor": page.name("factor", first["factor"]),
        "share": Share(first["share"], 0),
        "rest": Share(max(0.0, 1 - explained), 0),
    }
    if first["share"] < SMALL:
        return say(
            "Under “{design}” no common factor drives the spread: {rest} is the luck of single people and regions.",
            **values,
        )
    values["others"] = Share(max(0.0, explained - float(first["share"])), 0)
    if first["share"] >= LARGE:
        return say(
            "Most of the spread of cost under “{design}” is how “{factor}” grows ({share}); {others} is other common "
            "factors and {rest} the luck of single people and regions.",
            **values,
        )
    return say(
        "The largest part of the spread of cost under “{design}” is how “{factor}” grows ({share}); {others} is other "
        "common factors and {rest} the luck of single people and regions.",
        **values,
    )


def score(page: Page) -> Value | None:
    """The mean score next year under each design; nothing where no design scores."""
    if not page.has("futures_score"):
        return None
    parts = []
    for design in told(page):
        row = of(page, "futures_score", design)
        if row is not None:
            parts.append(
                say("{mean} under “{design}”", mean=Figure(row["mean"], 1), design=page.designs[design])
            )
    return say("The mean score in {period} is {values}.", period=page.span(), values=Listing(tuple(parts)))


def backtest(page: Page) -> Value | None:
    """How often what happened lay in the bands of earlier forecasts; nothing where no back-test was made."""
    rows = tested(page)
    rows = rows[rows["band"].notna()] if len(rows) else rows
    if rows.empty:
        return None
    return passage(_tested(row) for row in rows.to_dict("records"))


def tested(page: Page) -> pd.DataFrame:
    """The back-test of the baseline over all held-out periods: a row for each level and band."""
    table = page.table("backtest")
    if table.empty:
        return table
    own = table[(table["design"] == page.baseline) & (table["forecast"] == "futures")]
    whole = own[own["origin"] == ALL]
    return whole if len(whole) else own


def _tested(row: Mapping[Hashable, Any]) -> Value:
    promised, held = Share(row["band"], 0), Share(row["coverage"], 0)
    values: dict[str, Value] = {
        "promised": promised,
        "held": held,
        "low": Share(row["low"], 0),
        "high": Share(row["high"], 0),
        "level": LEVELS[str(row["level"])],
    }
    if row["low"] <= row["band"] <= row["high"]:
        return say(
            "Of {level} {held} lay in bands that promised {promised} (95% interval {low} to {high}): as promised.",
            **values,
        )
    if row["coverage"] < row["band"]:
        return say(
            "Of {level} only {held} lay in bands that promised {promised} (95% interval {low} to {high}): the bands "
            "are too narrow.",
            **values,
        )
    return say(
        "Of {level} {held} lay in bands that promised {promised} (95% interval {low} to {high}): the bands are wider "
        "than need be.",
        **values,
    )


LEVELS: Mapping[str, Value] = {
    "group": say("the group's totals"),
    "region": say("the regions' totals"),
    "person": say("people's pay"),
}
"""Of what a forecast was held against what happened."""
