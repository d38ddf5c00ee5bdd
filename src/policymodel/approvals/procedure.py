"""The steps of a quarter (S6.9): who takes each, in which order, and which one person must not take together."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Literal

from policymodel.documents import read_yaml
from policymodel.errors import InputError, Problem, suggest

Part = Literal["performance", "management"]
State = Literal["computed", "reviewed", "submitted", "approved", "released", "returned"]

PARTS: tuple[Part, ...] = ("performance", "management")
"""What is computed apart: performance indicators and pay by accounting, the score by the department head."""
ORDER: tuple[State, ...] = ("computed", "reviewed", "submitted", "approved", "released")
STEPS = (*PARTS, *ORDER[1:], "returned")
FINAL = ("approved", "released")
"""The states in which figures are no longer provisional."""


@dataclass(frozen=True)
class Procedure:
    """The roles that may take each step, and groups of steps of which one person takes one in a round at most."""

    roles: Mapping[str, tuple[str, ...]]
    apart: tuple[tuple[str, ...], ...]

    @property
    def digest(self) -> str:
        """sha256 of the rules, which every entry of a register bears."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def part_of(self, role: str) -> Part | None:
        """The one part that a role computes; None where it computes none, or both."""
        found = [part for part in PARTS if role in self.roles[part]]
        return found[0] if len(found) == 1 else None

    def clash(self, step: str, name: str, taken: Iterable[tuple[str, str]]) -> str:
        """A step that the same person has taken and that must be apart from this one; empty where there is none.

        >>> S6_9.clash("approved", "  Chan  Tai Man", [("submitted", "chan tai man")])
        'submitted'
        >>> S6_9.clash("submitted", "Chan Tai Man", [("reviewed", "Chan Tai Man")])
        ''
        """
        mine = {each for each, who in taken if same_person(who) == same_person(name)}
        groups = [set(group) for group in self.apart if step in group]
        return next((each for each in STEPS if each in mine and any(each in group for group in groups)), "")


S6_9 = Procedure(
    roles={
        "performance": ("accounting",),
        "management": ("department_head",),
        "reviewed": ("corporate_department",),
        "submitted": ("corporate_department",),
        "approved": ("presidents_office",),
        "released": ("accounting",),
        "returned": ("corporate_department", "presidents_office"),
    },
    apart=(
        ("performance", "management", "reviewed", "approved"),
        ("submitted", "approved"),
        ("approved", "released"),
    ),
)
"""As S6.9 has it. The corporate department reviews and submits, which one person may do; nobody approves own work."""


def same_person(name: str) -> str:
    """A name as it is compared: wide letters, capitals and blanks make nobody another person."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def read_procedure(path: Path | str) -> Procedure:
    """Read a procedure of one's own (`params/procedures/s6_9.yaml` is the published one), or refuse it whole."""
    document = read_yaml(path)
    if not isinstance(document, dict):
        raise InputError(str(path), [Problem("", "the file must hold roles and apart")])
    problems = list(_faults(document))
    if problems:
        raise InputError(str(path), problems)
    roles = {step: tuple(who) if isinstance(who, list) else (who,) for step, who in document["roles"].items()}
    return Procedure(
        {step: roles[step] for step in STEPS}, tuple(tuple(group) for group in document["apart"])
    )


def _faults(document: dict[str, object]) -> Iterator[Problem]:
    known = ("title", "source", "roles", "apart")
    for name in document:
        if name not in known:
            yield Problem(name, "there is no such setting", suggest(name, known))
    roles, apart = document.get("roles"), document.get("apart")
    if not isinstance(roles, dict):
        yield Problem("roles", "must name the role of every step", f"the steps are {', '.join(STEPS)}")
    else:
        for step in [each for each in roles if each not in STEPS]:
            yield Problem(f"roles.{step}", "there is no such step", suggest(step, STEPS))
        for step in STEPS:
            told = roles.get(step)
            words = told if isinstance(told, list) else [told]
            if not words or not all(isinstance(each, str) and each.strip() for each in words):
                yield Problem(f"roles.{step}", "must be a role, or a list of roles")
    if not isinstance(apart, list) or not all(isinstance(each, list) for each in apart):
        yield Problem("apart", "must be a list of lists of steps", "write `apart: []` where nothing is apart")
        return
    for index, group in enumerate(apart):
        for step in [each for each in group if each not in STEPS]:
            yield Problem(f"apart[{index}]", f"'{step}' is no step", suggest(str(step), STEPS))


def pairs_apart(procedure: Procedure) -> list[tuple[str, str]]:
    """Every two steps that one person must not take both, in the order of the steps."""
    found = {
        pair for group in procedure.apart for pair in combinations(sorted(set(group), key=STEPS.index), 2)
    }
    return sorted(found, key=lambda pair: (STEPS.index(pair[0]), STEPS.index(pair[1])))
