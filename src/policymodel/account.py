"""What an amount is made of: leaves that add up to it, to the cent; the way of each leaf's figure stands below it.

A sum is followed into its parts; a bound, a condition, a balance and a factor into what they add or take away. A
slice, a curve, a place among peers is one leaf: how much of it each of its facts brought, no scheme says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Literal

from policymodel.explanation import KnownRows, Standpoint, Step, stand
from policymodel.history.measures import COMPUTED, Status
from policymodel.payroll import Payments
from policymodel.scheme.algebra import (
    Accumulate,
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
    Piecewise,
    Previous,
    Product,
    Ratio,
    Round,
    Slice,
    Sum,
    Where,
    nodes_of,
    parts_of,
)
from policymodel.scheme.given import PAY, SCORE
from policymodel.scheme.terms import Text
from policymodel.scoring import Scores

Why = Literal["figure", "factor", "cap", "floor", "drawn", "carried", "by_rule", "rounding"]
CENTS = 2
POINTS = 4
"""Digits of leaves: of an amount at least, and of a score."""

UNTOLD = ("drawn", "rounding")
"""Leaves whose number is told by other periods, or by the leaves beside them."""

LOOKED_UP = (Column, Collect, Previous, Piecewise, Matrix, Choose, Dated)
"""What scales an amount as a number of the scheme does; whatever else is a factor is a leaf of its own."""


@dataclass(frozen=True)
class Leaf:
    """One of the amounts that a part adds up from.

    `figure` is `times` x `number`; `factor` what the amount became more or less by for being multiplied with `number`;
    `cap` and `floor` what was cut off and raised to reach `number`; `drawn` what earlier periods drew; `carried` what
    waits for a balance to recover; `by_rule` what the scheme says where a ratio or a figure has no number; `rounding`
    what is left. `lines` are the named lines passed on the way, outermost first; `way` shows how the number came about,
    where that is not told elsewhere. A rounding without a number is the part's own.
    """

    why: Why
    amount: int
    number: float = float("nan")
    times: float = 1.0
    lines: tuple[Line, ...] = ()
    way: Step | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Part:
    """One amount of the statement and its leaves; none where it could not be computed, and `way` says why."""

    line: Line
    amount: int
    status: Status
    leaves: tuple[Leaf, ...]
    room: float
    way: Step | None = field(default=None, compare=False)

    @property
    def unexplained(self) -> int:
        """What the leaves miss by more than rounding can: 0, or a fault of this program."""
        rest = sum(
            leaf.amount for leaf in self.leaves if leaf.why == "rounding" and leaf.number != leaf.number
        )
        return rest if abs(rest) > self.room else 0


@dataclass(frozen=True)
class Account:
    """One person's pay, or score, of a period: parts, and leaves that add up, in units of so many `digits`.

    `status` is of the whole: where it is no number the parts that have one are here all the same.
    """

    design: str
    title: Text
    manager_id: str
    period: str
    currency: str
    digits: int
    amount: int
    status: Status
    parts: tuple[Part, ...]
    names: Mapping[str, Mapping[str, str]] = field(compare=False, repr=False)

    @property
    def computed(self) -> bool:
        """Whether there is an amount to add up to."""
        return self.status in COMPUTED

    def value(self, amount: int) -> float:
        """An amount in whole units of currency, or points."""
        return amount / 10.0**self.digits


def account_of(
    result: Scores | Payments,
    manager_id: str,
    period: str,
    *,
    rows: bool = True,
    known: KnownRows | None = None,
) -> Account:
    """What one person's pay or score of a period is made of; `rows` as in `explain`.

    Accounts of the same person in the same history find their rows sooner when they share what is `known`.

    Raises a DataGap for a person or period that is not known.
    """
    here = stand(result, manager_id, period, rows=rows, known=known)
    given = result.scheme.given
    whole = given.line(PAY if isinstance(result, Payments) else SCORE)
    lines: list[Line] = list(result.parts.values()) if isinstance(result, Payments) else [whole]  # type: ignore[list-item]
    digits = POINTS
    if isinstance(result, Payments):
        assert result.scheme.pay is not None
        digits = max(CENTS, result.scheme.pay.rounding.digits)
    shown: set[Node] = set()
    status = here.status(whole)
    return Account(
        design=result.scheme.id,
        title=result.scheme.title,
        manager_id=manager_id,
        period=period,
        currency=result.scheme.pay.currency if isinstance(result, Payments) and result.scheme.pay else "",
        digits=digits,
        amount=_whole(here.number(whole), digits) if status in COMPUTED else 0,
        status=status,
        parts=tuple(_part(here, line, digits, shown) for line in lines),
        names=result.panel.history.titles,
    )


def _whole(amount: float, digits: int) -> int:
    return round(amount * 10.0**digits)


def _part(here: Standpoint, line: Line, digits: int, shown: set[Node]) -> Part:
    """A part, its leaves in whole units, and one more for what these miss."""
    status = here.status(line)
    if status not in COMPUTED:
        return Part(line, 0, status, (), 0.0, here.step(line.of, shown))
    inner, unit = line.of, 0.0
    if isinstance(inner, Round):
        unit = 10.0 ** (digits - inner.rounding.digits)
        unit = unit if inner.rounding.mode in ("up", "down") else unit / 2
        inner = inner.of
    amount = _whole(here.number(line), digits)
    found = list(_spread(here, inner, 1.0, ()))
    exact = [(each, each.amount_of() * 10.0**digits) for each in found]
    kept = [(each, round(size)) for each, size in exact if round(size)] or [(each, 0) for each in found[:1]]
    leaves = [
        Leaf(
            each.why,
            size,
            each.number,
            each.times,
            each.lines,
            None if each.why in UNTOLD else here.step(each.node, shown),
        )
        for each, size in kept
    ]
    rest = amount - sum(leaf.amount for leaf in leaves)
    if rest:
        leaves.append(Leaf("rounding", rest))
    # what floats lose of sums of large numbers is far below a cent
    room = unit + 0.5 * len(found) + 0.01
    return Part(line, amount, status, tuple(leaves), room)


@dataclass(frozen=True)
class _Found:
    """A leaf before it is counted in whole units."""

    why: Why
    node: Node
    number: float
    times: float
    lines: tuple[Line, ...]
    base: float | None = None

    def amount_of(self) -> float:
        """What it adds: times x number for a figure, else what it changes."""
        return self.times * self.number if self.base is None else self.base


def _spread(here: Standpoint, node: Node, times: float, lines: tuple[Line, ...]) -> Iterator[_Found]:
    """The leaves of times x a node that has a number here."""
    number = here.number(node)
    match node:
        case Line():
            yield from _spread(here, node.of, times, (*lines, node))
        case Sum():
            for part in node.parts:
                if isfinite(here.number(part)):
                    yield from _spread(here, part, times, lines)
        case Product():
            yield from _product(here, node, times, lines)
        case Round():
            yield from _spread(here, node.of, times, lines)
            yield _Found("rounding", node, number, times, lines, times * (number - here.number(node.of)))
        case Ratio(top=top, bottom=bottom):
            below = here.number(bottom)
            if below > 0 or (node.any_sign and below < 0):
                yield from _spread(here, top, times / below, lines)
            else:
                yield _Found("by_rule", node, number, times, lines, times * number)
        case Least(first=first, second=second) | Greatest(first=first, second=second):
            of, bound = (second, first) if _fixed(first) and not _fixed(second) else (first, second)
            yield from _spread(here, of, times, lines)
            why: Why = "cap" if isinstance(node, Least) else "floor"
            yield _Found(why, bound, number, times, lines, times * (number - here.number(of)))
        case Where():
            taken = node.then if here.number(node.condition) != 0 else node.otherwise
            yield from _spread(here, taken, times, lines)
        case Choose(every="period"):
            cases = dict(zip(node.keys, node.cases, strict=True))
            chosen = cases.get(here.category(node), node.otherwise)
            assert chosen is not None, "a category without a case has no number"
            yield from _spread(here, chosen, times, lines)
        case Instead():
            if isfinite(here.number(node.of)):
                yield from _spread(here, node.of, times, lines)
            else:
                yield _Found("by_rule", node, number, times, lines, times * number)
        case Accumulate():
            drawn = here.drawn(node)
            yield from _spread(here, node.of, times, lines)
            yield _Found("drawn", node, drawn, times, lines, -times * drawn)
            waits = here.number(node.of) - drawn - number
            yield _Found("carried", node.balance, here.number(node.balance), times, lines, -times * waits)
        case _:
            yield _Found("figure", node, number, times, lines)


def _product(here: Standpoint, node: Product, times: float, lines: tuple[Line, ...]) -> Iterator[_Found]:
    """One factor is spread; the others scale it, or are leaves of what they add or take away."""
    free = [part for part in node.parts if not _fixed(part)]
    if not free:
        yield _Found("figure", node, here.number(node), times, lines)
        return
    carrier = max(free, key=lambda part: _weight(here, part))
    factors = []
    rest = list(node.parts)
    rest.remove(carrier)
    for part in rest:
        if _fixed(part) or isinstance(_unnamed(part), LOOKED_UP):
            times *= here.number(part)
        else:
            factors.append(part)
    yield from _spread(here, carrier, times, lines)
    amount = times * here.number(carrier)
    for part in factors:
        factor = here.number(part)
        yield _Found("factor", part, factor, times, lines, amount * (factor - 1))
        amount *= factor


def _unnamed(node: Node) -> Node:
    while isinstance(node, Line):
        node = node.of
    return node


def _fixed(node: Node) -> bool:
    """Whether a node is made of numbers of the scheme alone."""
    return all(
        isinstance(each, Constant | Dated | Product | Sum | Line | Round) for each in nodes_of(_unnamed(node))
    )


def _weight(here: Standpoint, node: Node) -> int:
    """How much of an amount a factor is: money before other facts, those before what is worked out of them."""
    node = _unnamed(node)
    if _is_money(here, node):
        return 3
    if isinstance(node, Ratio | Piecewise | Matrix | Where) or not parts_of(node):
        return 2 if isinstance(node, Column) else 0
    return 1


def _is_money(here: Standpoint, node: Node) -> bool:
    node = _unnamed(node)
    match node:
        case Column(name=name):
            kind, _, of = name.rpartition(":")
            measure = here.result.panel.history.measures.get(of)
            if kind in ("transaction", "transactions"):
                return of.partition("@")[0] in ("amount", "credited")
            currency = here.result.panel.history.currency
            return kind in ("", "target", "increment", "base") and (
                measure is None or measure.unit == currency
            )
        case Ratio(top=top, bottom=bottom):
            return _is_money(here, top) and not _is_money(here, bottom)
        case (
            Sum() | Product() | Least() | Greatest() | Where() | Round() | Slice() | Accumulate() | Collect()
        ):
            return any(_is_money(here, part) for part in parts_of(node))
    return False
