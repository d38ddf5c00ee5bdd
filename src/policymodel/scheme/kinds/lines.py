"""Kinds of line on a card: each a frozen record with what HR writes and the expression it stands for.

Every setting on which published schemes disagree has no default: the file says it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic.dataclasses import dataclass as checked

from policymodel.scheme.algebra import (
    Applies,
    Column,
    Constant,
    Greatest,
    Instead,
    Least,
    Line,
    Node,
    Product,
    Ratio,
    Sum,
)
from policymodel.scheme.terms import RECORD, Figure, Number, TargetRule, Title

Missing = Literal["refuse", "zero", "rescale"]


def constant(number: Number, source: str) -> Constant:
    """A number of the scheme as a node; where it names no clause of its own, its line's holds."""
    return Constant(number.value, number.source or source)


def clipped(node: Node, floor: Number | None, cap: Number | None, source: str) -> Node:
    """A node between a floor and a cap, each only where the file gives one."""
    if floor is not None:
        node = Greatest(node, constant(floor, source))
    if cap is not None:
        node = Least(node, constant(cap, source))
    return node


def _where_missing(node: Node, missing: Missing) -> Node:
    if missing == "refuse":
        return node
    return Instead(node, "zero" if missing == "zero" else "not_applicable")


@checked(frozen=True, kw_only=True, config=RECORD)
class Attainment:
    """Points in proportion to actual ÷ target to date (S4.1), between a floor and a cap where there are any.

    The target is judged by time progress (S4.0): both actual and target run from the start of the target's
    period to the end of the scored one. A target of zero or less: the line does not apply, counts zero, or counts full.

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

    def expression(self, targets: TargetRule | None) -> Node:
        """Points x clip(actual to date ÷ target to date)."""
        share = Ratio(
            Column(self.measure, window="target_to_date", rule=targets),
            Column(f"target:{self.measure}", window="target_to_date", rule=targets),
            self.zero_target,
        )
        points = Product(
            (constant(self.points, self.source), clipped(share, self.floor, self.cap, self.source))
        )
        return Line(_where_missing(points, self.missing), self.id, self.title, self.source)


@checked(frozen=True, kw_only=True, config=RECORD)
class ChangeOnPeriod:
    """Points in proportion to this period's figure ÷ an earlier period's (S4.1.9, 環比).

    There is no target. An earlier figure of zero or less: the line does not apply. At level `outlet` the counts of
    all the outlet's managers are added first, and all of them get the same points.
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

    def expression(self, targets: TargetRule | None) -> Node:
        """Points x clip(now ÷ then)."""
        now = Column(self.measure, level=self.level)
        by_period = self.against == "previous_period"
        then = Column(self.measure, level=self.level, lag=int(by_period), lag_years=int(not by_period))
        points = Product(
            (constant(self.points, self.source), clipped(Ratio(now, then), self.floor, self.cap, self.source))
        )
        return Line(_where_missing(points, self.missing), self.id, self.title, self.source)


@checked(frozen=True, kw_only=True, config=RECORD)
class Share:
    """Points in proportion to one measure ÷ another (S4.2: files kept ÷ wealth-account clients)."""

    kind: ClassVar[str] = "share"
    id: str
    title: Title
    source: str
    top: str
    bottom: str
    points: Figure
    cap: Figure | None
    missing: Missing

    def expression(self, targets: TargetRule | None) -> Node:
        """Points x min(top ÷ bottom, cap)."""
        share = clipped(Ratio(Column(self.top), Column(self.bottom)), None, self.cap, self.source)
        points = Product((constant(self.points, self.source), share))
        return Line(_where_missing(points, self.missing), self.id, self.title, self.source)


@checked(frozen=True, kw_only=True, config=RECORD)
class Counted:
    """So many points for each (S4.2: one point a research report)."""

    kind: ClassVar[str] = "counted"
    id: str
    title: Title
    source: str
    measure: str
    points_each: Figure
    missing: Missing

    def expression(self, targets: TargetRule | None) -> Node:
        """Points each x count."""
        points = Product((constant(self.points_each, self.source), Column(self.measure)))
        return Line(_where_missing(points, self.missing), self.id, self.title, self.source)


@checked(frozen=True, kw_only=True, config=RECORD)
class Deduction:
    """Points taken off for each verified event (S4.3), without floor of its own.

    `points_each` is a number, or `as_found` for events that bring their own points (inspections). `channels` keeps
    only events that came that way; null keeps all. Events that were not verified do not count.
    """

    kind: ClassVar[str] = "deduction"
    id: str
    title: Title
    source: str
    event: str
    channels: tuple[str, ...] | None
    points_each: Figure | Literal["as_found"]

    def expression(self, targets: TargetRule | None) -> Node:
        """- points each x verified events."""
        what = "points" if self.points_each == "as_found" else "count"
        column = Column(
            f"events:{what}:{self.event}" + ("@" + "+".join(self.channels) if self.channels else "")
        )
        each = Constant(Decimal(-1), self.source)
        if isinstance(self.points_each, Number):
            each = Constant(-self.points_each.value, self.points_each.source or self.source)
        return Line(Product((each, column)), self.id, self.title, self.source)


@checked(frozen=True, kw_only=True, config=RECORD)
class Mark:
    """A reviewer's graded mark, as points (S2 duties where no record exists)."""

    kind: ClassVar[str] = "mark"
    id: str
    title: Title
    source: str
    measure: str
    points: Figure
    out_of: Figure
    missing: Missing

    def expression(self, targets: TargetRule | None) -> Node:
        """Points x mark ÷ the highest mark."""
        share = Ratio(Column(self.measure), constant(self.out_of, self.source))
        points = Product((constant(self.points, self.source), share))
        return Line(_where_missing(points, self.missing), self.id, self.title, self.source)


@checked(frozen=True, kw_only=True, config=RECORD)
class Assumed:
    """The same points for everybody: an assumption in place of a figure the history does not have."""

    kind: ClassVar[str] = "assumed"
    id: str
    title: Title
    source: str
    points: Figure

    def expression(self, targets: TargetRule | None) -> Node:
        """The points."""
        return Line(constant(self.points, self.source), self.id, self.title, self.source)


@checked(frozen=True, kw_only=True, config=RECORD)
class Group:
    """Lines that are added and bounded together: the 100 points of S4.1, the bonus of at most 10 of S4.2.

    A line that does not apply counts `zero`, or its points are shared over the others in proportion to theirs
    (`reweight`): the sum is scaled by all points ÷ the points that apply. If none applies the group does not.
    """

    kind: ClassVar[str] = "group"
    id: str
    title: Title
    source: str
    cap: Figure | None
    floor: Figure | None
    not_applicable: Literal["reweight", "zero"]
    lines: tuple[Any, ...]

    def expression(self, targets: TargetRule | None) -> Node:
        """clip(sum of the lines x reweighting)."""
        nodes = tuple(line.expression(targets) for line in self.lines)
        total: Node = Sum(nodes, skip_not_applicable=True)
        if self.not_applicable == "reweight":
            total = Product((total, self.factor(targets)))
        return Line(clipped(total, self.floor, self.cap, self.source), self.id, self.title, self.source)

    def factor(self, targets: TargetRule | None) -> Node:
        """All points ÷ the points of the lines that apply; 1 where lines are not reweighted."""
        if self.not_applicable == "zero":
            return Constant(Decimal(1), self.source)
        full = Constant(sum((line.points.value for line in self.lines), Decimal(0)), self.source)
        applying = Sum(
            tuple(
                Product((constant(line.points, line.source), Applies(line.expression(targets))))
                for line in self.lines
            )
        )
        return Ratio(full, applying)
