"""What every kind of line shares: how it is named, bounded and rounded, and what it shows beside its value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic.dataclasses import dataclass as checked

from policymodel.scheme.algebra import Axis, Greatest, Least, Line, Node, Round
from policymodel.scheme.biography import DAY
from policymodel.scheme.given import Given
from policymodel.scheme.quantities import OfQuantity, Quantity
from policymodel.scheme.refusals import Checked, Wrong
from policymodel.scheme.terms import RECORD, Number, RoundingRule, Text, Title
from policymodel.units import Rounding


class Record(Checked):
    """A line of a scheme: one frozen record with what HR writes, and the expression it stands for.

    - id: the line's name in this file and on the statement, a word without dots and spaces.
    - title: what people read, a text or one for each language.
    - source: the clause that its numbers come from.
    """

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

    With `every: transaction` the line is worked out for each credit of each transaction. A floor comes before a cap
    and both before rounding; nothing is bounded or rounded where nothing is written.

    - source: the clause that its numbers come from, where it is another than the scheme's.
    - every: `period`, one figure for a person and a period; `transaction`, one for each credit of each transaction,
      in order of date and id.
    - floor: the least the line gives.
    - cap: the most the line gives.
    - round: to how many digits the line itself is rounded, and what happens at a half.
    """

    id: str
    title: Title
    source: str = ""
    every: Literal["period", "transaction"] = "period"
    floor: Quantity | None = None
    cap: Quantity | None = None
    round: RoundingRule | None = None

    def wrong(self) -> Iterator[Wrong]:
        """A floor above the cap."""
        yield from crossed(self.floor, self.cap)

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


def crossed(floor: OfQuantity | None, cap: OfQuantity | None) -> Iterator[Wrong]:
    """Where a floor that is written lies above the cap that is written, so that nothing lies between."""
    if not isinstance(floor, Number) or not isinstance(cap, Number):
        return
    for when, value in valuations((floor, cap)):
        if value(floor) > value(cap):
            yield Wrong(("floor",), f"{value(floor)} is above the cap of {value(cap)}{when}", "correct one")
            return


def valuations(numbers: Iterable[Number]) -> Iterator[tuple[str, Callable[[Number], Decimal]]]:
    """What numbers are on each run of days on which none of them changes and all are in force.

    Each comes with words for when it begins: "" where it holds from the first day on.
    """
    numbers = list(numbers)
    cuts = sorted({day for each in numbers for day in each.cuts()})
    for first in (None, *cuts):
        day = first if first is not None else (cuts[0] - DAY if cuts else None)
        values = {each: each.value if day is None else each.on(day) for each in numbers}
        held = {number: value for number, value in values.items() if value is not None}
        if len(held) == len(values):
            yield f" from {first} on" if first is not None else "", held.__getitem__


def bounded(
    node: Node, floor: OfQuantity | None, cap: OfQuantity | None, record: Record, given: Given
) -> Node:
    """A node between a floor and a cap, each only where the file gives one."""
    every: Axis = getattr(record, "every", "period")
    if floor is not None:
        node = Greatest(node, given.node(floor, every, record.source))
    if cap is not None:
        node = Least(node, given.node(cap, every, record.source))
    return node
