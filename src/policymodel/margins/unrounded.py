"""Expressions before rounding, and the steps that rounding leaves."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from policymodel.scheme.algebra import (
    Collect,
    Constant,
    Greatest,
    Least,
    Line,
    Node,
    Product,
    Round,
    RoundTogether,
    Sum,
    nodes_of,
    parts_of,
)


def before_rounding(node: Node) -> Node:
    """The same expression with nothing rounded."""
    made: dict[Node, Node] = {}
    for each in nodes_of(node):
        if isinstance(each, Round | RoundTogether):
            made[each] = made[each.of]
        else:
            changed = {field.name: _renewed(getattr(each, field.name), made) for field in fields(each)}  # type: ignore[arg-type]
            made[each] = replace(each, **changed)  # type: ignore[type-var]
    return made[node]


def _renewed(part: Any, made: dict[Node, Node]) -> Any:
    if isinstance(part, tuple):
        return tuple(_renewed(each, made) for each in part)
    return made[part] if isinstance(part, Node) else part


def rounding_step(node: Node) -> float:
    """The step in which an expression moves because of its last rounding; 0 where it has none."""
    match node:
        case Round(rounding=rounding) | RoundTogether(rounding=rounding):
            return float(10.0**-rounding.digits)
        case Line() | Least() | Greatest() | Sum() | Collect():
            return max((rounding_step(part) for part in parts_of(node)), default=0.0)
        case Product():
            size = 1.0
            for part in parts_of(node):
                size *= abs(float(part.value)) if isinstance(part, Constant) else 1.0
            return size * max(rounding_step(part) for part in parts_of(node))
    return 0.0
