"""Where a setting stands in a scheme: its line's id and the way below it, `commission.tiers[1].rate`.

A line is found by its id wherever it stands. Items of a list are counted from 0, as in every error of this
program; `[last]` is the last one, and `[from=0.9]` the one item that says `from: 0.9`. A key that is no plain
word stands in quotes, `table.values["A.1"]`. Outside lines an address begins with a section: `card.cap`,
`targets.growth`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from policymodel.documents import Where
from policymodel.errors import suggest

LAST = -1
_TOKEN = re.compile(
    r'(?P<dot>\.)?(?P<name>[^\s.\[\]"]+)'
    r"|\[(?P<position>\d+|last)\]"
    r'|\[(?P<key>[^\s.\[\]"=]+)=(?P<says>[^\]\s]+)\]'
    r'|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]'
)


@dataclass(frozen=True)
class Saying:
    """The one item of a list that has this value under this key."""

    key: str
    value: str


Step = str | int | Saying


class AddressFault(Exception):
    """An address leads nowhere: what is wrong, what would be right, how far it led, and the steps that are left."""

    def __init__(self, what: str, right: str = "", where: Where = (), rest: tuple[Step, ...] = ()) -> None:
        super().__init__(what, right, where, rest)
        self.what = what
        self.right = right
        self.where = where
        self.rest = rest


def steps_of(address: str) -> tuple[Step, ...]:
    """The steps of an address.

    >>> steps_of("commission.tiers[1].rate")
    ('commission', 'tiers', 1, 'rate')
    """
    steps: list[Step] = []
    position = 0
    while position < len(address):
        token = _TOKEN.match(address, position)
        if token is None or (token["name"] is not None and bool(token["dot"]) != bool(steps)):
            break
        position = token.end()
        if token["name"] is not None:
            steps.append(token["name"])
        elif token["position"] is not None:
            steps.append(LAST if token["position"] == "last" else int(token["position"]))
        elif token["key"] is not None:
            steps.append(Saying(token["key"], token["says"]))
        else:
            steps.append(_unquoted(token["quoted"]))
    if position < len(address) or not steps or not isinstance(steps[0], str):
        right = "write the line's id and the setting, such as cards.points or commission.tiers[1].rate"
        raise AddressFault(f"'{address}' is no address", right)
    return tuple(steps)


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        raise AddressFault(
            f"{text} has a stray backslash", 'write \\\\ for one backslash, \\" for a quote'
        ) from None


def locate(document: Any, address: str, whole: str = "the scheme") -> Where:
    """The way to what an address means; an AddressFault, with a guess where one is near, if there is no such thing.

    >>> scheme = {"card": {"lines": [{"kind": "assumed", "id": "start", "points": 7}]}}
    >>> locate(scheme, "start.points")
    ('card', 'lines', 0, 'points')
    """
    steps = steps_of(address)
    where: Where = ()
    node = document
    for index, step in enumerate(steps):
        found = _way(node, step)
        if found is None:
            prefix = shown(steps[:index])
            raise AddressFault(*_missing(node, step, prefix, whole), where, steps[index:])
        where += found
        node = at(node, found)
    return where


def _way(node: Any, step: Step) -> Where | None:
    """One step down: a key or an item, or any line below by its id."""
    if isinstance(step, str):
        if isinstance(node, Mapping) and step in node:
            return (step,)
        return dict(lines_of(node)).get(step)
    if not isinstance(node, list | tuple):
        return None
    if isinstance(step, Saying):
        matching = [index for index, each in enumerate(node) if _says(each, step)]
        return (matching[0],) if len(matching) == 1 else None
    position = len(node) - 1 if step == LAST else step
    return (position,) if 0 <= position < len(node) else None


def _says(item: Any, saying: Saying) -> bool:
    if not isinstance(item, Mapping) or saying.key not in item:
        return False
    value = item[saying.key]
    if isinstance(value, Mapping) and "value" in value:
        value = value["value"]
    try:
        return Decimal(str(value)) == Decimal(saying.value)
    except InvalidOperation:
        return str(value) == saying.value


def _missing(node: Any, step: Step, prefix: str, whole: str) -> tuple[str, str]:
    if isinstance(step, str):
        keys = [*(node if isinstance(node, Mapping) else ()), *(name for name, _ in lines_of(node))]
        what = f"'{prefix}' has no '{step}'" if prefix else f"there is no '{step}' in {whole}"
        return what, suggest(step, keys)
    if not isinstance(node, list | tuple):
        return f"'{prefix}' is no list", "leave the brackets out"
    if isinstance(step, Saying):
        count = sum(_says(each, step) for each in node)
        what = f"{count or 'no'} items of '{prefix}' say {step.key}: {step.value}"
        return what, "count from 0 instead, such as [1]"
    return f"'{prefix}' has {len(node)} items, and none is [{'last' if step == LAST else step}]", (
        f"they are [0] to [{len(node) - 1}]" if node else "the list is empty"
    )


def lines_of(node: Any, where: Where = ()) -> Iterator[tuple[str, Where]]:
    """Every line by its id, wherever it stands, groups before their lines."""
    if isinstance(node, Mapping):
        if where and "kind" in node and "id" in node:
            yield str(node["id"]), where
        for key, value in node.items():
            yield from lines_of(value, (*where, str(key)))
    elif isinstance(node, list | tuple):
        for index, value in enumerate(node):
            yield from lines_of(value, (*where, index))


def at(document: Any, where: Where) -> Any:
    """What stands there."""
    for step in where:
        document = document[step]
    return document


def address_of(document: Any, where: Where) -> str:
    """The address of a place, from the line it belongs to; the last step may be a setting not written yet.

    >>> scheme = {"card": {"lines": [{"kind": "assumed", "id": "start", "points": 7}]}}
    >>> address_of(scheme, ("card", "lines", 0, "points"))
    'start.points'
    """
    steps: tuple[Step, ...] = ()
    for step in where:
        steps += (step,)
        document = document.get(step) if isinstance(document, Mapping) else document[step]
        if isinstance(document, Mapping) and "kind" in document and "id" in document:
            steps = (str(document["id"]),)
    return shown(steps)


def shown(steps: tuple[Step, ...]) -> str:
    """Steps as they are written.

    >>> shown(("grid", "values", "A.1", 2, Saying("at", "0.5")))
    'grid.values["A.1"][2][at=0.5]'
    """
    words = ""
    for step in steps:
        if isinstance(step, Saying):
            words += f"[{step.key}={step.value}]"
        elif isinstance(step, int):
            words += "[last]" if step == LAST else f"[{step}]"
        elif re.fullmatch(r'[^\s.\[\]"]+', step):
            words += f".{step}" if words else step
        else:
            words += f"[{json.dumps(step, ensure_ascii=False)}]"
    return words
