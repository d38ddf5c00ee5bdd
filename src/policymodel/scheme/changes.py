"""A proposal is a base scheme and a list of changes with reasons; what differs between two schemes."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from policymodel.errors import ChangeError, Problem, suggest

_TOP = ("id", "title", "author", "base", "because", "changes")
_NOT_SETTINGS = ("id", "title", "kind", "source", "lines", "items")


def is_change_file(raw: Mapping[str, Any]) -> bool:
    """True for a document that has changes to a base."""
    return "changes" in raw or "base" in raw


def apply_changes(
    base: dict[str, Any], raw: Mapping[str, Any], file: str
) -> tuple[dict[str, Any], tuple[dict[str, Any], ...]]:
    """The base with the changes made, and the changes with their reasons; all misfits at once as a ChangeError.

    A change is addressed by a line's id and the setting (`net_deposits.cap`) or by a section (`card.round.digits`),
    and its `from` must be what the base says.
    """
    problems: list[Problem] = []
    for key in raw:
        if key not in _TOP:
            problems.append(Problem(key, "a change file has no such setting", suggest(key, _TOP)))
    for key in _TOP:
        if key not in raw:
            problems.append(Problem(key, "a change file needs this setting"))
    document = copy.deepcopy(base)
    changes = raw.get("changes")
    if not isinstance(changes, list) or not changes:
        problems.append(
            Problem("changes", "is no list of changes", "write - {at: ..., from: ..., to: ..., because: ...}")
        )
        changes = []
    for index, change in enumerate(changes):
        problems.extend(_change(document, change, f"changes[{index}]"))
    if problems:
        raise ChangeError(file, problems)
    document |= {"id": raw["id"], "title": raw["title"]}
    return document, tuple(changes)


def _change(document: dict[str, Any], change: Any, place: str) -> Iterator[Problem]:
    if not isinstance(change, dict) or set(change) != {"at", "from", "to", "because"}:
        yield Problem(place, "is no change", "a change has exactly at, from, to and because")
        return
    *way, last = str(change["at"]).split(".")
    node: Any = document
    for step in way:
        found = _step(node, step)
        if found is None:
            yield Problem(f"{place}.at", f"there is no '{step}' in the base", suggest(step, _steps(node)))
            return
        node = found
    if not isinstance(node, dict) or last not in node:
        known = node if isinstance(node, dict) else ()
        yield Problem(f"{place}.at", f"'{'.'.join(way) or 'the base'}' has no '{last}'", suggest(last, known))
    elif node[last] != change["from"]:
        now = node[last]["value"] if isinstance(node[last], dict) and "value" in node[last] else node[last]
        if now != change["from"]:
            yield Problem(
                f"{place}.from", f"the base says {_shown(now)}, not {_shown(change['from'])}", "correct one"
            )
            return
        node[last] = change["to"]
    else:
        node[last] = change["to"]


def _step(node: Any, step: str) -> Any:
    """A key of the section, or the line anywhere below with that id."""
    if isinstance(node, dict) and step in node:
        return node[step]
    return dict(_by_id(node)).get(step)


def _steps(node: Any) -> list[str]:
    return [*(node if isinstance(node, dict) else ()), *dict(_by_id(node))]


def _by_id(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        if "kind" in node and "id" in node:
            yield str(node["id"]), node
        for value in node.values():
            yield from _by_id(value)
    elif isinstance(node, list):
        for value in node:
            yield from _by_id(value)


def _shown(value: Any) -> str:
    return "null" if value is None else str(value)


def changes_between(first: Any, second: Any) -> pd.DataFrame:
    """Every setting that differs between two schemes.

    Columns: at (line id and setting), title ({language: text} of the line), setting, before, after (None: not
    there), because ({language: text} or None) and source (of the new value), in the order of the second's lines.
    """
    before, titles_before = _settings(first.document)
    after, titles_after = _settings(second.document)
    reasons = {str(each["at"]): each["because"] for each in second.reasons}
    rows = [
        {
            "at": at,
            "title": (titles_before | titles_after).get(at.split(".")[0], {}),
            "setting": at.split(".", 1)[-1],
            "before": before.get(at, (None, ""))[0],
            "after": after.get(at, (None, ""))[0],
            "because": reasons.get(at),
            "source": after.get(at, (None, ""))[1],
        }
        for at in [*after, *(each for each in before if each not in after)]
        if before.get(at, (None, ""))[0] != after.get(at, (None, ""))[0]
    ]
    return pd.DataFrame(
        rows, columns=["at", "title", "setting", "before", "after", "because", "source"], dtype=object
    )


def _settings(document: Mapping[str, Any]) -> tuple[dict[str, tuple[Any, str]], dict[str, dict[str, str]]]:
    """Every setting by line id and path, with its source, and the titles of the lines."""
    values: dict[str, tuple[Any, str]] = {}
    titles: dict[str, dict[str, str]] = {}

    def visit(raw: Any, way: str, source: str) -> None:
        if isinstance(raw, Mapping) and "value" in raw:
            values[way] = (raw["value"], str(raw.get("source", source)))
        elif isinstance(raw, Mapping):
            if "kind" in raw and "id" in raw:
                way = str(raw["id"])
                titles[way] = (
                    raw["title"] if isinstance(raw.get("title"), dict) else {"en": str(raw.get("title"))}
                )
                values[f"{way}.kind"] = (raw["kind"], "")
            here = str(raw.get("source", source))
            for key, value in raw.items():
                if key not in _NOT_SETTINGS:
                    visit(value, f"{way}.{key}" if way else key, here)
                elif key in ("lines", "items"):
                    for each in value:
                        visit(each, way, here)
        elif isinstance(raw, list | tuple):
            values[way] = (", ".join(map(str, raw)), source)
        else:
            values[way] = (raw, source)

    visit(document, "", str(document.get("source", "")))
    return values, titles
