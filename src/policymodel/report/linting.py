"""What the linter found in each design, as a page may show it: no figure about fewer than the smallest cell.

A region keeps its findings in the result table `lint`: where each is, how grave (or accepted), and its sentence in the
languages of the run. The group's page reads these tables, and says in which regions each finding is made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from policymodel.appendix import ILLUSTRATIVE
from policymodel.disclosure import apart
from policymodel.lint import Evidence, Finding, Sample
from policymodel.lint.findings import LEVELS
from policymodel.lint.linter import counted
from policymodel.lint.wording import LEVEL_WORDS, accepted_words, periods_words, summary_words
from policymodel.populations import Both, Schemes
from policymodel.tables import NOTHING, Row, Table, Withheld
from policymodel.words.numbers import TIED, Count, Share
from policymodel.words.page import Page
from policymodel.words.scheme import setting_words
from policymodel.words.sentences import Listing, Passage, Series, Text, Value, passage, render, say

Linted = Mapping[str, Sequence[Finding]]
ACCEPTED = "accepted"
GRAVEST_FIRST = (*reversed(LEVELS), ACCEPTED)
MARKS = {"error": "▲▲", "warning": "▲", "note": "·", ACCEPTED: "✓"}
"""Levels without colour and without words, for whoever looks along the column."""
CLAUSES: Mapping[str, Value] = {"illustrative": ILLUSTRATIVE}


def summaries(page: Page, linted: Linted) -> list[Value]:
    """How many findings each design has, by level."""
    return [
        say("{design}: {summary}", design=page.designs[design], summary=summary_words(counted(findings)))
        for design, findings in linted.items()
    ]


def kept(linted: Linted, languages: Sequence[str]) -> pd.DataFrame:
    """The findings of a region as its result table holds them, without the region."""
    rows = [
        {
            "design": design,
            "rule": each.rule,
            "address": each.place.address,
            "level": each.level if each.open else ACCEPTED,
            "said": json.dumps({language: render(_said(each), language) for language in languages}),
            "shown": True,
        }
        for design, findings in linted.items()
        for each in findings
    ]
    return pd.DataFrame(rows)


def group_summaries(page: Page) -> list[Value]:
    """How many findings each design has over all regions, by level; the same one in several regions counts once."""
    lint = _gravest_first(page.table("lint"))
    again = lint.groupby(["region", "design", "rule", "address"], sort=False).cumcount()
    once = lint.assign(again=again).drop_duplicates(["design", "rule", "address", "again"])
    counts = once.groupby("design")["level"].value_counts()
    return [
        say(
            "{design}: {summary}",
            design=page.designs[design],
            summary=summary_words({level: int(counts.get((design, level), 0)) for level in GRAVEST_FIRST}),
        )
        for design in page.designs
    ]


def in_regions(page: Page, schemes: Schemes, regions: Sequence[str]) -> Table:
    """Errors and warnings of every design, and what is accepted: level, line, and in which of `regions`.

    What is said in other words, or with other figures, in another region stands in a row of its own.
    """
    lint = _gravest_first(page.table("lint"))
    lint = lint[lint["level"] != "note"]
    rows: list[Row] = []
    for design in page.designs:
        own = lint[lint["design"] == design].groupby(["rule", "address", "level", "said"], sort=False)[
            "region"
        ]
        rows += [Row(page.designs[design], role="heading")] if len(own) else []
        for (_, address, level, said), where in own:
            names = [page.name("region", each) for each in where.unique()]
            everywhere = len(names) == len(regions)
            cells = (
                _marked(level),
                _line(address, schemes[design], page),
                say("All regions") if everywhere else Listing(tuple(names)),
            )
            rows.append(Row(Text(json.loads(said)), cells))
    caption = say(
        "What the linter found in the regions, the gravest first; notes and evidence stand on their pages"
    )
    heads: list[Value] = [say("Level"), say("Line"), say("Region")]
    return Table(caption, say("Finding"), heads, rows, "") if rows else NOTHING


def of_plan(finding: Finding, plan: str) -> Finding:
    """A finding in the scheme of another plan, its address below the plan's name."""
    return replace(finding, place=replace(finding.place, address=f"plans.{plan}.{finding.place.address}"))


def _gravest_first(lint: pd.DataFrame) -> pd.DataFrame:
    return lint.sort_values("level", key=lambda levels: levels.map(GRAVEST_FIRST.index), kind="stable")


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
                        _marked(each.level if each.open else ACCEPTED),
                        _line(each.place.address, schemes[design], page),
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


def _marked(level: str) -> Value:
    """The mark and the word."""
    words: dict[str, Value] = {str(each): word for each, word in LEVEL_WORDS.items()}
    word = words.get(level, say("accepted"))
    return say("{mark}{tie}{level}", tie=TIED, mark=MARKS[level], level=word)


def _line(address: str, both: Both, page: Page) -> Value:
    """The title of the line an address is of; the section, or the whole scheme, where it is of no line."""
    if address.startswith("plans."):
        _, plan, inside = address.split(".", 2)
        name = inside.partition(".")[0].partition("[")[0]
        titles = (page.names.get((kind, name)) for kind in ("line", "item"))
        line = next((each for each in titles if each is not None), _section(name))
        return say("{plan}: {line}", plan=page.plans[plan], line=line)
    name = address.partition(".")[0].partition("[")[0]
    for scheme in both:
        if scheme is not None and name in scheme.lines:
            return Text(dict(scheme.lines[name].title.languages))
    return _section(name)


def _section(name: str) -> Value:
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
