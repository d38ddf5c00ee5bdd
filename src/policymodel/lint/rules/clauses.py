"""Rules about clauses: those that never bind, that nobody can reach, that shut people out, that overlap."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar

import numpy as np

from policymodel.lint.climbing import Bound, Climb, bounds, climbs
from policymodel.lint.findings import Evidence, Found, Level, Shown
from policymodel.lint.subject import Flags, Seen, Subject
from policymodel.lint.wording import fine, title_of
from policymodel.scheme import algebra
from policymodel.scheme.algebra import Column, Greatest, Least, Node
from policymodel.scheme.kinds.arithmetic import Gate
from policymodel.scheme.kinds.lookups import Curve, Steps, Table
from policymodel.scheme.kinds.pay import GradeWage, PerformanceWage
from policymodel.scheme.kinds.rates import Slice, Tiers
from policymodel.scheme.kinds.running import to_date
from policymodel.scheme.terms import Number
from policymodel.words.numbers import Share
from policymodel.words.sentences import Sentence, say

NEAR = 1e-9
THREE = 3
"""The rule of three: what was never seen among n people may still hold for 3 ÷ n of them, at 95 %."""


def never(seen: Seen, *figures: Shown) -> Evidence:
    """The evidence that something was never seen, and what that leaves open."""
    nobody = np.zeros(seen.number.size, dtype=bool)
    sample = seen.sample(nobody)
    left_open = Shown(
        say("what that leaves open, at most, by the rule of three"), Share(min(1.0, THREE / sample.people))
    )
    return Evidence(sample, say("cases in which it binds"), (left_open, *figures))


@dataclass(frozen=True)
class DeadClause:
    """A floor or a cap that changed nothing in any case of the history, or that can change nothing whatever the facts.

    A clause that never binds is read, argued about and remembered for nothing. It is a note: a floor or a cap may be
    kept for the day that has not come. The nearest that anybody came to it tells how far off it is.
    """

    code: ClassVar[str] = "dead_clause"
    level: ClassVar[Level] = "note"
    source: ClassVar[Sentence] = say(
        "What does not vary has no weight: Paruolo, Saisana & Saltelli 2013; rule of three"
    )
    remedy: ClassVar[Sentence] = say("Leave it out, or set it where it can bind.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for bound in bounds(subject):
            if _can_never_bind(bound, subject):
                yield Found(bound.address, say("Whatever the facts, it can never bind."))
                continue
            both = subject.both(bound.node, bound.at, bound.axis)
            if both is None or not subject.enough(both[0]):
                continue
            seen, at = both
            alone = subject.seen(bound.node, bound.axis)
            if alone is None or alone.number.size > seen.number.size:
                # Where the bound itself is not known it takes the figure away, and so is not without effect.
                continue
            away = seen.number - at if bound.way == "cap" else at - seen.number
            if (away <= NEAR).all():
                nearest = seen.number.max() if bound.way == "cap" else seen.number.min()
                label = say("the highest seen") if bound.way == "cap" else say("the lowest seen")
                said = (
                    say("In the history the cap never binds.")
                    if bound.way == "cap"
                    else say("In the history the floor never binds.")
                )
                yield Found(bound.address, said, never(seen, Shown(label, fine(nearest), private=True)))


def _can_never_bind(bound: Bound, subject: Subject) -> bool:
    held, at = subject.range(bound.node), subject.range(bound.at)
    return held.most <= at.least if bound.way == "cap" else held.least >= at.most


@dataclass(frozen=True)
class DeadTier:
    """A tier, a step or a stretch of a curve in which nobody was in any case of the history.

    Where each slice earns its own rate (or steps add up) a tier is dead when nobody crosses its beginning; where one
    tier decides for the whole amount, when nobody ends in it. The three slices of a performance wage count too.
    """

    code: ClassVar[str] = "dead_tier"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say(
        "SalesGlobe: excellence is the 90th percentile; Alexander Group: 5 to 10 % reach it"
    )
    remedy: ClassVar[Sentence] = say("Set its beginning where people are, or leave the tier out.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for climb in climbs(subject):
            seen = subject.seen(climb.node, climb.axis)
            if not subject.enough(seen):
                continue
            assert seen is not None
            for piece in climb.pieces:
                there = _reached(climb, seen, piece.start)
                if not climb.crossed:
                    there &= ~_reached(climb, seen, piece.end)
                reachable = subject.range(climb.node)
                if not there.any() and piece.start <= reachable.most and piece.end >= reachable.least:
                    highest = Shown(say("the highest seen"), fine(seen.number.max()), private=True)
                    yield Found(piece.address, say("In the history nobody is in it."), never(seen, highest))
        for record in subject.used.values():
            if isinstance(record, PerformanceWage):
                yield from self._of_wage(record, subject)

    def _of_wage(self, record: PerformanceWage, subject: Subject) -> Iterator[Found]:
        for part, entitlement in record.entitlements(subject.given).items():
            assert isinstance(entitlement, algebra.Product)
            seen = subject.seen(entitlement.parts[1])
            if subject.enough(seen) and seen is not None and (seen.number <= NEAR).all():
                yield Found(f"{record.id}.shares.{part}", say("In the history nobody is in it."), never(seen))


def _reached(climb: Climb, seen: Seen, start: float) -> Flags:
    reached: Flags = seen.number >= start - NEAR if climb.closed else seen.number > start + NEAR
    return reached


@dataclass(frozen=True)
class DeadGate:
    """A gate that was open, or shut, in every case of the history."""

    code: ClassVar[str] = "dead_gate"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say(
        "What does not vary has no weight: Paruolo, Saisana & Saltelli 2013; rule of three"
    )
    remedy: ClassVar[Sentence] = say("Set the condition where it decides something, or leave the gate out.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for record in subject.used.values():
            if not isinstance(record, Gate):
                continue
            node, address = record.open(subject.given), f"{record.id}.when"
            known = subject.range(node)
            if known.least == known.most:
                yield Found(address, _always(known.least > 0), level="error")
                continue
            seen = subject.seen(node, subject.axis(record))
            if subject.enough(seen) and seen is not None and np.unique(seen.number).size == 1:
                was_open = seen.number[0] > 0
                said = (
                    say("In the history the gate is never shut.")
                    if was_open
                    else say("In the history the gate is never open.")
                )
                yield Found(address, said, never(seen))


def _always(is_open: bool) -> Sentence:
    if is_open:
        return say("Whatever the facts, the gate is always open.")
    return say("Whatever the facts, the gate is always shut.")


@dataclass(frozen=True)
class DeadLine:
    """A line that gave nothing in any case of the history: an event that never came, a bonus that nobody got, a grade
    that nobody has."""

    code: ClassVar[str] = "dead_line"
    level: ClassVar[Level] = "note"
    source: ClassVar[Sentence] = say(
        "What does not vary has no weight: Paruolo, Saisana & Saltelli 2013; rule of three"
    )
    remedy: ClassVar[Sentence] = say("Ask whether it is recorded at all; if so, leave the line out.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for name, record in subject.used.items():
            seen = subject.seen(subject.node(record), subject.axis(record))
            if subject.enough(seen) and seen is not None and (np.abs(seen.number) <= NEAR).all():
                yield Found(name, say("In the history it gives nobody anything."), never(seen))
            elif isinstance(record, GradeWage):
                for grade in record.grades:
                    months = subject.seen(Column(f"months_in_grade:{grade}"))
                    if subject.enough(months) and months is not None and not months.number.any():
                        yield Found(f"{name}.monthly.{grade}", say("In the history nobody has this grade."))
            elif isinstance(record, Table) and subject.computed is not None:
                yield from self._categories(record, subject)

    def _categories(self, record: Table, subject: Subject) -> Iterator[Found]:
        assert subject.computed is not None
        there = set(subject.computed.ground.category(record.by[0], subject.axis(record)).ravel())
        for key, _ in record.values:
            if key not in there:
                yield Found(f"{record.id}.values.{key}", say("In the history nothing is of this category."))


@dataclass(frozen=True)
class UnusedLine:
    """A line that neither the score nor the pay is made of; it may be kept to be shown on a statement."""

    code: ClassVar[str] = "unused_line"
    level: ClassVar[Level] = "note"
    source: ClassVar[Sentence] = say("Ours: the file contradicts itself")
    remedy: ClassVar[Sentence] = say("Let the line that should read it name it, or leave it out.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for name in subject.scheme.lines:
            if name not in subject.used:
                yield Found(name, say("Neither the score nor the pay is made of it."))


@dataclass(frozen=True)
class UnreachableTier:
    """A tier, a step or a point of a curve that what climbs it can never reach, whatever the facts.

    The climbing figure has a cap, or is a share of something, that ends below where the tier begins.
    """

    code: ClassVar[str] = "unreachable_tier"
    level: ClassVar[Level] = "error"
    source: ClassVar[Sentence] = say("Ours: the file contradicts itself")
    remedy: ClassVar[Sentence] = say("Raise the cap of what climbs, or leave the tier out.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for climb in climbs(subject):
            known = subject.range(climb.node)
            for piece in climb.pieces:
                beyond = piece.start > known.most or (piece.start == known.most and not climb.closed)
                below = piece.end < known.least and not climb.crossed
                if beyond or below:
                    end = fine(known.most if beyond else known.least)
                    said = (
                        say("Nobody can reach it: what climbs here is {end} at most.", end=end)
                        if beyond
                        else say("Nobody can be in it: what climbs here is {end} at least.", end=end)
                    )
                    yield Found(piece.address, said)


@dataclass(frozen=True)
class OverlappingSlices:
    """Two slices of one amount that have a part in common, so that this part is paid, or counts, twice (S6.5).

    Tiers of one line cannot overlap: each ends where the next begins.
    """

    code: ClassVar[str] = "overlapping_slices"
    level: ClassVar[Level] = "error"
    source: ClassVar[Sentence] = say("S6.5: the parts are slices, and no yuan is paid twice")
    remedy: ClassVar[Sentence] = say("Let one slice end where the other begins.")

    def find(self, subject: Subject) -> Iterator[Found]:
        slices = [each for each in subject.used.values() if isinstance(each, Slice)]
        for one, two in combinations(slices, 2):
            if (one.of, one.measured, one.every) != (two.of, two.measured, two.every):
                continue
            said = say("It overlaps “{other}”: what lies in both counts twice.", other=title_of(one))
            written = [each for line in (one, two) for each in (line.from_, line.to)]
            if all(each is None or isinstance(each, Number) for each in written):
                begins = max(float(one.from_.value), float(two.from_.value))  # type: ignore[union-attr]
                ends = min(_end(one), _end(two))
                if begins < ends:
                    yield Found(f"{two.id}.from", said, _evidence(_common(one, two, subject), subject, two))
                continue
            seen = subject.seen(_common(one, two, subject), subject.axis(two))
            if seen is not None and (seen.number > NEAR).any():
                yield Found(f"{two.id}.from", said, _evidence(_common(one, two, subject), subject, two))


def _end(line: Slice) -> float:
    return float(line.to.value) if isinstance(line.to, Number) else math.inf


def _common(one: Slice, two: Slice, subject: Subject) -> Node:
    """What lies in both."""
    given = subject.given
    lower = Greatest(one.node(one.from_, given), two.node(two.from_, given))
    ends = [each.node(each.to, given) for each in (one, two) if each.to is not None]
    upper = Least(*ends) if len(ends) == 2 else ends[0] if ends else None
    return algebra.Slice(to_date(two.node(two.of, given), two.measured, two.every), lower, upper)


def _evidence(node: Node, subject: Subject, record: Any) -> Evidence | None:
    seen = subject.seen(node, subject.axis(record))
    if seen is None or not seen.number.size:
        return None
    return Evidence(seen.sample(seen.number > NEAR), say("cases with something in both"))


@dataclass(frozen=True)
class ThresholdTooHigh:
    """A threshold under which too many cases lie, and earn nothing of what is above it.

    Counted are gates that are shut, and the beginnings of tiers, steps and curves under which there is nothing.
    """

    code: ClassVar[str] = "threshold_too_high"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say("Cygnal Group: about 5 % below a threshold; 10 to 15 % is too many")
    remedy: ClassVar[Sentence] = say("Set the threshold at what is truly not acceptable.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for address, seen, below in self._below(subject):
            limit = subject.settings.thresholds.shut_out
            if subject.enough(seen) and below.mean() > limit and not below.all():
                said = say("More than {limit} of the cases lie below it.", limit=Share(limit, 0))
                yield Found(address, said, Evidence(seen.sample(below), say("cases below it")))

    def _below(self, subject: Subject) -> Iterator[tuple[str, Seen, Flags]]:
        for record in subject.used.values():
            if isinstance(record, Gate):
                seen = subject.seen(record.open(subject.given), subject.axis(record))
                if seen is not None:
                    yield f"{record.id}.when", seen, seen.number == 0
        for climb in climbs(subject):
            seen = subject.seen(climb.node, climb.axis)
            if (
                seen is not None
                and math.isfinite(climb.begins)
                and climb.begins > 0
                and _nothing_below(climb)
            ):
                yield climb.pieces[0].address, seen, ~_reached(climb, seen, climb.begins)


def _nothing_below(climb: Climb) -> bool:
    record = climb.record
    if isinstance(record, Steps):
        return record.below.value == 0
    return isinstance(record, Tiers) or (isinstance(record, Curve) and record.below == "zero")
