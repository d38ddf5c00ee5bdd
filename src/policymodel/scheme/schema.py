"""JSON Schema (draft 2020-12) of scheme and change files, so that an editor completes and checks while one types.

It is made from the records of the kinds, a bank's own included. It says which settings there are and what may stand in
each. What settings need of each other (a name that leads somewhere, thresholds that rise, a value inside its range)
only `policymodel check` can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policymodel.scheme.biography import INSIDE
from policymodel.scheme.changes import KNOWN, NEEDED
from policymodel.scheme.consequences import RULES
from policymodel.scheme.given import PAY, SCORE
from policymodel.scheme.kinds import CARD_KINDS, GENERAL_KINDS, KINDS, PAY_KINDS
from policymodel.scheme.quantities import SORTS
from policymodel.scheme.scheme import Envelope
from policymodel.scheme.shapes import (
    DAY,
    Schema,
    an_object,
    condition_schema,
    number_schema,
    or_null,
    record_schema,
    ref,
    some,
)
from policymodel.scheme.strategy import StrategyMap
from policymodel.scheme.terms import RoundingRule, TargetRule

DRAFT = "https://json-schema.org/draft/2020-12/schema"
WORD = {"type": "string", "minLength": 1}
CURRENCY = {"type": "string", "pattern": "^[A-Z]{3}$", "description": "Its code, such as CNY."}
NAME = {"type": "string", "pattern": r"^[^\s\d.\[\]-][^\s.\[\]]*$", "not": {"enum": [SCORE, PAY]}}
"""An id: a word of letters, digits, _ and -; `score` is the card's total and `pay` what is paid in all."""


def json_schema(kinds: Mapping[str, type] = KINDS) -> Schema:
    """The schema of a scheme file.

    >>> json_schema()["required"]
    ['id', 'title', 'source', 'every']
    """
    sections = {
        "id": WORD,
        "title": ref("text"),
        "source": {**WORD, "description": "The clause that numbers without a source of their own come from."},
        "every": {"enum": ["month", "quarter", "year"], "description": "How often it is worked out."},
        "targets": or_null(record_schema(TargetRule)),
        "figures": or_null(some(ref("line"), "Worked out and shown, neither scored nor paid.")),
        "card": or_null(_card()),
        "pay": or_null(_pay()),
        "map": or_null(record_schema(StrategyMap)),
        "consequences": or_null(_consequences()),
    }
    whole = an_object(sections, ["id", "title", "source", "every"])
    named = [
        {"properties": {name: {"not": {"type": "null"}}}, "required": [name]}
        for name in ("figures", "card", "pay")
    ]
    return {"$schema": DRAFT, "title": "Scheme", **whole, "anyOf": named, "$defs": _definitions(kinds)}


def change_schema(kinds: Mapping[str, type] = KINDS) -> Schema:
    """The schema of a change file: changes to a base, with reasons.

    >>> sorted(set(change_schema()["properties"]) - set(change_schema()["required"]))
    ['region']
    """
    about: Schema = dict.fromkeys(KNOWN, WORD) | {"title": ref("text"), "because": ref("text")}
    about["base"] = {**WORD, "description": "The scheme or change file that is changed, seen from this file."}
    about["region"] = {**WORD, "description": "A region's file changes only what head office opened."}
    because = ref("text")
    at = {
        "type": "string",
        "minLength": 1,
        "description": "An address: net_deposits.cap, commission.tiers[1].rate.",
    }
    value = {"description": "A value of the setting."}
    inside = {"enum": list(INSIDE)}
    setting = {
        "at": at,
        "from": value,
        "to": value,
        "effective": DAY,
        "inside_period": inside,
        "because": because,
    }
    adding = {"add": NAME, "line": ref("any_line"), "after": or_null(NAME), "because": because}
    removing = {"remove": NAME, "because": because}
    forms = [
        an_object(setting, ["at", "from", "to", "because"]),
        an_object(adding, ["add", "line", "because"]),
        an_object(removing, ["remove", "because"]),
    ]
    change = _choose([(_has(next(iter(form["properties"]))), form) for form in forms])
    change |= {"type": "object", "anyOf": [_has(next(iter(form["properties"]))) for form in forms]}
    whole = an_object(about | {"changes": some(change, "Made in the order written.")}, list(NEEDED))
    return {"$schema": DRAFT, "title": "Change file", **whole, "$defs": _definitions(kinds)}


def _definitions(kinds: Mapping[str, type]) -> Schema:
    """What both files share: texts, numbers, quantities, lines and each kind."""
    own = set(kinds) - set(KINDS)

    def of(*standing: Iterable[str]) -> list[str]:
        names = {name for each in standing for name in each}
        return [name for name in kinds if name in names | own]

    return {
        "text": {
            "description": "A text, or one for each language.",
            "anyOf": [
                {"type": "string", "pattern": r"\S"},
                {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
            ],
        },
        "number": number_schema(),
        "quantity": {
            "description": "A number, or what a line takes from another line, a fact, the person, the calendar.",
            "anyOf": [ref("number"), *(ref(f"quantity_{word}") for word in SORTS)],
        },
        "rounding": record_schema(RoundingRule),
        **{f"quantity_{word}": record_schema(sort) for word, sort in SORTS.items()},
        "condition": condition_schema(),
        "line": _line(of(GENERAL_KINDS, CARD_KINDS)),
        "item": _line(of(GENERAL_KINDS, PAY_KINDS)),
        "any_line": _line([*kinds, *RULES]),
        "rule": _line(list(RULES)),
        **{f"kind_{name}": _kind(name, kind) for name, kind in {**kinds, **RULES}.items()},
    }


def _card() -> Schema:
    included = an_object({"include": WORD, "line": NAME}, ["include", "line"])
    line = {"if": _has("include"), "then": included, "else": ref("line")}
    bounds = dict.fromkeys(("floor", "cap"), or_null(ref("number")))
    settings = {"lines": some(line), "round": ref("rounding"), "rescale": ref("number"), **bounds}
    return {**an_object(settings, list(settings)), "description": "Lines whose sum is the score."}


def _pay() -> Schema:
    rounding = record_schema(RoundingRule)
    rounding["properties"]["digits"] = {"const": 2}
    settings = {"items": some(ref("item")), "round": rounding, "currency": CURRENCY}
    more = {"envelope": or_null(record_schema(Envelope))}
    return {**an_object(settings | more, list(settings)), "description": "Items, each paid and rounded."}


def _consequences() -> Schema:
    settings = {
        "rules": some(ref("rule"), "Judged in this order at the end of each period."),
        "grades": {"type": "array", "items": {"type": "string"}, "description": "The highest first."},
        "several_cuts": {"enum": ["add_up", "largest", None]},
    }
    return {**an_object(settings, ["rules"]), "description": "Rewards and penalties."}


def _line(names: list[str]) -> Schema:
    """A line of one of these kinds: its `kind` says which settings it has."""
    branches: list[tuple[Schema, Schema]] = [
        ({"properties": {"kind": {"const": name}}, "required": ["kind"]}, ref(f"kind_{name}"))
        for name in names
    ]
    return {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": names}},
        **_choose(branches),
    }


def _kind(name: str, kind: type) -> Schema:
    record = record_schema(kind)
    record["properties"] = {"kind": {"const": name}} | record["properties"] | {"id": NAME}
    record["required"] = ["kind", *record["required"]]
    return record


def _choose(branches: Iterable[tuple[Schema, Schema]]) -> Schema:
    """Where the first of a pair holds so must the second: an editor then speaks of that branch alone."""
    return {"allOf": [{"if": condition, "then": schema} for condition, schema in branches]}


def _has(word: str) -> Schema:
    return {"required": [word]}
