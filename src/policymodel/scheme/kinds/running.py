"""Running totals: what a total earns now less what it earned before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Literal

from policymodel.scheme.algebra import Axis, Carry, Constant, Node, Previous, Product, Sum, Within
from policymodel.scheme.given import LineFault
from policymodel.scheme.quantities import OfQuantity
from policymodel.scheme.refusals import Wrong
from policymodel.scheme.terms import Number

Measured = Literal["by_itself", "period_to_date", "quarter_to_date", "half_year_to_date", "year_to_date"]
OnChange = Literal["new_amounts_only", "whole_total"]

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


def earned(
    worth: Callable[[Node], Node],
    of: Node,
    measured: Measured,
    every: Axis,
    on_change: OnChange | None = None,
) -> Node:
    """The worth of an amount by itself; or the worth of its running total less that of the total before.

    The total before is worth what it was worth then; with `new_amounts_only` what the numbers of now say of it.
    """
    if measured == "by_itself":
        return worth(of)
    total = to_date(of, measured, every)
    # Zero times the amount: where there is none in the period, nothing is earned in it either.
    now = Sum((worth(total), _where(of)))

    def before(node: Node) -> Node:
        return Previous(node, 1, WITHIN[measured], every, held=True)

    if on_change != "new_amounts_only":
        return less(now, before(now))
    # The total at which something was last earned; before the first nothing was, whatever a total of zero is worth.
    return less(now, Product((before(Sum((ONE, _where(now)))), worth(before(Sum((total, _where(now))))))))


def _where(of: Node) -> Node:
    """Nothing, where there is a value."""
    return Product((ZERO, of))


def unsaid(
    measured: Measured, on_change: OnChange | None, numbers: Iterable[OfQuantity | None]
) -> Iterator[Wrong]:
    """Where nothing says what a number that changes does to the total so far; or where there is no such total."""
    if measured == "by_itself":
        if on_change is not None:
            what = "it has no meaning where nothing is measured to date: what is new is all there is"
            yield Wrong(("on_change",), what, "leave it out")
        return
    days = sorted({day for each in numbers if isinstance(each, Number) for day in each.changes})
    if days and on_change is None:
        what = f"a number changes on {days[0]}, and nothing says whether it also reprices the total so far"
        right = (
            "write new_amounts_only, where only what comes in afterwards counts by the new numbers, or whole_total, "
            "where the whole total does and what it was worth before is set against it"
        )
        yield Wrong(("on_change",), what, right)


def less(first: Node, second: Node) -> Node:
    """The first less the second."""
    return Sum((first, Product((MINUS, second))))
