"""What an appraisal and pay scheme costs, whom it moves and what it rewards, before it is decided.

history = policymodel.read_history("bank/", policymodel.read_mapping("params/mappings/bank.yaml"))
panel = policymodel.build_panel(history, Period.parse("2025"), Period.parse("2024"))
scheme = policymodel.read_scheme("params/schemes/s6_profit_centre.yaml")
policymodel.pay(panel, scheme).totals()
"""

from __future__ import annotations

import importlib

__version__ = "0.1.0"

# Where each name lives. A name is brought in when it is first asked for, so that a command that scores pays
# nothing for the drawing of pages.
_DOORS = {
    "account_of": "account",
    "changes_between": "scheme.changes",
    "compare": "comparison",
    "compute": "computation",
    "Computed": "computation",
    "explain": "explanation",
    "read_mapping": "history.mapping",
    "read_history": "history.reading",
    "read_store": "history.store",
    "write_store": "history.store",
    "write_bank": "history.synthetic",
    "History": "history.facts",
    "Measure": "history.measures",
    "Status": "history.measures",
    "build_panel": "panel",
    "Panel": "panel",
    "pay": "payroll",
    "reconcile": "reconciliation",
    "Payments": "payroll",
    "score": "scoring",
    "Scores": "scoring",
    "read_scheme": "scheme.reading",
    "Scheme": "scheme.scheme",
    "open_session": "report.session",
    "open_group": "report.group",
    "read_run_file": "report.runfile",
    "run_reports": "runner.reports",
    "Draws": "draws",
    "Period": "periods",
    "InputError": "errors",
    "rule_book": "report.rule_book",
    "difference_book": "report.difference_book",
}

__all__ = [
    "Computed",
    "Draws",
    "History",
    "InputError",
    "Measure",
    "Panel",
    "Payments",
    "Period",
    "Scheme",
    "Scores",
    "Status",
    "__version__",
    "account_of",
    "build_panel",
    "changes_between",
    "compare",
    "compute",
    "difference_book",
    "explain",
    "open_group",
    "open_session",
    "pay",
    "read_history",
    "read_mapping",
    "read_run_file",
    "read_scheme",
    "read_store",
    "reconcile",
    "rule_book",
    "run_reports",
    "score",
    "write_bank",
    "write_store",
]


def __getattr__(name: str) -> object:
    if name not in _DOORS:
        raise AttributeError(f"module 'policymodel' has no attribute '{name}'")
    return getattr(importlib.import_module(f"policymodel.{_DOORS[name]}"), name)
