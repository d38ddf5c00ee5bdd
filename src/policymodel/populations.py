"""Several schemes in one design: each plan's people by that plan's card and pay scheme (S6.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from policymodel.panel import Panel
from policymodel.payroll import Payments, pay
from policymodel.scheme.algebra import Line
from policymodel.scheme.scheme import Scheme
from policymodel.scoring import Scores, score

Both = tuple[Scheme | None, Scheme | None]
"""A card and a pay scheme."""
Schemes = Mapping[str, Both]
"""Those of each design."""


@dataclass(frozen=True)
class ScoresOfPlans(Scores):
    """A card's scores, and those of everybody under another plan by the card of that plan.

    Frames hold everybody; nodes, values and the panel are those of the design's own card and its people.
    """

    others: tuple[Scores, ...] = ()

    def lines(self) -> pd.DataFrame:
        """One row for each manager, period and line of the card they stand under."""
        return pd.concat([super().lines(), *(each.lines() for each in self.others)], ignore_index=True)

    def totals(self) -> pd.DataFrame:
        """One row for each manager and period."""
        return pd.concat([super().totals(), *(each.totals() for each in self.others)], ignore_index=True)


@dataclass(frozen=True)
class PaymentsOfPlans(Payments):
    """A scheme's payments, and those of everybody under another plan by the scheme of that plan.

    Frames hold everybody. Nodes and values are those of the design's own scheme and its people. Income is everybody's,
    on the lines of the design's own scheme, and so is the envelope: a unit's, whatever plans its people are under.
    """

    own: Payments | None = None
    others: tuple[Payments, ...] = ()

    @property
    def parts(self) -> dict[str, Line]:
        """The parts of the design's own scheme, then those that only another plan has."""
        found: dict[str, Line] = {}
        for each in self._all:
            found |= {part: node for part, node in each.parts.items() if part not in found}
        return found

    def lines(self) -> pd.DataFrame:
        """One row for each manager, period and part of the scheme they stand under."""
        return pd.concat([each.lines() for each in self._all], ignore_index=True)

    def totals(self) -> pd.DataFrame:
        """One row for each manager and period."""
        return pd.concat([each.totals() for each in self._all], ignore_index=True)

    @property
    def _all(self) -> tuple[Payments, ...]:
        assert self.own is not None
        return (self.own, *self.others)


@dataclass(frozen=True)
class Population:
    """The people of one plan, and what every design gives them by the schemes it has for that plan."""

    plan: str
    panel: Panel
    schemes: Schemes
    scores: Mapping[str, Scores] = field(default_factory=dict)
    payments: Mapping[str, Payments] = field(default_factory=dict)


def population(plan: str, panel: Panel, schemes: Schemes) -> Population:
    """Score and pay the people of a plan under every design.

    Raises DataGap for what history lacks.
    """
    scores = {design: score(panel, card) for design, (card, _) in schemes.items() if card is not None}
    payments = {design: pay(panel, scheme) for design, (_, scheme) in schemes.items() if scheme is not None}
    return Population(plan, panel, schemes, scores, payments)


def scores_of(populations: Sequence[Population]) -> dict[str, Scores]:
    """Everybody's scores under each design; the first population is the one of the designs' own plan."""
    own, *others = populations
    if not others:
        return dict(own.scores)
    return {
        design: ScoresOfPlans(
            each.scheme, each.panel, each.periods, each.known, tuple(other.scores[design] for other in others)
        )
        for design, each in own.scores.items()
    }


def payments_of(populations: Sequence[Population]) -> dict[str, Payments]:
    """Everybody's payments under each design; the first population is the one of the designs' own plan."""
    own, *others = populations
    if not others:
        return dict(own.payments)
    return {
        design: PaymentsOfPlans(
            each.scheme,
            each.panel.everybody or each.panel,
            each.periods,
            each.known,
            each,
            tuple(other.payments[design] for other in others),
        )
        for design, each in own.payments.items()
    }
