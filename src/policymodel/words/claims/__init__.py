"""What the tables say, as sentences: each claim is computed, and says less where the tables say less.

A claim takes the page's finished tables and returns one sentence for every language. Where a run does not have
what a section is about (a card without pay, pay without a card) the claim says that in one sentence.
"""

from policymodel.words.claims.card import indicators, latest, with_target
from policymodel.words.claims.consequences import consequences
from policymodel.words.claims.markers import NO_MARKS, markers, missing_marks
from policymodel.words.claims.pay import (
    alignment,
    budget,
    contribution,
    cost,
    money,
    region_costs,
    total_cost,
)
from policymodel.words.claims.people import bands, groups, scores
from policymodel.words.claims.silence import left_out, missing
from policymodel.words.claims.strategy import arrows, strategy

__all__ = [
    "NO_MARKS",
    "alignment",
    "arrows",
    "bands",
    "budget",
    "consequences",
    "contribution",
    "cost",
    "groups",
    "indicators",
    "latest",
    "left_out",
    "markers",
    "missing",
    "missing_marks",
    "money",
    "region_costs",
    "scores",
    "strategy",
    "total_cost",
    "with_target",
]
