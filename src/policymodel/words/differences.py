"""The difference of two schemes in words: by clause, what it said, what it says now, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from policymodel.scheme.changes import changes_between
from policymodel.words.clauses.book import Clause, chapters
from policymodel.words.clauses.plan import Plan
from policymodel.words.clauses.said import Grid, Said
from policymodel.words.scheme import change_words
from policymodel.words.sentences import Text, Value, say


@dataclass(frozen=True)
class Replaced:
    """A sentence that went, the one that came for it, and the reasons."""

    was: Said | None
    now: Said | None
    because: tuple[Value, ...]


@dataclass(frozen=True)
class Difference:
    """What differs in one clause: sentences and tables, and reasons that belong to none of them alone."""

    how: Literal["changed", "added", "removed"]
    chapter: Value
    clause: Clause
    before: Clause | None
    replaced: tuple[Replaced, ...]
    grids: tuple[tuple[Grid | None, Grid | None], ...]
    because: tuple[Value, ...]


@dataclass(frozen=True)
class Differences:
    """All that differs: by clause, and settings that no clause speaks of."""

    clauses: tuple[Difference, ...]
    others: tuple[Value, ...]


def differences(before: Plan, after: Plan) -> Differences:
    """What differs between two schemes, in the order of the second; lines that are no more come last."""
    rows = changes_between(before.scheme, after.scheme)
    old, new = dict(_by_id(before)), dict(_by_id(after))
    found: list[Difference] = []
    for name, (chapter, clause) in new.items():
        was = old[name][1] if name in old else None
        reasons = _Reasons(rows, clause)
        difference = _difference(chapter, clause, was, reasons, _moved(name, before, after))
        if difference is not None:
            found.append(difference)
    for name, (chapter, clause) in old.items():
        if name not in new:
            replaced = tuple(Replaced(each, None, ()) for each in clause.said)
            grids = tuple((each, None) for each in clause.grids)
            reasons = _Reasons(rows, clause)
            found.append(Difference("removed", chapter, clause, clause, replaced, grids, reasons.rest()))
    told = {each.clause.id for each in found}
    silent = [_clause_of(str(at)) not in told for at in rows["at"]]
    return Differences(tuple(found), tuple(change_words(rows[silent])) if any(silent) else ())


def _by_id(plan: Plan) -> Iterator[tuple[str, tuple[Value, Clause]]]:
    for chapter in chapters(plan):
        for clause in chapter.clauses:
            yield clause.id, (chapter.heading, clause)


def _clause_of(at: str) -> str:
    return at.split(".")[0].split("[")[0]


def _difference(
    chapter: Value, clause: Clause, was: Clause | None, reasons: _Reasons, moved: Value | None
) -> Difference | None:
    if was is None:
        replaced = tuple(Replaced(None, each, ()) for each in clause.said)
        grids = tuple((None, each) for each in clause.grids)
        return Difference("added", chapter, clause, None, replaced, grids, reasons.rest())
    told = list(_replaced(_named(was), _named(clause), reasons))
    if moved is not None:
        told.append(Replaced(None, Said((), moved, own=True), ()))
    changed = tuple(_changed_grids(was.grids, clause.grids))
    if not told and not changed:
        return None
    for _, grid in changed:
        reasons.of(grid.settings if grid is not None else ())
    return Difference(
        "changed", chapter, clause, was, tuple(told), changed, reasons.rest(every=bool(changed))
    )


def _named(clause: Clause) -> tuple[Said, ...]:
    """What a clause says, and what it is called and follows."""
    called = Said(("title",), say("It is called “{title}”.", title=clause.title), own=True)
    follows = Said(("source",), say("Its clause in the source is {source}.", source=clause.source), own=True)
    return (called, follows, *clause.said)


def _replaced(was: Sequence[Said], now: Sequence[Said], reasons: _Reasons) -> Iterator[Replaced]:
    """Sentences that went and came, paired where they speak of the same settings."""
    gone = [each for each in was if each not in now]
    for came in (each for each in now if each not in was):
        pair = next((each for each in gone if set(each.settings) & set(came.settings)), None)
        if pair is not None:
            gone.remove(pair)
        yield Replaced(pair, came, reasons.of((*came.settings, *(pair.settings if pair else ()))))
    for each in gone:
        yield Replaced(each, None, reasons.of(each.settings))


def _changed_grids(was: Sequence[Grid], now: Sequence[Grid]) -> Iterator[tuple[Grid | None, Grid | None]]:
    for first in was:
        second = next((each for each in now if each.settings == first.settings), None)
        if first != second:
            yield first, second
    for second in now:
        if all(each.settings != second.settings for each in was):
            yield None, second


def _moved(name: str, before: Plan, after: Plan) -> Value | None:
    """In which part a line stands now that stood elsewhere."""
    if before.scheme.card is None or after.scheme.card is None:
        return None
    old, new = (
        {line.id: "" if group is None else str(group.id) for line, group in card.walk()}
        for card in (before.scheme.card, after.scheme.card)
    )
    if name not in old or name not in new or old[name] == new[name]:
        return None
    if not new[name]:
        return say("It stands by itself now, in no part.")
    return say("It stands in {part} now.", part=after.line(new[name]))


class _Reasons:
    """The reasons of a clause's changes; each is given once."""

    def __init__(self, rows: pd.DataFrame, clause: Clause) -> None:
        self.rows = [
            (str(row["setting"]).split(".")[0].split("[")[0], row["because"])
            for row in rows.to_dict("records")
            if _clause_of(str(row["at"])) == clause.id
        ]

    def of(self, settings: Sequence[str]) -> tuple[Value, ...]:
        """The reasons of some settings."""
        return _texts([because for setting, because in self.rows if setting in settings])

    def rest(self, every: bool = True) -> tuple[Value, ...]:
        """The reasons of all settings."""
        return _texts([because for _, because in self.rows]) if every else ()


def _texts(reasons: Sequence[Any]) -> tuple[Value, ...]:
    told: list[Value] = []
    for because in reasons:
        if isinstance(because, Mapping | str) and because:
            text = Text({"en": because} if isinstance(because, str) else dict(because))
            if text not in told:
                told.append(text)
    return tuple(told)
