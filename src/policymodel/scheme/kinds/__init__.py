"""The kinds a scheme file may name, written by hand; a bank's own are added by passing another dict."""

from __future__ import annotations

from policymodel.scheme.kinds.arithmetic import (
    Gate,
    LargestOf,
    Product,
    RaisedTo,
    Ratio,
    Rescaled,
    SmallestOf,
    Total,
    WeightedMean,
)
from policymodel.scheme.kinds.balanced import Objective, Perspective
from policymodel.scheme.kinds.card import (
    Assumed,
    Attainment,
    ChangeOnPeriod,
    Counted,
    Deduction,
    Group,
    Mark,
    Share,
)
from policymodel.scheme.kinds.lookups import Curve, Matrix, Steps, Table
from policymodel.scheme.kinds.pay import GradeWage, PerformanceWage
from policymodel.scheme.kinds.peers import Override, Pool, Rank, RankAward, SplitCredit, Statistic
from policymodel.scheme.kinds.plans import PremiumPlan, ProfitBonus
from policymodel.scheme.kinds.rates import Commission, FigureLine, RunningTotal, Slice, Tiers
from policymodel.scheme.kinds.record import Common, Record
from policymodel.scheme.kinds.time import (
    Advance,
    BonusBank,
    CarryForward,
    Clawback,
    Converted,
    Deferral,
    Draw,
    Guarantee,
    Proration,
    Ramp,
)

CARD_KINDS: dict[str, type[Record]] = {
    each.kind: each
    for each in (
        Attainment,
        ChangeOnPeriod,
        Share,
        Counted,
        Deduction,
        Mark,
        Assumed,
        Objective,
        Perspective,
        Group,
    )
}
PAY_KINDS: dict[str, type[Record]] = {each.kind: each for each in (GradeWage, PerformanceWage)}
GENERAL_KINDS: dict[str, type[Record]] = {
    each.kind: each
    for each in (
        *(FigureLine, Commission, Tiers, RunningTotal, Slice, Steps, Curve, Matrix, Table),
        *(Product, Total, LargestOf, SmallestOf, RaisedTo, Ratio, WeightedMean, Rescaled, Gate),
        *(Statistic, Rank, RankAward, Pool, Override, SplitCredit),
        *(Draw, Guarantee, Ramp, Advance, Clawback, Deferral, BonusBank, CarryForward, Proration, Converted),
        *(ProfitBonus, PremiumPlan),
    )
}
KINDS: dict[str, type[Record]] = {**GENERAL_KINDS, **CARD_KINDS, **PAY_KINDS}

__all__ = ["CARD_KINDS", "GENERAL_KINDS", "KINDS", "PAY_KINDS", "Common", "Record"]
