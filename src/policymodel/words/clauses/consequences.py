"""Rewards and penalties in words: when a rule holds, what follows, and what all rules have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policymodel.scheme.consequences import (
    Consequence,
    EventsWhen,
    Penalty,
    RankWhen,
    Reward,
    Rule,
    Rules,
    ScoreWhen,
)
from policymodel.scheme.terms import Number
from policymodel.words.actions import ACTIONS
from policymodel.words.clauses.plan import Plan
from policymodel.words.clauses.said import Said, own, rule
from policymodel.words.numbers import Count
from policymodel.words.sentences import Listing, Sentence, Series, Text, Value, say, say_many

ROWS: Mapping[str, Sentence] = {
    "below": say_many(
        "It holds when the score is below {limit} in {periods} {period}.",
        "It holds when the score is below {limit} in {periods} {period}s in a row.",
        0,
    ),
    "at_least": say_many(
        "It holds when the score is {limit} or more in {periods} {period}.",
        "It holds when the score is {limit} or more in {periods} {period}s in a row.",
        0,
    ),
}
MOVES: Mapping[str, tuple[Sentence, Sentence]] = {
    "promotion": (
        say("promotion by {grades} grade from the next {period} on"),
        say("promotion by {grades} grade from the next year on"),
    ),
    "lower_grade": (
        say("a grade lower by {grades} from the next {period} on"),
        say("a grade lower by {grades} from the next year on"),
    ),
    "demotion": (
        say("demotion to a lower post, by {grades} grade, from the next {period} on"),
        say("demotion to a lower post, by {grades} grade, from the next year on"),
    ),
}
CUTS: Mapping[str, Sentence] = {
    "reduce_performance_wage": say_many(
        "{share} of the performance wage of the next {periods} {period} is not paid",
        "{share} of the performance wage of the next {periods} {period}s is not paid",
        0,
    ),
    "stop_performance_wage": say_many(
        "the performance wage of the next {periods} {period} is not paid",
        "the performance wage of the next {periods} {period}s is not paid",
        0,
    ),
    "reduce_base_wage": say_many(
        "{share} of the base wage of the next {periods} {period} is not paid",
        "{share} of the base wage of the next {periods} {period}s is not paid",
        0,
    ),
    "stop_base_wage": say_many(
        "the base wage of the next {periods} {period} is not paid",
        "the base wage of the next {periods} {period}s is not paid",
        0,
    ),
}
TIES: Mapping[str, Sentence] = {
    "all_get_it": say("Whoever shares the last of these places gets it too."),
    "none_gets_it": say(
        "Where more share the last of these places than there are places, none of them gets it."
    ),
}


def _counted(words: Sentence, number: Number, values: Mapping[str, Value]) -> Sentence:
    """Words for one or for many, as the number has it."""
    return Sentence(words.message, values, many=words.many, count=int(number.value))


def rule_said(of: Rule, plan: Plan) -> Iterator[Said]:
    """All that one rule says."""
    yield from _when_said(of, plan)
    if isinstance(of, Reward):
        yield from _reward_said(of, plan)
    else:
        yield from _penalty_said(of, plan)


def _when_said(of: Rule, plan: Plan) -> Iterator[Said]:
    match of.when:
        case ScoreWhen():
            yield from _score_said(of.when, of, plan)
        case EventsWhen():
            yield own(_events(of.when, of, plan), "when")
            yield rule(
                say(
                    "An event that is not verified does not count, nor one from before the plan year; one that has led "
                    "to the rule does not count for it again."
                ),
                "when",
            )
        case RankWhen():
            yield from _rank_said(of.when, of, plan)


def _score_said(when: ScoreWhen, of: Rule, plan: Plan) -> Iterator[Said]:
    values: dict[str, Value] = {
        "limit": plan.number(when.limit, of),
        "periods": plan.number(when.periods, of),
        "period": plan.period,
    }
    if when.of_last is None:
        words: Sentence = _counted(ROWS[when.score], when.periods, values)
    elif when.score == "below":
        words = say(
            "It holds when the score is below {limit} in {periods} of the last {last} {period}s.",
            last=plan.number(when.of_last, of),
            **values,
        )
    else:
        words = say(
            "It holds when the score is {limit} or more in {periods} of the last {last} {period}s.",
            last=plan.number(when.of_last, of),
            **values,
        )
    yield own(words, "when")
    yield rule(
        say(
            "A {period} without a known score does not count and breaks a row; one that has led to the rule does not "
            "count for it again.",
            period=plan.period,
        ),
        "when",
    )


def _events(when: EventsWhen, of: Rule, plan: Plan) -> Sentence:
    return say_many(
        "It holds with {count} verified event or more of these kinds within {months} months: {events}.",
        "It holds with {count} verified events or more of these kinds within {months} months: {events}.",
        int(when.at_least.value),
        count=plan.number(when.at_least, of),
        months=plan.number(when.months, of),
        events=_kinds(when, plan),
    )


def _kinds(when: EventsWhen, plan: Plan) -> Value:
    called = tuple(plan.code("event", each) for each in when.events)
    return called[0] if len(called) == 1 else Listing(called)


RANKED: Mapping[tuple[str, str, str], Sentence] = {
    ("score", "period", "region"): say(
        "It holds for the {top} highest scores of the region in each {period}."
    ),
    ("score", "period", "group"): say("It holds for the {top} highest scores of the group in each {period}."),
    ("score", "year", "region"): say(
        "It holds for the {top} highest mean scores of the region over the year."
    ),
    ("score", "year", "group"): say("It holds for the {top} highest mean scores of the group over the year."),
    ("performance_wage", "period", "region"): say(
        "It holds for the {top} highest performance wages of the region in each {period}."
    ),
    ("performance_wage", "period", "group"): say(
        "It holds for the {top} highest performance wages of the group in each {period}."
    ),
    ("performance_wage", "year", "region"): say(
        "It holds for the {top} highest performance wages of the region over the year."
    ),
    ("performance_wage", "year", "group"): say(
        "It holds for the {top} highest performance wages of the group over the year."
    ),
}


def _rank_said(when: RankWhen, of: Rule, plan: Plan) -> Iterator[Said]:
    message = RANKED[when.rank, when.over, when.among].message
    yield own(say(message, top=plan.number(when.top, of), period=plan.period), "when")
    yield rule(TIES[when.ties], "when")
    if when.over == "year":
        yield rule(
            say(
                "Only those are ranked whose figure is known for every {period} employed.", period=plan.period
            ),
            "when",
        )


def _reward_said(of: Reward, plan: Plan) -> Iterator[Said]:
    if of.unless is not None:
        words = say_many(
            "Whoever has {count} verified event or more of these kinds within {months} months is left out, and the "
            "place is not passed on: {events}.",
            "Whoever has {count} verified events or more of these kinds within {months} months is left out, and the "
            "place is not passed on: {events}.",
            int(of.unless.at_least.value),
            count=plan.number(of.unless.at_least, of),
            months=plan.number(of.unless.months, of),
            events=_kinds(of.unless, plan),
        )
        yield own(words, "unless")
    yield own(say("What follows: {actions}.", actions=_together(of.then, of, plan)), "then")


def _penalty_said(of: Penalty, plan: Plan) -> Iterator[Said]:
    if len(of.ladder) == 1:
        yield own(say("What follows: {actions}.", actions=_together(of.steps[0], of, plan)), "ladder")
    else:
        for number, then in enumerate(of.steps, start=1):
            words = say("Step {step}: {actions}.", step=Count(number), actions=_together(then, of, plan))
            yield own(words, "ladder")
    if of.within_months is not None:
        yield rule(
            say(
                "When it holds again within {months} months of the last time, the next step follows, else the first; "
                "after the last step the last one again.",
                months=plan.number(of.within_months, of),
            ),
            "within_months",
        )
    if of.appeal is None:
        yield rule(say("The rule does not say how somebody objects."), "appeal")
    else:
        yield rule(say("Objection: {appeal}.", appeal=Text(dict(of.appeal.languages))), "appeal")


def _together(then: tuple[Consequence, ...], of: Rule, plan: Plan) -> Value:
    told = tuple(action_words(each, of, plan) for each in then)
    return told[0] if len(told) == 1 else Series(told)


def action_words(each: Consequence, of: Rule, plan: Plan) -> Value:
    """What follows, with its share, its duration and its beginning, as a part of a sentence."""
    if each.name is not None:
        name = Text(dict(each.name.languages))
        return (
            say("commendation “{name}”", name=name)
            if each.action == "commendation"
            else say("training “{name}”", name=name)
        )
    if each.action in MOVES and each.grades is not None:
        by_period, by_year = MOVES[each.action]
        message = by_period.message if each.begins == "next_period" else by_year.message
        return say(message, grades=plan.number(each.grades, of), period=plan.period)
    if each.action in CUTS and each.periods is not None:
        values: dict[str, Value] = {"periods": plan.number(each.periods, of), "period": plan.period}
        if isinstance(each.share, Number):
            values["share"] = plan.share(each.share, of)
        return _counted(CUTS[each.action], each.periods, values)
    return ACTIONS[each.action]


def rules_said(rules: Rules, plan: Plan) -> Iterator[Said]:
    """What holds for all rules."""
    yield own(
        say(
            "The rules are judged at the end of each {period}, in this order, when scores and pay are known. They "
            "change neither: what they take or give stands apart. What follows begins with the next {period}.",
            period=plan.period,
        )
    )
    yield own(say("A score that is not known punishes nobody."))
    if rules.grades:
        words = say("The grades, from the highest to the lowest: {grades}.", grades=Listing(rules.grades))
        yield own(words, "grades")
    if plan.scheme.pay is not None:
        yield own(
            say(
                "The base wage is what the grade table pays, the performance wage all other items together. What is "
                "taken is rounded as pay is; nobody is paid less than nothing."
            )
        )
    if rules.several_cuts == "add_up":
        yield own(
            say("Where several cuts fall on one wage they add up, to the whole wage at most."), "several_cuts"
        )
    elif rules.several_cuts == "largest":
        yield own(say("Where several cuts fall on one wage the largest holds."), "several_cuts")
    if any(each.action == "dismissal" for _, _, each in rules.actions()):
        yield own(say("Whoever is dismissed is paid nothing from the next {period} on.", period=plan.period))
