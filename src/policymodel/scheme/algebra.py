"""The small closed algebra in which every kind says what it computes.

An expression is a tree of frozen nodes; `scheme.evaluation` gives every node its values. A node stands on one
of two axes: period and manager, or (`every="transaction"`) the credits of transactions in order of date.

    Column        a fact over a window of time            Constant   a number of the scheme Sum, Product  of
    their parts                          Ratio      with its rule for a bottom of zero or less Least, Greatest
    Power      for geometric means Slice         what lies between two thresholds        Reached    1 where a
    threshold is reached, else 0 Piecewise     curves, tiers, steps                    Matrix     a look-up in
    two directions Where         one of two, by a condition              Choose     by a category Dated
    what is in force when Applies       1 where something applies, else 0       Instead    another value where
    something is missing Accumulate    paid to date, less what earlier periods paid, a negative balance carried
    Carry         a running balance                       Previous   the value some periods earlier Collect,
    Place                                        transactions added up over periods, and back OverPeers, Rank,
    Awards, RoundTogether                among peers of an outlet, a region, the group OverTeam      the sum
    over the people led Round         where the scheme says, nowhere else     Line       a part that has a name
    on a statement Unknown      where too little is known, or too little applies
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeVar, dataclass_transform

from policymodel.scheme.terms import TargetRule, Text
from policymodel.units import Rounding

Axis = Literal["period", "transaction"]
Scope = Literal["outlet", "region", "group"]
Within = Literal["period", "quarter", "half_year", "year"]
Edge = Literal["lower", "upper"]

_Class = TypeVar("_Class", bound=type)


class Node:
    """Any part of an expression. Nodes are equal if all below them is, and remember their hash and their parts."""

    def __getstate__(self) -> dict[str, Any]:
        # A hash of text differs from process to process, so it does not travel.
        return {name: value for name, value in self.__dict__.items() if name not in ("_hash", "_parts")}


@dataclass_transform(frozen_default=True)
def _node(cls: _Class) -> _Class:
    """A frozen node whose hash is worked out once: lines that name one another share their parts."""
    made: Any = dataclass(frozen=True)(cls)
    plain = made.__hash__

    def remembered(self: Node) -> int:
        if "_hash" not in self.__dict__:
            self.__dict__["_hash"] = plain(self)
        known: int = self.__dict__["_hash"]
        return known

    made.__hash__ = remembered
    return made  # type: ignore[no-any-return]


@_node
class Column(Node):
    """A fact by name over a window: a measure, `target:`, `base:`, `events:`, `transaction:`, `person:` …

    `lag` goes back so many periods and `lag_years` so many years; `months` is the length of a rolling window. A stock
    is `read` in the window's last month, or as the mean of its months. With `months_over`, on a day inside the period
    only its months that are over count, and of an earlier period as many.
    At level `outlet`, `region` or `group` the rows of all its managers count and every manager there gets the
    same number.
    """

    name: str
    window: Literal[
        "period",
        "quarter_to_date",
        "half_year_to_date",
        "year_to_date",
        "target_to_date",
        "rolling",
        "whole_quarter",
        "whole_half_year",
        "whole_year",
    ] = "period"
    lag: int = 0
    lag_years: int = 0
    level: Literal["manager", "outlet", "region", "group"] = "manager"
    rule: TargetRule | None = None
    months: int = 0
    read: Literal["period_end", "mean_of_months"] = "period_end"
    months_over: bool = False


@_node
class Constant(Node):
    """A number of the scheme, exactly as written, with its clause."""

    value: Decimal
    source: str = ""


@_node
class Unknown(Node):
    """No number: what a scheme says where too little is known to give one, or to say that a line applies."""

    applies: bool = True


@_node
class Sum(Node):
    """The sum of the parts; parts that do not apply count as nothing if `skip_not_applicable`."""

    parts: tuple[Node, ...]
    skip_not_applicable: bool = False


@_node
class Product(Node):
    """The product of the parts."""

    parts: tuple[Node, ...]


@_node
class Ratio(Node):
    """Top ÷ bottom; where the bottom is zero or less, what the scheme says.

    `any_sign` is for a distance, which may be negative: only a bottom of exactly zero has no ratio then.
    """

    top: Node
    bottom: Node
    at_zero: Literal["not_applicable", "zero", "full"] = "not_applicable"
    any_sign: bool = False


@_node
class Power(Node):
    """`of` raised to `exponent`; a negative base, or zero to a negative power, does not apply."""

    of: Node
    exponent: Node


@_node
class Least(Node):
    """The smaller of two: a cap."""

    first: Node
    second: Node


@_node
class Greatest(Node):
    """The larger of two: a floor."""

    first: Node
    second: Node


@_node
class Slice(Node):
    """How much of `of` lies between two thresholds; without an upper one, all above the lower."""

    of: Node
    lower: Node
    upper: Node | None


@_node
class Reached(Node):
    """1 where `of` compares with `threshold` as the word says, else 0."""

    of: Node
    threshold: Node
    comparison: Literal["at_least", "above", "at_most", "below"]


@dataclass(frozen=True)
class Piece:
    """From `start` on (None: from minus infinity) the value is level + slope x (of - origin)."""

    start: Decimal | None
    level: Decimal
    slope: Decimal
    origin: Decimal


@_node
class Where(Node):
    """`then` where the condition is not zero, else `otherwise`; only the one taken need have a number."""

    condition: Node
    then: Node
    otherwise: Node


@_node
class Piecewise(Node):
    """A function in straight pieces. A value exactly on a start belongs to the piece above (edge upper) or below."""

    of: Node
    pieces: tuple[Piece, ...]
    edge: Edge = "upper"


@_node
class Matrix(Node):
    """The cell that two values reach (`between` step), or the straight line between four of them (linear).

    Below the first row or column the value is `below`; beyond the last ones the last are held.
    """

    row: Node
    column: Node
    rows: tuple[Decimal, ...]
    columns: tuple[Decimal, ...]
    values: tuple[tuple[Decimal, ...], ...]
    between: Literal["step", "linear"]
    edge: Edge
    below: Decimal


@_node
class Choose(Node):
    """The case of a category (grade, region, outlet, product); without `otherwise` an unknown one has no number."""

    category: str
    keys: tuple[str, ...]
    cases: tuple[Node, ...]
    otherwise: Node | None
    every: Axis = "period"


@_node
class Dated(Node):
    """What is in force: one case for each run of days (None: open); days outside every run have no number.

    Where the runs cut a period, `inside` weighs the cases by calendar days or takes the first or the last
    day's.
    """

    spans: tuple[tuple[date | None, date | None], ...]
    cases: tuple[Node, ...]
    inside: Literal["by_days", "at_start", "at_end"] | None
    every: Axis = "period"


@_node
class Applies(Node):
    """1 where `of` applies, 0 where it does not; a missing value applies and stays missing."""

    of: Node


@_node
class Instead(Node):
    """`of`, but where it is missing a zero, or a line that does not apply."""

    of: Node
    when_missing: Literal["zero", "not_applicable"]


@_node
class Accumulate(Node):
    """What a period pays of an entitlement to date, less what earlier periods paid.

    `balance` is the whole entitlement to date of which `of` is a part. While it stays below its highest
    value so far (zero at the start) nothing is paid and the difference is carried; nothing is reclaimed.
    """

    of: Node
    balance: Node


@_node
class Carry(Node):
    """A running balance: max(floor, keep x (balance before + of)), beginning again at 0 with each `within`.

    Where `of` does not apply the balance stands; where it is missing the balance is not known until it begins
    again. With `debts_stand` a balance below zero is kept whole. Nothing lifts the balance above the `ceiling`; one
    that is above it already stays there until it is brought down, or with `cut` is brought down at once.
    """

    of: Node
    keep: Node
    floor: Decimal | None = None
    within: Within | None = None
    every: Axis = "period"
    debts_stand: bool = False
    ceiling: Node | None = None
    cut: bool = False


@_node
class Previous(Node):
    """The value so many periods (or credits) earlier, 0 where there is none since `within` began.

    `held` is the last value that applied, however long ago since then.
    """

    of: Node
    by: int = 1
    within: Within | None = None
    every: Axis = "period"
    held: bool = False


@_node
class Collect(Node):
    """What stands on credits of transactions, added up for each period and manager; nothing is a true zero."""

    of: Node


@_node
class Place(Node):
    """What stands on periods and managers, at each credit of a transaction."""

    of: Node


@_node
class OverPeers(Node):
    """One statistic of all peers' values, the same for each of them; `who` (1 or 0) says who counts.

    A peer to whom a value does not apply never counts; one whose value is missing is left out or leaves no
    number.
    """

    parts: tuple[Node, ...]
    statistic: str
    scope: Scope
    missing: Literal["refuse", "leave_out"]
    at: Decimal | None = None
    who: Node | None = None


@_node
class Rank(Node):
    """Each person's place among peers, or place ÷ peers; with `each` outlets or regions have places, not people."""

    of: Node
    scope: Scope
    best: Literal["highest", "lowest"]
    ties: Literal["best_place", "mean_place", "worst_place", "next_place"]
    missing: Literal["refuse", "leave_out"]
    shown_as: Literal["place", "share"] = "place"
    each: Literal["outlet", "region"] | None = None


@dataclass(frozen=True)
class Award:
    """An amount for the places from … to, counted from the first, or from the last backwards."""

    first: int
    last: int
    amount: Decimal
    from_the_end: bool = False


@_node
class Awards(Node):
    """The award of each person's place among peers."""

    of: Node
    scope: Scope
    best: Literal["highest", "lowest"]
    awards: tuple[Award, ...]
    ties: Literal["all_get_the_better", "share_the_awards", "all_get_the_worse"]
    missing: Literal["refuse", "leave_out"]
    each: Literal["outlet", "region"] | None = None


@_node
class RoundTogether(Node):
    """Peers' amounts in whole units of the last digit that add up to the rounded whole (largest remainder)."""

    of: Node
    whole: Node
    scope: Scope
    rounding: Rounding


@_node
class OverTeam(Node):
    """The sum over the people who report to somebody, directly or at any depth; nobody is a true zero."""

    of: Node
    team: Literal["direct", "whole"]


@_node
class Round(Node):
    """`of`, rounded."""

    of: Node
    rounding: Rounding


@_node
class Line(Node):
    """A part with a name on the statement: its id in the scheme, its title, its clause."""

    of: Node
    id: str
    title: Text
    source: str


def parts_of(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node, in reading order."""
    if "_parts" not in node.__dict__:
        node.__dict__["_parts"] = _parts_of(node)
    known: tuple[Node, ...] = node.__dict__["_parts"]
    return known


def _parts_of(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Accumulate) and node.of == node.balance:
        return (node.of,)
    found: list[Node] = []
    for each in fields(node):  # type: ignore[arg-type]
        value = getattr(node, each.name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(part for part in value if isinstance(part, Node))
    return tuple(found)


def nodes_of(*roots: Node) -> list[Node]:
    """Every node of some expressions once, parts before the nodes they are part of."""
    seen: dict[Node, None] = {}
    _visit(roots, seen)
    return list(seen)


def _visit(nodes: tuple[Node, ...], seen: dict[Node, None]) -> None:
    for node in nodes:
        if node not in seen:
            _visit(parts_of(node), seen)
            seen[node] = None


def columns_of(*roots: Node) -> set[Column]:
    """Every column that some expressions read."""
    return {node for node in nodes_of(*roots) if isinstance(node, Column)}
