"""The rules of the linter, written by hand and keyed by code: one search for a code finds its rule."""

from __future__ import annotations

from typing import Any

from policymodel.lint.rules.clauses import (
    DeadClause,
    DeadGate,
    DeadLine,
    DeadTier,
    OverlappingSlices,
    ThresholdTooHigh,
    UnreachableTier,
    UnusedLine,
)
from policymodel.lint.rules.consequences import PenaltyWithoutAppeal, PunishedTwice, RuleNeverHolds
from policymodel.lint.rules.governance import NoAppeal, NotApproved, PaidBeforeReview, RecordsTooShort
from policymodel.lint.rules.measures import (
    CountedTwice,
    NoVariance,
    OneComplaintChannel,
    PointInTime,
    ProductsPerClient,
    QualityWeight,
    SmallWeight,
    TooManyMeasures,
    TooManyNumbers,
    WeightWithoutEffect,
)
from policymodel.lint.rules.pay import (
    AllVariable,
    Campaign,
    MonthlyHurdle,
    NoClawback,
    RankOnly,
    ShortfallCarried,
    UncappedAccelerator,
)
from policymodel.lint.rules.slopes import (
    Cliff,
    NegativeMarginalPay,
    NoMarginalPay,
    PaidTwice,
    UnequalSubstitutes,
)
from policymodel.lint.rules.targets import CapBelowMedian, Ratchet, TargetNotPositive

RULES: dict[str, Any] = {
    rule.code: rule
    for rule in (
        *(UnreachableTier(), OverlappingSlices(), NegativeMarginalPay(), TargetNotPositive()),
        *(PaidTwice(), CountedTwice(), NoMarginalPay(), Cliff(), CapBelowMedian(), ThresholdTooHigh()),
        *(DeadTier(), DeadGate(), DeadLine(), DeadClause(), UnusedLine()),
        *(SmallWeight(), WeightWithoutEffect(), NoVariance(), TooManyMeasures(), TooManyNumbers()),
        *(QualityWeight(), OneComplaintChannel(), PointInTime(), ProductsPerClient(), UnequalSubstitutes()),
        *(Ratchet(), RankOnly(), UncappedAccelerator(), AllVariable(), MonthlyHurdle(), ShortfallCarried()),
        *(RuleNeverHolds(), PunishedTwice(), PenaltyWithoutAppeal()),
        *(Campaign(), NoClawback(), PaidBeforeReview(), NotApproved(), NoAppeal(), RecordsTooShort()),
    )
}

__all__ = ["RULES"]
