"""The small closed algebra in which every kind says what it computes.

An expression is a tree of frozen nodes. `evaluate` gives every node its values, one for each period
and manager, and keeps them, so that an explanation reads the very numbers that were scored and paid.

    Column        a fact over a window of time            Constant   a number of the scheme
    Sum, Product  of their parts                          Ratio      with its rule for a bottom of zero or less
    Least, Greatest                                       Slice      what lies between two thresholds
    Applies       1 where something applies, else 0       Instead    another value where something is missing
    Accumulate    paid to date, less what earlier periods paid, a negative balance carried
    Round         where the scheme says, nowhere else     Line       a part that has a name on a statement
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from policymodel.history.measures import Status
from policymodel.scheme.terms import TargetRule, Text
from policymodel.units import Rounding

# Which status wins when operands differ: what was not measured outranks what does not apply.
_SEVERITY = {
    Status.MEASURED: 0,
    Status.TRUE_ZERO: 0,
    Status.NOT_APPLICABLE: 1,
    Status.ABSENT: 2,
    Status.QUARANTINED: 3,
}
_RANK = np.array([_SEVERITY[status] for status in sorted(Status)], dtype=np.uint8)


@dataclass(frozen=True)
class Values:
    """Numbers and their statuses, both [period, manager]; a number counts only where its status is ok."""

    number: NDArray[np.float64]
    status: NDArray[np.uint8]

    @property
    def ok(self) -> NDArray[np.bool_]:
        """True where there is a number: measured, or truly zero."""
        usable: NDArray[np.bool_] = _RANK[self.status] == 0
        return usable


Columns = Callable[["Column"], Values]


@dataclass(frozen=True)
class Column:
    """A fact by name over a window: a measure, `target:`, `increment:`, `base:`, `events:` or `months_in_grade:`.

    `lag` goes back so many periods and `lag_years` so many years; at level `outlet` the rows of all the
    outlet's managers count and every manager there gets the same number.
    """

    name: str
    window: Literal["period", "year_to_date", "target_to_date"] = "period"
    lag: int = 0
    lag_years: int = 0
    level: Literal["manager", "outlet"] = "manager"
    rule: TargetRule | None = None


@dataclass(frozen=True)
class Constant:
    """A number of the scheme, exactly as written, with its clause."""

    value: Decimal
    source: str = ""


@dataclass(frozen=True)
class Sum:
    """The sum of the parts; parts that do not apply count as nothing if `skip_not_applicable`."""

    parts: tuple[Node, ...]
    skip_not_applicable: bool = False


@dataclass(frozen=True)
class Product:
    """The product of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Ratio:
    """Top ÷ bottom; where the bottom is zero or less, what the scheme says."""

    top: Node
    bottom: Node
    at_zero: Literal["not_applicable", "zero", "full"] = "not_applicable"


@dataclass(frozen=True)
class Least:
    """The smaller of two: a cap."""

    first: Node
    second: Node


@dataclass(frozen=True)
class Greatest:
    """The larger of two: a floor."""

    first: Node
    second: Node


@dataclass(frozen=True)
class Slice:
    """How much of `of` lies between two thresholds; without an upper one, all above the lower."""

    of: Node
    lower: Node
    upper: Node | None


@dataclass(frozen=True)
class Applies:
    """1 where `of` applies, 0 where it does not; a missing value applies and stays missing."""

    of: Node


@dataclass(frozen=True)
class Instead:
    """`of`, but where it is missing a zero, or a line that does not apply."""

    of: Node
    when_missing: Literal["zero", "not_applicable"]


@dataclass(frozen=True)
class Accumulate:
    """What a period pays of an entitlement to date, less what earlier periods paid.

    `balance` is the whole entitlement to date of which `of` is a part. While it stays below its highest
    value so far (zero at the start) nothing is paid and the difference is carried; nothing is reclaimed.
    """

    of: Node
    balance: Node


@dataclass(frozen=True)
class Round:
    """`of`, rounded."""

    of: Node
    rounding: Rounding


@dataclass(frozen=True)
class Line:
    """A part with a name on the statement: its id in the scheme, its title, its clause."""

    of: Node
    id: str
    title: Text
    source: str


Node = (
    Column
    | Constant
    | Sum
    | Product
    | Ratio
    | Least
    | Greatest
    | Slice
    | Applies
    | Instead
    | Accumulate
    | Round
    | Line
)


def parts_of(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node, in reading order."""
    match node:
        case Sum(parts) | Product(parts):
            return parts
        case Ratio(top, bottom):
            return (top, bottom)
        case Least(first, second) | Greatest(first, second):
            return (first, second)
        case Slice(of, lower, upper):
            return (of, lower) if upper is None else (of, lower, upper)
        case Accumulate(of, balance):
            return (of,) if of == balance else (of, balance)
        case Applies(of) | Instead(of) | Round(of) | Line(of):
            return (of,)
    return ()


def columns_of(node: Node) -> set[Column]:
    """Every column an expression reads."""
    if isinstance(node, Column):
        return {node}
    return set().union(*(columns_of(part) for part in parts_of(node)))


def evaluate(node: Node, columns: Columns, known: dict[Node, Values]) -> Values:
    """The values of a node; those of every node below it are added to `known`."""
    if node not in known:
        if isinstance(node, Column):
            known[node] = columns(node)
        else:
            known[node] = _compute(node, [evaluate(part, columns, known) for part in parts_of(node)])
    return known[node]


def _compute(node: Node, parts: list[Values]) -> Values:
    match node:
        case Constant(value):
            return _measured(np.array([[float(value)]]))
        case Sum(skip_not_applicable=True):
            return _sum_of_what_applies(parts)
        case Sum():
            return _combine(parts, lambda a, b: a + b)
        case Product():
            return _combine(parts, lambda a, b: a * b)
        case Least():
            return _combine(parts, np.minimum)
        case Greatest():
            return _combine(parts, np.maximum)
        case Ratio(at_zero=rule):
            return _ratio(parts[0], parts[1], rule)
        case Slice():
            return _slice(*parts)
        case Applies():
            gone = parts[0].status == Status.NOT_APPLICABLE
            status = np.where(gone, Status.MEASURED, parts[0].status).astype(np.uint8)
            return Values(np.where(gone, 0.0, 1.0), status)
        case Instead(when_missing=rule):
            return _instead(parts[0], rule)
        case Accumulate():
            return _accumulate(parts[0], parts[-1])
        case Round(rounding=rounding):
            return Values(rounding.apply(parts[0].number), parts[0].status)
        case Line():
            return parts[0]
    raise AssertionError(f"no rule for {type(node).__name__}")


def _measured(number: NDArray[np.float64]) -> Values:
    return Values(number, np.full(number.shape, Status.MEASURED, dtype=np.uint8))


def _worse(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.where(_RANK[first] >= _RANK[second], first, second).astype(np.uint8)


def _combine(parts: list[Values], rule: Callable[..., NDArray[np.float64]]) -> Values:
    number = reduce(rule, (part.number for part in parts))
    status = reduce(_worse, (part.status for part in parts))
    return Values(number, np.where(_RANK[status] == 0, Status.MEASURED, status).astype(np.uint8))


def _sum_of_what_applies(parts: list[Values]) -> Values:
    gone = [part.status == Status.NOT_APPLICABLE for part in parts]
    return _combine(
        [
            Values(
                np.where(out, 0.0, part.number),
                np.where(out, Status.MEASURED, part.status).astype(np.uint8),
            )
            for part, out in zip(parts, gone, strict=True)
        ],
        lambda a, b: a + b,
    )


def _ratio(top: Values, bottom: Values, rule: str) -> Values:
    usable = bottom.number > 0
    number = np.divide(
        top.number, bottom.number, out=np.zeros(np.broadcast(top.number, usable).shape), where=usable
    )
    status = np.where(
        _RANK[_worse(top.status, bottom.status)] == 0, Status.MEASURED, _worse(top.status, bottom.status)
    )
    # A bottom that is known and not positive decides, whatever the top.
    at_zero = ~usable & bottom.ok
    if rule == "not_applicable":
        status = np.where(at_zero, Status.NOT_APPLICABLE, status)
    elif rule == "full":
        number = np.where(at_zero, 1.0, number)
    return Values(number, np.broadcast_to(status, number.shape).astype(np.uint8))


def _slice(of: Values, lower: Values, upper: Values | None = None) -> Values:
    above = _combine([of, lower], lambda a, b: np.maximum(a - b, 0.0))
    if upper is None:
        return above
    height = _combine([upper, lower], lambda a, b: np.maximum(a - b, 0.0))
    return _combine([above, height], np.minimum)


def _instead(of: Values, rule: str) -> Values:
    missing = _RANK[of.status] >= _SEVERITY[Status.ABSENT]
    status = Status.MEASURED if rule == "zero" else Status.NOT_APPLICABLE
    return Values(np.where(missing, 0.0, of.number), np.where(missing, status, of.status).astype(np.uint8))


def _accumulate(of: Values, balance: Values) -> Values:
    """Walk the periods: the part stands where it stood when the balance was last at its highest."""
    number, total = np.broadcast_arrays(of.number, balance.number)
    status = np.broadcast_to(_combine([of, balance], np.add).status, number.shape)
    best = np.zeros(number.shape[1])
    held = np.zeros(number.shape[1])
    paid = np.zeros(number.shape)
    broken = np.zeros(number.shape[1], dtype=np.uint8)
    state = np.empty(number.shape, dtype=np.uint8)
    for period in range(number.shape[0]):
        # A missing quarter leaves the balance unknown from then on; one that does not apply changes nothing.
        missing = _RANK[status[period]] >= _SEVERITY[Status.ABSENT]
        broken = np.where(missing, status[period], broken).astype(np.uint8)
        rises = (status[period] == Status.MEASURED) & (broken == 0) & (total[period] >= best)
        paid[period] = np.where(rises, number[period] - held, 0.0)
        held = np.where(rises, number[period], held)
        best = np.where(rises, total[period], best)
        state[period] = np.where((broken != 0) & (status[period] == Status.MEASURED), broken, status[period])
    return Values(paid, state)
