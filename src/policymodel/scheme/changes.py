"""A proposal is a base scheme and a list of changes with reasons; a region's file changes only what it may."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from policymodel.documents import Where
from policymodel.errors import ChangeError, Problem, suggest
from policymodel.scheme.addresses import AddressFault, address_of, at, lines_of, locate
from policymodel.scheme.dated import agrees, revised, revised_from
from policymodel.scheme.differences import changes_between
from policymodel.scheme.kinds import KINDS
from policymodel.scheme.parameters import check_ranges, parameters
from policymodel.scheme.texts import read_text
from policymodel.scheme.written import is_number, read_day, read_number, shown

__all__ = ["apply_changes", "changes_between", "is_change_file"]

NEEDED = ("id", "title", "author", "base", "because", "changes")
KNOWN = (*NEEDED, "region")
SECTIONS = ("targets", "figures", "card", "pay", "consequences")

FORMS = {
    "at": (("at", "from", "to", "because"), ("effective", "inside_period")),
    "add": (("add", "line", "because"), ("after",)),
    "remove": (("remove", "because"), ()),
}
"""What each form of a change must say, and what it may."""


HOLDERS = {"card": "lines", "pay": "items", "consequences": "rules"}
"""The sections that hold lines or rules, and under which setting."""


class Misfit(Exception):
    """One change cannot be made: at which of its settings, what is wrong, what would be right."""

    def __init__(self, key: str, what: str, right: str = "") -> None:
        super().__init__(key, what, right)
        self.key = key
        self.what = what
        self.right = right


def is_change_file(raw: Mapping[str, Any]) -> bool:
    """True for a document that has changes to a base."""
    return "changes" in raw or "base" in raw


def apply_changes(
    base: dict[str, Any], raw: Mapping[str, Any], file: str, kinds: Mapping[str, type] = KINDS
) -> tuple[dict[str, Any], tuple[dict[str, Any], ...]]:
    """The base with the changes made, and the changes with their reasons; all misfits at once as a ChangeError.

    A change is one of three; they are made in the order written.

    - `{at, from, to, because}` sets what stands at an address (`net_deposits.cap`, `commission.tiers[1].rate`),
    and its `from` must be what the base says. With `effective: 2025-07-01` a number changes on that day, and
    `inside_period` says how it counts where that day lies inside a scored period. - `{add: card, line: {...},
    after: id, because}` adds a line to `figures`, `card`, `pay` or a group, or a rule to `consequences`, at the end
    where no `after` is written. - `{remove: id, because}` removes a line or a rule.

    The file of a `region` may change only numbers that say `region_may_change: yes`, inside their range.
    """
    problems = list(_frame(raw))
    document = copy.deepcopy(base)
    made: list[dict[str, Any]] = []
    changes = raw.get("changes")
    for index, change in enumerate(changes if isinstance(changes, list) else ()):
        try:
            made.append(_make(document, change, raw.get("region"), kinds))
        except Misfit as misfit:
            place = f"changes[{index}]" + (f".{misfit.key}" if misfit.key else "")
            problems.append(Problem(place, misfit.what, misfit.right))
    if raw.get("region") is not None and not problems:
        problems.extend(check_ranges(document))
    if problems:
        raise ChangeError(file, problems)
    document |= {"id": raw["id"], "title": raw["title"]}
    return document, tuple(made)


def _frame(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with a change file around its changes."""
    for key in raw:
        if key not in KNOWN:
            yield Problem(key, "a change file has no such setting", suggest(key, KNOWN))
    for key in NEEDED:
        if key not in raw:
            yield Problem(key, "a change file needs this setting")
    if not isinstance(raw.get("changes"), list) or not raw["changes"]:
        right = "write - {at: ..., from: ..., to: ..., because: ...}"
        yield Problem("changes", "is no list of changes", right)
    if "region" in raw and (not isinstance(raw["region"], str) or not raw["region"]):
        yield Problem("region", "is no code of a region", "write its code, such as region: north")


def _make(document: dict[str, Any], change: Any, region: Any, kinds: Mapping[str, type]) -> dict[str, Any]:
    """Make one change, and give it back with the full address of what it changed."""
    form = next((word for word in FORMS if isinstance(change, dict) and word in change), "at")
    needed, more = FORMS[form]
    if not isinstance(change, dict) or not set(needed) <= set(change) <= {*needed, *more}:
        may = f", and may have {' and '.join(more)}" if more else ""
        raise Misfit("", "is no change", f"a change has exactly {_listed(needed)}{may}")
    try:
        read_text(change["because"])
    except ValueError:
        raise Misfit("because", "says nothing", "write the reason, or {en: ..., zh-Hant: ...}") from None
    if form == "at":
        return change | {"at": _set(document, change, region, kinds)}
    if region is not None:
        raise Misfit(form, f"region '{region}' may not {form} lines", _opened(document))
    if form == "add":
        _add(document, change)
    else:
        where = _line(document, change["remove"], "remove")
        del at(document, where[:-1])[where[-1]]
    return change


def _listed(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _set(document: dict[str, Any], change: Mapping[str, Any], region: Any, kinds: Mapping[str, type]) -> str:
    """Set what stands at an address, and give the address in full."""
    where = _place(document, change, kinds)
    holder, key = at(document, where[:-1]), where[-1]
    now = holder.get(key) if isinstance(holder, dict) else holder[key]
    address = address_of(document, where)
    if isinstance(now, Mapping) and "kind" in now and "id" in now:
        raise Misfit(
            "at", f"'{address}' is a whole line", "name one of its settings, or remove it and add one"
        )
    if region is not None:
        _check_region(document, change, region, address, now)
    day = _effective(change, address, now)
    try:
        if not agrees(now, change["from"], day):
            raise _disagreeing(now, change, day)
        inside = change.get("inside_period")
        holder[key] = (
            revised(now, change["to"]) if day is None else revised_from(now, change["to"], day, inside)
        )
    except ValueError as fault:
        what, _, right = str(fault).partition("; ")
        raise Misfit("to" if day is None else "effective", what, right) from None
    return address


def _place(document: dict[str, Any], change: Mapping[str, Any], kinds: Mapping[str, type]) -> Where:
    """The way to what a change addresses; what may be written and is not yet stands at null."""
    try:
        return locate(document, str(change["at"]), "the base")
    except AddressFault as fault:
        holder = at(document, fault.where)
        name = fault.rest[0] if len(fault.rest) == 1 else None
        optional = _optional(holder, fault.where, kinds)
        if isinstance(name, str) and isinstance(holder, dict):
            if change["from"] is None and (optional is None or name in optional):
                return (*fault.where, name)
            raise Misfit(
                "at", fault.what, suggest(name, [*holder, *(optional or ())]) or fault.right
            ) from None
        raise Misfit("at", fault.what, fault.right) from None


def _optional(holder: Any, where: Where, kinds: Mapping[str, type]) -> tuple[str, ...] | None:
    """What may be written here; None where only the reader of the whole scheme can tell."""
    if not where:
        return SECTIONS
    if isinstance(holder, Mapping) and "kind" in holder and "id" in holder:
        record = kinds.get(str(holder["kind"]))
        return tuple(each.name.rstrip("_") for each in fields(record)) if record is not None else None
    return None


def _effective(change: Mapping[str, Any], address: str, now: Any) -> date | None:
    """The day on which a change begins, if it begins on a day."""
    try:
        day = read_day(change.get("effective"))
    except ValueError as fault:
        what, _, right = str(fault).partition("; ")
        raise Misfit("effective", what, right) from None
    if day is None:
        if "inside_period" in change:
            raise Misfit("inside_period", "has no meaning without `effective`", "leave it out")
        return None
    if not is_number(now):
        right = "only a number changes on a day; leave `effective` out"
        raise Misfit("effective", f"'{address}' is no number", right)
    new = change["to"]
    if not is_number(new) or (isinstance(new, Mapping) and not set(new) <= {"value", "source"}):
        raise Misfit("to", f"{shown(new)} is no number", "write a number, or {value: ..., source: ...}")
    return day


def _disagreeing(now: Any, change: Mapping[str, Any], day: date | None) -> Misfit:
    """The sentence for a `from` that is not what the base says."""
    says = now
    if is_number(now) and isinstance(now, Mapping):
        number = read_number(now)
        if len(number.segments) > 1 and day is None:
            return Misfit(
                "from", "the base has a value for each run of days", "say from when with `effective`"
            )
        says = number.value if day is None else number.on(day)
    on_day = f" on {day}" if day is not None and isinstance(now, Mapping) and "segments" in now else ""
    return Misfit("from", f"the base says {shown(says)}{on_day}, not {shown(change['from'])}", "correct one")


def _check_region(
    document: dict[str, Any], change: Mapping[str, Any], region: str, address: str, now: Any
) -> None:
    """Raise unless head office opened this number, and nothing but its value is changed."""
    if not is_number(now) or not read_number(now).region_may_change:
        raise Misfit("at", f"region '{region}' may not change '{address}'", _opened(document))
    beside = (
        [key for key in change["to"] if key not in ("value", "source")]
        if isinstance(change["to"], Mapping)
        else []
    )
    beside += ["inside_period"] if "inside_period" in change else []
    if beside or not is_number(change["to"]):
        what = f"region '{region}' may change the value of '{address}' alone"
        raise Misfit("to", what, "write a number, or {value: ..., source: ...}")


def _opened(document: Mapping[str, Any]) -> str:
    opened = [each.address for each in parameters(document) if each.number.region_may_change]
    return f"head office opened {', '.join(opened) if opened else 'nothing'}"


def _add(document: dict[str, Any], change: Mapping[str, Any]) -> None:
    line = change["line"]
    known = dict(lines_of(document))
    if not isinstance(line, dict) or "kind" not in line or not isinstance(line.get("id"), str):
        raise Misfit("line", "is no line", "a line begins with `kind:` and has an `id:`")
    for name, _ in lines_of({"line": line}):
        if name in known:
            raise Misfit("line.id", f"'{name}' is the id of another line", "give each line its own id")
    siblings = _holder(document, str(change["add"]))
    position = len(siblings)
    if change.get("after") is not None:
        names = [str(each.get("id")) if isinstance(each, Mapping) else "" for each in siblings]
        after = str(change["after"])
        if after not in names:
            right = suggest(after, names) or f"they are {', '.join(names)}"
            raise Misfit("after", f"'{change['add']}' has no line '{after}'", right)
        position = names.index(after) + 1
    siblings.insert(position, copy.deepcopy(line))


def _holder(document: dict[str, Any], name: str) -> list[Any]:
    """The lines of a section or of a group."""
    if name == "figures":
        siblings = document.setdefault("figures", [])
    elif name in HOLDERS:
        section = document.get(name)
        siblings = section.get(HOLDERS[name]) if isinstance(section, dict) else None
    else:
        siblings = at(document, _line(document, name, "add")).get("lines")
    if not isinstance(siblings, list):
        right = "lines are added to figures, card, pay, consequences, or a group by its id"
        raise Misfit("add", f"'{name}' holds no lines", right)
    return siblings


def _line(document: dict[str, Any], name: Any, key: str) -> Where:
    places = dict(lines_of(document))
    if str(name) not in places:
        raise Misfit(key, f"there is no line '{name}' in the base", suggest(str(name), places))
    return places[str(name)]
