"""Lines of a scheme as clauses of a rule book: one function for each kind, by the word that a file names it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from policymodel.words.clauses import arithmetic, balanced, card, lookups, pay, peers, plans, rates, time
from policymodel.words.clauses.plan import Plan
from policymodel.words.clauses.said import Grid, Said

CLAUSES: Mapping[str, Callable[[Any, Plan], Iterator[Said] | Iterator[Said | Grid]]] = {
    "figure": rates.figure,
    "commission": rates.commission,
    "tiers": rates.tiers,
    "running_total": rates.running_total,
    "slice": rates.slice_between,
    "steps": lookups.steps,
    "curve": lookups.curve,
    "matrix": lookups.matrix,
    "table": lookups.table,
    "product": arithmetic.product,
    "total": arithmetic.total,
    "largest_of": arithmetic.largest_of,
    "smallest_of": arithmetic.smallest_of,
    "power": arithmetic.power,
    "ratio": arithmetic.ratio,
    "weighted_mean": arithmetic.weighted_mean,
    "rescaled": arithmetic.rescaled,
    "gate": arithmetic.gate,
    "statistic": peers.statistic,
    "rank": peers.rank,
    "rank_award": peers.rank_award,
    "pool": peers.pool,
    "override": peers.override,
    "split_credit": peers.split_credit,
    "draw": time.draw,
    "guarantee": time.guarantee,
    "ramp": time.ramp,
    "advance": time.advance,
    "clawback": time.clawback,
    "deferral": time.deferral,
    "bonus_bank": time.bonus_bank,
    "carry_forward": time.carry_forward,
    "proration": time.proration,
    "converted": time.converted,
    "profit_bonus": plans.profit_bonus,
    "premium_plan": plans.premium_plan,
    "attainment": card.attainment,
    "change_on_period": card.change_on_period,
    "share": card.share,
    "counted": card.counted,
    "deduction": card.deduction,
    "mark": card.mark,
    "assumed": card.assumed,
    "objective": balanced.objective,
    "perspective": balanced.perspective,
    "group": card.group,
    "grade_wage": pay.grade_wage,
    "performance_wage": pay.performance_wage,
}

__all__ = ["CLAUSES", "Grid", "Plan", "Said"]
