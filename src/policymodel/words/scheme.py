"""The settings of a design in words: their numbers, and what changed between two designs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd

from policymodel.scheme.changes import changes_between
from policymodel.scheme.scheme import Scheme
from policymodel.words.actions import ACTIONS
from policymodel.words.numbers import Figure, Share
from policymodel.words.page import Page
from policymodel.words.sentences import Sentence, Text, Value, say

SETTINGS: Mapping[str, Sentence] = {
    "against": say("what it is compared with"),
    "cap": say("cap"),
    "card": say("Scorecard"),
    "channels": say("channels that count"),
    "every": say("how often it is judged"),
    "floor": say("floor"),
    "full_at": say("share asked for"),
    "full_score": say("full score"),
    "income": say("income lines"),
    "increment": say("increment"),
    "event": say("event"),
    "bottom": say("divided by"),
    "top": say("counted"),
    "least_applying": say("least part of the points that must apply"),
    "if_fewer": say("where fewer points apply"),
    "level": say("level"),
    "measure": say("measure"),
    "missing": say("a missing figure"),
    "negative_balance": say("negative balance"),
    "not_applicable": say("a line that does not apply"),
    "out_of": say("highest mark"),
    "pay": say("Pay scheme"),
    "points": say("points"),
    "points_each": say("points each"),
    "rescale": say("factor of the whole score"),
    "scaled_by": say("scaled by"),
    "shares.increment": say("share paid of the increment"),
    "shares.stock": say("share paid of the stock"),
    "shares.super_increment": say("share paid above the target"),
    "growth": say("growth asked for"),
    "weight_of_forecast": say("weight of the forecast"),
    "share_of_income": say("share of the unit's income"),
    "targets": say("Targets"),
    "zero_target": say("a target of zero"),
    "consequences": say("Rewards and penalties"),
    "grades": say("grades"),
    "several_cuts": say("several cuts on one wage"),
    "when.score": say("score"),
    "when.limit": say("score it is held against"),
    "when.periods": say("periods it takes"),
    "when.of_last": say("of how many periods"),
    "when.events": say("events"),
    "when.at_least": say("events it takes"),
    "when.months": say("months looked back"),
    "when.rank": say("ranked by"),
    "when.over": say("ranked over"),
    "when.top": say("places"),
    "when.among": say("ranked among"),
    "when.ties": say("shared places"),
    "unless.events": say("events that bar it"),
    "unless.at_least": say("events that bar it, how many"),
    "unless.months": say("months looked back for what bars it"),
    "within_months": say("months a step is remembered"),
    "appeal": say("objection"),
    "action": say("consequence"),
    "share": say("part of the wage taken"),
    "periods": say("periods it lasts"),
    "begins": say("begins"),
}
RULES = ("reward", "penalty")
SHARES = ("shares", "growth", "weight_of_forecast", "share_of_income", "least_applying")
"""Settings that are parts of a whole."""
BOUNDS = ("cap", "floor")
SHARE_LINES = ("attainment", "change_on_period", "share", "perspective")
"""Kinds of lines whose bounds are multiples of a target or parts of a full score; others' are in their own unit."""
WORDS: Mapping[str, Sentence] = {
    "previous_period": say("the previous period"),
    "same_period_last_year": say("the same period last year"),
    "manager": say("each manager"),
    "outlet": say("the whole outlet"),
    "refuse": say("no score is given"),
    "zero": say("it counts as zero"),
    "full": say("it counts in full"),
    "rescale": say("its points go to the other lines"),
    "reweight": say("its points go to the other lines"),
    "not_applicable": say("it does not apply"),
    "not_known": say("it is not known"),
    "management_score": say("management score"),
    "carry": say("it is carried"),
    "as_found": say("as the finding says"),
    **ACTIONS,
    "below": say("below"),
    "at_least": say("at least"),
    "period": say("each period"),
    "region": say("the region"),
    "group": say("the whole group"),
    "performance_wage": say("performance wage"),
    "all_get_it": say("all get it"),
    "none_gets_it": say("none gets it"),
    "next_period": say("from the next period on"),
    "next_year": say("from the next year on"),
    "add_up": say("they add up"),
    "largest": say("the largest holds"),
    "month": say("every month"),
    "quarter": say("every quarter"),
    "year": say("every year"),
}
INCOME: Mapping[str, Sentence] = {
    "interest": say("interest income of the manager's clients"),
    "deposit": say("deposit income of the manager's clients"),
    "fee": say("fee income of the manager's clients"),
}
"""The income lines of the published plan (S6.2); another bank's stand as they are called."""
NONE = say("none")


def change_words(changes: pd.DataFrame) -> list[Value]:
    """One sentence for each setting that differs, with the reason its author gave; one for a line that is new or gone.

    >>> rows = pd.DataFrame([{"at": "cards.cap", "title": {"en": "Cards"}, "kind": "attainment", "setting": "cap",
    ...                       "before": None, "after": Decimal("1.5"), "because": {"en": "luck"}, "source": ""}])
    >>> change_words(rows)[0].render("en")
    'Cards: cap, from none to 150%, because luck.'
    """
    rows = changes.to_dict("records")
    whole = {_line(row): "after" for row in rows if row["setting"] == "kind" and _none(row["before"])}
    whole |= {_line(row): "before" for row in rows if row["setting"] == "kind" and _none(row["after"])}
    told = [row for row in rows if _line(row) not in whole or row["setting"] == "kind"]
    return [_came_or_went(row) if _line(row) in whole else _sentence(row) for row in told]


def _line(row: Mapping[str, Any]) -> str:
    return str(row["at"]).split(".")[0]


def _none(value: Any) -> bool:
    """Whether there is no value: in a frame that may be a number that is none."""
    return value is None or value != value


def _came_or_went(row: Mapping[str, Any]) -> Sentence:
    """A whole line is new, or gone: its settings say nothing against another design's."""
    line, because = _text(row["title"]), row["because"]
    new = _none(row["before"])
    if isinstance(because, Mapping | str) and because:
        reason = _text(because)
        if new:
            return say("{line}: new, because {because}.", line=line, because=reason)
        return say("{line}: no longer there, because {because}.", line=line, because=reason)
    return say("{line}: new.", line=line) if new else say("{line}: no longer there.", line=line)


def _sentence(row: Mapping[str, Any]) -> Sentence:
    setting = str(row["setting"])
    values: dict[str, Value] = {
        "line": _text(row["title"]) if row["title"] else setting_words(str(row["at"])),
        "setting": setting_words(setting),
        "before": value_words(setting, row["before"], str(row["kind"])),
        "after": value_words(setting, row["after"], str(row["kind"])),
    }
    because = row["because"]
    reasoned = isinstance(because, Mapping | str) and bool(because)
    if row.get("first_day"):
        values["day"] = str(row["first_day"])
        if reasoned:
            return say(
                "{line}: {setting}, as of {day} from {before} to {after}, because {because}.",
                because=_text(because),
                **values,
            )
        return say("{line}: {setting}, as of {day} from {before} to {after}.", **values)
    if reasoned:
        return say(
            "{line}: {setting}, from {before} to {after}, because {because}.",
            because=_text(because),
            **values,
        )
    return say("{line}: {setting}, from {before} to {after}.", **values)


def _text(written: Mapping[str, str] | str) -> Text:
    return Text({"en": written} if isinstance(written, str) else dict(written))


def setting_words(setting: str) -> Value:
    """The word for a setting; its own name in the file where there is none."""
    if setting.startswith("monthly."):
        return say("monthly wage of grade {grade}", grade=setting.removeprefix("monthly."))
    return SETTINGS.get(setting, SETTINGS.get(setting.rsplit(".", 1)[-1], setting))


def value_words(setting: str, value: Any, kind: str) -> Value:
    """A setting's value on a line of this kind as a reader says it: shares as percentages, no value as "none"."""
    if _none(value):
        return NONE
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        number = Decimal(str(value))
        part = setting.split(".")[0]
        taken = kind in RULES and setting.endswith(".share")
        if taken or part in SHARES or (part in BOUNDS and kind in SHARE_LINES):
            return Share(float(number), _digits(number * 100))
        return Figure(float(number), _digits(number))
    return WORDS.get(str(value), str(value))


def _digits(number: Decimal) -> int:
    """Decimals as written, without trailing zeros."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def numbers_of(scheme: Scheme) -> pd.DataFrame:
    """Every number of a scheme in its order: at, title (words by language, or none), kind, setting, value, source."""
    every = changes_between(replace(scheme, document={}, reasons=()), scheme)
    numeric = [
        isinstance(value, Decimal | int)
        and not isinstance(value, bool)
        and not str(setting).endswith("digits")
        for value, setting in zip(every["after"], every["setting"], strict=True)
    ]
    columns = ["at", "title", "kind", "setting", "value", "source"]
    return every[numeric].rename(columns={"after": "value"})[columns]


def line_words(row: Mapping[str, Any]) -> Value:
    """The words for the line whose number a row holds."""
    return _text(row["title"]) if row["title"] else setting_words(str(row["at"]).split(".")[0])


def illustrative_words(schemes: Iterable[Scheme]) -> list[Value]:
    """Every number that the published source does not print, once, with its line and setting."""
    found: dict[tuple[str, str], Value] = {}
    for scheme in schemes:
        every = numbers_of(scheme)
        for row in every[every["source"] == "illustrative"].to_dict("records"):
            found.setdefault(
                (str(row["at"]), str(row["value"])),
                say(
                    "{line}: {setting} {value}",
                    line=line_words(row),
                    setting=setting_words(str(row["setting"])),
                    value=value_words(str(row["setting"]), row["value"], str(row["kind"])),
                ),
            )
    return list(found.values())


def all_changes(page: Page) -> list[Value]:
    """What every other design changes, with its name before its changes where there are several."""
    sentences: list[Value] = []
    for design, changes in page.changes.items():
        if len(page.changes) > 1:
            sentences.append(say("Under “{design}”:", design=page.designs[design]))
        sentences += change_words(changes)
    return sentences or [say("The designs do not differ.")]
