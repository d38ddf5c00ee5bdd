"""By which route each line of each design is worked out, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from policymodel.lowering.canonical import Nodes
from policymodel.scheme.algebra import (
    Accumulate,
    Awards,
    Carry,
    Node,
    OverPeers,
    OverTeam,
    Previous,
    Rank,
    RoundTogether,
    nodes_of,
    parts_of,
)
from policymodel.scheme.scheme import Scheme

Route = tuple[str, str]
"""The route and why."""


def routes_of(
    schemes: Mapping[str, Scheme], roots: Sequence[Sequence[Node]], known: Mapping[Node, Route]
) -> Iterator[tuple[str, str, str, str]]:
    """Design, line, route and why of every line below the roots of each design."""
    below = [set(nodes_of(*each)) for each in roots]
    shared = set.intersection(*below) if len(below) > 1 else set()
    nodes = Nodes()
    for (design, scheme), own in zip(schemes.items(), below, strict=True):
        lines = {line: nodes.plain(node) for line, node in scheme.nodes().items()}
        named = set(lines.values())
        for line, node in lines.items():
            if node in own:
                yield design, line, *_route(node, named, shared, known)


def _route(node: Node, named: set[Node], shared: set[Node], known: Mapping[Node, Route]) -> Route:
    if node in shared:
        return "shared", "the same in every design, worked out once"
    inside = list(_inside(node, named, shared))
    for each in inside:
        if isinstance(each, OverPeers | Rank | Awards | RoundTogether | OverTeam):
            return "peers", f"{type(each).__name__}: people are compared or added up"
    for each in inside:
        if isinstance(each, Accumulate | Carry | Previous):
            return "carried", f"{type(each).__name__}: one period hands on to the next"
    if node in known:
        return known[node]
    return "by_value", f"{type(node).__name__}: arrays of all designs of this shape, one operation each"


def _inside(node: Node, named: set[Node], shared: set[Node]) -> Iterator[Node]:
    """What a line is made of, down to other lines and to what no design touches."""
    seen: set[Node] = set()
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each not in seen and each not in shared and (each is node or each not in named):
            seen.add(each)
            yield each
            waiting.extend(parts_of(each))
