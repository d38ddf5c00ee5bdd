"""Which measures nobody is asked to do more of, though the amount follows them."""

from __future__ import annotations

from policymodel.panel import Panel
from policymodel.scheme.algebra import Column, Node, Ratio, columns_of, parts_of


def divided_by(node: Node, panel: Panel | None) -> set[str]:
    """Measures that something is divided by: that more of one lowers a share is what a share is."""
    found: set[str] = set()
    todo, seen = [node], set()
    while todo:
        each = todo.pop()
        if each in seen:
            continue
        seen.add(each)
        todo += parts_of(each)
        if isinstance(each, Ratio):
            found |= {column.name for column in columns_of(each.bottom)}
        if isinstance(each, Column) and panel is not None:
            ratio = panel.facts.layout.ratio(each.name)
            found |= {ratio[1]} if ratio is not None else set()
    return found


def judged_by_mapping(panel: Panel | None) -> set[str]:
    """The figures of transactions that the mapping judges: only yes or no, of which there is no little more."""
    rules = panel.history.transaction_rules if panel is not None else {}
    return {f"transaction:{name}" for name in rules}
