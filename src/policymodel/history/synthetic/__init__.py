"""A bank nobody works at: seeded, shaped on real ones, its truth known (docs/method/invented_bank.md)."""

from policymodel.history.synthetic.bank import FIGURES, BankSummary, write_bank
from policymodel.history.synthetic.shocks import Shocks

__all__ = ["FIGURES", "BankSummary", "Shocks", "write_bank"]
