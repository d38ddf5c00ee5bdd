"""Documents in words: whose names of measures they use, and where they go."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from policymodel.cli.facts import read_facts
from policymodel.errors import InputError, Problem
from policymodel.history.facts import NO_CODES, Codes, History
from policymodel.history.mapping import Mapping as FileMapping
from policymodel.history.mapping import read_mapping
from policymodel.history.measures import Measure
from policymodel.history.rubric import Item, items_of
from policymodel.report.display import contents
from policymodel.report.html import render_content
from policymodel.report.markdown import markdown
from policymodel.report.rule_book import Thing
from policymodel.whole import whole
from policymodel.words.catalogues import LANGUAGES

MappingNamesOption = Annotated[
    Path | None,
    typer.Option("--mapping", metavar="FILE", help="A mapping, for the names of measures and codes."),
]
HistoryNamesOption = Annotated[
    Path | None,
    typer.Option("--history", metavar="DIR", help="A store, for its names of measures and codes."),
]
FolderOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="A folder for pages and Markdown; else the screen."),
]


class Names(NamedTuple):
    """What a document calls things by: measures, codes, and the rubric's item whose marks a measure holds."""

    measures: Mapping[str, Measure]
    codes: Codes
    marks: Mapping[str, Item]


def names_of(mapping: Path | None, history: Path | None) -> Names:
    """The names that a history or a mapping declares; none where neither is named."""
    if history is not None:
        facts: History | FileMapping = read_facts(history, mapping)
    elif mapping is not None:
        facts = read_mapping(mapping)
    else:
        return Names({}, NO_CODES, {})
    return Names(facts.measures, facts.codes, items_of(facts.rubric, facts.records))


def hand_over(things: list[Thing], name: str, lang: str, out: Path | None) -> None:
    """Write a document in every language to a folder, or in one as Markdown to the terminal."""
    if out is None:
        sys.stdout.write(markdown(contents(things, lang), lang))
        return
    if out.exists() and not out.is_dir():
        raise InputError(str(out), [Problem("--out", "is a file", "name a folder")])
    out.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        content = contents(things, language)
        page = render_content(content, language, list(LANGUAGES), out / f"{name}.{language}.html")
        with whole(out / f"{name}.{language}.md") as part:
            part.write_text(markdown(content, language), encoding="utf-8", newline="\n")
        sys.stdout.write(f"{page}\n")
