"""Scores: a card applied to a panel, every line kept (S4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policymodel.errors import DataGap, Problem
from policymodel.history.measures import Status
from policymodel.panel import Panel
from policymodel.periods import Period
from policymodel.scheme.algebra import Node, Values, evaluate
from policymodel.scheme.kinds.lines import Group
from policymodel.scheme.scheme import Scheme


@dataclass(frozen=True)
class Scores:
    """What a card gave: each value of each node, and frames of them on request."""

    scheme: Scheme
    panel: Panel
    periods: tuple[Period, ...]
    known: dict[Node, Values]

    @property
    def total(self) -> Values:
        """The score, [period, manager]."""
        assert self.scheme.card is not None
        return self.values(self.scheme.card.total(self.scheme.targets))

    def values(self, node: Node) -> Values:
        """The kept values of a node, spread over every period and manager."""
        return spread(self.known[node], (len(self.periods), self.panel.managers.size))

    def lines(self) -> pd.DataFrame:
        """One row for each design, manager, period and line.

        Columns: points (the line's own), factor (the reweighting of its group: points shared out from lines that do
        not apply), applied_points (points x factor; 0 where the line does not apply), status (of the points).
        A group's row comes before its lines' and holds the group's bounded sum.
        """
        assert self.scheme.card is not None
        targets = self.scheme.targets
        frames = []
        for line, group in self.scheme.card.walk():
            own = self.values(line.expression(targets))
            factor = np.ones(own.number.shape)
            if isinstance(group, Group) and group.not_applicable == "reweight":
                weight = self.values(group.factor(targets))
                factor = np.where(weight.ok, weight.number, 1.0)
            columns = {
                "line": line.id,
                "group": group.id if group is not None else "",
                "points": np.where(own.ok, own.number, np.nan),
                "factor": factor,
                "applied_points": np.where(
                    own.status == Status.NOT_APPLICABLE, 0.0, np.where(own.ok, own.number * factor, np.nan)
                ),
                "status": own.status,
            }
            frames.append(self._frame(columns))
        return pd.concat(frames, ignore_index=True)

    def totals(self) -> pd.DataFrame:
        """One row for each design, manager and period: the score (NaN where it could not be made) and its status."""
        assert self.scheme.card is not None
        total = self.total
        raw = self.values(self.scheme.card.unclipped(self.scheme.targets))
        return self._frame(
            {
                "score": readable(total),
                "unclipped_score": readable(raw),
                "status": total.status,
            }
        )

    def _frame(self, columns: Mapping[str, NDArray[Any] | str]) -> pd.DataFrame:
        return person_periods(self.panel, self.periods, self.scheme.id, columns)


def score(panel: Panel, scheme: Scheme, periods: tuple[Period, ...] | None = None) -> Scores:
    """Score every manager of a panel in each period (all of the plan year's where none are named).

    Raises DataGap naming everything the scheme needs that history lacks.
    """
    periods = periods or panel.plan_year.split(scheme.months)
    if scheme.card is None:
        raise DataGap(scheme.file, [Problem("card", "the scheme has no card, so it gives no score")])
    known: dict[Node, Values] = {}
    compute(panel, scheme, periods, [scheme.card.total(scheme.targets)], known)
    for line, group in scheme.card.walk():
        compute(panel, scheme, periods, [line.expression(scheme.targets)], known)
        if isinstance(group, Group):
            compute(panel, scheme, periods, [group.factor(scheme.targets)], known)
    return Scores(scheme, panel, periods, known)


def compute(
    panel: Panel, scheme: Scheme, periods: tuple[Period, ...], nodes: list[Node], known: dict[Node, Values]
) -> None:
    """Evaluate nodes over the panel; what history lacks is gathered from all of them first."""
    gaps: list[Problem] = []
    for column in sorted(scheme.columns(), key=lambda each: each.name):
        if column not in known:
            try:
                known[column] = panel.column(column, periods)
            except DataGap as gap:
                gaps.extend(problem for problem in gap.problems if problem not in gaps)
    if gaps:
        raise DataGap(scheme.file, gaps)
    for node in nodes:
        evaluate(node, lambda column: panel.column(column, periods), known)


def readable(values: Values) -> NDArray[np.float64]:
    """The numbers of a score, NaN where there is none, without the last bits that 80.73 x 10 leaves in a float."""
    return np.where(values.ok, np.round(values.number, 9), np.nan)


def spread(values: Values, shape: tuple[int, int]) -> Values:
    """Values that are the same for everybody, written out for each."""
    return Values(np.broadcast_to(values.number, shape), np.broadcast_to(values.status, shape))


def person_periods(
    panel: Panel, periods: tuple[Period, ...], design: str, columns: Mapping[str, NDArray[Any] | str]
) -> pd.DataFrame:
    """Tidy rows for whoever is employed in a period; [period, manager] arrays become columns."""
    here: NDArray[np.bool_] = panel.employed(periods)
    period, manager = np.nonzero(here)
    labels = np.array([each.label for each in periods], dtype=object)
    frame = pd.DataFrame({"design": design, "manager_id": panel.managers[manager], "period": labels[period]})
    for name, value in columns.items():
        frame[name] = value[here] if isinstance(value, np.ndarray) else value
    return frame
