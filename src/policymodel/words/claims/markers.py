"""Claims about reviewers: who marks higher or lower than others, what is missing."""

from __future__ import annotations

from policymodel.diagnostics.markers import Marking
from policymodel.words.numbers import Count
from policymodel.words.sentences import Sentence, say, say_many

NO_MARKS = say("This history holds no marks of reviewers.")


def markers(marking: Marking) -> Sentence:
    """How many reviewers mark higher or lower than the others by more than chance explains."""
    compared = [each for each in marking.markers if each.severity is not None]
    high, low = (sum(each.off == way for each in compared) for way in (1, -1))
    if not marking.marks:
        return NO_MARKS
    if not compared:
        return say("No duty was marked by two reviewers, so nobody's marks can be held against another's.")
    if not high and not low:
        return say_many(
            "The {count} reviewer who can be compared marks as the others do.",
            "None of {count} reviewers who can be compared marks higher or lower than the others by more than chance "
            "explains.",
            len(compared),
            count=Count(len(compared)),
        )
    return say_many(
        "Of {count} reviewer who can be compared {high} marks higher and {low} lower than the others.",
        "Of {count} reviewers who can be compared {high} mark higher and {low} lower than the others, by more than "
        "chance explains.",
        len(compared),
        count=Count(len(compared)),
        high=Count(high),
        low=Count(low),
    )


def missing_marks(marking: Marking) -> Sentence:
    """How many marks were asked for and not given."""
    if not marking.missing:
        return say("All {marks} marks were given.", marks=Count(marking.marks))
    return say_many(
        "{missing} of {marks} marks is missing; a mark that was not given counts nowhere, not as zero.",
        "{missing} of {marks} marks are missing; a mark that was not given counts nowhere, not as zero.",
        marking.missing,
        missing=Count(marking.missing),
        marks=Count(marking.marks),
    )
