"""Clients to managers (S6.7, S6.8): classes, kinds of portfolio, and a proposal that keeps every hard rule."""

from policymodel.allocation.book import SEPARATE_PLAN, Book, book_of, home_regions
from policymodel.allocation.checking import Violation, violations
from policymodel.allocation.clashes import Clash, clashes, clashes_between
from policymodel.allocation.rules import KINDS, Rules, read_rules
from policymodel.allocation.solving import Allocation, Solved, allocate

__all__ = [
    "KINDS",
    "SEPARATE_PLAN",
    "Allocation",
    "Book",
    "Clash",
    "Rules",
    "Solved",
    "Violation",
    "allocate",
    "book_of",
    "clashes",
    "clashes_between",
    "home_regions",
    "read_rules",
    "violations",
]
