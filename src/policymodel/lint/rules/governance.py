"""Rules about what a scheme file does not say of itself: who approved it, when it is paid, how people object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from policymodel.lint.findings import Found, Level
from policymodel.lint.subject import Subject
from policymodel.words.numbers import Figure
from policymodel.words.sentences import Sentence, say


@dataclass(frozen=True)
class NotApproved:
    """Nothing says who approved the scheme and when (`governance.approved`)."""

    code: ClassVar[str] = "not_approved"
    level: ClassVar[Level] = "note"
    source: ClassVar[Sentence] = say(
        "Financial Consumer Protection Act (Taiwan) art. 11-1; EBA/GL/2016/06, 3.4"
    )
    remedy: ClassVar[Sentence] = say("Write who approved it and when: governance.approved.")

    def find(self, subject: Subject) -> Iterator[Found]:
        if subject.settings.governance.approved is None:
            yield Found("", say("Neither the file nor the settings say who approved it and when."))


@dataclass(frozen=True)
class PaidBeforeReview:
    """Nothing says that pay is paid only after somebody has reviewed it (`governance.paid_after_review`)."""

    code: ClassVar[str] = "paid_before_review"
    level: ClassVar[Level] = "note"
    source: ClassVar[Sentence] = say("S6.9: only after approval is performance income paid")
    remedy: ClassVar[Sentence] = say(
        "Name the clause that has pay reviewed first: governance.paid_after_review."
    )

    def find(self, subject: Subject) -> Iterator[Found]:
        if subject.items and subject.settings.governance.paid_after_review is None:
            yield Found(
                "pay.items",
                say("Neither the file nor the settings say that pay is reviewed before it is paid."),
            )


@dataclass(frozen=True)
class NoAppeal:
    """Nothing says how somebody objects to a score or a pay (`governance.appeal`)."""

    code: ClassVar[str] = "no_appeal"
    level: ClassVar[Level] = "note"
    source: ClassVar[Sentence] = say("MAS Notice FAA-N20: appeals")
    remedy: ClassVar[Sentence] = say("Name the clause by which people object: governance.appeal.")

    def find(self, subject: Subject) -> Iterator[Found]:
        if subject.settings.governance.appeal is None:
            yield Found("", say("Neither the file nor the settings say how people object to a result."))


@dataclass(frozen=True)
class RecordsTooShort:
    """Nothing says that records are kept for years, or for too few (`governance.records_years`)."""

    code: ClassVar[str] = "records_too_short"
    level: ClassVar[Level] = "note"
    source: ClassVar[Sentence] = say("EBA/GL/2016/06, 2.1: five years")
    remedy: ClassVar[Sentence] = say("Write for how many years records are kept: governance.records_years.")

    def find(self, subject: Subject) -> Iterator[Found]:
        kept, least = subject.settings.governance.records_years, subject.settings.thresholds.records
        if kept is None or kept < least:
            yield Found(
                "",
                say(
                    "Neither the file nor the settings say that records are kept for {years} years.",
                    years=Figure(least, 0),
                ),
            )
