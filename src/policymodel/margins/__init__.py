"""Margins: what one more unit of a measure is worth, exactly, on both sides of where a person stands."""

from __future__ import annotations

from policymodel.margins.curves import payout_curve
from policymodel.margins.slopes import slopes, slopes_of

__all__ = ["payout_curve", "slopes", "slopes_of"]
