"""The choices that a kind of line leaves to a file, and those that a file makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from policymodel.scheme.consequences import RULES
from policymodel.scheme.kinds import KINDS
from policymodel.scheme.quantities import SORTS, Condition
from policymodel.scheme.terms import Number, TargetRule, Text

Choice = tuple[str, str, str]
"""The kind of line (or sort of quantity), the setting, and what is written there: a word, nothing or something."""
LEAVES = (*SORTS.values(), Condition, Number, Text)
"""What is written inside these is no choice of the line that holds them."""
RECORDS: dict[str, type] = {**KINDS, **RULES, **SORTS, "targets": TargetRule}


def choices() -> set[Choice]:
    """Everything a file can choose, by kind of line and sort of quantity."""
    return {
        (name, setting, word) for name, record in RECORDS.items() for setting, word in _possible(record, "")
    }


def chosen(document: Mapping[str, Any]) -> set[Choice]:
    """What a scheme file chooses."""
    found: set[Choice] = set()
    for raw in _tables(document):
        names = [str(raw["kind"])] if "kind" in raw else [word for word in SORTS if word in raw][:1]
        for name in names:
            found |= {(name, setting, word) for setting, word in _written(RECORDS[name], raw, "")}
    if "targets" in document:
        found |= {("targets", *each) for each in _written(TargetRule, document["targets"], "")}
    return found


def telling(documents: Mapping[int, Mapping[str, Any]], count: int) -> list[int]:
    """The seeds of so many documents, each taken because it makes the most choices that none before it made."""
    made = {seed: chosen(document) for seed, document in documents.items()}
    taken: list[int] = []
    open_still = choices()
    for _ in range(count):
        taken.append(max(made, key=lambda seed: (len(made[seed] & open_still), -seed)))
        open_still -= made.pop(taken[-1])
    return sorted(taken)


def _tables(raw: Any) -> Iterator[Mapping[str, Any]]:
    """Every table of settings in a document, however deep."""
    if isinstance(raw, Mapping):
        yield raw
        raw = list(raw.values())
    if isinstance(raw, list):
        for each in raw:
            yield from _tables(each)


@cache
def _settings(record: type) -> list[tuple[str, list[Any], list[str], Any]]:
    """The settings of a record with what fits there, of that the words, and what holds where nothing is written."""
    hints = get_type_hints(record, include_extras=True)
    found = []
    for each in fields(record):
        default = getattr(each.default, "default", each.default)
        parts = _parts(hints[each.name])
        words = [str(word) for part in parts if get_origin(part) is Literal for word in get_args(part)]
        found.append((each.name.rstrip("_"), parts, words, None if default is MISSING else default))
    return found


def _parts(hint: Any) -> list[Any]:
    """What may stand at a place: the arms of a union, what a list holds, without remarks."""
    if get_origin(hint) is Annotated:
        return _parts(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        return [part for arm in get_args(hint) for part in _parts(arm)]
    if get_origin(hint) is tuple:
        return [part for arm in get_args(hint) if arm is not Ellipsis for part in _parts(arm)]
    return [hint]


def _possible(record: type, way: str) -> Iterator[tuple[str, str]]:
    for name, parts, literal, _ in _settings(record):
        words = [*literal, *(["nothing"] if NoneType in parts else [])]
        if words and any(part is not NoneType and get_origin(part) is not Literal for part in parts):
            words.append("something")
        yield from ((way + name, word) for word in words)
        for part in parts:
            if is_dataclass(part) and isinstance(part, type) and part not in LEAVES:
                yield from _possible(part, f"{way}{name}.")


def _written(record: type, raw: Mapping[str, Any], way: str) -> Iterator[tuple[str, str]]:
    for name, parts, words, default in _settings(record):
        written = raw.get(name, default)
        for each in written if isinstance(written, list) else [written]:
            if each is None:
                yield way + name, "nothing"
            else:
                yield way + name, each if isinstance(each, str) and each in words else "something"
            for part in parts:
                if is_dataclass(part) and part not in LEAVES and isinstance(each, Mapping):
                    yield from _written(part, each, f"{way}{name}.")  # type: ignore[arg-type]
