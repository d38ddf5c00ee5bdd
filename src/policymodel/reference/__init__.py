"""The reference calculator: every kind worked out literally, in fractions, sharing no formula with the engine."""

from __future__ import annotations

from policymodel.reference.numbers import Missing, Value
from policymodel.reference.reading import read_rows, rows_of
from policymodel.reference.reckon import Reckoned, reckon
from policymodel.reference.rows import Rows

__all__ = ["Missing", "Reckoned", "Rows", "Value", "read_rows", "reckon", "rows_of"]
