"""What is said where there is nothing to say: one sentence, and the section's picture and table stay away."""

from __future__ import annotations

from policymodel.words.sentences import say

NO_PAY = say("This run compares scorecards only; it has no pay scheme, so nothing here is money.")
NO_CARD = say("This run compares pay only; it has no scorecard, so there are no scores and no indicators.")
NO_GROUPS = say("No grade, outlet or region has enough people to be shown by itself.")
WITHHELD = say("Too few people to say: every figure here would be about fewer than the smallest group shown.")
