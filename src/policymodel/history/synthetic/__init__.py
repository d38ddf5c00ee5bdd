"""A bank nobody works at: seeded, shaped on real ones, its truth known (docs/method/invented_bank.md)."""

from policymodel.history.synthetic.bank import BankSummary, write_bank
from policymodel.history.synthetic.shocks import Shocks

__all__ = ["BankSummary", "Shocks", "write_bank"]
