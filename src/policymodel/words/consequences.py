"""What rewards and penalties would have done to a person, in words: why, what follows, what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from policymodel.consequences import Replay
from policymodel.scheme.consequences import RankWhen, Rule
from policymodel.words.actions import ACTIONS
from policymodel.words.clauses.plan import Day
from policymodel.words.numbers import AmountUnit, Count, Figure, Share, Span
from policymodel.words.sentences import Listing, Sentence, Series, Text, Value, render, say

Codes = Mapping[tuple[str, str], Value]
"""What kinds of event are called, by `event` and the code."""


def rule_title(rule: Rule) -> Text:
    """What a rule is called."""
    return Text(dict(rule.title.languages))


def why_words(facts: pd.DataFrame, rule: Rule, codes: Codes, currency: str) -> Value:
    """The facts behind one time that a rule held: scores, events with their ids, or a place."""
    told = tuple(_fact(each, rule, codes, currency) for each in facts.to_dict("records"))
    return told[0] if len(told) == 1 else Listing(told)


def _fact(fact: Mapping[Any, Any], rule: Rule, codes: Codes, currency: str) -> Sentence:
    if fact["fact"] == "score":
        return say("score {score} in {period}", score=_score(fact["figure"]), period=Span(fact["at"]))
    if fact["fact"] == "event":
        kind = codes.get(("event", fact["event"]), str(fact["event"]))
        day = Day(date.fromisoformat(fact["at"]))
        return say("{event} of {day} ({id})", event=kind, day=day, id=str(fact["event_id"]))
    by_score = isinstance(rule.when, RankWhen) and rule.when.rank == "score"
    figure: Value = _score(fact["figure"]) if by_score else _exact(fact["figure"], currency)
    if fact["place"]:
        return say("place {place} with {figure}", place=Count(int(fact["place"])), figure=figure)
    return say("among the best with {figure}", figure=figure)


def _exact(minor: float, currency: str) -> Sentence:
    """An amount to the cent."""
    return say("{number} {unit}", number=Figure(minor / 100, 2), unit=AmountUnit(0, currency))


def _score(score: float) -> Figure:
    return Figure(score, 2)


def follows_words(follows: pd.DataFrame) -> Value:
    """What follows from one time that a rule held."""
    told = tuple(_followed(each) for each in follows.to_dict("records"))
    return told[0] if len(told) == 1 else Series(told)


def _followed(row: Mapping[Any, Any]) -> Value:
    action: Value = ACTIONS[row["action"]]
    if row["share"] == row["share"]:
        share = float(row["share"])
        digits = 0 if round(share * 100, 9) == round(share * 100) else 1
        action = say("{action} by {share}", action=action, share=Share(share, digits))
    if row["grade_after"]:
        if row["grade"] == row["grade_after"]:
            action = say("{action} (stays in grade {grade})", action=action, grade=str(row["grade"]))
        else:
            moved = {"before": str(row["grade"]), "after": str(row["grade_after"])}
            action = say("{action} (from grade {before} to {after})", action=action, **moved)
    if row["periods"] and not row["begins"]:
        return say("{action}, in the next year", action=action)
    if row["periods"] and row["ends"] == row["begins"]:
        return say("{action}, in {period}", action=action, period=Span(row["begins"]))
    if row["periods"] and row["ends"]:
        return say(
            "{action}, from {first} to {last}",
            action=action,
            first=Span(row["begins"]),
            last=Span(row["ends"]),
        )
    if row["periods"]:
        return say("{action}, from {first} on into the next year", action=action, first=Span(row["begins"]))
    if row["grade_after"] or row["action"] == "dismissal":
        if row["begins"]:
            return say("{action}, from {first} on", action=action, first=Span(row["begins"]))
        return say("{action}, from the next year on", action=action)
    return action


def told(replay: Replay, codes: Codes, language: str) -> pd.DataFrame:
    """One row for each time that a rule held, in words.

    Columns: design, manager_id, period, rule, kind, step (0 where a hurdle barred it), title, why, follows.
    """
    held, facts, follows = replay.held(), replay.facts(), replay.follows()
    rules = {rule.id: rule for rule in replay.standing.rules.rules}
    currency = replay.standing.panel.history.currency
    keys = ["manager_id", "period", "rule"]
    why, after = dict(list(facts.groupby(keys))), dict(list(follows.groupby(keys)))
    rows = []
    for each in held.to_dict("records"):
        key = tuple(each[name] for name in keys)
        rule, behind = rules[each["rule"]], why[key]
        reason = why_words(behind[~behind["bars"].astype(bool)], rule, codes, currency)
        follow: Value = (
            say(
                "nothing, because of {events}",
                events=why_words(behind[behind["bars"].astype(bool)], rule, codes, currency),
            )
            if each["barred"]
            else follows_words(after[key])
        )
        rows.append((render(rule_title(rule), language), render(reason, language), render(follow, language)))
    words = pd.DataFrame(rows, columns=["title", "why", "follows"])
    return pd.concat([held.drop(columns="barred"), words], axis=1)


def person_said(replay: Replay, manager_id: str, periods: list[str], codes: Codes) -> list[Sentence]:
    """What held for one person in some periods and what it took then, as sentences; [] where nothing did."""
    currency = replay.standing.panel.history.currency
    rules = {rule.id: rule for rule in replay.standing.rules.rules}
    said: list[Sentence] = []
    frames = (replay.held(), replay.facts(), replay.follows(), replay.effects())
    held, facts, follows, effects = (
        each[(each["manager_id"] == manager_id) & each["period"].isin(periods)] for each in frames
    )
    for each in held.to_dict("records"):
        mine = [
            frame[(frame["rule"] == each["rule"]) & (frame["period"] == each["period"])]
            for frame in (facts, follows)
        ]
        said.append(_time_said(each, rules[each["rule"]], mine[0], mine[1], codes, currency))
    together = effects.groupby(["period", "rule", "wage"], sort=False, as_index=False)
    for each in together.agg(amount_minor=("amount_minor", "sum"), known=("known", "all")).to_dict("records"):
        said.append(_effect_said(each, rules[each["rule"]], currency))
    return said


def _time_said(
    held: Mapping[Any, Any],
    rule: Rule,
    facts: pd.DataFrame,
    follows: pd.DataFrame,
    codes: Codes,
    currency: str,
) -> Sentence:
    bars = facts["bars"].astype(bool)
    values: dict[str, Value] = {
        "period": Span(held["period"]),
        "rule": rule_title(rule),
        "why": why_words(facts[~bars], rule, codes, currency),
    }
    if held["barred"]:
        events = why_words(facts[bars], rule, codes, currency)
        return say("{period}, {rule}: {why}. Nothing follows, because of {events}.", events=events, **values)
    values["follows"] = follows_words(follows)
    if len(rule.steps) > 1:
        step = Count(int(held["step"]))
        return say("{period}, {rule}, step {step}: {why}. What follows: {follows}.", step=step, **values)
    return say("{period}, {rule}: {why}. What follows: {follows}.", **values)


WAGES: Mapping[str, Sentence] = {"base_wage": say("base wage"), "performance_wage": say("performance wage")}


def _effect_said(effect: Mapping[Any, Any], rule: Rule, currency: str) -> Sentence:
    values: dict[str, Value] = {
        "period": Span(effect["period"]),
        "rule": rule_title(rule),
        "wage": WAGES[effect["wage"]],
    }
    if not effect["known"]:
        return say("{period}, {wage}: what “{rule}” takes is not known, because the wage is not.", **values)
    amount = _exact(abs(effect["amount_minor"]), currency)
    if effect["amount_minor"] < 0:
        return say("{period}, {wage}: {amount} less by “{rule}”.", amount=amount, **values)
    return say("{period}, {wage}: {amount} more by “{rule}”.", amount=amount, **values)


__all__ = ["follows_words", "person_said", "rule_title", "told", "why_words"]
