"""Designs priced on a ground, whatever it stands for: the one place that evaluates schemes in futures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from policymodel.scheme.algebra import Column, Node, nodes_of
from policymodel.scheme.evaluation import Ground, Values, evaluate
from policymodel.scheme.given import PAY, SCORE
from policymodel.scheme.scheme import Scheme


@dataclass(frozen=True)
class Pricing:
    """The totals of several schemes, all of whose parts that several share are worked out once.

    `schemes` are by design; `asked` is `pay` or `score`.
    """

    schemes: Mapping[str, Scheme]
    asked: str
    _nodes: dict[str, Node] = field(default_factory=dict, repr=False)

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """What is asked of each design."""
        assert self.asked in (PAY, SCORE)
        return {design: scheme.given.line(self.asked) for design, scheme in self.schemes.items()}

    @cached_property
    def shared(self) -> frozenset[Node]:
        """Facts, and whatever several designs have in common."""
        seen = Counter(node for top in self.nodes.values() for node in nodes_of(top))
        return frozenset(node for node, times in seen.items() if times > 1 or isinstance(node, Column))

    def values(self, ground: Ground, known: dict[Node, Values]) -> Iterator[tuple[str, Values]]:
        """The totals of one design after another; what they share stays in `known`, the rest is dropped."""
        for design, node in self.nodes.items():
            own = dict(known)
            yield design, evaluate(node, ground, own)
            known.update((each, values) for each, values in own.items() if each in self.shared)
