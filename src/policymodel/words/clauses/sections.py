"""What a scheme says outside its lines, in words: how targets are set, how the score and the pay are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policymodel.scheme.scheme import Card, Pay
from policymodel.scheme.terms import TargetRule
from policymodel.words.clauses.plan import Plan
from policymodel.words.clauses.rounding import rounding_words
from policymodel.words.clauses.said import Said, own
from policymodel.words.numbers import AmountUnit
from policymodel.words.sentences import Listing, Sentence, Value, say

PROGRESS: Mapping[str, Sentence] = {
    "calendar_days": say(
        "Targets are judged by time progress: on any day, the part that is due is in proportion to the calendar days "
        "of the target's period that have passed, and a person owes it for the days employed."
    ),
    "months": say(
        "Targets are judged by time progress: on any day, the part that is due is in proportion to the months of the "
        "target's period that have passed, and a person owes it for the time employed."
    ),
    "working_days": say(
        "Targets are judged by time progress: on any day, the part that is due is in proportion to the bank's working "
        "days of the target's period that have passed, and a person owes it for the time employed."
    ),
    "profile": say(
        "Targets are judged by time progress: on any day, the part that is due is in proportion to the seasons of the "
        "target's period that have passed, and a person owes it for the time employed."
    ),
}
WITHOUT_BASE: Mapping[str, Sentence] = {
    "mean": say("A person without a base of their own counts with the mean base of the others."),
    "none": say("A person without a base of their own is given no part."),
}
WITHOUT_POTENTIAL: Mapping[str, Sentence] = {
    "mean": say("A person whose potential is not known counts with the mean potential of the others."),
    "none": say("A person whose potential is not known is given no part."),
}


def targets_said(rule: TargetRule, plan: Plan) -> Iterator[Said]:
    """How targets are set, shared out and judged by time."""
    if rule.growth is not None and rule.set_by == "growth":
        growth = plan.share(rule.growth, rule)
        yield own(
            say("The target is the figure of the year before, grown by {growth}.", growth=growth),
            "set_by",
            "growth",
        )
        if rule.break_down is None:
            yield own(
                say("Each person's target grows from their own figure of the year before."), "break_down"
            )
        else:
            yield own(
                say(
                    "The targets of a region's people are added up and shared out again over its outlets, and an "
                    "outlet's over its people, so that the parts add up exactly at each step."
                ),
                "break_down",
            )
    elif rule.weight_of_forecast is not None:
        yield from _joined_said(rule, plan)
    else:
        yield own(
            say(
                "Targets are set in the table of targets, for a person, an outlet or a region. A person's own target "
                "stands."
            ),
            "set_by",
        )
        if rule.growth is not None:
            yield own(
                say(
                    "The growth of {growth} that is written beside it has no effect.",
                    growth=plan.share(rule.growth, rule),
                ),
                "growth",
            )
        if rule.break_down is None:
            yield own(
                say(
                    "What a region or an outlet is asked for is shared out over its people in proportion to the time "
                    "employed, so that the parts add up exactly."
                ),
                "break_down",
            )
        else:
            yield own(
                say(
                    "What a region is asked for is shared out over its outlets, and what an outlet is asked for over "
                    "its people, so that the parts add up exactly at each step."
                ),
                "break_down",
            )
    if rule.break_down is not None or rule.set_by != "growth":
        yield own(
            say("What is counted in pieces is shared out in whole pieces, everything else to two decimals.")
        )
    yield from _shared_said(rule, plan)
    yield own(PROGRESS[rule.progress], "progress")
    if isinstance(rule.profile, tuple):
        parts = tuple(plan.share(each, rule) for each in rule.profile)
        yield own(
            say("Of a year the months from January to December are: {parts}.", parts=Listing(parts)),
            "profile",
        )
    elif rule.profile is not None:
        yield own(
            say(
                "What part of a year a month is, is measured for each region on the year before: the mean figure of "
                "its people in that month."
            ),
            "profile",
        )
    yield own(say("The target of a level, such as a balance or a ratio, stands whole at any time."))


def _joined_said(rule: TargetRule, plan: Plan) -> Iterator[Said]:
    """The forecast of the portfolio joined with the task of the unit (S6.4)."""
    weight = plan.share(rule.weight_of_forecast, rule) if rule.weight_of_forecast is not None else ""
    yield own(
        say(
            "The profit task of a region or an outlet stands in the table of targets. Each person is asked for "
            "{weight} of what the clients held are forecast to grow by, and for a part of what of the task these "
            "forecasts do not cover; together that is the task exactly. Where the forecasts are more than the task, "
            "all are cut in the same proportion. A client who is handed over takes the forecast along.",
            weight=weight,
        ),
        "set_by",
        "weight_of_forecast",
    )
    yield own(
        say(
            "What the forecasts do not cover is shared out over outlets and people, so that the parts add up exactly "
            "at each step. What is set by hand for a person or an outlet stands."
        ),
        "break_down",
    )
    yield own(say("What is no line of income has no forecast: its target is the one of the table alone."))
    if rule.growth is not None:
        yield own(
            say(
                "The growth of {growth} that is written beside it has no effect.",
                growth=plan.share(rule.growth, rule),
            ),
            "growth",
        )


def _shared_said(rule: TargetRule, plan: Plan) -> Iterator[Said]:
    """In proportion to what targets are shared."""
    ways: Mapping[str, Sentence] = {
        "equal": say("equally (the same for each outlet, and in it for each person)"),
        "by_base": say("in proportion to the base, the figure of the year before"),
        "by_head_count": say("in proportion to the full-time posts"),
        "by_potential": say(
            "in proportion to the potential, which is “{measure}” at the end of the year before",
            measure=plan.measure(rule.potential or ""),
        ),
    }
    if rule.mix is not None:
        parts = tuple(
            say("{share} {way}", share=plan.share(weight, rule.mix), way=ways[way])
            for way, weight in rule.mix.weights.items()
        )
        yield own(
            say("It is shared out mixed: {parts}.", parts=Listing(parts)), "break_down", "mix", "potential"
        )
    elif rule.break_down is not None:
        yield own(say("It is shared out {way}.", way=ways[rule.break_down]), "break_down", "potential")
    if rule.ways:
        yield own(say("Each counts for the part of the target's time in which they are there."), "break_down")
    if "by_base" in rule.ways:
        yield own(WITHOUT_BASE[rule.without_base], "without_base")
    if "by_potential" in rule.ways:
        yield own(WITHOUT_POTENTIAL[rule.without_base], "without_base")


def score_said(card: Card, plan: Plan) -> Iterator[Said]:
    """How the score is made of its lines."""
    lines = tuple(plan.line(line.id) for line in card.lines)
    how = rounding_words(card.rounding)
    if len(lines) == 1:
        yield own(say("The score is {lines}, rounded {how}.", lines=lines[0], how=how), "round")
    else:
        yield own(
            say("The score is the sum of {lines}, rounded {how}.", lines=Listing(lines), how=how), "round"
        )
    if card.rescaled:
        yield own(say("It is then multiplied by {factor}.", factor=plan.number(card.rescale)), "rescale")
    if card.floor is None:
        yield own(say("It has no lower limit: it may fall below zero."), "floor")
    else:
        yield own(say("It is never below {floor}.", floor=plan.number(card.floor)), "floor")
    if card.cap is None:
        yield own(say("It has no upper limit."), "cap")
    else:
        yield own(say("It is never above {cap}.", cap=plan.number(card.cap)), "cap")


def pay_said(pay: Pay, plan: Plan) -> Iterator[Said]:
    """How the pay is made of its items."""
    items = tuple(plan.line(item.id) for item in pay.items)
    values: dict[str, Value] = {
        "how": rounding_words(pay.rounding),
        "currency": AmountUnit(0, pay.currency),
        "period": plan.period,
    }
    if len(items) == 1:
        yield own(
            say("The pay of a {period} is {items}, in {currency}, rounded {how}.", items=items[0], **values),
            "round",
            "currency",
        )
    else:
        yield own(
            say(
                "The pay of a {period} is {items} together, in {currency}. Each part is rounded by itself, {how}.",
                items=Listing(items),
                **values,
            ),
            "round",
            "currency",
        )
    if pay.envelope is not None:
        share: Value = plan.share(pay.envelope.share_of_income)
        yield own(
            say(
                "Over the year, the pay of an outlet's people together should not be more than {share} of the income "
                "their performance wage is paid on. Where it is more, that is reported; nobody's pay is cut for it.",
                share=share,
            ),
            "envelope",
        )
