"""What JSON Schema says of a record's settings: from the types of its fields to what may be written."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BeforeValidator, Discriminator

from policymodel.scheme.biography import INSIDE, Number
from policymodel.scheme.quantities import COMPARISONS, Condition
from policymodel.scheme.refusals import FirstMayLeaveOut
from policymodel.scheme.terms import RoundingRule
from policymodel.scheme.texts import Text

Schema = dict[str, Any]

DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "A day, YYYY-MM-DD."}
YES = {"enum": ["yes", "no", True, False]}
TERMS = {Number: "number", Text: "text", Condition: "condition", RoundingRule: "rounding"}
"""What has a definition of its own, because it stands in many places."""


def record_schema(record: type) -> Schema:
    """The settings of a record, which of them must be written, and what its docstring says."""
    hints = get_type_hints(record, include_extras=True)
    known: Mapping[str, Any] = getattr(record, "__pydantic_fields__", {})
    written = {name: info.alias or name for name, info in known.items()}
    properties = {written[name]: _shape(hints[name]) | _limits([info]) for name, info in known.items()}
    required = [written[name] for name, info in known.items() if info.is_required()]
    schema = an_object(properties, required)
    schema["description"] = (inspect.getdoc(record) or "").split("\n\n>>>")[0]
    if {"window", "months"} <= set(properties):
        # A rolling window, and only that, says how many months it has.
        schema |= {
            "if": {"properties": {"window": {"const": "rolling"}}, "required": ["window"]},
            "then": {"required": ["months"], "properties": {"months": {"type": "integer"}}},
            "else": {"properties": {"months": {"type": "null"}}},
        }
    return schema


def _shape(hint: Any) -> Schema:
    """What may be written where a record has this type."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _annotated(parts[0], parts[1:])
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_shape(each) for each in parts]}
    if origin is tuple:
        inner = get_args(parts[0])
        if get_origin(parts[0]) is tuple and len(inner) == 2 and inner[0] is str:
            return {"type": "object", "additionalProperties": _shape(inner[1])}
        return {"type": "array", "items": ref("line") if parts[0] is Any else _shape(parts[0])}
    if hint in TERMS:
        return ref(TERMS[hint])
    if is_dataclass(hint) and isinstance(hint, type):
        return record_schema(hint)
    return {
        str: {"type": "string"},
        int: {"type": "integer"},
        bool: {"type": "boolean"},
        None: {"type": "null"},
    }.get(None if hint is type(None) else hint, {})


def _annotated(of: Any, marks: Iterable[Any]) -> Schema:
    marks = list(marks)
    if any(isinstance(each, Discriminator) for each in marks):
        return ref("quantity") if Number in _arms(of) else {"anyOf": [_shape(each) for each in get_args(of)]}
    shape = _shape(of) | _limits(marks)
    for each in marks:
        if isinstance(each, FirstMayLeaveOut):
            shape = _needed_after_the_first(shape, each.setting)
    if any(isinstance(each, BeforeValidator) for each in marks) and shape.get("type") == "array":
        # A list of one may be written without its brackets.
        return {"anyOf": [shape, shape["items"]]}
    return shape


def _arms(union: Any) -> list[Any]:
    """The types among which a discriminator chooses, without remarks."""
    found = []
    for each in get_args(union):
        while get_origin(each) is Annotated:
            each = get_args(each)[0]
        found.append(each)
    return found


def _needed_after_the_first(array: Schema, setting: str) -> Schema:
    """A list whose first item alone may leave a setting out, or write null."""
    first = array["items"]
    written = {**first["properties"][setting], "not": {"type": "null"}}
    needed = {
        "required": [*first["required"], setting],
        "properties": first["properties"] | {setting: written},
    }
    return array | {"prefixItems": [first], "items": first | needed}


def _limits(marks: Iterable[Any]) -> Schema:
    """How many, how large, in which form."""
    words = {"ge": "minimum", "min_length": "minItems", "max_length": "maxItems", "pattern": "pattern"}
    found = [part for each in marks for part in getattr(each, "metadata", [each])]
    return {
        words[name]: limit
        for part in found
        for name in words
        if (limit := getattr(part, name, None)) is not None
    }


def an_object(properties: Schema, required: list[str]) -> Schema:
    """A table of settings, and no others."""
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def some(items: Schema, description: str = "") -> Schema:
    """A list of one at least."""
    about = {"description": description} if description else {}
    return {"type": "array", "minItems": 1, "items": items, **about}


def or_null(schema: Schema) -> Schema:
    """This, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def ref(name: str) -> Schema:
    """A definition by its name."""
    return {"$ref": f"#/$defs/{name}"}


def number_schema() -> Schema:
    """A number, plain or with its biography."""
    plain = {"type": "number"}
    end = {"anyOf": [plain, {"type": "string", "pattern": r"^[^\s\d]"}]}
    words: Schema = dict.fromkeys(COMPARISONS, or_null(end))
    ranges: list[Schema] = [
        {"type": "array", "prefixItems": [or_null(end)] * 2, "items": False, "minItems": 2},
        {**an_object(words, []), "minProperties": 1},
    ]
    text = {"type": ["string", "number"]}
    about = {
        "source": {**text, "description": "The clause it comes from."},
        "unit": text,
        "title": ref("text"),
        "range": {
            "anyOf": [*ranges, {"type": "null"}],
            "description": "What it may be; an end is a number or an address such as commission.cap.",
        },
        "inside_period": {
            "enum": [*INSIDE, None],
            "description": "How it counts if it changes inside a period.",
        },
        "region_may_change": {**YES, "description": "Whether a region's change file may set it."},
    }
    dates = {"from": or_null(DAY), "to": or_null(DAY)}
    segment = an_object({"value": plain, **dates, "source": text}, ["value"])
    return {
        "description": "A number, plain or with its biography.",
        "anyOf": [
            plain,
            an_object({"value": plain, **dates, **about}, ["value"]),
            an_object(
                {"segments": some(segment, "Dated values, in order, without a hole."), **about}, ["segments"]
            ),
        ],
    }


def condition_schema() -> Schema:
    """A value and exactly one comparison."""
    words = [{"required": [word], "properties": {word: {"not": {"type": "null"}}}} for word in COMPARISONS]
    return {**record_schema(Condition), "oneOf": words}
