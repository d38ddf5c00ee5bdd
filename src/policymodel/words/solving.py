"""What a solved number says: what it costs, what the next written value would, who moves, how it was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policymodel.words.numbers import MINOR_UNITS, Count, currency_word, number
from policymodel.words.sentences import Listing, Sentence, Text, Value, say


@dataclass(frozen=True)
class Exactly:
    """An amount to the cent, with its currency.

    >>> Exactly(-123_456_789, "CNY").render("en"), Exactly(123_456_789, "CNY").render("zh-Hant")
    ('CNY −1,234,567.89', '1,234,567.89 元')
    """

    minor: float
    currency: str

    def render(self, language: str) -> str:
        """The amount in this language."""
        text = number(self.minor / MINOR_UNITS, language, 2)
        if language.startswith("zh"):
            return f"{text} {currency_word(self.currency, language).strip()}"
        return f"{self.currency} {text}"


def solved_title(title: Mapping[str, str]) -> Sentence:
    """The title of a scheme one number of which was solved for."""
    return say("{title}, solved to meet a budget", title=Text(title))


def solved_reason(year: str, cost: int, budget: int, currency: str) -> Sentence:
    """Why a change file sets a number that was solved for."""
    return say(
        "Solved so that the year {year}, on the people and results it had, costs {cost}; the budget is {budget}.",
        year=year,
        cost=Exactly(cost, currency),
        budget=Exactly(budget, currency),
    )


def solution_words(
    row: Mapping[str, Any], numbers: Sequence[str], scales: bool, currency: str
) -> list[Value]:
    """A row of `calibration.Answer.frame` in sentences."""
    told: dict[str, Value] = {
        "number": Listing(tuple(numbers)),
        "value": row["value"],
        "present": row["present"],
        "cost": Exactly(row["cost_minor"], currency),
        "budget": Exactly(row["budget_minor"], currency),
        "short": Exactly(row["short_minor"], currency),
    }
    if scales:
        first = say(
            "{number} times {value}: the year costs {cost}, {short} less than the budget of {budget}.", **told
        )
    else:
        first = say(
            "{number} at {value} instead of {present}: the year costs {cost}, {short} less than the budget of "
            "{budget}.",
            **told,
        )
    lines: list[Value] = [first]
    if scales:
        lines.append(say("That is {written}.", written=row["written"]))
    if row["beyond"]:
        more = Exactly(row["beyond_minor"], currency)
        lines.append(say("The next written value, {beyond}, costs {more}.", beyond=row["beyond"], more=more))
    if row["slope"] == row["slope"]:
        word = Exactly(row["slope"], currency)
        lines.append(say("There the cost changes by {slope} for one unit of it.", slope=word))
    loses, gains = (
        sum(int(row[f"{side}_{size}"]) for size in ("1_to_5", "over_5")) for side in ("loses", "gains")
    )
    lines.append(
        say(
            "Of {people} people {loses} lose more than 1% against the baseline and {gains} gain; {same} stay within "
            "it.",
            people=Count(int(row["people"])),
            loses=Count(loses),
            gains=Count(gains),
            same=Count(int(row["same"])),
        )
    )
    lines.append(
        say(
            "Costs worked out: {searched} to find it, {checked} on a grid, {proved} of written values.",
            searched=Count(int(row["searched"])),
            checked=Count(int(row["checked"])),
            proved=Count(int(row["proved"])),
        )
    )
    return lines


def unsolved_words(
    numbers: Sequence[str],
    between: tuple[str, str],
    budget: int,
    nearest: tuple[str, int],
    currency: str,
    *,
    flat: bool = False,
    passes: bool = False,
) -> Sentence:
    """One clear sentence where no value meets the budget: the nearest cost that can be reached, and where.

    `flat`: the cost is the same everywhere. `passes`: it passes the budget, but not at a value that may be written.
    """
    at, cost = nearest
    told: dict[str, Value] = {
        "number": Listing(tuple(numbers)),
        "low": between[0],
        "high": between[1],
        "budget": Exactly(budget, currency),
        "cost": Exactly(cost, currency),
        "gap": Exactly(abs(cost - budget), currency),
        "at": at,
    }
    if flat:
        return say("The cost does not depend on {number}: from {low} to {high} it stays at {cost}.", **told)
    if passes:
        return say(
            "The cost passes {budget} between {low} and {high}, but at no written value of {number}: the nearest is "
            "{cost} at {at}.",
            **told,
        )
    if cost > budget:
        return say(
            "No value of {number} from {low} to {high} costs as little as {budget}: the least is {cost} at {at}, "
            "{gap} over it.",
            **told,
        )
    return say(
        "No value of {number} from {low} to {high} comes near {budget}: the nearest is {cost} at {at}, {gap} below it.",
        **told,
    )
