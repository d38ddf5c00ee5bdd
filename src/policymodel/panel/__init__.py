"""Facts become arrays: spells and months, one number and one status for every name."""

from __future__ import annotations

from policymodel.panel.panel import Panel, build_panel
from policymodel.panel.sources import rows_behind

__all__ = ["Panel", "build_panel", "rows_behind"]
