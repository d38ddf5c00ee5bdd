"""Pictures: each takes a finished page, draws, and computes nothing a reader cannot see.

The only folder that knows Altair and Vega.
"""

from policymodel.charts.drawing import Drawing
from policymodel.charts.group import alignment
from policymodel.charts.region import bands, contribution, cost, groups, indicators, scores

__all__ = ["Drawing", "alignment", "bands", "contribution", "cost", "groups", "indicators", "scores"]
