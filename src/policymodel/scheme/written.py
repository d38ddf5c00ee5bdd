"""Numbers as a file writes them: plain, or with a biography; each wrong form has its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from policymodel.errors import suggest
from policymodel.scheme.biography import DAY, INSIDE, Bound, Number, Range, Segment
from policymodel.scheme.texts import read_text

EXAMPLE = "write 15, or {value: 15, source: S4.1.1}"

BIOGRAPHY = (
    "value",
    "segments",
    "source",
    "unit",
    "title",
    "range",
    "from",
    "to",
    "inside_period",
    "region_may_change",
)
"""What a file may write about a number."""


def is_number(raw: Any) -> bool:
    """Whether a part of a document is a number: plain, or a value or segments with a biography.

    >>> is_number(3), is_number({"value": 3, "unit": "CNY"}), is_number({"value": 3, "weight": 1}), is_number(True)
    (True, True, False, False)
    """
    if isinstance(raw, Mapping):
        valued = "segments" in raw or is_number(raw.get("value"))
        return valued and all(key in BIOGRAPHY for key in raw)
    return isinstance(raw, int | Decimal) and not isinstance(raw, bool)


def read_number(raw: Any) -> Number:
    """A number as a file writes it, plain or with its biography; a ValueError with a sentence where it is none.

    >>> read_number({"value": Decimal("0.02"), "range": [0, 1], "from": "2024-01-01"}).cuts()
    (datetime.date(2024, 1, 1),)
    """
    if isinstance(raw, Number):
        return raw
    if not isinstance(raw, Mapping):
        return Number(_decimal(raw))
    for key in raw:
        if key not in BIOGRAPHY:
            raise ValueError(f"a number has no '{key}'; {suggest(str(key), BIOGRAPHY) or EXAMPLE}")
    if "segments" in raw and not raw.keys().isdisjoint(("value", "from", "to")):
        raise ValueError("has segments beside value, from or to; write these inside the segments")
    if "segments" not in raw and "value" not in raw:
        raise ValueError(f"is no number; {EXAMPLE}")
    source = _words(raw, "source")
    segments = tuple(_segments(raw, source))
    inside = raw.get("inside_period")
    if inside is not None and inside not in INSIDE:
        right = suggest(str(inside), INSIDE) or f"write one of {', '.join(INSIDE)}"
        raise ValueError(f"inside_period '{inside}' is unknown; {right}")
    return Number(
        segments[-1].value if segments else _decimal(raw["value"]),
        source,
        _words(raw, "unit"),
        read_text(raw["title"]) if raw.get("title") is not None else None,
        read_range(raw.get("range")),
        segments,
        inside,
        _yes(raw.get("region_may_change", False)),
    )


def read_range(raw: Any) -> Range | None:
    """What a number may be: [low, high], where null is open, or {at_least or above, at_most or below}.

    >>> str(read_range([0, "commission.cap"]))
    'at least 0 and at most commission.cap'
    """
    if raw is None:
        return None
    words: dict[str, Any] = {"at_least": None, "above": None, "at_most": None, "below": None}
    if isinstance(raw, list | tuple) and len(raw) == 2:
        words |= {"at_least": raw[0], "at_most": raw[1]}
    elif isinstance(raw, Mapping) and raw and all(key in words for key in raw):
        words |= raw
    else:
        raise ValueError("its range is none; write range: [0, 20], or range: {above: 0, at_most: 20}")
    for one, other in (("at_least", "above"), ("at_most", "below")):
        if words[one] is not None and words[other] is not None:
            raise ValueError(f"its range has both {one} and {other}; keep one of them")
    ends = {word: _bound(word, at) for word, at in words.items() if at is not None}
    low, high = ends.get("at_least", ends.get("above")), ends.get("at_most", ends.get("below"))
    if low is None and high is None:
        raise ValueError("its range has no end; write range: [0, 20], or leave it out")
    if low is not None and high is not None and isinstance(low.at, Decimal) and isinstance(high.at, Decimal):
        closed = low.included and high.included
        if low.at > high.at or (low.at == high.at and not closed):
            raise ValueError(f"nothing is {Range(low, high)}; write the lower end first")
    return Range(low, high)


def _bound(word: str, at: Any) -> Bound:
    included = word in ("at_least", "at_most")
    if isinstance(at, str):
        if not re.match(r"[^\W\d]", at):
            right = "write digits without quotes, or an address such as commission.cap"
            raise ValueError(f"the end '{at}' of its range is neither a number nor an address; {right}")
        return Bound(at, included)
    return Bound(_decimal(at), included)


def _segments(raw: Mapping[str, Any], source: str) -> Iterator[Segment]:
    """The dated values in order of time, without overlap and without a hole."""
    listed = raw.get("segments")
    if "segments" not in raw:
        if raw.keys() & {"from", "to"}:
            yield _segment(raw, source, "")
        return
    if not isinstance(listed, list | tuple) or not listed:
        raise ValueError("its segments are no list; write segments: [{value: 15, from: 2024-01-01}]")
    read = [_segment(each, source, f"segments[{index}]: ") for index, each in enumerate(listed)]
    for index, (one, other) in enumerate(pairwise(read)):
        place = f"segments[{index}] and segments[{index + 1}]"
        if one.last is None or other.first is None:
            right = "every segment but the last says `to`, every segment but the first says `from`"
            raise ValueError(f"{place} do not say when one ends and the other begins; {right}")
        if other.first <= one.last:
            right = f"begin the second on {one.last + DAY}, or end the first on {other.first - DAY}"
            raise ValueError(f"{place} overlap from {other.first} to {one.last}; {right}")
        if other.first > one.last + DAY:
            what = f"there is no value from {one.last + DAY} to {other.first - DAY}"
            raise ValueError(
                f"{what}; let segments[{index}] last longer or segments[{index + 1}] begin earlier"
            )
    yield from read


def _segment(raw: Any, source: str, place: str) -> Segment:
    if not isinstance(raw, Mapping) or "value" not in raw:
        raise ValueError(f"{place}is no dated value; write {{value: 15, from: 2024-01-01, to: 2024-06-30}}")
    known = ("value", "from", "to", "source")
    unknown = [str(key) for key in raw if key not in known] if place else []
    if unknown:
        right = suggest(unknown[0], known) or f"it has {', '.join(known)}"
        raise ValueError(f"{place}a segment has no '{unknown[0]}'; {right}")
    first, last = (read_day(raw.get(key), f"{place}{key} ") for key in ("from", "to"))
    if first is not None and last is not None and last < first:
        raise ValueError(f"{place}it ends on {last}, before it begins on {first}; correct one")
    return Segment(_decimal(raw["value"], place), first, last, _words(raw, "source") or source)


def read_day(raw: Any, place: str = "") -> date | None:
    """A day written YYYY-MM-DD; None stays None.

    >>> read_day("2024-02-29")
    datetime.date(2024, 2, 29)
    """
    if raw is None:
        return None
    if isinstance(raw, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            raise ValueError(f"{place}'{raw}' is not in the calendar; correct the day") from None
    raise ValueError(f"{place}'{raw}' is no day; write YYYY-MM-DD, for example 2024-07-01")


def _decimal(raw: Any, place: str = "") -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        right = "write digits without quotes, % or separators, for example 0.15"
        raise ValueError(f"{place}'{raw}' is no number; {right}")
    number = Decimal(raw)
    if not number.is_finite():
        raise ValueError(f"{place}'{raw}' is no finite number")
    return number


def _words(raw: Mapping[str, Any], key: str) -> str:
    written = raw.get(key, "")
    if isinstance(written, bool) or not isinstance(written, str | int | Decimal):
        raise ValueError(f"its {key} is no text; put it in quotes")
    return str(written)


def _yes(raw: Any) -> bool:
    if isinstance(raw, bool) or (isinstance(raw, str) and raw in ("yes", "no")):
        return raw in (True, "yes")
    raise ValueError(f"region_may_change is '{raw}'; write yes or no")


def shown(raw: Any) -> str:
    """A part of a document in one line, for a sentence.

    >>> shown([{"from": 0, "rate": None}, True])
    '[{from: 0, rate: null}, true]'
    """
    if raw is None or isinstance(raw, bool):
        return {None: "null", True: "true", False: "false"}[raw]
    if isinstance(raw, Mapping):
        return "{" + ", ".join(f"{key}: {shown(value)}" for key, value in raw.items()) + "}"
    if isinstance(raw, list | tuple):
        return "[" + ", ".join(map(shown, raw)) + "]"
    return str(raw)
