"""What a frontier says: its claim, its axes, the designs that are best at something, and which limits bind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from policymodel.words.numbers import MINOR_UNITS, Count, Figure, Money, Scale, Share
from policymodel.words.sentences import Sentence, Text, Value, say, say_many

STATES: Mapping[str, Value] = {
    "frontier": say("cannot be bettered in cost, losers and spread"),
    "dominated": say("bettered by another"),
    "dropped": say("outside a limit"),
    "baseline": say("baseline"),
}
BEST: Mapping[str, Value] = {
    "cheapest": say("costs least"),
    "fewest_losers": say("fewest lose"),
    "least_spread": say("spreads least"),
    "balanced": say("nearest to best at everything"),
}
LIMITS: Mapping[str, Value] = {
    "budget": say("cost"),
    "losers": say("people who lose"),
    "spread": say("spread"),
    "envelope": say("outlets' envelopes"),
}


@dataclass(frozen=True)
class _Unit:
    """The unit of an axis of money."""

    largest: float
    currency: str

    def render(self, language: str) -> str:
        """The scale and the currency."""
        return Scale.of(self.largest, language).unit(self.currency, language)


@dataclass(frozen=True)
class FrontierWords:
    """The words around a frontier."""

    title: Value
    description: Value
    axes: tuple[Value, Value]
    lines: tuple[Value, ...]


def frontier_words(
    table: pd.DataFrame,
    chosen: Mapping[str, str],
    binding: Mapping[str, int],
    numbers: list[str],
    currency: str,
) -> FrontierWords:
    """The words of `calibration.Frontier`; the claim says from where to where its frontier reaches."""
    best = table[table["state"] == "frontier"].set_index("design")
    all_of_them = Count(len(table))
    if best.empty:
        title: Value = say("None of {all} designs stays inside the limits", all=all_of_them)
    else:
        cheap, mild = (best.loc[chosen[name]] for name in ("cheapest", "fewest_losers"))
        title = say(
            "{count} of {all} designs cannot be bettered: for {low} {many} lose, for {high} {few}",
            count=Count(len(best)),
            all=all_of_them,
            low=Money(int(cheap["cost_minor"]), currency),
            many=Share(float(cheap["lose_share"]), 0),
            high=Money(int(mild["cost_minor"]), currency),
            few=Share(float(mild["lose_share"]), 0),
        )
    description = say(
        "Points: designs by what the year costs and what share of people would be paid more than 1% less; filled "
        "circles cannot be bettered, dashed lines are limits."
    )
    unit = _Unit(float(table["cost_minor"].max()) / MINOR_UNITS, currency)
    axes = say("{what} ({unit})", what=say("cost of the year"), unit=unit), say("people who lose")
    return FrontierWords(
        title, description, axes, (*_chosen(best, chosen, numbers, currency), *_limits(binding))
    )


def _chosen(
    best: pd.DataFrame, chosen: Mapping[str, str], numbers: list[str], currency: str
) -> list[Sentence]:
    found = []
    for name, design in chosen.items():
        row = best.loc[design]
        found.append(
            say(
                "{design}, {best}: {written}; {cost}, {lose} of {people} lose, {gain} gain, spread {spread}.",
                design=design,
                best=BEST[name],
                written="; ".join(f"{each} {row[each]}" for each in numbers),
                cost=Money(int(row["cost_minor"]), currency),
                lose=Count(int(row["lose"])),
                people=Count(int(row["people"])),
                gain=Count(int(row["gain"])),
                spread=Figure(float(row["spread"]), 4),
            )
        )
    return found


def _limits(binding: Mapping[str, int]) -> list[Sentence]:
    found = []
    for name, count in binding.items():
        if count:
            found.append(
                say_many(
                    "The limit on {limit} keeps {count} design off the frontier.",
                    "The limit on {limit} keeps {count} designs off the frontier.",
                    count,
                    limit=LIMITS[name],
                    count=Count(count),
                )
            )
        else:
            found.append(say("Lifting the limit on {limit} alone would change nothing.", limit=LIMITS[name]))
    return found


def tried_title(title: Mapping[str, str], name: str) -> Sentence:
    """The title of a scheme on the frontier, by what it is best at."""
    return say("{title}: {best}", title=Text(title), best=BEST[name])


def tried_reason(name: str, cost: int, lose: int, people: int, currency: str) -> Sentence:
    """Why a change file sets numbers of a design on the frontier."""
    return say(
        "A design that none of those tried betters ({best}): on last year's people and results it costs {cost}, and "
        "{lose} of {people} people lose more than 1%.",
        best=BEST[name],
        cost=Money(cost, currency),
        lose=Count(lose),
        people=Count(people),
    )
