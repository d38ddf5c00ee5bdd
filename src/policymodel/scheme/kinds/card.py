"""Kinds of line that make a score: indicators, shares, counts, deductions, marks, groups (S4).

Every setting on which published schemes disagree has no default: the file says it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass as checked

from policymodel.scheme.algebra import (
    Applies,
    Column,
    Constant,
    Instead,
    Line,
    Node,
    Product,
    Ratio,
    Reached,
    Round,
    Sum,
    Unknown,
    Where,
)
from policymodel.scheme.given import Given
from policymodel.scheme.kinds.record import Record, bounded, crossed
from policymodel.scheme.kinds.running import ONE, ZERO, less
from policymodel.scheme.quantities import AboveZero, Portion, StockReading
from policymodel.scheme.refusals import Wrong
from policymodel.scheme.terms import RECORD, Figure, Number, RoundingRule, Title
from policymodel.units import Rounding

Missing = Literal["refuse", "zero", "rescale"]


def where_missing(node: Node, missing: Missing) -> Node:
    """A node as it is, or what stands in its place where a figure is not known."""
    if missing == "refuse":
        return node
    return Instead(node, "zero" if missing == "zero" else "not_applicable")


@checked(frozen=True, kw_only=True, config=RECORD)
class Attainment(Record):
    """Points in proportion to actual ÷ target to date (S4.1), between a floor and a cap where there are any.

    The target is judged by time progress (S4.0): both actual and target run from the start of the target's period
    to the end of the scored one.

    - measure: the measure and its target.
    - points: what full attainment is worth.
    - cap: the largest share that earns points; null where there is none.
    - floor: the smallest; null where there is none.
    - zero_target: what a target of zero or less means: `not_applicable`, the line does not apply; `zero`; or
      `full`.
    - missing: a figure that is not known leaves the line without a number (`refuse`), counts `zero`, or the line
      does not apply and its group goes on without it (`rescale`).
    - lower_is_better (for a measure declared better down): the share is `target_over_actual`, or by `distance`: 1 -
      (actual - target) ÷ target.
    - read: how a stock's actual is read: as it stands in the last of the months (`period_end`), or its mean over them
      (`mean_of_months`). What adds up over months has no such mean.
    - round_share (if wanted): how the share is rounded before it earns points.

    >>> line = Attainment(id="cards", title="Cards", source="S4.1.6", measure="debit_cards", points=10,
    ...                   cap=None, floor=None, zero_target="not_applicable", missing="refuse")
    >>> str(line.points.value)
    '10'
    """

    kind: ClassVar[str] = "attainment"
    id: str
    title: Title
    source: str
    measure: str
    points: Figure
    cap: Figure | None
    floor: Figure | None
    zero_target: Literal["not_applicable", "zero", "full"]
    missing: Missing
    lower_is_better: Literal["target_over_actual", "distance"] | None = None
    read: StockReading = "period_end"
    round_share: RoundingRule | None = None

    def wrong(self) -> Iterator[Wrong]:
        """A floor above the cap."""
        yield from crossed(self.floor, self.cap)

    def share(self, given: Given) -> Node:
        """Actual to date ÷ target to date, turned round where less is better, bounded and rounded."""
        actual = Column(self.measure, window="target_to_date", rule=given.targets, read=self.read)
        target = Column(f"target:{self.measure}", window="target_to_date", rule=given.targets)
        share: Node = Ratio(actual, target, self.zero_target)
        if self.lower_is_better is not None:
            # Zero times the share: where it has no number, it says why, whichever of the two is missing.
            above = Reached(target, Product((ZERO, share)), "above")
            share = Where(above, self._turned(actual, target), share)
        share = bounded(share, self.floor, self.cap, self, given)
        if self.round_share is not None:
            share = Round(share, Rounding(self.round_share.digits, self.round_share.mode))
        return share

    def _turned(self, actual: Node, target: Node) -> Node:
        """The share where less is better."""
        if self.lower_is_better == "target_over_actual":
            return Ratio(target, actual)
        return less(Constant(Decimal(2)), Ratio(actual, target))

    def expression(self, given: Given) -> Line:
        """Points x share."""
        points = Product((given.number(self.points, source=self.source), self.share(given)))
        return Line(where_missing(points, self.missing), self.id, self.title, self.source)

    def others(self, given: Given) -> dict[str, Node]:
        """The share, before points."""
        return {f"{self.id}.share": self.share(given)}


@checked(frozen=True, kw_only=True, config=RECORD)
class ChangeOnPeriod(Record):
    """Points in proportion to this period's figure ÷ an earlier period's (S4.1.9, 環比).

    There is no target. An earlier figure of zero or less: the line does not apply. On a day inside the period its
    months that are over are held against as many of the earlier one; before the first is over the line does not apply.

    - measure: the measure that is compared with itself.
    - points: what the same figure as before is worth.
    - against: the `previous_period`, or the `same_period_last_year`.
    - level: the `manager` alone; or the `outlet`: the figures of all its managers are added first, and all of them
      get the same points.
    - cap: the largest ratio that earns points; null where there is none.
    - floor: the smallest; null where there is none.
    - missing: a figure that is not known leaves the line without a number (`refuse`), counts `zero`, or the line
      does not apply and its group goes on without it (`rescale`).
    - read: how a stock is read in either period: as it stands in the last month (`period_end`), or its mean over the
      months (`mean_of_months`). What adds up over months has no such mean.
    """

    kind: ClassVar[str] = "change_on_period"
    id: str
    title: Title
    source: str
    measure: str
    points: Figure
    against: Literal["previous_period", "same_period_last_year"]
    level: Literal["manager", "outlet"]
    cap: Figure | None
    floor: Figure | None
    missing: Missing
    read: StockReading = "period_end"

    def wrong(self) -> Iterator[Wrong]:
        """A floor above the cap."""
        yield from crossed(self.floor, self.cap)

    def expression(self, given: Given) -> Line:
        """Points x clip(now ÷ then)."""
        now = Column(self.measure, level=self.level, read=self.read, months_over=True)
        by_period = self.against == "previous_period"
        then = replace(now, lag=int(by_period), lag_years=int(not by_period))
        points = Product(
            (
                given.number(self.points, source=self.source),
                bounded(Ratio(now, then), self.floor, self.cap, self, given),
            )
        )
        return Line(where_missing(points, self.missing), self.id, self.title, self.source)


@checked(frozen=True, kw_only=True, config=RECORD)
class Share(Record):
    """Points in proportion to one measure ÷ another (S4.2: files kept ÷ wealth-account clients; rates of S2).

    - top: the measure that is divided.
    - bottom: the measure it is divided by; zero or less, and the line does not apply.
    - full_at: the share that is asked for and earns all points; 1 where nothing is written.
    - points: what the share asked for is worth.
    - cap: the largest part of the share asked for that earns points; null where there is none.
    - missing: a figure that is not known leaves the line without a number (`refuse`), counts `zero`, or the line
      does not apply and its group goes on without it (`rescale`).
    """

    kind: ClassVar[str] = "share"
    id: str
    title: Title
    source: str
    top: str
    bottom: str
    points: Figure
    cap: Figure | None
    missing: Missing
    full_at: AboveZero | None = None

    def expression(self, given: Given) -> Line:
        """Points x min(top ÷ bottom ÷ full_at, cap)."""
        share: Node = Ratio(Column(self.top), Column(self.bottom))
        if self.full_at is not None:
            share = Ratio(share, given.number(self.full_at, source=self.source))
        share = bounded(share, None, self.cap, self, given)
        points = Product((given.number(self.points, source=self.source), share))
        return Line(where_missing(points, self.missing), self.id, self.title, self.source)


@checked(frozen=True, kw_only=True, config=RECORD)
class Counted(Record):
    """So many points for each (S4.2: one point a research report).

    - measure: what is counted.
    - points_each: what each is worth.
    - missing: a figure that is not known leaves the line without a number (`refuse`), counts `zero`, or the line
      does not apply and its group goes on without it (`rescale`).
    """

    kind: ClassVar[str] = "counted"
    id: str
    title: Title
    source: str
    measure: str
    points_each: Figure
    missing: Missing

    def expression(self, given: Given) -> Line:
        """Points each x count."""
        points = Product((given.number(self.points_each, source=self.source), Column(self.measure)))
        return Line(where_missing(points, self.missing), self.id, self.title, self.source)


@checked(frozen=True, kw_only=True, config=RECORD)
class Deduction(Record):
    """Points taken off for each verified event (S4.3), without floor of its own.

    Events that were not verified do not count.

    - event: the event, as the `events` table calls it.
    - channels: keeps only events that came these ways; null keeps all.
    - points_each: a number, or `as_found` for events that bring their own points (inspections).
    """

    kind: ClassVar[str] = "deduction"
    id: str
    title: Title
    source: str
    event: str
    channels: Annotated[tuple[str, ...], Field(min_length=1)] | None
    points_each: Figure | Literal["as_found"]

    def expression(self, given: Given) -> Line:
        """- points each x verified events."""
        what = "points" if self.points_each == "as_found" else "count"
        column = Column(
            f"events:{what}:{self.event}" + ("@" + "+".join(self.channels) if self.channels else "")
        )
        parts: tuple[Node, ...] = (Constant(Decimal(-1), self.source), column)
        if isinstance(self.points_each, Number):
            parts = (parts[0], given.number(self.points_each, source=self.source), column)
        return Line(Product(parts), self.id, self.title, self.source)


@checked(frozen=True, kw_only=True, config=RECORD)
class Mark(Record):
    """A reviewer's graded mark, as points (S2 duties where no record exists).

    - measure: the mark.
    - points: what the highest mark is worth.
    - out_of: the highest mark.
    - missing: a figure that is not known leaves the line without a number (`refuse`), counts `zero`, or the line
      does not apply and its group goes on without it (`rescale`).
    """

    kind: ClassVar[str] = "mark"
    id: str
    title: Title
    source: str
    measure: str
    points: Figure
    out_of: AboveZero
    missing: Missing

    def expression(self, given: Given) -> Line:
        """Points x mark ÷ the highest mark."""
        share = Ratio(Column(self.measure), given.number(self.out_of, source=self.source))
        points = Product((given.number(self.points, source=self.source), share))
        return Line(where_missing(points, self.missing), self.id, self.title, self.source)


@checked(frozen=True, kw_only=True, config=RECORD)
class Assumed(Record):
    """The same points for everybody: an assumption in place of a figure the history does not have.

    - points: the points.
    """

    kind: ClassVar[str] = "assumed"
    id: str
    title: Title
    source: str
    points: Figure

    def expression(self, given: Given) -> Line:
        """The points."""
        return Line(given.number(self.points, source=self.source), self.id, self.title, self.source)


@checked(frozen=True, kw_only=True, config=RECORD)
class Group(Record):
    """Lines that are added and bounded together: the 100 points of S4.1, the bonus of at most 10 of S4.2.

    - cap: the most the lines give together; null where there is no cap.
    - floor: the least; null where there is none.
    - not_applicable: a line that does not apply counts `zero`; or its points are shared over the others in
      proportion to theirs (`reweight`): the sum is scaled by all points ÷ the points that apply, and if none
      applies the group does not.
    - least_applying (with `reweight`): the least part of the points that must apply; where fewer do, but some, the
      group is not known, so that few lines are not scaled up to the whole.
    - if_fewer (with `least_applying`): what the group is then: `not_known`, as where nothing is written, or
      `not_applicable`, so that its points go to what stands beside it.
    - lines: the lines of the group. A group in a group that is reweighted weighs as much as the points of its lines.
    """

    kind: ClassVar[str] = "group"
    id: str
    title: Title
    source: str
    cap: Figure | None
    floor: Figure | None
    not_applicable: Literal["reweight", "zero"]
    lines: tuple[Any, ...]
    least_applying: Portion | None = None
    if_fewer: Literal["not_known", "not_applicable"] | None = None

    def wrong(self) -> Iterator[Wrong]:
        """A floor above the cap; lines that are reweighted and have no points to weigh by."""
        yield from crossed(self.floor, self.cap)
        if self.not_applicable == "reweight":
            yield from _weightless(self, ())
        elif self.least_applying is not None:
            what = "where a line that does not apply counts zero, nothing is scaled up"
            yield Wrong(("least_applying",), what, "leave it out, or write `not_applicable: reweight`")
        if self.if_fewer is not None and self.least_applying is None:
            what = "nothing says how much of the points must apply"
            yield Wrong(("if_fewer",), what, "write `least_applying`, or leave it out")

    def expression(self, given: Given) -> Line:
        """clip(sum of the lines x reweighting)."""
        nodes = tuple(given.over_period(line.id) for line in self.lines)
        total: Node = Sum(nodes, skip_not_applicable=True)
        if self.not_applicable == "reweight":
            factor = self.factor(given)
            total = Product((total, factor))
            if self.least_applying is not None:
                least = given.number(self.least_applying, source=self.source)
                few = Unknown(applies=self.if_fewer != "not_applicable")
                # The factor is all points ÷ those that apply, so enough of them do while least x factor is at most 1.
                total = Where(Reached(Product((least, factor)), ONE, "at_most"), total, few)
        return Line(bounded(total, self.floor, self.cap, self, given), self.id, self.title, self.source)

    def factor(self, given: Given) -> Node:
        """What lines are reweighted by: all points ÷ the points of those that apply."""
        full = Sum(tuple(_weight(line, given) for line in self.lines))
        applying = Sum(
            tuple(Product((_weight(line, given), Applies(given.over_period(line.id)))) for line in self.lines)
        )
        return Ratio(full, applying)


def _weight(line: Any, given: Given) -> Node:
    """What a line weighs in a group that is reweighted: its points; a group, those of its lines."""
    if isinstance(line, Group):
        return Sum(tuple(_weight(each, given) for each in line.lines))
    return given.number(line.points, source=line.source)


def _weightless(group: Group, where: tuple[str | int, ...]) -> Iterator[Wrong]:
    """Lines without points, in a group or in a group of it."""
    for index, line in enumerate(group.lines):
        here = (*where, "lines", index)
        if isinstance(line, Group):
            yield from _weightless(line, here)
        elif isinstance(getattr(line, "points", ()), tuple):  # those of a curve are no weight
            what = f"'{line.id}' has no points, so nothing says how much it weighs"
            yield Wrong(here, what, "reweight only lines with points")
