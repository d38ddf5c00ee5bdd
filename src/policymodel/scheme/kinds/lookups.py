"""Kinds of look-up: steps, payout curves, matrices in two directions, tables by category."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field
from pydantic.dataclasses import dataclass as checked

from policymodel.scheme import algebra
from policymodel.scheme.algebra import Choose, Node, Piece, Piecewise, Ratio
from policymodel.scheme.given import Given
from policymodel.scheme.kinds.rates import Edge, From, Value, falling, unmeasured
from policymodel.scheme.kinds.record import Common
from policymodel.scheme.kinds.running import Measured, OnChange, earned, unsaid
from policymodel.scheme.quantities import Quantity
from policymodel.scheme.refusals import Refusal, Written, Wrong, number_meant, quoted
from policymodel.scheme.terms import RECORD, Figure, Number
from policymodel.scheme.written import read_number

Ends = Literal["zero", "hold", "extend"]
DEEPEST = 3
"""How many categories a table may be nested by."""


@checked(frozen=True, kw_only=True, config=RECORD)
class Step:
    """A step begins at `from` and is worth an amount.

    - from: where the step is reached, or where it begins to fill.
    - amount: what it is worth.
    - to (with `amounts: in_proportion`, in the last step alone): where the last step is full.
    """

    from_: From
    amount: Figure
    to: Figure | None = None


@checked(frozen=True, kw_only=True, config=RECORD)
class Steps(Common):
    """An amount for each step reached: a band table, a milestone bonus.

    - of: the figure that climbs the steps.
    - steps: where each begins and what it is worth, from the lowest up.
    - amounts: `replace`: the highest step reached counts alone. `add_up`: every step reached counts.
      `in_proportion`: every step counts as far as it is filled.
    - below: the value under the first step; with `add_up` and `in_proportion` it is where counting begins.
    - edge (with `amounts: replace` or `add_up`): whether a figure exactly on a step has reached it: `upper`, it
      has; `lower`, it has not.
    - measured: as in tiers. With a running total the line gives what the total is worth now less what it was worth
      before.
    - on_change (where the total runs and a number changes on a day): as in tiers.
    - thresholds_of (if wanted): what the thresholds are multiples of.
    """

    kind: ClassVar[str] = "steps"
    of: Quantity
    steps: tuple[Step, ...] = Field(min_length=1)
    amounts: Literal["replace", "add_up", "in_proportion"]
    below: Figure
    edge: Edge | None = None
    measured: Measured = "by_itself"
    on_change: OnChange | None = None
    thresholds_of: Quantity | None = None

    def wrong(self) -> Iterator[Wrong]:
        """Steps that do not rise, an edge left open, ends that are missing or too many."""
        yield from super().wrong()
        yield from falling([each.from_ for each in self.steps], lambda index: ("steps", index, "from"))
        final = len(self.steps) - 1
        for index, step in enumerate(self.steps):
            fills = self.amounts == "in_proportion" and index == final
            if fills and step.to is None:
                what = "nothing says when the last step is full"
                yield Wrong(("steps", index, "to"), what, "write a number above its `from`")
            elif fills and step.to is not None:
                yield from falling([step.from_, step.to], lambda _: ("steps", final, "to"))
            elif step.to is not None:
                what = "a step ends where the next begins, and the last one never"
                right = "leave it out; only the last has `to`, and only with `amounts: in_proportion`"
                yield Wrong(("steps", index, "to"), what, right)
        if self.amounts != "in_proportion" and self.edge is None:
            what = "nothing says whether a value exactly on a step has reached it"
            yield Wrong(("edge",), what, "write upper where it has, lower where it has not")
        if self.amounts == "in_proportion" and self.edge is not None:
            what = "it has no meaning where steps are filled in proportion"
            yield Wrong(("edge",), what, "leave it out")
        yield from unmeasured(self.measured, self.every)
        yield from unsaid(self.measured, self.on_change, [*self._numbers(), self.thresholds_of])

    def _numbers(self) -> list[Number]:
        inner = [number for step in self.steps for number in (step.from_, step.amount, step.to) if number]
        return [*inner, self.below]

    def _pieces(self, value: Value) -> tuple[Piece, ...]:
        level, zero = value(self.below), Decimal(0)
        pieces = [Piece(None, level, zero, zero)]
        for index, step in enumerate(self.steps):
            start, amount = value(step.from_), value(step.amount)
            if self.amounts == "in_proportion":
                after = self.steps[index + 1].from_ if index + 1 < len(self.steps) else step.to
                assert after is not None
                pieces.append(Piece(start, level, amount / (value(after) - start), start))
                level += amount
                if index + 1 == len(self.steps):
                    pieces.append(Piece(value(after), level, zero, zero))
                continue
            level = amount if self.amounts == "replace" else level + amount
            pieces.append(Piece(start, level, zero, zero))
        return tuple(pieces)

    def formula(self, given: Given) -> Node:
        """The worth of the amount, or with a running total its worth now less before."""
        base = None if self.thresholds_of is None else self.node(self.thresholds_of, given)

        def worth(amount: Node) -> Node:
            reached = amount if base is None else Ratio(amount, base)
            return given.dated(
                self._numbers(),
                lambda value: Piecewise(reached, self._pieces(value), self.edge or "upper"),
                self.every,
            )

        return earned(worth, self.node(self.of, given), self.measured, self.every, self.on_change)


@checked(frozen=True, kw_only=True, config=RECORD)
class Point:
    """At this value the curve gives that much.

    - at: the value looked up.
    - gives: what the curve gives there.
    """

    at: Figure
    gives: Figure


@checked(frozen=True, kw_only=True, config=RECORD)
class Curve(Common):
    """A payout curve: straight lines between points; two points at one place are a jump.

    - of: the figure that is looked up.
    - points: where the curve bends or jumps, from the lowest up.
    - below: before the first point: `zero`, nothing; `hold`, what the first point gives; `extend`, its line drawn
      on.
    - above: after the last point, the same words.
    - edge (where the curve jumps): what a figure exactly on a jump gets: `lower`, what the curve came from;
      `upper`, what it goes on from.
    - thresholds_of (if wanted): what `at` is a multiple of.
    """

    kind: ClassVar[str] = "curve"
    of: Quantity
    points: tuple[Point, ...] = Field(min_length=1)
    below: Ends
    above: Ends
    edge: Edge | None = None
    thresholds_of: Quantity | None = None

    def wrong(self) -> Iterator[Wrong]:
        """Points out of order or too many at one place, a line that cannot go on, an edge left open."""
        yield from super().wrong()
        yield from falling(
            [each.at for each in self.points], lambda index: ("points", index, "at"), twice=True
        )
        places = [each.at.value for each in self.points]
        for index, place in enumerate(places):
            if places[:index].count(place) == 2:
                what = f"three points or more stand at {place}"
                yield Wrong(("points", index, "at"), what, "a jump has two, its lower and its upper end")
        for setting in ("below", "above"):
            if getattr(self, setting) == "extend" and len(set(places)) < 2:
                yield Wrong((setting,), "a single point has no line to extend", "write zero or hold")
        if self.jumps() and self.edge is None:
            what = "the curve jumps, and nothing says on which side a value exactly there is"
            yield Wrong(("edge",), what, "write lower or upper")

    def jumps(self) -> bool:
        """True where the curve is not continuous."""
        first, last = self.points[0].gives.value, self.points[-1].gives.value
        ends = (self.below == "zero" and first != 0) or (self.above == "zero" and last != 0)
        inner = any(
            a.at.value == b.at.value and a.gives.value != b.gives.value for a, b in pairwise(self.points)
        )
        return ends or inner

    def _pieces(self, value: Value) -> tuple[Piece, ...]:
        zero = Decimal(0)
        points = [(value(each.at), value(each.gives)) for each in self.points]
        lines = [_line(a, b) for a, b in pairwise(points) if a[0] != b[0]]
        (_, start), (last, end) = points[0], points[-1]
        below = {"zero": Piece(None, zero, zero, zero), "hold": Piece(None, start, zero, zero)}
        above = {"zero": Piece(last, zero, zero, zero), "hold": Piece(last, end, zero, zero)}
        if lines:
            below["extend"] = Piece(None, lines[0].level, lines[0].slope, lines[0].origin)
            above["extend"] = Piece(last, lines[-1].level, lines[-1].slope, lines[-1].origin)
        return (below[self.below], *lines, above[self.above])

    def formula(self, given: Given) -> Node:
        """The curve at the value."""
        of = self.node(self.of, given)
        if self.thresholds_of is not None:
            of = Ratio(of, self.node(self.thresholds_of, given))
        numbers = [number for point in self.points for number in (point.at, point.gives)]
        edge = self.edge or "upper"
        return given.dated(numbers, lambda value: Piecewise(of, self._pieces(value), edge), self.every)


def _line(a: tuple[Decimal, Decimal], b: tuple[Decimal, Decimal]) -> Piece:
    return Piece(a[0], a[1], (b[1] - a[1]) / (b[0] - a[0]), a[0])


@checked(frozen=True, kw_only=True, config=RECORD)
class Direction:
    """One direction of a matrix.

    - of: the figure that is looked up.
    - from: where each row or column begins, from the lowest up.
    """

    of: Quantity
    from_: Annotated[tuple[Figure, ...], Field(alias="from", min_length=1)]


@checked(frozen=True, kw_only=True, config=RECORD)
class Matrix(Common):
    """A look-up in two directions, as in profit by revenue.

    Beyond the last row and column the last ones hold.

    - rows: the figure that chooses the row, and where each row begins.
    - columns: the figure that chooses the column, and where each column begins.
    - values: one list for each row, with one number for each column.
    - between: `step`, the cell reached; `linear`, straight lines between the four corners around the two figures.
    - below: the value under the first row or before the first column.
    - edge (with `between: step`): in which cell a figure exactly on a threshold is: `lower`, the one before;
      `upper`, the one that begins there.
    """

    kind: ClassVar[str] = "matrix"
    rows: Direction
    columns: Direction
    values: tuple[tuple[Figure, ...], ...]
    between: Literal["step", "linear"]
    below: Figure
    edge: Edge | None = None

    def wrong(self) -> Iterator[Wrong]:
        """Thresholds that do not rise, values of another shape, an edge left open."""
        yield from super().wrong()
        yield from falling(self.rows.from_, lambda index: ("rows", "from", index))
        yield from falling(self.columns.from_, lambda index: ("columns", "from", index))
        rows, columns = len(self.rows.from_), len(self.columns.from_)
        if len(self.values) != rows:
            what = f"there are {len(self.values)} lines of values, and {rows} thresholds of the rows"
            yield Wrong(("values",), what, "write one line for each")
        for index, line in enumerate(self.values):
            if len(line) != columns:
                what = f"the line has {len(line)} values, and there are {columns} thresholds of the columns"
                yield Wrong(("values", index), what, "write one value for each")
        if self.between == "step" and self.edge is None:
            what = "nothing says in which cell a value exactly on a threshold is"
            yield Wrong(("edge",), what, "write lower or upper")
        if self.between == "linear" and self.edge is not None:
            what = "it has no meaning where values between thresholds lie on straight lines"
            yield Wrong(("edge",), what, "leave it out, or write `between: step`")

    def formula(self, given: Given) -> Node:
        """The cell of the two values."""
        row, column = self.node(self.rows.of, given), self.node(self.columns.of, given)
        inner = [number for line in self.values for number in line]
        numbers = [*self.rows.from_, *self.columns.from_, *inner, self.below]
        return given.dated(
            numbers,
            lambda value: algebra.Matrix(
                row,
                column,
                tuple(map(value, self.rows.from_)),
                tuple(map(value, self.columns.from_)),
                tuple(tuple(map(value, line)) for line in self.values),
                self.between,
                self.edge or "upper",
                value(self.below),
            ),
            self.every,
        )


def _entries(raw: Any) -> Any:
    """A nested table of categories as pairs, so that it is frozen; all cells that are none are told at once."""
    if not isinstance(raw, Mapping):
        return raw
    wrong: list[Wrong] = []
    read = _cell(raw, (), wrong)
    if wrong:
        raise Refusal(*wrong)
    return read


def _cell(raw: Any, where: tuple[str, ...], wrong: list[Wrong]) -> Any:
    if isinstance(raw, Mapping) and (not where or raw.keys().isdisjoint(("value", "segments"))):
        if not raw:
            wrong.append(Wrong(where, "the table is empty", "write a number for each category"))
        if len(where) == DEEPEST:
            wrong.append(
                Wrong(where, f"the table is nested more than {DEEPEST} deep", "leave categories out")
            )
            return None
        return tuple((str(key), _cell(value, (*where, str(key)), wrong)) for key, value in raw.items())
    try:
        return read_number(raw)
    except ValueError as fault:
        what, _, right = str(fault).partition("; ")
        if not isinstance(raw, Mapping):
            what, right = f"{quoted(raw)} is no number", number_meant(raw)
        wrong.append(Wrong(where, what, right))
        return None


Entries = tuple[tuple[str, Figure | tuple[tuple[str, Figure | tuple[tuple[str, Figure], ...]], ...]], ...]


@checked(frozen=True, kw_only=True, config=RECORD)
class Table(Common):
    """A number by category: a wage by grade, a rate by product, or nested, by grade and then product.

    - by: up to three of `grade`, `region`, `outlet` and, on transactions, `product`.
    - values: a number for each category; with several, tables inside tables in the order of `by`.
    - otherwise: the number of a category that is not in the table; with null nobody may be in such a category.
    """

    kind: ClassVar[str] = "table"
    by: tuple[Literal["grade", "region", "outlet", "product"], ...] = Field(min_length=1, max_length=DEEPEST)
    values: Annotated[Entries, BeforeValidator(_entries), Written("a table such as {A: 100, B: 200}")]
    otherwise: Figure | None

    def wrong(self) -> Iterator[Wrong]:
        """A category named twice or that does not exist on a period, values nested otherwise than `by` says."""
        yield from super().wrong()
        for index, word in enumerate(self.by):
            if word in self.by[:index]:
                yield Wrong(("by", index), f"'{word}' stands here twice", "name each once")
        if "product" in self.by and self.every == "period":
            what = "only a transaction has a product"
            yield Wrong(("by", self.by.index("product")), what, "write `every: transaction`")
        for where, depth in _depths(self.values):
            if depth != len(self.by):
                what = f"the number is nested {depth} deep, and `by` has {len(self.by)}"
                right = f"nest the table in the order of `by: [{', '.join(self.by)}]`"
                yield Wrong(("values", *where), what, right)

    def formula(self, given: Given) -> Node:
        """The number of the category."""
        return self._chosen(given, self.by, self.values)

    def _chosen(self, given: Given, by: tuple[str, ...], values: Any) -> Node:
        keys = tuple(key for key, _ in values)
        cases = [
            given.number(value, self.every, self.source)
            if isinstance(value, Number)
            else self._chosen(given, by[1:], value)
            for _, value in values
        ]
        other = None if self.otherwise is None else given.number(self.otherwise, self.every, self.source)
        return Choose(by[0], keys, tuple(cases), other, self.every)


def _depths(values: Any, where: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """Each number of a table with its categories, and how many they are."""
    if isinstance(values, Number):
        yield where, len(where)
        return
    for key, value in values:
        yield from _depths(value, (*where, key))
