"""Look-ups in words: steps, payout curves, matrices, tables by category."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policymodel.scheme.biography import Number
from policymodel.scheme.kinds.lookups import Curve, Matrix, Steps, Table
from policymodel.words.clauses.plan import Plan
from policymodel.words.clauses.rates import EDGE, measured_words, multiples
from policymodel.words.clauses.said import Grid, Said, own, rule
from policymodel.words.numbers import Count
from policymodel.words.sentences import Listing, Sentence, Value, say

BELOW: Mapping[str, Sentence] = {
    "zero": say("Before the first point it gives nothing."),
    "hold": say("Before the first point it gives what the first point gives."),
    "extend": say("Before the first point the first line is drawn on."),
}
ABOVE: Mapping[str, Sentence] = {
    "zero": say("After the last point it gives nothing."),
    "hold": say("After the last point it gives what the last point gives."),
    "extend": say("After the last point the last line is drawn on."),
}
CATEGORIES: Mapping[str, Sentence] = {
    "grade": say("grade"),
    "region": say("region"),
    "outlet": say("outlet"),
    "product": say("product"),
}


def steps(line: Steps, plan: Plan) -> Iterator[Said | Grid]:
    """An amount for each step reached."""
    what = plan.quantity(line.of, line)
    told = {
        "replace": say(
            "The amount of the highest step that is reached, and of it alone: {what} decides.", what=what
        ),
        "add_up": say("The amounts of all steps that are reached, added up: {what} decides.", what=what),
        "in_proportion": say(
            "The amounts of all steps, each as far as it is filled, added up: {what} decides.", what=what
        ),
    }
    yield own(told[line.amounts], "of", "amounts")
    rows: list[tuple[Value, ...]] = []
    fills = line.amounts == "in_proportion"
    for index, step in enumerate(line.steps):
        row: tuple[Value, ...] = (Count(index + 1), plan.number(step.from_, line))
        if fills:
            after = line.steps[index + 1].from_ if index + 1 < len(line.steps) else step.to
            row += (plan.number(after, line) if after is not None else "",)
        rows.append((*row, plan.number(step.amount, line)))
    heads: tuple[Value, ...] = (say("Starts at"), say("Amount"))
    if fills:
        heads = (say("Starts at"), say("Full at"), say("Amount"))
    yield Grid(("steps",), say("Steps"), say("Step"), heads, tuple(rows))
    yield from multiples(line.thresholds_of, line, plan)
    below = plan.number(line.below, line)
    if line.amounts == "replace":
        yield rule(say("Under the first step it is {below}.", below=below), "below")
    else:
        yield rule(say("Counting begins at {below}.", below=below), "below")
    if line.edge is not None:
        yield rule(EDGE[line.edge], "edge")
    yield from measured_words(line.measured, line.on_change, plan, line.every)


def curve(line: Curve, plan: Plan) -> Iterator[Said | Grid]:
    """Straight lines between points."""
    yield own(
        say(
            "What {what} gives is read off the table; between two points on the straight line that joins them.",
            what=plan.quantity(line.of, line),
        ),
        "of",
    )
    rows = tuple((plan.number(each.at, line), plan.number(each.gives, line)) for each in line.points)
    yield Grid(("points",), say("Points of the curve"), say("At"), (say("Gives"),), rows)
    yield from multiples(line.thresholds_of, line, plan)
    yield rule(BELOW[line.below], "below")
    yield rule(ABOVE[line.above], "above")
    if line.edge == "lower":
        yield rule(say("Exactly where it jumps it gives what it came from."), "edge")
    elif line.edge == "upper":
        yield rule(say("Exactly where it jumps it gives what it goes on from."), "edge")


def matrix(line: Matrix, plan: Plan) -> Iterator[Said | Grid]:
    """A look-up in two directions."""
    values: dict[str, Value] = {
        "rows": plan.quantity(line.rows.of, line),
        "columns": plan.quantity(line.columns.of, line),
    }
    if line.between == "step":
        yield own(
            say("The table gives the amount: {rows} chooses the row and {columns} the column.", **values),
            "rows",
            "columns",
            "between",
        )
    else:
        yield own(
            say(
                "The table gives the amount: {rows} chooses the row and {columns} the column; between them on straight "
                "lines.",
                **values,
            ),
            "rows",
            "columns",
            "between",
        )
    heads = tuple(say("from {number}", number=plan.number(each, line)) for each in line.columns.from_)
    rows = tuple(
        (say("from {number}", number=plan.number(start, line)), *(plan.number(each, line) for each in cells))
        for start, cells in zip(line.rows.from_, line.values, strict=True)
    )
    corner = say("Row ╲ column")
    yield Grid(("rows", "columns", "values"), say("What each cell gives"), corner, heads, rows)
    yield rule(
        say(
            "Under the first row or before the first column it is {below}; beyond the last ones the last hold.",
            below=plan.number(line.below, line),
        ),
        "below",
    )
    if line.edge is not None:
        yield rule(EDGE[line.edge], "edge")


def table(line: Table, plan: Plan) -> Iterator[Said | Grid]:
    """A number by category."""
    by = tuple(CATEGORIES[each] for each in line.by)
    yield own(say("The table gives the number by {categories}.", categories=Listing(by)), "by")
    rows = tuple(
        (*map(plan.code, line.by, keys), plan.number(value, line)) for keys, value in _cells(line.values)
    )
    yield Grid(("values",), say("Numbers by category"), by[0], (*by[1:], say("Number")), rows)
    if line.otherwise is None:
        yield rule(say("A category that is not in the table is not allowed for."), "otherwise")
    else:
        yield rule(
            say("For every other category it is {number}.", number=plan.number(line.otherwise, line)),
            "otherwise",
        )


def _cells(values: Any, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Number]]:
    if isinstance(values, Number):
        yield keys, values
        return
    for key, value in values:
        yield from _cells(value, (*keys, key))
