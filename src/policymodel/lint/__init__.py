"""The linter: what is wrong with a scheme as a scheme, by rules with a source, and what history shows of it."""

from __future__ import annotations

from policymodel.lint.findings import LEVELS, Evidence, Finding, Place, Sample
from policymodel.lint.linter import lint
from policymodel.lint.rules import RULES
from policymodel.lint.settings import Settings, read_settings

__all__ = [
    "LEVELS",
    "RULES",
    "Evidence",
    "Finding",
    "Place",
    "Sample",
    "Settings",
    "lint",
    "read_settings",
]
