"""Lines of a card in words: what is measured, how it turns into points, bounds, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policymodel.scheme.biography import Number
from policymodel.scheme.kinds.card import (
    Assumed,
    Attainment,
    ChangeOnPeriod,
    Counted,
    Deduction,
    Group,
    Mark,
    Share,
)
from policymodel.scheme.terms import RoundingRule
from policymodel.words.clauses.plan import Plan
from policymodel.words.clauses.rounding import rounding_words
from policymodel.words.clauses.said import Said, own, rule
from policymodel.words.sentences import Listing, Sentence, Value, render, say

MISSING: Mapping[str, Sentence] = {
    "refuse": say("If a figure it needs is not known, the line has no result until the figure is supplied."),
    "zero": say("If a figure it needs is not known, the line gives 0 points."),
    "rescale": say("If a figure it needs is not known, the line does not apply."),
}
ZERO_TARGET: Mapping[str, Sentence] = {
    "not_applicable": say("Where the target is zero or less, the line does not apply."),
    "zero": say("Where the target is zero or less, attainment counts as 0."),
    "full": say("Where the target is zero or less, attainment counts as 100%."),
}
NO_CAP = say("There is no upper limit.")
NO_FLOOR = say("There is no lower limit.")


def attainment(line: Attainment, plan: Plan) -> Iterator[Said]:
    """Points by actual ÷ target to date."""
    earned = say(
        "{points} for reaching the target; other attainment earns in proportion.",
        points=plan.points(line.points, line),
    )
    yield own(_About(plan.measure(line.measure), plan.title(line), earned), "points", "measure")
    yield rule(_attained(line, plan), "lower_is_better")
    if line.read == "mean_of_months":
        yield rule(say("A balance counts with its mean over the months, not with its last one."), "read")
    elif plan.is_stock(line.measure):
        yield rule(say("What is a level, such as a balance, counts as it stands at the end."), "read")
    yield from _bounds(line, plan, turned=line.lower_is_better is not None)
    if line.round_share is not None:
        yield _rounded(
            say("Attainment is rounded {how} before it earns points."), line.round_share, "round_share"
        )
    if line.lower_is_better == "target_over_actual":
        yield rule(
            say("Where the actual figure is zero or less, the line does not apply."), "lower_is_better"
        )
    yield rule(ZERO_TARGET[line.zero_target], "zero_target")
    yield rule(MISSING[line.missing], "missing")


def _attained(line: Attainment, plan: Plan) -> Sentence:
    if line.lower_is_better == "target_over_actual":
        return say(
            "Less is better: attainment is the target divided by the actual figure, both from the first day of the "
            "target's period to the end of the {period}.",
            period=plan.period,
        )
    if line.lower_is_better == "distance":
        return say(
            "Less is better: attainment is 100% less what the actual figure exceeds the target by, as a share of the "
            "target, both from the first day of the target's period to the end of the {period}.",
            period=plan.period,
        )
    return say(
        "Attainment is the actual figure divided by the target, both from the first day of the target's period to the "
        "end of the {period}.",
        period=plan.period,
    )


def change_on_period(line: ChangeOnPeriod, plan: Plan) -> Iterator[Said]:
    """Points by now ÷ then."""
    values: dict[str, Value] = {"points": plan.points(line.points, line), "period": plan.period}
    earned = {
        "previous_period": say(
            "{points} where the figure is the same as in the {period} before; a higher or lower one earns in "
            "proportion.",
            **values,
        ),
        "same_period_last_year": say(
            "{points} where the figure is the same as in the same {period} of the year before; a higher or lower one "
            "earns in proportion.",
            **values,
        ),
    }[line.against]
    about = _About(plan.measure(line.measure), plan.title(line), earned)
    yield own(about, "points", "measure", "against")
    level = {
        "outlet": say("The outlet is judged as a whole, and everybody there gets the same points."),
        "manager": say("Each person is judged by their own figures."),
    }
    yield rule(level[line.level], "level")
    if line.read == "mean_of_months":
        yield rule(say("A balance counts with its mean over the months, not with its last one."), "read")
    yield from _bounds(line, plan)
    yield rule(say("Where the earlier figure is zero or less, the line does not apply."))
    yield rule(MISSING[line.missing], "missing")


def share(line: Share, plan: Plan) -> Iterator[Said]:
    """Points by one measure ÷ another."""
    values: dict[str, Value] = {
        "points": plan.points(line.points, line),
        "top": plan.measure(line.top),
        "bottom": plan.measure(line.bottom),
    }
    if line.full_at is None:
        yield own(say("{points} × {top} ÷ {bottom}.", **values), "points", "top", "bottom")
    else:
        asked = say(
            "{points} where {top} ÷ {bottom} is {share}; another share earns in proportion.",
            share=plan.rate(line.full_at, line),
            **values,
        )
        yield own(asked, "points", "top", "bottom", "full_at")
    yield _in_the_period(plan)
    if line.cap is None:
        yield rule(NO_CAP, "cap")
    elif line.full_at is not None:
        cap = plan.share(line.cap, line)
        yield rule(say("No more than {cap} of the share asked for counts.", cap=cap), "cap")
    else:
        yield rule(say("The share counts up to {cap}.", cap=plan.share(line.cap, line)), "cap")
    yield rule(say("Where what it is divided by is zero or less, the line does not apply."))
    yield rule(MISSING[line.missing], "missing")


def counted(line: Counted, plan: Plan) -> Iterator[Said]:
    """Points for each."""
    yield own(
        say(
            "{points} for each one counted in the {period}: {measure}.",
            points=plan.points(line.points_each, line),
            period=plan.period,
            measure=plan.measure(line.measure),
        ),
        "points_each",
        "measure",
    )
    yield rule(MISSING[line.missing], "missing")


def deduction(line: Deduction, plan: Plan) -> Iterator[Said]:
    """Points off for each verified event."""
    words: dict[str, Value] = {"period": plan.period, "event": plan.code("event", line.event)}
    titled = ("event", line.event) in plan.codes
    if isinstance(line.points_each, Number):
        words["points"] = plan.points(line.points_each, line)
        said = (
            say("{points} off for each verified case of the {period}: {event}.", **words)
            if titled
            else say("{points} off for each verified case of the {period} (event code “{event}”).", **words)
        )
    else:
        said = (
            say(
                "Each verified case of the {period} takes off as many points as its finding sets: {event}.",
                **words,
            )
            if titled
            else say(
                "Each verified case of the {period} takes off as many points as its finding sets (event code "
                "“{event}”).",
                **words,
            )
        )
    yield own(said, "points_each", "event")
    if line.channels is not None:
        if all(("channel", each) in plan.codes for each in line.channels):
            channels = Listing(tuple(plan.code("channel", each) for each in line.channels))
            yield own(say("Only cases that came this way count: {channels}.", channels=channels), "channels")
        else:
            channels = Listing(tuple(say("“{line}”", line=each) for each in line.channels))
            yield own(
                say("Only cases with these channel codes count: {channels}.", channels=channels), "channels"
            )
    yield rule(
        say("A case that was not verified takes nothing off. There is no limit to what a line takes off.")
    )


def mark(line: Mark, plan: Plan) -> Iterator[Said]:
    """Points by a reviewer's mark."""
    yield own(
        say(
            "{points} × {measure} ÷ {out_of} (the highest mark).",
            points=plan.points(line.points, line),
            measure=plan.measure(line.measure),
            out_of=plan.number(line.out_of, line),
        ),
        "points",
        "measure",
        "out_of",
    )
    yield _in_the_period(plan)
    yield rule(MISSING[line.missing], "missing")


def assumed(line: Assumed, plan: Plan) -> Iterator[Said]:
    """The same points for everybody."""
    yield own(say("Everybody gets {points}.", points=plan.points(line.points, line)), "points")


def group(line: Group, plan: Plan) -> Iterator[Said]:
    """Lines added and bounded together."""
    message = {
        "reweight": say(
            "The lines of this part are added up. The points of a line that does not apply are shared out over the "
            "others in proportion to theirs; if none applies, the part does not."
        ),
        "zero": say("The lines of this part are added up. A line that does not apply counts 0."),
    }
    yield own(message[line.not_applicable], "not_applicable")
    if line.least_applying is not None:
        least = plan.share(line.least_applying, line)
        few = say(
            "Where some lines apply, but with less than {least} of the points, the part is not known.",
            least=least,
        )
        if line.if_fewer == "not_applicable":
            few = say(
                "Where some lines apply, but with less than {least} of the points, the part does not apply.",
                least=least,
            )
        yield own(few, "least_applying", "if_fewer")
    low, high = line.floor, line.cap
    if low is None and high is None:
        yield own(say("Their sum has neither an upper nor a lower limit."), "cap", "floor")
        return
    if high is not None:
        yield own(say("Together they give at most {cap}.", cap=plan.points(high, line)), "cap")
    if low is not None:
        yield own(say("Together they give at least {floor}.", floor=plan.points(low, line)), "floor")
    if high is None:
        yield own(say("Their sum has no upper limit."), "cap")
    if low is None:
        yield own(say("Their sum has no lower limit."), "floor")


def _in_the_period(plan: Plan) -> Said:
    return rule(
        say(
            "What counts are the figures of the {period}; a level, such as a number of clients, counts as it stands "
            "at its end.",
            period=plan.period,
        )
    )


@dataclass(frozen=True)
class _About:
    """What is earned, with the measure before it in a language in which the line is not called by it."""

    measure: Value
    title: Value
    earned: Sentence

    def render(self, language: str) -> str:
        """The sentence in this language."""
        if render(self.measure, language) == render(self.title, language):
            return self.earned.render(language)
        return say("{measure}: {earned}", measure=self.measure, earned=self.earned).render(language)


def _bounds(line: Attainment | ChangeOnPeriod, plan: Plan, turned: bool = False) -> Iterator[Said]:
    """A cap and a floor that are multiples of a target or of an earlier figure; `turned` where less is better."""
    if line.cap is not None:
        yield rule(say("No more than {cap} counts.", cap=plan.share(line.cap, line)), "cap")
    elif turned:
        yield rule(NO_CAP, "cap")
    else:
        yield rule(say("There is no upper limit: more always earns more."), "cap")
    if line.floor is not None:
        floor = plan.share(line.floor, line)
        if line.floor.value == 0 and not line.floor.segments:
            yield rule(
                say("Less than {floor} counts as {floor}, so that nothing is taken off.", floor=floor),
                "floor",
            )
        else:
            yield rule(say("Less than {floor} counts as {floor}.", floor=floor), "floor")
    elif turned:
        yield rule(NO_FLOOR, "floor")
    else:
        yield rule(say("There is no lower limit: a figure below zero takes points off."), "floor")


def _rounded(message: Sentence, how: RoundingRule, setting: str) -> Said:
    return rule(say(message.message, how=rounding_words(how)), setting)
