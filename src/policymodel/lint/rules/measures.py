"""Rules about what is measured: too much, too lightly, at one moment, without quality, twice, or without effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from policymodel.lint.findings import Evidence, Found, Level, Shown
from policymodel.lint.rules.slopes import measure_words
from policymodel.lint.subject import Numbers, Seen, Subject, measure_names, own_nodes
from policymodel.lint.wording import fine
from policymodel.scheme.algebra import Column, Sum, nodes_of
from policymodel.scheme.given import SCORE
from policymodel.scheme.kinds.arithmetic import WeightedMean
from policymodel.scheme.kinds.balanced import Objective, Perspective
from policymodel.scheme.kinds.card import (
    Attainment,
    ChangeOnPeriod,
    Counted,
    Deduction,
    Group,
)
from policymodel.scheme.kinds.pay import PerformanceWage
from policymodel.scheme.parameters import parameters
from policymodel.scheme.terms import Number
from policymodel.statistics import spearman_rho
from policymodel.words.numbers import Count, Figure, Share
from policymodel.words.sentences import Sentence, say

QUALITY = ("compliance", "risk")


@dataclass(frozen=True)
class SmallWeight:
    """A line that weighs so little among its neighbours that nobody will work for it.

    Neighbours are the lines with points in the same group (or at the top of the card), or the values of one mean.
    """

    code: ClassVar[str] = "small_weight"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say("Performio: below 20 % is sub-optimal; 10 % and 15 % are used too")
    remedy: ClassVar[Sentence] = say("Give it weight, join it with another line, or leave it out.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for address, share in self._shares(subject):
            if share < subject.settings.thresholds.small_weight:
                yield Found(address, say("It weighs {share} of its group.", share=Share(share)))

    def _shares(self, subject: Subject) -> Iterator[tuple[str, float]]:
        by_group: dict[str, list[Any]] = {}
        for line, group in subject.on_card:
            if has_points(line):
                by_group.setdefault(group.id if group is not None else "", []).append(line)
        for lines in by_group.values():
            whole = sum(float(abs(line.points.value)) for line in lines)
            yield from (
                (f"{line.id}.points", float(abs(line.points.value)) / whole) for line in lines if whole
            )
        for record in subject.used.values():
            if isinstance(record, Objective | Perspective | WeightedMean):
                whole = sum(float(each.weight.value) for each in record.of)
                for index, each in enumerate(record.of):
                    yield f"{record.id}.of[{index}].weight", float(each.weight.value) / whole


@dataclass(frozen=True)
class TooManyMeasures:
    """More measures decide pay, or more lines make a score, than people can work for at once.

    Scorecards of banks are broader than pay plans by regulation, so the two have thresholds of their own; bonuses and
    deductions count as lines.
    """

    code: ClassVar[str] = "too_many_measures"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say(
        "WorldatWork, ECSELL: three at most; 71 % of firms use three or fewer (second-hand)"
    )
    remedy: ClassVar[Sentence] = say("Keep those that decide, and report the others without points.")

    def find(self, subject: Subject) -> Iterator[Found]:
        limits = subject.settings.thresholds
        if subject.items:
            paid = {
                name
                for item in subject.items
                for name in measure_names(subject.given.line(item.id), through_score=False)
            }
            if len(paid) > limits.pay_measures:
                yield Found(
                    "pay.items", self._said(len(paid), say("measures decide pay"), limits.pay_measures)
                )
        if len(subject.on_card) > limits.card_lines:
            yield Found(
                "card.lines", self._said(len(subject.on_card), say("lines make the score"), limits.card_lines)
            )

    def _said(self, many: int, what: Sentence, most: float) -> Sentence:
        return say(
            "{many} {what}; the threshold is {most}.", many=Count(many), what=what, most=Figure(most, 0)
        )


@dataclass(frozen=True)
class TooManyNumbers:
    """More numbers than anybody remembers are needed to work out a score or a pay by hand.

    A table (wages by grade) counts once, since everybody needs one number of it; 0 and 1 need not be remembered. Rules
    for rewards and penalties change neither score nor pay and are not counted.
    """

    code: ClassVar[str] = "too_many_numbers"
    level: ClassVar[Level] = "note"
    source: ClassVar[Sentence] = say("Ours: nobody works out what nobody remembers")
    remedy: ClassVar[Sentence] = say("Let equal numbers be one, and round what need not be exact.")

    def find(self, subject: Subject) -> Iterator[Found]:
        document = {key: each for key, each in subject.scheme.document.items() if key != "consequences"}
        every = parameters(document)
        known = {_once(each.address) for each in every if each.value not in (0, 1)}
        most = subject.settings.thresholds.numbers
        if len(known) > most:
            said = say(
                "It has {many} numbers to know; the threshold is {most}.",
                many=Count(len(known)),
                most=Figure(most, 0),
            )
            yield Found("", said)


def _once(address: str) -> str:
    for table in (".monthly.", ".values", ".factors"):
        address = address.partition(table)[0]
    return address


@dataclass(frozen=True)
class QualityWeight:
    """Compliance and risk weigh too little among the points, or nothing; what is only deducted does not weigh.

    Classes come from the mapping (`regulator_class`) or from the settings (`measures.quality`); marks of a reviewer
    count as what their measure is classed, and assumed points do not count. Without a history or a class nothing is
    said.
    """

    code: ClassVar[str] = "quality_weight"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say(
        "CBRC appraisal guidance 2012 (second-hand); EBA/GL/2016/06; Regulation (EU) 2017/565 art. 27; Sedgwick 2017"
    )
    remedy: ClassVar[Sentence] = say("Give quality, compliance or risk points of their own.")

    def find(self, subject: Subject) -> Iterator[Found]:
        weights = dict(_weights(subject))
        whole = sum(weights.values())
        if not whole or not (subject.measures or subject.settings.measures.quality):
            return
        share = sum(points for line, points in weights.items() if self._is_quality(subject, line)) / whole
        least = subject.settings.thresholds.quality
        if share < least:
            said = say(
                "Compliance and risk weigh {share} of the points; the threshold is {least}. Deductions do not weigh.",
                share=Share(share),
                least=Share(least, 0),
            )
            yield Found("card.lines", said)

    def _is_quality(self, subject: Subject, line: str) -> bool:
        names = measure_names(subject.node(subject.scheme.lines[line]))
        classes = {getattr(subject.measures.get(each), "regulator_class", None) for each in names}
        named = set(subject.settings.measures.quality)
        return bool(names & named) or bool(classes & set(QUALITY))


def has_points(line: Any) -> bool:
    """Whether a line says what it is worth as one number; the points of a curve are places."""
    return isinstance(getattr(line, "points", None), Number)


def _weights(subject: Subject) -> Iterator[tuple[str, float]]:
    """The points of each line of the card that can earn some; counted lines weigh what their group's cap leaves."""
    groups: dict[str, tuple[Any, list[Any]]] = {}
    for line, group in subject.on_card:
        if has_points(line) and line.kind != "assumed":
            yield line.id, float(abs(line.points.value))
        elif isinstance(line, Counted) and isinstance(group, Group) and group.cap is not None:
            groups.setdefault(group.id, (group, []))[1].append(line)
    for group, lines in groups.values():
        fixed = sum(float(each.points.value) for each in group.lines if has_points(each))
        for line in lines:
            yield line.id, max(float(group.cap.value) - fixed, 0.0) / len(lines)


@dataclass(frozen=True)
class PointInTime:
    """A volume judged by its state on one day, which can be moved there for that day.

    A stock that is read at the period's end; or a measure that the settings call a balance (`measures.balances`): net
    new deposits are the difference of two balances at month ends, so what is brought in on the last day counts whole.
    """

    code: ClassVar[str] = "point_in_time"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say(
        "CBRC appraisal guidance 2012 and notice on deposit deviation (second-hand); Cao, Fisman, Lin & Wang 2023"
    )
    remedy: ClassVar[Sentence] = say("Read the mean of the months, or of the days where the bank keeps them.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for name, record in subject.used.items():
            if not isinstance(record, Attainment | ChangeOnPeriod) and record.kind not in (
                "commission",
                "tiers",
                "steps",
                "curve",
            ):
                continue
            columns = [each for each in own_nodes(subject.node(record)) if isinstance(each, Column)]
            for measure in sorted({each.name for each in columns if _at_a_point(each, subject)}):
                words = measure_words(subject, measure)
                if measure in subject.settings.measures.balances:
                    said = say("{measure} is a difference of balances on two days.", measure=words)
                    yield Found(name, said, _reversed(measure, subject))
                else:
                    yield Found(name, say("{measure} is judged as it stands on one day.", measure=words))


def _at_a_point(column: Column, subject: Subject) -> bool:
    if column.name in subject.settings.measures.balances:
        return column.read == "period_end"
    known = subject.measures.get(column.name)
    return (
        known is not None
        and known.type == "stock"
        and known.better == "up"
        and column.read == "period_end"
        and (known.unit not in ("points", "share"))
    )


def _reversed(measure: str, subject: Subject) -> Evidence | None:
    """How often a good period is followed by one that takes it back: the figure changes its sign."""
    now, then = Column(measure), Column(measure, lag=1)
    both = subject.both(now, then) if subject.computed is not None else None
    if both is None or not both[0].number.size:
        return None
    seen, before = both
    hit = (before > 0) & (seen.number < 0)
    return Evidence(seen.sample(hit), say("cases below zero after one above it"))


@dataclass(frozen=True)
class NoVariance:
    """A line that is worth the same to nearly everybody: it tells nobody apart, whatever its points."""

    code: ClassVar[str] = "no_variance"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say("Paruolo, Saisana & Saltelli 2013")
    remedy: ClassVar[Sentence] = say("Ask what it should tell apart; pay what all reach as a condition.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for line, _ in subject.on_card:
            if not has_points(line) or line.kind == "assumed":
                continue
            seen = subject.seen(subject.node(line), subject.axis(line))
            if not subject.enough(seen) or seen is None:
                continue
            values, counts = np.unique(np.round(seen.number, 9), return_counts=True)
            limit = subject.settings.thresholds.same
            if counts.max() >= limit * counts.sum():
                usual = values[counts.argmax()]
                said = say("{limit} of the cases or more have the same points.", limit=Share(limit, 0))
                evidence = Evidence(
                    seen.sample(np.abs(seen.number - usual) < 1e-8),
                    say("cases with the same points"),
                    (Shown(say("points"), fine(float(usual))),),
                )
                yield Found(line.id, said, evidence)


@dataclass(frozen=True)
class WeightWithoutEffect:
    """A line with points that brings next to nothing to the spread of scores: what it weighs on paper it does not.

    The share is that of the covariance with the score (Pratt); it may be below zero where a line goes against the
    others.
    """

    code: ClassVar[str] = "weight_without_effect"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say("Paruolo, Saisana & Saltelli 2013; Becker et al. 2017")
    remedy: ClassVar[Sentence] = say(
        "Set weights by what lines bring to the spread of scores, not by points alone."
    )

    def find(self, subject: Subject) -> Iterator[Found]:
        lines = [line for line, _ in subject.on_card if line.kind not in ("assumed", "deduction")]
        nominal = dict(_weights(subject))
        if subject.computed is None or len(lines) < 2 or subject.scheme.card is None:
            return
        score = Sum(tuple(subject.given.over_period(line.id) for line in lines))
        whole = subject.seen(score)
        if not subject.enough(whole) or whole is None or not whole.number.var():
            return
        limits, total = subject.settings.thresholds, sum(nominal.values())
        for line in lines:
            both = subject.both(subject.given.over_period(line.id), score)
            if both is None or line.id not in nominal or len(both[1]) < 2:
                continue
            seen, scores = both
            brings = (
                float(np.cov(seen.number, scores, bias=True)[0, 1] / scores.var()) if scores.var() else 0.0
            )
            paper = nominal[line.id] / total
            if brings < limits.effect and paper >= 2 * limits.effect and seen.number.var() > 0:
                said = say(
                    "It has {paper} of the points and brings less than {least} of the spread of scores.",
                    paper=Share(paper),
                    least=Share(limits.effect, 0),
                )
                evidence = Evidence(
                    seen.sample(np.ones(seen.number.size, dtype=bool)),
                    say("cases compared"),
                    (Shown(say("what it brings"), Share(brings)),),
                )
                yield Found(line.id, said, evidence)


@dataclass(frozen=True)
class CountedTwice:
    """Sales count twice: in an item of pay, and again in the score that scales pay.

    Either a measure is read by both; or a performance wage is paid on the income that sales bring, and the score that
    scales it is made of sales against targets. Indicators of compliance and risk are no sales.
    """

    code: ClassVar[str] = "counted_twice"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say(
        "S6.6: management appraisal stands beside benefit appraisal; Kim, Sudhir & Uetake (multiplied parts)"
    )
    remedy: ClassVar[Sentence] = say("Scale pay by a score without sales: duties, service, deductions.")

    def find(self, subject: Subject) -> Iterator[Found]:
        if subject.scheme.card is None:
            return
        score = subject.given.line(SCORE)
        scored = measure_names(score)
        for item in subject.items:
            node = subject.given.line(item.id)
            if score not in nodes_of(node):
                continue
            shared = sorted(measure_names(node, through_score=False) & scored)
            for measure in shared:
                said = say(
                    "{measure} is paid here and counts again in the score that scales it.",
                    measure=measure_words(subject, measure),
                )
                yield Found(item.id, said)
            if isinstance(item, PerformanceWage) and (sales := self._sales(subject)):
                said = say(
                    "Income from sales is paid here, and the score that scales it counts sales again in {count} lines.",
                    count=Count(len(sales)),
                )
                yield Found(f"{item.id}.scaled_by", said, self._evidence(subject, item, sales))

    def _sales(self, subject: Subject) -> list[Any]:
        return [
            line
            for line, _ in subject.on_card
            if isinstance(line, Attainment) and not self._is_quality(line, subject)
        ]

    def _is_quality(self, line: Attainment, subject: Subject) -> bool:
        known = subject.measures.get(line.measure)
        return line.measure in subject.settings.measures.quality or getattr(
            known, "regulator_class", None
        ) in (*QUALITY, "social")

    def _evidence(self, subject: Subject, item: PerformanceWage, sales: list[Any]) -> Evidence | None:
        points = Sum(tuple(subject.given.over_period(line.id) for line in sales), skip_not_applicable=True)
        both = subject.both(points, item.realised())
        if both is None or both[0].number.size < 3:
            return None
        seen, income = both
        people, mine, theirs = _by_person(seen, income)
        figures = (
            (
                Shown(
                    say("rank correlation of these points and the income, person by person"),
                    Figure(spearman_rho(mine, theirs), 2),
                ),
            )
            if people > 2
            else ()
        )
        return Evidence(seen.sample(seen.number > 0), say("cases with such points"), figures)


def _by_person(seen: Seen, other: Numbers) -> tuple[int, Numbers, Numbers]:
    people, place = np.unique(seen.manager, return_inverse=True)
    return people.size, np.bincount(place, seen.number).astype(float), np.bincount(place, other).astype(float)


@dataclass(frozen=True)
class OneComplaintChannel:
    """Complaints count only where they came one way, so that who complains another way is not heard."""

    code: ClassVar[str] = "one_complaint_channel"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say(
        "CBIRC notice on complaints 2022: own and forwarded ones alike (second-hand)"
    )
    remedy: ClassVar[Sentence] = say("Count verified complaints whichever way they came: channels: null.")

    def find(self, subject: Subject) -> Iterator[Found]:
        for name, record in subject.used.items():
            if isinstance(record, Deduction) and record.channels is not None:
                others = [
                    each
                    for each in subject.used.values()
                    if isinstance(each, Deduction) and each.event == record.event
                ]
                ways = {way for each in others for way in each.channels or ("every", "way")}
                if len(ways) == 1:
                    said = say("Only what came by one channel counts ({channel}).", channel=next(iter(ways)))
                    yield Found(f"{name}.channels", said, self._elsewhere(subject, record))

    def _elsewhere(self, subject: Subject, record: Deduction) -> Evidence | None:
        if subject.computed is None:
            return None
        every = subject.seen(Column(f"events:count:{record.event}"))
        both = subject.both(
            Column(f"events:count:{record.event}"),
            Column(f"events:count:{record.event}@{'+'.join(record.channels or ())}"),
        )
        if every is None or both is None:
            return None
        seen, counted = both
        figures = (
            Shown(say("verified events by all channels"), Count(int(seen.number.sum())), private=True),
            Shown(say("of these, counted"), Count(int(counted.sum())), private=True),
        )
        return Evidence(
            seen.sample(seen.number > counted), say("cases with one that does not count"), figures
        )


@dataclass(frozen=True)
class ProductsPerClient:
    """Products are counted for each client, which makes people sell the next product to whoever is near.

    Which measures count so is written in the settings (`measures.products_per_client`).
    """

    code: ClassVar[str] = "products_per_client"
    level: ClassVar[Level] = "warning"
    source: ClassVar[Sentence] = say(
        "Wells Fargo, report of the independent directors 2017; CFPB Bulletin 2016-03"
    )
    remedy: ClassVar[Sentence] = say("Count needs met and kept, not products for each client.")

    def find(self, subject: Subject) -> Iterator[Found]:
        named = set(subject.settings.measures.products_per_client)
        for name, record in subject.used.items():
            inner = {each.name for each in own_nodes(subject.node(record)) if isinstance(each, Column)}
            for measure in sorted(inner & named):
                yield Found(
                    name,
                    say(
                        "{measure} counts products for each client.", measure=measure_words(subject, measure)
                    ),
                )
