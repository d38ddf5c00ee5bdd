"""Which of a region's figures are approved: its own, computed now, held against the register (S6.9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

import pandas as pd

from policymodel.approvals.figures import figures_digest, figures_of
from policymodel.approvals.register import SHORT, Register, sound_register
from policymodel.computation import Computed
from policymodel.payroll import Payments
from policymodel.populations import PaymentsOfPlans, ScoresOfPlans
from policymodel.report.runfile import RunFile
from policymodel.scoring import Scores
from policymodel.words.procedure import STATES


class Told(Protocol):
    """What the table is made from: a session, or whatever has its parts."""

    @property
    def run(self) -> RunFile:
        """The run file."""

    @property
    def region(self) -> str:
        """The region's name."""

    @property
    def scores(self) -> Mapping[str, Scores]:
        """Scores by design."""

    @property
    def payments(self) -> Mapping[str, Payments]:
        """Payments by design."""


def quarters(session: Told) -> pd.DataFrame:
    """One row for each design, period and what it gives (pay, score): where the register has it; empty without one.

    Columns: state (of the last round; "" where there is none), same (the figures approved are those computed here,
    every line of every person), entries and head (how many entries the register had, and the last one's hash).
    """
    if session.run.approvals is None:
        return pd.DataFrame(columns=["design", "what", "period", "state", "same", "entries", "head"])
    register = sound_register(session.run.approvals)
    rows = [
        {"design": design, "what": what, **row}
        for what, results in (("pay", session.payments), ("score", session.scores))
        for design, result in results.items()
        for computed in _by_plan(result)
        for row in _rows(register, session.region, computed)
    ]
    return _least(pd.DataFrame(rows)).assign(entries=len(register.entries), head=register.head[:SHORT])


def _by_plan(result: Computed) -> tuple[Computed, ...]:
    """What a design gives the people of each plan, each by its own scheme (S6.8)."""
    if isinstance(result, PaymentsOfPlans) and result.own is not None:
        return (result.own, *result.others)
    return (result, *result.others) if isinstance(result, ScoresOfPlans) else (result,)


def _least(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each design, period and what it gives: of several plans the one that has come least far."""
    rank = rows["state"].map(STATES.index) * 2 + rows["same"]
    return rows.loc[rank.groupby([rows[each] for each in ("design", "what", "period")], sort=False).idxmin()]


def _rows(register: Register, region: str, computed: Computed) -> Iterator[dict[str, object]]:
    for period in computed.periods:
        quarter = register.quarter(region, period.label, computed.scheme.id)
        same = False
        if quarter.final:
            now = {part: figures_digest(each) for part, each in figures_of(computed, period).items()}
            same = all(quarter.figures.get(part) == digest for part, digest in now.items())
        yield {"period": period.label, "state": quarter.state or "", "same": same}
