"""A bank nobody works at: seeded, shaped on real ones, its truth known (docs/method/invented_bank.md)."""

from policymodel.history.synthetic.bank import FIGURES, BankSummary, write_bank

__all__ = ["FIGURES", "BankSummary", "write_bank"]
