"""Tables of settings and columns for the scheme reference, made from records, their docstrings and their JSON Schema.

A record's docstring says what it means, and then each setting in a list: `- edge (with x): whose ...`. What stands in
brackets says when the setting is written.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

from policymodel.history.columns import TableColumn
from policymodel.history.tables import TABLES
from policymodel.scheme import consequences, quantities
from policymodel.scheme.kinds import Common, Record
from policymodel.scheme.shapes import record_schema

WINDOWED = ("window", "months", "level", "earlier", "years_earlier")
"""Over which time and for whom: the settings that facts, targets, bases and transactions share."""

RECORDS: dict[str, type] = {
    "Common": Common,
    "Condition": quantities.Condition,
    **{each.__name__: each for each in quantities.SORTS.values()},
    **{each.__name__: each for each in (*consequences.WHENS.values(), *consequences.RULES.values())},
    "Consequence": consequences.Consequence,
}
"""The records whose settings a page written by hand may ask for."""

SETTING = re.compile(r"- (?P<name>\w+)(?: \((?P<when>[^)]*)\))?: (?P<means>.*)")
NEXT = re.compile(r" (?=- \w+(?: \([^)]*\))?: )")
NULL = {"type": "null"}


def meaning_of(record: type) -> list[str]:
    """The paragraphs of a record's docstring before it comes to its settings."""
    return [each for each in _paragraphs(record) if not each.startswith("- ")]


def told_of(record: type) -> dict[str, tuple[str, str]]:
    """What docstrings say of each setting, inherited ones first: when it is written, and what it means."""
    told: dict[str, tuple[str, str]] = {}
    for each in reversed(record.__mro__):
        for paragraph in _paragraphs(each) if each.__module__.startswith("policymodel.") else ():
            for item in NEXT.split(paragraph):
                if match := SETTING.fullmatch(item):
                    told[match["name"]] = (match["when"] or "", match["means"].rstrip("."))
    return told


def _paragraphs(record: type) -> Iterator[str]:
    for paragraph in inspect.cleandoc(record.__doc__ or "").split("\n\n"):
        if not paragraph.startswith(">>>"):
            yield " ".join(paragraph.split())


def settings_table(record: type, *, without: tuple[str, ...] = (), differ: tuple[str, ...] = ()) -> str:
    """The settings of a record and of the records inside it, but for some that are told elsewhere."""
    rows = [
        f"| `{name}` | {written} | {needed} | {means} |"
        for name, written, needed, means in settings_of(record, differ=differ)
        if name not in without
    ]
    return "\n".join(
        ["| setting | what may be written | needed | what it means |", "| --- | --- | --- | --- |", *rows]
    )


def settings_of(
    record: type, above: str = "", differ: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, str, str]]:
    """Each setting: its name, what may be written, whether it is needed, what it means."""
    shape = record_schema(record)
    known: Mapping[str, Any] = getattr(record, "__pydantic_fields__", {})
    fields = {info.alias or name: info for name, info in known.items()}
    told = told_of(record)
    for name, inside in shape["properties"].items():
        when, means = told[name]
        required = name in shape["required"]
        open_ = "enum" in inside or NULL in inside.get("anyOf", []) or name in differ
        if required:
            needed = "**yes, plans differ**" if open_ and issubclass(record, Record) else "yes"
        else:
            needed = _when(when) or _default(fields[name].default)
        yield f"{above}{name}", written_of(inside if required else _without_null(inside)), needed, means
        hint = fields[name].annotation
        for inner in _types(hint):
            if inner.__module__.startswith("policymodel.scheme.kinds."):
                yield from settings_of(inner, f"{above}{name}{'[]' if 'tuple' in str(hint) else ''}.")


def _when(when: str) -> str:
    first, _, rest = when.partition("if wanted")
    return when if first or not when else "no" + rest.replace(", with", "; only with")


def _default(default: Any) -> str:
    return f"no: `{default}`" if isinstance(default, str) and default else "no"


def _without_null(shape: Mapping[str, Any]) -> Mapping[str, Any]:
    return (
        {**shape, "anyOf": [each for each in shape["anyOf"] if each != NULL]} if "anyOf" in shape else shape
    )


def _types(hint: Any) -> Iterator[type]:
    if isinstance(hint, type):
        yield hint
    for part in getattr(hint, "__args__", ()):
        yield from _types(part)


PLURALS = {"a quantity": "quantities", "a number": "numbers", "a condition": "conditions", "a word": "words"}


def written_of(shape: Mapping[str, Any]) -> str:
    """What a JSON Schema lets a file write, in words.

    >>> written_of({"anyOf": [{"enum": ["zero", "hold"]}, {"type": "null"}]})
    '`zero`, `hold` or null'
    """
    if "$ref" in shape:
        word = shape["$ref"].rpartition("/")[2]
        return "a rounding" if word == "rounding" else f"a {word}"
    if "enum" in shape or "anyOf" in shape:
        return _listed(list(_choices(shape)))
    match shape.get("type"):
        case "array":
            items = written_of(shape["items"])
            return f"a list of {PLURALS.get(items, items)}"
        case "object" if isinstance(shape.get("additionalProperties"), Mapping):
            return "a table of numbers"
        case "object":
            return "`{" + ", ".join(shape["properties"]) + "}`"
        case "string":
            return "three capital letters" if "pattern" in shape else "a word"
        case "integer":
            return "a whole number"
        case "null":
            return "null"
    return "lines"


def _choices(shape: Mapping[str, Any]) -> Iterator[str]:
    for each in shape.get("anyOf", [shape]):
        yield from [f"`{word}`" for word in each["enum"]] if "enum" in each else [written_of(each)]


def _listed(words: list[str]) -> str:
    *rest, end = dict.fromkeys(words)
    return f"{', '.join(rest)} or {end}" if rest else end


def columns_table(name: str) -> str:
    """The columns of a table of history."""
    table = TABLES[name]
    rows = [
        f"| `{column.name}` | {column.kind}{_closed(column)} | {_blank(column)} | {column.meaning} |"
        for column in table.columns
    ]
    head = ["| column | holds | may be blank | meaning |", "| --- | --- | --- | --- |"]
    key = ", ".join(f"`{each}`" for each in table.key)
    return "\n".join([table.meaning, "", *head, *rows, "", f"No two rows have the same {key}."])


def _closed(column: TableColumn) -> str:
    return f": {', '.join(f'`{word}`' for word in column.closed)}" if column.closed else ""


def _blank(column: TableColumn) -> str:
    if column.default:
        return f"no; where there is no such column: `{column.default}`"
    if column.required:
        return "no"
    return "yes, but the column must be there" if column.compulsory else "yes"
