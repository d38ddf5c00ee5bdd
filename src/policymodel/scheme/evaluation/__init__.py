"""The value of every node of an expression: numbers and statuses for periods, managers and transactions."""

from __future__ import annotations

from policymodel.scheme.evaluation.arithmetic import divide
from policymodel.scheme.evaluation.ground import Ground
from policymodel.scheme.evaluation.interpreter import evaluate
from policymodel.scheme.evaluation.values import Values, combine, measured

__all__ = ["Ground", "Values", "combine", "divide", "evaluate", "measured"]
