"""What pydantic finds wrong in a record, as sentences about the file that a person wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import ValidationError

from policymodel.documents import Where
from policymodel.errors import suggest
from policymodel.scheme.refusals import (
    FirstMayLeaveOut,
    Refusal,
    Written,
    Wrong,
    listed,
    number_meant,
    quoted,
)
from policymodel.scheme.terms import Number, RoundingRule, Text
from policymodel.scheme.written import BIOGRAPHY

SURE = 0.75
"""How much alike two words are of which one is surely meant; where all are listed a poorer guess misleads."""

MEANT = {
    "half_year": (
        "quarter",
        "write quarter; the windows half_year_to_date and whole_half_year see the half-year",
    ),
    **dict.fromkeys(
        ("recoverable", "non_recoverable", "non-recoverable"),
        ("minimum", "recoverable is advance or loan, non-recoverable is minimum"),
    ),
    "grade": ("group", "write outlet, region or group, and `who:` with a condition on a table of the grade"),
}
"""Words of the trade that no file has: a word that stands among the choices there, and what would be right."""

THRESHOLDS = (("tiers", "from"), ("steps", "from"), ("steps", "to"), ("points", "at"))
"""Lists whose numbers may be multiples of something, and the setting that is one."""

MULTIPLES = "write `thresholds_of:` and multiples of it here; `rescaled` puts a figure between two others"

NUMBER_LONG = "write a number of the file, such as 15 or {value: 15, source: S4.1.1}"


def told(
    fault: ValidationError, record: Any, raw: Any, kind: str = "", kinds: Mapping[str, type] | None = None
) -> Iterator[Wrong]:
    """What pydantic found in a record, one sentence for each place, in the file's own words and ways.

    `raw` is what the file says, `kind` what it calls the record, and `kinds` are those that could stand there, for
    a setting that another one has.
    """
    found: dict[Where, list[Any]] = {}
    for error in fault.errors(include_url=False):
        found.setdefault(_way(error, raw), []).append(error)
    for where, errors in found.items():
        if errors[0]["type"] in UNKNOWN:
            yield _unknown(where, record, raw, kind, kinds or {})
        elif errors[0]["type"] in MISSING:
            what = f"{kind} needs this setting" if kind and len(where) == 1 else "this setting is needed"
            yield Wrong(where, what, f"write {wording(annotations_at(record, where, raw))}")
        elif errors[0]["type"] != "too_short" or not errors[0]["input"]:
            # A list whose items are all wrong counts as empty too; its items have been told.
            yield from _misfit(where, errors, annotations_at(record, where, raw))
    if () not in found:
        yield from _left_out(record, raw)


def _left_out(record: Any, raw: Any) -> Iterator[Wrong]:
    """What later items of lists leave out, which a record with other faults does not come to say itself."""
    for name, hint in _hints(record).items() if isinstance(record, type) and isinstance(raw, Mapping) else ():
        items = raw.get(name)
        for mark in get_args(hint) if get_origin(hint) is Annotated and isinstance(items, list) else ():
            if isinstance(mark, FirstMayLeaveOut):
                values = [each.get(mark.setting) if isinstance(each, Mapping) else "" for each in items]
                yield from mark.left_out(name, values)


def _way(error: Any, raw: Any) -> Where:
    """The way to a fault as the file has it: pydantic adds the names of branches, and counts a table as pairs."""
    where: Where = ()
    pair = False
    for step in error["loc"]:
        if isinstance(step, int):
            if pair:
                pair = False
            elif isinstance(raw, Mapping) and step < len(raw):
                where, raw, pair = (*where, list(raw)[step]), list(raw.values())[step], True
            elif isinstance(raw, list | tuple) and step < len(raw):
                where, raw = (*where, step), raw[step]
        elif isinstance(raw, Mapping) and step in raw:
            where, raw = (*where, step), raw[step]
        elif error["type"] in MISSING and step == error["loc"][-1]:
            where = (*where, step)
    return where


MISSING = ("missing", "missing_argument", "missing_keyword_only_argument")
UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")


def _misfit(where: Where, errors: list[Any], fitting: list[Any]) -> Iterator[Wrong]:
    """Why what stands at a place does not fit there."""
    given, kind = errors[0]["input"], errors[0]["type"]
    refused = [each["ctx"]["error"] for each in errors if each["type"] == "value_error"]
    composed = isinstance(given, Mapping | list | tuple)
    words = choices_of(fitting)
    if given is None:
        yield Wrong(where, "nothing is written here", f"write {wording(fitting)}")
    elif words and not (composed and refused):
        neither = "neither a number nor" if Number in fitting else "not"
        one = f"one of {listed(words)}" if len(words) > 1 else words[0]
        among, right = MEANT.get(str(given), ("", ""))
        right = right if among in words else suggest(str(given), words, SURE)
        yield Wrong(where, f"{quoted(given)} is {neither} {one}", right)
    elif Number in fitting and not _is_refusal(refused) and not _has_biography(given):
        right = NUMBER_LONG if isinstance(given, Mapping) else number_meant(given)
        if isinstance(given, Mapping) and (where[:1] + where[-1:]) in THRESHOLDS:
            right = MULTIPLES
        yield Wrong(where, f"{quoted(given)} is no number", right)
    elif _is_refusal(refused):
        yield from (Wrong(where + each.where, each.what, each.right) for each in refused[0].wrong)
    elif refused:
        what, _, right = str(refused[0]).partition("; ")
        yield Wrong(where, what, right)
    else:
        what, right = SENTENCES.get(kind, ("{given} does not fit here", "write {wording}"))
        words_for = {"given": quoted(given), "wording": wording(fitting)} | errors[0].get("ctx", {})
        yield Wrong(where, what.format(**words_for), right.format(**words_for))


def _has_biography(given: Any) -> bool:
    return isinstance(given, Mapping) and not given.keys().isdisjoint(BIOGRAPHY)


def _is_refusal(refused: list[Any]) -> bool:
    return bool(refused) and isinstance(refused[0], Refusal)


SENTENCES = {
    "string_type": ("{given} is no text", "put it in quotes"),
    "int_type": ("{given} is no whole number", "write digits without quotes, for example 2"),
    "greater_than_equal": ("{given} is too small", "write {ge} or more"),
    "less_than_equal": ("{given} is too large", "write {le} or less"),
    "string_pattern_mismatch": ("{given} is no code of a currency", "write {wording}"),
    "too_short": ("it is empty", "write one at least"),
    "too_long": ("the list has {actual_length} items", "write {max_length} at most"),
    "tuple_type": ("{given} is no list", "begin each item with `- `, or write [..., ...]"),
    "dataclass_type": ("{given} is no table of settings", "write {wording}"),
}
"""What is wrong and what would be right, by pydantic's name for it."""


def _unknown(where: Where, record: Any, raw: Any, kind: str, kinds: Mapping[str, type]) -> Wrong:
    """A setting that does not exist here: what it may have meant, or whose it is."""
    setting = str(where[-1])
    known = [name for each in records_at(record, where[:-1], raw) for name in settings_of(each)]
    whose = f"{kind} has" if kind and len(where) == 1 else "there is"
    right = suggest(setting, known, SURE)
    owners = [name for name, each in kinds.items() if setting in settings_of(each)] if len(where) == 1 else []
    if not right and owners:
        right = f"{listed(owners, 'and')} {'has' if len(owners) == 1 else 'have'} it"
    return Wrong(where, f"{whose} no such setting", right or f"its settings are {listed(known, 'and')}")


def settings_of(record: Any) -> tuple[str, ...]:
    """What a file may write in a record."""
    return tuple(each.name.rstrip("_") for each in fields(record))


def needed_of(record: Any) -> tuple[str, ...]:
    """What a file must write in a record."""
    known = getattr(record, "__pydantic_fields__", {})
    return tuple(name.rstrip("_") for name, each in known.items() if each.is_required())


@cache
def _hints(record: type) -> dict[str, Any]:
    return {name.rstrip("_"): hint for name, hint in get_type_hints(record, include_extras=True).items()}


def annotations_at(record: Any, where: Where, raw: Any) -> list[Any]:
    """What may stand at a place inside a record, each alternative by itself; `raw` is what the file says."""
    if not where:
        return list(_alternatives(record))
    *above, step = where
    found = annotations_at(record, tuple(above), raw)
    if isinstance(step, int):
        return [inner for each in found for inner in _items(each)]
    pairs = [inner for each in found for inner in _pairs(each)]
    records = records_at(record, tuple(above), raw)
    return pairs + [inner for each in records for inner in _alternatives(_hints(each).get(step))]


def records_at(record: Any, where: Where, raw: Any) -> list[type]:
    """The records that may stand at a place; of several the one meant, as far as what is written tells."""
    standing = annotations_at(record, where, raw)
    # Where one thing may stand for a list of one, it is the list's items that have settings.
    standing += [inner for each in standing for inner in _items(each)]
    records = [each for each in standing if isinstance(each, type) and hasattr(each, "__pydantic_fields__")]
    for step in where:
        raw = raw[step] if hasattr(raw, "__getitem__") else raw
    written = set(raw) if isinstance(raw, Mapping) else set()
    meant = [each for each in records if set(needed_of(each)) <= written]
    shared = [len(written & set(settings_of(each))) for each in records]
    return meant or [each for each, many in zip(records, shared, strict=True) if many == max(shared)]


def _items(annotation: Any) -> Iterator[Any]:
    """What a list holds."""
    if get_origin(annotation) is tuple:
        yield from _alternatives(get_args(annotation)[0])


def _pairs(annotation: Any) -> Iterator[Any]:
    """What a table holds under a word: it is kept as a list of pairs."""
    for inner in _items(annotation):
        if get_origin(inner) is tuple and len(get_args(inner)) == 2:
            yield from _alternatives(get_args(inner)[1])


def _alternatives(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        yield from (each for each in marks if isinstance(each, Written))
        yield from _alternatives(inner)
    elif get_origin(annotation) in (Union, UnionType):
        for each in get_args(annotation):
            yield from _alternatives(each)
    else:
        yield annotation


def choices_of(annotations: Iterable[Any]) -> list[str]:
    """The words among which a file chooses."""
    return [str(word) for each in annotations if get_origin(each) is Literal for word in get_args(each)]


WORDING = {
    Number: "a number",
    Text: "a text, or {en: ..., zh-Hant: ...}",
    RoundingRule: "{digits: 2, mode: half_up}",
    str: "a word",
    int: "a whole number",
    NoneType: "null",
}


def wording(annotations: list[Any]) -> str:
    """What to write where something is missing.

    >>> wording([Number, NoneType])
    'a number or null'
    """
    nothing = [WORDING[NoneType]] if NoneType in annotations else []
    if marks := [each.words for each in annotations if isinstance(each, Written)]:
        return listed([*marks, *nothing])
    words = choices_of(annotations)
    for each in annotations:
        if each in WORDING and each is not NoneType:
            words.append(WORDING[each])
        elif get_origin(each) is tuple:
            words.append("a list")
        elif is_dataclass(each):
            words.append("{" + ", ".join(f"{name}: ..." for name in settings_of(each)) + "}")
    return listed([*words, *nothing] or ["a value"])
