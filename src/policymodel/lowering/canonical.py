"""Expressions without names and clauses, each once: equal parts of several designs are one and the same node."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from policymodel.scheme.algebra import Constant, Line, Node, Piecewise, nodes_of, parts_of


class Nodes:
    """Gives every expression its one plain form; what differs by a title or a clause alone is the same.

    >>> from policymodel.scheme.algebra import Column, Sum
    >>> nodes = Nodes()
    >>> nodes.plain(Sum((Column("a"),))) is nodes.plain(Sum((Column("a"),)))
    True
    """

    def __init__(self) -> None:
        self._plain: dict[Node, Node] = {}
        self._own: dict[Node, Node] = {}

    def plain(self, node: Node) -> Node:
        """The node without the names of lines and the clauses of numbers."""
        if node not in self._plain:
            for each in nodes_of(node):
                if each not in self._plain:
                    self._plain[each] = self._made(each)
        return self._plain[node]

    def _made(self, node: Node) -> Node:
        if isinstance(node, Line):
            return self._plain[node.of]
        if isinstance(node, Constant):
            return self.own(Constant(node.value))
        changed = {each.name: self._renewed(getattr(node, each.name)) for each in fields(node)}  # type: ignore[arg-type]
        return self.own(replace(node, **changed))  # type: ignore[type-var]

    def _renewed(self, part: Any) -> Any:
        if isinstance(part, tuple):
            return tuple(self._renewed(each) for each in part)
        return self._plain[part] if isinstance(part, Node) else part

    def own(self, node: Node) -> Node:
        """The node that stands for all that are equal to it."""
        return self._own.setdefault(node, node)


def shape_of(node: Node) -> tuple[Any, ...]:
    """All of a node but its numbers and what is below it: nodes of one shape are worked out in one step.

    A piece of a curve is a number; every other setting belongs to the shape.

    >>> from decimal import Decimal
    >>> shape_of(Constant(Decimal(1))) == shape_of(Constant(Decimal(2)))
    True
    """
    below = len(parts_of(node))
    if isinstance(node, Constant):
        return (Constant,)
    if isinstance(node, Piecewise):
        return (Piecewise, node.edge, len(node.pieces))
    return (type(node), below, *(_setting(getattr(node, each.name)) for each in fields(node)))  # type: ignore[arg-type]


def _setting(value: Any) -> Any:
    if isinstance(value, Node):
        return Node
    if isinstance(value, tuple) and any(isinstance(each, Node) for each in value):
        return len(value)
    return value
