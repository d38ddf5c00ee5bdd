"""What differs between two schemes, setting by setting, and from which day where a number is dated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from policymodel.scheme.addresses import lines_of
from policymodel.scheme.biography import DAY, Segment
from policymodel.scheme.quantities import SORTS
from policymodel.scheme.written import is_number, read_number, read_range, shown

COLUMNS = [
    "at",
    "title",
    "kind",
    "setting",
    "before",
    "after",
    "first_day",
    "last_day",
    "because",
    "source",
]
_NOT_SETTINGS = ("id", "title", "kind", "source")
_LINES = ("lines", "items", "figures", "rules")


@dataclass(frozen=True)
class Setting:
    """What a document says at an address: one value, or a value for each run of days."""

    spans: tuple[Segment, ...]

    def on(self, day: date) -> tuple[Any, str]:
        """The value on a day, and the clause it comes from."""
        for span in self.spans:
            if span.holds_on(day):
                return span.value, span.source
        return None, ""

    def cuts(self) -> set[date]:
        """The days on which it begins, changes, or is no more."""
        begins = {each.first for each in self.spans if each.first is not None}
        return begins | {each.last + DAY for each in self.spans if each.last is not None}


NOTHING = Setting(())


def changes_between(first: Any, second: Any) -> pd.DataFrame:
    """Every setting that differs between two schemes.

    Columns: at (line id and setting), title ({language: text} of the line), kind (of the line; "" in a section
    that is none), setting, before, after (None: not there), first_day and last_day (of a dated number, else
    None), because ({language: text}, a text or None) and source (of the new value), in the order of the second's
    lines; one row for each run of days that differs.
    """
    before, lines_before = _settings(first.document)
    after, lines_after = _settings(second.document)
    lines = lines_before | lines_after
    reasons = list(_reasons(second.reasons, (first.document, second.document)))
    rows = [
        {
            "at": at,
            "title": title,
            "kind": kind,
            "setting": at.split(".", 1)[-1],
            "before": was,
            "after": will_be,
            "first_day": start,
            "last_day": end,
            "because": _reason(reasons, at, start),
            "source": source,
        }
        for at in [*after, *(each for each in before if each not in after)]
        for title, kind in [lines.get(at.split(".")[0], ({}, ""))]
        for start, end, was, will_be, source in _runs(before.get(at, NOTHING), after.get(at, NOTHING))
    ]
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def _runs(before: Setting, after: Setting) -> Iterator[tuple[date | None, date | None, Any, Any, str]]:
    """Each run of days on which two settings differ: its ends, both values, the source of the second."""
    cuts = sorted(before.cuts() | after.cuts())
    open_run: list[Any] = []
    for first, following in zip([None, *cuts], [*cuts, None], strict=True):
        day = first or date.min
        (was, _), (will_be, source) = before.on(day), after.on(day)
        last = following - DAY if following is not None else None
        if open_run and open_run[2:] == [was, will_be, source]:
            open_run[1] = last
            continue
        if open_run and open_run[2] != open_run[3]:
            yield tuple(open_run)
        open_run = [first, last, was, will_be, source]
    if open_run[2] != open_run[3]:
        yield tuple(open_run)


def _reasons(
    changes: Iterable[Mapping[str, Any]], documents: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[str, Any, Any]]:
    """The address, the day and the reason of each change; an added or removed group's reason is its lines'."""
    for change in changes:
        if "at" in change:
            yield str(change["at"]), change.get("effective"), change["because"]
            continue
        name = str(change["line"].get("id") if "add" in change else change["remove"])
        for document in documents:
            places = dict(lines_of(document))
            for line, where in places.items():
                if name in places and where[: len(places[name])] == places[name]:
                    yield line, None, change["because"]


def _reason(reasons: Iterable[tuple[str, Any, Any]], at: str, day: date | None) -> Any:
    """The reason given last for an address or what it stands in; a reason for the day itself comes first."""
    fitting = [
        (effective, because)
        for address, effective, because in reasons
        if at == address or at.startswith((f"{address}.", f"{address}["))
    ]
    on_the_day = [because for effective, because in fitting if day is not None and effective == str(day)]
    return [None, *(because for _, because in fitting), *on_the_day][-1]


def _settings(
    document: Mapping[str, Any],
) -> tuple[dict[str, Setting], dict[str, tuple[dict[str, str], str]]]:
    """Every setting by line id and path, and each line's title and kind by its id."""
    values: dict[str, Setting] = {}
    lines: dict[str, tuple[dict[str, str], str]] = {}

    def put(way: str, value: Any, source: str) -> None:
        values[way] = Setting((Segment(value, source=source),))

    def visit(raw: Any, way: str, source: str) -> None:
        if isinstance(raw, Mapping) and is_number(raw):
            values[way] = _dated(raw, source)
            for key in ("unit", "range", "inside_period", "region_may_change"):
                if raw.get(key) is not None:
                    put(f"{way}.{key}", _told(key, raw[key]), "")
        elif isinstance(raw, Mapping) and "kind" not in raw and not raw.keys().isdisjoint(SORTS):
            put(way, ", ".join(f"{key}: {shown(value)}" for key, value in raw.items()), source)
        elif isinstance(raw, Mapping):
            if "kind" in raw and "id" in raw:
                way = str(raw["id"])
                title = raw.get("title")
                lines[way] = (title if isinstance(title, dict) else {"en": str(title)}, str(raw["kind"]))
                put(f"{way}.kind", raw["kind"], "")
            here = str(raw.get("source", source))
            for key, value in raw.items():
                if key in _LINES and isinstance(value, list | tuple):
                    for each in value:
                        visit(each, way, here)
                elif key not in _NOT_SETTINGS:
                    visit(value, f"{way}.{key}" if way else key, here)
        elif isinstance(raw, list | tuple) and any(
            is_number(each) or isinstance(each, Mapping | list) for each in raw
        ):
            for index, each in enumerate(raw):
                visit(each, f"{way}[{index}]", source)
        elif isinstance(raw, list | tuple):
            put(way, ", ".join(map(str, raw)), source)
        else:
            put(way, raw, source)

    visit(document, "", str(document.get("source", "")))
    return values, lines


def _dated(raw: Mapping[str, Any], source: str) -> Setting:
    number = read_number(raw)
    if not number.segments:
        return Setting((Segment(raw["value"], source=number.source or source),))
    return Setting(
        tuple(Segment(each.value, each.first, each.last, each.source or source) for each in number.segments)
    )


def _told(key: str, value: Any) -> Any:
    return str(read_range(value)) if key == "range" else value
