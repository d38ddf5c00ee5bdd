"""A number of a document changed: as a whole, or from a day on, with its biography kept (S4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from policymodel.scheme.biography import DAY, Number, Segment
from policymodel.scheme.written import is_number, read_number

OF_THE_VALUE = ("value", "segments", "source", "from", "to")
"""What goes with a value when it is replaced; unit, range and who may change it stay."""


def agrees(now: Any, said: Any, day: date | None = None) -> bool:
    """Whether a document says what someone says it does; who names a number need not repeat its biography.

    >>> agrees({"value": 10, "source": "S4.1.6"}, 10), agrees(10, 12), agrees(None, None)
    (True, False, True)
    """
    if isinstance(now, bool) == isinstance(said, bool) and now == said:
        return True
    if not (is_number(now) and is_number(said)):
        return False
    if isinstance(said, Mapping):
        written = {"value": now} if not isinstance(now, Mapping) else now
        return all(key in written and written[key] == value for key, value in said.items())
    number = read_number(now)
    if len(number.segments) > 1 and day is None:
        return False
    return bool(read_number(said).value == in_force(number, day))


def in_force(number: Number, day: date | None) -> Any:
    """The value that a change on a day would replace: of that day, or of the nearest on which there is one."""
    segments = number.segments
    if day is None or not segments:
        return number.value
    begins = segments[0].first
    nearest = segments[0] if begins is not None and day < begins else segments[-1]
    found = number.on(day)
    return nearest.value if found is None else found


def revised(now: Any, new: Any) -> Any:
    """The number with another value. The source of the old value does not vouch for the new one.

    >>> revised({"value": 10, "unit": "points", "source": "S4.1.6"}, 12)
    {'value': 12, 'unit': 'points'}
    """
    if not (isinstance(now, Mapping) and is_number(now) and is_number(new)):
        return new
    kept = {key: value for key, value in now.items() if key not in OF_THE_VALUE}
    written = dict(new) if isinstance(new, Mapping) else {"value": new}
    if "segments" not in written and "segments" not in now:
        kept |= {key: now[key] for key in ("from", "to") if key in now}
    whole = written | {key: value for key, value in kept.items() if key not in written}
    return whole if isinstance(new, Mapping) or kept else new


def revised_from(now: Any, new: Any, day: date, inside_period: str | None = None) -> dict[str, Any]:
    """The number with another value from a day on, until the segment that it begins in would have ended.

    A ValueError where the number does not exist on that day or the day before.

    >>> later = revised_from({"value": 10, "unit": "points"}, 12, date(2025, 7, 1))
    >>> later["unit"], [(str(each["value"]), each.get("from"), each.get("to")) for each in later["segments"]]
    ('points', [('10', None, '2025-06-30'), ('12', '2025-07-01', None)])
    """
    number = read_number(now)
    before = number.segments or (Segment(number.value, source=number.source),)
    begins, ends = before[0].first, before[-1].last
    if begins is not None and day < begins:
        raise ValueError(f"the number begins on {begins}, after {day}; change it from {begins} on")
    if ends is not None and day > ends + DAY:
        what = f"there would be no value from {ends + DAY} to {day - DAY}"
        raise ValueError(f"{what}; begin on {ends + DAY}, or write what holds in between")
    segments: list[dict[str, Any]] = []
    until = None
    for each in before:
        if each.first is None or each.first < day:
            last = day - DAY if each.holds_on(day) else each.last
            segments.append(_written(each.value, each.first, last, each.source))
        if each.holds_on(day):
            until = each.last
    source = str(new.get("source", "")) if isinstance(new, Mapping) else ""
    value = new["value"] if isinstance(new, Mapping) else new
    segments.append(_written(value, day, until, source))
    segments += [
        _written(each.value, each.first, each.last, each.source)
        for each in before
        if each.first is not None and each.first > day
    ]
    kept = (
        {key: value for key, value in now.items() if key not in OF_THE_VALUE}
        if isinstance(now, Mapping)
        else {}
    )
    if inside_period is not None:
        kept["inside_period"] = inside_period
    return {"segments": segments} | kept


def _written(value: Any, first: date | None, last: date | None, source: str) -> dict[str, Any]:
    segment = {"value": value, "from": first and str(first), "to": last and str(last), "source": source}
    return {key: each for key, each in segment.items() if each not in (None, "")}
