"""Lines of a balanced scorecard in words: objectives, perspectives, weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policymodel.scheme.kinds.balanced import Objective, Perspective
from policymodel.scheme.strategy import Edge, StrategyMap
from policymodel.words.claims.strategy import strategy
from policymodel.words.clauses.card import MISSING, NO_CAP
from policymodel.words.clauses.plan import ILLUSTRATIVE, Plan
from policymodel.words.clauses.said import Grid, Said, own, rule
from policymodel.words.sentences import Sentence, Text, Value, say

UNKNOWN: Mapping[str, Sentence] = {
    "refuse": say("If a score is not known, the objective has no result until it is supplied."),
    "zero": say("A score that is not known counts 0."),
    "rescale": say("A score that is not known is left out too, and shown as a gap."),
}


def objective(line: Objective, plan: Plan) -> Iterator[Said | Grid]:
    """A weighted mean of measures' scores."""
    yield own(say("The weighted mean of the scores in the table."), "of")
    yield rule(
        say(
            "A score that does not apply is left out and its weight goes to the others; if none applies, the "
            "objective does not."
        )
    )
    yield rule(UNKNOWN[line.missing], "missing")
    yield weights(line, plan)


def perspective(line: Perspective, plan: Plan) -> Iterator[Said | Grid]:
    """Points by a weighted mean of scores."""
    yield own(
        say(
            "{points} × the weighted mean of the scores in the table ÷ {out_of} (the full score).",
            points=plan.points(line.points, line),
            out_of=plan.number(line.out_of, line),
        ),
        "points",
        "out_of",
    )
    if line.cap is None:
        yield rule(NO_CAP, "cap")
    else:
        yield rule(say("The share counts up to {cap}.", cap=plan.share(line.cap, line)), "cap")
    yield rule(
        say(
            "A score that does not apply is left out and its weight goes to the others; if none applies, the line does "
            "not."
        )
    )
    yield rule(MISSING[line.missing], "missing")
    yield weights(line, plan)


def weights(line: object, plan: Plan) -> Grid:
    """Values with their weights."""
    rows = [
        (plan.quantity(each.value, line), plan.number(each.weight, line))
        for each in line.of  # type: ignore[attr-defined]
    ]
    return Grid(("of",), say("Weights"), say("What counts"), (say("Weight"),), tuple(rows))


def map_said(drawn: StrategyMap, plan: Plan) -> Iterator[Said | Grid]:
    """What a strategy map holds: that it scores nothing, where it leads, and its arrows with their reasons."""
    yield own(say("What is held to bring about what. It scores nothing, and each arrow may be disputed."))
    yield own(strategy(plan.scheme), "perspectives", "edges")
    rows = [
        (
            plan.title(plan.scheme.lines[each.from_]),
            plan.title(plan.scheme.lines[each.to]),
            _reason(each, plan),
        )
        for each in drawn.edges
    ]
    heads = (say("brings about"), say("because"))
    yield Grid(("edges",), say("Arrows"), say("Objective"), heads, tuple(rows))


def _reason(edge: Edge, plan: Plan) -> Value:
    """Why, with the mark or the clause that stands behind numbers too."""
    because = Text(dict(edge.because.languages))
    if edge.source == ILLUSTRATIVE:
        return say("{number}*", number=because)
    return (
        because
        if edge.source == plan.scheme.source
        else say("{number} [{clause}]", number=because, clause=edge.source)
    )
