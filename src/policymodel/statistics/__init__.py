"""Statistics with their conventions said: what each counts, how it treats ties, zeros and negatives.

Where the numbers are sound and a figure still has no value (nobody, all zero, all equal), it raises
`Undefined`; a mistake in what is handed over is a plain `ValueError`. The functions of `resampling` give
an interval with the figure and are handed their chance; all others are pure.
"""

from __future__ import annotations

from policymodel.statistics.agreement import kendall_tau_b, kendall_w, spearman_rho
from policymodel.statistics.entropy import (
    atkinson,
    equally_distributed_equivalent,
    herfindahl,
    theil_l,
    theil_t,
)
from policymodel.statistics.inequality import (
    gini,
    gini_of_groups,
    lorenz,
    lorenz_at,
    palma_ratio,
    quantile_ratio,
    wolfson,
)
from policymodel.statistics.location import (
    geometric_mean,
    harmonic_mean,
    median,
    power_mean,
    quantile,
    standard_deviation,
    weighted_mean,
)
from policymodel.statistics.marking import Agreement, Severity, agreement, severities, weighted_kappa
from policymodel.statistics.ranking import average_ranks, ranks
from policymodel.statistics.resampling import (
    Interval,
    equal_groups,
    kendall,
    mean,
    spearman,
    spearman_change,
)
from policymodel.statistics.samples import Undefined

__all__ = [
    "Agreement",
    "Interval",
    "Severity",
    "Undefined",
    "agreement",
    "atkinson",
    "average_ranks",
    "equal_groups",
    "equally_distributed_equivalent",
    "geometric_mean",
    "gini",
    "gini_of_groups",
    "harmonic_mean",
    "herfindahl",
    "kendall",
    "kendall_tau_b",
    "kendall_w",
    "lorenz",
    "lorenz_at",
    "mean",
    "median",
    "palma_ratio",
    "power_mean",
    "quantile",
    "quantile_ratio",
    "ranks",
    "severities",
    "spearman",
    "spearman_change",
    "spearman_rho",
    "standard_deviation",
    "theil_l",
    "theil_t",
    "weighted_kappa",
    "weighted_mean",
    "wolfson",
]
