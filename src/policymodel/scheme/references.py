"""What the lines of a file name: whether it is there, whether it can be given, whether they wait for one another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from policymodel.documents import Where
from policymodel.errors import suggest
from policymodel.scheme.given import PAY, SCORE, Given, LineFault
from policymodel.scheme.quantities import SORTS
from policymodel.scheme.refusals import Wrong, listed, quoted

DEEPEST = 50
"""How many lines may lean on one another, one below the other."""

APART = ("id", "title", "source", "lines", "values", "monthly")
"""Settings in which a word is no quantity: names, languages, other lines, categories."""

WHOLES = {SCORE: ("card", "lines"), PAY: ("pay", "items")}
"""The totals that may be named like lines, and the lists whose sum they are."""

NEEDED = {
    ("kind", "attainment"): ("targets", "an attainment is held against a target, and nothing says which"),
    ("increment", "from_targets"): ("targets", "there is no rule for targets"),
    ("scaled_by", "management_score"): ("card", "there is no card that makes the score"),
}
"""What a setting of a line needs of the file, and what is wrong without."""

FEW = 12
"""Lines that are all named where one is not found."""


@dataclass(frozen=True)
class Entry:
    """A line as the file has it: the way to it, what is written, and its record where it has become one."""

    where: Where
    raw: Mapping[str, Any]
    record: Any | None

    def quantities(self) -> Iterator[tuple[Where, Mapping[str, Any]]]:
        """Every quantity that the line takes from elsewhere, with the way to it."""
        for key, value in self.raw.items():
            if key not in APART:
                yield from _quantities(value, (*self.where, key))

    def names(self) -> Iterator[tuple[Where, str]]:
        """Every line that is named, or a side figure of one, with the way to the name."""
        for where, quantity in self.quantities():
            if isinstance(quantity.get("line"), str):
                yield (*where, "line"), quantity["line"]


def _quantities(raw: Any, where: Where) -> Iterator[tuple[Where, Mapping[str, Any]]]:
    if isinstance(raw, Mapping):
        if not raw.keys().isdisjoint(SORTS):
            yield where, raw
            return
        for key, value in raw.items():
            yield from _quantities(value, (*where, key))
    elif isinstance(raw, list | tuple):
        for index, value in enumerate(raw):
            yield from _quantities(value, (*where, index))


def misnamed(entry: Entry, lines: Collection[str], document: Mapping[str, Any]) -> Iterator[Wrong]:
    """Names of lines that are not there; facts that cannot be read where the line stands."""
    known = [*lines, *(name for name, (section, _) in WHOLES.items() if document.get(section) is not None)]
    for where, name in entry.names():
        first = name.partition(".")[0]
        if first in WHOLES and first not in known:
            section = WHOLES[first][0]
            yield Wrong(
                where, f"'{first}' is a total, and there is no `{section}:`", "add it, or name a line"
            )
        elif first not in known:
            few = 0 < len(known) <= FEW
            there = f"there are {listed(known, 'and')}" if few else "write the id of a line of this file"
            yield Wrong(where, f"there is no line {quoted(first)}", suggest(first, known) or there)
    for where, quantity in entry.quantities():
        if "transaction" in quantity and entry.raw.get("every") != "transaction":
            figure = quantity["transaction"]
            right = f"write `every: transaction`, or {{transactions: {figure}}} for all of the period"
            what = "a line that stands on periods has no single transaction"
            yield Wrong((*where, "transaction"), what, right)
        if "target" in quantity and document.get("targets") is None:
            yield Wrong((*where, "target"), "there is no rule for targets", "add `targets:`")
    for (setting, word), (section, what) in NEEDED.items():
        if entry.raw.get(setting) == word and document.get(section) is None:
            yield Wrong((*entry.where, setting), what, f"add `{section}:`")


def unresolved(entries: Mapping[str, Entry], given: Given, faulty: Collection[str]) -> Iterator[Wrong]:
    """What is wrong between lines: circles, side figures that are not there, lines that cannot be worked out.

    Lines that are `faulty`, and all that need one of them, are left alone: their fault has been told.
    """
    needs = {name: _needs(entry) & {*entries, *WHOLES} for name, entry in entries.items()}
    for whole, place in WHOLES.items():
        needs[whole] = {name for name, entry in entries.items() if entry.where[:-1] == place}
    there = {SCORE: given.score, PAY: given.pay}
    unsound = {*faulty, *(whole for whole in WHOLES if there[whole] is None)}
    for circle in _circles(needs):
        unsound.update(circle)
        yield _round(circle, entries)
    sides: dict[str, tuple[str, ...]] = dict.fromkeys(WHOLES, ())
    depth: dict[str, int] = {}
    for name in TopologicalSorter(needs).static_order():
        depth[name] = 1 + max((depth[each] for each in needs[name]), default=0)
        if name in unsound or not needs[name].isdisjoint(unsound):
            unsound.add(name)
        elif name not in WHOLES:
            wrong = list(_alone(name, entries[name], given, sides, depth[name]))
            unsound.update([name] if wrong else [])
            yield from wrong


def _needs(entry: Entry) -> set[str]:
    """The lines that a line cannot be worked out without."""
    needs = {name.partition(".")[0] for _, name in entry.names()}
    if isinstance(entry.raw.get("lines"), list):
        inner = {str(each.get("id")) for each in entry.raw["lines"] if isinstance(each, Mapping)}
        needs |= inner - {entry.raw.get("id")}
    if entry.raw.get("scaled_by") == "management_score":
        needs.add(SCORE)
    return needs


def _circles(needs: dict[str, set[str]]) -> Iterator[list[str]]:
    """Lines that need one another, each in the order of need; they are taken out of `needs`."""
    while True:
        try:
            TopologicalSorter(needs).prepare()
        except CycleError as fault:
            circle: list[str] = fault.args[1][:0:-1]
            yield circle
            for name in circle:
                needs[name] = set()
        else:
            return


def _round(circle: list[str], entries: Mapping[str, Entry]) -> Wrong:
    """A circle, told where its first line in the file names the next."""
    order = [*entries, *WHOLES]
    start = circle.index(min(circle, key=order.index))
    circle = [*circle[start:], *circle[:start]]
    first, following = entries[circle[0]], circle[1] if len(circle) > 1 else circle[0]
    where = next((at for at, name in first.names() if name.partition(".")[0] == following), first.where)
    if len(circle) == 1:
        right = "a draw, a bonus_bank or a carry_forward hands something on to the next period"
        return Wrong(where, "the line needs itself", right)
    what = f"the lines need one another in a circle: {' → '.join([*circle, circle[0]])}"
    links = zip(circle, [*circle[1:], circle[0]], strict=True)
    if any(name in entries and _looks_back(entries[name], following) for name, following in links):
        right = (
            "looking back inside a circle is not possible; `carry_forward` or `running_total` says a balance"
        )
        return Wrong(where, what, right)
    return Wrong(where, what, "let one of them read facts instead")


def _looks_back(entry: Entry, name: str) -> bool:
    """Whether a line names another in earlier periods alone."""
    naming = [each for _, each in entry.quantities() if str(each.get("line")).partition(".")[0] == name]
    return bool(naming) and all(each.get("earlier") for each in naming)


def _alone(
    name: str, entry: Entry, given: Given, sides: dict[str, tuple[str, ...]], depth: int
) -> Iterator[Wrong]:
    """What is wrong with one line, while nothing is wrong with those it needs."""
    if depth > DEEPEST:
        what = f"it is the last of {depth} lines that lean on one another"
        yield Wrong(entry.where, what, f"{DEEPEST} at most; let some of them read facts")
        return
    wrong = [*_sides_missing(entry, sides), *_no_periods(entry, given)]
    yield from wrong
    if wrong or entry.record is None:
        return
    try:
        given.line(name)
        sides[name] = tuple(entry.record.others(given))
    except LineFault as fault:
        yield Wrong(entry.where, fault.problem.what, fault.problem.right)


def _sides_missing(entry: Entry, sides: Mapping[str, tuple[str, ...]]) -> Iterator[Wrong]:
    for where, name in entry.names():
        first, _, side = name.partition(".")
        if side and name not in sides[first]:
            there = [each.partition(".")[2] for each in sides[first]]
            right = suggest(side, there) or f"it has {listed(there, 'and') if there else 'none'}"
            yield Wrong(where, f"'{first}' has no side figure '{side}'", right)


def _no_periods(entry: Entry, given: Given) -> Iterator[Wrong]:
    """A line on transactions that looks back on another one: transactions have no periods."""
    for where, quantity in entry.quantities():
        looks_back = quantity.get("earlier") and entry.raw.get("every") == "transaction"
        if looks_back and "line" in quantity and given.axis(quantity["line"]) == "transaction":
            what = f"'{quantity['line']}' stands on transactions too, and these have no period before"
            yield Wrong((*where, "earlier"), what, "leave it out")
