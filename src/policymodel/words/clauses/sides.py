"""The side figures of lines in words: what is owed under a draw, the rate reached in tiers …"""

from __future__ import annotations

from collections.abc import Mapping

from policymodel.words.sentences import Sentence, Value, say

SIDES: Mapping[str, Sentence] = {
    "gate.open": say("whether {line} is open (1 or 0)"),
    "pool.share": say("the share in {line}"),
    "pool.unspent": say("what is left of {line}"),
    "override.base": say("the team's sum under {line}"),
    "draw.drawn": say("what is drawn under {line}"),
    "draw.recovered": say("what is recovered under {line}"),
    "draw.owed": say("what is owed under {line}"),
    "advance.advance": say("what is advanced under {line}"),
    "advance.part": say("one later part under {line}"),
    "advance.rest": say("what is not advanced under {line}"),
    "advance.outstanding": say("what is outstanding under {line}"),
    "clawback.reclaimed": say("what is reclaimed under {line}"),
    "clawback.per_period": say("what one unit of time earns under {line}"),
    "deferral.outstanding": say("what is awarded under {line} and not yet paid"),
    "bonus_bank.before": say("the balance of {line} before payment"),
    "bonus_bank.bank": say("the balance of {line} after payment"),
    "carry_forward.carried": say("what {line} carries on"),
    "proration.factor": say("the factor of {line}"),
    "profit_bonus.tax": say("the tax that goes with {line}"),
    "premium_plan.time_wages": say("the time wages of {line}"),
    "premium_plan.bonus": say("the premium of {line}"),
    "premium_plan.effective_rate": say("the pay for one unit of time under {line}"),
    "tiers.rate": say("the rate reached in {line}"),
    "tiers.slice": say("the amount in tier {number} of {line}"),
    "tiers.tier": say("what tier {number} of {line} earns"),
    "attainment.share": say("the attainment of {line}"),
    "objective.counted": say("the part of the weight whose scores count in {line}"),
    "perspective.share": say("the weighted mean of {line}"),
    "performance_wage.stock": say("the part of {line} for the stock"),
    "performance_wage.increment": say("the part of {line} for the increment"),
    "performance_wage.super_increment": say("the part of {line} for what exceeds the target"),
}
"""By the kind and the figure; tiers number theirs."""


def side_words(kind: str, side: str, line: Value) -> Sentence:
    """A side figure of a line."""
    word, _, number = side.rpartition("_")
    if kind == "tiers" and number.isdigit():
        return say(SIDES[f"tiers.{word}"].message, line=line, number=number)
    return say(SIDES[f"{kind}.{side}"].message, line=line)
