"""Rules about how pay is built: ranks alone, rates that climb without end, nothing fixed, hurdles, debts, campaigns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from policymodel.lint.climbing import climbs
from policymodel.lint.findings import Evidence, Found, Level
from policymodel.lint.rules.slopes import jumping
from policymodel.lint.subject import STILL, Subject, measure_names
from policymodel.lint.wording import fine
from policymodel.scheme import algebra
from policymodel.scheme.algebra import columns_of
from policymodel.scheme.kinds.lookups import Curve
from policymodel.scheme.kinds.pay import GradeWage, PerformanceWage
from policymodel.scheme.kinds.peers import Rank, RankAward
from policymodel.scheme.kinds.rates import Tiers
from policymodel.scheme.kinds.time import BonusBank, CarryForward, Clawback, Deferral, Draw, Guarantee
from policymodel.scheme.parameters import parameters
from policymodel.words.sentences import Sentence, say

YEAR = timedelta(days=364)


@dataclass(frozen=True)
class RankOnly:
    """A line that is earned by one's place among others alone, so that one's gain is another's loss.

    In one branch people hold back, so as not to harm their friends; far from the places that win nobody is moved.
    """

    code: ClassVar[str] = "rank_only"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say(
        "CBRC appraisal guidance 2012 (second-hand); Bandiera, Barankay & Rasul 2005"
    )
    remedy: ClassVar[Sentence] = say("Pay what is achieved; keep places for honours.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for name, record in subject.used.items():
            if isinstance(record, Rank | RankAward):
                places = say("Only the place among others counts, not what is achieved.")
                yield Found(name, places)


@dataclass(frozen=True)
class UncappedAccelerator:
    """The rate climbs with the amount, and nothing ends it: the last sale of a good year earns most of all.

    Counted are tiers whose last rate is above the first, curves whose last stretch goes on and is steeper than one
    before, and a performance wage that pays more above the target than below.
    """

    code: ClassVar[str] = "uncapped_accelerator"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say("Sedgwick 2017: no accelerators; Larkin 2014: 6 to 8 % of revenue")
    remedy: ClassVar[Sentence] = say("Cap it, or let the last rate be that of the first tier.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for climb in climbs(subject):
            rates = _rates(climb.record)
            unbounded = (
                getattr(climb.record, "cap", None) is None and subject.range(climb.node).most == np.inf
            )
            if rates is None or not unbounded or not self._steep(rates, subject):
                continue
            evidence = None
            if (seen := subject.seen(climb.node, climb.axis)) is not None and seen.number.size:
                evidence = Evidence(
                    seen.sample(seen.number > climb.pieces[-1].start), say("cases in the last piece")
                )
            yield Found(climb.pieces[-1].address, self._said(rates), evidence)
        for record in subject.used.values():
            if isinstance(record, PerformanceWage):
                shares = (record.shares.stock, record.shares.increment, record.shares.super_increment)
                rates = [float(each.value) for each in shares]
                if self._steep(rates, subject):
                    piece = record.entitlements(subject.given)["super_increment"]
                    assert isinstance(piece, algebra.Product)
                    seen = subject.seen(piece.parts[1])
                    evidence = (
                        Evidence(seen.sample(seen.number > 0), say("cases in the last piece"))
                        if seen is not None
                        else None
                    )
                    yield Found(f"{record.id}.shares.super_increment", self._said(rates), evidence)

    def _steep(self, rates: list[float], subject: Subject) -> bool:
        lowest = min((each for each in rates if each > 0), default=0.0)
        return (
            rates[-1] == max(rates)
            and bool(lowest)
            and rates[-1] > lowest * subject.settings.thresholds.steepest
        )

    def _said(self, rates: list[float]) -> Sentence:
        lowest = min(each for each in rates if each > 0)
        return say(
            "The last rate is {times} times the lowest, and nothing caps it.",
            times=fine(round(rates[-1] / lowest, 1)),
        )


def _rates(record: Any) -> list[float] | None:
    if isinstance(record, Tiers):
        return [float(each.rate.value) for each in record.tiers]
    if isinstance(record, Curve) and record.above == "extend":
        points = [(float(each.at.value), float(each.gives.value)) for each in record.points]
        return [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points) if b[0] > a[0]]
    return None


@dataclass(frozen=True)
class AllVariable:
    """Nothing of the pay is fixed: who sells nothing gets nothing."""

    code: ClassVar[str] = "all_variable"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say("FCA FG13/01 (second-hand); Directive 2013/36/EU art. 94")
    remedy: ClassVar[Sentence] = say("Pay a wage that is owed whatever is sold.")

    def find(self, subject: Subject) -> Iterator[Found]:
        if subject.items and not any(map(_is_fixed, subject.items, [subject] * len(subject.items))):
            yield Found("pay.items", say("No part of the pay is fixed."))


def _is_fixed(item: Any, subject: Subject) -> bool:
    if isinstance(item, GradeWage | Guarantee) or (isinstance(item, Draw) and item.meaning == "minimum"):
        return True
    node = subject.given.line(item.id)
    fixed = all(each.name.partition(":")[0] in STILL and ":" in each.name for each in columns_of(node))
    events = any(each.name.startswith("events:") for each in columns_of(node))
    return (fixed and not events) or subject.range(node).least > 0


@dataclass(frozen=True)
class MonthlyHurdle:
    """A hurdle that is judged by month: what is missed or passed at a month's end decides at once.

    The shortest period of a scheme is a month, so this is what a daily or weekly quota becomes here. Counted are lines
    that jump, in a scheme that is judged every month.
    """

    code: ClassVar[str] = "monthly_hurdle"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say("Tzioumis & Gee 2013; Cao, Fisman, Lin & Wang 2023")
    remedy: ClassVar[Sentence] = say("Judge by quarter or to date, or let it rise in proportion.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for name in jumping(subject) if subject.scheme.every == "month" else ():
            record = subject.scheme.lines[name]
            to_date = getattr(record, "measured", "by_itself") not in ("by_itself", "period_to_date")
            if not to_date and measure_names(subject.node(record)):
                yield Found(name, say("A hurdle is judged month by month."))


@dataclass(frozen=True)
class ShortfallCarried:
    """What falls short is added to what the next period asks."""

    code: ClassVar[str] = "shortfall_carried"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say(
        "Wells Fargo: the day's shortfall was added to the next day (second-hand)"
    )
    remedy: ClassVar[Sentence] = say("Let each period begin anew, or measure to date.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for name, record in subject.used.items():
            if isinstance(record, CarryForward) and record.carries == "shortfall":
                yield Found(f"{name}.carries", say("What falls short is added to what the next period asks."))


@dataclass(frozen=True)
class Campaign:
    """A number that holds for less than a year: a campaign beside the scheme."""

    code: ClassVar[str] = "campaign"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say(
        "CBRC appraisal guidance 2012 (second-hand); Sedgwick 2017: no campaign rewards"
    )
    remedy: ClassVar[Sentence] = say("Let it hold for the whole year, or leave it out.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for each in parameters(subject.scheme.document):
            short = [
                one
                for one in each.number.segments
                if one.first is not None
                and one.last is not None
                and one.last - one.first < YEAR
                and one.value
            ]
            if short:
                said = say(
                    "It holds from {first} to {last} only.",
                    first=str(short[0].first),
                    last=str(short[0].last),
                )
                yield Found(each.address, said)


@dataclass(frozen=True)
class NoClawback:
    """Nothing that was paid can be taken back or waits: no clawback, deferral or bonus bank, and no clause named."""

    code: ClassVar[str] = "no_clawback"
    level: ClassVar[Level] = "note"
    source: ClassVar[Sentence] = say(
        "CBRC pay guidance 2010 and CBIRC guidance on clawback 2021 (second-hand); Directive 2013/36/EU art. 94"
    )
    remedy: ClassVar[Sentence] = say("Add a clawback or a deferral, or name the clause: governance.clawback.")

    def find(self, subject: Subject) -> Iterator[Found]:
        held = any(
            isinstance(each, Clawback | Deferral | BonusBank) for each in subject.scheme.lines.values()
        )
        if subject.items and not held and subject.settings.governance.clawback is None:
            yield Found(
                "pay.items", say("Nothing that was paid can be taken back, nor is any of it held back.")
            )
