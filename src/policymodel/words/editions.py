"""The editions of a report: for whom each is made, as its cover says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from policymodel.words.sentences import Sentence, say

Edition = Literal["leadership", "works_council", "regional_hr", "manager"]

READERS: Mapping[Edition, Sentence] = {
    "leadership": say("for the leadership"),
    "works_council": say("for the works council"),
    "regional_hr": say("for HR of this region: holds single persons"),
    "manager": say("for this account manager alone"),
}
"""The editions in the order in which they are made; the first is always made, the others are made beside it."""

SECTIONS: Mapping[Edition, Sentence] = {
    "works_council": say("For the works council"),
    "regional_hr": say("For HR of each region: single persons, only for that region's HR"),
    "manager": say("For each account manager: a sheet a person, only for that person"),
}
"""The same over the list of an edition's pages, for whoever hands them out."""
