"""Lowering: many designs become one plan, in which what they have in common is worked out once."""

from __future__ import annotations

from policymodel.lowering.arrays import Arrays
from policymodel.lowering.plan import Plan, Stacked, lower
from policymodel.lowering.windows import Positions

__all__ = ["Arrays", "Plan", "Positions", "Stacked", "lower"]
