"""One person's number as a tree, from the amount back to the rows of history; no sentences here.

The tree is a view of the numbers that were scored and paid, never a second calculation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from policymodel.errors import DataGap, Problem, suggest
from policymodel.history.measures import Status
from policymodel.panel import rows_behind
from policymodel.payroll import Payments
from policymodel.scheme.algebra import Accumulate, Column, Constant, Line, Node, Round, Sum, parts_of
from policymodel.scheme.given import SCORE
from policymodel.scheme.terms import Text
from policymodel.scoring import Scores


@dataclass(frozen=True)
class Step:
    """One node for one person and period: what it is, its number, what it was made of.

    `number` is NaN where there is none and `status` says why. `rows` are the rows of history behind a column.
    `repeated` marks a step that stands in full earlier in the same tree.
    """

    node: Node
    number: float
    status: Status
    parts: tuple[Step, ...] = ()
    rows: pd.DataFrame | None = field(default=None, compare=False)
    repeated: bool = False

    @property
    def operation(self) -> str:
        """The operation's name in the algebra."""
        return type(self.node).__name__

    @property
    def title(self) -> Text | None:
        """The title of a line of the statement; None for what stands between lines."""
        return self.node.title if isinstance(self.node, Line) else None

    @property
    def source(self) -> str:
        """The clause, where the node names one."""
        return self.node.source if isinstance(self.node, Line | Constant) else ""


@dataclass(frozen=True)
class Explanation:
    """The steps behind one person's score, or behind each part of their pay."""

    design: str
    title: Text
    manager_id: str
    period: str
    currency: str
    steps: tuple[Step, ...]
    total: float
    names: Mapping[str, Mapping[str, str]] = field(compare=False, repr=False)


def explain(result: Scores | Payments, manager_id: str, period: str, *, rows: bool = True) -> Explanation:
    """Walk one person's number back to the rows; a DataGap says who or which period is not known.

    Without `rows` it ends at the figures: whose clients they come from is not told, and it is much quicker.
    """
    panel = result.panel
    labels = [each.label for each in result.periods]
    problems = []
    if manager_id not in panel.managers:
        problems.append(
            Problem(
                "manager", f"there is no '{manager_id}' in this history", suggest(manager_id, panel.managers)
            )
        )
    if period not in labels:
        problems.append(
            Problem("period", f"'{period}' was not scored", f"the periods are {', '.join(labels)}")
        )
    if problems:
        raise DataGap(result.scheme.file, problems)
    row = labels.index(period)
    manager = int(np.flatnonzero(panel.managers == manager_id)[0])
    if not panel.employed(result.periods)[row, manager]:
        raise DataGap(result.scheme.file, [Problem("manager", f"'{manager_id}' is not employed in {period}")])
    shown: set[Node] = set()

    def step(node: Node) -> Step:
        values = result.values(node)
        status = Status(int(values.status[row, manager]))
        number = float(values.number[row, manager]) if values.ok[row, manager] else float("nan")
        repeated = node in shown and bool(parts_of(node) or isinstance(node, Column))
        if repeated:
            return Step(node, number, status, repeated=True)
        shown.add(node)
        if isinstance(node, Column):
            behind = rows_behind(panel, node, manager_id, result.periods[row]) if rows else None
            return Step(node, number, status, rows=behind)
        return Step(node, number, status, tuple(step(part) for part in parts_of(node)))

    if isinstance(result, Payments):
        steps = tuple(step(node) for node in result.parts.values())
        assert result.scheme.pay is not None
        currency = result.scheme.pay.currency
        total = sum(each.number for each in steps)
    else:
        assert result.scheme.card is not None
        steps = (step(result.scheme.given.line(SCORE)),)
        currency, total = "", steps[0].number
    names = {name: measure.title for name, measure in panel.history.measures.items()}
    return Explanation(
        result.scheme.id, result.scheme.title, manager_id, period, currency, steps, total, names
    )


def earlier(step: Step) -> float:
    """For an accumulated amount: what earlier periods drew of it."""
    assert isinstance(step.node, Accumulate)
    return step.parts[0].number - step.number


def is_bookkeeping(step: Step) -> bool:
    """True for a step that only passes its one part on unchanged; a reader loses nothing without it."""
    one = len(step.parts) == 1
    same = one and step.parts[0].number == step.number
    return same and isinstance(step.node, Round | Sum)
