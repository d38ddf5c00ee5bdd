"""Facts: what happened, read from a bank's own tables and never repaired silently."""

from policymodel.history.facts import History
from policymodel.history.mapping import Mapping, read_mapping
from policymodel.history.measures import Measure, Status, to_flow
from policymodel.history.reading import read_history
from policymodel.history.tables import TABLES

__all__ = [
    "TABLES",
    "History",
    "Mapping",
    "Measure",
    "Status",
    "read_history",
    "read_mapping",
    "to_flow",
]
