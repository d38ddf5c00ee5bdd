"""What a published example notices: each number of its scheme a hundredth larger, or a convention said otherwise.

The scheme's own text is edited at one place and read again, so that nothing but that place is different.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml

from policymodel.errors import SchemeError
from policymodel.scheme.reading import read_scheme
from published import Case, misses, package

LARGER = Decimal("1.01")
NO_NUMBERS = ("id", "title", "source", "unit", "digits")
"""Settings whose value is a name or a text, or how many digits are kept."""

CONVENTIONS = {
    "statistic": (
        ("sum", "count", "mean", "median", "smallest", "largest", "standard_deviation", "gini", "wolfson"),
        ("kendall_tau_b", "spearman", "kendall_w"),
    ),
    "mean": (("arithmetic", "geometric", "harmonic"),),
    "best": (("highest", "lowest"),),
    "ties": (
        ("best_place", "mean_place", "worst_place", "next_place"),
        ("all_get_the_better", "share_the_awards", "all_get_the_worse"),
    ),
    "lower_is_better": (("target_over_actual", "distance"),),
    "plan": (("halsey", "rowan", "barth"),),
    "meaning": (("minimum", "advance", "loan"),),
    "rate_applies_to": (("slice", "all"),),
    "edge": (("lower", "upper"),),
}
"""Words on which published plans disagree, by setting: each may be swapped for the others of its family."""

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Change:
    """A scheme's text with one place said otherwise."""

    place: str
    text: str


@dataclass(frozen=True)
class Sensitivity:
    """Which changes the printed values notice, which they do not, and which the reader of schemes refuses."""

    noticed: tuple[str, ...]
    unnoticed: tuple[str, ...]
    refused: tuple[str, ...]


def larger_numbers(text: str) -> list[Change]:
    """The scheme with each of its numbers a hundredth larger, one at a time; a zero has no hundredth."""
    return [
        _edited(text, place, node, str(Decimal(node.value) * LARGER))
        for place, setting, node in _scalars(yaml.compose(text, Loader=yaml.SafeLoader))
        if node.style is None
        and setting not in NO_NUMBERS
        and _NUMBER.fullmatch(node.value)
        and Decimal(node.value) != 0
    ]


def other_conventions(text: str) -> list[Change]:
    """The scheme with each of its convention words swapped for the others of its family."""
    return [
        _edited(text, place, node, word)
        for place, setting, node in _scalars(yaml.compose(text, Loader=yaml.SafeLoader))
        for family in CONVENTIONS.get(setting, ())
        if node.value in family
        for word in family
        if word != node.value
    ]


def _scalars(
    node: yaml.Node, place: str = "", setting: str = ""
) -> Iterator[tuple[str, str, yaml.ScalarNode]]:
    """Every value of a document with its place and the setting it belongs to."""
    if isinstance(node, yaml.ScalarNode):
        yield place, setting, node
    elif isinstance(node, yaml.SequenceNode):
        for index, each in enumerate(node.value):
            yield from _scalars(each, f"{place}[{index}]", setting)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(value, f"{place}.{key.value}" if place else key.value, key.value)


def _edited(text: str, place: str, node: yaml.ScalarNode, written: str) -> Change:
    start, end = node.start_mark.index, node.end_mark.index
    return Change(f"{place}: {node.value} → {written}", text[:start] + written + text[end:])


def noticed_changes(case: Case, changes: list[Change], folder: Path) -> Sensitivity:
    """Price a case with each change and sort them by whether a printed value no longer holds."""
    noticed, unnoticed, refused = [], [], []
    path = folder / "scheme.yaml"
    for change in changes:
        path.write_text(change.text, encoding="utf-8")
        try:
            scheme = read_scheme(path)
        except SchemeError:
            refused.append(change.place)
            continue
        (noticed if misses(case, package, scheme) else unnoticed).append(change.place)
    return Sensitivity(tuple(noticed), tuple(unnoticed), tuple(refused))
