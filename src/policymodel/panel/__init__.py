"""Facts become arrays: spells and months, one number and one status for every name."""

from __future__ import annotations

from policymodel.panel.ground import Ground
from policymodel.panel.panel import Panel, build_panel
from policymodel.panel.plans import ORDINARY, plans_here, plans_of, under_plans
from policymodel.panel.sources import records_counted, rows_behind

__all__ = [
    "ORDINARY",
    "Ground",
    "Panel",
    "build_panel",
    "plans_here",
    "plans_of",
    "records_counted",
    "rows_behind",
    "under_plans",
]
