"""What the linter found in each design, as a page may show it: no figure about fewer than the smallest cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import pandas as pd

from policymodel.appendix import ILLUSTRATIVE
from policymodel.disclosure import apart
from policymodel.lint import Evidence, Finding, Sample
from policymodel.lint.linter import counted
from policymodel.lint.wording import LEVEL_WORDS, accepted_words, periods_words, summary_words
from policymodel.report.wording import Both, Schemes
from policymodel.tables import NOTHING, Row, Table, Withheld
from policymodel.words.numbers import TIED, Count, Share
from policymodel.words.page import Page
from policymodel.words.scheme import setting_words
from policymodel.words.sentences import Passage, Series, Text, Value, passage, say

Linted = Mapping[str, Sequence[Finding]]
MARKS = {"error": "▲▲", "warning": "▲", "note": "·"}
ACCEPTED_MARK = "✓"
CLAUSES: Mapping[str, Value] = {"illustrative": ILLUSTRATIVE}
"""Levels without colour and without words, for whoever looks along the column."""


def summaries(page: Page, linted: Linted) -> list[Value]:
    """How many findings each design has, by level."""
    return [
        say("{design}: {summary}", design=page.designs[design], summary=summary_words(counted(findings)))
        for design, findings in linted.items()
    ]


def found(page: Page, linted: Linted, schemes: Schemes) -> Table:
    """Errors and warnings of every design, and what is accepted, with the reason: level, line, clause."""
    caption = say("What the linter found, the gravest first; notes and evidence stand below")
    return _table(page, linted, schemes, caption, lambda each: each.level != "note" or not each.open)


def notes(page: Page, linted: Linted, schemes: Schemes) -> Table:
    """Notes of every design: what may be meant so, and what the file leaves unsaid."""
    caption = say("What may be meant so, and what the file leaves unsaid")
    return _table(page, linted, schemes, caption, lambda each: each.level == "note" and each.open)


def _table(
    page: Page, linted: Linted, schemes: Schemes, caption: Value, wanted: Callable[[Finding], bool]
) -> Table:
    rows: list[Row] = []
    for design, findings in linted.items():
        told = [(number, each) for number, each in enumerate(findings, start=1) if wanted(each)]
        rows += [Row(page.designs[design], role="heading")] if told else []
        for number, each in told:
            words = say("{number}. {sentence}", number=str(number), sentence=_said(each))
            rows.append(
                Row(
                    words,
                    (
                        _level(each),
                        _line(each, schemes[design]),
                        CLAUSES.get(each.place.clause, each.place.clause),
                    ),
                )
            )
    heads: list[Value] = [say("Level"), say("Line"), say("Clause")]
    return Table(caption, say("Finding"), heads, rows, "") if rows else NOTHING


def evidence(page: Page, linted: Linted) -> tuple[Value | list[Value], ...]:
    """What history shows of each finding of each design, what to do, and whose rule it is."""
    told = [each for findings in linted.values() for each in findings]
    samples = [each.evidence.sample for each in told if each.evidence is not None]
    people = iter(_people_shown(page, samples))
    found: list[Value | list[Value]] = []
    for design, findings in linted.items():
        entries: list[Value] = []
        for number, each in enumerate(findings, start=1):
            shown = [_evidence(each.evidence, next(people), page)] if each.evidence is not None else []
            words = passage(
                [
                    say("Rule {rule}.", rule=each.rule),
                    *shown,
                    say("What to do: {remedy}", remedy=each.remedy),
                    say("Source: {source}.", source=each.source),
                ]
            )
            entries.append(say("{number}. {sentence}", number=str(number), sentence=words))
        found += [page.designs[design], entries]
    return tuple(found)


def _said(finding: Finding) -> Value:
    if finding.accepted is None:
        return finding.said
    return Passage((finding.said, accepted_words(finding.accepted)))


def _level(finding: Finding) -> Value:
    """The mark and the word."""
    if finding.accepted is not None:
        return say("{mark}{tie}{level}", tie=TIED, mark=ACCEPTED_MARK, level=say("accepted"))
    return say("{mark}{tie}{level}", tie=TIED, mark=MARKS[finding.level], level=LEVEL_WORDS[finding.level])


def _line(finding: Finding, both: Both) -> Value:
    """The title of the line a finding is about; the section, or the whole scheme, where it is about no line."""
    name = finding.place.address.partition(".")[0].partition("[")[0]
    for scheme in both:
        if scheme is not None and name in scheme.lines:
            return Text(dict(scheme.lines[name].title.languages))
    return setting_words(name) if name else say("the whole scheme")


def _evidence(told: Evidence, people: bool, page: Page) -> Value:
    """People, periods, the share of cases, further figures; what is about too few, or says how few, is withheld."""
    sample = told.sample
    safe = _safe(sample, page.limits.smallest_cell)
    shown: list[Value] = [
        say(
            "People: {people}; {periods}; {hit}: {share}",
            people=Count(sample.people) if people else Withheld(),
            periods=periods_words(sample),
            hit=told.hit,
            share=Share(sample.share, 0) if safe else Withheld(),
        )
    ]
    for each in told.figures:
        if safe and not each.private:
            shown.append(say("{label}: {value}", label=each.label, value=each.value))
    return say("{figures}.", figures=Series(tuple(shown)))


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
