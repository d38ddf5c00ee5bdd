"""Words that findings have in common: levels, titles of lines, numbers as short as they may be, periods, counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policymodel.lint.findings import Accepted, Level, Sample
from policymodel.words.numbers import Count, Figure, Span
from policymodel.words.sentences import Sentence, Text, Value, say

LEVEL_WORDS: Mapping[Level, Sentence] = {
    "error": say("error"),
    "warning": say("warning"),
    "note": say("note"),
}


def title_of(record: Any) -> Value:
    """What a line is called."""
    return Text(dict(record.title.languages))


def fine(number: float) -> Value:
    """A number with as many decimals as its size asks for.

    >>> fine(1234.5678).render("en"), fine(0.12345).render("en"), fine(12.0).render("en")
    ('1,235', '0.1235', '12')
    """
    size = abs(number)
    digits = 0 if size >= 100 or number == round(number) else 2 if size >= 1 else 4
    return Figure(float(number), digits)


def periods_words(sample: Sample) -> Value:
    """The periods that a sample is of."""
    if sample.first == sample.last:
        return Span(sample.first)
    return say("{first} to {last}", first=Span(sample.first), last=Span(sample.last))


def accepted_words(accepted: Accepted) -> Sentence:
    """That somebody accepted a finding, when, and why."""
    who = " ".join(filter(None, (accepted.by, accepted.on)))
    if who:
        return say("Accepted ({who}), because {because}.", who=who, because=accepted.because)
    return say("Accepted, because {because}.", because=accepted.because)


def summary_words(counts: Mapping[str, int]) -> Sentence:
    """How many findings there are, by level.

    >>> summary_words({"error": 0, "warning": 2, "note": 1, "accepted": 0}).render("en")
    'Errors: 0, warnings: 2, notes: 1; accepted: 0.'
    """
    return say(
        "Errors: {errors}, warnings: {warnings}, notes: {notes}; accepted: {accepted}.",
        errors=Count(counts["error"]),
        warnings=Count(counts["warning"]),
        notes=Count(counts["note"]),
        accepted=Count(counts["accepted"]),
    )
