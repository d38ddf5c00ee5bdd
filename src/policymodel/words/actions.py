"""What rewards and penalties are called (S6.10, S6.11)."""

from __future__ import annotations

from collections.abc import Mapping

from policymodel.words.sentences import Sentence, say

ACTIONS: Mapping[str, Sentence] = {
    "commendation": say("commendation"),
    "training": say("training"),
    "promotion": say("promotion in grade"),
    "oral_warning": say("oral warning"),
    "warning": say("formal warning"),
    "public_criticism": say("public criticism"),
    "reduce_performance_wage": say("performance wage reduced"),
    "stop_performance_wage": say("performance wage stopped"),
    "reduce_base_wage": say("base wage reduced"),
    "stop_base_wage": say("base wage stopped"),
    "transfer": say("transfer to another post"),
    "lower_grade": say("lower grade"),
    "demotion": say("demotion"),
    "dismissal": say("dismissal"),
}
"""The short name of each action."""
