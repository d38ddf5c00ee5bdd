"""Running totals: what a total earns now less what it earned before."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Literal

from policymodel.scheme.algebra import Axis, Carry, Constant, Node, Previous, Product, Sum, Within
from policymodel.scheme.given import LineFault

Measured = Literal["by_itself", "period_to_date", "quarter_to_date", "half_year_to_date", "year_to_date"]

WITHIN: dict[str, Within] = {
    "period_to_date": "period",
    "quarter_to_date": "quarter",
    "half_year_to_date": "half_year",
    "year_to_date": "year",
}
ONE = Constant(Decimal(1))
MINUS = Constant(Decimal(-1))
ZERO = Constant(Decimal(0))


def to_date(of: Node, measured: Measured, every: Axis) -> Node:
    """The running total of an amount, or the amount by itself."""
    if measured == "by_itself":
        return of
    if measured == "period_to_date" and every == "period":
        raise LineFault("a period by itself already begins at zero", "write `measured: by_itself`")
    return Carry(of, ONE, None, WITHIN[measured], every)


def earned(worth: Callable[[Node], Node], of: Node, measured: Measured, every: Axis) -> Node:
    """The worth of an amount by itself; or the worth of its running total less what it was worth before."""
    if measured == "by_itself":
        return worth(of)
    # Zero times the amount: where there is none in the period, nothing is earned in it either.
    now = Sum((worth(to_date(of, measured, every)), Product((ZERO, of))))
    return less(now, Previous(now, 1, WITHIN[measured], every, held=True))


def less(first: Node, second: Node) -> Node:
    """The first less the second."""
    return Sum((first, Product((MINUS, second))))
