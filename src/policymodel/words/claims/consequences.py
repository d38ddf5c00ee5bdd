"""What luck alone means for a reward or a penalty, in words."""

from __future__ import annotations

from collections.abc import Mapping

from policymodel.words.sentences import Sentence, say

NULLS: Mapping[str, Sentence] = {
    "scores": say(
        "Luck alone, for a rule about scores: the region's people do not differ, and the scores of each period are "
        "dealt anew among them."
    ),
    "events": say(
        "Luck alone, for a rule about events: everybody causes them at the region's mean rate for the days employed "
        "(Poisson)."
    ),
}
"""The null hypotheses."""
