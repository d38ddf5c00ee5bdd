"""A finding: which rule, how grave, where in which file, in which words, and what history shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol

from policymodel.words.sentences import Sentence, Value

Level = Literal["note", "warning", "error"]
LEVELS: tuple[Level, ...] = ("note", "warning", "error")
"""From the mildest to the gravest."""


@dataclass(frozen=True)
class Place:
    """Where a finding is: the file and its line, the address of the setting, the clause it stands under."""

    file: str
    line: int | None
    address: str
    clause: str


@dataclass(frozen=True)
class Sample:
    """What a finding rests on: people and cases (a person in a period, or a credit), and of each how many are hit."""

    people: int
    cases: int
    hit_people: int
    hit_cases: int
    first: str
    last: str

    @property
    def share(self) -> float:
        """The share of cases that are hit."""
        return self.hit_cases / self.cases if self.cases else 0.0


@dataclass(frozen=True)
class Shown:
    """One more figure of the evidence under its name; what is `private` is about so few that no page shows it."""

    label: Sentence
    value: Value
    private: bool = False


@dataclass(frozen=True)
class Evidence:
    """What history shows: the sample, what its hit cases are, and further figures."""

    sample: Sample
    hit: Sentence
    figures: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Accepted:
    """That somebody lives with a finding, and why."""

    because: Value
    by: str = ""
    on: str = ""


@dataclass(frozen=True)
class Found:
    """What a rule finds: the address of the setting (of the file itself where it is ""), the sentence, the evidence."""

    address: str
    said: Value
    evidence: Evidence | None = None
    level: Level | None = None


@dataclass(frozen=True)
class Finding:
    """What a rule found, with the place in the file; an accepted one stays listed."""

    rule: str
    level: Level
    place: Place
    said: Value
    source: Value
    remedy: Value
    evidence: Evidence | None = None
    accepted: Accepted | None = field(default=None)

    @property
    def open(self) -> bool:
        """Whether nobody has accepted it."""
        return self.accepted is None


class Rule(Protocol):
    """One rule: its code, how grave, by whose authority, what to do; `find` says where a scheme breaks it."""

    code: ClassVar[str]
    level: ClassVar[Level]
    source: ClassVar[Sentence]
    remedy: ClassVar[Sentence]
