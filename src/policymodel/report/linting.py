"""What the linter found in each design, as a page may show it: no figure about fewer than the smallest cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from policymodel.disclosure import apart
from policymodel.lint import Evidence, Finding, Sample
from policymodel.lint.linter import counted
from policymodel.lint.wording import LEVEL_WORDS, accepted_words, periods_words, summary_words
from policymodel.report.wording import Both, Schemes
from policymodel.tables import NOTHING, Number, Row, Table, Withheld
from policymodel.words.numbers import Share
from policymodel.words.page import Page
from policymodel.words.scheme import setting_words
from policymodel.words.sentences import Passage, Series, Text, Value, say

Linted = Mapping[str, Sequence[Finding]]
MARKS = {"error": "▲▲", "warning": "▲", "note": "·"}
"""Levels without colour and without words, for whoever looks along the column."""


def summaries(page: Page, linted: Linted) -> list[Value]:
    """How many findings each design has, by level."""
    return [
        say("{design}: {summary}", design=page.designs[design], summary=summary_words(counted(findings)))
        for design, findings in linted.items()
    ]


def found(page: Page, linted: Linted, schemes: Schemes) -> Table:
    """Every finding of every design: level, line, clause; those that are accepted with the reason."""
    rows: list[Row] = []
    for design, number, each in _numbered(linted):
        if number == 1:
            rows.append(Row(page.designs[design], role="heading"))
        words = say("{number}. {sentence}", number=str(number), sentence=_said(each))
        rows.append(Row(words, (_level(each), _line(each, schemes[design]), each.place.clause)))
    heads: list[Value] = [say("Level"), say("Line"), say("Clause")]
    return (
        Table(say("What the linter found, the gravest first"), say("Finding"), heads, rows, "")
        if rows
        else NOTHING
    )


def evidence(page: Page, linted: Linted) -> Table:
    """What history shows of each finding, whose rule it is, and what to do."""
    told = list(_numbered(linted))
    people = iter(
        _people_shown(page, [each.evidence.sample for _, _, each in told if each.evidence is not None])
    )
    rows: list[Row] = []
    for design, number, each in told:
        if number == 1:
            rows.append(Row(page.designs[design], role="heading"))
        cells = (
            _evidence(each.evidence, next(people), page.limits.smallest_cell)
            if each.evidence is not None
            else NO_EVIDENCE
        )
        rows.append(
            Row(
                say("{number}. {sentence}", number=str(number), sentence=each.rule),
                (*cells, each.remedy, each.source),
            )
        )
    heads: list[Value] = [
        say("People"),
        say("Periods"),
        say("Share of cases"),
        say("Further figures"),
        say("What to do"),
        say("Source"),
    ]
    caption = say("What history shows of each finding; a case is one person in one period")
    return Table(caption, say("Rule"), heads, rows, "") if rows else NOTHING


NO_EVIDENCE: tuple[Value, ...] = ("–", "–", "–", "–")


def _numbered(linted: Linted) -> Iterator[tuple[str, int, Finding]]:
    for design, findings in linted.items():
        yield from ((design, number, each) for number, each in enumerate(findings, start=1))


def _said(finding: Finding) -> Value:
    if finding.accepted is None:
        return finding.said
    return Passage((finding.said, accepted_words(finding.accepted)))


def _level(finding: Finding) -> Value:
    """The mark and the word."""
    if finding.accepted is not None:
        return say("accepted")
    return say("{mark} {level}", mark=MARKS[finding.level], level=LEVEL_WORDS[finding.level])


def _line(finding: Finding, both: Both) -> Value:
    """The title of the line a finding is about; the section, or the whole scheme, where it is about no line."""
    name = finding.place.address.partition(".")[0].partition("[")[0]
    for scheme in both:
        if scheme is not None and name in scheme.lines:
            return Text(dict(scheme.lines[name].title.languages))
    return setting_words(name) if name else say("the whole scheme")


def _evidence(
    told: Evidence, people: bool, smallest: int
) -> tuple[Number | Withheld | Value, Value, Value | Withheld, Value | Withheld]:
    """People, periods, the share of cases, further figures; what is about too few, or says how few, is withheld."""
    sample = told.sample
    safe = _safe(sample, smallest)
    figures = [
        say("{label}: {value}", label=each.label, value=each.value)
        for each in told.figures
        if not each.private
    ]
    return (
        Number(sample.people, people=True) if people else Withheld(),
        periods_words(sample),
        say("{label}: {value}", label=told.hit, value=Share(sample.share, 0)) if safe else Withheld(),
        (Series(tuple(figures)) if safe else Withheld()) if figures else "–",
    )


def _safe(sample: Sample, smallest: int) -> bool:
    """Whether a share of the sample is about enough people, and leaves out enough."""
    hit, rest = sample.hit_people, sample.people - sample.hit_people
    return sample.people >= smallest and not (0 < hit < smallest) and not (0 < rest < smallest)


def _people_shown(page: Page, samples: Iterable[Sample]) -> list[bool]:
    """Which sizes of samples may stand beside the counts of people that the page shows already."""
    tables = [page.table(name) for name in ("people", "cost", "indicators", "change")]
    columns = [frame["people"] for frame in tables if "people" in frame]
    known = {int(each) for column in columns for each in pd.Series(column).dropna()}
    return apart([each.people for each in samples], known, page.limits.smallest_cell)
