"""A balanced scorecard read literally: objectives and perspectives (S5)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from policymodel.reference.desk import Desk, Sides
from policymodel.reference.numbers import (
    NOT_APPLICABLE,
    Value,
    added,
    added_where_it_applies,
    bounded,
    divided,
    times,
    unknown,
    where_missing,
)
from policymodel.reference.places import Place
from policymodel.scheme.kinds.balanced import Objective, Perspective

Pair = tuple[Value, Value]
"""A score and its weight."""


def objective(line: Objective, at: Place, desk: Desk) -> Sides:
    """The weighted mean of the scores that count, and the part of the weight they have."""
    pairs = [(where_missing(score, line.missing), weight) for score, weight in _pairs(line, at, desk)]
    whole = added(weight for _, weight in pairs)
    return {"": _mean(pairs), "counted": divided(_applying(pairs), whole)}


def perspective(line: Perspective, at: Place, desk: Desk) -> Sides:
    """Points x the weighted mean of what applies ÷ the full score."""
    part = divided(_mean(_pairs(line, at, desk)), desk.number(line.out_of, at))
    part = bounded(part, None, None if line.cap is None else desk.number(line.cap, at))
    return {"": where_missing(times(desk.number(line.points, at), part), line.missing), "share": part}


def _pairs(line: Any, at: Place, desk: Desk) -> list[Pair]:
    return [(desk.read(each.value, at), desk.number(each.weight, at)) for each in line.of]


def _mean(pairs: Sequence[Pair]) -> Value:
    return divided(added_where_it_applies(times(*pair) for pair in pairs), _applying(pairs))


def _applying(pairs: Sequence[Pair]) -> Value:
    """The weights of the scores that apply; not known where it is not known whether one of them does."""
    return added(
        score if unknown(score) else times(Fraction(score != NOT_APPLICABLE), weight)
        for score, weight in pairs
    )
