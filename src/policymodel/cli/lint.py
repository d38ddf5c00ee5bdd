"""policymodel lint: what is wrong with a scheme as a scheme, each finding with its place, its evidence, its source."""

from __future__ import annotations

import json as json_text
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from policymodel.cli.answering import DONE, FINDINGS, answering
from policymodel.cli.facts import BaseYearOption, MappingOption, panel_of, periods_of
from policymodel.cli.language import LanguageOption, check_language
from policymodel.cli.remarks import facts_for
from policymodel.errors import InputError, Problem, inert
from policymodel.lint import RULES, Evidence, Finding, Settings, lint, read_settings
from policymodel.lint.linter import counted, graver
from policymodel.lint.wording import LEVEL_WORDS, accepted_words, periods_words, summary_words
from policymodel.panel import Panel
from policymodel.scheme.reading import read_scheme
from policymodel.scheme.scheme import Scheme
from policymodel.words.numbers import Count, Figure, Share
from policymodel.words.sentences import Value, render, say

HistoryOption = Annotated[
    Path | None,
    typer.Option(
        "--history",
        metavar="DIR",
        help="A folder of raw tables, or a store; without it the file alone is read.",
    ),
]
YearOption = Annotated[
    str,
    typer.Option("--plan-year", metavar="PERIOD", help="With --history: the year replayed, such as 2025."),
]


def command(
    scheme: Annotated[Path, typer.Argument(metavar="SCHEME", help="A scheme or change file.")],
    history: HistoryOption = None,
    mapping: MappingOption = None,
    plan_year: YearOption = "",
    base_year: BaseYearOption = "",
    rules: Annotated[
        Path | None,
        typer.Option("--rules", metavar="FILE", help="Levels, thresholds, accepted findings: docs/lint.md."),
    ] = None,
    fail_at: Annotated[
        Literal["error", "warning", "note", "never"],
        typer.Option("--fail-at", help="The mildest open finding that makes the exit code 1."),
    ] = "warning",
    layout: Annotated[
        Literal["table", "json"], typer.Option("--format", help="table for people, json for programs.")
    ] = "table",
    lang: LanguageOption = "en",
) -> int:
    """What is wrong with a scheme as a scheme: dead clauses, cliffs, sales counted twice …

    Each finding has its place, its source and, with a history, what history shows. docs/lint.md lists every rule.
    Exit code 0: no open finding as grave as --fail-at; 1: at least one; 2: the files cannot be read.

    \b
    Example:
      policymodel lint params/schemes/s4_scorecard.yaml --history reports/demo/store --plan-year 2025
    """
    check_language(lang)
    settings = Settings() if rules is None else read_settings(rules, RULES)
    read = read_scheme(scheme)
    panel = _panel(read, history, mapping, plan_year, base_year)
    findings = lint(read, settings, panel)
    if layout == "json":
        whole = {"scheme": read.id, "file": read.file, "findings": [_record(each, lang) for each in findings]}
        sys.stdout.write(json_text.dumps(whole, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(_written(findings, lang)) + "\n")
    fails = fail_at != "never" and any(each.open and graver(each.level, fail_at) for each in findings)
    return FINDINGS if fails else DONE


def _panel(
    scheme: Scheme, history: Path | None, mapping: Path | None, plan_year: str, base_year: str
) -> Panel | None:
    """The history asked for; None where only the file is read."""
    if history is None:
        given = {"--mapping": mapping is not None, "--plan-year": plan_year, "--base-year": base_year}
        if lonely := [name for name, value in given.items() if value]:
            raise InputError(
                lonely[0], [Problem("", "has no meaning without a history", "add --history DIR")]
            )
        return None
    if not plan_year:
        raise InputError(
            "--plan-year", [Problem("", "nothing says which year is replayed", "write --plan-year 2025")]
        )
    panel, plan = panel_of(facts_for([scheme], history, mapping), plan_year, base_year)
    periods_of(scheme, plan)
    return panel


def _written(findings: Sequence[Finding], lang: str) -> Iterator[str]:
    """The findings as people read them: level, place, sentence; below it evidence, source, remedy."""
    for each in findings:
        level = render(LEVEL_WORDS[each.level] if each.open else say("accepted"), lang)
        place = ":".join(filter(None, (inert(each.place.file), str(each.place.line or ""))))
        at = inert(" ".join(filter(None, (each.place.address, f"({each.place.clause})"))))
        yield f"{place}: {level}: {each.rule}: {at}"
        yield f"    {inert(render(each.said, lang))}"
        for line in _evidence(each.evidence, lang) if each.evidence is not None else ():
            yield f"    {inert(line)}"
        if each.accepted is not None:
            told = accepted_words(each.accepted)
            yield f"    {inert(render(told, lang))}"
        yield f"    → {render(each.remedy, lang)}  [{render(each.source, lang)}]"
    yield render(summary_words(counted(findings)), lang)


def _evidence(evidence: Evidence, lang: str) -> Iterator[str]:
    sample = evidence.sample
    yield render(
        say(
            "{hit}: {cases} of {all_cases}; people: {people} of {all_people}; {periods}",
            hit=evidence.hit,
            cases=Count(sample.hit_cases),
            all_cases=Count(sample.cases),
            people=Count(sample.hit_people),
            all_people=Count(sample.people),
            periods=periods_words(sample),
        ),
        lang,
    )
    for each in evidence.figures:
        yield render(say("{label}: {value}", label=each.label, value=each.value), lang)


def _record(finding: Finding, lang: str) -> dict[str, Any]:
    """A finding as a program reads it."""
    place, evidence = finding.place, finding.evidence
    return {
        "rule": finding.rule,
        "level": finding.level,
        "file": place.file,
        "line": place.line,
        "at": place.address,
        "clause": place.clause,
        "sentence": render(finding.said, lang),
        "remedy": render(finding.remedy, lang),
        "source": render(finding.source, lang),
        "evidence": None
        if evidence is None
        else {
            "hit": render(evidence.hit, lang),
            **{name: getattr(evidence.sample, name) for name in SAMPLE},
            "figures": [
                {
                    "label": render(each.label, lang),
                    "value": _plain(each.value, lang),
                    "private": each.private,
                }
                for each in evidence.figures
            ],
        },
        "accepted": None
        if finding.accepted is None
        else {
            "because": render(finding.accepted.because, lang),
            "by": finding.accepted.by,
            "on": finding.accepted.on,
        },
    }


SAMPLE = ("people", "cases", "hit_people", "hit_cases", "first", "last")


def _plain(value: Value, lang: str) -> float | str:
    """A figure as a number, where it is one."""
    if isinstance(value, Figure | Share | Count):
        return value.value
    return render(value, lang)


answer = answering("lint", command)
