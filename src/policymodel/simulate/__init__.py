"""Futures: the history aged to next year, what happens drawn again and again, what is asked by the scheme's own rule.

What is slow to load is imported from where it stands (`policymodel.simulate.running`).
"""

from __future__ import annotations

from policymodel.simulate.assumptions import Assumed, Assumptions, read_assumptions

__all__ = ["Assumed", "Assumptions", "read_assumptions"]
