"""Scores: a card applied to a panel, every line kept (S4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from policymodel.computation import Computed, readable, worked_out
from policymodel.errors import DataGap, Problem
from policymodel.history.measures import Status
from policymodel.panel import Panel
from policymodel.periods import Period
from policymodel.scheme.algebra import Node
from policymodel.scheme.evaluation import Values
from policymodel.scheme.given import SCORE
from policymodel.scheme.kinds.card import Group
from policymodel.scheme.scheme import Scheme


@dataclass(frozen=True)
class Scores(Computed):
    """What a card gave: each value of each node, and frames of them on request."""

    @property
    def total(self) -> Values:
        """The score, [period, manager]."""
        return self.values(self.scheme.given.line(SCORE))

    def lines(self) -> pd.DataFrame:
        """One row for each design, manager, period and line.

        Columns: points (the line's own), factor (the reweighting of its group: points shared out from lines that do
        not apply), applied_points (points x factor; 0 where the line does not apply), status (of the points).
        A group's row comes before its lines' and holds the group's bounded sum.
        """
        assert self.scheme.card is not None
        frames = []
        for line, group in self.scheme.card.walk():
            own = self.values(self.scheme.given.over_period(line.id))
            factor = np.ones(own.number.shape)
            if isinstance(group, Group) and group.not_applicable == "reweight":
                weight = self.values(group.factor(self.scheme.given))
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
        raw = self.values(self.scheme.card.unclipped(self.scheme.given))
        return self._frame(
            {
                "score": readable(total),
                "unclipped_score": readable(raw),
                "status": total.status,
            }
        )


def score(panel: Panel, scheme: Scheme, periods: tuple[Period, ...] | None = None) -> Scores:
    """Score every manager of a panel in each period (all of the plan year's where none are named).

    Raises DataGap naming everything the scheme needs that history lacks.
    """
    periods = periods or panel.begun(panel.plan_year.split(scheme.months))
    if scheme.card is None:
        raise DataGap(scheme.file, [Problem("card", "the scheme has no card, so it gives no score")])
    lines: dict[str, Node] = {SCORE: scheme.given.line(SCORE)}
    lines |= {line.id: scheme.given.over_period(line.id) for line, _ in scheme.card.walk()}
    return Scores(scheme, panel, periods, worked_out(panel, scheme, periods, lines))
