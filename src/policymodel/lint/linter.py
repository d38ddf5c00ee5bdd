"""Every rule over one scheme: what is found, with its place and its level; what is accepted stays listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from policymodel.computation import Computed, compute
from policymodel.lint.findings import LEVELS, Finding, Found, Level
from policymodel.lint.places import place_of
from policymodel.lint.rules import RULES
from policymodel.lint.settings import Settings
from policymodel.lint.subject import Subject
from policymodel.panel import Panel
from policymodel.scheme.scheme import Scheme
from policymodel.words.sentences import say

STALE = "stale_acceptance"
STALE_SOURCE = say("Ours: an exception nobody needs hides the next one")
STALE_REMEDY = say("Take the acceptance out of the settings.")


def lint(
    scheme: Scheme,
    settings: Settings | None = None,
    panel: Panel | None = None,
    computed: Computed | None = None,
) -> tuple[Finding, ...]:
    """What is wrong with a scheme, the gravest first; without a history only what the file alone shows.

    `computed` is what the scheme gave over the panel, where that is known already. Accepted findings come last. An
    acceptance in the settings that names this scheme and fits nothing is told as `stale_acceptance`; those that name
    no scheme may fit another one.
    """
    settings = settings or Settings()
    if computed is None and panel is not None:
        computed = compute(panel, scheme)
    found = list(_found(Subject(scheme, settings, computed)))
    return (*in_order(found), *_stale(scheme, settings, found, computed is not None))


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Open findings before accepted ones, the gravest first, in the order of the rules."""
    order = [*RULES, STALE]
    return sorted(
        findings, key=lambda each: (not each.open, -LEVELS.index(each.level), order.index(each.rule))
    )


def _found(subject: Subject) -> Iterator[Finding]:
    settings, scheme = subject.settings, subject.scheme
    for code, rule in RULES.items():
        level = settings.levels.get(code)
        if level == "off":
            continue
        for each in rule.find(subject):
            yield _accepted(_finding(code, level, each, scheme), scheme, settings)


def _finding(code: str, level: Level | None, found: Found, scheme: Scheme) -> Finding:
    rule = RULES[code]
    graveness: Level = level or found.level or rule.level
    place = place_of(scheme, found.address)
    return Finding(code, graveness, place, found.said, rule.source, rule.remedy, found.evidence)


def _accepted(finding: Finding, scheme: Scheme, settings: Settings) -> Finding:
    for each in settings.accepted:
        if each.fits(finding.rule, finding.place.address, scheme.id):
            return replace(finding, accepted=each.told())
    return finding


def _stale(scheme: Scheme, settings: Settings, found: list[Finding], history: bool) -> Iterator[Finding]:
    """Acceptances of this scheme that fit no finding; without a history many cannot be judged."""
    for each in settings.accepted:
        fits = any(each.fits(one.rule, one.place.address, scheme.id) for one in found)
        if history and each.scheme == scheme.id and not fits:
            said = say(
                "“{rule}” was accepted at {place}, and is no longer found there.",
                rule=each.rule,
                place=each.at or scheme.id,
            )
            place = replace(place_of(scheme, ""), file=settings.file, line=None, address=each.at or "")
            yield Finding(STALE, "note", place, said, STALE_SOURCE, STALE_REMEDY)


def counted(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings are open at each level, the gravest first, and how many are accepted."""
    found: dict[str, int] = dict.fromkeys(reversed(LEVELS), 0) | {"accepted": 0}
    for each in findings:
        found[each.level if each.open else "accepted"] += 1
    return found


def graver(one: Level, other: Level) -> bool:
    """Whether a level is at least as grave as another.

    >>> graver("error", "warning"), graver("note", "warning")
    (True, False)
    """
    return LEVELS.index(one) >= LEVELS.index(other)
