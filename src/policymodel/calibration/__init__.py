"""Calibration: the number of a scheme that meets a budget, and what cost, losers and spread can be had together."""

from __future__ import annotations

from policymodel.calibration.answers import Answer, meet
from policymodel.calibration.levers import Lever, changed, lever
from policymodel.calibration.pricing import Priced, costs
from policymodel.calibration.questions import Found, Question, Solution
from policymodel.calibration.solving import solve

__all__ = [
    "Answer",
    "Found",
    "Lever",
    "Priced",
    "Question",
    "Solution",
    "changed",
    "costs",
    "lever",
    "meet",
    "solve",
]
