"""A scheme as chapters of numbered clauses, in the order of its file; what lines have in common is said once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from policymodel.scheme.kinds.card import Group
from policymodel.scheme.kinds.record import Common
from policymodel.words.clauses import CLAUSES
from policymodel.words.clauses.balanced import map_said
from policymodel.words.clauses.consequences import rule_said, rules_said
from policymodel.words.clauses.plan import Plan, numbers_in
from policymodel.words.clauses.rounding import rounding_words
from policymodel.words.clauses.said import Grid, Said, own, rule
from policymodel.words.clauses.sections import pay_said, score_said, targets_said
from policymodel.words.sentences import Listing, Sentence, Text, Value, say

INSIDE: Mapping[str, Sentence] = {
    "by_days": say("A number that changes inside a {period} counts in proportion to the days of each value."),
    "at_start": say("A number that changes inside a {period} counts there as on its first day."),
    "at_end": say("A number that changes inside a {period} counts there as on its last day."),
}


@dataclass(frozen=True)
class InCommon:
    """What several clauses have in common, said once before them."""

    numbers: tuple[str, ...]
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Clause:
    """One clause: its number, what it is called, the clause of the source, its sentences and tables.

    `common` is what the clauses inside it have in common. `id` is the line's, or the section's name.
    """

    id: str
    kind: str
    number: str
    title: Value
    source: str
    said: tuple[Said, ...]
    grids: tuple[Grid, ...] = ()
    common: tuple[InCommon, ...] = ()

    @property
    def depth(self) -> int:
        """In how many clauses it stands."""
        return self.number.count(".") - 1


@dataclass(frozen=True)
class Chapter:
    """A chapter: its number and heading, what its clauses have in common, its clauses."""

    number: int
    heading: Value
    clauses: tuple[Clause, ...]
    common: tuple[InCommon, ...] = ()


def chapters(plan: Plan, first: int = 1) -> list[Chapter]:
    """The chapters of a scheme, numbered from `first`; every clause says all that holds for it."""
    scheme = plan.scheme
    found: list[Chapter] = []
    if scheme.targets is not None:
        said = (*targets_said(scheme.targets, plan), *_dated(scheme.targets, plan))
        number = first + len(found)
        clause = Clause("targets", "", f"{number}.1", say("How targets are set"), scheme.targets.source, said)
        found.append(Chapter(number, say("The targets"), (clause,)))
    if scheme.figures:
        number = first + len(found)
        found.append(Chapter(number, say("Figures"), tuple(_clauses(scheme.figures, str(number), plan))))
    if scheme.card is not None:
        number = first + len(found)
        clauses = [*_clauses(scheme.card.lines, str(number), plan)]
        total = (*score_said(scheme.card, plan), *_dated(_bounds_of(scheme.card), plan))
        last = f"{number}.{len(scheme.card.lines) + 1}"
        clauses.append(Clause("card", "", last, say("The score"), scheme.source, total))
        found.append(Chapter(number, say("Scorecard"), tuple(clauses)))
    if scheme.strategy is not None:
        number = first + len(found)
        told = tuple(map_said(scheme.strategy, plan))
        said = tuple(each for each in told if isinstance(each, Said))
        grids = tuple(each for each in told if isinstance(each, Grid))
        title = say("Which objective brings about which")
        clause = Clause("map", "", f"{number}.1", title, scheme.source, said, grids)
        found.append(Chapter(number, say("Cause and effect"), (clause,)))
    if scheme.pay is not None:
        number = first + len(found)
        clauses = [*_clauses(scheme.pay.items, str(number), plan)]
        total = (*pay_said(scheme.pay, plan), *_dated(scheme.pay.envelope, plan))
        last = f"{number}.{len(scheme.pay.items) + 1}"
        clauses.append(Clause("pay", "", last, say("The pay of a period"), scheme.source, total))
        found.append(Chapter(number, say("Pay"), tuple(clauses)))
    if scheme.consequences is not None:
        number = first + len(found)
        rules = scheme.consequences.rules
        clauses = [
            Clause(
                each.id,
                each.kind,
                f"{number}.{place}",
                Text(dict(each.title.languages)),
                each.source,
                tuple(rule_said(each, plan)),
            )
            for place, each in enumerate(rules, start=1)
        ]
        total = tuple(rules_said(scheme.consequences, plan))
        last = f"{number}.{len(rules) + 1}"
        title = say("What holds for all rules")
        clauses.append(Clause("consequences", "", last, title, scheme.source, total))
        found.append(Chapter(number, say("Rewards and penalties"), tuple(clauses)))
    return found


def _bounds_of(card: Any) -> tuple[Any, ...]:
    return (card.rescale, card.floor, card.cap)


def _clauses(records: Sequence[Any], number: str, plan: Plan) -> Iterator[Clause]:
    for place, record in enumerate(records, start=1):
        mine = f"{number}.{place}"
        yield clause_of(record, mine, plan)
        if isinstance(record, Group):
            yield from _clauses(record.lines, mine, plan)


def clause_of(record: Any, number: str, plan: Plan) -> Clause:
    """The clause of one line."""
    told = list(line_words(record, plan))
    return Clause(
        record.id,
        record.kind,
        number,
        plan.title(record),
        record.source or plan.scheme.source,
        tuple(each for each in told if isinstance(each, Said)),
        tuple(each for each in told if isinstance(each, Grid)),
    )


def line_words(record: Any, plan: Plan) -> Iterator[Said | Grid]:
    """All that a line says: its kind's words, its bounds and rounding, what changes with time."""
    if record.kind in CLAUSES:
        yield from CLAUSES[record.kind](record, plan)
    else:
        yield own(say("This line is of a kind of the bank's own: {kind}.", kind=record.kind), "kind")
    if isinstance(record, Common):
        yield from _shared_settings(record, plan)
    yield from _dated(record, plan)


def _shared_settings(record: Common, plan: Plan) -> Iterator[Said]:
    if record.every == "transaction":
        said = say(
            "This is worked out for each transaction credited, by date, and added up over the {period}.",
            period=plan.period,
        )
        yield rule(said, "every")
    if record.floor is not None:
        yield own(
            say("The result is never less than {floor}.", floor=plan.quantity(record.floor, record)), "floor"
        )
    if record.cap is not None:
        yield own(say("The result is never more than {cap}.", cap=plan.quantity(record.cap, record)), "cap")
    if record.round is not None:
        yield rule(say("The result is rounded {how}.", how=rounding_words(record.round)), "round")


def _dated(part: Any, plan: Plan) -> Iterator[Said]:
    """How numbers count that change inside a period."""
    for inside in dict.fromkeys(each.inside_period for each in numbers_in(part) if each.segments):
        if inside is not None:
            yield rule(say(INSIDE[inside].message, period=plan.period), "inside_period")


def shared_out(chapter: Chapter) -> Chapter:
    """The chapter with what clauses of one kind beside each other have in common taken together.

    A sentence is said once where more than half of them say it and the others say otherwise about the same settings.
    """
    found: dict[str, Clause] = {each.number: each for each in chapter.clauses}
    taken: dict[str, list[InCommon]] = {}
    for holder in ("", *found):
        inside = [each for each in found.values() if _holder(each, found) == holder]
        for kind in dict.fromkeys(each.kind for each in inside if each.kind and each.kind != "group"):
            alike = [each for each in inside if each.kind == kind]
            common = _in_common(alike)
            if not common:
                continue
            taken.setdefault(holder, []).append(InCommon(tuple(each.number for each in alike), tuple(common)))
            for each in alike:
                rest = tuple(said for said in each.said if said not in common)
                found[each.number] = replace(each, said=rest)
    clauses = tuple(replace(each, common=tuple(taken.get(number, ()))) for number, each in found.items())
    return replace(chapter, clauses=clauses, common=tuple(taken.get("", ())))


def _holder(clause: Clause, found: Mapping[str, Clause]) -> str:
    above = clause.number.rpartition(".")[0]
    return above if above in found else ""


def _in_common(alike: Sequence[Clause]) -> list[Said]:
    if len(alike) < 2:
        return []
    rules: list[Said] = []
    for clause in alike:
        rules += [each for each in clause.said if not each.own and each not in rules]
    common = [
        each
        for each in rules
        if 2 * sum(each in clause.said for clause in alike) > len(alike)
        and all(each in clause.said or _says_otherwise(clause, each) for clause in alike)
    ]
    # In the order of the clause that says most of it.
    order = list(max(alike, key=lambda clause: sum(each in clause.said for each in common)).said)
    return sorted(common, key=lambda each: order.index(each) if each in order else len(order))


def _says_otherwise(clause: Clause, said: Said) -> bool:
    return bool(said.settings) and any(
        each.settings == said.settings and not each.own for each in clause.said
    )


def numbers_said(numbers: Sequence[str]) -> Value:
    """Numbers of clauses, those that follow each other as from … to.

    >>> numbers_said(["2.1", "2.2", "2.3", "2.5"]).render("en")
    '2.1 to 2.3 and 2.5'
    """
    runs: list[list[str]] = []
    for each in numbers:
        if runs and _next(runs[-1][-1]) == each:
            runs[-1].append(each)
        else:
            runs.append([each])
    parts: list[Value] = []
    for run in runs:
        if len(run) > 2:
            parts.append(say("{first} to {last}", first=run[0], last=run[-1]))
        else:
            parts += run
    return parts[0] if len(parts) == 1 else Listing(tuple(parts))


def _next(number: str) -> str:
    above, _, last = number.rpartition(".")
    return f"{above}.{int(last) + 1}"
