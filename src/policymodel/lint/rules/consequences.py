"""Rules about rewards and penalties: one that never holds, one without a way to object, one fact punished twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from policymodel.lint.findings import Found, Level
from policymodel.lint.subject import Subject
from policymodel.periods import MONTHS_OF
from policymodel.scheme.consequences import EventsWhen, Penalty, Rule, ScoreWhen
from policymodel.scheme.given import SCORE
from policymodel.scheme.kinds.card import Deduction
from policymodel.words.numbers import Count
from policymodel.words.sentences import Sentence, Text, say


def _rules(subject: Subject) -> tuple[Rule, ...]:
    return subject.scheme.consequences.rules if subject.scheme.consequences is not None else ()


@dataclass(frozen=True)
class RuleNeverHolds:
    """A reward or a penalty that nobody can come to: no score reaches it, no year is long enough, no event is known.

    With a history each kind of event that it does not have is told, which finds a misspelt one.
    """

    code: ClassVar[str] = "rule_never_holds"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say(
        "Ours: a rule that never holds is read, feared and remembered for nothing"
    )
    remedy: ClassVar[Sentence] = say("Leave it out, or set it where it can hold.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for rule in _rules(subject):
            if isinstance(rule.when, ScoreWhen):
                yield from self._scores(rule, rule.when, subject)
            elif isinstance(rule.when, EventsWhen) and subject.panel is not None:
                there = set(subject.panel.history.tables["events"]["event"])
                for place, event in enumerate(rule.when.events):
                    if event not in there:
                        said = say("The history has no event “{event}”.", event=event)
                        yield Found(f"{rule.id}.when.events[{place}]", said)

    def _scores(self, rule: Rule, when: ScoreWhen, subject: Subject) -> Iterator[Found]:
        possible = subject.range(subject.given.line(SCORE))
        limit, a_year = float(when.limit.value), 12 // MONTHS_OF[subject.scheme.every]
        if when.score == "below" and limit <= possible.least:
            yield Found(f"{rule.id}.when.limit", say("Whatever the facts, no score is below it."))
        elif when.score == "at_least" and limit > possible.most:
            yield Found(f"{rule.id}.when.limit", say("Whatever the facts, no score reaches it."))
        if when.periods.value > a_year:
            said = say(
                "A plan year has {count} periods, and the count begins anew with it.", count=Count(a_year)
            )
            yield Found(f"{rule.id}.when.periods", said)


@dataclass(frozen=True)
class PenaltyWithoutAppeal:
    """A penalty of which neither the rule nor the settings say how somebody objects (`governance.appeal`)."""

    code: ClassVar[str] = "penalty_without_appeal"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say("MAS Notice FAA-N20: appeals")
    remedy: ClassVar[Sentence] = say("Write where and by when somebody objects: `appeal:` in the rule.")

    def find(self, subject: Subject) -> Iterator[Found]:
        if subject.settings.governance.appeal is not None:
            return
        for rule in _rules(subject):
            if isinstance(rule, Penalty) and rule.appeal is None:
                yield Found(rule.id, say("Nothing says how somebody objects to this penalty."))


@dataclass(frozen=True)
class PunishedTwice:
    """One event with two penalties: it costs points on the card and leads to a penalty, or two rules punish it.

    The source does it itself: a verified complaint costs points (S4.3) and is a reason for a penalty (S6.11).
    """

    code: ClassVar[str] = "punished_twice"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say("Ours: one fact, one penalty (ne bis in idem)")
    remedy: ClassVar[Sentence] = say("Decide which of the two is meant, or say in the rule that both are.")

    def find(self, subject: Subject) -> Iterator[Found]:
        costs = {line.event: line for line, _ in subject.on_card if isinstance(line, Deduction)}
        punished: dict[str, Rule] = {}
        for rule in _rules(subject):
            if not isinstance(rule, Penalty) or not isinstance(rule.when, EventsWhen):
                continue
            for place, event in enumerate(rule.when.events):
                other = costs.get(event) or punished.get(event)
                if other is not None:
                    title = Text(dict(other.title.languages))
                    said = say("“{event}” costs something by “{line}” already.", event=event, line=title)
                    yield Found(f"{rule.id}.when.events[{place}]", said)
                punished.setdefault(event, rule)
