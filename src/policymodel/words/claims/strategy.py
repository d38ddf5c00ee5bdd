"""Claims about a strategy map: whether what the scheme believes leads up to what it wants in the end."""

from __future__ import annotations

from policymodel.scheme.scheme import Scheme
from policymodel.scheme.strategy import StrategyMap
from policymodel.words.numbers import Count
from policymodel.words.sentences import Listing, Series, Text, Value, say, say_many


def strategy(scheme: Scheme) -> Value:
    """How many objectives below the highest perspective lead up to it, and which do not."""
    drawn = scheme.strategy
    if drawn is None:
        return say("This scheme has no map of cause and effect.")
    lanes = drawn.lanes(scheme.lines)
    top, *lower = lanes.values()
    below = [name for lane in lower for name in lane]
    values: dict[str, Value] = {"count": Count(len(below)), "top": _called(scheme, drawn.perspectives[0])}
    if not below:
        return say("All objectives of the map stand in “{top}”.", top=values["top"])
    leading = leading_to(drawn, top)
    astray = [name for name in below if name not in leading]
    if not astray:
        return say_many(
            "The {count} objective below “{top}” leads up to it.",
            "All {count} objectives below “{top}” lead up to it.",
            len(below),
            **values,
        )
    names = tuple(say("“{line}”", line=_called(scheme, name)) for name in astray)
    return say_many(
        "{reached} of {count} objectives below “{top}” lead up to it; {names} does not.",
        "{reached} of {count} objectives below “{top}” lead up to it; {names} do not.",
        len(astray),
        reached=Count(len(below) - len(astray)),
        names=names[0] if len(names) == 1 else Listing(names),
        **values,
    )


def arrows(scheme: Scheme) -> Value:
    """Every arrow of a map in words, for those who cannot see the picture."""
    assert scheme.strategy is not None
    each = tuple(
        say("“{first}” to “{then}”", first=_called(scheme, edge.from_), then=_called(scheme, edge.to))
        for edge in scheme.strategy.edges
    )
    return say(
        "A map: a lane for each perspective, the highest on top, a box for each objective. Arrows lead from {arrows}.",
        arrows=Series(each),
    )


def leading_to(drawn: StrategyMap, ends: tuple[str, ...]) -> set[str]:
    """The objectives from which arrows lead, in one step or in several, to one of these."""
    found: set[str] = set()
    reached = set(ends)
    while reached:
        reached = {edge.from_ for edge in drawn.edges if edge.to in reached} - found
        found |= reached
    return found


def _called(scheme: Scheme, name: str) -> Text:
    return Text(dict(scheme.lines[name].title.languages))
