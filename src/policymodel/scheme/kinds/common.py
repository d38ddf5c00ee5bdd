"""What every kind of line shares: how it is named, bounded and rounded, and what it shows beside its value."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic.dataclasses import dataclass as checked

from policymodel.scheme.algebra import Axis, Greatest, Least, Line, Node, Round
from policymodel.scheme.given import Given
from policymodel.scheme.quantities import OfQuantity
from policymodel.scheme.terms import RECORD, Figure, Number, RoundingRule, Text, Title
from policymodel.units import Rounding


class Record:
    """A line of a scheme: one frozen record with what HR writes, and the expression it stands for."""

    kind: ClassVar[str]
    id: str
    title: Text
    source: str

    def expression(self, given: Given) -> Line:
        """The line's value as a named node."""
        raise NotImplementedError

    def others(self, given: Given) -> dict[str, Node]:
        """Side figures by name, `id.what`; most kinds have none."""
        return {}

    def parts(self, given: Given) -> dict[str, Line]:
        """What is paid and rounded apart where the line stands among the pay items."""
        return {self.id: self.expression(given)}


@checked(frozen=True, kw_only=True, config=RECORD)
class Common(Record):
    """The settings of every general kind.

    With `every: transaction` the line is worked out for each credit of each transaction. A floor comes before a
    cap and both before rounding; nothing is bounded or rounded where nothing is written.
    """

    id: str
    title: Title
    source: str = ""
    every: Literal["period", "transaction"] = "period"
    floor: Figure | None = None
    cap: Figure | None = None
    round: RoundingRule | None = None

    def formula(self, given: Given) -> Node:
        """The value before bounds and rounding."""
        raise NotImplementedError

    def expression(self, given: Given) -> Line:
        """The value, bounded and rounded, under the line's name."""
        node = bounded(self.formula(given), self.floor, self.cap, self, given)
        if self.round is not None:
            node = Round(node, Rounding(self.round.digits, self.round.mode))
        return Line(node, self.id, self.title, self.source or given.source)

    def node(self, quantity: OfQuantity, given: Given) -> Node:
        """A quantity on this line's axis."""
        return given.node(quantity, self.every, self.source)


def bounded(node: Node, floor: Number | None, cap: Number | None, record: Record, given: Given) -> Node:
    """A node between a floor and a cap, each only where the file gives one."""
    every: Axis = getattr(record, "every", "period")
    if floor is not None:
        node = Greatest(node, given.number(floor, every, record.source))
    if cap is not None:
        node = Least(node, given.number(cap, every, record.source))
    return node
