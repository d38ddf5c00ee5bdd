"""Pictures: each takes a finished page, draws, and computes nothing a reader cannot see.

The only folder that knows Altair and Vega.
"""

from policymodel.charts.card import indicators
from policymodel.charts.consequences import consequences
from policymodel.charts.drawing import Drawing
from policymodel.charts.futures import drivers, futures
from policymodel.charts.map import strategy
from policymodel.charts.markers import markers
from policymodel.charts.pay import alignment, contribution, cost
from policymodel.charts.people import bands, groups, scores
from policymodel.charts.portfolios import in_one_hand, strips

__all__ = [
    "Drawing",
    "alignment",
    "bands",
    "consequences",
    "contribution",
    "cost",
    "drivers",
    "futures",
    "groups",
    "in_one_hand",
    "indicators",
    "markers",
    "scores",
    "strategy",
    "strips",
]
