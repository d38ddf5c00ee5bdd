"""What a line is given when it says its expression: the nodes of the quantities and lines it names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from policymodel.errors import Problem, suggest
from policymodel.scheme.algebra import (
    Axis,
    Collect,
    Column,
    Constant,
    Dated,
    Instead,
    Node,
    Place,
    Previous,
    Product,
    Reached,
)
from policymodel.scheme.quantities import (
    BaseOf,
    CalendarOf,
    Condition,
    FxOf,
    LineOf,
    MeasureOf,
    OfQuantity,
    PersonOf,
    TargetOf,
    TransactionOf,
    TransactionsOf,
)
from policymodel.scheme.terms import Number, TargetRule

SCORE = "score"
PAY = "pay"


class LineFault(Exception):
    """A line names what there is not, or lines name one another in a circle."""

    def __init__(self, what: str, right: str = "") -> None:
        super().__init__(what, right)
        self.problem = Problem("", what, right)


@dataclass
class Given:
    """The lines of a scheme by id, each turned into a node once, in whatever order the file has them.

    `score` and `pay` make the totals of the card and of the pay items; `paid` gives one of the pay `items` as
    it is paid.
    """

    lines: Mapping[str, Any]
    targets: TargetRule | None
    source: str
    score: Callable[[Given], Node] | None = None
    pay: Callable[[Given], Node] | None = None
    items: frozenset[str] = frozenset()
    paid: Callable[[str, Given], Node] | None = None
    _made: dict[str, Node] = field(default_factory=dict, repr=False)
    _open: list[str] = field(default_factory=list, repr=False)

    def line(self, name: str) -> Node:
        """The node of a line, of a side figure (`draw.owed`), or of the card's total."""
        if name not in self._made:
            if name in self._open:
                circle = " → ".join([*self._open[self._open.index(name) :], name])
                raise LineFault(f"lines need one another in a circle: {circle}", "let one of them read facts")
            self._open.append(name)
            try:
                self._made[name] = self._make(name)
            finally:
                self._open.pop()
        return self._made[name]

    def own(self, record: Any) -> Node:
        """A line as its own side figures see it: as it is paid, or on its transactions."""
        node: Node = record.expression(self)
        return node if _axis_of(record) == "transaction" else self.line(record.id)

    def _make(self, name: str) -> Node:
        whole = {SCORE: self.score, PAY: self.pay}.get(name)
        if whole is not None:
            return whole(self)
        first, _, side = name.partition(".")
        if first not in self.lines:
            wholes = {SCORE: self.score, PAY: self.pay}
            known = [*self.lines, *(each for each, whole in wholes.items() if whole is not None)]
            raise LineFault(f"there is no line '{first}'", suggest(first, known))
        record = self.lines[first]
        if not side:
            node: Node = record.expression(self)
            return self.paid(first, self) if self.paid is not None and first in self.items else node
        others: dict[str, Node] = record.others(self)
        if name not in others:
            sides = ", ".join(others) or "none"
            raise LineFault(f"'{first}' has no side figure '{side}'", f"it has {sides}")
        return others[name]

    def axis(self, name: str) -> Axis:
        """Whether a line stands on transactions or on periods; a pay item is paid for a period."""
        first = name.partition(".")[0]
        return "period" if name in self.items else _axis_of(self.lines.get(first))

    def over_period(self, name: str) -> Node:
        """A line over the period: what stands on transactions is added up."""
        return self._line_on(name, 0, "period")

    @staticmethod
    def collected(node: Node, record: Any) -> Node:
        """The node of a record over the period."""
        return Collect(node) if _axis_of(record) == "transaction" else node

    def node(self, quantity: OfQuantity, every: Axis = "period", source: str = "") -> Node:
        """The node of a quantity on the axis of the line that asks for it."""
        match quantity:
            case Number():
                return self.number(quantity, every, source)
            case LineOf(line=name, earlier=earlier):
                return self._line_on(name, earlier, every)
            case TransactionOf(transaction=figure):
                if every == "period":
                    what = f"'{figure}' of one transaction has no meaning over a period"
                    raise LineFault(what, f"write `every: transaction`, or {{transactions: {figure}}}")
                return Column(f"transaction:{figure}")
        fact = self._fact(quantity)
        return fact if every == "period" else Place(fact)

    def _fact(self, quantity: OfQuantity) -> Node:
        match quantity:
            case MeasureOf(measure=name, read=read, missing=missing):
                column = replace(self._column(name, quantity), read=read)
                return column if missing == "refuse" else Instead(column, "zero")
            case TargetOf(target=name):
                return self._column(f"target:{name}", quantity)
            case BaseOf(base=name):
                return self._column(f"base:{name}", quantity)
            case TransactionsOf(transactions=figure, products=products):
                some = "@" + "+".join(products) if products is not None else ""
                return self._column(f"transactions:{figure}{some}", quantity)
            case PersonOf(person=what):
                return Column(f"person:{what}")
            case CalendarOf(calendar=what):
                return Column(f"calendar:{what}")
            case FxOf(fx=currency, at=at):
                return Column(f"fx:{currency}:{at}")
        raise AssertionError(f"no node for {quantity!r}")

    def _column(self, name: str, over: Any) -> Column:
        rule = None
        if name.startswith(("target:", "base:")):
            rule = self.targets
            if rule is None and name.startswith("target:"):
                raise LineFault("there is no rule for targets", "add `targets:`")
        return Column(
            name, over.window, over.earlier, over.years_earlier, over.level, rule, months=over.months or 0
        )

    def _line_on(self, name: str, earlier: int, every: Axis) -> Node:
        node, axis = self.line(name), self.axis(name)
        if axis == "transaction" and every == "period":
            node = Collect(node)
        if earlier:
            if axis == every == "transaction":
                raise LineFault(f"'{name}' earlier: transactions have no periods", "leave `earlier` out")
            node = Previous(node, earlier)
        return Place(node) if axis == "period" and every == "transaction" else node

    def number(self, number: Number, every: Axis = "period", source: str = "") -> Node:
        """A number of the scheme, dated where it changes over time; where it names no clause its line's holds."""
        clause = number.source or source or self.source
        return self.dated([number], lambda value: Constant(value(number), clause), every)

    def dated(
        self, numbers: Iterable[Number], build: Callable[[Callable[[Number], Decimal]], Node], every: Axis
    ) -> Node:
        """A node built from numbers; where any of them changes on a day, one case for each run of days."""
        numbers = list(numbers)
        cuts = sorted({day for each in numbers for day in each.cuts()})
        if not cuts:
            return build(lambda number: number.value)
        rules = {each.inside_period for each in numbers if each.cuts()} - {None}
        if len(rules) > 1:
            raise LineFault(
                f"its numbers change by different rules inside a period ({', '.join(sorted(map(str, rules)))})",
                "give them the same `inside_period:`",
            )
        spans: list[tuple[date | None, date | None]] = []
        cases: list[Node] = []
        for first, after in zip([None, *cuts], [*cuts, None], strict=True):
            last = after - timedelta(days=1) if after is not None else None
            day = first if first is not None else cuts[0] - timedelta(days=1)
            if all(each.on(day) is not None for each in numbers):
                spans.append((first, last))
                cases.append(build(lambda number, day=day: number.on(day)))  # type: ignore[misc]
        return Dated(tuple(spans), tuple(cases), next(iter(rules), None), every)

    def condition(self, condition: Condition, every: Axis) -> Node:
        """1 where a condition holds, else 0."""
        return Reached(
            self.node(condition.value, every), self.node(condition.threshold, every), condition.comparison
        )

    def all_hold(self, conditions: Iterable[Condition], every: Axis) -> Node:
        """1 where every condition holds, else 0."""
        return Product(tuple(self.condition(each, every) for each in conditions))


def _axis_of(record: Any) -> Axis:
    axis: Axis = getattr(record, "every", "period")
    return axis
