"""The cause-and-effect map of a balanced scorecard (S5): which objective is held to bring about which.

It scores nothing. It says what the scheme believes, with a reason for each arrow, so that the belief can be disputed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field
from pydantic.dataclasses import dataclass as checked

from policymodel.errors import suggest
from policymodel.scheme.kinds.balanced import Objective, Perspective
from policymodel.scheme.quantities import LineOf
from policymodel.scheme.refusals import Wrong, listed, quoted
from policymodel.scheme.terms import RECORD, Title

Texts = Annotated[tuple[str, ...], Field(min_length=1)]


@checked(frozen=True, kw_only=True, config=RECORD)
class Edge:
    """An arrow: an objective that is held to bring about another one.

    - from: the objective that comes first.
    - to: the one it brings about, in the same perspective or a higher one.
    - because: why, in the words of those who decide.
    - source: the clause it comes from.
    """

    from_: str = Field(alias="from")
    to: str
    because: Title
    source: str


@checked(frozen=True, kw_only=True, config=RECORD)
class StrategyMap:
    """Perspectives from the highest to the lowest, and arrows between their objectives.

    - perspectives: the ids of perspectives, the highest first; what they bring about stands above what brings it about.
    - edges: the arrows.
    """

    perspectives: Texts
    edges: Annotated[tuple[Edge, ...], Field(min_length=1)]

    def lanes(self, lines: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        """The objectives of each perspective, in the order in which it weighs them."""
        return {name: objectives_of(lines[name], lines) for name in self.perspectives}


def objectives_of(line: Any, lines: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the objectives that a perspective weighs."""
    named = (each.value.line for each in line.of if isinstance(each.value, LineOf))
    return tuple(name for name in named if isinstance(lines.get(name), Objective))


def misplaced(drawn: StrategyMap, lines: Mapping[str, Any]) -> Iterator[Wrong]:
    """What is wrong between a map and the lines of its file: unknown names, arrows downward, circles."""
    lanes: dict[str, int] = {}
    there = [name for name, line in lines.items() if isinstance(line, Perspective)]
    for place, name in enumerate(drawn.perspectives):
        where = ("map", "perspectives", place)
        if name not in there:
            right = suggest(name, there) or (f"there are {listed(there, 'and')}" if there else "")
            yield Wrong(where, f"there is no perspective {quoted(name)}", right or "write one on the card")
            continue
        if name in drawn.perspectives[:place]:
            yield Wrong(where, f"{quoted(name)} is named twice", "name each perspective once")
            continue
        for each in objectives_of(lines[name], lines):
            if each in lanes:
                what = f"its objective {quoted(each)} stands in another perspective of the map too"
                yield Wrong(where, what, "let one perspective weigh it, or leave one out of the map")
            lanes.setdefault(each, place)
    sound: dict[tuple[str, str], int] = {}
    for place, edge in enumerate(drawn.edges):
        wrong = list(_stray(edge, lanes, lines, drawn))
        if not wrong and (edge.from_, edge.to) in sound:
            wrong = [Wrong((), f"the arrow from {quoted(edge.from_)} to {quoted(edge.to)} is there already")]
        yield from (Wrong(("map", "edges", place, *each.where), each.what, each.right) for each in wrong)
        if not wrong:
            sound[edge.from_, edge.to] = place
    yield from _circle(sound)


def _stray(
    edge: Edge, lanes: Mapping[str, int], lines: Mapping[str, Any], drawn: StrategyMap
) -> Iterator[Wrong]:
    """What is wrong with one arrow by itself."""
    for setting, name in (("from", edge.from_), ("to", edge.to)):
        if name in lanes:
            continue
        kind = getattr(lines.get(name), "kind", "")
        what = f"there is no objective {quoted(name)} in the perspectives of the map"
        if kind and kind != Objective.kind:
            what = f"{quoted(name)} is no objective, but a line of kind '{kind}'"
        right = f"there are {listed(lanes, 'and')}" if lanes else "write lines of `kind: objective`"
        yield Wrong((setting,), what, suggest(name, lanes) or right)
    if edge.from_ in lanes and edge.to in lanes and lanes[edge.from_] < lanes[edge.to]:
        high, low = (drawn.perspectives[lanes[each]] for each in (edge.from_, edge.to))
        what = f"the arrow leads down, from {quoted(high)} to {quoted(low)}"
        yield Wrong((), what, "turn it round, or write the perspectives from the highest to the lowest")


def _circle(edges: Mapping[tuple[str, str], int]) -> Iterator[Wrong]:
    """The first circle of arrows, told at its last one in the file."""
    needs: dict[str, set[str]] = {}
    for first, then in edges:
        needs.setdefault(then, set()).add(first)
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as fault:
        circle: list[str] = fault.args[1]
        place = max(edges[pair] for pair in pairwise(circle))
        what = f"the arrows go round in a circle: {' → '.join(circle)}"
        yield Wrong(("map", "edges", place), what, "leave one of them out")
