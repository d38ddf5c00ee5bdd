"""Facts become arrays: spells and months, one number and one status for every name."""

from __future__ import annotations

from policymodel.panel.ground import Ground
from policymodel.panel.panel import Panel, build_panel
from policymodel.panel.sources import records_counted, rows_behind

__all__ = ["Ground", "Panel", "build_panel", "records_counted", "rows_behind"]
