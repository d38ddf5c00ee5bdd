"""A reconciliation in words: how many are off the rule, what might have been, where to look first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from policymodel.reconciliation import Reconciliation
from policymodel.words.numbers import AmountUnit, Count, Figure
from policymodel.words.sentences import Sentence, Text, Value, render, say, say_many

REASONS: Mapping[str, Sentence] = {
    "other_time": say("for a time that is no period of the scheme"),
    "nobody": say("to somebody the history does not know"),
    "not_employed": say("to somebody who was not employed then"),
}
GROUPINGS: Mapping[str, Sentence] = {"grade": say("Grade"), "outlet": say("Outlet")}


def hypothesis(row: pd.Series, items: Mapping[str, Mapping[str, str]]) -> Sentence:
    """What may have happened, as a hypothesis: `row` has why, item, instead, scheme_value and found_value."""
    item = title_of(row["item"], items)
    match row["why"]:
        case "nothing":
            return say("nothing was paid")
        case "left_out":
            return say("“{item}” was left out", item=item)
        case "twice" if row["item"]:
            return say("“{item}” was paid twice", item=item)
        case "twice":
            return say("everything was paid twice")
        case "other_period" if row["item"]:
            return say("“{item}” is that of {period}", item=item, period=row["instead"])
        case "other_period":
            return say("the amount is that of {period}", period=row["instead"])
        case "other_scheme" if row["item"]:
            return say("“{item}” is what “{scheme}” gives", item=item, scheme=row["instead"])
        case "other_scheme":
            return say("the amount is what “{scheme}” gives", scheme=row["instead"])
        case "no_item":
            return say("“{item}” was paid, which the scheme does not have", item=item)
        case "rate":
            return say(
                "“{item}” at a rate of {found} in place of {scheme}",
                item=item,
                found=_plain(row["found_value"]),
                scheme=_plain(row["scheme_value"]),
            )
        case "share":
            return say("“{item}” at {found} times its amount", item=item, found=_plain(row["found_value"]))
        case "round_sum" if row["found_value"] > 0:
            return say("a round sum of {amount} on top", amount=Figure(float(row["found_value"]), 2))
        case "round_sum":
            return say("a round sum of {amount} taken off", amount=Figure(-float(row["found_value"]), 2))
    return say("no hypothesis explains it")


def title_of(item: str, items: Mapping[str, Mapping[str, str]]) -> Value:
    """The title of a pay item or of its part; what the scheme does not know is called as it is written."""
    return Text(items[item]) if item in items else item


def _plain(value: float) -> str:
    return f"{value:.10g}"


def headline(told: Reconciliation) -> list[Sentence]:
    """How many amounts were compared and how many are off the rule, with the difference that they make."""
    people, off = told.people, told.off_rule
    compared = people[people["state"] != "not_computed"]
    said = [
        say(
            "{amounts} amounts of {people} people were held against “{design}”.",
            amounts=Count(len(compared)),
            people=Count(int(compared["manager_id"].nunique())),
            design=Text(told.title),
        ),
        say(
            "{amounts} amounts of {people} people are off the rule by more than {tolerance} {currency}, together "
            "{difference} {currency}; {unexplained} {currency} of this no hypothesis explains.",
            amounts=Count(len(off)),
            people=Count(int(off["manager_id"].nunique())),
            tolerance=Figure(told.tolerance, 2),
            currency=AmountUnit(0, told.currency),
            difference=Figure(float(off["difference"].sum()), 2, signed=True),
            unexplained=Figure(float(off.loc[off["why"] == "unknown", "difference"].sum()), 2, signed=True),
        ),
    ]
    return said + asides(told)


def asides(told: Reconciliation) -> list[Sentence]:
    """What was left out of the comparison."""
    lost = int((told.people["state"] == "not_computed").sum())
    found = []
    if lost:
        found.append(
            say_many(
                "{count} amount was left out: the scheme gives none, because a figure is missing.",
                "{count} amounts were left out: the scheme gives none, because a figure is missing.",
                lost,
                count=Count(lost),
            )
        )
    for row in told.left_out.itertuples():
        found.append(
            say_many(
                "{count} row of what was paid, {amount} {currency}, lies beside nothing: {reason}.",
                "{count} rows of what was paid, {amount} {currency}, lie beside nothing: {reason}.",
                int(row.rows),
                count=Count(int(row.rows)),
                amount=Figure(float(row.amount), 2),
                currency=AmountUnit(0, told.currency),
                reason=REASONS[str(row.reason)],
            )
        )
    return found


def report(told: Reconciliation, language: str, shown: int = 12) -> str:
    """The whole reconciliation as text, with true figures: for whoever runs the command."""
    return "\n".join(_report(told, language, shown))


def _report(told: Reconciliation, language: str, shown: int) -> Iterator[str]:
    yield from (render(each, language) for each in headline(told))
    if told.off_rule.empty:
        return
    yield ""
    yield render(say("What to look at first (hypotheses, not findings):"), language)
    checks = told.checks()
    for _, row in checks.head(shown).iterrows():
        yield "  " + render(
            say_many(
                "{what}: {count} amount, {difference}",
                "{what}: {count} amounts, {difference}",
                int(row["amounts"]),
                what=hypothesis(row, told.items),
                count=Count(int(row["amounts"])),
                difference=Figure(float(row["difference"]), 2, signed=True),
            ),
            language,
        )
    if len(checks) > shown:
        yield "  " + render(say("and {count} more", count=Count(len(checks) - shown)), language)
    for by in ("grade", "outlet_id"):
        groups = told.groups(by)
        groups = groups[groups["off_rule"] > 0].sort_values("off_rule", ascending=False, kind="stable")
        yield ""
        yield render(GROUPINGS[by.removesuffix("_id")], language)
        for _, row in groups.head(shown).iterrows():
            yield "  " + render(
                say(
                    "{group}: {off} of {people} people off the rule, {difference}, unexplained {unexplained}",
                    group=str(row["group"]) or "–",
                    off=Count(int(row["off_rule"])),
                    people=Count(int(row["people"])),
                    difference=Figure(float(row["difference"]), 2, signed=True),
                    unexplained=Figure(float(row["unexplained"]), 2, signed=True),
                ),
                language,
            )
    yield ""
    yield render(say("Largest differences"), language)
    for _, row in told.off_rule.head(shown).iterrows():
        yield "  " + render(
            say(
                "{manager}, {period}: paid {paid}, by the scheme {replay}: {what}",
                manager=str(row["manager_id"]),
                period=str(row["period"]),
                paid=Figure(float(row["paid"]), 2),
                replay=Figure(float(row["replay"]), 2),
                what=hypothesis(row, told.items),
            ),
            language,
        )
