"""The least and the most that a node can be, whatever the facts are: what no history can reach."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from policymodel.scheme.algebra import (
    Accumulate,
    Applies,
    Awards,
    Carry,
    Choose,
    Collect,
    Column,
    Constant,
    Dated,
    Greatest,
    Instead,
    Least,
    Line,
    Matrix,
    Node,
    OverPeers,
    OverTeam,
    Piecewise,
    Place,
    Power,
    Previous,
    Product,
    Rank,
    Ratio,
    Reached,
    Round,
    RoundTogether,
    Slice,
    Sum,
    Unknown,
    Where,
    nodes_of,
)

NEVER_NEGATIVE = ("events", "months_in_grade", "person", "calendar", "fx")
SAME_AS_PEERS = ("mean", "median", "quantile", "smallest", "largest")
ADDED = ("sum", "count")


@dataclass(frozen=True)
class Range:
    """From the least to the most, both included.

    >>> Range(0, 2).times(Range(-1, 3)), Range(0, math.inf).times(Range(0, 0))
    (Range(least=-2, most=6), Range(least=0.0, most=0.0))
    """

    least: float
    most: float

    def plus(self, other: Range) -> Range:
        """The range of a sum."""
        return Range(self.least + other.least, self.most + other.most)

    def times(self, other: Range) -> Range:
        """The range of a product; nothing times whatever is nothing."""
        ends = [a * b if a and b else 0.0 for a in (self.least, self.most) for b in (other.least, other.most)]
        return Range(min(ends), max(ends))

    def over(self, other: Range) -> Range:
        """Either of the two."""
        return Range(min(self.least, other.least), max(self.most, other.most))

    def mapped(self, rule: Callable[[float], float]) -> Range:
        """The range after a rule that never falls."""
        return Range(*(each if math.isinf(each) else rule(each) for each in (self.least, self.most)))


ANY, SOME, ZERO, ONE = Range(-math.inf, math.inf), Range(0.0, math.inf), Range(0.0, 0.0), Range(1.0, 1.0)
YES_OR_NO = Range(0.0, 1.0)


def ranges(*roots: Node) -> dict[Node, Range]:
    """The range of every node below some expressions."""
    found: dict[Node, Range] = {}
    for node in nodes_of(*roots):
        found[node] = _range(node, found)
    return found


def _range(node: Node, known: dict[Node, Range]) -> Range:
    match node:
        case Constant(value=value):
            return Range(float(value), float(value))
        case Column(name=name):
            return SOME if name.partition(":")[0] in NEVER_NEGATIVE and ":" in name else ANY
        case Sum(parts=parts, skip_not_applicable=skips):
            added = (known[each].over(ZERO) if skips else known[each] for each in parts)
            return _all(Range.plus, ZERO, added)
        case Product(parts=parts):
            return _all(Range.times, ONE, (known[each] for each in parts))
        case Ratio():
            return _ratio(node, known[node.top], known[node.bottom])
        case Power(of=of):
            return SOME if known[of].least < 1 or known[of].most > 1 else ONE
        case Least(first=first, second=second):
            return Range(*map(min, _ends(known[first]), _ends(known[second])))
        case Greatest(first=first, second=second):
            return Range(*map(max, _ends(known[first]), _ends(known[second])))
        case Slice():
            return _slice(node, known)
        case Reached():
            return _reached(node, known[node.of], known[node.threshold])
        case Where(then=then, otherwise=Unknown()):
            return known[then]
        case Where(condition=condition, then=then, otherwise=otherwise):
            holds = known[condition]
            if holds.least > 0 or holds.most < 0:
                return known[then]
            return known[otherwise] if holds == ZERO else known[then].over(known[otherwise])
        case Piecewise():
            return _piecewise(node, known[node.of])
        case Matrix(values=values, below=below):
            return _hull([below, *(each for row in values for each in row)])
        case Choose(cases=cases, otherwise=other):
            cells = [known[each] for each in (*cases, *([other] if other is not None else []))]
            return _all(Range.over, cells[0], cells)
        case Dated(cases=cases):
            return _all(Range.over, known[cases[0]], (known[each] for each in cases))
        case Applies():
            return YES_OR_NO
        case Instead(of=of) | Previous(of=of):
            return known[of].over(ZERO)
        case Accumulate(of=of, balance=balance):
            # A part may be taken back while the whole balance grows.
            return SOME if of == balance else ANY
        case Carry():
            return Range(-math.inf if node.floor is None or node.debts_stand else float(node.floor), math.inf)
        case Collect(of=of) | OverTeam(of=of):
            return _added(known[of])
        case Place(of=of) | Line(of=of):
            return known[of]
        case OverPeers(parts=parts, statistic=statistic):
            if statistic in SAME_AS_PEERS and len(parts) == 1:
                return known[parts[0]]
            return _added(known[parts[0]]) if statistic == "sum" else SOME if statistic == "count" else ANY
        case Rank(shown_as=shown_as):
            return YES_OR_NO if shown_as == "share" else Range(1.0, math.inf)
        case Awards(awards=awards):
            return _hull([Decimal(0), *(each.amount for each in awards)])
        case Round(of=of, rounding=rounding):
            return known[of].mapped(lambda end: float(rounding.apply([end])[0]))
        case RoundTogether(of=of):
            return known[of].plus(Range(-1.0, 1.0)) if known[of] != ANY else ANY
    return ANY


def _all(rule: Callable[[Range, Range], Range], start: Range, parts: Iterable[Range]) -> Range:
    for each in parts:
        start = rule(start, each)
    return start


def _ends(one: Range) -> tuple[float, float]:
    return one.least, one.most


def _hull(numbers: Iterable[Decimal]) -> Range:
    floats = [float(each) for each in numbers]
    return Range(min(floats), max(floats))


def _added(one: Range) -> Range:
    """What any number of values add up to, nobody's among them."""
    return Range(-math.inf if one.least < 0 else 0.0, math.inf if one.most > 0 else 0.0)


def _ratio(node: Ratio, top: Range, bottom: Range) -> Range:
    if node.any_sign:
        return ANY
    # A bottom of zero or less has no ratio, so what is divided by is above zero.
    least = math.inf if bottom.most <= 0 else 1 / bottom.most if math.isfinite(bottom.most) else 0.0
    most = 1 / bottom.least if bottom.least > 0 else math.inf
    found = ZERO if math.isinf(least) else top.times(Range(least, most))
    return {"not_applicable": found, "zero": found.over(ZERO), "full": found.over(ONE)}[node.at_zero]


def _slice(node: Slice, known: dict[Node, Range]) -> Range:
    of, lower = known[node.of], known[node.lower]
    upper = known[node.upper].most if node.upper is not None else math.inf
    top = min(of.most, upper)
    most = top - lower.least if top > lower.least else 0.0
    return Range(0.0, max(most, 0.0) if not math.isnan(most) else math.inf)


def _reached(node: Reached, of: Range, threshold: Range) -> Range:
    if node.comparison in ("at_most", "below"):
        of, threshold = threshold, of
    closed = node.comparison in ("at_least", "at_most")
    if of.least > threshold.most or (closed and of.least == threshold.most):
        return ONE
    return ZERO if of.most < threshold.least or (not closed and of.most == threshold.least) else YES_OR_NO


def _piecewise(node: Piecewise, of: Range) -> Range:
    """Of each piece that can be reached, what it gives at both ends of it."""
    found: list[float] = []
    starts = [-math.inf if each.start is None else float(each.start) for each in node.pieces]
    for piece, start, after in zip(node.pieces, starts, [*starts[1:], math.inf], strict=True):
        low, high = max(start, of.least), min(after, of.most)
        if low <= high:
            slope = float(piece.slope)
            level, origin = float(piece.level), float(piece.origin)
            found += [level + (slope * (end - origin) if slope else 0.0) for end in (low, high)]
    return Range(min(found), max(found)) if found else ANY
