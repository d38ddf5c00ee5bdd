"""One person's number as a tree, from the amount back to the rows of history; no sentences here.

The tree is a view of the numbers that were scored and paid, never a second calculation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.computation import Computed
from policymodel.errors import DataGap, Problem, suggest
from policymodel.history.measures import COMPUTED, Status
from policymodel.panel import rows_behind
from policymodel.payroll import Payments
from policymodel.periods import Period
from policymodel.scheme.algebra import (
    Accumulate,
    Choose,
    Collect,
    Column,
    Constant,
    Line,
    Node,
    Place,
    Round,
    Sum,
    parts_of,
)
from policymodel.scheme.evaluation import evaluate
from policymodel.scheme.given import SCORE
from policymodel.scheme.terms import Text
from policymodel.scoring import Scores

KnownRows = dict[tuple[Column, Period], pd.DataFrame]
"""The rows behind one person's facts, as far as they were looked up; two designs ask for the same ones."""


@dataclass(frozen=True)
class Step:
    """One node for one person and period: what it is, its number, what it was made of.

    `number` is NaN where there is none and `status` says why. `rows` are the rows of history behind a column.
    `repeated` marks a step that stands in full earlier in the same tree. `drawn` is what earlier periods drew of an
    accumulated amount. `transaction` names the transaction that the step is seen from, below a sum over transactions.
    `unreached` marks a fact that does not apply because its time is not reached: `before` the history, or `not_over`.
    `running` marks a fact of a period's months that are over, on a day before it ends, or of as many before.
    """

    node: Node
    number: float
    status: Status
    parts: tuple[Step, ...] = ()
    rows: pd.DataFrame | None = field(default=None, compare=False)
    repeated: bool = False
    drawn: float = 0.0
    transaction: str = ""
    unreached: Literal["", "before", "not_over"] = ""
    running: bool = False

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


@dataclass(frozen=True)
class Standpoint:
    """One person in one period of a result: the number of any node, seen from there.

    With a `credit` it is seen from one transaction credited to the person. Without `rows` a tree ends at the figures:
    whose clients they come from is not told, and it is much quicker. `known` are rows of this person found before.
    """

    result: Computed
    manager_id: str
    period: Period
    row: int
    manager: int
    rows: bool = True
    credit: int | None = None
    known: KnownRows = field(default_factory=dict)

    def number(self, node: Node) -> float:
        """The node's number here, NaN where there is none."""
        number, status = self._found(node)
        return number if status in COMPUTED else float("nan")

    def status(self, node: Node) -> Status:
        """Why there is a number here, or none."""
        return self._found(node)[1]

    def _found(self, node: Node) -> tuple[float, Status]:
        """The node's number here, of whatever use, and its status."""
        values = evaluate(node, self.result.ground, self.result.known)
        here = (self.row, self.manager) if self.credit is None else (0, self.credit)
        return float(_seen(values.number, here)), Status(int(_seen(values.status, here)))

    def drawn(self, node: Accumulate) -> float:
        """What earlier periods drew of an accumulated amount."""
        values = self.result.values(node)
        before = np.where(values.ok, values.number, 0.0)[: self.row, self.manager]
        return float(before.sum())

    def category(self, node: Choose) -> str:
        """The category this person has here."""
        return str(self.result.ground.category(node.category, node.every)[self.row, self.manager])

    def credits(self) -> Iterator[tuple[str, Standpoint]]:
        """The transactions credited to the person in the period, each by its id."""
        period, manager = self.result.ground.places()
        mine = np.flatnonzero((period == self.row) & (manager == self.manager))
        ids = self.result.ground.transactions["transaction_id"]
        yield from ((str(ids[at]), replace(self, credit=int(at))) for at in mine.tolist())

    def step(self, node: Node, shown: set[Node], transaction: str = "") -> Step:
        """The node with everything below it; what is `shown` already is not told again."""
        number, status = self._found(node)
        number = number if status in COMPUTED else float("nan")
        if node in shown and bool(parts_of(node) or isinstance(node, Column)):
            return Step(node, number, status, repeated=True, transaction=transaction)
        shown.add(node)
        if isinstance(node, Column):
            rows = self._rows(node, transaction) if self.rows else None
            panel = self.result.panel
            running = node.months_over and panel.running(self.period)
            step = Step(node, number, status, rows=rows, transaction=transaction, running=running)
            if status != Status.NOT_APPLICABLE or panel.reaches(node, self.period):
                return step
            none_over = running and not self.period.months_over(panel.as_of)
            return replace(step, unreached="not_over" if none_over else "before")
        if isinstance(node, Collect):
            # every transaction has numbers of its own, so nothing of one stands in full above another
            each = tuple(here.step(node.of, set(), name) for name, here in self.credits())
            return Step(node, number, status, each)
        below = replace(self, credit=None) if isinstance(node, Place) else self
        drawn = self.drawn(node) if isinstance(node, Accumulate) else 0.0
        of = "" if isinstance(node, Place) else transaction
        parts = tuple(below.step(part, shown, of) for part in parts_of(node))
        return Step(node, number, status, parts, drawn=drawn, transaction=transaction)

    def _rows(self, column: Column, transaction: str) -> pd.DataFrame:
        panel, when = self.result.panel, self.period
        if column.name.startswith("base:") and panel.window(column, when) is not None:
            when = panel.base_year  # last year is the same from wherever it is seen
        if (column, when) not in self.known:
            self.known[column, when] = rows_behind(panel, column, self.manager_id, self.period)
        rows = self.known[column, when]
        if not transaction:
            return rows
        words = rows["name"].astype(str)
        return rows[(words == transaction) | words.str.startswith(f"{transaction} ")]


def _seen(numbers: NDArray[Any], here: tuple[int, int]) -> Any:
    """One of some numbers that may stand for whole rows or columns."""
    return numbers[tuple(0 if size == 1 else at for size, at in zip(numbers.shape, here, strict=True))]


def stand(
    result: Scores | Payments,
    manager_id: str,
    period: str,
    *,
    rows: bool = True,
    known: KnownRows | None = None,
) -> Standpoint:
    """Where one person stood in one period; a DataGap says who or which period is not known."""
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
    known = {} if known is None else known
    return Standpoint(result, manager_id, result.periods[row], row, manager, rows, known=known)


def explain(result: Scores | Payments, manager_id: str, period: str, *, rows: bool = True) -> Explanation:
    """Walk one person's number back to the rows; a DataGap says who or which period is not known.

    Without `rows` it ends at the figures: whose clients they come from is not told, and it is much quicker.
    """
    here = stand(result, manager_id, period, rows=rows)
    shown: set[Node] = set()
    if isinstance(result, Payments):
        steps = tuple(here.step(node, shown) for node in result.parts.values())
        assert result.scheme.pay is not None
        currency = result.scheme.pay.currency
        total = sum(each.number for each in steps)
    else:
        assert result.scheme.card is not None
        steps = (here.step(result.scheme.given.line(SCORE), shown),)
        currency, total = "", steps[0].number
    names = result.panel.history.titles
    return Explanation(
        result.scheme.id, result.scheme.title, manager_id, period, currency, steps, total, names
    )


def is_bookkeeping(step: Step) -> bool:
    """True for a step that only passes its one part on unchanged; a reader loses nothing without it."""
    one = len(step.parts) == 1
    same = one and step.parts[0].number == step.number
    return same and isinstance(step.node, Round | Sum)
