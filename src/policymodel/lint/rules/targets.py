"""Rules about targets and caps: what nobody can be held against, what most have passed, what follows one's own past."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from policymodel.lint.climbing import bounds
from policymodel.lint.findings import Evidence, Found, Level, Shown
from policymodel.lint.rules.clauses import NEAR
from policymodel.lint.subject import Subject
from policymodel.lint.wording import fine, title_of
from policymodel.scheme.algebra import Column, Greatest, Node, Sum
from policymodel.scheme.kinds.card import Attainment
from policymodel.scheme.kinds.pay import PerformanceWage
from policymodel.scheme.kinds.running import ZERO
from policymodel.statistics import spearman_rho
from policymodel.words.numbers import Figure, Share
from policymodel.words.sentences import Sentence, say

PATIENCE = 0.9
"""What next year is worth to somebody today (F7); an assumption, not an estimate."""
FEWEST = 5
"""People of whom a rank correlation is told."""


@dataclass(frozen=True)
class TargetNotPositive:
    """A target of zero or less, against which no share can be worked out; or a base at or below zero.

    Where a base is not above zero all income lies above the target and earns the highest share.
    """

    code: ClassVar[str] = "target_not_positive"
    level: ClassVar[Level] = "error"
    source: ClassVar[Sentence] = say("S4.1: an indicator is actual ÷ target; S6.3: the base of each line")
    remedy: ClassVar[Sentence] = say("Set the target again, or say who is not held against it.")

    def find(self, subject: Subject) -> Iterator[Found]:
        rule = subject.scheme.targets
        for name, record in subject.used.items():
            if isinstance(record, Attainment):
                target: Node = Column(f"target:{record.measure}", window="target_to_date", rule=rule)
                said = say("Some targets of “{line}” are zero or less.", line=title_of(record))
                yield from self._found(f"{name}.measure", target, said, subject)
            elif isinstance(record, PerformanceWage):
                said = say(
                    "Some bases of “{line}” are zero or less: all income there is paid as above target.",
                    line=title_of(record),
                )
                parts = (record.stock(rule), record.growth(rule))
                target = Sum(tuple(Greatest(each, ZERO) for each in parts))
                yield from self._found(f"{name}.increment", target, said, subject)

    def _found(self, address: str, target: Node, said: Sentence, subject: Subject) -> Iterator[Found]:
        seen = subject.seen(target)
        if seen is not None and (hit := seen.number <= NEAR).any():
            yield Found(address, said, Evidence(seen.sample(hit), say("cases without a target above zero")))


@dataclass(frozen=True)
class CapBelowMedian:
    """A cap that binds in more than half of the cases: the middle person already stands on it."""

    code: ClassVar[str] = "cap_below_median"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say("Misra & Nair 2011 (caps); Paruolo, Saisana & Saltelli 2013")
    remedy: ClassVar[Sentence] = say("Raise the cap above what most reach, or pay it as a condition.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for bound in bounds(subject):
            both = subject.both(bound.node, bound.at, bound.axis) if bound.way == "cap" else None
            if both is None or not subject.enough(both[0]):
                continue
            seen, cap = both
            hit = seen.number > cap + NEAR
            if hit.mean() > 0.5:
                figures = (Shown(say("median without the cap"), fine(float(np.median(seen.number)))),)
                yield Found(
                    bound.address,
                    say("The cap binds in more than half of the cases."),
                    Evidence(seen.sample(hit), say("cases in which it binds"), figures),
                )


@dataclass(frozen=True)
class Ratchet:
    """What is asked of somebody follows what they did last year, so that who does more is asked for more.

    `growth` asks last year's figure and more; a target broken down `by_base`, wholly or in a mix, is shared out by
    last year's figures (equal parts, head count and potential follow nobody's own past); a performance wage pays
    above one's own base. Where people stay, of what one more unit seems to earn (1 - d) ÷ (1 - d + d x l) is left:
    with l = 1 and next year worth d = 0.9 of this one, a tenth.
    """

    code: ClassVar[str] = "ratchet"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say("Weitzman 1980; Leone, Misra & Zimmerman 2004; Bouwens & Kroos 2011")
    remedy: ClassVar[Sentence] = say(
        "Let targets follow the market or the potential, or one's own past only in part."
    )

    def find(self, subject: Subject) -> Iterator[Found]:
        rule = subject.scheme.targets
        if rule is None:
            return
        for name, record in subject.used.items():
            if isinstance(record, PerformanceWage):
                said = say(
                    "The higher shares begin above one's own last year: what earns more now is asked for next year."
                )
                yield Found(f"{name}.increment", said)
        attained = [each for each in subject.used.values() if isinstance(each, Attainment)]
        own_past = rule.ways.get("by_base") or rule.potential in {each.measure for each in attained}
        if not attained or (rule.set_by != "growth" and not own_past):
            return
        left = Share((1 - PATIENCE) / (1 - PATIENCE + PATIENCE), 0)
        said = (
            say(
                "Targets are last year's figure and more: of what one more unit seems to earn about {left} is left.",
                left=left,
            )
            if rule.set_by == "growth"
            else say(
                "Targets are shared out by one's own last year: who does more this year is asked for more next year."
            )
        )
        address = "targets.set_by" if rule.set_by == "growth" else "targets.break_down"
        if subject.computed is None:
            yield Found(address, said)
            return
        closest = self._closest(attained, subject)
        if closest is None or closest[0] >= subject.settings.thresholds.follows:
            yield Found(address, said, closest[1] if closest is not None else None)

    def _closest(self, attained: list[Attainment], subject: Subject) -> tuple[float, Evidence] | None:
        """How closely a target follows the base, of the line where it does so most closely."""
        found: list[tuple[float, Evidence]] = []
        rule = subject.scheme.targets
        for record in attained:
            target = Column(f"target:{record.measure}", window="target_to_date", rule=rule)
            both = subject.both(target, Column(f"base:{record.measure}", window="year_to_date", rule=rule))
            if both is None:
                continue
            seen, base = both
            last = seen.period == seen.period.max(initial=0)
            if last.sum() < FEWEST or np.ptp(base[last]) == 0 or np.ptp(seen.number[last]) == 0:
                continue
            rank = spearman_rho(seen.number[last], base[last])
            figures = (
                Shown(
                    say("rank correlation of target and own last year, “{line}”", line=title_of(record)),
                    Figure(rank, 2),
                ),
            )
            found.append(
                (
                    rank,
                    Evidence(
                        seen.only(last).sample(last[last]), say("cases compared, in the last period"), figures
                    ),
                )
            )
        return max(found, key=lambda each: each[0], default=None)
