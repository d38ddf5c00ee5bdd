"""Why a transaction that was judged has its figure (S3.2)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from policymodel.history.suitability import Verdict
from policymodel.words.catalogues import translate
from policymodel.words.sentences import Sentence, say

WHY: Mapping[str, Sentence] = {
    Verdict.ASSESSED.name: say("the need was assessed"),
    Verdict.NOT_ASKED.name: say("no assessment is asked for"),
    Verdict.OTHER_PRODUCT.name: say("the need was assessed for another product"),
    Verdict.EXPIRED.name: say("the assessment had expired"),
    Verdict.AFTERWARDS.name: say("the need was assessed too late"),
    Verdict.BY_OTHERS.name: say("somebody else assessed the need"),
    Verdict.NEVER.name: say("the need was not assessed"),
    Verdict.NO_CLIENT.name: say("no client is named"),
    Verdict.UNKNOWN_SALE.name: say("it takes back a sale that is not here"),
    Verdict.PUT_ASIDE.name: say("an assessment was put aside"),
}


def with_why(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of history with the column `why`, blank where nothing was judged."""
    return rows.assign(why=rows["why"].fillna("") if "why" in rows else "")


def why_words(verdict: str, language: str) -> str:
    """The reason in brackets, to stand behind a figure; nothing where none was judged.

    >>> why_words("EXPIRED", "en"), why_words("", "en")
    (' (the assessment had expired)', '')
    """
    return translate(" ({why})", language, why=WHY[verdict].render(language)) if verdict else ""
